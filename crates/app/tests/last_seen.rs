//! Employees as they were last seen.

use std::collections::BTreeSet;

use app::{NoRunProgress, SyncRequest};
use domain::{HrisId, RunKind, Trigger};
use hris::{EmployeeRecord, Roster, Seen};
use store::Told;

use crate::{
    company::{change, company, id},
    world::World,
};

async fn record(world: &World, number: usize) -> (EmployeeRecord, bool) {
    let seen = world.store.last_seen(world.org.id).await.unwrap();
    let id = HrisId::from(id(number).as_str());
    let seen = seen.into_iter().find(|seen| seen.id == id).unwrap();
    (seen.copies[0].clone(), seen.gone)
}

pub(crate) async fn an_unchanged_sync_finds_nothing_to_write(world: World) {
    world.connect(company(20)).await;
    let before = world.store.last_seen(world.org.id).await.unwrap();
    assert_eq!(before.len(), 20);

    world.sync().await;

    assert_eq!(world.store.last_seen(world.org.id).await.unwrap(), before);
    // What was read off the wire, what is stored of it and what is read back are one to the glance.
    let copies = before.iter().flat_map(|seen| seen.copies.clone());
    let roster = Roster::of_records(copies);
    let told = Told {
        roster: &roster,
        erased: &BTreeSet::new(),
    };
    let otherwise = world.store.told_otherwise(world.org.id, told).await;
    assert_eq!(otherwise.unwrap(), 0);
}

pub(crate) async fn what_changed_about_somebody_skipped_is_stored_though_nobody_changes(
    world: World,
) {
    let mut roster = company(20);
    change(&mut roster, 7, |person| person.country = None);
    world.connect(roster).await;
    assert_eq!(record(&world, 7).await.0.country, Seen::Null);

    let run = world
        .sync_after(|roster| change(roster, 7, |person| person.surname = Some("Sá".into())))
        .await;

    assert_eq!(run.changes.len(), 0, "{run:?}");
    assert_eq!(record(&world, 7).await.0.surname, Seen::Value("Sá".into()));
}

pub(crate) async fn somebody_gone_keeps_their_record_and_is_marked(world: World) {
    world.connect(company(20)).await;
    let employee = world.hibob.delete_employee(&id(5)).unwrap();
    world.sync().await;
    let (gone, is_gone) = record(&world, 5).await;
    assert!(is_gone);
    assert_eq!(gone.surname, Seen::Value("Nr005".into()));

    world.hibob.create_employee(employee).unwrap();
    world.sync().await;
    assert_eq!(record(&world, 5).await, (gone, false));
}

pub(crate) async fn a_preview_stores_no_record(world: World) {
    world.connect(company(20)).await;
    let before = world.store.last_seen(world.org.id).await.unwrap();
    world
        .hibob
        .change(|roster| change(roster, 3, |person| person.first_name = Some("Zoe".into())))
        .unwrap();
    let request = SyncRequest {
        kind: RunKind::Preview,
        trigger: Trigger::Cli,
        as_of: None,
        expect: None,
    };

    let preview = world.app.sync(&world.org, request, &NoRunProgress).await;

    assert_eq!(preview.unwrap().changes.len(), 1);
    assert_eq!(world.store.last_seen(world.org.id).await.unwrap(), before);
}
