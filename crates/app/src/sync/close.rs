//! How a run ends: held, failed, superseded, ready.

use domain::{Hold, Organisation, Problem, ProblemCode, Run, RunId, RunState, Trigger};
use hris::Roster;
use reconcile::Concern;
use store::{RunRecord, StoreError};

use super::{Applied, Going, Planned, apply::disconnected, is_timer};
use crate::{App, Failure};

impl App {
    /// Keeps the plan for an admin, nothing written. The same plan that is held already stays the
    /// hold that it is; another one takes its place. Gives nothing where the directory has moved.
    pub(crate) async fn hold(
        &self,
        going: &mut Going<'_>,
        holds: Vec<Hold>,
        planned: &mut Planned,
        roster: Option<&Roster>,
    ) -> Result<Option<RunId>, Failure> {
        if !going.is_ours().await {
            planned.base.let_go();
            self.interrupt(going).await?;
            return Ok(Some(going.run.id));
        }
        let older = self.older_hold(going).await?;
        if let Some(held) = &older
            && held.plan_hash.as_deref() == Some(planned.plan.hash().as_str())
            // One that nobody can approve makes room for a new one.
            && self.store.plan_is_whole(going.org.id, held.run.id).await?
        {
            planned.base.let_go();
            self.store.forget_run(going.org.id, going.run.id).await?;
            return Ok(Some(held.run.id));
        }
        let concerns = reconcile::concerns(planned.directory(), roster, &planned.plan, &holds);
        going.run.hold = holds;
        let older = older.map(|held| self.superseded(held.run));
        let kept = self.keep(going, RunState::Held, planned, &concerns, older.as_ref());
        let over = kept.await?;
        Ok(over.then_some(going.run.id))
    }

    /// Stores a run with its plan, as a hold or as a preview that is ready. Whether that was the end
    /// of it: it is not when the directory has moved.
    pub(crate) async fn keep(
        &self,
        going: &mut Going<'_>,
        state: RunState,
        planned: &mut Planned,
        concerns: &[Concern],
        supersedes: Option<&Run>,
    ) -> Result<bool, Failure> {
        let still = planned.base.still.take();
        let mut run = going.run.clone();
        run.counts = planned.plan.counts;
        run.state = state;
        // A hold is not over: it waits for an admin.
        run.finished_at = (state != RunState::Held).then(|| self.clock.now());
        let kept = planned.kept(concerns, supersedes);
        let written = match still {
            Some(still) => still.keep_plan(&run, kept).await,
            None => self.store.keep_plan(going.org.id, &run, kept).await,
        };
        match Applied::of(written)? {
            Applied::Whole => {
                going.run = run;
                going.progress.phase(state);
            }
            Applied::Overtaken => self.as_others_closed_it(going).await?,
            Applied::Disconnected => self.fail(going, disconnected()).await?,
            Applied::BaseMoved => return Ok(false),
        }
        Ok(true)
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
    /// so a hold of the one says nothing about the other: one of each may wait. A file says nothing about
    /// either.
    async fn older_hold(&self, going: &Going<'_>) -> Result<Option<RunRecord>, Failure> {
        if going.run.trigger == Trigger::Csv {
            return Ok(None);
        }
        let held = self.store.held_runs(going.org.id).await?;
        Ok(held.into_iter().find(|held| {
            held.run.id != going.run.id && is_timer(&held.run) == is_timer(&going.run)
        }))
    }

    /// A hold whose place another run takes.
    fn superseded(&self, held: Run) -> Run {
        Run {
            state: RunState::Rejected,
            finished_at: Some(self.clock.now()),
            error: Some(Problem::new(
                ProblemCode::Superseded,
                "A newer run found another plan, so this one was never applied.",
                "Look at the newest run.",
            )),
            ..held
        }
    }

    pub(crate) async fn supersede(&self, org: &Organisation, held: Run) -> Result<(), Failure> {
        let held = self.superseded(held);
        match self.store.close_run(org.id, &held).await {
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
        going.run.state = RunState::Failed;
        going.run.finished_at = Some(self.clock.now());
        match self.store.close_run(going.org.id, &going.run).await {
            Ok(()) => going.progress.phase(going.run.state),
            Err(StoreError::RunOver) => self.as_others_closed_it(going).await?,
            // It was to begin with the plan that it keeps, so it never began.
            Err(StoreError::Missing { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }

    /// A run that another process has closed stays as that one closed it.
    async fn as_others_closed_it(&self, going: &mut Going<'_>) -> Result<(), Failure> {
        let id = going.run.id.to_string();
        going.run = self.run_record(going.org, &id).await?.run;
        tracing::warn!(run = id, state = %going.run.state, "another process closed the run");
        going.progress.phase(going.run.state);
        Ok(())
    }
}
