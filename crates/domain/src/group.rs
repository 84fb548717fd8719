//! Groups of people.

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::GroupId;

/// A group. Departments become groups; several ids of the HRIS may point to one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// Never changes, also when the department is renamed.
    pub id: GroupId,
    /// As first spelt.
    pub name: SmolStr,
    /// Trimmed and case-folded; unique in an organisation ([`crate::text::fold_name`]).
    pub name_key: SmolStr,
    /// The department ids of the HRIS that point here, sorted.
    pub sources: Vec<SmolStr>,
}

impl Group {
    /// Whether the HRIS owns this group.
    pub fn managed(&self) -> bool {
        !self.sources.is_empty()
    }
}
