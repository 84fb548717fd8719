//! Statements come by the chunk of 500 people and never by the person.

use domain::Person;

use crate::{
    plans::{add, plan, update},
    world::World,
};

/// So many people as in a whole number of chunks, not stored yet.
fn newcomers(world: &World, from: usize, chunks: usize) -> Vec<Person> {
    (from..from + chunks * 500)
        .map(|number| world.somebody(&format!("p{number:05}@x.test")))
        .collect()
}

/// How many statements some work takes.
async fn counted<T>(world: &World, work: impl Future<Output = T>) -> (u64, T) {
    let before = world.store.statements().get();
    let done = work.await;
    (world.store.statements().get() - before, done)
}

pub(crate) async fn twice_the_chunks_of_a_plan_take_twice_the_statements(world: World) {
    let mut taken = Vec::new();
    for (from, chunks) in [(0, 1), (1_000, 2), (5_000, 4)] {
        let people = newcomers(&world, from, chunks);
        let newcomers = plan(people.iter().map(|person| add(person, |_| ())).collect());
        let (first, _) = counted(&world, world.apply(&newcomers)).await;
        let known = world.everybody().await.into_iter();
        let mine = known.filter(|person| people.iter().any(|own| own.email == person.email));
        let renamed = mine.map(|person| update(&person, |after| after.first_name = "New".into()));
        let (second, _) = counted(&world, world.apply(&plan(renamed.collect()))).await;
        taken.push([first, second]);
    }

    let [one, two, four] = taken[..] else {
        unreachable!("each of three companies was added and renamed")
    };
    for kind in 0..2 {
        let each = two[kind] - one[kind];
        assert_eq!(four[kind] - two[kind], 2 * each, "{taken:?}");
        // The person, the history, and a few more at most.
        assert!((2..=6).contains(&each), "{taken:?}");
    }
}

pub(crate) async fn a_directory_of_any_size_is_read_with_as_many_statements(world: World) {
    let (few, _) = counted(&world, world.load()).await;
    world.add(&newcomers(&world, 0, 3)).await;

    let (many, loaded) = counted(&world, world.load()).await;

    assert_eq!(loaded.directory.people.len(), 1_500);
    assert_eq!(many, few);
}

pub(crate) async fn a_transaction_counts_its_beginning_and_its_end(world: World) {
    let (taken, _) = counted(&world, world.store.ping()).await;

    assert_eq!(taken, 3);
}
