//! Explaining and erasing people from the command line.

use crate::{
    bench::{Bench, keys},
    company::{company, id},
};

#[test]
fn somebody_is_explained_in_words_and_as_a_document() {
    let mut roster = company(3);
    roster.employees[2].country = None;
    let bench = Bench::connected(roster);
    let explained = bench.json("people explain p2@acme.test --org acme");
    assert_eq!(
        keys(&explained),
        ["hris_id", "outcome", "person_id", "rules", "run_id", "seen"]
    );
    assert_eq!(explained["outcome"], "added");
    assert_eq!(explained["seen"]["email"], "p2@acme.test");
    assert_eq!(keys(&explained["rules"][0]), ["code", "text"]);
    bench
        .run("people explain p2@acme.test --org acme")
        .done()
        .prints("Outcome: added")
        .prints("The line manager, Person Nr001, approves.")
        .prints("As last seen in the HRIS");
    bench
        .run(&format!("people explain {} --org acme", id(3)))
        .done()
        .prints("Outcome: skipped")
        .prints("missing_country: ");
    bench.run("people explain nobody --org acme").exits(2);
}

#[test]
fn somebody_is_erased_only_when_that_is_really_meant_and_allowed_again() {
    let bench = Bench::connected(company(3));
    bench
        .run("people erase p2@acme.test --org acme")
        .exits(2)
        .says("--yes");
    let person = bench.json("people show p2@acme.test --org acme")["id"].clone();
    let erased = bench.json("people erase p2@acme.test --org acme --yes");
    assert_eq!((&erased["id"], &erased["erased"]), (&person, &true.into()));
    bench.run("people show p2@acme.test --org acme").exits(2);
    assert_eq!(bench.json("sync --org acme")["counts"]["out_of_scope"], 1);
    bench
        .run(&format!("people explain {} --org acme", id(2)))
        .done()
        .prints("erased: ");

    bench.run("people allow p7@acme.test --org acme").exits(2);
    let allowed = bench.json("people allow p2@acme.test --org acme");
    assert_eq!(allowed["allowed"], true);
    assert_eq!(bench.json("sync --org acme")["counts"]["added"], 1);
}
