//! `rollcall people erase` and `allow`: taking somebody out for good, and letting them in again.

use anyhow::Result;
use clap::Subcommand;

use super::people::PersonArg;
use crate::{
    args::OrgArg,
    context::Context,
    exit::{Exit, WrongUse},
};

/// Erasing people.
#[derive(Subcommand)]
pub(crate) enum EraseCommand {
    /// Remove a person's data for good: record, history, runs; the HRIS does not bring them back
    ///
    /// Counts of runs stay, and a keyed hash of HRIS id and email, by which the HRIS is kept from bringing them back
    /// until `rollcall people allow`.
    #[command(after_help = "Example:\n  rollcall people erase nadia@acme.test --org acme --yes")]
    Erase {
        #[command(flatten)]
        person: PersonArg,
        /// Really: it cannot be taken back
        #[arg(long)]
        yes: bool,
    },
    /// Let somebody erased come back with the next sync
    Allow {
        #[command(flatten)]
        org: OrgArg,
        /// Whom, by HRIS id or email
        #[arg(value_name = "HRIS_ID|EMAIL")]
        name: String,
    },
}

/// Does it.
pub(crate) async fn run(command: EraseCommand, context: &Context) -> Result<Exit> {
    match command {
        EraseCommand::Erase { person, yes } => erase(&person, yes, context).await?,
        EraseCommand::Allow { org, name } => {
            let (app, organisation) = context.app_and_organisation(&org).await?;
            let allowed = app.allow_erased(&organisation, &name).await?;
            context.out.show(&allowed, || {
                format!("{name} is allowed again: the next sync adds them as somebody new.")
            })?;
        }
    }
    Ok(Exit::Done)
}

async fn erase(PersonArg { org, person }: &PersonArg, yes: bool, context: &Context) -> Result<()> {
    let (app, organisation) = context.app_and_organisation(org).await?;
    if !yes {
        let found = app.person(&organisation, person).await?;
        return Err(WrongUse(format!(
            "this would erase {} for good, with their history, and cannot be taken back; nobody was erased; \
             if that is meant, add --yes",
            found.email
        ))
        .into());
    }
    let erased = app.erase_person(&organisation, person).await?;
    context.out.show(&erased, || {
        format!(
            "The person {} was erased. The HRIS does not bring them back.",
            erased.id
        )
    })
}
