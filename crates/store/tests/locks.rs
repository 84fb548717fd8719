//! One sync at a time.

use store::Store;

use crate::world::{World, id};

pub(crate) async fn one_holder_at_a_time_per_organisation(world: World) {
    let other = Store::open(&world.url).await.unwrap();
    let mut lock = world
        .store
        .try_lock_run(world.org)
        .await
        .unwrap()
        .expect("it is free");
    assert!(lock.is_held().await);
    assert!(other.try_lock_run(world.org).await.unwrap().is_none());
    assert!(world.store.try_lock_run(world.org).await.unwrap().is_none());
    let elsewhere = other.try_lock_run(id()).await.unwrap();
    assert!(elsewhere.is_some(), "another organisation has its own");
    lock.release().await;
    assert!(other.try_lock_run(world.org).await.unwrap().is_some());
}

pub(crate) async fn a_lock_dies_with_its_holder(world: World) {
    let lock = world.store.try_lock_run(world.org).await.unwrap();
    assert!(lock.is_some());
    drop(lock);
    // A server notices the end of a connection a moment later.
    for _ in 0..1000 {
        if world.store.try_lock_run(world.org).await.unwrap().is_some() {
            return;
        }
        tokio::task::yield_now().await;
    }
    panic!("the lock outlived its holder");
}
