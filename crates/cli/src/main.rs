//! `rollcall`: the command line.
//!
//! Data goes to stdout, words go to stderr, and the exit code says how it ended ([`exit::Exit`]). What a command does
//! is decided in the crate `app`; here it is read from the arguments and printed.

mod args;
mod commands;
mod context;
mod ending;
mod exit;
mod logging;
mod output;
mod progress;
mod settings;
mod show;
mod stdin;

use std::process::ExitCode;

use clap::Parser as _;

use crate::{args::Cli, context::Context, exit::Exit};

fn main() -> ExitCode {
    let exit = match Cli::try_parse() {
        Ok(cli) => run(cli),
        Err(error) => refuse(&error),
    };
    exit.into()
}

/// Help and version are answers; everything else that clap has to say is a wrong use.
fn refuse(error: &clap::Error) -> Exit {
    // Where nobody reads it, nothing can be said.
    let _ = error.print();
    if error.use_stderr() {
        Exit::Usage
    } else {
        Exit::Done
    }
}

fn run(cli: Cli) -> Exit {
    let ended = start(cli);
    ended.unwrap_or_else(|error| {
        output::say(&exit::words(&error));
        exit::of_error(&error)
    })
}

fn start(cli: Cli) -> anyhow::Result<Exit> {
    logging::start(&cli.common)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let context = Context::new(cli.common);
    runtime.block_on(async {
        let exit = commands::run(cli.command, &context).await;
        context.close().await;
        exit
    })
}
