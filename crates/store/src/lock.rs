//! One sync at a time per organisation, whatever the number of processes.
//!
//! The lock dies with its process, so after `kill -9` another process takes over at once instead of
//! waiting for a lease to run out.

use std::{
    fs::{File, OpenOptions, TryLockError},
    path::{Path, PathBuf},
};

use domain::{OrganisationId, RunKind};
use sqlx::{ConnectOptions as _, Connection as _, PgConnection};

use crate::{Store, StoreError, engine::Engine};

/// PostgreSQL only: a lock of the session, gone with its connection.
const TRY_LOCK: &str = "SELECT pg_try_advisory_lock($1)";
/// PostgreSQL only: a connection that is merely closed is noticed a moment later.
const UNLOCK: &str = "SELECT pg_advisory_unlock_all()";

/// The right to sync an organisation. Dropped, it is free again.
#[derive(Debug)]
#[must_use = "the lock is free again as soon as this is dropped"]
pub struct RunLock {
    held: Held,
}

#[derive(Debug)]
enum Held {
    /// The system takes the lock back when the file is closed, however the process ends.
    File(#[expect(dead_code, reason = "holding it open is what counts")] File),
    /// The server takes the lock back when the connection ends.
    Session(Box<PgConnection>),
}

impl Store {
    /// Takes the right to sync an organisation, or says `None` at once when somebody has it.
    pub async fn try_lock_run(&self, org: OrganisationId) -> Result<Option<RunLock>, StoreError> {
        self.try_lock(org, RunKind::Sync).await
    }

    /// The same for previews. They block nobody: the lock only tells whether a preview that says it
    /// is going can still be alive.
    pub async fn try_lock_preview(
        &self,
        org: OrganisationId,
    ) -> Result<Option<RunLock>, StoreError> {
        self.try_lock(org, RunKind::Preview).await
    }

    async fn try_lock(
        &self,
        org: OrganisationId,
        kind: RunKind,
    ) -> Result<Option<RunLock>, StoreError> {
        let held = match &self.engine {
            Engine::Sqlite { path, .. } => {
                try_lock_file(&lock_path(path, org, kind))?.map(Held::File)
            }
            Engine::Postgres { options, .. } => {
                let mut connection = options.connect().await?;
                let locked: bool = sqlx::query_scalar(TRY_LOCK)
                    .bind(lock_key(org, kind))
                    .fetch_one(&mut connection)
                    .await?;
                locked.then(|| Held::Session(Box::new(connection)))
            }
        };
        Ok(held.map(|held| RunLock { held }))
    }
}

impl RunLock {
    /// Whether the lock is still ours: a connection that was cut has lost it, and a run that finds
    /// so must not write.
    pub async fn is_held(&mut self) -> bool {
        match &mut self.held {
            Held::File(_) => true,
            Held::Session(connection) => connection.ping().await.is_ok(),
        }
    }

    /// Gives the lock back and waits until it is free.
    pub async fn release(self) {
        if let Held::Session(mut connection) = self.held {
            // A connection that cannot be told is gone already, and the lock with it.
            _ = sqlx::query(UNLOCK).execute(&mut *connection).await;
            _ = connection.close().await;
        }
    }
}

fn lock_path(database: &Path, org: OrganisationId, kind: RunKind) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    match kind {
        RunKind::Sync => name.push(format!(".{org}.lock")),
        RunKind::Preview => name.push(format!(".{org}.preview.lock")),
    }
    PathBuf::from(name)
}

/// The file stays: removing it would let two processes lock two files of one name.
fn try_lock_file(path: &Path) -> Result<Option<File>, StoreError> {
    let failed = |source| StoreError::File {
        path: path.to_path_buf(),
        source,
    };
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)
        .map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(source)) => Err(failed(source)),
    }
}

/// Version 7 ids are random in their lower half.
fn lock_key(org: OrganisationId, kind: RunKind) -> i64 {
    const ROLLCALL: u64 = 0x726f_6c6c_6361_6c6c;
    let (_, low) = org.0.as_u64_pair();
    let number = low ^ ROLLCALL;
    match kind {
        RunKind::Sync => number.cast_signed(),
        RunKind::Preview => (!number).cast_signed(),
    }
}
