//! What is asked for: a sync or a preview, made here or joined.

use domain::{ConnectionId, Counts, Organisation, Run, RunId, RunKind, RunState};
use hris::Connector;
use reconcile::Verdict;
use store::RunLock;

use super::apply::naming_sections;
use super::{Going, RunProgress, SyncRequest, Terms, turn::Turn};
use crate::{App, Failure, view::RunReport};

/// What an admin looked at cannot be told any more, so nobody can say that they agreed to it.
pub(crate) fn no_longer_shown(run: &str) -> Failure {
    Failure::conflict(
        "plan_damaged",
        format!(
            "The stored plan of the {run} is no longer the one that was shown: it is damaged, another version of \
             Rollcall made it, or somebody in it was erased; nothing was changed."
        ),
    )
}

impl App {
    /// Makes a run in the foreground, or joins the one that is going. A sync that expects the plan of
    /// a preview joins none, since the other one plans without it: it waits and makes its own.
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
                let lock = self.lock_preview(org).await?;
                let run = self.new_run(&request);
                let id = self
                    .preview(
                        org,
                        connection.connection.id,
                        connector.as_ref(),
                        run,
                        progress,
                    )
                    .await;
                lock.release().await;
                id?
            }
            RunKind::Sync => {
                let turn = match expect {
                    Some(_) => Turn::Ours(self.wait_for_lock(org).await?),
                    None => self.turn(org, progress).await?,
                };
                let mut lock = match turn {
                    Turn::Ours(lock) => lock,
                    Turn::Joined(id) => return self.report(org, id).await,
                };
                let terms = Terms {
                    approved: expect.is_some(),
                    expect,
                    ..Terms::default()
                };
                let run = self.new_run(&request);
                let id = self.sync_once(org, &mut lock, run, &terms, progress).await;
                lock.release().await;
                id?
            }
        };
        if request.kind == RunKind::Sync {
            self.set_next_sync(org).await?;
            self.announce(org, id).await?;
        }
        self.report(org, id).await
    }

    pub(crate) async fn sync_once(
        &self,
        org: &Organisation,
        lock: &mut RunLock,
        run: Run,
        terms: &Terms,
        progress: &dyn RunProgress,
    ) -> Result<RunId, Failure> {
        // Looked up again: it may have taken a while until the lock was free.
        let connection = self.live_connection(org).await?;
        let connector = self.connector_of(org, &connection)?;
        let mut going = self
            .begin(org, Some(connection.connection.id), run, progress)
            .await?;
        going.lock = Some(lock);
        self.run_sync(&mut going, connector.as_ref(), terms).await
    }

    pub(crate) fn new_run(&self, request: &SyncRequest) -> Run {
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

    pub(crate) async fn previewed_hash(
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
        let Some(hash) = record.plan_hash else {
            let none = format!("The preview {id} has no plan; nothing was changed.");
            return Err(Failure::usage("no_plan", none));
        };
        if !self.store.plan_is_whole(org.id, id).await? {
            let mend = format!("Make a new one: rollcall sync --org {} --preview", org.slug);
            return Err(no_longer_shown(&format!("preview {id}")).mend(mend));
        }
        Ok(hash)
    }

    pub(super) async fn preview(
        &self,
        org: &Organisation,
        connection: ConnectionId,
        connector: &dyn Connector,
        run: Run,
        progress: &dyn RunProgress,
    ) -> Result<RunId, Failure> {
        let mut going = self.begin(org, Some(connection), run, progress).await?;
        let made = self.preview_and_keep(&mut going, connector).await;
        if let Err(failure) = &made {
            self.fail_ourselves(&mut going, failure).await;
        }
        made
    }

    pub(crate) async fn preview_and_keep(
        &self,
        going: &mut Going<'_>,
        connector: &dyn Connector,
    ) -> Result<RunId, Failure> {
        let (org, id) = (going.org, going.run.id);
        let Some((mut roster, mut base)) = self.fetch(going, connector, None).await? else {
            return Ok(id);
        };
        let today = going
            .run
            .as_of
            .unwrap_or_else(|| org.today(self.clock.now()));
        loop {
            let terms = Terms::default();
            let mut planned = self.plan(going, base, &roster, today, &terms).await?;
            going.run.hold = match planned.judged(&roster) {
                Verdict::Fail(problem) => {
                    let problem = naming_sections(problem, planned.directory(), &roster, connector);
                    planned.base.let_go();
                    self.fail(going, problem).await?;
                    return Ok(id);
                }
                Verdict::Hold(holds) => holds,
                Verdict::Apply => Vec::new(),
            };
            let kept = self.keep(going, RunState::Finished, &mut planned, &[], None);
            if kept.await? {
                return Ok(id);
            }
            base = self.base_again_for(org, planned.base, &mut roster).await?;
        }
    }
}
