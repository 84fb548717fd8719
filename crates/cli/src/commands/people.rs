//! `rollcall people list`, `export`, `show`, `history` and `explain`: looking at the directory.

use std::io::{self, BufWriter, Write as _};

use anyhow::Result;
use app::PeopleQuery;
use clap::{Args, Subcommand};

use crate::{
    args::OrgArg,
    context::Context,
    exit::Exit,
    output::{self, Piped},
    show::{explanation, person},
};

/// Looking at the directory.
#[derive(Subcommand)]
pub(crate) enum LookCommand {
    /// List people, archived and upcoming ones too unless filtered
    List {
        #[command(flatten)]
        org: OrgArg,
        #[command(flatten)]
        filter: Filter,
        /// No more than so many [default: all]
        #[arg(long, value_name = "N")]
        limit: Option<u32>,
        /// Go on where the last page ended
        #[arg(long, value_name = "CURSOR")]
        after: Option<String>,
    },
    /// Write people as CSV to stdout
    Export {
        #[command(flatten)]
        org: OrgArg,
        #[command(flatten)]
        filter: Filter,
    },
    /// Show one person
    Show(PersonArg),
    /// Show what changed about a person, the newest first
    History(PersonArg),
    /// Tell why somebody stands as they do: the outcome, the rules that applied, what the HRIS said last
    #[command(after_help = "Example:\n  rollcall people explain nadia@acme.test --org acme")]
    Explain {
        #[command(flatten)]
        org: OrgArg,
        /// The person, or an employee who is none: by id, email or HRIS id
        #[arg(value_name = "ID|EMAIL|HRIS_ID")]
        person: String,
    },
}

/// Which person.
#[derive(Args)]
pub(crate) struct PersonArg {
    #[command(flatten)]
    pub(crate) org: OrgArg,
    /// The person, by id or email
    #[arg(value_name = "ID|EMAIL")]
    pub(crate) person: String,
}

/// The API's filters.
#[derive(Args)]
pub(crate) struct Filter {
    /// Any part of a name or email, without accents
    #[arg(long, value_name = "TEXT")]
    q: Option<String>,
    /// active, upcoming or archived
    #[arg(long)]
    status: Option<String>,
    /// none or any
    #[arg(long)]
    budget: Option<String>,
    /// never, queued, sent, failed or accepted
    #[arg(long)]
    invitation: Option<String>,
    /// In this group, by id
    #[arg(long, value_name = "ID")]
    group: Option<String>,
    /// In this content region, by id
    #[arg(long, value_name = "ID")]
    region: Option<String>,
    /// hris, manual or csv
    #[arg(long)]
    source: Option<String>,
    /// Needs attention: any, or a code such as `missing_country`
    #[arg(long, value_name = "any|CODE")]
    attention: Option<String>,
    /// `name`, `email` or `updated_at`; with - before it the other way round
    #[arg(long, allow_hyphen_values = true, value_name = "KEY")]
    sort: Option<String>,
}

impl Filter {
    fn query(self, limit: Option<u32>, after: Option<String>) -> PeopleQuery {
        let Self {
            q,
            status,
            budget,
            invitation,
            group,
            region,
            source,
            attention,
            sort,
        } = self;
        PeopleQuery {
            q,
            status,
            budget,
            invitation,
            started: None,
            group,
            region,
            source,
            attention,
            sort,
            limit,
            after,
        }
    }
}

/// Does it.
pub(crate) async fn run(command: LookCommand, context: &Context) -> Result<Exit> {
    match command {
        LookCommand::List {
            org,
            filter,
            limit,
            after,
        } => {
            list(&org, &filter.query(limit, after), context).await?;
        }
        LookCommand::Export { org, filter } => {
            let query = filter.query(None, None);
            if context.out.is_json() {
                list(&org, &query, context).await?;
            } else {
                export(&org, &query, context).await?;
            }
        }
        LookCommand::Show(PersonArg { org, person }) => {
            let (app, organisation) = context.app_and_organisation(&org).await?;
            let found = app.person(&organisation, &person).await?;
            context.out.show(&found, || person::person(&found))?;
        }
        LookCommand::History(PersonArg { org, person }) => {
            let (app, organisation) = context.app_and_organisation(&org).await?;
            let list = app.person_history(&organisation, &person).await?;
            context.out.show(&list, || person::history(&list))?;
        }
        LookCommand::Explain { org, person } => {
            let (app, organisation) = context.app_and_organisation(&org).await?;
            let explained = app.explain(&organisation, &person).await?;
            context
                .out
                .show(&explained, || explanation::explanation(&explained))?;
        }
    }
    Ok(Exit::Done)
}

async fn list(org: &OrgArg, query: &PeopleQuery, context: &Context) -> Result<()> {
    let (app, organisation) = context.app_and_organisation(org).await?;
    let list = app.people(&organisation, query).await?;
    context.out.show(&list, || person::people(&list))?;
    if let Some(next) = &list.next {
        context
            .out
            .remark(&format!("The next page: --after {next}"));
    }
    Ok(())
}

async fn export(org: &OrgArg, query: &PeopleQuery, context: &Context) -> Result<()> {
    let (app, organisation) = context.app_and_organisation(org).await?;
    let mut out = Piped::new(BufWriter::new(io::stdout()));
    let written = app.export_people(&organisation, query, &mut out).await;
    let flushed = out.flush();
    if out.is_broken() {
        return Ok(());
    }
    written?;
    flushed.map_err(output::unprinted)
}
