//! Test tools from the Python package index, in an environment of their own below `target`: nothing of the machine's Python changes.

use std::path::PathBuf;

use anyhow::{Context as _, Result};

use crate::shell;

/// What is installed, one `NAME==VERSION` a line.
const WANTED: &str = include_str!("python.txt");

/// Where it lies.
fn folder() -> PathBuf {
    shell::root().join("target/python")
}

/// A program of the environment.
pub(crate) fn program(name: &str) -> PathBuf {
    folder().join("bin").join(name)
}

/// Makes the environment, unless it is there with all that is wanted.
pub(crate) fn ensure() -> Result<()> {
    let folder = folder();
    let made = folder.join("made-of.txt");
    if std::fs::read_to_string(&made).is_ok_and(|found| found == WANTED) {
        return Ok(());
    }
    // A half-made one is made anew.
    let _ = std::fs::remove_dir_all(&folder);
    shell::run(shell::command("python3").args(["-m", "venv"]).arg(&folder))?;
    let mut install = shell::command(program("python"));
    install.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
    ]);
    install.args(WANTED.lines());
    shell::run(&mut install)?;
    std::fs::write(&made, WANTED).context("the environment could not be marked as made")
}
