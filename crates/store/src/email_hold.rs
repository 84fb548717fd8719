//! Emails of people with admin rights that an HRIS has changed: until an admin confirms the new one, links that sign
//! in go to the old one. Whoever can change a record in the HRIS gets no way in by it.

use domain::{FieldValue, OrganisationId, PersonField, PersonId};
use jiff::Timestamp;
use reconcile::apply::Records;

use crate::{
    Store, StoreError,
    engine::{Session, read_id, statements, values},
};

statements! {
    ADMIN_IDS = "SELECT id FROM person WHERE org_id = $1 AND admin = 1";
    // The address that was confirmed last stands, however often it changes.
    HOLD_PUT =
        "INSERT INTO email_hold (org_id, person_id, email, email_key, since)
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT (org_id, person_id) DO NOTHING";
    // Changed back, there is nothing to confirm.
    HOLD_NEEDLESS =
        "DELETE FROM email_hold WHERE org_id = $1 AND person_id = $2 AND email_key = (
           SELECT email_key FROM person WHERE org_id = $1 AND id = $2)";
    HOLD = "SELECT email FROM email_hold WHERE org_id = $1 AND person_id = $2";
    HOLD_END = "DELETE FROM email_hold WHERE org_id = $1 AND person_id = $2";
}

impl Store {
    /// To which address links of a person with admin rights go until the new one is confirmed.
    pub async fn held_email(
        &self,
        org: OrganisationId,
        person: PersonId,
    ) -> Result<Option<String>, StoreError> {
        let mut session = self.engine.read().await?;
        session
            .maybe_one(&HOLD, &values![org, person], |row| {
                Ok(row.text()?.to_owned())
            })
            .await
    }

    /// The address of the record is the right one.
    pub async fn confirm_email(
        &self,
        org: OrganisationId,
        person: PersonId,
    ) -> Result<(), StoreError> {
        let mut session = self.engine.write().await?;
        session.execute(&HOLD_END, &values![org, person]).await?;
        session.commit().await
    }
}

/// Holds the old addresses of admins whose email a run changes, inside its transaction.
pub(crate) async fn follow(
    session: &mut Session,
    org: OrganisationId,
    records: &Records<'_>,
    at: Timestamp,
) -> Result<(), StoreError> {
    let mut moved = Vec::new();
    for (person, change) in records.changes() {
        if change.existing().is_none() || !change.touches(|field| field == PersonField::Email) {
            continue;
        }
        let fields = change.fields();
        let email = fields
            .iter()
            .find(|change| change.field == PersonField::Email);
        if let Some(FieldValue::Text(old)) = email.and_then(|change| change.before.as_ref()) {
            moved.push((person, old.to_string()));
        }
    }
    if moved.is_empty() {
        return Ok(());
    }
    let admins: Vec<PersonId> = session.all(&ADMIN_IDS, &values![org], read_id).await?;
    for (person, old) in moved {
        if !admins.contains(&person) {
            continue;
        }
        let key = domain::text::email_key(&old);
        let values = values![org, person, old.as_str(), key.as_str(), at];
        session.execute(&HOLD_PUT, &values).await?;
        session
            .execute(&HOLD_NEEDLESS, &values![org, person])
            .await?;
    }
    Ok(())
}
