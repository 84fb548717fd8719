//! Statements come by the chunk of 500 people and never by the person.

use domain::Person;
use reconcile::Plan;

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

/// How many statements a plan takes, without those that read what it is applied to.
async fn applied(world: &World, plan: &Plan) -> u64 {
    let (read, _) = counted(world, world.load()).await;
    let (all, _) = counted(world, world.apply(plan)).await;
    all - read
}

pub(crate) async fn twice_the_chunks_of_a_plan_take_twice_the_statements(world: World) {
    let mut taken = Vec::new();
    for (from, chunks) in [(0, 1), (1_000, 2), (5_000, 4)] {
        let people = newcomers(&world, from, chunks);
        let newcomers = plan(people.iter().map(|person| add(person, |_| ())).collect());
        let first = applied(&world, &newcomers).await;
        let known = world.everybody().await.into_iter();
        let mine = known.filter(|person| people.iter().any(|own| own.email == person.email));
        let renamed = mine.map(|person| update(&person, |after| after.first_name = "New".into()));
        let second = applied(&world, &plan(renamed.collect())).await;
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

pub(crate) async fn a_directory_is_read_with_one_statement_more_for_each_page(world: World) {
    let (few, _) = counted(&world, world.load()).await;
    // A page is of 1,000 people.
    for (from, chunks, more) in [(0, 1, 0), (1_000, 1, 1), (2_000, 1, 1), (3_000, 2, 2)] {
        world.add(&newcomers(&world, from, chunks)).await;
        let (many, _) = counted(&world, world.load()).await;
        assert_eq!(many, few + more, "{from}");
    }
}

pub(crate) async fn a_transaction_counts_its_beginning_and_its_end(world: World) {
    let (taken, _) = counted(&world, world.store.ping()).await;

    assert_eq!(taken, 3);
}
