//! What the clock makes of somebody's status: Hired turns into Employed on the day.

use jiff::civil::Date;

use crate::{roster::Employee, settings::Settings};

/// Somebody's lifecycle label and access as of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Standing<'a> {
    pub(crate) lifecycle: Option<&'a str>,
    pub(crate) access: Option<&'a str>,
}

impl<'a> Standing<'a> {
    /// The standing of an employee on `today`, a day in the site's zone.
    pub(crate) fn of(employee: &'a Employee, today: Date, settings: &Settings) -> Self {
        let lifecycle = employee.lifecycle_status.as_deref();
        let access = employee.access_status.as_deref();
        let is = |label: &str| lifecycle.is_some_and(|status| status.eq_ignore_ascii_case(label));
        if is("Hired") && date(employee.start_date.as_deref()).is_some_and(|start| start <= today) {
            return Self {
                lifecycle: Some("Employed"),
                access: Some("Active"),
            };
        }
        let over = || date(employee.termination_date.as_deref()).is_some_and(|end| end < today);
        if settings.terminate_on_end_date && !is("Terminated") && over() {
            return Self {
                lifecycle: Some("Terminated"),
                access: Some("Inactive"),
            };
        }
        Self { lifecycle, access }
    }

    /// Whether an answer without `showInactive` leaves them out.
    pub(crate) fn is_inactive(&self) -> bool {
        self.access
            .is_some_and(|access| access.eq_ignore_ascii_case("Inactive"))
    }

    pub(crate) fn is(&self, label: &str) -> bool {
        self.lifecycle
            .is_some_and(|status| status.eq_ignore_ascii_case(label))
    }
}

/// A date of the roster, if it is one.
pub(crate) fn date(text: Option<&str>) -> Option<Date> {
    text.filter(|t| t.len() == 10)?.parse().ok()
}
