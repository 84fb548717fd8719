//! Permission groups: sections, audiences, hidden fields.

use serde_json::{Value, json};

use crate::support::{Bob, GUS, HANA, LEE, NADIA, TOM};

fn set(bob: &Bob, groups: &Value) {
    let permissions = serde_json::from_value(json!({ "groups": groups })).expect("permissions");
    bob.handle
        .set_permissions(permissions)
        .expect("known sections");
}

#[tokio::test]
async fn without_any_group_people_calls_are_403() {
    let bob = Bob::start().await;
    set(&bob, &json!([]));
    for answer in [
        bob.everybody().await,
        bob.post(&format!("/people/{TOM}"), json!({})).await,
        bob.get(&format!("/people/{TOM}/work")).await,
        bob.get("/bulk/people/work").await,
    ] {
        assert_eq!(answer.status, 403);
        assert!(answer.json()["key"].is_string());
    }
}

#[tokio::test]
async fn an_unpermitted_field_is_absent_and_the_answer_is_200() {
    let bob = Bob::start().await;
    set(&bob, &json!([{ "sections": ["root", "work"] }]));
    let nadia = bob.everybody().await.person(NADIA);
    for key in [
        "address",
        "/address/country",
        "internal",
        "/internal/status",
        "email",
        "/root/email",
    ] {
        assert_eq!(nadia.get(key), None, "{key}");
    }
    for key in ["address", "internal", "email"] {
        assert_eq!(nadia["humanReadable"].get(key), None, "{key}");
    }
    assert_eq!(nadia["work"]["startDate"], "2023-02-01");
}

#[tokio::test]
async fn a_hidden_field_is_absent_although_its_section_is_open() {
    let bob = Bob::start().await;
    let sections = ["root", "about", "work", "lifecycle"];
    set(
        &bob,
        &json!([{ "sections": sections, "hidden_fields": ["internal.terminationDate", "work.reportsTo"] }]),
    );
    let lee = bob.everybody().await.person(LEE);
    assert_eq!(
        lee["internal"],
        json!({ "status": "Inactive", "lifecycleStatus": "terminated" })
    );
    assert_eq!(lee["work"].get("reportsTo"), None);
    let sub = bob
        .search(json!({ "fields": ["root.id", "work.reportsTo.email"] }))
        .await
        .person(NADIA);
    assert_eq!(sub.get("work"), None);
}

#[tokio::test]
async fn a_person_is_visible_if_any_group_covers_them_and_a_field_if_a_covering_group_opens_it() {
    let bob = Bob::start().await;
    set(
        &bob,
        &json!([
            { "sections": ["root", "work"], "lifecycle_statuses": ["employed", "Garden Leave"] },
            { "sections": ["root", "lifecycle"], "lifecycle_statuses": ["Garden leave", "Hired"], "hidden_fields": [] }
        ]),
    );
    let answer = bob.everybody().await;
    assert_eq!(answer.ids(), [TOM, NADIA, HANA, GUS]);
    let keys = |id| {
        (
            answer.person(id).get("work").is_some(),
            answer.person(id).get("internal").is_some(),
        )
    };
    assert_eq!(keys(NADIA), (true, false));
    assert_eq!(keys(HANA), (false, true));
    assert_eq!(keys(GUS), (true, true));
}

#[tokio::test]
async fn wrong_credentials_are_401_everywhere() {
    let bob = Bob::start().await;
    let url = format!("{}/people/search", bob.handle.base_url());
    let attempts = [
        bob.http.post(&url),
        bob.http.post(&url).basic_auth("sandbox", Some("wrong")),
        bob.http
            .post(&url)
            .basic_auth("someone", Some("sandbox-token")),
        bob.http.post(&url).bearer_auth("sandbox-token"),
        bob.http
            .get(format!("{}/nothing/here", bob.handle.base_url())),
    ];
    for attempt in attempts {
        let answer = crate::support::read(attempt).await;
        assert_eq!(answer.status, 401);
        assert!(answer.json()["error"].is_string());
    }
}

#[tokio::test]
async fn an_unknown_path_is_404_and_a_wrong_method_405() {
    let bob = Bob::start().await;
    assert_eq!(bob.get("/nothing/here").await.status, 404);
    assert_eq!(bob.get("/people/search").await.status, 405);
}
