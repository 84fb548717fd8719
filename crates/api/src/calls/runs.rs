//! Sync runs: asked for, looked at, answered.

use app::{NoRunProgress, SyncRequest};
use axum::{
    extract::Path,
    http::{Method, StatusCode},
};
use domain::{RunId, RunKind, Trigger};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Answer, ok, page, people::Paging, with_status};
use crate::{
    Problem,
    caller::Caller,
    contract,
    input::{Body, MaybeBody, Query, page_size},
    table::Table,
};

pub(super) fn add(table: &mut Table) {
    let (get, post) = (Method::GET, Method::POST);
    table
        .call(
            post.clone(),
            "/sync-runs",
            begin,
            "Ask for a sync or a preview",
        )
        .once()
        .body::<Wanted>(true)
        .answers::<contract::Run>(202, "It waits to be begun")
        .answers::<contract::Run>(200, "One like it is going already");
    table
        .call(get.clone(), "/sync-runs", list, "Runs, newest first")
        .query::<Paging>()
        .answers::<contract::Page<contract::Run>>(200, "A page of runs");
    table
        .call(get.clone(), "/sync-runs/{id}", show, "One run")
        .answers::<contract::Run>(200, "The run");
    table
        .call(
            get.clone(),
            "/sync-runs/{id}/changes",
            changes,
            "Whom it changes, and how",
        )
        .query::<Paging>()
        .answers::<contract::Page<contract::Change>>(200, "A page of changes");
    table
        .call(
            get,
            "/sync-runs/{id}/skipped",
            skipped,
            "Who was skipped or flagged, and the mend",
        )
        .query::<Paging>()
        .answers::<contract::Page<contract::Finding>>(200, "A page of findings");
    table
        .call(
            post.clone(),
            "/sync-runs/{id}/approve",
            approve,
            "Apply a held plan, if it is still that one",
        )
        .once()
        .body::<Approval>(false)
        .answers::<contract::Run>(200, "The run");
    table
        .call(
            post.clone(),
            "/sync-runs/{id}/reject",
            reject,
            "Turn a held plan down",
        )
        .once()
        .answers::<contract::Run>(200, "The run");
    table
        .call(
            post.clone(),
            "/sync-runs/{id}/undo",
            undo,
            "Take a run back",
        )
        .once()
        .body::<Undoing>(false)
        .answers::<contract::Undone>(200, "What was taken back, and what could not be");
    table
        .call(
            post,
            "/sync-runs/{id}/stop",
            stop,
            "Stop a run before it writes",
        )
        .once()
        .answers::<contract::Run>(200, "The run");
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Wanted {
    kind: RunKindWanted,
    /// For a preview: the day it is made for.
    #[schemars(extend("format" = "date"))]
    as_of: Option<String>,
    /// For a sync: apply only if the plan is still the one of this preview.
    #[schemars(regex(pattern = r"^[0-9a-fA-F]{8}-?([0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}$"))]
    expect: Option<String>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum RunKindWanted {
    Sync,
    Preview,
}

async fn begin(caller: Caller, Body(wanted): Body<Wanted>) -> Answer {
    let kind = match wanted.kind {
        RunKindWanted::Sync => RunKind::Sync,
        RunKindWanted::Preview => RunKind::Preview,
    };
    let unfit = |field: &str, detail: String| {
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_value", detail).at(field)
    };
    let as_of = match wanted.as_of {
        Some(_) if kind == RunKind::Sync => {
            let detail =
                "as_of is for previews only: a sync is always about today. Nothing was begun.";
            return Err(unfit("as_of", detail.to_owned()));
        }
        Some(day) => Some(day.parse().map_err(|_| {
            unfit(
                "as_of",
                format!(
                    "as_of is {day:?}; accepted is a day such as 2027-03-01. Nothing was begun."
                ),
            )
        })?),
        None => None,
    };
    let expect = match wanted.expect {
        Some(_) if kind == RunKind::Preview => {
            let detail = "expect is for syncs only: a preview applies nothing. Nothing was begun.";
            return Err(unfit("expect", detail.to_owned()));
        }
        Some(id) => Some(id.parse::<RunId>().map_err(|_| {
            unfit(
                "expect",
                format!("expect is {id:?}, which is no run's id; nothing was begun."),
            )
        })?),
        None => None,
    };
    let request = SyncRequest {
        kind,
        trigger: Trigger::Api,
        as_of,
        expect,
    };
    let (run, existed) = caller.app.request_run(&caller.org, request).await?;
    let status = if existed {
        StatusCode::OK
    } else {
        StatusCode::ACCEPTED
    };
    with_status(status, &run)
}

async fn list(caller: Caller, Query(paging): Query<Paging>) -> Answer {
    let limit = page_size(paging.limit)?;
    let runs = caller.app.runs(&caller.org, limit, paging.after.as_deref());
    page(runs.await?)
}

async fn show(caller: Caller, Path(id): Path<String>) -> Answer {
    ok(&caller.app.run_view(&caller.org, &id).await?)
}

async fn changes(caller: Caller, Path(id): Path<String>, Query(paging): Query<Paging>) -> Answer {
    let limit = page_size(paging.limit)?;
    let id = caller.app.run_view(&caller.org, &id).await?.id;
    let after = paging.after.as_deref();
    page(
        caller
            .app
            .run_changes(&caller.org, id, limit, after)
            .await?,
    )
}

async fn skipped(caller: Caller, Path(id): Path<String>, Query(paging): Query<Paging>) -> Answer {
    let limit = page_size(paging.limit)?;
    let id = caller.app.run_view(&caller.org, &id).await?.id;
    let after = paging.after.as_deref();
    page(
        caller
            .app
            .run_findings(&caller.org, id, limit, after)
            .await?,
    )
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Approval {
    /// What is left out of it.
    without: Vec<Part>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Part {
    Archive,
}

async fn approve(
    caller: Caller,
    Path(id): Path<String>,
    MaybeBody(Approval { without }): MaybeBody<Approval>,
) -> Answer {
    let without_archiving = without.iter().any(|part| matches!(part, Part::Archive));
    let approved = caller
        .app
        .approve(&caller.org, &id, without_archiving, &NoRunProgress);
    ok(&approved.await?.run)
}

async fn reject(caller: Caller, Path(id): Path<String>) -> Answer {
    ok(&caller.app.reject(&caller.org, &id).await?.run)
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Undoing {
    /// Only this person.
    #[schemars(regex(pattern = r"^[0-9a-fA-F]{8}-?([0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}$"))]
    person_id: Option<String>,
}

async fn undo(
    caller: Caller,
    Path(id): Path<String>,
    MaybeBody(Undoing { person_id }): MaybeBody<Undoing>,
) -> Answer {
    let undone = caller.app.undo(&caller.org, &id, person_id.as_deref());
    ok(&undone.await?)
}

async fn stop(caller: Caller, Path(id): Path<String>) -> Answer {
    ok(&caller.app.stop_run(&caller.org, &id).await?)
}
