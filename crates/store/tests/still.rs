//! A directory that is held still while a plan is made and stored.

use std::time::Duration;

use domain::{Hold, HoldCode, Policy, Problem, ProblemCode, Run, RunKind, RunState};
use store::{ActId, Actor, ApplyError, ApplyRun, Reach, Store, StoredPlan};

use crate::{
    plans::{archive, plan, update},
    world::{World, id, now, records, run},
};

/// Long enough to see that somebody waits.
const A_MOMENT: Duration = Duration::from_millis(300);

pub(crate) async fn whoever_edits_waits_until_the_plan_is_stored(world: World) {
    let [ada] = world.with_people(["ada@x.test"]).await;
    let begun = run(RunKind::Sync, RunState::Planning);
    world
        .store
        .begin_run(world.org, &begun, None)
        .await
        .unwrap();
    let other = Store::open(&world.url).await.unwrap();
    let mut still = world.store.hold_still(world.org).await.unwrap();
    let org = world.org;
    let moves = tokio::spawn(async move { other.put_policy(org, &Policy::default()).await });
    tokio::time::sleep(A_MOMENT).await;
    assert!(!moves.is_finished(), "it waits");

    let loaded = still.load_directory(now()).await.unwrap();
    let plan = plan(vec![update(&ada, |after| {
        after.first_name = "Augusta".into();
    })]);
    let records = records(&plan, &loaded.directory);
    let done = Run {
        state: RunState::Finished,
        finished_at: Some(now()),
        ..begun
    };
    let apply = ApplyRun {
        run: &done,
        records: &records,
        base_version: loaded.version,
        reach: Reach::Whole,
        coverage: None,
        told: None,
        approved: false,
        actor: Actor::Run,
        at: now(),
        act: id::<ActId>(),
    };
    still.apply(apply).await.unwrap();

    moves.await.unwrap().unwrap();
    assert_eq!(world.person("ada@x.test").await.first_name, "Augusta");
    assert_eq!(world.load().await.version, loaded.version + 2);
}

pub(crate) async fn what_was_held_still_and_let_go_is_as_it_was(world: World) {
    world.with_people(["ada@x.test"]).await;
    let before = world.load().await;
    let mut still = world.store.hold_still(world.org).await.unwrap();
    let next = run(RunKind::Sync, RunState::Planning);
    still.begin_run(&next, None).await.unwrap();
    assert_eq!(
        still.load_directory(now()).await.unwrap().version,
        before.version
    );
    drop(still);

    assert_eq!(world.store.run(world.org, next.id).await.unwrap(), None);
    world.with_people(["bo@x.test"]).await;
    assert_eq!(world.load().await.version, before.version + 1);
}

pub(crate) async fn a_plan_is_kept_only_where_its_directory_has_not_moved(world: World) {
    let [ada] = world.with_people(["ada@x.test"]).await;
    let plan = plan(vec![archive(&ada)]);
    let kept = StoredPlan {
        plan: &plan,
        base_version: world.load().await.version,
        concerns: &[],
        supersedes: None,
    };
    let preview = run(RunKind::Preview, RunState::Planning);
    world
        .store
        .begin_run(world.org, &preview, None)
        .await
        .unwrap();
    world.with_people(["bo@x.test"]).await;
    let ready = Run {
        state: RunState::Finished,
        finished_at: Some(now()),
        ..preview
    };

    let error = world.store.keep_plan(world.org, &ready, kept).await;

    assert!(matches!(error, Err(ApplyError::BaseMoved)), "{error:?}");
    let record = world.store.run(world.org, ready.id).await.unwrap().unwrap();
    assert_eq!((record.run.finished_at, record.plan_hash), (None, None));
    let changes = world
        .store
        .run_changes(world.org, ready.id, None, None)
        .await;
    assert_eq!(changes.unwrap().items, []);

    let kept = StoredPlan {
        base_version: world.load().await.version,
        ..kept
    };
    let still = world.store.hold_still(world.org).await.unwrap();
    still.keep_plan(&ready, kept).await.unwrap();
    let changes = world
        .store
        .run_changes(world.org, ready.id, None, None)
        .await;
    assert_eq!(changes.unwrap().items.len(), 1);
}

pub(crate) async fn a_hold_takes_the_place_of_another_in_one_step(world: World) {
    let [ada] = world.with_people(["ada@x.test"]).await;
    let plan = plan(vec![archive(&ada)]);
    let kept = StoredPlan {
        plan: &plan,
        base_version: world.load().await.version,
        concerns: &[],
        supersedes: None,
    };
    let held = |run: Run| Run {
        state: RunState::Held,
        hold: vec![Hold {
            code: HoldCode::TooManyArchived,
            limit: 5,
            found: 6,
            detail: "Six people.".to_owned(),
        }],
        ..run
    };
    let [first, second] = [(); 2].map(|()| run(RunKind::Sync, RunState::Planning));
    for run in [&first, &second] {
        world.store.begin_run(world.org, run, None).await.unwrap();
    }
    let (first, second) = (held(first), held(second));
    world
        .store
        .keep_plan(world.org, &first, kept)
        .await
        .unwrap();
    let gone = Run {
        state: RunState::Rejected,
        finished_at: Some(now()),
        error: Some(Problem::new(
            ProblemCode::Superseded,
            "A newer plan took its place.",
            "",
        )),
        ..first
    };
    let superseding = StoredPlan {
        supersedes: Some(&gone),
        ..kept
    };

    let stale = StoredPlan {
        base_version: kept.base_version - 1,
        ..superseding
    };
    let error = world.store.keep_plan(world.org, &second, stale).await;
    assert!(matches!(error, Err(ApplyError::BaseMoved)), "{error:?}");
    let waiting = world.store.held_runs(world.org).await.unwrap();
    let waiting: Vec<_> = waiting.iter().map(|held| held.run.id).collect();
    assert_eq!(waiting, [gone.id], "the older hold still waits");

    world
        .store
        .keep_plan(world.org, &second, superseding)
        .await
        .unwrap();
    let waiting = world.store.held_runs(world.org).await.unwrap();
    assert_eq!(
        waiting.iter().map(|held| &held.run).collect::<Vec<_>>(),
        [&second]
    );
    let record = world.store.run(world.org, gone.id).await.unwrap().unwrap();
    assert_eq!(record.run, gone);
    let changes = world
        .store
        .run_changes(world.org, gone.id, None, None)
        .await;
    assert_eq!(changes.unwrap().items, [], "its plan is forgotten");
}

pub(crate) async fn a_stored_plan_is_whole_until_something_of_it_is_another(world: World) {
    let [ada] = world.with_people(["ada@x.test"]).await;
    let mut plan = plan(vec![archive(&ada)]);
    plan.groups.create.push(crate::plans::new_group("Sales"));
    let preview = run(RunKind::Preview, RunState::Planning);
    let begun = world.store.begin_run(world.org, &preview, None);
    begun.await.unwrap();
    let whole = world.store.plan_is_whole(world.org, preview.id).await;
    assert!(!whole.unwrap(), "there is none yet");
    let kept = StoredPlan {
        plan: &plan,
        base_version: world.load().await.version,
        concerns: &[],
        supersedes: None,
    };
    let kept = world.store.keep_plan(world.org, &preview, kept);
    kept.await.unwrap();
    let whole = world.store.plan_is_whole(world.org, preview.id).await;
    assert!(whole.unwrap());

    for spoil in [
        "UPDATE plan_item SET document = replace(document, 'Ada', 'Eve')",
        "UPDATE plan_item SET document = '{}'",
        "DELETE FROM plan_item",
    ] {
        crate::schema::tamper(&world, spoil).await;
        let whole = world.store.plan_is_whole(world.org, preview.id).await;
        assert!(!whole.unwrap(), "{spoil}");
    }
}
