//! `rollcall doctor`: it names what is wrong, and touches nothing.

use std::{
    fs,
    os::unix::fs::{MetadataExt as _, PermissionsExt as _},
};

use serde_json::Value;

use crate::{bench::Bench, company::company, database::execute};

const NAMES: [&str; 6] = ["database", "schema", "key", "files", "disk", "clock"];

/// The checks that are not well.
#[track_caller]
fn wrong(bench: &Bench) -> Vec<(String, String)> {
    let ended = bench.run("doctor --json");
    let document = ended.json();
    let checks = document["checks"].as_array().unwrap();
    let text = |check: &Value, key: &str| check[key].as_str().unwrap().to_owned();
    let wrong: Vec<_> = checks
        .iter()
        .filter(|check| check["ok"] == false)
        .map(|check| (text(check, "name"), text(check, "detail")))
        .collect();
    assert_eq!(ended.code, Some(i32::from(!wrong.is_empty())), "{document}");
    wrong
}

/// Exactly this is wrong, and the finding says these words.
#[track_caller]
fn finds(bench: &Bench, name: &str, words: &str) {
    let wrong = wrong(bench);
    let [(found, detail)] = wrong.as_slice() else {
        panic!("only {name} is wrong: {wrong:?}")
    };
    assert_eq!(found, name, "{detail}");
    assert!(detail.contains(words), "{detail}");
}

/// Name, content and time of every file.
fn traces(bench: &Bench) -> Vec<(String, Vec<u8>, i64, i64, u32)> {
    let entries = fs::read_dir(bench.path()).unwrap().map(Result::unwrap);
    let mut traces: Vec<_> = entries
        .map(|entry| {
            let found = entry.metadata().unwrap();
            (
                entry.file_name().to_string_lossy().into_owned(),
                fs::read(entry.path()).unwrap(),
                found.mtime(),
                found.mtime_nsec(),
                found.mode(),
            )
        })
        .collect();
    traces.sort();
    traces
}

#[test]
fn a_good_installation_is_well_and_not_touched() {
    let bench = Bench::connected(company(3));
    let before = traces(&bench);
    let document = bench.json("doctor");
    let names = document["checks"].as_array().unwrap().iter();
    let names: Vec<_> = names.map(|check| check["name"].as_str().unwrap()).collect();
    assert_eq!(names, NAMES);
    assert_eq!(wrong(&bench), []);
    assert_eq!(traces(&bench), before);
}

#[test]
fn where_there_is_no_database_none_is_made() {
    let bench = Bench::new(company(1));
    finds(&bench, "database", "no database at rollcall.db");
    assert!(traces(&bench).is_empty());
}

#[test]
fn a_database_without_its_newest_tables_is_not_brought_up_to_date() {
    let bench = Bench::connected(company(3));
    let database = bench.path().join("rollcall.db");
    execute(
        &database,
        "INSERT INTO installation (key, value) VALUES ('schema.0099', 'x')",
    );
    let before = traces(&bench);
    finds(&bench, "schema", "schema 99");
    assert_eq!(traces(&bench), before);
    execute(
        &database,
        "DELETE FROM installation WHERE key = 'schema.0099'",
    );
    execute(&database, "DROP TABLE plan_item");
    finds(&bench, "schema", "not one that Rollcall made");
}

#[test]
fn a_damaged_database_is_named() {
    let bench = Bench::connected(company(300));
    let path = bench.path().join("rollcall.db");
    let mut bytes = fs::read(&path).unwrap();
    let middle = bytes.len() / 2 / 8192 * 8192;
    bytes[middle..middle + 8192].fill(0xa5);
    fs::write(&path, &bytes).unwrap();
    let found = wrong(&bench);
    assert!(
        found
            .iter()
            .any(|(name, detail)| name == "database" && detail.contains("damaged")),
        "{found:?}"
    );
    assert_eq!(fs::read(&path).unwrap(), bytes);
    bench.write(
        "rollcall.db",
        "no database, but some text that is long enough to be read as one",
    );
    let found = wrong(&bench);
    assert!(
        found.iter().any(|(_, detail)| detail.contains("damaged")),
        "{found:?}"
    );
}

#[test]
fn files_that_others_may_read_are_named() {
    let bench = Bench::connected(company(3));
    for name in ["rollcall.db", "rollcall.key"] {
        let path = bench.path().join(name);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        finds(&bench, "files", &format!("{name} has mode 644"));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    }
    assert_eq!(wrong(&bench), []);
}

#[test]
fn a_key_that_is_missing_or_another_is_named() {
    let bench = Bench::connected(company(3));
    let key = bench.path().join("rollcall.key");
    let right = fs::read(&key).unwrap();
    fs::remove_file(&key).unwrap();
    finds(&bench, "key", "rollcall.key");
    assert!(!key.exists(), "none was made");
    let other = bench.run("key generate").done().stdout;
    bench.write("rollcall.key", &other);
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    finds(&bench, "key", "does not fit");
    fs::write(&key, right).unwrap();
    assert_eq!(wrong(&bench), []);
}

#[test]
fn a_clock_that_is_behind_what_is_stored_is_named() {
    let bench = Bench::connected(company(3));
    execute(
        &bench.path().join("rollcall.db"),
        "UPDATE run SET started_at = started_at * 2",
    );
    finds(&bench, "clock", "Set the clock");
}

#[test]
fn on_postgresql_the_server_is_looked_at_and_not_its_disk() {
    let database = testpg::fresh_database();
    let mut bench = Bench::new(company(3));
    bench.write("rollcall.key", &bench.run("key generate").done().stdout);
    let key = bench.path().join("rollcall.key");
    fs::set_permissions(key, fs::Permissions::from_mode(0o600)).unwrap();
    bench.set("ROLLCALL_DATABASE_URL", database.url());
    bench.set("ROLLCALL_KEY_FILE", "rollcall.key");
    finds(&bench, "schema", "not one that Rollcall made");
    let tables = "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'";
    assert!(crate::database::rows(&database.url(), tables).is_empty());
    bench.run("org create --name Acme").done();
    assert_eq!(wrong(&bench), []);
    bench.set(
        "ROLLCALL_DATABASE_URL",
        "postgres://nobody@127.0.0.1:1/none",
    );
    finds(&bench, "database", "cannot be reached");
}
