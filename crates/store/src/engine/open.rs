//! Opening a database by its address.

use std::{
    fs::{File, OpenOptions},
    io,
    path::{Path, PathBuf},
    str::FromStr as _,
    time::Duration,
};

use sqlx::{
    AssertSqlSafe, ConnectOptions as _, Connection as _,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use super::{Engine, StatementCount, Writes, journal::Journal};
use crate::StoreError;

/// How long a statement waits for another writer, and a call for a connection.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long PostgreSQL may take to give a connection: whoever waits for a page waits that long to be
/// told that it is gone.
const ANSWER: Duration = Duration::from_secs(8);

/// How many kilobytes of pages a SQLite connection holds. Whole tables are read once, from end to end,
/// and a run writes some pages of every index: more pages in memory gain nothing that the system's own
/// cache does not give.
pub(super) const PAGES_KB: usize = 2048;

/// More than there are prepared texts, so none is ever prepared twice on one connection.
const PREPARED: usize = 512;

/// Opens the database at an address; a SQLite file is made when it is not there.
pub(crate) async fn open(url: &str) -> Result<Engine, StoreError> {
    if let Some(options) = sqlite_options(url)? {
        return open_file(options).await;
    }
    match url.split_once(':') {
        Some(("postgres" | "postgresql", _)) => open_postgres(url).await,
        _ => Err(invalid(url, &"the scheme is neither sqlite nor postgres")),
    }
}

/// Opens the database at an address to look at it: no file is made, and nothing can be written to a
/// SQLite file. Not as a read-only file, though: that would leave a journal behind.
pub(crate) async fn look(url: &str) -> Result<Engine, StoreError> {
    let Some(options) = sqlite_options(url)? else {
        return open(url).await;
    };
    let path = options.get_filename().to_path_buf();
    if !path.is_file() {
        return Err(StoreError::NoDatabase { path });
    }
    let journal = Journal::new(&options);
    let reading = tuned(options)
        .create_if_missing(false)
        .pragma("query_only", "on");
    let readers = pool_of_sqlite(1).connect_with(reading).await;
    let readers = readers.map_err(|error| unopened(&path, error))?;
    Ok(Engine::Sqlite {
        writer: readers.clone(),
        readers,
        path,
        journal,
        statements: StatementCount::default(),
        writes: Writes::default(),
    })
}

/// The file that an address names; a server has none.
pub(crate) fn file_of(url: &str) -> Result<Option<PathBuf>, StoreError> {
    let options = sqlite_options(url)?;
    Ok(options.map(|options| options.get_filename().to_path_buf()))
}

fn sqlite_options(url: &str) -> Result<Option<SqliteConnectOptions>, StoreError> {
    if !url.starts_with("sqlite:") {
        return Ok(None);
    }
    let options = SqliteConnectOptions::from_str(url).map_err(|error| invalid(url, &error))?;
    let nameless = options.get_filename().as_os_str().is_empty();
    if url.contains(":memory:") || url.contains("mode=memory") || nameless {
        return Err(invalid(url, &"the database must be a file"));
    }
    Ok(Some(options))
}

/// Opens a SQLite file, or makes it.
pub(crate) async fn open_file(options: SqliteConnectOptions) -> Result<Engine, StoreError> {
    let path = options.get_filename().to_path_buf();
    if path.is_dir() {
        let source = io::Error::from(io::ErrorKind::IsADirectory);
        return Err(StoreError::File { path, source });
    }
    make_private_file(&path)?;
    let options = tuned(options);
    let journal = Journal::new(&options);
    let writing = options
        .clone()
        .page_size(4096)
        .journal_mode(SqliteJournalMode::Wal)
        // What is deleted or overwritten is gone from the file, as erasing a person promises.
        .pragma("secure_delete", "ON")
        .pragma("wal_autocheckpoint", Journal::LAST_RESORT)
        // A long run lets the journal grow; afterwards it goes back to this.
        .pragma("journal_size_limit", "67108864");
    let writer = pool_of_sqlite(1).connect_with(writing).await;
    let writer = writer.map_err(|error| unopened(&path, error))?;
    let readers = pool_of_sqlite(4).connect_lazy_with(options.read_only(true));
    Ok(Engine::Sqlite {
        writer,
        readers,
        path,
        journal,
        statements: StatementCount::default(),
        writes: Writes::default(),
    })
}

fn tuned(options: SqliteConnectOptions) -> SqliteConnectOptions {
    options
        .foreign_keys(true)
        .busy_timeout(PATIENCE)
        .synchronous(SqliteSynchronous::Full)
        .statement_cache_capacity(PREPARED)
        .row_buffer_size(512)
        .pragma("cache_size", format!("-{PAGES_KB}"))
        .pragma("temp_store", "memory")
        .disable_statement_logging()
}

fn pool_of_sqlite(connections: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(PATIENCE)
        .idle_timeout(None)
        .max_lifetime(None)
        // There is no network in between that could have cut it.
        .test_before_acquire(false)
        // SQLite takes a transaction back by itself when the disk is full. Rolling back then fails,
        // and the connection would take itself to be in a transaction for ever.
        .after_release(|connection, _| {
            Box::pin(async move {
                // Also takes away what a large run was given.
                let few = format!("PRAGMA cache_size = -{PAGES_KB}");
                sqlx::raw_sql(AssertSqlSafe(few))
                    .execute(&mut *connection)
                    .await?;
                Ok(!connection.is_in_transaction())
            })
        })
}

/// A file that cannot be read or written to is told as that, not as one that cannot be reached.
fn unopened(path: &Path, error: sqlx::Error) -> StoreError {
    if let Err(source) = File::open(path)
        && source.kind() == io::ErrorKind::PermissionDenied
    {
        let path = path.to_path_buf();
        return StoreError::File { path, source };
    }
    match StoreError::from(error) {
        StoreError::Unreachable(source) if OpenOptions::new().append(true).open(path).is_err() => {
            StoreError::ReadOnly(source)
        }
        other => other,
    }
}

async fn open_postgres(url: &str) -> Result<Engine, StoreError> {
    let options = PgConnectOptions::from_str(url)
        .map_err(|error| invalid(url, &error))?
        .application_name("rollcall")
        .options([
            ("client_min_messages", "warning"),
            ("lock_timeout", "30s"),
            // A process that was paused within a transaction holds up nobody for longer.
            ("idle_in_transaction_session_timeout", "20s"),
        ])
        .statement_cache_capacity(PREPARED)
        .disable_statement_logging();
    // A pool tries again until its patience ends, which hides the reason: a wrong address shall be
    // told at once.
    options.connect().await?.close().await?;
    let pool = PgPoolOptions::new()
        .max_connections(10)
        .acquire_timeout(ANSWER)
        .connect_lazy_with(options.clone());
    Ok(Engine::Postgres {
        pool,
        options: Box::new(options),
        statements: StatementCount::default(),
        writes: Writes::default(),
    })
}

/// Only the user who runs Rollcall may read what is in the directory; SQLite gives its journal the
/// mode of the database.
fn make_private_file(path: &Path) -> Result<(), StoreError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        // On a read-only disk an existing file is still worth a try, whose answer says more.
        Err(_) if path.is_file() => Ok(()),
        Err(source) => Err(StoreError::File {
            path: PathBuf::from(path),
            source,
        }),
    }
}

/// An address with its password left out.
fn invalid(url: &str, reason: &dyn std::fmt::Display) -> StoreError {
    let found = match (url.find("://"), url.rfind('@')) {
        (Some(scheme), Some(at)) if scheme + 3 <= at => {
            format!("{}…{}", &url[..scheme + 3], &url[at..])
        }
        _ => url.to_owned(),
    };
    StoreError::InvalidUrl {
        found,
        reason: reason.to_string(),
    }
}
