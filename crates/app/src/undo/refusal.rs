//! Why something of a run is not taken back.

use domain::{PersonId, SmolStr};

use crate::view::NotUndoneView;

/// Why something of a run is not taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    /// Something newer stands on top.
    ChangedSince,
    /// Everything of it stands as it did before the run.
    AlreadyUndone,
    /// The person is not here any more.
    Gone,
    /// Another person has the email by now.
    EmailTaken,
    /// Another person is linked to the employee by now.
    HrisIdTaken,
    /// The approver whom the person had is not active any more.
    ApproverUnavailable,
    /// A group that the person was in is not there any more.
    GroupGone,
    /// Nobody else could sign in as an admin.
    LastAdmin,
    /// The history cannot be read.
    Unreadable,
    /// The group has another name by now.
    RenamedSince,
    /// Another group has the name by now.
    NameTaken,
}

impl Reason {
    fn code(self) -> &'static str {
        match self {
            Self::ChangedSince => "changed_since",
            Self::AlreadyUndone => "already_undone",
            Self::Gone => "not_found",
            Self::EmailTaken => "email_taken",
            Self::HrisIdTaken => "hris_id_taken",
            Self::ApproverUnavailable => "approver_unavailable",
            Self::GroupGone => "group_gone",
            Self::LastAdmin => "last_admin",
            Self::Unreadable => "unreadable",
            Self::RenamedSince => "renamed_since",
            Self::NameTaken => "name_taken",
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::ChangedSince => "Changed again since; what stands there now is newer.",
            Self::AlreadyUndone => "As before the run already.",
            Self::Gone => "Not here any more.",
            Self::EmailTaken => "Another person has the email by now.",
            Self::HrisIdTaken => "Another person is linked to the employee by now.",
            Self::ApproverUnavailable => "The approver they had is not active any more.",
            Self::GroupGone => "A group that they were in is not there any more.",
            Self::LastAdmin => "This is the last admin who can sign in.",
            Self::Unreadable => "The history says something here that cannot be put back.",
            Self::RenamedSince => "The group was renamed again since.",
            Self::NameTaken => "Another group has the name by now.",
        }
    }
}

/// Somebody, or a group, that stays as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) person: Option<PersonId>,
    pub(super) name: SmolStr,
    pub(super) reason: Reason,
}

impl From<Refusal> for NotUndoneView {
    fn from(refusal: Refusal) -> Self {
        Self {
            person_id: refusal.person,
            name: refusal.name,
            code: refusal.reason.code(),
            reason: refusal.reason.words(),
        }
    }
}
