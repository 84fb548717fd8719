//! Backup and restore of an installation on SQLite. Neither ever holds the master key.

use std::{
    io::ErrorKind,
    path::{Path, PathBuf},
};

use serde::Serialize;
use store::{BackupError, Restoring, Store};

use crate::{Failure, FailureKind, Vault, erased::field_of, vault::key_beside};

/// A backup that was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BackedUp {
    /// The database.
    pub database: String,
    /// The new file.
    pub file: String,
    /// Its size.
    pub bytes: u64,
    /// Where the key is that a restored database needs. It is not in the backup.
    pub key_file: String,
}

/// Whether the master key opens what is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyFit {
    /// It opens every stored secret, if there is one.
    Fits,
    /// There is no key file yet, and stored secrets wait for theirs.
    Missing,
    /// There is no key file, and nothing that needs one.
    NotNeeded,
}

/// A database that was restored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Restored {
    /// Where it is now.
    pub database: String,
    /// The backup.
    pub file: String,
    /// How many organisations it has.
    pub organisations: u64,
    /// Whether the key fits.
    pub key: KeyFit,
    /// Where the key is looked for.
    pub key_file: String,
}

/// Writes a backup of the database to a new file. It needs no key, and changes nothing else.
pub async fn back_up(
    database_url: &str,
    key_file: Option<&Path>,
    to: &Path,
) -> Result<BackedUp, Failure> {
    let database = file_of(database_url)?;
    let store = Store::look(database_url).await?;
    let written = store.back_up(to).await;
    store.close().await;
    Ok(BackedUp {
        bytes: written?,
        key_file: text(&place_of_key(key_file, &database)),
        database: text(&database),
        file: text(to),
    })
}

/// Puts a backup where the database is to be, once it is looked through and the key fits.
pub async fn restore(
    database_url: &str,
    key_file: Option<&Path>,
    from: &Path,
) -> Result<Restored, Failure> {
    let database = file_of(database_url)?;
    let key_path = place_of_key(key_file, &database);
    let vault = match key_file {
        Some(path) => Some(Vault::read(path)?),
        None if key_path.exists() => Some(Vault::read(&key_path)?),
        None => None,
    };
    let restoring = store::prepare_restore(from, &database).await?;
    let key = fit(&restoring, vault.as_ref()).await?;
    let organisations = restoring.store().organisations().await?.len() as u64;
    restoring.finish().await?;
    Ok(Restored {
        database: text(&database),
        file: text(from),
        organisations,
        key,
        key_file: text(&key_path),
    })
}

async fn fit(restoring: &Restoring, vault: Option<&Vault>) -> Result<KeyFit, Failure> {
    let secrets = restoring.store().sealed_secrets().await?;
    let Some(vault) = vault else {
        return Ok(if secrets.is_empty() {
            KeyFit::NotNeeded
        } else {
            KeyFit::Missing
        });
    };
    for secret in secrets {
        vault
            .open(secret.organisation, field_of(&secret), &secret.sealed)
            .map_err(|_| unfit(vault))?;
    }
    Ok(KeyFit::Fits)
}

fn unfit(vault: &Vault) -> Failure {
    Failure::usage(
        "key_file",
        format!(
            "The key file {} does not fit this backup: a secret in it cannot be opened; nothing was restored.",
            vault.path().display()
        ),
    )
    .mend(
        "Give the key that belongs to it with ROLLCALL_KEY_FILE. If that is lost, move this one away and restore \
         again: people and history come back, and the HRIS is connected anew.",
    )
}

fn file_of(database_url: &str) -> Result<PathBuf, Failure> {
    Ok(store::file_of(database_url)?.ok_or(BackupError::Server)?)
}

fn place_of_key(given: Option<&Path>, database: &Path) -> PathBuf {
    given.map_or_else(|| key_beside(Some(database)), Path::to_path_buf)
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

impl From<BackupError> for Failure {
    fn from(error: BackupError) -> Self {
        use BackupError as E;
        let (kind, code) = match error {
            E::Store(error) => return error.into(),
            E::Server => (FailureKind::Usage, "not_sqlite"),
            E::Exists { .. } => (FailureKind::Usage, "exists"),
            E::InUse { .. } => (FailureKind::Usage, "in_use"),
            E::Foreign { .. } => (FailureKind::Usage, "no_backup"),
            E::Damaged { .. } => (FailureKind::Internal, "damaged"),
            E::File { ref source, .. } => match source.kind() {
                // The path is wrong; anything else is the machine's trouble.
                ErrorKind::NotFound
                | ErrorKind::NotADirectory
                | ErrorKind::IsADirectory
                | ErrorKind::PermissionDenied
                | ErrorKind::InvalidInput => (FailureKind::Usage, "file"),
                _ => (FailureKind::Internal, "file"),
            },
        };
        Self::with_kind(kind, code, &error.to_string())
    }
}
