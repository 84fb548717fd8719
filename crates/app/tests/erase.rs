//! Erasing people.

use std::sync::atomic::{AtomicBool, Ordering};

use app::{NewAdmin, NoRunProgress, PersonPatch, SyncRequest};
use domain::{Code, RunKind, RunState, Trigger};
use sandbox::Roster;

use crate::{
    company::{change, company, email, employee, id},
    restless::while_somebody_edits,
    world::World,
};

/// What tells the head of the company, now and before.
const WORDS: [&str; 5] = [
    "Nadia",
    "Quuxova",
    "Ferreiraquux",
    "nadia.quux",
    "n.ferreira",
];

fn head(roster: &mut Roster, email: &str, surname: &str) {
    change(roster, 1, |head| {
        head.first_name = Some("Nadia".into());
        head.surname = Some(surname.into());
        head.display_name = Some(format!("Nadia {surname}").into());
        head.email = Some(email.into());
    });
}

fn traces(world: &World) -> Vec<String> {
    let held = world.whole_database();
    let id = id(1);
    let words = WORDS.iter().copied().chain([id.as_str()]);
    let found = |word: &str| {
        held.windows(word.len())
            .any(|part| part.eq_ignore_ascii_case(word.as_bytes()))
    };
    words
        .filter(|word| found(word))
        .map(str::to_owned)
        .collect()
}

async fn preview(world: &World) {
    assert!(!made_preview(world).await.changes.is_empty());
}

async fn made_preview(world: &World) -> app::view::RunReport {
    let request = SyncRequest {
        kind: RunKind::Preview,
        trigger: Trigger::Cli,
        as_of: None,
        expect: None,
    };
    let made = world.app.sync(&world.org, request, &NoRunProgress).await;
    made.unwrap()
}

async fn erase(world: &World, name: &str) {
    let erased = world.app.erase_person(&world.org, name).await;
    assert!(erased.unwrap().erased);
}

fn manage(world: &World, boss: usize) {
    let managed = world.hibob.change(|roster| {
        for number in 3..=20 {
            change(roster, number, |person| {
                person.manager_id = Some(id(boss).into());
            });
        }
    });
    managed.unwrap();
}

async fn move_everybody(world: &World, boss: usize) -> app::view::RunReport {
    manage(world, boss);
    let held = world.sync().await;
    assert!(!held.run.hold.is_empty(), "{held:?}");
    held
}

/// Nadia has led everybody under two names, is an admin and the one to fall back on, approves for
/// somebody by hand, stands in a preview and in a hold.
async fn an_entangled_head(world: &World) {
    let mut roster = company(20);
    head(&mut roster, "nadia.quux@acme.test", "Quuxova");
    change(&mut roster, 20, |other| other.country = None);
    world.connect(roster).await;
    world
        .sync_after(|roster| head(roster, "N.Ferreira@acme.test", "Ferreiraquux"))
        .await;
    let admin = NewAdmin {
        email: "n.ferreira@acme.test".to_owned(),
        first_name: None,
        last_name: None,
        password: None,
    };
    world.app.create_admin(&world.org, admin).await.unwrap();
    let other = NewAdmin {
        email: "other.admin@acme.test".to_owned(),
        first_name: None,
        last_name: None,
        password: None,
    };
    world.app.create_admin(&world.org, other).await.unwrap();
    let mut policy = world.app.policy(&world.org).await.unwrap();
    policy.fallback_approver_ids = vec![world.person("n.ferreira@acme.test").await.id];
    world.store.put_policy(world.org.id, &policy).await.unwrap();
    let patch = PersonPatch {
        approver_ids: Some(vec!["n.ferreira@acme.test".to_owned()]),
        ..PersonPatch::default()
    };
    world.add("by.hand@acme.test", patch).await;
    // Everybody to somebody else and back: the hold says whom they have in common.
    for (boss, name) in [(2, "Person Nr002"), (1, "Nadia Ferreiraquux")] {
        let held = move_everybody(world, boss).await;
        assert!(held.run.hold[0].detail.contains(name), "{held:?}");
        let id = held.run.id.to_string();
        let approved = world.app.approve(&world.org, &id, false, &NoRunProgress);
        assert!(approved.await.unwrap().run.state.is_success());
    }
    let changed = world.hibob.change(|roster| {
        change(roster, 1, |head| {
            head.start_date = Some("2019-05-06".into());
        });
    });
    changed.unwrap();
    preview(world).await;
    // Held, and neither approved nor turned down.
    move_everybody(world, 2).await;
    manage(world, 1);
}

pub(crate) async fn nothing_of_an_erased_person_is_left_nor_comes_back(world: World) {
    an_entangled_head(&world).await;
    assert_eq!(traces(&world).len(), WORDS.len() + 1);
    let counts = world.app.runs(&world.org, None, None).await.unwrap();

    erase(&world, "n.ferreira@acme.test").await;

    assert_eq!(traces(&world), [""; 0]);
    let after = world.app.runs(&world.org, None, None).await.unwrap();
    let counted = |runs: &app::view::List<app::view::RunView>| -> Vec<_> {
        runs.items.iter().map(|run| run.counts).collect()
    };
    assert_eq!(counted(&after), counted(&counts));
    let history = world
        .app
        .person_history(&world.org, &email(5))
        .await
        .unwrap();
    let newest = &history.items[0];
    assert_eq!(newest.why, "The approver was erased.");
    assert_eq!(newest.fields[0].before.as_deref(), Some("an erased person"));
    let first = counts.items.last().unwrap().id.to_string();
    let first = world.app.run(&world.org, &first);
    let names = first
        .await
        .unwrap()
        .changes
        .into_iter()
        .map(|change| change.name);
    assert_eq!(names.filter(|name| name == "an erased person").count(), 1);
    let policy = world.app.policy(&world.org).await.unwrap();
    assert!(policy.fallback_approver_ids.is_empty());

    // The HRIS still has her, and everybody still names her as their manager.
    let run = world.sync().await;
    assert_eq!(run.run.counts.out_of_scope, 1, "{run:?}");
    let unavailable = run
        .skipped
        .iter()
        .filter(|found| found.code == Code::ManagerUnavailable);
    assert!(unavailable.count() > 10);
    assert_eq!(traces(&world), [""; 0]);
    let again = world.sync().await;
    assert_eq!(again.changes.len(), 0);
    world.hibob.delete_employee(&id(1)).unwrap();
    world
        .sync_after(|roster| roster.employees.push(employee(22)))
        .await;
    assert_eq!(traces(&world), [""; 0]);
    let explained = world.app.explain(&world.org, &id(1)).await.unwrap();
    assert_eq!(explained.outcome, Some("out_of_scope"));
}

pub(crate) async fn an_erased_person_comes_back_as_somebody_new_once_allowed(world: World) {
    world.connect(company(20)).await;
    let before = world.person(&email(8)).await.id;
    erase(&world, &email(8)).await;
    let failure = world.app.person(&world.org, &email(8)).await.unwrap_err();
    assert_eq!(failure.code, "not_found");
    assert_eq!(world.sync().await.run.counts.out_of_scope, 1);

    // By one of the two: the other goes with it.
    world
        .app
        .allow_erased(&world.org, "P8@ACME.test")
        .await
        .unwrap();

    let run = world.sync().await;
    assert_eq!(run.run.counts.added, 1, "{run:?}");
    let after = world.person(&email(8)).await;
    assert_ne!(after.id, before);
    let history = world.app.person_history(&world.org, &email(8)).await;
    assert_eq!(history.unwrap().items.len(), 1);
    let failure = world
        .app
        .allow_erased(&world.org, &id(8))
        .await
        .unwrap_err();
    assert_eq!(failure.code, "not_found");
}

pub(crate) async fn the_same_email_under_another_id_stays_erased_and_another_email_does_not(
    world: World,
) {
    world.connect(company(20)).await;
    erase(&world, &email(8)).await;
    world.hibob.delete_employee(&id(8)).unwrap();
    let mut rehired = employee(8);
    rehired.id = id(30).into();
    world.hibob.create_employee(rehired).unwrap();
    let run = world.sync().await;
    assert_eq!((run.run.counts.added, run.run.counts.out_of_scope), (0, 1));

    let run = world
        .sync_after(|roster| {
            change(roster, 30, |person| {
                person.email = Some("new@acme.test".into());
            });
        })
        .await;
    assert_eq!((run.run.counts.added, run.run.counts.out_of_scope), (1, 0));
}

pub(crate) async fn an_email_that_somebody_else_has_by_now_stays_theirs(world: World) {
    world.connect(company(20)).await;
    world.hibob.delete_employee(&id(8)).unwrap();
    let left = world
        .app
        .archive_person(&world.org, &email(8))
        .await
        .unwrap();
    let mut other = employee(31);
    other.first_name = Some("Zoe".into());
    other.email = Some(email(8).into());
    world.hibob.create_employee(other).unwrap();
    assert_eq!(world.sync().await.run.counts.added, 1);

    erase(&world, &left.id.to_string()).await;

    let run = world.sync().await;
    assert_eq!(
        (run.changes.len(), run.run.counts.out_of_scope),
        (0, 0),
        "{run:?}"
    );
    assert_eq!(world.person(&email(8)).await.last_name, "Nr031");
}

pub(crate) async fn the_last_admin_is_not_erased(world: World) {
    world.connect(company(20)).await;
    let admin = NewAdmin {
        email: email(3),
        first_name: None,
        last_name: None,
        password: None,
    };
    world.app.create_admin(&world.org, admin).await.unwrap();
    let failure = world
        .app
        .erase_person(&world.org, &email(3))
        .await
        .unwrap_err();
    assert_eq!(failure.code, "last_admin");
    assert_eq!(world.person(&email(3)).await.last_name, "Nr003");
}

pub(crate) async fn nobody_is_erased_while_a_sync_is_going(world: World) {
    world.connect(company(20)).await;
    let lock = world.store.try_lock_run(world.org.id).await.unwrap();
    let failure = world
        .app
        .erase_person(&world.org, &email(3))
        .await
        .unwrap_err();
    assert_eq!(failure.code, "sync_going");
    lock.unwrap().release().await;
    erase(&world, &email(3)).await;
}

pub(crate) async fn who_was_erased_is_known_after_the_key_was_rotated(world: World) {
    world.connect(company(20)).await;
    erase(&world, &email(8)).await;
    assert_eq!(world.app.rotate_key().await.unwrap().resealed, 2);
    let run = world.sync().await;
    assert_eq!((run.run.counts.added, run.run.counts.out_of_scope), (0, 1));
    erase(&world, &email(9)).await;
    assert_eq!(world.sync().await.run.counts.out_of_scope, 2);
}

pub(crate) async fn a_run_is_undone_for_those_who_are_still_there(world: World) {
    world.connect(company(20)).await;
    let run = world
        .sync_after(|roster| {
            for number in [2, 3] {
                change(roster, number, |person| {
                    person.first_name = Some("Zoe".into());
                });
            }
        })
        .await;
    erase(&world, &email(2)).await;

    let id = run.run.id.to_string();
    let undone = world.app.undo(&world.org, &id, None).await.unwrap();

    assert_eq!(undone.changes.len(), 1, "{undone:?}");
    assert_eq!(world.person(&email(3)).await.first_name, "Person");
    let failure = world.app.person(&world.org, &email(2)).await;
    assert_eq!(failure.unwrap_err().code, "not_found");
}

pub(crate) async fn a_preview_never_stores_somebody_erased_meanwhile(world: World) {
    world.connect(company(20)).await;
    let renamed = world.hibob.change(|roster| {
        for number in 2..=20 {
            change(roster, number, |person| {
                person.surname = Some(format!("Quux{number:02}x").into());
            });
        }
    });
    renamed.unwrap();
    // At the first look at the clock of one preview, at the second of the next, and so on, until one
    // preview is over before that.
    for number in 2..=20 {
        let erased = AtomicBool::new(false);
        let edit = async |look| {
            if look + 2 == number {
                erase(&world, &email(number)).await;
                erased.store(true, Ordering::Relaxed);
            }
        };

        let made = while_somebody_edits(&world, edit, made_preview(&world));

        assert_eq!(made.run.state, RunState::Finished, "{made:?}");
        if !erased.load(Ordering::Relaxed) {
            assert!(number > 5, "a preview looks at the clock more often");
            return;
        }
        let name = format!("Quux{number:02}x");
        let held = world.whole_database();
        let found = held.windows(name.len()).any(|part| part == name.as_bytes());
        assert!(!found, "{name} is stored: {made:?}");
        let again = made_preview(&world).await;
        assert_eq!(again.run.counts.out_of_scope, number as u64 - 1);
    }
    panic!("a preview looks at the clock less often");
}
