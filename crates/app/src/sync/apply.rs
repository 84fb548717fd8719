//! A sync from its beginning to its end.

use domain::{Clock, Organisation, Problem, ProblemCode, Run, RunId, RunState};
use hris::{Connector, Roster, Scope};
use jiff::civil::Date;
use reconcile::{PersonChange, Verdict, apply, judge, reconcile};
use store::{Actor, ApplyError, ApplyRun, LoadedDirectory, Reach, StoredConnection};

use super::{Fetching, Going, Planned, RunProgress, Terms, changed_since, ready};
use crate::{App, Failure};

/// How often a plan is made again because somebody edited the directory in between.
const REPLANS: u32 = 20;

impl App {
    pub(super) async fn begin<'a>(
        &self,
        org: &'a Organisation,
        connection: &'a StoredConnection,
        run: Run,
        progress: &'a dyn RunProgress,
    ) -> Result<Going<'a>, Failure> {
        self.store
            .begin_run(org.id, &run, Some(connection.connection.id))
            .await?;
        progress.phase(run.state);
        Ok(Going {
            org,
            connection,
            run,
            progress,
        })
    }

    /// A sync from its beginning to its end; the caller holds the lock.
    pub(crate) async fn run_sync(
        &self,
        org: &Organisation,
        connection: &StoredConnection,
        connector: &dyn Connector,
        run: Run,
        terms: Terms,
        progress: &dyn RunProgress,
    ) -> Result<RunId, Failure> {
        let mut going = self.begin(org, connection, run, progress).await?;
        let result = self.fetch_and_settle(&mut going, connector, &terms).await;
        if let Err(failure) = &result {
            // Our own failure must not leave a record that says the run is still going.
            let problem = Problem::new(
                ProblemCode::Internal,
                "The run stopped on a failure of our own; nothing was changed.",
                "Sync again; if it stays, the log says more.",
            );
            tracing::error!(run = %going.run.id, code = failure.code, "run failed");
            self.fail(&mut going, problem).await?;
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
        self.settle(going, &roster, loaded, terms).await
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
            Ok(roster) => Ok(Some((roster, loaded?))),
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
        roster: &Roster,
        mut loaded: LoadedDirectory,
        terms: &Terms,
    ) -> Result<RunId, Failure> {
        let today = going.org.today(self.clock.now());
        going.enter(RunState::Planning);
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
                    self.fail(going, problem).await?;
                    return Ok(going.run.id);
                }
                _ if planned.is_another => {
                    let mut holds = vec![changed_since(&planned.plan)];
                    if let Verdict::Hold(more) = verdict {
                        holds.extend(more);
                    }
                    return self.hold(going, holds, &planned).await;
                }
                Verdict::Hold(holds) if !terms.approved => {
                    return self.hold(going, holds, &planned).await;
                }
                Verdict::Hold(_) | Verdict::Apply => {}
            }
            going.enter(RunState::Applying);
            if self.apply(going, roster, &planned, terms.approved).await? {
                self.retire_hold(going).await?;
                return Ok(going.run.id);
            }
            loaded = self
                .store
                .load_directory(going.org.id, self.clock.now())
                .await?;
        }
        let problem = Problem::new(
            ProblemCode::Interrupted,
            "The directory was edited again and again while the run went on; the run changed nothing.",
            "Sync again when the edits are done.",
        );
        self.fail(going, problem).await?;
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

    /// Writes the plan; false when the directory is no longer the one it was made for.
    pub(super) async fn apply(
        &self,
        going: &mut Going<'_>,
        roster: &Roster,
        planned: &Planned,
        approved: bool,
    ) -> Result<bool, Failure> {
        let ids = self.ids();
        let clock: &dyn Clock = self.clock.as_ref();
        let records = apply::records(&planned.plan, &planned.loaded.directory, &ids, clock);
        let mut run = going.run.clone();
        run.state = ready(&planned.plan);
        run.counts = planned.plan.counts;
        run.finished_at = Some(self.clock.now());
        let total = planned.plan.changes.len() as u64;
        going.progress.applying(0, total);
        let reach = match roster.scope {
            Scope::Whole => Reach::Whole,
            Scope::Named(_) => Reach::Named,
        };
        let applied = self
            .store
            .apply(
                going.org.id,
                ApplyRun {
                    run: &run,
                    plan: &planned.plan,
                    records: &records,
                    base_version: planned.loaded.version,
                    reach,
                    coverage: Some(&roster.coverage),
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
                Ok(true)
            }
            Err(ApplyError::BaseMoved) => Ok(false),
            Err(ApplyError::Store(error)) => Err(error.into()),
        }
    }
}
