//! Runs that were asked for and are made by a worker.

use std::time::Duration;

use domain::{Organisation, ProblemCode, RunId, RunKind, RunState, Trigger};
use serde::Deserialize;
use store::{Queued, RunLock, RunNotes, RunRecord, StoreError, StoredTask};

use super::{Done, notes::Notes, schedule::run_task};
use crate::{
    App, ConnectRequest, Failure, SyncRequest,
    sync::{Going, RunProgress, Terms, disconnected},
    view::{IntegrationView, RunView},
};

/// How often a run that is being made is looked at: an admin may have stopped it.
const LOOK: Duration = Duration::from_millis(500);

/// What the task of a run says.
#[derive(Deserialize)]
struct Wanted {
    run: RunId,
    expect: Option<RunId>,
}

impl App {
    /// Asks for a run, which a worker begins at once. One of the same kind that is going already is
    /// given instead, and then the second value is true; a preview for another day is always new.
    pub async fn request_run(
        &self,
        org: &Organisation,
        request: SyncRequest,
    ) -> Result<(RunView, bool), Failure> {
        let connection = self.live_connection(org).await?;
        if let Some(preview) = request.expect {
            // What cannot be expected is told now and not by a run that fails.
            self.previewed_hash(org, preview).await?;
        }
        let mut run = self.new_run(&request);
        run.state = RunState::Queued;
        let task = run_task(self.ids().next(), &run, request.expect, run.started_at);
        let id = connection.connection.id;
        let (run, existed) = match self.store.queue_run(org.id, &run, id, &task).await? {
            Queued::New => (run, false),
            Queued::Existing(other) => (other.run, true),
        };
        self.wake.notify_one();
        Ok((run.into(), existed))
    }

    /// Tries the credentials, stores the connection, and asks for its first run. The second value
    /// says whether credentials were replaced on a connection that was there.
    pub async fn connect_soon(
        &self,
        org: &Organisation,
        request: ConnectRequest,
        progress: &dyn RunProgress,
    ) -> Result<(IntegrationView, bool), Failure> {
        let was_live = self.store.connection(org.id).await?.is_some();
        let first = self.store_tried(org, &request, progress).await?;
        self.request_run(org, first).await?;
        Ok((self.integration(org).await?, was_live))
    }

    /// Stops a run before it writes: it ends as stopped, and nothing was changed. Whoever works on it
    /// finds that out, in whatever process.
    pub async fn stop_run(&self, org: &Organisation, id: &str) -> Result<RunView, Failure> {
        let record = self.run_record(org, id).await?;
        let mut run = record.run;
        if !run.state.is_going() {
            return Err(over(run.state));
        }
        run.state = RunState::Stopped;
        run.finished_at = Some(self.clock.now());
        match self.store.close_run(org.id, &run).await {
            Ok(()) => Ok(run.into()),
            // It was writing, and has ended meanwhile.
            Err(StoreError::RunOver) => Err(over(self.run_record(org, id).await?.run.state)),
            Err(error) => Err(error.into()),
        }
    }

    /// Makes a run that was asked for.
    pub(super) async fn run_task(&self, task: &StoredTask) -> Result<Done, Failure> {
        let Ok(wanted) = serde_json::from_value::<Wanted>(task.payload.clone()) else {
            return Ok(Done::Never("the task does not say which run".to_owned()));
        };
        let Some(org) = self.organisation_of(task).await? else {
            return Ok(Done::Whole);
        };
        let Some(record) = self.store.run(org.id, wanted.run).await? else {
            return Ok(Done::Whole);
        };
        match record.run.state {
            RunState::Queued => self.make(&org, record, wanted.expect).await?,
            // Whoever began it died: a lock that can be had says so, and closes it.
            state if state.is_going() => self.close_dead(&org, &record).await?,
            _ => {}
        }
        self.set_next_sync(&org).await?;
        self.announce(&org, wanted.run).await?;
        self.begin_anew_if_interrupted(&org, wanted.run).await?;
        Ok(Done::Whole)
    }

    async fn make(
        &self,
        org: &Organisation,
        record: RunRecord,
        expect: Option<RunId>,
    ) -> Result<(), Failure> {
        let mut lock = match record.run.kind {
            RunKind::Sync => self.wait_for_lock(org).await?,
            RunKind::Preview => self.lock_preview(org).await?,
        };
        let notes = Notes::new(self);
        let made = tokio::select! {
            made = Box::pin(self.make_locked(org, &record, expect, &mut lock, &notes)) => made,
            () = self.until_over(org, record.run.id, &notes) => Ok(()),
        };
        lock.release().await;
        made
    }

    async fn make_locked(
        &self,
        org: &Organisation,
        record: &RunRecord,
        expect: Option<RunId>,
        lock: &mut RunLock,
        notes: &Notes<'_>,
    ) -> Result<(), Failure> {
        let id = record.run.id;
        let now = self.clock.now();
        if !self.store.start_run(org.id, id, now).await? {
            // It was stopped while it waited.
            return Ok(());
        }
        let mut run = record.run.clone();
        run.state = RunState::Fetching;
        run.started_at = now;
        let mut going = Going {
            org,
            connection: record.connection,
            run,
            progress: notes,
            lock: None,
        };
        let made = self.make_started(&mut going, expect, lock).await;
        if let Err(failure) = &made {
            self.fail_ourselves(&mut going, failure).await;
        }
        made
    }

    async fn make_started(
        &self,
        going: &mut Going<'_>,
        expect: Option<RunId>,
        lock: &mut RunLock,
    ) -> Result<(), Failure> {
        let org = going.org;
        let connection = self.store.connection(org.id).await?;
        let connection = connection.filter(|live| Some(live.connection.id) == going.connection);
        let Some(connection) = connection else {
            return self.fail(going, disconnected()).await;
        };
        let connector = self.connector_of(org, &connection)?;
        if going.run.kind == RunKind::Preview {
            return self
                .preview_and_keep(going, connector.as_ref())
                .await
                .map(drop);
        }
        let expect = match expect {
            Some(preview) => Some(self.previewed_hash(org, preview).await?),
            None => None,
        };
        let terms = Terms {
            approved: expect.is_some(),
            expect,
            ..Terms::default()
        };
        let mut going = Going {
            org,
            connection: going.connection,
            run: going.run.clone(),
            progress: going.progress,
            lock: Some(lock),
        };
        let settled = self.fetch_and_settle(&mut going, connector.as_ref(), &terms);
        settled.await.map(drop)
    }

    /// Returns once somebody has ended the run.
    async fn until_over(&self, org: &Organisation, id: RunId, notes: &Notes<'_>) {
        let mut stored = RunNotes::default();
        loop {
            tokio::time::sleep(LOOK).await;
            if let Some(new) = notes.if_new(&stored) {
                drop(self.store.note_run(org.id, id, &new).await);
                stored = new;
            }
            let found = self.store.run(org.id, id).await;
            let is_stopped = |record: &RunRecord| record.run.state == RunState::Stopped;
            // A database that does not answer is the run's own trouble.
            if matches!(&found, Ok(Some(record)) if is_stopped(record)) {
                return;
            }
        }
    }

    async fn close_dead(&self, org: &Organisation, record: &RunRecord) -> Result<(), Failure> {
        let lock = match record.run.kind {
            RunKind::Sync => self.wait_for_lock(org).await?,
            RunKind::Preview => self.lock_preview(org).await?,
        };
        lock.release().await;
        Ok(())
    }

    /// What the schedule or a connection wanted is still wanted; an admin sees that theirs was
    /// interrupted, and may want something else by now.
    async fn begin_anew_if_interrupted(
        &self,
        org: &Organisation,
        id: RunId,
    ) -> Result<(), Failure> {
        let Some(record) = self.store.run(org.id, id).await? else {
            return Ok(());
        };
        let run = record.run;
        let interrupted = run
            .error
            .is_some_and(|error| error.code == ProblemCode::Interrupted);
        let by_itself = matches!(run.trigger, Trigger::Schedule | Trigger::Connect);
        if !(interrupted && by_itself) || self.store.connection(org.id).await?.is_none() {
            return Ok(());
        }
        let request = SyncRequest {
            kind: run.kind,
            trigger: run.trigger,
            as_of: run.as_of,
            expect: None,
        };
        self.request_run(org, request).await.map(drop)
    }

    pub(crate) async fn organisation_of(
        &self,
        task: &StoredTask,
    ) -> Result<Option<Organisation>, Failure> {
        let id = task.org.to_string();
        Ok(self.store.organisation_by_slug_or_id(&id).await?)
    }
}

fn over(state: RunState) -> Failure {
    if state == RunState::Held {
        return Failure::conflict(
            "not_going",
            "The run is held and not going, so there is nothing to stop.",
        )
        .mend("Reject it instead.");
    }
    Failure::conflict(
        "too_late",
        format!("The run is over already ({state}), so it was not stopped."),
    )
    .mend("What it changed can be undone.")
}
