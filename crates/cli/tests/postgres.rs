//! The main path on PostgreSQL.

use std::os::unix::fs::PermissionsExt as _;

use serde_json::json;

use crate::{
    bench::Bench,
    company::{company, employee, terminate},
};

/// A bench on a database of its own. The database comes first, so that it is dropped last.
fn bench() -> (testpg::Database, Bench) {
    let database = testpg::fresh_database();
    let mut bench = Bench::new(company(30));
    bench.set("ROLLCALL_DATABASE_URL", database.url());
    bench.set("ROLLCALL_KEY_FILE", "master.key");
    bench.write("master.key", "");
    // A key needs neither a database nor a key file.
    let key = bench.run("key generate").done().stdout;
    bench.write("master.key", &key);
    // A shell's redirection makes a file that others may read; `doctor` would say so.
    let owner_only = std::fs::Permissions::from_mode(0o600);
    std::fs::set_permissions(bench.path().join("master.key"), owner_only).unwrap();
    (database, bench)
}

#[test]
fn on_postgresql_a_company_is_connected_synced_held_and_approved() {
    let (_database, bench) = bench();
    bench.run("org create --name Acme").done();
    assert_eq!(
        bench.connect("--json").done().json()["last_run"]["counts"]["added"],
        30
    );
    bench
        .hibob
        .change(|roster| roster.employees.push(employee(31)))
        .unwrap();
    let preview = bench.json("sync --org acme --preview");
    bench
        .run(&format!(
            "sync --org acme --expect {}",
            preview["id"].as_str().unwrap()
        ))
        .done();
    assert_eq!(bench.people(), 31);

    bench
        .hibob
        .change(|roster| terminate(roster, 2..=13))
        .unwrap();
    let held = bench.run("sync --org acme --json").exits(3).json();
    bench
        .run(&format!(
            "runs approve {} --org acme",
            held["id"].as_str().unwrap()
        ))
        .done();
    assert_eq!(
        bench.json("people list --org acme --status archived")["total"],
        12
    );
    assert_eq!(
        bench
            .run("people export --org acme")
            .done()
            .stdout
            .lines()
            .count(),
        32
    );
    let edited = bench.json("people edit p20@acme.test --org acme --end-date 2099-01-31");
    assert_eq!(edited["end_date"], json!("2099-01-31"));
    bench.run("doctor").done().prints("PostgreSQL");
    assert!(!bench.path().join("rollcall.db").exists());
}
