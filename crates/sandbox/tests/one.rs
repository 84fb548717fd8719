//! `POST /people/{identifier}` and the tables of one person.

use serde_json::{Value, json};

use crate::support::{Bob, HANA, LEE, NADIA, TOM};

#[tokio::test]
async fn one_person_is_a_bare_object_by_id_or_email() {
    let bob = Bob::start().await;
    for identifier in [NADIA, "nadia.ferreira@acme.test"] {
        let answer = bob
            .post(
                &format!("/people/{identifier}"),
                json!({ "fields": ["root.id", "root.surname"] }),
            )
            .await;
        let expected = json!({"id": NADIA, "/root/id": {"value": NADIA}, "surname": "Ferreira",
                              "/root/surname": {"value": "Ferreira"}});
        assert_eq!((answer.status, answer.json()), (200, expected));
    }
    bob.set(|settings| settings.wrap_one = true);
    let wrapped = bob.post(&format!("/people/{NADIA}"), json!({})).await;
    assert_eq!(wrapped.employees().len(), 1);
}

#[tokio::test]
async fn an_inactive_person_is_read_without_asking_for_inactive_ones() {
    let bob = Bob::start().await;
    let answer = bob
        .post(
            &format!("/people/{LEE}"),
            json!({ "humanReadable": "append" }),
        )
        .await;
    assert_eq!(answer.json()["humanReadable"]["firstName"], "Lee");
}

#[tokio::test]
async fn an_unknown_person_is_404_and_one_outside_the_audience_is_403() {
    let bob = Bob::start().await;
    assert_eq!(bob.post("/people/1", json!({})).await.status, 404);
    bob.faults(&["narrow_audience"]);
    let answer = bob.post(&format!("/people/{LEE}"), json!({})).await;
    assert_eq!(answer.status, 403);
    assert!(answer.json()["error"].is_string());
}

#[tokio::test]
async fn the_lifecycle_table_ends_with_the_current_row() {
    let bob = Bob::start().await;
    let rows = bob.get(&format!("/people/{LEE}/lifecycle")).await.json()["values"].clone();
    assert_eq!(rows[0]["status"], "employed");
    assert_eq!(rows[0]["isCurrent"], false);
    assert_eq!(rows[1]["status"], "terminated");
    assert_eq!(rows[1]["effectiveDate"], "2025-12-31");
    assert_eq!(rows[1]["isCurrent"], true);
    let hana = bob.get(&format!("/people/{HANA}/lifecycle")).await.json()["values"].clone();
    assert_eq!(
        (hana[0]["status"].clone(), hana[0]["employeeStatus"].clone()),
        (json!("hired"), json!("Inactive"))
    );
}

#[tokio::test]
async fn without_the_right_to_histories_only_the_current_row_is_there() {
    let bob = Bob::start().await;
    bob.set(|settings| settings.histories = false);
    let rows = bob.get(&format!("/people/{LEE}/lifecycle")).await.json()["values"].clone();
    assert_eq!(
        (rows.as_array().unwrap().len(), rows[0]["status"].clone()),
        (1, json!("terminated"))
    );
}

#[tokio::test]
async fn the_work_and_employment_tables_have_their_columns() {
    let bob = Bob::start().await;
    let work = bob.get(&format!("/people/{NADIA}/work")).await.json()["values"][0].clone();
    assert_eq!(work["department"], "261454635");
    assert_eq!(work["reportsTo"]["id"], TOM);
    assert_eq!(work["effectiveDate"], "2023-02-01");
    let employment =
        bob.get(&format!("/people/{NADIA}/employment")).await.json()["values"][0].clone();
    assert_eq!(employment["fte"], 100);
    assert_eq!(
        bob.get(&format!("/people/{NADIA}/equity")).await.status,
        404
    );
}

#[tokio::test]
async fn a_closed_section_closes_its_table_and_a_hidden_field_empties_its_column() {
    let bob = Bob::start().await;
    let permissions =
        json!({"groups": [{"sections": ["root", "work"], "hidden_fields": ["work.department"]}]});
    bob.handle
        .set_permissions(serde_json::from_value(permissions).unwrap())
        .unwrap();
    assert_eq!(
        bob.get(&format!("/people/{NADIA}/lifecycle")).await.status,
        403
    );
    let work = bob.get(&format!("/people/{NADIA}/work")).await;
    assert_eq!(work.header("X-Has-Restricted-Columns"), Some("true"));
    assert_eq!(work.json()["values"][0]["department"], Value::Null);
    assert!(
        work.json()["restricted_columns"]
            .get("department")
            .is_some()
    );
    assert_eq!(work.json()["values"][0]["reportsTo"]["id"], TOM);
}
