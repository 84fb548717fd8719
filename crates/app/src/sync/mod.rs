//! One run: fetch, plan, judge, then apply, hold or show.
//!
//! ```text
//! lock ─ begin ─ fetch ┬ plan ─ judge ─┬ apply (one transaction) ─ finished
//!                read  ┘               ├ hold
//!                                      └ fail
//! ```
//!
//! Whatever starts a run only says "this organisation, now"; the run reads everything itself. While
//! it fetches, the directory is read. The plan is made and judged outside of any transaction, and
//! stored only if the directory is still the one it was made for; otherwise it is made again, and
//! after a few times in vain within the transaction that stores it.

mod apply;
mod base;
mod close;
mod request;
mod turn;

use domain::{
    ConnectionId, Hold, HoldCode, HrisId, Organisation, Policy, Run, RunId, RunKind, RunState,
    Trigger,
};
use hris::{Coverage, Progress, Roster, Scope};
use jiff::civil::Date;
use reconcile::{Concern, Directory, Plan, Verdict};
use store::{Reach, RunLock, StoredPlan};

pub(crate) use apply::{Applied, disconnected};
pub(crate) use base::Base;
pub(crate) use request::no_longer_shown;
pub(crate) use turn::is_timer;

/// A run to be made.
#[derive(Clone, Debug)]
pub struct SyncRequest {
    /// Apply it, or only show it.
    pub kind: RunKind,
    /// What started it.
    pub trigger: Trigger,
    /// For a preview: the day it is made for.
    pub as_of: Option<Date>,
    /// Apply only if the plan is still the one of this preview.
    pub expect: Option<RunId>,
}

/// Hears how a run goes on.
pub trait RunProgress: Send + Sync {
    /// The run is in another state.
    fn phase(&self, state: RunState);
    /// So many employees have been read.
    fn fetched(&self, employees: u64);
    /// The run waits, for this many seconds and this reason.
    fn waiting(&self, seconds: u64, reason: &str);
    /// So many of so many changes have been written.
    fn applying(&self, done: u64, total: u64);
}

/// Nobody listens.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoRunProgress;

impl RunProgress for NoRunProgress {
    fn phase(&self, _: RunState) {}
    fn fetched(&self, _: u64) {}
    fn waiting(&self, _: u64, _: &str) {}
    fn applying(&self, _: u64, _: u64) {}
}

/// A run's listener as the connector sees it.
pub(crate) struct Fetching<'a>(pub(crate) &'a dyn RunProgress);

impl Progress for Fetching<'_> {
    fn fetched(&self, employees: u64) {
        self.0.fetched(employees);
    }

    fn waiting(&self, seconds: u64, reason: &str) {
        self.0.waiting(seconds, reason);
    }
}

/// Everything a run needs to know while it goes on.
pub(crate) struct Going<'a> {
    pub(crate) org: &'a Organisation,
    /// The connection it reads; the midnight timer reads none.
    pub(crate) connection: Option<ConnectionId>,
    pub(crate) run: Run,
    pub(crate) progress: &'a dyn RunProgress,
    /// The right to write; a preview needs none.
    pub(crate) lock: Option<&'a mut RunLock>,
}

impl Going<'_> {
    /// Progress lives in memory and is told, never written: rows would cost a commit each.
    pub(crate) fn enter(&mut self, state: RunState) {
        if self.run.state != state {
            self.run.state = state;
            tracing::debug!(run = %self.run.id, %state, "the run goes on");
            self.progress.phase(state);
        }
    }
}

/// What a plan was made of, as far as storing it needs to know.
pub(crate) struct Basis<'a> {
    pub(crate) reach: Reach,
    pub(crate) coverage: Option<&'a Coverage>,
    /// What was read of the HRIS, if it was.
    pub(crate) roster: Option<&'a Roster>,
}

impl Basis<'static> {
    /// Dates that are stored already.
    pub(crate) const TIMER: Self = Self {
        reach: Reach::Timer,
        coverage: None,
        roster: None,
    };

    /// Rows of a file.
    pub(crate) const FILE: Self = Self {
        reach: Reach::File,
        ..Self::TIMER
    };
}

impl<'a> From<&'a Roster> for Basis<'a> {
    fn from(roster: &'a Roster) -> Self {
        Self {
            reach: match roster.scope {
                Scope::Whole => Reach::Whole,
                Scope::Named(_) => Reach::Named,
            },
            coverage: Some(&roster.coverage),
            roster: Some(roster),
        }
    }
}

/// Under which conditions a plan may be applied.
#[derive(Clone, Debug, Default)]
pub(crate) struct Terms {
    /// The plan must be this one.
    pub(crate) expect: Option<String>,
    /// An admin has seen it: the limits do not count.
    pub(crate) approved: bool,
    /// An admin wants it without the archiving.
    pub(crate) without_archiving: bool,
    /// Only these are read; absence of others says nothing.
    pub(crate) named: Option<Vec<HrisId>>,
}

/// A plan with what it was made from.
pub(crate) struct Planned {
    pub(crate) base: Base,
    pub(crate) policy: Policy,
    pub(crate) plan: Plan,
    /// It is not the plan that somebody has looked at.
    pub(crate) is_another: bool,
}

impl Planned {
    /// What is kept of it with its run.
    fn kept<'a>(&'a self, concerns: &'a [Concern], supersedes: Option<&'a Run>) -> StoredPlan<'a> {
        StoredPlan {
            plan: &self.plan,
            base_version: self.base.loaded.version,
            concerns,
            supersedes,
        }
    }

    /// What the safeguards say of it.
    pub(crate) fn judged(&self, roster: &Roster) -> Verdict {
        reconcile::judge(self.directory(), roster, &self.plan, &self.policy)
    }

    pub(crate) fn directory(&self) -> &Directory {
        &self.base.loaded.directory
    }
}

/// How a run ends whose plan is stored or shown.
fn ready(plan: &Plan) -> RunState {
    if plan.counts.skipped > 0 {
        RunState::FinishedWithProblems
    } else {
        RunState::Finished
    }
}

fn changed_since(plan: &Plan) -> Hold {
    Hold {
        code: HoldCode::ChangedSincePreview,
        limit: 0,
        found: plan.changes.len() as u64,
        detail:
            "The HRIS or the directory has changed since the preview, so the plan is another one."
                .to_owned(),
    }
}
