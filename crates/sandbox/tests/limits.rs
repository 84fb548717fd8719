//! The limit per minute and the firewall.

use reqwest::Method;
use serde_json::json;

use crate::support::{Answer, Bob, NADIA, NOW, TOM, read};

fn numbers(answer: &Answer) -> (i64, i64, i64) {
    let number = |name| {
        answer
            .header(name)
            .expect("the header is there")
            .parse()
            .expect("a number")
    };
    (
        number("X-RateLimit-Limit"),
        number("X-RateLimit-Remaining"),
        number("X-RateLimit-Reset"),
    )
}

#[tokio::test]
async fn every_answer_says_what_is_left_of_the_minute() {
    let bob = Bob::start().await;
    let minute = (NOW / 60 + 1) * 60;
    assert_eq!(numbers(&bob.everybody().await), (50, 49, minute));
    assert_eq!(numbers(&bob.everybody().await), (50, 48, minute));
    assert_eq!(numbers(&bob.get("/company/people/fields").await).1, 99);
    assert_eq!(numbers(&bob.search(json!([])).await), (50, 47, minute));
}

#[tokio::test]
async fn the_51st_search_of_a_minute_is_429_and_the_next_minute_starts_anew() {
    let bob = Bob::start().await;
    bob.set(|settings| settings.rate_limit_per_minute = 2);
    bob.everybody().await;
    bob.everybody().await;
    let refused = bob.everybody().await;
    assert_eq!(refused.status, 429);
    assert_eq!(numbers(&refused).1, 0);
    assert_eq!(refused.header("Retry-After"), None);
    assert!(refused.json()["error"].is_string());
    assert_eq!(bob.get("/company/people/fields").await.status, 200);
    bob.pass(60);
    assert_eq!(bob.everybody().await.status, 200);
}

#[tokio::test]
async fn different_people_are_one_endpoint() {
    let bob = Bob::start().await;
    bob.set(|settings| settings.rate_limit_per_minute = 1);
    assert_eq!(
        bob.post(&format!("/people/{TOM}"), json!({})).await.status,
        200
    );
    assert_eq!(
        bob.post(&format!("/people/{NADIA}"), json!({}))
            .await
            .status,
        429
    );
    assert_eq!(bob.everybody().await.status, 200);
}

#[tokio::test]
async fn the_limit_can_be_off_and_a_429_can_carry_retry_after() {
    let bob = Bob::start().await;
    bob.set(|settings| {
        settings.rate_limit_per_minute = 0;
        settings.retry_after = true;
    });
    let seconds = (NOW / 60 + 1) * 60 - NOW;
    assert_eq!(
        bob.everybody().await.header("Retry-After"),
        Some(seconds.to_string().as_str())
    );
    bob.set(|settings| settings.rate_limit = false);
    let answer = bob.everybody().await;
    assert_eq!(
        (answer.status, answer.header("X-RateLimit-Limit")),
        (200, None)
    );
}

#[tokio::test]
async fn fifty_refused_credentials_in_ten_seconds_block_the_address_for_five_minutes() {
    let bob = Bob::start().await;
    let url = format!("{}/people/search", bob.handle.base_url());
    for attempt in 0..50 {
        let refused = read(
            bob.http
                .post(&url)
                .basic_auth(format!("wrong{attempt}"), Some("x")),
        )
        .await;
        assert_eq!(refused.status, 401);
    }
    let blocked = bob.everybody().await;
    assert_eq!(blocked.status, 403);
    assert!(
        serde_json::from_str::<serde_json::Value>(&blocked.text).is_err(),
        "{}",
        blocked.text
    );
    bob.pass(299);
    assert_eq!(bob.everybody().await.status, 403);
    bob.pass(1);
    assert_eq!(bob.everybody().await.status, 200);
}

#[tokio::test]
async fn fifty_answers_of_403_block_the_header_and_slow_ones_do_not() {
    let bob = Bob::start().await;
    bob.handle
        .set_permissions(sandbox::Permissions { groups: Vec::new() })
        .unwrap();
    bob.set(|settings| settings.rate_limit = false);
    for _ in 0..50 {
        bob.pass(1);
        bob.everybody().await;
    }
    let metadata = bob.get("/company/people/fields").await;
    assert_eq!(
        metadata.status, 200,
        "one refusal a second is never fifty in ten"
    );
    for _ in 0..50 {
        bob.everybody().await;
    }
    assert_eq!(bob.get("/company/people/fields").await.status, 403);
    let other = bob.http.request(
        Method::GET,
        format!("{}/company/people/fields", bob.handle.base_url()),
    );
    assert_eq!(
        read(other.basic_auth("sandbox", Some("other")))
            .await
            .status,
        401
    );
    bob.set(|settings| settings.firewall = false);
    assert_eq!(bob.get("/company/people/fields").await.status, 200);
}
