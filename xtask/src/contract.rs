//! schemathesis against the live service: thousands of calls made from the OpenAPI document, hostile ones too, none of
//! which may end with a 500 or with an answer that the document does not know.

use anyhow::{Context as _, Result, bail};

use crate::rollcall::{Rollcall, text_of};
use crate::{python, shell};

/// Where the checks that do not apply are said.
const SETTINGS: &str = "crates/api/tests/schemathesis.toml";
const EXAMPLES: &str = "25";

/// Runs it against a service with a company that is connected and synced.
pub(crate) fn run() -> Result<()> {
    let rollcall = Rollcall::build()?;
    let (_hibob, hibob) = rollcall.serving(&["sandbox", "hibob", "--employees", "40"], "")?;
    let hibob_url = text_of(&hibob, "url")?;
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
    let (_service, service) = rollcall.serving(&["serve"], &hibob_url)?;
    let url = text_of(&service, "url")?;
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
