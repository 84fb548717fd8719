//! Where the PostgreSQL programs are.

use std::path::{Path, PathBuf};

/// Debian installs each major version beside the others, and none of the server programs into `PATH`.
const DEBIAN_ROOT: &str = "/usr/lib/postgresql";

/// The first version that knows `CREATE DATABASE … STRATEGY`.
const OLDEST_VERSION: u32 = 15;

/// The programs a cluster is made, run and stopped with.
const SERVER_PROGRAMS: [&str; 4] = ["initdb", "postgres", "pg_ctl", "psql"];

/// The directory that holds the PostgreSQL server programs and `psql`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binaries {
    directory: PathBuf,
}

/// The PostgreSQL server programs are not on this machine.
#[derive(Debug, thiserror::Error)]
#[error(
    "the server programs of PostgreSQL 15 or newer (initdb, postgres, pg_ctl, psql) are neither in PATH nor under \
     /usr/lib/postgresql/*/bin: install Debian's package `postgresql`"
)]
pub struct NotInstalled;

impl Binaries {
    /// Finds the newest version under Debian's directory, else the one in `PATH`.
    pub fn find() -> Result<Self, NotInstalled> {
        let in_path = std::env::var_os("PATH").unwrap_or_default();
        Self::newest_under(Path::new(DEBIAN_ROOT))
            .or_else(|| std::env::split_paths(&in_path).find_map(Self::complete))
            .ok_or(NotInstalled)
    }

    /// The path of one program, such as `psql`.
    pub fn program(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }

    fn newest_under(root: &Path) -> Option<Self> {
        let mut versions: Vec<(u32, PathBuf)> = std::fs::read_dir(root)
            .ok()?
            .flatten()
            .filter_map(|entry| {
                let major = entry.file_name().to_str()?.parse().ok()?;
                Some((major, entry.path().join("bin")))
            })
            .filter(|(major, _)| *major >= OLDEST_VERSION)
            .collect();
        versions.sort();
        versions
            .into_iter()
            .rev()
            .find_map(|(_, directory)| Self::complete(directory))
    }

    /// A directory with only the client programs, as `/usr/bin` on Debian, does not count.
    fn complete(directory: PathBuf) -> Option<Self> {
        SERVER_PROGRAMS
            .iter()
            .all(|program| directory.join(program).is_file())
            .then_some(Self { directory })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn install(root: &Path, version: &str, programs: &[&str]) {
        let directory = root.join(version).join("bin");
        std::fs::create_dir_all(&directory).unwrap();
        for program in programs {
            std::fs::write(directory.join(program), "").unwrap();
        }
    }

    #[test]
    fn the_newest_complete_version_is_taken() {
        let root = tempfile::tempdir().unwrap();
        install(root.path(), "9", &SERVER_PROGRAMS);
        install(root.path(), "16", &SERVER_PROGRAMS);
        install(root.path(), "17", &SERVER_PROGRAMS);
        install(root.path(), "18", &["psql"]);
        install(root.path(), "common", &SERVER_PROGRAMS);

        let found = Binaries::newest_under(root.path()).unwrap();

        assert_eq!(found.directory, root.path().join("17/bin"));
    }

    #[test]
    fn a_version_that_is_too_old_does_not_count() {
        let root = tempfile::tempdir().unwrap();
        install(root.path(), "13", &SERVER_PROGRAMS);

        assert_eq!(Binaries::newest_under(root.path()), None);
    }

    #[test]
    fn a_machine_with_only_the_client_has_no_server() {
        let root = tempfile::tempdir().unwrap();
        install(root.path(), "17", &["psql", "pg_dump"]);

        assert_eq!(Binaries::newest_under(root.path()), None);
    }
}
