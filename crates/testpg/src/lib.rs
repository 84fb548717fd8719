//! A temporary PostgreSQL cluster made from the installed server binaries, and a fresh database in it for each test.
//!
//! The first and the last of these meet in one environment variable, [`URL_VARIABLE`]:
//!
//! * [`TemporaryPostgres`] makes a cluster of its own in a temporary directory and removes it again. `cargo xtask test`
//!   and `cargo xtask pg -- COMMAND` start one, set the variable and run the tests.
//! * [`create_database`] and [`drop_database`] are for benchmarks, which own a cluster and name its databases.
//! * [`fresh_database`], [`fresh_database_from`] and [`draft`] are for tests: they create databases in the cluster that
//!   the variable names. One cluster serves every test process, since nextest runs each test in a process of its own.
//!
//! The databases are made with `psql`, so this crate needs no database driver and stays quick to build. A cluster that
//! somebody else started is never touched: nothing here looks at port 5432 or at `/etc/postgresql`.

mod binaries;
mod cluster;
mod database;

pub use binaries::{Binaries, NotInstalled};
pub use cluster::{Durability, StartError, TemporaryPostgres};
pub use database::{
    Database, Draft, SqlError, create_database, database_exists, draft, drop_database, execute,
    fresh_database, fresh_database_from, url_of,
};

/// The environment variable that holds the URL of the cluster tests may create databases in.
pub const URL_VARIABLE: &str = "ROLLCALL_TEST_POSTGRES";

/// The URL of the cluster for tests, as `postgres://postgres@127.0.0.1:PORT/postgres`.
///
/// # Panics
///
/// When [`URL_VARIABLE`] is not set: a test that needs PostgreSQL fails then, it is never skipped.
pub fn url() -> String {
    match std::env::var(URL_VARIABLE) {
        Ok(url) if !url.is_empty() => url,
        _ => panic!(
            "this test needs a PostgreSQL cluster and {URL_VARIABLE} is not set: run it as \
             `cargo xtask pg -- cargo nextest run -p PACKAGE`"
        ),
    }
}
