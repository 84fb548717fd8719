//! A sync from its beginning to its end.

use std::collections::BTreeSet;

use domain::{Clock, ConnectionId, Organisation, Problem, ProblemCode, Run, RunId, RunState};
use hris::{Connector, Roster};
use jiff::civil::Date;
use reconcile::{Directory, PersonChange, Verdict, apply, judge, reconcile};
use store::{Actor, ApplyError, ApplyRun, LoadedDirectory, Told};

use super::{Basis, Fetching, Going, Planned, REPLANS, RunProgress, Terms, changed_since, ready};
use crate::{App, Failure};

/// What became of a plan that was to be written.
pub(crate) enum Applied {
    /// All of it is stored.
    Whole,
    /// Nothing is stored: the directory is no longer the one it was made for.
    BaseMoved,
    /// Nothing is stored: the lock is lost, or another process has closed the run.
    Overtaken,
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

    pub(super) async fn fetch_and_settle(
        &self,
        going: &mut Going<'_>,
        connector: &dyn Connector,
        terms: &Terms,
    ) -> Result<RunId, Failure> {
        let Some((roster, loaded)) = self.fetch(going, connector).await? else {
            return Ok(going.run.id);
        };
        self.settle(going, connector, &roster, loaded, terms).await
    }

    /// Reads the HRIS and, meanwhile, the directory. No answer ends the run.
    pub(crate) async fn fetch(
        &self,
        going: &mut Going<'_>,
        connector: &dyn Connector,
    ) -> Result<Option<(Roster, LoadedDirectory)>, Failure> {
        let listener = Fetching(going.progress);
        let (pulled, loaded) = tokio::join!(
            connector.pull(&listener),
            self.store.load_directory(going.org.id, self.clock.now())
        );
        match pulled {
            Ok(mut roster) => {
                let mut loaded = loaded?;
                self.leave_out_erased(going.org, &mut roster, &mut loaded)?;
                Ok(Some((roster, loaded)))
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
        roster: &Roster,
        mut loaded: LoadedDirectory,
        terms: &Terms,
    ) -> Result<RunId, Failure> {
        let today = going.org.today(self.clock.now());
        going.enter(RunState::Planning);
        // Nobody is erased while a sync goes on, and the answer no longer has what tells them.
        let erased = loaded.directory.erased.clone();
        for _ in 0..REPLANS {
            let planned = self.plan(going, loaded, roster, today, terms).await?;
            let verdict = judge(
                &planned.loaded.directory,
                roster,
                &planned.plan,
                &planned.policy,
            );
            match verdict {
                Verdict::Fail(problem) => {
                    let directory = &planned.loaded.directory;
                    let problem = naming_sections(problem, directory, roster, connector);
                    self.fail(going, problem).await?;
                    return Ok(going.run.id);
                }
                _ if planned.is_another => {
                    let mut holds = vec![changed_since(&planned.plan)];
                    if let Verdict::Hold(more) = verdict {
                        holds.extend(more);
                    }
                    return self.hold(going, holds, &planned, Some(roster)).await;
                }
                Verdict::Hold(holds) if !terms.approved => {
                    return self.hold(going, holds, &planned, Some(roster)).await;
                }
                Verdict::Hold(_) | Verdict::Apply => {}
            }
            going.enter(RunState::Applying);
            match self
                .apply(going, roster.into(), &planned, terms.approved)
                .await?
            {
                Applied::Whole => {
                    self.retire_hold(going).await?;
                    return Ok(going.run.id);
                }
                Applied::Overtaken => {
                    self.interrupt(going).await?;
                    return Ok(going.run.id);
                }
                Applied::BaseMoved => {}
            }
            loaded = self
                .store
                .load_directory(going.org.id, self.clock.now())
                .await?;
            loaded.directory.erased.clone_from(&erased);
        }
        self.fail(going, edited_again_and_again()).await?;
        Ok(going.run.id)
    }

    pub(crate) async fn plan(
        &self,
        going: &Going<'_>,
        mut loaded: LoadedDirectory,
        roster: &Roster,
        today: Date,
        terms: &Terms,
    ) -> Result<Planned, Failure> {
        let policy = self.store.policy(going.org.id).await?;
        let mut plan =
            tokio::task::block_in_place(|| reconcile(&loaded.directory, roster, &policy, today));
        let is_another = terms
            .expect
            .as_ref()
            .is_some_and(|expected| *expected != plan.hash());
        if terms.without_archiving {
            loaded.directory.past.keep = plan
                .changes
                .iter()
                .filter(|change| change.weight.archives)
                .filter_map(PersonChange::existing)
                .collect();
            plan = reconcile(&loaded.directory, roster, &policy, today);
        }
        Ok(Planned {
            loaded,
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
        planned: &Planned,
        approved: bool,
    ) -> Result<Applied, Failure> {
        if !going.is_ours().await {
            return Ok(Applied::Overtaken);
        }
        let ids = self.ids();
        let clock: &dyn Clock = self.clock.as_ref();
        let records = apply::records(&planned.plan, &planned.loaded.directory, &ids, clock);
        let mut run = going.run.clone();
        run.state = ready(&planned.plan);
        run.counts = planned.plan.counts;
        run.finished_at = Some(self.clock.now());
        let total = planned.plan.changes.len() as u64;
        going.progress.applying(0, total);
        let erased = &planned.loaded.directory.erased;
        let told = basis.roster.map(|roster| Told { roster, erased });
        let applied = self
            .store
            .apply(
                going.org.id,
                ApplyRun {
                    run: &run,
                    records: &records,
                    base_version: planned.loaded.version,
                    reach: basis.reach,
                    coverage: basis.coverage,
                    told,
                    approved,
                    actor: Actor::Run,
                    at: self.clock.now(),
                    act: ids.next(),
                },
            )
            .await;
        match applied {
            Ok(()) => {
                going.progress.applying(total, total);
                going.run = run;
                Ok(Applied::Whole)
            }
            Err(ApplyError::BaseMoved) => Ok(Applied::BaseMoved),
            Err(ApplyError::Fenced) => Ok(Applied::Overtaken),
            Err(ApplyError::Store(error)) => Err(error.into()),
        }
    }
}

pub(crate) fn edited_again_and_again() -> Problem {
    Problem::new(
        ProblemCode::Interrupted,
        "The directory was edited again and again meanwhile, so nothing was changed.",
        "Start again when the edits are done.",
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
