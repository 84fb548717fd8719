//! Taking runs back.

use app::{
    Failure, NoRunProgress, PersonPatch, SyncRequest,
    view::{RunReport, Undone},
};
use domain::{Action, ArchivedBy, RunKind, RunState, Status, Trigger};
use sandbox::Roster;

use crate::{
    company::{change, company, email, employee, terminate},
    world::{World, ends},
};

pub(crate) async fn undo(
    world: &World,
    run: &RunReport,
    person: Option<&str>,
) -> Result<Undone, Failure> {
    let id = run.run.id.to_string();
    world.app.undo(&world.org, &id, person).await
}

/// Who and what was not undone: names' beginnings and codes.
pub(crate) fn left(undone: &Undone) -> Vec<(&str, &str)> {
    let left = undone.not_undone.iter();
    left.map(|left| (left.name.as_str(), left.code)).collect()
}

/// One leaves, one is called otherwise, one has another email, one is new.
fn changes(roster: &mut Roster) {
    terminate(roster, 2);
    change(roster, 3, |person| person.first_name = Some("Zoe".into()));
    change(roster, 4, |person| {
        person.email = Some("four@acme.test".into());
    });
    roster.employees.push(employee(21));
}

async fn changed(world: &World) -> RunReport {
    world.connect(company(20)).await;
    let run = world.sync_after(changes).await;
    assert_eq!(run.changes.len(), 4, "{run:?}");
    run
}

pub(crate) async fn a_run_is_undone_as_a_whole_and_the_next_sync_does_it_again(world: World) {
    let run = changed(&world).await;

    let undone = undo(&world, &run, None).await.unwrap();

    assert_eq!(left(&undone), []);
    let mut done: Vec<Action> = undone.changes.iter().map(|change| change.action).collect();
    done.sort();
    assert_eq!(
        done,
        [
            Action::Update,
            Action::Update,
            Action::Archive,
            Action::Restore
        ]
    );
    let back = world.person(&email(2)).await;
    assert_eq!((back.status, back.archived_at), (Status::Active, None));
    assert_eq!((back.archived_by, back.end_date), (None, None));
    assert_eq!(world.person(&email(3)).await.first_name, "Person");
    assert_eq!(world.person(&email(4)).await.status, Status::Active);
    let new = world.person(&email(21)).await;
    assert_eq!(new.archived_by, Some(ArchivedBy::Hris));
    assert!(new.archived_at.is_some());
    let why = format!("Undone: run {}.", run.run.id);
    assert_eq!(world.newest_why(&email(2)).await, why);
    assert!(undone.paused);
    assert!(
        undone.note.contains("unless HiBob is mended"),
        "{}",
        undone.note
    );
    let integration = world.app.integration(&world.org).await.unwrap();
    assert_eq!(
        (integration.state, integration.next_run_at),
        ("paused", None)
    );
    assert!(world.run(&run).await.undone_at.is_some());

    let again = world.sync().await.run.counts;

    assert_eq!((again.archived, again.updated, again.restored), (1, 2, 1));
}

pub(crate) async fn people_whom_the_run_added_are_archived_and_a_later_sync_restores_them(
    world: World,
) {
    world.connect(company(20)).await;
    let run = world
        .sync_after(|roster| {
            roster.employees.push(employee(21));
            let mut starter = employee(22);
            starter.start_date = Some("2026-03-05".into());
            roster.employees.push(starter);
        })
        .await;

    undo(&world, &run, None).await.unwrap();

    assert_eq!(world.how_many("archived").await, 2);
    assert!(world.tick().await.is_none(), "the timer leaves them alone");
    let next = world.sync().await.run.counts;
    assert_eq!((next.restored, next.upcoming), (1, 1));
    assert_eq!(world.person(&email(21)).await.status, Status::Active);
    world.on_day("2026-03-05");
    assert_eq!(world.sync().await.run.counts.restored, 1);
    assert_eq!(world.person(&email(22)).await.status, Status::Active);
}

pub(crate) async fn one_person_s_part_of_a_run_is_undone(world: World) {
    let run = changed(&world).await;

    let undone = undo(&world, &run, Some(&email(2))).await.unwrap();

    assert_eq!(undone.changes.len(), 1);
    assert_eq!(world.person(&email(2)).await.status, Status::Active);
    assert_eq!(world.person(&email(3)).await.first_name, "Zoe");
    assert_eq!(world.run(&run).await.undone_at, None);

    // The rest of it later.
    let rest = undo(&world, &run, None).await.unwrap();
    assert_eq!(rest.changes.len(), 3);
    assert_eq!(left(&rest), [("Person Nr002", "already_undone")]);

    let failure = undo(&world, &run, Some(&email(9))).await.unwrap_err();
    assert_eq!(failure.code, "nothing_to_undo");
}

pub(crate) async fn an_edit_by_hand_on_top_stays_and_is_said(world: World) {
    let run = changed(&world).await;
    let by_hand = PersonPatch {
        last_name: Some("By Hand".to_owned()),
        ..PersonPatch::default()
    };
    world.edit(&email(3), by_hand).await;

    let undone = undo(&world, &run, None).await.unwrap();

    assert_eq!(left(&undone), [("Zoe By Hand", "changed_since")]);
    assert_eq!(undone.changes.len(), 3);
    let person = world.person(&email(3)).await;
    assert_eq!(
        (&*person.first_name, &*person.last_name),
        ("Zoe", "By Hand")
    );
}

pub(crate) async fn the_names_of_groups_go_back(world: World) {
    world.connect(company(20)).await;
    let run = world
        .sync_after(|roster| roster.departments[0].name = Some("Research".into()))
        .await;
    assert_eq!(world.person(&email(1)).await.groups[0].name, "Research");

    let undone = undo(&world, &run, None).await.unwrap();

    assert_eq!(world.person(&email(1)).await.groups[0].name, "Engineering");
    let [group] = undone.groups.as_slice() else {
        panic!("one group: {undone:?}")
    };
    assert_eq!(
        (group.before.as_deref(), group.after.as_str()),
        (Some("Research"), "Engineering")
    );
    let twice = undo(&world, &run, None).await.unwrap_err();
    assert_eq!(twice.code, "already_undone");
    world.sync().await;
    assert_eq!(world.person(&email(1)).await.groups[0].name, "Research");
}

pub(crate) async fn a_run_of_the_timer_is_undone(world: World) {
    world.add("ada@acme.test", ends("2026-03-01")).await;
    let starts = PersonPatch {
        start_date: Some("2026-03-03".to_owned()),
        ..PersonPatch::default()
    };
    world.add("bo@acme.test", starts).await;
    world.on_day("2026-03-03");
    let run = world.tick().await.unwrap();
    assert_eq!(run.changes.len(), 2);

    let undone = undo(&world, &run, None).await.unwrap();

    assert_eq!(world.person("ada@acme.test").await.status, Status::Active);
    assert_eq!(world.person("bo@acme.test").await.status, Status::Upcoming);
    assert!(!undone.paused, "there is no schedule");
    assert!(
        undone.note.contains("archives one of them again"),
        "{}",
        undone.note
    );
    world.edit("ada@acme.test", ends("")).await;
    let next = world.tick().await.unwrap().run.counts;
    assert_eq!((next.archived, next.added), (0, 1));
}

pub(crate) async fn undoing_twice_is_refused(world: World) {
    let run = changed(&world).await;
    undo(&world, &run, Some(&email(2))).await.unwrap();
    let twice = undo(&world, &run, Some(&email(2))).await.unwrap_err();
    assert_eq!(twice.code, "already_undone");
    undo(&world, &run, None).await.unwrap();
    for person in [None, Some("four@acme.test"), Some("p3@acme.test")] {
        // That email is nobody's any more.
        let code = match person {
            Some("four@acme.test") => "not_found",
            _ => "already_undone",
        };
        assert_eq!(undo(&world, &run, person).await.unwrap_err().code, code);
    }
}

pub(crate) async fn what_was_not_applied_cannot_be_undone(world: World) {
    world.connect(company(20)).await;
    let unchanged = world.sync().await;
    let nothing = undo(&world, &unchanged, None).await.unwrap_err();
    assert_eq!(nothing.code, "nothing_to_undo");

    let preview = SyncRequest {
        kind: RunKind::Preview,
        trigger: Trigger::Cli,
        as_of: None,
        expect: None,
    };
    let preview = world
        .app
        .sync(&world.org, preview, &NoRunProgress)
        .await
        .unwrap();
    let held = world
        .sync_after(|roster| (2..=9).for_each(|number| terminate(roster, number)))
        .await;
    assert_eq!(held.run.state, RunState::Held);
    let failed = world.sync_after(|roster| roster.employees.clear()).await;
    assert_eq!(failed.run.state, RunState::Failed);
    for run in [preview, held, failed] {
        let failure = undo(&world, &run, None).await.unwrap_err();
        assert_eq!(failure.code, "not_applied", "{failure}");
    }
    let unknown = world
        .app
        .undo(&world.org, "nonsense", None)
        .await
        .unwrap_err();
    assert_eq!(unknown.code, "not_found");
}
