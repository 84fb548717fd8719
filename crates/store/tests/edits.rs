//! Edits by hand.

use domain::{Action, FieldChange, Person, PersonField, Status};
use store::{Actor, Edit, EditError};

use crate::{
    plans::text,
    world::{World, id, now},
};

/// Stores an edit made on what the person's version says.
pub(crate) async fn edit(
    world: &World,
    after: &Person,
    fields: Vec<FieldChange>,
) -> Result<(), EditError> {
    let edit = Edit {
        before_version: Some(after.version),
        person: after.clone(),
        action: Action::Update,
        fields,
        why: "By hand.".to_owned(),
    };
    world
        .store
        .edit_people(world.org, &[edit], Actor::Cli, now(), id())
        .await
}

fn renamed(person: &Person, name: &str) -> (Person, Vec<FieldChange>) {
    let field = text(PersonField::FirstName, Some(&person.first_name), Some(name));
    (
        Person {
            first_name: name.into(),
            ..person.clone()
        },
        vec![field],
    )
}

pub(crate) async fn an_edit_is_stored_with_its_history(world: World) {
    let [ada] = world.with_people(["ada@x.test"]).await;
    let before = world.load().await.version;
    let (after, fields) = renamed(&ada, "Augusta");
    let by = Actor::Admin(ada.id);
    let act = id();
    let edit = Edit {
        before_version: Some(1),
        person: after,
        action: Action::Update,
        fields: fields.clone(),
        why: "A typo.".to_owned(),
    };
    world
        .store
        .edit_people(world.org, &[edit], by, now(), act)
        .await
        .unwrap();
    let stored = world.person("ada@x.test").await;
    assert_eq!((stored.first_name.as_str(), stored.version), ("Augusta", 2));
    assert_eq!(world.load().await.version, before + 1);
    let history = world
        .store
        .history(world.org, ada.id, None, None)
        .await
        .unwrap();
    let entry = &history.items[0];
    assert_eq!((entry.act_id, entry.actor, entry.run_id), (act, by, None));
    assert_eq!((&entry.fields, entry.why.as_str()), (&fields, "A typo."));
}

pub(crate) async fn an_edit_of_a_changed_record_is_refused(world: World) {
    let [ada] = world.with_people(["ada@x.test"]).await;
    let (after, fields) = renamed(&ada, "Augusta");
    edit(&world, &after, fields.clone()).await.unwrap();
    let error = edit(&world, &after, fields).await.unwrap_err();
    assert!(
        matches!(error, EditError::Moved { person } if person == ada.id),
        "{error}"
    );
    let stranger = world.somebody("new@x.test");
    let error = edit(&world, &stranger, vec![]).await.unwrap_err();
    assert!(matches!(error, EditError::Moved { .. }), "{error}");
    assert_eq!(world.person("ada@x.test").await.version, 2);
}

pub(crate) async fn an_email_in_use_is_refused_and_an_archived_one_is_not(world: World) {
    let [ada, bo] = world.with_people(["ada@x.test", "bo@x.test"]).await;
    let take = |email: &str| Person {
        email: email.into(),
        email_key: email.into(),
        ..bo.clone()
    };
    let field = || {
        vec![text(
            PersonField::Email,
            Some("bo@x.test"),
            Some("ada@x.test"),
        )]
    };
    let error = edit(&world, &take("ada@x.test"), field())
        .await
        .unwrap_err();
    assert!(matches!(error, EditError::EmailTaken), "{error}");
    let linked = Person {
        hris_id: ada.hris_id.clone(),
        ..bo.clone()
    };
    let error = edit(&world, &linked, vec![]).await.unwrap_err();
    assert!(matches!(error, EditError::HrisIdTaken), "{error}");
    assert_eq!(world.person("bo@x.test").await.version, 1);

    let archived = Person {
        status: Status::Archived,
        ..ada.clone()
    };
    let status = text(PersonField::Status, Some("active"), Some("archived"));
    edit(&world, &archived, vec![status]).await.unwrap();
    edit(&world, &take("ada@x.test"), field()).await.unwrap();
    assert_eq!(world.person("ada@x.test").await.id, bo.id);
}

pub(crate) async fn many_edits_are_one_act(world: World) {
    let [a, b] = world.with_people(["a@x.test", "b@x.test"]).await;
    let swap = |person: &Person, email: &str, version| Edit {
        before_version: Some(version),
        person: Person {
            email: email.into(),
            email_key: email.into(),
            ..person.clone()
        },
        action: Action::Update,
        fields: vec![text(PersonField::Email, Some(&person.email), Some(email))],
        why: String::new(),
    };
    let stale = [swap(&a, "b@x.test", 1), swap(&b, "a@x.test", 7)];
    let done = world
        .store
        .edit_people(world.org, &stale, Actor::Cli, now(), id())
        .await;
    assert!(matches!(done, Err(EditError::Moved { person }) if person == b.id));
    assert_eq!(world.person("a@x.test").await.id, a.id, "all or nothing");
    let edits = [swap(&a, "b@x.test", 1), swap(&b, "a@x.test", 1)];
    world
        .store
        .edit_people(world.org, &edits, Actor::Cli, now(), id())
        .await
        .unwrap();
    assert_eq!(world.person("a@x.test").await.id, b.id);
}

pub(crate) async fn history_comes_newest_first_in_pages(world: World) {
    let [ada] = world.with_people(["ada@x.test"]).await;
    for name in ["One", "Two", "Three"] {
        let (after, fields) = renamed(&world.person("ada@x.test").await, name);
        edit(&world, &after, fields).await.unwrap();
    }
    let first = world
        .store
        .history(world.org, ada.id, Some(3), None)
        .await
        .unwrap();
    assert_eq!((first.total, first.items.len()), (Some(4), 3));
    assert_eq!(
        first.items[0].fields[0].after,
        renamed(&ada, "Three").1[0].after
    );
    let rest = world
        .store
        .history(world.org, ada.id, Some(3), first.next.as_deref())
        .await
        .unwrap();
    assert_eq!((rest.total, rest.items.len(), rest.next), (None, 1, None));
    assert_eq!(rest.items[0].action, Action::Add);
}
