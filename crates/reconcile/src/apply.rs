//! Applying a plan: from a plan and the directory it was made for to the records as they will stand.
//!
//! Pure like the rest. The store writes these very records; the tests compare them with an oracle.

use domain::{
    Clock, Group, GroupId, GroupRef, HrisId, IdSource, Person, PersonId, PersonRef, SmolStr, Status,
};
use jiff::Timestamp;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::{Directory, PersonChange, Plan};

/// What a plan comes to: whole records, ids drawn.
///
/// The records of people are made one at a time as they are asked for: a first sync has as many as
/// the company has people.
#[derive(Clone, Debug)]
pub struct Records<'p> {
    plan: &'p Plan,
    /// People as they stand, one for each change of somebody in the directory. Those changes come
    /// first in a plan.
    before: Vec<Option<&'p Person>>,
    /// The ids of everybody new, one for each of the other changes.
    people: Vec<PersonId>,
    new_groups: FxHashMap<SmolStr, GroupId>,
    groups: Vec<Group>,
    now: Timestamp,
}

/// What a plan promises of its references.
const ONLY_KNOWN: &str = "a plan refers to nothing that is neither there nor made by it";

/// Draws the ids.
///
/// `now` becomes the instant of the change and of archiving. The plan must have been made for this
/// very directory.
pub fn records<'p>(
    plan: &'p Plan,
    directory: &'p Directory,
    ids: &IdSource<'_>,
    clock: &dyn Clock,
) -> Records<'p> {
    let new_groups = plan.groups.create.iter();
    let new_groups = new_groups.map(|(key, _)| (key.clone(), ids.next()));
    let known = plan
        .changes
        .partition_point(|change| change.existing().is_some());
    let mut records = Records {
        plan,
        before: stored(&plan.changes[..known], directory),
        new_groups: new_groups.collect(),
        people: plan.changes[known..].iter().map(|_| ids.next()).collect(),
        groups: Vec::new(),
        now: clock.now(),
    };
    records.groups = records.changed_groups(directory);
    records
}

/// Who is changed, as they stand.
fn stored<'p>(changes: &[PersonChange], directory: &'p Directory) -> Vec<Option<&'p Person>> {
    let mut stored = vec![None; changes.len()];
    if changes.is_empty() {
        return stored;
    }
    for person in &directory.people {
        if let Ok(place) = changes.binary_search_by_key(&Some(person.id), PersonChange::existing) {
            stored[place] = Some(person);
        }
    }
    stored
}

/// What is one person's alone. No email is an HRIS id.
fn keys<'k>(email: &'k str, employee: Option<&'k HrisId>) -> impl Iterator<Item = &'k str> {
    let email = Some(email).filter(|email| !email.is_empty());
    email.into_iter().chain(employee.map(HrisId::as_str))
}

impl<'p> Records<'p> {
    /// The plan they are made of.
    pub fn plan(&self) -> &'p Plan {
        self.plan
    }

    /// Groups that are new, renamed or pointed to by another department.
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// Each change with the id of its person, in the order of [`Plan::changes`].
    pub fn changes(&self) -> impl Iterator<Item = (PersonId, &'p PersonChange)> + Send {
        let (known, new) = self.plan.changes.split_at(self.before.len());
        let known = known
            .iter()
            .filter_map(|change| Some((change.existing()?, change)));
        known.chain(self.people.iter().copied().zip(new))
    }

    /// People who are new or changed, in the order of [`Plan::changes`].
    ///
    /// # Panics
    /// When the plan refers to somebody it does not make: a bug in the planner.
    pub fn people(&self) -> impl Iterator<Item = Person> + Send {
        self.people_of(|_| true)
    }

    /// The people of some of the changes, in their order.
    ///
    /// # Panics
    /// As [`Records::people`].
    pub fn people_of(
        &self,
        wanted: impl Fn(&PersonChange) -> bool + Send,
    ) -> impl Iterator<Item = Person> + Send {
        let before = self.before.iter().copied().chain(std::iter::repeat(None));
        let changes = self.changes().zip(before);
        changes
            .filter(move |((_, change), _)| wanted(change))
            .map(|((id, change), before)| self.person(id, change, before))
    }

    /// People whose email or HRIS id somebody else gets by this plan: they have to give it up first.
    pub fn handing_on(&self) -> Vec<PersonId> {
        if self.before.is_empty() {
            return Vec::new();
        }
        let mut takers: FxHashMap<&str, PersonId> = FxHashMap::default();
        let mut contested: FxHashSet<&str> = FxHashSet::default();
        for (id, change) in self.changes() {
            for key in keys(&change.after.email_key, change.hris_id()) {
                if takers.insert(key, id).is_some() {
                    contested.insert(key);
                }
            }
        }
        let stored = self.before.iter().flatten();
        let handing_on = stored.filter(|person| {
            keys(&person.email_key, person.hris_id.as_ref()).any(|key| {
                contested.contains(key) || takers.get(key).is_some_and(|id| *id != person.id)
            })
        });
        handing_on.map(|person| person.id).collect()
    }

    /// The id behind a reference; none behind an employee whom the plan does not make a person.
    pub fn person_id(&self, reference: &PersonRef) -> Option<PersonId> {
        if let PersonRef::Existing(id) = reference {
            return Some(*id);
        }
        let new = &self.plan.changes[self.before.len()..];
        let place = new
            .binary_search_by(|change| change.subject.cmp(reference))
            .ok()?;
        Some(self.people[place])
    }

    /// The id behind a reference; none behind a group that the plan does not make.
    pub fn group_id(&self, reference: &GroupRef) -> Option<GroupId> {
        match reference {
            GroupRef::Existing(id) => Some(*id),
            GroupRef::New(key) => self.new_groups.get(key).copied(),
        }
    }

    fn person(&self, id: PersonId, change: &PersonChange, before: Option<&Person>) -> Person {
        let after = &change.after;
        let now = self.now;
        let archived_at = match after.status {
            Status::Archived => before.and_then(|person| person.archived_at).or(Some(now)),
            _ => None,
        };
        let person_of = |reference| self.person_id(reference).expect(ONLY_KNOWN);
        let group_of = |reference| self.group_id(reference).expect(ONLY_KNOWN);
        Person {
            id,
            hris_id: after.hris_id.clone(),
            email: after.email.clone(),
            email_key: after.email_key.clone(),
            first_name: after.first_name.clone(),
            last_name: after.last_name.clone(),
            status: after.status,
            archived_by: after.archived_by,
            archived_at,
            admin: before.is_some_and(|person| person.admin),
            can_sign_in: before.is_some_and(|person| person.can_sign_in),
            source: after.source,
            start_date: after.start_date,
            end_date: after.end_date,
            country: after.country,
            region: after.region,
            group: after.group.as_ref().map(group_of),
            manual_groups: after.manual_groups.clone(),
            approver: after.approver.as_ref().map(person_of),
            manual_approvers: after.manual_approvers.clone(),
            version: before.map_or(1, |person| person.version + 1),
            updated_at: now,
        }
    }

    /// Groups that are new or differ from what is stored.
    fn changed_groups(&self, directory: &Directory) -> Vec<Group> {
        let plan = self.plan;
        let mut touched: FxHashMap<GroupId, Group> = FxHashMap::default();
        for (key, name) in &plan.groups.create {
            let id = self.new_groups[key];
            let group = Group {
                id,
                name: name.clone(),
                name_key: key.clone(),
                sources: Vec::new(),
            };
            touched.insert(id, group);
        }
        let existing: FxHashMap<GroupId, &Group> = directory
            .groups
            .iter()
            .map(|group| (group.id, group))
            .collect();
        let mut touch = |id: GroupId, change: &dyn Fn(&mut Group)| {
            let group = touched.entry(id).or_insert_with(|| existing[&id].clone());
            change(group);
        };
        for rename in &plan.groups.rename {
            touch(rename.group, &|group| {
                group.name.clone_from(&rename.after);
                group.name_key.clone_from(&rename.after_key);
            });
        }
        for (department, target) in &plan.groups.sources {
            for group in &directory.groups {
                if group.sources.contains(department) {
                    touch(group.id, &|group| {
                        group.sources.retain(|source| source != department);
                    });
                }
            }
            touch(self.group_id(target).expect(ONLY_KNOWN), &|group| {
                group.sources.push(department.clone());
                group.sources.sort();
            });
        }
        let mut groups: Vec<Group> = touched.into_values().collect();
        groups.sort_by_key(|group| group.id);
        groups
    }
}

/// The directory as it stands after a plan: what a test compares with the oracle.
#[must_use]
pub fn applied(
    plan: &Plan,
    directory: &Directory,
    ids: &IdSource<'_>,
    clock: &dyn Clock,
) -> Directory {
    let records = records(plan, directory, ids, clock);
    let mut after = directory.clone();
    let mut position: FxHashMap<PersonId, usize> = after
        .people
        .iter()
        .enumerate()
        .map(|(index, person)| (person.id, index))
        .collect();
    for person in records.people() {
        match position.get(&person.id) {
            Some(index) => after.people[*index] = person,
            None => {
                position.insert(person.id, after.people.len());
                after.people.push(person);
            }
        }
    }
    for group in records.groups() {
        match after.groups.iter_mut().find(|known| known.id == group.id) {
            Some(known) => known.clone_from(group),
            None => after.groups.push(group.clone()),
        }
    }
    after
}
