//! `cargo xtask pg -- COMMAND`: a temporary PostgreSQL cluster for as long as a command runs.

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use testpg::{Durability, TemporaryPostgres};

use crate::{shell, tools};

/// What to run and on what.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Sync every commit to disk, as a production server does
    #[arg(long)]
    durable: bool,
    /// The command and its arguments, such as `cargo nextest run -p store`
    #[arg(required = true, last = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

/// Runs the command and ends with its exit code.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    tools::ensure([&tools::POSTGRESQL].into_iter())?;
    let durability = if options.durable {
        Durability::Full
    } else {
        Durability::None
    };
    let cluster = TemporaryPostgres::start_with(durability)?;
    // Standard output belongs to the command.
    eprintln!("temporary PostgreSQL at {}", cluster.url());

    let mut command = shell::command(&options.command[0]);
    let status = command
        .args(&options.command[1..])
        .current_dir(std::env::current_dir().context("the current directory is gone")?)
        .env(testpg::URL_VARIABLE, cluster.url())
        .status()
        .with_context(|| format!("`{}` could not be started", shell::text_of(&command)))?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(ExitCode::from(code.unwrap_or(1)))
}
