//! What answers look like, as the OpenAPI document tells it.
//!
//! Answers are made from the views of `app`; these types say the same once more, for those who read
//! the document. They cannot drift apart: a test reads real answers into them, and a key that is
//! missing or new fails it.

#![expect(
    missing_docs,
    reason = "the contract by name; read by the document and by tests"
)]

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

macro_rules! shapes {
    ($($(#[$meta:meta])* $name:ident { $($(#[$of:meta])* $field:ident: $kind:ty),* $(,)? })*) => {$(
        $(#[$meta])*
        #[derive(Debug, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields)]
        pub struct $name { $($(#[$of])* pub $field: $kind),* }
    )*};
}

macro_rules! choices {
    ($($name:ident { $($variant:ident = $word:literal),* $(,)? })*) => {$(
        #[derive(Debug, Deserialize, JsonSchema)]
        pub enum $name { $(#[serde(rename = $word)] $variant),* }
    )*};
}

/// A day: `YYYY-MM-DD`.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(transparent, extend("format" = "date"))]
pub struct Day(pub String);

/// An instant: RFC 3339, UTC.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(transparent, extend("format" = "date-time"))]
pub struct Instant(pub String);

/// A page of a list.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "PageOf{T}")]
pub struct Page<T> {
    pub items: Vec<T>,
    /// Of all pages, on the first one.
    pub total: Option<u64>,
    /// What `after` takes for the next page; null on the last one.
    pub next: Option<String>,
}

choices! {
    Status { Active = "active", Upcoming = "upcoming", Archived = "archived" }
    Source { Hris = "hris", Manual = "manual", Csv = "csv" }
    ArchivedBy { Hris = "hris", EndDate = "end_date", Admin = "admin" }
    InvitationState {
        Never = "never", Queued = "queued", Sent = "sent", Failed = "failed", Accepted = "accepted",
    }
    RunKind { Sync = "sync", Preview = "preview" }
    Trigger {
        Connect = "connect", Schedule = "schedule", Manual = "manual", Api = "api", Cli = "cli",
        Webhook = "webhook", Timer = "timer",
    }
    RunState {
        Queued = "queued", Fetching = "fetching", Planning = "planning", Held = "held",
        Applying = "applying", Finished = "finished",
        FinishedWithProblems = "finished_with_problems", Failed = "failed", Rejected = "rejected",
        Stopped = "stopped",
    }
    Action { Add = "add", Update = "update", Archive = "archive", Restore = "restore" }
    FindingOutcome { Skipped = "skipped", Flagged = "flagged" }
    IntegrationState {
        NotConnected = "not_connected", Connected = "connected", Syncing = "syncing",
        Synced = "synced", Held = "held", Failing = "failing", Paused = "paused",
    }
    Days { EveryDay = "every_day", Weekdays = "weekdays" }
    ArchiveAt { EndOfDay = "end_of_day", StartOfDay = "start_of_day" }
    MailState { Queued = "queued", Waiting = "waiting", Sent = "sent", Failed = "failed" }
    JobState { Queued = "queued", Running = "running", Finished = "finished", Failed = "failed" }
    EntryKind {
        Allocated = "allocated", TopUp = "top_up", Deducted = "deducted", Spent = "spent",
        Refunded = "refunded", Returned = "returned", Removed = "removed",
    }
}

shapes! {
    /// RFC 9457.
    Problem {
        #[serde(rename = "type")] kind: String,
        title: String,
        status: u16,
        /// Stable.
        code: String,
        /// What happened, what was not changed, what to do.
        detail: String,
        #[serde(default)] errors: Vec<FieldProblem>,
    }
    FieldProblem { field: String, code: String, detail: String }

    Person {
        id: String,
        email: String,
        first_name: String,
        last_name: String,
        status: Status,
        admin: bool,
        source: Source,
        hris_id: Option<String>,
        start_date: Option<Day>,
        end_date: Option<Day>,
        /// ISO 3166-1 alpha-2.
        country: Option<String>,
        content_region: Option<Named>,
        groups: Vec<GroupOfPerson>,
        approvers: Vec<Approver>,
        budget: Option<Budget>,
        invitation: Invitation,
        attention: Vec<String>,
        archived_at: Option<Instant>,
        archived_by: Option<ArchivedBy>,
        updated_at: Instant,
    }
    Named { id: String, name: String }
    GroupOfPerson { id: String, name: String, managed: bool }
    Approver { id: String, name: String, email: String, managed: bool }
    Budget {
        id: String,
        currency: String,
        amount: String,
        remaining: String,
        period_start: Day,
        period_end: Day,
        spendable_from: Option<Day>,
        frozen: bool,
    }
    Invitation { state: InvitationState, sent_at: Option<Instant> }
    Erased { id: String, erased: bool }
    History {
        at: Instant,
        run_id: Option<String>,
        by: String,
        action: Action,
        fields: Vec<FieldChange>,
        why: String,
    }
    FieldChange { field: String, before: Option<String>, after: Option<String> }
    Explanation {
        person_id: Option<String>,
        hris_id: Option<String>,
        outcome: Option<String>,
        run_id: Option<String>,
        seen: Option<serde_json::Value>,
        rules: Vec<serde_json::Value>,
        #[serde(default)] next_sync: Option<serde_json::Value>,
    }
    Organisation { id: String, slug: String, name: String, time_zone: String }
    Exclusion { hris_id: String, reason: String, created_at: Instant }
    Group { id: String, name: String, managed: bool, people: u64 }
    Region { id: String, name: String, countries: Vec<String>, fallback: bool }

    Run {
        id: String,
        kind: RunKind,
        trigger: Trigger,
        state: RunState,
        started_at: Instant,
        finished_at: Option<Instant>,
        as_of: Option<Day>,
        counts: Counts,
        hold: Vec<Hold>,
        error: Option<RunError>,
    }
    Counts {
        employees: u64, added: u64, updated: u64, archived: u64, restored: u64, unchanged: u64,
        upcoming: u64, out_of_scope: u64, skipped: u64, flagged: u64,
        /// Of those archived, who was for missing from the answers for long.
        archived_missing: u64,
    }
    Hold { code: String, limit: u64, found: u64, detail: String }
    RunError { code: String, detail: String, mend: String }
    Change {
        person_id: Option<String>,
        hris_id: Option<String>,
        name: String,
        email: String,
        action: Action,
        fields: Vec<FieldChange>,
        why: String,
    }
    Finding {
        outcome: FindingOutcome,
        person_id: Option<String>,
        hris_id: Option<String>,
        name: String,
        email: String,
        code: String,
        seen: String,
        mend: String,
    }
    Undone {
        run_id: String,
        act_id: Option<String>,
        changes: Vec<Change>,
        groups: Vec<GroupChange>,
        not_undone: Vec<NotUndone>,
        paused: bool,
        note: String,
    }
    GroupChange { action: String, before: Option<String>, after: String }
    NotUndone { person_id: Option<String>, name: String, code: String, reason: String }

    Integration {
        provider: Option<String>,
        state: IntegrationState,
        service_user_id: Option<String>,
        connected_at: Option<Instant>,
        schedule: Schedule,
        next_run_at: Option<Instant>,
        last_run: Option<Run>,
        webhook: Webhook,
        policy: Policy,
        issues: Vec<Issue>,
    }
    Schedule {
        /// `HH:MM`, UTC.
        time: String,
        days: Days,
    }
    Webhook { url: Option<String>, secret_set: bool }
    Issue {
        code: String,
        title: String,
        detail: String,
        mend: String,
        since: Option<Instant>,
        last_seen: Option<Instant>,
        affected: u64,
    }
    Policy {
        archive_at: ArchiveAt,
        keep_manual_groups: bool,
        use_preferred_name: bool,
        archive_missing_after_runs: Option<u32>,
        archive_inactive: bool,
        fallback_approver_ids: Vec<String>,
        safeguards: BTreeMap<String, u64>,
    }
    Check {
        sections: Vec<Section>,
        employees_seen: u64,
        leavers_seen: u64,
        note: Option<String>,
    }
    Section {
        section: String, field: String, seen: bool, needed: bool, effect: String, mend: String,
    }

    Job {
        id: String,
        kind: String,
        state: JobState,
        total: u64,
        done: u64,
        left_out: Vec<LeftOut>,
    }
    Mail {
        id: String,
        kind: String,
        person_id: Option<String>,
        recipient: String,
        subject: String,
        state: MailState,
        created_at: Instant,
        sent_at: Option<Instant>,
        error: Option<String>,
    }
    FailedTask {
        id: String,
        kind: String,
        error: Option<String>,
        attempts: u64,
        created_at: Instant,
        failed_at: Option<Instant>,
    }
    LeftOut { person_id: String, code: String }
    Ledger { budget: Option<Budget>, entries: Vec<Entry> }
    Entry { kind: EntryKind, amount: String, note: String, at: Instant, by: String }
}
