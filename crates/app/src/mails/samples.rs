//! What mails look like, with an example person; and a test of each that goes to whoever asks for it.

use domain::{MailKind, Organisation, Person};

use super::{Content, html};
use crate::{App, Failure};

/// A mail as it would be sent.
#[derive(Clone, Debug)]
pub struct MailSample {
    /// Its stable name.
    pub name: &'static str,
    /// The subject.
    pub subject: String,
    /// The part for readers of plain text.
    pub text: String,
    /// The other part: a whole document.
    pub html: String,
    /// What stands in its one element of style.
    pub style: &'static str,
}

/// The mails that Rollcall sends.
pub const MAILS: [&str; 7] = [
    "invitation",
    "sign_in",
    "held",
    "failing",
    "well_again",
    "morning",
    "admin_moved",
];

impl App {
    /// A mail as it would be sent, with an example person and a link that leads nowhere.
    pub fn mail_sample(&self, org: &Organisation, name: &str) -> Result<MailSample, Failure> {
        let known = MAILS.into_iter().find(|known| *known == name);
        let known = known.ok_or_else(|| Failure::not_found("mail", name))?;
        let content = self.sample(org, known);
        Ok(MailSample {
            name: known,
            subject: content.subject.clone(),
            text: content.as_text(),
            html: html::page(&content),
            style: html::STYLE,
        })
    }

    /// Sends such a mail to somebody who wants to see it.
    pub async fn send_sample(
        &self,
        org: &Organisation,
        name: &str,
        to: &Person,
    ) -> Result<(), Failure> {
        let known = MAILS.into_iter().find(|known| *known == name);
        let known = known.ok_or_else(|| Failure::not_found("mail", name))?;
        let mut content = self.sample(org, known);
        content.subject = format!("[Test] {}", content.subject);
        let mail = self.mail_of(org, MailKind::Notice, Some(to.id), &to.email, &content)?;
        let now = self.clock.now();
        self.store.put_mails(org.id, &[mail], now).await?;
        self.wake.notify_one();
        Ok(())
    }

    fn sample(&self, org: &Organisation, name: &str) -> Content {
        let link = format!("{}/sign-in", self.public_url());
        let (org, link) = (org.name.as_str(), link.as_str());
        match name {
            "invitation" => Content::invitation(org, "Nadia", link, 14),
            "sign_in" => Content::sign_in(org, "Nadia", link, 15),
            "held" => {
                let reason = "The sync would archive 214 of 1,930 people.".to_owned();
                Content::held(org, &[reason], link)
            }
            "failing" => Content::failing(
                org,
                "HiBob refused the service user's ID or token (401), so nothing was changed.",
                "Make a new token for the service user in HiBob, and enter it under Replace token.",
                link,
            ),
            "well_again" => Content::well_again(org, link),
            "admin_moved" => Content::admin_moved(
                org,
                "Nadia Ferreira",
                "nadia@old.example",
                "nadia@new.example",
                link,
            ),
            _ => {
                let told = |what: &str| (what.to_owned(), link.to_owned());
                Content::morning(org, &[told("3 joined"), told("1 left")], link)
            }
        }
    }
}
