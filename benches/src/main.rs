//! `cargo xtask bench`: how long syncs take, beside what the same machine can do at best.
//!
//! Everything is measured in one run, each thing in a process of its own (this binary again, with the hidden command
//! `part`), so that peak memory is that of the thing alone and the limits have the same machine, the same files and
//! the same noise as the syncs. It only prints: no test depends on a time.
//!
//! | module | holds |
//! |---|---|
//! | [`course`] | the order of it all: companies, databases, which part runs when |
//! | [`part`] | the hidden command, what a part measures, how one is started |
//! | [`product`] | the syncs, through [`app::App`] |
//! | [`limits`] | fetch, parse, bulk write and read back, each alone |
//! | [`rows`] | whole tables in memory, for the last two |
//! | [`answers`], [`server`] | HiBob's answers, rendered once and served from files |
//! | [`machine`], [`report`] | where it ran, and the tables |

mod answers;
mod course;
mod limits;
mod machine;
mod part;
mod product;
mod report;
mod rows;
mod server;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context as _, Result};
use clap::Parser;
use domain::{Clock as _, SystemClock};
use jiff::{civil::Date, tz::TimeZone};

use machine::Machine;
use part::Part;

#[derive(Parser)]
#[command(
    name = "rollcall-bench",
    about = "Measures syncs beside what the machine can do at best",
    args_conflicts_with_subcommands = true
)]
struct Arguments {
    #[command(subcommand)]
    part: Option<Part>,
    #[command(flatten)]
    options: Options,
}

/// What to measure and where to put it.
#[derive(clap::Args)]
struct Options {
    /// How many employees the companies have
    #[arg(
        long,
        value_name = "N,…",
        value_delimiter = ',',
        default_value = "1000,10000,100000"
    )]
    sizes: Vec<usize>,
    /// Also write the tables, with how to read them, to this file
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Where to keep answers and databases for a look with a profiler [default: a new temporary folder, removed]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

fn main() -> ExitCode {
    let Arguments { part, options } = Arguments::parse();
    let outcome = match part {
        Some(part) => part::run(part),
        None => measure(&options),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn measure(options: &Options) -> Result<()> {
    let temporary;
    let folder = if let Some(kept) = &options.data {
        kept.as_path()
    } else {
        temporary = tempfile::Builder::new()
            .prefix("rollcall-bench-")
            .tempdir()
            .context("no temporary folder could be made; give one with --data")?;
        temporary.path()
    };
    let today = today();
    let machine = Machine::describe();
    let mut companies = Vec::new();
    for size in &options.sizes {
        let own = folder.join(size.to_string());
        companies.push(course::measure(&own, *size, today)?);
    }
    let tables = report::tables(&companies);
    println!("{machine}\n\n{tables}");
    if let Some(out) = &options.out {
        keep(out, &report::document(today, &machine, &tables))?;
    }
    Ok(())
}

fn keep(out: &Path, document: &str) -> Result<()> {
    std::fs::write(out, document).with_context(|| format!("{} cannot be written", out.display()))
}

/// The companies are built around the day on which syncs take place.
fn today() -> Date {
    TimeZone::UTC.to_datetime(SystemClock.now()).date()
}
