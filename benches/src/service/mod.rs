//! The service: how fast it answers, and how a morning goes when many companies are due at once.

mod calls;
mod morning;
mod pages;
mod processes;

use std::{fmt::Write as _, path::Path};

use anyhow::Result;
use jiff::civil::Date;

use crate::{
    course::Answers,
    databases::{Engine, Server},
    machine::Machine,
};

pub(crate) use processes::{answer, prepare_many, work};

/// What is measured.
pub(crate) struct Plan<'a> {
    pub(crate) sizes: &'a [usize],
    pub(crate) engines: &'a [Engine],
    pub(crate) organisations: usize,
    pub(crate) folder: &'a Path,
    pub(crate) today: Date,
}

/// Measures it all and gives the document.
pub(crate) fn measure(plan: &Plan<'_>, databases: &Server, machine: &Machine) -> Result<String> {
    let mut text = format!(
        "# Benchmarks of the service\n\n{}: {machine}.\n\n{HOW_TO_READ}",
        plan.today
    );
    if plan.engines.contains(&Engine::Postgres) && plan.organisations > 0 {
        let tables = morning::measure(plan, databases)?;
        write!(text, "\n## The morning\n\n{tables}")?;
    }
    for size in plan.sizes {
        let folder = plan.folder.join(format!("calls-{size}"));
        let answers = Answers::render(&folder, *size, plan.today)?;
        for engine in plan.engines {
            let own = databases.databases(*engine, &folder)?;
            let (url, key) = answers.synced(&own)?;
            let table = calls::measure(&url, &key)?;
            write!(
                text,
                "\n## Calls: {}, {size} people\n\n{table}",
                engine.name()
            )?;
            let table = pages::measure(&url, &key)?;
            write!(
                text,
                "\n## Pages: {}, {size} people\n\n{table}",
                engine.name()
            )?;
            own.remove(crate::databases::State::Work)?;
        }
        drop(std::fs::remove_dir_all(&folder));
    }
    Ok(text)
}

const HOW_TO_READ: &str = "\
Made by `cargo xtask bench --service --out docs/benchmarks-service.md`. Everything runs on this one machine: the service,
the database, the HRIS (answers copied from files) and whoever calls, so that they take the processor from each other.

- **The morning**: companies of a thousand people each, connected and synced before, are all due at the same instant.
  Nothing has changed in the HRIS, as on most mornings. *Calls meanwhile* are those of one client that reads pages of
  people, one after the other, from a process that only answers. What a first sync of all of them takes is told too.
- **Calls**: a client asks again and again over one connection, then four do so at once. Each answer is read whole. A
  *deep page* begins after half of all people. *Search* is for a part of a name, *filtered* counts the active people
  without a budget. Times are in milliseconds.
- **Pages** are those of the Admin Hub, asked for by an admin who is signed in, compressed and read whole. Below each
  table: from choosing everybody to the page that says what budgets for them would come to, how fast one worker hands
  them out, and everybody as CSV.
";
