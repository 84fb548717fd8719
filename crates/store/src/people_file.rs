//! Files of people between their preview and its start.

use domain::{OrganisationId, RunId};
use jiff::Timestamp;

use crate::{
    Store, StoreError,
    engine::{statements, values},
};

statements! {
    PEOPLE_FILE_PUT =
        "INSERT INTO people_file (org_id, run_id, content_sealed, created_at) VALUES ($1, $2, $3, $4)";
    PEOPLE_FILE =
        "SELECT content_sealed FROM people_file WHERE org_id = $1 AND run_id = $2 AND created_at >= $3";
    PEOPLE_FILE_DROP = "DELETE FROM people_file WHERE org_id = $1 AND run_id = $2";
    PEOPLE_FILES_OVER = "DELETE FROM people_file WHERE org_id = $1 AND created_at < $2";
}

impl Store {
    /// Keeps the file of a preview, as the caller sealed it, and drops those that were put down before `since`.
    pub async fn keep_people_file(
        &self,
        org: OrganisationId,
        preview: RunId,
        content_sealed: &str,
        now: Timestamp,
        since: Timestamp,
    ) -> Result<(), StoreError> {
        let mut session = self.engine.write().await?;
        session
            .execute(&PEOPLE_FILES_OVER, &values![org, since])
            .await?;
        session
            .execute(
                &PEOPLE_FILE_PUT,
                &values![org, preview, content_sealed, now],
            )
            .await?;
        session.commit().await
    }

    /// The file of a preview, sealed, unless it was put down before `since`.
    pub async fn people_file(
        &self,
        org: OrganisationId,
        preview: RunId,
        since: Timestamp,
    ) -> Result<Option<String>, StoreError> {
        let mut session = self.engine.read().await?;
        session
            .maybe_one(&PEOPLE_FILE, &values![org, preview, since], |row| {
                Ok(row.text()?.to_owned())
            })
            .await
    }

    /// Drops the file of a preview.
    pub async fn drop_people_file(
        &self,
        org: OrganisationId,
        preview: RunId,
    ) -> Result<(), StoreError> {
        let mut session = self.engine.write().await?;
        session
            .execute(&PEOPLE_FILE_DROP, &values![org, preview])
            .await?;
        session.commit().await
    }
}
