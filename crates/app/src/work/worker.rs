//! The loop that leases tasks and does them, and the one that looks at schedules and midnights.

use std::{sync::Arc, time::Duration};

use domain::TaskKind;
use jiff::SignedDuration;
use store::{StoredTask, Take};
use tokio::{sync::watch, task::JoinSet};
use tracing::Instrument as _;

use super::{Done, again::pause_after};
use crate::{App, Failure};

/// After so many tries of a midnight, which is a quarter of an hour, admins are told.
const TOLD_AFTER: u64 = 8;
/// For how long a task is leased. It is prolonged long before that, so only a process that died or
/// was paused loses one.
const LEASE: SignedDuration = SignedDuration::from_secs(30);
/// How often a lease is prolonged.
const PROLONG: Duration = Duration::from_secs(8);
/// How often it is looked whether something is due.
const LOOK: Duration = Duration::from_secs(1);
/// How long what is under way may take once the end is asked for, before it is handed back.
const GRACE: Duration = Duration::from_secs(8);

/// How much is done at once.
#[derive(Clone, Copy, Debug)]
pub struct Workers(pub usize);

impl Default for Workers {
    fn default() -> Self {
        Self(4)
    }
}

/// Nothing is due any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Idle {
    /// How many tasks were done, one way or the other.
    pub done: usize,
}

impl App {
    /// Works until the end is asked for: looks at schedules and midnights, and does what waits.
    pub async fn work(&self, workers: Workers, ended: watch::Receiver<bool>) {
        let mut parts = JoinSet::new();
        let looking = (self.clone(), ended.clone());
        parts.spawn(async move { looking.0.keep_looking(looking.1).await });
        for number in 0..workers.0.max(1) {
            // A mail server that hangs must not hold up every worker.
            let take = if number == 1 {
                Take::NoMails
            } else {
                Take::Anything
            };
            let working = (self.clone(), ended.clone());
            parts.spawn(async move { working.0.keep_working(take, working.1).await });
        }
        while let Some(ended) = parts.join_next().await {
            if let Err(error) = ended {
                tracing::error!(%error, "a part of the worker broke off");
            }
        }
    }

    /// Does everything that is due by the clock, one after the other, schedules and midnights
    /// included: for tests and for whoever wants to see nothing left.
    pub async fn work_off(&self) -> Result<Idle, Failure> {
        let mut done = 0;
        loop {
            self.look_around().await?;
            let now = self.clock.now();
            let Some(task) = self
                .store
                .lease(now, now + LEASE, Take::Anything, 0)
                .await?
            else {
                return Ok(Idle { done });
            };
            self.attempt(&task).await;
            done += 1;
        }
    }

    async fn look_around(&self) -> Result<(), Failure> {
        let now = self.clock.now();
        let begun = self.look_at_schedules(now).await? + self.look_at_midnights(now).await?;
        self.release_mails().await?;
        if begun > 0 {
            tracing::info!(begun, "scheduled work is due");
        }
        Ok(())
    }

    async fn keep_looking(&self, mut ended: watch::Receiver<bool>) {
        loop {
            if let Err(failure) = self.look_around().await {
                tracing::warn!(code = failure.code, "schedules could not be looked at");
            }
            tokio::select! {
                () = tokio::time::sleep(LOOK) => {}
                _ = ended.wait_for(|ended| *ended) => return,
            }
        }
    }

    async fn keep_working(&self, take: Take, mut ended: watch::Receiver<bool>) {
        while !*ended.borrow() {
            let now = self.clock.now();
            match self
                .store
                .lease(now, now + LEASE, take, self.chance())
                .await
            {
                Ok(Some(task)) => self.attempt_until(&task, &mut ended).await,
                Ok(None) => self.rest(&mut ended).await,
                Err(error) => {
                    // What it said is for the log, which this writes; it is tried again.
                    let failure = Failure::from(error);
                    tracing::warn!(code = failure.code, "no task could be leased");
                    self.rest(&mut ended).await;
                }
            }
        }
    }

    async fn rest(&self, ended: &mut watch::Receiver<bool>) {
        tokio::select! {
            () = tokio::time::sleep(LOOK) => {}
            () = self.wake.notified() => {}
            _ = ended.wait_for(|ended| *ended) => {}
        }
    }

    /// Does a task; what is not done a while after the end is asked for is handed back.
    async fn attempt_until(&self, task: &StoredTask, ended: &mut watch::Receiver<bool>) {
        let too_late = async {
            let _ = ended.wait_for(|ended| *ended).await;
            tokio::time::sleep(GRACE).await;
        };
        tokio::select! {
            () = self.attempt(task) => {}
            () = too_late => {
                tracing::info!(task = %task.id, kind = %task.kind, "handed back");
                if let Err(error) = self.store.task_hand_back(task).await {
                    // The lease ends by itself.
                    tracing::warn!(code = Failure::from(error).code, "a task was not handed back");
                }
            }
        }
    }

    /// Does a task while its lease is kept, and says what became of it.
    async fn attempt(&self, task: &StoredTask) {
        let app = self.clone();
        let worked = Arc::new(task.clone());
        let working = Arc::clone(&worked);
        // A task of its own: one that panics takes no worker with it.
        let run = task.payload.get("run").and_then(serde_json::Value::as_str);
        let span = tracing::info_span!("task", id = %task.id, kind = %task.kind, run);
        let doing = async move { app.do_task(&working).await };
        let mut doing = tokio::spawn(doing.instrument(span));
        let abort = AbortOnDrop(doing.abort_handle());
        let done = loop {
            tokio::select! {
                done = &mut doing => break done,
                () = tokio::time::sleep(PROLONG) => {
                    let until = self.clock.now() + LEASE;
                    if matches!(self.store.prolong(task, until).await, Ok(false)) {
                        tracing::warn!(task = %task.id, "another worker has taken the task over");
                        return;
                    }
                }
            }
        };
        drop(abort);
        let done = match done {
            Ok(Ok(done)) => done,
            Ok(Err(failure)) => Done::Again(failure.to_string()),
            Err(_) => Done::Again("it broke off".to_owned()),
        };
        if let Err(error) = self.settle_task(task, done).await {
            // It comes again when its lease is over.
            tracing::warn!(task = %task.id, code = Failure::from(error).code, "a task was not settled");
        }
    }

    fn chance(&self) -> u8 {
        let mut chance = [0_u8; 1];
        self.entropy.fill(&mut chance);
        chance[0]
    }

    async fn settle_task(&self, task: &StoredTask, done: Done) -> Result<(), store::StoreError> {
        let now = self.clock.now();
        let error = match done {
            Done::Whole => return self.store.task_done(task).await,
            Done::Never(error) => {
                tracing::error!(task = %task.id, kind = %task.kind, "given up");
                return self.store.task_give_up(task, now, &error).await;
            }
            Done::Again(error) => error,
        };
        if task.kind == TaskKind::Midnight && task.attempts >= TOLD_AFTER {
            self.tell_of_midnight(task, &error).await;
        }
        match pause_after(task.kind, task.attempts, self.chance()) {
            Some(pause) => {
                tracing::info!(task = %task.id, kind = %task.kind, attempts = task.attempts, "tried again later");
                self.store.task_again(task, now + pause, &error).await
            }
            None => {
                tracing::error!(task = %task.id, kind = %task.kind, "given up");
                self.store.task_give_up(task, now, &error).await
            }
        }
    }

    /// Says by mail that nobody was archived by a midnight so far.
    async fn tell_of_midnight(&self, task: &StoredTask, error: &str) {
        let told = async {
            if let Some(org) = self.organisation_of(task).await? {
                self.announce_midnight(&org, error).await?;
            }
            Ok::<(), Failure>(())
        };
        if let Err(failure) = told.await {
            tracing::warn!(code = failure.code, "admins were not told");
        }
    }
}

/// Whoever stops waiting for a task stops it.
struct AbortOnDrop(tokio::task::AbortHandle);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use domain::{OsEntropy, SystemClock};

    use super::*;
    use crate::{NewAdmin, NewOrganisation, vault::Vault};

    #[tokio::test]
    async fn admins_are_told_once_of_a_midnight_that_does_not_work() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/rollcall.db", folder.path().display());
        let app = App::new(
            store::Store::open(&url).await.unwrap(),
            Vault::read_or_make(&folder.path().join("key"), &OsEntropy).unwrap(),
            "http://127.0.0.1:1/v1".to_owned(),
            "http://127.0.0.1".to_owned(),
            Arc::new(SystemClock),
            Arc::new(OsEntropy),
        );
        let new = NewOrganisation {
            name: "Acme".to_owned(),
            slug: None,
            time_zone: "UTC".to_owned(),
        };
        let slug = app.create_organisation(new).await.unwrap().slug;
        let org = app.organisation(&slug).await.unwrap();
        let boss = NewAdmin {
            email: "boss@acme.test".to_owned(),
            first_name: None,
            last_name: None,
            password: Some("correct horse battery".to_owned().into()),
        };
        app.create_admin(&org, boss).await.unwrap();
        let task = |attempts| StoredTask {
            org: org.id,
            id: app.ids().next(),
            kind: TaskKind::Midnight,
            payload: serde_json::json!({}),
            due_at: app.clock.now(),
            attempts,
            fence: 1,
            failed_at: None,
            error: None,
            created_at: app.clock.now(),
        };
        let told = async || {
            let mails = app.outbox(&org, None, None).await.unwrap().items;
            let mails = mails.into_iter();
            mails
                .filter(|mail| mail.subject.contains("leavers"))
                .count()
        };
        for (attempts, mails) in [(1, 0), (TOLD_AFTER - 1, 0), (TOLD_AFTER, 1), (20, 1)] {
            app.settle_task(
                &task(attempts),
                Done::Again("The database is full.".to_owned()),
            )
            .await
            .ok();
            assert_eq!(told().await, mails, "after {attempts}");
        }
        // Once it went well, another time is told anew.
        app.midnight_task(&task(9)).await.unwrap();
        app.settle_task(&task(20), Done::Again("Once more.".to_owned()))
            .await
            .ok();
        assert_eq!(told().await, 2);
    }
}
