//! What mails look like, with an example person; and a test of each that goes to whoever asks for it.

use domain::{MailKind, Organisation, Person};

use super::{Content, Letterhead, html};
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
pub const MAILS: [&str; 8] = [
    "invitation",
    "sign_in",
    "held",
    "failing",
    "midnight",
    "well_again",
    "morning",
    "admin_moved",
];

impl App {
    /// A mail as it would be sent, with an example person and a link that leads nowhere.
    pub async fn mail_sample(&self, org: &Organisation, name: &str) -> Result<MailSample, Failure> {
        let known = MAILS.into_iter().find(|known| *known == name);
        let known = known.ok_or_else(|| Failure::not_found("mail", name))?;
        let content = self.sample(self.letterhead(org).await?, known);
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
        let mut content = self.sample(self.letterhead(org).await?, known);
        content.subject = content
            .lang
            .t1("letter-test", "subject", content.subject.as_str());
        let mail = self.mail_of(org, MailKind::Notice, Some(to.id), &to.email, &content)?;
        let now = self.clock.now();
        self.store.put_mails(org.id, &[mail], now).await?;
        self.wake.notify_one();
        Ok(())
    }

    fn sample(&self, head: Letterhead<'_>, name: &str) -> Content {
        let link = format!("{}/sign-in", self.public_url());
        let link = link.as_str();
        match name {
            "invitation" => Content::invitation(head, "Nadia", link, 14),
            "sign_in" => Content::sign_in(head, "Nadia", link, 15),
            "held" => {
                let reason = "214 people would be archived at once; up to 193 pass without a look.";
                Content::held(head, &[reason.to_owned()], link)
            }
            "failing" => Content::failing(
                head,
                "HiBob refused the service user's ID or token (401), so nothing was changed.",
                "In HiBob, open Settings > Integrations > Service users, make a new token for the service user, and enter its ID and the token here.",
                link,
            ),
            "midnight" => Content::midnight(head, "The database is busy.", link),
            "well_again" => Content::well_again(head, link),
            "admin_moved" => Content::admin_moved(
                head,
                "Nadia Ferreira",
                "nadia@old.example",
                "nadia@new.example",
                link,
            ),
            _ => {
                let told = |number, what| (number, what, link.to_owned());
                Content::morning(head, &[told(3, "joined"), told(1, "left")], link)
            }
        }
    }
}
