//! Edits by hand while a run is going.

use app::PersonPatch;
use domain::{ArchivedBy, Code, RunState, Status};

use crate::{
    company::{change, company, email},
    world::{When, World},
};

/// The HRIS calls the third one Zoe from now on.
async fn zoe(world: &World) {
    world.connect(company(20)).await;
    world
        .hibob
        .change(|roster| change(roster, 3, |person| person.first_name = Some("Zoe".into())))
        .unwrap();
}

pub(crate) async fn an_edit_during_a_sync_is_not_lost(world: World) {
    zoe(&world).await;
    let gives_admin_rights = When::reaches(RunState::Applying, || async {
        let patch = PersonPatch {
            admin: Some(true),
            ..PersonPatch::default()
        };
        world.edit(&email(3), patch).await;
    });

    let run = world.sync_with(&gives_admin_rights).await;

    assert_eq!(run.run.state, RunState::Finished);
    assert_eq!(run.run.counts.updated, 1);
    let person = world.person(&email(3)).await;
    assert_eq!((&*person.first_name, person.admin), ("Zoe", true));
}

pub(crate) async fn an_edit_of_what_the_hris_manages_stands_in_the_history_before_the_sync_overwrites_it(
    world: World,
) {
    zoe(&world).await;
    let renames = When::reaches(RunState::Applying, || async {
        let patch = PersonPatch {
            first_name: Some("By Hand".to_owned()),
            ..PersonPatch::default()
        };
        world.edit(&email(3), patch).await;
    });

    let run = world.sync_with(&renames).await;

    let change = &run.changes[0].fields[0];
    assert_eq!(change.before.as_deref(), Some("By Hand"));
    assert_eq!(change.after.as_deref(), Some("Zoe"));
    let history = world.app.person_history(&world.org, &email(3)).await;
    let history = history.unwrap().items;
    let told: Vec<_> = history.iter().map(|entry| entry.by.as_str()).collect();
    assert_eq!(told, ["run", "cli", "run"]);
    assert_eq!(history[1].fields[0].before.as_deref(), Some("Person"));
}

pub(crate) async fn somebody_archived_by_hand_during_a_sync_stays_archived(world: World) {
    zoe(&world).await;
    let archives = When::reaches(RunState::Applying, || async {
        world
            .app
            .archive_person(&world.org, &email(3))
            .await
            .unwrap();
    });

    let run = world.sync_with(&archives).await;

    assert!(run.run.state.is_success());
    let person = world.person(&email(3)).await;
    assert_eq!(person.status, Status::Archived);
    assert_eq!(person.archived_by, Some(ArchivedBy::Admin));
    assert!(person.attention.contains(&Code::ArchivedByAdmin));
}
