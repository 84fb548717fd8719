//! An employee apart from any roster: what is kept of the last time they were seen.
//!
//! As JSON a key that was absent is left out, an empty field is null, an unreadable one is
//! `{"bad": "what was seen"}`, and a value is the value; so nothing that decides is lost.

use domain::{HrisId, text::Email};
use jiff::civil::Date;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer, ser::SerializeMap as _};
use smol_str::SmolStr;

use crate::{
    AccessReading, CountryReading, Coverage, Department, DepartmentIndex, Employee,
    LifecycleReading, ManagerRef, Roster, Scope, Seen,
};

/// An employee with the department by id and name instead of by its place in a roster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields of `Employee`, by name")]
pub struct EmployeeRecord {
    pub id: HrisId,
    #[serde(default, skip_serializing_if = "is_absent")]
    pub first_name: Seen<SmolStr>,
    #[serde(default, skip_serializing_if = "is_absent")]
    pub surname: Seen<SmolStr>,
    #[serde(default, skip_serializing_if = "is_absent")]
    pub display_name: Seen<SmolStr>,
    #[serde(default, skip_serializing_if = "is_absent")]
    pub email: Seen<Email>,
    #[serde(default, skip_serializing_if = "is_absent")]
    pub start_date: Seen<Date>,
    #[serde(default, skip_serializing_if = "is_absent")]
    pub end_date: Seen<Date>,
    #[serde(default, skip_serializing_if = "is_absent")]
    pub lifecycle: Seen<LifecycleReading>,
    #[serde(default, skip_serializing_if = "is_absent")]
    pub access: Seen<AccessReading>,
    #[serde(default, skip_serializing_if = "is_absent")]
    pub manager: Seen<ManagerRef>,
    #[serde(default, skip_serializing_if = "is_absent")]
    pub department: Seen<Department>,
    #[serde(default, skip_serializing_if = "is_absent")]
    pub country: Seen<CountryReading>,
}

impl EmployeeRecord {
    /// The home country, where one was read.
    pub fn known_country(&self) -> Option<domain::Country> {
        match self.country.value() {
            Some(CountryReading::Known(country)) => Some(*country),
            _ => None,
        }
    }
}

impl Roster {
    /// One of this roster's employees as a record of its own.
    pub fn record(&self, employee: &Employee) -> EmployeeRecord {
        let Employee {
            id,
            first_name,
            surname,
            display_name,
            email,
            start_date,
            end_date,
            lifecycle,
            access,
            manager,
            department,
            country,
        } = employee.clone();
        EmployeeRecord {
            id,
            first_name,
            surname,
            display_name,
            email,
            start_date,
            end_date,
            lifecycle,
            access,
            manager,
            department: department.map(|index| self.department(index).clone()),
            country,
        }
    }

    /// A whole roster made of records.
    ///
    /// Records of different days may know one department by different names: the first one counts.
    pub fn of_records(records: impl IntoIterator<Item = EmployeeRecord>) -> Self {
        let mut roster = Self {
            employees: Vec::new(),
            departments: Vec::new(),
            unreadable: Vec::new(),
            coverage: Coverage::default(),
            scope: Scope::Whole,
        };
        let mut places = FxHashMap::default();
        for record in records {
            let employee = roster.employee_of(record, &mut places);
            roster.coverage.count(&employee);
            roster.employees.push(employee);
        }
        roster
    }

    fn employee_of(
        &mut self,
        record: EmployeeRecord,
        places: &mut FxHashMap<SmolStr, DepartmentIndex>,
    ) -> Employee {
        let EmployeeRecord {
            id,
            first_name,
            surname,
            display_name,
            email,
            start_date,
            end_date,
            lifecycle,
            access,
            manager,
            department,
            country,
        } = record;
        let department = department.map(|department| {
            *places.entry(department.id.clone()).or_insert_with(|| {
                self.departments.push(department);
                DepartmentIndex(self.departments.len() as u32 - 1)
            })
        });
        Employee {
            id,
            first_name,
            surname,
            display_name,
            email,
            start_date,
            end_date,
            lifecycle,
            access,
            manager,
            department,
            country,
        }
    }
}

impl<T> Seen<T> {
    fn map<U>(self, value: impl FnOnce(T) -> U) -> Seen<U> {
        match self {
            Self::Absent => Seen::Absent,
            Self::Null => Seen::Null,
            Self::Bad(text) => Seen::Bad(text),
            Self::Value(seen) => Seen::Value(value(seen)),
        }
    }
}

fn is_absent<T>(seen: &Seen<T>) -> bool {
    !seen.is_seen()
}

impl<T: Serialize> Serialize for Seen<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            // The key of an absent one is left out by whoever has the key.
            Self::Absent | Self::Null => serializer.serialize_none(),
            Self::Bad(text) => {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry("bad", text)?;
                map.end()
            }
            Self::Value(value) => value.serialize(serializer),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Seen<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        /// No value is an object with the key `bad`.
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Kept<T> {
            Bad { bad: SmolStr },
            Value(T),
        }
        Ok(match Option::<Kept<T>>::deserialize(deserializer)? {
            None => Self::Null,
            Some(Kept::Bad { bad }) => Self::bad(bad),
            Some(Kept::Value(value)) => Self::Value(value),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(json: &str) -> EmployeeRecord {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn absent_null_bad_and_value_stay_apart() {
        let json = concat!(
            r#"{"id":"3332883884017713938","first_name":"Nadia","surname":null,"#,
            r#""email":"Nadia@acme.test","start_date":{"bad":"soon"},"end_date":"2026-12-31","#,
            r#""lifecycle":{"status":"garden_leave","text":"Garden Leave"},"#,
            r#""manager":{"id":"7"},"department":{"id":"10","name":"Engineering"},"#,
            r#""country":{"known":"PT"}}"#
        );
        let record = record(json);
        assert_eq!(record.display_name, Seen::Absent);
        assert_eq!(record.surname, Seen::Null);
        assert_eq!(record.start_date, Seen::bad("soon"));
        assert_eq!(serde_json::to_string(&record).unwrap(), json);
    }

    #[test]
    fn a_roster_of_records_gives_the_same_records() {
        let records = [
            record(r#"{"id":"1","department":{"id":"10","name":"Engineering"}}"#),
            record(r#"{"id":"2","department":{"id":"20","name":"Sales"}}"#),
            record(r#"{"id":"3","department":{"id":"10","name":"Engineering"}}"#),
            record(r#"{"id":"4","country":{"unknown":"Atlantis"},"department":null}"#),
        ];
        let roster = Roster::of_records(records.clone());
        assert_eq!(roster.departments.len(), 2);
        let again: Vec<_> = roster
            .employees
            .iter()
            .map(|employee| roster.record(employee))
            .collect();
        assert_eq!(again, records);
    }
}
