//! What an organisation decides about its sync: rules and safeguards.

use serde::{Deserialize, Serialize};

use crate::{PersonId, words::words};

words! {
    /// Which midnight of the termination date archives.
    ArchiveAt {
        /// The midnight that ends the day: the last day is worked.
        EndOfDay = "end_of_day",
        /// The midnight that begins the day.
        StartOfDay = "start_of_day",
    }
}

/// The rules of an organisation. The defaults are what an admin who changes nothing gets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Which midnight of the termination date archives.
    pub archive_at: ArchiveAt,
    /// Keep memberships made by hand beside the department's group.
    pub keep_manual_groups: bool,
    /// Use the preferred or display first name.
    pub use_preferred_name: bool,
    /// Archive people missing from this many successful runs in a row; never by default, since
    /// absence is not leaving.
    pub archive_missing_after_runs: Option<u32>,
    /// Treat the access status "Inactive" as leaving.
    pub archive_inactive: bool,
    /// Who approves for people without an approver.
    pub fallback_approver_ids: Vec<PersonId>,
    /// When a plan is held for review.
    pub safeguards: Safeguards,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            archive_at: ArchiveAt::EndOfDay,
            keep_manual_groups: false,
            use_preferred_name: false,
            archive_missing_after_runs: None,
            archive_inactive: false,
            fallback_approver_ids: Vec::new(),
            safeguards: Safeguards::default(),
        }
    }
}

impl Policy {
    /// Checks the numbers.
    ///
    /// # Errors
    /// One sentence naming the setting, what was found and what is accepted.
    pub fn check(&self) -> Result<(), String> {
        if self.archive_missing_after_runs == Some(0) {
            return Err(
                "archive_missing_after_runs is 0; accepted are null or a number from 1 on"
                    .to_owned(),
            );
        }
        for (name, percent) in self.safeguards.percentages() {
            if percent > 100 {
                return Err(format!(
                    "safeguards.{name} is {percent}; accepted are 0 to 100"
                ));
            }
        }
        Ok(())
    }
}

/// Limits above which a plan is held: a number must be above both the floor and the percentage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(
    missing_docs,
    reason = "each pair is named by what it limits; product rules in docs/safeguards.md"
)]
pub struct Safeguards {
    pub archive_percent: u32,
    pub archive_floor: u32,
    pub archive_week_percent: u32,
    pub archive_week_floor: u32,
    pub identity_percent: u32,
    pub identity_floor: u32,
    pub approver_percent: u32,
    pub approver_floor: u32,
    pub group_percent: u32,
    pub group_floor: u32,
    pub added_percent: u32,
    pub added_floor: u32,
    pub missing_percent: u32,
    pub missing_floor: u32,
}

impl Default for Safeguards {
    fn default() -> Self {
        Self {
            archive_percent: 10,
            archive_floor: 5,
            archive_week_percent: 20,
            archive_week_floor: 10,
            identity_percent: 5,
            identity_floor: 5,
            approver_percent: 50,
            approver_floor: 10,
            group_percent: 50,
            group_floor: 10,
            added_percent: 25,
            added_floor: 20,
            missing_percent: 10,
            missing_floor: 5,
        }
    }
}

impl Safeguards {
    fn percentages(&self) -> [(&'static str, u32); 7] {
        [
            ("archive_percent", self.archive_percent),
            ("archive_week_percent", self.archive_week_percent),
            ("identity_percent", self.identity_percent),
            ("approver_percent", self.approver_percent),
            ("group_percent", self.group_percent),
            ("added_percent", self.added_percent),
            ("missing_percent", self.missing_percent),
        ]
    }
}
