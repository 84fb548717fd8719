//! Opening, migrating and the schema itself.

use sqlx::Connection as _;
use store::{Store, StoreError};

use crate::{catalogue, world::World};

/// Runs SQL behind the store's back.
pub(crate) async fn tamper(world: &World, sql: &'static str) {
    if world.is_sqlite() {
        let mut connection = sqlx::SqliteConnection::connect(&world.url).await.unwrap();
        sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    } else {
        testpg::execute(&world.url, sql).unwrap();
    }
}

pub(crate) async fn every_statement_can_be_prepared(world: World) {
    let prepared = world.store.prepare_all().await.unwrap();
    assert!(prepared > 100, "{prepared} statements are registered");
}

pub(crate) async fn opening_again_changes_nothing(world: World) {
    let before = catalogue::read(&world).await;
    let again = Store::open(&world.url).await.unwrap();
    again.ping().await.unwrap();
    assert_eq!(again.organisations().await.unwrap().len(), 1);
    assert_eq!(catalogue::read(&world).await, before);
    if world.is_sqlite() {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(world.path())
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(world.store.location(), Some(world.path().as_path()));
    }
}

pub(crate) async fn processes_that_start_at_once_all_open(world: World) {
    let empty = world.empty_database();
    let url = empty.url();
    let opened = futures_util::future::join_all((0..6).map(|_| Store::open(url))).await;
    for store in opened {
        store.unwrap().ping().await.unwrap();
    }
}

pub(crate) async fn a_newer_schema_is_refused(world: World) {
    tamper(
        &world,
        "INSERT INTO installation (key, value) VALUES ('schema.0099', 'x')",
    )
    .await;
    let error = Store::open(&world.url).await.unwrap_err();
    assert!(
        matches!(error, StoreError::NewerSchema { found: 99, .. }),
        "{error}"
    );
    assert!(error.to_string().contains("nothing was changed"), "{error}");
}

pub(crate) async fn a_schema_with_another_past_is_refused(world: World) {
    tamper(
        &world,
        "UPDATE installation SET value = 'other' WHERE key = 'schema.0001'",
    )
    .await;
    let error = Store::open(&world.url).await.unwrap_err();
    assert!(matches!(error, StoreError::BrokenSchema { .. }), "{error}");
    // Without its past, the tables are in the way, as another program's would be.
    tamper(&world, "DELETE FROM installation").await;
    let error = Store::open(&world.url).await.unwrap_err();
    assert!(matches!(error, StoreError::BrokenSchema { .. }), "{error}");
}

pub(crate) async fn a_table_or_a_column_that_is_missing_is_told_as_a_broken_schema(world: World) {
    tamper(&world, "ALTER TABLE person DROP COLUMN updated_at").await;
    let error = world
        .store
        .load_directory(world.org, crate::world::now())
        .await;
    assert!(
        matches!(error, Err(StoreError::BrokenSchema { .. })),
        "{error:?}"
    );
    tamper(&world, "DROP TABLE hold_answer").await;
    let error = world
        .store
        .answer(world.org, crate::world::id(), &[], crate::world::now())
        .await;
    assert!(error.is_ok(), "nothing is written, so nothing is missed");
    let error = world.store.prepare_all().await.unwrap_err();
    assert!(
        matches!(error, StoreError::BrokenSchema { .. }),
        "{error:?}"
    );
    assert!(error.to_string().contains("nothing was changed"), "{error}");
}

pub(crate) async fn a_read_only_database_is_refused(world: World) {
    let url = if world.is_sqlite() {
        format!("{}?mode=ro", world.url)
    } else {
        format!(
            "{}?options=-c%20default_transaction_read_only%3Don",
            world.url
        )
    };
    let error = Store::open(&url).await.unwrap_err();
    assert!(matches!(error, StoreError::ReadOnly(_)), "{error:?}");
}

pub(crate) async fn the_organisation_leads_every_key(world: World) {
    for (name, table) in catalogue::read(&world).await {
        if name == "organisation" || name == "installation" {
            continue;
        }
        assert_eq!(table.primary[0], "org_id", "primary key of {name}");
        for key in table.indexes.iter().map(|index| &index.columns) {
            // What is due is looked for across all organisations; no such index is unique.
            let of_the_operator = ["due_at", "next_sync_at", "leased_until", "rank"];
            // Somebody who signs in has not said yet which organisation is theirs.
            let of_sign_in = name == "email_hold" && key[0] == "email_key";
            if !of_the_operator.contains(&key[0].as_str()) && !of_sign_in {
                assert_eq!(key[0], "org_id", "an index of {name}: {key:?}");
            }
        }
        assert!(
            !table.foreign.is_empty(),
            "{name} belongs to no organisation"
        );
        for key in &table.foreign {
            assert_eq!(key.columns[0], "org_id", "a foreign key of {name}: {key:?}");
            let target = if key.table == "organisation" {
                "id"
            } else {
                "org_id"
            };
            assert_eq!(key.target[0], target, "a foreign key of {name}: {key:?}");
        }
    }
}

#[tokio::test]
async fn both_engines_have_one_schema() {
    let sqlite = catalogue::read(&World::on_sqlite().await).await;
    let postgres = catalogue::read(&World::on_postgres().await).await;
    assert_eq!(
        sqlite.keys().collect::<Vec<_>>(),
        postgres.keys().collect::<Vec<_>>(),
        "the tables"
    );
    for (name, table) in &sqlite {
        assert_eq!(table, &postgres[name], "{name}");
    }
}

#[tokio::test]
async fn an_address_that_is_none_is_named_without_its_password() {
    for url in [
        "mysql://me:secret@host/db",
        "sqlite::memory:",
        "rollcall.db",
        "",
    ] {
        let error = Store::open(url).await.unwrap_err();
        assert!(
            matches!(error, StoreError::InvalidUrl { .. }),
            "{url}: {error:?}"
        );
        assert!(!error.to_string().contains("secret"), "{error}");
    }
}

#[tokio::test]
async fn a_database_that_cannot_be_reached_is_said_so() {
    let error = Store::open("postgres://nobody@127.0.0.1:1/none")
        .await
        .unwrap_err();
    assert!(matches!(error, StoreError::Unreachable(_)), "{error:?}");
    let error = Store::open("sqlite:///nowhere/at/all/rollcall.db")
        .await
        .unwrap_err();
    assert!(matches!(error, StoreError::File { .. }), "{error:?}");
}

/// Every call runs on whichever thread is free.
#[test]
fn calls_can_move_between_threads() {
    fn sendable<T: Send>(_: T) {}
    fn never_called(store: &Store, apply: store::ApplyRun<'_>) {
        let org = crate::world::id();
        sendable(store.apply(org, apply));
        sendable(store.load_directory(org, crate::world::now()));
        sendable(store.people(org, &store::PeopleFilter::default()));
        sendable(store.edit_people(
            org,
            &[],
            store::Actor::Cli,
            crate::world::now(),
            org.0.into(),
        ));
    }
    let _ = never_called;
}
