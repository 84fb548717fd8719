//! The link to the HRIS.

use domain::{Connection, ConnectionState, Days, Provider, Schedule};
use store::{Actor, Clash, StoreError};

use crate::world::{World, id, now};

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
