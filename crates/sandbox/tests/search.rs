//! `POST /people/search`.

use serde_json::{Value, json};

use crate::support::{Bob, GUS, HANA, LEE, NADIA, PAT, TOM, WANTED};

#[tokio::test]
async fn both_spellings_of_every_value_are_on_the_wire() {
    let bob = Bob::start().await;
    let nadia = bob.search(json!({ "fields": WANTED })).await.person(NADIA);
    let tom = json!({"id": TOM, "firstName": "Tom", "surname": "Okafor", "email": "tom.okafor@acme.test",
                     "displayName": "Tom Okafor"});
    assert_eq!(nadia["id"], NADIA);
    assert_eq!(nadia["/root/id"], json!({ "value": NADIA }));
    assert_eq!(nadia["firstName"], "Nadia");
    assert_eq!(nadia["/root/firstName"], json!({ "value": "Nadia" }));
    assert_eq!(nadia["email"], "nadia.ferreira@acme.test");
    assert_eq!(
        nadia["work"],
        json!({"startDate": "2023-02-01", "department": "261454635", "reportsTo": tom})
    );
    assert_eq!(nadia["/work/startDate"], json!({ "value": "2023-02-01" }));
    assert_eq!(nadia["/work/reportsTo"], json!({ "value": tom }));
    let internal =
        json!({"status": "Active", "lifecycleStatus": "employed", "terminationDate": null});
    assert_eq!(nadia["internal"], internal);
    assert_eq!(nadia["/internal/terminationDate"], json!({ "value": null }));
    assert_eq!(nadia["address"], json!({ "country": "Portugal" }));
    assert_eq!(nadia["/address/country"], json!({ "value": "Portugal" }));
    assert_eq!(nadia.get("humanReadable"), None);
}

#[tokio::test]
async fn append_adds_readable_values_without_the_null_ones() {
    let bob = Bob::start().await;
    let body = json!({ "fields": WANTED, "humanReadable": "APPEND" });
    let nadia = bob.search(body).await.person(NADIA);
    assert_eq!(
        nadia["humanReadable"],
        json!({"id": NADIA, "firstName": "Nadia", "surname": "Ferreira", "email": "nadia.ferreira@acme.test",
               "work": {"startDate": "01/02/2023", "department": "Engineering", "reportsTo": "Tom Okafor"},
               "internal": {"status": "Active", "lifecycleStatus": "Employed"},
               "address": {"country": "Portugal"}})
    );
    assert_eq!(nadia["work"]["startDate"], "2023-02-01");
}

#[tokio::test]
async fn replace_gives_readable_strings_only_and_no_slash_keys() {
    let bob = Bob::start().await;
    let fields = [
        "root.id",
        "root.companyId",
        "work.reportsTo",
        "work.manager",
        "internal.terminationDate",
        "work.custom.field_1659977338251",
    ];
    let body = json!({ "fields": fields, "humanReadable": "REPLACE" });
    let nadia = bob.search(body).await.person(NADIA);
    assert_eq!(
        nadia,
        json!({"id": NADIA, "companyId": "636192",
               "work": {"reportsTo": "Tom Okafor", "manager": "Tom Okafor",
                        "custom": {"field_1659977338251": "No"}}})
    );
}

#[tokio::test]
async fn the_case_of_the_word_does_not_matter_and_an_unknown_word_is_machine() {
    let bob = Bob::start().await;
    for (word, has_block) in [
        ("append", true),
        ("Append", true),
        ("", false),
        ("both", false),
    ] {
        let tom = bob
            .search(json!({ "fields": ["root.id"], "humanReadable": word }))
            .await
            .person(TOM);
        assert_eq!(tom.get("humanReadable").is_some(), has_block, "{word}");
    }
    let replaced = bob
        .search(json!({ "fields": ["root.id"], "humanReadable": "replace" }))
        .await
        .person(TOM);
    assert_eq!(replaced, json!({ "id": TOM }));
}

#[tokio::test]
async fn the_default_set_has_neither_internal_nor_address_nor_custom_fields() {
    let bob = Bob::start().await;
    let tom = bob.search(json!({})).await.person(TOM);
    assert_eq!(tom["firstName"], "Tom");
    assert_eq!(tom["email"], "tom.okafor@acme.test");
    assert_eq!(tom["work"]["startDate"], "2015-05-01");
    assert_eq!(tom["employment"]["fte"], 100);
    assert_eq!(tom["companyId"], 636_192);
    assert_eq!(tom["creationDateTime"], "2015-05-01T09:12:21.680867");
    assert_eq!(tom.get("internal"), None);
    assert_eq!(tom.get("address"), None);
    assert_eq!(tom["work"].get("custom"), None);
}

#[tokio::test]
async fn slashed_ids_are_taken_and_unknown_ids_are_dropped_in_silence() {
    let bob = Bob::start().await;
    let answer = bob
        .search(json!({ "fields": ["/work/startDate", "home.country", "work.nothing"] }))
        .await;
    let tom = answer.person(TOM);
    let expected = json!({"id": TOM, "/root/id": {"value": TOM}, "work": {"startDate": "2015-05-01"},
                          "/work/startDate": {"value": "2015-05-01"}});
    assert_eq!(tom, expected);
}

#[tokio::test]
async fn inactive_people_come_only_when_asked_for() {
    let bob = Bob::start().await;
    assert_eq!(bob.search(json!({})).await.ids(), [TOM, NADIA, GUS]);
    assert_eq!(
        bob.search(json!({ "showInactive": true })).await.ids(),
        [TOM, NADIA, LEE, HANA, PAT, GUS]
    );
}

#[tokio::test]
async fn a_permitted_but_empty_value_is_null_and_a_top_person_has_no_manager() {
    let bob = Bob::start().await;
    let fields = [
        "root.id",
        "root.email",
        "work.reportsTo",
        "work.manager",
        "address.country",
    ];
    let answer = bob
        .search(json!({ "fields": fields, "showInactive": true }))
        .await;
    let (tom, pat, gus) = (answer.person(TOM), answer.person(PAT), answer.person(GUS));
    assert_eq!(tom["work"], json!({ "reportsTo": null, "manager": null }));
    assert_eq!(pat["address"], json!({ "country": null }));
    assert_eq!(pat["work"]["manager"], TOM);
    assert_eq!(gus["email"], Value::Null);
    assert_eq!(gus["address"]["country"], " PORTUGAL ");
    assert_eq!(gus["work"]["reportsTo"]["id"], "999");
    assert_eq!(gus["work"]["reportsTo"]["email"], Value::Null);
}

#[tokio::test]
async fn sub_paths_of_the_manager_have_slash_keys_of_their_own() {
    let bob = Bob::start().await;
    let fields = [
        "root.id",
        "work.reportsTo.email",
        "work.reportsTo.displayName",
    ];
    let nadia = bob.search(json!({ "fields": fields })).await.person(NADIA);
    let reports_to = json!({ "email": "tom.okafor@acme.test", "displayName": "Tom Okafor" });
    assert_eq!(nadia["work"], json!({ "reportsTo": reports_to }));
    assert_eq!(
        nadia["/work/reportsTo/email"],
        json!({ "value": "tom.okafor@acme.test" })
    );
}

#[tokio::test]
async fn numeric_and_textual_department_ids_are_in_one_answer() {
    let bob = Bob::start().await;
    let answer = bob.everybody().await;
    assert_eq!(answer.person(TOM)["work"]["department"], "Marketing");
    assert_eq!(answer.person(HANA)["work"]["department"], "261454636");
    assert_eq!(
        answer.person(HANA)["humanReadable"]["work"]["department"],
        "Platform"
    );
    assert_eq!(
        answer.person(LEE)["humanReadable"]["work"]["department"],
        "Old Things"
    );
}

#[tokio::test]
async fn a_filter_by_id_or_email_picks_people_and_knows_nobody_else() {
    let bob = Bob::start().await;
    let by = |path: &str, values: Value| json!({ "showInactive": true, "filters": [{ "fieldPath": path, "operator": "equals", "values": values }] });
    assert_eq!(
        bob.search(by("root.id", json!([NADIA, "1", LEE, NADIA])))
            .await
            .ids(),
        [NADIA, LEE]
    );
    assert_eq!(
        bob.search(by("root.email", json!(["TOM.okafor@acme.test"])))
            .await
            .ids(),
        [TOM]
    );
    assert!(
        bob.search(by("root.id", json!(["1"])))
            .await
            .ids()
            .is_empty()
    );
}

#[tokio::test]
async fn every_broken_rule_of_the_filter_is_400_with_key_and_error() {
    let bob = Bob::start().await;
    let good = json!({ "fieldPath": "root.id", "operator": "equals", "values": [TOM] });
    let with = |key: &str, value: Value| {
        let mut rule = good.clone();
        rule[key] = value;
        json!([rule])
    };
    let broken = [
        json!([good, good]),
        with("fieldPath", json!("root.firstName")),
        with("operator", json!("contains")),
        with("values", json!([])),
        with("values", json!([7])),
        json!("root.id"),
    ];
    for filters in broken {
        let answer = bob.search(json!({ "filters": filters })).await;
        assert_eq!(answer.status, 400, "{filters}");
        assert!(answer.json()["key"].is_string() && answer.json()["error"].is_string());
    }
}

#[tokio::test]
async fn more_than_400_fields_and_bodies_that_are_no_request_are_400() {
    let bob = Bob::start().await;
    let fields = |count: usize| json!({ "fields": vec!["root.id"; count] });
    assert_eq!(bob.search(fields(400)).await.status, 200);
    assert_eq!(bob.search(fields(401)).await.status, 400);
    for body in [
        json!([]),
        json!({ "fields": "root.id" }),
        json!({ "fields": [1] }),
        json!({ "showInactive": "yes" }),
        json!({ "humanReadable": true }),
    ] {
        assert_eq!(bob.search(body.clone()).await.status, 400, "{body}");
    }
}

#[tokio::test]
async fn an_empty_list_of_filters_is_400_only_when_strict() {
    let bob = Bob::start().await;
    assert_eq!(bob.search(json!({ "filters": [] })).await.ids().len(), 3);
    bob.set(|settings| settings.strict_empty_filters = true);
    assert_eq!(bob.search(json!({ "filters": [] })).await.status, 400);
}

#[tokio::test]
async fn keys_the_contract_does_not_know_are_ignored() {
    let bob = Bob::start().await;
    let answer = bob
        .search(json!({ "pagination": { "limit": 1 }, "offset": 2, "limit": 1 }))
        .await;
    assert_eq!(answer.ids().len(), 3);
}

#[tokio::test]
async fn the_disputed_shapes_have_switches() {
    let bob = Bob::start().await;
    bob.set(|settings| {
        settings.readable_dates = sandbox::ReadableDates::Iso;
        settings.lifecycle_case = sandbox::LifecycleCase::Label;
        settings.country_values = sandbox::CountryValues::Id;
        settings.work_slash_keys = sandbox::WorkSlashKeys::Bare;
        settings.reports_to_as_name = true;
        settings.id_always = false;
    });
    let gus = bob.everybody().await.person(GUS);
    assert_eq!(gus["humanReadable"]["work"]["startDate"], "2018-09-03");
    assert_eq!(gus["internal"]["lifecycleStatus"], "Garden leave");
    let country = gus["address"]["country"].as_str().unwrap();
    assert!(
        country.bytes().all(|byte| byte.is_ascii_digit()),
        "{country}"
    );
    assert_eq!(gus["humanReadable"]["address"]["country"], " PORTUGAL ");
    assert_eq!(gus["startDate"], json!({ "value": "2018-09-03" }));
    assert_eq!(gus.get("/work/startDate"), None);
    assert_eq!(
        bob.everybody().await.person(NADIA)["work"]["reportsTo"],
        "Tom Okafor"
    );
    let answer = bob.search(json!({ "fields": ["root.email"] })).await;
    assert_eq!(answer.employees()[0].get("id"), None);
    bob.set(|settings| {
        settings.slash_keys = false;
        settings.id_always = true;
    });
    let tom = bob
        .search(json!({ "fields": ["root.id"] }))
        .await
        .person(TOM);
    assert_eq!(tom, json!({ "id": TOM }));
}
