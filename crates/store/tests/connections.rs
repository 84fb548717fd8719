//! The link to the HRIS.

use domain::{
    Connection, ConnectionState, Days, ProblemCode, Provider, Run, RunKind, RunState, Schedule,
};
use store::{Actor, ApplyError, Clash, StoreError, StoredPlan};

use crate::{
    plans::{archive, plan, update},
    world::{World, id, now, run},
};

pub(crate) fn connection() -> Connection {
    Connection {
        id: id(),
        provider: Provider::HiBob,
        state: ConnectionState::Connected,
        service_user_id: "SERVICE-1".to_owned(),
        connected_at: now(),
        schedule: Schedule::default(),
        accepted_missing: vec!["lifecycle".to_owned()],
    }
}

pub(crate) async fn one_connection_is_live(world: World) {
    assert!(world.store.connection(world.org).await.unwrap().is_none());
    let mut live = connection();
    world
        .store
        .put_connection(world.org, &live, "sealed")
        .await
        .unwrap();
    let stored = world.store.connection(world.org).await.unwrap().unwrap();
    assert_eq!(
        (&stored.connection, stored.token_sealed.as_deref()),
        (&live, Some("sealed"))
    );
    let error = world
        .store
        .put_connection(world.org, &connection(), "other")
        .await
        .unwrap_err();
    assert!(
        matches!(error, StoreError::Clash(Clash::Connection)),
        "{error}"
    );

    live.service_user_id = "SERVICE-2".to_owned();
    world
        .store
        .put_connection(world.org, &live, "new")
        .await
        .unwrap();
    live.schedule = Schedule {
        time: "07:30".to_owned(),
        days: Days::Weekdays,
    };
    world
        .store
        .set_schedule(world.org, live.id, &live.schedule)
        .await
        .unwrap();
    live.state = ConnectionState::Paused;
    world
        .store
        .set_connection_state(world.org, live.id, live.state)
        .await
        .unwrap();
    let stored = world.store.connection(world.org).await.unwrap().unwrap();
    assert_eq!(
        (&stored.connection, stored.token_sealed.as_deref()),
        (&live, Some("new"))
    );
    assert!(
        !format!("{stored:?}").contains("new"),
        "the token is never written out"
    );
}

pub(crate) async fn disconnecting_erases_the_token_and_keeps_the_people(world: World) {
    world.with_people(["ada@x.test"]).await;
    let before = world.everybody().await;
    let live = connection();
    world
        .store
        .put_connection(world.org, &live, "sealed")
        .await
        .unwrap();
    world
        .store
        .disconnect(world.org, live.id, now(), None)
        .await
        .unwrap();
    assert!(world.store.connection(world.org).await.unwrap().is_none());
    let past = world
        .store
        .connection_by_id(world.org, live.id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(past.token_sealed, None);
    assert_eq!(past.connection.state, ConnectionState::Disconnected);
    assert_eq!(world.everybody().await, before);
    let error = world
        .store
        .disconnect(world.org, live.id, now(), None)
        .await
        .unwrap_err();
    assert!(
        matches!(error, StoreError::Missing { what: "connection" }),
        "{error}"
    );
    world
        .store
        .put_connection(world.org, &connection(), "again")
        .await
        .unwrap();
}

pub(crate) async fn end_dates_can_be_forgotten(world: World) {
    let mut leaving = world.somebody("leaving@x.test");
    leaving.end_date = Some("2030-01-31".parse().unwrap());
    let mut by_hand = world.somebody("hand@x.test");
    by_hand.end_date = leaving.end_date;
    by_hand.hris_id = None;
    world.add(&[leaving.clone(), by_hand]).await;
    let live = connection();
    world
        .store
        .put_connection(world.org, &live, "sealed")
        .await
        .unwrap();
    let forget = Some((Actor::Cli, id()));
    world
        .store
        .disconnect(world.org, live.id, now(), forget)
        .await
        .unwrap();
    assert_eq!(world.person("leaving@x.test").await.end_date, None);
    assert!(world.person("hand@x.test").await.end_date.is_some());
    let history = world
        .store
        .history(world.org, leaving.id, None, None)
        .await
        .unwrap();
    let change = &history.items[0].fields[0];
    let day = leaving.end_date.map(domain::FieldValue::Date);
    assert_eq!((&change.before, &change.after), (&day, &None));
}

pub(crate) async fn what_a_run_read_is_not_stored_once_its_connection_is_gone(world: World) {
    let [ada] = world.with_people(["ada@x.test"]).await;
    let live = connection();
    let put = world.store.put_connection(world.org, &live, "sealed");
    put.await.unwrap();
    let plan = plan(vec![update(&ada, |after| {
        after.first_name = "Augusta".into();
    })]);
    let paused = world
        .store
        .set_connection_state(world.org, live.id, ConnectionState::Paused);
    paused.await.unwrap();
    world
        .apply_over(Some(live.id), &plan, |_| ())
        .await
        .unwrap();
    let ada = world.person("ada@x.test").await;
    assert_eq!(ada.first_name, "Augusta", "paused is live");
    let gone = world.store.disconnect(world.org, live.id, now(), None);
    gone.await.unwrap();

    let again = crate::plans::plan(vec![archive(&ada)]);
    let error = world.apply_over(Some(live.id), &again, |_| ()).await;
    assert!(matches!(error, Err(ApplyError::Disconnected)), "{error:?}");
    let stale = world.apply_over(Some(live.id), &again, |apply| apply.base_version -= 1);
    let error = stale.await;
    assert!(matches!(error, Err(ApplyError::Disconnected)), "{error:?}");
    assert_eq!(world.person("ada@x.test").await, ada);

    let begun = run(RunKind::Sync, RunState::Planning);
    world
        .store
        .begin_run(world.org, &begun, Some(live.id))
        .await
        .unwrap();
    let held = Run {
        state: RunState::Held,
        ..begun
    };
    let kept = StoredPlan {
        plan: &again,
        base_version: world.load().await.version,
        concerns: &[],
        supersedes: None,
    };
    let error = world.store.keep_plan(world.org, &held, kept).await;
    assert!(matches!(error, Err(ApplyError::Disconnected)), "{error:?}");
    assert!(world.store.held_runs(world.org).await.unwrap().is_empty());
    // The timer reads no HRIS.
    world.apply_over(None, &again, |_| ()).await.unwrap();
}

pub(crate) async fn only_the_hold_of_a_connection_ends_with_it(world: World) {
    let [ada] = world.with_people(["ada@x.test"]).await;
    let live = connection();
    let put = world.store.put_connection(world.org, &live, "sealed");
    put.await.unwrap();
    let plan = plan(vec![archive(&ada)]);
    let mut held = Vec::new();
    for connection in [Some(live.id), None] {
        let begun = run(RunKind::Sync, RunState::Planning);
        world
            .store
            .begin_run(world.org, &begun, connection)
            .await
            .unwrap();
        let waits = Run {
            state: RunState::Held,
            ..begun
        };
        let kept = StoredPlan {
            plan: &plan,
            base_version: world.load().await.version,
            concerns: &[],
            supersedes: None,
        };
        world
            .store
            .keep_plan(world.org, &waits, kept)
            .await
            .unwrap();
        held.push(waits);
    }

    let gone = world.store.disconnect(world.org, live.id, now(), None);
    gone.await.unwrap();

    let waiting = world.store.held_runs(world.org).await.unwrap();
    assert_eq!(
        waiting.iter().map(|held| &held.run).collect::<Vec<_>>(),
        [&held[1]]
    );
    let over = world
        .store
        .run(world.org, held[0].id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(over.run.state, RunState::Rejected);
    assert_eq!(over.run.finished_at, Some(now()));
    assert_eq!(over.run.error.unwrap().code, ProblemCode::Superseded);
    let changes = world
        .store
        .run_changes(world.org, held[0].id, None, None)
        .await;
    assert_eq!(changes.unwrap().items, []);
}
