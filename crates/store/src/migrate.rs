//! Migrations: one text for both engines, run at open under a lock.
//!
//! Each migration runs in the same transaction as the row that remembers it, so a database is never
//! left half-way. What was run is remembered in `installation`, with a digest of its text.

use sqlx::{AssertSqlSafe, SqlSafeStr as _};
use tracing::info;

use crate::{
    StoreError,
    engine::{Dialect, Engine, Session, Statement, values},
};

/// A step of the schema.
struct Migration {
    number: u32,
    text: &'static str,
}

/// All steps, in order. A released one never changes.
const MIGRATIONS: &[Migration] = &[
    Migration {
        number: 1,
        text: include_str!("schema/0001_first.sql"),
    },
    Migration {
        number: 2,
        text: include_str!("schema/0002_undo.sql"),
    },
    Migration {
        number: 3,
        text: include_str!("schema/0003_last_seen.sql"),
    },
    Migration {
        number: 4,
        text: include_str!("schema/0004_answers.sql"),
    },
    Migration {
        number: 5,
        text: include_str!("schema/0005_newcomers.sql"),
    },
    Migration {
        number: 6,
        text: include_str!("schema/0006_service.sql"),
    },
    Migration {
        number: 7,
        text: include_str!("schema/0007_hub.sql"),
    },
    Migration {
        number: 8,
        text: include_str!("schema/0008_files.sql"),
    },
];

const INSTALLATION: &str = "CREATE TABLE IF NOT EXISTS installation (key {text} NOT NULL, value {text} NOT NULL, PRIMARY KEY (key)){strict}";

/// Before the first migration these tables are not there, so they cannot be registered with the
/// rest; every open runs them on the engine at hand.
const APPLIED: Statement = Statement {
    name: "APPLIED",
    sql: "SELECT key, value FROM installation WHERE key LIKE 'schema.%' ORDER BY key",
};
const REMEMBER: Statement = Statement {
    name: "REMEMBER",
    sql: "INSERT INTO installation (key, value) VALUES ($1, $2)",
};
/// Writes nothing, but only where writing is possible.
const TOUCH: Statement = Statement {
    name: "TOUCH",
    sql: "UPDATE installation SET value = value WHERE key = ''",
};
/// PostgreSQL only; SQLite's write transaction is a lock already. Held until the commit.
const LOCK: Statement = Statement {
    name: "LOCK",
    sql: "SELECT pg_advisory_xact_lock(7205759403792794)",
};

/// Brings the schema up to date, or says why it cannot be used.
pub(crate) async fn migrate(engine: &Engine) -> Result<(), StoreError> {
    let mut session = engine.write().await?;
    if engine.dialect() == Dialect::Postgres {
        session.execute(&LOCK, &[]).await?;
    }
    run_script(&mut session, INSTALLATION).await?;
    session.execute(&TOUCH, &[]).await?;
    let applied = applied(&mut session).await?;
    check(&applied)?;
    for migration in &MIGRATIONS[applied.len()..] {
        run_script(&mut session, migration.text)
            .await
            .map_err(|error| explain(migration, error))?;
        let key = format!("schema.{:04}", migration.number);
        session
            .execute(&REMEMBER, &values![key, digest(migration.text)])
            .await?;
        info!(
            migration = migration.number,
            "the database's schema was brought up to date"
        );
    }
    session.commit().await
}

async fn run_script(session: &mut Session, text: &str) -> Result<(), StoreError> {
    let rendered = render(text, session.dialect());
    // Made of texts of this crate only.
    session.script(AssertSqlSafe(rendered).into_sql_str()).await
}

async fn applied(session: &mut Session) -> Result<Vec<(u32, String)>, StoreError> {
    session
        .all(&APPLIED, &[], |row| {
            let number = number_of(row.text()?)?;
            Ok((number, row.text()?.to_owned()))
        })
        .await
}

/// The number of the migration that a key remembers.
pub(crate) fn number_of(key: &str) -> Result<u32, StoreError> {
    let number = key.strip_prefix("schema.");
    let number = number.and_then(|number| number.parse().ok());
    number.ok_or_else(|| StoreError::BrokenSchema {
        detail: format!("it remembers a migration called {key:?}"),
    })
}

/// The schema of a database as it is: the newest migration that was run, and the newest known.
pub(crate) async fn state(session: &mut Session) -> Result<(u32, u32), StoreError> {
    let applied = applied(session).await.map_err(|error| match error {
        StoreError::Database(_) => StoreError::BrokenSchema {
            detail: "it has no table that remembers migrations".to_owned(),
        },
        other => other,
    })?;
    check(&applied)?;
    let found = applied.last().map_or(0, |(number, _)| *number);
    Ok((found, newest()))
}

fn newest() -> u32 {
    MIGRATIONS.last().map_or(0, |migration| migration.number)
}

/// Whether what was run is a beginning of what we know.
pub(crate) fn check(applied: &[(u32, String)]) -> Result<(), StoreError> {
    let known = newest();
    if let Some((found, _)) = applied.iter().find(|(number, _)| *number > known) {
        return Err(StoreError::NewerSchema {
            found: *found,
            known,
        });
    }
    for (position, (number, found)) in applied.iter().enumerate() {
        let migration = &MIGRATIONS[position];
        if migration.number != *number {
            let detail = format!("migration {} is missing", migration.number);
            return Err(StoreError::BrokenSchema { detail });
        }
        if *found != digest(migration.text) {
            let detail = format!("migration {number} was another one");
            return Err(StoreError::BrokenSchema { detail });
        }
    }
    Ok(())
}

/// A table that is in the way belongs to another program, or to a half-restored backup.
fn explain(migration: &Migration, error: StoreError) -> StoreError {
    match error {
        StoreError::Database(source) => StoreError::BrokenSchema {
            detail: format!("migration {} cannot be run: {source}", migration.number),
        },
        other => other,
    }
}

/// The text in the words of one engine.
///
/// `COLLATE "C"` compares bytes, as SQLite does by itself, so both sort and search alike.
fn render(text: &str, dialect: Dialect) -> String {
    let (words, number, strict) = match dialect {
        Dialect::Sqlite => ("TEXT", "INTEGER", " STRICT, WITHOUT ROWID"),
        Dialect::Postgres => ("TEXT COLLATE \"C\"", "BIGINT", ""),
    };
    text.replace("{text}", words)
        .replace("{int}", number)
        .replace("{strict}", strict)
}

/// FNV-1a: it only has to tell two texts of our own apart.
fn digest(text: &str) -> String {
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}")
}
