//! Random histories of a small company, in which names, emails and departments collide all the time.

mod by_hand;
mod event;
mod in_the_hris;

use domain::{HrisId, Person, Policy, Status};
use hris::{Roster, Seen};
use jiff::{Timestamp, ToSpan as _, civil::Date};
use reconcile::{Directory, Outcome, reconcile};

use crate::company::{Draft, apply_at, day, directory, in_country, noon, whole};

pub(crate) use event::{Event, histories};

const EMAILS: [&str; 6] = [
    "ann@acme.test",
    "bob@acme.test",
    "cy@acme.test",
    "di@acme.test",
    "ed@acme.test",
    "flo@acme.test",
];
const FIRST: [&str; 4] = ["Ann", "Bob", "Cy", "Di"];
const LAST: [&str; 4] = ["Adams", "Brown", "Clark", "Diaz"];
const DEPARTMENTS: [&str; 4] = ["Sales", "Legal", "Design", "SALES "];
/// Departments that are nothing but a text: the id is the name.
const TEXTS: [&str; 3] = ["Ops", "Field", "Sales"];
const COUNTRIES: [&str; 3] = ["PT", "US", "BR"];
const STATUSES: [&str; 5] = [
    "Employed",
    "hired",
    "Garden leave",
    "Terminated",
    "Abducted",
];

/// Everything that one sync is given.
#[derive(Clone, Debug)]
pub(crate) struct Scene {
    pub(crate) directory: Directory,
    pub(crate) roster: Roster,
    pub(crate) policy: Policy,
    pub(crate) today: Date,
    pub(crate) now: Timestamp,
}

/// An employee in the HRIS: the truth, and what of it cannot be seen.
struct Record {
    truth: Draft,
    holes: Vec<(u8, u8)>,
    gone: bool,
    double: Option<bool>,
}

impl Record {
    fn new(truth: Draft) -> Self {
        Self {
            truth,
            holes: Vec::new(),
            gone: false,
            double: None,
        }
    }

    fn told(&self) -> Draft {
        let mut told = self.truth.clone();
        for (field, kind) in &self.holes {
            let e = &mut told.e;
            match field {
                0 => hole(&mut e.first_name, *kind),
                1 => hole(&mut e.surname, *kind),
                2 => hole(&mut e.email, *kind),
                3 => hole(&mut e.start_date, *kind),
                4 => hole(&mut e.end_date, *kind),
                5 => hole(&mut e.lifecycle, (*kind).min(1)),
                6 => hole(&mut e.manager, (*kind).min(1)),
                7 => hole(&mut told.department, (*kind).min(1)),
                _ => hole(&mut e.country, *kind),
            }
        }
        told
    }
}

fn hole<T>(seen: &mut Seen<T>, kind: u8) {
    *seen = match kind {
        0 => Seen::Absent,
        1 => Seen::Null,
        _ => Seen::bad("?"),
    };
}

/// A company and its directory as they stand now.
pub(crate) struct World {
    records: Vec<Record>,
    department_names: Vec<String>,
    directory: Directory,
    policy: Policy,
    today: Date,
    made_by_hand: u32,
    syncs: i64,
}

/// The scenes of a history, one per sync.
pub(crate) fn scenes(history: &[Vec<Event>]) -> Vec<Scene> {
    let mut world = World {
        records: Vec::new(),
        department_names: DEPARTMENTS.iter().map(|name| (*name).to_owned()).collect(),
        directory: directory([]),
        policy: Policy::default(),
        today: day(0),
        made_by_hand: 0,
        syncs: 0,
    };
    history
        .iter()
        .map(|events| world.next_scene(events))
        .collect()
}

impl World {
    fn next_scene(&mut self, events: &[Event]) -> Scene {
        for event in events {
            self.happen(event);
        }
        self.syncs += 1;
        let now = self.now();
        let scene = Scene {
            directory: self.directory.clone(),
            roster: self.roster(),
            policy: self.policy.clone(),
            today: self.today,
            now,
        };
        self.sync(&scene);
        scene
    }

    /// An instant of its own for each sync; nothing is decided by the time of day.
    fn now(&self) -> Timestamp {
        noon()
            .saturating_add(self.syncs.seconds())
            .expect("seconds only")
    }

    fn sync(&mut self, scene: &Scene) {
        let plan = reconcile(&scene.directory, &scene.roster, &scene.policy, scene.today);
        self.directory = apply_at(&plan, &scene.directory, scene.now);
        let past = &mut self.directory.past;
        past.good_runs += 1;
        past.coverage = Some(scene.roster.coverage.clone());
        past.keep.clear();
        past.missing_runs.retain(|id, _| {
            let person = self.directory.people.iter().find(|person| person.id == *id);
            person.is_some_and(|person| is_missing(person, &scene.roster))
        });
        for person in &self.directory.people {
            if is_missing(person, &scene.roster) {
                *past.missing_runs.entry(person.id).or_default() += 1;
            }
        }
        // Somebody who was synced may accept an invitation; nobody else signs in.
        let added = plan
            .outcomes
            .iter()
            .filter(|(_, outcome)| *outcome == Outcome::Added);
        assert!(added.count() <= scene.roster.employees.len());
    }

    fn roster(&self) -> Roster {
        let mut drafts = Vec::new();
        for record in self.records.iter().filter(|record| !record.gone) {
            let mut told = record.told();
            if let Seen::Value((id, name)) = &mut told.department
                && let Ok(index) = id.parse::<usize>()
            {
                name.clone_from(&self.department_names[index]);
            }
            if let Some(differently) = record.double {
                let mut copy = told.clone();
                if differently {
                    copy.e.country = in_country("CA");
                }
                drafts.push(copy);
            }
            drafts.push(told);
        }
        whole(drafts)
    }

    fn record(&mut self, who: u8) -> Option<&mut Record> {
        let count = self.records.len().max(1);
        self.records.get_mut(usize::from(who) % count)
    }

    fn truth(&mut self, who: u8, change: impl FnOnce(&mut Draft)) {
        if let Some(record) = self.record(who) {
            change(&mut record.truth);
        }
    }

    fn someone(&mut self, who: u8) -> Option<&mut Person> {
        let count = self.directory.people.len().max(1);
        self.directory.people.get_mut(usize::from(who) % count)
    }

    fn person(&mut self, who: u8, change: impl FnOnce(&mut Person)) {
        if let Some(person) = self.someone(who) {
            change(person);
            person.version += 1;
        }
    }

    fn date(&self, offset: i8) -> Date {
        self.today.saturating_add(i64::from(offset).days())
    }

    fn employee_id(&self, who: u8) -> HrisId {
        let count = self.records.len().max(1);
        let record = self.records.get(usize::from(who) % count);
        record.map_or_else(
            || HrisId::from("nobody"),
            |record| record.truth.e.id.clone(),
        )
    }
}

fn is_missing(person: &Person, roster: &Roster) -> bool {
    person.status != Status::Archived
        && person
            .hris_id
            .as_ref()
            .is_some_and(|id| roster.employees.iter().all(|e| e.id != *id))
}

fn name_of(number: u8) -> (&'static str, &'static str) {
    (
        FIRST[usize::from(number) % 4],
        LAST[usize::from(number / 4) % 4],
    )
}

/// Departments 0 to 3 have ids, the others are text.
fn department_of(number: u8) -> Seen<(String, String)> {
    let id = match TEXTS.get(usize::from(number).wrapping_sub(4)) {
        Some(text) => (*text).to_owned(),
        None => number.to_string(),
    };
    Seen::Value((id.clone(), id))
}

fn email_of(number: u8) -> &'static str {
    EMAILS[usize::from(number) % EMAILS.len()]
}
