//! The daily sync of each organisation, at its own time.
//!
//! When a connection syncs next stands in its row. Whoever finds it due moves it on and puts down the
//! run in one transaction, so any number of processes may look: one of them moves it, once. What was
//! missed while nobody looked is one due instant like any other, and so one run.

use domain::{Counts, Organisation, Run, RunKind, RunState, TaskKind, Trigger};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use store::{DueSync, NewTask};

use crate::{App, Failure, integration::Recent};

/// How many are looked at in one go.
pub(super) const MANY: u32 = 10_000;
/// How far apart runs begin that are due at the same instant: ten thousand within two minutes, if there
/// are workers enough.
const APART: SignedDuration = SignedDuration::from_millis(10);

impl App {
    /// Puts down a run for every connection that is due. How many.
    pub(super) async fn look_at_schedules(&self, now: Timestamp) -> Result<usize, Failure> {
        let due = self.store.due_syncs(now, MANY).await?;
        let mut begun = 0_i32;
        for due in &due {
            let next = self.next_sync_of(&due.organisation, due, now).await?;
            let run = self.scheduled_run(now);
            let task = run_task(self.ids().next(), &run, None, now + APART * begun);
            let wanted = due.due_at.is_some().then_some((&run, &task));
            if self.store.move_schedule(due, next, wanted).await? && wanted.is_some() {
                begun = begun.saturating_add(1);
            }
        }
        Ok(begun as usize)
    }

    async fn next_sync_of(
        &self,
        org: &Organisation,
        due: &DueSync,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, Failure> {
        let recent = self.recent(org).await?;
        Ok(recent.next_run(&due.schedule, now))
    }

    fn scheduled_run(&self, now: Timestamp) -> Run {
        Run {
            id: self.ids().next(),
            kind: RunKind::Sync,
            trigger: Trigger::Schedule,
            state: RunState::Queued,
            started_at: now,
            finished_at: None,
            as_of: None,
            counts: Counts::default(),
            hold: Vec::new(),
            error: None,
        }
    }

    /// Says anew when a connection syncs next, after a run has shown how it is doing: soon after some
    /// failures, not at all while the credentials are refused.
    pub(crate) async fn set_next_sync(&self, org: &Organisation) -> Result<(), Failure> {
        let Some(stored) = self.store.connection(org.id).await? else {
            return Ok(());
        };
        let recent: Recent = self.recent(org).await?;
        let next = recent.next_run(&stored.connection.schedule, self.clock.now());
        let id = stored.connection.id;
        Ok(self.store.set_next_sync(org.id, id, next).await?)
    }
}

/// The task that begins a run.
pub(super) fn run_task(
    id: domain::TaskId,
    run: &Run,
    expect: Option<domain::RunId>,
    due_at: Timestamp,
) -> NewTask {
    NewTask {
        id,
        kind: TaskKind::Run,
        once: Some(run.id.to_string()),
        payload: json!({ "run": run.id, "expect": expect }),
        due_at,
    }
}
