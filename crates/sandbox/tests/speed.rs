//! Large answers: in chunks, the same again from memory, compressed when asked for, and as a file.

use serde_json::{Value, json};

use crate::support::{Bob, NADIA, WANTED};

async fn large() -> Bob {
    Bob::with(|config| {
        config.roster = None;
        config.employees = 3000;
    })
    .await
}

#[tokio::test]
async fn a_large_answer_is_complete_and_the_same_again_from_memory() {
    let bob = large().await;
    let first = bob.everybody().await;
    assert_eq!(first.header("Content-Length"), None);
    assert_eq!(first.employees().len(), 3000);
    let second = bob.everybody().await;
    assert_eq!(
        second.header("Content-Length"),
        Some(first.text.len().to_string().as_str())
    );
    assert_eq!(first.text, second.text);
}

#[tokio::test]
async fn a_change_is_in_the_next_large_answer() {
    let bob = large().await;
    let id = bob.everybody().await.employees()[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let patch = json!({ "surname": "Changed" });
    bob.handle
        .patch_employee(&id, patch.as_object().unwrap())
        .unwrap();
    assert_eq!(bob.everybody().await.person(&id)["surname"], "Changed");
    bob.faults(&["vanish_section=address"]);
    assert_eq!(bob.everybody().await.person(&id).get("address"), None);
    bob.faults(&[]);
    assert!(bob.everybody().await.person(&id).get("address").is_some());
}

#[tokio::test]
async fn a_large_answer_can_be_truncated_too() {
    let bob = large().await;
    bob.faults(&["truncate"]);
    let request = bob
        .request(reqwest::Method::POST, "/people/search")
        .json(&json!({ "showInactive": true }));
    assert!(request.send().await.unwrap().text().await.is_err());
}

#[tokio::test]
async fn gzip_needs_the_switch_and_the_header() {
    for bob in [Bob::start().await, large().await] {
        let body = json!({ "fields": WANTED, "showInactive": true });
        let raw = reqwest::Client::builder()
            .no_proxy()
            .no_gzip()
            .build()
            .unwrap();
        let url = format!("{}/people/search", bob.handle.base_url());
        let ask = async |coding: &str| {
            let request = raw
                .post(&url)
                .basic_auth("sandbox", Some("sandbox-token"))
                .json(&body);
            request
                .header("Accept-Encoding", coding)
                .send()
                .await
                .unwrap()
        };
        assert_eq!(ask("gzip").await.headers().get("content-encoding"), None);
        bob.set(|settings| settings.gzip = true);
        assert_eq!(
            ask("identity").await.headers().get("content-encoding"),
            None
        );
        for _ in 0..2 {
            let packed = ask("br, gzip;q=1.0").await;
            assert_eq!(packed.headers()["content-encoding"], "gzip");
            let packed = packed.bytes().await.unwrap();
            let plain = std::io::read_to_string(flate2::read::GzDecoder::new(&*packed)).unwrap();
            let people = serde_json::from_str::<Value>(&plain).unwrap()["employees"]
                .as_array()
                .unwrap()
                .len();
            assert_eq!(people, bob.handle.roster().employees.len());
        }
    }
}

#[tokio::test]
async fn a_file_holds_what_the_server_would_answer() {
    let bob = Bob::start().await;
    let served = bob.everybody().await.json();
    let mut file = Vec::new();
    sandbox::answer_file(
        bob.handle.roster(),
        &WANTED,
        jiff::civil::date(2026, 3, 2),
        &mut file,
    )
    .unwrap();
    assert_eq!(serde_json::from_slice::<Value>(&file).unwrap(), served);
    assert!(
        served["employees"]
            .as_array()
            .unwrap()
            .iter()
            .any(|person| person["id"] == NADIA)
    );
}
