//! Employees and rosters in one canonical form for all providers.

use domain::{Country, HrisId, text::Email};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::{
    Coverage,
    normalise::{Access, Lifecycle},
};

/// What an answer said of one field of one employee.
///
/// HiBob leaves out what a service user may not see, without an error: an absent key says nothing
/// about the employee, while a null says that the field is empty. Keeping the two apart decides
/// whether somebody's data is cleared or left alone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Seen<T> {
    /// The key was not there: nothing is known.
    #[default]
    Absent,
    /// The key was there and empty (null, or blank text).
    Null,
    /// The key was there with something unreadable: what was seen, cut to a length one can show.
    Bad(SmolStr),
    /// A value.
    Value(T),
}

impl<T> Seen<T> {
    /// The value, if one was read.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            _ => None,
        }
    }

    /// Whether the key was there at all.
    pub fn is_seen(&self) -> bool {
        !matches!(self, Self::Absent)
    }
}

/// A lifecycle status with the word it was read from (needed where the word is unknown).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct LifecycleReading {
    /// What the word means.
    pub status: Lifecycle,
    /// The word.
    pub text: SmolStr,
}

/// An access status with the word it was read from.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct AccessReading {
    /// What the word means.
    pub status: Access,
    /// The word.
    pub text: SmolStr,
}

/// What was read of the country of a home address.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CountryReading {
    /// A country.
    Known(Country),
    /// Text that names no country for sure.
    Unknown(SmolStr),
}

/// Who the line manager is, as the HRIS names them.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ManagerRef {
    /// By id.
    Id(HrisId),
    /// By folded email, where the HRIS gave no id.
    Email(SmolStr),
}

/// A department as the answer names it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Department {
    /// The HRIS's own id; may be text that is itself the name.
    pub id: SmolStr,
    /// What people call it, trimmed.
    pub name: SmolStr,
}

/// Points into [`Roster::departments`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DepartmentIndex(pub u32);

/// A record as the HRIS tells it. Only fields that some rule needs are here.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Employee {
    /// The join key.
    pub id: HrisId,
    /// First name.
    pub first_name: Seen<SmolStr>,
    /// Surname.
    pub surname: Seen<SmolStr>,
    /// Preferred or display name, the whole of it.
    pub display_name: Seen<SmolStr>,
    /// Work email.
    pub email: Seen<Email>,
    /// First day of work.
    pub start_date: Seen<Date>,
    /// Termination date.
    pub end_date: Seen<Date>,
    /// Lifecycle status.
    pub lifecycle: Seen<LifecycleReading>,
    /// Access status.
    pub access: Seen<AccessReading>,
    /// Line manager.
    pub manager: Seen<ManagerRef>,
    /// Department.
    pub department: Seen<DepartmentIndex>,
    /// Country of the home address.
    pub country: Seen<CountryReading>,
}

impl Employee {
    /// An employee of whom nothing is known but the id.
    pub fn unknown(id: HrisId) -> Self {
        Self {
            id,
            first_name: Seen::Absent,
            surname: Seen::Absent,
            display_name: Seen::Absent,
            email: Seen::Absent,
            start_date: Seen::Absent,
            end_date: Seen::Absent,
            lifecycle: Seen::Absent,
            access: Seen::Absent,
            manager: Seen::Absent,
            department: Seen::Absent,
            country: Seen::Absent,
        }
    }
}

/// Whom a pull asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Everybody: who is not in the answer is missing.
    Whole,
    /// Some by id: absence says nothing.
    Named(Vec<HrisId>),
}

/// All employees of one pull, with what the pull could and could not see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Roster {
    /// In the order of the answer, duplicates included: order never matters past this point.
    pub employees: Vec<Employee>,
    /// Every department that an employee names, once per id.
    pub departments: Vec<Department>,
    /// Records that could not be told to be anybody's: what is wrong with each.
    pub unreadable: Vec<SmolStr>,
    /// Which field was seen on how many.
    pub coverage: Coverage,
    /// Whom the pull asked for.
    pub scope: Scope,
}

impl Roster {
    /// The department an index points to.
    pub fn department(&self, index: DepartmentIndex) -> &Department {
        &self.departments[index.0 as usize]
    }
}
