//! Invitations: the newest one of each person, and the hash of its link.

use domain::{InvitationState, MailId, OrganisationId, PersonId};
use jiff::Timestamp;
use rustc_hash::FxHashMap;
use uuid::Uuid;

use crate::{
    StoreError,
    engine::{Session, bulks, statements, values},
};

statements! {
    INVITATION_SENT =
        "UPDATE invitation SET state = 'sent', sent_at = $3
         WHERE org_id = $1 AND mail_id = $2 AND state = 'queued'";
    INVITATION_FAILED =
        "UPDATE invitation SET state = 'failed'
         WHERE org_id = $1 AND mail_id = $2 AND state = 'queued'";
}

bulks! {
    INVITATION_PUT = rows(
        "INSERT INTO invitation (org_id, person_id, state, hash, email_key, mail_id, created_at,
           expires_at)", 8,
        "ON CONFLICT (org_id, person_id) DO UPDATE SET state = excluded.state,
           hash = excluded.hash, email_key = excluded.email_key, mail_id = excluded.mail_id,
           created_at = excluded.created_at, sent_at = NULL, expires_at = excluded.expires_at,
           accepted_at = NULL");
    ;
    INVITATIONS_OF = of_ids(
        "SELECT person_id, state, sent_at FROM invitation WHERE org_id = {} AND person_id", "");
    // Its mail, where it waits yet, would bring somebody a link that is void.
    MAILS_WITHDRAWN = of_ids(
        "UPDATE mail SET state = 'failed', body_sealed = NULL,
           error = 'It was withdrawn: the person was archived or has another address by now.'
         WHERE org_id = {} AND state IN ('queued', 'waiting') AND id IN (
           SELECT i.mail_id FROM invitation i
           JOIN person p ON p.org_id = i.org_id AND p.id = i.person_id
           WHERE i.org_id = {} AND (p.status = 'archived' OR p.email_key <> i.email_key)
             AND i.person_id",
        ")");
    // What was made for another address or for somebody who has left is void.
    INVITATIONS_VOID = of_ids(
        "DELETE FROM invitation WHERE org_id = {} AND person_id",
        "AND EXISTS (SELECT 1 FROM person p WHERE p.org_id = invitation.org_id
           AND p.id = invitation.person_id
           AND (p.status = 'archived' OR p.email_key <> invitation.email_key))");
    LINKS_VOID = of_ids("DELETE FROM sign_in_link WHERE org_id = {} AND person_id", "");
    SESSIONS_END = of_ids(
        "DELETE FROM session WHERE org_id = {} AND person_id",
        "AND EXISTS (SELECT 1 FROM person p WHERE p.org_id = session.org_id
           AND p.id = session.person_id AND p.status = 'archived')");
}

/// An invitation to be stored; only the hash of its link is.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "named by what they are")]
pub struct NewInvitation {
    pub person: PersonId,
    pub hash: String,
    /// The folded address it is made for.
    pub email_key: String,
    pub mail: MailId,
    pub expires_at: Timestamp,
}

/// How far an invitation is, and since when it is out.
pub(crate) type Invited = (InvitationState, Option<Timestamp>);

/// Stores invitations, inside a transaction; an older one of the same person is void.
pub(crate) async fn put(
    session: &mut Session,
    org: OrganisationId,
    invitations: &[NewInvitation],
    now: Timestamp,
) -> Result<(), StoreError> {
    session
        .insert(&INVITATION_PUT, invitations.iter(), move |new, values| {
            values.extend(values![
                org,
                new.person,
                InvitationState::Queued.as_str(),
                new.hash.as_str(),
                new.email_key.as_str(),
                new.mail,
                now,
                new.expires_at
            ]);
            Ok(())
        })
        .await
}

/// The invitations of a page of people.
pub(crate) async fn of(
    session: &mut Session,
    org: OrganisationId,
    people: &[Uuid],
) -> Result<FxHashMap<PersonId, Invited>, StoreError> {
    let mut found = FxHashMap::default();
    session
        .each_of(&INVITATIONS_OF, &values![org], people, |row| {
            found.insert(row.id()?, (row.word()?, row.maybe_instant()?));
            Ok(())
        })
        .await?;
    Ok(found)
}

/// Ends what must not outlive an archiving or a new address, inside the transaction that makes it:
/// sessions, sign-in links, invitations and their mails that wait yet.
pub(crate) async fn end_access(
    session: &mut Session,
    org: OrganisationId,
    people: &[Uuid],
) -> Result<(), StoreError> {
    session
        .execute_of(&MAILS_WITHDRAWN, &values![org, org], people)
        .await?;
    for bulk in [&INVITATIONS_VOID, &LINKS_VOID, &SESSIONS_END] {
        session.execute_of(bulk, &values![org], people).await?;
    }
    Ok(())
}

/// The mail of an invitation is out, or never will be; inside the mail's transaction.
pub(crate) async fn mailed(
    session: &mut Session,
    org: OrganisationId,
    mail: MailId,
    sent_at: Option<Timestamp>,
) -> Result<(), StoreError> {
    match sent_at {
        Some(at) => {
            session
                .execute(&INVITATION_SENT, &values![org, mail, at])
                .await?
        }
        None => {
            session
                .execute(&INVITATION_FAILED, &values![org, mail])
                .await?
        }
    };
    Ok(())
}
