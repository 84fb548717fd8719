//! Disconnecting while a run is going.

use app::{Failure, NoRunProgress, RunProgress, SyncRequest, view::RunReport};
use domain::{ProblemCode, RunKind, RunState, Status, Trigger};

use crate::{
    company::{company, email, terminate},
    world::{When, World, ends},
};

/// So many are terminated in the HRIS; six are more than pass without a look.
async fn leavers(world: &World, leavers: usize) {
    world.connect(company(20)).await;
    let left = world.hibob.change(|roster| {
        for number in 5..5 + leavers {
            terminate(roster, number);
        }
    });
    left.unwrap();
}

async fn disconnect(world: &World) {
    world.app.disconnect(&world.org, true).await.unwrap();
}

async fn approve(
    world: &World,
    held: &RunReport,
    progress: &dyn RunProgress,
) -> Result<RunReport, Failure> {
    let id = held.run.id.to_string();
    world.app.approve(&world.org, &id, false, progress).await
}

#[track_caller]
fn ended_truthfully(run: &RunReport) {
    assert_eq!(run.run.state, RunState::Failed, "{run:?}");
    assert!(run.run.finished_at.is_some());
    let error = run.run.error.as_ref().unwrap();
    assert_eq!(error.code, ProblemCode::Interrupted);
    assert_eq!(
        error.detail,
        "The HRIS was disconnected while the run was going, so nothing was changed."
    );
    assert!(run.changes.is_empty());
}

pub(crate) async fn a_sync_that_is_going_writes_nothing_once_the_hris_is_disconnected(
    world: World,
) {
    leavers(&world, 2).await;

    let gone = When::reaches(RunState::Applying, || disconnect(&world));
    let run = world.sync_with(&gone).await;

    ended_truthfully(&run);
    assert_eq!(world.how_many("archived").await, 0);
    let failure = world
        .app
        .sync(&world.org, request(RunKind::Sync), &NoRunProgress)
        .await;
    assert_eq!(failure.unwrap_err().code, "not_connected");
}

pub(crate) async fn a_sync_writes_nothing_for_a_connection_that_was_made_anew(world: World) {
    leavers(&world, 2).await;

    let anew = When::reaches(RunState::Planning, || async {
        disconnect(&world).await;
        let connection = domain::Connection {
            id: domain::IdSource::new(world.clock.as_ref(), &domain::OsEntropy).next(),
            provider: domain::Provider::HiBob,
            state: domain::ConnectionState::Connected,
            service_user_id: "other".to_owned(),
            connected_at: jiff::Timestamp::UNIX_EPOCH,
            schedule: domain::Schedule::default(),
            accepted_missing: Vec::new(),
        };
        let put = world
            .store
            .put_connection(world.org.id, &connection, "v1:sealed");
        put.await.unwrap();
    });
    let run = world.sync_with(&anew).await;

    ended_truthfully(&run);
    assert_eq!(world.how_many("archived").await, 0);
}

pub(crate) async fn a_run_that_would_be_held_or_shown_is_not_kept_either(world: World) {
    leavers(&world, 6).await;
    for kind in [RunKind::Sync, RunKind::Preview] {
        let gone = When::reaches(RunState::Fetching, || disconnect(&world));
        let made = world.app.sync(&world.org, request(kind), &gone).await;
        let run = made.unwrap();

        ended_truthfully(&run);
        assert!(
            world
                .store
                .held_runs(world.org.id)
                .await
                .unwrap()
                .is_empty()
        );
        world.connect(company(20)).await;
        let left = world.hibob.change(|roster| terminate(roster, 5));
        left.unwrap();
    }
}

pub(crate) async fn an_approval_that_is_going_writes_nothing_and_the_hold_is_over(world: World) {
    leavers(&world, 6).await;
    let held = world.sync().await;

    let gone = When::reaches(RunState::Applying, || disconnect(&world));
    let failure = approve(&world, &held, &gone).await.unwrap_err();

    assert_eq!(
        failure.detail,
        "The HRIS was disconnected, so this plan was never applied."
    );
    assert_eq!(world.how_many("archived").await, 0);
    let over = world.run(&held).await;
    assert_eq!(over.run.state, RunState::Rejected);
    assert!(over.changes.is_empty());
}

pub(crate) async fn a_hold_ends_with_its_connection_and_one_of_the_timer_does_not(world: World) {
    leavers(&world, 6).await;
    let held = world.sync().await;
    assert_eq!(held.run.state, RunState::Held);
    for number in 11..=16 {
        world.edit(&email(number), ends("2026-03-01")).await;
    }
    let pass = world.tick().await.unwrap();
    assert_eq!(pass.run.state, RunState::Held);

    disconnect(&world).await;

    let over = world.run(&held).await.run;
    assert_eq!(over.state, RunState::Rejected);
    let error = over.error.unwrap();
    assert_eq!(error.code, ProblemCode::Superseded);
    assert!(error.detail.contains("disconnected"), "{error:?}");
    let applied = approve(&world, &pass, &NoRunProgress).await.unwrap();
    assert_eq!(applied.run.counts.archived, 6);
    assert_eq!(world.person(&email(5)).await.status, Status::Active);
}

pub(crate) async fn pausing_does_not_stop_a_run(world: World) {
    leavers(&world, 2).await;

    let paused = When::reaches(RunState::Applying, || async {
        world.app.pause(&world.org).await.unwrap();
    });
    let run = world.sync_with(&paused).await;

    assert!(run.run.state.is_success(), "{run:?}");
    assert_eq!(world.how_many("archived").await, 2);
    let integration = world.app.integration(&world.org).await.unwrap();
    assert_eq!(integration.state, "paused");
}

fn request(kind: RunKind) -> SyncRequest {
    SyncRequest {
        kind,
        trigger: Trigger::Cli,
        as_of: None,
        expect: None,
    }
}
