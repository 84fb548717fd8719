//! Events of an HRIS: each is kept until a run has read whom it names.

use domain::{ConnectionId, HrisId, OrganisationId};
use jiff::{SignedDuration, Timestamp};

use crate::{
    NewTask, Store, StoreError,
    engine::{statements, values},
    task,
};

statements! {
    EVENT_ADD =
        "INSERT INTO webhook_event (org_id, connection_id, digest, hris_id, received_at)
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT (org_id, connection_id, digest) DO NOTHING";
    EVENTS_OLD =
        "DELETE FROM webhook_event
         WHERE org_id = $1 AND connection_id = $2 AND received_at < $3 AND done_at IS NOT NULL";
    EVENTS_WAITING =
        "SELECT digest, hris_id FROM webhook_event
         WHERE org_id = $1 AND connection_id = $2 AND done_at IS NULL ORDER BY received_at, digest";
    EVENT_DONE =
        "UPDATE webhook_event SET done_at = $4
         WHERE org_id = $1 AND connection_id = $2 AND digest = $3 AND done_at IS NULL";
}

/// For how long an event that comes again is known: an HRIS tries for three days.
const KNOWN: SignedDuration = SignedDuration::from_hours(7 * 24);

/// An event to be kept.
#[derive(Clone, Copy, Debug)]
pub struct NewEvent<'a> {
    /// Of which connection.
    pub connection: ConnectionId,
    /// The same for the same event.
    pub digest: &'a str,
    /// Whom it names.
    pub employee: &'a HrisId,
}

/// Events that no run has followed yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WaitingEvents {
    /// Which.
    pub digests: Vec<String>,
    /// Whom they name, each once.
    pub employees: Vec<HrisId>,
}

impl Store {
    /// Keeps an event with the task that follows it. Whether it is new.
    pub async fn keep_event(
        &self,
        org: OrganisationId,
        event: NewEvent<'_>,
        task: &NewTask,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut session = self.engine.write().await?;
        let old = now.checked_sub(KNOWN).unwrap_or(Timestamp::MIN);
        let values = values![org, event.connection, old];
        session.execute(&EVENTS_OLD, &values).await?;
        let values = values![org, event.connection, event.digest, event.employee, now];
        let is_new = session.execute(&EVENT_ADD, &values).await? > 0;
        if is_new {
            task::enqueue(&mut session, org, task, now).await?;
        }
        session.commit().await?;
        Ok(is_new)
    }

    /// The events of a connection that wait.
    pub async fn waiting_events(
        &self,
        org: OrganisationId,
        connection: ConnectionId,
    ) -> Result<WaitingEvents, StoreError> {
        let mut session = self.engine.read().await?;
        let mut waiting = WaitingEvents::default();
        session
            .each(&EVENTS_WAITING, &values![org, connection], |row| {
                waiting.digests.push(row.text()?.to_owned());
                let employee = HrisId::from(row.text()?);
                if !waiting.employees.contains(&employee) {
                    waiting.employees.push(employee);
                }
                Ok(())
            })
            .await?;
        Ok(waiting)
    }

    /// A run has followed these.
    pub async fn events_followed(
        &self,
        org: OrganisationId,
        connection: ConnectionId,
        digests: &[String],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut session = self.engine.write().await?;
        for digest in digests {
            let values = values![org, connection, digest.as_str(), now];
            session.execute(&EVENT_DONE, &values).await?;
        }
        session.commit().await
    }
}
