//! A plan above a limit: held, then approved or rejected.

use serde_json::Value;

use crate::{
    bench::Bench,
    company::{company, employee, terminate},
};

/// Twelve of thirty people leave at once: more than the larger of five and a tenth.
fn held() -> (Bench, String) {
    let bench = Bench::connected(company(30));
    bench
        .hibob
        .change(|roster| terminate(roster, 2..=13))
        .unwrap();
    let run = bench.run("sync --org acme --json").exits(3).json();
    assert_eq!(run["state"], "held");
    let id = run["id"].as_str().unwrap().to_owned();
    (bench, id)
}

fn archived(bench: &Bench) -> u64 {
    bench.json("people list --org acme --status archived")["total"]
        .as_u64()
        .unwrap()
}

#[test]
fn too_many_leavers_are_held_with_the_numbers_and_the_commands_to_answer() {
    let (bench, _) = held();
    let ended = bench.run("sync --org acme").exits(3);
    let run: Value = bench.json("runs list --org acme --limit 1")["items"][0].clone();
    let id = run["id"].as_str().unwrap();
    ended
        .prints("Held for review; nothing was changed.")
        .prints("too_many_archived: 12 found, 5 allowed")
        .prints(&format!("rollcall runs approve {id} --org acme"))
        .prints(&format!(
            "rollcall runs approve {id} --org acme --without archive"
        ))
        .prints(&format!("rollcall runs reject {id} --org acme"));
    assert_eq!(archived(&bench), 0);
}

#[test]
fn a_preview_that_would_be_held_could_be_made() {
    let (bench, _) = held();
    let preview = bench.json("sync --org acme --preview");
    assert_eq!(preview["state"], "finished");
    assert_eq!(preview["hold"][0]["code"], "too_many_archived");
    bench
        .run("sync --org acme --preview")
        .done()
        .prints("A sync would be held for review");
}

#[test]
fn an_approved_run_is_applied() {
    let (bench, id) = held();
    let run = bench.json(&format!("runs approve {id} --org acme"));
    assert_eq!(run["counts"]["archived"], 12);
    assert_eq!(archived(&bench), 12);
}

#[test]
fn an_approval_without_archiving_archives_nobody() {
    let (bench, id) = held();
    bench
        .run(&format!("runs approve {id} --org acme --without archive"))
        .done();
    assert_eq!(archived(&bench), 0);
    bench
        .run(&format!(
            "runs approve {id} --org acme --without everything"
        ))
        .exits(2);
}

#[test]
fn a_rejected_run_changes_nothing() {
    let (bench, id) = held();
    let run = bench.json(&format!("runs reject {id} --org acme"));
    assert_eq!(run["state"], "rejected");
    assert_eq!(run["error"]["code"], "rejected_by_admin");
    assert_eq!(archived(&bench), 0);
}

#[test]
fn a_run_that_is_not_held_can_neither_be_approved_nor_rejected() {
    let (bench, id) = held();
    bench.run(&format!("runs approve {id} --org acme")).done();
    bench
        .run(&format!("runs approve {id} --org acme"))
        .exits(1)
        .prints_nothing();
    bench
        .run(&format!("runs reject {id} --org acme"))
        .exits(1)
        .prints_nothing();
}

#[test]
fn an_approval_of_a_plan_that_has_changed_since_applies_nothing() {
    let (bench, id) = held();
    bench
        .hibob
        .change(|roster| roster.employees.push(employee(31)))
        .unwrap();
    let ended = bench.run(&format!("runs approve {id} --org acme"));
    ended.exits(1).says("has changed since this plan was made");
    assert_eq!(archived(&bench), 0);
    assert_eq!(bench.people(), 30);
}

#[test]
fn a_rejection_is_remembered_until_the_hris_says_something_else() {
    let (bench, id) = held();
    bench.run(&format!("runs reject {id} --org acme")).done();
    let run = bench.json("sync --org acme");
    assert_eq!(run["state"], "finished");
    assert_eq!(run["counts"]["archived"], 0);
    // Of one of them the HRIS tells another last day: that one is asked about anew, and alone is no
    // question of limits.
    bench
        .hibob
        .change(|roster| roster.employees[2].termination_date = Some("2020-01-31".into()))
        .unwrap();
    let run = bench.json("sync --org acme");
    assert_eq!(run["counts"]["archived"], 1, "{run}");
    assert_eq!(archived(&bench), 1);
}

#[test]
fn archiving_that_was_left_out_is_not_asked_about_again() {
    let (bench, id) = held();
    bench
        .run(&format!("runs approve {id} --org acme --without archive"))
        .done();
    let run = bench.json("sync --org acme");
    assert_eq!(run["state"], "finished");
    assert_eq!(archived(&bench), 0);
}

#[test]
fn people_whom_an_admin_has_seen_missing_are_not_asked_about_again() {
    let bench = Bench::connected(company(30));
    bench
        .hibob
        .change(|roster| roster.employees.truncate(20))
        .unwrap();
    let run = bench.run("sync --org acme --json").exits(3).json();
    assert_eq!(run["hold"][0]["code"], "too_many_missing");
    let id = run["id"].as_str().unwrap();
    bench.run(&format!("runs approve {id} --org acme")).done();
    bench.run("sync --org acme").done();
    assert_eq!(archived(&bench), 0);
    assert_eq!(bench.people(), 30);
}
