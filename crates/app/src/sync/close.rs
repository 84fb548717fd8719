//! How a run ends: held, failed, superseded, ready.

use domain::{Hold, Organisation, Problem, ProblemCode, Run, RunId, RunState};
use hris::Roster;
use store::{RunRecord, StoreError, StoredPlan};

use super::{Going, Planned, is_timer};
use crate::{App, Failure};

impl App {
    /// Keeps the plan for an admin, nothing written. The same plan that is held already stays the
    /// hold that it is; another one takes its place.
    pub(crate) async fn hold(
        &self,
        going: &mut Going<'_>,
        holds: Vec<Hold>,
        planned: &Planned,
        roster: Option<&Roster>,
    ) -> Result<RunId, Failure> {
        if !going.is_ours().await {
            self.interrupt(going).await?;
            return Ok(going.run.id);
        }
        let hash = planned.plan.hash();
        if let Some(held) = self.older_hold(going).await? {
            if held.plan_hash.as_deref() == Some(&hash) {
                self.store.forget_run(going.org.id, going.run.id).await?;
                return Ok(held.run.id);
            }
            self.supersede(going.org, held.run).await?;
        }
        let directory = &planned.loaded.directory;
        let concerns = reconcile::concerns(directory, roster, &planned.plan, &holds);
        going.run.hold = holds;
        going.run.counts = planned.plan.counts;
        let kept = planned.kept(&concerns);
        self.end(going, RunState::Held, Some(kept)).await?;
        Ok(going.run.id)
    }

    /// A run that was applied has planned everything anew, so an older hold has nothing left to
    /// wait for. A sync may have done what the timer waits for, too.
    pub(crate) async fn retire_hold(&self, going: &Going<'_>) -> Result<(), Failure> {
        if let Some(held) = self.older_hold(going).await? {
            self.supersede(going.org, held.run).await?;
        }
        if is_timer(&going.run) {
            return Ok(());
        }
        self.retire_stale_pass(going.org).await
    }

    /// The hold that a run takes the place of. The timer judges dates and a sync judges an answer,
    /// so a hold of the one says nothing about the other: one of each may wait.
    async fn older_hold(&self, going: &Going<'_>) -> Result<Option<RunRecord>, Failure> {
        let held = self.store.held_runs(going.org.id).await?;
        Ok(held.into_iter().find(|held| {
            held.run.id != going.run.id && is_timer(&held.run) == is_timer(&going.run)
        }))
    }

    pub(crate) async fn supersede(&self, org: &Organisation, mut held: Run) -> Result<(), Failure> {
        held.state = RunState::Rejected;
        held.finished_at = Some(self.clock.now());
        held.error = Some(Problem::new(
            ProblemCode::Superseded,
            "A newer run found another plan, so this one was never applied.",
            "Look at the newest run.",
        ));
        match self.store.close_run(org.id, &held, None).await {
            // Somebody else has settled it first.
            Ok(()) | Err(StoreError::RunOver) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Ends a run whose lock is lost. A hold that was being approved stays a hold, and a run that
    /// another process has closed stays as that one closed it.
    pub(crate) async fn interrupt(&self, going: &mut Going<'_>) -> Result<(), Failure> {
        let problem = Problem::new(
            ProblemCode::Interrupted,
            "The run lost its lock, as after a pause or a cut connection to the database, so nothing was changed.",
            "Sync again.",
        );
        let stored = self.store.run(going.org.id, going.run.id).await?;
        if stored.is_some_and(|record| record.run.state == RunState::Held) {
            going.run.state = RunState::Failed;
            going.run.error = Some(problem);
            return Ok(());
        }
        self.fail(going, problem).await
    }

    /// Our own failure must not leave a record that says the run is still going. Where that cannot
    /// be stored either, the first failure is the one to tell; the next run closes the record.
    pub(crate) async fn fail_ourselves(&self, going: &mut Going<'_>, failure: &Failure) {
        let problem = Problem::new(
            ProblemCode::Internal,
            "The run stopped on a failure of our own; nothing was changed.",
            "Start it again; if it stays, the log says more.",
        );
        tracing::error!(run = %going.run.id, code = failure.code, "run failed");
        _ = self.fail(going, problem).await;
    }

    pub(crate) async fn fail(
        &self,
        going: &mut Going<'_>,
        problem: Problem,
    ) -> Result<(), Failure> {
        tracing::info!(run = %going.run.id, code = %problem.code, "run failed");
        going.run.error = Some(problem);
        self.end(going, RunState::Failed, None).await
    }

    pub(super) async fn end(
        &self,
        going: &mut Going<'_>,
        state: RunState,
        kept: Option<StoredPlan<'_>>,
    ) -> Result<(), Failure> {
        going.run.state = state;
        // A hold is not over: it waits for an admin.
        going.run.finished_at = (state != RunState::Held).then(|| self.clock.now());
        match self.store.close_run(going.org.id, &going.run, kept).await {
            Ok(()) => {}
            Err(StoreError::RunOver) => {
                let id = going.run.id.to_string();
                going.run = self.run_record(going.org, &id).await?.run;
                tracing::warn!(run = id, state = %going.run.state, "another process closed the run");
            }
            Err(error) => return Err(error.into()),
        }
        going.progress.phase(going.run.state);
        Ok(())
    }
}
