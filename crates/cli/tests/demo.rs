//! The demo.

use crate::{
    bench::{Bench, keys},
    company::company,
};

#[test]
fn a_demo_shows_a_first_sync_and_what_changed_the_day_after() {
    let bench = Bench::new(company(1));
    let shown = bench.json("demo --employees 120 --data .");
    assert_eq!(
        keys(&shown),
        ["company", "database_url", "first", "organisation", "second"]
    );
    assert_eq!(shown["organisation"], "acme");
    assert_eq!(shown["first"]["counts"]["employees"], 120);
    assert_eq!(shown["second"]["counts"]["employees"], 123);
    assert_eq!(shown["second"]["counts"]["added"], 3);
    assert_eq!(shown["second"]["counts"]["archived"], 2);
    let groups = shown["second"]["groups"].as_array().unwrap();
    assert!(
        groups.iter().any(|group| group["action"] == "rename"),
        "{groups:?}"
    );
    assert_eq!(
        bench.json("people list --org acme --status archived")["total"],
        2
    );
}

#[test]
fn a_second_demo_in_the_same_folder_goes_on_with_the_company_there() {
    let bench = Bench::new(company(1));
    bench
        .run("demo --employees 60 --data here")
        .done()
        .prints("Look around:");
    let again = bench.run("demo --employees 60 --data here").done();
    again
        .says("Going on with the company")
        .prints("Synced 63 employees")
        .prints("Synced 66 employees");
}

#[test]
fn a_demo_without_a_folder_makes_one_and_names_it() {
    let bench = Bench::new(company(1));
    let shown = bench.run("demo --employees 20").done();
    let line = shown.stdout.lines().find_map(|line| {
        line.trim()
            .strip_prefix("export ROLLCALL_DATABASE_URL=sqlite://")
    });
    let database = std::path::Path::new(line.unwrap());
    assert!(database.exists());
    std::fs::remove_dir_all(database.parent().unwrap()).unwrap();
}

#[test]
fn the_smallest_demo_works_too() {
    let bench = Bench::new(company(1));
    bench.run("demo --employees 1 --data .").done();
}

#[test]
fn a_folder_that_is_a_file_is_wrong_use() {
    let bench = Bench::new(company(1));
    bench.write("file", "");
    bench.run("demo --data file").exits(2).says("--data");
}

#[test]
fn a_folder_with_letters_that_mean_something_in_an_address_works() {
    let bench = Bench::new(company(1));
    let shown = bench
        .run_all(&["demo", "--employees", "10", "--data", "a b?c%20d"])
        .done();
    assert!(bench.path().join("a b?c%20d/rollcall.db").exists());
    shown.prints("a b%3Fc%2520d/rollcall.db'");
}
