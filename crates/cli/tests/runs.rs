//! Syncs, previews, and what becomes of them.

use sandbox::Fault;
use serde_json::Value;

use crate::{
    bench::{Bench, Ended, keys},
    company::{company, employee, no_group},
};

const OUTCOMES: [&str; 8] = [
    "added",
    "updated",
    "archived",
    "restored",
    "unchanged",
    "upcoming",
    "out_of_scope",
    "skipped",
];

#[test]
fn a_run_is_printed_with_its_changes_and_skipped_people_and_its_counts_add_up() {
    let bench = Bench::connected(company(4));
    bench
        .hibob
        .change(|roster| {
            roster.employees.push(employee(5));
            let mut without_country = employee(6);
            without_country.country = None;
            roster.employees.push(without_country);
            roster.employees[1].email = Some("other@acme.test".into());
        })
        .unwrap();
    let run = bench.json("sync --org acme");
    assert_eq!(
        keys(&run),
        [
            "as_of",
            "changes",
            "counts",
            "error",
            "finished_at",
            "groups",
            "hold",
            "id",
            "kind",
            "skipped",
            "started_at",
            "state",
            "trigger",
            "undone_at",
        ]
    );
    assert_eq!(
        (&run["kind"], &run["trigger"]),
        (&"sync".into(), &"cli".into())
    );
    assert_eq!(run["state"], "finished_with_problems");
    let counts = &run["counts"];
    let sum: u64 = OUTCOMES
        .iter()
        .map(|outcome| counts[outcome].as_u64().unwrap())
        .sum();
    assert_eq!(sum, counts["employees"].as_u64().unwrap());
    assert_eq!(
        (
            counts["added"].as_u64(),
            counts["updated"].as_u64(),
            counts["skipped"].as_u64()
        ),
        (Some(1), Some(1), Some(1))
    );

    let changes = run["changes"].as_array().unwrap();
    let update = changes
        .iter()
        .find(|change| change["action"] == "update")
        .unwrap();
    assert_eq!(
        keys(update),
        [
            "action",
            "email",
            "fields",
            "hris_id",
            "name",
            "person_id",
            "why"
        ]
    );
    assert_eq!(update["fields"][0]["field"], "email");
    assert_eq!(update["fields"][0]["before"], "p2@acme.test");
    assert_eq!(update["fields"][0]["after"], "other@acme.test");
    let skipped = &run["skipped"][0];
    assert_eq!(
        keys(skipped),
        [
            "code",
            "email",
            "hris_id",
            "mend",
            "name",
            "outcome",
            "person_id",
            "seen"
        ]
    );
    assert_eq!(skipped["code"], "missing_country");

    let id = run["id"].as_str().unwrap();
    assert_eq!(bench.json(&format!("runs show {id} --org acme")), run);
}

#[test]
fn the_same_roster_twice_changes_nothing_the_second_time() {
    let bench = Bench::connected(company(4));
    let run = bench.json("sync --org acme");
    assert_eq!(run["counts"]["unchanged"], 4);
    assert_eq!(run["changes"], serde_json::json!([]));
}

#[test]
fn a_failed_sync_exits_by_its_cause_and_changes_nothing() {
    for (fault, exit, code) in [
        ("status=401", 4, "credentials_refused"),
        ("empty", 5, "empty_roster"),
        ("vanish_section=address", 5, "section_vanished"),
        ("other_company", 5, "other_company"),
        ("not_json", 5, "bad_answer"),
    ] {
        let bench = Bench::connected(company(25));
        let before = bench.json("people list --org acme");
        bench.hibob.set_faults(vec![Fault::parse(fault).unwrap()]);
        let ended = bench.run("sync --org acme --json");
        assert_eq!(ended.code, Some(exit), "{fault}: {}", ended.stdout);
        let run = ended.json();
        assert_eq!(
            (&run["state"], &run["error"]["code"]),
            (&"failed".into(), &code.into()),
            "{fault}"
        );
        assert_eq!(bench.json("people list --org acme"), before, "{fault}");
    }
}

#[test]
fn a_permission_that_was_taken_away_exits_4_and_says_what_to_do() {
    let bench = Bench::connected(company(4));
    bench.hibob.set_permissions(no_group()).unwrap();
    let ended = bench
        .run("sync --org acme")
        .exits(4)
        .prints("Failed; nothing was changed.");
    assert!(ended.stdout.contains("no_permission"), "{}", ended.stdout);
    assert_eq!(bench.json("hris status --org acme")["state"], "failing");
}

#[test]
fn a_preview_that_could_not_be_made_exits_by_its_cause() {
    let bench = Bench::connected(company(4));
    bench.hibob.set_faults(vec![Fault::parse("empty").unwrap()]);
    bench.run("sync --org acme --preview").exits(5);
}

#[test]
fn a_preview_writes_nothing_but_its_own_record() {
    let bench = Bench::connected(company(4));
    let before = snapshot(&bench);
    bench
        .hibob
        .change(|roster| roster.employees.push(employee(5)))
        .unwrap();
    let preview = bench.json("sync --org acme --preview");
    assert_eq!(
        (&preview["kind"], &preview["state"]),
        (&"preview".into(), &"finished".into())
    );
    assert_eq!(preview["changes"][0]["email"], "p5@acme.test");
    let after = snapshot(&bench);
    assert_eq!(before[..4], after[..4]);
    let count = |runs: &Value| runs["items"].as_array().unwrap().len();
    assert_eq!(count(&after[4]), count(&before[4]) + 1);
}

/// Everything that can be asked for, the runs last.
fn snapshot(bench: &Bench) -> [Value; 5] {
    [
        bench.json("people list --org acme"),
        bench.json("people history p1@acme.test --org acme"),
        bench.json("policy show --org acme"),
        bench.json("regions list --org acme"),
        bench.json("runs list --org acme"),
    ]
}

#[test]
fn a_sync_that_expects_a_preview_applies_exactly_that_plan() {
    let bench = Bench::connected(company(4));
    bench
        .hibob
        .change(|roster| roster.employees.push(employee(5)))
        .unwrap();
    let preview = bench.json("sync --org acme --preview");
    let id = preview["id"].as_str().unwrap();
    bench.run(&format!("sync --org acme --expect {id}")).done();
    assert_eq!(bench.people(), 5);
}

#[test]
fn a_sync_that_expects_another_plan_is_held() {
    let bench = Bench::connected(company(4));
    bench
        .hibob
        .change(|roster| roster.employees.push(employee(5)))
        .unwrap();
    let preview = bench.json("sync --org acme --preview");
    bench
        .hibob
        .change(|roster| roster.employees.push(employee(6)))
        .unwrap();
    let id = preview["id"].as_str().unwrap();
    let held = bench
        .run(&format!("sync --org acme --expect {id} --json"))
        .exits(3)
        .json();
    assert_eq!(held["state"], "held");
    assert_eq!(held["hold"][0]["code"], "changed_since_preview");
    assert_eq!(bench.people(), 4);
}

#[test]
fn a_preview_of_another_day_shows_who_has_left_by_then() {
    let mut roster = company(4);
    roster.employees[3].termination_date = Some("2099-12-30".into());
    let bench = Bench::connected(roster);
    let preview = bench.json("sync --org acme --preview --as-of 2099-12-31");
    assert_eq!(preview["as_of"], "2099-12-31");
    assert_eq!(preview["counts"]["archived"], 1);
    assert_eq!(
        bench.json("sync --org acme --preview")["counts"]["archived"],
        0
    );
}

#[test]
fn another_day_is_for_previews_only() {
    let bench = Bench::connected(company(2));
    bench
        .run("sync --org acme --as-of 2026-01-01")
        .exits(2)
        .says("--preview");
    bench
        .run("sync --org acme --preview --as-of soon")
        .exits(2)
        .says("2026-02-01");
    bench.run("sync --org acme --preview --expect x").exits(2);
}

#[test]
fn what_is_unknown_is_wrong_use() {
    let bench = Bench::connected(company(2));
    let unknown = "00000000-0000-7000-8000-000000000000";
    bench.run("sync --org nobody").exits(2).says("nobody");
    bench
        .run(&format!("runs show {unknown} --org acme"))
        .exits(2)
        .says(unknown);
    bench.run("runs show nonsense --org acme").exits(2);
    bench
        .run(&format!("sync --org acme --expect {unknown}"))
        .exits(2);
    bench
        .run("people show nobody@acme.test --org acme")
        .exits(2);
    bench
        .run(&format!("runs approve {unknown} --org acme"))
        .exits(2);
}

#[test]
fn a_missing_organisation_is_never_guessed() {
    let bench = Bench::new(company(2));
    bench.run("sync").exits(2).says("rollcall org create");
    bench.run("org create --name Acme").done();
    bench.run("sync").exits(2).says("--org acme");
    bench.run("org create --name Umbra").done();
    bench.run("sync").exits(2).says("acme, umbra");
}

#[test]
fn runs_are_listed_newest_first_and_page_by_page() {
    let bench = Bench::connected(company(2));
    bench.run("sync --org acme").done();
    let all = bench.json("runs list --org acme");
    assert_eq!(all["total"], 2);
    let page = bench.json("runs list --org acme --limit 1");
    assert_eq!(page["items"][0], all["items"][0]);
    assert_eq!(page["total"], 2);
    let next = page["next"].as_str().unwrap();
    let rest = bench.json(&format!("runs list --org acme --limit 1 --after {next}"));
    assert_eq!(rest["items"][0], all["items"][1]);
}

#[test]
fn a_long_list_is_cut_with_the_command_that_shows_the_rest() {
    let bench = Bench::with_organisation(company(25));
    let ended = bench
        .connect("")
        .done()
        .prints("… and 5 more: rollcall runs show ");
    let command = ended
        .stdout
        .lines()
        .find_map(|line| line.split_once("more: rollcall "))
        .unwrap()
        .1;
    bench
        .run(command)
        .done()
        .prints("Person Nr025")
        .prints("Person Nr001");
}

#[test]
fn a_sync_that_is_going_is_joined() {
    let bench = Bench::connected(company(3));
    bench
        .hibob
        .set_faults(vec![Fault::parse("slow=4000").unwrap()]);
    let first = bench
        .command()
        .args(["sync", "--org", "acme", "--json"])
        .spawn()
        .unwrap();
    let going = || bench.json("runs list --org acme --limit 1")["items"][0]["state"] == "fetching";
    while !going() {
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    let second = bench.json("sync --org acme");
    let first = Ended::of(first.wait_with_output().unwrap()).done().json();
    assert_eq!(first["id"], second["id"]);
    assert_eq!(bench.json("runs list --org acme")["total"], 2);
}

/// A report holds a page of the changes; a document has them all, and a preview names people who are
/// made on another page.
#[test]
fn a_run_with_more_changes_than_a_page_is_told_whole() {
    const PEOPLE: usize = 1_203;
    let whole = |run: &Value| {
        let changes = run["changes"].as_array().unwrap();
        let ids: std::collections::BTreeSet<_> = changes
            .iter()
            .map(|change| change["hris_id"].as_str().unwrap())
            .collect();
        assert_eq!((changes.len(), ids.len()), (PEOPLE, PEOPLE));
        let approvers = changes
            .iter()
            .flat_map(|change| change["fields"].as_array().unwrap())
            .filter(|field| field["field"] == "approver");
        assert!(approvers.clone().count() > 0);
        for approver in approvers {
            assert_eq!(approver["after"], "Person Nr001");
        }
    };
    let bench = Bench::with_organisation(company(PEOPLE));
    let previewed = bench.connect("--preview --json").done().json();
    whole(&previewed["last_run"]);
    assert_eq!(previewed["state"], "paused");

    let synced = bench.json("sync --org acme");
    whole(&synced);
    let id = synced["id"].as_str().unwrap();
    assert_eq!(bench.json(&format!("runs show {id} --org acme")), synced);
    let told = bench.run(&format!("runs show {id} --org acme")).done();
    let told = told.prints(&format!("Changes ({PEOPLE}):")).stdout;
    assert_eq!(told.matches("\n  add      ").count(), PEOPLE);
}
