//! The wanted fields: what HiBob calls them, in which section their permission is, and what stops
//! without them.

use std::collections::BTreeMap;

use domain::Field;
use serde_json::Value;

use crate::{CheckRow, Coverage, Wanted, normalise};

/// What HiBob needs a service user's *Home* section for, and why no row of the trial names it.
pub(super) const HOME_NOTE: &str = "The section Home holds family data and no address. Rollcall reads nothing of it, so it may stay closed; the country of the home address is in the section Address.";

/// The fields that are asked for, by HiBob's ids. Nothing is asked for that no rule needs.
pub(super) const ASKED: [&str; 13] = [
    "root.id",
    "root.firstName",
    "root.surname",
    "root.displayName",
    "root.email",
    "work.startDate",
    "work.department",
    "work.reportsTo",
    "work.manager",
    "internal.lifecycleStatus",
    "internal.status",
    "internal.terminationDate",
    "address.country",
];

/// What is asked for, each with the field that it is read as; the employee's id is no field of theirs.
pub fn asked() -> Vec<(&'static str, Option<Field>)> {
    let read_as = |path: &str| match path {
        // An older name of the same.
        "work.manager" => Some(Field::Manager),
        path => Field::ALL.iter().copied().find(|field| id(*field) == path),
    };
    ASKED
        .into_iter()
        .map(|path| (path, read_as(path)))
        .collect()
}

/// HiBob's id of a field, as the metadata lists it.
fn id(field: Field) -> &'static str {
    match field {
        Field::FirstName => "root.firstName",
        Field::Surname => "root.surname",
        Field::DisplayName => "root.displayName",
        Field::Email => "root.email",
        Field::StartDate => "work.startDate",
        Field::Department => "work.department",
        Field::Manager => "work.reportsTo",
        Field::LifecycleStatus => "internal.lifecycleStatus",
        Field::AccessStatus => "internal.status",
        Field::TerminationDate => "internal.terminationDate",
        Field::Country => "address.country",
    }
}

/// The section as HiBob ships it (HiBob's documentation, categories and permissions); companies move
/// fields, so the metadata is asked first.
fn shipped_section(field: Field) -> &'static str {
    match field {
        Field::FirstName | Field::Surname | Field::DisplayName | Field::Email => "Basic info",
        Field::StartDate | Field::Department | Field::Manager => "Work",
        Field::LifecycleStatus | Field::AccessStatus | Field::TerminationDate => "Lifecycle",
        Field::Country => "Address",
    }
}

fn wanted(field: Field) -> Wanted {
    match field {
        Field::FirstName | Field::Surname | Field::Email | Field::StartDate | Field::Country => {
            Wanted::Required
        }
        Field::LifecycleStatus | Field::TerminationDate => Wanted::Confirmed,
        Field::DisplayName | Field::Department | Field::Manager | Field::AccessStatus => {
            Wanted::Optional
        }
    }
}

fn effect(field: Field) -> &'static str {
    match field {
        Field::FirstName | Field::Surname => {
            "Without names nobody could be recognised, so nothing would be synced."
        }
        Field::Email => {
            "Without emails nobody could be matched or invited, so nothing would be synced."
        }
        Field::StartDate => {
            "An account is created on the start date, so without it nobody would be added."
        }
        Field::Country => {
            "The country of the home address decides which content a person sees, so without it nobody would be added."
        }
        Field::LifecycleStatus => {
            "Without it, people whom HiBob calls terminated would not be archived because of that."
        }
        Field::TerminationDate => "Without it, nobody would be archived on their termination date.",
        Field::DisplayName => {
            "Without it, preferred names cannot be shown; first names and surnames are."
        }
        Field::Department => "Without it, groups are not synced and stay as they are.",
        Field::Manager => "Without it, approvers are not synced and stay as they are.",
        Field::AccessStatus => {
            "Without it, people whose access to HiBob is inactive are not pointed out."
        }
    }
}

/// The names of the sections, as far as the metadata has told them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Sections(BTreeMap<Field, String>);

impl Sections {
    /// Reads HiBob's field metadata: an array, or an object that holds it under `fields`.
    pub(super) fn read(metadata: &Value) -> Option<Self> {
        let fields = metadata
            .as_array()
            .or_else(|| metadata.get("fields")?.as_array())?;
        let mut sections = BTreeMap::new();
        for field in Field::ALL {
            let found = fields
                .iter()
                .find(|entry| entry.get("id").and_then(Value::as_str) == Some(id(*field)));
            if let Some(name) = found.and_then(section_name) {
                sections.insert(*field, name);
            }
        }
        Some(Self(sections))
    }

    /// What HiBob calls the section.
    pub(super) fn of(&self, field: Field) -> &str {
        self.0
            .get(&field)
            .map_or_else(|| shipped_section(field), String::as_str)
    }

    /// The rows of the trial.
    pub(super) fn rows(&self, coverage: &Coverage) -> Vec<CheckRow> {
        let row = |field: Field| CheckRow {
            field,
            section: self.of(field).to_owned(),
            seen: coverage.saw(field),
            wanted: wanted(field),
            effect: effect(field).to_owned(),
            mend: mend(self.of(field)),
        };
        Field::ALL.iter().copied().map(row).collect()
    }
}

/// The display name, or else the id of the section made readable (`personalContact`).
fn section_name(entry: &Value) -> Option<String> {
    let text = |key: &str| {
        let text = entry.get(key)?.as_str()?;
        normalise::clean_text(text, 100).map(String::from)
    };
    text("categoryDisplayName")
        .or_else(|| text("categoryId"))
        .or_else(|| text("category"))
}

fn mend(section: &str) -> String {
    format!(
        "In HiBob, open Settings > Permission groups, choose the group of the service user (Settings > Integrations > Service users names it), then People's data > {section}, and tick \"View selected employees' {section} sections\"."
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn section_names_come_from_the_metadata_in_both_shapes_and_else_from_what_hibob_ships() {
        let fields = json!([
            {"id": "root.email", "categoryId": "about", "categoryDisplayName": "About", "description": null},
            {"id": "address.country", "categoryId": "personalContact"},
            {"id": "work.startDate", "categoryDisplayName": 7},
            "nonsense",
        ]);
        for metadata in [fields.clone(), json!({"fields": fields})] {
            let sections = Sections::read(&metadata).unwrap();
            assert_eq!(sections.of(Field::Email), "About");
            assert_eq!(sections.of(Field::Country), "personalContact");
            assert_eq!(sections.of(Field::StartDate), "Work");
            assert_eq!(sections.of(Field::Surname), "Basic info");
        }
        for metadata in [json!({}), json!("x"), json!({"error": "x"}), json!(null)] {
            assert_eq!(Sections::read(&metadata), None);
        }
    }

    #[test]
    fn every_wanted_field_has_a_row_and_is_asked_for() {
        let rows = Sections::default().rows(&Coverage::default());
        assert_eq!(rows.len(), Field::ALL.len());
        for row in rows {
            assert!(ASKED.contains(&id(row.field)), "{:?}", row.field);
            assert!(!row.seen);
            assert!(row.mend.contains(&row.section) && row.effect.ends_with('.'));
        }
    }
}
