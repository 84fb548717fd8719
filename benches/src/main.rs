//! `cargo xtask bench`: how long syncs take, beside what the same machine can do at best.
//!
//! Everything is measured in one run, each thing in a process of its own (this binary again, with the hidden command
//! `part`), so that peak memory is that of the thing alone and the limits have the same machine, the same files and
//! the same noise as the syncs. It only prints: no test depends on a time.
//!
//! | module | holds |
//! |---|---|
//! | [`course`] | the order of it all: companies, databases, which part runs when |
//! | [`databases`] | a database for each state on either engine, and the PostgreSQL of the bench |
//! | [`part`] | the hidden command, what a part measures, how one is started |
//! | [`product`] | the syncs, through [`app::App`] |
//! | [`limits`] | fetch, parse, bulk write and read back, each alone |
//! | [`rows`] | whole tables in memory, for the last two |
//! | [`answers`], [`server`] | HiBob's answers, rendered once and served from files |
//! | [`figures`], [`goals`] | what was measured of a company, and whether it is good enough |
//! | [`service`] | with `--service`: calls of the API, and a morning of many companies |
//! | [`machine`], [`report`], [`document`] | where it ran, the tables, and the file that keeps them |

mod answers;
mod course;
mod databases;
mod document;
mod figures;
mod goals;
mod limits;
mod machine;
mod part;
mod product;
mod report;
mod rows;
mod server;
mod service;

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context as _, Result, ensure};
use clap::Parser;
use domain::{Clock as _, SystemClock};
use jiff::{civil::Date, tz::TimeZone};

use course::Answers;
use databases::Engine;
use figures::Company;
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
        default_value = "1000,10000,100000,1000000"
    )]
    sizes: Vec<usize>,
    /// On which databases
    #[arg(
        long,
        value_name = "ENGINE,…",
        value_delimiter = ',',
        default_value = "sqlite,postgres"
    )]
    engine: Vec<Engine>,
    /// Also write the tables, with how to read them, to this file
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Measure the service instead of syncs: how fast it answers, and how a morning of many companies goes
    #[arg(long)]
    service: bool,
    /// How many companies are due at once in that morning
    #[arg(long, value_name = "N", default_value_t = 1000)]
    organisations: usize,
    /// Where to keep answers and SQLite databases for a look with a profiler [default: a new temporary folder, removed]
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
        fs::create_dir_all(kept).with_context(|| format!("{} cannot be made", kept.display()))?;
        kept.as_path()
    } else {
        temporary = tempfile::Builder::new()
            .prefix("rollcall-bench-")
            .tempdir()
            .context("no temporary folder could be made; give one with --data")?;
        temporary.path()
    };
    let databases = databases::Server::start(&options.engine)?;
    let machine = Machine::describe(databases.describe()?, folder);
    if options.service {
        let plan = service::Plan {
            sizes: &options.sizes,
            engines: &options.engine,
            organisations: options.organisations,
            folder,
            today: today(),
        };
        let document = service::measure(&plan, &databases, &machine)?;
        println!("{document}");
        if let Some(out) = &options.out {
            fs::write(out, document)
                .with_context(|| format!("{} cannot be written", out.display()))?;
        }
        return Ok(());
    }
    let (companies, failures) = companies(options, folder, &databases);
    let tables = report::tables(&companies, &failures);
    println!("{machine}\n\n{tables}");
    if let Some(out) = &options.out {
        let old = fs::read_to_string(out).ok();
        let document = document::document(today(), &machine, &tables, old.as_deref());
        fs::write(out, document).with_context(|| format!("{} cannot be written", out.display()))?;
    }
    ensure!(failures.is_empty(), "not everything could be measured");
    Ok(())
}

/// Measures all companies on all engines. What fails is told and keeps nothing else from being measured.
fn companies(
    options: &Options,
    folder: &Path,
    databases: &databases::Server,
) -> (Vec<Company>, Vec<String>) {
    let (mut companies, mut failures) = (Vec::new(), Vec::new());
    for size in &options.sizes {
        let own = folder.join(size.to_string());
        let mut fail = |what: &str, error: anyhow::Error| {
            let failure = format!("{what}, {size} employees: {error:#}");
            eprintln!("error: {failure}");
            failures.push(failure);
        };
        match Answers::render(&own, *size, today()) {
            Ok(answers) => {
                for engine in &options.engine {
                    let measured = databases
                        .databases(*engine, &own)
                        .and_then(|databases| answers.measure(*engine, databases));
                    match measured {
                        Ok(company) => companies.push(company),
                        Err(error) => fail(engine.name(), error),
                    }
                }
            }
            Err(error) => fail("the answers", error),
        }
        // The files of a million employees are many gigabytes, and the next company has its own.
        if options.data.is_none() {
            drop(fs::remove_dir_all(&own));
        }
    }
    companies.sort_by_key(|company| company.engine);
    (companies, failures)
}

/// The companies are built around the day on which syncs take place.
fn today() -> Date {
    TimeZone::UTC.to_datetime(SystemClock.now()).date()
}
