//! The company the sandbox pretends to be: employees and departments as the control surface speaks of them.

use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};
use smol_str::SmolStr;

/// The company id of a roster that names none.
pub const DEFAULT_COMPANY_ID: u64 = 636_192;

/// The keys of an employee, in the order they are written.
pub(crate) const EMPLOYEE_KEYS: [&str; 12] = [
    "id",
    "firstName",
    "surname",
    "displayName",
    "email",
    "startDate",
    "departmentId",
    "managerId",
    "lifecycleStatus",
    "accessStatus",
    "terminationDate",
    "country",
];

/// The keys of a department, in the order they are written.
pub(crate) const DEPARTMENT_KEYS: [&str; 4] = ["id", "name", "parentId", "archived"];

/// A whole company: what `PUT /_sandbox/roster` takes and `GET /_sandbox/roster` answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Roster {
    /// HiBob's number for the company; [`DEFAULT_COMPANY_ID`] when it is left out. Digits in a string are taken too.
    #[serde(default = "default_company_id", deserialize_with = "company_id")]
    pub company_id: u64,
    /// Everybody, in the order the answers list them.
    pub employees: Vec<Employee>,
    /// The items of the list `department`.
    #[serde(default)]
    pub departments: Vec<Department>,
}

/// One employee. Dates are text, so that a roster can hold what no calendar knows ("31 February"); `null` is `None`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Employee {
    /// `root.id`: HiBob's are 19 digits, larger than a double can hold.
    pub id: SmolStr,
    /// `root.firstName`.
    #[serde(default)]
    pub first_name: Option<SmolStr>,
    /// `root.surname`.
    #[serde(default)]
    pub surname: Option<SmolStr>,
    /// `root.displayName`.
    #[serde(default)]
    pub display_name: Option<SmolStr>,
    /// `root.email`.
    #[serde(default)]
    pub email: Option<SmolStr>,
    /// `work.startDate`, ISO in a sane roster.
    #[serde(default)]
    pub start_date: Option<SmolStr>,
    /// `work.department`: the id of a list item, numeric or textual.
    #[serde(default)]
    pub department_id: Option<SmolStr>,
    /// `work.reportsTo`: the id of another employee; an id nobody has is allowed.
    #[serde(default)]
    pub manager_id: Option<SmolStr>,
    /// `internal.lifecycleStatus` as its label reads ("Employed", "Parental leave", …).
    #[serde(default)]
    pub lifecycle_status: Option<SmolStr>,
    /// `internal.status`: `Active` or `Inactive`. Only `Inactive` hides somebody from `showInactive: false`.
    #[serde(default)]
    pub access_status: Option<SmolStr>,
    /// `internal.terminationDate`, ISO in a sane roster.
    #[serde(default)]
    pub termination_date: Option<SmolStr>,
    /// `address.country`: the country of the home address as somebody typed it.
    #[serde(default)]
    pub country: Option<SmolStr>,
}

/// One item of the list `department`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Department {
    /// The item's id: digits, or a text that is itself the name.
    pub id: SmolStr,
    /// The name people read; the id when it is left out.
    #[serde(default)]
    pub name: Option<SmolStr>,
    /// The item above this one.
    #[serde(default)]
    pub parent_id: Option<SmolStr>,
    /// Archived items are hidden from the list unless asked for, while old records still point at them.
    #[serde(default, deserialize_with = "null_is_default")]
    pub archived: bool,
}

/// Why a roster, or a change to one, cannot be taken; each is a sentence for the person who wrote it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RosterError {
    /// The text is no JSON, or a part of it has the wrong shape.
    #[error("{0}")]
    Shape(String),
    /// Two employees (or two departments) have one id.
    #[error("{kind} id {id} is there twice; every id may be there once")]
    Twice {
        /// `employee` or `department`.
        kind: &'static str,
        /// The id.
        id: SmolStr,
    },
    /// No employee has that id.
    #[error("there is no employee with id {0}")]
    Unknown(SmolStr),
}

impl Roster {
    /// Reads a roster from JSON and says which employee and which key is wrong when one is.
    pub fn from_json(json: &[u8]) -> Result<Self, RosterError> {
        let roster: Self = match serde_json::from_slice(json) {
            Ok(roster) => roster,
            Err(error) => return Err(RosterError::Shape(explain(json, &error))),
        };
        roster.check()?;
        Ok(roster)
    }

    /// Refuses empty ids and ids that are there twice.
    pub fn check(&self) -> Result<(), RosterError> {
        unique("employee", self.employees.iter().map(|e| &e.id))?;
        unique("department", self.departments.iter().map(|d| &d.id))
    }
}

impl Employee {
    /// Reads one employee from the keys of the control surface.
    pub fn from_value(value: &Value) -> Result<Self, RosterError> {
        let employee: Self = serde_json::from_value(value.clone()).map_err(|error| {
            RosterError::Shape(explain_one("employee", value, &error, &EMPLOYEE_KEYS))
        })?;
        if employee.id.is_empty() {
            return Err(RosterError::Shape("employee: `id` is empty".to_owned()));
        }
        Ok(employee)
    }

    /// This employee with some keys replaced; `null` clears one, a key that is not there stays as it is.
    pub fn patched(&self, patch: &Map<String, Value>) -> Result<Self, RosterError> {
        if patch
            .get("id")
            .is_some_and(|id| id.as_str() != Some(self.id.as_str()))
        {
            return Err(RosterError::Shape(
                "`id` cannot be changed; HiBob's ids are for life".to_owned(),
            ));
        }
        let mut value =
            serde_json::to_value(self).map_err(|e| RosterError::Shape(e.to_string()))?;
        if let Some(object) = value.as_object_mut() {
            object.extend(
                patch
                    .iter()
                    .map(|(key, value)| (key.clone(), value.clone())),
            );
        }
        Self::from_value(&value)
    }

    /// The name people read: the display name, else first name and surname.
    pub fn readable_name(&self) -> Option<SmolStr> {
        if let Some(name) = &self.display_name {
            return Some(name.clone());
        }
        match (&self.first_name, &self.surname) {
            (Some(first), Some(last)) => Some(smol_str::format_smolstr!("{first} {last}")),
            (Some(one), None) | (None, Some(one)) => Some(one.clone()),
            (None, None) => None,
        }
    }
}

impl Department {
    /// The name people read.
    pub fn label(&self) -> &SmolStr {
        self.name.as_ref().unwrap_or(&self.id)
    }
}

fn default_company_id() -> u64 {
    DEFAULT_COMPANY_ID
}

fn company_id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let value = Value::deserialize(deserializer)?;
    match &value {
        Value::Null => Some(DEFAULT_COMPANY_ID),
        Value::Number(number) => number.as_u64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
    .ok_or_else(|| {
        serde::de::Error::custom(format!("`company_id` is {value}; it is a whole number"))
    })
}

fn null_is_default<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    Ok(Option::<bool>::deserialize(deserializer)?.unwrap_or_default())
}

fn unique<'a>(
    kind: &'static str,
    ids: impl Iterator<Item = &'a SmolStr>,
) -> Result<(), RosterError> {
    let mut seen = FxHashSet::default();
    for id in ids {
        if id.is_empty() {
            return Err(RosterError::Shape(format!("{kind}: an `id` is empty")));
        }
        if !seen.insert(id.as_str()) {
            return Err(RosterError::Twice {
                kind,
                id: id.clone(),
            });
        }
    }
    Ok(())
}

/// Says where a roster that could not be read is wrong; slow, and only ever run on a bad one.
fn explain(json: &[u8], error: &serde_json::Error) -> String {
    let Ok(value) = serde_json::from_slice::<Value>(json) else {
        return format!("the roster is not JSON: {error}");
    };
    let Some(object) = value.as_object() else {
        return "the roster is not a JSON object with `company_id`, `employees` and `departments`"
            .to_owned();
    };
    if let Some(key) = object
        .keys()
        .find(|k| !["company_id", "employees", "departments"].contains(&k.as_str()))
    {
        return format!(
            "roster: unknown key `{key}`; the keys are company_id, employees, departments"
        );
    }
    items(object, "employees")
        .find_map(|(at, item)| wrong::<Employee>(&format!("employees[{at}]"), item, &EMPLOYEE_KEYS))
        .or_else(|| {
            items(object, "departments").find_map(|(at, item)| {
                wrong::<Department>(&format!("departments[{at}]"), item, &DEPARTMENT_KEYS)
            })
        })
        .unwrap_or_else(|| format!("roster: {error}"))
}

fn items<'a>(
    object: &'a Map<String, Value>,
    key: &str,
) -> impl Iterator<Item = (usize, &'a Value)> {
    object
        .get(key)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .enumerate()
}

fn wrong<T: for<'de> Deserialize<'de>>(place: &str, item: &Value, keys: &[&str]) -> Option<String> {
    let error = serde_json::from_value::<T>(item.clone()).err()?;
    Some(explain_one(place, item, &error, keys))
}

fn explain_one(place: &str, item: &Value, error: &serde_json::Error, keys: &[&str]) -> String {
    let Some(object) = item.as_object() else {
        return format!("{place} is not a JSON object");
    };
    let who = object
        .get("id")
        .and_then(Value::as_str)
        .map_or(String::new(), |id| format!(" (id {id})"));
    if let Some(key) = object.keys().find(|key| !keys.contains(&key.as_str())) {
        return format!(
            "{place}{who}: unknown key `{key}`; the keys are {}",
            keys.join(", ")
        );
    }
    if object.get("id").is_none_or(Value::is_null) {
        return format!("{place}: `id` is missing");
    }
    let bad = object.iter().find(|(key, value)| match key.as_str() {
        "archived" => !value.is_boolean() && !value.is_null(),
        _ => !value.is_string() && !value.is_null(),
    });
    match bad {
        Some((key, value)) if key == "archived" => {
            format!("{place}{who}: `{key}` is {value}; it is true, false or null")
        }
        Some((key, value)) => format!("{place}{who}: `{key}` is {value}; it is a string or null"),
        None => format!("{place}{who}: {error}"),
    }
}

/// A roster with the look-ups the answers need.
#[derive(Debug, Clone)]
pub(crate) struct Company {
    pub(crate) roster: Roster,
    by_id: FxHashMap<SmolStr, u32>,
    departments: FxHashMap<SmolStr, u32>,
}

impl Company {
    pub(crate) fn new(roster: Roster) -> Self {
        let by_id = roster
            .employees
            .iter()
            .zip(0u32..)
            .map(|(e, at)| (e.id.clone(), at))
            .collect();
        let departments = roster
            .departments
            .iter()
            .zip(0u32..)
            .map(|(d, at)| (d.id.clone(), at))
            .collect();
        Self {
            roster,
            by_id,
            departments,
        }
    }

    pub(crate) fn position(&self, id: &str) -> Option<u32> {
        self.by_id.get(id).copied()
    }

    pub(crate) fn employee(&self, id: &str) -> Option<&Employee> {
        self.position(id)
            .map(|at| &self.roster.employees[at as usize])
    }

    pub(crate) fn department(&self, id: &str) -> Option<&Department> {
        self.departments
            .get(id)
            .map(|at| &self.roster.departments[*at as usize])
    }

    pub(crate) fn len(&self) -> u32 {
        self.roster.employees.len() as u32
    }

    /// Puts an employee in place of the one with the same id.
    pub(crate) fn replace(&mut self, at: u32, employee: Employee) {
        self.roster.employees[at as usize] = employee;
    }

    pub(crate) fn push(&mut self, employee: Employee) {
        self.by_id.insert(employee.id.clone(), self.len());
        self.roster.employees.push(employee);
    }

    /// Takes an employee out; everybody after moves up, so the positions are counted anew.
    pub(crate) fn remove(&mut self, at: u32) -> Employee {
        let gone = self.roster.employees.remove(at as usize);
        self.by_id = self
            .roster
            .employees
            .iter()
            .zip(0u32..)
            .map(|(e, at)| (e.id.clone(), at))
            .collect();
        gone
    }
}
