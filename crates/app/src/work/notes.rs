//! What a run that a worker makes has to say of itself: noted beside it, for whoever looks on from another process.

use std::sync::{Mutex, PoisonError};

use domain::{Organisation, RunId, RunState};
use jiff::{SignedDuration, Timestamp};
use store::RunNotes;

use crate::{App, Failure, sync::RunProgress};

/// Hears how a run goes on, and keeps the newest of it.
pub(super) struct Notes<'a> {
    app: &'a App,
    newest: Mutex<RunNotes>,
}

impl<'a> Notes<'a> {
    pub(super) fn new(app: &'a App) -> Self {
        Self {
            app,
            newest: Mutex::default(),
        }
    }

    /// The newest, if it is another than what was noted before.
    pub(super) fn if_new(&self, noted: &RunNotes) -> Option<RunNotes> {
        let newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
        (*newest != *noted).then(|| newest.clone())
    }
}

impl RunProgress for Notes<'_> {
    fn phase(&self, _: RunState) {}

    fn fetched(&self, employees: u64) {
        let mut newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
        newest.read = employees;
        newest.waits_until = None;
    }

    fn waiting(&self, seconds: u64, _: &str) {
        let wait = SignedDuration::from_secs(i64::try_from(seconds).unwrap_or(i64::MAX));
        let until = self.app.now().checked_add(wait);
        let mut newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
        newest.waits_until = until.ok();
    }

    fn applying(&self, _: u64, _: u64) {}
}

/// How far a run that is going is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunProgressView {
    /// How many employees have been read.
    pub read: u64,
    /// How many the last whole sync had read, to compare.
    pub before: Option<u64>,
    /// Until when the HRIS has asked for patience.
    pub waits_until: Option<Timestamp>,
}

impl App {
    /// How far a run that is going is, in whatever process it is made.
    pub async fn run_progress(
        &self,
        org: &Organisation,
        id: RunId,
    ) -> Result<RunProgressView, Failure> {
        let notes = self.store.run_notes(org.id, id).await?;
        let runs = self.store.runs(org.id, Some(20), None).await?.items;
        let before = runs.iter().find(|record| record.whole);
        let now = self.clock.now();
        Ok(RunProgressView {
            read: notes.read,
            before: before.map(|record| record.run.counts.employees),
            waits_until: notes.waits_until.filter(|until| *until > now),
        })
    }
}
