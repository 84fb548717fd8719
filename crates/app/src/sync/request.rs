//! What is asked for: a sync or a preview, made here or joined.

use std::time::Duration;

use domain::{Counts, Organisation, Run, RunId, RunKind, RunState};
use hris::Connector;
use reconcile::{Verdict, judge};
use store::{RunLock, StoredConnection};

use super::{RunProgress, SyncRequest, Terms};
use crate::{App, Failure, view::RunReport};

/// How often a run that is waited for is looked at.
const JOIN_INTERVAL: Duration = Duration::from_millis(100);

impl App {
    /// Makes a run in the foreground, or joins the one that is going.
    ///
    /// A run that failed or was held is a report too; an error means that there was no run.
    pub async fn sync(
        &self,
        org: &Organisation,
        request: SyncRequest,
        progress: &dyn RunProgress,
    ) -> Result<RunReport, Failure> {
        let connection = self.live_connection(org).await?;
        let expect = match request.expect {
            Some(preview) => Some(self.previewed_hash(org, preview).await?),
            None => None,
        };
        let connector = self.connector_of(org, &connection)?;
        let id = match request.kind {
            RunKind::Preview => {
                let run = self.new_run(&request);
                self.preview(org, &connection, connector.as_ref(), run, progress)
                    .await?
            }
            RunKind::Sync => {
                let Some(lock) = self.lock_or_join(org).await? else {
                    return self.join(org, progress).await;
                };
                let terms = Terms {
                    approved: expect.is_some(),
                    expect,
                    ..Terms::default()
                };
                let run = self.new_run(&request);
                let id = self
                    .run_sync(org, &connection, connector.as_ref(), run, terms, progress)
                    .await;
                lock.release().await;
                id?
            }
        };
        self.report(org, id).await
    }

    fn new_run(&self, request: &SyncRequest) -> Run {
        Run {
            id: self.ids().next(),
            kind: request.kind,
            trigger: request.trigger,
            state: RunState::Fetching,
            started_at: self.clock.now(),
            finished_at: None,
            as_of: request.as_of,
            counts: Counts::default(),
            hold: Vec::new(),
            error: None,
        }
    }

    /// The lock of the organisation's syncs; none while another process syncs.
    ///
    /// Whoever gets it knows that no sync is going: records that say otherwise were left by a
    /// process that died, and are closed truthfully.
    pub(crate) async fn lock_or_join(
        &self,
        org: &Organisation,
    ) -> Result<Option<RunLock>, Failure> {
        let Some(lock) = self.store.try_lock_run(org.id).await? else {
            return Ok(None);
        };
        self.store
            .close_interrupted(org.id, RunKind::Sync, self.clock.now())
            .await?;
        Ok(Some(lock))
    }

    /// Waits for the run of another process and reports that one.
    pub(super) async fn join(
        &self,
        org: &Organisation,
        progress: &dyn RunProgress,
    ) -> Result<RunReport, Failure> {
        let mut joined = None;
        loop {
            let going = self.store.going_runs(org.id).await?;
            let sync = going
                .into_iter()
                .find(|record| record.run.kind == RunKind::Sync);
            match (sync, joined) {
                (Some(record), _) => {
                    progress.phase(record.run.state);
                    joined = Some(record.run.id);
                }
                (None, Some(id)) => return self.report(org, id).await,
                // The other process has not begun yet, or has just ended: its lock tells which.
                (None, None) => {
                    if let Some(lock) = self.lock_or_join(org).await? {
                        lock.release().await;
                        let last = self.store.runs(org.id, Some(1), None).await?;
                        let id = last.items.first().map(|record| record.run.id);
                        let gone = "The other sync ended before it began; nothing was changed.";
                        let id = id.ok_or_else(|| Failure::conflict("interrupted", gone))?;
                        return self.report(org, id).await;
                    }
                }
            }
            tokio::time::sleep(JOIN_INTERVAL).await;
        }
    }

    pub(super) async fn previewed_hash(
        &self,
        org: &Organisation,
        id: RunId,
    ) -> Result<String, Failure> {
        let record = self.run_record(org, &id.to_string()).await?;
        if record.run.kind != RunKind::Preview {
            return Err(Failure::usage(
                "not_a_preview",
                format!("The run {id} is no preview; nothing was changed."),
            ));
        }
        record.plan_hash.ok_or_else(|| {
            Failure::usage(
                "no_plan",
                format!("The preview {id} has no plan; nothing was changed."),
            )
        })
    }

    pub(super) async fn preview(
        &self,
        org: &Organisation,
        connection: &StoredConnection,
        connector: &dyn Connector,
        run: Run,
        progress: &dyn RunProgress,
    ) -> Result<RunId, Failure> {
        let mut going = self.begin(org, connection, run, progress).await?;
        let id = going.run.id;
        let Some((roster, loaded)) = self.fetch(&mut going, connector).await? else {
            return Ok(id);
        };
        let today = going
            .run
            .as_of
            .unwrap_or_else(|| org.today(self.clock.now()));
        let planned = self
            .plan(&going, loaded, &roster, today, &Terms::default())
            .await?;
        match judge(
            &planned.loaded.directory,
            &roster,
            &planned.plan,
            &planned.policy,
        ) {
            Verdict::Fail(problem) => self.fail(&mut going, problem).await?,
            verdict => {
                if let Verdict::Hold(holds) = verdict {
                    going.run.hold = holds;
                }
                going.run.counts = planned.plan.counts;
                self.end(&mut going, RunState::Finished, Some(&planned))
                    .await?;
            }
        }
        Ok(id)
    }
}
