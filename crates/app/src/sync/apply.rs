//! A sync from its beginning to its end.

use std::collections::BTreeSet;

use domain::{
    Clock, ConnectionId, HrisId, Organisation, Problem, ProblemCode, Run, RunId, RunState,
};
use hris::{Connector, Roster};
use jiff::civil::Date;
use reconcile::{Directory, PeopleIndex, PersonChange, Verdict, apply, reconcile_indexed};
use store::{Actor, ApplyError, ApplyRun, Told};

use super::{Base, Basis, Fetching, Going, Planned, RunProgress, Terms, changed_since, ready};
use crate::{App, Failure};

/// What became of a plan that was to be written.
pub(crate) enum Applied {
    /// All of it is stored.
    Whole,
    /// Nothing is stored: the directory is no longer the one it was made for.
    BaseMoved,
    /// Nothing is stored: the lock is lost, or another process has closed the run.
    Overtaken,
    /// Nothing is stored: the HRIS that was read is not connected any more.
    Disconnected,
}

impl App {
    pub(crate) async fn begin<'a>(
        &self,
        org: &'a Organisation,
        connection: Option<ConnectionId>,
        run: Run,
        progress: &'a dyn RunProgress,
    ) -> Result<Going<'a>, Failure> {
        self.store.begin_run(org.id, &run, connection).await?;
        progress.phase(run.state);
        Ok(Going {
            org,
            connection,
            run,
            progress,
            lock: None,
        })
    }

    /// A sync that has begun, to its end.
    pub(super) async fn run_sync(
        &self,
        going: &mut Going<'_>,
        connector: &dyn Connector,
        terms: &Terms,
    ) -> Result<RunId, Failure> {
        let result = self.fetch_and_settle(going, connector, terms).await;
        if let Err(failure) = &result {
            self.fail_ourselves(going, failure).await;
        }
        result
    }

    pub(crate) async fn fetch_and_settle(
        &self,
        going: &mut Going<'_>,
        connector: &dyn Connector,
        terms: &Terms,
    ) -> Result<RunId, Failure> {
        let named = terms.named.as_deref();
        let Some((mut roster, base)) = self.fetch(going, connector, named).await? else {
            return Ok(going.run.id);
        };
        self.settle(going, connector, &mut roster, base, terms)
            .await
    }

    /// Reads the HRIS, all of it or the employees named, and, meanwhile, the directory. No answer ends
    /// the run.
    pub(crate) async fn fetch(
        &self,
        going: &mut Going<'_>,
        connector: &dyn Connector,
        named: Option<&[HrisId]>,
    ) -> Result<Option<(Roster, Base)>, Failure> {
        let listener = Fetching(going.progress);
        let pull = match named {
            Some(ids) => connector.pull_named(ids, &listener),
            None => connector.pull(&listener),
        };
        let (pulled, base) = tokio::join!(pull, self.base(going.org));
        match pulled {
            Ok(mut roster) => {
                let mut base = base?;
                self.leave_out_erased(going.org, &mut roster, &mut base.loaded)?;
                Ok(Some((roster, base)))
            }
            Err(problem) => {
                self.fail(going, problem).await?;
                Ok(None)
            }
        }
    }

    /// Plans, judges, and applies or holds; plans again when the directory has moved.
    pub(crate) async fn settle(
        &self,
        going: &mut Going<'_>,
        connector: &dyn Connector,
        roster: &mut Roster,
        mut base: Base,
        terms: &Terms,
    ) -> Result<RunId, Failure> {
        let today = going.org.today(self.clock.now());
        going.enter(RunState::Planning);
        loop {
            let mut planned = self.plan(going, base, roster, today, terms).await?;
            let settled = self
                .settle_once(going, connector, roster, &mut planned, terms)
                .await?;
            if let Some(id) = settled {
                return Ok(id);
            }
            base = self.base_again_for(going.org, planned.base, roster).await?;
        }
    }

    /// One plan, to the end of the run; none where the directory has moved.
    async fn settle_once(
        &self,
        going: &mut Going<'_>,
        connector: &dyn Connector,
        roster: &Roster,
        planned: &mut Planned,
        terms: &Terms,
    ) -> Result<Option<RunId>, Failure> {
        let verdict = planned.judged(roster);
        match verdict {
            Verdict::Fail(problem) => {
                let problem = naming_sections(problem, planned.directory(), roster, connector);
                planned.base.let_go();
                self.fail(going, problem).await?;
                return Ok(Some(going.run.id));
            }
            _ if planned.is_another => {
                let mut holds = vec![changed_since(&planned.plan)];
                if let Verdict::Hold(more) = verdict {
                    holds.extend(more);
                }
                return self.hold(going, holds, planned, Some(roster)).await;
            }
            Verdict::Hold(holds) if !terms.approved => {
                return self.hold(going, holds, planned, Some(roster)).await;
            }
            Verdict::Hold(_) | Verdict::Apply => {}
        }
        going.enter(RunState::Applying);
        let applied = self.apply(going, roster.into(), planned, terms.approved);
        let applied = applied.await?;
        let over = self.after(going, applied).await?;
        Ok(over.then_some(going.run.id))
    }

    /// What an attempt to apply a plan comes to: whether that was the end of the run. It is not when
    /// the directory has moved.
    pub(crate) async fn after(
        &self,
        going: &mut Going<'_>,
        applied: Applied,
    ) -> Result<bool, Failure> {
        match applied {
            Applied::Whole => self.retire_hold(going).await?,
            Applied::Overtaken => self.interrupt(going).await?,
            Applied::Disconnected => self.fail(going, disconnected()).await?,
            Applied::BaseMoved => return Ok(false),
        }
        Ok(true)
    }

    pub(crate) async fn plan(
        &self,
        going: &Going<'_>,
        mut base: Base,
        roster: &Roster,
        today: Date,
        terms: &Terms,
    ) -> Result<Planned, Failure> {
        let policy = self.store.policy(going.org.id).await?;
        let directory = &mut base.loaded.directory;
        // Used up here: nobody needs it after the plan.
        let index = base.index.take();
        let index = index.unwrap_or_else(|| PeopleIndex::of(&directory.people));
        let plan_of = |directory: &Directory| {
            tokio::task::block_in_place(|| {
                reconcile_indexed(directory, &index, roster, &policy, today)
            })
        };
        let mut plan = plan_of(directory);
        let is_another = terms
            .expect
            .as_ref()
            .is_some_and(|expected| *expected != plan.hash());
        // Another plan than the one that was looked at is shown as it is, nothing left out.
        if terms.without_archiving && !is_another {
            directory.past.keep = plan
                .changes
                .iter()
                .filter(|change| change.weight.archives)
                .filter_map(PersonChange::existing)
                .collect();
            plan = plan_of(directory);
        }
        Ok(Planned {
            base,
            policy,
            plan,
            is_another,
        })
    }

    /// Writes the plan, if the run is still ours and the directory the one it was made for.
    pub(crate) async fn apply(
        &self,
        going: &mut Going<'_>,
        basis: Basis<'_>,
        planned: &mut Planned,
        approved: bool,
    ) -> Result<Applied, Failure> {
        // Whatever becomes of it, this plan is written at most once.
        let still = planned.base.still.take();
        if !going.is_ours().await {
            return Ok(Applied::Overtaken);
        }
        let ids = self.ids();
        let clock: &dyn Clock = self.clock.as_ref();
        let records = apply::records(&planned.plan, planned.directory(), &ids, clock);
        let mut run = going.run.clone();
        run.state = ready(&planned.plan);
        run.counts = planned.plan.counts;
        run.finished_at = Some(self.clock.now());
        let total = planned.plan.changes.len() as u64;
        going.progress.applying(0, total);
        let erased = &planned.directory().erased;
        let told = basis.roster.map(|roster| Told { roster, erased });
        let apply = ApplyRun {
            run: &run,
            records: &records,
            base_version: planned.base.loaded.version,
            reach: basis.reach,
            coverage: basis.coverage,
            told,
            approved,
            actor: Actor::Run,
            at: self.clock.now(),
            act: ids.next(),
        };
        let written = match still {
            Some(still) => still.apply(apply).await,
            None => self.store.apply(going.org.id, apply).await,
        };
        let applied = Applied::of(written)?;
        if matches!(applied, Applied::Whole) {
            going.progress.applying(total, total);
            going.run = run;
        }
        Ok(applied)
    }
}

impl Applied {
    pub(super) fn of(written: Result<(), ApplyError>) -> Result<Self, Failure> {
        match written {
            Ok(()) => Ok(Self::Whole),
            Err(ApplyError::BaseMoved) => Ok(Self::BaseMoved),
            Err(ApplyError::Fenced) => Ok(Self::Overtaken),
            Err(ApplyError::Disconnected) => Ok(Self::Disconnected),
            Err(ApplyError::Store(error)) => Err(error.into()),
        }
    }
}

pub(crate) fn disconnected() -> Problem {
    Problem::new(
        ProblemCode::Interrupted,
        "The HRIS was disconnected while the run was going, so nothing was changed.",
        "Connect it again, then sync.",
    )
}

/// Says where in the HRIS the permission of a field that vanished is given.
pub(super) fn naming_sections(
    problem: Problem,
    directory: &Directory,
    roster: &Roster,
    connector: &dyn Connector,
) -> Problem {
    let before = directory.past.coverage.as_ref();
    let (ProblemCode::SectionVanished, Some(before)) = (problem.code, before) else {
        return problem;
    };
    let vanished = roster.coverage.vanished_since(before);
    let sections: BTreeSet<String> = vanished
        .into_iter()
        .map(|field| connector.section_of(field))
        .collect();
    let sections: Vec<String> = sections.into_iter().collect();
    Problem {
        mend: format!(
            "Give the service user back the permission to view {} in {}, then sync again.",
            sections.join(", "),
            connector.provider().name()
        ),
        ..problem
    }
}
