//! What an undo leaves as it is, so that the directory stays sound.

use app::{NewAdmin, PersonPatch};
use domain::Status;

use crate::{
    company::{change, company, email, id, terminate},
    undo::{left, undo},
    world::World,
};

async fn make_admin(world: &World, email: &str) {
    let admin = NewAdmin {
        email: email.to_owned(),
        first_name: None,
        last_name: None,
        password: None,
    };
    world.app.create_admin(&world.org, admin).await.unwrap();
}

pub(crate) async fn an_email_that_somebody_else_has_by_now_stays_with_them(world: World) {
    world.connect(company(20)).await;
    let run = world
        .sync_after(|roster| {
            terminate(roster, 2);
            terminate(roster, 3);
        })
        .await;
    let takes = PersonPatch {
        email: Some(email(2)),
        ..PersonPatch::default()
    };
    world.edit(&email(9), takes).await;

    let undone = undo(&world, &run, None).await.unwrap();

    assert_eq!(left(&undone), [("Person Nr002", "email_taken")]);
    assert_eq!(world.person(&email(2)).await.last_name, "Nr009");
    assert_eq!(world.person(&email(3)).await.status, Status::Active);
}

pub(crate) async fn emails_that_were_swapped_are_swapped_back(world: World) {
    world.connect(company(20)).await;
    let run = world
        .sync_after(|roster| {
            change(roster, 2, |person| person.email = Some(email(3).into()));
            change(roster, 3, |person| person.email = Some(email(2).into()));
        })
        .await;
    assert_eq!(world.person(&email(3)).await.last_name, "Nr002");

    let undone = undo(&world, &run, None).await.unwrap();

    assert_eq!(left(&undone), []);
    assert_eq!(world.person(&email(2)).await.last_name, "Nr002");
    assert_eq!(world.person(&email(3)).await.last_name, "Nr003");
}

pub(crate) async fn the_last_admin_is_never_archived_by_an_undo(world: World) {
    world.connect(company(20)).await;
    make_admin(&world, &email(2)).await;
    make_admin(&world, "root@acme.test").await;
    world.sync_after(|roster| terminate(roster, 2)).await;
    let back = |roster: &mut sandbox::Roster| {
        change(roster, 2, |person| {
            person.lifecycle_status = Some("Employed".into());
            person.termination_date = None;
        });
    };
    let run = world.sync_after(back).await;
    assert_eq!(run.run.counts.restored, 1, "{run:?}");
    world
        .app
        .archive_person(&world.org, "root@acme.test")
        .await
        .unwrap();

    let undone = undo(&world, &run, None).await.unwrap();

    assert_eq!(left(&undone), [("Person Nr002", "last_admin")]);
    assert_eq!((undone.act_id, undone.paused), (None, false));
    assert_eq!(world.person(&email(2)).await.status, Status::Active);
    assert_eq!(world.run(&run).await.undone_at, None);
}

pub(crate) async fn nobody_gets_an_approver_back_who_has_left(world: World) {
    let mut roster = company(20);
    for number in [5, 6] {
        change(&mut roster, number, |person| {
            person.manager_id = Some(id(3).into());
        });
    }
    world.connect(roster).await;
    let run = world
        .sync_after(|roster| {
            change(roster, 5, |person| person.manager_id = Some(id(1).into()));
        })
        .await;
    world
        .app
        .archive_person(&world.org, &email(3))
        .await
        .unwrap();

    let undone = undo(&world, &run, None).await.unwrap();

    assert_eq!(left(&undone), [("Person Nr005", "approver_unavailable")]);
    assert_eq!(world.person(&email(5)).await.approvers[0].email, email(1));
}

pub(crate) async fn a_group_that_was_renamed_since_keeps_its_name(world: World) {
    world.connect(company(20)).await;
    let run = world
        .sync_after(|roster| roster.departments[0].name = Some("Research".into()))
        .await;
    world
        .sync_after(|roster| roster.departments[0].name = Some("Labs".into()))
        .await;

    let undone = undo(&world, &run, None).await.unwrap();

    assert_eq!(left(&undone), [("Research", "renamed_since")]);
    assert_eq!(undone.act_id, None);
    assert_eq!(world.person(&email(1)).await.groups[0].name, "Labs");
}

pub(crate) async fn an_undo_is_refused_while_a_sync_is_going(world: World) {
    world.connect(company(20)).await;
    let run = world.sync_after(|roster| terminate(roster, 2)).await;
    let lock = world.store.try_lock_run(world.org.id).await.unwrap();

    let failure = undo(&world, &run, None).await.unwrap_err();

    assert_eq!(failure.code, "sync_going");
    assert_eq!(world.how_many("archived").await, 1);
    lock.unwrap().release().await;
    undo(&world, &run, None).await.unwrap();
}

pub(crate) async fn what_was_undone_no_longer_counts_towards_the_week(world: World) {
    world.connect(company(20)).await;
    let run = world
        .sync_after(|roster| (2..=5).for_each(|number| terminate(roster, number)))
        .await;
    let counted = async || {
        let now = jiff::Timestamp::UNIX_EPOCH;
        let loaded = world.store.load_directory(world.org.id, now).await.unwrap();
        loaded.directory.past.archived_this_week
    };
    assert_eq!(counted().await, 4);
    undo(&world, &run, Some(&email(2))).await.unwrap();
    assert_eq!(counted().await, 3);
    undo(&world, &run, None).await.unwrap();
    assert_eq!(counted().await, 0);
}
