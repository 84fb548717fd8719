//! Which groups of a run get their old names back. Pure.

use std::collections::BTreeMap;

use domain::{Group, GroupId, SmolStr, text::fold_name};
use reconcile::GroupRename;

use super::refusal::{Reason, Refusal};

/// Groups as they shall be called, and those that keep their names.
#[derive(Default)]
pub(super) struct Groups {
    pub(super) renamed: Vec<Group>,
    /// Which of the run's renames those were.
    pub(super) renames: Vec<GroupRename>,
    pub(super) refused: Vec<Refusal>,
}

/// Takes the renames of a run back, in any order of the names, where nothing newer renamed the group
/// and nobody else has the name.
pub(super) fn named_back(standing: &[Group], renames: &[GroupRename]) -> Groups {
    let mut back = Groups::default();
    let mut named: BTreeMap<GroupId, SmolStr> = standing
        .iter()
        .map(|group| (group.id, group.name_key.clone()))
        .collect();
    let mut open = Vec::new();
    for rename in renames {
        let group = standing.iter().find(|group| group.id == rename.group);
        match group.filter(|group| group.name == rename.after) {
            Some(group) => {
                named.insert(group.id, fold_name(&rename.before));
                open.push((group, rename));
            }
            None => back.refused.push(refusal(rename, Reason::RenamedSince)),
        }
    }
    // A name that cannot be given back may be one that another group waits for.
    while let Some(position) = open
        .iter()
        .position(|(group, _)| is_taken(&named, group.id))
    {
        let (group, rename) = open.remove(position);
        named.insert(group.id, group.name_key.clone());
        back.refused.push(refusal(rename, Reason::NameTaken));
    }
    for (group, rename) in open {
        back.renamed.push(Group {
            name: rename.before.clone(),
            name_key: fold_name(&rename.before),
            ..group.clone()
        });
        back.renames.push(rename.clone());
    }
    back
}

fn is_taken(named: &BTreeMap<GroupId, SmolStr>, group: GroupId) -> bool {
    named
        .iter()
        .any(|(other, name)| *other != group && named.get(&group) == Some(name))
}

fn refusal(rename: &GroupRename, reason: Reason) -> Refusal {
    Refusal {
        person: None,
        name: rename.after.clone(),
        reason,
    }
}
