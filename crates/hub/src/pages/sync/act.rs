//! What an admin does about a sync.

use app::{Failure, Imported, NoRunProgress, SyncRequest, view::IntegrationView};
use askama::Template;
use axum::{extract::Path, http::StatusCode, response::Response};
use domain::{HrisId, RunId, RunKind, Trigger};

use super::{Facts, RunPage};
use crate::{
    door::Admin,
    form::Form,
    oops::Oops,
    shell::{Part, Shell, go, go_done, page, page_with},
};

#[derive(Template)]
#[template(path = "run_start.html")]
struct StartPage {
    shell: Shell,
    facts: Facts,
    typed: String,
    error: Option<Failure>,
}

/// Starts a sync or a preview, or joins the one that is going.
pub(super) async fn begin(admin: Admin, form: Form) -> Result<Response, Oops> {
    let kind = if form.text("kind") == "preview" {
        RunKind::Preview
    } else {
        RunKind::Sync
    };
    let request = SyncRequest {
        kind,
        trigger: Trigger::Manual,
        as_of: form.maybe("as_of").and_then(|day| day.parse().ok()),
        expect: form.maybe("expect").and_then(|id| id.parse().ok()),
    };
    if let Some(preview) = request.expect {
        let facts = Facts::of(&admin, &preview.to_string()).await?;
        let typed = form.text("typed");
        if facts.to_type().is_some_and(|n| !form.is_number("typed", n)) {
            return show_start(&admin, facts, typed).await;
        }
        if facts.is_file() {
            return take_file(&admin, preview).await;
        }
    }
    // A connection that was made with a preview first rests until somebody starts from it.
    let starts = request.expect.is_some() && is_first(&admin.app.integration(&admin.org).await?);
    let (run, _) = admin.app.request_run(&admin.org, request).await?;
    if starts {
        admin.app.resume(&admin.org).await?;
    }
    Ok(go(&format!("/admin/sync/{}", run.id)))
}

/// Whether a connection rests because nobody has started from its first preview yet.
pub(super) fn is_first(integration: &IntegrationView) -> bool {
    let last = integration.last_run.as_ref();
    integration.state == "paused" && last.is_some_and(|last| last.kind == RunKind::Preview)
}

/// What a preview will do, once more, before it is applied.
pub(super) async fn ask_start(admin: Admin, Path(id): Path<String>) -> Result<Response, Oops> {
    let facts = Facts::of(&admin, &id).await?;
    page(&StartPage {
        shell: Shell::of(&admin, Part::Sync, admin.t(start_title(&facts))).await?,
        facts,
        typed: String::new(),
        error: None,
    })
}

const fn start_title(facts: &Facts) -> &'static str {
    if facts.is_file() {
        "start-file"
    } else {
        "start-title"
    }
}

/// The same once more, because the number that was typed is not the one.
async fn show_start(admin: &Admin, facts: Facts, typed: &str) -> Result<Response, Oops> {
    let wrong = admin.t1("typed-wrong", "n", facts.to_type().unwrap_or_default());
    let page = StartPage {
        shell: Shell::of(admin, Part::Sync, admin.t(start_title(&facts)))
            .await?
            .wrong(true),
        facts,
        typed: typed.to_owned(),
        error: Some(Failure::field("typed", "not_approved", wrong)),
    };
    page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

/// Applies the file of a preview, as it was shown.
async fn take_file(admin: &Admin, preview: RunId) -> Result<Response, Oops> {
    let taken = admin.app.apply_import(&admin.org, preview).await?;
    Ok(match taken {
        Imported::Applied(run) => go_done(&format!("/admin/sync/{run}"), "imported"),
        Imported::Changed(run) => go_done(&format!("/admin/sync/{run}"), "plan-changed"),
    })
}

/// Reads everybody again who was skipped for a reason, and syncs them alone.
pub(super) async fn sync_again(
    admin: Admin,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, Oops> {
    let run = admin.app.run_view(&admin.org, &id).await?;
    let reason = form.maybe("reason").and_then(|code| code.parse().ok());
    let found = admin
        .app
        .run_findings_of(&admin.org, run.id, reason, Some(MOST), None)
        .await?;
    let ids = found.items.into_iter().filter_map(|found| found.hris_id);
    sync_these(&admin, ids.collect()).await
}

/// How many are read one by one; beyond that a whole sync is quicker.
pub(super) const MOST: u32 = 50;

/// Syncs these alone, or everybody where they are many.
pub(crate) async fn sync_these(admin: &Admin, ids: Vec<HrisId>) -> Result<Response, Oops> {
    let run = if ids.is_empty() || ids.len() >= MOST as usize {
        let request = SyncRequest {
            kind: RunKind::Sync,
            trigger: Trigger::Manual,
            as_of: None,
            expect: None,
        };
        admin.app.request_run(&admin.org, request).await?.0
    } else {
        admin.app.sync_people(&admin.org, ids).await?
    };
    Ok(go(&format!("/admin/sync/{}", run.id)))
}

pub(super) async fn act(
    admin: Admin,
    Path((id, what)): Path<(String, String)>,
    form: Form,
) -> Result<Response, Oops> {
    let (app, org) = (&admin.app, &admin.org);
    let address = format!("/admin/sync/{id}");
    let done = match what.as_str() {
        "approve" => {
            let run = app.run_view(org, &id).await?;
            let typed = form.text("typed");
            // Whoever archives many says how many: no press too fast does it.
            if run.counts.archived > 0 && !form.is_number("typed", run.counts.archived) {
                let mut page = RunPage::of(&admin, &id, &Form::default()).await?;
                let wrong = admin.t1("typed-wrong", "n", run.counts.archived);
                page.error = Some(wrong);
                typed.clone_into(&mut page.typed);
                page.shell = page.shell.wrong(true);
                return page_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
            }
            app.approve(org, &id, false, &NoRunProgress).await?;
            "approved"
        }
        "approve-without-archiving" => {
            app.approve(org, &id, true, &NoRunProgress).await?;
            "approved-without"
        }
        "reject" => {
            app.reject(org, &id).await?;
            "rejected"
        }
        "ask-again" => {
            app.ask_again(org, &id).await?;
            "ask-again"
        }
        "stop" => {
            app.stop_run(org, &id).await?;
            "stopped"
        }
        "undo" => return undo(&admin, &id, None).await,
        _ => return Err(Oops::nowhere()),
    };
    Ok(go_done(&address, done))
}

pub(super) async fn undo_one(
    admin: Admin,
    Path((id, person)): Path<(String, String)>,
    _form: Form,
) -> Result<Response, Oops> {
    undo(&admin, &id, Some(&person)).await
}

/// Takes a run back, or what it did to one person. Whoever could not be put back is named.
async fn undo(admin: &Admin, id: &str, person: Option<&str>) -> Result<Response, Oops> {
    let undone = admin.app.undo(&admin.org, id, person).await?;
    if undone.not_undone.is_empty() {
        let done = if undone.paused {
            "undone"
        } else {
            "undone-one"
        };
        return Ok(go_done(&format!("/admin/sync/{id}"), done));
    }
    let mut page = RunPage::of(admin, id, &Form::default()).await?;
    page.shell.done = Some(admin.t("done-undone-partly"));
    let lang = admin.member.lang;
    let left = undone.not_undone.iter();
    page.not_undone = left
        .map(|left| (left.name.to_string(), lang.said(left.reason).into_owned()))
        .collect();
    page_with(StatusCode::OK, &page)
}
