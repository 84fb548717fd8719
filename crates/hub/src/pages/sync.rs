//! Syncs: all of them, one, somebody in one, and what is decided about a held one.

pub(crate) mod act;
mod beyond;
mod csv;
mod list;
mod skipped;

use app::{
    ChangesFilter, RunProgressView,
    view::{ChangeView, FindingView, RunView},
};
use askama::Template;
use axum::{
    Router,
    extract::{Path, RawQuery},
    response::Response,
    routing::{get, post},
};
use domain::{
    Action, Code, FindingOutcome, HoldCode, PersonField, PersonId, RunId, RunKind, RunState,
    Trigger,
};
use jiff::Timestamp;

use crate::{
    Hub,
    door::Admin,
    form::Form,
    live::{self, Look},
    oops::Oops,
    shell::{Part, Shell, go_done, page},
};

pub(super) fn router() -> Router<Hub> {
    Router::new()
        .route("/admin/sync", get(list::history).post(act::begin))
        .route("/admin/sync/out-of-scope", get(beyond::out_of_scope))
        .route("/admin/sync/skipped", get(skipped::now))
        .route("/admin/sync/skipped/again", post(skipped::again))
        .route("/admin/sync/{id}", get(show))
        .route("/admin/sync/{id}/events", get(events))
        .route("/admin/sync/{id}/changes.csv", get(csv::changes))
        .route("/admin/sync/{id}/skipped.csv", get(csv::skipped))
        .route("/admin/sync/{id}/review", get(show))
        .route("/admin/sync/{id}/start", get(act::ask_start))
        .route("/admin/sync/{id}/again", post(act::sync_again))
        .route("/admin/sync/{id}/people/{person}", get(one))
        .route("/admin/sync/{id}/people/{person}/undo", post(act::undo_one))
        .route("/admin/sync/{id}/{act}", post(act::act))
}

/// A run, and what can be said of it.
pub(crate) struct Facts {
    pub(crate) run: RunView,
    /// How far it is, while it is going.
    pub(crate) progress: RunProgressView,
}

#[derive(Template)]
#[template(path = "run.html")]
struct RunPage {
    shell: Shell,
    facts: Facts,
    tab: &'static str,
    q: String,
    changes: Vec<ChangeView>,
    skipped: Vec<FindingView>,
    /// How many were skipped or flagged for each reason.
    reasons: Vec<(Code, u64)>,
    reason: Option<Code>,
    /// How many updates are about each field.
    updated: Vec<(PersonField, u64)>,
    field: Option<PersonField>,
    next: Option<String>,
    undone_at: Option<Timestamp>,
    /// How many answers of an admin to it stand.
    answers: u64,
    /// What the admin has to type to archive so many.
    typed: String,
    error: Option<String>,
    /// Who was left as they are by an undo, and why.
    not_undone: Vec<(String, String)>,
    preview_over: bool,
    /// There is an HRIS to be read again.
    is_connected: bool,
    /// The connection waits for this preview, and is erased when it is not wanted.
    is_first: bool,
}

#[derive(Template)]
#[template(path = "run_live.html")]
struct LivePart {
    shell: Shell,
    facts: Facts,
}

#[derive(Template)]
#[template(path = "run_person.html")]
struct OnePage {
    shell: Shell,
    run: RunView,
    change: ChangeView,
    person: PersonId,
}

/// What a run came to: the name of a text.
pub(crate) const fn result(run: &RunView) -> &'static str {
    match (run.state, run.kind) {
        (RunState::Queued, _) => "run-queued",
        (RunState::Fetching, _) => "run-fetching",
        (RunState::Planning, _) => "run-planning",
        (RunState::Applying, _) => "run-applying",
        (RunState::Held, _) => "run-held",
        (RunState::Finished, RunKind::Preview) => "run-preview-ready",
        (RunState::Finished, RunKind::Sync) => "run-finished",
        (RunState::FinishedWithProblems, _) => "run-problems",
        (RunState::Failed, _) => "run-failed",
        (RunState::Rejected, _) => "run-rejected",
        (RunState::Stopped, _) => "run-stopped",
    }
}

/// Of which sort a run is: the name of a text.
pub(crate) const fn sort(run: &RunView) -> &'static str {
    match (run.kind, run.trigger) {
        (RunKind::Preview, Trigger::Csv) => "sort-csv-preview",
        (RunKind::Preview, _) => "sort-preview",
        (_, Trigger::Csv) => "sort-csv",
        (_, Trigger::Schedule) => "sort-schedule",
        (_, Trigger::Connect) => "sort-connect",
        (_, Trigger::Timer) => "sort-timer",
        (_, Trigger::Webhook) => "sort-webhook",
        (_, Trigger::Api) => "sort-api",
        (_, Trigger::Cli) => "sort-cli",
        (_, Trigger::Manual) => "sort-manual",
    }
}

/// How long a run took, as people read it.
pub(crate) fn took(start: &Timestamp, end: &Timestamp) -> String {
    let seconds = end.duration_since(*start).as_secs().max(0);
    match seconds {
        0..60 => format!("{seconds} s"),
        _ => format!("{} min {:02} s", seconds / 60, seconds % 60),
    }
}

/// The tabs of a run: what they show.
const TABS: [(&str, Option<Action>); 6] = [
    ("all", None),
    ("add", Some(Action::Add)),
    ("update", Some(Action::Update)),
    ("archive", Some(Action::Archive)),
    ("restore", Some(Action::Restore)),
    ("skipped", None),
];

async fn show(
    admin: Admin,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Oops> {
    let form = Form::of_query(query.as_deref());
    match RunPage::of(&admin, &id, &form).await {
        Ok(run) => page(&run),
        // A sync that planned what waits for an admin already leaves no run of its own. Ids are in the order
        // of time: an older one was something else.
        Err(oops) => match admin.app.held_run(&admin.org).await? {
            Some(held) if oops.is_nowhere() && id.parse::<RunId>().is_ok_and(|id| id > held) => {
                Ok(go_done(&format!("/admin/sync/{held}/review"), "still-held"))
            }
            _ => Err(oops),
        },
    }
}

impl RunPage {
    async fn of(admin: &Admin, id: &str, form: &Form) -> Result<Self, Oops> {
        let (app, org) = (&admin.app, &admin.org);
        let facts = Facts::of(admin, id).await?;
        let run = &facts.run;
        let after = form.maybe("after");
        let asked = form.text("tab");
        let fallback = if facts.is_held() && run.counts.archived > 0 {
            "archive"
        } else if facts.changed() == 0 && run.counts.skipped > 0 {
            "skipped"
        } else {
            "all"
        };
        let tab = TABS.iter().find(|(name, _)| *name == asked);
        let (tab, action) = tab.copied().unwrap_or_else(|| {
            let known = TABS.iter().find(|(name, _)| *name == fallback);
            known.copied().unwrap_or(TABS[0])
        });
        let q = form.text("q").to_owned();
        let reason = form.maybe("reason").and_then(|code| code.parse().ok());
        let field = form.maybe("field").and_then(|field| field.parse().ok());
        let field = field.filter(|_| tab == "update");
        let mut updated = Vec::new();
        let (mut changes, mut skipped, mut reasons, mut next) =
            (Vec::new(), Vec::new(), Vec::new(), None);
        let rows = Some(admin.member.rows);
        if tab == "skipped" {
            let found = app
                .run_findings_of(org, run.id, reason, rows, after)
                .await?;
            (skipped, next) = (found.items, found.next);
            reasons = app.run_findings_by_code(org, run.id).await?;
        } else if facts.has_plan() {
            let filter = ChangesFilter {
                action,
                q: Some(q.clone()).filter(|q| !q.is_empty()),
                field,
            };
            if tab == "update" {
                updated = app.run_fields(org, run.id).await?;
            }
            let found = app
                .run_changes_of(org, run.id, &filter, rows, after)
                .await?;
            (changes, next) = (found.items, found.next);
        }
        let lang = admin.member.lang;
        let title = format!("{}: {}", lang.t(sort(run)), lang.t(result(run)));
        let next = next.map(|next| {
            let mut address = form_urlencoded::Serializer::new(String::new());
            address.append_pair("tab", tab);
            let chosen = ["q", "reason", "field"].map(|name| (name, form.text(name)));
            for (name, value) in chosen {
                if !value.is_empty() {
                    address.append_pair(name, value);
                }
            }
            address.append_pair("after", &next);
            format!("/admin/sync/{}?{}", run.id, address.finish())
        });
        let day = jiff::SignedDuration::from_hours(24);
        let integration = app.integration(org).await?;
        Ok(Self {
            is_first: act::is_first(&integration) && facts.is_preview() && !facts.is_file(),
            is_connected: integration.provider.is_some(),
            shell: Shell::with(admin, Part::Sync, title, &integration),
            undone_at: app.undone_at(org, run.id).await?,
            answers: app.answers_of(org, run.id).await?,
            preview_over: app.now().duration_since(run.started_at) > day,
            tab,
            q,
            changes,
            skipped,
            reasons,
            reason,
            updated,
            field,
            next,
            typed: String::new(),
            error: None,
            not_undone: Vec::new(),
            facts,
        })
    }

    fn id(&self) -> RunId {
        self.facts.run.id
    }

    fn run(&self) -> &RunView {
        &self.facts.run
    }

    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "templates hand over references"
    )]
    fn is_reason(&self, code: &Code) -> bool {
        self.reason == Some(*code)
    }

    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "templates hand over references"
    )]
    fn is_field(&self, field: &PersonField) -> bool {
        self.field == Some(*field)
    }

    fn tab_address(&self) -> String {
        format!("/admin/sync/{}?tab={}", self.id(), self.tab)
    }

    fn is_tab(&self, tab: &str) -> bool {
        self.tab == tab
    }

    fn count_of(&self, tab: &str) -> u64 {
        let counts = &self.facts.run.counts;
        match tab {
            "add" => counts.added,
            "update" => counts.updated,
            "archive" => counts.archived,
            "restore" => counts.restored,
            "skipped" => counts.skipped + counts.flagged,
            _ => self.facts.changed(),
        }
    }

    #[expect(clippy::unused_self, reason = "called from the template")]
    fn tabs(&self) -> [(&'static str, Option<Action>); 6] {
        TABS
    }

    /// What everybody in a held archive has in common is in the hold's words; this many are archived.
    fn must_type(&self) -> bool {
        self.facts.is_held() && self.facts.run.counts.archived > 0
    }

    fn can_be_undone(&self) -> bool {
        let run = &self.facts.run;
        run.kind == RunKind::Sync
            && run.state.is_success()
            && self.facts.changed() > 0
            && self.undone_at.is_none()
    }

    fn can_be_applied(&self) -> bool {
        let run = &self.facts.run;
        run.kind == RunKind::Preview
            && run.state.is_success()
            && run.as_of.is_none()
            && self.facts.changed() > 0
            && !self.preview_over
            && (self.is_connected || self.facts.is_file())
    }

    /// Whether a change has a page of its own: what is not applied is only a plan.
    fn has_own_page(&self) -> bool {
        self.facts.run.kind == RunKind::Sync && self.facts.run.state.is_success()
    }
}

impl Facts {
    pub(super) async fn of(admin: &Admin, id: &str) -> Result<Self, Oops> {
        let run = admin.app.run_view(&admin.org, id).await?;
        let is_going = run.state.is_going() && run.state != RunState::Held;
        let progress = if is_going {
            admin.app.run_progress(&admin.org, run.id).await?
        } else {
            RunProgressView::default()
        };
        Ok(Self { run, progress })
    }

    pub(crate) fn is_going(&self) -> bool {
        self.run.state.is_going() && self.run.state != RunState::Held
    }

    pub(crate) fn is_held(&self) -> bool {
        self.run.state == RunState::Held
    }

    pub(crate) fn is_preview(&self) -> bool {
        self.run.kind == RunKind::Preview
    }

    /// Whether it is about the rows of a file.
    pub(crate) const fn is_file(&self) -> bool {
        matches!(self.run.trigger, Trigger::Csv)
    }

    /// The line of a file that a finding is about.
    fn line<'a>(&self, found: &'a FindingView) -> Option<&'a str> {
        let id = found.hris_id.as_ref().filter(|_| self.is_file())?;
        id.as_str().strip_prefix("row ")
    }

    /// What has to be typed before a preview that is above a limit is started.
    pub(super) fn to_type(&self) -> Option<u64> {
        let hold = self.run.hold.first()?;
        Some(match hold.code {
            HoldCode::TooManyArchived | HoldCode::TooManyArchivedThisWeek => {
                self.run.counts.archived
            }
            _ => hold.found,
        })
    }

    fn has_plan(&self) -> bool {
        let state = self.run.state;
        state.is_success() || matches!(state, RunState::Held | RunState::Rejected)
    }

    pub(crate) fn changed(&self) -> u64 {
        let counts = &self.run.counts;
        counts.added + counts.updated + counts.archived + counts.restored
    }

    /// Each number with its words and where its people are.
    fn tiles(&self) -> [(&'static str, u64, String); 8] {
        let counts = &self.run.counts;
        let tab = |tab: &str| format!("/admin/sync/{}?tab={tab}#results", self.run.id);
        let here = |query: &str| format!("/admin/people?{query}");
        let (beyond, unchanged) = if self.is_file() {
            (tab("skipped&reason=managed_by_hris"), here(""))
        } else {
            ("/admin/sync/out-of-scope".to_owned(), here("source=hris"))
        };
        [
            ("tile-added", counts.added, tab("add")),
            ("tile-updated", counts.updated, tab("update")),
            ("tile-archived", counts.archived, tab("archive")),
            ("tile-restored", counts.restored, tab("restore")),
            ("tile-skipped", counts.skipped, tab("skipped")),
            ("tile-upcoming", counts.upcoming, here("status=upcoming")),
            ("tile-out-of-scope", counts.out_of_scope, beyond),
            ("tile-unchanged", counts.unchanged, unchanged),
        ]
    }

    /// The steps of a run that is going, each with how far it is: the names of texts.
    fn steps(&self) -> [(&'static str, &'static str); 3] {
        let at = match self.run.state {
            RunState::Queued | RunState::Fetching => 0,
            RunState::Planning => 1,
            _ => 2,
        };
        let is_waiting = self.run.state == RunState::Queued;
        let state = |step: usize| match step.cmp(&at) {
            std::cmp::Ordering::Less => "step-is-done",
            std::cmp::Ordering::Equal if is_waiting => "step-waits",
            std::cmp::Ordering::Equal => "step-is-going",
            std::cmp::Ordering::Greater => "step-comes",
        };
        let last = if self.is_preview() {
            "step-write-preview"
        } else {
            "step-save"
        };
        [
            ("step-read", state(0)),
            ("step-compare", state(1)),
            (last, state(2)),
        ]
    }
}

/// The run as it goes, until it is over.
async fn events(admin: Admin, Path(id): Path<String>) -> Result<Response, Oops> {
    admin.app.run_view(&admin.org, &id).await?;
    let address = format!("/admin/sync/{id}");
    let admin = std::sync::Arc::new(admin);
    Ok(live::stream(address, move || {
        let (admin, id) = (std::sync::Arc::clone(&admin), id.clone());
        async move {
            let facts = Facts::of(&admin, &id).await?;
            let is_over = !facts.is_going();
            let part = LivePart {
                shell: Shell::of_member(&admin.member, String::new()),
                facts,
            };
            let html = part
                .render()
                .map_err(|error| Oops::internal(&format!("a part was not written: {error}")))?;
            Ok(Look { html, is_over })
        }
    }))
}

/// What a run did to one person, field by field.
async fn one(admin: Admin, Path((id, person)): Path<(String, String)>) -> Result<Response, Oops> {
    let run = admin.app.run_view(&admin.org, &id).await?;
    let person: PersonId = person.parse().map_err(|_| Oops::nowhere())?;
    let change = admin.app.run_change_of(&admin.org, run.id, person).await?;
    let change = change.ok_or_else(Oops::nowhere)?;
    let lang = admin.member.lang;
    let title = format!("{}: {}", change.name, lang.word("action", change.action));
    page(&OnePage {
        shell: Shell::of(&admin, Part::Sync, title).await?,
        run,
        change,
        person,
    })
}
