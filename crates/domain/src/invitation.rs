//! How far an invitation is.

use crate::words::words;

words! {
    /// How far an invitation is.
    InvitationState {
        /// Nobody has invited them, or what there was is void.
        Never = "never",
        /// The mail waits to be sent.
        Queued = "queued",
        /// The mail is out.
        Sent = "sent",
        /// The mail server refused it for good.
        Failed = "failed",
        /// They have accepted, or were made admin on the command line.
        Accepted = "accepted",
    }
}
