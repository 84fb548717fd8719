//! Webhooks: handshake, envelope, signature, order, retries, and that nobody else is ever called.

use std::sync::{Arc, Mutex};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::post,
};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::support::{Bob, NADIA, PAT, TOM};

/// Listens for webhooks, answers with the codes it is given and then with 200.
struct Receiver {
    address: String,
    calls: mpsc::UnboundedReceiver<(HeaderMap, Bytes)>,
}

#[derive(Clone)]
struct Door {
    answers: Arc<Mutex<Vec<u16>>>,
    calls: mpsc::UnboundedSender<(HeaderMap, Bytes)>,
}

async fn receive(State(door): State<Door>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let answer = door.answers.lock().expect("no panic").pop().unwrap_or(200);
    door.calls.send((headers, body)).expect("the test listens");
    StatusCode::from_u16(answer).expect("a status")
}

impl Receiver {
    async fn answering(mut answers: Vec<u16>) -> Self {
        answers.reverse();
        let (sender, calls) = mpsc::unbounded_channel();
        let door = Door {
            answers: Arc::new(Mutex::new(answers)),
            calls: sender,
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port");
        let address = format!(
            "http://{}/hooks",
            listener.local_addr().expect("an address")
        );
        let routes = Router::new()
            .route("/hooks", post(receive))
            .with_state(door);
        tokio::spawn(async { axum::serve(listener, routes).await });
        Self { address, calls }
    }

    async fn next(&mut self) -> (HeaderMap, Bytes) {
        self.calls.recv().await.expect("a call")
    }

    async fn event(&mut self) -> Value {
        serde_json::from_slice(&self.next().await.1).expect("an event is JSON")
    }
}

async fn hook(bob: &Bob, receiver: &mut Receiver, events: Value) {
    let body = json!({"address": receiver.address, "secret": "s3cret", "events": events});
    let added = bob.control(Method::POST, "/webhooks", Some(body)).await;
    assert_eq!(added.status, 201, "{}", added.text);
    receiver.next().await;
}

fn change(bob: &Bob, id: &str, patch: &Value) {
    bob.handle
        .patch_employee(id, patch.as_object().expect("an object"))
        .expect("a good patch");
}

#[tokio::test]
async fn the_handshake_is_plain_text_and_json_only_when_that_fails() {
    let bob = Bob::start().await;
    let mut receiver = Receiver::answering(vec![200, 400, 204]).await;
    let body = json!({"address": receiver.address, "secret": "s3cret", "events": []});
    assert_eq!(
        bob.control(Method::POST, "/webhooks", Some(body.clone()))
            .await
            .status,
        201
    );
    let (headers, ping) = receiver.next().await;
    assert_eq!(
        (&ping[..], headers["content-type"].to_str().unwrap()),
        (&b"Ping test"[..], "text/plain")
    );
    assert_eq!(
        headers["bob-signature"],
        sandbox::sign(b"s3cret", b"Ping test")
    );
    assert_eq!(
        bob.control(Method::POST, "/webhooks", Some(body))
            .await
            .status,
        201
    );
    receiver.next().await;
    assert_eq!(receiver.event().await, json!({ "text": "Ping test" }));
}

#[tokio::test]
async fn who_does_not_answer_the_ping_gets_no_webhook() {
    let bob = Bob::start().await;
    let receiver = Receiver::answering(vec![500, 500]).await;
    let body = json!({"address": receiver.address, "secret": "x"});
    let refused = bob.control(Method::POST, "/webhooks", Some(body)).await;
    assert_eq!(refused.status, 422);
    assert!(bob.handle.webhooks().is_empty());
}

#[tokio::test]
async fn only_this_machine_is_ever_called() {
    let bob = Bob::start().await;
    for address in [
        "http://example.test/",
        "https://127.0.0.1/",
        "http://10.0.0.1/",
        "http://169.254.169.254/",
        "http://[::ffff:10.0.0.1]/",
        "http://127.0.0.1.example.test/",
        "file:///etc/passwd",
        "x",
    ] {
        let body = json!({"address": address, "secret": "x"});
        let refused = bob.control(Method::POST, "/webhooks", Some(body)).await;
        assert_eq!(refused.status, 400, "{address}");
        assert!(
            refused.json()["error"]
                .as_str()
                .unwrap()
                .contains("this machine")
        );
    }
    let unknown =
        json!({"address": "http://127.0.0.1:1/", "secret": "x", "events": ["employee.danced"]});
    assert_eq!(
        bob.control(Method::POST, "/webhooks", Some(unknown))
            .await
            .status,
        400
    );
}

#[tokio::test]
async fn an_event_has_the_second_envelope_field_ids_without_values_and_a_signature() {
    let bob = Bob::start().await;
    let mut receiver = Receiver::answering(Vec::new()).await;
    hook(&bob, &mut receiver, Value::Null).await;
    change(
        &bob,
        NADIA,
        &json!({ "surname": "Silva", "email": "n.silva@acme.test" }),
    );
    let (headers, body) = receiver.next().await;
    assert_eq!(headers["bob-signature"], sandbox::sign(b"s3cret", &body));
    let event: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(
        event,
        json!({"companyId": 636_192, "type": "employee.updated", "triggeredBy": "system",
               "triggeredAt": "2026-03-02T08:15:04.000000", "version": "v2",
               "data": {"employeeId": NADIA, "fieldUpdates": ["root.surname", "root.email"]}})
    );
}

#[test]
fn the_signature_is_base64_of_hmac_sha512() {
    // The second test case of RFC 4231.
    let expected =
        "Fkt6e/z4GeLjlfvnO1bgo4e9ZCIugx/WECcM1+olBVSXWL91wFqZSm0DT2X48Ob9yuqxo01Ka0tjbgcKOLznNw==";
    assert_eq!(
        sandbox::sign(b"Jefe", b"what do ya want for nothing?"),
        expected
    );
}

#[tokio::test]
async fn a_leaver_is_updated_has_a_lifecycle_row_and_has_left_in_this_order() {
    let bob = Bob::start().await;
    let mut receiver = Receiver::answering(Vec::new()).await;
    hook(&bob, &mut receiver, json!([])).await;
    let end = json!({"lifecycleStatus": "Terminated", "accessStatus": "Inactive", "terminationDate": "2026-03-01"});
    change(&bob, NADIA, &end);
    let mut seen = Vec::new();
    let mut times = Vec::new();
    for _ in 0..4 {
        let event = receiver.event().await;
        seen.push(event["type"].as_str().unwrap().to_owned());
        times.push(event["triggeredAt"].as_str().unwrap().to_owned());
        if event["type"] == "table.entry.created" {
            assert_eq!(
                event["data"],
                json!({"employeeId": NADIA, "tableId": "lifecycle", "effectiveDate": "2026-03-01"})
            );
        }
    }
    assert_eq!(
        seen,
        [
            "employee.updated",
            "table.entry.created",
            "employee.left",
            "employee.inactivated"
        ]
    );
    assert!(
        times.is_sorted() && times.windows(2).all(|pair| pair[0] != pair[1]),
        "{times:?}"
    );
}

#[tokio::test]
async fn a_failed_delivery_is_tried_again_and_the_order_stays() {
    let bob = Bob::start().await;
    let mut receiver = Receiver::answering(vec![200, 500, 503]).await;
    hook(&bob, &mut receiver, json!(["employee.updated"])).await;
    change(&bob, NADIA, &json!({ "surname": "One" }));
    change(&bob, PAT, &json!({ "surname": "Two" }));
    let mut people = Vec::new();
    for _ in 0..4 {
        people.push(
            receiver.event().await["data"]["employeeId"]
                .as_str()
                .unwrap()
                .to_owned(),
        );
    }
    assert_eq!(people, [NADIA, NADIA, NADIA, PAT]);
}

#[tokio::test]
async fn only_the_wanted_events_are_sent_and_whole_rosters_are_compared() {
    let bob = Bob::start().await;
    bob.set(|settings| settings.field_updates_as_objects = true);
    let mut receiver = Receiver::answering(Vec::new()).await;
    let kinds = json!(["employee.created", "employee.updated", "employee.deleted"]);
    hook(&bob, &mut receiver, kinds).await;
    let mut roster = bob.handle.roster();
    let mut new = roster.employees[1].clone();
    new.id = "77".into();
    roster.employees.push(new);
    roster.employees[1].country = Some("Spain".into());
    roster.employees.remove(0);
    bob.handle.put_roster(roster).unwrap();
    let mut seen = Vec::new();
    for _ in 0..3 {
        let event = receiver.event().await;
        seen.push((event["type"].clone(), event["data"].clone()));
    }
    let country = json!({ "employeeId": NADIA, "fieldUpdates": [{ "id": "address.country" }] });
    assert_eq!(
        seen,
        [
            (json!("employee.updated"), country),
            (json!("employee.created"), json!({ "employeeId": "77" })),
            (json!("employee.deleted"), json!({ "employeeId": TOM })),
        ]
    );
    let state = bob.control(Method::GET, "/webhooks", None).await.json()["webhooks"][0].clone();
    assert_eq!(state["queued"], 3);
    assert_eq!(state.get("secret"), None);
}
