//! Syncs: all of them, one, and what is decided about a held one.

use app::{
    NoRunProgress, SyncRequest,
    view::{ChangeView, FindingView, IntegrationView, RunView},
};
use askama::Template;
use axum::{
    Router,
    extract::{Path, RawQuery},
    response::Response,
    routing::{get, post},
};
use domain::{RunId, RunKind, RunState, Trigger};

use crate::{
    Hub,
    door::Admin,
    form::Form,
    oops::Oops,
    shell::{Shell, go, page},
};

const PAGE: u32 = 50;

pub(super) fn router() -> Router<Hub> {
    Router::new()
        .route("/admin/sync", get(history).post(begin))
        .route("/admin/sync/{id}", get(show))
        .route("/admin/sync/{id}/{act}", post(act))
}

#[derive(Template)]
#[template(path = "sync_history.html")]
struct HistoryPage {
    shell: Shell,
    runs: Vec<RunView>,
    next: Option<String>,
    integration: IntegrationView,
}

#[derive(Template)]
#[template(path = "run.html")]
struct RunPage {
    shell: Shell,
    run: RunView,
    tab: &'static str,
    changes: Vec<ChangeView>,
    skipped: Vec<FindingView>,
    next: Option<String>,
    done: Option<String>,
}

/// What a run came to, in words.
pub(crate) fn result(run: &RunView) -> &'static str {
    match (run.state, run.kind) {
        (RunState::Queued, _) => "Waiting to begin",
        (RunState::Fetching, _) => "Reading from HiBob",
        (RunState::Planning, _) => "Comparing people",
        (RunState::Applying, _) => "Saving changes",
        (RunState::Held, _) => "On hold, nothing changed",
        (RunState::Finished, RunKind::Preview) => "Preview ready, nothing changed",
        (RunState::Finished, RunKind::Sync) => "Finished",
        (RunState::FinishedWithProblems, _) => "Finished with problems",
        (RunState::Failed, _) => "Failed, nothing changed",
        (RunState::Rejected, _) => "Rejected, nothing changed",
        (RunState::Stopped, _) => "Stopped, nothing changed",
    }
}

/// Of which sort a run is, in words.
pub(crate) fn sort(run: &RunView) -> &'static str {
    match (run.kind, run.trigger) {
        (RunKind::Preview, _) => "Preview",
        (_, Trigger::Schedule) => "Daily",
        (_, Trigger::Connect) => "First sync",
        (_, Trigger::Timer) => "Midnight",
        (_, Trigger::Webhook) => "Webhook",
        (_, Trigger::Api) => "API",
        (_, Trigger::Cli) => "Command line",
        (_, Trigger::Manual) => "Manual",
    }
}

async fn history(admin: Admin, RawQuery(query): RawQuery) -> Result<Response, Oops> {
    let form = Form::of_query(query.as_deref());
    let runs = admin
        .app
        .runs(&admin.org, Some(PAGE), form.maybe("after"))
        .await?;
    let integration = admin.app.integration(&admin.org).await?;
    page(&HistoryPage {
        shell: Shell::with(&admin, "Sync history", "Sync history", &integration),
        runs: runs.items,
        next: runs.next.map(|next| format!("/admin/sync?after={next}")),
        integration,
    })
}

/// Starts a sync or a preview, or joins the one that is going.
async fn begin(admin: Admin, form: Form) -> Result<Response, Oops> {
    let kind = if form.text("kind") == "preview" {
        RunKind::Preview
    } else {
        RunKind::Sync
    };
    let request = SyncRequest {
        kind,
        trigger: Trigger::Manual,
        as_of: None,
        expect: form.maybe("expect").and_then(|id| id.parse().ok()),
    };
    let (run, _) = admin.app.request_run(&admin.org, request).await?;
    Ok(go(&format!("/admin/sync/{}", run.id)))
}

async fn show(
    admin: Admin,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Oops> {
    let form = Form::of_query(query.as_deref());
    let run = admin.app.run_view(&admin.org, &id).await?;
    let after = form.maybe("after");
    let tab = if form.text("tab") == "skipped" {
        "skipped"
    } else {
        "changes"
    };
    let (mut changes, mut skipped, mut next) = (Vec::new(), Vec::new(), None);
    let has_plan =
        run.state.is_success() || run.state == RunState::Held || run.state == RunState::Rejected;
    if tab == "skipped" {
        let found = admin
            .app
            .run_findings(&admin.org, run.id, Some(PAGE), after)
            .await?;
        (skipped, next) = (found.items, found.next);
    } else if has_plan {
        let found = admin
            .app
            .run_changes(&admin.org, run.id, Some(PAGE), after)
            .await?;
        (changes, next) = (found.items, found.next);
    }
    let title = format!("{}: {}", sort(&run), result(&run));
    let next = next.map(|next| format!("/admin/sync/{}?tab={tab}&after={next}", run.id));
    page(&RunPage {
        shell: Shell::of(&admin, "Sync history", &title).await?,
        run,
        tab,
        changes,
        skipped,
        next,
        done: form.maybe("done").map(str::to_owned),
    })
}

async fn act(
    admin: Admin,
    Path((id, what)): Path<(String, String)>,
    _form: Form,
) -> Result<Response, Oops> {
    let (app, org) = (&admin.app, &admin.org);
    let done = match what.as_str() {
        "approve" => {
            app.approve(org, &id, false, &NoRunProgress).await?;
            "It is approved and applied."
        }
        "approve-without-archiving" => {
            app.approve(org, &id, true, &NoRunProgress).await?;
            "It is applied; nobody was archived."
        }
        "reject" => {
            app.reject(org, &id).await?;
            "It is rejected. Nothing was changed."
        }
        "stop" => {
            app.stop_run(org, &id).await?;
            "It is stopped. Nothing was changed."
        }
        "undo" => {
            let undone = app.undo(org, &id, None).await?;
            let query: String = form_urlencoded::byte_serialize(undone.note.as_bytes()).collect();
            return Ok(go(&format!("/admin/sync/{id}?done={query}")));
        }
        _ => return Err(crate::oops::nowhere().await),
    };
    let query: String = form_urlencoded::byte_serialize(done.as_bytes()).collect();
    Ok(go(&format!("/admin/sync/{id}?done={query}")))
}

impl RunPage {
    fn is_going(&self) -> bool {
        self.run.state.is_going() && self.run.state != RunState::Held
    }

    fn is_held(&self) -> bool {
        self.run.state == RunState::Held
    }

    fn is_preview(&self) -> bool {
        self.run.kind == RunKind::Preview
    }

    fn can_be_undone(&self) -> bool {
        self.run.kind == RunKind::Sync && self.run.state.is_success() && self.changed() > 0
    }

    fn can_be_applied(&self) -> bool {
        self.is_preview()
            && self.run.state.is_success()
            && self.run.as_of.is_none()
            && self.changed() > 0
    }

    fn changed(&self) -> u64 {
        let counts = &self.run.counts;
        counts.added + counts.updated + counts.archived + counts.restored
    }

    fn id(&self) -> RunId {
        self.run.id
    }

    /// Each number with its words.
    fn tiles(&self) -> [(&'static str, u64); 8] {
        let counts = &self.run.counts;
        [
            ("Added", counts.added),
            ("Updated", counts.updated),
            ("Archived", counts.archived),
            ("Brought back", counts.restored),
            ("Skipped", counts.skipped),
            ("Starting later", counts.upcoming),
            ("Out of scope", counts.out_of_scope),
            ("No change", counts.unchanged),
        ]
    }
}
