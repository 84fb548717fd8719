//! `rollcall backup` and `rollcall restore`: a SQLite database as one file, without its key.

use std::path::PathBuf;

use anyhow::Result;
use app::{BackedUp, KeyFit, Restored};
use clap::Args;

use crate::{
    context::Context,
    exit::{Exit, WrongUse},
    settings::is_postgres,
    show::counted,
};

/// Write a backup of the database to a new file, without the key
///
/// Also while Rollcall runs. Keep the key file too, at another place: whoever has both has the HRIS token. With
/// PostgreSQL use `pg_dump`.
#[derive(Args)]
#[command(after_help = "Example:\n  rollcall backup /backups/rollcall-2026-02-01.db")]
pub(crate) struct BackupArgs {
    /// Where the backup is to be; nothing may be there yet
    file: PathBuf,
}

/// Restore a backup to where the database is to be
///
/// Nothing may be there yet. The backup is checked first, and brought up to this version's schema. With PostgreSQL
/// use `pg_restore`.
#[derive(Args)]
#[command(
    after_help = "Example:\n  rollcall restore /backups/rollcall-2026-02-01.db --database-url sqlite://rollcall.db"
)]
pub(crate) struct RestoreArgs {
    /// The backup
    file: PathBuf,
}

/// Makes a backup.
pub(crate) async fn run_backup(args: BackupArgs, context: &Context) -> Result<Exit> {
    let (url, key_file) = sqlite_places(context, "pg_dump")?;
    let made = app::back_up(&url, key_file.as_deref(), &args.file).await?;
    context.out.show(&made, || words_of_backup(&made))?;
    Ok(Exit::Done)
}

/// Restores one.
pub(crate) async fn run_restore(args: RestoreArgs, context: &Context) -> Result<Exit> {
    let (url, key_file) = sqlite_places(context, "pg_restore")?;
    let restored = app::restore(&url, key_file.as_deref(), &args.file).await?;
    context
        .out
        .show(&restored, || words_of_restore(&restored))?;
    Ok(Exit::Done)
}

fn sqlite_places(context: &Context, tool: &str) -> Result<(String, Option<PathBuf>), WrongUse> {
    let (url, key_file) = context.places()?;
    if is_postgres(&url) {
        return Err(WrongUse(format!(
            "ROLLCALL_DATABASE_URL leads to PostgreSQL, where {tool} does this (pg_dump makes a backup, pg_restore \
             restores it); nothing was changed."
        )));
    }
    Ok((url, key_file))
}

fn words_of_backup(made: &BackedUp) -> String {
    format!(
        "{} is a backup of {} ({} bytes).\n\
         The key is not in it. Keep {} too, at another place: without it nobody can open the HRIS token, and whoever \
         has both can.",
        made.file, made.database, made.bytes, made.key_file
    )
}

fn words_of_restore(restored: &Restored) -> String {
    let organisations = counted(restored.organisations, "organisation", "organisations");
    let key = match restored.key {
        KeyFit::Fits => format!("The key {} fits.", restored.key_file),
        KeyFit::Missing => format!(
            "Its key is missing: put it at {} before you start, or connect the HRIS again.",
            restored.key_file
        ),
        KeyFit::NotNeeded => "It holds no secret, so it needs no key.".to_owned(),
    };
    format!(
        "{} is restored from {}, with {organisations}. {key}\n\
         Look at a preview before the first sync: rollcall sync --org ORGANISATION --preview",
        restored.database, restored.file
    )
}
