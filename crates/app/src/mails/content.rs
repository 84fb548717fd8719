//! What mails say: one function for each, with what it needs as arguments.

/// A mail before it is written down as text or HTML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Content {
    pub(crate) subject: String,
    pub(crate) paragraphs: Vec<String>,
    /// Words and address of the one thing to press.
    pub(crate) action: Option<(String, String)>,
    /// What stands below, smaller.
    pub(crate) footer: String,
}

impl Content {
    /// Come in.
    pub(crate) fn invitation(organisation: &str, first_name: &str, link: &str, days: i64) -> Self {
        Self {
            subject: format!("{organisation} invites you to its learning hub"),
            paragraphs: vec![
                greeting(first_name),
                format!(
                    "{organisation} has a place for your learning, and yours is ready. Choose a password, and you are in."
                ),
                format!("The link works once, within {days} days."),
            ],
            action: Some(("Accept the invitation".to_owned(), link.to_owned())),
            footer: format!(
                "You get this because an admin of {organisation} invited you. If that is a mistake, do nothing."
            ),
        }
    }

    /// A link that signs in once.
    pub(crate) fn sign_in(organisation: &str, first_name: &str, link: &str, minutes: i64) -> Self {
        Self {
            subject: format!("Your link to sign in to {organisation}'s learning hub"),
            paragraphs: vec![
                greeting(first_name),
                format!("Here is the link you asked for. It works once, within {minutes} minutes."),
            ],
            action: Some(("Sign in".to_owned(), link.to_owned())),
            footer: "If you did not ask for it, do nothing: nobody is signed in without this link."
                .to_owned(),
        }
    }

    /// A held run waits.
    pub(crate) fn held(organisation: &str, reasons: &[String], link: &str) -> Self {
        let mut paragraphs = vec![
            "A sync found more changes than the safeguards let through by themselves, so nothing was changed. It waits for you.".to_owned(),
        ];
        paragraphs.extend(reasons.iter().cloned());
        Self {
            subject: format!("{organisation}: a sync waits for your review"),
            paragraphs,
            action: Some(("Look at it".to_owned(), link.to_owned())),
            footer: admin_footer(organisation),
        }
    }

    /// Syncs fail.
    pub(crate) fn failing(organisation: &str, detail: &str, mend: &str, link: &str) -> Self {
        Self {
            subject: format!("{organisation}: the sync with the HRIS does not work"),
            paragraphs: vec![
                detail.to_owned(),
                mend.to_owned(),
                "You get one mail about this, and another one when it works again.".to_owned(),
            ],
            action: Some(("Open the connection".to_owned(), link.to_owned())),
            footer: admin_footer(organisation),
        }
    }

    /// Syncs work again.
    /// Another email of somebody with admin rights, by the HRIS: to the old address and all admins.
    pub(crate) fn admin_moved(
        organisation: &str,
        name: &str,
        old: &str,
        new: &str,
        link: &str,
    ) -> Self {
        Self {
            subject: format!("{organisation}: an admin has another email now"),
            paragraphs: vec![
                format!("The HRIS gave {name} the email {new} instead of {old}. {name} has admin rights here."),
                "Sessions and links that were made for the old address have ended. If nobody of you wanted this, take the \
                 admin rights away and look who changed the record in the HRIS."
                    .to_owned(),
            ],
            action: Some(("Open the person".to_owned(), link.to_owned())),
            footer: admin_footer(organisation),
        }
    }

    /// The last admin would have been archived.
    pub(crate) fn last_admin(organisation: &str, link: &str) -> Self {
        Self {
            subject: format!("{organisation}: the last admin has left and was kept"),
            paragraphs: vec![
                "By the HRIS the last person with admin rights has left. They were not archived, since nobody could sign in to \
                 the Admin Hub any more."
                    .to_owned(),
                "Give somebody else admin rights, then archive them by hand or wait for the next sync.".to_owned(),
            ],
            action: Some(("Open the person".to_owned(), link.to_owned())),
            footer: admin_footer(organisation),
        }
    }

    pub(crate) fn well_again(organisation: &str, link: &str) -> Self {
        Self {
            subject: format!("{organisation}: the sync with the HRIS works again"),
            paragraphs: vec![
                "The last sync went well, so there is nothing left for you to do.".to_owned(),
            ],
            action: Some(("Open the connection".to_owned(), link.to_owned())),
            footer: admin_footer(organisation),
        }
    }

    /// What happened this morning.
    pub(crate) fn morning(organisation: &str, lines: &[(String, String)], link: &str) -> Self {
        let mut paragraphs = vec!["This morning's sync is done. What it found:".to_owned()];
        paragraphs.extend(lines.iter().map(|(what, link)| format!("{what}: {link}")));
        Self {
            subject: format!("{organisation}: what changed this morning"),
            paragraphs,
            action: Some(("Open the sync".to_owned(), link.to_owned())),
            footer: admin_footer(organisation),
        }
    }

    /// The part for readers of plain text.
    pub(crate) fn as_text(&self) -> String {
        let mut text = self.paragraphs.join("\n\n");
        if let Some((words, link)) = &self.action {
            text = format!("{text}\n\n{words}:\n{link}");
        }
        format!("{text}\n\n-- \n{}\n", self.footer)
    }
}

fn greeting(first_name: &str) -> String {
    if first_name.is_empty() {
        "Hello,".to_owned()
    } else {
        format!("Hello {first_name},")
    }
}

fn admin_footer(organisation: &str) -> String {
    format!("You get this because you are an admin of {organisation} in Rollcall.")
}
