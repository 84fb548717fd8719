//! People from a file: what its rows change, by the rules and within the safeguards of a sync.
//!
//! A row is told like an employee. For the plan alone everybody stands as linked: whom a row means, to
//! that row; so the same steps decide who comes, leaves and comes back, and the same limits count.
//! Afterwards nobody is linked to a row, and whoever an HRIS manages is left to it.

use domain::{
    Action, Code, FindingOutcome, Hold, HrisId, Person, PersonId, PersonRef, Policy, SmolStr,
    Source, Status,
};
use hris::{Coverage, Employee, Roster, Scope, Seen};
use jiff::civil::Date;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::{
    Directory, Finding, Outcome, Past, PersonChange, Plan, Verdict, change, counts, fields, judge,
    matching, reconcile,
};

/// The rows of a file.
#[derive(Clone, Debug, Default)]
pub struct File {
    /// The rows, each by the name of its line ([`row_id`]). What a row leaves empty is absent; departments
    /// and managers are never told.
    pub rows: Vec<Employee>,
    /// Lines that cannot be read, each with what is wrong.
    pub unreadable: Vec<SmolStr>,
    /// Whoever is linked belongs to an HRIS that is connected, which decides about them.
    pub leave_linked: bool,
}

/// What a file comes to.
#[derive(Clone, Debug, Default)]
pub struct FilePlan {
    /// The changes.
    pub plan: Plan,
    /// Which limits they are above. Whoever applies them has been asked.
    pub holds: Vec<Hold>,
}

/// The name of a line among the employees of a plan.
pub fn row_id(line: u64) -> HrisId {
    HrisId(smol_str::format_smolstr!("row {line}"))
}

/// Plans what a file changes. `today` is the day in the organisation's time zone.
///
/// Whoever is new and has no start date starts today, and an archived person who comes back loses an
/// end date that the file does not tell: it would archive them again at once.
#[must_use]
pub fn file(directory: &Directory, file: &File, policy: &Policy, today: Date) -> FilePlan {
    let (stand_in, lines) = linked_to_rows(directory, file, policy);
    let roster = roster(&stand_in, file, today);
    let plan = reconcile(&stand_in, &roster, policy, today);
    let holds = match judge(&stand_in, &roster, &plan, policy) {
        Verdict::Hold(holds) => holds,
        // An answer is distrusted only as a whole, and rows are never more than some.
        Verdict::Apply | Verdict::Fail(_) => Vec::new(),
    };
    let plan = Unlinking::of(directory, &plan, &lines).plan(plan, roster.unreadable.len());
    FilePlan { plan, holds }
}

/// Which line means whom, by the folded email. Of two lines with one email each is refused.
type Lines<'a> = FxHashMap<&'a str, &'a Employee>;

fn lines(file: &File) -> Lines<'_> {
    let mut lines = Lines::default();
    for row in &file.rows {
        if let Seen::Value(email) = &row.email {
            lines.entry(email.key()).or_insert(row);
        }
    }
    lines
}

/// The directory with everybody linked, as the plan of a file wants it.
fn linked_to_rows<'f>(
    directory: &Directory,
    file: &'f File,
    policy: &Policy,
) -> (Directory, Lines<'f>) {
    let lines = lines(file);
    let mut stand_in = directory.clone();
    stand_in.excluded.clear();
    let active = directory.people.iter();
    let active = active.filter(|person| person.status == Status::Active);
    // The first people of all are no surprise.
    let is_first = active.count() <= policy.safeguards.added_floor as usize;
    stand_in.past = Past {
        good_runs: u64::from(!is_first),
        archived_this_week: directory.past.archived_this_week,
        ..Past::default()
    };
    let here = emails_here(&directory.people);
    for person in &mut stand_in.people {
        let row = lines.get(person.email_key.as_str());
        let is_theirs = file.leave_linked && person.hris_id.is_some();
        if person.status == Status::Archived {
            // Where somebody present has the email, the row is about them.
            let same = row.filter(|row| {
                is_theirs
                    && !here.contains(person.email_key.as_str())
                    && matching::has_name_of(row, person)
            });
            stand_in.excluded.extend(same.map(|row| row.id.clone()));
            if !is_theirs {
                person.hris_id = None;
            }
            continue;
        }
        match row {
            Some(row) if is_theirs => _ = stand_in.excluded.insert(row.id.clone()),
            Some(row) => person.hris_id = Some(row.id.clone()),
            None if is_theirs => {}
            None => person.hris_id = Some(HrisId(smol_str::format_smolstr!("- {}", person.id))),
        }
        if !is_theirs {
            person.source = Source::Hris;
        }
    }
    (stand_in, lines)
}

/// The emails of everybody who is not archived.
fn emails_here(people: &[Person]) -> FxHashSet<&str> {
    let here = people.iter();
    let here = here.filter(|person| person.status != Status::Archived);
    here.map(|person| person.email_key.as_str()).collect()
}

fn roster(stand_in: &Directory, file: &File, today: Date) -> Roster {
    let here = emails_here(&stand_in.people);
    let employees: Vec<Employee> = file
        .rows
        .iter()
        .map(|row| {
            let mut row = row.clone();
            let key = row.email.value().map(domain::text::Email::key);
            if key.is_none_or(|key| !here.contains(key)) {
                if row.start_date == Seen::Absent {
                    row.start_date = Seen::Value(today);
                }
                if row.end_date == Seen::Absent {
                    row.end_date = Seen::Null;
                }
            }
            row
        })
        .collect();
    let mut coverage = Coverage::default();
    for row in &employees {
        coverage.count(row);
    }
    Roster {
        scope: Scope::Named(employees.iter().map(|row| row.id.clone()).collect()),
        employees,
        departments: Vec::new(),
        unreadable: file.unreadable.clone(),
        coverage,
    }
}

/// Takes the links to rows out of a plan again.
struct Unlinking<'a> {
    /// Whom the plan changes, as they stand.
    changed: FxHashMap<PersonId, &'a Person>,
    /// Whom an HRIS manages, by the row about them.
    managed: FxHashMap<HrisId, &'a Person>,
}

impl<'a> Unlinking<'a> {
    fn of(directory: &'a Directory, plan: &Plan, lines: &Lines<'_>) -> Self {
        let touched = plan.changes.iter().filter_map(PersonChange::existing);
        let touched: FxHashSet<PersonId> = touched.collect();
        let mut unlinking = Self {
            changed: FxHashMap::default(),
            managed: FxHashMap::default(),
        };
        for person in &directory.people {
            if touched.contains(&person.id) {
                unlinking.changed.insert(person.id, person);
            }
            if let Some(row) = lines.get(person.email_key.as_str())
                && person.hris_id.is_some()
            {
                unlinking.managed.insert(row.id.clone(), person);
            }
        }
        unlinking
    }

    fn plan(&self, mut plan: Plan, unreadable: usize) -> Plan {
        let mut unchanged = FxHashSet::default();
        let changes = std::mem::take(&mut plan.changes).into_iter();
        let changes = changes.filter_map(|change| {
            let row = change.after.hris_id.clone();
            let unlinked = self.change(&change);
            if unlinked.is_none() {
                unchanged.extend(row);
            }
            unlinked
        });
        plan.changes = changes.collect();
        for (row, outcome) in &mut plan.outcomes {
            match outcome {
                Outcome::OutOfScope(Code::Excluded) => {
                    *outcome = Outcome::OutOfScope(Code::ManagedByHris);
                    plan.findings.extend(self.finding(row));
                }
                Outcome::Updated if unchanged.contains(row) => *outcome = Outcome::Unchanged,
                _ => {}
            }
        }
        plan.findings.sort();
        plan.counts = counts::count(&plan, unreadable);
        plan
    }

    /// The change without the link; nothing where the link was all of it.
    fn change(&self, change: &PersonChange) -> Option<PersonChange> {
        let before = change.existing();
        let before = before.and_then(|id| self.changed.get(&id).copied());
        let mut after = change.after.clone();
        after.hris_id = before.and_then(|person| person.hris_id.clone());
        after.source = before.map_or(Source::Csv, |person| person.source);
        let stood = before.map(fields::state_of);
        let fields = change::differences(stood.as_ref(), &after);
        if fields.is_empty() {
            return None;
        }
        let why = match (change.action, after.status) {
            (Action::Add, Status::Upcoming) => "Added by a CSV file; the start date is ahead.",
            (Action::Add, _) => "Added by a CSV file.",
            (Action::Update, _) => "Changed by a CSV file.",
            (Action::Restore, _) => "Brought back by a CSV file.",
            (Action::Archive, _) => &change.why(),
        };
        Some(PersonChange::told(
            change.subject.clone(),
            change.action,
            after,
            change.weight,
            fields,
            why.to_owned(),
        ))
    }

    /// Says of whom a row is that the HRIS decides about.
    fn finding(&self, row: &HrisId) -> Option<Finding> {
        let person = self.managed.get(row)?;
        Some(Finding {
            hris_id: Some(row.clone()),
            person: Some(PersonRef::Existing(person.id)),
            code: Code::ManagedByHris,
            outcome: FindingOutcome::Flagged,
            name: person.name(),
            email: person.email.clone(),
            seen: SmolStr::default(),
        })
    }
}
