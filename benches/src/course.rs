//! The order of it all: a company, its answers and databases, and each measure in turns.

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};
use jiff::civil::Date;

use crate::{
    answers::{CHANGED, FIRST, TINY},
    databases::{Databases, Engine, State},
    figures::{Company, Measure},
    part::{self, Measured},
    server::Server,
};

/// Companies above this are measured once, or the bench would take hours.
const LARGEST_IN_TURNS: usize = 100_000;

/// How often each is measured. The median counts.
pub(crate) fn turns(size: usize) -> usize {
    if size > LARGEST_IN_TURNS { 1 } else { 3 }
}

/// The rendered answers of a company and who serves them.
pub(crate) struct Answers {
    folder: PathBuf,
    size: usize,
    server: Server,
}

impl Answers {
    /// Renders the answers of a company of so many people into a folder.
    pub(crate) fn render(folder: &Path, size: usize, today: Date) -> Result<Self> {
        fs::create_dir_all(folder)
            .with_context(|| format!("{} cannot be made", folder.display()))?;
        eprintln!("{size} employees: rendering the answers");
        let (people, day) = (size.to_string(), today.to_string());
        part::output([
            OsStr::new("render"),
            folder.as_os_str(),
            OsStr::new(&people),
            OsStr::new(&day),
        ])?;
        let serving = part::command([OsStr::new("serve"), folder.as_os_str()])?;
        Ok(Self {
            folder: folder.to_path_buf(),
            size,
            server: Server::start(serving)?,
        })
    }

    /// Who serves them.
    pub(crate) fn server(&self) -> &Server {
        &self.server
    }

    /// An installation of this company that has synced once: its database and its key.
    pub(crate) fn synced(&self, databases: &Databases) -> Result<(String, PathBuf)> {
        let key = self.folder.join("rollcall.key");
        let (url, installed) = (databases.url(State::Work), |thing: &str, answer: &str| {
            part::output([
                OsStr::new(thing),
                OsStr::new(&databases.url(State::Work)),
                key.as_os_str(),
                OsStr::new(&self.server.base_url(answer)),
            ])
        });
        databases.make(State::Work)?;
        installed("prepare", TINY)?;
        installed("sync", FIRST)?;
        databases.settle(State::Work)?;
        Ok((url, key))
    }

    /// Measures everything for this company on one engine.
    pub(crate) fn measure(&self, engine: Engine, databases: Databases) -> Result<Company> {
        let bench = Bench {
            answer: self.folder.join(format!("{FIRST}.json")),
            key: self.folder.join("rollcall.key"),
            databases,
            server: &self.server,
        };
        let answer = fs::metadata(&bench.answer).context("the answer is gone")?;
        bench.databases.make(State::Empty)?;
        bench.installed("prepare", State::Empty, TINY)?;
        bench.databases.settle(State::Empty)?;
        let mut turns = Vec::new();
        for turn in 1..=self::turns(self.size) {
            for measure in Measure::ALL {
                let measured = bench.turn(measure)?;
                eprintln!(
                    "{} employees, {}, turn {turn}: {} {:.3} s",
                    self.size,
                    engine.name(),
                    measure.name(),
                    measured.seconds
                );
                check(measure, &measured)?;
                turns.push((measure, measured));
            }
        }
        let bytes = |state| bench.databases.bytes(state);
        let directory = bytes(State::Synced)?.saturating_sub(bytes(State::Empty)?);
        bench.databases.remove(State::Work)?;
        Ok(Company {
            engine,
            size: self.size,
            answer: answer.len(),
            directory,
            turns,
        })
    }
}

/// A company on one engine.
struct Bench<'a> {
    answer: PathBuf,
    key: PathBuf,
    databases: Databases,
    server: &'a Server,
}

impl Bench<'_> {
    fn turn(&self, measure: Measure) -> Result<Measured> {
        match measure {
            Measure::First => {
                let measured = self.run("sync", State::Empty, FIRST)?;
                self.databases.settle(State::Work)?;
                self.databases.copy(State::Work, State::Synced)?;
                Ok(measured)
            }
            Measure::Unchanged => self.run("sync", State::Synced, FIRST),
            Measure::Changed => self.run("sync", State::Synced, CHANGED),
            Measure::Preview => self.run("preview", State::Synced, FIRST),
            Measure::Fetch => {
                let url = self.server.base_url(FIRST);
                part::measured([OsStr::new("fetch"), OsStr::new(&url)])
            }
            Measure::Parse => part::measured([OsStr::new("parse"), self.answer.as_os_str()]),
            Measure::Write => {
                self.databases.copy(State::Empty, State::Work)?;
                let from = self.databases.url(State::Synced);
                let into = self.databases.url(State::Work);
                part::measured([OsStr::new("write"), OsStr::new(&from), OsStr::new(&into)])
            }
            Measure::Read => {
                let synced = self.databases.url(State::Synced);
                part::measured([OsStr::new("read"), OsStr::new(&synced)])
            }
        }
    }

    /// Syncs or previews a copy.
    fn run(&self, thing: &str, from: State, answer: &str) -> Result<Measured> {
        self.databases.copy(from, State::Work)?;
        part::read(&self.installed(thing, State::Work, answer)?)
    }

    fn installed(&self, thing: &str, state: State, answer: &str) -> Result<Vec<u8>> {
        let (database, hris) = (self.databases.url(state), self.server.base_url(answer));
        part::output([
            OsStr::new(thing),
            OsStr::new(&database),
            self.key.as_os_str(),
            OsStr::new(&hris),
        ])
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
