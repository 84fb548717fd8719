//! Mails: what they say, and how they get out.
//!
//! A mail is put down, sealed, in the transaction of what causes it or right beside it, and a task
//! sends it. One that was handed over just before its process died is handed over again, under the
//! same id: it may come twice at worst, and is never lost.

mod content;
mod html;
mod notices;
mod samples;

use domain::{MailId, MailKind, MailState, Organisation, OrganisationId, PersonId};
use jiff::Timestamp;
use mail::{Letter, Mailer, Outcome};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use store::{NewMail, StoredMail, StoredTask};
use texts::Lang;

pub(crate) use content::{Content, Letterhead};
pub use samples::{MAILS, MailSample};

use crate::{App, Failure, view::List, work::Done};

/// The name under which bodies are sealed.
pub(crate) const BODY_FIELD: &str = "mail.body";
/// How many mails that wait for a mail server are let go in one go.
const RELEASED: u32 = 200;

/// Both parts of a mail, as they are sealed.
#[derive(Deserialize, Serialize)]
struct Body {
    text: String,
    html: String,
}

/// A mail as the outbox shows it. What it says is not in it.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "named by what they are")]
pub struct MailView {
    pub id: MailId,
    pub kind: MailKind,
    pub person_id: Option<PersonId>,
    pub recipient: String,
    pub subject: String,
    pub state: MailState,
    pub created_at: Timestamp,
    pub sent_at: Option<Timestamp>,
    pub error: Option<String>,
}

impl App {
    /// Sets the mail server. Without one, mails wait in the outbox.
    pub fn set_mailer(&self, mailer: Mailer) {
        if self.mailer.set(mailer).is_err() {
            tracing::warn!("a mail server is set already");
        }
    }

    /// Whether there is a mail server; without one, mails wait in the outbox.
    pub fn sends_mails(&self) -> bool {
        self.mailer.get().is_some()
    }

    /// In which language the mails of an organisation are written.
    pub async fn mail_language(&self, org: &Organisation) -> Result<Lang, Failure> {
        let language = self.store.mail_language(org.id).await?;
        let language = language.as_deref().and_then(Lang::of_tag);
        Ok(language.unwrap_or_default())
    }

    /// Says in which.
    pub async fn set_mail_language(&self, org: &Organisation, tag: &str) -> Result<(), Failure> {
        let lang = Lang::of_tag(tag).ok_or_else(|| {
            Failure::field(
                "mail_language",
                "unknown_language",
                format!("{tag:?} is no language of mails; nothing was changed."),
            )
        })?;
        Ok(self.store.set_mail_language(org.id, lang.tag()).await?)
    }

    pub(crate) async fn letterhead<'a>(
        &self,
        org: &'a Organisation,
    ) -> Result<Letterhead<'a>, Failure> {
        Ok(Letterhead {
            organisation: &org.name,
            lang: self.mail_language(org).await?,
        })
    }

    /// The outbox, newest first.
    pub async fn outbox(
        &self,
        org: &Organisation,
        limit: Option<u32>,
        after: Option<&str>,
    ) -> Result<List<MailView>, Failure> {
        let page = self.store.mails(org.id, limit, after).await?;
        Ok(List {
            items: page.items.into_iter().map(MailView::from).collect(),
            total: page.total,
            next: page.next,
        })
    }

    /// What a mail says, for the outbox: only an invitation, and only while it waits. A link that
    /// signs in is for nobody else's eyes.
    pub async fn waiting_invitation(
        &self,
        org: &Organisation,
        id: &str,
    ) -> Result<String, Failure> {
        let found = match id.parse::<MailId>() {
            Ok(id) => self.store.mail(org.id, id).await?,
            Err(_) => None,
        };
        let shown = found.filter(|mail| mail.kind == MailKind::Invitation);
        let sealed = shown.and_then(|mail| mail.body_sealed);
        let sealed = sealed.ok_or_else(|| Failure::not_found("waiting invitation", id))?;
        Ok(self.open_body(org.id, &sealed)?.text)
    }

    /// A mail ready to be put down: sealed, with the id of its task.
    pub(crate) fn mail_of(
        &self,
        org: &Organisation,
        kind: MailKind,
        person: Option<PersonId>,
        recipient: &str,
        content: &Content,
    ) -> Result<NewMail, Failure> {
        let body = Body {
            text: content.as_text(),
            html: html::page(content),
        };
        let body = serde_json::to_string(&body).map_err(|error| {
            Failure::internal(format!("A mail could not be written ({error})."))
        })?;
        let sealed = self.vault.seal(
            org.id,
            BODY_FIELD,
            &SecretString::from(body),
            self.entropy.as_ref(),
        )?;
        let ids = self.ids();
        Ok(NewMail {
            id: ids.next(),
            kind,
            person,
            recipient: recipient.to_owned(),
            subject: content.subject.clone(),
            body_sealed: sealed,
            task: ids.next(),
        })
    }

    /// Sends a mail, if it has not been sent.
    pub(crate) async fn mail_task(&self, task: &StoredTask) -> Result<Done, Failure> {
        let id = task.payload.get("mail").and_then(Json::as_str);
        let Some(id) = id.and_then(|id| id.parse::<MailId>().ok()) else {
            return Ok(Done::Never("the task does not say which mail".to_owned()));
        };
        let Some(mail) = self.store.mail(task.org, id).await? else {
            return Ok(Done::Whole);
        };
        let (MailState::Queued, Some(sealed)) = (mail.state, &mail.body_sealed) else {
            return Ok(Done::Whole);
        };
        let Some(mailer) = self.mailer.get() else {
            self.note_try(task.org, id, MailState::Waiting, None)
                .await?;
            return Ok(Done::Whole);
        };
        let body = self.open_body(task.org, sealed)?;
        let letter = Letter {
            to: mail.recipient.clone(),
            subject: mail.subject.clone(),
            text: body.text,
            html: body.html,
            id: id.to_string(),
        };
        match mailer.send(&letter).await {
            Outcome::Sent => {
                self.note_try(task.org, id, MailState::Sent, None).await?;
                Ok(Done::Whole)
            }
            Outcome::Refused(why) => {
                tracing::warn!(mail = %id, "the mail server refused a mail for good");
                self.note_try(task.org, id, MailState::Failed, Some(&why))
                    .await?;
                Ok(Done::Whole)
            }
            Outcome::Later(why) => {
                let last = task.attempts >= crate::work::tries(task.kind);
                let state = if last {
                    MailState::Failed
                } else {
                    MailState::Queued
                };
                self.note_try(task.org, id, state, Some(&why)).await?;
                Ok(if last { Done::Whole } else { Done::Again(why) })
            }
        }
    }

    async fn note_try(
        &self,
        org: OrganisationId,
        id: MailId,
        state: MailState,
        error: Option<&str>,
    ) -> Result<(), Failure> {
        let now = self.clock.now();
        Ok(self.store.mail_tried(org, id, state, now, error).await?)
    }

    /// Lets mails go that waited until a mail server was set. How many.
    pub(crate) async fn release_mails(&self) -> Result<usize, Failure> {
        if self.mailer.get().is_none() {
            return Ok(0);
        }
        let ids = self.ids();
        let now = self.clock.now();
        Ok(self
            .store
            .release_mails(RELEASED, now, || ids.next())
            .await?)
    }

    fn open_body(&self, org: OrganisationId, sealed: &str) -> Result<Body, Failure> {
        let body = self.vault.open(org, BODY_FIELD, sealed)?;
        serde_json::from_str(body.expose_secret())
            .map_err(|error| Failure::internal(format!("A stored mail cannot be read ({error}).")))
    }
}

impl From<StoredMail> for MailView {
    fn from(mail: StoredMail) -> Self {
        Self {
            id: mail.id,
            kind: mail.kind,
            person_id: mail.person,
            recipient: mail.recipient,
            subject: mail.subject,
            state: mail.state,
            created_at: mail.created_at,
            sent_at: mail.sent_at,
            error: mail.error,
        }
    }
}
