//! Mails: what they are about, and how far they are.

use crate::words::words;

words! {
    /// What a mail is about.
    MailKind {
        /// Come in: for somebody who was invited.
        Invitation = "invitation",
        /// A link that signs in once.
        SignIn = "sign_in",
        /// Something needs an admin, or is over.
        Notice = "notice",
        /// What happened this morning.
        Morning = "morning",
    }
}

words! {
    /// How far a mail is.
    MailState {
        /// It waits to be sent.
        Queued = "queued",
        /// It waits in the outbox, because no mail server is set.
        Waiting = "waiting",
        /// It is out.
        Sent = "sent",
        /// The mail server refused it for good, or it was tried for two days.
        Failed = "failed",
    }
}
