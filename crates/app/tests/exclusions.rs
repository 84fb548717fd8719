//! Do not sync: employees who are left out, people who are kept.

use domain::{HrisId, Source, Status};

use crate::{
    company::{company, email, id, terminate},
    world::World,
};

async fn left_out(world: &World) -> Vec<HrisId> {
    let list = world.app.exclusions(&world.org).await.unwrap();
    list.items.into_iter().map(|one| one.hris_id).collect()
}

pub(crate) async fn an_employee_who_is_left_out_is_out_of_scope_until_let_in_again(world: World) {
    let (app, org) = (&world.app, &world.org);
    let added = app.add_exclusion(org, &id(20), "A test account.").await;
    let added = added.unwrap();

    let run = world.connect(company(20)).await.run.counts;

    assert_eq!((run.added, run.out_of_scope), (19, 1));
    let again = app.add_exclusion(org, &id(20), "A robot.").await.unwrap();
    assert_eq!(again.created_at, added.created_at);
    let list = app.exclusions(org).await.unwrap();
    assert_eq!((list.total, &*list.items[0].reason), (Some(1), "A robot."));
    assert_eq!(world.sync().await.run.counts.unchanged, 19);

    app.remove_exclusion(org, &id(20)).await.unwrap();

    assert_eq!(world.sync().await.run.counts.added, 1);
    let gone = app.remove_exclusion(org, &id(20)).await.unwrap_err();
    assert_eq!(gone.code, "not_found");
}

pub(crate) async fn a_linked_person_is_to_be_unlinked_instead(world: World) {
    world.connect(company(3)).await;
    let failure = world.app.add_exclusion(&world.org, &id(2), "No.").await;
    let failure = failure.unwrap_err();
    assert_eq!(failure.code, "linked");
    assert!(failure.mend.contains("people unlink"), "{failure}");
    assert_eq!(left_out(&world).await, []);
}

pub(crate) async fn an_exclusion_needs_an_id_and_a_reason(world: World) {
    for (hris_id, reason, code) in [
        (" ", "No.", "missing_hris_id"),
        ("7", " ", "missing_reason"),
    ] {
        let failure = world.app.add_exclusion(&world.org, hris_id, reason).await;
        assert_eq!(failure.unwrap_err().code, code);
    }
}

pub(crate) async fn somebody_unlinked_belongs_to_the_admin_and_is_left_out(world: World) {
    world.connect(company(20)).await;
    let before = world.person(&email(2)).await;
    assert!(before.groups[0].managed && before.approvers[0].managed);

    let after = world
        .app
        .unlink_person(&world.org, &email(2))
        .await
        .unwrap();

    assert_eq!((after.source, after.hris_id), (Source::Manual, None));
    assert_eq!(after.groups[0].name, before.groups[0].name);
    assert_eq!(after.approvers[0].id, before.approvers[0].id);
    assert!(!after.groups[0].managed && !after.approvers[0].managed);
    assert_eq!(left_out(&world).await, [HrisId::from(id(2).as_str())]);
    let run = world.sync_after(|roster| terminate(roster, 2)).await.run;
    assert_eq!((run.counts.unchanged, run.counts.out_of_scope), (19, 1));
    assert_eq!(world.person(&email(2)).await.status, Status::Active);
    let twice = world.app.unlink_person(&world.org, &email(2)).await;
    assert_eq!(twice.unwrap_err().code, "not_linked");
}

pub(crate) async fn somebody_kept_is_not_archived_again(world: World) {
    world.connect(company(20)).await;
    world.sync_after(|roster| terminate(roster, 2)).await;

    let kept = world.app.restore_person(&world.org, &email(2), true).await;

    assert_eq!(kept.unwrap().source, Source::Manual);
    assert_eq!(left_out(&world).await, [HrisId::from(id(2).as_str())]);
    let run = world.sync().await.run.counts;
    assert_eq!((run.archived, run.out_of_scope), (0, 1));
    assert!(world.tick().await.is_none());
    assert_eq!(world.person(&email(2)).await.status, Status::Active);
}

pub(crate) async fn somebody_brought_back_is_archived_again_by_the_next_sync(world: World) {
    world.connect(company(20)).await;
    world.sync_after(|roster| terminate(roster, 2)).await;
    let back = world.app.restore_person(&world.org, &email(2), false).await;
    assert_eq!(back.unwrap().status, Status::Active);
    assert_eq!(left_out(&world).await, []);
    assert_eq!(world.sync().await.run.counts.archived, 1);
}

pub(crate) async fn linking_lets_in_again_and_is_refused_where_another_is_linked(world: World) {
    world.connect(company(20)).await;
    let (app, org) = (&world.app, &world.org);
    app.unlink_person(org, &email(2)).await.unwrap();
    app.unlink_person(org, &email(3)).await.unwrap();

    let linked = app.link_person(org, &email(2), &id(2)).await.unwrap();

    assert_eq!(linked.source, Source::Hris);
    assert_eq!(left_out(&world).await, [HrisId::from(id(3).as_str())]);
    let refused = app.link_person(org, &email(3), &id(2)).await.unwrap_err();
    assert_eq!(refused.code, "hris_id_taken");
    let refused = app.link_person(org, &email(2), &id(4)).await.unwrap_err();
    assert_eq!(refused.code, "hris_id_taken");
    assert_eq!(left_out(&world).await, [HrisId::from(id(3).as_str())]);
    let run = world.sync().await.run.counts;
    assert_eq!((run.unchanged + run.updated, run.out_of_scope), (19, 1));
}
