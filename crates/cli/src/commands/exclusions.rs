//! `rollcall exclusions`: employees of the HRIS whom an admin leaves out.

use anyhow::Result;
use app::view::ExclusionView;
use clap::{Args, Subcommand};

use crate::{
    args::OrgArg,
    context::Context,
    exit::Exit,
    show::{instant, table},
};

/// Employees of the HRIS who are left out: list, add, remove
#[derive(Subcommand)]
#[command(
    after_help = "Examples:\n  rollcall exclusions add 3332883884017713938 --reason \"A test account\" --org acme\n  \
                  rollcall exclusions list --org acme\n  \
                  rollcall exclusions remove 3332883884017713938 --org acme"
)]
pub(crate) enum ExclusionsCommand {
    /// List who is left out, and why
    List {
        #[command(flatten)]
        org: OrgArg,
    },
    /// Leave an employee out from now on: every sync passes them over
    Add {
        #[command(flatten)]
        employee: EmployeeArg,
        /// Why, for whoever wonders later
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Let an employee in again: the next sync decides about them
    Remove(EmployeeArg),
}

/// Which employee.
#[derive(Args)]
pub(crate) struct EmployeeArg {
    #[command(flatten)]
    org: OrgArg,
    /// The employee's id in the HRIS
    #[arg(value_name = "HRIS_ID")]
    hris_id: String,
}

/// Does it.
pub(crate) async fn run(command: ExclusionsCommand, context: &Context) -> Result<Exit> {
    match command {
        ExclusionsCommand::List { org } => {
            let (app, organisation) = context.app_and_organisation(&org).await?;
            let list = app.exclusions(&organisation).await?;
            context.out.show(&list, || exclusions(&list.items))?;
        }
        ExclusionsCommand::Add {
            employee: EmployeeArg { org, hris_id },
            reason,
        } => {
            let (app, organisation) = context.app_and_organisation(&org).await?;
            let added = app.add_exclusion(&organisation, &hris_id, &reason).await?;
            context.out.show(&added, || {
                format!("From now on {} is left out.", added.hris_id)
            })?;
        }
        ExclusionsCommand::Remove(EmployeeArg { org, hris_id }) => {
            let (app, organisation) = context.app_and_organisation(&org).await?;
            let removed = app.remove_exclusion(&organisation, &hris_id).await?;
            context.out.show(&removed, || {
                format!("The next sync decides about {} again.", removed.hris_id)
            })?;
        }
    }
    Ok(Exit::Done)
}

fn exclusions(exclusions: &[ExclusionView]) -> String {
    if exclusions.is_empty() {
        return "Nobody is left out.".to_owned();
    }
    let rows = exclusions.iter().map(|exclusion| {
        [
            exclusion.hris_id.to_string(),
            instant(exclusion.created_at),
            exclusion.reason.clone(),
        ]
    });
    table(["HRIS ID", "SINCE", "REASON"], rows)
}
