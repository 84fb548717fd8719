//! Sealed secrets of all organisations, for the rotation of the master key.
//!
//! What is stored is text that the caller sealed: `KEY.…`, the id of the key in front. This is the
//! operator's business and no organisation's, so it reaches across all of them.

use domain::{ConnectionId, OrganisationId};

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
        "SELECT org_id, id, token_sealed FROM connection WHERE token_sealed IS NOT NULL
         UNION ALL
         SELECT id, NULL, tombstone_key_sealed FROM organisation
         WHERE tombstone_key_sealed IS NOT NULL
         ORDER BY 1, 2";
    SEALED_ONE =
        "SELECT org_id, id, token_sealed FROM connection WHERE token_sealed IS NOT NULL LIMIT 1";
    RESEAL =
        "UPDATE connection SET token_sealed = $3
         WHERE org_id = $1 AND id = $2 AND token_sealed IS NOT NULL";
    RESEAL_TOMBSTONE_KEY =
        "UPDATE organisation SET tombstone_key_sealed = $2
         WHERE id = $1 AND tombstone_key_sealed IS NOT NULL";
}

/// A stored secret: the token of a connection, or the key of an organisation's tombstones.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedSecret {
    /// Whose.
    pub organisation: OrganisationId,
    /// Of which connection; none for the key of the tombstones.
    pub connection: Option<ConnectionId>,
    /// As the caller sealed it.
    pub sealed: String,
}

impl std::fmt::Debug for SealedSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SealedSecret")
            .field("connection", &self.connection)
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
            match secret.connection {
                Some(id) => {
                    let values = values![org, id, sealed];
                    self.session.execute(&RESEAL, &values).await?;
                }
                None => {
                    let values = values![org, sealed];
                    self.session.execute(&RESEAL_TOMBSTONE_KEY, &values).await?;
                }
            }
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
    Ok(SealedSecret {
        organisation: row.id()?,
        connection: row.maybe_id()?,
        sealed: row.text()?.to_owned(),
    })
}

fn retired_key(id: &str) -> String {
    format!("key.retired.{id}")
}
