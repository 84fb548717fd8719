//! Getting in: invitations that are accepted, links that sign in once, sessions. Only hashes are
//! stored, and every token carries its organisation's id, so nothing is looked for across tenants.

use domain::{OrganisationId, PersonId};
use jiff::Timestamp;

use crate::{
    Store, StoreError,
    engine::{Session, read_id, statements, values},
    organisation,
};

statements! {
    INVITED =
        "SELECT v.person_id FROM invitation v JOIN person p
           ON p.org_id = v.org_id AND p.id = v.person_id
         WHERE v.org_id = $1 AND v.hash = $2 AND v.expires_at > $3 AND v.accepted_at IS NULL
           AND p.status = 'active' AND p.email_key = v.email_key";
    INVITATION_ACCEPT =
        "UPDATE invitation SET state = 'accepted', accepted_at = $3, hash = NULL
         WHERE org_id = $1 AND hash = $2 AND accepted_at IS NULL";
    PASSWORD_PUT =
        "INSERT INTO credential (org_id, person_id, password_hash, changed_at)
         VALUES ($1, $2, $3, $4)
         ON CONFLICT (org_id, person_id) DO UPDATE
         SET password_hash = excluded.password_hash, changed_at = excluded.changed_at";
    MAY_SIGN_IN = "UPDATE person SET can_sign_in = 1 WHERE org_id = $1 AND id = $2";
    LINK_USE =
        "UPDATE sign_in_link SET used_at = $3
         WHERE org_id = $1 AND hash = $2 AND used_at IS NULL AND expires_at > $3
           AND EXISTS (SELECT 1 FROM person p WHERE p.org_id = sign_in_link.org_id
             AND p.id = sign_in_link.person_id AND p.status = 'active' AND p.can_sign_in = 1)
         RETURNING person_id";
    // Across organisations: somebody who signs in has not said yet which one is theirs.
    SIGN_INS =
        "SELECT p.org_id, p.id, c.password_hash, COALESCE(h.email, p.email) FROM person p
         LEFT JOIN credential c ON c.org_id = p.org_id AND c.person_id = p.id
         LEFT JOIN email_hold h ON h.org_id = p.org_id AND h.person_id = p.id AND p.admin = 1
         WHERE p.email_key = $1 AND p.status = 'active' AND p.can_sign_in = 1
         UNION
         SELECT p.org_id, p.id, c.password_hash, h.email FROM email_hold h
         JOIN person p ON p.org_id = h.org_id AND p.id = h.person_id AND p.admin = 1
         LEFT JOIN credential c ON c.org_id = p.org_id AND c.person_id = p.id
         WHERE h.email_key = $1 AND p.status = 'active' AND p.can_sign_in = 1
         ORDER BY 1";
    SESSION_ADD =
        "INSERT INTO session (org_id, hash, person_id, created_at, seen_at, expires_at, device, code_due)
         VALUES ($1, $2, $3, $4, $4, $5, $6, (SELECT COUNT(*) FROM second_factor f
           WHERE f.org_id = $1 AND f.person_id = $3 AND f.confirmed_at IS NOT NULL))";
    SESSION =
        "SELECT s.person_id, s.seen_at FROM session s JOIN person p
           ON p.org_id = s.org_id AND p.id = s.person_id
         WHERE s.org_id = $1 AND s.hash = $2 AND s.expires_at > $3 AND s.seen_at > $4
           AND s.code_due = 0
           AND p.status = 'active' AND p.can_sign_in = 1";
    SESSION_SEEN = "UPDATE session SET seen_at = $3 WHERE org_id = $1 AND hash = $2";
    SESSION_END = "DELETE FROM session WHERE org_id = $1 AND hash = $2";
    SESSIONS_END = "DELETE FROM session WHERE org_id = $1 AND person_id = $2";
    SESSIONS_OLD = "DELETE FROM session WHERE org_id = $1 AND expires_at <= $2";
    SESSIONS =
        "SELECT hash, created_at, seen_at, device FROM session
         WHERE org_id = $1 AND person_id = $2 AND expires_at > $3 AND code_due = 0 ORDER BY seen_at DESC, hash";
}

/// A session to be stored.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "named by what they are")]
pub struct NewSession<'a> {
    pub hash: &'a str,
    pub expires_at: Timestamp,
    /// What the browser says that it is.
    pub device: &'a str,
}

/// Somebody with an email who may sign in.
#[derive(Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "named by what they are")]
pub struct SignIn {
    pub org: OrganisationId,
    pub person: PersonId,
    pub password_hash: Option<String>,
    /// Where links that sign in go: the address that was confirmed last.
    pub mail_to: String,
}

impl std::fmt::Debug for SignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignIn")
            .field("person", &self.person)
            .finish_non_exhaustive()
    }
}

/// A session as it is listed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named by what they are")]
pub struct ListedSession {
    pub hash: String,
    pub created_at: Timestamp,
    pub seen_at: Timestamp,
    pub device: String,
}

impl Store {
    /// Accepts an invitation by the hash of its link: sets the password, lets the person in, begins a
    /// session. Nobody when the link is used, void or too old: of two who come at once, one gets in.
    pub async fn accept_invitation(
        &self,
        org: OrganisationId,
        hash: &str,
        password_hash: &str,
        session: NewSession<'_>,
        now: Timestamp,
    ) -> Result<Option<PersonId>, StoreError> {
        let mut transaction = self.engine.write().await?;
        // A run that has read the directory must not write back that they may not sign in.
        if transaction_touch(&mut transaction, org).await?.is_none() {
            return Ok(None);
        }
        let person: Option<PersonId> = transaction
            .maybe_one(&INVITED, &values![org, hash, now], read_id)
            .await?;
        let Some(person) = person else {
            return Ok(None);
        };
        let accepted = transaction
            .execute(&INVITATION_ACCEPT, &values![org, hash, now])
            .await?;
        if accepted == 0 {
            return Ok(None);
        }
        let values = values![org, person, password_hash, now];
        transaction.execute(&PASSWORD_PUT, &values).await?;
        transaction
            .execute(&MAY_SIGN_IN, &values![org, person])
            .await?;
        add(&mut transaction, org, person, session, now).await?;
        transaction.commit().await?;
        Ok(Some(person))
    }

    /// Uses a link that signs in once, and begins a session. Nobody when it is used, void or too old.
    pub async fn use_link(
        &self,
        org: OrganisationId,
        hash: &str,
        session: NewSession<'_>,
        now: Timestamp,
    ) -> Result<Option<PersonId>, StoreError> {
        let mut transaction = self.engine.write().await?;
        let person: Option<PersonId> = transaction
            .maybe_one(&LINK_USE, &values![org, hash, now], read_id)
            .await?;
        let Some(person) = person else {
            return Ok(None);
        };
        add(&mut transaction, org, person, session, now).await?;
        transaction.commit().await?;
        Ok(Some(person))
    }

    /// Everybody with this folded email who may sign in, in whatever organisation.
    pub async fn sign_ins(&self, email_key: &str) -> Result<Vec<SignIn>, StoreError> {
        let mut session = self.engine.read().await?;
        session
            .all(&SIGN_INS, &values![email_key], |row| {
                Ok(SignIn {
                    org: row.id()?,
                    person: row.id()?,
                    password_hash: row.maybe_text()?.map(str::to_owned),
                    mail_to: row.text()?.to_owned(),
                })
            })
            .await
    }

    /// Begins a session for somebody whose password was right.
    pub async fn add_session(
        &self,
        org: OrganisationId,
        person: PersonId,
        session: NewSession<'_>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut transaction = self.engine.write().await?;
        add(&mut transaction, org, person, session, now).await?;
        transaction.commit().await
    }

    /// Whose session it is, if it goes on: not too old, and seen after `idle_since`. Being looked at
    /// keeps it alive; that is written once in a while.
    pub async fn session_of(
        &self,
        org: OrganisationId,
        hash: &str,
        now: Timestamp,
        idle_since: Timestamp,
        write_since: Timestamp,
    ) -> Result<Option<PersonId>, StoreError> {
        let found = self
            .engine
            .read()
            .await?
            .maybe_one(&SESSION, &values![org, hash, now, idle_since], |row| {
                Ok((row.id()?, row.instant()?))
            })
            .await?;
        let Some((person, seen_at)) = found else {
            return Ok(None);
        };
        if seen_at < write_since {
            let mut transaction = self.engine.write().await?;
            let values = values![org, hash, now];
            transaction.execute(&SESSION_SEEN, &values).await?;
            transaction.commit().await?;
        }
        Ok(Some(person))
    }

    /// Ends a session.
    pub async fn end_session(&self, org: OrganisationId, hash: &str) -> Result<(), StoreError> {
        let mut transaction = self.engine.write().await?;
        transaction
            .execute(&SESSION_END, &values![org, hash])
            .await?;
        transaction.commit().await
    }

    /// Ends all sessions of a person.
    pub async fn end_sessions(
        &self,
        org: OrganisationId,
        person: PersonId,
    ) -> Result<(), StoreError> {
        let mut transaction = self.engine.write().await?;
        transaction
            .execute(&SESSIONS_END, &values![org, person])
            .await?;
        transaction.commit().await
    }

    /// The sessions of a person, the last used first.
    pub async fn sessions(
        &self,
        org: OrganisationId,
        person: PersonId,
        now: Timestamp,
    ) -> Result<Vec<ListedSession>, StoreError> {
        let mut session = self.engine.read().await?;
        session
            .all(&SESSIONS, &values![org, person, now], |row| {
                Ok(ListedSession {
                    hash: row.text()?.to_owned(),
                    created_at: row.instant()?,
                    seen_at: row.instant()?,
                    device: row.text()?.to_owned(),
                })
            })
            .await
    }
}

/// Nothing where there is no such organisation: the token was made up.
async fn transaction_touch(
    session: &mut Session,
    org: OrganisationId,
) -> Result<Option<()>, StoreError> {
    match organisation::touch(session, org).await {
        Ok(()) => Ok(Some(())),
        Err(StoreError::Missing { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

async fn add(
    transaction: &mut Session,
    org: OrganisationId,
    person: PersonId,
    session: NewSession<'_>,
    now: Timestamp,
) -> Result<(), StoreError> {
    transaction
        .execute(&SESSIONS_OLD, &values![org, now])
        .await?;
    let NewSession {
        hash,
        expires_at,
        device,
    } = session;
    let values = values![org, hash, person, now, expires_at, device];
    transaction.execute(&SESSION_ADD, &values).await?;
    Ok(())
}
