//! Gathers the records of an answer into a roster.

use domain::{HrisId, Problem, text::Email};
use smol_str::{SmolStr, format_smolstr};

use super::{
    cell::Cell,
    countries,
    departments::Departments,
    lists::{NamedList, is_name},
    problem, reading, repair,
    wire::{NoRecord, Record, Want},
};
use crate::{Coverage, DepartmentIndex, Employee, Roster, Scope, Seen};

/// What has been read so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Gathered {
    employees: Vec<Employee>,
    /// Which records of the answer could not be read, counted from 1, and why.
    unreadable: Vec<(u64, &'static str)>,
    /// How many of those have no id at all.
    without_id: u64,
    coverage: Coverage,
    departments: Departments,
    /// Employees whose country nothing but the named list may tell, with the item's id.
    open_countries: Vec<(usize, SmolStr)>,
}

/// One element of the answer as it arrived.
#[derive(Clone, Copy, Debug)]
pub(super) enum Element<'a> {
    Text(&'a str),
    /// No proper text.
    Bytes(&'a [u8]),
}

impl<'a> From<&'a [u8]> for Element<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        str::from_utf8(bytes).map_or(Self::Bytes(bytes), Self::Text)
    }
}

impl<'a> Element<'a> {
    pub(super) fn bytes(self) -> &'a [u8] {
        match self {
            Self::Text(text) => text.as_bytes(),
            Self::Bytes(bytes) => bytes,
        }
    }
}

/// The named lists that are needed to read what is gathered.
#[derive(Clone, Debug, Default)]
pub(super) struct Lists {
    pub(super) departments: Option<NamedList>,
    pub(super) countries: Option<NamedList>,
}

impl Gathered {
    /// Records so far, readable or not.
    pub(super) fn records(&self) -> u64 {
        (self.employees.len() + self.unreadable.len()) as u64
    }

    pub(super) fn needs_departments(&self) -> bool {
        self.departments.need_list()
    }

    pub(super) fn needs_countries(&self) -> bool {
        self.open_countries.iter().any(|(_, item)| !is_name(item))
    }

    /// Takes one element of the answer.
    pub(super) fn take(&mut self, element: Element<'_>) {
        let read = match element {
            Element::Text(text) => Record::read(text),
            Element::Bytes(_) => Err(NoRecord::NotJson),
        };
        let outcome = match read {
            Ok(record) => self.employee(&record),
            Err(NoRecord::NotJson) => self.repaired(element.bytes()),
            Err(why) => Err(why.words()),
        };
        match outcome {
            Ok(employee) => {
                self.coverage.count(&employee);
                self.employees.push(employee);
            }
            Err(why) => self.unreadable.push((self.records() + 1, why)),
        }
    }

    /// Takes an element whose text cannot be read everywhere.
    fn repaired(&mut self, element: &[u8]) -> Result<Employee, &'static str> {
        let element = repair::mark_unreadable(element);
        let record = Record::read(&element).map_err(NoRecord::words)?;
        self.employee(&record)
    }

    fn employee(&mut self, record: &Record<'_>) -> Result<Employee, &'static str> {
        let cell = record.cell(Want::Id);
        self.without_id += u64::from(matches!(cell, Cell::Absent));
        let id = reading::id(cell).ok_or("it has no readable id")?;
        let (country, open) = countries::read(record.cell(Want::Country), &record.readable.country);
        if let Some(item) = open {
            self.open_countries.push((self.employees.len(), item));
        }
        Ok(Employee {
            first_name: reading::name(record.cell(Want::FirstName)),
            surname: reading::name(record.cell(Want::Surname)),
            display_name: reading::name(record.cell(Want::DisplayName)),
            email: reading::email(record.cell(Want::Email), &id),
            start_date: reading::date(record.cell(Want::StartDate)),
            end_date: reading::date(record.cell(Want::EndDate)),
            lifecycle: reading::lifecycle(record.cell(Want::Lifecycle), &record.readable.lifecycle),
            access: reading::access(record.cell(Want::Access)),
            manager: reading::manager(record),
            department: self.department(record),
            country,
            id,
        })
    }

    fn department(&mut self, record: &Record<'_>) -> Seen<DepartmentIndex> {
        match reading::item(record.cell(Want::Department)) {
            Seen::Value(id) => Seen::Value(
                self.departments
                    .note(&id, reading::label(&record.readable.department)),
            ),
            Seen::Absent => Seen::Absent,
            Seen::Null => Seen::Null,
            Seen::Bad(what) => Seen::Bad(what),
        }
    }

    /// Whoever has this email.
    pub(super) fn with_email(&self, email: &Email) -> Vec<HrisId> {
        let has_it = |employee: &&Employee| {
            let theirs = employee.email.value();
            theirs.is_some_and(|theirs| theirs.key() == email.key())
        };
        let found = self.employees.iter().filter(has_it);
        found.map(|employee| employee.id.clone()).collect()
    }

    /// Leaves out whoever was not asked for.
    pub(super) fn keep_only(&mut self, ids: &[HrisId]) {
        if self
            .employees
            .iter()
            .all(|employee| ids.contains(&employee.id))
        {
            return;
        }
        let open = std::mem::take(&mut self.open_countries);
        let mut open = open.into_iter().peekable();
        let mut coverage = Coverage::default();
        let mut kept = Vec::new();
        for (place, employee) in std::mem::take(&mut self.employees).into_iter().enumerate() {
            let item = open.next_if(|(at, _)| *at == place).map(|(_, item)| item);
            if !ids.contains(&employee.id) {
                continue;
            }
            self.open_countries
                .extend(item.map(|item| (kept.len(), item)));
            coverage.count(&employee);
            kept.push(employee);
        }
        self.employees = kept;
        self.coverage = coverage;
    }

    /// Everything as a roster, or a problem if too much was unreadable: a few bad records are passed
    /// over, but an answer that is mostly unreadable is a changed format and no company's data.
    pub(super) fn settle(mut self, lists: &Lists, scope: Scope) -> Result<Roster, Problem> {
        let (bad, all) = (self.unreadable.len() as u64, self.records());
        if bad > 5 && bad * 10 > all {
            // HiBob leaves out in silence what may not be seen, the id too.
            if self.without_id == all {
                return Err(problem::no_ids(all));
            }
            return Err(problem::too_many_unreadable(bad, all));
        }
        if let Some(list) = &lists.countries {
            for (place, item) in &self.open_countries {
                if let Some(country) = countries::by_list(list, item) {
                    self.employees[*place].country = country;
                }
            }
        }
        let (departments, moved) = self.departments.settle(lists.departments.as_ref());
        for employee in &mut self.employees {
            if let Seen::Value(place) = employee.department {
                employee.department = moved[place.0 as usize].map_or(Seen::Null, Seen::Value);
            }
        }
        let unreadable = self.unreadable.into_iter();
        Ok(Roster {
            employees: self.employees,
            departments,
            unreadable: unreadable
                .map(|(number, why)| format_smolstr!("record {number} of the answer: {why}"))
                .collect(),
            coverage: self.coverage,
            scope,
        })
    }
}
