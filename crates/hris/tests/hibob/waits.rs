//! Rate limits.

use domain::ProblemCode;
use hris::{Connector as _, NoProgress};

use super::server::{Listener, NOW, Reply, SEARCH, Server, answer_of, client};

fn limited(headers: &[(&str, &str)]) -> Reply {
    Reply::new(429, headers, "")
}

#[tokio::test]
async fn a_rate_limit_is_waited_for_as_long_as_hibob_says() {
    let reset = (NOW + 40).to_string();
    let soon = (NOW - 5).to_string();
    for (headers, wait) in [
        (
            vec![("retry-after", "7"), ("x-ratelimit-reset", &reset)],
            7.0,
        ),
        (vec![("retry-after", "Mon, 02 Mar 2026 08:15:30 GMT")], 30.0),
        (vec![("x-ratelimit-reset", reset.as_str())], 40.0),
        (vec![("x-ratelimit-reset", soon.as_str())], 1.0),
        (vec![("retry-after", "0")], 1.0),
        (vec![("retry-after", "-30")], 1.0),
        (vec![("retry-after", "86400")], 900.0),
        (
            vec![("retry-after", "Mon, 02 Mar 2099 08:15:30 GMT")],
            900.0,
        ),
        (vec![], 10.0),
    ] {
        let server = Server::search(&[limited(&headers), Reply::json(answer_of(1))]).await;
        let (hibob, world) = client(&server);
        let listener = Listener::default();
        assert_eq!(hibob.pull(&listener).await.unwrap().employees.len(), 1);
        assert_eq!(world.seconds(), [wait], "{headers:?}");
        let waited = listener.waited.lock().unwrap();
        assert_eq!(waited[0].0, wait as u64);
        assert!(waited[0].1.contains("rate limit"));
    }
}

#[tokio::test]
async fn waiting_has_an_end() {
    let server = Server::search(&[limited(&[])]).await;
    let (hibob, world) = client(&server);
    let problem = hibob.pull(&NoProgress).await.unwrap_err();
    assert_eq!(problem.code, ProblemCode::RateLimited);
    assert_eq!(world.seconds(), [10.0, 20.0, 40.0, 80.0, 160.0]);
    assert_eq!(server.count(SEARCH), 6);
}

#[tokio::test]
async fn the_trial_never_waits_for_a_rate_limit() {
    let server = Server::search(&[limited(&[("retry-after", "7")])]).await;
    let (hibob, world) = client(&server);
    let problem = hibob.check(&NoProgress).await.unwrap_err();
    assert_eq!(problem.code, ProblemCode::RateLimited);
    assert!(problem.detail.contains("7 more seconds"), "{problem}");
    assert!(world.seconds().is_empty());
    assert_eq!(server.calls().len(), 1);
}

#[tokio::test]
async fn a_rate_limit_and_a_failure_are_counted_apart() {
    let replies = [
        Reply::status(500),
        limited(&[("retry-after", "2")]),
        Reply::status(500),
        limited(&[("retry-after", "3")]),
        Reply::status(500),
        Reply::json(answer_of(1)),
    ];
    let server = Server::search(&replies).await;
    let (hibob, world) = client(&server);
    assert!(hibob.pull(&NoProgress).await.is_ok());
    assert_eq!(world.seconds(), [0.5, 2.0, 1.0, 3.0, 2.0]);
}
