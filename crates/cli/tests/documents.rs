//! What every command prints: one document with `--json`, words without, and nothing twice.

use std::io::{BufRead as _, BufReader, Read as _};

use crate::{
    bench::{Bench, Ended, keys},
    company::company,
};

#[test]
fn organisations_are_made_listed_and_changed() {
    let bench = Bench::new(company(1));
    let made = bench
        .run_all(&[
            "org",
            "create",
            "--name",
            "Acme Ltd",
            "--time-zone",
            "Europe/Lisbon",
            "--json",
        ])
        .done()
        .json();
    assert_eq!(keys(&made), ["id", "name", "slug", "time_zone"]);
    assert_eq!(
        (&made["slug"], &made["time_zone"]),
        (&"acme-ltd".into(), &"Europe/Lisbon".into())
    );
    bench
        .run_all(&["org", "create", "--name", "Acme Ltd"])
        .exits(1)
        .says("acme-ltd");
    bench
        .run("org create --name X --time-zone Mars/Olympus")
        .exits(2)
        .says("Mars/Olympus");
    bench.run("org create --name X --slug NO").exits(2);

    let list = bench.json("org list");
    assert_eq!(list["total"], 1);
    assert_eq!(list["items"][0], made);
    assert_eq!(
        bench.json("org set --org acme-ltd --name Acme")["name"],
        "Acme"
    );
    bench.run("org set --org acme-ltd").exits(2);
    let id = made["id"].as_str().unwrap();
    assert_eq!(
        bench.json(&format!("org set --org {id} --time-zone UTC"))["time_zone"],
        "UTC"
    );
}

#[test]
fn the_switch_for_documents_stands_before_or_after_the_command() {
    let bench = Bench::with_organisation(company(1));
    let after = bench.run("org list --json").done().json();
    assert_eq!(bench.run("--json org list").done().json(), after);
    assert_eq!(bench.run("org --json list").done().json(), after);
}

#[test]
fn every_command_prints_exactly_one_document() {
    let bench = Bench::connected(company(3));
    for command in [
        "org list",
        "token create --org acme --name t",
        "token list --org acme",
        "token revoke t --org acme",
        "hris status --org acme",
        "hris pause --org acme",
        "hris resume --org acme",
        "sync --org acme",
        "sync --org acme --preview",
        "runs list --org acme",
        "people list --org acme",
        "people export --org acme",
        "people history p1@acme.test --org acme",
        "policy show --org acme",
        "regions list --org acme",
        "doctor",
        "key generate",
        "hris disconnect --org acme --forget-end-dates",
    ] {
        assert!(bench.json(command).is_object(), "{command}");
        let words = bench.run(
            &command
                .replace("--name t", "--name u")
                .replace("revoke t", "revoke u"),
        );
        assert!(
            words.code.is_some_and(|code| code < 2),
            "{command}: {words:?}"
        );
    }
}

#[test]
fn a_command_that_could_not_be_done_prints_no_document() {
    let bench = Bench::with_organisation(company(1));
    for command in [
        "sync --org nobody",
        "sync --org acme",
        "runs show x --org acme",
        "people show x --org acme",
    ] {
        let ended = bench.run(&format!("{command} --json"));
        assert_ne!(ended.code, Some(0), "{command}");
        assert!(!ended.stderr.is_empty(), "{command}");
        ended.prints_nothing();
    }
}

#[test]
fn tokens_are_shown_once_and_end_at_once() {
    let bench = Bench::with_organisation(company(1));
    let made = bench.json("token create --org acme --name payroll --read-only");
    assert_eq!(keys(&made), ["id", "name", "token"]);
    let list = bench.json("token list --org acme");
    assert_eq!(list["items"][0]["read_only"], true);
    assert!(!list.to_string().contains(made["token"].as_str().unwrap()));
    bench.run("token revoke payroll --org acme").done();
    bench.run("token revoke payroll --org acme").exits(2);
}

#[test]
fn a_policy_goes_out_and_in_again() {
    let bench = Bench::with_organisation(company(1));
    let shown = bench.run("policy show --org acme").done().stdout;
    let changed = shown.replace("\"archive_percent\": 10", "\"archive_percent\": 12");
    assert_ne!(shown, changed);
    bench.write("policy.json", &changed);
    let set = bench.json("policy set --org acme --file policy.json");
    assert_eq!(set["safeguards"]["archive_percent"], 12);
    bench.run_with("policy set --org acme", &shown).done();
    assert_eq!(bench.run("policy show --org acme").done().stdout, shown);

    bench.run_with("policy set --org acme", "{}").exits(2);
    bench
        .run_with("policy set --org acme", &shown.replace("10", "101"))
        .exits(2)
        .says("0 to 100");
    bench
        .run("policy set --org acme --file absent.json")
        .exits(2)
        .says("absent.json");
}

#[test]
fn regions_go_out_and_in_again() {
    let bench = Bench::connected(company(2));
    let shown = bench.run("regions list --org acme --json").done();
    assert_eq!(keys(&shown.json()), ["items", "total"]);
    bench
        .run_with("regions set --org acme", &shown.stdout)
        .done();
    assert_eq!(bench.json("regions list --org acme"), shown.json());

    let one = r#"[{"name": "Everywhere", "countries": ["PT"], "fallback": true}]"#;
    bench.run_with("regions set --org acme", one).done();
    assert_eq!(
        bench.json("people show p1@acme.test --org acme")["content_region"]["name"],
        "Everywhere"
    );
    bench
        .run_with(
            "regions set --org acme",
            r#"[{"name": "A", "countries": []}]"#,
        )
        .exits(2)
        .says("fallback");
}

#[test]
fn a_doctor_finds_a_good_installation_well_and_a_wrong_one_not() {
    let mut bench = Bench::connected(company(1));
    let well = bench.json("doctor");
    assert_eq!(keys(&well), ["checks"]);
    let checks = well["checks"].as_array().unwrap();
    assert!(checks.iter().all(|check| check["ok"] == true), "{well}");
    assert_eq!(keys(&checks[0]), ["detail", "name", "ok"]);

    bench.write("other.key", &bench.run("key generate").done().stdout);
    bench.set("ROLLCALL_KEY_FILE", "other.key");
    bench
        .run("doctor")
        .exits(1)
        .prints("WRONG")
        .prints("ROLLCALL_KEY_FILE");
    bench.set("ROLLCALL_DATABASE_URL", "mysql://x");
    let unfit = bench.run("doctor --json").exits(2).json();
    assert_eq!(unfit["checks"][0]["ok"], false);
}

#[test]
fn wrong_use_exits_2_and_suggests_what_was_meant() {
    let bench = Bench::new(company(1));
    bench
        .run("peple list")
        .exits(2)
        .says("'people'")
        .prints_nothing();
    bench
        .run("people list --statsu active")
        .exits(2)
        .says("--status");
    bench.run("").exits(2).prints_nothing();
    bench.run("org create").exits(2).says("--name");
    bench.run("--help").done().prints("rollcall demo");
    bench.run("--version").done().prints("rollcall ");
    for command in [
        "demo", "org", "admin", "token", "hris", "sync", "runs", "people", "policy", "regions",
        "sandbox", "key", "doctor",
    ] {
        bench
            .run(&format!("{command} --help"))
            .done()
            .prints("Usage:");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let bench = Bench::connected(company(1200));
    for command in [
        "people list --org acme",
        "people export --org acme",
        "people list --org acme --json",
    ] {
        let mut child = bench
            .command()
            .args(command.split_whitespace())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::with_capacity(16, child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let mut stderr = String::new();
        child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut stderr)
            .unwrap();
        let code = child.wait().unwrap().code();
        assert_eq!((code, stderr.as_str()), (Some(0), ""), "{command}");
    }
}

#[test]
fn a_name_cannot_steer_the_terminal() {
    let mut roster = company(2);
    roster.employees[1].first_name = Some("\u{1b}[2JEve\u{202e}".into());
    let bench = Bench::with_organisation(roster);
    let Ended { stdout, .. } = bench.connect("").done();
    assert!(
        !stdout.contains('\u{1b}') && !stdout.contains('\u{202e}'),
        "{stdout:?}"
    );
}

#[test]
fn progress_bars_are_for_terminals_only() {
    let bench = Bench::connected(company(2));
    let ended = bench.run("sync --org acme").done();
    assert_eq!(ended.stderr, "");
}
