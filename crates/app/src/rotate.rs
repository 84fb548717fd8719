//! Rotating the master key.
//!
//! 1. A new key is put in front of the old one in the key file: it seals from now on, both open.
//! 2. Every stored secret is sealed anew, in one transaction, which also remembers that the old key
//!    is retired: a process that still has it in memory is refused when it stores a secret.
//! 3. The bodies of mails that wait are sealed anew, in a transaction of their own.
//! 4. The old key is removed from the file.
//!
//! Wherever this is killed, the file has a key for whatever is stored, and doing it again ends it.

use serde::Serialize;
use store::SealedSecret;

use crate::{
    App, Failure, Vault, erased::field_of, generate_key, key_file::KeyFile, mails::BODY_FIELD,
};

/// A master key that was rotated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KeyRotated {
    /// The file that holds it.
    pub key_file: String,
    /// The id of the new key.
    pub key_id: String,
    /// The ids of the keys that were removed.
    pub removed: Vec<String>,
    /// How many secrets were sealed anew.
    pub resealed: u64,
}

impl App {
    /// Makes a new master key, seals every stored secret with it, and removes the old one.
    pub async fn rotate_key(&self) -> Result<KeyRotated, Failure> {
        let file = KeyFile::lock(self.vault.path())?;
        let keys = self.add_key(&file).await?;
        let secrets = self.reseal(&keys).await?;
        let resealed = secrets + self.reseal_mails(&keys).await?;
        // Asked before the file is another one: a vault goes along with its file.
        let mut ids = keys.ids();
        remove_old_keys(&file, &keys)?;
        let removed = ids.split_off(1);
        Ok(KeyRotated {
            key_file: self.vault.path().display().to_string(),
            key_id: ids.remove(0),
            removed,
            resealed,
        })
    }

    /// The first step: a new key in front of those that open everything stored.
    async fn add_key(&self, file: &KeyFile) -> Result<Vault, Failure> {
        let keys = file.read()?;
        for secret in self.store.sealed_secrets().await? {
            keys.open(secret.organisation, field_of(&secret), &secret.sealed)?;
        }
        file.put_in_front(&generate_key(self.entropy.as_ref()))
    }

    /// The second step: everything stored is sealed with the first of the keys, and the others are
    /// retired.
    async fn reseal(&self, keys: &Vault) -> Result<u64, Failure> {
        let resealing = self.store.begin_resealing().await?;
        let mut resealed = Vec::new();
        for secret in resealing.secrets() {
            let org = secret.organisation;
            let field = field_of(secret);
            let plain = keys.open(org, field, &secret.sealed)?;
            resealed.push(SealedSecret {
                sealed: keys.seal(org, field, &plain, self.entropy.as_ref())?,
                ..secret.clone()
            });
        }
        let retired = keys.ids().split_off(1);
        resealing.commit(&resealed, &retired).await?;
        Ok(resealed.len() as u64)
    }

    /// The third step. A body that opens with none of the keys could not be sent before either, and
    /// stays as it is.
    async fn reseal_mails(&self, keys: &Vault) -> Result<u64, Failure> {
        let resealed = self.store.reseal_mails(|mail| {
            let Ok(plain) = keys.open(mail.organisation, BODY_FIELD, &mail.sealed) else {
                tracing::warn!(mail = %mail.mail, "a mail that waits does not open with the key file");
                return Ok::<_, Failure>(None);
            };
            keys.seal(mail.organisation, BODY_FIELD, &plain, self.entropy.as_ref())
                .map(Some)
        });
        resealed.await
    }
}

/// The last step: nothing is sealed with the old keys any more.
fn remove_old_keys(file: &KeyFile, keys: &Vault) -> Result<(), Failure> {
    let first = keys.ids().into_iter().next().unwrap_or_default();
    file.keep_only(&first).map_err(|error| {
        Failure::internal(format!(
            "Every secret is sealed with the new key, but the old one could not be removed from the key file: {error}."
        ))
        .mend("Rotate again, or remove all lines but the first.")
    })
}

#[cfg(test)]
mod tests;
