//! `rollcall policy` and `rollcall regions`: the rules of an organisation.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::{Args, Subcommand};
use domain::{Country, Policy, Region};

use crate::{args::OrgArg, context::Context, exit::Exit, show::table, stdin};

/// Rules and safeguards of an organisation
#[derive(Subcommand)]
#[command(
    after_help = "Examples:\n  rollcall policy show --org acme > policy.json\n  \
                  rollcall policy set --org acme --file policy.json"
)]
pub(crate) enum PolicyCommand {
    /// Print the rules and safeguards as a JSON document that `policy set` takes
    Show {
        #[command(flatten)]
        org: OrgArg,
    },
    /// Replace the rules and safeguards with a whole JSON document
    Set(Document),
}

/// Content regions: which countries see which content
#[derive(Subcommand)]
#[command(
    after_help = "Examples:\n  rollcall regions list --org acme --json > regions.json\n  \
                  rollcall regions set --org acme --file regions.json"
)]
pub(crate) enum RegionsCommand {
    /// List the content regions with their countries
    List {
        #[command(flatten)]
        org: OrgArg,
    },
    /// Replace the content regions; everybody moves to the region of their country at once
    Set(Document),
}

/// A JSON document for an organisation.
#[derive(Args)]
pub(crate) struct Document {
    #[command(flatten)]
    org: OrgArg,
    /// The file with the JSON document [default: stdin]
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
}

/// Does what is asked for the policy.
pub(crate) async fn run_policy(command: PolicyCommand, context: &Context) -> Result<Exit> {
    let policy = match command {
        PolicyCommand::Show { org } => {
            let (app, organisation) = context.app_and_organisation(&org).await?;
            app.policy(&organisation).await?
        }
        PolicyCommand::Set(Document { org, file }) => {
            let (app, organisation) = context.app_and_organisation(&org).await?;
            let json = stdin::document(file.as_deref())?;
            let policy = app.put_policy(&organisation, &json).await?;
            context.out.remark("From now on these rules apply.");
            policy
        }
    };
    let pretty = pretty(&policy)?;
    context.out.show(&policy, || pretty)?;
    Ok(Exit::Done)
}

/// The same document over several lines, to be read and edited.
fn pretty(policy: &Policy) -> Result<String> {
    serde_json::to_string_pretty(policy).context("the policy could not be written")
}

/// Does what is asked for the content regions.
pub(crate) async fn run_regions(command: RegionsCommand, context: &Context) -> Result<Exit> {
    let list = match command {
        RegionsCommand::List { org } => {
            let (app, organisation) = context.app_and_organisation(&org).await?;
            app.regions(&organisation).await?
        }
        RegionsCommand::Set(Document { org, file }) => {
            let (app, organisation) = context.app_and_organisation(&org).await?;
            let json = stdin::document(file.as_deref())?;
            let list = app.put_regions(&organisation, &json).await?;
            context.out.remark("From now on these regions apply.");
            list
        }
    };
    context.out.show(&list, || regions(&list.items))?;
    Ok(Exit::Done)
}

fn regions(regions: &[Region]) -> String {
    let rows = regions.iter().map(|region| {
        let countries: Vec<&str> = region.countries.iter().map(Country::as_str).collect();
        [
            region.name.clone(),
            if region.fallback { "yes" } else { "" }.to_owned(),
            region.countries.len().to_string(),
            countries.join(" "),
        ]
    });
    table(["NAME", "FALLBACK", "COUNT", "COUNTRIES"], rows)
}
