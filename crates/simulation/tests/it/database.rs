//! A database of either engine for one test, copies of it, and everything that stands in it.

use std::path::PathBuf;

use sqlx::{AssertSqlSafe, Connection as _, PgConnection, SqliteConnection};

/// Which engine a test is stamped for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

/// A database of its own, which goes with this value.
pub(crate) enum Database {
    Sqlite(tempfile::TempDir),
    Postgres(testpg::Database),
}

/// What the record of a run is, which a run that fails leaves behind too, and what admins are told of
/// it.
const RUNS: [&str; 5] = ["run", "plan_item", "notice", "mail", "task"];

impl Database {
    pub(crate) fn fresh(engine: Engine) -> Self {
        match engine {
            Engine::Sqlite => Self::Sqlite(tempfile::tempdir().unwrap()),
            Engine::Postgres => Self::Postgres(testpg::fresh_database()),
        }
    }

    /// A copy to go on with. Nobody may be connected to the original.
    pub(crate) fn copy(&self) -> Self {
        match self {
            Self::Sqlite(_) => {
                let copy = Self::fresh(Engine::Sqlite);
                std::fs::copy(self.file(), copy.file()).unwrap();
                copy
            }
            Self::Postgres(database) => {
                Self::Postgres(testpg::fresh_database_from(database.name()))
            }
        }
    }

    fn file(&self) -> PathBuf {
        match self {
            Self::Sqlite(directory) => directory.path().join("rollcall.db"),
            Self::Postgres(_) => unreachable!("a server has no file"),
        }
    }

    pub(crate) fn url(&self) -> String {
        match self {
            Self::Sqlite(_) => format!("sqlite://{}", self.file().display()),
            Self::Postgres(database) => database.url(),
        }
    }

    /// Every row of every table, the records of runs and their number aside.
    pub(crate) async fn rows(&self) -> Vec<String> {
        let mut rows: Vec<String> = self
            .all_rows()
            .await
            .into_iter()
            .filter(|(table, _)| !RUNS.contains(&table.as_str()))
            .map(|(table, row)| format!("{table} {row}"))
            .collect();
        rows.sort_unstable();
        rows
    }

    /// Every row of every table with the name of its table, the number of the last run aside.
    pub(crate) async fn all_rows(&self) -> Vec<(String, String)> {
        match self {
            Self::Sqlite(_) => rows_of_sqlite(&self.url()).await,
            Self::Postgres(database) => rows_of_postgres(&database.url()).await,
        }
    }
}

async fn tables_of_sqlite(session: &mut SqliteConnection) -> Vec<String> {
    let text = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
    sqlx::query_scalar(text).fetch_all(session).await.unwrap()
}

async fn rows_of_sqlite(url: &str) -> Vec<(String, String)> {
    let mut session = SqliteConnection::connect(url).await.unwrap();
    let mut rows = Vec::new();
    for table in tables_of_sqlite(&mut session).await {
        let columns: Vec<String> = sqlx::query_scalar(
            "SELECT name FROM pragma_table_info($1) WHERE name NOT IN ('run_seq', 'next_sync_at')",
        )
        .bind(&table)
        .fetch_all(&mut session)
        .await
        .unwrap();
        let quoted: Vec<String> = columns
            .iter()
            .map(|column| format!("'{column}=' || quote({column})"))
            .collect();
        let text = format!("SELECT {} FROM {table}", quoted.join(" || ' ' || "));
        let found: Vec<String> = sqlx::query_scalar(AssertSqlSafe(text))
            .fetch_all(&mut session)
            .await
            .unwrap();
        rows.extend(found.into_iter().map(|row| (table.clone(), row)));
    }
    session.close().await.unwrap();
    rows
}

async fn tables_of_postgres(session: &mut PgConnection) -> Vec<String> {
    let text = "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'";
    sqlx::query_scalar(text).fetch_all(session).await.unwrap()
}

async fn rows_of_postgres(url: &str) -> Vec<(String, String)> {
    let mut session = PgConnection::connect(url).await.unwrap();
    let mut rows = Vec::new();
    for table in tables_of_postgres(&mut session).await {
        let text =
            format!("SELECT (to_jsonb(t) - 'run_seq' - 'next_sync_at')::text FROM {table} t");
        let found: Vec<String> = sqlx::query_scalar(AssertSqlSafe(text))
            .fetch_all(&mut session)
            .await
            .unwrap();
        rows.extend(found.into_iter().map(|row| (table.clone(), row)));
    }
    session.close().await.unwrap();
    rows
}
