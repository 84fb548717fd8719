//! Bulk actions: what they do, how far they are, and why somebody was left out.

use crate::words::words;

words! {
    /// What a bulk action does.
    JobKind {
        /// Gives a budget to everybody who has none in its period.
        Budgets = "budgets",
        /// Invites everybody who has not been invited.
        Invitations = "invitations",
        /// Archives everybody who is not archived.
        Archive = "archive",
        /// Brings everybody back who is archived.
        Restore = "restore",
    }
}

words! {
    /// How far it is.
    JobState {
        /// Nobody has begun.
        Queued = "queued",
        /// Some have had their turn.
        Running = "running",
        /// All have had their turn.
        Finished = "finished",
        /// It cannot go on.
        Failed = "failed",
        /// An admin stopped it: who had their turn before keeps what they got.
        Stopped = "stopped",
    }
}

impl JobState {
    /// Whether nothing comes after it.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Finished | Self::Failed | Self::Stopped)
    }
}

words! {
    /// Why somebody was left out.
    LeftOutCode {
        /// They have a budget whose period overlaps.
        HasBudget = "has_budget",
        /// They are archived.
        Archived = "archived",
        /// They have not started yet.
        Upcoming = "upcoming",
        /// They were invited, and nobody asked for it again.
        AlreadyInvited = "already_invited",
        /// They have accepted.
        Joined = "joined",
        /// Nobody could sign in as an admin without them.
        LastAdmin = "last_admin",
        /// They are here.
        NotArchived = "not_archived",
        /// Somebody else has their email by now.
        EmailTaken = "email_taken",
        /// There is no such person.
        NotFound = "not_found",
    }
}
