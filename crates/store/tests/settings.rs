//! Organisations, policies, exclusions and tokens.

use domain::{Organisation, Policy};
use store::{Exclusion, NewApiToken, StoreError};

use crate::world::{World, id, now, organisation, regions};

pub(crate) async fn an_organisation_is_found_by_slug_and_by_id(world: World) {
    let found = world
        .store
        .organisation_by_slug_or_id("acme")
        .await
        .unwrap()
        .unwrap();
    assert_eq!(found.id, world.org);
    let by_id = world
        .store
        .organisation_by_slug_or_id(&world.org.to_string())
        .await
        .unwrap();
    assert_eq!(by_id, Some(found.clone()));
    assert_eq!(
        world
            .store
            .organisation_by_slug_or_id("nobody")
            .await
            .unwrap(),
        None
    );
    let renamed = Organisation {
        time_zone: "Europe/Lisbon".to_owned(),
        ..found
    };
    world.store.update_organisation(&renamed).await.unwrap();
    assert_eq!(world.store.organisations().await.unwrap(), [renamed]);
    let error = world
        .store
        .update_organisation(&organisation("none"))
        .await
        .unwrap_err();
    assert!(
        matches!(
            error,
            StoreError::Missing {
                what: "organisation"
            }
        ),
        "{error}"
    );
}

pub(crate) async fn a_slug_is_unique(world: World) {
    let twin = organisation("acme");
    let made = world
        .store
        .create_organisation(&twin, &regions(id(), id()), now())
        .await;
    assert!(matches!(made, Err(StoreError::SlugTaken { slug }) if slug == "acme"));
    assert_eq!(world.store.organisations().await.unwrap().len(), 1);
}

pub(crate) async fn an_installation_value_is_set_once(world: World) {
    assert_eq!(world.store.installation_value("key").await.unwrap(), None);
    let (first, second) = tokio::join!(
        world.store.installation_value_or("key", "a"),
        world.store.installation_value_or("key", "b"),
    );
    let first = first.unwrap();
    assert_eq!(first, second.unwrap());
    assert_eq!(
        world.store.installation_value("key").await.unwrap(),
        Some(first)
    );
}

pub(crate) async fn policy_and_exclusions_move_the_version(world: World) {
    let before = world.load().await;
    let policy = Policy {
        archive_inactive: true,
        ..Policy::default()
    };
    world.store.put_policy(world.org, &policy).await.unwrap();
    assert_eq!(world.store.policy(world.org).await.unwrap(), policy);
    let left_out = Exclusion {
        hris_id: "h1".into(),
        reason: "A test account.".to_owned(),
        created_at: now(),
    };
    world
        .store
        .add_exclusion(world.org, &left_out)
        .await
        .unwrap();
    let stored = world.store.exclusions(world.org).await.unwrap();
    assert_eq!(stored, std::slice::from_ref(&left_out));
    let after = world.load().await;
    assert!(after.directory.excluded.contains(&left_out.hris_id));
    assert_eq!(after.version, before.version + 2);
    assert!(
        world
            .store
            .remove_exclusion(world.org, &left_out.hris_id)
            .await
            .unwrap()
    );
    assert!(
        !world
            .store
            .remove_exclusion(world.org, &left_out.hris_id)
            .await
            .unwrap()
    );
    assert!(world.load().await.directory.excluded.is_empty());
}

pub(crate) async fn tokens_are_found_by_hash_until_they_are_revoked(world: World) {
    let token = NewApiToken {
        id: id(),
        name: "Payroll",
        hash: "abc",
        read_only: true,
        created_at: now(),
    };
    world.store.add_token(world.org, token).await.unwrap();
    let found = world
        .store
        .token_by_hash(world.org, "abc")
        .await
        .unwrap()
        .unwrap();
    assert_eq!((found.id, found.read_only), (token.id, true));
    assert!(
        world
            .store
            .token_by_hash(id(), "abc")
            .await
            .unwrap()
            .is_none()
    );
    assert!(
        world
            .store
            .revoke_token(world.org, token.id, now())
            .await
            .unwrap()
    );
    assert!(
        !world
            .store
            .revoke_token(world.org, token.id, now())
            .await
            .unwrap()
    );
    assert!(
        world
            .store
            .token_by_hash(world.org, "abc")
            .await
            .unwrap()
            .is_none()
    );
    assert_eq!(
        world.store.tokens(world.org).await.unwrap()[0].revoked_at,
        Some(now())
    );
}
