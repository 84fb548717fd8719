//! SQLite's journal, which goes into the database after a commit instead of within it.
//!
//! What a commit promises is in the journal and on the disk. Copying those pages into the database
//! is housekeeping: nobody who waits for a commit has to wait for it as well.

use std::{path::PathBuf, sync::Arc};

use sqlx::{ConnectOptions as _, Connection as _, Executor as _, sqlite::SqliteConnectOptions};
use tokio::sync::{Mutex, MutexGuard};

/// From how many bytes on a journal is worth being copied: SQLite's own measure, a thousand pages.
const WORTH_IT: u64 = 4 << 20;

/// The journal beside a SQLite file.
#[derive(Clone, Debug)]
pub(crate) struct Journal {
    file: PathBuf,
    options: Arc<SqliteConnectOptions>,
    /// Held while pages are copied.
    copying: Arc<Mutex<()>>,
}

impl Journal {
    /// After how many pages a commit copies them itself after all, so that a journal ends growing
    /// also where commits never pause: 64 MiB.
    pub(super) const LAST_RESORT: &str = "16384";

    pub(super) fn new(options: &SqliteConnectOptions) -> Self {
        let mut file = options.get_filename().as_os_str().to_owned();
        file.push("-wal");
        Self {
            file: PathBuf::from(file),
            options: Arc::new(options.clone().busy_timeout(std::time::Duration::ZERO)),
            copying: Arc::default(),
        }
    }

    /// Begins to copy the journal into the database where it is long enough and nobody does so.
    pub(super) fn after_commit(&self) {
        let length = self.file.metadata().map_or(0, |file| file.len());
        if length < WORTH_IT {
            return;
        }
        let Ok(alone) = Arc::clone(&self.copying).try_lock_owned() else {
            return;
        };
        let options = Arc::clone(&self.options);
        tokio::spawn(async move {
            let _alone = alone;
            // The next commit tries again, and the last connection that closes does it anyway.
            if let Err(error) = copy(&options).await {
                tracing::debug!(%error, "the journal was not copied into the database");
            }
        });
    }

    /// Waits until nothing is copied any longer, and keeps it so: SQLite refuses a second copy at
    /// once, and closing shall find no connection but its own.
    pub(super) async fn rest(&self) -> MutexGuard<'_, ()> {
        self.copying.lock().await
    }
}

/// Copies without holding up a writer, and only then empties the file, if nobody is in the way.
async fn copy(options: &SqliteConnectOptions) -> Result<(), sqlx::Error> {
    let mut connection = options.connect().await?;
    for step in [
        "PRAGMA wal_checkpoint(PASSIVE)",
        "PRAGMA wal_checkpoint(TRUNCATE)",
    ] {
        connection.execute(step).await?;
    }
    connection.close().await
}
