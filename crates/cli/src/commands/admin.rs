//! `rollcall admin`: who may decide.

use anyhow::Result;
use app::{AdminCreated, NewAdmin};
use clap::Subcommand;
use serde::Serialize;

use crate::{args::OrgArg, context::Context, exit::Exit, stdin};

/// Admins who can sign in
#[derive(Subcommand)]
pub(crate) enum AdminCommand {
    /// Make an admin who can sign in, or give an active person the right
    ///
    /// Without a password it prints a sign-in link that works once.
    #[command(
        after_help = "Examples:\n  rollcall admin create --org acme --email nadia@acme.test\n  \
                      rollcall admin create --org acme --email nadia@acme.test --password-stdin < password.txt"
    )]
    Create {
        #[command(flatten)]
        org: OrgArg,
        /// Their email
        #[arg(long)]
        email: String,
        /// Their first name
        #[arg(long, value_name = "NAME")]
        first_name: Option<String>,
        /// Their surname
        #[arg(long, value_name = "NAME")]
        last_name: Option<String>,
        /// Read their password from stdin, as one line
        #[arg(long)]
        password_stdin: bool,
    },
    /// Take the second factor away from an admin who has lost the app and the recovery codes
    ///
    /// They sign in with their password alone then, and can turn it on again.
    ForgetSecondFactor {
        #[command(flatten)]
        org: OrgArg,
        /// Their email
        #[arg(long)]
        email: String,
    },
}

/// The document of `admin create`.
#[derive(Serialize)]
struct Created<'a> {
    person: &'a app::view::PersonView,
    sign_in_link: Option<&'a str>,
}

/// Does it.
pub(crate) async fn run(command: AdminCommand, context: &Context) -> Result<Exit> {
    let (org, email, first_name, last_name, password_stdin) = match command {
        AdminCommand::Create {
            org,
            email,
            first_name,
            last_name,
            password_stdin,
        } => (org, email, first_name, last_name, password_stdin),
        AdminCommand::ForgetSecondFactor { org, email } => {
            return forget_second_factor(&org, &email, context).await;
        }
    };
    let (app, organisation) = context.app_and_organisation(&org).await?;
    let password = if password_stdin {
        Some(stdin::secret("--password-stdin", "password")?)
    } else {
        None
    };
    let new = NewAdmin {
        email,
        first_name,
        last_name,
        password,
    };
    let created = app.create_admin(&organisation, new).await?;
    let AdminCreated {
        person,
        sign_in_link,
    } = &created;
    let document = Created {
        person,
        sign_in_link: sign_in_link.as_deref(),
    };
    context.out.show(&document, || words(&created))?;
    Ok(Exit::Done)
}

async fn forget_second_factor(org: &OrgArg, email: &str, context: &Context) -> Result<Exit> {
    let (app, organisation) = context.app_and_organisation(org).await?;
    app.forget_second_factor(&organisation, email).await?;
    let document = serde_json::json!({ "email": email });
    context.out.show(&document, || {
        format!("{email} signs in without a second factor now, and can turn it on again.")
    })?;
    Ok(Exit::Done)
}

fn words(created: &AdminCreated) -> String {
    let email = &created.person.email;
    match &created.sign_in_link {
        Some(link) => format!("{email} is an admin and can sign in once with this link:\n  {link}"),
        None => format!("{email} is an admin and can sign in with the password."),
    }
}
