//! Employees as they were last seen.

use std::{collections::BTreeSet, time::Instant};

use domain::{HrisId, RunKind, RunState, SmolStr};
use hris::{EmployeeRecord, Roster, Scope};
use reconcile::apply::Records;
use store::{Actor, ApplyRun, LastSeen, Reach};

use crate::{
    plans::plan,
    world::{World, id, now, run},
};

fn records(json: &str) -> Vec<EmployeeRecord> {
    serde_json::from_str(json).unwrap()
}

fn roster(json: &str) -> Roster {
    Roster::of_records(records(json))
}

/// Syncs an answer that changes nobody, and tells how many records it wrote.
async fn see(world: &World, roster: &Roster, erased: &[&str]) -> usize {
    let erased: BTreeSet<HrisId> = erased.iter().map(|id| HrisId::from(*id)).collect();
    let loaded = world.load().await;
    let changes = loaded.glance.changes(roster, &erased);
    let reach = match roster.scope {
        Scope::Whole => Reach::Whole,
        Scope::Named(_) => Reach::Named,
    };
    let run = run(RunKind::Sync, RunState::Finished);
    let begun = world.store.begin_run(world.org, &run, None);
    begun.await.unwrap();
    let apply = ApplyRun {
        run: &run,
        plan: &plan(Vec::new()),
        records: &Records::default(),
        base_version: loaded.version,
        reach,
        coverage: None,
        seen: Some(&changes),
        approved: false,
        actor: Actor::Run,
        at: now(),
        act: id(),
    };
    world.store.apply(world.org, apply).await.unwrap();
    changes.rows()
}

async fn stored(world: &World) -> Vec<LastSeen> {
    let mut seen = world.store.last_seen(world.org).await.unwrap();
    seen.sort_by(|a, b| a.id.cmp(&b.id));
    seen
}

const TWO: &str = r#"[
    {"id": "1", "first_name": "Nadia", "department": {"id": "10", "name": "Engineering"}},
    {"id": "2", "first_name": "Tom", "start_date": {"bad": "soon"}, "manager": null}
]"#;

pub(crate) async fn only_what_changed_is_written(world: World) {
    assert_eq!(see(&world, &roster(TWO), &[]).await, 2);
    let first = stored(&world).await;
    let copies: Vec<_> = first.iter().flat_map(|seen| seen.copies.clone()).collect();
    assert_eq!(copies, records(TWO));
    assert!(first.iter().all(|seen| !seen.gone));

    assert_eq!(see(&world, &roster(TWO), &[]).await, 0);
    assert_eq!(stored(&world).await, first);

    // A department that is renamed is another thing seen of everybody in it.
    let renamed = TWO.replace("Engineering", "Research");
    assert_eq!(see(&world, &roster(&renamed), &[]).await, 1);
    let renamed = records(&renamed);
    assert_eq!(stored(&world).await[0].copies, renamed[..1]);
}

pub(crate) async fn somebody_gone_is_marked_once_and_only_by_a_whole_answer(world: World) {
    see(&world, &roster(TWO), &[]).await;
    let mut one = roster(TWO);
    one.employees.pop();
    one.scope = Scope::Named(vec![HrisId::from("1"), HrisId::from("2")]);
    assert_eq!(see(&world, &one, &[]).await, 0);
    one.scope = Scope::Whole;
    assert_eq!(see(&world, &one, &[]).await, 1);
    assert_eq!(see(&world, &one, &[]).await, 0);
    let gone: Vec<bool> = stored(&world).await.iter().map(|seen| seen.gone).collect();
    assert_eq!(gone, [false, true]);
    assert_eq!(stored(&world).await[1].copies, records(TWO)[1..]);

    assert_eq!(see(&world, &roster(TWO), &[]).await, 1);
    assert!(stored(&world).await.iter().all(|seen| !seen.gone));
}

pub(crate) async fn copies_that_differ_are_kept_whatever_their_order(world: World) {
    let told = r#"[{"id": "1", "first_name": "Nadia"}, {"id": "1", "first_name": "Nadja"},
                   {"id": "1", "first_name": "Nadia"}]"#;
    assert_eq!(see(&world, &roster(told), &[]).await, 1);
    assert_eq!(stored(&world).await[0].copies.len(), 2);
    let mut other_way_round = roster(told);
    other_way_round.employees.reverse();
    assert_eq!(see(&world, &other_way_round, &[]).await, 0);
    let one = r#"[{"id": "1", "first_name": "Nadia"}]"#;
    assert_eq!(see(&world, &roster(one), &[]).await, 1);
    assert_eq!(stored(&world).await[0].copies, records(one));
}

pub(crate) async fn nothing_is_kept_of_the_erased(world: World) {
    assert_eq!(see(&world, &roster(TWO), &["1"]).await, 1);
    assert_eq!(stored(&world).await[0].id.as_str(), "2");
}

/// What an unchanged sync of a large company pays. Ignored: it measures, it does not judge.
#[tokio::test]
#[ignore = "measures"]
async fn cost_on_sqlite() {
    measure(World::on_sqlite().await).await;
}

/// The same on the other engine.
#[tokio::test]
#[ignore = "measures"]
async fn cost_on_postgres() {
    measure(World::on_postgres().await).await;
}

async fn measure(world: World) {
    const PEOPLE: usize = 100_000;
    let record = records(
        r#"[{"id":"1","first_name":"Nadia","surname":"Ferreira","display_name":"Nadia Ferreira",
        "email":"nadia@acme.test","start_date":"2023-02-01","end_date":null,
        "lifecycle":{"status":"employed","text":"Employed"},
        "access":{"status":"active","text":"Active"},"manager":{"id":"3332883884017713938"},
        "department":{"id":"10","name":"Engineering"},"country":{"known":"PT"}}]"#,
    )
    .remove(0);
    let everybody = (0..PEOPLE).map(|number| EmployeeRecord {
        id: HrisId(SmolStr::from(format!("33328838840{number:08}"))),
        ..record.clone()
    });
    let roster = Roster::of_records(everybody);
    let nobody = BTreeSet::new();
    let time = Instant::now();
    world.load().await;
    println!("load of nobody: {:.1?}", time.elapsed());
    let time = Instant::now();
    assert_eq!(see(&world, &roster, &[]).await, PEOPLE);
    println!("first sync: {:.1?}", time.elapsed());
    for _ in 0..3 {
        let time = Instant::now();
        let glance = world.load().await.glance;
        println!("load with the glance: {:.1?}", time.elapsed());
        let time = Instant::now();
        assert_eq!(glance.changes(&roster, &nobody).rows(), 0);
        println!("compare: {:.1?}", time.elapsed());
    }
    let time = Instant::now();
    assert_eq!(stored(&world).await.len(), PEOPLE);
    println!("read all records: {:.1?}", time.elapsed());
}
