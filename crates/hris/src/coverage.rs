//! Which wanted field was seen on how many employees: shared by all providers.

use std::collections::BTreeMap;

use domain::Field;
use serde::{Deserialize, Serialize};

use crate::{Employee, normalise::Lifecycle};

/// How many employees an answer had, and on how many of them each field's key was there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// Readable employees.
    pub employees: u64,
    /// Per field: on how many its key was there, null included. A field on nobody may be left out.
    pub seen: BTreeMap<Field, u64>,
    /// How many of them the HRIS calls terminated.
    #[serde(default)]
    pub leavers: u64,
    /// How many of them the HRIS calls hired: they start later.
    #[serde(default)]
    pub starters: u64,
}

impl Coverage {
    /// Counts one employee in.
    pub fn count(&mut self, employee: &Employee) {
        self.employees += 1;
        match employee.lifecycle.value().map(|reading| reading.status) {
            Some(Lifecycle::Terminated) => self.leavers += 1,
            Some(Lifecycle::Hired) => self.starters += 1,
            _ => {}
        }
        let seen = [
            (Field::FirstName, employee.first_name.is_seen()),
            (Field::Surname, employee.surname.is_seen()),
            (Field::DisplayName, employee.display_name.is_seen()),
            (Field::Email, employee.email.is_seen()),
            (Field::StartDate, employee.start_date.is_seen()),
            (Field::Department, employee.department.is_seen()),
            (Field::Manager, employee.manager.is_seen()),
            (Field::LifecycleStatus, employee.lifecycle.is_seen()),
            (Field::AccessStatus, employee.access.is_seen()),
            (Field::TerminationDate, employee.end_date.is_seen()),
            (Field::Country, employee.country.is_seen()),
        ];
        for (field, seen) in seen {
            if seen {
                *self.seen.entry(field).or_default() += 1;
            }
        }
    }

    /// On how many employees the field's key was there.
    pub fn of(&self, field: Field) -> u64 {
        self.seen.get(&field).copied().unwrap_or(0)
    }

    /// Whether the field's key was there on anybody.
    pub fn saw(&self, field: Field) -> bool {
        self.of(field) > 0
    }

    /// Fields that `before` saw for most people and this answer for nobody.
    pub fn vanished_since(&self, before: &Self) -> Vec<Field> {
        Field::ALL
            .iter()
            .copied()
            .filter(|field| before.of(*field) * 2 > before.employees && !self.saw(*field))
            .collect()
    }
}
