//! The service as a process.

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command},
};

use serde_json::Value;

use crate::{bench::Bench, company::company, http};

/// A service that goes on, and what it said of where it is.
pub(crate) struct Serving {
    child: Child,
    pub(crate) said: Value,
}

impl Serving {
    pub(crate) fn start(bench: &Bench, arguments: &str) -> Self {
        Self::begin(bench.command(), arguments)
    }

    /// With whatever the command has been given more.
    pub(crate) fn begin(mut command: Command, arguments: &str) -> Self {
        let arguments = format!("serve --json {arguments}");
        let mut child = command.args(arguments.split_whitespace()).spawn().unwrap();
        let mut line = String::new();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        stdout.read_line(&mut line).unwrap();
        let said = serde_json::from_str(&line).unwrap();
        Self { child, said }
    }

    pub(crate) fn url(&self, which: &str, path: &str) -> String {
        let url: &str = self.said[which].as_str().unwrap();
        let base = url.strip_suffix("/metrics").unwrap_or(url);
        format!("{base}{path}")
    }

    /// Asks for a sync over the API.
    #[track_caller]
    pub(crate) fn asks_for_a_run(&self, bench: &Bench) {
        let name = format!("for-{}", self.child.id());
        let token = bench.json(&format!("token create --org acme --name {name}"));
        let token = token["token"].as_str().unwrap();
        let url = self.url("url", "/api/v1/sync-runs");
        let status = http::post(&url, token, r#"{"kind": "sync"}"#).status;
        assert!((200..=202).contains(&status), "{status}");
    }

    #[track_caller]
    pub(crate) fn stops(mut self) {
        let id = self.child.id().to_string();
        let status = Command::new("kill").args(["-s", "TERM", &id]).status();
        assert!(status.unwrap().success());
        assert_eq!(self.child.wait().unwrap().code(), Some(0));
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn it_is_healthy_and_ready_and_tells_its_numbers_only_on_the_private_address() {
    let bench = Bench::connected(company(3));
    let serving = Serving::start(&bench, "--listen 127.0.0.1:0 --metrics-listen 127.0.0.1:0");
    let url = |path| serving.url("url", path);
    let private = |path| serving.url("metrics_url", path);
    assert_eq!(http::status(&url("/healthz")), 200);
    let ready = http::get(&url("/readyz"));
    assert_eq!(ready.status, 200, "{}", ready.body);
    for check in ["database", "migrations", "key"] {
        assert!(ready.body.contains(check), "{}", ready.body);
    }
    assert_eq!(http::status(&url("/metrics")), 404);
    let metrics = http::get(&private("/metrics"));
    assert_eq!(metrics.status, 200);
    for name in [
        "rollcall_http_requests_total",
        "rollcall_tasks_waiting",
        "rollcall_ready 1",
    ] {
        assert!(metrics.body.contains(name), "{}", metrics.body);
    }
    assert_eq!(http::status(&private("/healthz")), 200);
    serving.stops();
}

#[test]
fn readiness_is_red_while_the_key_does_not_fit_and_says_so() {
    let bench = Bench::connected(company(3));
    let serving = Serving::start(&bench, "--listen 127.0.0.1:0");
    serving.stops();
    let other = bench.run("key generate").done().stdout;
    bench.write("other.key", &other);
    let serving = Serving::start(&bench, "--listen 127.0.0.1:0 --key-file other.key");
    let ready = http::get(&serving.url("url", "/readyz"));
    assert_eq!(ready.status, 503, "{}", ready.body);
    assert!(ready.body.contains("ROLLCALL_KEY_FILE"), "{}", ready.body);
    assert_eq!(http::status(&serving.url("url", "/healthz")), 200);
    serving.stops();
}

#[test]
fn a_worker_answers_nobody_but_the_operator() {
    let bench = Bench::connected(company(3));
    let serving = Serving::start(&bench, "--role worker --metrics-listen 127.0.0.1:0");
    assert!(serving.said["url"].is_null(), "{}", serving.said);
    assert_eq!(http::status(&serving.url("metrics_url", "/readyz")), 200);
    serving.stops();
}

#[test]
fn a_port_that_somebody_has_stops_the_start_and_is_named() {
    let bench = Bench::connected(company(3));
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    bench
        .run(&format!("serve --listen {address}"))
        .exits(2)
        .says("ROLLCALL_LISTEN")
        .says(&address.to_string());
}
