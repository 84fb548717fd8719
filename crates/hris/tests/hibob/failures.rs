//! What goes wrong on the way, and what is made of it.

use std::{
    slice::from_ref,
    time::{Duration, Instant},
};

use domain::{Field, HrisId, ProblemCode, ProblemCode::*};
use hris::{Connector as _, NoProgress, Wanted};
use serde_json::json;

use super::server::{
    Listener, METADATA, Reply, SEARCH, Server, TOKEN, answer_of, client, connector, packed,
    settings,
};

async fn pull(replies: &[Reply]) -> (Result<usize, ProblemCode>, usize) {
    let server = Server::search(replies).await;
    let (hibob, _) = client(&server);
    let roster = hibob.pull(&NoProgress).await;
    if let Err(problem) = &roster {
        let text = problem.to_string();
        assert!(text.contains("nothing was changed"), "{text}");
        assert!(!text.contains(TOKEN) && !text.contains("nadia"), "{text}");
    }
    let outcome = roster
        .map(|roster| roster.employees.len())
        .map_err(|problem| problem.code);
    (outcome, server.count(SEARCH))
}

async fn check(replies: &[Reply]) -> (Result<u64, ProblemCode>, usize) {
    let server = Server::search(replies).await;
    let (hibob, _) = client(&server);
    let found = hibob.check(&NoProgress).await;
    (
        found
            .map(|found| found.employees_seen)
            .map_err(|problem| problem.code),
        server.count(SEARCH),
    )
}

#[tokio::test]
async fn everybody_is_asked_for_in_one_search_without_filters() {
    let server = Server::search(&[Reply::json(answer_of(3))]).await;
    let (hibob, _) = client(&server);
    let listener = Listener::default();
    let roster = hibob.pull(&listener).await.unwrap();
    assert_eq!(roster.employees.len(), 3);
    assert_eq!(listener.fetched.lock().unwrap().last(), Some(&3));
    assert_eq!(server.calls().len(), 1);

    let call = &server.calls()[0];
    let body = json!({
        "fields": ["root.id", "root.firstName", "root.surname", "root.displayName", "root.email",
                   "work.startDate", "work.department", "work.reportsTo", "work.manager",
                   "internal.lifecycleStatus", "internal.status", "internal.terminationDate",
                   "address.country"],
        "showInactive": true,
        "humanReadable": "APPEND",
    });
    assert_eq!(call.body, body);
    let head = call.head.to_ascii_lowercase();
    assert!(head.contains("user-agent: rollcall/"), "{head}");
    assert!(head.contains("accept: application/json"), "{head}");
    assert!(head.contains("content-type: application/json"), "{head}");
    assert!(head.contains("accept-encoding: gzip"), "{head}");
    // base64 of SERVICE-1234:Planted-secret-token
    assert!(
        call.head
            .contains("Basic U0VSVklDRS0xMjM0OlBsYW50ZWQtc2VjcmV0LXRva2Vu"),
        "{head}"
    );
}

#[tokio::test]
async fn refusals_are_never_repeated() {
    for (status, code) in [(401, CredentialsRefused), (403, NoPermission)] {
        let refused = [Reply::status(status)];
        assert_eq!(pull(&refused).await, (Err(code), 1));
        let server = Server::search(&refused).await;
        let (hibob, _) = client(&server);
        assert_eq!(hibob.check(&NoProgress).await.unwrap_err().code, code);
        assert_eq!(
            hibob
                .pull_named(&[HrisId::from("1")], &NoProgress)
                .await
                .unwrap_err()
                .code,
            code
        );
        assert_eq!(server.calls().len(), 2, "one call each and nothing else");
    }
}

#[tokio::test]
async fn failures_of_the_server_are_tried_again_and_then_given_up() {
    for status in [500, 502, 503, 504] {
        assert_eq!(pull(&[Reply::status(status)]).await, (Err(Unreachable), 4));
    }
    let recovers = [
        Reply::status(500),
        Reply::status(503),
        Reply::json(answer_of(2)),
    ];
    assert_eq!(pull(&recovers).await, (Ok(2), 3));
    assert_eq!(check(&[Reply::status(500)]).await, (Err(Unreachable), 2));
}

#[tokio::test]
async fn a_connection_that_fails_is_tried_again_and_then_given_up() {
    assert_eq!(pull(&[Reply::raw("")]).await, (Err(Unreachable), 4));
    assert_eq!(
        pull(&[Reply::raw(""), Reply::json(answer_of(2))]).await,
        (Ok(2), 2)
    );

    let (hibob, world) = connector(settings("http://127.0.0.1:1/v1"));
    let problem = hibob.pull(&NoProgress).await.unwrap_err();
    assert_eq!(problem.code, Unreachable);
    assert!(problem.detail.contains("refused"), "{problem}");
    assert_eq!(world.seconds(), [0.5, 1.0, 2.0]);
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_incomplete_however_it_breaks() {
    let whole = answer_of(200);
    let half = &whole[..whole.len() / 2];
    let chunk = |text: &str| format!("{:x}\r\n{text}\r\n", text.len());
    let chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n";
    let unsized_ = "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n";
    for broken in [
        Reply::json(&whole).cut(5000),
        Reply::json(&whole).cut(1),
        Reply::json(half),
        Reply::json(""),
        Reply::raw(format!("{chunked}{}", chunk(half))),
        Reply::raw(format!("{chunked}{}0\r\n\r\n", chunk(half))),
        Reply::raw(format!("{unsized_}{half}")),
        Reply::gzip(&packed(whole.as_bytes())).cut(50),
        Reply::gzip(&packed(half.as_bytes())),
    ] {
        assert_eq!(pull(from_ref(&broken)).await, (Err(RosterIncomplete), 4));
        assert_eq!(
            pull(&[broken.clone(), Reply::json(&whole)]).await,
            (Ok(200), 2)
        );
        assert_eq!(check(&[broken]).await, (Err(Unreachable), 2));
    }
    let good = format!(
        "{chunked}{}{}0\r\n\r\n",
        chunk(half),
        chunk(&whole[half.len()..])
    );
    assert_eq!(pull(&[Reply::raw(good)]).await, (Ok(200), 1));
    assert_eq!(
        pull(&[Reply::raw(format!("{unsized_}{whole}"))]).await,
        (Ok(200), 1)
    );
}

#[tokio::test]
async fn an_answer_that_is_none_is_refused_at_once() {
    let html = [("content-type", "Text/HTML; charset=utf-8")];
    for bad in [
        Reply::new(200, &html, "<!DOCTYPE html><title>Sign in</title>"),
        Reply::new(200, &html, answer_of(1)),
        Reply::json("<!DOCTYPE html>"),
        Reply::json(r#"{"key":"nope","error":"nadia@acme.test was here"}"#),
        Reply::json("[]"),
        Reply::json("{}"),
        Reply::json(r#"{"employees":null}"#),
        Reply::json(r#"{"employees":[]}{"#),
        Reply::new(400, &[], r#"{"error":"no such filter: nadia@acme.test"}"#),
        Reply::status(404),
        Reply::status(418),
        Reply::new(302, &[("location", "/v1/other")], ""),
        Reply::status(304),
        Reply::new(
            200,
            &[("content-encoding", "gzip")],
            "no gzip at all, really",
        ),
    ] {
        assert_eq!(pull(from_ref(&bad)).await, (Err(BadAnswer), 1));
        assert_eq!(check(&[bad]).await, (Err(NotHiBob), 1));
    }
}

#[tokio::test]
async fn a_redirect_is_never_followed() {
    let other = Server::search(&[Reply::json(answer_of(1))]).await;
    let location = format!("{}/people/search", other.url);
    for status in [301, 302, 307, 308] {
        let away = Reply::new(status, &[("location", &location)], "");
        assert_eq!(pull(&[away]).await, (Err(BadAnswer), 1));
    }
    assert!(other.calls().is_empty());
}

#[tokio::test]
async fn a_packed_answer_is_read_and_a_bomb_of_zeros_fails_at_once() {
    assert_eq!(
        pull(&[Reply::gzip(&packed(answer_of(500).as_bytes()))]).await,
        (Ok(500), 1)
    );
    let bomb = packed(&vec![0; 64 << 20]);
    let begin = Instant::now();
    assert_eq!(pull(&[Reply::gzip(&bomb)]).await, (Err(BadAnswer), 1));
    assert!(
        begin.elapsed() < Duration::from_secs(2),
        "{:?}",
        begin.elapsed()
    );
}

#[tokio::test]
async fn an_answer_above_a_limit_is_refused() {
    let server = Server::search(&[Reply::json(answer_of(20))]).await;
    let mut given = settings(&server.url);
    for set in [
        (|limits: &mut hris::hibob::Limits| limits.employees = 19) as fn(&mut _),
        |limits| limits.body_bytes = 1000,
        |limits| limits.record_bytes = 500,
        |limits| limits.depth = 1,
    ] {
        given.limits = hris::hibob::Limits::default();
        set(&mut given.limits);
        let (hibob, _) = connector(given.clone());
        assert_eq!(hibob.pull(&NoProgress).await.unwrap_err().code, BadAnswer);
    }
}

#[tokio::test]
async fn silence_ends_a_try() {
    let whole = answer_of(50);
    for (reply, code) in [
        (Reply::raw("").stall(), Unreachable),
        (Reply::json(&whole).cut(2000).stall(), RosterIncomplete),
    ] {
        let server = Server::search(&[reply]).await;
        let mut given = settings(&server.url);
        given.limits.idle = Duration::from_millis(50);
        given.retries.tries = 2;
        let (hibob, _) = connector(given.clone());
        assert_eq!(hibob.pull(&NoProgress).await.unwrap_err().code, code);
        assert_eq!(server.count(SEARCH), 2);

        given.limits.idle = Duration::from_mins(1);
        given.limits.total = Duration::from_millis(50);
        let (hibob, _) = connector(given);
        assert_eq!(hibob.pull(&NoProgress).await.unwrap_err().code, code);
        assert_eq!(server.count(SEARCH), 3, "the time of all tries is over");
    }
}

#[tokio::test]
async fn nobody_at_all_is_an_answer() {
    assert_eq!(
        pull(&[Reply::json(r#"{"employees":[]}"#)]).await,
        (Ok(0), 1)
    );
    assert_eq!(
        check(&[Reply::json(r#"{"employees":[]}"#)]).await,
        (Ok(0), 1)
    );
}

#[tokio::test]
async fn the_trial_tells_what_is_seen_and_where_to_click() {
    let answer = r#"{"employees":[
        {"id":"1","firstName":"A","surname":null,"email":"a@acme.test",
         "work":{"startDate":"2020-01-01","reportsTo":null},
         "internal":{"lifecycleStatus":"Terminated","terminationDate":null}},
        {"id":"2","internal":{"lifecycleStatus":"Hired"},"work":{"startDate":"2020-01-01"}},
        {"id":"3","internal":{"lifecycleStatus":"Employed"},"work":{"startDate":"2026-03-03"}},
        {"id":"4","internal":{"lifecycleStatus":"Employed"},"work":{"startDate":"2026-03-02"}}]}"#;
    let metadata = r#"[{"id":"address.country","categoryDisplayName":"Where people live"}]"#;
    let replies = [Reply::json(answer)];
    let server = Server::start(&[(SEARCH, &replies), (METADATA, &[Reply::json(metadata)])]).await;
    let (hibob, _) = client(&server);
    let found = hibob.check(&NoProgress).await.unwrap();
    assert_eq!(
        (
            found.employees_seen,
            found.leavers_seen,
            found.starters_seen
        ),
        (4, 1, 2)
    );
    assert_eq!(found.roster.employees.len(), 4);
    let unseen = |wanted| {
        found
            .unseen(wanted)
            .map(|row| row.field)
            .collect::<Vec<_>>()
    };
    assert_eq!(unseen(Wanted::Required), [Field::Country]);
    assert_eq!(unseen(Wanted::Confirmed), []);
    assert_eq!(
        unseen(Wanted::Optional),
        [Field::DisplayName, Field::Department, Field::AccessStatus]
    );
    let country = found
        .rows
        .iter()
        .find(|row| row.field == Field::Country)
        .unwrap();
    assert_eq!(country.section, "Where people live");
    assert!(
        country.mend.contains("Where people live"),
        "{}",
        country.mend
    );
    assert_eq!(
        hibob.section_of(Field::Country),
        "section Where people live"
    );
    assert_eq!(hibob.section_of(Field::StartDate), "section Work");
    assert_eq!(server.calls().len(), 2);
}

#[tokio::test]
async fn the_trial_does_without_metadata() {
    for reply in [401, 403, 404, 429, 500].map(Reply::status) {
        let replies = [Reply::json(answer_of(1))];
        let server = Server::start(&[(SEARCH, &replies), (METADATA, &[reply])]).await;
        let (hibob, world) = client(&server);
        let found = hibob.check(&NoProgress).await.unwrap();
        assert!(found.rows.iter().all(|row| row.seen));
        assert_eq!(server.count(METADATA), 1);
        assert!(world.seconds().is_empty());
    }
}

#[tokio::test]
async fn nothing_that_can_be_printed_has_the_token() {
    let given = settings("https://api.hibob.com/v1");
    assert!(!format!("{given:?}").contains(TOKEN));
    for key in ["bad_request", TOKEN, "Nadia"] {
        let body = format!(r#"{{"key":"{key}","error":"{TOKEN} of nadia@acme.test is bad"}}"#);
        let server = Server::search(&[Reply::new(400, &[], body)]).await;
        let (hibob, _) = client(&server);
        let problem = format!("{:?}", hibob.pull(&NoProgress).await.unwrap_err());
        assert!(
            !problem.contains(TOKEN) && !problem.to_lowercase().contains("nadia"),
            "{problem}"
        );
        assert_eq!(
            problem.contains("400: bad_request"),
            key == "bad_request",
            "{problem}"
        );
    }
}

#[test]
fn a_service_user_that_cannot_be_sent_is_refused() {
    let mut given = settings("https://api.hibob.com/v1");
    given.service_user_id = "a:b".to_owned();
    assert!(hris::hibob::HiBob::new(given).is_err());
    assert!(hris::hibob::HiBob::new(settings("http://api.hibob.com/v1")).is_err());
}
