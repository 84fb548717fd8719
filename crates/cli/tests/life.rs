//! The life of a service: what it does by the clock, and what becomes of its work when it is stopped
//! or killed in the middle.

use std::{
    process::Command,
    time::{Duration, Instant},
};

use sandbox::Fault;
use serde_json::Value;

use crate::{
    bench::Bench,
    company::{company, employee, terminate},
    serving::Serving,
};

/// All runs, the newest first.
fn runs(bench: &Bench) -> Vec<Value> {
    let runs = bench.json("runs list --org acme");
    runs["items"].as_array().unwrap().clone()
}

/// Waits until a run is as it must be.
#[track_caller]
fn until(bench: &Bench, what: &str, is: impl Fn(&Value) -> bool) -> Value {
    let began = Instant::now();
    loop {
        let runs = runs(bench);
        if let Some(run) = runs.iter().find(|run| is(run)) {
            return run.clone();
        }
        assert!(
            began.elapsed() < Duration::from_secs(40),
            "{what}: {runs:?}"
        );
        std::thread::sleep(Duration::from_millis(200));
    }
}

/// A service whose clock says something else.
fn at(bench: &Bench, instant: &str) -> Serving {
    // The program itself waits for the one that it starts, which is not the one to be told to end.
    let library = Command::new("faketime")
        .args(["-f", "+0", "printenv", "LD_PRELOAD"])
        .output()
        .expect("faketime is needed; `cargo xtask test` installs it");
    let library = String::from_utf8(library.stdout).unwrap();
    let mut command = bench.command();
    command
        .env("LD_PRELOAD", library.trim())
        .env("FAKETIME", format!("@{instant}"));
    Serving::begin(command, "--listen 127.0.0.1:0")
}

#[test]
fn at_nine_it_syncs_at_midnight_it_archives_and_what_was_missed_comes_once() {
    let bench = Bench::connected(company(30));
    bench
        .hibob
        .change(|roster| {
            roster.employees.push(employee(31));
            roster.employees[2].termination_date = Some("2030-01-02".into());
        })
        .unwrap();
    // More than three years late: all that was missed is one run.
    let serving = at(&bench, "2030-01-02 08:59:57");
    let late = until(&bench, "the missed run", |run| run["trigger"] == "schedule");
    assert!(
        late["started_at"].as_str().unwrap() < "2030-01-02T09:00:00",
        "{late}"
    );
    let daily = until(&bench, "the run of nine", |run| {
        run["trigger"] == "schedule" && run["id"] != late["id"] && run["state"] == "finished"
    });
    let started = daily["started_at"].as_str().unwrap();
    assert!(
        ("2030-01-02T09:00:00".."2030-01-02T09:00:10").contains(&started),
        "{daily}"
    );
    assert_eq!(bench.people(), 31);
    std::thread::sleep(Duration::from_secs(2));
    let scheduled = runs(&bench);
    let scheduled = scheduled.iter().filter(|run| run["trigger"] == "schedule");
    assert_eq!(
        scheduled.count(),
        2,
        "once for what was missed, once for today"
    );
    serving.stops();

    let serving = at(&bench, "2030-01-02 23:59:57");
    let timer = until(&bench, "midnight", |run| run["trigger"] == "timer");
    let started = timer["started_at"].as_str().unwrap();
    assert!(
        ("2030-01-03T00:00:00".."2030-01-03T00:00:10").contains(&started),
        "{timer}"
    );
    let archived = bench.json("people list --org acme --status archived");
    assert_eq!(archived["total"], 1);
    serving.stops();
}

#[test]
fn a_service_that_is_told_to_end_in_the_middle_of_a_run_ends_in_time_and_leaves_no_half() {
    let bench = Bench::connected(company(30));
    let serving = Serving::start(&bench, "--listen 127.0.0.1:0");
    bench
        .hibob
        .set_faults(vec![Fault::parse("slow=60000").unwrap()]);
    bench
        .hibob
        .change(|roster| terminate(roster, 2..=3))
        .unwrap();
    serving.asks_for_a_run(&bench);
    until(&bench, "a run that is going", |run| {
        run["state"] == "fetching"
    });

    let began = Instant::now();
    serving.stops();
    assert!(began.elapsed() < Duration::from_secs(12));
    assert_eq!(
        bench.json("people list --org acme --status active")["total"],
        30
    );

    bench.hibob.set_faults(Vec::new());
    let serving = Serving::start(&bench, "--listen 127.0.0.1:0");
    let closed = until(&bench, "the run that was broken off", |run| {
        run["state"] == "failed"
    });
    assert_eq!(closed["error"]["code"], "interrupted", "{closed}");
    serving.asks_for_a_run(&bench);
    until(&bench, "the next one", |run| {
        run["state"] == "finished" && run["counts"]["archived"] == 2
    });
    serving.stops();
}

#[test]
fn a_service_that_is_killed_in_the_middle_of_a_scheduled_run_makes_it_after_its_next_start() {
    let bench = Bench::connected(company(30));
    bench
        .hibob
        .set_faults(vec![Fault::parse("slow=60000").unwrap()]);
    let serving = at(&bench, "2030-01-02 12:00:00");
    until(&bench, "the missed run", |run| run["state"] == "fetching");
    drop(serving);

    bench.hibob.set_faults(Vec::new());
    bench
        .hibob
        .change(|roster| roster.employees.push(employee(31)))
        .unwrap();
    let serving = at(&bench, "2030-01-02 12:01:00");
    until(&bench, "the run of the dead", |run| {
        run["error"]["code"] == "interrupted"
    });
    until(&bench, "the run that was wanted", |run| {
        run["trigger"] == "schedule" && run["state"] == "finished"
    });
    assert_eq!(bench.people(), 31);
    serving.stops();
}
