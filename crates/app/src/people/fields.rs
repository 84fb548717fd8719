//! What an edit gives, checked field by field, and what it changes.

use domain::{
    Country, FieldChange, FieldValue, GroupId, GroupRef, Organisation, Person, PersonField,
    PersonId, PersonRef, Status,
    text::{Email, clean_text},
};
use jiff::civil::Date;

use crate::{App, Failure, failure::Wrong};

const NAME_LIMIT: usize = 300;

/// What to set about a person; what is not given stays. Empty text clears where that makes sense.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the API's body keys, by name")]
pub struct PersonPatch {
    pub email: Option<String>,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub country: Option<String>,
    pub start_date: Option<String>,
    pub end_date: Option<String>,
    pub group_ids: Option<Vec<String>>,
    pub approver_ids: Option<Vec<String>>,
    pub admin: Option<bool>,
}

impl App {
    /// Puts what was given into the record, checking each field.
    pub(super) async fn fill(
        &self,
        org: &Organisation,
        person: &mut Person,
        patch: &PersonPatch,
    ) -> Result<(), Failure> {
        let mut wrong = Wrong::default();
        if let Some(email) = &patch.email
            && let Some(email) = wrong.take(read_email(email))?
        {
            person.email = email.as_str().into();
            person.email_key = email.key().into();
        }
        if let Some(name) = &patch.first_name {
            person.first_name = clean_text(name, NAME_LIMIT).unwrap_or_default();
        }
        if let Some(name) = &patch.last_name {
            person.last_name = clean_text(name, NAME_LIMIT).unwrap_or_default();
        }
        if let Some(country) = &patch.country
            && let Some(country) = wrong.take(read_country(country))?
        {
            let regions = self.store.regions(org.id).await?;
            person.country = Some(country);
            person.region = Some(regions.of(country).unwrap_or(regions.fallback()));
        }
        let dates = [
            ("start_date", &patch.start_date, &mut person.start_date),
            ("end_date", &patch.end_date, &mut person.end_date),
        ];
        for (field, date, place) in dates {
            if let Some(date) = date
                && let Some(date) = wrong.take(read_date(field, date))?
            {
                *place = date;
            }
        }
        if let Some((start, end)) = person.start_date.zip(person.end_date)
            && end < start
        {
            wrong.note(Failure::field(
                "end_date",
                "end_before_start",
                format!(
                    "The end date {end} lies before the start date {start}; nothing was changed."
                ),
            ));
        }
        if let Some(admin) = patch.admin {
            person.admin = admin;
        }
        if let Some(groups) = &patch.group_ids
            && let Some(groups) = wrong.take(self.read_groups(org, groups).await)?
        {
            person.manual_groups = groups;
            person.group = None;
        }
        if let Some(approvers) = &patch.approver_ids {
            let approvers = self.read_approvers(org, person.id, approvers).await;
            if let Some(approvers) = wrong.take(approvers)? {
                person.manual_approvers = approvers;
                person.approver = None;
            }
        }
        wrong.none()
    }

    pub(super) async fn read_groups(
        &self,
        org: &Organisation,
        names: &[String],
    ) -> Result<Vec<GroupId>, Failure> {
        let known = self.store.groups(org.id).await?;
        let mut groups = Vec::with_capacity(names.len());
        for name in names {
            match known.iter().find(|group| group.id.to_string() == *name) {
                Some(group) => groups.push(group.id),
                None => {
                    return Err(Failure::field(
                        "group_ids",
                        "unknown_group",
                        format!("There is no group {name:?} here; nothing was changed."),
                    ));
                }
            }
        }
        groups.sort_unstable();
        groups.dedup();
        Ok(groups)
    }

    pub(super) async fn read_approvers(
        &self,
        org: &Organisation,
        person: PersonId,
        names: &[String],
    ) -> Result<Vec<PersonId>, Failure> {
        let wrong = |what: String| {
            Failure::field(
                "approver_ids",
                "unknown_approver",
                format!("{what}; nothing was changed."),
            )
        };
        let mut approvers = Vec::with_capacity(names.len());
        for name in names {
            let Ok(approver) = self.find_person(org, name).await else {
                return Err(wrong(format!("There is no person {name:?} here")));
            };
            if approver.id == person {
                return Err(wrong("Nobody approves their own requests".to_owned()));
            }
            if approver.status != Status::Active {
                return Err(wrong(format!("{name} is not active and cannot approve")));
            }
            if !approvers.contains(&approver.id) {
                approvers.push(approver.id);
            }
        }
        Ok(approvers)
    }
}

fn read_email(text: &str) -> Result<Email, Failure> {
    Email::parse(text).map_err(|error| {
        Failure::field(
            "email",
            "invalid_email",
            format!("{error}; nothing was changed."),
        )
    })
}

fn read_country(text: &str) -> Result<Country, Failure> {
    match hris::normalise::country(text) {
        hris::normalise::CountryMatch::Known(country) => Ok(country),
        _ => Err(Failure::field(
            "country",
            "unknown_country",
            format!("{text:?} names no country for sure; nothing was changed."),
        )
        .mend("Give the country's usual English name or its two-letter code.")),
    }
}

fn read_date(field: &'static str, text: &str) -> Result<Option<Date>, Failure> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    hris::normalise::date(text).map(Some).map_err(|error| {
        Failure::field(
            field,
            "invalid_date",
            format!("{text:?} is no date ({error}); accepted is YYYY-MM-DD; nothing was changed."),
        )
    })
}

/// Each field that differs, in the order of the fields.
pub(crate) fn differences(before: Option<&Person>, after: &Person) -> Vec<FieldChange> {
    PersonField::ALL
        .iter()
        .filter_map(|field| {
            let old = before.and_then(|person| value_of(person, *field));
            let new = value_of(after, *field);
            (old != new).then_some(FieldChange {
                field: *field,
                before: old,
                after: new,
            })
        })
        .collect()
}

/// A field as changes tell it.
pub(crate) fn value_of(person: &Person, field: PersonField) -> Option<FieldValue> {
    let text = |text: &domain::SmolStr| (!text.is_empty()).then(|| FieldValue::Text(text.clone()));
    let word = |word: &'static str| FieldValue::Text(word.into());
    match field {
        PersonField::HrisId => person
            .hris_id
            .as_ref()
            .map(|id| FieldValue::Text(id.0.clone())),
        PersonField::Status => Some(word(person.status.as_str())),
        PersonField::Email => text(&person.email),
        PersonField::FirstName => text(&person.first_name),
        PersonField::LastName => text(&person.last_name),
        PersonField::Source => Some(word(person.source.as_str())),
        PersonField::StartDate => person.start_date.map(FieldValue::Date),
        PersonField::EndDate => person.end_date.map(FieldValue::Date),
        PersonField::Country => person
            .country
            .map(|country| FieldValue::Text(country.as_str().into())),
        PersonField::ContentRegion => person.region.map(FieldValue::Region),
        PersonField::Group => person
            .group
            .map(|group| FieldValue::Group(GroupRef::Existing(group))),
        PersonField::ManualGroups => (!person.manual_groups.is_empty()).then(|| {
            let groups = person.manual_groups.iter().copied();
            FieldValue::Groups(groups.map(GroupRef::Existing).collect())
        }),
        PersonField::Approver => person
            .approver
            .map(|approver| FieldValue::Person(PersonRef::Existing(approver))),
        PersonField::ManualApprovers => (!person.manual_approvers.is_empty()).then(|| {
            let people = person.manual_approvers.iter().copied();
            FieldValue::People(people.map(PersonRef::Existing).collect())
        }),
        PersonField::Admin => person.admin.then_some(FieldValue::Flag(true)),
        PersonField::ArchivedBy => person.archived_by.map(|by| word(by.as_str())),
    }
}
