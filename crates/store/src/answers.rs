//! Whom a hold is about, and what admins answered.

use domain::{OrganisationId, RunId};
use jiff::Timestamp;
use reconcile::{Concern, Reason};

use crate::{
    Store, StoreError,
    engine::{Reader, Session, bulks, read_count, statements, values},
    organisation,
};

statements! {
    ANSWERS_OF = "SELECT COUNT(*) FROM hold_answer WHERE org_id = $1 AND run_id = $2";
    ANSWERS_FORGET = "DELETE FROM hold_answer WHERE org_id = $1 AND run_id = $2";
    ANSWERS =
        "SELECT subject, reason, fingerprint FROM hold_answer WHERE org_id = $1
         ORDER BY subject, reason";
    CONCERNS =
        "SELECT document FROM plan_item WHERE org_id = $1 AND run_id = $2 AND kind = 'concern'
         ORDER BY position";
}

bulks! {
    CONCERN_ADD =
        rows("INSERT INTO plan_item (org_id, run_id, kind, position, document)", 5, "");
    ANSWER_PUT = rows(
        "INSERT INTO hold_answer (org_id, subject, reason, fingerprint, run_id, answered_at)", 6,
        "ON CONFLICT (org_id, subject, reason) DO UPDATE SET fingerprint = excluded.fingerprint,
           run_id = excluded.run_id, answered_at = excluded.answered_at");
}

impl Store {
    /// Whom a held run is about.
    pub async fn concerns(
        &self,
        org: OrganisationId,
        run: RunId,
    ) -> Result<Vec<Concern>, StoreError> {
        let mut session = self.engine.read().await?;
        session
            .all(&CONCERNS, &values![org, run], read_concern)
            .await
    }

    /// How many answers to a held run stand.
    pub async fn answers_of(&self, org: OrganisationId, run: RunId) -> Result<u64, StoreError> {
        let mut session = self.engine.read().await?;
        let values = values![org, run];
        let count = session.maybe_one(&ANSWERS_OF, &values, read_count);
        Ok(count.await?.unwrap_or_default())
    }

    /// Forgets the answers to a held run: the next one asks again. Plans made before are made again.
    pub async fn forget_answers(&self, org: OrganisationId, run: RunId) -> Result<(), StoreError> {
        let mut session = self.engine.write().await?;
        organisation::touch(&mut session, org).await?;
        session.execute(&ANSWERS_FORGET, &values![org, run]).await?;
        session.commit().await
    }

    /// Remembers an admin's answer, per person and reason. Plans made before are made again.
    pub async fn answer(
        &self,
        org: OrganisationId,
        run: RunId,
        concerns: &[Concern],
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let mut session = self.engine.write().await?;
        organisation::touch(&mut session, org).await?;
        session
            .insert(
                &ANSWER_PUT,
                concerns.iter(),
                move |concern: &Concern, values| {
                    let Concern {
                        subject,
                        reason,
                        fingerprint,
                    } = concern;
                    values.extend(values![
                        org,
                        subject.as_str(),
                        word(*reason)?,
                        fingerprint.cast_signed(),
                        run,
                        at
                    ]);
                    Ok(())
                },
            )
            .await?;
        session.commit().await
    }
}

/// Keeps whom a hold is about, with the run.
pub(crate) async fn save(
    session: &mut Session,
    org: OrganisationId,
    run: RunId,
    concerns: &[Concern],
) -> Result<(), StoreError> {
    session
        .insert(
            &CONCERN_ADD,
            (0_i64..).zip(concerns),
            move |(position, concern), values| {
                values.extend(values![
                    org,
                    run,
                    "concern",
                    position,
                    crate::json(concern)?
                ]);
                Ok(())
            },
        )
        .await
}

/// Every answer, inside a transaction.
pub(crate) async fn read(
    session: &mut Session,
    org: OrganisationId,
) -> Result<Vec<Concern>, StoreError> {
    session.all(&ANSWERS, &values![org], read_answer).await
}

fn read_answer(row: &mut Reader<'_>) -> Result<Concern, StoreError> {
    let subject = row.compact()?;
    let reason = serde_json::from_value(serde_json::Value::from(row.text()?))
        .map_err(|error| StoreError::unreadable("an answer to a hold", error))?;
    Ok(Concern {
        subject,
        reason,
        fingerprint: row.int()?.cast_unsigned(),
    })
}

fn read_concern(row: &mut Reader<'_>) -> Result<Concern, StoreError> {
    row.json()
}

/// The reason's stable word.
fn word(reason: Reason) -> Result<String, StoreError> {
    Ok(crate::json(&reason)?.trim_matches('"').to_owned())
}
