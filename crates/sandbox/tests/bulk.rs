//! `GET /bulk/people/{table}`.

use serde_json::{Value, json};

use crate::support::{Bob, HANA, LEE, NADIA, TOM};

#[tokio::test]
async fn cursors_lead_through_everybody_once() {
    let bob = Bob::start().await;
    let mut seen = Vec::new();
    let mut path = "/bulk/people/work?limit=4".to_owned();
    loop {
        let page = bob.get(&path).await.json();
        let results = page["results"].as_array().unwrap();
        seen.extend(
            results
                .iter()
                .map(|result| result["employeeId"].as_str().unwrap().to_owned()),
        );
        match page["response_metadata"]["next_cursor"].as_str() {
            Some(cursor) => path = format!("/bulk/people/work?limit=4&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!(seen.len(), 6);
    assert_eq!(seen[0], TOM);
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 6);
}

#[tokio::test]
async fn limits_and_cursors_out_of_range_are_400() {
    let bob = Bob::start().await;
    for query in ["limit=0", "limit=201", "limit=x", "cursor=nonsense"] {
        assert_eq!(
            bob.get(&format!("/bulk/people/work?{query}")).await.status,
            400,
            "{query}"
        );
    }
    let many = vec!["1"; 201].join(",");
    assert_eq!(
        bob.get(&format!("/bulk/people/work?employeeIds={many}"))
            .await
            .status,
        400
    );
    assert_eq!(bob.get("/bulk/people/work?limit=200").await.status, 200);
    assert_eq!(bob.get("/bulk/people/equity").await.status, 404);
}

#[tokio::test]
async fn who_was_asked_for_and_may_not_be_seen_is_an_error_in_a_200() {
    let bob = Bob::start().await;
    bob.faults(&["narrow_audience"]);
    let page = bob
        .get(&format!("/bulk/people/lifecycle?employeeIds={NADIA},{LEE}"))
        .await
        .json();
    assert_eq!(page["results"].as_array().unwrap().len(), 1);
    assert_eq!(page["results"][0]["values"][0]["status"], "employed");
    assert_eq!(page["errors"][0][LEE]["error"], "MISSING_PERMISSION");
    assert_eq!(page["response_metadata"], json!({ "next_cursor": null }));
    let all = bob.get("/bulk/people/lifecycle").await.json();
    assert_eq!(all["results"].as_array().unwrap().len(), 2);
    assert_eq!(all["errors"], json!([]));
}

#[tokio::test]
async fn hidden_columns_are_null_listed_and_announced() {
    let bob = Bob::start().await;
    let permissions =
        json!({"groups": [{"sections": ["work"], "hidden_fields": ["work.reportsTo"]}]});
    bob.handle
        .set_permissions(serde_json::from_value(permissions).unwrap())
        .unwrap();
    let answer = bob
        .get(&format!("/bulk/people/work?employeeIds={HANA}"))
        .await;
    assert_eq!(answer.header("X-Has-Restricted-Columns"), Some("true"));
    let result = answer.json()["results"][0].clone();
    assert_eq!(result["values"][0]["reportsTo"], Value::Null);
    assert!(result["restricted_columns"].get("reportsTo").is_some());
    assert_eq!(bob.get("/bulk/people/lifecycle").await.status, 403);
}

#[tokio::test]
async fn the_older_shapes_have_switches() {
    let bob = Bob::start().await;
    bob.set(|settings| {
        settings.old_bulk_cursor = true;
        settings.wrap_bulk_rows = true;
    });
    let page = bob.get("/bulk/people/employment?limit=1").await.json();
    assert!(page["response_metadata"]["cursor"].is_string());
    assert_eq!(
        page["results"][0]["values"][0]["values"][0]["contract"],
        "Full time"
    );
    assert_eq!(
        page["results"][0]["values"][0]["restricted_columns"],
        json!({})
    );
}
