//! Putting a field back to what the history says it was.

use std::str::FromStr;

use domain::{
    FieldChange, FieldValue, GroupRef, HrisId, Person, PersonField, PersonRef, text::email_key,
};
use jiff::civil::Date;

/// The history has something there that the field cannot hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unreadable;

/// Puts a field back to its value before the change.
pub(super) fn put_back(person: &mut Person, change: &FieldChange) -> Result<(), Unreadable> {
    let before = change.before.as_ref();
    match change.field {
        PersonField::HrisId => person.hris_id = text(before)?.map(HrisId::from),
        PersonField::Status => person.status = word(before)?.ok_or(Unreadable)?,
        PersonField::Email => {
            person.email = text(before)?.unwrap_or_default().into();
            person.email_key = email_key(&person.email);
        }
        PersonField::FirstName => person.first_name = text(before)?.unwrap_or_default().into(),
        PersonField::LastName => person.last_name = text(before)?.unwrap_or_default().into(),
        PersonField::Source => person.source = word(before)?.ok_or(Unreadable)?,
        PersonField::StartDate => person.start_date = date(before)?,
        PersonField::EndDate => person.end_date = date(before)?,
        PersonField::Country => person.country = word(before)?,
        PersonField::ContentRegion => {
            person.region = match before {
                None => None,
                Some(FieldValue::Region(region)) => Some(*region),
                Some(_) => return Err(Unreadable),
            }
        }
        PersonField::Group => person.group = one(before, group_in)?,
        PersonField::ManualGroups => person.manual_groups = many(before, groups_in)?,
        PersonField::Approver => person.approver = one(before, person_in)?,
        PersonField::ManualApprovers => person.manual_approvers = many(before, people_in)?,
        PersonField::Admin => person.admin = before == Some(&FieldValue::Flag(true)),
        PersonField::ArchivedBy => person.archived_by = word(before)?,
    }
    Ok(())
}

fn text(value: Option<&FieldValue>) -> Result<Option<&str>, Unreadable> {
    match value {
        None => Ok(None),
        Some(FieldValue::Text(text)) => Ok(Some(text.as_str())),
        Some(_) => Err(Unreadable),
    }
}

fn word<T: FromStr>(value: Option<&FieldValue>) -> Result<Option<T>, Unreadable> {
    let word = text(value)?.map(str::parse).transpose();
    word.map_err(|_| Unreadable)
}

fn date(value: Option<&FieldValue>) -> Result<Option<Date>, Unreadable> {
    match value {
        None => Ok(None),
        Some(FieldValue::Date(date)) => Ok(Some(*date)),
        Some(_) => Err(Unreadable),
    }
}

fn one<T>(
    value: Option<&FieldValue>,
    read: fn(&FieldValue) -> Option<T>,
) -> Result<Option<T>, Unreadable> {
    value.map(|value| read(value).ok_or(Unreadable)).transpose()
}

fn many<T>(
    value: Option<&FieldValue>,
    read: fn(&FieldValue) -> Option<Vec<T>>,
) -> Result<Vec<T>, Unreadable> {
    one(value, read).map(Option::unwrap_or_default)
}

fn group_in(value: &FieldValue) -> Option<domain::GroupId> {
    match value {
        FieldValue::Group(group) => known_group(group),
        _ => None,
    }
}

fn groups_in(value: &FieldValue) -> Option<Vec<domain::GroupId>> {
    match value {
        FieldValue::Groups(groups) => groups.iter().map(known_group).collect(),
        _ => None,
    }
}

fn person_in(value: &FieldValue) -> Option<domain::PersonId> {
    match value {
        FieldValue::Person(person) => known_person(person),
        _ => None,
    }
}

fn people_in(value: &FieldValue) -> Option<Vec<domain::PersonId>> {
    match value {
        FieldValue::People(people) => people.iter().map(known_person).collect(),
        _ => None,
    }
}

/// What was new when a plan was made has its id in the history.
fn known_group(group: &GroupRef) -> Option<domain::GroupId> {
    match group {
        GroupRef::Existing(id) => Some(*id),
        GroupRef::New(_) => None,
    }
}

fn known_person(person: &PersonRef) -> Option<domain::PersonId> {
    match person {
        PersonRef::Existing(id) => Some(*id),
        PersonRef::New(_) => None,
    }
}
