//! The queue: each task once, whoever dies, in turns, and nothing from somebody whose lease is over.

use std::collections::BTreeMap;

use domain::{MailKind, OrganisationId, TaskId, TaskKind};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use store::{NewMail, NewTask, StoredTask, Take};

use crate::world::{World, id, now, organisation, regions};

const LEASE: SignedDuration = SignedDuration::from_secs(30);

fn at(second: i64) -> Timestamp {
    now() + SignedDuration::from_secs(second)
}

fn task(once: Option<&str>, due_at: Timestamp) -> NewTask {
    NewTask {
        id: id(),
        kind: TaskKind::Job,
        once: once.map(str::to_owned),
        payload: json!({ "n": 1 }),
        due_at,
    }
}

async fn put(world: &World, org: OrganisationId, task: &NewTask) -> TaskId {
    world.store.enqueue(org, task.clone(), now()).await.unwrap();
    task.id
}

async fn lease(world: &World, at: Timestamp) -> Option<StoredTask> {
    world
        .store
        .lease(at, at + LEASE, Take::Anything, 0)
        .await
        .unwrap()
}

async fn other_organisation(world: &World, slug: &str) -> OrganisationId {
    let org = organisation(slug);
    world
        .store
        .create_organisation(&org, &regions(id(), id()), now())
        .await
        .unwrap();
    org.id
}

pub(crate) async fn what_is_due_is_leased_once(world: World) {
    let late = put(&world, world.org, &task(None, at(60))).await;
    let early = put(&world, world.org, &task(None, at(5))).await;
    assert_eq!(lease(&world, at(4)).await, None);
    assert_eq!(lease(&world, at(5)).await.unwrap().id, early);
    assert_eq!(lease(&world, at(6)).await, None, "it is leased");
    assert_eq!(
        lease(&world, at(60)).await.unwrap().id,
        early,
        "its lease is over"
    );
    assert_eq!(lease(&world, at(60)).await.unwrap().id, late);
}

pub(crate) async fn two_workers_never_get_the_same_one(world: World) {
    for _ in 0..60 {
        put(&world, world.org, &task(None, now())).await;
    }
    let worker = async |chance: u8| {
        let mut found = Vec::new();
        while let Some(task) = world
            .store
            .lease(at(0), at(30), Take::Anything, chance)
            .await
            .unwrap()
        {
            found.push(task.id);
        }
        found
    };
    let workers = tokio::join!(worker(0), worker(7), worker(7), worker(250));
    let mut all = [workers.0, workers.1, workers.2, workers.3].concat();
    assert_eq!(all.len(), 60);
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 60, "some task was leased twice");
}

pub(crate) async fn who_wakes_up_late_ends_nothing(world: World) {
    put(&world, world.org, &task(None, now())).await;
    let paused = lease(&world, at(0)).await.unwrap();
    let other = lease(&world, at(31)).await.unwrap();
    assert_eq!((other.id, other.attempts), (paused.id, 2));
    assert!(other.fence > paused.fence);

    assert!(!world.store.prolong(&paused, at(90)).await.unwrap());
    world.store.task_done(&paused).await.unwrap();
    world
        .store
        .task_again(&paused, at(99), "late")
        .await
        .unwrap();
    world
        .store
        .task_give_up(&paused, at(0), "late")
        .await
        .unwrap();
    world.store.task_hand_back(&paused).await.unwrap();
    assert_eq!(lease(&world, at(32)).await, None, "the other still has it");
    assert!(world.store.prolong(&other, at(90)).await.unwrap());
    assert_eq!(lease(&world, at(80)).await, None);
    world.store.task_done(&other).await.unwrap();
    assert_eq!(world.store.task_counts().await.unwrap(), (0, 0));
}

pub(crate) async fn one_that_waits_under_a_name_is_enough(world: World) {
    let first = put(&world, world.org, &task(Some("a"), at(50))).await;
    put(&world, world.org, &task(Some("a"), at(10))).await;
    put(&world, world.org, &task(Some("b"), at(10))).await;
    assert_eq!(world.store.task_counts().await.unwrap().0, 2);
    let leased = lease(&world, at(10)).await.unwrap();
    assert_eq!(
        leased.id, first,
        "it is due as early as the second one wanted"
    );

    // What comes while it is under way is not lost: it may be about something newer.
    let next = put(&world, world.org, &task(Some("a"), at(10))).await;
    world
        .store
        .task_again(&leased, at(500), "no")
        .await
        .unwrap();
    lease(&world, at(10)).await.unwrap();
    assert_eq!(lease(&world, at(10)).await.unwrap().id, next);
    assert_eq!(
        lease(&world, at(20)).await,
        None,
        "the newer one took its place"
    );
}

pub(crate) async fn nothing_is_put_down_when_its_change_is_not_made(world: World) {
    let org: OrganisationId = id();
    let refused = world.store.enqueue(org, task(None, now()), now()).await;
    assert!(refused.is_err(), "there is no such organisation");
    assert_eq!(world.store.task_counts().await.unwrap(), (0, 0));
}

pub(crate) async fn what_was_given_up_stays_until_it_is_tried_again(world: World) {
    let given_up = put(&world, world.org, &task(Some("a"), now())).await;
    let leased = lease(&world, at(0)).await.unwrap();
    world
        .store
        .task_give_up(&leased, at(1), "no luck")
        .await
        .unwrap();
    assert_eq!(lease(&world, at(999)).await, None);
    assert_eq!(world.store.task_counts().await.unwrap(), (0, 1));
    let [failed] = world
        .store
        .failed_tasks(world.org)
        .await
        .unwrap()
        .try_into()
        .unwrap();
    assert_eq!(failed.error.as_deref(), Some("no luck"));

    let other = other_organisation(&world, "other").await;
    assert!(world.store.failed_tasks(other).await.unwrap().is_empty());
    assert!(
        !world
            .store
            .retry_task(other, given_up, at(2))
            .await
            .unwrap()
    );
    put(&world, world.org, &task(Some("a"), at(9999))).await;
    assert!(
        world
            .store
            .retry_task(world.org, given_up, at(2))
            .await
            .unwrap()
    );
    assert!(
        !world
            .store
            .retry_task(world.org, given_up, at(2))
            .await
            .unwrap()
    );
    let again = lease(&world, at(2)).await.unwrap();
    assert_eq!((again.id, again.attempts), (given_up, 1));
}

async fn mails(world: &World, org: OrganisationId, number: usize) {
    let mail = |_| NewMail {
        id: id(),
        kind: MailKind::Invitation,
        person: None,
        recipient: "nadia@acme.test".to_owned(),
        subject: "Hello".to_owned(),
        body_sealed: "key.body".to_owned(),
        task: id(),
    };
    let mails: Vec<NewMail> = (0..number).map(mail).collect();
    world.store.put_mails(org, &mails, now()).await.unwrap();
}

pub(crate) async fn a_thousand_mails_of_one_keep_no_other_waiting(world: World) {
    let many = other_organisation(&world, "many").await;
    mails(&world, many, 300).await;
    // The line has moved on before the other one comes.
    for _ in 0..50 {
        let task = lease(&world, at(0)).await.unwrap();
        world.store.task_done(&task).await.unwrap();
    }
    mails(&world, world.org, 10).await;
    let job = put(&world, world.org, &task(None, at(0))).await;
    assert_eq!(lease(&world, at(0)).await.unwrap().id, job, "it is no mail");
    let mut served: BTreeMap<OrganisationId, usize> = BTreeMap::new();
    for _ in 0..22 {
        let task = lease(&world, at(0)).await.unwrap();
        *served.entry(task.org).or_default() += 1;
        world.store.task_done(&task).await.unwrap();
    }
    assert_eq!(served[&world.org], 10, "they take turns: {served:?}");
}

pub(crate) async fn some_workers_never_take_a_mail(world: World) {
    mails(&world, world.org, 3).await;
    let take = async |take| world.store.lease(at(0), at(30), take, 0).await.unwrap();
    assert_eq!(take(Take::NoMails).await, None);
    let job = put(&world, world.org, &task(None, at(0))).await;
    assert_eq!(take(Take::NoMails).await.unwrap().id, job);
    let mail = take(Take::Anything).await.unwrap();
    assert_eq!(mail.kind, TaskKind::Mail);
    // Tried again, it still is one.
    world.store.task_again(&mail, at(0), "no").await.unwrap();
    assert_eq!(take(Take::NoMails).await, None);
}
