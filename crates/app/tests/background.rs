//! Runs that are asked for and made by a worker, and what goes on by the clock.

use app::{ConnectRequest, NoRunProgress, SyncRequest};
use domain::{Provider, RunKind, RunState, Trigger};
use jiff::SignedDuration;
use sandbox::Fault;

use crate::{
    company::{company, terminate},
    world::World,
};

fn request(kind: RunKind) -> SyncRequest {
    SyncRequest {
        kind,
        trigger: Trigger::Api,
        as_of: None,
        expect: None,
    }
}

/// Everything that is due is done, and nothing is left over.
async fn work_off(world: &World) -> usize {
    let idle = world.app.work_off().await.unwrap();
    let (waiting, failed) = world.app.task_counts().await.unwrap();
    assert_eq!((waiting, failed), (0, 0), "tasks are left over");
    idle.done
}

/// Every run, the oldest first: what started it, and how it stands.
async fn runs(world: &World) -> Vec<(Trigger, RunState)> {
    let runs = world.app.runs(&world.org, None, None).await.unwrap();
    let mut runs: Vec<_> = runs
        .items
        .iter()
        .map(|run| (run.trigger, run.state))
        .collect();
    runs.reverse();
    runs
}

pub(crate) async fn a_run_that_is_asked_for_waits_until_a_worker_makes_it(world: World) {
    world.connect(company(3)).await;
    let (run, existed) = world
        .app
        .request_run(&world.org, request(RunKind::Sync))
        .await
        .unwrap();
    assert!(!existed);
    assert_eq!(run.state, RunState::Queued);
    let (again, existed) = world
        .app
        .request_run(&world.org, request(RunKind::Sync))
        .await
        .unwrap();
    assert!(existed, "one like it is going already");
    assert_eq!(again.id, run.id);
    assert_eq!(work_off(&world).await, 1);
    let made = world
        .app
        .run_view(&world.org, &run.id.to_string())
        .await
        .unwrap();
    assert_eq!(made.state, RunState::Finished);
    assert_eq!(made.counts.unchanged, 3);
    assert_eq!(work_off(&world).await, 0, "it is made once");
}

pub(crate) async fn a_preview_never_stands_in_the_way_of_a_sync(world: World) {
    world.connect(company(3)).await;
    let app = &world.app;
    let (preview, _) = app
        .request_run(&world.org, request(RunKind::Preview))
        .await
        .unwrap();
    let (sync, existed) = app
        .request_run(&world.org, request(RunKind::Sync))
        .await
        .unwrap();
    assert!(!existed);
    assert_ne!(preview.id, sync.id);
    let for_a_day = SyncRequest {
        as_of: Some("2026-12-01".parse().unwrap()),
        ..request(RunKind::Preview)
    };
    let (_, existed) = app.request_run(&world.org, for_a_day).await.unwrap();
    assert!(!existed, "a preview for another day is another one");
    assert_eq!(work_off(&world).await, 3);
}

pub(crate) async fn a_run_that_is_stopped_while_it_waits_is_never_made(world: World) {
    world.connect(company(3)).await;
    let app = &world.app;
    let (run, _) = app
        .request_run(&world.org, request(RunKind::Sync))
        .await
        .unwrap();
    let id = run.id.to_string();
    let stopped = app.stop_run(&world.org, &id).await.unwrap();
    assert_eq!(stopped.state, RunState::Stopped);
    work_off(&world).await;
    let run = app.run_view(&world.org, &id).await.unwrap();
    assert_eq!(run.state, RunState::Stopped);
    assert_eq!(run.counts.employees, 0);
    let again = app.stop_run(&world.org, &id).await.unwrap_err();
    assert_eq!(again.code, "too_late");
}

pub(crate) async fn a_run_that_is_stopped_while_it_reads_changes_nothing(world: World) {
    world.connect(company(8)).await;
    world.hibob.change(|roster| terminate(roster, 5)).unwrap();
    world
        .hibob
        .set_faults(vec![Fault::parse("slow=60000").unwrap()]);
    let app = &world.app;
    let (run, _) = app
        .request_run(&world.org, request(RunKind::Sync))
        .await
        .unwrap();
    let id = run.id.to_string();
    let stop = async {
        loop {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            let run = app.run_view(&world.org, &id).await.unwrap();
            if run.state == RunState::Fetching {
                break app.stop_run(&world.org, &id).await.unwrap();
            }
        }
    };
    let (done, stopped) = tokio::join!(app.work_off(), stop);
    done.unwrap();
    assert_eq!(stopped.state, RunState::Stopped);
    let run = app.run_view(&world.org, &id).await.unwrap();
    assert_eq!(run.state, RunState::Stopped);
    assert_eq!(world.how_many("archived").await, 0);
    world.hibob.set_faults(Vec::new());
    assert!(
        world.sync().await.run.state.is_success(),
        "the lock is free again"
    );
}

pub(crate) async fn a_connection_begins_with_a_run_of_a_worker(world: World) {
    world.hibob.put_roster(company(4)).unwrap();
    let connect = |preview| ConnectRequest {
        provider: Provider::HiBob,
        service_user_id: sandbox::SERVICE_USER.to_owned(),
        token: sandbox::TOKEN.into(),
        accept_missing: Vec::new(),
        preview,
    };
    let (integration, replaced) = world
        .app
        .connect_soon(&world.org, connect(false), &NoRunProgress)
        .await
        .unwrap();
    assert!(!replaced);
    assert_eq!(integration.state, "syncing");
    assert_eq!(integration.last_run.unwrap().state, RunState::Queued);
    work_off(&world).await;
    assert_eq!(world.how_many("active").await, 4);
    let (_, replaced) = world
        .app
        .connect_soon(&world.org, connect(false), &NoRunProgress)
        .await
        .unwrap();
    assert!(replaced, "credentials are replaced on a live connection");
    work_off(&world).await;
    assert_eq!(runs(&world).await.len(), 2);
}

pub(crate) async fn a_worker_that_died_leaves_its_run_to_another_who_begins_anew(world: World) {
    world.connect(company(8)).await;
    world.app.work_off().await.unwrap();
    world.on_day("2026-03-03");
    world
        .hibob
        .set_faults(vec![Fault::parse("slow=60000").unwrap()]);
    // The scheduled run is begun, and its worker dies in the middle.
    let dying = tokio::time::timeout(std::time::Duration::from_secs(1), world.app.work_off());
    assert!(dying.await.is_err());
    let going = runs(&world).await;
    assert_eq!(going.last(), Some(&(Trigger::Schedule, RunState::Fetching)));
    world.hibob.set_faults(Vec::new());
    world.later(SignedDuration::from_mins(1));
    let other = world.another_app().await;
    other.work_off().await.unwrap();
    let ended = runs(&world).await;
    assert_eq!(
        ended[ended.len() - 2..],
        [
            (Trigger::Schedule, RunState::Failed),
            (Trigger::Schedule, RunState::Finished)
        ]
    );
    assert_eq!(world.app.task_counts().await.unwrap(), (0, 0));
}

pub(crate) async fn the_daily_sync_runs_once_a_day_whoever_looks(world: World) {
    world.connect(company(3)).await;
    let other = world.another_app().await;
    let before = world.runs().await;
    for day in 3..=9 {
        world.on_day(&format!("2026-03-{day:02}"));
        let (one, two) = tokio::join!(world.app.work_off(), other.work_off());
        one.unwrap();
        two.unwrap();
        world.app.work_off().await.unwrap();
    }
    let scheduled = runs(&world).await.split_off(before);
    assert_eq!(scheduled, vec![(Trigger::Schedule, RunState::Finished); 7]);
}

pub(crate) async fn what_was_missed_runs_once(world: World) {
    world.connect(company(3)).await;
    world.app.work_off().await.unwrap();
    let before = world.runs().await;
    world.on_day("2026-03-20");
    work_off(&world).await;
    work_off(&world).await;
    assert_eq!(world.runs().await, before + 1);
    let next = world.app.integration(&world.org).await.unwrap().next_run_at;
    assert_eq!(next.unwrap().to_string(), "2026-03-21T09:00:00Z");
}

pub(crate) async fn a_paused_connection_rests_and_goes_on_when_resumed(world: World) {
    world.connect(company(3)).await;
    world.app.work_off().await.unwrap();
    world.app.pause(&world.org).await.unwrap();
    let before = world.runs().await;
    world.on_day("2026-03-10");
    world.app.work_off().await.unwrap();
    assert_eq!(world.runs().await, before);
    world.app.resume(&world.org).await.unwrap();
    world.app.work_off().await.unwrap();
    assert_eq!(world.runs().await, before, "what rested is not made up for");
    world.on_day("2026-03-11");
    work_off(&world).await;
    assert_eq!(world.runs().await, before + 1);
}

pub(crate) async fn refused_credentials_stop_the_schedule_until_they_change(world: World) {
    world.connect(company(3)).await;
    world.app.work_off().await.unwrap();
    world
        .hibob
        .set_faults(vec![Fault::parse("status=401").unwrap()]);
    let before = world.runs().await;
    for day in 3..=12 {
        world.on_day(&format!("2026-03-{day:02}"));
        world.app.work_off().await.unwrap();
    }
    assert_eq!(world.runs().await, before + 1, "it is refused once");
    assert_eq!(
        world.app.integration(&world.org).await.unwrap().next_run_at,
        None
    );
    world.hibob.set_faults(Vec::new());
    world.connect(company(3)).await;
    world.on_day("2026-03-13");
    world.app.work_off().await.unwrap();
    let last = *runs(&world).await.last().unwrap();
    assert_eq!(last, (Trigger::Schedule, RunState::Finished));
}

pub(crate) async fn a_bad_day_is_tried_again_soon_then_later_then_on_schedule(world: World) {
    world.connect(company(3)).await;
    world.app.work_off().await.unwrap();
    world
        .hibob
        .set_faults(vec![Fault::parse("status=503").unwrap()]);
    let before = world.runs().await;
    world.on_day("2026-03-03");
    let mut tries = Vec::new();
    let mut minutes = 0;
    while minutes < 12 * 60 {
        world.app.work_off().await.unwrap();
        if world.runs().await > before + tries.len() {
            tries.push(minutes);
        }
        world.later(SignedDuration::from_mins(5));
        minutes += 5;
    }
    assert_eq!(tries.len(), 4, "{tries:?}");
    assert_eq!(tries[0], 0);
    let pauses: Vec<_> = tries.windows(2).map(|pair| pair[1] - pair[0]).collect();
    for (pause, wanted) in pauses.iter().zip([15, 60, 240]) {
        assert!((wanted..=wanted + 10).contains(pause), "{pauses:?}");
    }
    assert_eq!(
        world.app.integration(&world.org).await.unwrap().state,
        "failing"
    );
}

pub(crate) async fn midnight_comes_by_itself_and_catches_up(world: World) {
    world.connect(company(8)).await;
    world.app.work_off().await.unwrap();
    world.app.pause(&world.org).await.unwrap();
    world
        .edit("p4@acme.test", crate::world::ends("2026-03-05"))
        .await;
    world.on_day("2026-03-05");
    work_off(&world).await;
    assert_eq!(
        world.how_many("archived").await,
        0,
        "the last day is worked"
    );
    world.on_day("2026-03-09");
    work_off(&world).await;
    assert_eq!(world.how_many("archived").await, 1);
    let last = *runs(&world).await.last().unwrap();
    assert_eq!(last, (Trigger::Timer, RunState::Finished));
    let before = world.runs().await;
    world.on_day("2026-03-10");
    work_off(&world).await;
    assert_eq!(
        world.runs().await,
        before,
        "a pass with nothing to do leaves no run"
    );
}

pub(crate) async fn what_can_never_be_done_is_given_up_seen_and_tried_again(world: World) {
    let task = store::NewTask {
        id: domain::IdSource::new(&*world.clock, &domain::OsEntropy).next(),
        kind: domain::TaskKind::Job,
        once: None,
        payload: serde_json::json!({ "job": "of another version" }),
        due_at: domain::Clock::now(&*world.clock),
    };
    let put = world
        .store
        .enqueue(world.org.id, task, domain::Clock::now(&*world.clock));
    put.await.unwrap();
    world.app.work_off().await.unwrap();

    let [failed] = world
        .app
        .failed_tasks(&world.org)
        .await
        .unwrap()
        .items
        .try_into()
        .unwrap();
    let why = failed.error.unwrap();
    assert_eq!(why, "the task does not say which job");
    world
        .app
        .retry_task(&world.org, &failed.id.to_string())
        .await
        .unwrap();
    assert_eq!(world.app.task_counts().await.unwrap(), (1, 0));
    world.app.work_off().await.unwrap();
    assert_eq!(world.app.task_counts().await.unwrap(), (0, 1));
    let unknown = world.app.retry_task(&world.org, "x").await.unwrap_err();
    assert_eq!(unknown.code, "not_found");
}
