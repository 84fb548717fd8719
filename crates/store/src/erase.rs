//! Erasing a person: everything that names them goes, counts stay, and keyed hashes remain by which
//! an HRIS that still has them does not bring them back.

mod others;
mod scrub;
mod traces;

use domain::{OrganisationId, PersonId};
use jiff::Timestamp;
use rustc_hash::FxHashSet;

use crate::{
    ActId, Actor, Store, StoreError,
    engine::{Session, bulks, read_count, read_int, statements, values},
    organisation, secret,
};

pub(crate) use others::STATEMENTS as OTHERS;
pub(crate) use scrub::STATEMENTS as SCRUB;
pub(crate) use traces::STATEMENTS as TRACES;
pub use traces::Traces;

statements! {
    VERSION = "SELECT version FROM person WHERE org_id = $1 AND id = $2";
    OTHER_ADMINS =
        "SELECT COUNT(*) FROM person
         WHERE org_id = $1 AND id <> $2 AND admin = 1 AND can_sign_in = 1 AND status = 'active'";
    CREDENTIAL_ERASE = "DELETE FROM credential WHERE org_id = $1 AND person_id = $2";
    EMAIL_HOLD_ERASE = "DELETE FROM email_hold WHERE org_id = $1 AND person_id = $2";
    RECOVERY_ERASE = "DELETE FROM recovery_code WHERE org_id = $1 AND person_id = $2";
    SECOND_FACTOR_ERASE = "DELETE FROM second_factor WHERE org_id = $1 AND person_id = $2";
    LINKS_ERASE = "DELETE FROM sign_in_link WHERE org_id = $1 AND person_id = $2";
    GROUPS_ERASE = "DELETE FROM person_group WHERE org_id = $1 AND person_id = $2";
    APPROVERS_ERASE = "DELETE FROM person_approver WHERE org_id = $1 AND person_id = $2";
    SESSIONS_ERASE = "DELETE FROM session WHERE org_id = $1 AND person_id = $2";
    INVITATION_ERASE = "DELETE FROM invitation WHERE org_id = $1 AND person_id = $2";
    MAILS_ERASE = "DELETE FROM mail WHERE org_id = $1 AND person_id = $2";
    // Answers to writes may tell of anybody; they would be gone within a day.
    ANSWERS_ERASE = "DELETE FROM idempotency WHERE org_id = $1 AND CAST($2 AS TEXT) IS NOT NULL";
    // Files that wait for their start may tell of anybody, and are put down again in a moment.
    FILES_ERASE = "DELETE FROM people_file WHERE org_id = $1 AND CAST($2 AS TEXT) IS NOT NULL";
    // Notes are an admin's words, and may tell of them; the amounts stay.
    NOTES_ERASE =
        "UPDATE budget_entry SET note = '' WHERE org_id = $1 AND budget_id IN (
           SELECT id FROM budget WHERE org_id = $1 AND person_id = $2)";
    PERSON_ERASE = "DELETE FROM person WHERE org_id = $1 AND id = $2";
    TOMBSTONES = "SELECT kind, hash FROM tombstone WHERE org_id = $1";
    TOMBSTONE_KEY = "SELECT tombstone_key_sealed FROM organisation WHERE id = $1";
    TOMBSTONE_KEY_SET =
        "UPDATE organisation SET tombstone_key_sealed = $2
         WHERE id = $1 AND tombstone_key_sealed IS NULL";
    ALLOW =
        "DELETE FROM tombstone WHERE org_id = $1 AND erasure_id IN (
           SELECT erasure_id FROM tombstone WHERE org_id = $1 AND kind = $2 AND hash = $3)";
}

bulks! {
    TOMBSTONE_PUT = rows(
        "INSERT INTO tombstone (org_id, kind, hash, erasure_id, created_at)", 5,
        "ON CONFLICT (org_id, kind, hash) DO UPDATE SET erasure_id = excluded.erasure_id,
           created_at = excluded.created_at");
}

/// By what an HRIS could bring somebody back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TombstoneKind {
    /// By the employee's id.
    HrisId,
    /// By the folded email.
    Email,
}

impl TombstoneKind {
    /// The stable word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::HrisId => "hris_id",
            Self::Email => "email",
        }
    }
}

/// What remains of somebody erased: a keyed hash, made by the caller, who has the key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tombstone {
    /// Of what.
    pub kind: TombstoneKind,
    /// The hash as text.
    pub hash: String,
}

/// All tombstones of an organisation.
#[derive(Clone, Debug, Default)]
pub struct Tombstones {
    /// The key of the hashes, as the caller sealed it. There is one as soon as there is a hash.
    pub key_sealed: Option<String>,
    /// The hashes.
    pub hashes: FxHashSet<Tombstone>,
}

/// A person to be erased.
#[derive(Clone, Copy, Debug)]
pub struct Erasure<'a> {
    /// Who, and by what they could be told.
    pub traces: &'a Traces,
    /// What remains.
    pub tombstones: &'a [Tombstone],
    /// Who does it.
    pub actor: Actor,
    /// When.
    pub at: Timestamp,
    /// A fresh id.
    pub act: ActId,
}

/// Why nobody was erased. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum EraseError {
    /// Somebody else changed them in between.
    #[error("somebody else changed the person in the meantime, so nobody was erased; try again")]
    Moved,
    /// Nobody could sign in as an admin any more.
    #[error("this is the last admin who can sign in, so nobody was erased")]
    LastAdmin,
    /// The database could not.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Store {
    /// The key of an organisation's tombstones, if anybody was ever erased.
    pub async fn tombstone_key(&self, org: OrganisationId) -> Result<Option<String>, StoreError> {
        tombstone_key(&mut self.engine.read().await?, org).await
    }

    /// The key of an organisation's tombstones as it was sealed first: this one, where there is none
    /// yet.
    pub async fn tombstone_key_or(
        &self,
        org: OrganisationId,
        sealed: &str,
    ) -> Result<String, StoreError> {
        let mut session = self.engine.write().await?;
        secret::refuse_retired(&mut session, sealed).await?;
        session
            .execute(&TOMBSTONE_KEY_SET, &values![org, sealed])
            .await?;
        let stands = tombstone_key(&mut session, org).await?;
        session.commit().await?;
        stands.ok_or(StoreError::Missing {
            what: "organisation",
        })
    }

    /// Takes a person out of everything that is stored, in one transaction.
    ///
    /// Counts of runs stay, and so do the lines of the history, without what they said. People whom
    /// they approved for lose the approver, which stands in those people's history.
    pub async fn erase_person(
        &self,
        org: OrganisationId,
        erasure: Erasure<'_>,
    ) -> Result<(), EraseError> {
        let Traces { person, .. } = erasure.traces;
        let mut session = self.engine.write().await?;
        organisation::touch(&mut session, org).await?;
        let version = session
            .maybe_one(&VERSION, &values![org, person.id], read_int)
            .await?;
        if version != Some(person.version) {
            return Err(EraseError::Moved);
        }
        let others = session
            .maybe_one(&OTHER_ADMINS, &values![org, person.id], read_count)
            .await?;
        if person.is_acting_admin() && others == Some(0) {
            return Err(EraseError::LastAdmin);
        }
        others::let_go(&mut session, org, erasure).await?;
        scrub::everything(&mut session, org, erasure.traces).await?;
        remove(&mut session, org, person.id).await?;
        put_tombstones(&mut session, org, erasure).await?;
        session.commit().await?;
        // What was written before still stands in SQLite's journal until it is emptied.
        self.engine.empty_journal().await;
        Ok(())
    }

    /// Takes away the tombstones of whoever has one of these; whether there was anybody.
    pub async fn allow_erased(
        &self,
        org: OrganisationId,
        tombstones: &[Tombstone],
    ) -> Result<bool, StoreError> {
        let mut session = self.engine.write().await?;
        organisation::touch(&mut session, org).await?;
        let mut found = false;
        for Tombstone { kind, hash } in tombstones {
            let values = values![org, kind.as_str(), hash.as_str()];
            found |= session.execute(&ALLOW, &values).await? > 0;
        }
        session.commit().await?;
        Ok(found)
    }

    /// All tombstones of an organisation.
    pub async fn tombstones(&self, org: OrganisationId) -> Result<Tombstones, StoreError> {
        tombstones(&mut self.engine.read().await?, org).await
    }
}

/// All tombstones, inside a transaction.
pub(crate) async fn tombstones(
    session: &mut Session,
    org: OrganisationId,
) -> Result<Tombstones, StoreError> {
    let mut hashes = FxHashSet::default();
    session
        .each(&TOMBSTONES, &values![org], |row| {
            let kind = match row.text()? {
                "email" => TombstoneKind::Email,
                _ => TombstoneKind::HrisId,
            };
            let hash = row.text()?.to_owned();
            hashes.insert(Tombstone { kind, hash });
            Ok(())
        })
        .await?;
    if hashes.is_empty() {
        return Ok(Tombstones::default());
    }
    Ok(Tombstones {
        key_sealed: tombstone_key(session, org).await?,
        hashes,
    })
}

async fn tombstone_key(
    session: &mut Session,
    org: OrganisationId,
) -> Result<Option<String>, StoreError> {
    let key = session
        .maybe_one(&TOMBSTONE_KEY, &values![org], |row| {
            Ok(row.maybe_text()?.map(str::to_owned))
        })
        .await?;
    Ok(key.flatten())
}

/// The record itself and what hangs on it.
async fn remove(
    session: &mut Session,
    org: OrganisationId,
    person: PersonId,
) -> Result<(), StoreError> {
    for statement in [
        &CREDENTIAL_ERASE,
        &EMAIL_HOLD_ERASE,
        &RECOVERY_ERASE,
        &SECOND_FACTOR_ERASE,
        &LINKS_ERASE,
        &GROUPS_ERASE,
        &APPROVERS_ERASE,
        &SESSIONS_ERASE,
        &INVITATION_ERASE,
        &MAILS_ERASE,
        &ANSWERS_ERASE,
        &FILES_ERASE,
        &NOTES_ERASE,
        &PERSON_ERASE,
    ] {
        session.execute(statement, &values![org, person]).await?;
    }
    Ok(())
}

async fn put_tombstones(
    session: &mut Session,
    org: OrganisationId,
    erasure: Erasure<'_>,
) -> Result<(), StoreError> {
    let Erasure { act, at, .. } = erasure;
    let tombstones = erasure.tombstones.iter();
    session
        .insert(&TOMBSTONE_PUT, tombstones, move |tombstone, values| {
            let Tombstone { kind, hash } = tombstone;
            values.extend(values![org, kind.as_str(), hash.as_str(), act, at]);
            Ok(())
        })
        .await
}
