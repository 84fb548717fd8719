//! Writes that come twice, and writes on what has moved.

use serde_json::{Value, json};

use crate::world::{Answer, World, sent};

fn somebody(email: &str) -> Value {
    json!({ "email": email, "first_name": "X", "country": "PT" })
}

async fn keyed(world: &World, key: &str, body: &Value) -> Answer {
    let call = world.call("POST", "/people").header("idempotency-key", key);
    sent(call.json(body)).await
}

pub(crate) async fn a_write_with_a_key_is_done_once_and_answered_the_same(world: World) {
    let body = somebody("x@acme.test");
    let first = keyed(&world, "k", &body).await.is(201);
    let again = keyed(&world, "k", &body).await.is(201);
    assert_eq!(first.text, again.text);
    assert_eq!(first.header("etag"), again.header("etag"));
    let other = somebody("y@acme.test");
    keyed(&world, "k", &other)
        .await
        .refuses(422, "idempotency_key_reused");
    keyed(&world, "k2", &body).await.refuses(409, "email_taken");
    // What was refused is answered the same, too.
    keyed(&world, "k2", &body).await.refuses(409, "email_taken");
    assert_eq!(world.get("/people").await.json()["total"], 1);
    let empty = world
        .call("POST", "/people")
        .header("idempotency-key", "")
        .json(&body);
    sent(empty).await.refuses(400, "invalid_idempotency_key");
    let token = world
        .app
        .create_token(&world.org, "other", false)
        .await
        .unwrap()
        .token;
    let call = world.bare("POST", "/people").bearer_auth(token);
    let call = call.header("idempotency-key", "k").json(&other);
    sent(call).await.is(201);
}

pub(crate) async fn of_two_at_once_one_is_done(world: World) {
    let body = somebody("x@acme.test");
    let (one, two) = tokio::join!(keyed(&world, "k", &body), keyed(&world, "k", &body));
    let statuses = [one.status.as_u16(), two.status.as_u16()];
    assert!(statuses.contains(&201), "{statuses:?}");
    assert!(
        statuses.iter().all(|status| [201, 409].contains(status)),
        "{statuses:?}"
    );
    assert_eq!(world.get("/people").await.json()["total"], 1);
}

pub(crate) async fn a_record_that_moved_is_not_overwritten(world: World) {
    let made = keyed(&world, "k", &somebody("x@acme.test")).await;
    let path = format!("/people/{}", made.json()["id"].as_str().unwrap());
    let seen = world.get(&path).await;
    let tag = seen.header("etag").to_owned();
    assert_eq!(made.header("etag"), tag);
    let same = sent(world.call("GET", &path).header("if-none-match", &tag)).await;
    assert_eq!(same.status.as_u16(), 304);
    let rename = |name: &str, tag: &str| {
        let body = json!({ "last_name": name });
        world
            .call("PATCH", &path)
            .header("if-match", tag)
            .json(&body)
    };
    let edited = sent(rename("One", &tag)).await.is(200);
    assert_ne!(edited.header("etag"), tag);
    sent(rename("Two", &tag))
        .await
        .refuses(412, "precondition_failed");
    assert_eq!(world.get(&path).await.json()["last_name"], "One");
    sent(rename("Three", "*")).await.is(200);
    let tag = world.get(&path).await.header("etag").to_owned();
    let (one, two) = tokio::join!(sent(rename("A", &tag)), sent(rename("B", &tag)));
    let mut statuses = [one.status.as_u16(), two.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412], "one of both");
    let old = sent(world.call("DELETE", &path).header("if-match", "\"old\"")).await;
    old.refuses(412, "precondition_failed");
}
