//! What people and programs are shown: the shapes of the API, which the command line prints too.

use domain::{
    Action, ArchivedBy, BudgetId, Code, Country, Counts, FindingOutcome, GroupId, Hold, HrisId,
    InvitationState, Organisation, OrganisationId, PersonField, PersonId, Policy, Problem,
    Provider, RegionId, Run, RunId, RunKind, RunState, Schedule, SmolStr, Source, Status, Trigger,
};
use jiff::{Timestamp, civil::Date};
use serde::Serialize;

/// A list: its items and how many there are in all.
#[derive(Clone, Debug, Serialize)]
pub struct List<T> {
    /// This page.
    pub items: Vec<T>,
    /// Of all pages; only on the first one.
    pub total: Option<u64>,
    /// Where the next page starts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

impl<T> List<T> {
    /// A list that is complete.
    pub fn whole(items: Vec<T>) -> Self {
        Self {
            total: Some(items.len() as u64),
            items,
            next: None,
        }
    }
}

/// An organisation.
#[derive(Clone, Debug, Serialize)]
pub struct OrganisationView {
    /// Its id.
    pub id: OrganisationId,
    /// What commands call it.
    pub slug: String,
    /// What people call it.
    pub name: String,
    /// Whose midnight counts.
    pub time_zone: String,
}

impl From<Organisation> for OrganisationView {
    fn from(organisation: Organisation) -> Self {
        let Organisation {
            id,
            slug,
            name,
            time_zone,
        } = organisation;
        Self {
            id,
            slug,
            name,
            time_zone,
        }
    }
}

/// A person.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the fields of `domain::Person`, by name")]
pub struct PersonView {
    pub id: PersonId,
    pub email: SmolStr,
    pub first_name: SmolStr,
    pub last_name: SmolStr,
    pub status: Status,
    pub admin: bool,
    pub source: Source,
    pub hris_id: Option<HrisId>,
    pub start_date: Option<Date>,
    pub end_date: Option<Date>,
    pub country: Option<Country>,
    pub content_region: Option<RegionView>,
    pub groups: Vec<GroupView>,
    pub approvers: Vec<ApproverView>,
    /// The current one, else the next to come.
    pub budget: Option<BudgetView>,
    pub invitation: InvitationView,
    pub attention: Vec<Code>,
    pub archived_at: Option<Timestamp>,
    pub archived_by: Option<ArchivedBy>,
    pub updated_at: Timestamp,
}

/// A person's content region.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "named by what they are")]
pub struct RegionView {
    pub id: RegionId,
    pub name: String,
}

/// A person's group.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "named by what they are")]
pub struct GroupView {
    pub id: GroupId,
    pub name: SmolStr,
    /// The HRIS owns this membership.
    pub managed: bool,
}

/// A group, as all of them are listed.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "named by what they are")]
pub struct GroupOfAllView {
    pub id: GroupId,
    pub name: SmolStr,
    /// The HRIS owns it.
    pub managed: bool,
    /// How many active people are in it.
    pub people: u64,
}

/// A person's approver.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "named by what they are")]
pub struct ApproverView {
    pub id: PersonId,
    pub name: SmolStr,
    pub email: SmolStr,
    /// Came from the HRIS.
    pub managed: bool,
}

/// A budget.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "named by what they are")]
pub struct BudgetView {
    pub id: BudgetId,
    pub currency: &'static str,
    /// What was given at first.
    pub amount: String,
    /// What is left.
    pub remaining: String,
    pub period_start: Date,
    pub period_end: Date,
    pub spendable_from: Option<Date>,
    /// Nothing can be spent, because its person was archived.
    pub frozen: bool,
}

/// How far an invitation is.
#[derive(Clone, Debug, Serialize)]
pub struct InvitationView {
    /// Never, queued, sent, failed or accepted.
    pub state: InvitationState,
    /// When it was sent.
    pub sent_at: Option<Timestamp>,
}

/// A run.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the fields of `domain::Run`, by name")]
pub struct RunView {
    pub id: RunId,
    pub kind: RunKind,
    pub trigger: Trigger,
    pub state: RunState,
    pub started_at: Timestamp,
    pub finished_at: Option<Timestamp>,
    pub as_of: Option<Date>,
    pub counts: Counts,
    pub hold: Vec<Hold>,
    pub error: Option<Problem>,
}

impl From<Run> for RunView {
    fn from(run: Run) -> Self {
        let Run {
            id,
            kind,
            trigger,
            state,
            started_at,
            finished_at,
            as_of,
            counts,
            hold,
            error,
        } = run;
        Self {
            id,
            kind,
            trigger,
            state,
            started_at,
            finished_at,
            as_of,
            counts,
            hold,
            error,
        }
    }
}

/// A run with what it did or would do.
///
/// A first sync changes everybody, so a report holds only the first page of the changes;
/// [`App::run_changes`](crate::App::run_changes) has the others.
#[derive(Clone, Debug, Serialize)]
pub struct RunReport {
    /// The run itself.
    #[serde(flatten)]
    pub run: RunView,
    /// Everybody who was skipped or flagged.
    pub skipped: Vec<FindingView>,
    /// Groups it makes and renames.
    pub groups: Vec<GroupChangeView>,
    /// When an admin took it back as a whole.
    pub undone_at: Option<Timestamp>,
    /// How many people it changes.
    #[serde(skip)]
    pub changes_total: u64,
    /// Where the changes go on after these; nothing when these are all.
    #[serde(skip)]
    pub more_changes: Option<String>,
    /// The first people it changes. The last key of the document, so that whoever writes one can go
    /// on with the other pages.
    pub changes: Vec<ChangeView>,
}

/// What an undo took back, and what it could not.
#[derive(Clone, Debug, Serialize)]
pub struct Undone {
    /// The run that was taken back.
    pub run_id: RunId,
    /// The act under which the history has it; none when nothing could be taken back.
    pub act_id: Option<String>,
    /// Each person who was put back, as in a run.
    pub changes: Vec<ChangeView>,
    /// Groups that have their old names again.
    pub groups: Vec<GroupChangeView>,
    /// Who and what stays as it is, and why.
    pub not_undone: Vec<NotUndoneView>,
    /// The schedule was paused by it.
    pub paused: bool,
    /// What an admin has to know now.
    pub note: String,
}

/// Somebody, or a group, that an undo left as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "named by what they are")]
pub struct NotUndoneView {
    /// Nobody when it is a group.
    pub person_id: Option<PersonId>,
    pub name: SmolStr,
    /// Stable: `changed_since`, `already_undone`, `not_found`, `email_taken`, `hris_id_taken`,
    /// `approver_unavailable`, `group_gone`, `last_admin`, `unreadable`, `renamed_since` or
    /// `name_taken`.
    pub code: &'static str,
    pub reason: &'static str,
}

/// An employee of the HRIS who is left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "named by what they are")]
pub struct ExclusionView {
    pub hris_id: HrisId,
    /// Why, in the admin's words.
    pub reason: String,
    pub created_at: Timestamp,
}

/// What a run does to one person.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "named by what they are")]
pub struct ChangeView {
    /// Nobody yet, in a preview of somebody new.
    pub person_id: Option<PersonId>,
    pub hris_id: Option<HrisId>,
    pub name: SmolStr,
    pub email: SmolStr,
    pub action: Action,
    pub fields: Vec<FieldView>,
    pub why: String,
}

/// A field before and after, in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "named by what they are")]
pub struct FieldView {
    pub field: PersonField,
    pub before: Option<String>,
    pub after: Option<String>,
}

/// Somebody who was skipped or flagged.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "named by what they are")]
pub struct FindingView {
    pub outcome: FindingOutcome,
    pub person_id: Option<PersonId>,
    pub hris_id: Option<HrisId>,
    pub name: SmolStr,
    pub email: SmolStr,
    pub code: Code,
    pub seen: SmolStr,
    pub mend: &'static str,
}

/// What a run does to a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GroupChangeView {
    /// `create` or `rename`.
    pub action: &'static str,
    /// The name so far.
    pub before: Option<String>,
    /// The name from now on.
    pub after: String,
}

/// One entry of a person's history.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "named by what they are")]
pub struct HistoryView {
    pub at: Timestamp,
    /// The run that did it, if one did.
    pub run_id: Option<RunId>,
    pub by: String,
    pub action: Action,
    pub fields: Vec<FieldView>,
    pub why: String,
}

/// The connection and how it is doing.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "named by what they are")]
pub struct IntegrationView {
    pub provider: Option<Provider>,
    /// `not_connected`, `connected`, `syncing`, `synced`, `held`, `failing` or `paused`.
    pub state: &'static str,
    pub service_user_id: Option<String>,
    pub connected_at: Option<Timestamp>,
    pub schedule: Schedule,
    pub next_run_at: Option<Timestamp>,
    pub last_run: Option<RunView>,
    pub webhook: WebhookView,
    pub policy: Policy,
    /// The run that waits for an admin, if one does.
    #[serde(skip)]
    pub held_run: Option<RunId>,
    pub issues: Vec<IssueView>,
}

/// The little of a connection that stands on every page.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the fields of `IntegrationView`, by name")]
pub struct BadgeView {
    /// None where no HRIS is connected.
    pub state: Option<&'static str>,
    pub held_run: Option<RunId>,
    /// Why the last sync failed, if it did.
    pub trouble: Option<IssueView>,
}

impl From<&IntegrationView> for BadgeView {
    fn from(integration: &IntegrationView) -> Self {
        let is_failing = integration.state == "failing";
        Self {
            state: integration.provider.map(|_| integration.state),
            held_run: integration.held_run,
            trouble: integration.issues.first().filter(|_| is_failing).cloned(),
        }
    }
}

/// Where the HRIS may call.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "named by what they are")]
pub struct WebhookView {
    pub url: Option<String>,
    pub secret_set: bool,
}

/// Something an admin should know of the connection.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "named by what they are")]
pub struct IssueView {
    pub code: String,
    pub title: String,
    pub detail: String,
    pub mend: String,
    pub since: Option<Timestamp>,
    pub last_seen: Option<Timestamp>,
    pub affected: u64,
}

/// What the trial found.
#[derive(Clone, Debug, Serialize)]
pub struct CheckView {
    /// A row per wanted field.
    pub sections: Vec<CheckSection>,
    /// How many employees the answer had.
    pub employees_seen: u64,
    /// How many of them have left.
    pub leavers_seen: u64,
    /// What an admin may wonder about: sections that guides name and that nothing here reads.
    pub note: Option<&'static str>,
}

/// One row of the trial.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "named by what they are")]
pub struct CheckSection {
    pub section: String,
    pub field: String,
    pub seen: bool,
    pub needed: bool,
    pub effect: String,
    pub mend: String,
}
