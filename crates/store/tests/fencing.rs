//! A run that is over writes nothing more, whoever closed it.

use domain::{Problem, ProblemCode, Run, RunKind, RunState};
use reconcile::Plan;
use store::{ApplyError, Store, StoreError, StoredPlan};

use crate::{
    plans::{archive, plan, update},
    world::{World, now, run},
};

/// A run that has begun and lives as long as the test.
async fn begun(world: &World) -> &'static Run {
    let run = run(RunKind::Sync, RunState::Planning);
    world.store.begin_run(world.org, &run, None).await.unwrap();
    Box::leak(Box::new(Run {
        state: RunState::Finished,
        finished_at: Some(now()),
        ..run
    }))
}

async fn apply(world: &World, run: &'static Run, plan: &Plan) -> Result<(), ApplyError> {
    let applied = world.apply_as(plan, |apply| apply.run = run).await;
    applied.map(drop)
}

async fn keep(world: &World, run: &Run, plan: &Plan) -> Result<(), ApplyError> {
    let kept = StoredPlan {
        plan,
        base_version: world.load().await.version,
        concerns: &[],
        supersedes: None,
    };
    world.store.keep_plan(world.org, run, kept).await
}

async fn state(world: &World, run: &Run) -> RunState {
    let record = world.store.run(world.org, run.id).await.unwrap().unwrap();
    record.run.state
}

pub(crate) async fn a_run_that_another_process_closed_is_not_applied(world: World) {
    let [ada] = world.with_people(["ada@x.test"]).await;
    let plan = plan(vec![update(&ada, |after| {
        after.first_name = "Augusta".into();
    })]);
    let run = begun(&world).await;
    let other = Store::open(&world.url).await.unwrap();
    let closed = other
        .close_interrupted(world.org, RunKind::Sync, now())
        .await
        .unwrap();
    assert!(closed.contains(&run.id));
    let before = world.load().await;

    let error = apply(&world, run, &plan).await.unwrap_err();

    assert!(matches!(error, ApplyError::Fenced), "{error}");
    assert_eq!(world.load().await.directory.people, before.directory.people);
    assert_eq!(world.load().await.version, before.version);
    let history = world
        .store
        .history(world.org, ada.id, None, None)
        .await
        .unwrap();
    assert_eq!(history.items.len(), 1, "only how she was added");
    assert_eq!(state(&world, run).await, RunState::Failed);
}

pub(crate) async fn a_run_is_applied_once(world: World) {
    let [ada] = world.with_people(["ada@x.test"]).await;
    let run = begun(&world).await;
    apply(&world, run, &plan(vec![])).await.unwrap();

    let again = plan(vec![archive(&ada)]);
    let error = apply(&world, run, &again).await.unwrap_err();

    assert!(matches!(error, ApplyError::Fenced), "{error}");
    assert_eq!(world.person("ada@x.test").await.status, ada.status);
}

pub(crate) async fn applying_and_closing_at_once_end_in_one_of_both(world: World) {
    let other = Store::open(&world.url).await.unwrap();
    let [ada] = world.with_people(["ada@x.test"]).await;
    for round in 0..12 {
        let before = world.person("ada@x.test").await;
        let plan = plan(vec![update(&before, |after| {
            after.first_name = format!("Ada {round}").as_str().into();
        })]);
        let run = begun(&world).await;
        let (applied, closed) = tokio::join!(
            apply(&world, run, &plan),
            other.close_interrupted(world.org, RunKind::Sync, now())
        );
        let closed = closed.unwrap().contains(&run.id);
        let after = world.person("ada@x.test").await;
        match applied {
            Ok(()) => {
                assert!(!closed, "round {round}");
                assert_eq!(state(&world, run).await, RunState::Finished);
                assert_eq!(after.version, before.version + 1);
            }
            Err(ApplyError::Fenced) => {
                assert!(closed, "round {round}");
                assert_eq!(state(&world, run).await, RunState::Failed);
                assert_eq!(after, before);
            }
            Err(error) => panic!("round {round}: {error}"),
        }
    }
    assert_eq!(world.person("ada@x.test").await.id, ada.id);
}

pub(crate) async fn a_run_ends_as_it_was_closed_first(world: World) {
    let first = run(RunKind::Sync, RunState::Fetching);
    world
        .store
        .begin_run(world.org, &first, None)
        .await
        .unwrap();
    world
        .store
        .close_interrupted(world.org, RunKind::Sync, now())
        .await
        .unwrap();
    let problem = Problem::new(ProblemCode::Unreachable, "No answer.", "Try again.");
    let late = |state| Run {
        state,
        error: Some(problem.clone()),
        ..first.clone()
    };
    let failed = late(RunState::Failed);
    let error = world.store.close_run(world.org, &failed).await;
    assert!(matches!(error, Err(StoreError::RunOver)), "{error:?}");
    let error = keep(&world, &late(RunState::Held), &plan(vec![])).await;
    assert!(matches!(error, Err(ApplyError::Fenced)), "{error:?}");
    world
        .store
        .set_run_state(world.org, first.id, RunState::Applying)
        .await
        .unwrap();
    world.store.forget_run(world.org, first.id).await.unwrap();
    let record = world.store.run(world.org, first.id).await.unwrap().unwrap();
    assert_eq!(record.run.state, RunState::Failed);
    assert_eq!(record.run.error.unwrap().code, ProblemCode::Interrupted);
    assert_eq!(record.plan_hash, None);
}

pub(crate) async fn a_run_with_a_stored_plan_can_be_forgotten(world: World) {
    let [ada] = world.with_people(["ada@x.test"]).await;
    let held = run(RunKind::Sync, RunState::Planning);
    world.store.begin_run(world.org, &held, None).await.unwrap();
    let held = Run {
        state: RunState::Held,
        ..held
    };
    let plan = plan(vec![archive(&ada)]);
    keep(&world, &held, &plan).await.unwrap();

    world.store.forget_run(world.org, held.id).await.unwrap();

    assert_eq!(world.store.run(world.org, held.id).await.unwrap(), None);
}
