//! What becomes of a letter, by what the server does.

use std::time::{Duration, Instant};

use mail::{Letter, Mailer, Outcome};
use testkit::MailServer;

/// Long enough for a loaded machine, short enough to wait for.
const PATIENCE: Duration = Duration::from_secs(3);

fn mailer(url: &str) -> Mailer {
    Mailer::patient(url, Some("rollcall@learn.test"), "learn.test", PATIENCE).unwrap()
}

fn letter() -> Letter {
    Letter {
        to: "nadia@acme.test".to_owned(),
        subject: "Grüße from Acme\r\nBcc: everybody@acme.test".to_owned(),
        text: "Hello Nadia,\n.\nan only dot ends nothing.".to_owned(),
        html: "<p>Hello <b>Nadia</b></p>".to_owned(),
        id: "0193".to_owned(),
    }
}

async fn sent_over(mode: &str, scheme: &str, login: &str) -> serde_json::Value {
    let mut server = MailServer::start(mode);
    let url = format!("{scheme}://{login}127.0.0.1:{}", server.port());
    assert_eq!(mailer(&url).send(&letter()).await, Outcome::Sent);
    server.next_letter()
}

#[tokio::test]
async fn a_letter_arrives_with_both_parts_and_nothing_added_to_its_head() {
    let taken = sent_over("plain", "smtp", "").await;
    assert_eq!(taken["sender"], "rollcall@learn.test");
    assert_eq!(taken["to"], serde_json::json!(["nadia@acme.test"]));
    assert_eq!(taken["tls"], false);
    let data = taken["data"].as_str().unwrap();
    assert!(data.contains("multipart/alternative"), "{data}");
    assert!(data.contains("an only dot ends nothing."), "{data}");
    assert!(data.contains("<b>Nadia</b>"), "{data}");
    assert!(data.contains("Message-ID: <0193@learn.test>"), "{data}");
    assert!(!data.lines().any(|line| line.starts_with("Bcc")), "{data}");
}

#[tokio::test]
async fn it_goes_over_to_tls_where_the_server_offers_it() {
    assert_eq!(sent_over("starttls", "smtp", "").await["tls"], true);
}

#[tokio::test]
async fn it_is_tls_from_the_first_byte_where_the_address_says_so() {
    assert_eq!(sent_over("tls", "smtps", "").await["tls"], true);
}

#[tokio::test]
async fn it_logs_in_over_tls_with_what_the_address_has() {
    let login = "rollcall%40learn.test:p%40ss%3Aword@";
    let taken = sent_over("login", "smtp", login).await;
    assert_eq!(
        (&taken["tls"], &taken["login"]),
        (&true.into(), &true.into())
    );
}

#[tokio::test]
async fn a_refusal_for_good_is_told_from_one_for_now() {
    for (mode, expected) in [
        (
            "refuse",
            Outcome::Refused("the mail server answered 550".into()),
        ),
        (
            "full",
            Outcome::Later("the mail server answered 452".into()),
        ),
        (
            "later",
            Outcome::Later("the mail server answered 451".into()),
        ),
    ] {
        let server = MailServer::start(mode);
        let url = format!("smtp://127.0.0.1:{}", server.port());
        assert_eq!(mailer(&url).send(&letter()).await, expected, "{mode}");
    }
}

/// The address or the password is what is wrong: the next try, with them mended, may succeed.
#[tokio::test]
async fn a_wrong_password_is_no_refusal_of_the_letter() {
    let mut server = MailServer::start("login");
    let wrong = format!(
        "smtp://rollcall%40learn.test:wrong@127.0.0.1:{}",
        server.port()
    );
    let outcome = mailer(&wrong).send(&letter()).await;
    assert!(matches!(outcome, Outcome::Later(_)), "{outcome:?}");
    let right = format!(
        "smtp://rollcall%40learn.test:p%40ss%3Aword@127.0.0.1:{}",
        server.port()
    );
    assert_eq!(mailer(&right).send(&letter()).await, Outcome::Sent);
    server.next_letter();
}

#[tokio::test]
async fn a_server_that_hangs_or_hangs_up_is_tried_again_later() {
    for mode in ["hang", "drop", "drop_after"] {
        let server = MailServer::start(mode);
        let url = format!("smtp://127.0.0.1:{}", server.port());
        let began = Instant::now();
        let outcome = mailer(&url).send(&letter()).await;
        assert!(matches!(outcome, Outcome::Later(_)), "{mode}: {outcome:?}");
        assert!(began.elapsed() < 4 * PATIENCE, "{mode}");
    }
}

#[tokio::test]
async fn nobody_there_is_tried_again_later() {
    let port = {
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        free.local_addr().unwrap().port()
    };
    let outcome = mailer(&format!("smtp://127.0.0.1:{port}"))
        .send(&letter())
        .await;
    assert!(matches!(outcome, Outcome::Later(_)), "{outcome:?}");
}

#[tokio::test]
async fn two_letters_go_over_one_connection_or_a_new_one() {
    let mut server = MailServer::start("plain");
    let mailer = mailer(&format!("smtp://127.0.0.1:{}", server.port()));
    for _ in 0..2 {
        assert_eq!(mailer.send(&letter()).await, Outcome::Sent);
        server.next_letter();
    }
}
