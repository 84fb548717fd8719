//! Whose turn it is: an organisation has one sync at a time, and who comes meanwhile joins it, or
//! waits where the other run would not be the one asked for.

use std::time::Duration;

use domain::{Organisation, ProblemCode, Run, RunId, RunKind, RunState, Trigger};
use store::{RunLock, RunRecord};

use super::{Going, RunProgress};
use crate::{App, Failure};

/// How often a run that is waited for is looked at.
const LOOK: Duration = Duration::from_millis(100);
/// Every how many looks the lock is tried: on PostgreSQL that takes a connection of its own.
const LOOKS_PER_TRY: u32 = 10;
/// How many of the newest runs are looked through. Previews may have begun after the sync.
const NEWEST: u32 = 50;
/// How long the database may take to say that the lock is still ours.
const PATIENCE: Duration = Duration::from_secs(10);

/// Whose turn it is.
pub(super) enum Turn {
    /// Ours: the lock is held, and no other sync is going.
    Ours(RunLock),
    /// Another process has made this run meanwhile.
    Joined(RunId),
}

impl App {
    /// Takes the lock, or waits for the run of the process that has it. Should that process die, the
    /// turn is ours after all.
    pub(super) async fn turn(
        &self,
        org: &Organisation,
        progress: &dyn RunProgress,
    ) -> Result<Turn, Failure> {
        // Read before the lock is tried: a sync that begins after this can be joined, even if it is
        // over before it is seen.
        let mut known = self.newest_run(org).await?;
        if let Some(lock) = self.lock_or_join(org).await? {
            return Ok(Turn::Ours(lock));
        }
        let mut joined = None;
        let mut looks = 0;
        loop {
            tokio::time::sleep(LOOK).await;
            looks = (looks + 1) % LOOKS_PER_TRY;
            let lock = if looks == 0 {
                self.lock_or_join(org).await?
            } else {
                None
            };
            match self.other_sync(org, known, joined).await? {
                Other::Over(id) => {
                    if let Some(lock) = lock {
                        lock.release().await;
                    }
                    return Ok(Turn::Joined(id));
                }
                Other::Died(seq) => (known, joined) = (seq, None),
                Other::Going(id, state) => {
                    if joined != Some(id) {
                        tracing::info!(run = %id, "joined the sync that is going");
                    }
                    progress.phase(state);
                    joined = Some(id);
                }
                Other::NotSeen => {}
            }
            if let Some(lock) = lock {
                return Ok(Turn::Ours(lock));
            }
        }
    }

    /// The lock, waited for: the run of the process that has it is not the one that is asked for.
    pub(crate) async fn wait_for_lock(&self, org: &Organisation) -> Result<RunLock, Failure> {
        let mut told = false;
        loop {
            if let Some(lock) = self.lock_or_join(org).await? {
                return Ok(lock);
            }
            if !told {
                tracing::info!("waiting for the sync that is going");
                told = true;
            }
            tokio::time::sleep(LOOK).await;
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

    /// The lock of the organisation's previews, waited for: one is made after the other, and none
    /// of them keeps a sync waiting.
    pub(crate) async fn lock_preview(&self, org: &Organisation) -> Result<RunLock, Failure> {
        loop {
            if let Some(lock) = self.store.try_lock_preview(org.id).await? {
                let now = self.clock.now();
                self.store
                    .close_interrupted(org.id, RunKind::Preview, now)
                    .await?;
                return Ok(lock);
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// The number of the newest run; zero before the first.
    async fn newest_run(&self, org: &Organisation) -> Result<i64, Failure> {
        let newest = self.store.runs(org.id, Some(1), None).await?;
        Ok(newest.items.first().map_or(0, |record| record.seq))
    }

    /// What became of the sync that has been joined, or else of one that began after the run `known`.
    async fn other_sync(
        &self,
        org: &Organisation,
        known: i64,
        joined: Option<RunId>,
    ) -> Result<Other, Failure> {
        let record = match joined {
            Some(id) => self.store.run(org.id, id).await?,
            None => {
                let newest = self.store.runs(org.id, Some(NEWEST), None).await?;
                newest.items.into_iter().find(|record| {
                    is_roster_sync(&record.run)
                        && (record.seq > known || record.run.state.is_going())
                })
            }
        };
        match record {
            Some(record) => Ok(Other::of(record)),
            // It planned what is held already, and left no record of its own.
            None if joined.is_some() => {
                let held = self.store.held_runs(org.id).await?;
                let held = held.into_iter().find(|held| is_roster_sync(&held.run));
                Ok(held.map_or(Other::Died(known), |held| Other::Over(held.run.id)))
            }
            None => Ok(Other::NotSeen),
        }
    }
}

/// The sync of another process.
enum Other {
    /// It has not begun.
    NotSeen,
    Going(RunId, RunState),
    Over(RunId),
    /// It ended with its process, and had this number.
    Died(i64),
}

impl Other {
    fn of(record: RunRecord) -> Self {
        let RunRecord { run, seq, .. } = record;
        let interrupted = |code| code == ProblemCode::Interrupted;
        if run.state.is_going() {
            Self::Going(run.id, run.state)
        } else if run
            .error
            .as_ref()
            .map(|error| error.code)
            .is_some_and(interrupted)
        {
            Self::Died(seq)
        } else {
            Self::Over(run.id)
        }
    }
}

/// A pass of the midnight timer and a file have not read the HRIS, so nobody who wants a sync joins them.
fn is_roster_sync(run: &Run) -> bool {
    run.kind == RunKind::Sync && run.trigger.reads_hris()
}

/// Whether it is a pass of the midnight timer.
pub(crate) fn is_timer(run: &Run) -> bool {
    run.trigger == Trigger::Timer
}

impl Going<'_> {
    /// Whether the run may still write. A lock that was lost is noticed here, in time for a clear
    /// word; what happens after this look is caught by the store, which looks at the run's own row.
    pub(super) async fn is_ours(&mut self) -> bool {
        match &mut self.lock {
            None => true,
            Some(lock) => tokio::time::timeout(PATIENCE, lock.is_held()).await == Ok(true),
        }
    }
}
