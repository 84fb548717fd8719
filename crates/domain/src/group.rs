//! Groups of people.

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use crate::GroupId;

/// A group. Departments become groups; several ids of the HRIS may point to one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// Never changes, also when the department is renamed.
    pub id: GroupId,
    /// As first spelt.
    pub name: CompactString,
    /// Trimmed and case-folded; unique in an organisation ([`crate::text::fold_name`]).
    pub name_key: CompactString,
    /// The department ids of the HRIS that point here, sorted.
    pub sources: Vec<CompactString>,
}

impl Group {
    /// Whether the HRIS owns this group.
    pub fn managed(&self) -> bool {
        !self.sources.is_empty()
    }
}
