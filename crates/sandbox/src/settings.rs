//! Switches for what HiBob's documentation and the wire disagree on, and for limits a test wants out of its way.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What `PUT /_sandbox/settings` takes: the whole set, a key left out being its default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one independent switch of the control surface"
)]
pub struct Settings {
    /// `filters: []` is 400. One client met that, others send it always; off by default.
    pub strict_empty_filters: bool,
    /// How `humanReadable` writes dates.
    pub readable_dates: ReadableDates,
    /// Seconds a read stays behind a write; HiBob's documentation speaks of about 20. 0 switches it off.
    pub read_after_write_lag_seconds: u32,
    /// Whether calls are counted and refused with 429 above the limit.
    pub rate_limit: bool,
    /// Calls a minute to `people/search`, to read one and to the tables: 50 in HiBob's documentation.
    pub rate_limit_per_minute: u32,
    /// Calls a minute to every other endpoint; HiBob gives no number.
    pub other_rate_limit_per_minute: u32,
    /// Whether a 429 also carries `Retry-After`, which HiBob's documentation does not promise.
    pub retry_after: bool,
    /// Whether repeated refusals (50 in 10 s) block the caller for five minutes, as HiBob's firewall does.
    pub firewall: bool,
    /// Whether an answer is compressed when the caller accepts gzip.
    pub gzip: bool,
    /// Fields an admin moved to another section: field id to section. The ids do not change, the permission does.
    pub field_sections: BTreeMap<String, String>,
    /// The case of `internal.lifecycleStatus` on the wire.
    pub lifecycle_case: LifecycleCase,
    /// What the machine value of `address.country` is.
    pub country_values: CountryValues,
    /// How the slash keys of the section `work` are spelt.
    pub work_slash_keys: WorkSlashKeys,
    /// Whether the slash keys are there at all.
    pub slash_keys: bool,
    /// Whether `root.id` comes along when it was not asked for (a documented sample has it so).
    pub id_always: bool,
    /// `work.reportsTo` is a plain name, as in captures of the retired `GET /people`.
    pub reports_to_as_name: bool,
    /// `POST /people/{identifier}` wraps its answer in `employees`, as the 2025 `OpenAPI` document says.
    pub wrap_one: bool,
    /// `GET /company/people/fields` answers `{"fields": […]}`.
    pub wrap_fields: bool,
    /// `GET /company/named-lists` answers an array, as the `OpenAPI` document says.
    pub lists_as_array: bool,
    /// Whether the service user has the right to section histories: without it the tables have their current row only.
    pub histories: bool,
    /// The bulk tables call their cursor `cursor` (2025) and not `next_cursor`.
    pub old_bulk_cursor: bool,
    /// The bulk tables wrap their rows in `{"values", "restricted_columns"}`.
    pub wrap_bulk_rows: bool,
    /// Webhooks carry `fieldUpdates` as objects with an `id` and not as plain ids.
    pub field_updates_as_objects: bool,
    /// The zone in which midnight turns Hired into Employed: an IANA name.
    pub site_time_zone: String,
    /// Whether somebody whose termination date is over becomes Terminated by the clock.
    pub terminate_on_end_date: bool,
}

/// How `humanReadable` writes dates.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReadableDates {
    /// `01/02/2023`: day first, as the older pages and every capture show.
    #[default]
    Locale,
    /// `2023-02-01`, as newer text says.
    Iso,
}

/// The case of `internal.lifecycleStatus` on the wire.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LifecycleCase {
    /// `garden leave`.
    #[default]
    Lower,
    /// `Garden leave`: as the label is written.
    Label,
}

/// What the machine value of `address.country` is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CountryValues {
    /// The country's name.
    #[default]
    Name,
    /// The id of an item of the list `country`.
    Id,
}

/// How the slash keys of the section `work` are spelt.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WorkSlashKeys {
    /// `/work/startDate`, the JSON pointer.
    #[default]
    Pointer,
    /// `startDate`, the bare name.
    Bare,
    /// Both of them.
    Both,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            strict_empty_filters: false,
            readable_dates: ReadableDates::default(),
            read_after_write_lag_seconds: 0,
            rate_limit: true,
            rate_limit_per_minute: 50,
            other_rate_limit_per_minute: 100,
            retry_after: false,
            firewall: true,
            gzip: false,
            field_sections: BTreeMap::new(),
            lifecycle_case: LifecycleCase::default(),
            country_values: CountryValues::default(),
            work_slash_keys: WorkSlashKeys::default(),
            slash_keys: true,
            id_always: true,
            reports_to_as_name: false,
            wrap_one: false,
            wrap_fields: false,
            lists_as_array: false,
            histories: true,
            old_bulk_cursor: false,
            wrap_bulk_rows: false,
            field_updates_as_objects: false,
            site_time_zone: "UTC".to_owned(),
            terminate_on_end_date: false,
        }
    }
}

impl Settings {
    /// Refuses a zone nobody knows, a field nobody has and a section nobody has.
    pub(crate) fn check(&self) -> Result<(), String> {
        jiff::tz::TimeZone::get(&self.site_time_zone).map_err(|_| {
            format!(
                "`site_time_zone` is `{}`; it is an IANA name such as Europe/Lisbon",
                self.site_time_zone
            )
        })?;
        for (field, section) in &self.field_sections {
            if crate::catalogue::find(field).is_none() {
                return Err(format!(
                    "`field_sections` names `{field}`, which is no field of the sandbox"
                ));
            }
            crate::catalogue::known_section(section)?;
        }
        Ok(())
    }
}
