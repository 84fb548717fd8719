//! Applying a plan: from a plan and the directory it was made for to the records as they will stand.
//!
//! Pure like the rest. The store writes these very records; the tests compare them with an oracle.

use domain::{
    Clock, Group, GroupId, GroupRef, HrisId, IdSource, Person, PersonId, PersonRef, Status,
};
use rustc_hash::FxHashMap;

use crate::{Directory, PersonChange, Plan};

/// What a plan comes to: whole records, ids drawn.
#[derive(Clone, Debug, Default)]
pub struct Records {
    /// People who are new or changed, in the order of [`Plan::changes`].
    pub people: Vec<Person>,
    /// Groups that are new, renamed or pointed to by another department.
    pub groups: Vec<Group>,
}

/// Draws the ids and makes the records.
///
/// `now` becomes the instant of the change and of archiving. The plan must have been made for this
/// very directory.
pub fn records(
    plan: &Plan,
    directory: &Directory,
    ids: &IdSource<'_>,
    clock: &dyn Clock,
) -> Records {
    let drawn = DrawnIds::for_plan(plan, ids);
    let now = clock.now();
    let by_id: FxHashMap<PersonId, &Person> = directory
        .people
        .iter()
        .map(|person| (person.id, person))
        .collect();
    let people = plan
        .changes
        .iter()
        .map(|change| {
            let before = change.existing().and_then(|id| by_id.get(&id).copied());
            drawn.person(change, before, now)
        })
        .collect();
    Records {
        people,
        groups: drawn.groups(plan, directory),
    }
}

/// The ids that a plan's new people and groups get.
#[derive(Clone, Debug, Default)]
pub struct DrawnIds {
    people: FxHashMap<HrisId, PersonId>,
    groups: FxHashMap<domain::SmolStr, GroupId>,
}

impl DrawnIds {
    fn for_plan(plan: &Plan, ids: &IdSource<'_>) -> Self {
        let mut drawn = Self::default();
        for (key, _) in &plan.groups.create {
            drawn.groups.insert(key.clone(), ids.next());
        }
        for change in &plan.changes {
            if let PersonRef::New(hris_id) = &change.subject {
                drawn.people.insert(hris_id.clone(), ids.next());
            }
        }
        drawn
    }

    /// The id behind a reference.
    ///
    /// # Panics
    /// When the plan refers to somebody it does not make: a bug in the planner.
    pub fn person_id(&self, reference: &PersonRef) -> PersonId {
        match reference {
            PersonRef::Existing(id) => *id,
            PersonRef::New(hris_id) => self.people[hris_id],
        }
    }

    /// The id behind a reference.
    ///
    /// # Panics
    /// When the plan refers to a group it does not make: a bug in the planner.
    pub fn group_id(&self, reference: &GroupRef) -> GroupId {
        match reference {
            GroupRef::Existing(id) => *id,
            GroupRef::New(key) => self.groups[key],
        }
    }

    fn person(
        &self,
        change: &PersonChange,
        before: Option<&Person>,
        now: jiff::Timestamp,
    ) -> Person {
        let after = &change.after;
        let archived_at = match after.status {
            Status::Archived => before.and_then(|person| person.archived_at).or(Some(now)),
            _ => None,
        };
        Person {
            id: self.person_id(&change.subject),
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
            group: after.group.as_ref().map(|group| self.group_id(group)),
            manual_groups: after.manual_groups.clone(),
            approver: after.approver.as_ref().map(|person| self.person_id(person)),
            manual_approvers: after.manual_approvers.clone(),
            version: before.map_or(1, |person| person.version + 1),
            updated_at: now,
        }
    }

    /// Groups that are new or differ from what is stored.
    fn groups(&self, plan: &Plan, directory: &Directory) -> Vec<Group> {
        let mut touched: FxHashMap<GroupId, Group> = FxHashMap::default();
        for (key, name) in &plan.groups.create {
            let id = self.groups[key];
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
            touch(self.group_id(target), &|group| {
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
    for person in records.people {
        match position.get(&person.id) {
            Some(index) => after.people[*index] = person,
            None => {
                position.insert(person.id, after.people.len());
                after.people.push(person);
            }
        }
    }
    for group in records.groups {
        match after.groups.iter_mut().find(|known| known.id == group.id) {
            Some(known) => *known = group,
            None => after.groups.push(group),
        }
    }
    after
}
