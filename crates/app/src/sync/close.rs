//! How a run ends: held, failed, superseded, ready.

use domain::{Hold, Organisation, Problem, ProblemCode, Run, RunId, RunState};
use store::StoredPlan;

use super::{Going, Planned};
use crate::{App, Failure};

impl App {
    /// Keeps the plan for an admin, nothing written. The same plan that is held already stays the
    /// hold that it is; another one takes its place.
    pub(crate) async fn hold(
        &self,
        going: &mut Going<'_>,
        holds: Vec<Hold>,
        planned: &Planned,
    ) -> Result<RunId, Failure> {
        let hash = planned.plan.hash();
        if let Some(held) = self.store.held_run(going.org.id).await?
            && held.run.id != going.run.id
        {
            if held.plan_hash.as_deref() == Some(&hash) {
                self.store.forget_run(going.org.id, going.run.id).await?;
                return Ok(held.run.id);
            }
            self.supersede(going.org, held.run).await?;
        }
        going.run.hold = holds;
        going.run.counts = planned.plan.counts;
        self.end(going, RunState::Held, Some(planned)).await?;
        Ok(going.run.id)
    }

    /// A sync that was applied has planned everything anew, so an older hold has nothing left to
    /// wait for.
    pub(super) async fn retire_hold(&self, going: &Going<'_>) -> Result<(), Failure> {
        match self.store.held_run(going.org.id).await? {
            Some(held) if held.run.id != going.run.id => self.supersede(going.org, held.run).await,
            _ => Ok(()),
        }
    }

    pub(crate) async fn supersede(&self, org: &Organisation, mut held: Run) -> Result<(), Failure> {
        held.state = RunState::Rejected;
        held.finished_at = Some(self.clock.now());
        held.error = Some(Problem::new(
            ProblemCode::Superseded,
            "A newer run found another plan, so this one was never applied.",
            "Look at the newest run.",
        ));
        self.store.close_run(org.id, &held, None).await?;
        Ok(())
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
        planned: Option<&Planned>,
    ) -> Result<(), Failure> {
        going.run.state = state;
        // A hold is not over: it waits for an admin.
        going.run.finished_at = (state != RunState::Held).then(|| self.clock.now());
        let kept = planned.map(|planned| StoredPlan {
            plan: &planned.plan,
            base_version: planned.loaded.version,
        });
        self.store.close_run(going.org.id, &going.run, kept).await?;
        going.progress.phase(state);
        Ok(())
    }
}
