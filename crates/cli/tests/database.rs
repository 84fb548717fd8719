//! What a database holds, read behind the product's back, and copies of it.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use sqlx::{Connection as _, PgConnection, SqliteConnection, sqlite::SqliteConnectOptions};
use tempfile::TempDir;

/// Everybody as far as a sync decides it, without ids and times, and how often they were changed.
const PEOPLE: &str = "
    SELECT COALESCE(p.hris_id, '') || '|' || p.email || '|' || p.email_key || '|' || p.first_name || '|' || p.last_name
      || '|' || p.status || '|' || COALESCE(p.archived_by, '') || '|' || COALESCE(p.start_date, '')
      || '|' || COALESCE(p.end_date, '') || '|' || COALESCE(p.country, '') || '|' || p.version
      || '|' || COALESCE(r.name, '') || '|' || COALESCE(g.name, '') || '|' || COALESCE(a.hris_id, '')
      || '|' || (SELECT COUNT(*) FROM history h WHERE h.org_id = p.org_id AND h.person_id = p.id)
    FROM person p
    LEFT JOIN grp g ON g.org_id = p.org_id AND g.id = p.group_id
    LEFT JOIN region r ON r.org_id = p.org_id AND r.id = p.region_id
    LEFT JOIN person a ON a.org_id = p.org_id AND a.id = p.approver_id
    ORDER BY 1";
/// What else a sync writes.
const BESIDE: [&str; 4] = [
    "SELECT name || '|' || name_key FROM grp ORDER BY 1",
    "SELECT subject || '|' || code || '|' || outcome || '|' || seen FROM finding WHERE gone_seq IS NULL ORDER BY 1",
    "SELECT hris_id || '|' || record FROM last_seen WHERE gone_seq IS NULL ORDER BY 1",
    "SELECT action || '|' || why || '|' || COUNT(*) FROM history GROUP BY action, why ORDER BY 1",
];
const ACTS: &str = "SELECT '' || COUNT(DISTINCT act_id) FROM history";
const VERSION: &str = "SELECT '' || version FROM organisation";
const RUNS: &str = "
    SELECT state || '|' || CASE WHEN error LIKE '%\"interrupted\"%' THEN 'interrupted' ELSE '' END
      || '|' || CASE WHEN finished_at IS NULL THEN 'open' ELSE 'over' END
    FROM run ORDER BY seq";

/// What a database holds.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Picture {
    /// People, groups, findings, records and history.
    content: BTreeMap<&'static str, Vec<String>>,
    /// How often somebody was changed at all: by a run or by an edit.
    pub(crate) acts: u64,
    /// How often anything was stored that a plan is based on.
    pub(crate) version: u64,
}

impl std::fmt::Debug for Picture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let rows: Vec<usize> = self.content.values().map(Vec::len).collect();
        write!(
            f,
            "Picture({rows:?} rows, {} acts, version {})",
            self.acts, self.version
        )
    }
}

impl Picture {
    /// Of the database at an address.
    pub(crate) fn of(url: &str) -> Self {
        let content = BESIDE
            .into_iter()
            .chain([PEOPLE])
            .map(|sql| (sql, rows(url, sql)));
        let number = |sql| rows(url, sql)[0].parse().unwrap();
        Self {
            content: content.collect(),
            acts: number(ACTS),
            version: number(VERSION),
        }
    }

    /// Whether people, groups, findings, records and history are the same.
    pub(crate) fn same_content(&self, other: &Self) -> bool {
        self.content == other.content
    }
}

/// How each run stands: its state, whether it was interrupted, whether it is over.
pub(crate) fn runs(url: &str) -> Vec<String> {
    rows(url, RUNS)
}

/// The rows of a query of one text column.
pub(crate) fn rows(url: &str, sql: &'static str) -> Vec<String> {
    at(async {
        if url.starts_with("sqlite") {
            let mut connection = SqliteConnection::connect(url).await?;
            let rows = sqlx::query_scalar(sql).fetch_all(&mut connection).await?;
            connection.close().await?;
            Ok(rows)
        } else {
            let mut connection = PgConnection::connect(url).await?;
            let rows = sqlx::query_scalar(sql).fetch_all(&mut connection).await?;
            connection.close().await?;
            Ok(rows)
        }
    })
}

/// Changes a SQLite file, which is made when it is not there.
pub(crate) fn execute(path: &Path, sql: &'static str) {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true);
    at(async {
        let mut connection = SqliteConnection::connect_with(&options).await?;
        sqlx::raw_sql(sql).execute(&mut connection).await?;
        connection.close().await
    });
}

fn at<T>(doing: impl Future<Output = Result<T, sqlx::Error>>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(doing).unwrap()
}

/// A database that is copied again and again. Nobody may have it open.
pub(crate) enum Template {
    /// The files of a SQLite database.
    Sqlite(PathBuf),
    /// A database of the cluster for tests.
    Postgres(testpg::Database),
}

/// A copy, gone when this is dropped.
pub(crate) enum Copy {
    Sqlite(TempDir),
    Postgres(testpg::Database),
}

impl Template {
    /// Where it is.
    pub(crate) fn url(&self) -> String {
        match self {
            Self::Sqlite(path) => format!("sqlite://{}", path.display()),
            Self::Postgres(database) => database.url(),
        }
    }

    /// A copy of it.
    pub(crate) fn copy(&self) -> Copy {
        match self {
            Self::Sqlite(path) => {
                let folder = TempDir::new().unwrap();
                copy_database(path, &folder.path().join("rollcall.db"));
                Copy::Sqlite(folder)
            }
            Self::Postgres(database) => {
                Copy::Postgres(testpg::fresh_database_from(database.name()))
            }
        }
    }
}

impl Copy {
    /// What it holds, as its process left it: a SQLite file is looked at as a copy, so that its journal is left for
    /// whoever opens it next.
    pub(crate) fn picture(&self) -> Picture {
        let Self::Sqlite(folder) = self else {
            return Picture::of(&self.url());
        };
        let second = TempDir::new().unwrap();
        let path = second.path().join("rollcall.db");
        copy_database(&folder.path().join("rollcall.db"), &path);
        Picture::of(&format!("sqlite://{}", path.display()))
    }

    /// Where it is.
    pub(crate) fn url(&self) -> String {
        match self {
            Self::Sqlite(folder) => {
                format!("sqlite://{}", folder.path().join("rollcall.db").display())
            }
            Self::Postgres(database) => database.url(),
        }
    }
}

/// Copies a database file with what lies beside it.
pub(crate) fn copy_database(from: &Path, to: &Path) {
    for end in ["", "-wal", "-shm"] {
        let with_end = |path: &Path| PathBuf::from(format!("{}{end}", path.display()));
        if with_end(from).exists() {
            std::fs::copy(with_end(from), with_end(to)).unwrap();
        }
    }
}
