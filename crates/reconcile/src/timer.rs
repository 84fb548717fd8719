//! The midnight timer: who leaves and who starts when a day begins, HRIS reachable or not.
//!
//! It looks at what is stored and nothing else: end dates that are over archive, also people who
//! were added by hand; upcoming people whose start date has come and whose record is complete get
//! their account.

use domain::{
    Action, ArchivedBy, Code, Counts, FindingOutcome, Person, PersonRef, Policy, SmolStr, Status,
};
use jiff::civil::Date;

use crate::{
    Directory,
    answers::Answers,
    change::change_of,
    fields::state_of,
    leaving::{Leaving, Proof, is_over},
    plan::{Finding, PersonChange, Plan},
    why,
};

/// Plans what the beginning of a day changes.
///
/// `today` is the day in the organisation's time zone. The counts' `employees` are those whose day
/// it is; a plan without changes is nobody's run.
#[must_use]
pub fn midnight(directory: &Directory, policy: &Policy, today: Date) -> Plan {
    let mut people: Vec<&Person> = directory.people.iter().collect();
    people.sort_by_key(|person| person.id);
    let night = &Night {
        directory,
        answers: Answers::of(directory),
        policy,
        today,
    };
    let kept = last_admin(&people, night);
    let mut plan = Plan::default();
    for person in people {
        match fate(person, night) {
            Fate::Nothing => {}
            Fate::Leaves(_) if Some(person.id) == kept => {
                plan.findings
                    .push(finding(person, Code::LastAdmin, FindingOutcome::Flagged));
                plan.counts.unchanged += 1;
            }
            Fate::Leaves(leaving) => {
                plan.changes.extend(archive(person, leaving));
                plan.counts.archived += 1;
            }
            Fate::Starts => {
                plan.changes.extend(start(person));
                plan.counts.added += 1;
            }
            Fate::Waits(code) => {
                plan.findings
                    .push(finding(person, code, FindingOutcome::Skipped));
                plan.counts.skipped += 1;
            }
        }
    }
    let Counts {
        added,
        archived,
        unchanged,
        skipped,
        ..
    } = plan.counts;
    plan.counts.employees = added + archived + unchanged + skipped;
    plan.counts.flagged = unchanged;
    plan
}

/// What decides a person's fate when a day begins.
struct Night<'a> {
    directory: &'a Directory,
    answers: Answers<'a>,
    policy: &'a Policy,
    today: Date,
}

enum Fate {
    Nothing,
    Leaves(Leaving),
    Starts,
    /// The day has come, but something needed is missing.
    Waits(Code),
}

fn fate(person: &Person, night: &Night<'_>) -> Fate {
    let Night {
        directory,
        answers,
        policy,
        today,
    } = night;
    let today = *today;
    if person.status == Status::Archived {
        return Fate::Nothing;
    }
    if let Some(end) = person.end_date.filter(|end| is_over(*end, policy, today)) {
        if directory.past.keep.contains(&person.id) || answers.declines_end_of(person, Some(end)) {
            return Fate::Nothing;
        }
        return Fate::Leaves(Leaving {
            proof: Proof::EndDateOver,
            end_date: Some(end),
        });
    }
    let starts = person.start_date.is_some_and(|start| start <= today);
    if person.status != Status::Upcoming || !starts {
        return Fate::Nothing;
    }
    if person.first_name.is_empty() && person.last_name.is_empty() {
        return Fate::Waits(Code::MissingName);
    }
    if person.email_key.is_empty() {
        return Fate::Waits(Code::MissingEmail);
    }
    if person.hris_id.is_some() && person.country.is_none() && person.region.is_none() {
        return Fate::Waits(Code::MissingCountry);
    }
    Fate::Starts
}

/// Of admins who would all leave at once the one with the latest end date stays.
fn last_admin(people: &[&Person], night: &Night<'_>) -> Option<domain::PersonId> {
    let admins = people.iter().filter(|person| person.is_acting_admin());
    let mut last: Option<(Option<Date>, domain::PersonId)> = None;
    for person in admins {
        if !matches!(fate(person, night), Fate::Leaves(_)) {
            return None;
        }
        if last.is_none_or(|(end, _)| person.end_date > end) {
            last = Some((person.end_date, person.id));
        }
    }
    last.map(|(_, id)| id)
}

fn archive(person: &Person, leaving: Leaving) -> Option<PersonChange> {
    let mut after = state_of(person);
    after.status = Status::Archived;
    after.archived_by = Some(ArchivedBy::EndDate);
    change_of(
        Some(person),
        PersonRef::Existing(person.id),
        Action::Archive,
        after,
        |_| why::archive(leaving, false),
    )
}

fn start(person: &Person) -> Option<PersonChange> {
    let mut after = state_of(person);
    after.status = Status::Active;
    let subject = PersonRef::Existing(person.id);
    change_of(Some(person), subject, Action::Add, after, |after| {
        why::apply(Action::Add, Status::Active, true, after)
    })
}

fn finding(person: &Person, code: Code, outcome: FindingOutcome) -> Finding {
    Finding {
        hris_id: person.hris_id.clone(),
        person: Some(PersonRef::Existing(person.id)),
        code,
        outcome,
        name: person.name(),
        email: person.email.clone(),
        seen: SmolStr::default(),
    }
}
