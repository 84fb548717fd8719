//! Sealed secrets of all organisations, for the rotation of the master key.
//!
//! What is stored is text that the caller sealed: `KEY.…`, the id of the key in front. This is the
//! operator's business and no organisation's, so it reaches across all of them.

use domain::{ConnectionId, MailId, OrganisationId, PersonId};

use crate::{
    Store, StoreError,
    engine::{Reader, Session, read_count, statements, values},
};

statements! {
    // Made or not, its row is locked until the transaction ends, on both engines.
    KEY_LOCK =
        "INSERT INTO installation (key, value) VALUES ('key.lock', '')
         ON CONFLICT (key) DO UPDATE SET value = excluded.value";
    KEY_RETIRE =
        "INSERT INTO installation (key, value) VALUES ($1, '') ON CONFLICT (key) DO NOTHING";
    KEY_RETIRED = "SELECT COUNT(*) FROM installation WHERE key = $1";
    SEALED =
        "SELECT org_id, 'token', id, token_sealed FROM connection WHERE token_sealed IS NOT NULL
         UNION ALL
         SELECT org_id, 'webhook', id, webhook_secret_sealed FROM connection
         WHERE webhook_secret_sealed IS NOT NULL
         UNION ALL
         SELECT org_id, 'second_factor', person_id, secret_sealed FROM second_factor
         UNION ALL
         SELECT id, 'tombstone', NULL, tombstone_key_sealed FROM organisation
         WHERE tombstone_key_sealed IS NOT NULL
         ORDER BY 1, 2, 3";
    SEALED_ONE =
        "SELECT org_id, 'token', id, token_sealed FROM connection
         WHERE token_sealed IS NOT NULL LIMIT 1";
    RESEAL_TOKEN =
        "UPDATE connection SET token_sealed = $3
         WHERE org_id = $1 AND id = $2 AND token_sealed IS NOT NULL";
    RESEAL_WEBHOOK_SECRET =
        "UPDATE connection SET webhook_secret_sealed = $3
         WHERE org_id = $1 AND id = $2 AND webhook_secret_sealed IS NOT NULL";
    RESEAL_SECOND_FACTOR =
        "UPDATE second_factor SET secret_sealed = $3 WHERE org_id = $1 AND person_id = $2";
    RESEAL_TOMBSTONE_KEY =
        "UPDATE organisation SET tombstone_key_sealed = $2
         WHERE id = $1 AND tombstone_key_sealed IS NOT NULL";
    SEALED_MAILS =
        "SELECT org_id, id, body_sealed FROM mail
         WHERE body_sealed IS NOT NULL AND (org_id > $1 OR (org_id = $1 AND id > $2))
         ORDER BY org_id, id LIMIT $3";
    RESEAL_MAIL =
        "UPDATE mail SET body_sealed = $3
         WHERE org_id = $1 AND id = $2 AND body_sealed IS NOT NULL";
}

/// How many mails are sealed anew in one go.
const MAILS: i64 = 500;

/// What a stored secret is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SecretOf {
    /// The token of a connection.
    Token(ConnectionId),
    /// The secret with which an HRIS signs the webhooks of a connection.
    Webhook(ConnectionId),
    /// What somebody's authenticator app shares with us.
    SecondFactor(PersonId),
    /// The key of an organisation's tombstones.
    Tombstones,
}

/// A stored secret.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedSecret {
    /// Whose.
    pub organisation: OrganisationId,
    /// What it is.
    pub of: SecretOf,
    /// As the caller sealed it.
    pub sealed: String,
}

/// The body of a mail that waits.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedMail {
    /// Whose.
    pub organisation: OrganisationId,
    /// Which.
    pub mail: MailId,
    /// As the caller sealed it.
    pub sealed: String,
}

impl std::fmt::Debug for SealedMail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("SealedMail").field(&self.mail).finish()
    }
}

impl std::fmt::Debug for SealedSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SealedSecret")
            .field("of", &self.of)
            .finish_non_exhaustive()
    }
}

/// All secrets, locked until they are sealed anew or this is dropped.
pub struct Resealing {
    session: Session,
    secrets: Vec<SealedSecret>,
}

impl std::fmt::Debug for Resealing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Resealing({} secrets)", self.secrets.len())
    }
}

impl Store {
    /// All sealed secrets.
    pub async fn sealed_secrets(&self) -> Result<Vec<SealedSecret>, StoreError> {
        all(&mut self.engine.read().await?).await
    }

    /// One of them, if there is any: enough to see whether a key fits.
    pub async fn one_sealed_secret(&self) -> Result<Option<SealedSecret>, StoreError> {
        let mut session = self.engine.read().await?;
        session.maybe_one(&SEALED_ONE, &[], read).await
    }

    /// Begins to seal all secrets anew. Nobody stores one meanwhile.
    pub async fn begin_resealing(&self) -> Result<Resealing, StoreError> {
        let mut session = self.engine.write().await?;
        session.execute(&KEY_LOCK, &[]).await?;
        let secrets = all(&mut session).await?;
        Ok(Resealing { session, secrets })
    }

    /// Seals the bodies of all mails that wait anew, and says how many: `reseal` gives the new text,
    /// or nothing where the old one stays. It is for after the old keys were retired: whoever puts a
    /// mail down meanwhile waits, and is refused if it is sealed with one of them.
    pub async fn reseal_mails<E: From<StoreError>>(
        &self,
        mut reseal: impl FnMut(&SealedMail) -> Result<Option<String>, E> + Send,
    ) -> Result<u64, E> {
        let mut session = self.engine.write().await?;
        session.execute(&KEY_LOCK, &[]).await?;
        let (mut org, mut after) = (String::new(), String::new());
        let mut resealed = 0;
        loop {
            let values = values![org.as_str(), after.as_str(), MAILS];
            let mails = session.all(&SEALED_MAILS, &values, read_mail).await?;
            let Some(last) = mails.last() else {
                session.commit().await?;
                return Ok(resealed);
            };
            (org, after) = (last.organisation.to_string(), last.mail.to_string());
            for mail in &mails {
                if let Some(sealed) = reseal(mail)? {
                    let values = values![mail.organisation, mail.mail, sealed.as_str()];
                    resealed += session.execute(&RESEAL_MAIL, &values).await?;
                }
            }
        }
    }
}

impl Resealing {
    /// What is to be sealed anew.
    pub fn secrets(&self) -> &[SealedSecret] {
        &self.secrets
    }

    /// Stores them all, and that keys of these ids seal nothing any more.
    pub async fn commit(
        mut self,
        resealed: &[SealedSecret],
        retired: &[String],
    ) -> Result<(), StoreError> {
        for secret in resealed {
            let (org, sealed) = (secret.organisation, secret.sealed.as_str());
            let (statement, values) = match secret.of {
                SecretOf::Token(id) => (&RESEAL_TOKEN, values![org, id, sealed].to_vec()),
                SecretOf::Webhook(id) => {
                    (&RESEAL_WEBHOOK_SECRET, values![org, id, sealed].to_vec())
                }
                SecretOf::SecondFactor(id) => {
                    (&RESEAL_SECOND_FACTOR, values![org, id, sealed].to_vec())
                }
                SecretOf::Tombstones => (&RESEAL_TOMBSTONE_KEY, values![org, sealed].to_vec()),
            };
            self.session.execute(statement, &values).await?;
        }
        for id in retired {
            let key = retired_key(id);
            self.session.execute(&KEY_RETIRE, &values![key]).await?;
        }
        self.session.commit().await
    }
}

/// Refuses what was sealed with a key that has been rotated out since the caller read its key file:
/// nobody could ever open it again.
pub(crate) async fn refuse_retired(session: &mut Session, sealed: &str) -> Result<(), StoreError> {
    let Some((id, _)) = sealed.split_once('.') else {
        return Ok(());
    };
    session.execute(&KEY_LOCK, &[]).await?;
    let retired = session
        .maybe_one(&KEY_RETIRED, &values![retired_key(id)], read_count)
        .await?;
    if retired.unwrap_or_default() > 0 {
        return Err(StoreError::KeyRetired);
    }
    Ok(())
}

async fn all(session: &mut Session) -> Result<Vec<SealedSecret>, StoreError> {
    session.all(&SEALED, &[], read).await
}

fn read(row: &mut Reader<'_>) -> Result<SealedSecret, StoreError> {
    let organisation = row.id()?;
    let of = match row.text()? {
        "token" => SecretOf::Token(row.id()?),
        "webhook" => SecretOf::Webhook(row.id()?),
        "second_factor" => SecretOf::SecondFactor(row.id()?),
        // Only these four are asked for.
        _ => {
            row.maybe_id::<ConnectionId>()?;
            SecretOf::Tombstones
        }
    };
    Ok(SealedSecret {
        organisation,
        of,
        sealed: row.text()?.to_owned(),
    })
}

fn read_mail(row: &mut Reader<'_>) -> Result<SealedMail, StoreError> {
    Ok(SealedMail {
        organisation: row.id()?,
        mail: row.id()?,
        sealed: row.text()?.to_owned(),
    })
}

fn retired_key(id: &str) -> String {
    format!("key.retired.{id}")
}
