//! What the people of a hold have in common: usually that tells an admin at a glance whether a
//! re-organisation happened or something went wrong.

use std::collections::BTreeMap;

use domain::{GroupRef, Person, PersonRef};
use rustc_hash::FxHashMap;

use crate::{Directory, plan::PersonChange};

/// What one person contributes: each a sentence part and a value.
struct Traits {
    group: Option<String>,
    approver: Option<String>,
    country: Option<String>,
}

pub(crate) fn of_changes(directory: &Directory, changes: &[&PersonChange]) -> String {
    if changes.is_empty() {
        return String::new();
    }
    let names = Names::of(directory);
    let people = changes.iter().map(|change| Traits {
        group: change
            .after
            .group
            .as_ref()
            .and_then(|group| names.group(group)),
        approver: change
            .after
            .approver
            .as_ref()
            .and_then(|person| names.person(person)),
        country: change
            .after
            .country
            .map(|country| country.name().to_owned()),
    });
    sentence(&people.collect::<Vec<_>>())
}

pub(crate) fn of_people(directory: &Directory, people: &[&Person]) -> String {
    let names = Names::of(directory);
    let people = people.iter().map(|person| Traits {
        group: person
            .group
            .and_then(|group| names.group(&GroupRef::Existing(group))),
        approver: person
            .approver
            .and_then(|id| names.person(&PersonRef::Existing(id))),
        country: person.country.map(|country| country.name().to_owned()),
    });
    sentence(&people.collect::<Vec<_>>())
}

struct Names<'a> {
    people: FxHashMap<domain::PersonId, &'a Person>,
    groups: FxHashMap<domain::GroupId, &'a str>,
}

impl<'a> Names<'a> {
    fn of(directory: &'a Directory) -> Self {
        Self {
            people: directory
                .people
                .iter()
                .map(|person| (person.id, person))
                .collect(),
            groups: directory
                .groups
                .iter()
                .map(|group| (group.id, group.name.as_str()))
                .collect(),
        }
    }

    fn group(&self, group: &GroupRef) -> Option<String> {
        match group {
            GroupRef::Existing(id) => self.groups.get(id).map(|name| (*name).to_owned()),
            GroupRef::New(key) => Some(key.to_string()),
        }
    }

    fn person(&self, person: &PersonRef) -> Option<String> {
        match person {
            PersonRef::Existing(id) => self.people.get(id).map(|person| person.name().to_string()),
            PersonRef::New(_) => None,
        }
    }
}

/// Names what at least half of them share.
fn sentence(people: &[Traits]) -> String {
    let total = people.len();
    let shared = [
        (
            "are in the group",
            most_common(people.iter().map(|traits| &traits.group)),
        ),
        (
            "have the approver",
            most_common(people.iter().map(|traits| &traits.approver)),
        ),
        (
            "live in",
            most_common(people.iter().map(|traits| &traits.country)),
        ),
    ];
    let parts: Vec<String> = shared
        .into_iter()
        .filter_map(|(words, most)| most.map(|(value, count)| (words, value, count)))
        .filter(|(_, _, count)| count * 2 >= total && total > 1)
        .map(|(words, value, count)| format!("{count} {words} {value}"))
        .collect();
    if parts.is_empty() {
        return String::new();
    }
    format!("Of these {total}, {}.", parts.join(", "))
}

fn most_common<'a>(values: impl Iterator<Item = &'a Option<String>>) -> Option<(&'a str, usize)> {
    let mut counted: BTreeMap<&str, usize> = BTreeMap::new();
    for value in values.flatten() {
        *counted.entry(value.as_str()).or_default() += 1;
    }
    counted
        .into_iter()
        .max_by_key(|(value, count)| (*count, std::cmp::Reverse(*value)))
}
