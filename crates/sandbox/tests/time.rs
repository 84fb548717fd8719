//! What the sandbox's clock changes.

use serde_json::json;

use crate::support::{Bob, HANA, LEE, NADIA};

const DAY: i64 = 24 * 60 * 60;

#[tokio::test]
async fn hired_turns_into_employed_at_midnight_of_the_site() {
    let bob = Bob::start().await;
    bob.set(|settings| settings.rate_limit = false);
    let internal = async || bob.everybody().await.person(HANA)["internal"].clone();
    let hired =
        json!({ "status": "Inactive", "lifecycleStatus": "hired", "terminationDate": null });
    let employed =
        json!({ "status": "Active", "lifecycleStatus": "employed", "terminationDate": null });
    // 9 March, 15:15 UTC: in Tokyo it is past midnight already.
    bob.pass(7 * DAY + 7 * 3600);
    assert_eq!(internal().await, hired);
    bob.set(|settings| settings.site_time_zone = "Asia/Tokyo".to_owned());
    assert_eq!(internal().await, employed);
    bob.set(|settings| settings.site_time_zone = "America/Los_Angeles".to_owned());
    bob.pass(DAY / 2);
    assert_eq!(internal().await, hired);
    bob.pass(DAY / 2);
    assert_eq!(internal().await, employed);
    assert!(bob.search(json!({})).await.ids().contains(&HANA.to_owned()));
}

#[tokio::test]
async fn a_passed_end_date_terminates_only_when_switched_on() {
    let bob = Bob::start().await;
    let patch = json!({ "terminationDate": "2026-03-01" });
    bob.handle
        .patch_employee(NADIA, patch.as_object().unwrap())
        .unwrap();
    assert_eq!(
        bob.everybody().await.person(NADIA)["internal"]["lifecycleStatus"],
        "employed"
    );
    bob.set(|settings| settings.terminate_on_end_date = true);
    let nadia = bob.everybody().await.person(NADIA);
    assert_eq!(nadia["internal"]["lifecycleStatus"], "terminated");
    assert_eq!(nadia["internal"]["status"], "Inactive");
    assert_eq!(
        bob.everybody().await.person(LEE)["internal"]["lifecycleStatus"],
        "terminated"
    );
}

#[tokio::test]
async fn reads_lag_behind_writes_when_switched_on() {
    let bob = Bob::start().await;
    bob.set(|settings| settings.read_after_write_lag_seconds = 20);
    let rename = |name: &str| {
        let patch = json!({ "surname": name });
        bob.handle
            .patch_employee(NADIA, patch.as_object().unwrap())
            .unwrap();
    };
    let surname = async || bob.everybody().await.person(NADIA)["surname"].clone();
    rename("One");
    bob.pass(10);
    rename("Two");
    assert_eq!(surname().await, "Ferreira");
    bob.pass(10);
    assert_eq!(surname().await, "One");
    assert_eq!(bob.handle.employee(NADIA).unwrap().surname.unwrap(), "Two");
    bob.pass(10);
    assert_eq!(surname().await, "Two");
    rename("Three");
    bob.set(|settings| settings.read_after_write_lag_seconds = 0);
    assert_eq!(surname().await, "Three");
}
