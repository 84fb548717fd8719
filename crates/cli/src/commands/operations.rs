//! `rollcall key` and `rollcall doctor`: for the operator.

use anyhow::Result;
use app::{DoctorCheck, Failure, generate_key};
use clap::{Args, Subcommand};
use domain::{OsEntropy, SystemClock};
use secrecy::ExposeSecret as _;
use serde::Serialize;
use serde_json::json;
use store::StoreError;

use crate::{
    context::Context,
    exit::{self, Exit},
    output,
    show::{counted, table},
};

/// The master key that seals stored secrets
#[derive(Subcommand)]
pub(crate) enum KeyCommand {
    /// Print a new key
    #[command(after_help = "Example:\n  (umask 077; rollcall key generate > rollcall.key)")]
    Generate,
    /// Make a new key, seal every stored secret with it, and remove the old key from the key file
    ///
    /// Killed at any moment it leaves an installation that works; run it again to end it. Old backups need the old
    /// key: keep it apart as long as you keep them. With several machines, copy the new key file to the others.
    #[command(after_help = "Example:\n  rollcall key rotate")]
    Rotate,
}

/// Check that the installation works: database, schema, key, files, disk, clock; changes nothing
#[derive(Args)]
pub(crate) struct DoctorArgs {}

/// Does what is asked for the key.
pub(crate) async fn run_key(command: &KeyCommand, context: &Context) -> Result<Exit> {
    match command {
        KeyCommand::Generate => generate(context),
        KeyCommand::Rotate => rotate(context).await,
    }
}

async fn rotate(context: &Context) -> Result<Exit> {
    let (url, _) = context.places()?;
    // Opening would make a database, and a key, where none is.
    if let Some(path) = store::file_of(&url)?.filter(|path| !path.is_file()) {
        return Err(Failure::from(StoreError::NoDatabase { path }).into());
    }
    let rotated = context.app().await?.rotate_key().await?;
    context.out.show(&rotated, || {
        let secrets = counted(rotated.resealed, "secret", "secrets");
        format!(
            "The key {} in {} seals from now on: {secrets} sealed anew, {} removed.\n\
             Backups made before need the old key.",
            rotated.key_id,
            rotated.key_file,
            counted(rotated.removed.len() as u64, "old key", "old keys"),
        )
    })?;
    Ok(Exit::Done)
}

fn generate(context: &Context) -> Result<Exit> {
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

/// Checks the installation. Settings that are wrong are a finding too, and no error without a document.
pub(crate) async fn run_doctor(context: &Context) -> Result<Exit> {
    let (checks, exit) = match context.settings() {
        Ok(settings) => {
            let (url, key_file) = (&settings.database_url, settings.key_file.as_deref());
            let checks = app::doctor(url, key_file, &SystemClock).await;
            let checks: Vec<Check> = checks.into_iter().map(Into::into).collect();
            let exit = if checks.iter().all(|check| check.ok) {
                Exit::Done
            } else {
                Exit::Failed
            };
            (checks, exit)
        }
        Err(error) => {
            let error = error.into();
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
