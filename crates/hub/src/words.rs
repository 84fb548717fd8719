//! What codes are called on pages. Every one has its words: a new one does not compile without.

#![expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "templates hand over references"
)]

use domain::{Action, Code, FindingOutcome, InvitationState, MailState, PersonField, Status};

/// Why somebody was skipped or flagged.
pub(crate) const fn code(code: &Code) -> &'static str {
    match code {
        Code::MissingCountry => "No home country",
        Code::MissingEmail => "No email",
        Code::InvalidEmail => "The email is no email",
        Code::MissingName => "No name",
        Code::MissingStartDate => "No start date",
        Code::InvalidDate => "A date is no date",
        Code::EndBeforeStart => "The last day is before the first",
        Code::DuplicateEmail => "Two people have this email in HiBob",
        Code::DuplicateEmployee => "The same employee came twice",
        Code::UnreadableRecord => "The record cannot be read",
        Code::EmailTaken => "Somebody here has this email already",
        Code::EmailReused => "Somebody who left had this email",
        Code::UnknownCountry => "The country is not known",
        Code::CountryWithoutRegion => "The country is in no content region",
        Code::InactiveInHris => "Access to HiBob is inactive",
        Code::UnknownStatus => "The lifecycle status is not known",
        Code::StartDateMoved => "The start date moved into the future",
        Code::ManagerUnavailable => "The manager is not here",
        Code::ManagerIsSelf => "They are their own manager",
        Code::ManagerCycle => "Managers report to each other in a circle",
        Code::NotFoundInHris => "HiBob does not show them any more",
        Code::ArchivedByAdmin => "An admin archived them",
        Code::LastAdmin => "The last admin was kept",
        Code::LeftBefore => "They left before they came here",
        Code::Excluded => "They are left out by an admin",
        Code::Erased => "They were erased",
    }
}

/// What a field is called.
pub(crate) const fn field(field: &PersonField) -> &'static str {
    match field {
        PersonField::HrisId => "HiBob ID",
        PersonField::Status => "Status",
        PersonField::Email => "Email",
        PersonField::FirstName => "First name",
        PersonField::LastName => "Last name",
        PersonField::Source => "Source",
        PersonField::StartDate => "First day",
        PersonField::EndDate => "Last day",
        PersonField::Country => "Country",
        PersonField::ContentRegion => "Content region",
        PersonField::Group => "Group",
        PersonField::ManualGroups => "Groups set here",
        PersonField::Approver => "Approver",
        PersonField::ManualApprovers => "Approvers set here",
        PersonField::Admin => "Admin rights",
        PersonField::ArchivedBy => "Archived by",
    }
}

/// Where somebody stands.
pub(crate) const fn status(status: &Status) -> &'static str {
    match status {
        Status::Active => "Active",
        Status::Upcoming => "Starting later",
        Status::Archived => "Archived",
    }
}

/// What was done.
pub(crate) const fn action(action: &Action) -> &'static str {
    match action {
        Action::Add => "Added",
        Action::Update => "Updated",
        Action::Archive => "Archived",
        Action::Restore => "Brought back",
    }
}

/// How far an invitation is.
pub(crate) const fn invitation(state: &InvitationState) -> &'static str {
    match state {
        InvitationState::Never => "Not invited",
        InvitationState::Queued => "On its way",
        InvitationState::Sent => "Invited",
        InvitationState::Failed => "Mail failed",
        InvitationState::Accepted => "Joined",
    }
}

/// How far a mail is.
pub(crate) const fn mail(state: &MailState) -> &'static str {
    match state {
        MailState::Queued => "On its way",
        MailState::Waiting => "Waits for a mail server",
        MailState::Sent => "Sent",
        MailState::Failed => "Failed",
    }
}

/// What became of somebody.
pub(crate) const fn outcome(outcome: &FindingOutcome) -> &'static str {
    match outcome {
        FindingOutcome::Skipped => "Skipped",
        FindingOutcome::Flagged => "Flagged",
    }
}

/// How the connection is doing.
pub(crate) fn connection(state: &str) -> &'static str {
    match state {
        "connected" => "Connected",
        "syncing" => "Connected, syncing",
        "synced" => "Synced",
        "held" => "Held for review",
        "failing" => "Failing",
        "paused" => "Paused",
        _ => "Not connected",
    }
}

/// What a sync came to for somebody.
pub(crate) fn outcome_of_sync(outcome: &str) -> &str {
    match outcome {
        "added" => "added",
        "updated" => "updated",
        "archived" => "archived",
        "restored" => "brought back",
        "unchanged" => "no change",
        "upcoming" => "starting later",
        "out_of_scope" => "out of scope",
        other => other,
    }
}
