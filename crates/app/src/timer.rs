//! The midnight timer: a pass over what is stored, HRIS reachable or not.
//!
//! A pass plans and judges like a sync and is a run like one, with the trigger `timer` and without a
//! connection. A pass with nothing to do leaves no run.
//!
//! A hold of the timer and a hold of a sync stand beside each other, since the one judges dates and
//! the other an answer. The next pass takes the place of the former, the next sync that of the
//! latter; a sync that was applied ends a hold of the timer whose plan it has changed.

use domain::{Organisation, PersonRef, RunId, RunKind, RunState, Trigger};
use reconcile::{PersonChange, Plan, Verdict, judge_midnight, midnight};
use store::{RunLock, RunRecord};

use crate::{
    App, Failure, SyncRequest,
    sync::{Base, Basis, Going, Planned, RunProgress, Terms, is_timer},
    view::RunReport,
};

const PASS: SyncRequest = SyncRequest {
    kind: RunKind::Sync,
    trigger: Trigger::Timer,
    as_of: None,
    expect: None,
};

impl App {
    /// One pass of the midnight timer: archives everybody whose end date is over and starts upcoming
    /// people whose start date has come, for organisations without an HRIS too.
    ///
    /// Waits for a sync that is going. Gives the run, held or applied, or nothing when there was
    /// nothing to do. While a pass is held, the same plan is the same hold.
    pub async fn tick(
        &self,
        org: &Organisation,
        progress: &dyn RunProgress,
    ) -> Result<Option<RunReport>, Failure> {
        let mut lock = self.wait_for_lock(org).await?;
        let passed = self.pass(org, &mut lock, progress).await;
        lock.release().await;
        match passed? {
            Some(id) => {
                self.announce(org, id).await?;
                self.report(org, id).await.map(Some)
            }
            None => Ok(None),
        }
    }

    async fn pass(
        &self,
        org: &Organisation,
        lock: &mut RunLock,
        progress: &dyn RunProgress,
    ) -> Result<Option<RunId>, Failure> {
        let base = self.base(org).await?;
        let planned = self.plan_midnight(org, base, &Terms::default()).await?;
        let held = self.held_pass(org).await?;
        if !self.has_news(org, &planned.plan).await? {
            // What it waited for has been mended.
            if let Some(held) = held {
                self.supersede(org, held.run).await?;
            }
            return Ok(None);
        }
        if let Verdict::Hold(_) = judged(&planned)
            && let Some(held) = held
            && held.plan_hash.as_deref() == Some(planned.plan.hash().as_str())
            && self.store.plan_is_whole(org.id, held.run.id).await?
        {
            return Ok(Some(held.run.id));
        }
        let mut run = self.new_run(&PASS);
        run.state = RunState::Planning;
        let mut going = self.begin(org, None, run, progress).await?;
        going.lock = Some(lock);
        let settled = self.settle_pass(&mut going, planned).await;
        if let Err(failure) = &settled {
            self.fail_ourselves(&mut going, failure).await;
        }
        settled
    }

    /// Whether a pass would change somebody, or flag somebody who is not flagged already: a last admin
    /// who stays is to be seen, also on a day on which nobody else leaves.
    async fn has_news(&self, org: &Organisation, plan: &Plan) -> Result<bool, Failure> {
        if !plan.changes_nothing() {
            return Ok(true);
        }
        for finding in &plan.findings {
            let Some(PersonRef::Existing(id)) = finding.person else {
                continue;
            };
            let known = self.person_view(org, id).await?.attention;
            if !known.contains(&finding.code) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Holds or applies; plans again when the directory has moved.
    async fn settle_pass(
        &self,
        going: &mut Going<'_>,
        mut planned: Planned,
    ) -> Result<Option<RunId>, Failure> {
        loop {
            if !self.has_news(going.org, &planned.plan).await? {
                planned.base.let_go();
                self.store.forget_run(going.org.id, going.run.id).await?;
                return Ok(None);
            }
            let over = if let Verdict::Hold(holds) = judged(&planned) {
                self.hold(going, holds, &mut planned, None).await?
            } else {
                let over = self.apply_pass(going, &mut planned, false).await?;
                over.then_some(going.run.id)
            };
            if over.is_some() {
                return Ok(over);
            }
            let base = self.base_again(going.org, planned.base).await?;
            planned = self
                .plan_midnight(going.org, base, &Terms::default())
                .await?;
        }
    }

    /// Whether that was the end of the run; it is not when the directory has moved.
    async fn apply_pass(
        &self,
        going: &mut Going<'_>,
        planned: &mut Planned,
        approved: bool,
    ) -> Result<bool, Failure> {
        going.enter(RunState::Applying);
        let applied = self.apply(going, Basis::TIMER, planned, approved).await?;
        self.after(going, applied).await
    }

    async fn plan_midnight(
        &self,
        org: &Organisation,
        mut base: Base,
        terms: &Terms,
    ) -> Result<Planned, Failure> {
        let today = org.today(self.clock.now());
        let policy = self.store.policy(org.id).await?;
        let directory = &mut base.loaded.directory;
        let mut plan = midnight(directory, &policy, today);
        let hash = terms.expect.as_ref();
        let is_another = hash.is_some_and(|hash| *hash != plan.hash());
        // Another plan than the one that was looked at is shown as it is, nothing left out.
        if terms.without_archiving && !is_another {
            let archives = plan.changes.iter().filter(|change| change.weight.archives);
            directory.past.keep = archives.filter_map(PersonChange::existing).collect();
            plan = midnight(directory, &policy, today);
        }
        Ok(Planned {
            base,
            policy,
            plan,
            is_another,
        })
    }

    /// The pass that waits for an admin.
    async fn held_pass(&self, org: &Organisation) -> Result<Option<RunRecord>, Failure> {
        let held = self.store.held_runs(org.id).await?;
        Ok(held.into_iter().find(|held| is_timer(&held.run)))
    }

    /// Ends the hold of a pass that would come to another plan by now.
    pub(crate) async fn retire_stale_pass(&self, org: &Organisation) -> Result<(), Failure> {
        let Some(held) = self.held_pass(org).await? else {
            return Ok(());
        };
        let base = self.base(org).await?;
        let planned = self.plan_midnight(org, base, &Terms::default()).await?;
        if held.plan_hash.as_deref() == Some(planned.plan.hash().as_str()) {
            return Ok(());
        }
        self.supersede(org, held.run).await
    }

    /// Applies a held pass if it would still come to the same. Nobody asks the HRIS.
    pub(crate) async fn apply_held_pass(
        &self,
        going: &mut Going<'_>,
        record: &RunRecord,
        without_archiving: bool,
    ) -> Result<(), Failure> {
        let terms = Terms {
            approved: true,
            expect: record.plan_hash.clone(),
            without_archiving,
            named: None,
        };
        let mut base = self.base(going.org).await?;
        loop {
            let mut planned = self.plan_midnight(going.org, base, &terms).await?;
            if planned.is_another {
                let verdict = judged(&planned);
                self.show_new_plan(going, verdict, &mut planned, None)
                    .await?;
            } else if self.apply_pass(going, &mut planned, true).await? {
                return match &going.run.error {
                    Some(problem) => Err(problem.clone().into()),
                    None => Ok(()),
                };
            }
            base = self.base_again(going.org, planned.base).await?;
        }
    }
}

fn judged(planned: &Planned) -> Verdict {
    let holds = judge_midnight(planned.directory(), &planned.plan, &planned.policy);
    if holds.is_empty() {
        Verdict::Apply
    } else {
        Verdict::Hold(holds)
    }
}
