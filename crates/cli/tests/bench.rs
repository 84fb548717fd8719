//! The binary in a folder of its own, with a sandbox beside it.

use std::{
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
    sync::Arc,
};

use domain::{Clock as _, SystemClock};
use sandbox::{Config, Handle, Roster, Sandbox, Settings};
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// A folder with a database, and a sandbox.
pub(crate) struct Bench {
    pub(crate) folder: TempDir,
    pub(crate) hibob: Handle,
    settings: Vec<(&'static str, String)>,
    // After the handle, which it runs.
    _runtime: Runtime,
}

/// How a command ended and what it printed.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Bench {
    /// A sandbox with this company, and nothing else.
    pub(crate) fn new(roster: Roster) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let config = Config {
            roster: Some(roster),
            // Tests call more often in a minute than HiBob takes, and be refused more often.
            settings: Settings {
                rate_limit: false,
                firewall: false,
                ..Settings::default()
            },
            ..Config::new(Arc::new(|| SystemClock.now()))
        };
        let hibob = runtime.block_on(Sandbox::start(config)).unwrap();
        let folder = TempDir::new().unwrap();
        let settings = vec![("ROLLCALL_HIBOB_URL", hibob.base_url())];
        Self {
            folder,
            hibob,
            settings,
            _runtime: runtime,
        }
    }

    /// The same with the organisation `acme`.
    pub(crate) fn with_organisation(roster: Roster) -> Self {
        let bench = Self::new(roster);
        bench.run("org create --name Acme").done();
        bench
    }

    /// The same, connected and synced once.
    pub(crate) fn connected(roster: Roster) -> Self {
        let bench = Self::with_organisation(roster);
        bench.connect("").done();
        bench
    }

    /// Sets or replaces a variable of the environment.
    pub(crate) fn set(&mut self, name: &'static str, value: impl Into<String>) {
        self.settings.retain(|(set, _)| *set != name);
        self.settings.push((name, value.into()));
    }

    /// Takes a variable out of the environment.
    pub(crate) fn unset(&mut self, name: &str) {
        self.settings.retain(|(set, _)| *set != name);
    }

    /// The binary in the folder, with no setting but those of this bench.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rollcall"));
        command
            .env_clear()
            .envs(self.settings.iter().map(|(name, value)| (name, value)))
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs a command whose arguments hold no blanks.
    pub(crate) fn run(&self, arguments: &str) -> Ended {
        self.run_all(&arguments.split_whitespace().collect::<Vec<_>>())
    }

    /// Runs a command.
    pub(crate) fn run_all(&self, arguments: &[&str]) -> Ended {
        let output = self.command().args(arguments).output().unwrap();
        Ended::of(output)
    }

    /// Runs a command that reads stdin.
    pub(crate) fn run_with(&self, arguments: &str, stdin: &str) -> Ended {
        let mut child = self
            .command()
            .args(arguments.split_whitespace())
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        // A command that ends before it reads closes the pipe.
        let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
        Ended::of(child.wait_with_output().unwrap())
    }

    /// Connects `acme` with credentials that are good.
    pub(crate) fn connect(&self, more: &str) -> Ended {
        let connect =
            format!("hris connect hibob --org acme --service-user sandbox --token-stdin {more}");
        self.run_with(&connect, "sandbox-token\n")
    }

    /// The document that a command prints.
    pub(crate) fn json(&self, arguments: &str) -> Value {
        self.run(&format!("{arguments} --json")).done().json()
    }

    /// How many people the directory has.
    pub(crate) fn people(&self) -> u64 {
        self.json("people list --org acme")["total"]
            .as_u64()
            .unwrap()
    }

    /// Everything in the database, files beside it included, as bytes.
    pub(crate) fn database_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for entry in std::fs::read_dir(self.folder.path()).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if name.starts_with("rollcall.db") {
                bytes.extend(std::fs::read(path).unwrap());
            }
        }
        bytes
    }

    /// A file in the folder.
    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.folder.path().join(name), text).unwrap();
    }

    /// The folder.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }
}

impl Ended {
    pub(crate) fn of(output: std::process::Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// It must have ended with this exit code.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(
            self.code,
            Some(code),
            "stdout: {}\nstderr: {}",
            self.stdout,
            self.stderr
        );
        self
    }

    /// It must be done.
    #[track_caller]
    pub(crate) fn done(self) -> Self {
        self.exits(0)
    }

    /// stderr must say this.
    #[track_caller]
    pub(crate) fn says(self, words: &str) -> Self {
        assert!(
            self.stderr.contains(words),
            "{words:?} is not in {:?}",
            self.stderr
        );
        self
    }

    /// stdout must hold this.
    #[track_caller]
    pub(crate) fn prints(self, words: &str) -> Self {
        assert!(
            self.stdout.contains(words),
            "{words:?} is not in {:?}",
            self.stdout
        );
        self
    }

    /// stdout must be empty.
    #[track_caller]
    pub(crate) fn prints_nothing(self) -> Self {
        assert_eq!(self.stdout, "");
        self
    }

    /// stdout must be exactly one JSON document on one line.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.stdout.lines().count(), 1, "{:?}", self.stdout);
        serde_json::from_str(&self.stdout).unwrap()
    }
}

/// The keys of a JSON object, sorted.
#[track_caller]
pub(crate) fn keys(value: &Value) -> Vec<&str> {
    let mut keys: Vec<&str> = value
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    keys.sort_unstable();
    keys
}
