//! Mails on their way. Bodies are sealed by the caller, and erased once they are out.

use domain::{MailId, MailKind, MailState, OrganisationId, PersonId, TaskId, TaskKind};
use jiff::Timestamp;
use serde_json::json;

use crate::{
    NewTask, Page, Store, StoreError,
    cursor::{BadCursor, decode, encode, rows_for},
    engine::{Reader, Session, bulks, read_count, statements, values},
    invitation, secret, task,
};

macro_rules! mail_columns {
    () => {
        "id, kind, person_id, recipient, subject, body_sealed, state, attempts, created_at, sent_at,
         error"
    };
}

statements! {
    MAIL = concat!("SELECT ", mail_columns!(), " FROM mail WHERE org_id = $1 AND id = $2");
    MAILS = concat!(
        "SELECT ", mail_columns!(), " FROM mail WHERE org_id = $1 AND id < $2
         ORDER BY id DESC LIMIT $3");
    MAILS_COUNT = "SELECT COUNT(*) FROM mail WHERE org_id = $1";
    MAIL_SET =
        "UPDATE mail SET state = $3, attempts = attempts + 1, sent_at = $4, error = $5,
           body_sealed = CASE WHEN $3 IN ('sent', 'failed') THEN NULL ELSE body_sealed END
         WHERE org_id = $1 AND id = $2 AND state IN ('queued', 'waiting')";
    MAILS_WAITING =
        "SELECT org_id, id FROM mail WHERE state = 'waiting' ORDER BY org_id, id LIMIT $1";
    MAIL_AGAIN =
        "UPDATE mail SET state = 'queued' WHERE org_id = $1 AND id = $2 AND state = 'waiting'";
    NOTICE_OPEN =
        "INSERT INTO notice (org_id, cause, opened_at) VALUES ($1, $2, $3)
         ON CONFLICT (org_id, cause) DO NOTHING";
    NOTICE_CLOSE = "DELETE FROM notice WHERE org_id = $1 AND cause = $2";
    NOTICES = "SELECT cause FROM notice WHERE org_id = $1 ORDER BY opened_at, cause";
}

bulks! {
    MAIL_ADD = rows(
        "INSERT INTO mail (org_id, id, kind, person_id, recipient, subject, body_sealed, state,
           attempts, created_at)", 10, "");
}

/// A mail to be put down.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "named by what they are")]
pub struct NewMail {
    pub id: MailId,
    pub kind: MailKind,
    pub person: Option<PersonId>,
    pub recipient: String,
    pub subject: String,
    /// Both parts, as the caller sealed them.
    pub body_sealed: String,
    /// The task that sends it.
    pub task: TaskId,
}

/// A mail as it stands.
#[derive(Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "named by what they are")]
pub struct StoredMail {
    pub id: MailId,
    pub kind: MailKind,
    pub person: Option<PersonId>,
    pub recipient: String,
    pub subject: String,
    pub body_sealed: Option<String>,
    pub state: MailState,
    pub attempts: u64,
    pub created_at: Timestamp,
    pub sent_at: Option<Timestamp>,
    pub error: Option<String>,
}

impl std::fmt::Debug for StoredMail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StoredMail")
            .field("id", &self.id)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

impl Store {
    /// Puts mails down with their tasks.
    pub async fn put_mails(
        &self,
        org: OrganisationId,
        mails: &[NewMail],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut session = self.engine.write().await?;
        put(&mut session, org, mails, now).await?;
        session.commit().await
    }

    /// Opens a notice and puts down its mails, unless it is open already. Whether it was not.
    pub async fn open_notice(
        &self,
        org: OrganisationId,
        cause: &str,
        mails: &[NewMail],
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut session = self.engine.write().await?;
        let opened = session
            .execute(&NOTICE_OPEN, &values![org, cause, now])
            .await?;
        if opened > 0 {
            put(&mut session, org, mails, now).await?;
            session.commit().await?;
        }
        Ok(opened > 0)
    }

    /// Closes a notice and puts down the mails that say so, if it was open.
    pub async fn close_notice(
        &self,
        org: OrganisationId,
        cause: &str,
        mails: &[NewMail],
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut session = self.engine.write().await?;
        let closed = session.execute(&NOTICE_CLOSE, &values![org, cause]).await?;
        if closed > 0 {
            put(&mut session, org, mails, now).await?;
            session.commit().await?;
        }
        Ok(closed > 0)
    }

    /// The causes of all notices that are open, oldest first.
    pub async fn notices(&self, org: OrganisationId) -> Result<Vec<String>, StoreError> {
        let mut session = self.engine.read().await?;
        session
            .all(&NOTICES, &values![org], |row| row.text().map(str::to_owned))
            .await
    }

    /// A mail.
    pub async fn mail(
        &self,
        org: OrganisationId,
        id: MailId,
    ) -> Result<Option<StoredMail>, StoreError> {
        let mut session = self.engine.read().await?;
        session.maybe_one(&MAIL, &values![org, id], read).await
    }

    /// The outbox, newest first.
    pub async fn mails(
        &self,
        org: OrganisationId,
        limit: Option<u32>,
        after: Option<&str>,
    ) -> Result<Page<StoredMail>, StoreError> {
        let mut session = self.engine.read().await?;
        let before = match after {
            Some(after) => {
                let [id] = decode(after)?;
                id.parse::<MailId>().map_err(|_| BadCursor)?.to_string()
            }
            None => "g".to_owned(),
        };
        let total = match after {
            None => {
                session
                    .maybe_one(&MAILS_COUNT, &values![org], read_count)
                    .await?
            }
            Some(_) => None,
        };
        let found = session
            .all(&MAILS, &values![org, before, rows_for(limit)], read)
            .await?;
        Ok(Page::cut(found, limit, total, |mail| {
            encode(&[&mail.id.to_string()])
        }))
    }

    /// Says what became of a try. Of an invitation, its state goes along.
    pub async fn mail_tried(
        &self,
        org: OrganisationId,
        id: MailId,
        state: MailState,
        now: Timestamp,
        error: Option<&str>,
    ) -> Result<(), StoreError> {
        let mut session = self.engine.write().await?;
        let sent_at = (state == MailState::Sent).then_some(now);
        let values = values![org, id, state.as_str(), sent_at, error];
        if session.execute(&MAIL_SET, &values).await? > 0 {
            match state {
                MailState::Sent => invitation::mailed(&mut session, org, id, Some(now)).await?,
                MailState::Failed => invitation::mailed(&mut session, org, id, None).await?,
                MailState::Queued | MailState::Waiting => {}
            }
        }
        session.commit().await
    }

    /// Lets mails that wait for a mail server go, some at a time. How many.
    pub async fn release_mails(
        &self,
        most: u32,
        now: Timestamp,
        mut task_id: impl FnMut() -> TaskId + Send,
    ) -> Result<usize, StoreError> {
        let mut session = self.engine.write().await?;
        let waiting: Vec<(OrganisationId, MailId)> = session
            .all(&MAILS_WAITING, &values![i64::from(most)], |row| {
                Ok((row.id()?, row.id()?))
            })
            .await?;
        for mails in waiting.chunk_by(|one, other| one.0 == other.0) {
            let mut tasks = Vec::with_capacity(mails.len());
            for (org, id) in mails {
                session.execute(&MAIL_AGAIN, &values![*org, *id]).await?;
                tasks.push(sending(*id, task_id(), now));
            }
            task::enqueue_many(&mut session, mails[0].0, &tasks, now).await?;
        }
        session.commit().await?;
        Ok(waiting.len())
    }
}

/// Puts mails down with their tasks, inside a transaction. What was sealed with a key that has been
/// rotated out is refused with [`StoreError::KeyRetired`].
pub(crate) async fn put(
    session: &mut Session,
    org: OrganisationId,
    mails: &[NewMail],
    now: Timestamp,
) -> Result<(), StoreError> {
    // All of them were sealed by one process a moment ago, and so with one key.
    if let Some(mail) = mails.first() {
        secret::refuse_retired(session, &mail.body_sealed).await?;
    }
    session
        .insert(&MAIL_ADD, mails.iter(), move |mail, values| {
            values.extend(values![
                org,
                mail.id,
                mail.kind.as_str(),
                mail.person,
                mail.recipient.as_str(),
                mail.subject.as_str(),
                mail.body_sealed.as_str(),
                MailState::Queued.as_str(),
                0_i64,
                now
            ]);
            Ok(())
        })
        .await?;
    let tasks: Vec<NewTask> = mails
        .iter()
        .map(|mail| sending(mail.id, mail.task, now))
        .collect();
    task::enqueue_many(session, org, &tasks, now).await
}

fn sending(mail: MailId, id: TaskId, now: Timestamp) -> NewTask {
    NewTask {
        id,
        kind: TaskKind::Mail,
        once: None,
        payload: json!({ "mail": mail }),
        due_at: now,
    }
}

fn read(row: &mut Reader<'_>) -> Result<StoredMail, StoreError> {
    Ok(StoredMail {
        id: row.id()?,
        kind: row.word()?,
        person: row.maybe_id()?,
        recipient: row.text()?.to_owned(),
        subject: row.text()?.to_owned(),
        body_sealed: row.maybe_text()?.map(str::to_owned),
        state: row.word()?,
        attempts: row.count()?,
        created_at: row.instant()?,
        sent_at: row.maybe_instant()?,
        error: row.maybe_text()?.map(str::to_owned),
    })
}
