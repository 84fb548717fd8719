//! Who may call what: every route there is, with every token that must not open it.

use std::collections::BTreeSet;

use serde_json::json;

use crate::world::{World, organisation, sent, serve};

/// Stands for every id in a path: it is nobody's.
const NOBODY: &str = "01a213c0-05d9-701d-9515-1d698aabe46a";

/// Every call, by hand: a new one is written down here, or the test fails.
const CALLS: &[(&str, &str)] = &[
    ("DELETE", "/content-regions/{id}"),
    ("DELETE", "/groups/{id}"),
    ("DELETE", "/integration"),
    ("DELETE", "/integration/exclusions/{hris_id}"),
    ("DELETE", "/people/{id}"),
    ("GET", "/content-regions"),
    ("GET", "/groups"),
    ("GET", "/integration"),
    ("GET", "/integration/exclusions"),
    ("GET", "/jobs/{id}"),
    ("GET", "/openapi.json"),
    ("GET", "/organisation"),
    ("GET", "/people"),
    ("GET", "/people.csv"),
    ("GET", "/people/{id}"),
    ("GET", "/people/{id}/budget"),
    ("GET", "/people/{id}/explain"),
    ("GET", "/people/{id}/history"),
    ("GET", "/policy"),
    ("GET", "/sync-runs"),
    ("GET", "/sync-runs/{id}"),
    ("GET", "/sync-runs/{id}/changes"),
    ("GET", "/sync-runs/{id}/skipped"),
    ("PATCH", "/groups/{id}"),
    ("PATCH", "/integration"),
    ("PATCH", "/organisation"),
    ("PATCH", "/people/{id}"),
    ("POST", "/budgets/bulk"),
    ("POST", "/content-regions"),
    ("POST", "/groups"),
    ("POST", "/integration/check"),
    ("POST", "/integration/exclusions"),
    ("POST", "/integration/pause"),
    ("POST", "/integration/resume"),
    ("POST", "/invitations/bulk"),
    ("POST", "/jobs/{id}/take-back"),
    ("POST", "/people"),
    ("POST", "/people/{id}/archive"),
    ("POST", "/people/{id}/budget/deduct"),
    ("POST", "/people/{id}/budget/remove"),
    ("POST", "/people/{id}/budget/return"),
    ("POST", "/people/{id}/budget/thaw"),
    ("POST", "/people/{id}/budget/top-up"),
    ("POST", "/people/{id}/link"),
    ("POST", "/people/{id}/restore"),
    ("POST", "/people/{id}/unlink"),
    ("GET", "/failed-tasks"),
    ("GET", "/mails"),
    ("POST", "/failed-tasks/{id}/retry"),
    ("POST", "/sync-runs"),
    ("POST", "/sync-runs/{id}/approve"),
    ("POST", "/sync-runs/{id}/reject"),
    ("POST", "/sync-runs/{id}/stop"),
    ("POST", "/sync-runs/{id}/undo"),
    ("PUT", "/content-regions/{id}"),
    ("PUT", "/integration"),
    ("PUT", "/policy"),
];

#[test]
fn every_call_stands_in_the_table_of_this_test() {
    let written: BTreeSet<(String, String)> = CALLS
        .iter()
        .map(|(method, path)| ((*method).to_owned(), (*path).to_owned()))
        .collect();
    let there: BTreeSet<(String, String)> = api::routes().into_iter().collect();
    assert_eq!(written, there);
}

fn addressed(path: &str) -> String {
    path.replace("{id}", NOBODY).replace("{hris_id}", "1")
}

pub(crate) async fn nobody_gets_in_without_a_token_that_works(world: World) {
    let revoked = world
        .app
        .create_token(&world.org, "old", false)
        .await
        .unwrap();
    world.app.revoke_token(&world.org, "old").await.unwrap();
    let foreign = world.token.replace("rc_", "rc_0");
    let cut = world.token[..world.token.len() - 1].to_owned();
    let tokens = [
        None,
        Some(""),
        Some("x"),
        Some("rc__"),
        Some(revoked.token.as_str()),
        Some(foreign.as_str()),
        Some(cut.as_str()),
    ];
    for (method, path) in CALLS.iter().filter(|(_, path)| *path != "/openapi.json") {
        // One address has so many wrong tokens a minute: each route is a caller of its own.
        let url = serve(&world.app, api::Settings::default()).await;
        for token in tokens {
            let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
            let url = format!("{url}/api/v1{}", addressed(path));
            let mut call = reqwest::Client::new().request(method, url).json(&json!({}));
            if let Some(token) = token {
                call = call.bearer_auth(token);
            }
            let problem = sent(call).await.refuses(401, "unauthorized");
            assert!(!problem.detail.contains("Acme"), "{path}");
        }
    }
}

pub(crate) async fn a_token_that_may_only_read_changes_nothing(world: World) {
    let read_only = world.app.create_token(&world.org, "r", true).await.unwrap();
    for (method, path) in CALLS.iter().filter(|(method, _)| *method != "GET") {
        let call = world.bare(method, &addressed(path)).json(&json!({}));
        let answer = sent(call.bearer_auth(&read_only.token)).await;
        answer.refuses(403, "read_only_token");
    }
    let read = sent(world.bare("GET", "/people").bearer_auth(&read_only.token)).await;
    read.is(200);
}

/// Something that was given up.
async fn failed_task(world: &World) -> String {
    let now = world.app.now();
    let task = store::NewTask {
        id: NOBODY.parse().unwrap(),
        kind: domain::TaskKind::Job,
        once: None,
        payload: json!({}),
        due_at: now,
    };
    world.store.enqueue(world.org.id, task, now).await.unwrap();
    world.app.work_off().await.unwrap();
    let failed = world.get("/failed-tasks").await.json();
    failed["items"][0]["id"].as_str().unwrap().to_owned()
}

pub(crate) async fn another_organisation_s_things_are_not_there(world: World) {
    world.connected().await;
    let other = organisation(&world.app, "Other").await;
    let token = world
        .app
        .create_token(&other, "t", false)
        .await
        .unwrap()
        .token;
    let first = |answer: &crate::world::Answer| {
        answer.json()["items"][0]["id"].as_str().unwrap().to_owned()
    };
    let person = first(&world.get("/people").await);
    let run = first(&world.get("/sync-runs").await);
    let group = first(&world.get("/groups").await);
    let region = first(&world.get("/content-regions").await);
    let whole_year = json!({
        "people": { "ids": [person] }, "period_start": "2026-01-01", "period_end": "2026-12-31",
        "currency": "EUR", "amount": "1.00",
    });
    let job = world
        .send("POST", "/budgets/bulk", &whole_year)
        .await
        .json();
    let job = job["id"].as_str().unwrap();
    let failed = failed_task(&world).await;
    let before = world.get(&format!("/people/{person}")).await.text;
    for (method, path) in CALLS.iter().filter(|(_, path)| path.contains("{id}")) {
        let id = match path.split('/').nth(1).unwrap() {
            "people" => &person,
            "sync-runs" => &run,
            "groups" => &group,
            "content-regions" => &region,
            "jobs" => job,
            "failed-tasks" => &failed,
            other => panic!("{other}: whose id is it?"),
        };
        let body = match *path {
            "/people/{id}/link" => json!({ "hris_id": "1" }),
            "/people/{id}/budget/top-up" | "/people/{id}/budget/deduct" => json!({ "amount": "1" }),
            "/groups/{id}" => json!({ "name": "X" }),
            "/content-regions/{id}" => json!({ "name": "X", "countries": [] }),
            _ => json!({}),
        };
        let call = world
            .bare(method, &path.replace("{id}", id))
            .bearer_auth(&token);
        let call = if *method == "GET" {
            call
        } else {
            call.json(&body)
        };
        let problem = sent(call).await.refuses(404, "not_found");
        assert!(
            !problem.detail.contains("acme"),
            "{method} {path}: {}",
            problem.detail
        );
    }
    // A bulk that names somebody of another organisation finds nobody.
    let bulk = sent(
        world
            .bare("POST", "/budgets/bulk")
            .bearer_auth(&token)
            .json(&whole_year),
    )
    .await;
    let id = bulk.is(202).json()["id"].as_str().unwrap().to_owned();
    world.app.work_off().await.unwrap();
    let done = sent(
        world
            .bare("GET", &format!("/jobs/{id}"))
            .bearer_auth(&token),
    )
    .await
    .json();
    assert_eq!(done["left_out"][0]["code"], "not_found");
    let after = world.get(&format!("/people/{person}")).await.json();
    let before: serde_json::Value = serde_json::from_str(&before).unwrap();
    assert_eq!(after["updated_at"], before["updated_at"]);
}

pub(crate) async fn who_calls_too_often_is_told_when_to_come_back(world: World) {
    let url = serve(
        &world.app,
        api::Settings {
            calls_per_minute: 3,
        },
    )
    .await;
    let call = || {
        let client = reqwest::Client::new();
        client
            .get(format!("{url}/api/v1/organisation"))
            .bearer_auth(&world.token)
    };
    let first = sent(call()).await.is(200);
    assert_eq!(first.header("ratelimit-limit"), "3");
    assert_eq!(first.header("ratelimit-remaining"), "2");
    sent(call()).await.is(200);
    sent(call()).await.is(200);
    let refused = sent(call()).await;
    assert!(refused.header("retry-after").parse::<u64>().unwrap() > 0);
    refused.refuses(429, "too_many_calls");
}
