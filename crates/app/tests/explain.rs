//! Why somebody stands as they do.

use std::collections::BTreeMap;

use app::{ExplanationView, PersonPatch, view::RunReport};
use domain::{Action, Code, FindingOutcome, HrisId, Status};

use crate::{
    company::{change, company, email, employee, id, terminate},
    world::{TODAY, World, ends},
};

async fn explain(world: &World, name: &str) -> ExplanationView {
    world.app.explain(&world.org, name).await.unwrap()
}

fn says(explained: &ExplanationView, text: &str) {
    let mut rules = explained.rules.iter();
    assert!(
        rules.any(|rule| rule.text.contains(text)),
        "{text}: {explained:#?}"
    );
}

fn has(explained: &ExplanationView, code: Code) -> bool {
    explained.rules.iter().any(|rule| rule.code == Some(code))
}

/// Every employee's outcome, told apart by what the run's report says of them.
async fn compare(world: &World, run: &RunReport) {
    let mut counted: BTreeMap<&str, u64> = BTreeMap::new();
    for employee in world.hibob.roster().employees {
        let id = employee.id.as_str();
        let explained = explain(world, id).await;
        assert_eq!(explained.hris_id.as_ref().map(HrisId::as_str), Some(id));
        assert!(explained.seen.is_some() && !explained.rules.is_empty());
        let outcome = explained.outcome.unwrap();
        *counted.entry(outcome).or_default() += 1;

        let is = |found: &Option<HrisId>| found.as_ref().is_some_and(|one| one.as_str() == id);
        if let Some(skip) = run
            .skipped
            .iter()
            .find(|finding| finding.outcome == FindingOutcome::Skipped && is(&finding.hris_id))
        {
            assert_eq!(outcome, "skipped");
            assert!(has(&explained, skip.code), "{explained:#?}");
        }
        if let Some(change) = run.changes.iter().find(|change| is(&change.hris_id)) {
            assert_eq!(explained.run_id, Some(run.run.id));
            let expected: &[&str] = match change.action {
                Action::Add => &["added", "upcoming"],
                Action::Update => &["updated", "upcoming"],
                Action::Archive => &["archived"],
                Action::Restore => &["restored"],
            };
            assert!(expected.contains(&outcome), "{change:?} {explained:#?}");
        }
    }
    let counts = run.run.counts;
    let expected = [
        ("added", counts.added),
        ("updated", counts.updated),
        ("archived", counts.archived),
        ("restored", counts.restored),
        ("unchanged", counts.unchanged),
        ("upcoming", counts.upcoming),
        ("out_of_scope", counts.out_of_scope),
        ("skipped", counts.skipped),
    ];
    let expected = expected.into_iter().filter(|(_, count)| *count > 0);
    assert_eq!(counted, expected.collect());
}

pub(crate) async fn everybody_of_a_company_has_the_outcome_of_the_last_run(world: World) {
    let roster = sandbox::company::generate(300, 7, TODAY.parse().unwrap());
    let first = world.connect(roster).await;
    assert!(first.run.counts.skipped > 0 && first.run.counts.out_of_scope > 0);

    let second = world
        .sync_after(|roster| {
            let mut people = roster.employees.iter_mut();
            let employed = |person: &&mut sandbox::Employee| {
                person.lifecycle_status.as_deref() == Some("Employed")
            };
            let leaver = people.find(employed).unwrap();
            leaver.lifecycle_status = Some("Terminated".into());
            leaver.termination_date = Some("2026-02-27".into());
            people.find(employed).unwrap().country = Some("Atlantis".into());
        })
        .await;
    assert!(second.run.counts.unchanged > 200);
    compare(&world, &second).await;
}

pub(crate) async fn the_rules_that_applied_are_told_in_words(world: World) {
    let mut roster = company(20);
    change(&mut roster, 4, |person| {
        person.termination_date = Some("2026-12-31".into());
        person.country = Some("Atlantis".into());
    });
    let run = world.connect(roster).await;

    let explained = explain(&world, &email(4)).await;

    assert_eq!(explained.outcome, Some("added"));
    assert_eq!(explained.run_id, Some(run.run.id));
    says(&explained, &format!("Matched by the HRIS id {}", id(4)));
    says(&explained, "The start date, 2020-01-06, has come.");
    says(&explained, "The last day is 2026-12-31");
    says(&explained, "The department Sales makes the group Sales.");
    says(&explained, "The line manager, Person Nr001, approves.");
    says(&explained, "The HRIS has “Atlantis”.");
    assert!(has(&explained, Code::UnknownCountry));
    let boss = explain(&world, &id(1)).await;
    says(
        &boss,
        "Lives in Portugal, which the table of regions puts into Europe.",
    );
    says(&boss, "The HRIS has no line manager");
}

pub(crate) async fn somebody_skipped_is_explained_by_hris_id_and_by_email(world: World) {
    let mut roster = company(20);
    change(&mut roster, 9, |person| person.country = None);
    let run = world.connect(roster).await;
    for name in [id(9), email(9)] {
        let explained = explain(&world, &name).await;
        assert_eq!(explained.outcome, Some("skipped"));
        assert_eq!(
            (explained.person_id, explained.run_id),
            (None, Some(run.run.id))
        );
        assert!(has(&explained, Code::MissingCountry));
    }
    let failure = world.app.explain(&world.org, "nobody@acme.test").await;
    assert_eq!(failure.unwrap_err().code, "not_found");
}

pub(crate) async fn somebody_unknown_to_the_hris_is_explained_too(world: World) {
    world.connect(company(20)).await;
    world.add("by.hand@acme.test", PersonPatch::default()).await;
    let by_hand = explain(&world, "by.hand@acme.test").await;
    assert_eq!((by_hand.outcome, by_hand.run_id), (None, None));
    says(&by_hand, "no sync touches them");

    world.hibob.delete_employee(&id(6)).unwrap();
    world.sync().await;
    let missing = explain(&world, &email(6)).await;
    assert_eq!(missing.outcome, None);
    assert!(missing.seen.is_some() && has(&missing, Code::NotFoundInHris));
}

pub(crate) async fn somebody_unlinked_is_told_by_whom_the_hris_has_them(world: World) {
    world.connect(company(20)).await;
    let unlinked = world.app.unlink_person(&world.org, &email(6)).await;
    assert_eq!(unlinked.unwrap().hris_id, None);
    world.sync().await;
    let explained = explain(&world, &email(6)).await;
    let left_out = format!("under the id {}, whom an admin left out", id(6));
    says(&explained, &left_out);
}

pub(crate) async fn an_archiving_that_was_turned_down_is_said(world: World) {
    world.connect(company(20)).await;
    for number in 10..17 {
        world
            .hibob
            .change(|roster| terminate(roster, number))
            .unwrap();
    }
    let held = world.sync().await;
    let id = held.run.id.to_string();
    world.app.reject(&world.org, &id).await.unwrap();
    let synced = world.sync().await;
    assert_eq!(synced.run.counts.archived, 0, "{synced:?}");
    says(
        &explain(&world, &email(12)).await,
        "An admin turned the archiving down.",
    );
}

pub(crate) async fn an_edit_that_the_next_sync_overwrites_is_said(world: World) {
    world.connect(company(20)).await;
    let patch = PersonPatch {
        first_name: Some("Zoe".to_owned()),
        ..PersonPatch::default()
    };
    world.edit(&email(2), patch).await;
    let explained = explain(&world, &email(2)).await;
    assert_eq!(explained.outcome, Some("updated"));
    says(
        &explained,
        "The next sync changes this. The HRIS has another first name.",
    );

    world.sync().await;
    let mut upcoming = employee(21);
    upcoming.start_date = Some("2026-05-04".into());
    world.hibob.create_employee(upcoming).unwrap();
    world.sync().await;
    let explained = explain(&world, &email(21)).await;
    assert_eq!(explained.outcome, Some("upcoming"));
    says(&explained, "Starts on 2026-05-04, which is ahead");
    assert_eq!(world.person(&email(21)).await.status, Status::Upcoming);
}

pub(crate) async fn what_the_timer_did_since_the_last_sync_is_said(world: World) {
    world.connect(company(20)).await;
    world.edit(&email(2), ends("2026-03-01")).await;
    let pass = world.tick().await.unwrap();
    assert_eq!(pass.run.counts.archived, 1);

    let explained = explain(&world, &email(2)).await;

    assert_eq!(explained.outcome, Some("archived"));
    assert_eq!(explained.run_id, Some(pass.run.id));
    says(
        &explained,
        "Changed by a pass of the timer after the last sync. By what was last seen of the HRIS, the next sync comes to: restored.",
    );
    let synced = world.sync().await;
    let explained = explain(&world, &email(2)).await;
    assert_eq!(explained.outcome, Some("restored"));
    assert_eq!(explained.run_id, Some(synced.run.id));
}
