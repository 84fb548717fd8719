//! Organisations.

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde::{Deserialize, Serialize};

use crate::OrganisationId;

/// A tenant. Nothing crosses it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organisation {
    /// Never changes.
    pub id: OrganisationId,
    /// What commands and addresses call it: lower-case letters, digits and hyphens.
    pub slug: String,
    /// What people call it.
    pub name: String,
    /// IANA name of the time zone whose midnight counts.
    pub time_zone: String,
}

impl Organisation {
    /// The day it is in the organisation's time zone.
    ///
    /// A zone that the machine's zone data no longer knows counts as UTC: a wrong midnight is a few
    /// hours off, no midnight at all would keep leavers in.
    pub fn today(&self, now: Timestamp) -> Date {
        let zone = TimeZone::get(&self.time_zone).unwrap_or(TimeZone::UTC);
        now.to_zoned_datetime(zone).date()
    }
}

/// Checks an IANA time zone name.
pub fn check_time_zone(name: &str) -> Result<(), String> {
    if TimeZone::get(name).is_ok() {
        return Ok(());
    }
    Err(format!(
        "{name:?} is no IANA time zone; accepted are names like UTC or Europe/Lisbon"
    ))
}

/// The slug a name suggests: lower-case ASCII letters and digits, runs of anything else a hyphen.
pub fn slug_of(name: &str) -> String {
    let mut slug = String::new();
    for letter in crate::text::search_key(name).chars() {
        if letter.is_ascii_alphanumeric() {
            slug.push(letter);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.truncate(63);
    slug.trim_end_matches('-').to_owned()
}

/// Checks a slug that somebody chose.
pub fn check_slug(slug: &str) -> Result<(), String> {
    let good = !slug.is_empty()
        && slug.len() <= 63
        && slug
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !slug.starts_with('-')
        && !slug.ends_with('-');
    if good {
        return Ok(());
    }
    Err(format!(
        "{slug:?} is no slug; accepted are up to 63 lower-case letters, digits and inner hyphens"
    ))
}
