//! Work that waits: put down in the transaction of what made it necessary, leased by a worker, and
//! taken off when it is done.
//!
//! A lease ends by itself, so what a killed worker had is taken up by another. Each lease has its own
//! fence: whoever was paused and wakes up late ends nothing that somebody else has taken since.
//!
//! Mails, which come by the hundred thousand and whose server may be slow, stand in a line in which
//! organisations take turns: the first mail of each has the lowest rank, its second the next, all of
//! them from where the line has come to. Everything else goes by when it is due, and some workers
//! never touch the line. So nobody's mails keep anybody's sync waiting, nor another one's mails, and
//! finding the next task is a look at the start of an index, however many wait.

use domain::{OrganisationId, TaskId, TaskKind};
use jiff::Timestamp;
use serde_json::Value as Json;

use crate::{
    Store, StoreError,
    engine::{Reader, Session, bulks, read_count, statements, values},
};

macro_rules! task_columns {
    () => {
        "org_id, id, kind, payload, due_at, attempts, fence, failed_at, error, created_at"
    };
}

statements! {
    TASK_ADD =
        "INSERT INTO task (org_id, id, kind, once, payload, due_at, attempts, fence, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, 0, 0, $7)
         ON CONFLICT (org_id, kind, once)
           WHERE once IS NOT NULL AND leased_until IS NULL AND failed_at IS NULL
         DO UPDATE SET due_at = excluded.due_at WHERE task.due_at > excluded.due_at";
    // One statement on both engines: of two workers that choose the same row, the second one finds
    // it leased and takes nothing. It then tries another.
    TASK_LEASE = concat!(
        "UPDATE task SET leased_until = $2, fence = fence + 1, attempts = attempts + 1
         WHERE failed_at IS NULL AND (leased_until IS NULL OR leased_until <= $1) AND due_at <= $1
           AND org_id = $3 AND id = $4
         RETURNING ", task_columns!());
    // Whose worker died.
    TASKS_LOST =
        "SELECT org_id, id FROM task WHERE leased_until <= $1 AND failed_at IS NULL
         ORDER BY leased_until, id LIMIT $2";
    TASKS_DUE =
        "SELECT org_id, id FROM task
         WHERE rank IS NULL AND leased_until IS NULL AND failed_at IS NULL AND due_at <= $1
         ORDER BY due_at, id LIMIT $2";
    TASKS_IN_LINE =
        "SELECT org_id, id FROM task
         WHERE rank IS NOT NULL AND leased_until IS NULL AND failed_at IS NULL AND due_at <= $1
         ORDER BY rank, org_id, id LIMIT $2";
    // Where the line has come to.
    LINE_START =
        "SELECT COALESCE(MIN(rank), 0) FROM task
         WHERE rank IS NOT NULL AND leased_until IS NULL AND failed_at IS NULL";
    TASK_PROLONG =
        "UPDATE task SET leased_until = $4 WHERE org_id = $1 AND id = $2 AND fence = $3
           AND failed_at IS NULL";
    TASK_DONE = "DELETE FROM task WHERE org_id = $1 AND id = $2 AND fence = $3";
    // Who waits under the same name already makes this one needless.
    TASK_DROP_TWIN =
        "DELETE FROM task WHERE org_id = $1 AND id = $2 AND fence = $3 AND EXISTS (
           SELECT 1 FROM task t WHERE t.org_id = task.org_id AND t.kind = task.kind
             AND t.once = task.once AND t.id <> task.id
             AND t.leased_until IS NULL AND t.failed_at IS NULL)";
    TASK_AGAIN =
        "UPDATE task SET leased_until = NULL, due_at = $4, error = $5
         WHERE org_id = $1 AND id = $2 AND fence = $3";
    TASK_HAND_BACK =
        "UPDATE task SET leased_until = NULL, attempts = attempts - 1
         WHERE org_id = $1 AND id = $2 AND fence = $3";
    TASK_GIVE_UP =
        "UPDATE task SET leased_until = NULL, failed_at = $4, error = $5
         WHERE org_id = $1 AND id = $2 AND fence = $3";
    TASKS_FAILED = concat!(
        "SELECT ", task_columns!(), " FROM task
         WHERE org_id = $1 AND failed_at IS NOT NULL ORDER BY failed_at DESC, id");
    TASK_RETRY =
        "UPDATE task SET failed_at = NULL, error = NULL, attempts = 0, due_at = $3,
           once = NULL
         WHERE org_id = $1 AND id = $2 AND failed_at IS NOT NULL";
    TASKS_LEFT = "SELECT COUNT(*) FROM task WHERE failed_at IS NULL";
    TASKS_GIVEN_UP = "SELECT COUNT(*) FROM task WHERE failed_at IS NOT NULL";
}

bulks! {
    TASKS_ADD = rows(
        "INSERT INTO task (org_id, id, kind, payload, due_at, rank, attempts, fence, created_at)", 9,
        "");
}

/// Work to be put down.
#[derive(Clone, Debug)]
pub struct NewTask {
    /// Its id.
    pub id: TaskId,
    /// What kind.
    pub kind: TaskKind,
    /// While one of this kind and name still waits, a second one is none.
    pub once: Option<String>,
    /// What it is about.
    pub payload: Json,
    /// Not before this.
    pub due_at: Timestamp,
}

/// Work as it is stored, and as a lease gives it.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredTask {
    /// Whose.
    pub org: OrganisationId,
    /// Its id.
    pub id: TaskId,
    /// What kind.
    pub kind: TaskKind,
    /// What it is about.
    pub payload: Json,
    /// Not before this.
    pub due_at: Timestamp,
    /// How often it was begun, this time included.
    pub attempts: u64,
    /// Of this lease.
    pub fence: i64,
    /// When it was given up.
    pub failed_at: Option<Timestamp>,
    /// Why it failed the last time.
    pub error: Option<String>,
    /// When it was put down.
    pub created_at: Timestamp,
}

/// What a worker takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Take {
    /// Whatever is next.
    Anything,
    /// Nothing that stands in the line.
    NoMails,
}

/// How many of those next in line are looked at: others take some of them at the same time.
const TRIED: i64 = 16;
/// How many of those whose worker died.
const LOST: i64 = 4;

impl Store {
    /// Puts work down on its own; what belongs to a change goes into its transaction.
    pub async fn enqueue(
        &self,
        org: OrganisationId,
        task: NewTask,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut session = self.engine.write().await?;
        enqueue(&mut session, org, &task, now).await?;
        session.commit().await
    }

    /// Leases the next task that is due until an instant; none where nothing is. The lease of a worker
    /// that died is over by then. `chance` says with whom of those next in line it begins, so that
    /// workers who ask at once do not all want the same one.
    pub async fn lease(
        &self,
        now: Timestamp,
        until: Timestamp,
        take: Take,
        chance: u8,
    ) -> Result<Option<StoredTask>, StoreError> {
        loop {
            let next = self.next_tasks(now, take, chance).await?;
            if next.is_empty() {
                return Ok(None);
            }
            let mut session = self.engine.write().await?;
            for (org, id) in next {
                let values = values![now, until, org, id];
                if let Some(task) = session.maybe_one(&TASK_LEASE, &values, read).await? {
                    session.commit().await?;
                    return Ok(Some(task));
                }
            }
            // Others took all of them, and there may be more.
        }
    }

    async fn next_tasks(
        &self,
        now: Timestamp,
        take: Take,
        chance: u8,
    ) -> Result<Vec<(OrganisationId, TaskId)>, StoreError> {
        let name = |row: &mut Reader<'_>| Ok((row.id()?, row.id()?));
        let mut session = self.engine.read().await?;
        let mut next = session.all(&TASKS_LOST, &values![now, LOST], name).await?;
        let lists: &[_] = match take {
            Take::Anything => &[&TASKS_DUE, &TASKS_IN_LINE],
            Take::NoMails => &[&TASKS_DUE],
        };
        for list in lists {
            let mut found = session.all(list, &values![now, TRIED], name).await?;
            if !found.is_empty() {
                let start = usize::from(chance) % found.len();
                found.rotate_left(start);
            }
            next.extend(found);
        }
        Ok(next)
    }

    /// Prolongs a lease; whether it is still the newest one.
    pub async fn prolong(&self, task: &StoredTask, until: Timestamp) -> Result<bool, StoreError> {
        let mut session = self.engine.write().await?;
        let values = values![task.org, task.id, task.fence, until];
        let prolonged = session.execute(&TASK_PROLONG, &values).await?;
        session.commit().await?;
        Ok(prolonged > 0)
    }

    /// Takes off what is done.
    pub async fn task_done(&self, task: &StoredTask) -> Result<(), StoreError> {
        let mut session = self.engine.write().await?;
        let values = values![task.org, task.id, task.fence];
        session.execute(&TASK_DONE, &values).await?;
        session.commit().await
    }

    /// Lets it be tried again at an instant. One that waits under the same name takes its place.
    pub async fn task_again(
        &self,
        task: &StoredTask,
        due_at: Timestamp,
        error: &str,
    ) -> Result<(), StoreError> {
        let mut session = self.engine.write().await?;
        let values = values![task.org, task.id, task.fence];
        session.execute(&TASK_DROP_TWIN, &values).await?;
        let values = values![task.org, task.id, task.fence, due_at, error];
        session.execute(&TASK_AGAIN, &values).await?;
        session.commit().await
    }

    /// Hands back what was leased and not begun, or is not to be finished here.
    pub async fn task_hand_back(&self, task: &StoredTask) -> Result<(), StoreError> {
        let mut session = self.engine.write().await?;
        let values = values![task.org, task.id, task.fence];
        session.execute(&TASK_DROP_TWIN, &values).await?;
        session.execute(&TASK_HAND_BACK, &values).await?;
        session.commit().await
    }

    /// Gives it up: it stays, to be looked at.
    pub async fn task_give_up(
        &self,
        task: &StoredTask,
        now: Timestamp,
        error: &str,
    ) -> Result<(), StoreError> {
        let mut session = self.engine.write().await?;
        let values = values![task.org, task.id, task.fence, now, error];
        session.execute(&TASK_GIVE_UP, &values).await?;
        session.commit().await
    }

    /// What was given up, the newest first.
    pub async fn failed_tasks(&self, org: OrganisationId) -> Result<Vec<StoredTask>, StoreError> {
        let mut session = self.engine.read().await?;
        session.all(&TASKS_FAILED, &values![org], read).await
    }

    /// Lets something that was given up be tried again; whether there was such a thing.
    pub async fn retry_task(
        &self,
        org: OrganisationId,
        id: TaskId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut session = self.engine.write().await?;
        let retried = session.execute(&TASK_RETRY, &values![org, id, now]).await?;
        session.commit().await?;
        Ok(retried > 0)
    }

    /// How many tasks wait or are under way, and how many were given up, in the whole installation.
    pub async fn task_counts(&self) -> Result<(u64, u64), StoreError> {
        let mut session = self.engine.read().await?;
        let left = session.maybe_one(&TASKS_LEFT, &[], read_count).await?;
        let failed = session.maybe_one(&TASKS_GIVEN_UP, &[], read_count).await?;
        Ok((left.unwrap_or(0), failed.unwrap_or(0)))
    }
}

/// Puts work down inside the transaction of what made it necessary.
pub(crate) async fn enqueue(
    session: &mut Session,
    org: OrganisationId,
    task: &NewTask,
    now: Timestamp,
) -> Result<(), StoreError> {
    let values = values![
        org,
        task.id,
        task.kind.as_str(),
        task.once.as_deref(),
        crate::json(&task.payload)?,
        task.due_at,
        now,
    ];
    session.execute(&TASK_ADD, &values).await?;
    Ok(())
}

/// Puts down many without names at the end of the line, inside a transaction.
pub(crate) async fn enqueue_many(
    session: &mut Session,
    org: OrganisationId,
    tasks: &[NewTask],
    now: Timestamp,
) -> Result<(), StoreError> {
    let start = session.maybe_one(&LINE_START, &[], read_rank).await?;
    let start = start.unwrap_or_default();
    let lined = tasks.iter().zip(start..);
    session
        .insert(&TASKS_ADD, lined, move |(task, rank), values| {
            values.extend(values![
                org,
                task.id,
                task.kind.as_str(),
                crate::json(&task.payload)?,
                task.due_at,
                rank,
                0_i64,
                0_i64,
                now
            ]);
            Ok(())
        })
        .await
}

fn read_rank(row: &mut Reader<'_>) -> Result<i64, StoreError> {
    row.int()
}

fn read(row: &mut Reader<'_>) -> Result<StoredTask, StoreError> {
    Ok(StoredTask {
        org: row.id()?,
        id: row.id()?,
        kind: row.word()?,
        payload: row.json()?,
        due_at: row.instant()?,
        attempts: row.count()?,
        fence: row.int()?,
        failed_at: row.maybe_instant()?,
        error: row.maybe_text()?.map(str::to_owned),
        created_at: row.instant()?,
    })
}
