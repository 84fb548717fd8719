//! `rollcall key rotate`: whatever is stored stays readable, whenever it is killed.

use std::{fs, os::unix::fs::PermissionsExt as _, time::Duration};

use crate::{bench::Bench, company::company};

fn key_lines(bench: &Bench) -> Vec<String> {
    let text = fs::read_to_string(bench.path().join("rollcall.key")).unwrap();
    text.lines().map(str::to_owned).collect()
}

#[test]
fn a_rotated_key_goes_on_opening_what_is_stored() {
    let bench = Bench::connected(company(3));
    let [old] = key_lines(&bench).try_into().unwrap();

    let rotated = bench.run("key rotate --json").done().json();

    let [new] = key_lines(&bench).try_into().unwrap();
    assert_ne!(new, old);
    assert!(new.contains(rotated["key_id"].as_str().unwrap()));
    assert!(old.contains(rotated["removed"][0].as_str().unwrap()));
    let mode = fs::metadata(bench.path().join("rollcall.key")).unwrap();
    assert_eq!(mode.permissions().mode() & 0o777, 0o600);
    bench.run("sync --org acme").done();
    bench.run("doctor").done();
    bench.connect("").done();
    bench.run("key rotate").done().prints("old key removed");

    bench.write("rollcall.key", &old);
    bench.run("sync --org acme").exits(2).says("does not fit");
}

#[test]
fn the_secrets_of_a_rotation_are_not_printed() {
    let mut bench = Bench::connected(company(3));
    bench.set("ROLLCALL_LOG", "trace");
    let old = key_lines(&bench).remove(0);
    let ended = bench.run("key rotate").done();
    for line in [old, key_lines(&bench).remove(0)] {
        let secret = line.rsplit(':').next().unwrap();
        assert!(!ended.stdout.contains(secret) && !ended.stderr.contains(secret));
    }
}

#[test]
fn a_rotation_that_is_killed_at_any_moment_leaves_an_installation_that_works() {
    let bench = Bench::connected(company(3));
    let started = std::time::Instant::now();
    bench.run("key rotate").done();
    let whole = started.elapsed();
    for kill in 0..30_u32 {
        let mut process = bench.command().args(["key", "rotate"]).spawn().unwrap();
        std::thread::sleep(whole.mul_f64(f64::from(kill) / 30.0) + Duration::from_micros(1));
        process.kill().unwrap();
        process.wait().unwrap();
        let checked = bench.run("doctor --json");
        assert_eq!(checked.code, Some(0), "kill {kill}: {}", checked.stdout);
        bench.run("sync --org acme").done();
    }
    bench.run("key rotate").done();
    assert_eq!(key_lines(&bench).len(), 1);
    let left = fs::read_dir(bench.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name());
    let keys = left.filter(|name| name.to_string_lossy().starts_with("rollcall.key"));
    assert_eq!(keys.count(), 1, "no other file holds a key");
    bench.run("sync --org acme").done();
}

#[test]
fn a_key_is_rotated_on_postgresql() {
    let database = testpg::fresh_database();
    let mut bench = Bench::new(company(3));
    bench.write("rollcall.key", &bench.run("key generate").done().stdout);
    bench.set("ROLLCALL_DATABASE_URL", database.url());
    bench.set("ROLLCALL_KEY_FILE", "rollcall.key");
    bench.run("org create --name Acme").done();
    bench.connect("").done();
    let before = key_lines(&bench);
    bench.run("key rotate").done();
    assert_ne!(key_lines(&bench), before);
    bench.run("sync --org acme").done();
}

#[test]
fn a_key_that_does_not_fit_or_a_database_that_is_not_there_is_not_rotated() {
    let mut bench = Bench::connected(company(3));
    bench.write("other.key", &bench.run("key generate").done().stdout);
    let other = fs::read(bench.path().join("other.key")).unwrap();
    bench.set("ROLLCALL_KEY_FILE", "other.key");
    bench.run("key rotate").exits(2).says("does not fit");
    assert_eq!(fs::read(bench.path().join("other.key")).unwrap(), other);
    bench.set("ROLLCALL_DATABASE_URL", "sqlite://none.db");
    bench
        .run("key rotate")
        .exits(2)
        .says("no database at none.db");
    assert!(!bench.path().join("none.db").exists());
}
