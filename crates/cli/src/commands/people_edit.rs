//! `rollcall people add`, `edit`, `archive`, `restore`, `unlink` and `link`: changing the directory by hand.

use anyhow::Result;
use app::{App, PersonPatch, view::PersonView};
use clap::{Args, Subcommand};
use domain::{ArchivedBy, Organisation, Provider, Source, Status};

use super::people::PersonArg;
use crate::{
    args::OrgArg,
    context::Context,
    exit::Exit,
    show::{called, person},
};

/// Changing the directory by hand.
#[derive(Subcommand)]
pub(crate) enum ChangeCommand {
    /// Add a person by hand
    Add {
        #[command(flatten)]
        org: OrgArg,
        /// Their email
        #[arg(long)]
        email: String,
        #[command(flatten)]
        fields: Fields,
        /// Give them admin rights
        #[arg(long)]
        admin: bool,
    },
    /// Change a person; what the HRIS manages is overwritten by the next sync
    Edit {
        #[command(flatten)]
        person: PersonArg,
        /// Their email
        #[arg(long)]
        email: Option<String>,
        #[command(flatten)]
        fields: Fields,
        /// Give or take admin rights
        #[arg(long, value_name = "true|false")]
        admin: Option<bool>,
    },
    /// Archive a person; that stands against the HRIS
    Archive(PersonArg),
    /// Bring an archived person back
    Restore {
        #[command(flatten)]
        person: PersonArg,
        /// From now on the HRIS does not decide about them
        #[arg(long)]
        keep: bool,
    },
    /// Take a person away from the HRIS, which leaves them out from now on
    Unlink(PersonArg),
    /// Link a person to an employee of the HRIS, which wins from the next sync on
    Link {
        #[command(flatten)]
        person: PersonArg,
        /// The employee's id in the HRIS
        #[arg(long, value_name = "ID")]
        hris_id: String,
    },
}

/// What can be set about a person; the keys of the API.
#[derive(Args)]
pub(crate) struct Fields {
    /// First name
    #[arg(long, value_name = "NAME")]
    first_name: Option<String>,
    /// Surname
    #[arg(long, value_name = "NAME")]
    last_name: Option<String>,
    /// Country of the home address: its usual English name or its two-letter code
    #[arg(long)]
    country: Option<String>,
    /// First day of work, as YYYY-MM-DD; empty for none
    #[arg(long, value_name = "DATE")]
    start_date: Option<String>,
    /// Last day of work, as YYYY-MM-DD; empty for none
    #[arg(long, value_name = "DATE")]
    end_date: Option<String>,
    /// Groups by id, with commas between; empty for none
    #[arg(long, value_name = "ID,…", value_delimiter = ',')]
    group_ids: Option<Vec<String>>,
    /// Approvers by id or email, with commas between; empty for none
    #[arg(long, value_name = "ID,…", value_delimiter = ',')]
    approver_ids: Option<Vec<String>>,
}

impl Fields {
    fn patch(self, email: Option<String>, admin: Option<bool>) -> PersonPatch {
        let Self {
            first_name,
            last_name,
            country,
            start_date,
            end_date,
            group_ids,
            approver_ids,
        } = self;
        PersonPatch {
            email,
            first_name,
            last_name,
            country,
            start_date,
            end_date,
            group_ids: group_ids.map(named),
            approver_ids: approver_ids.map(named),
            admin,
        }
    }
}

/// `--group-ids ""` names nobody.
fn named(ids: Vec<String>) -> Vec<String> {
    let ids = ids.into_iter().map(|id| id.trim().to_owned());
    ids.filter(|id| !id.is_empty()).collect()
}

/// Does it.
pub(crate) async fn run(command: ChangeCommand, context: &Context) -> Result<Exit> {
    let (app, organisation) = context.app_and_organisation(command.org()).await?;
    let before = match command.whom() {
        Some(name) => Some(app.person(&organisation, name).await?),
        None => None,
    };
    let (done, changed) = change(command, &app, &organisation).await?;
    let is_same = before
        .as_ref()
        .is_some_and(|before| before.updated_at == changed.updated_at);
    let done = if is_same {
        "Nothing to change about"
    } else {
        done
    };
    context.out.show(&changed, || {
        format!(
            "{done} {}.\n\n{}",
            called("", &changed.email),
            person::person(&changed)
        )
    })?;
    if let Some(before) = before.filter(|_| !is_same) {
        let provider = app.integration(&organisation).await?.provider;
        for note in notes(&before, &changed, provider, &organisation.slug) {
            context.out.remark(&note);
        }
    }
    Ok(Exit::Done)
}

/// What somebody who changes a person should know beside what was done.
fn notes(
    before: &PersonView,
    after: &PersonView,
    provider: Option<Provider>,
    org: &str,
) -> Vec<String> {
    let mut notes = Vec::new();
    let is_back = before.status == Status::Archived && after.status != Status::Archived;
    if let (true, Some(end), None) = (is_back, before.end_date, after.end_date) {
        notes.push(format!(
            "The end date {end}, which is over, was taken away."
        ));
    }
    let Some(provider) = provider.filter(|_| after.source == Source::Hris) else {
        return notes;
    };
    let name = provider.name();
    let by_admin = before.archived_by == Some(ArchivedBy::Admin);
    if is_back && !by_admin {
        notes.push(format!(
            "Where {name} still says that they have left, the next sync archives them again. To keep them: rollcall people unlink {} --org {org}",
            after.email
        ));
    } else if after.status != Status::Archived && after.admin == before.admin {
        notes.push(format!(
            "{name} will overwrite what it manages at the next sync."
        ));
    }
    notes
}

async fn change(
    command: ChangeCommand,
    app: &App,
    org: &Organisation,
) -> Result<(&'static str, PersonView)> {
    Ok(match command {
        ChangeCommand::Add {
            email,
            fields,
            admin,
            ..
        } => {
            let patch = fields.patch(Some(email), admin.then_some(true));
            ("Added", app.add_person(org, patch).await?)
        }
        ChangeCommand::Edit {
            person,
            email,
            fields,
            admin,
        } => {
            let patch = fields.patch(email, admin);
            (
                "Changed",
                app.edit_person(org, &person.person, patch).await?,
            )
        }
        ChangeCommand::Archive(person) => {
            ("Archived", app.archive_person(org, &person.person).await?)
        }
        ChangeCommand::Restore { person, keep } => (
            "Brought back",
            app.restore_person(org, &person.person, keep).await?,
        ),
        ChangeCommand::Unlink(person) => {
            ("Unlinked", app.unlink_person(org, &person.person).await?)
        }
        ChangeCommand::Link { person, hris_id } => (
            "Linked",
            app.link_person(org, &person.person, &hris_id).await?,
        ),
    })
}

impl ChangeCommand {
    /// Who is changed; nobody where somebody is added.
    fn whom(&self) -> Option<&str> {
        match self {
            Self::Add { .. } => None,
            Self::Archive(person)
            | Self::Unlink(person)
            | Self::Edit { person, .. }
            | Self::Restore { person, .. }
            | Self::Link { person, .. } => Some(&person.person),
        }
    }

    fn org(&self) -> &OrgArg {
        match self {
            Self::Add { org, .. } => org,
            Self::Archive(person)
            | Self::Unlink(person)
            | Self::Edit { person, .. }
            | Self::Restore { person, .. }
            | Self::Link { person, .. } => &person.org,
        }
    }
}
