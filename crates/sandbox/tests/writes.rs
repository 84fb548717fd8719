//! The writes of HiBob's admin side.

use serde_json::json;

use crate::support::{Bob, NADIA};

#[tokio::test]
async fn a_new_person_with_a_start_ahead_is_hired_and_inactive() {
    let bob = Bob::start().await;
    let body = json!({"firstName": "Ada", "surname": "New", "email": "ada@acme.test",
                      "work": {"site": "Head office", "startDate": "2026-05-04"}});
    let id = bob.post("/people", body).await.json()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let ada = bob.everybody().await.person(&id);
    assert_eq!(ada["internal"]["lifecycleStatus"], "hired");
    assert_eq!(ada["internal"]["status"], "Inactive");
    assert_eq!(
        bob.post("/people", json!({ "firstName": "Ada" }))
            .await
            .status,
        400
    );
}

#[tokio::test]
async fn a_put_changes_what_is_there_and_is_304_when_nothing_changes() {
    let bob = Bob::start().await;
    let path = format!("/people/{NADIA}");
    assert_eq!(
        bob.put(
            &path,
            json!({ "root.surname": "Silva", "address": { "country": "Spain" } })
        )
        .await
        .status,
        200
    );
    let nadia = bob.everybody().await.person(NADIA);
    assert_eq!(
        (
            nadia["surname"].clone(),
            nadia["address"]["country"].clone()
        ),
        (json!("Silva"), json!("Spain"))
    );
    assert_eq!(nadia["firstName"], "Nadia");
    assert_eq!(
        bob.put(&path, json!({ "surname": "Silva" })).await.status,
        304
    );
    assert_eq!(
        bob.put(
            &format!("{path}/email"),
            json!({ "email": "n.silva@acme.test" })
        )
        .await
        .status,
        200
    );
    assert_eq!(
        bob.everybody().await.person(NADIA)["email"],
        "n.silva@acme.test"
    );
}

#[tokio::test]
async fn a_termination_ahead_keeps_the_status_one_today_terminates_and_garden_leave_is_between() {
    let bob = Bob::start().await;
    let path = format!("/employees/{NADIA}/terminate");
    let internal = async || bob.everybody().await.person(NADIA)["internal"].clone();
    assert_eq!(
        bob.post(&path, json!({ "terminationDate": "2026-04-30" }))
            .await
            .status,
        200
    );
    assert_eq!(internal().await["lifecycleStatus"], "employed");
    assert_eq!(internal().await["terminationDate"], "2026-04-30");
    bob.post(
        &path,
        json!({ "terminationDate": "2026-04-30", "lastDayOfWork": "2026-03-01" }),
    )
    .await;
    assert_eq!(internal().await["lifecycleStatus"], "garden leave");
    bob.post(&path, json!({ "terminationDate": "2026-03-02" }))
        .await;
    assert_eq!(internal().await["lifecycleStatus"], "terminated");
    assert_eq!(bob.post(&path, json!({})).await.status, 400);
}

#[tokio::test]
async fn a_start_date_can_be_moved() {
    let bob = Bob::start().await;
    bob.post(
        &format!("/employees/{NADIA}/start-date"),
        json!({ "startDate": "2023-03-01" }),
    )
    .await;
    assert_eq!(
        bob.everybody().await.person(NADIA)["work"]["startDate"],
        "2023-03-01"
    );
}
