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
    for index in stopped {
        let mover = &movers[index];
        let present = mover
            .target
            .person
            .is_some_and(|person| situation.person(person).status != Status::Archived);
        if present {
            blocked.insert(mover.case);
        } else {
            matching.decisions[mover.case] = Decision::Skip(Code::DuplicateEmail);
        }
    }
    blocked
}

fn movers<'s>(situation: &'s Situation<'_>, decisions: &[Decision]) -> Vec<Mover<'s>> {
    let mut movers = Vec::new();
    for (case, decision) in decisions.iter().enumerate() {
        let Decision::Apply(target) = decision else {
            continue;
        };
        let record = target.person.map(|person| situation.person(person));
        let claimed = match &situation.cases[case].employee.email {
            Seen::Value(email) => Some(email.key()),
            _ => None,
        };
        let wants = match (record, claimed) {
            (Some(record), claimed) if record.status == Status::Archived => {
                Some(claimed.unwrap_or(record.email_key.as_str()))
            }
            (Some(record), Some(key)) if record.email_key != key => Some(key),
            (None, Some(key)) => Some(key),
            _ => None,
        };
        if let Some(wants) = wants {
            movers.push(Mover {
                case,
                target: *target,
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
