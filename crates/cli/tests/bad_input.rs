//! Stored plans, databases and keys that are damaged, of another version or not ours: one clear sentence, the right
//! exit code, nothing changed.

use std::fs;

use crate::{
    bench::{Bench, Ended},
    company::{company, employee, terminate},
    database::{Picture, execute},
};

/// One sentence or two on one line, and no document.
#[track_caller]
fn refused(ended: Ended, code: i32, words: &str) {
    let ended = ended.exits(code).prints_nothing().says(words);
    let told = ended.stderr.lines().filter(|line| !line.starts_with("20"));
    assert_eq!(told.count(), 1, "{}", ended.stderr);
}

fn picture(bench: &Bench) -> Picture {
    let file = bench.path().join("rollcall.db");
    Picture::of(&format!("sqlite://{}", file.display()))
}

fn tamper(bench: &Bench, sql: &'static str) {
    execute(&bench.path().join("rollcall.db"), sql);
}

/// Ways in which a stored plan is no longer the one that was shown.
const SPOILT: [&str; 4] = [
    "UPDATE plan_item SET document = substr(document, 1, 20) WHERE kind = 'change'",
    "UPDATE plan_item SET document = '{\"version\":9}' WHERE kind = 'change'",
    "UPDATE plan_item SET document = replace(document, 'acme.test', 'acme.tost') WHERE kind = 'change'",
    "DELETE FROM plan_item WHERE kind = 'change'",
];

/// Thirty people, and one who is to be added.
fn with_a_change() -> Bench {
    let bench = Bench::connected(company(30));
    let added = bench
        .hibob
        .change(|roster| roster.employees.push(employee(31)));
    added.unwrap();
    bench
}

#[test]
fn a_preview_whose_stored_plan_is_damaged_or_of_another_version_is_not_applied() {
    for spoil in SPOILT {
        let bench = with_a_change();
        let preview = bench.json("sync --org acme --preview");
        let expect = format!(
            "sync --org acme --expect {}",
            preview["id"].as_str().unwrap()
        );
        tamper(&bench, spoil);
        let before = picture(&bench);

        refused(bench.run(&expect), 1, "no longer the one that was shown");

        assert_eq!(picture(&bench), before, "{spoil}");
        assert_eq!(bench.json("runs list --org acme")["total"], 2, "no run");
        let preview = bench.json("sync --org acme --preview");
        let expect = format!(
            "sync --org acme --expect {}",
            preview["id"].as_str().unwrap()
        );
        bench.run(&expect).done();
    }
}

#[test]
fn a_damaged_plan_is_said_when_it_is_shown() {
    let bench = with_a_change();
    let preview = bench.json("sync --org acme --preview");
    let id = preview["id"].as_str().unwrap();
    tamper(&bench, SPOILT[0]);
    refused(
        bench.run(&format!("runs show {id} --org acme")),
        1,
        &format!("unreadable in the plan of the run {id}"),
    );
}

#[test]
fn a_hold_whose_stored_plan_is_damaged_is_not_approved_and_the_next_sync_makes_it_anew() {
    for spoil in SPOILT {
        let bench = Bench::connected(company(30));
        let left = bench.hibob.change(|roster| terminate(roster, 2..=13));
        left.unwrap();
        let held = bench.run("sync --org acme --json").exits(3).json();
        tamper(&bench, spoil);
        let before = picture(&bench);

        let approve = format!("runs approve {} --org acme", held["id"].as_str().unwrap());
        refused(bench.run(&approve), 1, "rollcall sync --org acme");

        assert_eq!(picture(&bench), before, "{spoil}");
        let anew = bench.run("sync --org acme --json").exits(3).json();
        assert_ne!(anew["id"], held["id"]);
        let approve = format!("runs approve {} --org acme", anew["id"].as_str().unwrap());
        bench.run(&approve).done();
    }
}

#[test]
fn a_plan_of_another_organisation_is_unknown() {
    let bench = with_a_change();
    let preview = bench.json("sync --org acme --preview");
    let id = preview["id"].as_str().unwrap();
    bench.run("org create --name Umbra").done();
    let connect = "hris connect hibob --org umbra --service-user sandbox --token-stdin --preview";
    bench.run_with(connect, "sandbox-token\n").done();
    let before = picture(&bench);
    for command in [
        format!("sync --org umbra --expect {id}"),
        format!("runs show {id} --org umbra"),
        format!("runs approve {id} --org umbra"),
        format!("runs reject {id} --org umbra"),
        format!("runs undo {id} --org umbra"),
    ] {
        refused(bench.run(&command), 2, "There is no run");
    }
    assert_eq!(picture(&bench), before);
}

#[test]
fn a_half_migrated_database_is_said_to_be_that() {
    let forgotten = "DELETE FROM installation
        WHERE key = (SELECT max(key) FROM installation WHERE key LIKE 'schema.%')";
    for (spoil, opens) in [
        (forgotten, false),
        ("DELETE FROM installation WHERE key = 'schema.0002'", false),
        ("DROP TABLE hold_answer", true),
        ("ALTER TABLE person DROP COLUMN updated_at", true),
    ] {
        let bench = with_a_change();
        tamper(&bench, spoil);
        for command in ["sync --org acme", "sync --org acme --preview"] {
            refused(bench.run(command), 1, "not one that Rollcall made");
        }
        if !opens {
            refused(bench.run("org list"), 1, "not one that Rollcall made");
        }
        bench
            .run("doctor")
            .exits(1)
            .prints("not one that Rollcall made");
    }
}

#[test]
fn what_is_no_database_is_said_in_one_sentence() {
    let bench = Bench::connected(company(3));
    let path = bench.path().join("rollcall.db");
    let whole = fs::read(&path).unwrap();
    let text = "no database, but some text that is long enough to be read as one".as_bytes();
    for bytes in [text, &whole[..whole.len() / 3]] {
        fs::write(&path, bytes).unwrap();
        let ended = bench.run("sync --org acme");
        assert!(!ended.stderr.contains("(code"), "{}", ended.stderr);
        refused(ended, 1, "damaged or no database at all");
        assert_eq!(fs::read(&path).unwrap(), bytes);
    }
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    refused(bench.run("sync --org acme"), 2, "rollcall.db");
}

#[test]
fn a_key_that_does_not_fit_seals_nothing_for_an_erasure() {
    let bench = Bench::connected(company(3));
    bench.write("other.key", &bench.run("key generate").done().stdout);
    let before = picture(&bench);
    let erase = "people erase p2@acme.test --org acme --yes";
    refused(
        bench.run(&format!("{erase} --key-file other.key")),
        2,
        "The key file does not fit this database",
    );
    assert_eq!(picture(&bench), before);
    bench.run(erase).done();
    assert_eq!(bench.json("sync --org acme")["counts"]["out_of_scope"], 1);
    bench.run("org create --name Umbra").done();
    bench
        .run("people add --org umbra --email u@umbra.test --first-name U --country PT")
        .done();
    refused(
        bench.run("people erase u@umbra.test --org umbra --yes --key-file other.key"),
        2,
        "The key file does not fit this database",
    );
    bench
        .run("people erase u@umbra.test --org umbra --yes")
        .done();
}

#[test]
fn a_key_that_is_gone_is_not_made_anew_over_what_it_sealed() {
    let bench = Bench::connected(company(3));
    let path = bench.path().join("rollcall.key");
    let key = fs::read(&path).unwrap();
    fs::remove_file(&path).unwrap();
    let before = picture(&bench);
    for command in ["sync --org acme", "people list --org acme", "key rotate"] {
        refused(bench.run(command), 2, "rollcall.key is not there");
        assert!(!path.exists(), "{command}");
    }
    assert_eq!(picture(&bench), before);
    // Lost for good: a new one, and connecting again.
    bench.write("rollcall.key", &bench.run("key generate").done().stdout);
    bench.connect("").done();
    bench.run("sync --org acme").done();
    fs::write(&path, key).unwrap();
    refused(bench.run("sync --org acme"), 2, "does not fit");
}

#[test]
fn with_another_key_nobody_who_was_erased_comes_back() {
    let bench = Bench::connected(company(3));
    bench
        .run("people erase p2@acme.test --org acme --yes")
        .done();
    let path = bench.path().join("rollcall.key");
    let old = fs::read_to_string(&path).unwrap();
    let new = bench.run("key generate").done().stdout;
    bench.write("rollcall.key", &new);
    refused(bench.connect(""), 2, "who was erased");
    refused(bench.run("sync --org acme"), 2, "who was erased");
    assert_eq!(bench.people(), 2);
    bench.write("rollcall.key", &format!("{new}{old}"));
    assert_eq!(bench.json("sync --org acme")["counts"]["out_of_scope"], 1);
}
