//! The sandbox as a command.

use std::{
    io::{BufRead as _, BufReader, Read as _},
    process::{Child, Command},
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::{
    bench::{Bench, keys},
    company::company,
};

/// A sandbox in a process of its own, and the first line that it printed.
fn start(bench: &Bench, arguments: &str) -> (Child, String) {
    let arguments = format!("sandbox hibob --listen 127.0.0.1:0 {arguments}");
    let mut child = bench
        .command()
        .args(arguments.split_whitespace())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    stdout.read_line(&mut line).unwrap();
    (child, line)
}

/// Sends a signal and waits for the end.
#[track_caller]
fn ends(mut child: Child, signal: &str) {
    let sent = Command::new("kill")
        .args([&format!("-{signal}"), &child.id().to_string()])
        .status()
        .unwrap();
    assert!(sent.success());
    let asked = Instant::now();
    let code = child.wait().unwrap().code();
    let mut stderr = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut stderr)
        .unwrap();
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    assert!(asked.elapsed() < Duration::from_secs(10));
}

#[test]
fn it_prints_its_address_and_credentials_can_be_connected_and_ends_when_asked() {
    let mut bench = Bench::with_organisation(company(1));
    let (child, line) = start(&bench, "--employees 40 --seed 7 --json");
    let said: Value = serde_json::from_str(&line).unwrap();
    assert_eq!(keys(&said), ["service_user", "token", "url"]);
    assert_eq!(
        (&said["service_user"], &said["token"]),
        (&"sandbox".into(), &"sandbox-token".into())
    );
    bench.set("ROLLCALL_HIBOB_URL", said["url"].as_str().unwrap());
    let connected = bench.connect("--json").done().json();
    assert_eq!(connected["last_run"]["counts"]["employees"], 40);
    ends(child, "TERM");
}

#[test]
fn in_words_it_is_one_line_and_ctrl_c_ends_it() {
    let bench = Bench::new(company(1));
    let (child, line) = start(&bench, "--employees 5");
    assert!(
        line.starts_with("HiBob sandbox at http://127.0.0.1:"),
        "{line}"
    );
    assert!(
        line.contains("service user sandbox, token sandbox-token"),
        "{line}"
    );
    ends(child, "INT");
}

#[test]
fn a_company_of_ones_own_and_faults_are_taken() {
    let mut bench = Bench::with_organisation(company(1));
    let roster = serde_json::to_string(&company(3)).unwrap();
    bench.write("company.json", &roster);
    let (child, line) = start(&bench, "--roster company.json --json");
    let said: Value = serde_json::from_str(&line).unwrap();
    bench.set("ROLLCALL_HIBOB_URL", said["url"].as_str().unwrap());
    assert_eq!(
        bench.connect("--json").done().json()["last_run"]["counts"]["employees"],
        3
    );
    ends(child, "TERM");

    let (child, line) = start(&bench, "--roster company.json --fault empty --json");
    let said: Value = serde_json::from_str(&line).unwrap();
    bench.set("ROLLCALL_HIBOB_URL", said["url"].as_str().unwrap());
    bench.run("sync --org acme").exits(5);
    ends(child, "TERM");
}

#[test]
fn what_it_cannot_be_started_with_is_wrong_use() {
    let bench = Bench::new(company(1));
    bench.write("broken.json", "{\"employees\": 3}");
    for (arguments, says) in [
        ("--fault nonsense", "vanish_section"),
        ("--fault status=9", "200 to 599"),
        ("--employees 0", "200000"),
        ("--roster absent.json", "absent.json"),
        ("--roster broken.json", "broken.json"),
        ("--roster broken.json --seed 2", "--seed"),
        ("--listen nowhere", "--listen"),
    ] {
        let ended = bench.run(&format!("sandbox hibob {arguments}"));
        assert_eq!(ended.code, Some(2), "{arguments}: {ended:?}");
        ended.says(says);
    }
    let taken = bench.hibob.address;
    bench
        .run(&format!("sandbox hibob --listen {taken}"))
        .exits(2)
        .says(&taken.to_string());
}
