//! Whether the installation is well.
//!
//! Nothing is made, written or brought up to date: an installation that is unwell is not to be
//! touched before somebody has understood why.

mod files;

use std::path::Path;

use domain::Clock;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use store::{BackupError, Store, StoreError};

use crate::{Failure, Vault, erased::field_of, vault::key_beside};

/// The clock of a machine that was never set is before this.
const RELEASED: Timestamp = Timestamp::constant(1_767_225_600, 0);
/// How far two clocks may differ.
const TOLERANCE: SignedDuration = SignedDuration::from_secs(60);

/// One thing that was looked at.
#[derive(Clone, Debug, Serialize)]
pub struct DoctorCheck {
    /// What was looked at.
    pub name: &'static str,
    /// Whether it is well.
    pub ok: bool,
    /// What was found.
    pub detail: String,
}

/// Looks at database, schema, key, files, disk and clock. Changes nothing.
pub async fn doctor(
    database_url: &str,
    key_file: Option<&Path>,
    clock: &dyn Clock,
) -> Vec<DoctorCheck> {
    let file = store::file_of(database_url).ok().flatten();
    let key_file = match (key_file, &file) {
        (Some(given), _) => Some(given.to_path_buf()),
        (None, Some(file)) => Some(key_beside(Some(file))),
        (None, None) => None,
    };
    let mut checks = Vec::new();
    let store = match Store::look(database_url).await {
        Ok(store) => Some(store),
        Err(error) => {
            checks.push(bad("database", sentence(error)));
            None
        }
    };
    if let Some(store) = &store {
        checks.push(database(store).await);
        checks.push(schema(store).await);
    }
    checks.push(key(store.as_ref(), key_file.as_deref()).await);
    checks.push(files::permissions(file.as_deref(), key_file.as_deref()));
    checks.extend(file.as_deref().and_then(files::disk));
    checks.push(time(store.as_ref(), clock).await);
    if let Some(store) = store {
        store.close().await;
    }
    checks
}

async fn database(store: &Store) -> DoctorCheck {
    let place = store.location().map(|file| format!(", {}", file.display()));
    let detail = format!("{}{}", store.engine_name(), place.unwrap_or_default());
    match store.examine().await {
        Ok(()) => good("database", detail),
        Err(BackupError::Store(error)) => bad("database", sentence(error)),
        Err(BackupError::Damaged { path, detail }) => {
            let name = path.display();
            bad(
                "database",
                format!("The file {name} is damaged ({detail}). Restore a backup."),
            )
        }
        Err(error) => bad("database", format!("{error}. Restore a backup.")),
    }
}

async fn schema(store: &Store) -> DoctorCheck {
    let found = async {
        let (found, known) = store.schema().await?;
        if found < known {
            // Its tables would be in the way of the steps that are still to be taken.
            if store.prepare_all().await.is_ok() {
                let detail = format!("it has the tables of {known} and remembers only {found}");
                return Err(StoreError::BrokenSchema { detail });
            }
            return Ok(format!("{found}; the next start brings it up to {known}"));
        }
        let statements = store.prepare_all().await?;
        Ok(format!("{found}, {statements} statements fit it"))
    };
    match found.await {
        Ok(detail) => good("schema", detail),
        Err(error) => bad("schema", sentence(error)),
    }
}

async fn key(store: Option<&Store>, path: Option<&Path>) -> DoctorCheck {
    let Some(path) = path else {
        return bad("key", "ROLLCALL_KEY_FILE is not set.".to_owned());
    };
    let secrets = match store {
        Some(store) => store.sealed_secrets().await.unwrap_or_default(),
        None => Vec::new(),
    };
    if secrets.is_empty() && !path.exists() {
        return good(
            "key",
            format!("{} is made when it is needed", path.display()),
        );
    }
    let vault = match Vault::read(path) {
        Ok(vault) => vault,
        Err(failure) => return bad("key", failure.to_string()),
    };
    let failures = secrets.iter().filter_map(|secret| {
        let opened = vault.open(secret.organisation, field_of(secret), &secret.sealed);
        opened.err().map(|failure| failure.to_string())
    });
    let failures: Vec<String> = failures.collect();
    match failures.first() {
        Some(first) => bad(
            "key",
            format!("{} of {} secrets: {first}", failures.len(), secrets.len()),
        ),
        None => good(
            "key",
            format!("{} opens {} secrets", path.display(), secrets.len()),
        ),
    }
}

async fn time(store: Option<&Store>, clock: &dyn Clock) -> DoctorCheck {
    let now = clock.now();
    if now < RELEASED {
        return bad(
            "clock",
            format!("It is {now} by this machine's clock; set it."),
        );
    }
    let found = async {
        let Some(store) = store else { return Ok(None) };
        if let Some(server) = store.server_time().await?
            && server.duration_since(now).abs() > TOLERANCE
        {
            return Ok(Some(format!(
                "it is {server} by the database server's clock"
            )));
        }
        let newest = newest_run(store).await?;
        let later = newest.filter(|newest| newest.duration_since(now) > TOLERANCE);
        Ok::<_, StoreError>(later.map(|newest| format!("a run began at {newest}")))
    };
    match found.await {
        // What the database cannot say is the finding of another check.
        Ok(None) | Err(_) => good("clock", now.to_string()),
        Ok(Some(other)) => bad(
            "clock",
            format!("It is {now} by this machine's clock, but {other}. Set the clock."),
        ),
    }
}

async fn newest_run(store: &Store) -> Result<Option<Timestamp>, StoreError> {
    let mut newest = None;
    for org in store.organisations().await? {
        let runs = store.runs(org.id, Some(1), None).await?;
        newest = newest.max(runs.items.first().map(|record| record.run.started_at));
    }
    Ok(newest)
}

fn sentence(error: StoreError) -> String {
    Failure::from(error).to_string()
}

fn good(name: &'static str, detail: String) -> DoctorCheck {
    DoctorCheck {
        name,
        ok: true,
        detail,
    }
}

fn bad(name: &'static str, detail: String) -> DoctorCheck {
    DoctorCheck {
        name,
        ok: false,
        detail,
    }
}
