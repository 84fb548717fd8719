//! The second factor of people with admin rights: what an authenticator app shares with us, sealed by the caller, and
//! codes for whoever has lost the app, as hashes.

use domain::{OrganisationId, PersonId};
use jiff::Timestamp;

use crate::{
    Store, StoreError,
    engine::{bulks, read_id, statements, values},
    secret,
};

statements! {
    // One that counts already is not replaced by this: it has to be taken away first.
    FACTOR_PUT =
        "INSERT INTO second_factor (org_id, person_id, secret_sealed, confirmed_at, last_step, created_at)
         VALUES ($1, $2, $3, NULL, 0, $4)
         ON CONFLICT (org_id, person_id) DO UPDATE
         SET secret_sealed = excluded.secret_sealed, created_at = excluded.created_at
         WHERE second_factor.confirmed_at IS NULL";
    FACTOR =
        "SELECT secret_sealed, confirmed_at FROM second_factor WHERE org_id = $1 AND person_id = $2";
    FACTOR_CONFIRM =
        "UPDATE second_factor SET confirmed_at = $3, last_step = $4
         WHERE org_id = $1 AND person_id = $2 AND confirmed_at IS NULL";
    STEP_USE =
        "UPDATE second_factor SET last_step = $3
         WHERE org_id = $1 AND person_id = $2 AND last_step < $3 AND confirmed_at IS NOT NULL";
    RECOVERY_USE = "DELETE FROM recovery_code WHERE org_id = $1 AND person_id = $2 AND hash = $3";
    RECOVERY_CLEAR = "DELETE FROM recovery_code WHERE org_id = $1 AND person_id = $2";
    FACTOR_REMOVE = "DELETE FROM second_factor WHERE org_id = $1 AND person_id = $2";
    // Somebody who stops in the middle of signing in begins anew after a while.
    WAITING =
        "SELECT s.person_id FROM session s JOIN person p
           ON p.org_id = s.org_id AND p.id = s.person_id
         WHERE s.org_id = $1 AND s.hash = $2 AND s.code_due = 1 AND s.created_at > $3
           AND p.status = 'active' AND p.can_sign_in = 1";
    SESSION_LET_IN = "UPDATE session SET code_due = 0 WHERE org_id = $1 AND hash = $2";
}

bulks! {
    RECOVERY_PUT = rows(
        "INSERT INTO recovery_code (org_id, person_id, hash)", 3,
        "ON CONFLICT (org_id, person_id, hash) DO NOTHING");
}

/// Somebody's second factor.
#[derive(Clone, PartialEq, Eq)]
pub struct SecondFactor {
    /// As the caller sealed it.
    pub secret_sealed: String,
    /// Since when it counts.
    pub confirmed_at: Option<Timestamp>,
}

impl std::fmt::Debug for SecondFactor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SecondFactor")
            .field("confirmed_at", &self.confirmed_at)
            .finish_non_exhaustive()
    }
}

impl Store {
    /// Stores a secret that does not count yet, in place of another one that does not.
    pub async fn put_second_factor(
        &self,
        org: OrganisationId,
        person: PersonId,
        sealed: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut session = self.engine.write().await?;
        secret::refuse_retired(&mut session, sealed).await?;
        let values = values![org, person, sealed, now];
        session.execute(&FACTOR_PUT, &values).await?;
        session.commit().await
    }

    /// Somebody's second factor, whether it counts or not.
    pub async fn second_factor(
        &self,
        org: OrganisationId,
        person: PersonId,
    ) -> Result<Option<SecondFactor>, StoreError> {
        let mut session = self.engine.read().await?;
        session
            .maybe_one(&FACTOR, &values![org, person], |row| {
                Ok(SecondFactor {
                    secret_sealed: row.text()?.to_owned(),
                    confirmed_at: row.maybe_instant()?,
                })
            })
            .await
    }

    /// Makes it count from now on, with codes for whoever loses the app. Whether it did not before.
    pub async fn confirm_second_factor(
        &self,
        org: OrganisationId,
        person: PersonId,
        step: i64,
        recovery: &[String],
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut session = self.engine.write().await?;
        let values = values![org, person, now, step];
        if session.execute(&FACTOR_CONFIRM, &values).await? == 0 {
            return Ok(false);
        }
        session
            .execute(&RECOVERY_CLEAR, &values![org, person])
            .await?;
        session
            .insert(&RECOVERY_PUT, recovery.iter(), move |hash, values| {
                values.extend(values![org, person, hash.as_str()]);
                Ok(())
            })
            .await?;
        session.commit().await?;
        Ok(true)
    }

    /// Takes it away.
    pub async fn remove_second_factor(
        &self,
        org: OrganisationId,
        person: PersonId,
    ) -> Result<(), StoreError> {
        let mut session = self.engine.write().await?;
        for statement in [&RECOVERY_CLEAR, &FACTOR_REMOVE] {
            session.execute(statement, &values![org, person]).await?;
        }
        session.commit().await
    }

    /// Whose session it is that waits for a code since then or later.
    pub async fn waiting_session(
        &self,
        org: OrganisationId,
        hash: &str,
        since: Timestamp,
    ) -> Result<Option<PersonId>, StoreError> {
        let mut session = self.engine.read().await?;
        session
            .maybe_one(&WAITING, &values![org, hash, since], read_id)
            .await
    }

    /// Lets a session in by the code of a step, which works once.
    pub async fn let_in_by_step(
        &self,
        org: OrganisationId,
        person: PersonId,
        hash: &str,
        step: i64,
    ) -> Result<bool, StoreError> {
        let mut session = self.engine.write().await?;
        let values = values![org, person, step];
        if session.execute(&STEP_USE, &values).await? == 0 {
            return Ok(false);
        }
        session
            .execute(&SESSION_LET_IN, &values![org, hash])
            .await?;
        session.commit().await?;
        Ok(true)
    }

    /// Lets a session in by a code for whoever has lost the app, which works once.
    pub async fn let_in_by_recovery(
        &self,
        org: OrganisationId,
        person: PersonId,
        hash: &str,
        recovery: &str,
    ) -> Result<bool, StoreError> {
        let mut session = self.engine.write().await?;
        let values = values![org, person, recovery];
        if session.execute(&RECOVERY_USE, &values).await? == 0 {
            return Ok(false);
        }
        session
            .execute(&SESSION_LET_IN, &values![org, hash])
            .await?;
        session.commit().await?;
        Ok(true)
    }
}
