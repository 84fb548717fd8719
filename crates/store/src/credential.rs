//! How people sign in: password hashes and single-use links. Only hashes are stored.

use domain::{OrganisationId, PersonId};
use jiff::Timestamp;

use crate::{
    Store, StoreError,
    engine::{statements, values},
    organisation::found_one,
};

statements! {
    PASSWORD_SET =
        "INSERT INTO credential (org_id, person_id, password_hash, changed_at)
         VALUES ($1, $2, $3, $4)
         ON CONFLICT (org_id, person_id) DO UPDATE
         SET password_hash = excluded.password_hash, changed_at = excluded.changed_at";
    SIGN_IN_SET = "UPDATE person SET can_sign_in = $3 WHERE org_id = $1 AND id = $2";
    LINK_ADD =
        "INSERT INTO sign_in_link (org_id, hash, person_id, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5)";
}

impl Store {
    /// Sets a person's password hash.
    pub async fn set_password(
        &self,
        org: OrganisationId,
        person: PersonId,
        hash: &str,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let mut session = self.engine.write().await?;
        session
            .execute(&PASSWORD_SET, &values![org, person, hash, at])
            .await?;
        session.commit().await
    }

    /// Lets a person sign in, or no longer. It is no part of the record that an HRIS or an edit
    /// changes, so it has no history.
    pub async fn set_can_sign_in(
        &self,
        org: OrganisationId,
        person: PersonId,
        can: bool,
    ) -> Result<(), StoreError> {
        let mut session = self.engine.write().await?;
        crate::organisation::touch(&mut session, org).await?;
        found_one(
            session
                .execute(&SIGN_IN_SET, &values![org, person, can])
                .await?,
            "person",
        )?;
        session.commit().await
    }

    /// Stores a link that signs in once, by its hash.
    pub async fn add_sign_in_link(
        &self,
        org: OrganisationId,
        hash: &str,
        person: PersonId,
        at: Timestamp,
        expires: Timestamp,
    ) -> Result<(), StoreError> {
        let mut session = self.engine.write().await?;
        session
            .execute(&LINK_ADD, &values![org, hash, person, at, expires])
            .await?;
        session.commit().await
    }
}
