//! What an organisation decided: its policy, and employees left out.

use domain::{HrisId, OrganisationId, Policy};
use jiff::Timestamp;

use crate::{
    Store, StoreError,
    engine::{Reader, Session, read_json, statements, values},
    organisation,
};

statements! {
    POLICY = "SELECT document FROM policy WHERE org_id = $1";
    POLICY_PUT =
        "INSERT INTO policy (org_id, document) VALUES ($1, $2)
         ON CONFLICT (org_id) DO UPDATE SET document = excluded.document";
    EXCLUSIONS =
        "SELECT hris_id, reason, created_at FROM exclusion WHERE org_id = $1 ORDER BY hris_id";
    EXCLUSION_ADD =
        "INSERT INTO exclusion (org_id, hris_id, reason, created_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (org_id, hris_id) DO UPDATE SET reason = excluded.reason";
    EXCLUSION_REMOVE = "DELETE FROM exclusion WHERE org_id = $1 AND hris_id = $2";
}

/// An employee left out by an admin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exclusion {
    /// Who.
    pub hris_id: HrisId,
    /// Why, in the admin's words.
    pub reason: String,
    /// Since when.
    pub created_at: Timestamp,
}

impl Store {
    /// The organisation's policy.
    pub async fn policy(&self, org: OrganisationId) -> Result<Policy, StoreError> {
        read(&mut self.engine.read().await?, org).await
    }

    /// Replaces the policy. Plans made under the old one are made again.
    pub async fn put_policy(&self, org: OrganisationId, policy: &Policy) -> Result<(), StoreError> {
        let mut session = self.engine.write().await?;
        organisation::touch(&mut session, org).await?;
        write(&mut session, org, policy).await?;
        session.commit().await
    }

    /// Employees left out, by id.
    pub async fn exclusions(&self, org: OrganisationId) -> Result<Vec<Exclusion>, StoreError> {
        let mut session = self.engine.read().await?;
        session
            .all(&EXCLUSIONS, &values![org], read_exclusion)
            .await
    }

    /// Leaves an employee out from now on.
    pub async fn add_exclusion(
        &self,
        org: OrganisationId,
        exclusion: &Exclusion,
    ) -> Result<(), StoreError> {
        let mut session = self.engine.write().await?;
        organisation::touch(&mut session, org).await?;
        leave_out(&mut session, org, exclusion).await?;
        session.commit().await
    }

    /// Lets an employee in again; whether they were left out.
    pub async fn remove_exclusion(
        &self,
        org: OrganisationId,
        hris_id: &HrisId,
    ) -> Result<bool, StoreError> {
        let mut session = self.engine.write().await?;
        organisation::touch(&mut session, org).await?;
        let removed = let_in(&mut session, org, hris_id).await?;
        session.commit().await?;
        Ok(removed)
    }
}

pub(crate) async fn read(session: &mut Session, org: OrganisationId) -> Result<Policy, StoreError> {
    let policy = session.maybe_one(&POLICY, &values![org], read_json).await?;
    policy.ok_or(StoreError::Missing {
        what: "organisation",
    })
}

pub(crate) async fn write(
    session: &mut Session,
    org: OrganisationId,
    policy: &Policy,
) -> Result<(), StoreError> {
    session
        .execute(&POLICY_PUT, &values![org, crate::json(policy)?])
        .await?;
    Ok(())
}

/// Leaves an employee out, inside a transaction. Done again, it only changes the reason.
pub(crate) async fn leave_out(
    session: &mut Session,
    org: OrganisationId,
    exclusion: &Exclusion,
) -> Result<(), StoreError> {
    let Exclusion {
        hris_id,
        reason,
        created_at,
    } = exclusion;
    let values = values![org, hris_id.as_str(), reason.as_str(), *created_at];
    session.execute(&EXCLUSION_ADD, &values).await?;
    Ok(())
}

/// Lets an employee in again, inside a transaction; whether they were left out.
pub(crate) async fn let_in(
    session: &mut Session,
    org: OrganisationId,
    hris_id: &HrisId,
) -> Result<bool, StoreError> {
    let removed = session
        .execute(&EXCLUSION_REMOVE, &values![org, hris_id.as_str()])
        .await?;
    Ok(removed > 0)
}

/// Employees left out, inside a transaction.
pub(crate) async fn exclusions(
    session: &mut Session,
    org: OrganisationId,
) -> Result<Vec<Exclusion>, StoreError> {
    session
        .all(&EXCLUSIONS, &values![org], read_exclusion)
        .await
}

fn read_exclusion(row: &mut Reader<'_>) -> Result<Exclusion, StoreError> {
    Ok(Exclusion {
        hris_id: HrisId(row.compact()?),
        reason: row.text()?.to_owned(),
        created_at: row.instant()?,
    })
}
