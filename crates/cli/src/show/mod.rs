//! The same in words that `--json` prints as a document.

pub(crate) mod explanation;
pub(crate) mod integration;
pub(crate) mod person;
pub(crate) mod run;
mod table;
pub(crate) mod undo;
pub(crate) mod whole;

use jiff::{Timestamp, Unit};

pub(crate) use table::table;

/// An instant to the second, in UTC.
pub(crate) fn instant(at: Timestamp) -> String {
    at.round(Unit::Second).unwrap_or(at).to_string()
}

/// `1 person`, `2 people`.
pub(crate) fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// A person as they are named everywhere: name and email as far as known.
pub(crate) fn called(name: &str, email: &str) -> String {
    match (name.is_empty() || name == email, email.is_empty()) {
        (true, true) => "(no name)".to_owned(),
        (true, false) => format!("<{email}>"),
        (false, true) => name.to_owned(),
        (false, false) => format!("{name} <{email}>"),
    }
}
