//! What mails say: one function for each, with what it needs as arguments. The words are in `texts`.

use texts::Lang;

/// A mail before it is written down as text or HTML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Content {
    pub(crate) lang: Lang,
    pub(crate) subject: String,
    pub(crate) paragraphs: Vec<String>,
    /// Words and address of the one thing to press.
    pub(crate) action: Option<(String, String)>,
    /// What stands below, smaller.
    pub(crate) footer: String,
}

/// Whose mail it is, and in which language.
#[derive(Clone, Copy)]
pub(crate) struct Letterhead<'a> {
    pub(crate) organisation: &'a str,
    pub(crate) lang: Lang,
}

impl Letterhead<'_> {
    /// A text that names the organisation.
    fn named(self, key: &str) -> String {
        self.lang.t1(key, "organisation", self.organisation)
    }

    /// A mail for admins; `name` is the first part of the names of its texts.
    fn for_admins(self, name: &str, paragraphs: Vec<String>, action: &str, link: &str) -> Content {
        Content {
            lang: self.lang,
            subject: self.named(&format!("letter-{name}-subject")),
            paragraphs,
            action: Some((self.lang.t(action), link.to_owned())),
            footer: self.named("letter-admin-footer"),
        }
    }

    fn greeting(self, first_name: &str) -> String {
        if first_name.is_empty() {
            self.lang.t("letter-hello-nobody")
        } else {
            self.lang.t1("letter-hello", "name", first_name)
        }
    }
}

impl Content {
    /// Come in.
    pub(crate) fn invitation(
        head: Letterhead<'_>,
        first_name: &str,
        link: &str,
        days: i64,
    ) -> Self {
        Self {
            lang: head.lang,
            subject: head.named("letter-invitation-subject"),
            paragraphs: vec![
                head.greeting(first_name),
                head.named("letter-invitation-1"),
                head.lang.t1("letter-invitation-2", "days", days),
            ],
            action: Some((head.lang.t("letter-invitation-action"), link.to_owned())),
            footer: head.named("letter-invitation-footer"),
        }
    }

    /// A link that signs in once.
    pub(crate) fn sign_in(
        head: Letterhead<'_>,
        first_name: &str,
        link: &str,
        minutes: i64,
    ) -> Self {
        Self {
            lang: head.lang,
            subject: head.named("letter-sign-in-subject"),
            paragraphs: vec![
                head.greeting(first_name),
                head.lang.t1("letter-sign-in-1", "minutes", minutes),
            ],
            action: Some((head.lang.t("sign-in"), link.to_owned())),
            footer: head.lang.t("letter-sign-in-footer"),
        }
    }

    /// A held run waits.
    pub(crate) fn held(head: Letterhead<'_>, reasons: &[String], link: &str) -> Self {
        let mut paragraphs = vec![head.lang.t("letter-held-1")];
        let reasons = reasons.iter();
        paragraphs.extend(reasons.map(|reason| head.lang.said(reason).into_owned()));
        head.for_admins("held", paragraphs, "letter-held-action", link)
    }

    /// Syncs fail.
    pub(crate) fn failing(head: Letterhead<'_>, detail: &str, mend: &str, link: &str) -> Self {
        let paragraphs = vec![
            head.lang.said(detail).into_owned(),
            head.lang.said(mend).into_owned(),
            head.lang.t("letter-failing-1"),
        ];
        head.for_admins("failing", paragraphs, "letter-failing-action", link)
    }

    /// The pass of a midnight was tried several times in vain: whoever has left is still there.
    pub(crate) fn midnight(head: Letterhead<'_>, why: &str, link: &str) -> Self {
        let paragraphs = vec![
            head.lang.t("letter-midnight-1"),
            head.lang.said(why).into_owned(),
            head.lang.t("letter-midnight-2"),
        ];
        head.for_admins("midnight", paragraphs, "letter-midnight-action", link)
    }

    /// Syncs work again.
    pub(crate) fn well_again(head: Letterhead<'_>, link: &str) -> Self {
        let paragraphs = vec![head.lang.t("letter-well-1")];
        head.for_admins("well", paragraphs, "letter-failing-action", link)
    }

    /// Another email of somebody with admin rights, by the HRIS: to the old address and all admins.
    pub(crate) fn admin_moved(
        head: Letterhead<'_>,
        name: &str,
        old: &str,
        new: &str,
        link: &str,
    ) -> Self {
        let told = head.lang.t3(
            "letter-moved-1",
            &("name", name),
            &("old", old),
            &("new", new),
        );
        let paragraphs = vec![told, head.lang.t("letter-moved-2")];
        head.for_admins("moved", paragraphs, "letter-moved-action", link)
    }

    /// The last admin would have been archived.
    pub(crate) fn last_admin(head: Letterhead<'_>, link: &str) -> Self {
        let paragraphs = vec![head.lang.t("letter-last-1"), head.lang.t("letter-last-2")];
        head.for_admins("last", paragraphs, "letter-moved-action", link)
    }

    /// What happened this morning: how many of what, and where they are.
    pub(crate) fn morning(
        head: Letterhead<'_>,
        lines: &[(u64, &'static str, String)],
        link: &str,
    ) -> Self {
        let mut paragraphs = vec![head.lang.t("letter-morning-1")];
        paragraphs.extend(lines.iter().map(|(number, what, link)| {
            let told = head
                .lang
                .t1(&format!("letter-morning-{what}"), "n", *number);
            format!("{told}: {link}")
        }));
        head.for_admins("morning", paragraphs, "letter-morning-action", link)
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
