//! What an admin decides about a run that is held.

use domain::{HrisId, Organisation, Problem, ProblemCode, RunId, RunState, Trigger};
use hris::Roster;
use reconcile::{Concern, Reason, Verdict};
use store::RunRecord;

use crate::{
    App, Failure,
    sync::{Going, Planned, RunProgress, Terms, is_timer, no_longer_shown},
    view::RunReport,
};

impl App {
    /// Applies a held plan, if the HRIS still says what the admin saw.
    ///
    /// The HRIS is read again and the plan made again. Is it another one, nothing is applied: the
    /// new plan takes the place of the old hold and is to be looked at first.
    pub async fn approve(
        &self,
        org: &Organisation,
        id: &str,
        without_archiving: bool,
        progress: &dyn RunProgress,
    ) -> Result<RunReport, Failure> {
        let record = self.held(org, id).await?;
        // The timer asks nobody, so an organisation without an HRIS can approve it too.
        let source = if is_timer(&record.run) {
            None
        } else {
            let connection = self.live_connection(org).await?;
            let connector = self.connector_of(org, &connection)?;
            Some((connection.connection.id, connector))
        };
        let Some(mut lock) = self.lock_or_join(org).await? else {
            return Err(Failure::conflict(
                "sync_going",
                "A sync is going, so the hold was not applied.",
            )
            .mend("Wait for it to end, look at the plan again and approve that."));
        };
        // Between the first look and the lock another process may have settled it.
        let record = self.held(org, &record.run.id.to_string()).await?;
        if !self.store.plan_is_whole(org.id, record.run.id).await? {
            lock.release().await;
            let again = if is_timer(&record.run) {
                "tick"
            } else {
                "sync"
            };
            let again = format!("Have it made anew: rollcall {again} --org {}", org.slug);
            return Err(no_longer_shown(&format!("run {}", record.run.id)).mend(again));
        }
        // Once applied, the run's plan is in the history and no longer with the run.
        let concerns = self.store.concerns(org.id, record.run.id).await?;
        let mut going = Going {
            org,
            connection: source.as_ref().map(|(connection, _)| *connection),
            run: record.run.clone(),
            progress,
            lock: Some(&mut lock),
        };
        let outcome = match &source {
            Some((_, connector)) => {
                self.apply_held(&mut going, &record, connector.as_ref(), without_archiving)
                    .await
            }
            None => {
                self.apply_held_pass(&mut going, &record, without_archiving)
                    .await
            }
        };
        lock.release().await;
        outcome?;
        self.remember_approval(org, record.run.id, concerns, without_archiving)
            .await?;
        self.report(org, record.run.id).await
    }

    /// Whom a held run of a webhook was about: read again, the others say nothing of it.
    async fn named_by(
        &self,
        org: &Organisation,
        record: &RunRecord,
    ) -> Result<Option<Vec<HrisId>>, Failure> {
        if record.run.trigger != Trigger::Webhook {
            return Ok(None);
        }
        let changes = self
            .store
            .run_changes(org.id, record.run.id, None, None)
            .await?;
        let ids = changes
            .items
            .into_iter()
            .filter_map(|change| change.hris_id);
        Ok(Some(ids.collect()))
    }

    async fn apply_held(
        &self,
        going: &mut Going<'_>,
        record: &RunRecord,
        connector: &dyn hris::Connector,
        without_archiving: bool,
    ) -> Result<(), Failure> {
        let listener = crate::sync::Fetching(going.progress);
        let named = self.named_by(going.org, record).await?;
        let pull = match &named {
            Some(ids) => connector.pull_named(ids, &listener),
            None => connector.pull(&listener),
        };
        let (pulled, base) = tokio::join!(pull, self.base(going.org));
        // An HRIS that cannot be read now leaves the hold as it is.
        let (mut roster, mut base) = (pulled?, base?);
        self.leave_out_erased(going.org, &mut roster, &mut base.loaded)?;
        let today = going.org.today(self.clock.now());
        let base = loop {
            let shown = Terms::default();
            let mut planned = self.plan(going, base, &roster, today, &shown).await?;
            if record.plan_hash.as_deref() == Some(planned.plan.hash().as_str()) {
                break planned.base;
            }
            let verdict = planned.judged(&roster);
            self.show_new_plan(going, verdict, &mut planned, Some(&roster))
                .await?;
            base = self
                .base_again_for(going.org, planned.base, &mut roster)
                .await?;
        };
        let terms = Terms {
            approved: true,
            expect: record.plan_hash.clone(),
            without_archiving,
            named: None,
        };
        self.settle(going, connector, &mut roster, base, &terms)
            .await?;
        match going.run.state {
            state if state.is_success() => Ok(()),
            // Somebody edited the directory while the HRIS was read.
            RunState::Held => Err(plan_changed("Look at the plan again, and approve that.")),
            _ => Err(going.run.error.clone().map_or_else(
                || Failure::internal("The hold was not applied."),
                Failure::from,
            )),
        }
    }

    /// The plan is another one by now: it takes the place of the hold, which is told as an error.
    /// Where the directory has moved, nothing is told yet.
    pub(crate) async fn show_new_plan(
        &self,
        going: &mut Going<'_>,
        verdict: Verdict,
        planned: &mut Planned,
        roster: Option<&Roster>,
    ) -> Result<(), Failure> {
        let mend = match verdict {
            Verdict::Fail(problem) => return Err(problem.into()),
            Verdict::Apply if is_timer(&going.run) => format!(
                "It is within the limits now: rollcall tick --org {}",
                going.org.slug
            ),
            Verdict::Apply => "It is within the limits now: sync to apply it.".to_owned(),
            Verdict::Hold(holds) => {
                let mut run = going.run.clone();
                run.id = self.ids().next();
                run.started_at = self.clock.now();
                run.finished_at = None;
                run.state = RunState::Planning;
                _ = match &mut planned.base.still {
                    Some(still) => still.begin_run(&run, going.connection).await?,
                    None => {
                        let begun = self.store.begin_run(going.org.id, &run, going.connection);
                        begun.await?
                    }
                };
                let mut next = Going {
                    org: going.org,
                    connection: going.connection,
                    run,
                    progress: going.progress,
                    lock: going.lock.as_deref_mut(),
                };
                let Some(id) = self.hold(&mut next, holds, planned, roster).await? else {
                    let id = next.run.id;
                    self.store.forget_run(going.org.id, id).await?;
                    return Ok(());
                };
                if let Some(problem) = next.run.error {
                    return Err(problem.into());
                }
                format!("Look at the new plan, run {id}, and approve that.")
            }
        };
        Err(plan_changed(&mend))
    }

    /// Turns a hold down. Nothing was written, and nothing is.
    pub async fn reject(&self, org: &Organisation, id: &str) -> Result<RunReport, Failure> {
        let record = self.held(org, id).await?;
        let mut run = record.run;
        // The answer first: killed in between, the hold is still there and nobody is asked twice.
        let concerns = self.store.concerns(org.id, run.id).await?;
        self.store
            .answer(org.id, run.id, &concerns, self.clock.now())
            .await?;
        run.state = RunState::Rejected;
        run.finished_at = Some(self.clock.now());
        run.error = Some(Problem::new(
            ProblemCode::RejectedByAdmin,
            "An admin turned the plan down, so nothing was changed.",
            "It is not asked again until the HRIS says something else of these people.",
        ));
        self.store.close_run(org.id, &run).await?;
        self.report(org, run.id).await
    }

    /// How many answers to a held run stand: so many are not asked about again until the HRIS says
    /// something else of them.
    pub async fn answers_of(&self, org: &Organisation, run: RunId) -> Result<u64, Failure> {
        Ok(self.store.answers_of(org.id, run).await?)
    }

    /// Takes the answers to a held run back: the next sync asks again.
    pub async fn ask_again(&self, org: &Organisation, id: &str) -> Result<(), Failure> {
        let run = self.run_record(org, id).await?.run.id;
        tracing::info!(run = %run, "answers taken back");
        Ok(self.store.forget_answers(org.id, run).await?)
    }

    /// Somebody missing whom an admin has seen is not asked about again, nor is an archiving that
    /// was left out.
    async fn remember_approval(
        &self,
        org: &Organisation,
        run: RunId,
        mut answered: Vec<Concern>,
        without_archiving: bool,
    ) -> Result<(), Failure> {
        answered.retain(|concern| {
            concern.reason == Reason::Missing
                || (without_archiving && concern.reason == Reason::Archive)
        });
        if !answered.is_empty() {
            let now = self.clock.now();
            self.store.answer(org.id, run, &answered, now).await?;
        }
        Ok(())
    }

    async fn held(&self, org: &Organisation, id: &str) -> Result<RunRecord, Failure> {
        let record = self.run_record(org, id).await?;
        if record.run.state == RunState::Held {
            return Ok(record);
        }
        Err(Failure::conflict(
            "not_held",
            format!(
                "The run {id} is {}, not held; nothing was changed.",
                record.run.state
            ),
        ))
    }
}

fn plan_changed(mend: &str) -> Failure {
    Failure::conflict(
        "plan_changed",
        "The HRIS or the directory has changed since this plan was made, so nothing was applied.",
    )
    .mend(mend)
}
