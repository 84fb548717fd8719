//! `cargo xtask bench`: what syncs cost, measured by the package `bench` with the optimisations of a release.

use std::path::PathBuf;

use anyhow::{Context as _, Result};

use crate::{browser, shell, tools};

/// What to measure.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// How many employees the companies have
    #[arg(long, value_name = "N,…", default_value = "1000,10000,100000,1000000")]
    sizes: String,
    /// On which databases
    #[arg(long, value_name = "ENGINE,…", default_value = "sqlite,postgres")]
    engine: String,
    /// Also write the tables, with how to read them, to this file, such as docs/benchmarks.md
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Measure the service instead of syncs: how fast it answers, and how a morning of many companies goes
    #[arg(long)]
    service: bool,
    /// Measure the Admin Hub in a browser instead, with a company of the first of the sizes
    #[arg(long)]
    browser: bool,
    /// How many companies are due at once in that morning
    #[arg(long, value_name = "N", default_value = "1000")]
    organisations: String,
    /// Where to keep answers and SQLite databases for a look with a profiler [default: a new temporary folder, removed]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// Builds the bench and runs it.
pub(crate) fn run(options: &Options) -> Result<()> {
    if options.browser {
        let first = options.sizes.split(',').next().unwrap_or_default();
        return browser::speed(first);
    }
    if options.engine.contains("postgres") {
        tools::ensure([&tools::POSTGRESQL].into_iter())?;
    }
    let mut bench = shell::cargo(["run", "--release", "--package", "bench", "--"]);
    bench.args(["--sizes", &options.sizes, "--engine", &options.engine]);
    if options.service {
        bench.args(["--service", "--organisations", &options.organisations]);
    }
    // The bench runs in the root of the workspace, wherever we were called.
    let here = std::env::current_dir().context("the current directory is gone")?;
    for (name, path) in [("--out", &options.out), ("--data", &options.data)] {
        if let Some(path) = path {
            bench.arg(name).arg(here.join(path));
        }
    }
    shell::run(&mut bench)
}
