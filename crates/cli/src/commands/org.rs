//! `rollcall org`: organisations.

use anyhow::Result;
use app::{NewOrganisation, view::OrganisationView};
use clap::Subcommand;

use crate::{args::OrgArg, context::Context, exit::Exit, show::table};

/// Organisations: each has its own people, connection and runs
#[derive(Subcommand)]
#[command(
    after_help = "Examples:\n  rollcall org create --name Acme --time-zone Europe/Lisbon\n  rollcall org list\n  \
                  rollcall org set --org acme --time-zone Europe/London"
)]
pub(crate) enum OrgCommand {
    /// Make an organisation
    Create {
        /// What people call it
        #[arg(long)]
        name: String,
        /// What commands call it: lower-case letters, digits and hyphens [default: made from the name]
        #[arg(long)]
        slug: Option<String>,
        /// The time zone whose midnight counts, such as Europe/Lisbon
        #[arg(long, default_value = "UTC", value_name = "ZONE")]
        time_zone: String,
    },
    /// List all organisations
    List,
    /// Change an organisation's name or time zone
    Set {
        #[command(flatten)]
        org: OrgArg,
        /// What people call it from now on
        #[arg(long, required_unless_present = "time_zone")]
        name: Option<String>,
        /// The time zone whose midnight counts, such as Europe/Lisbon
        #[arg(long, value_name = "ZONE")]
        time_zone: Option<String>,
    },
}

/// Does it.
pub(crate) async fn run(command: OrgCommand, context: &Context) -> Result<Exit> {
    match command {
        OrgCommand::Create {
            name,
            slug,
            time_zone,
        } => {
            let app = context.app().await?;
            let new = NewOrganisation {
                name,
                slug,
                time_zone,
            };
            let made = app.create_organisation(new).await?;
            context
                .out
                .show(&made, || format!("Made the organisation {}.", one(&made)))?;
        }
        OrgCommand::List => {
            let list = context.app().await?.organisations().await?;
            context.out.show(&list, || all(&list.items))?;
        }
        OrgCommand::Set {
            org,
            name,
            time_zone,
        } => {
            let (app, organisation) = context.app_and_organisation(&org).await?;
            let set = app.set_organisation(&organisation, name, time_zone).await?;
            context
                .out
                .show(&set, || format!("The organisation is now {}.", one(&set)))?;
        }
    }
    Ok(Exit::Done)
}

fn one(organisation: &OrganisationView) -> String {
    let OrganisationView {
        slug,
        name,
        time_zone,
        ..
    } = organisation;
    format!("{name:?}, called {slug} in commands, with midnight in {time_zone}")
}

fn all(organisations: &[OrganisationView]) -> String {
    if organisations.is_empty() {
        return "No organisations yet. Make one with: rollcall org create --name NAME".to_owned();
    }
    let rows = organisations.iter().map(|organisation| {
        let OrganisationView {
            id,
            slug,
            name,
            time_zone,
        } = organisation;
        [
            slug.clone(),
            name.clone(),
            time_zone.clone(),
            id.to_string(),
        ]
    });
    table(["SLUG", "NAME", "TIME ZONE", "ID"], rows)
}
