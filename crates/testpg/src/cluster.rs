//! A PostgreSQL cluster in a temporary directory, gone when its owner is gone.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use crate::binaries::{Binaries, NotInstalled};

/// A Unix socket's path has room for 107 bytes; `/.s.PGSQL.65535` takes 15 of them.
const LONGEST_SOCKET_DIRECTORY: usize = 90;

/// Another program may take the free port between our look and the server's start.
const PORT_ATTEMPTS: usize = 5;

/// In KiB. A container's `/dev/shm` often has 64 MiB, a new cluster takes 40 and each test's database 8.
const ENOUGH_MEMORY: u64 = 4 * 1024 * 1024;

/// What the cluster promises when the machine loses power.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Durability {
    /// Nothing: no fsync, commits are acknowledged before they are written. For tests.
    #[default]
    None,
    /// What a production server promises. For benchmarks, whose numbers would otherwise be too good.
    Full,
}

/// A running PostgreSQL cluster of our own on a free port of 127.0.0.1, open to this machine without a password.
///
/// It is stopped and its directory removed on drop, and also when this process ends in any other way, be it Ctrl-C or
/// `kill -9`: a guardian process sees to that.
#[derive(Debug)]
pub struct TemporaryPostgres {
    port: u16,
    directory: PathBuf,
    _guardian: Guardian,
}

/// The cluster could not be started; nothing was left behind.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The server programs are missing.
    #[error(transparent)]
    NotInstalled(#[from] NotInstalled),
    /// PostgreSQL refuses to run as root, and there is nobody else to run it as.
    #[error(
        "PostgreSQL does not run as root, and neither a user `postgres` nor `nobody` exists here"
    )]
    NoUnprivilegedUser,
    /// A file could not be written or a program not started.
    #[error("{what}")]
    Io {
        /// What was tried.
        what: String,
        /// Why it failed.
        source: io::Error,
    },
    /// `initdb` or the server ended with an error.
    #[error("{program} failed, so no temporary PostgreSQL is running:\n{output}")]
    Program {
        /// `initdb` or `pg_ctl`.
        program: &'static str,
        /// What it printed, and the server's log.
        output: String,
    },
}

impl TemporaryPostgres {
    /// Makes and starts a cluster for tests, see [`Durability::None`].
    pub fn start() -> Result<Self, StartError> {
        Self::start_with(Durability::None)
    }

    /// Makes and starts a cluster with the durability asked for.
    pub fn start_with(durability: Durability) -> Result<Self, StartError> {
        let binaries = Binaries::find()?;
        let root = tempfile::Builder::new()
            .prefix("rollcall-postgres-")
            .tempdir_in(place_for(durability))
            .map_err(failed_to("make a temporary directory"))?;
        let directory = root.path().to_path_buf();
        let owner = Owner::of_cluster_in(&directory)?;
        let guardian = Guardian::watch(&binaries, &directory, owner)?;
        // From here on the guardian removes the directory, whatever happens to this process.
        let _ = root.keep();

        let mut cluster = Self {
            port: 0,
            directory,
            _guardian: guardian,
        };
        cluster.initialise(&binaries, owner, durability)?;
        cluster.serve(&binaries, owner)?;
        Ok(cluster)
    }

    /// The URL of the database `postgres`, as the superuser `postgres`.
    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// The TCP port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Where the cluster lives: `data`, `sockets` and the server's `log`.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    fn initialise(
        &self,
        binaries: &Binaries,
        owner: Owner,
        durability: Durability,
    ) -> Result<(), StartError> {
        let output = owner
            .command(&binaries.program("initdb"), &self.directory)
            .args(["--username=postgres", "--auth=trust", "--no-sync"])
            .args(["--encoding=UTF8", "--locale=C.UTF-8"])
            .args(["--no-instructions", "--pgdata=data"])
            .output()
            .map_err(failed_to("run initdb"))?;
        check("initdb", &output)?;

        let sockets = self.directory.join("sockets");
        fs::create_dir(&sockets).map_err(failed_to("make the directory for sockets"))?;
        owner.give(&sockets)?;
        let file = self.directory.join("data/postgresql.auto.conf");
        fs::write(file, settings(&sockets, durability))
            .map_err(failed_to("write the settings of PostgreSQL"))
    }

    fn serve(&mut self, binaries: &Binaries, owner: Owner) -> Result<(), StartError> {
        let mut attempt = 1;
        loop {
            self.port = free_port().map_err(failed_to("find a free port"))?;
            // `pg_ctl start` returns once the server answers. Its standard streams are files, since a server that
            // inherited a pipe would keep the reader of that pipe waiting.
            let status = owner
                .command(&binaries.program("pg_ctl"), &self.directory)
                .args(["start", "--silent", "--wait", "--timeout=60"])
                .args(["--pgdata=data", "--log=log", "--options"])
                .arg(format!("-p {}", self.port))
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status()
                .map_err(failed_to("run pg_ctl"))?;
            if status.success() {
                return Ok(());
            }
            let log = fs::read_to_string(self.directory.join("log")).unwrap_or_default();
            if attempt == PORT_ATTEMPTS || !log.contains("Address already in use") {
                return Err(StartError::Program {
                    program: "pg_ctl start",
                    output: log,
                });
            }
            attempt += 1;
        }
    }
}

/// Where the cluster's directory is made.
///
/// A database is some hundred small files. Copying a template takes 30 ms in memory and 300 ms on a slow disk, so tests
/// use memory where there is plenty; unless `TMPDIR` names a place. A benchmark needs a real disk.
fn place_for(durability: Durability) -> PathBuf {
    let memory = Path::new("/dev/shm");
    if durability == Durability::None
        && std::env::var_os("TMPDIR").is_none()
        && free_kibibytes(memory).is_some_and(|free| free >= ENOUGH_MEMORY)
    {
        memory.to_path_buf()
    } else {
        std::env::temp_dir()
    }
}

/// What `df` says is available; nothing where there is no such directory, as on macOS.
fn free_kibibytes(directory: &Path) -> Option<u64> {
    let output = Command::new("df").arg("-kP").arg(directory).output().ok()?;
    available(std::str::from_utf8(&output.stdout).ok()?)
}

fn available(df: &str) -> Option<u64> {
    df.lines().nth(1)?.split_whitespace().nth(3)?.parse().ok()
}

fn settings(sockets: &Path, durability: Durability) -> String {
    let socket_directory = match sockets.to_str() {
        Some(path) if path.len() <= LONGEST_SOCKET_DIRECTORY && !path.contains(['\'', '\\']) => {
            path
        }
        _ => "",
    };
    let mut settings = format!(
        "listen_addresses = '127.0.0.1'\n\
         unix_socket_directories = '{socket_directory}'\n\
         max_connections = 300\n\
         timezone = 'UTC'\n\
         log_timezone = 'UTC'\n"
    );
    if durability == Durability::None {
        for name in ["fsync", "synchronous_commit", "full_page_writes"] {
            let _ = writeln!(settings, "{name} = off");
        }
    }
    settings
}

fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

fn check(program: &'static str, output: &Output) -> Result<(), StartError> {
    if output.status.success() {
        return Ok(());
    }
    let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.push_str(&String::from_utf8_lossy(&output.stderr));
    Err(StartError::Program {
        program,
        output: text,
    })
}

fn failed_to(what: &str) -> impl FnOnce(io::Error) -> StartError {
    let what = format!("could not {what}");
    move |source| StartError::Io { what, source }
}

/// Who runs the server: ourselves, or an unprivileged user when we are root.
#[derive(Debug, Clone, Copy)]
struct Owner {
    unprivileged: Option<(u32, u32)>,
}

impl Owner {
    /// Decides by the owner of a directory we just made, and gives it away when that is root.
    fn of_cluster_in(directory: &Path) -> Result<Self, StartError> {
        let made_by = fs::metadata(directory)
            .map_err(failed_to("look at the temporary directory"))?
            .uid();
        if made_by != 0 {
            return Ok(Self { unprivileged: None });
        }
        let users = fs::read_to_string("/etc/passwd").map_err(failed_to("read /etc/passwd"))?;
        let user = ["postgres", "nobody"]
            .iter()
            .find_map(|name| user_and_group(&users, name))
            .ok_or(StartError::NoUnprivilegedUser)?;
        let owner = Self {
            unprivileged: Some(user),
        };
        owner.give(directory)?;
        Ok(owner)
    }

    fn give(self, path: &Path) -> Result<(), StartError> {
        if let Some((user, group)) = self.unprivileged {
            chown(path, Some(user), Some(group))
                .map_err(failed_to("give the temporary directory to another user"))?;
        }
        Ok(())
    }

    /// A command run as this user, in `directory`, with nothing of our environment: a `PGPORT` or `PGDATA` of the
    /// person who runs the tests must not lead it to another cluster.
    fn command(self, program: &Path, directory: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(directory)
            .env_clear()
            .env("LC_ALL", "C")
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .stdin(Stdio::null());
        if let Some((user, group)) = self.unprivileged {
            command.uid(user).gid(group);
        }
        command
    }
}

fn user_and_group(passwd: &str, name: &str) -> Option<(u32, u32)> {
    let mut fields = passwd
        .lines()
        .map(|line| line.split(':'))
        .find(|fields| fields.clone().next() == Some(name))?
        .skip(2);
    Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
}

/// A small shell that waits for the end of its standard input, stops the server and removes the directory.
///
/// The other end of that pipe is held by this process alone. The system closes it when the process ends, however it
/// ends, so neither Ctrl-C nor `kill -9` leaves a server or a directory behind, and no signal handler is needed.
#[derive(Debug)]
struct Guardian {
    shell: Child,
}

impl Guardian {
    const SCRIPT: &str = r#"
        trap '' INT TERM HUP
        while read -r _; do :; done
        "$1" stop --silent --mode=immediate --pgdata=data >/dev/null 2>&1
        cd / && rm -rf -- "$2"
    "#;

    fn watch(binaries: &Binaries, directory: &Path, owner: Owner) -> Result<Self, StartError> {
        let shell = owner
            .command(Path::new("/bin/sh"), directory)
            .args(["-c", Self::SCRIPT, "guardian"])
            .arg(binaries.program("pg_ctl"))
            .arg(directory)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // A group of its own: Ctrl-C in a terminal goes to every process of the foreground group.
            .process_group(0)
            .spawn()
            .map_err(failed_to("start the guardian of the temporary PostgreSQL"))?;
        Ok(Self { shell })
    }
}

impl Drop for Guardian {
    fn drop(&mut self) {
        drop(self.shell.stdin.take());
        // Wait, so that the directory is gone when the caller goes on.
        let _ = self.shell.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_are_found_by_their_whole_name() {
        let passwd = "root:x:0:0::/root:/bin/sh\npostgresql:x:7:8::/:/bin/sh\npostgres:x:101:104:a b:/:/bin/sh\n";

        assert_eq!(user_and_group(passwd, "postgres"), Some((101, 104)));
        assert_eq!(user_and_group(passwd, "nobody"), None);
    }

    #[test]
    fn the_free_space_is_read_from_what_df_prints() {
        let df = "Filesystem     1024-blocks  Used Available Capacity Mounted on\n\
                  tmpfs             24684096     0  24684096       0% /dev/shm\n";

        assert_eq!(available(df), Some(24_684_096));
        assert_eq!(available(""), None);
        assert_eq!(free_kibibytes(Path::new("/there/is/no/such/place")), None);
    }

    #[test]
    fn a_socket_path_that_is_too_long_leaves_only_tcp() {
        let long = PathBuf::from(format!("/tmp/{}/sockets", "x".repeat(100)));

        let settings = settings(&long, Durability::None);

        assert!(settings.contains("unix_socket_directories = ''"));
    }

    #[test]
    fn a_benchmark_gets_the_durability_of_production() {
        let settings = settings(Path::new("/tmp/sockets"), Durability::Full);

        assert!(!settings.contains("fsync"));
        assert!(!settings.contains("synchronous_commit"));
    }
}
