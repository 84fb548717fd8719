//! The midnight timer, undo and exclusions as commands.

use serde_json::json;

use crate::{
    bench::{Bench, keys},
    company::{company, email, id, terminate},
};

/// Gives the person of a number an end date that is over.
fn ends(bench: &Bench, number: usize) {
    let person = email(number);
    bench
        .run(&format!(
            "people edit {person} --org acme --end-date 2024-01-31"
        ))
        .done();
}

#[test]
fn a_pass_with_nothing_to_do_is_done_and_prints_null() {
    let bench = Bench::with_organisation(company(1));
    bench.run("tick --org acme").done().prints("Nothing to do.");
    assert_eq!(bench.json("tick --org acme"), json!(null));
    assert_eq!(bench.json("runs list --org acme")["total"], 0);
}

#[test]
fn a_pass_is_a_run_and_one_above_a_limit_is_held() {
    let bench = Bench::connected(company(20));
    ends(&bench, 2);
    let run = bench.json("tick --org acme");
    assert_eq!(
        (&run["trigger"], &run["state"], &run["counts"]["archived"]),
        (&json!("timer"), &json!("finished"), &json!(1))
    );
    for number in 3..=8 {
        ends(&bench, number);
    }
    bench
        .run("tick --org acme")
        .exits(3)
        .prints("too_many_archived: 6 found, 5 allowed");
    let held = bench.run("tick --org acme --json").exits(3).json();
    let held = held["id"].as_str().unwrap();
    bench
        .run(&format!("runs approve {held} --org acme"))
        .done()
        .prints("The timer looked after 6 people");
}

#[test]
fn an_undo_says_what_it_did_and_what_the_next_sync_does() {
    let bench = Bench::connected(company(20));
    bench
        .hibob
        .change(|roster| terminate(roster, 2..=4))
        .unwrap();
    let run = bench.json("sync --org acme")["id"].clone();
    let run = run.as_str().unwrap();
    bench
        .run(&format!("runs undo {run} --org acme --person {}", email(2)))
        .done()
        .prints("1 person is as before the run")
        .prints("unless HiBob is mended first")
        .prints("rollcall hris resume --org acme");
    let undone = bench.json(&format!("runs undo {run} --org acme"));
    assert_eq!(
        keys(&undone),
        [
            "act_id",
            "changes",
            "groups",
            "not_undone",
            "note",
            "paused",
            "run_id"
        ]
    );
    assert_eq!(undone["changes"].as_array().unwrap().len(), 2);
    assert_eq!(undone["not_undone"][0]["code"], "already_undone");
    assert_eq!(undone["paused"], false, "it was paused before");
    assert_eq!(bench.json("hris status --org acme")["state"], "paused");
    bench
        .run(&format!("runs show {run} --org acme"))
        .done()
        .prints("Undone by hand at");
    bench
        .run(&format!("runs undo {run} --org acme --json"))
        .exits(1)
        .says("was undone already")
        .prints_nothing();
    bench
        .run("runs undo nonsense --org acme")
        .exits(2)
        .says("There is no run");
}

#[test]
fn an_undo_that_could_take_nothing_back_fails_and_says_why() {
    let bench = Bench::connected(company(20));
    bench
        .hibob
        .change(|roster| terminate(roster, 2..=2))
        .unwrap();
    let run = bench.json("sync --org acme")["id"].clone();
    let run = run.as_str().unwrap();
    bench
        .run(&format!(
            "people edit {} --org acme --first-name Zoe",
            email(2)
        ))
        .done();
    bench
        .run(&format!("runs undo {run} --org acme"))
        .exits(1)
        .prints("Not undone (1):")
        .prints("Nothing could be taken back");
    assert_eq!(bench.json("hris status --org acme")["state"], "synced");
}

#[test]
fn employees_are_left_out_listed_and_let_in_again() {
    let bench = Bench::with_organisation(company(3));
    let employee = id(3);
    bench
        .run_all(&[
            "exclusions",
            "add",
            &employee,
            "--reason",
            "A test account",
            "--org",
            "acme",
        ])
        .done();
    let list = bench.json("exclusions list --org acme");
    assert_eq!(list["items"][0]["reason"], "A test account");
    bench.connect("").done().prints("1 out of scope");
    bench
        .run("exclusions list --org acme")
        .done()
        .prints(&employee);
    bench
        .run(&format!("exclusions remove {employee} --org acme"))
        .done();
    assert_eq!(bench.json("sync --org acme")["counts"]["added"], 1);
    bench
        .run(&format!("exclusions remove {employee} --org acme"))
        .exits(2)
        .says("nothing was changed");
    bench
        .run_all(&[
            "exclusions",
            "add",
            &employee,
            "--reason",
            "No",
            "--org",
            "acme",
        ])
        .exits(1)
        .says("rollcall people unlink");
}
