//! Why a change is made, in words an admin reads.

use domain::{Action, FieldChange, PersonField, Status};

use crate::{
    leaving::{Leaving, Proof},
    plan::PersonState,
};

pub(crate) fn archive(leaving: Leaving, rejoins: bool) -> String {
    let proof = match (leaving.proof, leaving.end_date) {
        (Proof::Terminated, Some(end)) => {
            format!("The HRIS says terminated, with {end} as the last day.")
        }
        (Proof::Terminated, None) => "The HRIS says terminated.".to_owned(),
        (Proof::EndDateOver, Some(end)) => format!("The last day, {end}, is over."),
        (Proof::EndDateOver, None) => "The last day is over.".to_owned(),
        (Proof::Inactive, _) => {
            "Access in the HRIS is inactive, which this organisation takes for leaving.".to_owned()
        }
        (Proof::Missing, _) => {
            "Missing from as many syncs in a row as this organisation takes for leaving.".to_owned()
        }
    };
    if rejoins {
        return format!("{proof} A new record in the HRIS brings them back later.");
    }
    proof
}

pub(crate) fn rejoins(ahead: bool) -> String {
    if ahead {
        return "Linked by email and name to a new record in the HRIS; comes back on its start date."
            .to_owned();
    }
    "Linked by email and name to a new record in the HRIS; stays archived because an admin archived them."
        .to_owned()
}

pub(crate) fn apply(action: Action, status: Status, linked: bool, state: &PersonState) -> String {
    let start = state
        .start_date
        .map(|date| date.to_string())
        .unwrap_or_default();
    match (action, status) {
        (Action::Add, Status::Upcoming) => {
            format!("New in the HRIS; starts on {start}, so recorded and not added yet.")
        }
        (Action::Add, _) if linked => format!("The start date, {start}, has come."),
        (Action::Add, _) => format!("New in the HRIS; the start date, {start}, has come."),
        (Action::Restore, _) => "The HRIS no longer says that they have left.".to_owned(),
        (_, _) if !linked => {
            "Linked by email to a record in the HRIS, which wins from now on.".to_owned()
        }
        (_, _) => String::new(),
    }
}

/// Names the fields where the reason alone would not say what the HRIS has otherwise.
pub(crate) fn with_fields(why: String, action: Action, fields: &[FieldChange]) -> String {
    if action != Action::Update || !why.is_empty() {
        return why;
    }
    if let [only] = fields
        && only.field == PersonField::Approver
        && only.after.is_none()
    {
        return "The line manager can no longer approve, or there is none any more.".to_owned();
    }
    let names: Vec<&str> = fields.iter().map(|change| in_words(change.field)).collect();
    match names.as_slice() {
        [] => why,
        [one] => format!("The HRIS has another {one}."),
        [most @ .., last] => format!("The HRIS has another {} and {last}.", most.join(", ")),
    }
}

/// A field as an admin calls it.
fn in_words(field: PersonField) -> &'static str {
    match field {
        PersonField::HrisId => "record",
        PersonField::Status => "status",
        PersonField::Email => "email",
        PersonField::FirstName => "first name",
        PersonField::LastName => "surname",
        PersonField::Source => "source",
        PersonField::StartDate => "start date",
        PersonField::EndDate => "end date",
        PersonField::Country => "country",
        PersonField::ContentRegion => "content region",
        PersonField::Group => "department",
        PersonField::ManualGroups => "set of groups",
        PersonField::Approver => "line manager",
        PersonField::ManualApprovers => "set of approvers",
        PersonField::Admin => "admin right",
        PersonField::ArchivedBy => "reason for archiving",
    }
}
