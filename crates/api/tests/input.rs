//! What is wrong with a call is told by name, and nothing is changed.

use serde_json::json;

use crate::world::{World, sent};

pub(crate) async fn what_is_not_known_is_named(world: World) {
    let problem = world
        .get("/people?nmae=x")
        .await
        .refuses(400, "unknown_parameter");
    assert_eq!(problem.errors[0].field, "nmae");
    assert!(problem.detail.contains("sort"), "{}", problem.detail);
    let body = json!({ "email": "x@acme.test", "firstName": "X" });
    let problem = world
        .send("POST", "/people", &body)
        .await
        .refuses(400, "unknown_key");
    assert_eq!(problem.errors[0].field, "firstName");
    assert!(problem.detail.contains("first_name"), "{}", problem.detail);
    world
        .get("/sync-runs?limit=501")
        .await
        .refuses(400, "invalid_parameter");
    world
        .get("/sync-runs?limit=-1")
        .await
        .refuses(400, "invalid_parameter");
    world
        .get("/people?limit=5&limit=6")
        .await
        .refuses(400, "invalid_parameter");
    world
        .get("/people?status=gone")
        .await
        .refuses(400, "invalid_filter");
    world.get("/nothing").await.refuses(404, "no_such_call");
    let refused = world.send("PUT", "/people", &json!({})).await;
    assert!(refused.header("allow").contains("POST"));
    refused.refuses(405, "wrong_method");
}

pub(crate) async fn hostile_bodies_are_refused_and_change_nothing(world: World) {
    let post = |body: Vec<u8>, kind: &str| {
        let call = world
            .call("POST", "/people")
            .header("content-type", kind)
            .body(body);
        sent(call)
    };
    let json = "application/json";
    post(b"{}".to_vec(), "text/plain")
        .await
        .refuses(415, "not_json");
    for body in ["", "{", "[", "nul", "{\"email\":}", "\u{feff}{}", "{} {}"] {
        post(body.as_bytes().to_vec(), json)
            .await
            .refuses(400, "invalid_json");
    }
    post(vec![0xff, 0xfe], json)
        .await
        .refuses(400, "invalid_json");
    post(br#"{"email":"\ud800"}"#.to_vec(), json)
        .await
        .refuses(400, "invalid_json");
    let deep = "[".repeat(100_000);
    post(deep.into_bytes(), json)
        .await
        .refuses(400, "invalid_json");
    post(vec![b' '; 2_000_000], json)
        .await
        .refuses(413, "too_large");
    let nul = br#"{"email":"a\u0000@acme.test"}"#.to_vec();
    post(nul, json).await.refuses(422, "invalid_text");
    for body in [
        r#"{"email":1}"#,
        r#"{"email":[]}"#,
        r#"{"admin":"yes"}"#,
        r#"{"group_ids":"x"}"#,
        r#"{"email":1e999999}"#,
        "[]",
        "3",
        "null",
    ] {
        let answer = post(body.as_bytes().to_vec(), json).await;
        assert!(
            matches!(answer.status.as_u16(), 400 | 422),
            "{body}: {}",
            answer.text
        );
    }
    let twice = br#"{"email":"a@acme.test","email":"b@acme.test","first_name":"A"}"#.to_vec();
    let answer = post(twice, json).await;
    assert_eq!(answer.status.as_u16(), 422, "{}", answer.text);
    assert_eq!(world.get("/people").await.json()["total"], 0);
}

pub(crate) async fn hostile_addresses_are_refused(world: World) {
    for path in [
        "/people/%00",
        "/people/..%2f..%2fetc",
        "/people/x",
        "/people/%ff",
        "/sync-runs/%00/changes",
        "/jobs/1",
        "/groups/%00",
        "/people?q=%00",
        "/people?after=%00",
        "/people?after=zz",
        "/people?after=6e-00-00",
        "/sync-runs?after=00",
        "/people?group=x",
        "/people?region=%27",
        "/people?attention=DROP",
    ] {
        let answer = if path.starts_with("/groups") {
            world.send("DELETE", path, &json!({})).await
        } else {
            world.get(path).await
        };
        assert!(
            matches!(answer.status.as_u16(), 400 | 404),
            "{path}: {} {}",
            answer.status,
            answer.text
        );
    }
    let hostile = "a%27%25_%21%22%3B%20DROP%20TABLE%20person%3B%20--";
    world.get(&format!("/people?q={hostile}")).await.is(200);
}

pub(crate) async fn wrong_fields_are_named_with_their_mend(world: World) {
    let wrong = async |body: serde_json::Value| {
        let problem = world.send("POST", "/people", &body).await.refuses_any(422);
        (problem.code, problem.errors[0].field.clone())
    };
    let named = |code: &str, field: &str| (code.to_owned(), field.to_owned());
    let got = wrong(json!({ "first_name": "X" })).await;
    assert_eq!(got, named("missing_email", "email"));
    let got = wrong(json!({ "email": "no email", "first_name": "X" })).await;
    assert_eq!(got, named("invalid_email", "email"));
    let got = wrong(json!({ "email": "x@acme.test" })).await;
    assert_eq!(got, named("missing_name", "first_name"));
    let got =
        wrong(json!({ "email": "x@acme.test", "first_name": "X", "start_date": "1.2.2026" })).await;
    assert_eq!(got.1, "start_date");
    let got =
        wrong(json!({ "email": "x@acme.test", "first_name": "X", "country": "Atlantis" })).await;
    assert_eq!(got.1, "country");
    assert_eq!(world.get("/people").await.json()["total"], 0);
}

pub(crate) async fn every_answer_has_an_id_and_takes_over_a_good_one(world: World) {
    let made = world.get("/organisation").await;
    assert_eq!(made.header("x-request-id").len(), 32);
    let call = world
        .call("GET", "/nothing")
        .header("x-request-id", "job-7");
    assert_eq!(sent(call).await.header("x-request-id"), "job-7");
    let call = world
        .call("GET", "/organisation")
        .header("x-request-id", "two words");
    assert_ne!(sent(call).await.header("x-request-id"), "two words");
}
