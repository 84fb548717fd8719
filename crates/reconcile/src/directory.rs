//! What reconcile knows of an organisation before a run.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Group, HrisId, Person, PersonId, RegionTable, SmolStr};
use hris::Coverage;

use crate::Concern;

/// An organisation's people, groups and regions as stored, and what earlier runs left behind.
#[derive(Clone, Debug)]
pub struct Directory {
    /// Everybody, archived people included, in any order.
    pub people: Vec<Person>,
    /// All groups, in any order.
    pub groups: Vec<Group>,
    /// Content regions.
    pub regions: RegionTable,
    /// Employees left out by an admin.
    pub excluded: BTreeSet<HrisId>,
    /// Employees erased by an admin (found through keyed hashes by whoever loads the directory).
    pub erased: BTreeSet<HrisId>,
    /// What earlier runs left behind.
    pub past: Past,
}

/// What earlier runs of the same connection left behind.
#[derive(Clone, Debug, Default)]
pub struct Past {
    /// How many whole syncs of this connection were stored.
    pub good_runs: u64,
    /// Which fields the last of them saw.
    pub coverage: Option<Coverage>,
    /// Active people archived by runs within the last 168 hours; archives that an admin approved
    /// or made by hand do not count.
    pub archived_this_week: u64,
    /// For people who were missing: from how many successful whole runs in a row.
    pub missing_runs: BTreeMap<PersonId, u32>,
    /// What admins answered to earlier holds.
    pub answers: Vec<Concern>,
    /// People whom this plan must not archive, because an admin declined it.
    pub keep: BTreeSet<PersonId>,
}

impl Directory {
    /// A directory without anybody.
    pub fn empty(regions: RegionTable) -> Self {
        Self {
            people: Vec::new(),
            groups: Vec::new(),
            regions,
            excluded: BTreeSet::new(),
            erased: BTreeSet::new(),
            past: Past::default(),
        }
    }

    /// A group by its folded name.
    pub fn group_by_key(&self, key: &SmolStr) -> Option<&Group> {
        self.groups.iter().find(|group| group.name_key == *key)
    }
}
