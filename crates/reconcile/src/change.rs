//! One person's change: from the record as it stands to the record as it will stand.

use domain::{Action, FieldChange, FieldValue, Person, PersonField, PersonRef, SmolStr, Status};

use crate::{
    fields::state_of,
    plan::{PersonChange, PersonState, Weight},
    why,
};

/// The change, if there is one. Why is only put into words where something changes.
pub(crate) fn change_of(
    record: Option<&Person>,
    subject: PersonRef,
    action: Action,
    after: PersonState,
    why: impl FnOnce(&PersonState) -> String,
) -> Option<PersonChange> {
    let before = record.map(state_of);
    // The usual case, and the reason why an unchanged sync costs little.
    if before.as_ref() == Some(&after) {
        return None;
    }
    let fields = differences(before.as_ref(), &after);
    if fields.is_empty() {
        return None;
    }
    let weight = Weight {
        archives: after.status == Status::Archived
            && record.is_some_and(|record| record.status == Status::Active),
        new: record.is_none(),
        ..Weight::default()
    };
    Some(PersonChange {
        hris_id: after.hris_id.clone(),
        name: domain::person::full_name(&after.first_name, &after.last_name)
            .unwrap_or_else(|| after.email.clone()),
        email: after.email.clone(),
        why: why::with_fields(why(&after), action, &fields),
        subject,
        action,
        after,
        fields,
        weight,
    })
}

/// Each field that differs, in the order of the fields. Everything of a new record differs from
/// nothing.
fn differences(before: Option<&PersonState>, after: &PersonState) -> Vec<FieldChange> {
    let mut changes = Vec::new();
    for field in PersonField::ALL {
        let old = before.and_then(|state| value_of(state, *field));
        let new = value_of(after, *field);
        if old != new {
            changes.push(FieldChange {
                field: *field,
                before: old,
                after: new,
            });
        }
    }
    changes
}

fn value_of(state: &PersonState, field: PersonField) -> Option<FieldValue> {
    let text = |text: &SmolStr| (!text.is_empty()).then(|| FieldValue::Text(text.clone()));
    let word = |word: &'static str| FieldValue::Text(SmolStr::new_static(word));
    match field {
        PersonField::HrisId => state
            .hris_id
            .as_ref()
            .map(|id| FieldValue::Text(id.0.clone())),
        PersonField::Status => Some(word(state.status.as_str())),
        PersonField::Email => text(&state.email),
        PersonField::FirstName => text(&state.first_name),
        PersonField::LastName => text(&state.last_name),
        PersonField::Source => Some(word(state.source.as_str())),
        PersonField::StartDate => state.start_date.map(FieldValue::Date),
        PersonField::EndDate => state.end_date.map(FieldValue::Date),
        PersonField::Country => state
            .country
            .map(|country| FieldValue::Text(country.as_str().into())),
        PersonField::ContentRegion => state.region.map(FieldValue::Region),
        PersonField::Group => state.group.clone().map(FieldValue::Group),
        PersonField::ManualGroups => (!state.manual_groups.is_empty()).then(|| {
            let groups = state.manual_groups.iter().copied();
            FieldValue::Groups(groups.map(domain::GroupRef::Existing).collect())
        }),
        PersonField::Approver => state.approver.clone().map(FieldValue::Person),
        PersonField::ManualApprovers => (!state.manual_approvers.is_empty()).then(|| {
            let people = state.manual_approvers.iter().copied();
            FieldValue::People(people.map(PersonRef::Existing).collect())
        }),
        PersonField::ArchivedBy => state.archived_by.map(|by| word(by.as_str())),
        // No sync ever gives or takes admin rights.
        PersonField::Admin => None,
    }
}
