//! Erasing people, and allowing them again.

use domain::{Organisation, Person, PersonId};
use serde::Serialize;
use store::{EraseError, Erasure, Tombstone, Traces};

use crate::{App, Failure, erased::TombstoneKey};

/// Somebody was erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ErasedView {
    /// The id they had. Nobody has it any more.
    pub id: PersonId,
    /// Always true.
    pub erased: bool,
}

/// Somebody erased may come back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct AllowedView {
    /// Always true.
    pub allowed: bool,
}

impl App {
    /// Removes a person's data from the record, the history, findings, stored plans and last-seen
    /// records. Counts of runs stay. The HRIS does not bring them back until an admin allows it.
    pub async fn erase_person(
        &self,
        org: &Organisation,
        name: &str,
    ) -> Result<ErasedView, Failure> {
        let person = self.find_person(org, name).await?;
        // A sync that has read the HRIS already would write what it read.
        let Some(lock) = self.lock_or_join(org).await? else {
            return Err(
                Failure::conflict("sync_going", "A sync is going, so nobody was erased.")
                    .mend("Try again when it has ended."),
            );
        };
        let erased = self.erase_now(org, person.id).await;
        lock.release().await;
        erased?;
        tracing::info!(person = %person.id, "person erased");
        Ok(ErasedView {
            id: person.id,
            erased: true,
        })
    }

    async fn erase_now(&self, org: &Organisation, id: PersonId) -> Result<(), Failure> {
        let Some(traces) = self.store.traces(org.id, id).await? else {
            return Err(Failure::not_found("person", &id.to_string()));
        };
        let key = self.tombstone_key(org.id).await?;
        let erasure = Erasure {
            traces: &traces,
            tombstones: &tombstones(&key, &traces),
            actor: self.actor,
            at: self.clock.now(),
            act: self.ids().next(),
        };
        self.store.erase_person(org.id, erasure).await?;
        Ok(())
    }

    /// Lets somebody erased come back with the next sync, by HRIS id or by email.
    pub async fn allow_erased(
        &self,
        org: &Organisation,
        name: &str,
    ) -> Result<AllowedView, Failure> {
        if let Some(tombstones) = self.erased_by_name(org, name).await?
            && self.store.allow_erased(org.id, &tombstones).await?
        {
            return Ok(AllowedView { allowed: true });
        }
        Err(Failure::not_found("erased person", name))
    }

    /// The tombstones of whoever was erased and had this HRIS id or email.
    pub(super) async fn erased_by_name(
        &self,
        org: &Organisation,
        name: &str,
    ) -> Result<Option<Vec<Tombstone>>, Failure> {
        let stored = self.store.tombstones(org.id).await?;
        let Some(sealed) = &stored.key_sealed else {
            return Ok(None);
        };
        let key = self.open_tombstone_key(org.id, sealed)?;
        let mut found = Vec::from(key.of_name(name));
        found.retain(|tombstone| stored.hashes.contains(tombstone));
        Ok((!found.is_empty()).then_some(found))
    }
}

/// Every HRIS id they ever had, and the email they have now: an earlier one may be somebody else's
/// in the HRIS by now.
fn tombstones(key: &TombstoneKey, traces: &Traces) -> Vec<Tombstone> {
    let Traces {
        person: Person { email_key, .. },
        hris_ids,
        email_keys,
        ..
    } = traces;
    let email = email_keys.get(email_key).map(|email| key.of_email(email));
    let ids = hris_ids.iter().map(|id| key.of_employee(id));
    ids.chain(email).collect()
}

impl From<EraseError> for Failure {
    fn from(error: EraseError) -> Self {
        match error {
            EraseError::Moved => Self::conflict(
                "moved",
                "Somebody else changed the person in the meantime, so nobody was erased.",
            )
            .mend("Try again."),
            EraseError::LastAdmin => Self::conflict(
                "last_admin",
                "This is the last admin who can sign in, so nobody was erased.",
            )
            .mend("Make somebody else an admin first."),
            EraseError::Store(error) => error.into(),
        }
    }
}
