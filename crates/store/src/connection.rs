//! An organisation's link to its HRIS.

use domain::{Connection, ConnectionId, ConnectionState, OrganisationId, Schedule};
use hris::Coverage;
use jiff::Timestamp;

use crate::{
    ActId, Actor, Store, StoreError,
    engine::{Reader, Session, read_count, statements, values},
    organisation::{self, found_one},
    run, secret,
};

statements! {
    PREVIEW_ITEMS_DROP =
        "DELETE FROM plan_item WHERE org_id = $1 AND run_id IN (
           SELECT id FROM run WHERE org_id = $1 AND connection_id = $2 AND kind = 'preview')";
    PREVIEWS_DROP =
        "DELETE FROM run WHERE org_id = $1 AND connection_id = $2 AND kind = 'preview'";
    CONNECTION =
        "SELECT id, provider, state, service_user_id, connected_at, schedule_time, schedule_days,
           accepted_missing, token_sealed, good_runs, coverage
         FROM connection WHERE org_id = $1 AND state <> 'disconnected'";
    CONNECTION_BY_ID =
        "SELECT id, provider, state, service_user_id, connected_at, schedule_time, schedule_days,
           accepted_missing, token_sealed, good_runs, coverage
         FROM connection WHERE org_id = $1 AND id = $2";
    IS_LIVE =
        "SELECT COUNT(*) FROM connection
         WHERE org_id = $1 AND id = $2 AND state <> 'disconnected'";
    HAS_LIVE =
        "SELECT COUNT(*) FROM connection WHERE org_id = $1 AND state <> 'disconnected'";
    CONNECTION_PUT =
        "INSERT INTO connection (org_id, id, provider, state, service_user_id, connected_at,
           schedule_time, schedule_days, accepted_missing, token_sealed, good_runs)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0)
         ON CONFLICT (org_id, id) DO UPDATE SET state = excluded.state,
           service_user_id = excluded.service_user_id, schedule_time = excluded.schedule_time,
           schedule_days = excluded.schedule_days, accepted_missing = excluded.accepted_missing,
           token_sealed = excluded.token_sealed, next_sync_at = NULL";
    STATE_SET =
        "UPDATE connection SET state = $3, next_sync_at = NULL
         WHERE org_id = $1 AND id = $2 AND state <> 'disconnected'";
    SCHEDULE_SET =
        "UPDATE connection SET schedule_time = $3, schedule_days = $4,
           next_sync_at = NULL
         WHERE org_id = $1 AND id = $2 AND state <> 'disconnected'";
    DISCONNECT =
        "UPDATE connection SET state = 'disconnected', token_sealed = NULL,
           webhook_secret_sealed = NULL, next_sync_at = NULL, disconnected_at = $3
         WHERE org_id = $1 AND id = $2 AND state <> 'disconnected'";
    REMEMBER_END_DATES =
        "INSERT INTO history (org_id, act_id, person_id, at, run_id, actor, action, fields, why)
         SELECT org_id, $2, id, $3, NULL, $4, 'update',
           '[[\"end_date\",{\"date\":\"' || end_date || '\"},null]]', $5
         FROM person WHERE org_id = $1 AND hris_id IS NOT NULL AND end_date IS NOT NULL
           AND status <> 'archived'";
    FORGET_END_DATES =
        "UPDATE person SET end_date = NULL, version = version + 1, updated_at = $2
         WHERE org_id = $1 AND hris_id IS NOT NULL AND end_date IS NOT NULL
           AND status <> 'archived'";
    WEBHOOK_SECRET =
        "SELECT webhook_secret_sealed FROM connection WHERE org_id = $1 AND id = $2";
    WEBHOOK_SECRET_SET =
        "UPDATE connection SET webhook_secret_sealed = $3
         WHERE org_id = $1 AND id = $2 AND state <> 'disconnected'";
    TRIAL_SET =
        "UPDATE connection SET coverage = $3 WHERE org_id = $1 AND id = $2 AND good_runs = 0";
    COUNT_GOOD_RUN =
        "UPDATE connection SET good_runs = good_runs + 1, coverage = $3
         WHERE org_id = $1 AND id = $2";
}

const WHY_FORGOTTEN: &str = "The HRIS was disconnected, and its end dates were to be forgotten.";

/// A connection with what only the store keeps.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredConnection {
    /// The connection.
    pub connection: Connection,
    /// The token as the caller sealed it; none once disconnected.
    pub token_sealed: Option<String>,
    /// How many whole syncs were stored.
    pub good_runs: u64,
    /// Which fields the last of them saw; before the first, the trial.
    pub coverage: Option<Coverage>,
}

impl std::fmt::Debug for StoredConnection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StoredConnection")
            .field("connection", &self.connection.id)
            .finish_non_exhaustive()
    }
}

impl Store {
    /// The live connection: connected or paused.
    pub async fn connection(
        &self,
        org: OrganisationId,
    ) -> Result<Option<StoredConnection>, StoreError> {
        self.engine
            .read()
            .await?
            .maybe_one(&CONNECTION, &values![org], read)
            .await
    }

    /// A connection of now or then, by id.
    pub async fn connection_by_id(
        &self,
        org: OrganisationId,
        id: ConnectionId,
    ) -> Result<Option<StoredConnection>, StoreError> {
        self.engine
            .read()
            .await?
            .maybe_one(&CONNECTION_BY_ID, &values![org, id], read)
            .await
    }

    /// Stores a new connection, or the credentials and settings of one that is there. A second live
    /// one is refused with [`crate::Clash::Connection`], and a token that was sealed with a key that
    /// has been rotated out with [`StoreError::KeyRetired`].
    pub async fn put_connection(
        &self,
        org: OrganisationId,
        connection: &Connection,
        token_sealed: &str,
    ) -> Result<(), StoreError> {
        let mut session = self.engine.write().await?;
        organisation::touch(&mut session, org).await?;
        secret::refuse_retired(&mut session, token_sealed).await?;
        let Schedule { time, days } = &connection.schedule;
        let values = values![
            org,
            connection.id,
            connection.provider.as_str(),
            connection.state.as_str(),
            connection.service_user_id.as_str(),
            connection.connected_at,
            time.as_str(),
            days.as_str(),
            crate::json(&connection.accepted_missing)?,
            token_sealed,
        ];
        session.execute(&CONNECTION_PUT, &values).await?;
        session.commit().await
    }

    /// Keeps what the trial of a connection saw, until the first sync has seen more.
    pub async fn keep_trial(
        &self,
        org: OrganisationId,
        id: ConnectionId,
        trial: &Coverage,
    ) -> Result<(), StoreError> {
        let mut session = self.engine.write().await?;
        let values = values![org, id, crate::json(trial)?];
        session.execute(&TRIAL_SET, &values).await?;
        session.commit().await
    }

    /// Pauses or resumes the live connection.
    ///
    /// # Panics
    /// When asked to disconnect, which [`Store::disconnect`] does.
    pub async fn set_connection_state(
        &self,
        org: OrganisationId,
        id: ConnectionId,
        state: ConnectionState,
    ) -> Result<(), StoreError> {
        assert_ne!(
            state,
            ConnectionState::Disconnected,
            "disconnecting erases the token too"
        );
        let mut session = self.engine.write().await?;
        set_state(&mut session, org, id, state).await?;
        session.commit().await
    }

    /// Changes when the daily sync runs.
    pub async fn set_schedule(
        &self,
        org: OrganisationId,
        id: ConnectionId,
        schedule: &Schedule,
    ) -> Result<(), StoreError> {
        let mut session = self.engine.write().await?;
        let values = values![org, id, schedule.time.as_str(), schedule.days.as_str()];
        found_one(session.execute(&SCHEDULE_SET, &values).await?, "connection")?;
        session.commit().await
    }

    /// The secret of a connection's webhooks, as the caller sealed it.
    pub async fn webhook_secret(
        &self,
        org: OrganisationId,
        id: ConnectionId,
    ) -> Result<Option<String>, StoreError> {
        let mut session = self.engine.read().await?;
        let found = session
            .maybe_one(&WEBHOOK_SECRET, &values![org, id], |row| {
                Ok(row.maybe_text()?.map(str::to_owned))
            })
            .await?;
        Ok(found.flatten())
    }

    /// Stores the secret of a connection's webhooks, or takes it away. One that was sealed with a key
    /// that has been rotated out is refused with [`StoreError::KeyRetired`].
    pub async fn set_webhook_secret(
        &self,
        org: OrganisationId,
        id: ConnectionId,
        sealed: Option<&str>,
    ) -> Result<(), StoreError> {
        let mut session = self.engine.write().await?;
        if let Some(sealed) = sealed {
            secret::refuse_retired(&mut session, sealed).await?;
        }
        let set = session
            .execute(&WEBHOOK_SECRET_SET, &values![org, id, sealed])
            .await?;
        found_one(set, "connection")?;
        session.commit().await
    }

    /// Ends the connection and erases its token. Nobody's record changes, links included, unless the
    /// end dates of people who are still here are to be forgotten. A plan that is held ends with it:
    /// it could never be approved. A run that is going finds out when it wants to store something.
    pub async fn disconnect(
        &self,
        org: OrganisationId,
        id: ConnectionId,
        at: Timestamp,
        forget_end_dates: Option<(Actor, ActId)>,
    ) -> Result<(), StoreError> {
        let mut session = self.engine.write().await?;
        end(&mut session, org, id, at).await?;
        if let Some((actor, act)) = forget_end_dates {
            let values = values![org, act, at, actor.to_string(), WHY_FORGOTTEN];
            session.execute(&REMEMBER_END_DATES, &values).await?;
            session
                .execute(&FORGET_END_DATES, &values![org, at])
                .await?;
        }
        session.commit().await
    }

    /// Ends a connection that nobody has synced with: its previews go too, with everybody in them.
    pub async fn cancel_connection(
        &self,
        org: OrganisationId,
        id: ConnectionId,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let mut session = self.engine.write().await?;
        end(&mut session, org, id, at).await?;
        forget_previews(&mut session, org, id).await?;
        session.commit().await
    }
}

async fn end(
    session: &mut Session,
    org: OrganisationId,
    id: ConnectionId,
    at: Timestamp,
) -> Result<(), StoreError> {
    organisation::touch(session, org).await?;
    found_one(
        session.execute(&DISCONNECT, &values![org, id, at]).await?,
        "connection",
    )?;
    run::close_held_of(session, org, id, at).await
}

/// Forgets the previews of a connection, with everybody in them, inside a transaction.
async fn forget_previews(
    session: &mut Session,
    org: OrganisationId,
    id: ConnectionId,
) -> Result<(), StoreError> {
    for statement in [&PREVIEW_ITEMS_DROP, &PREVIEWS_DROP] {
        session.execute(statement, &values![org, id]).await?;
    }
    Ok(())
}

/// Pauses or resumes the live connection, inside a transaction.
pub(crate) async fn set_state(
    session: &mut Session,
    org: OrganisationId,
    id: ConnectionId,
    state: ConnectionState,
) -> Result<(), StoreError> {
    let values = values![org, id, state.as_str()];
    found_one(session.execute(&STATE_SET, &values).await?, "connection")
}

/// Whether it is neither gone nor unknown; paused is live too. Inside a transaction that has the
/// organisation's row, it stays so.
pub(crate) async fn is_live(
    session: &mut Session,
    org: OrganisationId,
    id: ConnectionId,
) -> Result<bool, StoreError> {
    let found = session
        .maybe_one(&IS_LIVE, &values![org, id], read_count)
        .await?;
    Ok(found == Some(1))
}

/// Whether an HRIS is connected, paused or not.
pub(crate) async fn has_live(
    session: &mut Session,
    org: OrganisationId,
) -> Result<bool, StoreError> {
    let found = session
        .maybe_one(&HAS_LIVE, &values![org], read_count)
        .await?;
    Ok(found.is_some_and(|live| live > 0))
}

/// Counts a whole sync that was stored, and keeps what it saw.
pub(crate) async fn count_good_run(
    session: &mut Session,
    org: OrganisationId,
    id: ConnectionId,
    coverage: &Coverage,
) -> Result<(), StoreError> {
    let values = values![org, id, crate::json(coverage)?];
    found_one(
        session.execute(&COUNT_GOOD_RUN, &values).await?,
        "connection",
    )
}

fn read(row: &mut Reader<'_>) -> Result<StoredConnection, StoreError> {
    let connection = Connection {
        id: row.id()?,
        provider: row.word()?,
        state: row.word()?,
        service_user_id: row.text()?.to_owned(),
        connected_at: row.instant()?,
        schedule: Schedule {
            time: row.text()?.to_owned(),
            days: row.word()?,
        },
        accepted_missing: row.json()?,
    };
    Ok(StoredConnection {
        connection,
        token_sealed: row.maybe_text()?.map(str::to_owned),
        good_runs: row.count()?,
        coverage: row.maybe_json()?,
    })
}
