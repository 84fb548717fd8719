//! One measured thing in a process of its own.

use std::{
    ffi::OsStr,
    fs,
    path::PathBuf,
    process::{Command, Stdio},
    time::Duration,
};

use anyhow::{Context as _, Result, bail};
use clap::Subcommand;
use domain::RunKind;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    answers, limits,
    product::{self, Installation},
    server, service,
};

/// The hidden commands.
#[derive(Subcommand)]
pub(crate) enum Part {
    /// One measured thing; prints one line of JSON
    #[command(subcommand, hide = true)]
    Part(Thing),
}

/// What a process of its own does.
#[derive(Subcommand)]
pub(crate) enum Thing {
    /// Renders the answers of a company of this size
    Render {
        folder: PathBuf,
        size: usize,
        today: Date,
    },
    /// Serves answers until standard input ends
    Serve { answers: PathBuf },
    /// Makes a connected organisation in an empty database
    Prepare(Installation),
    /// Makes many connected organisations in an empty database
    PrepareMany {
        #[command(flatten)]
        installation: Installation,
        organisations: usize,
    },
    /// Answers calls until standard input ends
    Answer(Installation),
    /// Works until standard input ends
    Work(Installation),
    /// Syncs
    Sync(Installation),
    /// Previews
    Preview(Installation),
    /// Reads an answer's bytes
    Fetch { url: String },
    /// Parses an answer
    Parse { answer: PathBuf },
    /// Writes the rows of one database into another
    Write { from: String, into: String },
    /// Reads the people of a database
    Read { database: String },
}

/// A part of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Stage {
    /// Fetching and parsing the answer, and reading the directory meanwhile.
    Fetch,
    /// Making and judging the plan.
    Plan,
    /// Making records of the plan.
    Records,
    /// The transaction.
    Write,
    /// Reading what is told of the run.
    Report,
}

/// What one process measured.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Measured {
    /// Wall time.
    pub(crate) seconds: f64,
    /// Peak memory of the process in bytes, where the system tells it.
    pub(crate) memory: Option<u64>,
    /// How many employees, records or rows it had in hand; 0 where it does not count.
    pub(crate) people: u64,
    /// How many people a run changed, or would.
    pub(crate) changes: u64,
    /// How many SQL statements a run took; a limit takes no more than it must.
    pub(crate) statements: Option<u64>,
    /// The seconds of a run's parts.
    pub(crate) stages: Vec<(Stage, f64)>,
}

impl Measured {
    /// A time. To be made while the result is still in memory.
    pub(crate) fn of(time: Duration) -> Self {
        Self {
            seconds: time.as_secs_f64(),
            memory: peak_memory(),
            people: 0,
            changes: 0,
            statements: None,
            stages: Vec::new(),
        }
    }
}

/// The most memory this process ever had, as Linux counts it: its own and the mapped pages of files.
fn peak_memory() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kibibytes * 1024)
}

/// Does a part and prints what it measured.
pub(crate) fn run(Part::Part(thing): Part) -> Result<()> {
    let measured = match thing {
        Thing::Render {
            folder,
            size,
            today,
        } => return answers::render(&folder, size, today),
        Thing::Serve { answers } => return server::serve(answers),
        Thing::Prepare(installation) => return asynchronous(product::prepare(&installation)),
        Thing::PrepareMany {
            installation,
            organisations,
        } => return asynchronous(service::prepare_many(&installation, organisations)),
        Thing::Answer(installation) => return asynchronous(service::answer(&installation)),
        Thing::Work(installation) => return asynchronous(service::work(&installation)),
        Thing::Sync(installation) => asynchronous(product::sync(&installation, RunKind::Sync)),
        Thing::Preview(installation) => {
            asynchronous(product::sync(&installation, RunKind::Preview))
        }
        Thing::Fetch { url } => limits::fetch(&url),
        Thing::Parse { answer } => limits::parse(&answer),
        Thing::Write { from, into } => asynchronous(limits::write(&from, &into)),
        Thing::Read { database } => asynchronous(limits::read(&database)),
    }?;
    println!("{}", serde_json::to_string(&measured)?);
    Ok(())
}

fn asynchronous<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("the runtime could not be started")?
        .block_on(work)
}

/// This binary, about to do a part.
pub(crate) fn command<const N: usize>(words: [&OsStr; N]) -> Result<Command> {
    let binary = std::env::current_exe().context("the path of this program is unknown")?;
    let mut command = Command::new(binary);
    command.arg("part").args(words);
    Ok(command)
}

/// Runs a part to its end and gives what it printed.
pub(crate) fn output<const N: usize>(words: [&OsStr; N]) -> Result<Vec<u8>> {
    let told = || words.map(OsStr::to_string_lossy).join(" ");
    let output = command(words)?
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("`{}` could not be started", told()))?;
    if !output.status.success() {
        let reason = String::from_utf8_lossy(&output.stderr);
        bail!(
            "`{}` failed with {}: {}",
            told(),
            output.status,
            reason.trim()
        );
    }
    Ok(output.stdout)
}

/// Runs a part that measures.
pub(crate) fn measured<const N: usize>(words: [&OsStr; N]) -> Result<Measured> {
    read(&output(words)?)
}

/// What a part that measures printed.
pub(crate) fn read(printed: &[u8]) -> Result<Measured> {
    serde_json::from_slice(printed).context("a part printed something else than its measure")
}
