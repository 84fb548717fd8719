//! The program as it is run by habits: in a folder of its own, on SQLite.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::shell;

/// The program, in a folder of its own.
pub(crate) struct Rollcall {
    program: PathBuf,
    folder: Folder,
}

impl Rollcall {
    /// Builds it.
    pub(crate) fn build() -> Result<Self> {
        shell::run(&mut shell::cargo(["build", "--package", "cli"]))?;
        Self::at("target/debug/rollcall")
    }

    /// Builds it as it is shipped.
    pub(crate) fn build_optimised() -> Result<Self> {
        shell::run(&mut shell::cargo([
            "build",
            "--release",
            "--package",
            "cli",
        ]))?;
        Self::at("target/release/rollcall")
    }

    fn at(program: &str) -> Result<Self> {
        Ok(Self {
            program: shell::root().join(program),
            folder: Folder::new()?,
        })
    }

    fn command(&self, arguments: &[&str], hibob: &str) -> Command {
        let mut command = shell::command(&self.program);
        let database = self.folder.0.join("rollcall.db");
        command
            .args(arguments)
            .arg("--json")
            .env(
                "ROLLCALL_DATABASE_URL",
                format!("sqlite://{}", database.display()),
            )
            .env("ROLLCALL_HIBOB_URL", hibob)
            .env("ROLLCALL_API_CALLS_PER_MINUTE", "1000000")
            .env("ROLLCALL_LOG", "error")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        if hibob.is_empty() {
            command.env_remove("ROLLCALL_HIBOB_URL");
        }
        command
    }

    /// Runs a command to its end, and reads what it printed.
    pub(crate) fn asked(&self, arguments: &[&str], hibob: &str, input: &str) -> Result<Value> {
        let mut child = self.command(arguments, hibob).spawn()?;
        if let Some(mut stdin) = child.stdin.take() {
            stdin.write_all(input.as_bytes())?;
        }
        let output = child.wait_with_output()?;
        if !output.status.success() {
            bail!(
                "`rollcall {}` failed with {}",
                arguments.join(" "),
                output.status
            );
        }
        serde_json::from_slice(&output.stdout).context("what it printed is no JSON")
    }

    /// Starts something that goes on, on a free port, and gives its address.
    pub(crate) fn serving(&self, arguments: &[&str], hibob: &str) -> Result<(Running, Value)> {
        let mut command = self.command(arguments, hibob);
        let child = command.args(["--listen", "127.0.0.1:0"]).spawn()?;
        let mut running = Running(child);
        let stdout = running.0.stdout.take().context("it has no output")?;
        let mut first = serde_json::Deserializer::from_reader(stdout).into_iter::<Value>();
        let first = first.next().context("it ended at once")??;
        Ok((running, first))
    }
}

/// A text in a document.
pub(crate) fn text_of(value: &Value, key: &str) -> Result<String> {
    let text = value.get(key).and_then(Value::as_str);
    Ok(text
        .with_context(|| format!("there is no {key:?} in {value}"))?
        .to_owned())
}

/// A process that ends with this.
pub(crate) struct Running(Child);

impl Running {
    /// Of the process.
    pub(crate) fn id(&self) -> u32 {
        self.0.id()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A folder that is removed with this.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Result<Self> {
        let name = format!("rollcall-xtask-{}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path)?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all::<&Path>(&self.0);
    }
}
