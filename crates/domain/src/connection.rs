//! The link between an organisation and its HRIS.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{ConnectionId, words::words};

words! {
    /// An HRIS that can be connected.
    Provider {
        /// HiBob.
        HiBob = "hibob",
    }
}

impl Provider {
    /// What people call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::HiBob => "HiBob",
        }
    }
}

words! {
    /// What is stored of a connection's state; `syncing`, `held` and the like follow from its runs.
    ConnectionState {
        /// Syncs on schedule.
        Connected = "connected",
        /// The schedule and webhooks rest; an admin can still sync.
        Paused = "paused",
        /// The credentials are erased; nothing is managed any more.
        Disconnected = "disconnected",
    }
}

words! {
    /// The days on which the schedule runs.
    Days {
        /// Every day.
        EveryDay = "every_day",
        /// Monday to Friday.
        Weekdays = "weekdays",
    }
}

/// When the daily sync runs, in UTC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Schedule {
    /// `HH:MM`, UTC.
    pub time: String,
    /// Which days.
    pub days: Days,
}

impl Default for Schedule {
    fn default() -> Self {
        Self {
            time: "09:00".to_owned(),
            days: Days::EveryDay,
        }
    }
}

words! {
    /// A wanted field of an employee, in every provider's answer.
    Field {
        /// First name.
        FirstName = "first_name",
        /// Surname.
        Surname = "surname",
        /// Preferred or display name.
        DisplayName = "display_name",
        /// Work email.
        Email = "email",
        /// First day of work.
        StartDate = "start_date",
        /// Department.
        Department = "department",
        /// Line manager.
        Manager = "manager",
        /// Lifecycle status.
        LifecycleStatus = "lifecycle_status",
        /// Access status.
        AccessStatus = "access_status",
        /// Termination date.
        TerminationDate = "termination_date",
        /// Country of the home address.
        Country = "country",
    }
}

/// An organisation's link to one HRIS. The token is not in here: it stands sealed in the database
/// and is opened only where a request is made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connection {
    /// Never changes.
    pub id: ConnectionId,
    /// Which HRIS.
    pub provider: Provider,
    /// State as stored.
    pub state: ConnectionState,
    /// Who we are to the HRIS.
    pub service_user_id: String,
    /// Since when.
    pub connected_at: Timestamp,
    /// When the daily sync runs.
    pub schedule: Schedule,
    /// Needed fields that the admin accepted as unseen, in the words of the check.
    pub accepted_missing: Vec<String>,
}
