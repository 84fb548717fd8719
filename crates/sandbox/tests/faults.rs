//! Each fault, where it acts, how often, and several at once.

use std::time::Instant;

use sandbox::{Fault, FaultKind};
use serde_json::{Value, json};

use crate::support::{Bob, LEE, NADIA, TOM};

async fn broken(bob: &Bob) -> reqwest::Result<String> {
    let request = bob
        .request(reqwest::Method::POST, "/people/search")
        .json(&json!({ "showInactive": true }));
    request.send().await?.text().await
}

#[tokio::test]
async fn status_gives_that_code_with_an_error_body_and_metadata_goes_on() {
    let bob = Bob::start().await;
    for (fault, code) in [("status", 503), ("status=500", 500), ("status=401", 401)] {
        bob.faults(&[fault]);
        let answer = bob.everybody().await;
        assert_eq!(answer.status, code);
        assert!(answer.json()["error"].is_string());
        assert_eq!(bob.get("/company/people/fields").await.status, 200);
    }
}

#[tokio::test]
async fn html_is_a_sign_in_page_with_200() {
    let bob = Bob::start().await;
    bob.faults(&["html"]);
    let answer = bob.everybody().await;
    assert_eq!(answer.status, 200);
    assert!(
        answer
            .header("Content-Type")
            .unwrap()
            .starts_with("text/html")
    );
    assert!(answer.text.contains("Sign in"));
}

#[tokio::test]
async fn a_truncated_body_shows_in_its_length_in_its_chunks_or_only_in_the_json() {
    let bob = Bob::start().await;
    for fault in ["truncate", "truncate=length", "truncate=chunked"] {
        bob.faults(&[fault]);
        let error = broken(&bob).await.unwrap_err();
        assert!(
            error.is_body() || error.is_decode() || error.is_request(),
            "{fault}: {error:?}"
        );
    }
    bob.faults(&["truncate=json"]);
    let half = broken(&bob).await.unwrap();
    assert!(half.starts_with("{\"employees\":[") && serde_json::from_str::<Value>(&half).is_err());
}

#[tokio::test]
async fn slow_waits_before_it_answers() {
    let bob = Bob::start().await;
    bob.faults(&["slow=60"]);
    let begun = Instant::now();
    assert_eq!(bob.everybody().await.status, 200);
    assert!(begun.elapsed().as_millis() >= 60);
}

#[tokio::test]
async fn reset_closes_the_connection_with_no_answer() {
    let bob = Bob::start().await;
    bob.handle
        .set_faults(vec![Fault::new(FaultKind::Reset).times(1)]);
    assert!(broken(&bob).await.unwrap_err().is_request());
    assert_eq!(bob.handle.log()[0].status, None);
    assert_eq!(bob.everybody().await.status, 200);
}

#[tokio::test]
async fn a_gzip_bomb_is_small_on_the_wire_and_says_it_is_gzip() {
    let bob = Bob::start().await;
    bob.faults(&["gzip_bomb=8"]);
    let plain = reqwest::Client::builder()
        .no_proxy()
        .no_gzip()
        .build()
        .unwrap();
    let url = format!("{}/people/search", bob.handle.base_url());
    let answer = plain
        .post(url)
        .basic_auth("sandbox", Some("sandbox-token"))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.headers()["content-encoding"], "gzip");
    let bytes = answer.bytes().await.unwrap();
    assert!(bytes.len() < 200_000, "{}", bytes.len());
    let mut unpacked = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(&*bytes), &mut unpacked).unwrap();
    assert_eq!(unpacked.len(), 8 * 1024 * 1024);
}

#[tokio::test]
async fn redirect_points_to_another_host() {
    let bob = Bob::start().await;
    bob.faults(&["redirect"]);
    let answer = bob.everybody().await;
    assert_eq!(
        (answer.status, answer.header("Location")),
        (302, Some("https://elsewhere.test/login"))
    );
    bob.faults(&["redirect=http://127.0.0.1:9/x"]);
    assert_eq!(
        bob.everybody().await.header("Location"),
        Some("http://127.0.0.1:9/x")
    );
}

#[tokio::test]
async fn not_json_claims_to_be_json_and_no_employees_key_is_json_without_them() {
    let bob = Bob::start().await;
    bob.faults(&["not_json"]);
    let answer = bob.everybody().await;
    assert_eq!(
        (answer.status, answer.header("Content-Type")),
        (200, Some("application/json"))
    );
    assert!(serde_json::from_str::<Value>(&answer.text).is_err());
    bob.faults(&["no_employees_key"]);
    let answer = bob.everybody().await;
    assert!(answer.json().is_object() && answer.json().get("employees").is_none());
}

#[tokio::test]
async fn a_vanished_section_takes_its_fields_from_everybody() {
    let bob = Bob::start().await;
    bob.faults(&["vanish_section=lifecycle", "vanish_section=address"]);
    for person in bob.everybody().await.employees() {
        assert_eq!(
            (person.get("internal"), person.get("address")),
            (None, None)
        );
        assert!(person.get("work").is_some());
    }
    assert_eq!(
        bob.get(&format!("/people/{TOM}/lifecycle")).await.status,
        403
    );
}

#[tokio::test]
async fn a_narrow_audience_sees_only_the_employed() {
    let bob = Bob::start().await;
    bob.faults(&["narrow_audience"]);
    assert_eq!(bob.everybody().await.ids(), [TOM, NADIA]);
}

#[tokio::test]
async fn empty_has_the_key_and_nobody() {
    let bob = Bob::start().await;
    bob.faults(&["empty"]);
    assert_eq!(bob.everybody().await.json(), json!({ "employees": [] }));
}

#[tokio::test]
async fn a_duplicate_comes_twice_the_same_or_differing() {
    let bob = Bob::start().await;
    bob.faults(&["duplicate_employee"]);
    let everybody = bob.everybody().await.employees();
    assert_eq!((everybody.len(), &everybody[6]), (7, &everybody[0]));
    bob.faults(&["duplicate_employee=differing"]);
    let everybody = bob.everybody().await.employees();
    assert_eq!(everybody[6]["id"], TOM);
    assert_ne!(everybody[6]["surname"], everybody[0]["surname"]);
}

#[tokio::test]
async fn wrong_types_hit_some_fields_of_some_people_and_not_all_ids() {
    let bob = Bob::with(|config| config.roster = None).await;
    bob.faults(&["wrong_types"]);
    let everybody = bob.everybody().await.employees();
    let count = |wrong: fn(&Value) -> bool| everybody.iter().filter(|person| wrong(person)).count();
    assert_eq!(everybody.len(), 500);
    assert_eq!(count(|person| person["id"].is_number()), 27);
    assert_eq!(count(|person| person["work"]["startDate"].is_number()), 28);
    assert_eq!(count(|person| person["email"].is_array()), 28);
    assert_eq!(count(|person| person["work"]["department"].is_object()), 28);
    assert_eq!(count(|person| person["address"]["country"].is_array()), 28);
    assert_eq!(
        count(|person| person["internal"]["lifecycleStatus"].is_object()),
        28
    );
}

#[tokio::test]
async fn an_old_backup_is_the_company_before_what_changed_since() {
    let bob = Bob::start().await;
    let patch = json!({ "surname": "Silva" });
    bob.handle
        .patch_employee(NADIA, patch.as_object().unwrap())
        .unwrap();
    bob.faults(&["old_backup"]);
    assert_eq!(bob.everybody().await.person(NADIA)["surname"], "Ferreira");
    let mut roster = bob.handle.roster();
    roster.employees.retain(|employee| employee.id != LEE);
    bob.handle.put_roster(roster).unwrap();
    assert_eq!(bob.everybody().await.ids().len(), 6);
    bob.faults(&[]);
    assert_eq!(bob.everybody().await.ids().len(), 5);
}

#[tokio::test]
async fn another_company_has_the_same_shape_and_no_id_or_email_in_common() {
    let bob = Bob::start().await;
    let ours = bob.everybody().await.employees();
    bob.faults(&["other_company"]);
    let theirs = bob.everybody().await.employees();
    assert_eq!(ours.len(), theirs.len());
    for (our, their) in ours.iter().zip(&theirs) {
        assert_eq!(
            their["id"].as_str().unwrap().len(),
            our["id"].as_str().unwrap().len()
        );
        assert!(ours.iter().all(|other| other["id"] != their["id"]));
        assert!(their["email"].is_null() || our["email"] != their["email"]);
        assert_eq!(our["surname"], their["surname"]);
    }
    let nadia = theirs
        .iter()
        .find(|person| person["firstName"] == "Nadia")
        .unwrap();
    let tom = theirs
        .iter()
        .find(|person| person["firstName"] == "Tom")
        .unwrap();
    assert_eq!(nadia["work"]["reportsTo"]["id"], tom["id"]);
    let company = bob
        .search(json!({ "fields": ["root.companyId"] }))
        .await
        .employees()[0]["companyId"]
        .clone();
    assert_ne!(company, 636_192);
}

#[tokio::test]
async fn rate_limit_replaces_the_limit_of_its_path() {
    let bob = Bob::start().await;
    bob.set(|settings| settings.rate_limit = false);
    bob.faults(&["rate_limit=2"]);
    assert_eq!(
        bob.everybody().await.header("X-RateLimit-Remaining"),
        Some("1")
    );
    assert_eq!(bob.everybody().await.status, 200);
    assert_eq!(bob.everybody().await.status, 429);
    assert_eq!(bob.get("/company/people/fields").await.status, 200);
}

#[tokio::test]
async fn a_fault_acts_so_many_times_and_on_its_path_only() {
    let bob = Bob::start().await;
    let fault = Fault::parse("status=502").unwrap();
    bob.handle.set_faults(vec![fault.clone().times(2)]);
    let mut seen = Vec::new();
    for _ in 0..3 {
        seen.push(bob.everybody().await.status);
    }
    assert_eq!(seen, [502, 502, 200]);
    for prefix in ["company", "/company/people", "/v1/company", "v1/company"] {
        bob.handle.set_faults(vec![fault.clone().on(prefix)]);
        assert_eq!(
            bob.get("/company/people/fields").await.status,
            502,
            "{prefix}"
        );
        assert_eq!(bob.everybody().await.status, 200, "{prefix}");
    }
    bob.handle.set_faults(vec![fault.on("/")]);
    assert_eq!(bob.everybody().await.status, 502);
    assert_eq!(bob.get("/company/named-lists").await.status, 502);
}

#[tokio::test]
async fn several_faults_combine_and_the_first_in_place_of_an_answer_wins() {
    let bob = Bob::start().await;
    bob.handle.set_faults(vec![
        Fault::parse("status=500").unwrap().times(1),
        Fault::parse("html").unwrap().times(1),
        Fault::parse("vanish_section=address").unwrap(),
        Fault::parse("narrow_audience").unwrap(),
        Fault::parse("other_company").unwrap(),
        Fault::parse("duplicate_employee").unwrap(),
        Fault::parse("truncate=json").unwrap().on("company"),
    ]);
    assert_eq!(bob.everybody().await.status, 500);
    assert!(bob.everybody().await.text.starts_with("<!doctype html>"));
    let everybody = bob.everybody().await.employees();
    assert_eq!(everybody.len(), 3);
    assert_eq!(everybody[0].get("address"), None);
    assert_ne!(everybody[0]["id"], TOM);
    assert!(serde_json::from_str::<Value>(&bob.get("/company/people/fields").await.text).is_err());
}

#[test]
fn a_fault_is_read_from_a_word_and_written_back() {
    let texts = [
        "status=503",
        "truncate=chunked",
        "slow=5",
        "gzip_bomb=2",
        "vanish_section=home",
        "rate_limit=0",
        "old_backup=2",
        "redirect=https://x.test/",
        "duplicate_employee=differing",
    ];
    for text in texts {
        let fault = Fault::parse(text).unwrap();
        let (name, value) = text.split_once('=').unwrap();
        let written = serde_json::to_value(&fault).unwrap();
        assert_eq!(written["name"], name);
        assert_eq!(
            written["value"]
                .as_str()
                .map_or(written["value"].to_string(), str::to_owned),
            value
        );
        assert_eq!(serde_json::from_value::<Fault>(written).unwrap(), fault);
    }
}

#[test]
fn a_fault_that_is_none_is_refused_with_a_sentence() {
    for (text, word) in [
        ("stauts", "no fault `stauts`"),
        ("status=x", "whole number"),
        ("status=99", "200 to 599"),
        ("truncate=x", "length, chunked or json"),
        ("vanish_section", "needs a section"),
        ("vanish_section=attic", "no section `attic`"),
        ("slow=-1", "whole number"),
        ("duplicate_employee=3", "same or differing"),
    ] {
        let error = Fault::parse(text).unwrap_err().to_string();
        assert!(error.contains(word), "{text}: {error}");
    }
}
