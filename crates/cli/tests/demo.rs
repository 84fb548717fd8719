//! The demo.

use std::{
    io::{BufRead as _, BufReader, Read as _},
    process::{Child, ChildStdout, Command},
};

use serde_json::Value;

use crate::{
    bench::{Bench, keys},
    company::company,
    http,
};

/// A demo that goes on until it is stopped.
struct Demo {
    child: Child,
    stdout: BufReader<ChildStdout>,
}

impl Demo {
    fn start(bench: &Bench, arguments: &str) -> Self {
        let arguments = format!("demo --listen 127.0.0.1:0 {arguments}");
        let mut command = bench.command();
        let mut child = command.args(arguments.split_whitespace()).spawn().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        Self { child, stdout }
    }

    /// What it prints up to the line that has this.
    #[track_caller]
    fn prints(&mut self, words: &str) -> String {
        let mut text = String::new();
        loop {
            let read = self.stdout.read_line(&mut text).unwrap();
            assert!(read > 0, "it ended without {words:?}: {text}");
            if text.contains(words) {
                return text;
            }
        }
    }

    /// How to get in, as `--json` says it.
    #[track_caller]
    fn entrance(&mut self) -> Value {
        serde_json::from_str(&self.prints("}")).unwrap()
    }

    /// Asks it to stop, which it does in order. What it said on stderr.
    #[track_caller]
    fn stops(mut self) -> String {
        let id = self.child.id().to_string();
        let status = Command::new("kill").args(["-s", "TERM", &id]).status();
        assert!(status.unwrap().success());
        assert_eq!(self.child.wait().unwrap().code(), Some(0));
        let mut said = String::new();
        let mut stderr = self.child.stderr.take().unwrap();
        stderr.read_to_string(&mut said).unwrap();
        said
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        // It may be over.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_demo_syncs_twice_and_answers_where_it_says() {
    let bench = Bench::new(company(1));
    let mut demo = Demo::start(&bench, "--employees 120 --data . --json");
    let entrance = demo.entrance();
    assert_eq!(keys(&entrance), ["email", "password", "url"]);
    let url = entrance["url"].as_str().unwrap();
    assert_eq!(http::status(&format!("{url}/readyz")), 200);
    assert_eq!(http::status(&format!("{url}/metrics")), 404);

    let runs = bench.json("runs list --org acme");
    let counts = |run: usize| &runs["items"][run]["counts"];
    assert_eq!(counts(1)["employees"], 120);
    assert_eq!(counts(0)["employees"], 123);
    assert_eq!(counts(0)["added"], 3);
    assert_eq!(counts(0)["archived"], 2);
    let id = runs["items"][0]["id"].as_str().unwrap();
    let second = bench.json(&format!("runs show {id} --org acme"));
    let groups = second["groups"].as_array().unwrap();
    assert!(
        groups.iter().any(|group| group["action"] == "rename"),
        "{groups:?}"
    );
    let archived = bench.json("people list --org acme --status archived");
    assert_eq!(archived["total"], 2);
    demo.stops();
}

#[test]
fn a_second_demo_in_the_same_folder_goes_on_with_the_company_there() {
    let bench = Bench::new(company(1));
    let mut demo = Demo::start(&bench, "--employees 60 --data here");
    let shown = demo.prints("Sign in as admin@acme.test");
    assert!(
        shown.contains("Look around in another terminal:"),
        "{shown}"
    );
    demo.stops();
    let mut again = Demo::start(&bench, "--employees 60 --data here");
    let shown = again.prints("Sign in as admin@acme.test");
    assert!(shown.contains("Synced 63 employees"), "{shown}");
    assert!(shown.contains("Synced 66 employees"), "{shown}");
    assert!(again.stops().contains("Going on with the company"));
}

#[test]
fn a_demo_without_a_folder_makes_one_and_names_it() {
    let bench = Bench::new(company(1));
    let mut demo = Demo::start(&bench, "--employees 20");
    let shown = demo.prints("export ROLLCALL_DATABASE_URL=");
    demo.prints("Sign in as");
    demo.stops();
    let (_, address) = shown.split_once("sqlite://").unwrap();
    let database = std::path::Path::new(address.split_whitespace().next().unwrap());
    assert!(database.exists());
    std::fs::remove_dir_all(database.parent().unwrap()).unwrap();
}

#[test]
fn the_smallest_demo_works_too() {
    let bench = Bench::new(company(1));
    let mut demo = Demo::start(&bench, "--employees 1 --data . --json");
    demo.entrance();
    demo.stops();
}

#[test]
fn a_folder_that_is_a_file_is_wrong_use() {
    let bench = Bench::new(company(1));
    bench.write("file", "");
    bench
        .run("demo --listen 127.0.0.1:0 --data file")
        .exits(2)
        .says("--data");
}

#[test]
fn an_address_that_somebody_has_is_wrong_use() {
    let bench = Bench::new(company(1));
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    bench
        .run(&format!("demo --listen {address} --data ."))
        .exits(2)
        .says(&address.to_string());
}
