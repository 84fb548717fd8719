//! Links for the admin of an HRIS, who enters credentials and sees nothing of ours. Only hashes are stored.

use domain::OrganisationId;
use jiff::Timestamp;

use crate::{
    Store, StoreError,
    engine::{read_count, statements, values},
};

statements! {
    SETUP_LINK_ADD =
        "INSERT INTO setup_link (org_id, hash, created_at, expires_at) VALUES ($1, $2, $3, $4)";
    SETUP_LINK_WORKS =
        "SELECT COUNT(*) FROM setup_link
         WHERE org_id = $1 AND hash = $2 AND used_at IS NULL AND expires_at > $3";
    SETUP_LINK_USE =
        "UPDATE setup_link SET used_at = $3
         WHERE org_id = $1 AND hash = $2 AND used_at IS NULL AND expires_at > $3";
}

impl Store {
    /// Stores a link by its hash.
    pub async fn add_setup_link(
        &self,
        org: OrganisationId,
        hash: &str,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        let mut session = self.engine.write().await?;
        session
            .execute(&SETUP_LINK_ADD, &values![org, hash, now, expires_at])
            .await?;
        session.commit().await
    }

    /// Whether a link still works.
    pub async fn setup_link_works(
        &self,
        org: OrganisationId,
        hash: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut session = self.engine.read().await?;
        let works = session
            .maybe_one(&SETUP_LINK_WORKS, &values![org, hash, now], read_count)
            .await?;
        Ok(works == Some(1))
    }

    /// Uses a link up; whether it worked.
    pub async fn use_setup_link(
        &self,
        org: OrganisationId,
        hash: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut session = self.engine.write().await?;
        let used = session
            .execute(&SETUP_LINK_USE, &values![org, hash, now])
            .await?;
        session.commit().await?;
        Ok(used > 0)
    }
}
