//! Changing the content regions moves people.

use domain::{FieldValue, Person, PersonField, Region};
use store::{Actor, StoreError};

use crate::world::{World, country, id, now, regions};

fn region(name: &str, countries: &[&str], fallback: bool) -> Region {
    let countries = countries.iter().map(|code| country(code)).collect();
    Region {
        id: id(),
        name: name.to_owned(),
        countries,
        fallback,
    }
}

async fn put(world: &World, regions: Vec<Region>) {
    world
        .store
        .put_regions(world.org, regions, Actor::Cli, now(), id())
        .await
        .unwrap();
}

pub(crate) async fn changed_regions_move_people_with_a_history(world: World) {
    let mut japanese = world.somebody("jp@x.test");
    japanese.country = Some(country("JP"));
    japanese.region = Some(world.elsewhere);
    world.add(&[japanese, world.somebody("pt@x.test")]).await;
    let before = world.load().await.version;
    let asia = region("Asia", &["IN", "JP"], false);
    let mut table = regions(world.europe, world.elsewhere);
    table[0].countries = vec![country("DE")];
    table.push(asia.clone());

    put(&world, table.clone()).await;

    assert_eq!(
        world.store.regions(world.org).await.unwrap().regions(),
        table
    );
    let japanese = world.person("jp@x.test").await;
    assert_eq!((japanese.region, japanese.version), (Some(asia.id), 2));
    let portuguese = world.person("pt@x.test").await;
    assert_eq!(
        portuguese.region,
        Some(world.elsewhere),
        "in no region: the fallback"
    );
    assert_eq!(world.load().await.version, before + 1);
    let history = world
        .store
        .history(world.org, japanese.id, None, None)
        .await
        .unwrap();
    let change = &history.items[0].fields[0];
    assert_eq!(change.field, PersonField::ContentRegion);
    assert_eq!(change.before, Some(FieldValue::Region(world.elsewhere)));
    assert_eq!(change.after, Some(FieldValue::Region(asia.id)));

    put(&world, table).await;
    assert_eq!(
        world.person("jp@x.test").await.version,
        2,
        "nothing moves twice"
    );
}

pub(crate) async fn a_region_that_goes_hands_its_people_to_the_fallback(world: World) {
    let mut stray = world.somebody("stray@x.test");
    stray.country = None;
    let mut nowhere = world.somebody("nowhere@x.test");
    nowhere.country = None;
    nowhere.region = None;
    world
        .add(&[stray.clone(), nowhere, world.somebody("pt@x.test")])
        .await;
    let world_wide = region("Everywhere", &[], true);

    put(&world, vec![world_wide.clone()]).await;

    let regions = |people: Vec<Person>| people.iter().map(|p| p.region).collect::<Vec<_>>();
    let everywhere = Some(world_wide.id);
    assert_eq!(
        regions(world.everybody().await),
        [None, everywhere, everywhere]
    );
    let history = world
        .store
        .history(world.org, stray.id, None, None)
        .await
        .unwrap();
    let before = &history.items[0].fields[0].before;
    assert_eq!(before, &Some(FieldValue::Region(world.europe)));
}

pub(crate) async fn a_bad_set_of_regions_changes_nothing(world: World) {
    let twice = vec![region("A", &["PT"], true), region("B", &["PT"], false)];
    for bad in [twice, vec![region("A", &[], false)], vec![]] {
        let put = world
            .store
            .put_regions(world.org, bad, Actor::Cli, now(), id());
        let error = put.await.unwrap_err();
        assert!(matches!(error, StoreError::BadRegions { .. }), "{error}");
    }
    let table = world.store.regions(world.org).await.unwrap();
    assert_eq!(table.regions(), regions(world.europe, world.elsewhere));
}
