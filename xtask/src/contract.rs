//! schemathesis against the live service: thousands of calls made from the OpenAPI document, hostile ones too, none of
//! which may end with a 500 or with an answer that the document does not know.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::{python, shell};

/// Where the checks that do not apply are said.
const SETTINGS: &str = "crates/api/tests/schemathesis.toml";
const EXAMPLES: &str = "25";

/// Runs it against a service with a company that is connected and synced.
pub(crate) fn run() -> Result<()> {
    shell::run(&mut shell::cargo(["build", "--package", "cli"]))?;
    let folder = Folder::new()?;
    let rollcall = Rollcall {
        program: shell::root().join("target/debug/rollcall"),
        folder: folder.0.clone(),
    };
    let (_hibob, hibob_url) = rollcall.serving(&["sandbox", "hibob", "--employees", "40"], "")?;
    let hibob_url = format!("{}/v1", hibob_url.trim_end_matches("/v1"));
    rollcall.asked(&["org", "create", "--name", "Acme"], &hibob_url, "")?;
    let connect = [
        "hris",
        "connect",
        "hibob",
        "--org",
        "acme",
        "--service-user",
        "sandbox",
        "--token-stdin",
    ];
    rollcall.asked(&connect, &hibob_url, "sandbox-token")?;
    let token = rollcall.asked(
        &["token", "create", "--org", "acme", "--name", "test"],
        &hibob_url,
        "",
    )?;
    let token = text_of(&token, "token")?;
    let (_service, url) = rollcall.serving(&["serve"], &hibob_url)?;
    let header = format!("Authorization: Bearer {token}");
    let mut calls = shell::command(python::program("schemathesis"));
    calls
        .args(["--config-file", SETTINGS, "run"])
        .arg(format!("{url}/api/v1/openapi.json"))
        .args(["--max-examples", EXAMPLES, "--seed", "1", "--no-color"])
        .args(["--suppress-health-check", "all"])
        .current_dir(shell::root());
    // What it is called with names a token, so it is not said.
    println!("$ schemathesis run {url}/api/v1/openapi.json");
    let status = calls
        .args(["--header", &header])
        .status()
        .context("schemathesis could not be started")?;
    if !status.success() {
        bail!("the service and its OpenAPI document do not agree: {status}");
    }
    Ok(())
}

/// The program, in a folder of its own.
struct Rollcall {
    program: PathBuf,
    folder: PathBuf,
}

impl Rollcall {
    fn command(&self, arguments: &[&str], hibob: &str) -> Command {
        let mut command = shell::command(&self.program);
        let database = self.folder.join("rollcall.db");
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
    fn asked(&self, arguments: &[&str], hibob: &str, input: &str) -> Result<Value> {
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
    fn serving(&self, arguments: &[&str], hibob: &str) -> Result<(Running, String)> {
        let mut command = self.command(arguments, hibob);
        let child = command.args(["--listen", "127.0.0.1:0"]).spawn()?;
        let mut running = Running(child);
        let stdout = running.0.stdout.take().context("it has no output")?;
        let mut first = serde_json::Deserializer::from_reader(stdout).into_iter::<Value>();
        let first = first.next().context("it ended at once")??;
        let url = text_of(&first, "url")?;
        Ok((running, url))
    }
}

fn text_of(value: &Value, key: &str) -> Result<String> {
    let text = value.get(key).and_then(Value::as_str);
    Ok(text
        .with_context(|| format!("there is no {key:?} in {value}"))?
        .to_owned())
}

/// A process that ends with this.
struct Running(Child);

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
        let name = format!("rollcall-contract-{}", std::process::id());
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
