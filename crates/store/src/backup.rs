//! Backup and restore of a SQLite file. A PostgreSQL server has tools of its own for that.
//!
//! A backup is one file, whole or not there: it is written beside its place and moved there. So is a
//! restored database, which is looked through and brought up to date before it gets its name.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use sqlx::{
    ConnectOptions as _, Connection as _, Row as _, SqliteConnection, sqlite::SqliteConnectOptions,
};
use tempfile::{NamedTempFile, TempDir, TempPath};

use crate::{
    Store, StoreError,
    engine::{Engine, open_file},
    migrate,
};

/// How a SQLite file begins: <https://www.sqlite.org/fileformat.html>.
const MAGIC: &[u8; 16] = b"SQLite format 3\0";

const SCHEMA: &str = "SELECT key, value FROM installation WHERE key LIKE 'schema.%' ORDER BY key";
/// PostgreSQL only.
const SERVER_TIME: &str = "SELECT (EXTRACT(EPOCH FROM clock_timestamp()) * 1000)::BIGINT";
const HAS_SCHEMA: &str =
    "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table' AND name = 'installation'";

/// Why a backup was not written or not restored. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// Only a SQLite file is backed up by us.
    #[error(
        "PostgreSQL is backed up and restored with pg_dump and pg_restore; nothing was changed"
    )]
    Server,
    /// Something is there already, and nothing is ever overwritten.
    #[error("the path {path} is taken, so nothing was changed; give a path that does not exist")]
    Exists {
        /// What is in the way.
        path: PathBuf,
    },
    /// A file cannot be read or written.
    #[error("the file {path} cannot be used: {source}; nothing was changed")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A database that somebody has open, or had when the machine stopped.
    #[error(
        "the file {path} has a journal beside it, so it is a database in use and no backup; nothing was changed; \
         make a backup of it with `rollcall backup`"
    )]
    InUse {
        /// Which.
        path: PathBuf,
    },
    /// Not a backup at all.
    #[error("the file {path} is no backup of a Rollcall database ({detail}); nothing was changed")]
    Foreign {
        /// Which.
        path: PathBuf,
        /// What was found.
        detail: String,
    },
    /// A backup that has been damaged.
    #[error("the file {path} is damaged ({detail}); nothing was changed; take another backup")]
    Damaged {
        /// Which.
        path: PathBuf,
        /// What was found.
        detail: String,
    },
    /// The database said something.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Store {
    /// Writes the database as it is at this moment to a new file that only this user may read, and
    /// gives its size in bytes. Others go on reading and writing meanwhile.
    pub async fn back_up(&self, to: &Path) -> Result<u64, BackupError> {
        let Engine::Sqlite { readers, .. } = &self.engine else {
            return Err(BackupError::Server);
        };
        let failed = |source| BackupError::File {
            path: to.to_path_buf(),
            source,
        };
        if fs::symlink_metadata(to).is_ok() {
            return Err(BackupError::Exists {
                path: to.to_path_buf(),
            });
        }
        // In a folder of its own, which goes with everything that SQLite leaves in it where the disk
        // is full. Made empty and private first: SQLite fills an empty file, and would make one that
        // others may read.
        let folder = TempDir::new_in(folder_of(to)).map_err(failed)?;
        let file = NamedTempFile::new_in(folder.path()).map_err(failed)?;
        let place = file.path().to_str().ok_or_else(|| not_text(to))?;
        let mut connection = readers.acquire().await.map_err(StoreError::from)?;
        // It counts as writing, though not to this database.
        sqlx::query("PRAGMA query_only = off")
            .execute(&mut *connection)
            .await
            .map_err(StoreError::from)?;
        sqlx::query("VACUUM INTO $1")
            .bind(place)
            .execute(&mut *connection)
            .await
            .map_err(StoreError::from)?;
        let (written, path) = file.into_parts();
        drop(written);
        let bytes = sync(&path).map_err(failed)?;
        put_in_place(path, to)?;
        Ok(bytes)
    }
}

impl Store {
    /// Whether the database file is whole. A server looks after its own.
    pub async fn examine(&self) -> Result<(), BackupError> {
        let (readers, path) = match &self.engine {
            Engine::Sqlite { readers, path, .. } => (readers, path),
            Engine::Postgres { pool, .. } => {
                let answered = sqlx::query("SELECT 1").execute(pool).await;
                return Ok(answered.map(drop).map_err(StoreError::from)?);
            }
        };
        let mut connection = readers.acquire().await.map_err(StoreError::from)?;
        let verdict: String = sqlx::query_scalar("PRAGMA quick_check(1)")
            .fetch_one(&mut *connection)
            .await
            .map_err(StoreError::from)?;
        if verdict == "ok" {
            return Ok(());
        }
        Err(BackupError::Damaged {
            path: path.clone(),
            detail: on_one_line(&verdict),
        })
    }

    /// What time it is by the clock of the database server; a file has none.
    pub async fn server_time(&self) -> Result<Option<Timestamp>, StoreError> {
        let Engine::Postgres { pool, .. } = &self.engine else {
            return Ok(None);
        };
        let milliseconds: i64 = sqlx::query_scalar(SERVER_TIME).fetch_one(pool).await?;
        let time = Timestamp::from_millisecond(milliseconds);
        Ok(Some(time.map_err(|error| {
            StoreError::unreadable("the server's clock", error)
        })?))
    }
}

/// A backup that has been looked through, not yet in its place. Dropped, it leaves nothing.
#[derive(Debug)]
pub struct Restoring {
    store: Store,
    // Beside the target, so that it can be moved there.
    folder: TempDir,
    target: PathBuf,
}

/// Copies a backup beside its target, looks it through and brings its schema up to date.
pub async fn prepare_restore(from: &Path, target: &Path) -> Result<Restoring, BackupError> {
    refuse_existing(target)?;
    refuse_in_use(from)?;
    refuse_foreign(from)?;
    let folder = tempfile::Builder::new()
        .prefix(".rollcall-restore-")
        .tempdir_in(folder_of(target))
        .map_err(|source| BackupError::File {
            path: target.to_path_buf(),
            source,
        })?;
    let copy = folder.path().join("rollcall.db");
    copy_privately(from, &copy).map_err(|source| BackupError::File {
        path: target.to_path_buf(),
        source,
    })?;
    look_through(from, &copy).await?;
    let engine = open_file(SqliteConnectOptions::new().filename(&copy)).await?;
    migrate::migrate(&engine).await?;
    let store = Store {
        engine,
        totals: crate::person::Totals::default(),
    };
    // A table that is missing or another one than its schema says shows here.
    store.prepare_all().await?;
    Ok(Restoring {
        store,
        folder,
        target: target.to_path_buf(),
    })
}

impl Restoring {
    /// The database, to be asked whether the key fits.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Puts the database in its place.
    pub async fn finish(self) -> Result<(), BackupError> {
        self.store.close().await;
        let copy = self.folder.path().join("rollcall.db");
        refuse_in_use(&copy)?;
        let failed = |source| BackupError::File {
            path: self.target.clone(),
            source,
        };
        sync(&copy).map_err(failed)?;
        let copy = TempPath::try_from_path(copy).map_err(failed)?;
        put_in_place(copy, &self.target)
    }
}

/// SQLite puts a heading above what it finds.
fn on_one_line(verdict: &str) -> String {
    let found = verdict.lines().filter(|line| !line.starts_with("***"));
    found.collect::<Vec<_>>().join("; ")
}

/// A journal that was left beside a file of that name would be taken for the new database's.
fn refuse_existing(target: &Path) -> Result<(), BackupError> {
    let beside = ["", "-wal", "-shm", "-journal"].map(|end| with_end(target, end));
    match beside
        .into_iter()
        .find(|path| fs::symlink_metadata(path).is_ok())
    {
        Some(path) => Err(BackupError::Exists { path }),
        None => Ok(()),
    }
}

/// The newest changes of a database in use are in its journal, not in the file.
fn refuse_in_use(path: &Path) -> Result<(), BackupError> {
    let journal = |end| fs::metadata(with_end(path, end)).is_ok_and(|found| found.len() > 0);
    if journal("-wal") || journal("-journal") {
        return Err(BackupError::InUse {
            path: path.to_path_buf(),
        });
    }
    Ok(())
}

fn refuse_foreign(path: &Path) -> Result<(), BackupError> {
    let failed = |source| BackupError::File {
        path: path.to_path_buf(),
        source,
    };
    let mut beginning = Vec::new();
    File::open(path)
        .and_then(|file| file.take(MAGIC.len() as u64).read_to_end(&mut beginning))
        .map_err(failed)?;
    if beginning == MAGIC {
        return Ok(());
    }
    Err(foreign(path, "it is no SQLite file"))
}

/// Whether the file is whole, and ours. Nothing is written, not even beside it.
async fn look_through(named: &Path, copy: &Path) -> Result<(), BackupError> {
    let damaged = |detail: String| BackupError::Damaged {
        path: named.to_path_buf(),
        detail,
    };
    let unreadable = |error: sqlx::Error| damaged(error.to_string());
    let options = SqliteConnectOptions::new()
        .filename(copy)
        .read_only(true)
        .immutable(true)
        .disable_statement_logging();
    let mut connection = options.connect().await.map_err(unreadable)?;
    let verdict: String = sqlx::query_scalar("PRAGMA integrity_check(1)")
        .fetch_one(&mut connection)
        .await
        .map_err(unreadable)?;
    if verdict != "ok" {
        return Err(damaged(on_one_line(&verdict)));
    }
    let applied = schema(named, &mut connection).await?;
    connection.close().await.map_err(unreadable)?;
    Ok(migrate::check(&applied)?)
}

async fn schema(
    named: &Path,
    connection: &mut SqliteConnection,
) -> Result<Vec<(u32, String)>, BackupError> {
    let other = "it is another program's database";
    let tables: i64 = sqlx::query_scalar(HAS_SCHEMA)
        .fetch_one(&mut *connection)
        .await
        .map_err(StoreError::from)?;
    if tables == 0 {
        return Err(foreign(named, other));
    }
    let rows = sqlx::query(SCHEMA)
        .fetch_all(&mut *connection)
        .await
        .map_err(|_| foreign(named, other))?;
    let mut applied = Vec::new();
    for row in rows {
        let key: String = row.try_get(0).map_err(StoreError::from)?;
        let text: String = row.try_get(1).map_err(StoreError::from)?;
        applied.push((migrate::number_of(&key)?, text));
    }
    if applied.is_empty() {
        return Err(foreign(named, "its schema was never made"));
    }
    Ok(applied)
}

fn copy_privately(from: &Path, to: &Path) -> io::Result<u64> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    io::copy(&mut File::open(from)?, &mut options.open(to)?)
}

/// Makes what was written last, and gives how much it is.
fn sync(path: &Path) -> io::Result<u64> {
    let file = File::open(path)?;
    file.sync_all()?;
    Ok(file.metadata()?.len())
}

fn put_in_place(file: TempPath, target: &Path) -> Result<(), BackupError> {
    file.persist_noclobber(target).map_err(|error| {
        if error.error.kind() == io::ErrorKind::AlreadyExists {
            BackupError::Exists {
                path: target.to_path_buf(),
            }
        } else {
            BackupError::File {
                path: target.to_path_buf(),
                source: error.error,
            }
        }
    })?;
    // The name is what a power cut could still take back; a file system that cannot say is no reason
    // to call the file lost.
    _ = File::open(folder_of(target)).and_then(|folder| folder.sync_all());
    Ok(())
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

fn with_end(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    PathBuf::from(name)
}

fn foreign(path: &Path, detail: &str) -> BackupError {
    BackupError::Foreign {
        path: path.to_path_buf(),
        detail: detail.to_owned(),
    }
}

fn not_text(path: &Path) -> BackupError {
    BackupError::File {
        path: path.to_path_buf(),
        source: io::Error::new(io::ErrorKind::InvalidInput, "the path is no readable text"),
    }
}
