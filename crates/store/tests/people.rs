//! Listing and finding people.

use std::collections::BTreeSet;

use domain::{Code, GroupRef, Person, PersonId, Policy, Source, Status};
use store::{Attention, BadCursor, PeopleFilter, Sort, StoreError};

use crate::{
    plans::{flag_person, new_group, plan, plan_of_findings, update},
    world::{World, country},
};

async fn listed(world: &World, filter: PeopleFilter) -> Vec<String> {
    let page = world.store.people(world.org, &filter).await.unwrap();
    assert_eq!(page.total, Some(page.items.len() as u64), "{filter:?}");
    page.items
        .iter()
        .map(|row| row.person.email.to_string())
        .collect()
}

fn search(q: &str) -> PeopleFilter {
    PeopleFilter {
        q: Some(q.to_owned()),
        ..PeopleFilter::default()
    }
}

pub(crate) async fn filters_let_the_right_people_through(world: World) {
    let live = crate::connections::connection();
    let put = world.store.put_connection(world.org, &live, "sealed");
    put.await.unwrap();
    let mut ada = world.somebody("ada@x.test");
    let mut bo = world.somebody("bo@x.test");
    let mut cy = world.somebody("cy@x.test");
    ada.status = Status::Upcoming;
    bo.source = Source::Csv;
    bo.hris_id = None;
    cy.region = Some(world.elsewhere);
    cy.country = Some(country("JP"));
    world.add(&[ada.clone(), bo, cy]).await;
    let mut groups = plan(vec![update(&world.person("bo@x.test").await, |after| {
        after.group = Some(GroupRef::New("sales".into()));
    })]);
    groups.groups.create = vec![new_group("Sales")];
    let (_, records) = world.apply(&groups).await;
    let sales = records.groups[0].id;
    let mut cy = world.person("cy@x.test").await;
    cy = Person {
        manual_groups: vec![sales],
        ..cy
    };
    crate::edits::edit(&world, &cy, crate::plans::lists(&cy))
        .await
        .unwrap();
    world
        .apply(&plan_of_findings(vec![flag_person(
            &ada,
            Code::UnknownCountry,
        )]))
        .await;

    let all = PeopleFilter::default;
    let upcoming = PeopleFilter {
        status: Some(Status::Upcoming),
        ..all()
    };
    assert_eq!(listed(&world, upcoming).await, ["ada@x.test"]);
    let by_csv = PeopleFilter {
        source: Some(Source::Csv),
        ..all()
    };
    assert_eq!(listed(&world, by_csv).await, ["bo@x.test"]);
    let far = PeopleFilter {
        region: Some(world.elsewhere),
        ..all()
    };
    assert_eq!(listed(&world, far).await, ["cy@x.test"]);
    let in_sales = PeopleFilter {
        group: Some(sales),
        ..all()
    };
    assert_eq!(
        listed(&world, in_sales.clone()).await,
        ["bo@x.test", "cy@x.test"]
    );
    let both = PeopleFilter {
        source: Some(Source::Csv),
        ..in_sales.clone()
    };
    assert_eq!(listed(&world, both).await, ["bo@x.test"]);
    let any = PeopleFilter {
        attention: Some(Attention::Any),
        ..all()
    };
    assert_eq!(listed(&world, any).await, ["ada@x.test"]);
    let other = PeopleFilter {
        attention: Some(Attention::Code(Code::LastAdmin)),
        ..all()
    };
    assert!(listed(&world, other).await.is_empty());

    let page = world.store.people(world.org, &in_sales).await.unwrap();
    let told: Vec<_> = page
        .items
        .iter()
        .map(|row| (row.groups[0].name.as_str(), row.groups[0].managed))
        .collect();
    assert_eq!(told, [("Sales", true), ("Sales", false)]);
    assert_eq!(page.items[1].region.as_ref().unwrap().name, "Elsewhere");
}

pub(crate) async fn search_ignores_case_accents_and_patterns(world: World) {
    let mut zoe = world.somebody("zoe_1@x.test");
    zoe.first_name = "Zoë".into();
    zoe.last_name = "Ångström".into();
    world.add(&[zoe, world.somebody("zoex1@x.test")]).await;
    assert_eq!(listed(&world, search("ZOE ang")).await, ["zoe_1@x.test"]);
    assert_eq!(listed(&world, search("zoë_1")).await, ["zoe_1@x.test"]);
    assert_eq!(listed(&world, search("%")).await, Vec::<String>::new());
    assert_eq!(listed(&world, search("x.TEST zo")).await.len(), 2);
    assert_eq!(listed(&world, search("  ")).await.len(), 2);
    assert_eq!(listed(&world, search("z o e 1 x test")).await.len(), 2);
    assert_eq!(listed(&world, search("z o e 1 x nowhere")).await.len(), 0);
}

fn orders() -> impl Iterator<Item = (Sort, bool)> {
    [Sort::Name, Sort::Email, Sort::UpdatedAt]
        .into_iter()
        .flat_map(|s| [(s, false), (s, true)])
}

pub(crate) async fn pages_in_every_order_hold_everybody_once(world: World) {
    let mut people: Vec<Person> = (0..23)
        .map(|number| world.somebody(&format!("p{number}@x.test")))
        .collect();
    for (number, person) in people.iter_mut().enumerate() {
        // Many share a name, and all an instant: the id decides.
        person.first_name = ["Émile", "emma", "Zoe"][number % 3].into();
    }
    world.add(&people).await;
    for (sort, reversed) in orders() {
        let all = PeopleFilter {
            sort,
            reversed,
            ..PeopleFilter::default()
        };
        let expected = listed(&world, all.clone()).await;
        let mut found = Vec::new();
        let mut after = None;
        loop {
            let filter = PeopleFilter {
                limit: Some(4),
                after,
                ..all.clone()
            };
            let page = world.store.people(world.org, &filter).await.unwrap();
            assert_eq!(page.total.is_some(), filter.after.is_none());
            found.extend(page.items.iter().map(|row| row.person.email.to_string()));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(found, expected, "{sort:?} {reversed}");
        assert_eq!(found.iter().collect::<BTreeSet<_>>().len(), 23);
    }
}

pub(crate) async fn nobody_is_lost_or_repeated_while_people_are_added(world: World) {
    let there: Vec<Person> = (0..20)
        .map(|number| world.somebody(&format!("m{number:02}@x.test")))
        .collect();
    world.add(&there).await;
    let mut found: Vec<PersonId> = Vec::new();
    let mut after = None;
    for round in 0.. {
        let filter = PeopleFilter {
            limit: Some(3),
            after,
            ..PeopleFilter::default()
        };
        let page = world.store.people(world.org, &filter).await.unwrap();
        found.extend(page.items.iter().map(|row| row.person.id));
        after = page.next;
        if after.is_none() {
            break;
        }
        // One before and one behind the place where the pages are.
        let early = world.somebody(&format!("a{round:02}@x.test"));
        let late = world.somebody(&format!("z{round:02}@x.test"));
        if round < 5 {
            world.add(&[early, late]).await;
        }
    }
    let unique: BTreeSet<_> = found.iter().collect();
    assert_eq!(unique.len(), found.len(), "nobody is told twice");
    assert!(
        there.iter().all(|person| unique.contains(&person.id)),
        "nobody is left out"
    );
}

pub(crate) async fn a_cursor_of_another_list_is_refused(world: World) {
    world.with_people(["a@x.test", "b@x.test"]).await;
    let by_name = PeopleFilter {
        limit: Some(1),
        ..PeopleFilter::default()
    };
    let page = world.store.people(world.org, &by_name).await.unwrap();
    for (sort, after) in [
        (Sort::Email, page.next),
        (Sort::Name, Some("é".to_owned())),
        (Sort::Name, Some(String::new())),
    ] {
        let filter = PeopleFilter {
            sort,
            after,
            ..PeopleFilter::default()
        };
        let error = world.store.people(world.org, &filter).await.unwrap_err();
        assert!(matches!(error, StoreError::BadCursor(BadCursor)), "{error}");
    }
}

pub(crate) async fn approvers_are_active_people_or_the_fallback(world: World) {
    let live = crate::connections::connection();
    let put = world.store.put_connection(world.org, &live, "sealed");
    put.await.unwrap();
    let [boss, deputy, safe] = world
        .with_people(["boss@x.test", "dep@x.test", "safe@x.test"])
        .await;
    let mut ada = world.somebody("ada@x.test");
    ada.approver = Some(boss.id);
    ada.manual_approvers = vec![deputy.id, boss.id];
    world.add(std::slice::from_ref(&ada)).await;
    let policy = Policy {
        fallback_approver_ids: vec![safe.id],
        ..Policy::default()
    };
    world.store.put_policy(world.org, &policy).await.unwrap();
    let approvers = async |id| {
        let row = world
            .store
            .person_row(world.org, id)
            .await
            .unwrap()
            .unwrap();
        row.approvers
            .iter()
            .map(|a| (a.email.to_string(), a.managed))
            .collect::<Vec<_>>()
    };
    let (boss_row, deputy_row) = (
        ("boss@x.test".to_owned(), true),
        ("dep@x.test".to_owned(), false),
    );
    assert_eq!(approvers(ada.id).await, [boss_row, deputy_row.clone()]);
    assert_eq!(
        approvers(boss.id).await,
        [("safe@x.test".to_owned(), false)]
    );
    assert_eq!(
        approvers(safe.id).await,
        [],
        "nobody approves their own requests"
    );
    world.apply(&plan(vec![crate::plans::archive(&boss)])).await;
    assert_eq!(approvers(ada.id).await, [deputy_row]);
    world
        .apply(&plan(vec![crate::plans::archive(&deputy)]))
        .await;
    assert_eq!(approvers(ada.id).await, [("safe@x.test".to_owned(), false)]);
}

pub(crate) async fn people_are_found_by_what_identifies_them(world: World) {
    let mut ada = world.somebody("Ada@X.test");
    ada.admin = true;
    ada.can_sign_in = true;
    ada.archived_at = None;
    world.add(&[ada.clone(), world.somebody("bo@x.test")]).await;
    assert_eq!(
        world.store.person(world.org, ada.id).await.unwrap(),
        Some(ada.clone())
    );
    assert_eq!(world.person("ADA@x.test").await, ada);
    let linked = world
        .store
        .person_by_hris_id(world.org, &"h-Ada".into())
        .await
        .unwrap();
    assert_eq!(linked, Some(ada.clone()));
    assert!(
        world
            .store
            .people_by_email_key(world.org, "")
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(world.store.acting_admins(world.org).await.unwrap(), 1);
    let found = world
        .store
        .people_by_id(world.org, &[ada.id, crate::world::id()])
        .await
        .unwrap();
    assert_eq!(found, [ada]);
}

pub(crate) async fn a_directory_is_read_as_it_was_written_whatever_is_in_it(world: World) {
    // More than one page of them, with everything that may be empty empty, and every kind of text.
    let mut people: Vec<Person> = (0..4_100)
        .map(|number| world.somebody(&format!("p{number:04}@x.test")))
        .collect();
    let bare = &mut people[1];
    bare.hris_id = None;
    bare.first_name = "".into();
    bare.last_name = "".into();
    (bare.start_date, bare.country, bare.region) = (None, None, None);
    let full = &mut people[2];
    full.status = Status::Archived;
    full.archived_by = Some(domain::ArchivedBy::EndDate);
    full.archived_at = Some(crate::world::now());
    full.end_date = Some("2024-02-29".parse().unwrap());
    full.email = "Żółw@X.test".into();
    full.email_key = "żółw@x.test".into();
    let manager = people[0].id;
    people[3].approver = Some(manager);
    people[3].manual_approvers = vec![people[4].id];
    (people[4].admin, people[4].can_sign_in) = (true, true);
    people[5].first_name = "a, b; 'c' \"d\" \\ \n \t | {e}".into();
    world.add(&people).await;
    people.sort_by_key(|person| person.id);
    assert!(world.load().await.directory.people == people);

    // Nothing stores control characters; should they ever stand there, nobody else suffers.
    let odd = ["\u{1f}", "a\u{1f}b", "\u{1e}", "a\u{1e}b\u{1f}c"];
    let mut smuggled: Vec<Person> = (0..odd.len())
        .map(|number| world.somebody(&format!("odd{number}@x.test")))
        .collect();
    for (person, name) in smuggled.iter_mut().zip(odd) {
        person.last_name = name.into();
    }
    world.add(&smuggled).await;
    people.extend(smuggled);
    people.sort_by_key(|person| person.id);
    assert!(world.load().await.directory.people == people);
}
