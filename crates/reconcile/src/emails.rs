//! Who may have which email after the run.
//!
//! An email is unique among active and upcoming people. Somebody may take one that belongs to
//! somebody else only if that person gives it up in the same run: by leaving, or by moving to
//! another one themselves. So swaps and chains work, and the answer does not depend on any order:
//! everybody is first assumed to move, then whoever cannot is stopped, and whoever counted on them.

use domain::{Code, Status};
use hris::Seen;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::{
    answers::Reason,
    matching::{Decision, Matching, Target},
    situation::{CaseIndex, PersonIndex, Situation},
};

/// Cases whose wanted email stays out of reach although the rest is applied.
pub(crate) type Blocked = FxHashSet<CaseIndex>;

/// Somebody who would have another email than now, or one for the first time.
struct Mover<'s> {
    case: CaseIndex,
    target: Target,
    wants: &'s str,
    /// The HRIS says so; else it is what a returning person had before.
    claimed: bool,
}

/// Finds whose email cannot be had. New and returning people without one are skipped instead.
pub(crate) fn resolve(situation: &Situation<'_>, matching: &mut Matching) -> Blocked {
    let movers = movers(situation, &matching.decisions);
    let stopped = stopped(situation, matching, &movers);
    let mut blocked = Blocked::default();
    let old_ones = old_emails(situation, matching, &movers, &stopped);
    for index in stopped {
        let mover = &movers[index];
        let record = mover.target.person.map(|person| situation.person(person));
        let keeps_old = match record {
            Some(record) if record.status == Status::Archived => {
                mover.claimed && old_ones.get(record.email_key.as_str()) == Some(&1)
            }
            Some(_) => true,
            None => false,
        };
        if keeps_old {
            blocked.insert(mover.case);
        } else {
            matching.decisions[mover.case] = Decision::Skip(Code::DuplicateEmail);
            stays_with_leaver(situation, matching, mover);
        }
    }
    blocked
}

/// Who cannot come back under a new employee is still the one who left.
fn stays_with_leaver(situation: &Situation<'_>, matching: &mut Matching, mover: &Mover<'_>) {
    let Some(person) = mover.target.person else {
        return;
    };
    if let Some(own) = situation.case_of_person(person)
        && matching.decisions[own] == Decision::OutOfScope(Code::LeftBefore)
    {
        matching.decisions[own] = Decision::Stay(person, None);
    }
}

/// Returning people who cannot have their new email may have the old one, where nobody else keeps or
/// wants it: how many want each.
fn old_emails<'s>(
    situation: &'s Situation<'_>,
    matching: &Matching,
    movers: &[Mover<'s>],
    stopped: &FxHashSet<usize>,
) -> FxHashMap<&'s str, u32> {
    let moving: FxHashSet<PersonIndex> = movers
        .iter()
        .enumerate()
        .filter(|(index, _)| !stopped.contains(index))
        .filter_map(|(_, mover)| mover.target.person)
        .collect();
    let kept = |key: &str| {
        let owner = situation.present_with_email(key);
        owner.is_some_and(|owner| {
            !moving.contains(&owner) && !matching.departures.contains_key(&owner)
        })
    };
    let mut wanted: FxHashMap<&str, u32> = FxHashMap::default();
    for index in stopped {
        let record = movers[*index]
            .target
            .person
            .map(|person| situation.person(person));
        if let Some(record) = record.filter(|record| record.status == Status::Archived)
            && !kept(&record.email_key)
        {
            *wanted.entry(record.email_key.as_str()).or_default() += 1;
        }
    }
    for (index, mover) in movers.iter().enumerate() {
        if !stopped.contains(&index)
            && let Some(count) = wanted.get_mut(mover.wants)
        {
            *count += 1;
        }
    }
    wanted
}

fn movers<'s>(situation: &'s Situation<'_>, decisions: &[Decision]) -> Vec<Mover<'s>> {
    let mut movers = Vec::new();
    for (case, decision) in decisions.iter().enumerate() {
        let Some(target) = target_of(decision, situation.cases[case].linked) else {
            continue;
        };
        let record = target.person.map(|person| situation.person(person));
        let claimed = match &situation.cases[case].employee.email {
            Seen::Value(_) if record.is_some() && situation.declines(case, Reason::Identity) => {
                None
            }
            Seen::Value(email) => Some(email.key()),
            _ => None,
        };
        // Somebody unlinked who has the email is meant themself: nothing stands in the way.
        let owner = claimed.and_then(|key| situation.present_with_email(key));
        let is_theirs = owner.is_some_and(|owner| situation.person(owner).hris_id.is_none());
        if matches!(decision, Decision::Skip(_)) && is_theirs {
            continue;
        }
        let Some(wants) = claimed.or(record.map(|record| record.email_key.as_str())) else {
            continue;
        };
        let keeps = record
            .is_some_and(|record| record.status != Status::Archived && record.email_key == wants);
        if !keeps {
            movers.push(Mover {
                case,
                target,
                wants,
                claimed: claimed.is_some(),
            });
        }
    }
    movers
}

/// The movers that cannot have what they want, as indexes into `movers`.
fn stopped(
    situation: &Situation<'_>,
    matching: &Matching,
    movers: &[Mover<'_>],
) -> FxHashSet<usize> {
    let moving: FxHashMap<PersonIndex, usize> = movers
        .iter()
        .enumerate()
        .filter_map(|(index, mover)| mover.target.person.map(|person| (person, index)))
        .collect();
    let mut wanted: FxHashMap<&str, u32> = FxHashMap::default();
    for mover in movers {
        *wanted.entry(mover.wants).or_default() += 1;
    }
    let mut waits_for: FxHashMap<usize, Vec<usize>> = FxHashMap::default();
    let mut queue: Vec<usize> = Vec::new();
    for (index, mover) in movers.iter().enumerate() {
        if wanted[mover.wants] > 1 && !mover.claimed {
            queue.push(index);
        }
        match situation.present_with_email(mover.wants) {
            None => {}
            Some(owner) if matching.departures.contains_key(&owner) => {}
            Some(owner) => match moving.get(&owner) {
                Some(other) => waits_for.entry(*other).or_default().push(index),
                None => queue.push(index),
            },
        }
    }
    let mut stopped = FxHashSet::default();
    while let Some(index) = queue.pop() {
        if stopped.insert(index)
            && let Some(waiting) = waits_for.get(&index)
        {
            queue.extend(waiting);
        }
    }
    stopped
}

/// Who an employee would be. Somebody new who is skipped for something else is asked about too: that
/// their email is somebody else's is what an admin should hear first.
fn target_of(decision: &Decision, linked: Option<PersonIndex>) -> Option<Target> {
    match decision {
        Decision::Apply(target) => Some(*target),
        Decision::Skip(
            Code::MissingName
            | Code::MissingStartDate
            | Code::InvalidDate
            | Code::EndBeforeStart
            | Code::MissingCountry,
        ) if linked.is_none() => Some(Target {
            person: None,
            status: Status::Active,
            email_reused: false,
        }),
        _ => None,
    }
}
