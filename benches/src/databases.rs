//! The databases of a company in each state, on either engine.

use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, ensure};
use clap::ValueEnum;
use testpg::{Durability, TemporaryPostgres};

/// Where rows are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    /// What the tables call it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

/// A PostgreSQL of our own that syncs every commit to disk, if one is asked for.
pub(crate) struct Server(Option<TemporaryPostgres>);

impl Server {
    /// Starts one if the engines need it.
    pub(crate) fn start(engines: &[Engine]) -> Result<Self> {
        if !engines.contains(&Engine::Postgres) {
            return Ok(Self(None));
        }
        let cluster = TemporaryPostgres::start_with(Durability::Full)?;
        Ok(Self(Some(cluster)))
    }

    /// Version and what the numbers depend on, as the server tells it.
    pub(crate) fn describe(&self) -> Result<Option<String>> {
        let Some(cluster) = &self.0 else {
            return Ok(None);
        };
        let told = "SELECT concat('PostgreSQL ', current_setting('server_version'), ' (fsync ',
             current_setting('fsync'), ', synchronous_commit ', current_setting('synchronous_commit'),
             ', shared_buffers ', current_setting('shared_buffers'), ')')";
        let told = testpg::execute(&cluster.url(), told)?;
        Ok(Some(told.trim().to_owned()))
    }

    /// The databases of a company; files go into the folder.
    pub(crate) fn databases(&self, engine: Engine, folder: &Path) -> Result<Databases> {
        Ok(match engine {
            Engine::Sqlite => Databases::Sqlite(folder.to_path_buf()),
            Engine::Postgres => {
                let cluster = self.0.as_ref().context("no PostgreSQL was started")?;
                Databases::Postgres(cluster.url())
            }
        })
    }
}

/// What became of a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// Connected, never synced.
    Empty,
    /// Synced once.
    Synced,
    /// What is measured works on a copy.
    Work,
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "empty",
            Self::Synced => "synced",
            Self::Work => "work",
        })
    }
}

/// One database for each state.
pub(crate) enum Databases {
    /// Files in this folder.
    Sqlite(PathBuf),
    /// In the cluster with this URL.
    Postgres(String),
}

impl Databases {
    /// Where the store finds one.
    pub(crate) fn url(&self, state: State) -> String {
        match self {
            Self::Sqlite(folder) => format!("sqlite://{}", file(folder, state).display()),
            Self::Postgres(cluster) => testpg::url_of(cluster, &state.to_string()),
        }
    }

    /// Makes one without anything in it. A SQLite file is made by whoever opens it.
    pub(crate) fn make(&self, state: State) -> Result<()> {
        self.remove(state)?;
        if let Self::Postgres(cluster) = self {
            testpg::create_database(cluster, &state.to_string(), "template0")?;
        }
        Ok(())
    }

    /// Makes one a copy of another that nobody has open.
    pub(crate) fn copy(&self, from: State, to: State) -> Result<()> {
        self.remove(to)?;
        match self {
            Self::Sqlite(folder) => {
                let journal = with_suffix(&file(folder, from), "-wal");
                ensure!(!journal.exists(), "{} is in use", journal.display());
                let copied = fs::copy(file(folder, from), file(folder, to));
                copied
                    .map(drop)
                    .with_context(|| format!("the database {from} cannot be copied"))
            }
            Self::Postgres(cluster) => {
                testpg::create_database(cluster, &to.to_string(), &from.to_string())?;
                Ok(())
            }
        }
    }

    /// What PostgreSQL does by itself within minutes after many rows were written: whether it has done so already
    /// must not be left to chance.
    pub(crate) fn settle(&self, state: State) -> Result<()> {
        if let Self::Postgres(_) = self {
            testpg::execute(&self.url(state), "VACUUM (ANALYZE)")?;
        }
        Ok(())
    }

    /// How many bytes it takes on disk, without journals.
    pub(crate) fn bytes(&self, state: State) -> Result<u64> {
        match self {
            Self::Sqlite(folder) => {
                let file = fs::metadata(file(folder, state));
                Ok(file.context("the database is gone")?.len())
            }
            Self::Postgres(_) => {
                let size = "SELECT pg_database_size(current_database())";
                let told = testpg::execute(&self.url(state), size)?;
                told.trim().parse().context("a size is no number")
            }
        }
    }

    /// Removes one, with what stands beside it.
    pub(crate) fn remove(&self, state: State) -> Result<()> {
        match self {
            Self::Sqlite(folder) => {
                let database = file(folder, state);
                for suffix in ["", "-wal", "-shm"] {
                    let path = with_suffix(&database, suffix);
                    match fs::remove_file(&path) {
                        Err(error) if error.kind() != io::ErrorKind::NotFound => {
                            let unfit = format!("{} cannot be removed", path.display());
                            return Err(error).context(unfit);
                        }
                        _ => {}
                    }
                }
            }
            Self::Postgres(cluster) => testpg::drop_database(cluster, &state.to_string())?,
        }
        Ok(())
    }
}

fn file(folder: &Path, state: State) -> PathBuf {
    folder.join(format!("{state}.db"))
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut path = path.as_os_str().to_owned();
    path.push(suffix);
    PathBuf::from(path)
}
