//! Runs that wait to be begun, and when the next ones are due.

use domain::{ConnectionId, Days, Organisation, OrganisationId, Run, RunId, RunState, Schedule};
use jiff::Timestamp;

use crate::{
    NewTask, RunRecord, Store, StoreError,
    engine::{Reader, statements, values},
    run, task,
};

statements! {
    RUN_START =
        "UPDATE run SET state = $3, started_at = $4
         WHERE org_id = $1 AND id = $2 AND state = 'queued' AND finished_at IS NULL";
    SYNC_DUE =
        "SELECT c.org_id, o.slug, o.name, o.time_zone, c.id, c.schedule_time, c.schedule_days,
           c.next_sync_at
         FROM connection c JOIN organisation o ON o.id = c.org_id
         WHERE c.state = 'connected' AND (c.next_sync_at IS NULL OR c.next_sync_at <= $1)
         ORDER BY c.id LIMIT $2";
    SYNC_NEXT =
        "UPDATE connection SET next_sync_at = $3
         WHERE org_id = $1 AND id = $2 AND next_sync_at IS NOT DISTINCT FROM $4
           AND state = 'connected'";
    SYNC_NEXT_SET =
        "UPDATE connection SET next_sync_at = $3
         WHERE org_id = $1 AND id = $2 AND next_sync_at IS DISTINCT FROM $3";
    OVERDUE_SINCE =
        "SELECT next_sync_at FROM connection
         WHERE org_id = $1 AND state = 'connected' AND next_sync_at < $2";
    MIDNIGHT_DUE =
        "SELECT id, slug, name, time_zone, next_midnight_at FROM organisation
         WHERE next_midnight_at IS NULL OR next_midnight_at <= $1
         ORDER BY id LIMIT $2";
    MIDNIGHT_NEXT =
        "UPDATE organisation SET next_midnight_at = $2
         WHERE id = $1 AND next_midnight_at IS NOT DISTINCT FROM $3";
}

/// A schedule that is to be looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueSync {
    /// Whose.
    pub organisation: Organisation,
    /// Of which connection.
    pub connection: ConnectionId,
    /// When it syncs.
    pub schedule: Schedule,
    /// When it was due; none when nobody has looked at the schedule yet.
    pub due_at: Option<Timestamp>,
}

/// A midnight that is to be looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueMidnight {
    /// Whose.
    pub organisation: Organisation,
    /// When it was due; none when nobody has looked at the zone yet.
    pub due_at: Option<Timestamp>,
}

/// What became of a run that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Queued {
    /// It waits to be begun.
    New,
    /// One like it is going already.
    Existing(Box<RunRecord>),
}

impl Store {
    /// Since when a daily sync has been due that nobody has begun, if since before this.
    pub async fn overdue_since(
        &self,
        org: OrganisationId,
        before: Timestamp,
    ) -> Result<Option<Timestamp>, StoreError> {
        let mut session = self.engine.read().await?;
        let found = session
            .maybe_one(&OVERDUE_SINCE, &values![org, before], |row| {
                row.maybe_instant()
            })
            .await?;
        Ok(found.flatten())
    }

    /// Stores a run that waits, with the task that begins it. Where one of its kind is going already,
    /// and neither is for another day, that one is given instead.
    pub async fn queue_run(
        &self,
        org: OrganisationId,
        run: &Run,
        connection: ConnectionId,
        task: &NewTask,
    ) -> Result<Queued, StoreError> {
        let mut session = self.engine.write().await?;
        // The row of the organisation comes first: two who ask at once come one after the other.
        run::begin(&mut session, org, run, Some(connection)).await?;
        let going = run::going(&mut session, org).await?;
        let like = going.into_iter().find(|other| {
            other.run.id != run.id
                && other.run.kind == run.kind
                && other.run.trigger.reads_hris()
                && other.run.as_of.is_none()
                && run.as_of.is_none()
        });
        if let Some(other) = like {
            return Ok(Queued::Existing(Box::new(other)));
        }
        task::enqueue(&mut session, org, task, run.started_at).await?;
        session.commit().await?;
        Ok(Queued::New)
    }

    /// Begins a run that waits; whether it still did.
    pub async fn start_run(
        &self,
        org: OrganisationId,
        run: RunId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut session = self.engine.write().await?;
        let values = values![org, run, RunState::Fetching.as_str(), now];
        let started = session.execute(&RUN_START, &values).await?;
        session.commit().await?;
        Ok(started > 0)
    }

    /// Connections whose schedule is due, or has not been looked at.
    pub async fn due_syncs(&self, now: Timestamp, most: u32) -> Result<Vec<DueSync>, StoreError> {
        let mut session = self.engine.read().await?;
        let values = values![now, i64::from(most)];
        session
            .all(&SYNC_DUE, &values, |row| {
                Ok(DueSync {
                    organisation: organisation(row)?,
                    connection: row.id()?,
                    schedule: Schedule {
                        time: row.text()?.to_owned(),
                        days: row.word::<Days>()?,
                    },
                    due_at: row.maybe_instant()?,
                })
            })
            .await
    }

    /// Moves a schedule on, and puts down the run that was due with its task, all of it or nothing.
    /// Whether it was still due as it was seen: of several who look at once, one moves it.
    pub async fn move_schedule(
        &self,
        due: &DueSync,
        next: Option<Timestamp>,
        run: Option<(&Run, &NewTask)>,
    ) -> Result<bool, StoreError> {
        let mut session = self.engine.write().await?;
        let org = due.organisation.id;
        // First, as everywhere: it puts the changes of one organisation into an order.
        if let Some((run, _)) = run {
            run::begin(&mut session, org, run, Some(due.connection)).await?;
        }
        let values = values![org, due.connection, next.or(Some(NEVER)), due.due_at];
        if session.execute(&SYNC_NEXT, &values).await? == 0 {
            return Ok(false);
        }
        if let Some((run, task)) = run {
            let going = run::going(&mut session, org).await?;
            let is_going = going.iter().any(|other| {
                other.run.id != run.id
                    && other.run.kind == run.kind
                    && other.run.trigger.reads_hris()
            });
            if is_going {
                // It reads the HRIS today: nothing is missed.
                run::forget(&mut session, org, run.id).await?;
            } else {
                task::enqueue(&mut session, org, task, run.started_at).await?;
            }
        }
        session.commit().await?;
        Ok(true)
    }

    /// Says when a connection syncs next; never, as long as that would only be refused again.
    pub async fn set_next_sync(
        &self,
        org: OrganisationId,
        connection: ConnectionId,
        next: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        let mut session = self.engine.write().await?;
        let values = values![org, connection, next.unwrap_or(NEVER)];
        session.execute(&SYNC_NEXT_SET, &values).await?;
        session.commit().await
    }

    /// Organisations whose midnight is due, or has not been looked at.
    pub async fn due_midnights(
        &self,
        now: Timestamp,
        most: u32,
    ) -> Result<Vec<DueMidnight>, StoreError> {
        let mut session = self.engine.read().await?;
        let values = values![now, i64::from(most)];
        session
            .all(&MIDNIGHT_DUE, &values, |row| {
                Ok(DueMidnight {
                    organisation: organisation(row)?,
                    due_at: row.maybe_instant()?,
                })
            })
            .await
    }

    /// Moves a midnight on, and puts down the pass that was due. Whether it was still due as it was
    /// seen.
    pub async fn move_midnight(
        &self,
        due: &DueMidnight,
        next: Timestamp,
        now: Timestamp,
        task: Option<&NewTask>,
    ) -> Result<bool, StoreError> {
        let mut session = self.engine.write().await?;
        let org = due.organisation.id;
        let moved = session
            .execute(&MIDNIGHT_NEXT, &values![org, next, due.due_at])
            .await?;
        if moved == 0 {
            return Ok(false);
        }
        if let Some(task) = task {
            task::enqueue(&mut session, org, task, now).await?;
        }
        session.commit().await?;
        Ok(true)
    }
}

/// Later than anything: for what is not due until somebody changes something.
const NEVER: Timestamp = Timestamp::MAX;

fn organisation(row: &mut Reader<'_>) -> Result<Organisation, StoreError> {
    Ok(Organisation {
        id: row.id()?,
        slug: row.text()?.to_owned(),
        name: row.text()?.to_owned(),
        time_zone: row.text()?.to_owned(),
    })
}
