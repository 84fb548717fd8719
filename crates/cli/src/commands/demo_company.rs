//! The company of the demo: kept beside the database, so that a second run goes on with it.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use domain::{Clock as _, SmolStr, SystemClock};
use jiff::{civil::Date, tz::TimeZone};
use sandbox::{
    Roster,
    company::{Change, Changed, evolve, generate},
};

use crate::{exit::WrongUse, show::counted};

const FILE: &str = "company.json";

/// The company and where it is kept.
pub(crate) struct Company {
    path: PathBuf,
    roster: Roster,
    known: bool,
}

impl Company {
    /// The one in the folder, or a new one.
    pub(crate) fn of(folder: &Path, employees: usize, seed: u64) -> Result<Self> {
        let path = folder.join(FILE);
        if !path.exists() {
            let roster = generate(employees, seed, today());
            return Ok(Self {
                path,
                roster,
                known: false,
            });
        }
        let unfit = |what: String| {
            WrongUse(format!(
                "{} {what}; remove it, or give another folder with --data.",
                path.display()
            ))
        };
        let json = fs::read(&path).map_err(|error| unfit(format!("cannot be read: {error}")))?;
        let roster =
            Roster::from_json(&json).map_err(|error| unfit(format!("is no company: {error}")))?;
        Ok(Self {
            path,
            roster,
            known: true,
        })
    }

    /// Whether it was there already.
    pub(crate) fn is_known(&self) -> bool {
        self.known
    }

    /// The company as it was at the start.
    pub(crate) fn roster(&self) -> &Roster {
        &self.roster
    }

    /// Keeps the company as it is now.
    pub(crate) fn keep(&self, roster: &Roster) -> Result<()> {
        let json = serde_json::to_vec(roster).context("the company could not be written")?;
        fs::write(&self.path, json)
            .with_context(|| format!("{} could not be written", self.path.display()))
    }
}

/// Lets a day pass. The number of people is part of the seed, so that the second run of a demo brings other news.
pub(crate) fn a_day(roster: &mut Roster) -> Changed {
    let seed = roster.employees.len() as u64;
    let change = Change {
        joiners: 3,
        leavers: 2,
        // That one takes any department, also one without people, where a new name moves nobody to be seen.
        rename_department: false,
        new_managers: 1,
        new_emails: 1,
        moves: 1,
    };
    let mut changed = evolve(roster, seed, today(), &change);
    changed.renamed = rename_the_largest(roster);
    changed
}

/// Gives the department with the most people another name. One whose id is a text is left alone: the id is the name.
fn rename_the_largest(roster: &mut Roster) -> Option<(SmolStr, SmolStr, SmolStr)> {
    let people_in = |id: &str| {
        roster
            .employees
            .iter()
            .filter(|e| e.department_id.as_deref() == Some(id))
            .count()
    };
    let numbered = roster
        .departments
        .iter()
        .filter(|department| department.id.bytes().all(|byte| byte.is_ascii_digit()));
    let largest = numbered
        .max_by_key(|department| people_in(&department.id))?
        .id
        .clone();
    let department = roster
        .departments
        .iter_mut()
        .find(|department| department.id == largest)?;
    let before = department.label().clone();
    let after = match before.strip_suffix(" Team") {
        Some(short) => short.into(),
        None => SmolStr::from(format!("{before} Team")),
    };
    department.name = Some(after.clone());
    Some((largest, before, after))
}

/// What happened, in words.
pub(crate) fn words(changed: &Changed) -> String {
    let count = |ids: &[_]| ids.len() as u64;
    let mut told: Vec<String> = [
        (count(&changed.joined), "joins", "join"),
        (count(&changed.left), "has left", "have left"),
        (
            count(&changed.new_managers),
            "has a new manager",
            "have a new manager",
        ),
        (
            count(&changed.new_emails),
            "has a new email",
            "have a new email",
        ),
        (
            count(&changed.moved),
            "moved to another country",
            "moved to another country",
        ),
    ]
    .into_iter()
    .filter(|(number, ..)| *number > 0)
    .map(|(number, one, many)| counted(number, one, many))
    .collect();
    if let Some((_, before, after)) = &changed.renamed {
        told.push(format!("the department {before} is now {after}"));
    }
    told.join(", ")
}

fn today() -> Date {
    TimeZone::UTC.to_datetime(SystemClock.now()).date()
}
