//! A plan is stored whole, or not at all.

use domain::{
    ArchivedBy, FieldValue, Group, GroupRef, HrisId, Person, PersonField, PersonRef, SmolStr,
    Status,
};
use reconcile::{GroupRename, apply::Records};
use store::{ApplyError, Clash, LoadedDirectory, StoreError};

use crate::{
    plans::{add, archive, new_group, plan, update},
    world::{World, now},
};

/// The directory as the records say.
fn expected(mut people: Vec<Person>, records: &Records) -> Vec<Person> {
    for after in &records.people {
        match people.iter_mut().find(|person| person.id == after.id) {
            Some(person) => *person = after.clone(),
            None => people.push(after.clone()),
        }
    }
    people.sort_by_key(|person| person.id);
    people
}

pub(crate) async fn an_applied_plan_is_the_directory(world: World) {
    let [ada, bo, cy] = world
        .with_people(["ada@x.test", "bo@x.test", "cy@x.test"])
        .await;
    let mut plan = plan(vec![
        add(&world.somebody("new@x.test"), |after| {
            after.group = Some(GroupRef::New("sales".into()));
            after.approver = Some(PersonRef::Existing(ada.id));
            after.country = None;
            after.region = None;
            after.start_date = None;
            after.last_name = SmolStr::default();
        }),
        update(&bo, |after| {
            after.first_name = "Zoë".into();
            after.end_date = Some("2030-01-31".parse().unwrap());
            after.group = Some(GroupRef::New("sales".into()));
            after.approver = Some(PersonRef::New(HrisId::from("h-new")));
        }),
        archive(&cy),
    ]);
    plan.groups.create = vec![new_group("Sales")];
    plan.groups.sources = vec![("d1".into(), GroupRef::New("sales".into()))];
    let before = world.load().await;

    let (_, records) = world.apply(&plan).await;

    let LoadedDirectory {
        directory, version, ..
    } = world.load().await;
    assert_eq!(
        directory.people,
        expected(before.directory.people, &records)
    );
    assert_eq!(directory.groups, records.groups);
    assert_eq!(version, before.version + 1);
    let cy = world.person("cy@x.test").await;
    assert_eq!(
        (cy.status, cy.archived_by),
        (Status::Archived, Some(ArchivedBy::Hris))
    );
    assert_eq!(cy.archived_at, Some(now()));
}

pub(crate) async fn the_same_plan_is_not_applied_on_another_base(world: World) {
    let [ada] = world.with_people(["ada@x.test"]).await;
    let plan = plan(vec![update(&ada, |after| {
        after.first_name = "Augusta".into();
    })]);
    let before = world.load().await;

    let error = world
        .apply_as(&plan, |apply| apply.base_version -= 1)
        .await
        .unwrap_err();

    assert!(matches!(error, ApplyError::BaseMoved), "{error}");
    assert_eq!(world.load().await.directory.people, before.directory.people);
    assert_eq!(world.load().await.version, before.version);
}

pub(crate) async fn emails_swap_and_go_round_in_a_ring(world: World) {
    let people = ["a@x.test", "b@x.test", "c@x.test", "d@x.test", "e@x.test"];
    let [one, two, c, d, e] = world.with_people(people).await;
    let to = |before: &Person, email: &str| update(before, |after| after.email = email.into());
    let relink =
        |before: &Person, id: &str| update(before, |after| after.hris_id = Some(HrisId::from(id)));

    let swap = plan(vec![to(&one, "b@x.test"), to(&two, "a@x.test")]);
    world.apply(&swap).await;
    assert_eq!(world.person("b@x.test").await.id, one.id);
    assert_eq!(world.person("a@x.test").await.id, two.id);

    let ring = plan(vec![
        to(&c, "d@x.test"),
        to(&d, "e@x.test"),
        to(&e, "c@x.test"),
    ]);
    world.apply(&ring).await;
    assert_eq!(world.person("d@x.test").await.id, c.id);
    assert_eq!(world.person("e@x.test").await.id, d.id);
    assert_eq!(world.person("c@x.test").await.id, e.id);

    let (c, d) = (
        world.person("d@x.test").await,
        world.person("e@x.test").await,
    );
    let links = plan(vec![relink(&c, "h-d"), relink(&d, "h-c")]);
    world.apply(&links).await;
    let linked = world
        .store
        .person_by_hris_id(world.org, &HrisId::from("h-d"))
        .await
        .unwrap();
    assert_eq!(linked.map(|person| person.id), Some(c.id));
}

pub(crate) async fn an_email_of_somebody_archived_goes_to_somebody_new(world: World) {
    let [ada] = world.with_people(["ada@x.test"]).await;
    let mut other = world.somebody("ada@x.test");
    other.hris_id = Some(HrisId::from("h-other"));

    world
        .apply(&plan(vec![archive(&ada), add(&other, |_| ())]))
        .await;

    let found = world
        .store
        .people_by_email_key(world.org, "ada@x.test")
        .await
        .unwrap();
    let statuses: Vec<_> = found.iter().map(|person| person.status).collect();
    assert_eq!(statuses, [Status::Active, Status::Archived]);
}

pub(crate) async fn groups_swap_names_and_departments_move(world: World) {
    let mut first = plan(vec![]);
    first.groups.create = vec![new_group("Art"), new_group("Bau")];
    first.groups.sources = vec![
        ("d1".into(), GroupRef::New("art".into())),
        ("d2".into(), GroupRef::New("bau".into())),
    ];
    world.apply(&first).await;
    let [art, bau]: [Group; 2] = world
        .store
        .groups(world.org)
        .await
        .unwrap()
        .try_into()
        .unwrap();

    let mut swap = plan(vec![]);
    let rename = |group: &Group, after: &Group| GroupRename {
        group: group.id,
        before: group.name.clone(),
        after: after.name.clone(),
        after_key: after.name_key.clone(),
    };
    swap.groups.rename = vec![rename(&art, &bau), rename(&bau, &art)];
    swap.groups.sources = vec![("d2".into(), GroupRef::Existing(art.id))];
    let (_, records) = world.apply(&swap).await;

    let mut groups = world.store.groups(world.org).await.unwrap();
    groups.sort_by_key(|group| group.id);
    assert_eq!(groups, records.groups);
    let now_bau = groups.iter().find(|group| group.id == art.id).unwrap();
    assert_eq!((now_bau.name.as_str(), now_bau.sources.len()), ("Bau", 2));
}

pub(crate) async fn an_apply_that_fails_leaves_nothing(world: World) {
    let [ada] = world.with_people(["ada@x.test"]).await;
    let before = world.load().await;
    let mut twin = world.somebody("twin@x.test");
    twin.hris_id = Some(HrisId::from("h-second"));
    let mut plan = plan(vec![
        update(&ada, |after| after.first_name = "Augusta".into()),
        add(&world.somebody("twin@x.test"), |_| ()),
        add(&twin, |_| ()),
    ]);
    plan.groups.create = vec![new_group("Sales")];
    plan.findings = vec![crate::plans::flag("h-ada", domain::Code::ManagerCycle, "")];

    let error = world.apply_as(&plan, |_| ()).await.unwrap_err();

    let clash = matches!(error, ApplyError::Store(StoreError::Clash(Clash::Email)));
    assert!(clash, "{error:?}");
    let after = world.load().await;
    assert_eq!(after.directory.people, before.directory.people);
    assert_eq!(after.version, before.version);
    assert!(after.directory.groups.is_empty());
    let row = world
        .store
        .person_row(world.org, ada.id)
        .await
        .unwrap()
        .unwrap();
    assert!(row.attention.is_empty());
    assert_eq!(
        world.store.going_runs(world.org).await.unwrap().len(),
        1,
        "the run did not end"
    );
}

pub(crate) async fn references_to_what_is_new_become_ids_in_the_history(world: World) {
    let mut plan = plan(vec![
        add(&world.somebody("boss@x.test"), |_| ()),
        add(&world.somebody("new@x.test"), |after| {
            after.approver = Some(PersonRef::New(HrisId::from("h-boss")));
            after.group = Some(GroupRef::New("sales".into()));
        }),
    ]);
    plan.groups.create = vec![new_group("Sales")];

    let (run, records) = world.apply(&plan).await;

    let boss = world.person("boss@x.test").await;
    let new = world.person("new@x.test").await;
    assert_eq!(new.approver, Some(boss.id));
    let history = world
        .store
        .history(world.org, new.id, None, None)
        .await
        .unwrap();
    let [entry] = history.items.as_slice() else {
        panic!("one entry: {history:?}")
    };
    assert_eq!(entry.run_id, Some(run));
    let after = |field| {
        entry
            .fields
            .iter()
            .find(|change| change.field == field)
            .and_then(|c| c.after.clone())
    };
    let approver = FieldValue::Person(PersonRef::Existing(boss.id));
    assert_eq!(after(PersonField::Approver), Some(approver));
    let group = FieldValue::Group(GroupRef::Existing(records.groups[0].id));
    assert_eq!(after(PersonField::Group), Some(group));
    let changes = world
        .store
        .run_changes(world.org, run, None, None)
        .await
        .unwrap();
    assert_eq!(changes.total, Some(2));
    assert!(
        changes
            .items
            .iter()
            .any(|change| change.fields == entry.fields)
    );
}

pub(crate) async fn a_plan_of_many_chunks_is_whole(world: World) {
    // Two full chunks and a rest that needs each of the smaller sizes.
    let count = 2 * 500 + 64 + 8 + 3;
    let people: Vec<Person> = (0..count)
        .map(|number| world.somebody(&format!("p{number:05}@x.test")))
        .collect();
    let changes = people.iter().enumerate().map(|(number, person)| {
        add(person, |after| {
            // A manager in a later chunk.
            let manager = format!("h-p{:05}", (number + 700) % count);
            after.approver = Some(PersonRef::New(HrisId::from(manager.as_str())));
        })
    });
    let (run, records) = world.apply(&plan(changes.collect())).await;
    assert_eq!(
        world.load().await.directory.people,
        expected(vec![], &records)
    );

    let before = world.everybody().await;
    let shift = before.iter().enumerate().map(|(number, person)| {
        let email = before[(number + 1) % count].email.clone();
        update(person, |after| after.email = email)
    });
    let (_, records) = world.apply(&plan(shift.collect())).await;
    assert_eq!(
        world.load().await.directory.people,
        expected(before, &records)
    );
    let changes = world
        .store
        .run_changes(world.org, run, Some(10), None)
        .await
        .unwrap();
    assert_eq!(changes.total, Some(count as u64));
}

pub(crate) async fn lists_set_by_hand_are_replaced_only_where_they_change(world: World) {
    let mut groups = plan(vec![]);
    groups.groups.create = vec![new_group("Art"), new_group("Bau")];
    world.apply(&groups).await;
    let [art, bau]: [Group; 2] = world
        .store
        .groups(world.org)
        .await
        .unwrap()
        .try_into()
        .unwrap();
    let [ada, bo] = world.with_people(["ada@x.test", "bo@x.test"]).await;
    let mut cy = world.somebody("cy@x.test");
    cy.manual_groups = vec![art.id, bau.id];
    cy.manual_approvers = vec![bo.id, ada.id];
    world.add(std::slice::from_ref(&cy)).await;
    assert_eq!(
        world.person("cy@x.test").await.manual_approvers,
        [bo.id, ada.id]
    );

    let cy = world.person("cy@x.test").await;
    world
        .apply(&plan(vec![update(&cy, |after| {
            after.first_name = "Cyan".into();
        })]))
        .await;
    let cy = world.person("cy@x.test").await;
    assert_eq!(cy.manual_groups, [art.id, bau.id]);

    let change = update(&cy, |after| {
        after.manual_groups = vec![bau.id];
        after.manual_approvers = vec![ada.id];
    });
    world.apply(&plan(vec![change])).await;
    let cy = world.person("cy@x.test").await;
    assert_eq!(
        (cy.manual_groups, cy.manual_approvers),
        (vec![bau.id], vec![ada.id])
    );
    assert!(world.person("ada@x.test").await.manual_groups.is_empty());
}
