//! Safeguards: the whole plan is judged before the first write.
//!
//! Some answers are not to be trusted at all: the run fails. Some plans are plausible but large: they
//! are held until an admin has looked. A number is held only when it is above both its floor and its
//! percentage, so that small companies are not stopped by every leaver.

use domain::{Hold, HoldCode, Person, Policy, Problem, ProblemCode, Safeguards, Status};
use hris::{Roster, Scope};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::{Directory, Plan, answers::Answers, common, plan::PersonChange};

/// Below this many linked people an answer about other people cannot be told from a small one.
const OTHER_COMPANY_FROM: usize = 20;
/// An answer in which fewer than one in this many linked people come back is about other people.
const OTHER_COMPANY_SHARE: usize = 10;

/// What may become of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Apply it.
    Apply,
    /// Above these limits: an admin decides.
    Hold(Vec<Hold>),
    /// The answer itself is not to be trusted: the run fails.
    Fail(Problem),
}

/// Judges a plan.
///
/// Absence only counts where the whole roster was asked for. An approved plan is not judged again:
/// whoever applies it has compared it with what the admin saw.
#[must_use]
pub fn judge(directory: &Directory, roster: &Roster, plan: &Plan, policy: &Policy) -> Verdict {
    if roster.scope == Scope::Whole
        && let Some(problem) = distrust(directory, roster)
    {
        return Verdict::Fail(problem);
    }
    let people = directory
        .people
        .iter()
        .map(|person| (person.id, person))
        .collect();
    let holds = Court {
        directory,
        people,
        plan,
        limits: &policy.safeguards,
    }
    .holds(roster);
    if holds.is_empty() {
        Verdict::Apply
    } else {
        Verdict::Hold(holds)
    }
}

/// Judges what the midnight timer would do, by the limits on archiving alone.
#[must_use]
pub fn judge_midnight(directory: &Directory, plan: &Plan, policy: &Policy) -> Vec<Hold> {
    let people = directory
        .people
        .iter()
        .map(|person| (person.id, person))
        .collect();
    let court = Court {
        directory,
        people,
        plan,
        limits: &policy.safeguards,
    };
    let mut holds = Vec::new();
    // The timer looks at everybody, also where nobody is linked to an HRIS.
    let active = directory
        .people
        .iter()
        .filter(|person| person.status == Status::Active);
    court.archiving(&mut holds, active.count() as u64);
    holds
}

/// Whether the answer is one that nothing should be concluded from.
fn distrust(directory: &Directory, roster: &Roster) -> Option<Problem> {
    if roster.employees.is_empty() && roster.unreadable.is_empty() {
        return Some(Problem::new(
            ProblemCode::EmptyRoster,
            "The HRIS answered without a single employee, so nothing was changed.",
            "Check in the HRIS which people the service user may see, then sync again.",
        ));
    }
    if let Some(problem) = other_company(directory, roster) {
        return Some(problem);
    }
    let vanished = roster
        .coverage
        .vanished_since(directory.past.coverage.as_ref()?);
    if vanished.is_empty() {
        return None;
    }
    let fields: Vec<String> = vanished
        .iter()
        .map(|field| field.as_str().replace('_', " "))
        .collect();
    Some(Problem::new(
        ProblemCode::SectionVanished,
        format!(
            "The last sync saw {} on most people and this answer has it on nobody, so nothing was changed.",
            fields.join(", ")
        ),
        "Give the service user back the permission to view that section in the HRIS, then sync again.",
    ))
}

fn other_company(directory: &Directory, roster: &Roster) -> Option<Problem> {
    let linked: Vec<&str> = directory
        .people
        .iter()
        .filter(|person| person.status != Status::Archived)
        .filter_map(|person| person.hris_id.as_ref().map(domain::HrisId::as_str))
        .collect();
    if linked.len() < OTHER_COMPANY_FROM {
        return None;
    }
    let told: FxHashSet<&str> = roster
        .employees
        .iter()
        .map(|employee| employee.id.as_str())
        .collect();
    let back = linked.iter().filter(|id| told.contains(*id)).count();
    (back * OTHER_COMPANY_SHARE < linked.len()).then(|| {
        Problem::new(
            ProblemCode::OtherCompany,
            format!(
                "Only {back} of the {} people linked to the HRIS are in its answer, so it seems to be about another company and nothing was changed.",
                linked.len()
            ),
            "Check that the service user belongs to the right company, then sync again.",
        )
    })
}

/// Who was here before, counted once.
struct Court<'a> {
    directory: &'a Directory,
    people: FxHashMap<domain::PersonId, &'a Person>,
    plan: &'a Plan,
    limits: &'a Safeguards,
}

impl Court<'_> {
    fn holds(&self, roster: &Roster) -> Vec<Hold> {
        let limits = self.limits;
        let present = self.linked(|status| status != Status::Archived);
        let active = self.linked(|status| status == Status::Active);
        let mut holds = Vec::new();
        self.archiving(&mut holds, self.archivable());

        let identity = self.changes(|change| change.weight.identity);
        let limit = limit_of(limits.identity_floor, limits.identity_percent, present);
        self.hold(
            &mut holds,
            HoldCode::TooManyIdentityChanges,
            limit,
            &identity,
        );

        let approver = self.changes(|change| change.weight.approver);
        let limit = limit_of(limits.approver_floor, limits.approver_percent, present);
        self.hold(
            &mut holds,
            HoldCode::TooManyApproverChanges,
            limit,
            &approver,
        );

        let group = self.changes(|change| change.weight.group);
        let limit = limit_of(limits.group_floor, limits.group_percent, present);
        self.hold(&mut holds, HoldCode::TooManyGroupChanges, limit, &group);

        // Everybody is new to the first run.
        if self.directory.past.good_runs > 0 {
            let new = self.changes(|change| change.weight.new);
            let limit = limit_of(limits.added_floor, limits.added_percent, active);
            self.hold(&mut holds, HoldCode::TooManyAdded, limit, &new);
        }
        if roster.scope == Scope::Whole {
            let missing = self.missing(roster);
            let limit = limit_of(limits.missing_floor, limits.missing_percent, active);
            self.hold_people(&mut holds, HoldCode::TooManyMissing, limit, &missing);
        }
        holds
    }

    /// The active people of whom a sync may archive some: those linked before or in this very run.
    fn archivable(&self) -> u64 {
        let linked_now = self.changes(|change| {
            let before = change.existing().and_then(|id| self.people.get(&id));
            before.is_some_and(|person| person.status == Status::Active && person.hris_id.is_none())
        });
        self.linked(|status| status == Status::Active) + linked_now.len() as u64
    }

    /// The two limits on archiving: at once, and within a week.
    fn archiving(&self, holds: &mut Vec<Hold>, archivable: u64) {
        let limits = self.limits;
        let archived = self.changes(|change| change.weight.archives);
        let limit = limit_of(limits.archive_floor, limits.archive_percent, archivable);
        self.hold(holds, HoldCode::TooManyArchived, limit, &archived);

        let limit = limit_of(
            limits.archive_week_floor,
            limits.archive_week_percent,
            archivable,
        );
        let earlier = self.directory.past.archived_this_week;
        let found = archived.len() as u64 + earlier;
        if !archived.is_empty() && found > limit {
            let shared = common::of_changes(self.directory, &archived);
            holds.push(hold_of(
                HoldCode::TooManyArchivedThisWeek,
                limit,
                found,
                &shared,
            ));
        }
    }

    /// How many linked people stand like this.
    fn linked(&self, stands: impl Fn(Status) -> bool) -> u64 {
        let linked = self
            .directory
            .people
            .iter()
            .filter(|person| person.hris_id.is_some());
        linked.filter(|person| stands(person.status)).count() as u64
    }

    fn changes(&self, wanted: impl Fn(&PersonChange) -> bool) -> Vec<&PersonChange> {
        self.plan
            .changes
            .iter()
            .filter(|change| wanted(change))
            .collect()
    }

    /// Linked active people who are not in the answer.
    fn missing(&self, roster: &Roster) -> Vec<&Person> {
        let answers = Answers::of(self.directory);
        let told: FxHashSet<&str> = roster
            .employees
            .iter()
            .map(|employee| employee.id.as_str())
            .collect();
        self.directory
            .people
            .iter()
            .filter(|person| person.status == Status::Active)
            .filter(|person| !answers.knows_missing(person))
            .filter(|person| {
                person
                    .hris_id
                    .as_ref()
                    .is_some_and(|id| !told.contains(id.as_str()))
            })
            .collect()
    }

    fn hold(&self, holds: &mut Vec<Hold>, code: HoldCode, limit: u64, changes: &[&PersonChange]) {
        let found = changes.len() as u64;
        if found > limit {
            let shared = common::of_changes(self.directory, changes);
            holds.push(hold_of(code, limit, found, &shared));
        }
    }

    fn hold_people(&self, holds: &mut Vec<Hold>, code: HoldCode, limit: u64, people: &[&Person]) {
        let found = people.len() as u64;
        if found > limit {
            let shared = common::of_people(self.directory, people);
            holds.push(hold_of(code, limit, found, &shared));
        }
    }
}

/// The largest number that passes.
fn limit_of(floor: u32, percent: u32, base: u64) -> u64 {
    u64::from(floor).max(base * u64::from(percent) / 100)
}

fn hold_of(code: HoldCode, limit: u64, found: u64, shared: &str) -> Hold {
    let what = match code {
        HoldCode::TooManyArchived => "people would be archived at once",
        HoldCode::TooManyArchivedThisWeek => "people would have been archived within 168 hours",
        HoldCode::TooManyIdentityChanges => "linked people would get another email or HRIS id",
        HoldCode::TooManyApproverChanges => "linked people would get another approver",
        HoldCode::TooManyGroupChanges => "linked people would move to another group",
        HoldCode::TooManyAdded => "people would be new",
        HoldCode::TooManyMissing => "linked people are missing from the answer",
        HoldCode::ChangedSincePreview => "changes differ from the preview",
    };
    let shared = if shared.is_empty() {
        String::new()
    } else {
        format!(" {shared}")
    };
    let detail = format!("{found} {what}; up to {limit} pass without a look.{shared}");
    Hold {
        code,
        limit,
        found,
        detail,
    }
}
