//! The two engines. Nothing outside this module and the locks knows which one it is.

mod count;
mod journal;
mod open;
mod row;
mod session;
mod statement;
mod value;
mod writes;

use std::path::PathBuf;

use sqlx::{PgPool, SqlitePool, postgres::PgConnectOptions};

use journal::Journal;

pub use count::StatementCount;
pub(crate) use open::{file_of, look, open, open_file};
pub(crate) use row::{Reader, read_count, read_id, read_int, read_json};
pub(crate) use session::Session;
use session::Transaction;
pub(crate) use statement::{Bulk, SIZES, Statement, bulks, statements};
pub(crate) use value::{Value, values};
pub(crate) use writes::Writes;

use crate::StoreError;

/// In which words placeholders and the types of the schema are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    Sqlite = 0,
    Postgres = 1,
}

/// Where connections come from.
#[derive(Debug)]
pub(crate) enum Engine {
    Sqlite {
        /// One connection: SQLite has one writer at a time, and waiting in our own queue is fair.
        writer: SqlitePool,
        /// Connections that cannot write.
        readers: SqlitePool,
        /// The database file.
        path: PathBuf,
        /// The journal beside it.
        journal: Journal,
        /// What its sessions ran.
        statements: StatementCount,
        /// Whether it takes writes.
        writes: Writes,
    },
    Postgres {
        pool: PgPool,
        /// For connections of their own, which locks need.
        options: Box<PgConnectOptions>,
        /// What its sessions ran.
        statements: StatementCount,
        /// Whether it takes writes.
        writes: Writes,
    },
}

impl Engine {
    /// A transaction that may write. On SQLite it takes the write lock at once, so that it never
    /// has to give up half-way because somebody else wrote in between.
    pub(crate) async fn write(&self) -> Result<Session, StoreError> {
        let (transaction, journal) = match self {
            Self::Sqlite {
                writer, journal, ..
            } => {
                let transaction = writer.begin_with("BEGIN IMMEDIATE").await?;
                (Transaction::Sqlite(transaction), Some(journal.clone()))
            }
            Self::Postgres { pool, .. } => (Transaction::Postgres(pool.begin().await?), None),
        };
        Ok(Session::new(
            transaction,
            self.statements(),
            journal,
            self.writes(),
        ))
    }

    /// A transaction that only reads, and sees one moment.
    pub(crate) async fn read(&self) -> Result<Session, StoreError> {
        let transaction = match self {
            Self::Sqlite { readers, .. } => Transaction::Sqlite(readers.begin().await?),
            Self::Postgres { pool, .. } => {
                let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
                Transaction::Postgres(pool.begin_with(begin).await?)
            }
        };
        Ok(Session::new(
            transaction,
            self.statements(),
            None,
            self.writes(),
        ))
    }

    /// What its sessions ran.
    pub(crate) fn statements(&self) -> &StatementCount {
        match self {
            Self::Sqlite { statements, .. } | Self::Postgres { statements, .. } => statements,
        }
    }

    /// Whether it takes writes.
    pub(crate) fn writes(&self) -> &Writes {
        match self {
            Self::Sqlite { writes, .. } | Self::Postgres { writes, .. } => writes,
        }
    }

    pub(crate) fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite { .. } => Dialect::Sqlite,
            Self::Postgres { .. } => Dialect::Postgres,
        }
    }

    /// Writes SQLite's journal into the database and empties it, so that nothing of what was
    /// overwritten stands in it any longer. While somebody reads an older state it stays; the next
    /// time, or closing, does it.
    pub(crate) async fn empty_journal(&self) {
        if let Self::Sqlite {
            writer, journal, ..
        } = self
        {
            let _rest = journal.rest().await;
            let emptied = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(writer);
            if let Err(error) = emptied.await {
                tracing::warn!(%error, "the journal could not be emptied");
            }
        }
    }

    /// Ends all connections. SQLite then has no journal file left beside the database.
    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite {
                writer,
                readers,
                journal,
                ..
            } => {
                let _rest = journal.rest().await;
                readers.close().await;
                writer.close().await;
            }
            Self::Postgres { pool, .. } => pool.close().await,
        }
    }
}
