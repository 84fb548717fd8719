//! What a run or an edit changes about a person.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::{GroupId, HrisId, PersonId, RegionId, words::words};

words! {
    /// What is done to a person.
    Action {
        /// The record is made, or an upcoming person's account is created.
        Add = "add",
        /// Fields change.
        Update = "update",
        /// The person is archived.
        Archive = "archive",
        /// An archived person comes back.
        Restore = "restore",
    }
}

words! {
    /// A field that changes and stands in the history. The words are those of the API.
    PersonField {
        /// The employee this person is linked to.
        HrisId = "hris_id",
        /// Active, upcoming or archived.
        Status = "status",
        /// The email.
        Email = "email",
        /// The first name.
        FirstName = "first_name",
        /// The surname.
        LastName = "last_name",
        /// Where the person came from.
        Source = "source",
        /// First day of work.
        StartDate = "start_date",
        /// Last day of work.
        EndDate = "end_date",
        /// Country of the home address.
        Country = "country",
        /// Content region.
        ContentRegion = "content_region",
        /// The department's group.
        Group = "group",
        /// Groups set by hand.
        ManualGroups = "manual_groups",
        /// The line manager.
        Approver = "approver",
        /// Approvers set by hand.
        ManualApprovers = "manual_approvers",
        /// Admin rights.
        Admin = "admin",
        /// What archived the person.
        ArchivedBy = "archived_by",
    }
}

/// A person as a plan speaks of them: one that exists, or the one that an employee will become.
///
/// Plans hold no ids that are still to be drawn, so the same directory and roster always give the
/// same plan, and a preview can be compared with what is applied later.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PersonRef {
    /// Somebody in the directory.
    Existing(PersonId),
    /// Whoever this employee becomes.
    New(HrisId),
}

/// A group as a plan speaks of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GroupRef {
    /// A group in the directory.
    Existing(GroupId),
    /// The group that will be made, by its folded name.
    New(SmolStr),
}

/// One side of a change.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldValue {
    /// Words, also a status or a country code.
    Text(SmolStr),
    /// A day.
    Date(Date),
    /// Yes or no.
    Flag(bool),
    /// A person.
    Person(PersonRef),
    /// People, in order.
    People(Vec<PersonRef>),
    /// A group.
    Group(GroupRef),
    /// Groups, sorted.
    Groups(Vec<GroupRef>),
    /// A content region.
    Region(RegionId),
}

/// A field's value before and after. `None` is an empty field.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct FieldChange {
    /// Which field.
    pub field: PersonField,
    /// What it was.
    pub before: Option<FieldValue>,
    /// What it becomes.
    pub after: Option<FieldValue>,
}
