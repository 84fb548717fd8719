//! What a sync must come to, told the slow and obvious way.
//!
//! Written from the product's rules and from nothing else: it shares no code with the planner, knows
//! no plan and no field change, and looks through everybody for every question. It says how the
//! directory stands afterwards, what became of each employee, and who is flagged.

mod approvers;
mod content;
mod emails;
mod groups;
mod leaving;
mod people;
mod record;
mod roll;

use std::collections::{BTreeMap, BTreeSet};

use domain::{ArchivedBy, Code, HrisId, Policy, Status};
use hris::{Employee, Roster, normalise::Lifecycle};
use jiff::{Timestamp, civil::Date};
use reconcile::{Directory, Outcome};

pub(crate) use content::{Body, Content, Key, Team, content};

/// What became of everybody.
#[derive(Clone, Debug, Default)]
pub(crate) struct Told {
    pub(crate) after: Content,
    pub(crate) outcomes: BTreeMap<HrisId, Outcome>,
    pub(crate) flags: BTreeSet<(Key, Code)>,
    pub(crate) archived_missing: u64,
}

/// What is known of an employee before anything is decided about the others.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Fate {
    /// Has to do with us, and has not left.
    Here,
    /// Has left.
    Left(ArchivedBy, Option<Date>),
    /// Told twice and differently, and somebody here: nothing applies.
    Frozen,
    /// The end.
    Done(Outcome),
}

/// How an employee came to the record that stands for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum How {
    /// Linked before.
    Linked,
    /// An unlinked person had the email.
    Joined,
    /// The person of somebody who left in this run had email and name.
    Took,
    /// An archived person had email and name.
    Returned,
    /// Nobody was there.
    New,
}

struct Staff<'a> {
    copies: Vec<&'a Employee>,
    fate: Fate,
    subject: Option<(Key, How)>,
    reused: bool,
    /// Has not left, and was not left out.
    heard: bool,
}

impl<'a> Staff<'a> {
    fn e(&self) -> &'a Employee {
        self.copies[0]
    }
}

struct Book<'a> {
    directory: &'a Directory,
    roster: &'a Roster,
    policy: &'a Policy,
    today: Date,
    before: Content,
    archived_at: BTreeMap<Key, Timestamp>,
    staff: BTreeMap<HrisId, Staff<'a>>,
    told: Told,
}

/// What a sync must come to.
pub(crate) fn tell(directory: &Directory, roster: &Roster, policy: &Policy, today: Date) -> Told {
    let careful = tell_with(true, directory, roster, policy, today);
    let kept = careful
        .flags
        .iter()
        .any(|(_, code)| *code == Code::LastAdmin);
    if kept {
        // Nobody has to be kept where another admin is there once the run is over.
        let without = tell_with(false, directory, roster, policy, today);
        let acting = |body: &Body| body.admin && body.can_sign_in && body.status == Status::Active;
        if without.after.people.values().any(acting) {
            return without;
        }
    }
    careful
}

fn tell_with(
    keep_last_admin: bool,
    directory: &Directory,
    roster: &Roster,
    policy: &Policy,
    today: Date,
) -> Told {
    let before = content(directory, directory);
    let archived_at = directory
        .people
        .iter()
        .filter_map(|person| Some((person.id.to_string(), person.archived_at?)))
        .collect();
    let told = Told {
        after: before.clone(),
        ..Told::default()
    };
    let mut book = Book {
        directory,
        roster,
        policy,
        today,
        before,
        archived_at,
        staff: BTreeMap::new(),
        told,
    };
    book.call_the_roll();
    book.contest_emails();
    book.find_people();
    book.archive(keep_last_admin);
    book.wait_for_what_is_missing();
    book.settle_emails();
    book.refuse_the_incomplete();
    book.write();
    book.name_possible_doubles();
    book.assign_groups();
    book.assign_approvers();
    book.sum_up();
    book.told
}

impl Book<'_> {
    fn done(&mut self, id: &HrisId, outcome: Outcome) {
        self.staff.get_mut(id).expect("on the roll").fate = Fate::Done(outcome);
    }

    /// Employees whose record was written, with it.
    fn synced(&self) -> Vec<(Key, &Employee)> {
        self.staff
            .values()
            .filter(|staff| staff.fate == Fate::Here)
            .map(|staff| {
                (
                    staff.subject.clone().expect("everybody here has one").0,
                    staff.e(),
                )
            })
            .collect()
    }

    fn sum_up(&mut self) {
        for (id, staff) in &self.staff {
            let outcome = match (&staff.fate, &staff.subject) {
                // The record went over to somebody else's employee.
                (Fate::Done(Outcome::Unchanged), Some((who, How::Linked)))
                    if self.told.after.people[who].hris.as_ref() != Some(id) =>
                {
                    Outcome::OutOfScope(Code::LeftBefore)
                }
                (Fate::Done(outcome), _) => *outcome,
                (Fate::Frozen, _) => Outcome::Unchanged,
                (Fate::Here, Some((who, _))) => {
                    let (before, after) =
                        (self.before.people.get(who), &self.told.after.people[who]);
                    match (before.map(|body| body.status), after.status) {
                        (None | Some(Status::Upcoming), Status::Active) => Outcome::Added,
                        (None | Some(Status::Upcoming), Status::Upcoming) => Outcome::Upcoming,
                        (Some(Status::Archived), _) => Outcome::Restored,
                        _ if before == Some(after) => Outcome::Unchanged,
                        _ => Outcome::Updated,
                    }
                }
                (fate, subject) => unreachable!("{id} is left at {fate:?} with {subject:?}"),
            };
            self.told.outcomes.insert(id.clone(), outcome);
        }
    }
}

fn ends_before_start(start: Option<Date>, end: Option<Date>) -> bool {
    matches!((start, end), (Some(start), Some(end)) if end < start)
}

/// The email an employee claims, folded.
fn wished(e: &Employee) -> Option<&str> {
    e.email.value().map(domain::text::Email::key)
}

fn known_status(e: &Employee) -> bool {
    e.lifecycle
        .value()
        .is_some_and(|reading| reading.status != Lifecycle::Unknown)
}
