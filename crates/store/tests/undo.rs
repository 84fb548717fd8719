//! Taking runs back, and what an edit decides about employees.

use domain::{Action, Group, Person, PersonField, PersonId, Run, RunKind, RunState, Trigger};
use store::{ActId, Actor, ApplyError, Edit, EditError, Exclusion, ExclusionEdit, UndoRun};

use crate::{
    connections::connection,
    edits::edit,
    plans::{archive, new_group, plan, text, update},
    world::{World, id, now, run},
};

/// An edit that gives somebody another first name.
fn renamed(person: &Person, name: &str) -> Edit {
    Edit {
        before_version: Some(person.version),
        person: Person {
            first_name: name.into(),
            ..person.clone()
        },
        action: Action::Update,
        fields: vec![text(
            PersonField::FirstName,
            Some(&person.first_name),
            Some(name),
        )],
        why: "Undone.".to_owned(),
    }
}

async fn undo_of<'a>(world: &World, run: domain::RunId, edits: &'a [Edit]) -> UndoRun<'a> {
    UndoRun {
        run,
        whole: true,
        edits,
        groups: &[],
        archives: 0,
        pause: None,
        base_version: world.load().await.version,
        actor: Actor::Cli,
        at: now(),
        act: id(),
    }
}

pub(crate) async fn the_newest_act_of_each_person_is_told(world: World) {
    let [ada, bo] = world.with_people(["ada@x.test", "bo@x.test"]).await;
    let made = newest(&world, &[ada.id, bo.id]).await;
    assert_eq!(made[0], made[1]);
    assert!(made[0].is_some());

    let change = renamed(&ada, "Augusta");
    edit(&world, &change.person, change.fields).await.unwrap();

    let after = newest(&world, &[ada.id, bo.id, id()]).await;
    assert!(after[0] > made[0]);
    assert_eq!(after[1..], [made[1], None]);
}

async fn newest(world: &World, people: &[PersonId]) -> Vec<Option<ActId>> {
    let newest = world.store.newest_acts(world.org, people).await.unwrap();
    people.iter().map(|id| newest.get(id).copied()).collect()
}

pub(crate) async fn a_run_is_taken_back_with_its_groups_and_the_schedule_rests(world: World) {
    let live = connection();
    world
        .store
        .put_connection(world.org, &live, "sealed")
        .await
        .unwrap();
    let [ada] = world.with_people(["ada@x.test"]).await;
    let mut change = plan(vec![update(&ada, |after| after.first_name = "Zoe".into())]);
    change.groups.create = vec![new_group("Art")];
    let (run, _) = world.apply(&change).await;
    let stands = world.person("ada@x.test").await;
    let edits = [renamed(&stands, "Ada")];
    let groups: Vec<Group> = world.store.groups(world.org).await.unwrap();
    let groups: Vec<Group> = groups
        .into_iter()
        .map(|group| Group {
            name: "Bau".into(),
            name_key: "bau".into(),
            ..group
        })
        .collect();
    let mut undo = undo_of(&world, run, &edits).await;
    (undo.groups, undo.pause) = (&groups, Some(live.id));
    let (act, base) = (undo.act, undo.base_version);

    world.store.undo_run(world.org, undo).await.unwrap();

    let back = world.person("ada@x.test").await;
    assert_eq!((back.first_name.as_str(), back.version), ("Ada", 3));
    assert_eq!(world.store.groups(world.org).await.unwrap(), groups);
    let stored = world.store.connection(world.org).await.unwrap().unwrap();
    assert_eq!(stored.connection.state, domain::ConnectionState::Paused);
    let record = world.store.run(world.org, run).await.unwrap().unwrap();
    assert_eq!(record.undone_at, Some(now()));
    assert_eq!(record.run.state, RunState::Finished);
    assert_eq!(newest(&world, &[ada.id]).await, [Some(act)]);
    assert_eq!(world.load().await.version, base + 1);
}

pub(crate) async fn nothing_is_taken_back_from_another_base(world: World) {
    let [ada] = world.with_people(["ada@x.test"]).await;
    let change = plan(vec![update(&ada, |after| after.first_name = "Zoe".into())]);
    let (run, _) = world.apply(&change).await;
    let stands = world.person("ada@x.test").await;
    let edits = [renamed(&stands, "Ada")];
    let mut undo = undo_of(&world, run, &edits).await;
    undo.base_version -= 1;

    let error = world.store.undo_run(world.org, undo).await.unwrap_err();

    assert!(matches!(error, ApplyError::BaseMoved), "{error}");
    assert_eq!(world.person("ada@x.test").await, stands);
    let record = world.store.run(world.org, run).await.unwrap().unwrap();
    assert_eq!(record.undone_at, None);
}

pub(crate) async fn what_was_taken_back_no_longer_counts_towards_the_week(world: World) {
    let [ada, bo] = world.with_people(["ada@x.test", "bo@x.test"]).await;
    let (run, _) = world.apply(&plan(vec![archive(&ada), archive(&bo)])).await;
    assert_eq!(world.load().await.directory.past.archived_this_week, 2);
    let mut undo = undo_of(&world, run, &[]).await;
    (undo.whole, undo.archives) = (false, 1);
    world.store.undo_run(world.org, undo).await.unwrap();
    assert_eq!(world.load().await.directory.past.archived_this_week, 1);
    let record = world.store.run(world.org, run).await.unwrap().unwrap();
    assert_eq!(record.undone_at, None, "only a part of it");

    let mut undo = undo_of(&world, run, &[]).await;
    undo.archives = 7;
    world.store.undo_run(world.org, undo).await.unwrap();
    assert_eq!(world.load().await.directory.past.archived_this_week, 0);
}

pub(crate) async fn an_edit_and_whom_it_leaves_out_are_one(world: World) {
    let [ada] = world.with_people(["ada@x.test"]).await;
    let link = ada.hris_id.clone().unwrap();
    let unlink = |version| Edit {
        before_version: Some(version),
        person: Person {
            hris_id: None,
            ..ada.clone()
        },
        action: Action::Update,
        fields: vec![text(PersonField::HrisId, Some(link.as_str()), None)],
        why: String::new(),
    };
    let left_out = Exclusion {
        hris_id: link.clone(),
        reason: "Unlinked.".to_owned(),
        created_at: now(),
    };
    let leave_out = [ExclusionEdit::LeaveOut(left_out.clone())];
    let store = |edits: Vec<Edit>, exclusions: Vec<ExclusionEdit>| {
        let (store, org) = (&world.store, world.org);
        async move {
            store
                .edit_people_and_exclusions(org, &edits, &exclusions, Actor::Cli, now(), id())
                .await
        }
    };

    let moved = store(vec![unlink(7)], leave_out.to_vec()).await;

    assert!(matches!(moved, Err(EditError::Moved { .. })));
    assert!(world.store.exclusions(world.org).await.unwrap().is_empty());

    store(vec![unlink(1)], leave_out.to_vec()).await.unwrap();

    assert_eq!(world.person("ada@x.test").await.hris_id, None);
    let stored = world.store.exclusions(world.org).await.unwrap();
    assert_eq!(stored, [left_out]);

    store(vec![], vec![ExclusionEdit::LetIn(link)])
        .await
        .unwrap();

    assert!(world.store.exclusions(world.org).await.unwrap().is_empty());
}

pub(crate) async fn a_hold_of_the_timer_stands_beside_another(world: World) {
    let mut held = Vec::new();
    for trigger in [Trigger::Cli, Trigger::Timer] {
        let run = Run {
            trigger,
            ..run(RunKind::Sync, RunState::Planning)
        };
        world.store.begin_run(world.org, &run, None).await.unwrap();
        let run = Run {
            state: RunState::Held,
            ..run
        };
        world.store.close_run(world.org, &run).await.unwrap();
        held.insert(0, run);
    }
    let found = world.store.held_runs(world.org).await.unwrap();
    let found: Vec<Run> = found.into_iter().map(|record| record.run).collect();
    assert_eq!(found, held);
    assert_eq!(held[0].trigger, Trigger::Timer);
}
