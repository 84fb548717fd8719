//! What an admin answered to a hold, per person and reason.
//!
//! An answer stands until the HRIS's data for that person changes: neither a run nor the timer raises
//! the same question again. Turned down, the change is left out of every plan; a missing person whom
//! an admin has seen is no longer counted as missing.

use domain::{Hold, HoldCode, Person, PersonRef, SmolStr};
use hris::Roster;
use jiff::civil::Date;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

use crate::{
    Directory, Plan,
    plan::{PersonChange, Weight},
    situation::Case,
};

/// What a hold asks about somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Archive them?
    Archive,
    /// Give them another email or HRIS id?
    Identity,
    /// Give them another approver?
    Approver,
    /// Move them to another group?
    Group,
    /// Make them?
    New,
    /// Go on though they are missing?
    Missing,
}

/// A question about one person, and what the HRIS said when it was asked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Concern {
    /// The HRIS id, or `person:ID` for what only the directory knows.
    pub subject: SmolStr,
    /// What is asked.
    pub reason: Reason,
    /// A digest of what the HRIS said: another one asks anew.
    pub fingerprint: u64,
}

/// Who a hold is about, and why. An answer to the hold is an answer to all of them.
#[must_use]
pub fn concerns(
    directory: &Directory,
    roster: Option<&Roster>,
    plan: &Plan,
    holds: &[Hold],
) -> Vec<Concern> {
    let reasons: FxHashSet<Reason> = holds
        .iter()
        .filter_map(|hold| asked_by(hold.code))
        .collect();
    let mut told = FxHashMap::default();
    for employee in roster.into_iter().flat_map(|roster| &roster.employees) {
        told.entry(employee.id.as_str()).or_insert(employee);
    }
    let fingerprint = |id: &str| {
        let employee = told.get(id)?;
        Some(roster?.fingerprint(employee).0)
    };
    let mut concerns = Vec::new();
    for change in &plan.changes {
        for reason in weighed(change.weight).filter(|reason| reasons.contains(reason)) {
            if let Some(id) = &change.hris_id
                && let Some(fingerprint) = fingerprint(id.as_str())
            {
                concerns.push(Concern {
                    subject: id.0.clone(),
                    reason,
                    fingerprint,
                });
            }
            if reason == Reason::Archive {
                concerns.extend(of_end_date(change));
            }
        }
    }
    if reasons.contains(&Reason::Missing) {
        let missing = directory
            .people
            .iter()
            .filter_map(|person| person.hris_id.as_ref());
        let missing = missing.filter(|id| !told.contains_key(id.as_str()));
        concerns.extend(missing.map(|id| Concern {
            subject: id.0.clone(),
            reason: Reason::Missing,
            fingerprint: 0,
        }));
    }
    concerns.sort();
    concerns.dedup();
    concerns
}

/// The timer knows nothing but the end date.
fn of_end_date(change: &PersonChange) -> Option<Concern> {
    let PersonRef::Existing(person) = change.subject else {
        return None;
    };
    Some(Concern {
        subject: smol_str::format_smolstr!("person:{person}"),
        reason: Reason::Archive,
        fingerprint: date_print(change.after.end_date),
    })
}

fn asked_by(code: HoldCode) -> Option<Reason> {
    match code {
        HoldCode::TooManyArchived | HoldCode::TooManyArchivedThisWeek => Some(Reason::Archive),
        HoldCode::TooManyIdentityChanges => Some(Reason::Identity),
        HoldCode::TooManyApproverChanges => Some(Reason::Approver),
        HoldCode::TooManyGroupChanges => Some(Reason::Group),
        HoldCode::TooManyAdded => Some(Reason::New),
        HoldCode::TooManyMissing => Some(Reason::Missing),
        HoldCode::ChangedSincePreview => None,
    }
}

fn weighed(weight: Weight) -> impl Iterator<Item = Reason> {
    [
        (weight.archives, Reason::Archive),
        (weight.identity, Reason::Identity),
        (weight.approver, Reason::Approver),
        (weight.group, Reason::Group),
        (weight.new, Reason::New),
    ]
    .into_iter()
    .filter_map(|(counts, reason)| counts.then_some(reason))
}

fn date_print(date: Option<Date>) -> u64 {
    date.map_or(0, |date| {
        u64::from(date.year().unsigned_abs()) * 10_000
            + u64::from(date.month().unsigned_abs()) * 100
            + u64::from(date.day().unsigned_abs())
    })
}

/// The answers of an organisation, ready to be looked up.
pub(crate) struct Answers<'a> {
    by_question: FxHashMap<(&'a str, Reason), u64>,
}

impl<'a> Answers<'a> {
    pub(crate) fn of(directory: &'a Directory) -> Self {
        let answers = directory.past.answers.iter();
        Self {
            by_question: answers
                .map(|answer| ((answer.subject.as_str(), answer.reason), answer.fingerprint))
                .collect(),
        }
    }

    /// Whether an admin turned this down, and the HRIS still says the same.
    pub(crate) fn declines(&self, roster: &Roster, case: &Case<'_>, reason: Reason) -> bool {
        if self.by_question.is_empty() {
            return false;
        }
        let answer = self.by_question.get(&(case.employee.id.as_str(), reason));
        answer.is_some_and(|fingerprint| *fingerprint == roster.fingerprint(case.employee).0)
    }

    /// Whether an admin declined to archive somebody for this end date.
    pub(crate) fn declines_end_of(&self, person: &Person, end: Option<Date>) -> bool {
        if self.by_question.is_empty() {
            return false;
        }
        let subject = smol_str::format_smolstr!("person:{}", person.id);
        let answer = self.by_question.get(&(subject.as_str(), Reason::Archive));
        end.is_some() && answer == Some(&date_print(end))
    }

    /// Whether an admin has seen that somebody is missing.
    pub(crate) fn knows_missing(&self, person: &Person) -> bool {
        let id = person.hris_id.as_ref();
        id.is_some_and(|id| {
            self.by_question
                .contains_key(&(id.as_str(), Reason::Missing))
        })
    }
}
