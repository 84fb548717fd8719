//! The control surface over HTTP.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Bob, LEE, NADIA, NOW, TOM, small_company_json};

#[tokio::test]
async fn the_roster_is_taken_and_given_back_with_missing_keys_as_null() {
    let bob = Bob::start().await;
    let roster = json!({"company_id": 7, "employees": [{"id": "1", "firstName": "Ada"}], "departments": [{"id": "D"}]});
    let taken = bob.control(Method::PUT, "/roster", Some(roster)).await;
    assert_eq!(
        (taken.status, taken.json()),
        (200, json!({ "employees": 1, "departments": 1 }))
    );
    let given = bob.control(Method::GET, "/roster", None).await.json();
    assert_eq!(given["company_id"], 7);
    assert_eq!(
        given["employees"][0],
        json!({"id": "1", "firstName": "Ada", "surname": null, "displayName": null, "email": null,
               "startDate": null, "departmentId": null, "managerId": null, "lifecycleStatus": null,
               "accessStatus": null, "terminationDate": null, "country": null})
    );
    assert_eq!(
        given["departments"][0],
        json!({"id": "D", "name": null, "parentId": null, "archived": false})
    );
    assert_eq!(bob.everybody().await.ids(), ["1"]);
}

#[tokio::test]
async fn a_bad_roster_is_400_and_says_which_employee_and_which_key() {
    let bob = Bob::start().await;
    let mut typo = small_company_json();
    typo["employees"][2]["fristName"] = json!("x");
    let mut number = small_company_json();
    number["employees"][1]["startDate"] = json!(2023);
    let mut nameless = small_company_json();
    nameless["employees"][0]
        .as_object_mut()
        .unwrap()
        .remove("id");
    let mut twice = small_company_json();
    twice["employees"][0]["id"] = json!(NADIA);
    let mut archived = small_company_json();
    archived["departments"][0]["archived"] = json!("no");
    for (roster, words) in [
        (
            typo,
            format!("employees[2] (id {LEE}): unknown key `fristName`"),
        ),
        (
            number,
            format!("employees[1] (id {NADIA}): `startDate` is 2023"),
        ),
        (nameless, "employees[0]: `id` is missing".to_owned()),
        (twice, format!("employee id {NADIA} is there twice")),
        (
            archived,
            "departments[0] (id 261454635): `archived` is \"no\"".to_owned(),
        ),
        (
            json!({ "employees": [], "people": [] }),
            "unknown key `people`".to_owned(),
        ),
        (json!([]), "not a JSON object".to_owned()),
    ] {
        let answer = bob.control(Method::PUT, "/roster", Some(roster)).await;
        assert_eq!(answer.status, 400);
        let error = answer.json()["error"].as_str().unwrap().to_owned();
        assert!(error.contains(&words), "{error}");
    }
    assert_eq!(
        bob.everybody().await.ids().len(),
        6,
        "a refused roster changes nothing"
    );
}

#[tokio::test]
async fn employees_are_hired_changed_and_erased() {
    let bob = Bob::start().await;
    let employee = json!({"id": "42", "firstName": "New", "managerId": NADIA});
    assert_eq!(
        bob.control(Method::POST, "/employees", Some(employee.clone()))
            .await
            .status,
        201
    );
    assert_eq!(
        bob.control(Method::POST, "/employees", Some(employee))
            .await
            .status,
        409
    );
    let patch = json!({"email": "new@acme.test", "managerId": null});
    let changed = bob
        .control(Method::PATCH, "/employees/42", Some(patch))
        .await;
    assert_eq!(
        (changed.status, changed.json()["email"].clone()),
        (200, json!("new@acme.test"))
    );
    let person = bob.everybody().await.person("42");
    assert_eq!(
        (
            person["firstName"].clone(),
            person["work"]["reportsTo"].clone()
        ),
        (json!("New"), Value::Null)
    );
    assert_eq!(
        bob.control(Method::DELETE, "/employees/42", None)
            .await
            .status,
        204
    );
    assert_eq!(
        bob.control(Method::DELETE, "/employees/42", None)
            .await
            .status,
        404
    );
    assert_eq!(bob.everybody().await.ids().len(), 6);
}

#[tokio::test]
async fn a_patch_with_null_sets_null_and_keeps_the_rest() {
    let bob = Bob::start().await;
    bob.control(
        Method::PATCH,
        &format!("/employees/{NADIA}"),
        Some(json!({ "country": null })),
    )
    .await;
    let nadia = bob.everybody().await.person(NADIA);
    assert_eq!(nadia["address"], json!({ "country": null }));
    assert_eq!(nadia["firstName"], "Nadia");
}

#[tokio::test]
async fn patches_with_unknown_keys_other_ids_or_wrong_types_are_400() {
    let bob = Bob::start().await;
    for patch in [
        json!({ "name": "x" }),
        json!({ "id": "7" }),
        json!({ "email": 7 }),
        json!("x"),
    ] {
        let answer = bob
            .control(
                Method::PATCH,
                &format!("/employees/{NADIA}"),
                Some(patch.clone()),
            )
            .await;
        assert_eq!(answer.status, 400, "{patch}");
        assert!(answer.json()["error"].is_string());
    }
}

#[tokio::test]
async fn unknown_keys_and_values_are_400_everywhere_with_what_is_known() {
    let bob = Bob::start().await;
    for (path, body, word) in [
        (
            "/permissions",
            json!({ "groups": [{ "sections": [], "hidden_fields": ["address.planet"] }] }),
            "address.planet",
        ),
        (
            "/permissions",
            json!({ "groups": [{ "sections": ["attic"] }] }),
            "root, about, work",
        ),
        (
            "/permissions",
            json!({ "groups": [{ "sections": [], "statuses": [] }] }),
            "lifecycle_statuses",
        ),
        (
            "/faults",
            json!({ "faults": [{ "name": "nope" }] }),
            "old_backup",
        ),
        (
            "/faults",
            json!({ "faults": [{ "name": "html", "often": 1 }] }),
            "times",
        ),
        ("/settings", json!({ "gzipped": true }), "gzip"),
        (
            "/settings",
            json!({ "site_time_zone": "Mars/Base" }),
            "Europe/Lisbon",
        ),
        (
            "/settings",
            json!({ "field_sections": { "address.planet": "home" } }),
            "address.planet",
        ),
    ] {
        let answer = bob.control(Method::PUT, path, Some(body.clone())).await;
        assert_eq!(answer.status, 400, "{body}");
        assert!(
            answer.json()["error"].as_str().unwrap().contains(word),
            "{}",
            answer.text
        );
    }
}

#[tokio::test]
async fn permissions_faults_and_settings_are_set_and_read_over_http() {
    let bob = Bob::start().await;
    let groups = json!({"groups": [{"sections": ["root"], "lifecycle_statuses": null, "hidden_fields": []}]});
    assert_eq!(
        bob.control(Method::PUT, "/permissions", Some(groups.clone()))
            .await
            .status,
        200
    );
    assert_eq!(
        bob.control(Method::GET, "/permissions", None).await.json(),
        groups
    );
    let faults =
        json!({"faults": [{"name": "status", "path": "people", "times": 1, "value": 500}]});
    assert_eq!(
        bob.control(Method::PUT, "/faults", Some(faults))
            .await
            .status,
        200
    );
    assert_eq!(bob.everybody().await.status, 500);
    assert_eq!(
        bob.control(Method::GET, "/faults", None).await.json()["faults"][0]["times"],
        0
    );
    assert_eq!(bob.everybody().await.status, 200);
    let settings = bob
        .control(
            Method::PUT,
            "/settings",
            Some(json!({ "strict_empty_filters": true })),
        )
        .await
        .json();
    assert_eq!(
        (
            settings["strict_empty_filters"].clone(),
            settings["gzip"].clone()
        ),
        (json!(true), json!(false))
    );
}

#[tokio::test]
async fn the_log_has_method_path_status_and_time_and_never_a_token() {
    let bob = Bob::start().await;
    bob.everybody().await;
    bob.get("/company/named-lists?includeArchived=true").await;
    bob.control(Method::GET, "/roster", None).await;
    let log = bob.control(Method::GET, "/log", None).await;
    let time = jiff::Timestamp::from_second(NOW).unwrap().to_string();
    assert_eq!(
        log.json(),
        json!({"calls": [
            {"method": "POST", "path": "/v1/people/search", "status": 200, "time": time},
            {"method": "GET", "path": "/v1/company/named-lists?includeArchived=true", "status": 200, "time": time}
        ]})
    );
}

#[tokio::test]
async fn reset_brings_the_start_back() {
    let bob =
        Bob::with(|config| config.faults = vec![sandbox::Fault::parse("empty").unwrap()]).await;
    bob.handle.set_faults(Vec::new());
    bob.handle
        .set_permissions(sandbox::Permissions { groups: Vec::new() })
        .unwrap();
    bob.set(|settings| settings.rate_limit_per_minute = 1);
    bob.handle.delete_employee(TOM).unwrap();
    bob.everybody().await;
    assert_eq!(bob.control(Method::POST, "/reset", None).await.status, 204);
    assert!(bob.handle.log().is_empty());
    assert!(bob.everybody().await.ids().is_empty());
    bob.handle.set_faults(Vec::new());
    let again = bob.everybody().await;
    assert_eq!(
        (again.ids().len(), again.header("X-RateLimit-Limit")),
        (6, Some("50"))
    );
}

#[tokio::test]
async fn a_roster_that_makes_no_sense_does_not_start() {
    let config = |change: fn(&mut sandbox::Config)| {
        let mut config = sandbox::Config::new(std::sync::Arc::new(|| jiff::Timestamp::UNIX_EPOCH));
        change(&mut config);
        config
    };
    let twice = config(|config| {
        let mut roster = sandbox::company::generate(2, 1, config.today);
        roster.employees[1].id = roster.employees[0].id.clone();
        config.roster = Some(roster);
    });
    assert!(sandbox::Sandbox::new(twice).is_err());
    let zone = config(|config| config.settings.site_time_zone = "Nowhere".to_owned());
    assert!(sandbox::Sandbox::new(zone).is_err());
}

#[tokio::test]
async fn a_stopped_sandbox_answers_no_more() {
    let bob = Bob::start().await;
    let url = format!("{}/roster", bob.handle.control_url());
    bob.handle.stop().await.unwrap();
    assert!(crate::support::client().get(url).send().await.is_err());
}
