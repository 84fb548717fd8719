//! `rollcall key` and `rollcall doctor`: for the operator.

use anyhow::Result;
use app::{DoctorCheck, generate_key};
use clap::{Args, Subcommand};
use domain::OsEntropy;
use secrecy::ExposeSecret as _;
use serde::Serialize;
use serde_json::json;

use crate::{
    context::Context,
    exit::{self, Exit},
    output,
    show::table,
};

/// The master key that seals stored secrets
#[derive(Subcommand)]
pub(crate) enum KeyCommand {
    /// Print a new key
    #[command(after_help = "Example:\n  (umask 077; rollcall key generate > rollcall.key)")]
    Generate,
}

/// Check that the installation works: settings, database, key
#[derive(Args)]
pub(crate) struct DoctorArgs {}

/// Does what is asked for the key.
pub(crate) fn run_key(command: &KeyCommand, context: &Context) -> Result<Exit> {
    let KeyCommand::Generate = command;
    let key = generate_key(&OsEntropy);
    if context.out.is_json() {
        output::print_json(&json!({ "key": key.expose_secret() }))?;
    } else {
        output::print_text(key.expose_secret())?;
    }
    Ok(Exit::Done)
}

/// The document of `doctor`.
#[derive(Serialize)]
struct Checks {
    checks: Vec<Check>,
}

#[derive(Serialize)]
struct Check {
    name: String,
    ok: bool,
    detail: String,
}

impl From<DoctorCheck> for Check {
    fn from(check: DoctorCheck) -> Self {
        let DoctorCheck { name, ok, detail } = check;
        Self {
            name: name.to_owned(),
            ok,
            detail,
        }
    }
}

/// Checks the installation. One that cannot even be opened is a finding too, and no error without a document.
pub(crate) async fn run_doctor(context: &Context) -> Result<Exit> {
    let (checks, exit) = match context.app().await {
        Ok(app) => {
            let checks: Vec<Check> = app.doctor().await.into_iter().map(Into::into).collect();
            let exit = if checks.iter().all(|check| check.ok) {
                Exit::Done
            } else {
                Exit::Failed
            };
            (checks, exit)
        }
        Err(error) => {
            let start = Check {
                name: "start".to_owned(),
                ok: false,
                detail: exit::words(&error),
            };
            (vec![start], exit::of_error(&error))
        }
    };
    let checks = Checks { checks };
    context.out.show(&checks, || words(&checks.checks))?;
    Ok(exit)
}

fn words(checks: &[Check]) -> String {
    let rows = checks.iter().map(|check| {
        let found = if check.ok { "ok" } else { "WRONG" };
        [check.name.clone(), found.to_owned(), check.detail.clone()]
    });
    table(["CHECK", "", ""], rows)
}
