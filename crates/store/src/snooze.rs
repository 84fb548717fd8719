//! Issues that an admin has put out of the way for a while.

use domain::OrganisationId;
use jiff::Timestamp;

use crate::{
    Store, StoreError,
    engine::{statements, values},
};

statements! {
    SNOOZE_PUT =
        "INSERT INTO snooze (org_id, cause, until) VALUES ($1, $2, $3)
         ON CONFLICT (org_id, cause) DO UPDATE SET until = excluded.until";
    SNOOZE_END = "DELETE FROM snooze WHERE org_id = $1 AND cause = $2";
    SNOOZED = "SELECT cause, until FROM snooze WHERE org_id = $1 AND until > $2 ORDER BY cause";
}

impl Store {
    /// Puts an issue out of the way until then.
    pub async fn snooze(
        &self,
        org: OrganisationId,
        cause: &str,
        until: Timestamp,
    ) -> Result<(), StoreError> {
        let mut session = self.engine.write().await?;
        session
            .execute(&SNOOZE_PUT, &values![org, cause, until])
            .await?;
        session.commit().await
    }

    /// Brings it back.
    pub async fn wake_issue(&self, org: OrganisationId, cause: &str) -> Result<(), StoreError> {
        let mut session = self.engine.write().await?;
        session.execute(&SNOOZE_END, &values![org, cause]).await?;
        session.commit().await
    }

    /// Those that are out of the way, and until when.
    pub async fn snoozed(
        &self,
        org: OrganisationId,
        now: Timestamp,
    ) -> Result<Vec<(String, Timestamp)>, StoreError> {
        let mut session = self.engine.read().await?;
        session
            .all(&SNOOZED, &values![org, now], |row| {
                Ok((row.text()?.to_owned(), row.instant()?))
            })
            .await
    }
}
