//! Named lists, and employees asked for by name.

use domain::{HrisId, ProblemCode};
use hris::{Connector as _, CountryReading, NoProgress, Roster, Scope, Seen};

use super::server::{COUNTRIES, DEPARTMENTS, Reply, SEARCH, Server, client};

const COMPANY: &str = r#"{"employees":[
    {"id":"1","work":{"department":"7"},"address":{"country":"71"}},
    {"id":"2","work":{"department":"8"},"address":{"country":"72"}},
    {"id":"3","work":{"department":"Marketing"},"address":{"country":"Portugal"}}]}"#;

fn names(roster: &Roster) -> Vec<String> {
    roster
        .employees
        .iter()
        .map(|employee| match employee.department {
            Seen::Value(place) => roster.department(place).name.to_string(),
            _ => "-".to_owned(),
        })
        .collect()
}

fn countries(roster: &Roster) -> Vec<String> {
    roster
        .employees
        .iter()
        .map(|employee| match &employee.country {
            Seen::Value(CountryReading::Known(country)) => country.to_string(),
            Seen::Value(CountryReading::Unknown(text)) => format!("?{text}"),
            other => format!("{other:?}"),
        })
        .collect()
}

#[tokio::test]
async fn lists_are_asked_for_what_has_no_readable_name() {
    let departments = r#"{"name":"department","values":[{"id":"7","name":"Sales","children":[{"id":8,"value":"Field sales"}]}],"items":[]}"#;
    let lands =
        r#"{"country":{"items":[{"id":"71","name":"Spain"},{"id":"72","name":"Atlantis"}]}}"#;
    let server = Server::start(&[
        (SEARCH, &[Reply::json(COMPANY)]),
        (DEPARTMENTS, &[Reply::json(departments)]),
        (COUNTRIES, &[Reply::json(lands)]),
    ])
    .await;
    let (hibob, _) = client(&server);
    let roster = hibob.pull(&NoProgress).await.unwrap();
    assert_eq!(names(&roster), ["Sales", "Field sales", "Marketing"]);
    assert_eq!(countries(&roster), ["ES", "?72", "PT"]);
    assert_eq!((server.count(DEPARTMENTS), server.count(COUNTRIES)), (1, 1));
}

#[tokio::test]
async fn a_list_that_is_kept_from_us_is_done_without() {
    for reply in [403, 404].map(Reply::status) {
        let server = Server::start(&[
            (SEARCH, &[Reply::json(COMPANY)]),
            (DEPARTMENTS, std::slice::from_ref(&reply)),
            (COUNTRIES, std::slice::from_ref(&reply)),
        ])
        .await;
        let (hibob, _) = client(&server);
        let roster = hibob.pull(&NoProgress).await.unwrap();
        assert_eq!(names(&roster), ["7", "8", "Marketing"]);
        assert_eq!(countries(&roster), ["?71", "?72", "PT"]);
        assert_eq!((server.count(DEPARTMENTS), server.count(COUNTRIES)), (1, 1));
    }
}

#[tokio::test]
async fn a_list_that_cannot_be_had_just_now_fails_the_pull_as_ids_would_rename_groups() {
    for (reply, code) in [
        (Reply::status(500), ProblemCode::Unreachable),
        (Reply::status(401), ProblemCode::CredentialsRefused),
        (Reply::status(429), ProblemCode::RateLimited),
        (Reply::json(r#"{"error":"x"}"#), ProblemCode::BadAnswer),
        (Reply::json("<html>"), ProblemCode::BadAnswer),
        (
            Reply::json(r#"{"values":[{"id""#),
            ProblemCode::RosterIncomplete,
        ),
    ] {
        let server =
            Server::start(&[(SEARCH, &[Reply::json(COMPANY)]), (DEPARTMENTS, &[reply])]).await;
        let (hibob, _) = client(&server);
        assert_eq!(hibob.pull(&NoProgress).await.unwrap_err().code, code);
    }
}

#[tokio::test]
async fn employees_are_asked_for_by_id_in_batches_and_only_they_are_given() {
    let ids: Vec<HrisId> = (0..250)
        .map(|id| HrisId::from(id.to_string().as_str()))
        .collect();
    let batch = |range: std::ops::Range<usize>| {
        let people: Vec<String> = range
            .map(|id| format!(r#"{{"id":"{id}","work":{{"department":"7"}},"humanReadable":{{"work":{{"department":"Sales"}}}}}}"#))
            .chain([r#"{"id":"stranger","address":{"country":"999"}}"#.to_owned()])
            .collect();
        Reply::json(format!("{{\"employees\":[{}]}}", people.join(",")))
    };
    let replies = [
        Reply::status(500),
        batch(0..100),
        batch(100..200),
        batch(200..249),
    ];
    let server = Server::search(&replies).await;
    let (hibob, _) = client(&server);
    let roster = hibob.pull_named(&ids, &NoProgress).await.unwrap();
    assert_eq!(roster.employees.len(), 249);
    assert_eq!(roster.coverage.employees, 249);
    assert_eq!(roster.departments.len(), 1);
    assert_eq!(roster.scope, Scope::Named(ids));
    let calls = server.calls();
    let asked: Vec<usize> = calls
        .iter()
        .map(|call| call.body["filters"][0]["values"].as_array().unwrap().len())
        .collect();
    assert_eq!(asked, [100, 100, 100, 50]);
    assert_eq!(calls[3].body["filters"][0]["fieldPath"], "root.id");
    assert_eq!(calls[3].body["filters"][0]["operator"], "equals");
    assert_eq!(calls[3].body["filters"][0]["values"][49], "249");
    assert_eq!(calls[3].body["filters"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn nobody_asked_for_is_no_question() {
    let server = Server::search(&[]).await;
    let (hibob, _) = client(&server);
    assert!(
        hibob
            .pull_named(&[], &NoProgress)
            .await
            .unwrap()
            .employees
            .is_empty()
    );
    assert!(server.calls().is_empty());
}

#[tokio::test]
async fn no_list_is_asked_for_when_everything_has_a_name() {
    let company = r#"{"employees":[
        {"id":"1","work":{"department":"7"},"address":{"country":"Atlantis"},"humanReadable":{"work":{"department":"Sales"}}},
        {"id":"2","work":{"department":"7"},"address":{"country":"71"},"humanReadable":{"address":{"country":"Spain"}}},
        {"id":"3","work":{"department":"Marketing"},"address":{"country":null}}]}"#;
    let server = Server::search(&[Reply::json(company)]).await;
    let (hibob, _) = client(&server);
    let roster = hibob.pull(&NoProgress).await.unwrap();
    assert_eq!(names(&roster), ["Sales", "Sales", "Marketing"]);
    assert_eq!(countries(&roster), ["?Atlantis", "ES", "Null"]);
    assert_eq!((server.count(DEPARTMENTS), server.count(COUNTRIES)), (0, 0));
}
