//! What goes on by itself: runs that were asked for, schedules, midnights, and whatever else waits.
//!
//! Everything that waits is a task of the store. [`App::work`] leases one after the other and does
//! it; what it does is said here, by kind. A task may come twice, since a process can die after the
//! work and before it is taken off, so each kind looks first at what has been done.

mod again;
mod midnight;
mod notes;
mod runs;
mod schedule;
mod worker;

use domain::TaskKind;
use store::StoredTask;

use crate::{App, Failure};

pub(crate) use again::tries;
pub use notes::RunProgressView;
pub use worker::{Idle, Workers};

/// What became of a task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Done {
    /// All of it.
    Whole,
    /// It is to be tried again, for this reason.
    Again(String),
    /// It can never be done, for this reason: somebody has to look at it.
    Never(String),
}

impl App {
    /// Does one task.
    pub(crate) async fn do_task(&self, task: &StoredTask) -> Result<Done, Failure> {
        match task.kind {
            TaskKind::Run => self.run_task(task).await,
            TaskKind::Midnight => self.midnight_task(task).await,
            TaskKind::Job => self.job_task(task).await,
            TaskKind::Mail => self.mail_task(task).await,
            TaskKind::Webhook => self.webhook_task(task).await,
        }
    }
}
