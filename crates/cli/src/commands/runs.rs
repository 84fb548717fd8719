//! `rollcall runs`: what syncs did, and the answer to those that are held.

use anyhow::Result;
use clap::{Args, Subcommand, ValueEnum};

use crate::{
    args::OrgArg,
    context::Context,
    exit::{self, Exit},
    output, progress,
    show::{run, undo, whole},
};

/// What syncs did, and the answer to those that are held
#[derive(Subcommand)]
#[command(
    after_help = "Examples:\n  rollcall runs list --org acme --limit 10\n  rollcall runs show RUN_ID --org acme\n  \
                  rollcall runs approve RUN_ID --org acme --without archive\n  \
                  rollcall runs undo RUN_ID --org acme --person nadia@acme.test"
)]
pub(crate) enum RunsCommand {
    /// List runs, the newest first
    List {
        #[command(flatten)]
        org: OrgArg,
        /// No more than so many [default: all]
        #[arg(long, value_name = "N")]
        limit: Option<u32>,
        /// Go on where the last page ended
        #[arg(long, value_name = "CURSOR")]
        after: Option<String>,
    },
    /// Show a run with everything it changed and everybody it skipped
    Show(RunArg),
    /// Apply a held run: the HRIS is read again, and only the same plan is applied
    Approve {
        #[command(flatten)]
        run: RunArg,
        /// Apply all but this
        #[arg(long, value_enum, value_name = "WHAT")]
        without: Option<Without>,
    },
    /// Turn a held run down: nothing is changed
    Reject(RunArg),
    /// Take a run back: every field becomes what it was, where nothing newer stands on top
    ///
    /// People the run added are archived, and the schedule is paused, since the next sync would do the same again.
    Undo {
        #[command(flatten)]
        run: RunArg,
        /// Take back what it did to this person only: an id or an email
        #[arg(long, value_name = "PERSON")]
        person: Option<String>,
    },
}

/// Which run.
#[derive(Args)]
pub(crate) struct RunArg {
    #[command(flatten)]
    org: OrgArg,
    /// The run's id
    #[arg(value_name = "RUN_ID")]
    id: String,
}

/// What an approval can leave out.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Without {
    /// Archive nobody
    Archive,
}

/// Does it.
pub(crate) async fn run(command: RunsCommand, context: &Context) -> Result<Exit> {
    match command {
        RunsCommand::List { org, limit, after } => {
            list(&org, limit, after.as_deref(), context).await
        }
        RunsCommand::Show(RunArg { org, id }) => {
            let (app, organisation) = context.app_and_organisation(&org).await?;
            let report = app.run(&organisation, &id).await?;
            whole::print_whole(&app, &organisation, &report, context.out.is_json()).await?;
            Ok(Exit::Done)
        }
        RunsCommand::Approve { run, without } => approve(&run, without, context).await,
        RunsCommand::Reject(RunArg { org, id }) => {
            let (app, organisation) = context.app_and_organisation(&org).await?;
            let report = app.reject(&organisation, &id).await?;
            if context.out.is_json() {
                whole::print_whole(&app, &organisation, &report, true).await?;
            } else {
                output::print_text(&run::summary(&report.run))?;
            }
            Ok(Exit::Done)
        }
        RunsCommand::Undo {
            run: RunArg { org, id },
            person,
        } => undo(&org, &id, person.as_deref(), context).await,
    }
}

/// An undo that could take nothing back has failed, and says why.
async fn undo(org: &OrgArg, id: &str, person: Option<&str>, context: &Context) -> Result<Exit> {
    let (app, organisation) = context.app_and_organisation(org).await?;
    let undone = app.undo(&organisation, id, person).await?;
    context.out.show(&undone, || undo::undone(&undone))?;
    Ok(match undone.act_id {
        Some(_) => Exit::Done,
        None => Exit::Failed,
    })
}

async fn list(
    org: &OrgArg,
    limit: Option<u32>,
    after: Option<&str>,
    context: &Context,
) -> Result<Exit> {
    let (app, organisation) = context.app_and_organisation(org).await?;
    let list = app.runs(&organisation, limit, after).await?;
    context.out.show(&list, || run::runs(&list))?;
    if let Some(next) = &list.next {
        context
            .out
            .remark(&format!("The next page: --after {next}"));
    }
    Ok(Exit::Done)
}

async fn approve(run: &RunArg, without: Option<Without>, context: &Context) -> Result<Exit> {
    let (app, organisation) = context.app_and_organisation(&run.org).await?;
    let without_archiving = matches!(without, Some(Without::Archive));
    let watched = progress::of_a_run();
    let ended = app
        .approve(&organisation, &run.id, without_archiving, watched.as_ref())
        .await;
    drop(watched);
    let report = ended?;
    whole::print_short(&app, &organisation, &report, context.out.is_json()).await?;
    Ok(exit::of_run(&report.run))
}
