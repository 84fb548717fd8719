//! Databases in the cluster that [`crate::url`] names: fresh ones, and templates to clone.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::process::Command;
use std::time::{Duration, Instant};

use crate::binaries::Binaries;

/// A closed connection takes a moment to leave the server, and a template in use can be neither cloned nor renamed.
const LONGEST_WAIT_FOR_CONNECTIONS: Duration = Duration::from_secs(10);

/// A statement for `psql` failed.
#[derive(Debug, thiserror::Error)]
#[error("{statement}: {message}")]
pub struct SqlError {
    statement: String,
    message: String,
}

/// A database of its own for one test, dropped with this value, open connections or not.
#[derive(Debug)]
pub struct Database {
    cluster: String,
    name: String,
}

impl Database {
    /// The URL a test connects to.
    pub fn url(&self) -> String {
        url_of(&self.cluster, &self.name)
    }

    /// The database's name, unique in its cluster.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Err(error) = drop_database(&self.cluster, &self.name) {
            // The cluster is temporary, so a leftover costs 7 MB until the end of the run and no more.
            eprintln!("a test database was left behind: {error}");
        }
    }
}

/// Makes an empty database.
///
/// # Panics
///
/// When there is no cluster, see [`crate::url`], or it refuses: the test cannot run.
pub fn fresh_database() -> Database {
    // `template0` is never connected to, so making databases in parallel cannot fail on it.
    fresh_database_from("template0")
}

/// Makes a database that starts as a copy of another one of the same cluster, such as one with all migrations run.
///
/// # Panics
///
/// When there is no cluster, see [`crate::url`], or no such template.
pub fn fresh_database_from(template: &str) -> Database {
    let cluster = crate::url();
    let name = unique_name("test");
    if let Err(error) = create_database(&cluster, &name, template) {
        panic!("could not make a test database: {error}");
    }
    Database { cluster, name }
}

/// Whether the cluster has a database of this name, to be used as a template.
///
/// # Panics
///
/// When there is no cluster, see [`crate::url`].
pub fn database_exists(name: &str) -> bool {
    let answer = execute(
        &crate::url(),
        &format!(
            "SELECT 1 FROM pg_database WHERE datname = '{}'",
            name.replace('\'', "''")
        ),
    );
    match answer {
        Ok(rows) => rows.trim() == "1",
        Err(error) => panic!("could not look for the template {name}: {error}"),
    }
}

/// A database that becomes a template once it is filled.
///
/// Every test is a process of its own, and several may want the same template at once. Each that finds it missing fills
/// a draft, the first to publish wins, the others drop theirs; so no lock is needed and nobody sees a half-filled one.
///
/// ```no_run
/// let template = "schema_4f2a";
/// if !testpg::database_exists(template) {
///     let draft = testpg::draft();
///     testpg::execute(&draft.url(), "CREATE TABLE person (id TEXT)").expect("migrations run");
///     draft.publish(template);
/// }
/// let database = testpg::fresh_database_from(template);
/// ```
#[derive(Debug)]
pub struct Draft {
    database: Database,
}

/// Makes an empty draft of a template.
///
/// # Panics
///
/// When there is no cluster, see [`crate::url`], or it refuses.
pub fn draft() -> Draft {
    Draft {
        database: fresh_database(),
    }
}

impl Draft {
    /// The URL to fill the draft through. Close the connections before [`Draft::publish`].
    pub fn url(&self) -> String {
        self.database.url()
    }

    /// Gives the draft its name as a template. When another process was first, its template stays and the draft goes.
    ///
    /// A name should hold a digest of the schema, so that a cluster that lives longer than one run never serves an
    /// outdated template.
    ///
    /// # Panics
    ///
    /// When connections to the draft stay open, or the server refuses.
    pub fn publish(self, template: &str) {
        let statement = format!(
            "ALTER DATABASE {} RENAME TO {}",
            quoted(&self.database.name),
            quoted(template)
        );
        match execute_once_unused(&self.database.cluster, &statement) {
            // Dropping the draft then finds no database of its old name.
            Ok(()) => {}
            Err(_) if database_exists(template) => {}
            Err(error) => panic!("could not publish the template {template}: {error}"),
        }
    }
}

/// Runs SQL with `psql` and returns the rows as text, columns separated by `|`.
pub fn execute(url: &str, statement: &str) -> Result<String, SqlError> {
    let failed = |message: String| SqlError {
        statement: statement.to_owned(),
        message,
    };
    let psql = Binaries::find()
        .map_err(|error| failed(error.to_string()))?
        .program("psql");
    let output = Command::new(psql)
        .args(["--no-psqlrc", "--quiet", "--no-align", "--tuples-only"])
        .args(["--set=ON_ERROR_STOP=1", "--command", statement])
        .args(["--dbname", url])
        .output()
        .map_err(|error| failed(error.to_string()))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        let message = String::from_utf8_lossy(&output.stderr);
        Err(failed(message.trim().to_owned()))
    }
}

/// Makes a database that starts as a copy of another one. While somebody is still connected to that one it waits a
/// while.
pub fn create_database(cluster: &str, name: &str, template: &str) -> Result<(), SqlError> {
    // Copying files takes half as long as the default strategy, which is made for not disturbing a busy server.
    let statement = format!(
        "CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY",
        quoted(name),
        quoted(template)
    );
    execute_once_unused(cluster, &statement)
}

/// Removes a database, open connections or not; one that is not there is no error.
pub fn drop_database(cluster: &str, name: &str) -> Result<(), SqlError> {
    let statement = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", quoted(name));
    execute(cluster, &statement).map(drop)
}

/// Tries again while the server says that somebody is connected to the database in question.
fn execute_once_unused(cluster: &str, statement: &str) -> Result<(), SqlError> {
    let started = Instant::now();
    loop {
        match execute(cluster, statement) {
            Ok(_) => return Ok(()),
            Err(error)
                if error.message.contains("is being accessed by other users")
                    && started.elapsed() < LONGEST_WAIT_FOR_CONNECTIONS =>
            {
                std::thread::sleep(Duration::from_millis(50));
            }
            Err(error) => return Err(error),
        }
    }
}

/// Random, since process ids come again and a killed test leaves its database behind.
fn unique_name(purpose: &str) -> String {
    // The keys of a `RandomState` are the one source of randomness the standard library has.
    let random = RandomState::new().build_hasher().finish();
    format!("{purpose}_{}_{random:016x}", std::process::id())
}

fn quoted(identifier: &str) -> String {
    format!("\"{}\"", identifier.replace('"', "\"\""))
}

/// The URL of a database of a cluster: the path is replaced, a query stays.
pub fn url_of(cluster: &str, database: &str) -> String {
    let (address, query) = match cluster.split_once('?') {
        Some((address, query)) => (address, Some(query)),
        None => (cluster, None),
    };
    let authority = address.find("://").map_or(0, |scheme| scheme + 3);
    let server = address[authority..]
        .find('/')
        .map_or(address, |path| &address[..authority + path]);
    match query {
        Some(query) => format!("{server}/{database}?{query}"),
        None => format!("{server}/{database}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_database_of_a_url_is_replaced() {
        for (cluster, expected) in [
            (
                "postgres://u@127.0.0.1:1/postgres",
                "postgres://u@127.0.0.1:1/x",
            ),
            ("postgres://u@127.0.0.1:1", "postgres://u@127.0.0.1:1/x"),
            (
                "postgres://u:p@h/postgres?sslmode=disable",
                "postgres://u:p@h/x?sslmode=disable",
            ),
        ] {
            assert_eq!(url_of(cluster, "x"), expected);
        }
    }

    #[test]
    fn identifiers_are_quoted() {
        assert_eq!(quoted(r#"a"b"#), r#""a""b""#);
    }
}
