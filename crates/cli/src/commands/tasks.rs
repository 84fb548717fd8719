//! `rollcall tasks`: work that was given up.

use anyhow::Result;
use app::FailedTaskView;
use clap::{Args, Subcommand};

use crate::{
    args::OrgArg,
    context::Context,
    exit::Exit,
    show::{instant, table},
};

/// Work that was tried many times and given up: list it, try it again
#[derive(Subcommand)]
#[command(
    after_help = "Examples:\n  rollcall tasks list --org acme\n  rollcall tasks retry 01a214ad53427016 --org acme"
)]
pub(crate) enum TasksCommand {
    /// List what was given up, and why
    List {
        #[command(flatten)]
        org: OrgArg,
    },
    /// Let something be tried again, once its reason is mended
    Retry(TaskArg),
}

/// Which one.
#[derive(Args)]
pub(crate) struct TaskArg {
    #[command(flatten)]
    org: OrgArg,
    /// The id that the list shows
    #[arg(value_name = "ID")]
    id: String,
}

/// Does it.
pub(crate) async fn run(command: TasksCommand, context: &Context) -> Result<Exit> {
    match command {
        TasksCommand::List { org } => {
            let (app, organisation) = context.app_and_organisation(&org).await?;
            let list = app.failed_tasks(&organisation).await?;
            context.out.show(&list, || failed(&list.items))?;
        }
        TasksCommand::Retry(TaskArg { org, id }) => {
            let (app, organisation) = context.app_and_organisation(&org).await?;
            let task = app.retry_task(&organisation, &id).await?;
            context.out.show(&task, || {
                "A running service tries it again within a second.".to_owned()
            })?;
        }
    }
    Ok(Exit::Done)
}

fn failed(tasks: &[FailedTaskView]) -> String {
    if tasks.is_empty() {
        return "Nothing was given up.".to_owned();
    }
    let rows = tasks.iter().map(|task| {
        [
            task.id.to_string(),
            task.kind.to_string(),
            task.failed_at.map(instant).unwrap_or_default(),
            task.attempts.to_string(),
            task.error.clone().unwrap_or_default(),
        ]
    });
    table(["ID", "KIND", "SINCE", "TRIES", "WHY"], rows)
}
