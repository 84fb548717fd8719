//! Runs: one execution of fetch, plan, check and apply, and what it reports.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use crate::{RunId, words::words};

words! {
    /// Whether a run applies what it plans.
    RunKind {
        /// Applies.
        Sync = "sync",
        /// Shows and throws away.
        Preview = "preview",
    }
}

words! {
    /// What started a run.
    Trigger {
        /// The first sync of a connection.
        Connect = "connect",
        /// The daily schedule.
        Schedule = "schedule",
        /// "Sync now" in the Admin Hub.
        Manual = "manual",
        /// The HTTP API.
        Api = "api",
        /// The command line.
        Cli = "cli",
        /// A webhook of the HRIS.
        Webhook = "webhook",
        /// The midnight timer.
        Timer = "timer",
        /// A file of people, in the Admin Hub.
        Csv = "csv",
    }
}

impl Trigger {
    /// Whether such a run reads an HRIS: the others say nothing of how that goes.
    pub const fn reads_hris(self) -> bool {
        !matches!(self, Self::Timer | Self::Csv)
    }
}

words! {
    /// Where a run stands.
    RunState {
        /// Waits for its turn.
        Queued = "queued",
        /// Reads the HRIS.
        Fetching = "fetching",
        /// Makes and judges the plan.
        Planning = "planning",
        /// Waits for an admin; nothing was written.
        Held = "held",
        /// Writes.
        Applying = "applying",
        /// Done, everybody synced.
        Finished = "finished",
        /// Done, somebody was skipped.
        FinishedWithProblems = "finished_with_problems",
        /// Nothing was changed.
        Failed = "failed",
        /// A hold that an admin turned down, or that a newer plan replaced.
        Rejected = "rejected",
        /// Stopped by an admin before it wrote.
        Stopped = "stopped",
    }
}

impl RunState {
    /// Whether the run is still going. A held run is not.
    pub const fn is_going(self) -> bool {
        matches!(
            self,
            Self::Queued | Self::Fetching | Self::Planning | Self::Applying
        )
    }

    /// Whether the run stored its plan.
    pub const fn is_success(self) -> bool {
        matches!(self, Self::Finished | Self::FinishedWithProblems)
    }
}

/// How many employees had which outcome. `added` to `skipped` are exclusive and add up to
/// `employees`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each field is the outcome it counts")]
pub struct Counts {
    pub employees: u64,
    pub added: u64,
    pub updated: u64,
    pub archived: u64,
    pub restored: u64,
    pub unchanged: u64,
    pub upcoming: u64,
    pub out_of_scope: u64,
    pub skipped: u64,
    /// People with a flag, those missing from the roster included.
    pub flagged: u64,
    /// People missing from the roster whom the policy archived; they are no employees of the
    /// roster, so they stand beside the sum.
    #[serde(default)]
    pub archived_missing: u64,
}

words! {
    /// Why a plan is held. Stable: part of the API.
    HoldCode {
        /// Too many people would be archived at once.
        TooManyArchived = "too_many_archived",
        /// Too many within 168 hours.
        TooManyArchivedThisWeek = "too_many_archived_this_week",
        /// Too many linked people get another email or HRIS id.
        TooManyIdentityChanges = "too_many_identity_changes",
        /// Too many linked people get another approver.
        TooManyApproverChanges = "too_many_approver_changes",
        /// Too many linked people get another group.
        TooManyGroupChanges = "too_many_group_changes",
        /// Too many new people.
        TooManyAdded = "too_many_added",
        /// Too many linked people are missing from a whole answer.
        TooManyMissing = "too_many_missing",
        /// The plan is not the one that was previewed.
        ChangedSincePreview = "changed_since_preview",
    }
}

/// A limit that a plan is above.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// Which limit.
    pub code: HoldCode,
    /// The largest number that would have passed.
    pub limit: u64,
    /// The number found.
    pub found: u64,
    /// In words, with what the people have in common.
    pub detail: String,
}

words! {
    /// Why a run failed or was rejected. Stable: part of the API.
    ProblemCode {
        /// 401: the credentials were refused.
        CredentialsRefused = "credentials_refused",
        /// 403: the service user may not read people.
        NoPermission = "no_permission",
        /// No answer.
        Unreachable = "unreachable",
        /// The HRIS asked us to wait, too often or too long.
        RateLimited = "rate_limited",
        /// An answer that is none.
        BadAnswer = "bad_answer",
        /// An answer without anybody.
        EmptyRoster = "empty_roster",
        /// An answer that broke off.
        RosterIncomplete = "roster_incomplete",
        /// A field that most had is on nobody.
        SectionVanished = "section_vanished",
        /// An answer about other people.
        OtherCompany = "other_company",
        /// The process died; nothing was changed.
        Interrupted = "interrupted",
        /// A newer plan took the place of this hold.
        Superseded = "superseded",
        /// Approving found another plan than was shown.
        PlanChanged = "plan_changed",
        /// A needed field cannot be seen.
        MissingSection = "missing_section",
        /// Not the HRIS at all.
        NotHiBob = "not_hibob",
        /// An admin turned the hold down.
        RejectedByAdmin = "rejected_by_admin",
        /// Our own failure.
        Internal = "internal",
    }
}

/// What went wrong: what happened and what was not changed, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{detail} {mend}")]
pub struct Problem {
    /// Stable code.
    pub code: ProblemCode,
    /// What happened, and what was not changed.
    pub detail: String,
    /// What to do.
    pub mend: String,
}

impl Problem {
    /// A problem with its words.
    pub fn new(code: ProblemCode, detail: impl Into<String>, mend: impl Into<String>) -> Self {
        Self {
            code,
            detail: detail.into(),
            mend: mend.into(),
        }
    }
}

/// A run as it is reported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// Never changes.
    pub id: RunId,
    /// Sync or preview.
    pub kind: RunKind,
    /// What started it.
    pub trigger: Trigger,
    /// Where it stands.
    pub state: RunState,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
    /// The day a preview was made for, when not today.
    pub as_of: Option<Date>,
    /// How many employees had which outcome.
    pub counts: Counts,
    /// Limits the plan is above.
    pub hold: Vec<Hold>,
    /// Why it failed or was rejected.
    pub error: Option<Problem>,
}
