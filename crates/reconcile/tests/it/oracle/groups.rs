//! Departments and groups.

use std::collections::{BTreeMap, BTreeSet};

use domain::{SmolStr, Status, text::fold_name};
use hris::{Employee, Seen};

use super::{Book, Key, Team};

impl Book<'_> {
    pub(super) fn assign_groups(&mut self) {
        let groups = self.teams();
        let synced: Vec<(Key, Seen<SmolStr>)> = self
            .synced()
            .into_iter()
            .map(|(who, e)| {
                let department = match &e.department {
                    Seen::Value(index) => Seen::Value(self.roster.department(*index).id.clone()),
                    Seen::Null => Seen::Null,
                    Seen::Absent | Seen::Bad(_) => Seen::Absent,
                };
                (who, department)
            })
            .collect();
        for (who, department) in synced {
            let body = self.told.after.people.get_mut(&who).expect("somebody");
            body.group = match department {
                Seen::Value(id) => Some(groups[&id].clone()),
                Seen::Null => None,
                _ => continue,
            };
            // Nobody is in a group twice: the department's is the one that is kept.
            let keep = self.policy.keep_manual_groups;
            body.manual_groups
                .retain(|group| keep && Some(group) != body.group.as_ref());
        }
    }

    /// Which group each department is, and the groups as they stand afterwards.
    #[expect(
        clippy::too_many_lines,
        reason = "one rule after the other, read from top to bottom"
    )]
    pub(super) fn teams(&mut self) -> BTreeMap<SmolStr, Key> {
        let members = |id: &SmolStr| -> BTreeSet<Key> {
            let synced = self.synced().into_iter();
            let of = |e: &Employee| e.department.value().map(|i| &self.roster.department(*i).id);
            synced
                .filter(|(_, e)| of(e) == Some(id))
                .map(|(who, _)| who)
                .collect()
        };
        // What only leavers and those left out name is as good as not there.
        let heard = |id: &SmolStr| {
            let speaking = self.staff.values().filter(|staff| staff.heard);
            let mut copies = speaking.flat_map(|staff| &staff.copies);
            copies.any(|e| {
                e.department
                    .value()
                    .is_some_and(|i| self.roster.department(*i).id == *id)
            })
        };
        let called: BTreeMap<SmolStr, SmolStr> = self
            .roster
            .departments
            .iter()
            .filter(|department| heard(&department.id))
            .map(|department| (department.id.clone(), fold_name(&department.name)))
            .collect();
        let before = &self.before.teams;
        let home = |id: &SmolStr| {
            before
                .iter()
                .find(|(_, team)| team.sources.contains(id))
                .map(|(key, _)| key.clone())
        };
        // Which group wants which name, and how many people want that.
        let mut wishes: Vec<(Key, SmolStr, usize)> = Vec::new();
        for (key, team) in before {
            let named: Vec<_> = team
                .sources
                .iter()
                .filter(|id| called.contains_key(*id))
                .collect();
            // A department of nobody who was synced keeps no name and gives none, but it is there.
            let here: Vec<_> = named.iter().filter(|id| !members(id).is_empty()).collect();
            if here.iter().any(|id| called[**id] == team.name_key) {
                continue;
            }
            // Told several names, it has the one of most people.
            let mut told: BTreeMap<&SmolStr, usize> = BTreeMap::new();
            for id in &here {
                *told.entry(&called[**id]).or_default() += members(id).len();
            }
            let most = told.values().max().copied();
            if let Some((name, people)) = told.iter().find(|(_, people)| Some(**people) == most) {
                wishes.push((key.clone(), (*name).clone(), *people));
            }
            // After a second rename both words are there.
            let textual = team
                .sources
                .iter()
                .all(|id| !id.chars().all(|c| c.is_ascii_digit()));
            if named.is_empty() && !team.sources.is_empty() && textual {
                let old: BTreeSet<Key> = self
                    .before
                    .people
                    .iter()
                    .filter(|(_, b)| b.status != Status::Archived && b.group.as_ref() == Some(key))
                    .map(|(who, _)| who.clone())
                    .collect();
                for (id, name) in &called {
                    let new = members(id);
                    let most = !old.is_empty() && new.len() * 5 >= old.len() * 4;
                    if home(id).is_none() && fold_name(id) == *name && most && new.is_subset(&old) {
                        wishes.push((key.clone(), name.clone(), new.len()));
                    }
                }
            }
        }
        // Most people first; each group gets one name, each name one group.
        wishes.sort_by(|a, b| b.2.cmp(&a.2).then(a.cmp(b)));
        let mut after = before.clone();
        let mut renamed: BTreeMap<Key, SmolStr> = BTreeMap::new();
        let free = |name: &SmolStr, renamed: &BTreeMap<Key, SmolStr>| {
            !renamed.values().any(|taken| taken == name)
        };
        for (key, name, _) in &wishes {
            if !renamed.contains_key(key) && free(name, &renamed) {
                renamed.insert(key.clone(), name.clone());
            }
        }
        // A group that keeps its name keeps it: who wants the name of such a group moves there.
        loop {
            let clash = renamed.iter().find(|(key, name)| {
                let stays = |(other, team): (&Key, &Team)| {
                    other != *key && team.name_key == **name && !renamed.contains_key(other)
                };
                before.iter().any(stays)
            });
            let Some(key) = clash.map(|(key, _)| key.clone()) else {
                break;
            };
            renamed.remove(&key);
        }
        for (key, name) in &renamed {
            after
                .get_mut(key)
                .expect("a group")
                .name_key
                .clone_from(name);
        }
        let mut homes = BTreeMap::new();
        for (id, name) in &called {
            // A department of nobody who was synced makes no group and goes to none.
            if members(id).is_empty() {
                continue;
            }
            let there = after.iter().find(|(_, team)| team.name_key == *name);
            let key = there.map_or_else(|| format!("new {name}"), |(key, _)| key.clone());
            for team in after.values_mut() {
                team.sources.remove(id);
            }
            let team = after.entry(key.clone()).or_insert_with(|| Team {
                name_key: name.clone(),
                sources: BTreeSet::new(),
            });
            team.sources.insert(id.clone());
            homes.insert(id.clone(), key);
        }
        self.told.after.teams = after;
        homes
    }
}
