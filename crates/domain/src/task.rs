//! Work that waits to be done by a worker.

use crate::words::words;

words! {
    /// What kind of work waits.
    TaskKind {
        /// A sync or a preview whose run is recorded already.
        Run = "run",
        /// A pass of the midnight timer.
        Midnight = "midnight",
        /// A bulk action.
        Job = "job",
        /// A mail that waits to be sent.
        Mail = "mail",
        /// People whom an HRIS named in a webhook.
        Webhook = "webhook",
    }
}
