//! People of the directory.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::{
    Country,
    ids::{GroupId, HrisId, PersonId, RegionId},
    words::words,
};

words! {
    /// Where a person stands.
    Status {
        /// Has an account.
        Active = "active",
        /// Starts later: listed for admins, no account, no access, no budget, no invitation.
        Upcoming = "upcoming",
        /// Has left or was archived by an admin. Nothing is ever deleted by a sync.
        Archived = "archived",
    }
}

words! {
    /// What archived a person.
    ArchivedBy {
        /// The HRIS called the person terminated.
        Hris = "hris",
        /// The end date was over.
        EndDate = "end_date",
        /// An admin did it by hand: that stands against the HRIS.
        Admin = "admin",
    }
}

words! {
    /// Where a person came from.
    Source {
        /// Linked to an employee of the HRIS.
        Hris = "hris",
        /// Added by hand.
        Manual = "manual",
        /// Imported from a CSV file.
        Csv = "csv",
    }
}

/// A record of the directory; can be learner, approver and admin at once.
///
/// The HRIS gives a person one group (the department) and one approver (the line manager). They
/// stand in fields of their own, apart from those that were set by hand, since they are managed:
/// the next sync overwrites them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Never changes.
    pub id: PersonId,
    /// The employee this person is linked to.
    pub hris_id: Option<HrisId>,
    /// As given, trimmed.
    pub email: SmolStr,
    /// Folded for comparison ([`crate::text::email_key`]); unique among active and upcoming people.
    pub email_key: SmolStr,
    /// First name; empty for somebody with a single name.
    pub first_name: SmolStr,
    /// Surname; empty for somebody with a single name.
    pub last_name: SmolStr,
    /// Where the person stands.
    pub status: Status,
    /// Set while archived.
    pub archived_by: Option<ArchivedBy>,
    /// Set while archived.
    pub archived_at: Option<Timestamp>,
    /// Has admin rights. No sync ever gives or takes them.
    pub admin: bool,
    /// Has accepted an invitation, or is an admin made on the command line.
    pub can_sign_in: bool,
    /// Where the person came from.
    pub source: Source,
    /// First day of work.
    pub start_date: Option<Date>,
    /// Last day of work.
    pub end_date: Option<Date>,
    /// Country of the home address.
    pub country: Option<Country>,
    /// The region of that country, or the fallback.
    pub region: Option<RegionId>,
    /// The group of the department, managed by the HRIS.
    pub group: Option<GroupId>,
    /// Groups set by hand.
    pub manual_groups: Vec<GroupId>,
    /// The line manager, managed by the HRIS.
    pub approver: Option<PersonId>,
    /// Approvers set by hand, in their order.
    pub manual_approvers: Vec<PersonId>,
    /// Grows with every change: the `ETag`, and what a plan is checked against.
    pub version: i64,
    /// The instant of the last change.
    pub updated_at: Timestamp,
}

impl Person {
    /// First name and surname, or the email for somebody without a name.
    pub fn name(&self) -> SmolStr {
        full_name(&self.first_name, &self.last_name).unwrap_or_else(|| self.email.clone())
    }

    /// Whether the person may sign in and is counted as an admin.
    pub fn is_acting_admin(&self) -> bool {
        self.admin && self.can_sign_in && self.status == Status::Active
    }
}

/// First name and surname joined, or nothing when both are empty.
pub fn full_name(first: &str, last: &str) -> Option<SmolStr> {
    match (first.is_empty(), last.is_empty()) {
        (true, true) => None,
        (false, true) => Some(first.into()),
        (true, false) => Some(last.into()),
        (false, false) => Some(smol_str::format_smolstr!("{first} {last}")),
    }
}
