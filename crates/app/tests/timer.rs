//! The midnight timer.

use app::{NewAdmin, NoRunProgress, PersonPatch, view::RunReport};
use domain::{ArchivedBy, Code, RunState, Status, Trigger};

use crate::{
    company::{change, company, email, employee},
    world::{When, World, ends},
};

/// Whom a run archived, added and left unchanged.
fn counts(run: &RunReport) -> (u64, u64, u64) {
    let counts = run.run.counts;
    (counts.archived, counts.added, counts.unchanged)
}

pub(crate) async fn a_pass_archives_whose_last_day_is_over_and_starts_whose_first_day_has_come(
    world: World,
) {
    let mut roster = company(20);
    change(&mut roster, 5, |leaver| {
        leaver.termination_date = Some("2026-03-02".into());
    });
    let mut starter = employee(21);
    starter.start_date = Some("2026-03-03".into());
    roster.employees.push(starter);
    world.connect(roster).await;
    assert_eq!(world.person(&email(5)).await.status, Status::Active);
    assert_eq!(world.person(&email(21)).await.status, Status::Upcoming);

    world.on_day("2026-03-03");
    let run = world.tick().await.unwrap();

    assert_eq!(run.run.trigger, Trigger::Timer);
    assert_eq!(run.run.state, RunState::Finished);
    assert_eq!(counts(&run), (1, 1, 0));
    assert_eq!(run.changes.len(), 2);
    let left = world.person(&email(5)).await;
    assert_eq!(left.archived_by, Some(ArchivedBy::EndDate));
    assert_eq!(world.person(&email(21)).await.status, Status::Active);
    let record = world.store.run(world.org.id, run.run.id).await.unwrap();
    assert_eq!(record.unwrap().connection, None);
    let synced = world.sync().await;
    assert_eq!(synced.run.counts.unchanged, 21, "{synced:?}");
}

pub(crate) async fn a_pass_with_nothing_to_do_leaves_no_run(world: World) {
    world.connect(company(20)).await;
    let runs = world.runs().await;
    assert!(world.tick().await.is_none());
    assert_eq!(world.runs().await, runs);
}

pub(crate) async fn an_organisation_without_an_hris_has_its_midnight_too(world: World) {
    world.add("ada@acme.test", ends("2026-03-02")).await;
    let starts = PersonPatch {
        start_date: Some("2026-03-03".to_owned()),
        ..PersonPatch::default()
    };
    world.add("bo@acme.test", starts).await;
    assert!(world.tick().await.is_none(), "the last day is worked");

    world.on_day("2026-03-03");
    let run = world.tick().await.unwrap();

    assert_eq!(counts(&run), (1, 1, 0));
    let ada = world.person("ada@acme.test").await;
    assert_eq!(ada.archived_by, Some(ArchivedBy::EndDate));
    assert_eq!(world.person("bo@acme.test").await.status, Status::Active);
    assert!(world.tick().await.is_none(), "it is done");
}

pub(crate) async fn the_last_admin_stays_when_the_last_day_is_over(world: World) {
    let admin = NewAdmin {
        email: "root@acme.test".to_owned(),
        first_name: None,
        last_name: None,
        password: None,
    };
    world.app.create_admin(&world.org, admin).await.unwrap();
    world.edit("root@acme.test", ends("2026-03-02")).await;
    world.on_day("2026-03-03");
    let alone = world.tick().await.unwrap();
    assert_eq!(counts(&alone), (0, 0, 1));
    assert_eq!(alone.skipped[0].code, Code::LastAdmin);
    assert!(world.tick().await.is_none(), "it is said once");

    world.add("ada@acme.test", ends("2026-03-02")).await;
    let run = world.tick().await.unwrap();

    assert_eq!(counts(&run), (1, 0, 1));
    assert_eq!(world.person("root@acme.test").await.status, Status::Active);
    let flagged: Vec<_> = run
        .skipped
        .iter()
        .map(|flag| (flag.code, &*flag.email))
        .collect();
    assert_eq!(flagged, [(Code::LastAdmin, "root@acme.test")]);
}

pub(crate) async fn a_pass_waits_for_whoever_has_the_lock(world: World) {
    world.add("ada@acme.test", ends("2026-03-01")).await;
    let lock = world.store.try_lock_run(world.org.id).await.unwrap();
    let ((run, open), ()) = tokio::join!(
        async {
            let run = world.tick().await;
            (run, world.store.going_runs(world.org.id).await.unwrap())
        },
        async {
            assert_eq!(world.how_many("archived").await, 0);
            lock.unwrap().release().await;
        }
    );
    assert_eq!(counts(&run.unwrap()), (1, 0, 0));
    assert!(open.is_empty());
}

pub(crate) async fn an_edit_during_a_pass_makes_it_plan_again(world: World) {
    world.add("ada@acme.test", ends("2026-03-01")).await;
    world.add("bo@acme.test", ends("2026-03-01")).await;
    let mends = |name: &'static str| {
        let world = &world;
        When::reaches(RunState::Applying, move || async move {
            world.edit(name, ends("")).await;
        })
    };

    let mended = mends("ada@acme.test");
    let run = world.app.tick(&world.org, &mended).await.unwrap().unwrap();

    assert_eq!(counts(&run), (1, 0, 0));
    assert_eq!(world.person("ada@acme.test").await.status, Status::Active);
    assert_eq!(world.person("bo@acme.test").await.status, Status::Archived);

    world.add("cy@acme.test", ends("2026-03-01")).await;
    let runs = world.runs().await;
    let mended = mends("cy@acme.test");
    let run = world.app.tick(&world.org, &mended).await.unwrap();
    assert!(run.is_none(), "{run:?}");
    assert_eq!(
        world.runs().await,
        runs,
        "what came to nothing leaves no run"
    );
}

pub(crate) async fn a_pass_says_nothing_about_the_hris(world: World) {
    let mut roster = company(20);
    roster.employees[3].country = None;
    let synced = world.connect(roster).await;
    assert_eq!(synced.run.counts.skipped, 1);
    world.edit(&email(5), ends("2026-03-01")).await;
    let passed = world.app.tick(&world.org, &NoRunProgress).await.unwrap();
    assert!(passed.is_some());

    let integration = world.app.integration(&world.org).await.unwrap();

    assert_eq!(integration.last_run.unwrap().id, synced.run.id);
    assert_eq!(integration.state, "synced");
    assert!(
        integration
            .issues
            .iter()
            .any(|issue| issue.code == "missing_country")
    );
}
