//! Groups: one per folded department name.
//!
//! Several ids of the HRIS may point to one group. An id that gets another name renames its group
//! and moves nobody, unless another group has that name already: then the people move there. A
//! textual id that vanishes while a new one takes at least four fifths of its members and nobody
//! else is a rename too.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Group, GroupId, GroupRef, SmolStr, Status, text::fold_name};
use hris::{DepartmentIndex, Seen};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::{
    matching::{Decision, Matching},
    plan::{GroupPlan, GroupRename},
    situation::{CaseIndex, PersonIndex, Situation},
};

/// Which department leads where.
pub(crate) struct GroupPlanning {
    /// By [`DepartmentIndex`]; none for a department that nobody who is applied is in.
    targets: Vec<Option<GroupRef>>,
    /// The group each department pointed to before, by [`DepartmentIndex`].
    before: Vec<Option<GroupId>>,
    pub(crate) plan: GroupPlan,
}

impl GroupPlanning {
    /// The group of a department.
    pub(crate) fn target(&self, department: DepartmentIndex) -> Option<&GroupRef> {
        self.targets[department.0 as usize].as_ref()
    }

    /// The group a department pointed to before this run.
    pub(crate) fn before(&self, department: DepartmentIndex) -> Option<GroupId> {
        self.before[department.0 as usize]
    }
}

/// A department that somebody who is applied is in.
struct Used<'a> {
    index: usize,
    id: &'a SmolStr,
    name: &'a SmolStr,
    key: SmolStr,
    people: u64,
    /// The group it pointed to before.
    source: Option<GroupId>,
}

pub(crate) fn resolve(situation: &Situation<'_>, matching: &Matching) -> GroupPlanning {
    let members = members_by_department(situation, matching);
    let used = used_departments(situation, &members);
    let mut names = Names::of(situation);
    let mut moving = names.moving(&used);
    moving.extend(names.renamed_by_members(situation, &used, &members));
    names.rename(&used, moving);
    names.keep_or_change_spelling(&used);
    names.into_planning(situation, &used)
}

/// Who is in each department after the run.
fn members_by_department(
    situation: &Situation<'_>,
    matching: &Matching,
) -> Vec<Vec<(CaseIndex, Option<PersonIndex>)>> {
    let mut members = vec![Vec::new(); situation.roster.departments.len()];
    for (case, decision) in matching.decisions.iter().enumerate() {
        if let Decision::Apply(target) = decision
            && let Seen::Value(department) = situation.cases[case].employee.department
        {
            members[department.0 as usize].push((case, target.person));
        }
    }
    members
}

fn used_departments<'a>(
    situation: &'a Situation<'_>,
    members: &[Vec<(CaseIndex, Option<PersonIndex>)>],
) -> Vec<Used<'a>> {
    let source_of: FxHashMap<&str, GroupId> = situation
        .directory
        .groups
        .iter()
        .flat_map(|group| {
            group
                .sources
                .iter()
                .map(|source| (source.as_str(), group.id))
        })
        .collect();
    let mut used: Vec<Used<'_>> = situation
        .roster
        .departments
        .iter()
        .enumerate()
        .filter(|(index, _)| !members[*index].is_empty())
        .map(|(index, department)| Used {
            index,
            id: &department.id,
            name: &department.name,
            key: fold_name(&department.name),
            people: members[index].len() as u64,
            source: source_of.get(department.id.as_str()).copied(),
        })
        .collect();
    used.sort_by(|a, b| a.id.cmp(b.id));
    used
}

/// The names of the groups, as they change.
struct Names<'a> {
    groups: BTreeMap<GroupId, &'a Group>,
    /// Folded name to group, as it will be.
    holders: BTreeMap<SmolStr, GroupId>,
    renames: BTreeMap<GroupId, (SmolStr, SmolStr)>,
}

impl<'a> Names<'a> {
    fn of(situation: &Situation<'a>) -> Self {
        let groups = &situation.directory.groups;
        Self {
            groups: groups.iter().map(|group| (group.id, group)).collect(),
            holders: groups
                .iter()
                .map(|group| (group.name_key.clone(), group.id))
                .collect(),
            renames: BTreeMap::new(),
        }
    }

    /// Gives every group the name it wants, where it can have it.
    fn rename(&mut self, used: &[Used<'_>], mut moving: BTreeMap<GroupId, Wish>) {
        // A group that cannot take the name it wants keeps its own, which may stop another one that
        // wanted that: repeat until nothing changes. Each turn removes somebody, so it ends.
        loop {
            let winners = self.winners(&moving);
            if winners.len() == moving.len() {
                break;
            }
            moving.retain(|group, _| winners.contains(group));
        }
        for group in moving.keys() {
            self.holders.remove(&self.groups[group].name_key);
        }
        for (group, wish) in moving {
            let name = common_spelling(used.iter().filter(|department| department.key == wish.key));
            self.holders.insert(wish.key.clone(), group);
            self.renames.insert(group, (name, wish.key));
        }
    }

    /// Groups none of whose used departments has its name any more, with the name most of their
    /// people's departments have.
    fn moving(&self, used: &[Used<'_>]) -> BTreeMap<GroupId, Wish> {
        let mut by_group: BTreeMap<GroupId, BTreeMap<&SmolStr, u64>> = BTreeMap::new();
        for department in used {
            if let Some(group) = department.source {
                *by_group
                    .entry(group)
                    .or_default()
                    .entry(&department.key)
                    .or_default() += department.people;
            }
        }
        by_group
            .into_iter()
            .filter(|(group, keys)| !keys.contains_key(&self.groups[group].name_key))
            .filter_map(|(group, keys)| {
                let (key, people) = keys
                    .into_iter()
                    .max_by_key(|(key, people)| (*people, std::cmp::Reverse(*key)))?;
                Some((
                    group,
                    Wish {
                        key: key.clone(),
                        people,
                    },
                ))
            })
            .collect()
    }

    /// Of the moving groups those that can have the name they want.
    fn winners(&self, moving: &BTreeMap<GroupId, Wish>) -> BTreeSet<GroupId> {
        let mut best: BTreeMap<&SmolStr, (u64, std::cmp::Reverse<GroupId>)> = BTreeMap::new();
        for (group, wish) in moving {
            let stays = self
                .holders
                .get(&wish.key)
                .is_some_and(|holder| !moving.contains_key(holder));
            if !stays {
                let rank = (wish.people, std::cmp::Reverse(*group));
                let entry = best.entry(&wish.key).or_insert(rank);
                *entry = (*entry).max(rank);
            }
        }
        best.into_values().map(|(_, group)| group.0).collect()
    }

    /// Groups whose textual id vanished, where a new one took their people and nobody else.
    fn renamed_by_members(
        &self,
        situation: &Situation<'_>,
        used: &[Used<'_>],
        members: &[Vec<(CaseIndex, Option<PersonIndex>)>],
    ) -> BTreeMap<GroupId, Wish> {
        // Somebody who could not be synced is still in their department.
        let in_use: FxHashSet<&str> = situation
            .cases
            .iter()
            .filter(|case| case.is_here())
            .filter_map(|case| case.employee.department.value())
            .map(|index| situation.roster.department(*index).id.as_str())
            .collect();
        let vanished: FxHashSet<GroupId> = self
            .groups
            .values()
            .filter(|group| group.managed())
            .filter(|group| {
                group
                    .sources
                    .iter()
                    .all(|id| is_textual(id) && !in_use.contains(id.as_str()))
            })
            .map(|group| group.id)
            .collect();
        if vanished.is_empty() {
            return BTreeMap::new();
        }
        let mut sizes: FxHashMap<GroupId, u64> = FxHashMap::default();
        for person in situation
            .directory
            .people
            .iter()
            .filter(|p| p.status != Status::Archived)
        {
            if let Some(group) = person.group.filter(|group| vanished.contains(group)) {
                *sizes.entry(group).or_default() += 1;
            }
        }
        let fresh = used
            .iter()
            .filter(|department| department.source.is_none() && is_textual(department.id));
        fresh
            .filter_map(|department| {
                let group = only_group_of(situation, &members[department.index])?;
                let takes_most = department.people * 5 >= sizes.get(&group)? * 4;
                let wish = Wish {
                    key: department.key.clone(),
                    people: department.people,
                };
                takes_most.then_some((group, wish))
            })
            .collect()
    }

    /// A group keeps the spelling it was first shown with while any department still uses it.
    fn keep_or_change_spelling(&mut self, used: &[Used<'_>]) {
        for (key, group) in &self.holders {
            if self.renames.contains_key(group) {
                continue;
            }
            let current = &self.groups[group].name;
            let mut same = used
                .iter()
                .filter(|department| department.key == *key)
                .peekable();
            if same.peek().is_none() {
                continue;
            }
            let same: Vec<&Used<'_>> = same.collect();
            if same.iter().all(|department| department.name != current) {
                let name = common_spelling(same.into_iter());
                self.renames.insert(*group, (name, key.clone()));
            }
        }
    }

    fn into_planning(self, situation: &Situation<'_>, used: &[Used<'_>]) -> GroupPlanning {
        let mut targets = vec![None; situation.roster.departments.len()];
        let mut before = vec![None; situation.roster.departments.len()];
        let mut plan = GroupPlan::default();
        let mut create: BTreeMap<&SmolStr, SmolStr> = BTreeMap::new();
        for department in used {
            let target = match self.holders.get(&department.key) {
                Some(group) => GroupRef::Existing(*group),
                None => {
                    create.entry(&department.key).or_insert_with(|| {
                        common_spelling(used.iter().filter(|other| other.key == department.key))
                    });
                    GroupRef::New(department.key.clone())
                }
            };
            if department.source.map(GroupRef::Existing).as_ref() != Some(&target) {
                plan.sources.push((department.id.clone(), target.clone()));
            }
            before[department.index] = department.source;
            targets[department.index] = Some(target);
        }
        plan.create = create
            .into_iter()
            .map(|(key, name)| (key.clone(), name))
            .collect();
        plan.rename = self
            .renames
            .into_iter()
            .map(|(group, (after, after_key))| GroupRename {
                group,
                before: self.groups[&group].name.clone(),
                after,
                after_key,
            })
            .collect();
        GroupPlanning {
            targets,
            before,
            plan,
        }
    }
}

struct Wish {
    key: SmolStr,
    people: u64,
}

/// An id that is words, not a number: such ids are themselves the name.
fn is_textual(id: &str) -> bool {
    !id.bytes().all(|byte| byte.is_ascii_digit())
}

/// The group in which all of them are now, if it is one and nobody is new.
fn only_group_of(
    situation: &Situation<'_>,
    members: &[(CaseIndex, Option<PersonIndex>)],
) -> Option<GroupId> {
    let group_of = |person: Option<PersonIndex>| {
        let record = situation.person(person?);
        (record.status != Status::Archived).then_some(record.group)?
    };
    let group = group_of(members.first()?.1)?;
    members
        .iter()
        .all(|(_, person)| group_of(*person) == Some(group))
        .then_some(group)
}

/// The spelling that most people's departments use; the smallest where that is equal.
fn common_spelling<'a, 'b: 'a>(departments: impl Iterator<Item = &'a Used<'b>>) -> SmolStr {
    let mut spellings: BTreeMap<&SmolStr, u64> = BTreeMap::new();
    for department in departments {
        *spellings.entry(department.name).or_default() += department.people;
    }
    spellings
        .into_iter()
        .max_by_key(|(name, people)| (*people, std::cmp::Reverse(*name)))
        .map(|(name, _)| name.clone())
        .unwrap_or_default()
}
