//! Callers that mean no good, or are merely slow: each is told or cut off, and nobody else waits.

use std::{
    io::{ErrorKind, Read as _, Write as _},
    net::TcpStream,
    time::{Duration, Instant},
};

use crate::{bench::Bench, company::company, http, serving::Serving};

/// The head of a request may take 15 s, and so may a pause within a body.
const PATIENCE: Duration = Duration::from_secs(25);

struct Line(TcpStream);

impl Line {
    fn to(serving: &Serving) -> Self {
        let url = serving.url("url", "");
        let stream = TcpStream::connect(url.trim_start_matches("http://")).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        Self(stream)
    }

    fn say(&mut self, text: &str) {
        // Whoever was cut off finds out here.
        let _ = self.0.write_all(text.as_bytes());
    }

    /// The status of the answer; none where the line was cut. It comes within the patience.
    #[track_caller]
    fn answer(&mut self, what: &str) -> Option<u16> {
        let mut bytes = Vec::new();
        let mut some = [0; 4096];
        loop {
            match self.0.read(&mut some) {
                Ok(0) => break,
                Ok(read) => bytes.extend_from_slice(&some[..read]),
                Err(error) if error.kind() == ErrorKind::ConnectionReset => break,
                Err(error) => panic!("{what}: nobody ends this: {error}"),
            }
            if bytes.windows(4).any(|end| end == b"\r\n\r\n") {
                break;
            }
        }
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let status = text.strip_prefix("HTTP/1.1 ")?;
        Some(status.split(' ').next()?.parse().unwrap())
    }
}

#[test]
fn slow_and_silent_callers_are_cut_off_and_keep_nobody_waiting() {
    let bench = Bench::connected(company(3));
    let token = bench.json("token create --org acme --name test");
    let token = token["token"].as_str().unwrap();
    let serving = Serving::start(&bench, "--listen 127.0.0.1:0");
    let mut silent: Vec<Line> = (0..300).map(|_| Line::to(&serving)).collect();
    let mut half_head = Line::to(&serving);
    half_head.say("GET /api/v1/people HTTP/1.1\r\nHost: x\r\nX-Slow: ");
    let mut half_body = Line::to(&serving);
    half_body.say(&format!(
        "POST /api/v1/people HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{{\"email\":"
    ));
    let began = Instant::now();
    assert_eq!(http::status(&serving.url("url", "/healthz")), 200);
    assert!(began.elapsed() < Duration::from_secs(2), "others wait");

    assert!(matches!(half_head.answer("half a head"), None | Some(408)));
    assert!(matches!(
        half_body.answer("half a body"),
        None | Some(400 | 408)
    ));
    assert!(matches!(silent[0].answer("silence"), None | Some(408)));
    assert!(began.elapsed() < PATIENCE);
    silent.clear();
    assert_eq!(bench.people(), 3);
    serving.stops();
}

#[test]
fn requests_that_are_none_are_refused_at_once_and_change_nothing() {
    let bench = Bench::connected(company(3));
    let token = bench.json("token create --org acme --name test");
    let token = token["token"].as_str().unwrap();
    let serving = Serving::start(&bench, "--listen 127.0.0.1:0");
    let huge = "x".repeat(200_000);
    let post = format!(
        "POST /api/v1/people HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\n"
    );
    let chunk = format!("10000\r\n{}\r\n", "a".repeat(0x1_0000));
    let cases = [
        ("no words of HTTP", "\u{1}\u{2}hello\r\n\r\n".to_owned()),
        (
            "a head that is too large",
            format!("GET /healthz HTTP/1.1\r\nHost: x\r\nX-Huge: {huge}\r\n\r\n"),
        ),
        (
            "an address that is too long",
            format!("GET /{huge} HTTP/1.1\r\nHost: x\r\n\r\n"),
        ),
        (
            "a body that is too large",
            format!("{post}Content-Length: 50000000\r\n\r\n{huge}"),
        ),
        (
            "a body that never ends",
            format!(
                "{post}Transfer-Encoding: chunked\r\n\r\n{}",
                chunk.repeat(40)
            ),
        ),
        (
            "two lengths",
            format!("{post}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{{}}"),
        ),
        (
            "a length that is none",
            format!("{post}Content-Length: -5\r\n\r\n{{}}"),
        ),
        (
            "a header with a line break",
            format!("{post}X-A: b\rX-Evil: c\r\nContent-Length: 2\r\n\r\n{{}}"),
        ),
    ];
    for (what, text) in cases {
        let mut line = Line::to(&serving);
        let began = Instant::now();
        line.say(&text);
        let answer = line.answer(what);
        let refused = answer.is_none_or(|status| (400..500).contains(&status));
        assert!(refused, "{what}: {answer:?}");
        assert!(
            began.elapsed() < Duration::from_secs(5),
            "{what} took too long"
        );
    }
    for path in [
        "/../../etc/passwd",
        "/api/v1/people/..%2f..%2fx",
        "//evil.test/",
        "/%00",
    ] {
        let status = http::status(&serving.url("url", path));
        assert!((400..500).contains(&status), "{path}: {status}");
    }
    assert_eq!(bench.people(), 3);
    assert_eq!(http::status(&serving.url("url", "/healthz")), 200);
    serving.stops();
}
