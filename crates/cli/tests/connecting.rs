//! Trying credentials, connecting, disconnecting.

use sandbox::Fault;
use serde_json::json;

use crate::{
    bench::{Bench, keys},
    company::{all_sections_but, company, no_group},
};

const CHECK: &str = "hris check hibob --service-user sandbox --token-stdin";

#[test]
fn connecting_syncs_everybody_and_prints_the_integration_with_its_first_run() {
    let bench = Bench::with_organisation(company(6));
    let connected = bench.connect("--json").done().json();
    assert_eq!(
        keys(&connected),
        [
            "connected_at",
            "issues",
            "last_run",
            "next_run_at",
            "policy",
            "provider",
            "schedule",
            "service_user_id",
            "state",
            "webhook",
        ]
    );
    assert_eq!(connected["provider"], "hibob");
    assert_eq!(connected["state"], "synced");
    let run = &connected["last_run"];
    assert_eq!(run["trigger"], "connect");
    assert_eq!(run["state"], "finished");
    assert_eq!(run["counts"]["added"], 6);
    assert_eq!(run["changes"].as_array().unwrap().len(), 6);
    assert_eq!(bench.people(), 6);
}

#[test]
fn connecting_in_words_tells_the_counts_and_who_was_skipped_with_the_mend() {
    let mut roster = company(3);
    roster.employees[2].country = None;
    let bench = Bench::with_organisation(roster);
    bench
        .connect("")
        .done()
        .prints("Connected to HiBob as sandbox.")
        .prints("Synced 3 employees, of whom 1 was skipped.")
        .prints("missing_country (1): The country decides")
        .prints("Person Nr003 <p3@acme.test>");
}

#[test]
fn a_check_says_what_is_seen_and_stores_nothing() {
    let bench = Bench::with_organisation(company(4));
    let checked = bench
        .run_with(&format!("{CHECK} --json"), "sandbox-token\n")
        .done()
        .json();
    assert_eq!(checked["employees_seen"], 4);
    let sections = checked["sections"].as_array().unwrap();
    assert!(
        sections.iter().all(|section| section["seen"] == true),
        "{checked}"
    );
    assert_eq!(
        keys(&sections[0]),
        ["effect", "field", "mend", "needed", "section", "seen"]
    );
    assert_eq!(
        bench.json("hris status --org acme")["state"],
        "not_connected"
    );
    bench
        .run_with(CHECK, "sandbox-token\n")
        .done()
        .prints("country")
        .says("Nothing was stored");
}

#[test]
fn a_check_that_would_be_refused_shows_its_table_and_exits_4() {
    let bench = Bench::new(company(4));
    bench
        .hibob
        .set_permissions(all_sections_but(&["address"]))
        .unwrap();
    let checked = bench
        .run_with(&format!("{CHECK} --json"), "sandbox-token\n")
        .exits(4);
    let country = checked.json();
    let country = country["sections"]
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["field"] == "country");
    assert_eq!(country.unwrap()["seen"], false);
    checked.says("country");
}

#[test]
fn refused_credentials_exit_4_and_store_nothing() {
    let bench = Bench::with_organisation(company(4));
    let connect = "hris connect hibob --org acme --service-user sandbox --token-stdin --json";
    bench
        .run_with(connect, "wrong-token\n")
        .exits(4)
        .prints_nothing()
        .says("HiBob");
    assert_eq!(
        bench.json("hris status --org acme")["state"],
        "not_connected"
    );
}

#[test]
fn a_service_user_without_a_permission_group_exits_4() {
    let bench = Bench::with_organisation(company(4));
    bench.hibob.set_permissions(no_group()).unwrap();
    bench.connect("").exits(4);
}

#[test]
fn a_needed_section_that_cannot_be_seen_exits_4_and_names_it() {
    let bench = Bench::with_organisation(company(4));
    bench
        .hibob
        .set_permissions(all_sections_but(&["address"]))
        .unwrap();
    bench
        .connect("")
        .exits(4)
        .says("country")
        .says("nothing was connected");
    assert_eq!(bench.people(), 0);
}

#[test]
fn an_unseen_lifecycle_needs_a_confirmation() {
    let bench = Bench::with_organisation(company(4));
    bench
        .hibob
        .set_permissions(all_sections_but(&["employment", "lifecycle", "internal"]))
        .unwrap();
    bench
        .connect("")
        .exits(4)
        .says("--accept-missing lifecycle");
    bench.connect("--accept-missing lifecycle").done();
    assert_eq!(bench.people(), 4);
}

#[test]
fn a_confirmation_of_something_else_is_wrong_use() {
    let bench = Bench::with_organisation(company(4));
    bench
        .connect("--accept-missing address")
        .exits(2)
        .says("lifecycle");
}

#[test]
fn an_hris_that_is_not_there_exits_5() {
    let mut bench = Bench::with_organisation(company(4));
    let free = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    bench.set("ROLLCALL_HIBOB_URL", format!("http://{free}/v1"));
    bench.connect("").exits(5);
    assert_eq!(
        bench.json("hris status --org acme")["state"],
        "not_connected"
    );
}

#[test]
fn answers_that_cannot_be_used_exit_5() {
    for fault in ["empty", "html", "not_json", "no_employees_key", "redirect"] {
        let bench = Bench::with_organisation(company(4));
        bench.hibob.set_faults(vec![Fault::parse(fault).unwrap()]);
        let ended = bench.connect("--json");
        assert_eq!(ended.code, Some(5), "{fault}: {}", ended.stderr);
        ended.prints_nothing();
    }
}

#[test]
fn a_connection_made_to_be_previewed_changes_nobody_and_is_paused() {
    let bench = Bench::with_organisation(company(5));
    let connected = bench.connect("--preview --json").done().json();
    assert_eq!(connected["state"], "paused");
    assert_eq!(connected["last_run"]["kind"], "preview");
    assert_eq!(
        connected["last_run"]["changes"].as_array().unwrap().len(),
        5
    );
    assert_eq!(bench.people(), 0);

    let resumed = bench.json("hris resume --org acme");
    assert_ne!(resumed["state"], "paused");
    bench.run("sync --org acme").done();
    assert_eq!(bench.people(), 5);
}

#[test]
fn credentials_are_replaced_in_place_and_nobody_loses_their_link() {
    let bench = Bench::connected(company(5));
    let before = bench.json("people list --org acme");
    let run = bench.connect("--json").done().json()["last_run"].clone();
    assert_eq!(run["counts"]["unchanged"], 5);
    assert_eq!(bench.json("people list --org acme"), before);
}

#[test]
fn credentials_of_another_company_are_refused_in_place() {
    let bench = Bench::connected(company(25));
    bench
        .hibob
        .set_faults(vec![Fault::parse("other_company").unwrap()]);
    bench.connect("").exits(5);
    bench.hibob.set_faults(Vec::new());
    bench.run("sync --org acme").done();
}

#[test]
fn disconnecting_keeps_people_and_a_sync_then_says_how_to_connect() {
    let bench = Bench::connected(company(3));
    assert_eq!(
        bench.json("hris disconnect --org acme")["state"],
        "not_connected"
    );
    assert_eq!(bench.people(), 3);
    bench
        .run("sync --org acme")
        .exits(1)
        .says("rollcall hris connect hibob --org acme");
    bench.connect("").done().prints("3 unchanged");
}

#[test]
fn pausing_is_shown_and_a_sync_by_hand_goes_on() {
    let bench = Bench::connected(company(3));
    assert_eq!(
        bench.json("hris pause --org acme")["next_run_at"],
        json!(null)
    );
    bench.run("sync --org acme").done();
    bench
        .run("hris status --org acme")
        .done()
        .prints("HiBob: paused");
}

#[test]
fn a_previewed_connection_is_cancelled_by_disconnecting() {
    let bench = Bench::with_organisation(company(3));
    bench
        .connect("--preview")
        .done()
        .prints("Preview of 3 employees; nothing was changed.")
        .prints("rollcall hris resume --org acme")
        .prints("rollcall hris disconnect --org acme");
    bench.run("hris disconnect --org acme").done();
    assert_eq!(bench.people(), 0);
}
