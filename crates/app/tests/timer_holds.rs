//! Passes of the timer that are held.

use app::{NoRunProgress, view::RunReport};
use domain::{HoldCode, ProblemCode, RunState, Status, Trigger};

use crate::{
    company::{change, company, email, employee, terminate},
    world::{World, ends},
};

/// Of twenty people, six have their last day over: one more than passes without a look.
async fn six_leave(world: &World) {
    let mut roster = company(20);
    for number in 5..=10 {
        change(&mut roster, number, |leaver| {
            leaver.termination_date = Some("2026-03-02".into());
        });
    }
    let mut starter = employee(21);
    starter.start_date = Some("2026-03-03".into());
    roster.employees.push(starter);
    world.connect(roster).await;
    world.on_day("2026-03-03");
}

async fn held_at_midnight(world: &World) -> RunReport {
    six_leave(world).await;
    let held = world.tick().await.unwrap();
    assert_eq!(held.run.state, RunState::Held);
    held
}

async fn approve(
    world: &World,
    held: &RunReport,
    without_archiving: bool,
) -> Result<RunReport, app::Failure> {
    let id = held.run.id.to_string();
    world
        .app
        .approve(&world.org, &id, without_archiving, &NoRunProgress)
        .await
}

/// It was turned down by a newer plan.
async fn is_superseded(world: &World, held: &RunReport) -> bool {
    let run = world.run(held).await.run;
    let superseded = run.error.map(|error| error.code) == Some(ProblemCode::Superseded);
    run.state == RunState::Rejected && superseded
}

pub(crate) async fn too_many_at_one_midnight_are_held_once(world: World) {
    let held = held_at_midnight(&world).await;
    assert_eq!(held.run.trigger, Trigger::Timer);
    let [reason] = held.run.hold.as_slice() else {
        panic!("one hold: {held:?}")
    };
    assert_eq!(
        (reason.code, reason.limit, reason.found),
        (HoldCode::TooManyArchived, 5, 6)
    );
    assert_eq!(held.changes.len(), 7);
    assert_eq!(world.how_many("archived").await, 0);
    let runs = world.runs().await;

    let again = world.tick().await.unwrap();

    assert_eq!(again.run.id, held.run.id);
    assert_eq!(world.runs().await, runs);
}

pub(crate) async fn another_plan_of_the_timer_takes_the_place_of_its_hold(world: World) {
    let held = held_at_midnight(&world).await;
    world.edit(&email(11), ends("2026-03-02")).await;

    let next = world.tick().await.unwrap();

    assert_ne!(next.run.id, held.run.id);
    assert_eq!(next.run.state, RunState::Held);
    assert!(is_superseded(&world, &held).await);
}

pub(crate) async fn a_hold_of_the_timer_goes_away_when_its_cause_is_mended(world: World) {
    let held = held_at_midnight(&world).await;
    world.edit(&email(5), ends("")).await;

    let next = world.tick().await.unwrap();

    assert_eq!(next.run.counts.archived, 5);
    assert!(next.run.state.is_success());
    assert!(is_superseded(&world, &held).await);

    let held = {
        for number in 11..=16 {
            world.edit(&email(number), ends("2026-03-02")).await;
        }
        world.tick().await.unwrap()
    };
    for number in 11..=16 {
        world.edit(&email(number), ends("")).await;
    }
    assert!(world.tick().await.is_none());
    assert!(is_superseded(&world, &held).await);
}

pub(crate) async fn a_held_pass_is_approved_without_asking_the_hris(world: World) {
    let held = held_at_midnight(&world).await;
    let calls = world.hibob.log().len();

    let applied = approve(&world, &held, false).await.unwrap();

    assert_eq!(world.hibob.log().len(), calls);
    assert_eq!(applied.run.id, held.run.id);
    assert!(applied.run.state.is_success());
    assert_eq!(applied.run.trigger, Trigger::Timer);
    assert_eq!(world.how_many("archived").await, 6);
    assert_eq!(world.person(&email(21)).await.status, Status::Active);
    let now = jiff::Timestamp::MAX;
    let loaded = world.store.load_directory(world.org.id, now).await.unwrap();
    let counted = loaded.directory.past.archived_this_week;
    assert_eq!(counted, 0, "what an admin approved does not count");
    let again = approve(&world, &held, false).await.unwrap_err();
    assert_eq!(again.code, "not_held");
}

pub(crate) async fn a_held_pass_is_approved_without_the_archiving(world: World) {
    let held = held_at_midnight(&world).await;
    let applied = approve(&world, &held, true).await.unwrap();
    let counts = applied.run.counts;
    assert_eq!((counts.archived, counts.added), (0, 1));
    assert_eq!(world.how_many("archived").await, 0);
}

pub(crate) async fn a_held_pass_that_would_come_to_another_plan_is_not_applied(world: World) {
    let held = held_at_midnight(&world).await;
    world.edit(&email(11), ends("2026-03-02")).await;

    let failure = approve(&world, &held, false).await.unwrap_err();

    assert_eq!(failure.code, "plan_changed");
    assert_eq!(world.how_many("archived").await, 0);
    assert!(is_superseded(&world, &held).await);
    let next = world.tick().await.unwrap();
    assert!(failure.mend.contains(&next.run.id.to_string()), "{failure}");

    for number in 5..=8 {
        world.edit(&email(number), ends("")).await;
    }
    let failure = approve(&world, &next, false).await.unwrap_err();
    assert!(failure.mend.contains("rollcall tick"), "{failure}");
    assert_eq!(world.how_many("archived").await, 0);
}

pub(crate) async fn a_held_pass_is_turned_down(world: World) {
    let held = held_at_midnight(&world).await;
    let id = held.run.id.to_string();
    let rejected = world.app.reject(&world.org, &id).await.unwrap();
    assert_eq!(rejected.run.state, RunState::Rejected);
    assert_eq!(world.how_many("archived").await, 0);
}

pub(crate) async fn holds_of_the_timer_and_of_a_sync_stand_beside_each_other(world: World) {
    let pass = held_at_midnight(&world).await;
    let terminations = |roster: &mut sandbox::Roster| {
        for number in 12..=17 {
            terminate(roster, number);
        }
    };

    let sync = world.sync_after(terminations).await;

    assert_eq!(sync.run.state, RunState::Held);
    assert_eq!(sync.run.counts.archived, 12);
    assert_eq!(world.run(&pass).await.run.state, RunState::Held);
    assert_eq!(world.tick().await.unwrap().run.id, pass.run.id);
    assert_eq!(world.sync().await.run.id, sync.run.id);
    let integration = world.app.integration(&world.org).await.unwrap();
    assert_eq!(integration.state, "held");

    // What was approved there is another plan here.
    approve(&world, &pass, false).await.unwrap();
    let failure = approve(&world, &sync, false).await.unwrap_err();
    assert_eq!(failure.code, "plan_changed");
    assert_eq!(world.how_many("archived").await, 6);
}

pub(crate) async fn a_sync_that_archives_them_ends_the_hold_of_the_timer(world: World) {
    let pass = held_at_midnight(&world).await;
    let sync = world.sync().await;
    assert_eq!(sync.run.state, RunState::Held);

    approve(&world, &sync, false).await.unwrap();

    assert_eq!(world.how_many("archived").await, 6);
    assert!(is_superseded(&world, &pass).await);
    assert!(world.tick().await.is_none());
}
