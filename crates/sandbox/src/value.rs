//! One value of one employee, and how it is written for machines and for people.

use std::{borrow::Cow, io::Write};

use crate::{
    catalogue::{Part, Source},
    roster::{Company, Employee},
    settings::{CountryValues, LifecycleCase, ReadableDates, Settings},
    standing::Standing,
};

/// The name and the country of the only work site; the country is there to catch who mistakes it for a home.
pub(crate) const SITE: (&str, u64, &str) = ("Head office", 1, "Iceland");

/// Everything a value is made from.
#[derive(Clone, Copy)]
pub(crate) struct Scene<'a> {
    pub(crate) company: &'a Company,
    pub(crate) settings: &'a Settings,
}

/// One employee on the scene.
#[derive(Clone, Copy)]
pub(crate) struct Subject<'a> {
    pub(crate) employee: &'a Employee,
    pub(crate) standing: Standing<'a>,
    /// The field that carries a wrong type in this employee, if one does.
    pub(crate) wrong: Option<Source>,
}

/// A value before it is written.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Val<'a> {
    Null,
    Text(Cow<'a, str>),
    Number(u64),
    Flag(bool),
    Date(&'a str),
    Item {
        id: Cow<'a, str>,
        label: Cow<'a, str>,
    },
    Person {
        id: &'a str,
        who: Option<&'a Employee>,
        whole: bool,
    },
}

/// The value of a field.
pub(crate) fn value<'a>(scene: Scene<'a>, subject: Subject<'a>, source: Source) -> Val<'a> {
    let employee = subject.employee;
    match source {
        Source::Id => Val::Text(Cow::Borrowed(&employee.id)),
        Source::FirstName => text(employee.first_name.as_deref()),
        Source::Surname => text(employee.surname.as_deref()),
        Source::DisplayName => text(employee.display_name.as_deref()),
        Source::FullName => employee
            .readable_name()
            .map_or(Val::Null, |name| Val::Text(Cow::Owned(name.into()))),
        Source::Email => text(employee.email.as_deref()),
        Source::CompanyId => Val::Number(scene.company.roster.company_id),
        Source::CreatedAt => created_at(employee),
        Source::StartDate => employee.start_date.as_deref().map_or(Val::Null, Val::Date),
        Source::TerminationDate => employee
            .termination_date
            .as_deref()
            .map_or(Val::Null, Val::Date),
        Source::Department => department(scene, employee),
        Source::ReportsTo => person(scene, employee, !scene.settings.reports_to_as_name),
        Source::ManagerId => person(scene, employee, false),
        Source::Manager(part) => manager_part(scene, employee, part),
        Source::Site => Val::Text(Cow::Borrowed(SITE.0)),
        Source::SiteId => Val::Number(SITE.1),
        Source::SiteCountry => Val::Text(Cow::Borrowed(SITE.2)),
        Source::Access => text(subject.standing.access),
        Source::Lifecycle => subject
            .standing
            .lifecycle
            .map_or(Val::Null, |label| lifecycle(label, scene.settings)),
        Source::Country => employee
            .country
            .as_deref()
            .map_or(Val::Null, |name| country(name, scene.settings)),
        Source::Same(same) => Val::Text(Cow::Borrowed(same)),
        Source::SameNumber(number) => Val::Number(number),
        Source::Remote => Val::Flag(employee.id.ends_with(['1', '4', '7'])),
        Source::Nothing => Val::Null,
    }
}

fn text(value: Option<&str>) -> Val<'_> {
    value.map_or(Val::Null, |value| Val::Text(Cow::Borrowed(value)))
}

/// HiBob's creation instants have microseconds and no zone.
fn created_at(employee: &Employee) -> Val<'_> {
    let day = employee.start_date.as_deref();
    day.map_or(Val::Null, |day| {
        Val::Text(Cow::Owned(format!("{day}T09:12:21.680867")))
    })
}

fn department<'a>(scene: Scene<'a>, employee: &'a Employee) -> Val<'a> {
    let Some(id) = employee.department_id.as_deref() else {
        return Val::Null;
    };
    let label = scene
        .company
        .department(id)
        .map_or(id, |department| department.label());
    Val::Item {
        id: Cow::Borrowed(id),
        label: Cow::Borrowed(label),
    }
}

fn person<'a>(scene: Scene<'a>, employee: &'a Employee, whole: bool) -> Val<'a> {
    let Some(id) = employee.manager_id.as_deref() else {
        return Val::Null;
    };
    Val::Person {
        id,
        who: scene.company.employee(id),
        whole,
    }
}

fn manager_part<'a>(scene: Scene<'a>, employee: &'a Employee, part: Part) -> Val<'a> {
    let Some(id) = employee.manager_id.as_deref() else {
        return Val::Null;
    };
    if part == Part::Id {
        return text(Some(id));
    }
    let Some(manager) = scene.company.employee(id) else {
        return Val::Null;
    };
    match part {
        Part::Id => Val::Null,
        Part::FirstName => text(manager.first_name.as_deref()),
        Part::Surname => text(manager.surname.as_deref()),
        Part::Email => text(manager.email.as_deref()),
        Part::DisplayName => text(manager.display_name.as_deref()),
    }
}

/// A lifecycle status is a list item: lower case for machines unless switched, the label for people.
pub(crate) fn lifecycle<'a>(label: &'a str, settings: &Settings) -> Val<'a> {
    let id = match settings.lifecycle_case {
        LifecycleCase::Lower if label.chars().any(char::is_uppercase) => {
            Cow::Owned(label.to_lowercase())
        }
        _ => Cow::Borrowed(label),
    };
    let mut letters = label.chars();
    let label = match letters.next() {
        Some(first) if first.is_lowercase() => {
            Cow::Owned(first.to_uppercase().chain(letters).collect())
        }
        _ => Cow::Borrowed(label),
    };
    Val::Item { id, label }
}

fn country<'a>(name: &'a str, settings: &Settings) -> Val<'a> {
    let id = match settings.country_values {
        CountryValues::Name => Cow::Borrowed(name),
        CountryValues::Id => Cow::Owned(list_id(name)),
    };
    Val::Item {
        id,
        label: Cow::Borrowed(name),
    }
}

/// A numeric id for a list item that has none of its own; the same name always has the same (FNV-1a).
pub(crate) fn list_id(name: &str) -> String {
    let hash = name.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    (250_000_000 + hash % 100_000_000).to_string()
}

/// Writes a value as the machine format has it.
pub(crate) fn write_machine(out: &mut Vec<u8>, value: &Val<'_>, settings: &Settings) {
    match value {
        Val::Null => out.extend_from_slice(b"null"),
        Val::Text(text) | Val::Item { id: text, .. } => write_text(out, text),
        Val::Date(text) => write_text(out, text),
        Val::Number(number) => drop(write!(out, "{number}")),
        Val::Flag(flag) => drop(write!(out, "{flag}")),
        Val::Person {
            id,
            who,
            whole: true,
        } => write_person(out, id, *who),
        Val::Person {
            who: Some(who),
            whole: false,
            ..
        } if settings.reports_to_as_name => {
            write_text(out, &who.readable_name().unwrap_or_default());
        }
        Val::Person { id, .. } => write_text(out, id),
    }
}

fn write_person(out: &mut Vec<u8>, id: &str, who: Option<&Employee>) {
    out.extend_from_slice(b"{\"id\":");
    write_text(out, id);
    let part = |pick: fn(&Employee) -> Option<&str>| who.and_then(pick);
    for (key, value) in [
        ("firstName", part(|e| e.first_name.as_deref())),
        ("surname", part(|e| e.surname.as_deref())),
        ("email", part(|e| e.email.as_deref())),
        ("displayName", part(|e| e.display_name.as_deref())),
    ] {
        out.extend_from_slice(b",\"");
        out.extend_from_slice(key.as_bytes());
        out.extend_from_slice(b"\":");
        match value {
            Some(value) => write_text(out, value),
            None => out.extend_from_slice(b"null"),
        }
    }
    out.push(b'}');
}

/// Writes a value as people read it, always a string; false (and nothing written) when there is no value.
pub(crate) fn write_readable(out: &mut Vec<u8>, value: &Val<'_>, settings: &Settings) -> bool {
    match value {
        Val::Null => return false,
        Val::Text(text) | Val::Item { label: text, .. } => write_text(out, text),
        Val::Date(text) => write_text(out, &readable_date(text, settings)),
        Val::Number(number) => drop(write!(out, "\"{number}\"")),
        Val::Flag(flag) => write_text(out, if *flag { "Yes" } else { "No" }),
        Val::Person { id, who, .. } => match who.and_then(Employee::readable_name) {
            Some(name) => write_text(out, &name),
            None => write_text(out, id),
        },
    }
    true
}

/// `2023-02-01` as `01/02/2023`; what is no ISO date stays as it is.
fn readable_date<'a>(text: &'a str, settings: &Settings) -> Cow<'a, str> {
    let mut parts = text.split('-');
    match (
        settings.readable_dates,
        parts.next(),
        parts.next(),
        parts.next(),
        parts.next(),
    ) {
        (ReadableDates::Locale, Some(year), Some(month), Some(day), None) => {
            Cow::Owned(format!("{day}/{month}/{year}"))
        }
        _ => Cow::Borrowed(text),
    }
}

/// Writes a JSON string.
pub(crate) fn write_text(out: &mut Vec<u8>, text: &str) {
    // Writing a string into memory cannot fail.
    drop(serde_json::to_writer(out, text));
}

/// Writes a value of a type the field never has.
pub(crate) fn write_wrong(out: &mut Vec<u8>, subject: Subject<'_>, source: Source) {
    match source {
        // A number too large for a double: whoever reads it as one loses the last digits.
        Source::Id if is_number(&subject.employee.id) => {
            out.extend_from_slice(subject.employee.id.as_bytes());
        }
        Source::StartDate => out.extend_from_slice(b"20230201"),
        Source::Email => out.extend_from_slice(b"[\"first@acme.test\",\"second@acme.test\"]"),
        Source::Department => out.extend_from_slice(b"{\"id\":261454635,\"name\":\"Engineering\"}"),
        Source::Country => out.extend_from_slice(b"[\"Portugal\"]"),
        Source::Lifecycle => out.extend_from_slice(b"{\"status\":\"employed\"}"),
        _ => out.extend_from_slice(b"true"),
    }
}

fn is_number(id: &str) -> bool {
    id.bytes().all(|byte| byte.is_ascii_digit()) && !id.starts_with('0')
}
