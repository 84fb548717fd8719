//! What an HRIS tells, in one canonical form.
//!
//! A [`Connector`] reads a provider and gives a [`Roster`]: all employees of one pull, with what the
//! pull could and could not see. Nothing past this crate knows which provider it was, and nothing in
//! here knows the directory or the database.

pub mod connector;
pub mod coverage;
pub mod employee;
mod fingerprint;
pub mod hibob;
pub mod normalise;
pub mod record;

pub use connector::{CheckRow, Connector, NoProgress, Preflight, Progress, PullError, Wanted};
pub use coverage::Coverage;
pub use employee::{
    AccessReading, CountryReading, Department, DepartmentIndex, Employee, LifecycleReading,
    ManagerRef, Roster, Scope, Seen,
};
pub use fingerprint::Fingerprint;
pub use record::EmployeeRecord;
