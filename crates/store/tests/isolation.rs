//! Nothing crosses an organisation.

use store::{ApplyError, StoreError};

use crate::{
    plans::{add, archive, plan},
    world::{World, emails, id, now, organisation, regions},
};

pub(crate) async fn organisations_do_not_see_each_other(world: World) {
    let other = organisation("other");
    let (europe, elsewhere) = (id(), id());
    world
        .store
        .create_organisation(&other, &regions(europe, elsewhere), now())
        .await
        .unwrap();
    world.with_people(["ada@x.test", "bo@x.test"]).await;
    let here = world.load().await;
    let there = World {
        org: other.id,
        europe,
        elsewhere,
        ..world
    };
    // The same email and the same HRIS id, in another organisation.
    there.with_people(["ada@x.test"]).await;

    let there_ada = there.person("ada@x.test").await;
    assert_eq!(emails(&there.everybody().await), ["ada@x.test"]);
    let row = there
        .store
        .person_row(there.org, here.directory.people[0].id)
        .await
        .unwrap();
    assert!(row.is_none());
    let (run, _) = there.apply(&plan(vec![archive(&there_ada)])).await;
    assert!(
        there
            .store
            .run(here_org(&there).await, run)
            .await
            .unwrap()
            .is_none()
    );
    let here_now = there
        .store
        .load_directory(here_org(&there).await, now())
        .await
        .unwrap();
    assert_eq!(here_now.directory.people, here.directory.people);
    assert_eq!(here_now.version, here.version);
    // A reference across the border is refused by the database itself.
    let mut spy = there.somebody("spy@x.test");
    spy.approver = Some(here.directory.people[0].id);
    let error = there
        .apply_as(&plan(vec![add(&spy, |_| ())]), |_| ())
        .await
        .unwrap_err();
    assert!(
        matches!(error, ApplyError::Store(StoreError::Database(_))),
        "{error:?}"
    );
}

async fn here_org(world: &World) -> domain::OrganisationId {
    world
        .store
        .organisation_by_slug_or_id("acme")
        .await
        .unwrap()
        .unwrap()
        .id
}
