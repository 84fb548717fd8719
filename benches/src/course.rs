//! The order of it all: a company, its answers and databases, and each measure three times in turns.

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};
use jiff::civil::Date;

use crate::{
    answers::{self, CHANGED, FIRST, TINY},
    part::{self, Measured},
    server::Server,
};

/// How often each is measured. The median counts.
const TURNS: usize = 3;

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Measure {
    /// A sync into an empty directory.
    First,
    /// A sync that finds nothing to change.
    Unchanged,
    /// A sync that finds one person in a hundred changed.
    Changed,
    /// A preview that finds nothing to change.
    Preview,
    /// The answer's bytes.
    Fetch,
    /// The answer's records.
    Parse,
    /// The rows of a first sync.
    Write,
    /// The people of the directory.
    Read,
}

impl Measure {
    /// All of them, in the order in which they are made and shown.
    pub(crate) const ALL: [Self; 8] = [
        Self::First,
        Self::Unchanged,
        Self::Changed,
        Self::Preview,
        Self::Fetch,
        Self::Parse,
        Self::Write,
        Self::Read,
    ];

    /// What the tables call it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::First => "first sync",
            Self::Unchanged => "unchanged sync",
            Self::Changed => "1 % changed sync",
            Self::Preview => "preview, unchanged",
            Self::Fetch => "limit: fetch alone",
            Self::Parse => "limit: typed parse alone",
            Self::Write => "limit: bulk write alone",
            Self::Read => "limit: read back alone",
        }
    }
}

/// A company with what was measured of it.
pub(crate) struct Company {
    /// How many employees the answer has.
    pub(crate) size: usize,
    /// How long the answer is.
    pub(crate) bytes: u64,
    turns: Vec<(Measure, Measured)>,
}

impl Company {
    /// The times of a measure, the shortest first.
    pub(crate) fn sorted(&self, measure: Measure) -> Vec<&Measured> {
        let mut sorted: Vec<&Measured> = self
            .turns
            .iter()
            .filter(|(of, _)| *of == measure)
            .map(|(_, measured)| measured)
            .collect();
        sorted.sort_by(|a, b| a.seconds.total_cmp(&b.seconds));
        sorted
    }
}

/// Measures everything for a company of so many people.
pub(crate) fn measure(folder: &Path, size: usize, today: Date) -> Result<Company> {
    fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    eprintln!("{size} employees: rendering the answers");
    answers::render(folder, size, today)?;
    let serving = part::command([OsStr::new("serve"), folder.as_os_str()])?;
    let bench = Bench {
        answer: folder.join(format!("{FIRST}.json")),
        empty: folder.join("empty.db"),
        synced: folder.join("synced.db"),
        work: folder.join("work.db"),
        server: Server::start(serving)?,
    };
    forget(&bench.empty)?;
    let tiny = bench.server.base_url(TINY);
    part::output([
        OsStr::new("prepare"),
        bench.empty.as_os_str(),
        OsStr::new(&tiny),
    ])?;
    let bytes = fs::metadata(&bench.answer)
        .context("the answer is gone")?
        .len();
    let mut turns = Vec::new();
    for turn in 1..=TURNS {
        for measure in Measure::ALL {
            let measured = bench.turn(measure)?;
            eprintln!(
                "{size} employees, turn {turn}: {} {:.3} s",
                measure.name(),
                measured.seconds
            );
            check(measure, &measured)?;
            turns.push((measure, measured));
        }
    }
    Ok(Company { size, bytes, turns })
}

/// The files of a company.
struct Bench {
    answer: PathBuf,
    /// Connected, never synced.
    empty: PathBuf,
    /// Synced once.
    synced: PathBuf,
    /// What is measured works on a copy.
    work: PathBuf,
    server: Server,
}

impl Bench {
    fn turn(&self, measure: Measure) -> Result<Measured> {
        match measure {
            Measure::First => {
                let measured = self.sync("sync", &self.empty, FIRST)?;
                copy(&self.work, &self.synced)?;
                Ok(measured)
            }
            Measure::Unchanged => self.sync("sync", &self.synced, FIRST),
            Measure::Changed => self.sync("sync", &self.synced, CHANGED),
            Measure::Preview => self.sync("preview", &self.synced, FIRST),
            Measure::Fetch => {
                let url = self.server.base_url(FIRST);
                part::measured([OsStr::new("fetch"), OsStr::new(&url)])
            }
            Measure::Parse => part::measured([OsStr::new("parse"), self.answer.as_os_str()]),
            Measure::Write => {
                copy(&self.empty, &self.work)?;
                let (from, into) = (self.synced.as_os_str(), self.work.as_os_str());
                part::measured([OsStr::new("write"), from, into])
            }
            Measure::Read => part::measured([OsStr::new("read"), self.synced.as_os_str()]),
        }
    }

    fn sync(&self, thing: &str, database: &Path, answer: &str) -> Result<Measured> {
        copy(database, &self.work)?;
        let url = self.server.base_url(answer);
        let (work, url) = (self.work.as_os_str(), OsStr::new(&url));
        part::measured([OsStr::new(thing), work, url])
    }
}

/// A time counts only if the thing did what it is named for.
fn check(measure: Measure, measured: &Measured) -> Result<()> {
    let Measured {
        people, changes, ..
    } = *measured;
    let fits = match measure {
        Measure::First => changes * 2 > people,
        Measure::Unchanged | Measure::Preview => people > 0 && changes == 0,
        Measure::Changed => changes > 0 && changes * 4 < people.max(40),
        Measure::Parse | Measure::Write | Measure::Read => people > 0,
        Measure::Fetch => true,
    };
    if !fits {
        let name = measure.name();
        bail!("{name}: {changes} changes among {people} people, which is something else");
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    forget(to)?;
    fs::copy(from, to)
        .map(drop)
        .with_context(|| format!("{} cannot be copied", from.display()))
}

/// Removes a database with its journal.
fn forget(database: &Path) -> Result<()> {
    for suffix in ["", "-wal", "-shm"] {
        let mut path = database.as_os_str().to_owned();
        path.push(suffix);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(error).with_context(|| format!("{} cannot be removed", path.display()));
            }
            _ => {}
        }
    }
    Ok(())
}
