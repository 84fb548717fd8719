//! Runs from their beginning to their end.

use domain::{Action, Code, Counts, Hold, HoldCode, Problem, ProblemCode, Run, RunKind, RunState};
use jiff::SignedDuration;
use store::{RunRecord, StoredPlan};

use crate::{
    plans::{add, archive, flag, plan, update},
    world::{World, later, now, run},
};

async fn stored(world: &World, run: &Run) -> RunRecord {
    world.store.run(world.org, run.id).await.unwrap().unwrap()
}

pub(crate) async fn a_run_begins_goes_on_and_fails(world: World) {
    let run = run(RunKind::Sync, RunState::Queued);
    assert_eq!(
        world.store.begin_run(world.org, &run, None).await.unwrap(),
        1
    );
    assert_eq!(stored(&world, &run).await.run, run);
    world
        .store
        .set_run_state(world.org, run.id, RunState::Fetching)
        .await
        .unwrap();
    assert_eq!(stored(&world, &run).await.run.state, RunState::Fetching);
    assert_eq!(world.store.going_runs(world.org).await.unwrap().len(), 1);
    let problem = Problem::new(ProblemCode::Unreachable, "No answer.", "Try again.");
    let failed = Run {
        state: RunState::Failed,
        finished_at: Some(now()),
        error: Some(problem),
        ..run
    };
    world.store.close_run(world.org, &failed).await.unwrap();
    assert_eq!(stored(&world, &failed).await.run, failed);
    assert!(world.store.going_runs(world.org).await.unwrap().is_empty());
    let changes = world
        .store
        .run_changes(world.org, failed.id, None, None)
        .await
        .unwrap();
    assert!(changes.items.is_empty());
}

pub(crate) async fn a_preview_keeps_its_plan(world: World) {
    let [ada] = world.with_people(["ada@x.test"]).await;
    let before = world.load().await;
    let mut plan = plan(vec![
        archive(&ada),
        add(&world.somebody("new@x.test"), |_| ()),
    ]);
    plan.findings = vec![flag("h9", Code::MissingEmail, "nothing")];
    let as_of = Some("2026-12-24".parse().unwrap());
    let preview = Run {
        as_of,
        ..run(RunKind::Preview, RunState::Planning)
    };
    world
        .store
        .begin_run(world.org, &preview, None)
        .await
        .unwrap();
    let counts = Counts {
        employees: 3,
        added: 1,
        archived: 1,
        ..Counts::default()
    };
    let preview = Run {
        state: RunState::Finished,
        finished_at: Some(now()),
        counts,
        ..preview
    };
    let kept = StoredPlan {
        plan: &plan,
        base_version: before.version,
        concerns: &[],
        supersedes: None,
    };
    world
        .store
        .keep_plan(world.org, &preview, kept)
        .await
        .unwrap();

    let record = stored(&world, &preview).await;
    assert_eq!(record.run, preview);
    assert_eq!(record.plan_hash, Some(plan.hash()));
    assert_eq!(record.base_version, Some(before.version));
    let changes = world
        .store
        .run_changes(world.org, preview.id, None, None)
        .await
        .unwrap();
    let told: Vec<_> = changes
        .items
        .iter()
        .map(|change| (change.person_id, change.action))
        .collect();
    assert_eq!(told, [(Some(ada.id), Action::Archive), (None, Action::Add)]);
    assert_eq!(
        changes.items[0].fields.as_slice(),
        plan.changes[0].fields().as_ref()
    );
    let findings = world
        .store
        .run_findings(world.org, preview.id, None, None)
        .await
        .unwrap();
    assert_eq!(findings.items[0].seen, "nothing");
    let after = world.load().await;
    assert_eq!(after.directory.people, before.directory.people);
    assert_eq!(after.version, before.version, "a preview moves nothing");
}

pub(crate) async fn a_superseded_hold_forgets_its_plan(world: World) {
    let [ada] = world.with_people(["ada@x.test"]).await;
    let plan = plan(vec![archive(&ada)]);
    let held = run(RunKind::Sync, RunState::Planning);
    world.store.begin_run(world.org, &held, None).await.unwrap();
    let reason = Hold {
        code: HoldCode::TooManyArchived,
        limit: 5,
        found: 6,
        detail: "Six people.".to_owned(),
    };
    let held = Run {
        state: RunState::Held,
        hold: vec![reason],
        ..held
    };
    let kept = StoredPlan {
        plan: &plan,
        base_version: 2,
        concerns: &[],
        supersedes: None,
    };
    world.store.keep_plan(world.org, &held, kept).await.unwrap();
    let found = world.store.held_runs(world.org).await.unwrap();
    assert_eq!(
        found.iter().map(|held| &held.run).collect::<Vec<_>>(),
        [&held]
    );
    assert!(world.store.going_runs(world.org).await.unwrap().is_empty());

    let superseded = Problem::new(ProblemCode::Superseded, "A newer plan took its place.", "");
    let gone = Run {
        state: RunState::Rejected,
        finished_at: Some(now()),
        error: Some(superseded),
        ..held
    };
    world.store.close_run(world.org, &gone).await.unwrap();
    assert!(world.store.held_runs(world.org).await.unwrap().is_empty());
    let changes = world
        .store
        .run_changes(world.org, gone.id, None, None)
        .await
        .unwrap();
    assert_eq!(changes.total, Some(0));
}

pub(crate) async fn runs_come_in_pages_newest_first(world: World) {
    for _ in 0..5 {
        let run = run(RunKind::Sync, RunState::Queued);
        world.store.begin_run(world.org, &run, None).await.unwrap();
    }
    let first = world.store.runs(world.org, Some(2), None).await.unwrap();
    let mut seqs: Vec<i64> = first.items.iter().map(|record| record.seq).collect();
    assert_eq!((first.total, seqs.as_slice()), (Some(5), [5, 4].as_slice()));
    let mut next = first.next;
    while let Some(after) = next {
        let page = world
            .store
            .runs(world.org, Some(2), Some(&after))
            .await
            .unwrap();
        assert_eq!(page.total, None);
        seqs.extend(page.items.iter().map(|record| record.seq));
        next = page.next;
    }
    assert_eq!(seqs, [5, 4, 3, 2, 1]);
}

pub(crate) async fn changes_of_a_run_come_in_pages(world: World) {
    let people = ["a@x.test", "b@x.test", "c@x.test"];
    let people = world.with_people(people).await;
    let changes = people
        .iter()
        .map(|p| update(p, |after| after.first_name = "Same".into()));
    let (run, _) = world.apply(&plan(changes.collect())).await;
    let mut seen = Vec::new();
    let mut next = None;
    loop {
        let page = world
            .store
            .run_changes(world.org, run, Some(1), next.as_deref())
            .await
            .unwrap();
        seen.extend(page.items.iter().filter_map(|change| change.person_id));
        next = page.next;
        if next.is_none() {
            break;
        }
    }
    let mut expected = crate::world::ids(&people);
    expected.sort();
    assert_eq!(seen, expected);
}

pub(crate) async fn interrupted_runs_are_closed(world: World) {
    let sync = run(RunKind::Sync, RunState::Applying);
    let preview = run(RunKind::Preview, RunState::Fetching);
    for run in [&sync, &preview] {
        world.store.begin_run(world.org, run, None).await.unwrap();
    }
    let closed = world
        .store
        .close_interrupted(world.org, RunKind::Sync, now())
        .await
        .unwrap();
    assert_eq!(closed, [sync.id]);
    let record = stored(&world, &sync).await;
    assert_eq!(record.run.state, RunState::Failed);
    assert_eq!(record.run.error.unwrap().code, ProblemCode::Interrupted);
    assert_eq!(
        world.store.going_runs(world.org).await.unwrap()[0].run.id,
        preview.id
    );
}

pub(crate) async fn archives_of_a_week_count_together(world: World) {
    let people = ["a@x.test", "b@x.test", "c@x.test", "d@x.test"];
    let [a, b, c, d] = world.with_people(people).await;
    world.apply(&plan(vec![archive(&a), archive(&b)])).await;
    let approved = plan(vec![archive(&c)]);
    world
        .apply_as(&approved, |apply| apply.approved = true)
        .await
        .unwrap();
    assert_eq!(world.load().await.directory.past.archived_this_week, 2);
    later(SignedDuration::from_hours(100));
    world.apply(&plan(vec![archive(&d)])).await;
    assert_eq!(world.load().await.directory.past.archived_this_week, 3);
    later(SignedDuration::from_hours(69));
    assert_eq!(world.load().await.directory.past.archived_this_week, 1);
}
