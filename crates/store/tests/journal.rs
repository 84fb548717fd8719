//! SQLite's journal goes into the database by itself, and nobody waits for it.

use std::time::Duration;

use crate::{
    plans::{add, plan},
    world::World,
};

/// More than are worth being copied: a few million bytes of rows.
const PEOPLE: usize = 8_000;

/// Writes them all with one commit.
async fn fill(world: &World) {
    let changes = (0..PEOPLE).map(|number| {
        let person = world.somebody(&format!("person.{number:06}@example.test"));
        add(&person, |_| ())
    });
    world.apply(&plan(changes.collect())).await;
}

/// How long the file beside the database is.
fn length(world: &World) -> u64 {
    let mut journal = world.path().into_os_string();
    journal.push("-wal");
    std::fs::metadata(journal).map_or(0, |file| file.len())
}

#[tokio::test]
async fn a_long_journal_is_emptied_after_its_commit_and_nothing_is_lost() {
    let world = World::on_sqlite().await;
    fill(&world).await;
    // It is copied by a task beside this one; how long that takes is up to the disk.
    for _ in 0..3_000 {
        if length(&world) == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(length(&world), 0);
    assert_eq!(world.everybody().await.len(), PEOPLE);
}

#[tokio::test]
async fn closing_right_after_a_long_commit_leaves_one_file() {
    let world = World::on_sqlite().await;
    fill(&world).await;
    world.store.close().await;
    assert_eq!(length(&world), 0);
    let again = store::Store::open(&world.url).await.unwrap();
    let people = again
        .load_directory(world.org, crate::world::now())
        .await
        .unwrap();
    assert_eq!(people.directory.people.len(), PEOPLE);
}
