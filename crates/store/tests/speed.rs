//! How fast a first sync is stored and a directory is read. Ignored: it measures, it does not judge.
//! `cargo nextest run -p store --run-ignored only speed --no-capture`

use std::time::Instant;

use domain::{GroupRef, HrisId, PersonRef};

use crate::{
    plans::{add, new_group, plan, update},
    world::World,
};

const PEOPLE: usize = 100_000;

async fn measure(world: World) {
    let changes = (0..PEOPLE).map(|number| {
        let person = world.somebody(&format!("person.{number:06}@example.test"));
        add(&person, |after| {
            let manager = format!("h-person.{:06}", number / 10);
            after.approver = Some(PersonRef::New(HrisId::from(manager.as_str())));
            after.group = Some(GroupRef::New(format!("group {}", number % 50).into()));
        })
    });
    let mut first = plan(changes.collect());
    first.groups.create = (0..50)
        .map(|number| new_group(&format!("Group {number}")))
        .collect();
    first.groups.create.sort();
    timed("first apply", world.apply(&first)).await;
    let people = timed("load", world.load()).await.directory.people;
    let changes = people
        .iter()
        .step_by(10)
        .map(|p| update(p, |after| after.first_name = "New".into()));
    let second = plan(changes.collect());
    timed("update of a tenth", world.apply(&second)).await;
    let filter = store::PeopleFilter {
        limit: Some(50),
        ..store::PeopleFilter::default()
    };
    timed("first page", world.store.people(world.org, &filter))
        .await
        .unwrap();
    let filter = store::PeopleFilter {
        q: Some("person 0777".to_owned()),
        ..filter
    };
    timed("search", world.store.people(world.org, &filter))
        .await
        .unwrap();
}

async fn measure_queue(world: World) {
    const TASKS: usize = 100_000;
    let now = crate::world::now();
    let mails: Vec<store::NewMail> = (0..TASKS)
        .map(|_| store::NewMail {
            id: crate::world::id(),
            kind: domain::MailKind::Notice,
            person: None,
            recipient: "a@b.test".to_owned(),
            subject: "s".to_owned(),
            body_sealed: "k.b".to_owned(),
            task: crate::world::id(),
        })
        .collect();
    timed("put down", world.store.put_mails(world.org, &mails, now))
        .await
        .unwrap();
    let leased = async {
        for chance in 0..=255 {
            let until = now + jiff::SignedDuration::from_secs(30);
            let task = world
                .store
                .lease(now, until, store::Take::Anything, chance)
                .await
                .unwrap();
            world.store.task_done(&task.unwrap()).await.unwrap();
        }
    };
    timed("256 leased and done", leased).await;
}

async fn timed<T>(what: &str, work: impl Future<Output = T>) -> T {
    let start = Instant::now();
    let done = work.await;
    println!("{what}: {:.2?}", start.elapsed());
    done
}

#[tokio::test]
#[ignore = "measures"]
async fn speed_on_sqlite() {
    measure(World::on_sqlite().await).await;
}

#[tokio::test]
#[ignore = "measures"]
async fn speed_on_postgres() {
    measure(World::on_postgres().await).await;
}

#[tokio::test]
#[ignore = "measures"]
async fn speed_of_the_queue_on_sqlite() {
    measure_queue(World::on_sqlite().await).await;
}

#[tokio::test]
#[ignore = "measures"]
async fn speed_of_the_queue_on_postgres() {
    measure_queue(World::on_postgres().await).await;
}
