//! Several processes on one database: one sync at a time, taken over when its process dies, and nothing written by
//! one that has lost its turn.

use std::time::{Duration, Instant};

use sandbox::Fault;
use serde_json::Value;

use crate::{
    bench::{Bench, Ended},
    company::{company, employee, terminate},
    database::{Picture, rows, runs},
    process::{Process, until},
};

/// How soon a sync must be taken over.
const TAKEN_OVER: Duration = Duration::from_secs(5);

const GOING: &str = "SELECT id FROM run WHERE finished_at IS NULL AND state <> 'held'";
/// Ends the connections that hold a run's lock, and no others.
const CUT_THE_LOCK: &str = "
    SELECT '' || pg_terminate_backend(pid) FROM pg_locks
    WHERE locktype = 'advisory' AND granted
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";

/// A bench on one engine, with what its database goes with.
struct On {
    bench: Bench,
    url: String,
    // After the bench, whose processes use it.
    _database: Option<testpg::Database>,
}

impl On {
    /// Thirty people, connected and synced, and one who is to be added.
    fn sqlite() -> Self {
        let bench = Bench::with_organisation(company(30));
        let url = format!("sqlite://{}", bench.path().join("rollcall.db").display());
        Self::connected(bench, url, None)
    }

    fn postgres() -> Self {
        let database = testpg::fresh_database();
        let mut bench = Bench::new(company(30));
        let key = bench.run("key generate").done().stdout;
        bench.write("rollcall.key", &key);
        bench.set("ROLLCALL_DATABASE_URL", database.url());
        bench.set("ROLLCALL_KEY_FILE", "rollcall.key");
        bench.run("org create --name Acme").done();
        let url = database.url();
        Self::connected(bench, url, Some(database))
    }

    fn connected(bench: Bench, url: String, database: Option<testpg::Database>) -> Self {
        bench.connect("").done();
        bench
            .hibob
            .change(|roster| roster.employees.push(employee(31)))
            .unwrap();
        Self {
            bench,
            url,
            _database: database,
        }
    }

    /// Makes HiBob answer only after so long.
    fn slow(&self, milliseconds: u64) {
        let fault = Fault::parse(&format!("slow={milliseconds}")).unwrap();
        self.bench.hibob.set_faults(vec![fault]);
    }

    /// A sync whose run has begun.
    fn going(&self) -> Process {
        let process = Process::start(&self.bench, "sync --org acme --json");
        until("a run that goes on", || !rows(&self.url, GOING).is_empty());
        process
    }

    fn cut_the_lock(&self) {
        assert_eq!(rows(&self.url, CUT_THE_LOCK), ["true"]);
    }
}

/// A run that lost its turn failed as `interrupted`.
#[track_caller]
fn was_interrupted(ended: Ended) -> Value {
    let run = ended.exits(1).json();
    assert_eq!(run["state"], "failed", "{run}");
    assert_eq!(run["error"]["code"], "interrupted", "{run}");
    run
}

fn two_at_once_make_one_run(on: &On) {
    on.slow(1500);
    let before = runs(&on.url).len();
    let both = [(); 2].map(|()| Process::start(&on.bench, "sync --org acme --json"));
    let [one, other] = both.map(|process| process.ends().done().json());
    assert_eq!(one, other);
    assert_eq!(one["counts"]["added"], 1);
    assert_eq!(runs(&on.url).len(), before + 1);
}

#[test]
fn two_processes_on_sqlite_that_sync_at_once_leave_one_run() {
    two_at_once_make_one_run(&On::sqlite());
}

#[test]
fn two_processes_on_postgresql_that_sync_at_once_leave_one_run() {
    two_at_once_make_one_run(&On::postgres());
}

/// Whoever expects a preview waits for the sync that is going, and gives what they came to.
fn behind_a_slow_sync(on: &On, preview: &Value) -> Ended {
    on.slow(1500);
    let first = on.going();
    let expect = format!(
        "sync --org acme --json --expect {}",
        preview["id"].as_str().unwrap()
    );
    let mut second = Process::start(&on.bench, &expect);
    second.says("waiting for the sync that is going");
    on.bench.hibob.set_faults(Vec::new());
    let first = first.ends().done().json();
    let second = second.ends();
    assert_ne!(second.json()["id"], first["id"]);
    second
}

fn who_expects_a_preview_waits(on: &On) {
    let preview = on.bench.json("sync --org acme --preview");
    assert_eq!(preview["counts"]["added"], 1);

    let held = behind_a_slow_sync(on, &preview).exits(3).json();

    assert_eq!(held["state"], "held");
    assert_eq!(held["hold"][0]["code"], "changed_since_preview");
    // Nothing to do, seen and expected: that is the same plan after any number of syncs.
    let preview = on.bench.json("sync --org acme --preview");
    let applied = behind_a_slow_sync(on, &preview).done().json();
    assert_eq!(applied["state"], "finished");
    assert_eq!(applied["hold"], Value::Array(Vec::new()));
}

#[test]
fn who_expects_a_preview_waits_for_the_sync_that_is_going_and_is_held_when_that_changed_the_plan() {
    who_expects_a_preview_waits(&On::sqlite());
}

#[test]
fn who_expects_a_preview_on_postgresql_waits_for_the_sync_that_is_going() {
    who_expects_a_preview_waits(&On::postgres());
}

fn who_waits_takes_over(on: &On) {
    on.slow(120_000);
    let mut first = on.going();
    let mut second = Process::start(&on.bench, "sync --org acme --json");
    second.says("joined the sync that is going");
    on.bench.hibob.set_faults(Vec::new());

    first.kill();
    let killed = Instant::now();
    let run = second.ends().done().json();

    assert!(killed.elapsed() < TAKEN_OVER, "{:?}", killed.elapsed());
    assert_eq!(run["counts"]["added"], 1);
    let all = runs(&on.url);
    assert_eq!(
        all[all.len() - 2..],
        ["failed|interrupted|over", "finished||over"]
    );
}

#[test]
fn who_waits_on_sqlite_takes_over_when_the_other_process_is_killed() {
    who_waits_takes_over(&On::sqlite());
}

#[test]
fn who_waits_on_postgresql_takes_over_when_the_other_process_is_killed() {
    who_waits_takes_over(&On::postgres());
}

#[test]
fn who_waits_reports_a_hold_that_stays_the_hold_it_was() {
    let on = On::sqlite();
    on.bench
        .hibob
        .change(|roster| terminate(roster, 2..=13))
        .unwrap();
    let held = on.bench.run("sync --org acme --json").exits(3).json();
    on.slow(1500);
    let both = [(); 2].map(|()| Process::start(&on.bench, "sync --org acme --json"));
    for process in both {
        assert_eq!(process.ends().exits(3).json()["id"], held["id"]);
    }
}

#[test]
fn a_paused_process_that_lost_its_lock_writes_nothing_when_it_wakes_up() {
    let on = On::postgres();
    on.slow(1000);
    let paused = on.going();
    paused.pause();
    on.cut_the_lock();
    on.bench.hibob.set_faults(Vec::new());
    let other = on.bench.json("sync --org acme");
    assert_eq!(other["counts"]["added"], 1);
    on.bench
        .hibob
        .change(|roster| roster.employees.push(employee(32)))
        .unwrap();
    let before = Picture::of(&on.url);

    paused.resume();
    let run = was_interrupted(paused.ends());

    assert_ne!(run["id"], other["id"]);
    assert_eq!(Picture::of(&on.url), before);
    let all = runs(&on.url);
    assert_eq!(
        all[all.len() - 2..],
        ["failed|interrupted|over", "finished||over"]
    );
    assert_eq!(on.bench.json("sync --org acme")["counts"]["added"], 1);
}

#[test]
fn a_run_whose_lock_is_cut_ends_as_interrupted_and_the_next_one_does_its_work() {
    let on = On::postgres();
    let before = Picture::of(&on.url);
    on.slow(1000);
    let cut = on.going();
    on.cut_the_lock();
    was_interrupted(cut.ends());
    assert_eq!(Picture::of(&on.url), before);
    on.bench.hibob.set_faults(Vec::new());
    assert_eq!(on.bench.json("sync --org acme")["counts"]["added"], 1);
}

#[test]
fn a_hold_whose_approval_loses_its_lock_stays_a_hold() {
    let on = On::postgres();
    on.bench
        .hibob
        .change(|roster| terminate(roster, 2..=13))
        .unwrap();
    let held = on.bench.run("sync --org acme --json").exits(3).json();
    let approve = format!("runs approve {} --org acme", held["id"].as_str().unwrap());
    let before = Picture::of(&on.url);
    on.slow(1500);
    let calls = on.bench.hibob.log().len();
    let cut = Process::start(&on.bench, &approve);
    until("a lock", || !rows(&on.url, HAS_LOCK).is_empty());
    until("a call", || on.bench.hibob.log().len() > calls);
    on.cut_the_lock();
    cut.ends().exits(1).says("lost its lock");
    assert_eq!(Picture::of(&on.url), before);
    on.bench.hibob.set_faults(Vec::new());
    on.bench.run(&approve).done();
}

const HAS_LOCK: &str = "
    SELECT '' || pid FROM pg_locks
    WHERE locktype = 'advisory' AND granted
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";

#[test]
fn a_paused_process_on_sqlite_keeps_its_turn_and_who_waits_joins_it() {
    let on = On::sqlite();
    on.slow(500);
    let paused = on.going();
    paused.pause();
    let mut second = Process::start(&on.bench, "sync --org acme --json");
    second.says("joined the sync that is going");
    paused.resume();
    let (one, other) = (paused.ends().done().json(), second.ends().done().json());
    assert_eq!(one, other);
}
