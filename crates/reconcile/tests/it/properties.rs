//! What holds for every sync of every company.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Debug,
};

use domain::{
    ArchivedBy, Code, FieldChange, FieldValue, FindingOutcome, HrisId, Person, PersonField,
    PersonRef, Source, Status,
};
use hris::{Roster, Seen};
use proptest::{prelude::*, test_runner::TestCaseResult};
use reconcile::{Directory, Outcome, PersonChange, PersonState, Plan, judge, reconcile};

use crate::{
    company::apply_at,
    history::{Event, Scene, histories, scenes},
    oracle::{self, content},
};

const CASES: u32 = 400;

fn config() -> ProptestConfig {
    let asked = std::env::var("PROPTEST_CASES")
        .ok()
        .and_then(|cases| cases.parse().ok());
    ProptestConfig {
        cases: asked.unwrap_or(CASES),
        failure_persistence: None,
        max_shrink_iters: 20_000,
        ..ProptestConfig::default()
    }
}

fn plan_of(scene: &Scene) -> Plan {
    reconcile(&scene.directory, &scene.roster, &scene.policy, scene.today)
}

fn after(scene: &Scene, plan: &Plan) -> Directory {
    apply_at(plan, &scene.directory, scene.now)
}

fn every_scene(
    history: &[Vec<Event>],
    check: impl Fn(&Scene, &Plan, &Directory) -> TestCaseResult,
) -> TestCaseResult {
    for scene in scenes(history) {
        let plan = plan_of(&scene);
        check(&scene, &plan, &after(&scene, &plan))?;
    }
    Ok(())
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_sync_comes_to_what_the_rules_say(history in histories()) {
        every_scene(&history, agrees_with_the_oracle)?;
    }

    #[test]
    fn the_same_roster_again_changes_nothing(history in histories()) {
        every_scene(&history, is_quiet_the_second_time)?;
    }

    #[test]
    fn order_never_matters(history in histories(), seed in any::<u64>()) {
        every_scene(&history, |scene, plan, _| order_does_not_matter(scene, plan, seed))?;
    }

    #[test]
    fn every_employee_ends_in_exactly_one_outcome_and_the_counts_add_up(history in histories()) {
        every_scene(&history, |scene, plan, _| counts_add_up(scene, plan))?;
    }

    #[test]
    fn the_field_changes_tell_the_whole_difference(history in histories()) {
        every_scene(&history, fields_are_the_difference)?;
    }

    #[test]
    fn no_sync_leaves_two_people_with_one_email_or_one_employee(history in histories()) {
        every_scene(&history, |_, _, after| identities_are_unique(after))?;
    }

    #[test]
    fn nobody_approves_themselves_and_no_archived_person_is_made_an_approver(history in histories()) {
        every_scene(&history, approvers_can_approve)?;
    }

    #[test]
    fn nobody_is_archived_without_evidence(history in histories()) {
        every_scene(&history, archives_have_evidence)?;
    }

    #[test]
    fn nothing_keeps_a_leaver_s_access(history in histories()) {
        every_scene(&history, leavers_are_out)?;
    }

    #[test]
    fn absent_and_unlinked_people_stay_as_they_are(history in histories()) {
        every_scene(&history, strangers_are_untouched)?;
    }

    #[test]
    fn admin_rights_never_change_and_an_admin_who_can_sign_in_stays(history in histories()) {
        every_scene(&history, admins_stay)?;
    }

    #[test]
    fn an_excluded_employee_changes_nothing(history in histories()) {
        every_scene(&history, excluded_employees_are_ignored)?;
    }

    #[test]
    fn one_bad_employee_never_stops_the_others(history in histories(), who in any::<prop::sample::Index>()) {
        every_scene(&history, |scene, plan, _| a_record_that_cannot_be_read(scene, plan, who))?;
    }

    #[test]
    fn a_preview_writes_what_the_sync_writes(history in histories()) {
        every_scene(&history, |scene, plan, after_sync| {
            let previewed = plan_of(&scene.clone());
            prop_assert_eq!(previewed.hash(), plan.hash());
            prop_assert_eq!(&previewed, plan);
            let after_preview = after(scene, &previewed);
            prop_assert_eq!(&after_preview.people, &after_sync.people);
            prop_assert_eq!(&after_preview.groups, &after_sync.groups);
            let verdict = |plan| judge(&scene.directory, &scene.roster, plan, &scene.policy);
            prop_assert_eq!(verdict(&previewed), verdict(plan));
            Ok(())
        })?;
    }
}

fn agrees_with_the_oracle(scene: &Scene, plan: &Plan, after: &Directory) -> TestCaseResult {
    let told = oracle::tell(&scene.directory, &scene.roster, &scene.policy, scene.today);
    let found = content(after, &scene.directory);
    let outcomes: BTreeMap<HrisId, Outcome> = plan.outcomes.iter().cloned().collect();
    same("outcome", &outcomes, &told.outcomes, scene)?;
    same("person", &found.people, &told.after.people, scene)?;
    same("group", &found.teams, &told.after.teams, scene)?;
    let present = |flags: BTreeSet<(String, Code)>| -> BTreeMap<_, _> {
        flags.into_iter().map(|flag| (flag, true)).collect()
    };
    same(
        "flag",
        &present(flags_of(plan)),
        &present(told.flags),
        scene,
    )?;
    prop_assert_eq!(plan.counts.archived_missing, told.archived_missing);
    Ok(())
}

/// Fails with nothing but the difference, and what had been known.
fn same<K: Ord + Debug, V: PartialEq + Debug>(
    what: &str,
    found: &BTreeMap<K, V>,
    told: &BTreeMap<K, V>,
    scene: &Scene,
) -> TestCaseResult {
    for key in told.keys().chain(found.keys()) {
        let (found, told) = (found.get(key), told.get(key));
        prop_assert!(
            found == told,
            "{what} {key:?}\n  the planner: {found:?}\n  the oracle:  {told:?}\n{}",
            story(scene)
        );
    }
    Ok(())
}

/// A scene in a few lines.
fn story(scene: &Scene) -> String {
    let known = content(&scene.directory, &scene.directory);
    let people = known
        .people
        .iter()
        .map(|(key, body)| format!("  {key} {body:?}"));
    let teams = known
        .teams
        .iter()
        .map(|(key, team)| format!("  {key} {team:?}"));
    let departments = scene.roster.departments.iter().map(|d| format!("  {d:?}"));
    let employees = scene.roster.employees.iter().map(|e| format!("  {e:?}"));
    let past = &scene.directory.past;
    let lines = [
        format!("on {} by {:?}", scene.today, scene.policy),
        format!("keeping {:?}, missing {:?}", past.keep, past.missing_runs),
        format!(
            "excluded {:?}, erased {:?}",
            scene.directory.excluded, scene.directory.erased
        ),
    ];
    let lines = lines
        .into_iter()
        .chain(people)
        .chain(teams)
        .chain(departments)
        .chain(employees);
    lines.collect::<Vec<_>>().join("\n")
}

fn flags_of(plan: &Plan) -> BTreeSet<(String, Code)> {
    let flagged = |finding: &&reconcile::Finding| finding.outcome == FindingOutcome::Flagged;
    let key = |person: &Option<PersonRef>| match person {
        Some(PersonRef::Existing(id)) => id.to_string(),
        Some(PersonRef::New(id)) => format!("new {id}"),
        None => "nobody".to_owned(),
    };
    plan.findings
        .iter()
        .filter(flagged)
        .map(|f| (key(&f.person), f.code))
        .collect()
}

fn is_quiet_the_second_time(scene: &Scene, plan: &Plan, after: &Directory) -> TestCaseResult {
    let again = reconcile(after, &scene.roster, &scene.policy, scene.today);
    prop_assert!(
        again.changes_nothing(),
        "{:?}\n{:?}\nafter a first run {}",
        again.changes,
        again.groups,
        story(scene)
    );
    let now: BTreeMap<_, _> = again.outcomes.iter().cloned().collect();
    for (id, outcome) in &plan.outcomes {
        let linked = after
            .people
            .iter()
            .any(|person| person.hris_id.as_ref() == Some(id));
        let expected = match outcome {
            // The person went over to an employee who starts later.
            Outcome::Archived if !linked => Outcome::OutOfScope(Code::LeftBefore),
            Outcome::Added | Outcome::Updated | Outcome::Restored | Outcome::Archived => {
                Outcome::Unchanged
            }
            same => *same,
        };
        prop_assert_eq!(now[id], expected, "{} after {:?}", id, outcome);
    }
    let skipped = |plan: &Plan| -> Vec<_> {
        let skipped = plan
            .findings
            .iter()
            .filter(|f| f.outcome == FindingOutcome::Skipped);
        skipped.map(|f| (f.hris_id.clone(), f.code)).collect()
    };
    prop_assert_eq!(skipped(&again), skipped(plan));
    Ok(())
}

/// Shuffles by a seed, always in the same way.
fn shuffle<T>(items: &mut [T], seed: u64) {
    let mut state = seed | 1;
    for index in (1..items.len()).rev() {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        items.swap(index, (state >> 33) as usize % (index + 1));
    }
}

fn order_does_not_matter(scene: &Scene, plan: &Plan, seed: u64) -> TestCaseResult {
    let mut other = scene.clone();
    shuffle(&mut other.directory.people, seed);
    shuffle(&mut other.directory.groups, seed);
    shuffle(&mut other.roster.employees, seed);
    // Departments change their places, so the employees have to point elsewhere.
    let mut places: Vec<u32> = (0..other.roster.departments.len() as u32).collect();
    shuffle(&mut places, seed);
    let departments = &scene.roster.departments;
    other.roster.departments = places
        .iter()
        .map(|place| departments[*place as usize].clone())
        .collect();
    for employee in &mut other.roster.employees {
        if let Seen::Value(index) = &mut employee.department {
            let place = places.iter().position(|place| *place == index.0);
            index.0 = place.expect("a permutation") as u32;
        }
    }
    let shuffled = plan_of(&other);
    prop_assert_eq!(&shuffled.findings, &plan.findings);
    prop_assert_eq!(&shuffled, plan);
    prop_assert_eq!(shuffled.hash(), plan.hash());
    let verdict = |scene: &Scene| judge(&scene.directory, &scene.roster, plan, &scene.policy);
    prop_assert_eq!(verdict(&other), verdict(scene));
    Ok(())
}

fn counts_add_up(scene: &Scene, plan: &Plan) -> TestCaseResult {
    let counts = plan.counts;
    let ids: BTreeSet<_> = scene
        .roster
        .employees
        .iter()
        .map(|e| e.id.clone())
        .collect();
    let told: Vec<_> = plan.outcomes.iter().map(|(id, _)| id.clone()).collect();
    prop_assert_eq!(told, ids.iter().cloned().collect::<Vec<_>>());
    let unreadable = scene.roster.unreadable.len() as u64;
    prop_assert_eq!(counts.employees, ids.len() as u64 + unreadable);
    let count = |wanted: fn(&Outcome) -> bool| {
        plan.outcomes
            .iter()
            .filter(|(_, outcome)| wanted(outcome))
            .count() as u64
    };
    prop_assert_eq!(counts.added, count(|o| matches!(o, Outcome::Added)));
    prop_assert_eq!(counts.updated, count(|o| matches!(o, Outcome::Updated)));
    prop_assert_eq!(counts.archived, count(|o| matches!(o, Outcome::Archived)));
    prop_assert_eq!(counts.restored, count(|o| matches!(o, Outcome::Restored)));
    prop_assert_eq!(counts.unchanged, count(|o| matches!(o, Outcome::Unchanged)));
    prop_assert_eq!(counts.upcoming, count(|o| matches!(o, Outcome::Upcoming)));
    prop_assert_eq!(
        counts.out_of_scope,
        count(|o| matches!(o, Outcome::OutOfScope(_)))
    );
    prop_assert_eq!(
        counts.skipped,
        count(|o| matches!(o, Outcome::Skipped(_))) + unreadable
    );
    let sum = counts.added
        + counts.updated
        + counts.archived
        + counts.restored
        + counts.unchanged
        + counts.upcoming
        + counts.out_of_scope
        + counts.skipped;
    prop_assert_eq!(sum, counts.employees);
    let flagged: BTreeSet<_> = flags_of(plan)
        .into_iter()
        .map(|(person, _)| person)
        .collect();
    prop_assert_eq!(counts.flagged, flagged.len() as u64);
    for (id, outcome) in &plan.outcomes {
        let findings = plan.findings.iter().filter(|finding| {
            finding.hris_id.as_ref() == Some(id) && finding.outcome == FindingOutcome::Skipped
        });
        let codes: Vec<_> = findings.map(|finding| finding.code).collect();
        match outcome {
            Outcome::Skipped(code) => prop_assert_eq!(codes, vec![*code], "{}", id),
            _ => prop_assert!(codes.is_empty(), "{} {:?} {:?}", id, outcome, codes),
        }
    }
    Ok(())
}

fn subject_of<'a>(change: &PersonChange, directory: &'a Directory) -> Option<&'a Person> {
    match &change.subject {
        PersonRef::Existing(id) => directory.people.iter().find(|person| person.id == *id),
        PersonRef::New(hris_id) => directory
            .people
            .iter()
            .find(|person| person.hris_id.as_ref() == Some(hris_id)),
    }
}

/// What a record says of each field, in the words of a plan.
fn values(state: &PersonState) -> Vec<(PersonField, Option<FieldValue>)> {
    let text = |text: &str| (!text.is_empty()).then(|| FieldValue::Text(text.into()));
    let groups = |ids: &[domain::GroupId]| {
        let refs = ids
            .iter()
            .map(|id| domain::GroupRef::Existing(*id))
            .collect();
        (!ids.is_empty()).then_some(FieldValue::Groups(refs))
    };
    let people = |ids: &[domain::PersonId]| {
        let refs = ids.iter().map(|id| PersonRef::Existing(*id)).collect();
        (!ids.is_empty()).then_some(FieldValue::People(refs))
    };
    vec![
        (
            PersonField::HrisId,
            state.hris_id.as_ref().and_then(|id| text(id.as_str())),
        ),
        (PersonField::Status, text(state.status.as_str())),
        (PersonField::Email, text(&state.email)),
        (PersonField::FirstName, text(&state.first_name)),
        (PersonField::LastName, text(&state.last_name)),
        (PersonField::Source, text(state.source.as_str())),
        (
            PersonField::StartDate,
            state.start_date.map(FieldValue::Date),
        ),
        (PersonField::EndDate, state.end_date.map(FieldValue::Date)),
        (
            PersonField::Country,
            state.country.and_then(|country| text(country.as_str())),
        ),
        (
            PersonField::ContentRegion,
            state.region.map(FieldValue::Region),
        ),
        (
            PersonField::Group,
            state.group.clone().map(FieldValue::Group),
        ),
        (PersonField::ManualGroups, groups(&state.manual_groups)),
        (
            PersonField::Approver,
            state.approver.clone().map(FieldValue::Person),
        ),
        (
            PersonField::ManualApprovers,
            people(&state.manual_approvers),
        ),
        (
            PersonField::ArchivedBy,
            state.archived_by.and_then(|by| text(by.as_str())),
        ),
    ]
}

fn state_of(person: &Person) -> PersonState {
    PersonState {
        hris_id: person.hris_id.clone(),
        email: person.email.clone(),
        email_key: person.email_key.clone(),
        first_name: person.first_name.clone(),
        last_name: person.last_name.clone(),
        status: person.status,
        archived_by: person.archived_by,
        source: person.source,
        start_date: person.start_date,
        end_date: person.end_date,
        country: person.country,
        region: person.region,
        group: person.group.map(domain::GroupRef::Existing),
        manual_groups: person.manual_groups.clone(),
        approver: person.approver.map(PersonRef::Existing),
        manual_approvers: person.manual_approvers.clone(),
    }
}

fn fields_are_the_difference(scene: &Scene, plan: &Plan, after: &Directory) -> TestCaseResult {
    let mut subjects = BTreeSet::new();
    for change in &plan.changes {
        prop_assert!(
            subjects.insert(change.subject.clone()),
            "{:?} twice",
            change.subject
        );
        prop_assert!(
            !change.why().trim().is_empty(),
            "no reason for {:?}",
            change.subject
        );
        let before = change.existing().and(subject_of(change, &scene.directory));
        prop_assert_eq!(change.existing().is_some(), before.is_some());
        let old = before.map(|person| values(&state_of(person)));
        let new = values(&change.after);
        let differing: Vec<FieldChange> = new
            .into_iter()
            .map(|(field, after)| {
                let old = old
                    .as_ref()
                    .and_then(|old| old.iter().find(|(f, _)| *f == field));
                let before = old.and_then(|(_, value)| value.clone());
                FieldChange {
                    field,
                    before,
                    after,
                }
            })
            .filter(|change| change.before != change.after)
            .collect();
        let by_field = |changes: &[FieldChange]| -> BTreeMap<PersonField, FieldChange> {
            changes
                .iter()
                .map(|change| (change.field, change.clone()))
                .collect()
        };
        prop_assert_eq!(
            by_field(&change.fields()),
            by_field(&differing),
            "{:?}",
            change.subject
        );
        prop_assert_eq!(change.fields().len(), differing.len());
        prop_assert!(!change.fields().is_empty());
        let in_order = PersonField::ALL
            .iter()
            .filter(|f| change.fields().iter().any(|c| c.field == **f));
        prop_assert!(in_order.eq(change.fields().iter().map(|change| &change.field)));
        let stored = subject_of(change, after).expect("applied");
        prop_assert_eq!(
            stored.version,
            before.map_or(1, |person| person.version + 1)
        );
    }
    // Nobody changes but by a change.
    for person in &after.people {
        let before = scene
            .directory
            .people
            .iter()
            .find(|known| known.id == person.id);
        let changed = plan.changes.iter().any(|change| match &change.subject {
            PersonRef::Existing(id) => *id == person.id,
            PersonRef::New(id) => before.is_none() && person.hris_id.as_ref() == Some(id),
        });
        prop_assert!(changed || before == Some(person), "{:?}", person);
    }
    for person in &scene.directory.people {
        prop_assert!(
            after.people.iter().any(|kept| kept.id == person.id),
            "nobody is deleted"
        );
    }
    Ok(())
}

fn identities_are_unique(after: &Directory) -> TestCaseResult {
    let here = || {
        after
            .people
            .iter()
            .filter(|person| person.status != Status::Archived)
    };
    let emails: BTreeSet<_> = here().map(|person| person.email_key.clone()).collect();
    prop_assert_eq!(emails.len(), here().count(), "an email twice");
    let linked = || {
        after
            .people
            .iter()
            .filter_map(|person| person.hris_id.clone())
    };
    prop_assert_eq!(
        linked().collect::<BTreeSet<_>>().len(),
        linked().count(),
        "an employee twice"
    );
    let names: BTreeSet<_> = after
        .groups
        .iter()
        .map(|group| group.name_key.clone())
        .collect();
    prop_assert_eq!(names.len(), after.groups.len(), "a group twice");
    let sources = || after.groups.iter().flat_map(|group| &group.sources);
    prop_assert_eq!(sources().collect::<BTreeSet<_>>().len(), sources().count());
    for person in &after.people {
        prop_assert_eq!(&domain::text::email_key(&person.email), &person.email_key);
        prop_assert_eq!(
            person.status == Status::Archived,
            person.archived_at.is_some()
        );
        prop_assert_eq!(
            person.status == Status::Archived,
            person.archived_by.is_some()
        );
    }
    Ok(())
}

fn find<'a>(roster: &'a Roster, id: Option<&HrisId>) -> Vec<&'a hris::Employee> {
    roster
        .employees
        .iter()
        .filter(|e| Some(&e.id) == id)
        .collect()
}

fn approvers_can_approve(scene: &Scene, plan: &Plan, after: &Directory) -> TestCaseResult {
    for person in &after.people {
        prop_assert_ne!(person.approver, Some(person.id));
        let outcome = person.hris_id.as_ref().and_then(|id| {
            plan.outcomes
                .iter()
                .find(|(known, _)| known == id)
                .map(|(_, outcome)| *outcome)
        });
        let synced = matches!(
            outcome,
            Some(Outcome::Added | Outcome::Updated | Outcome::Restored)
        );
        let told = find(&scene.roster, person.hris_id.as_ref());
        let manager_seen = told
            .iter()
            .any(|e| matches!(e.manager, Seen::Value(_) | Seen::Null));
        if synced
            && manager_seen
            && person.status == Status::Active
            && let Some(approver) = person.approver
        {
            let approver = after.people.iter().find(|other| other.id == approver);
            prop_assert_eq!(
                approver.map(|approver| approver.status),
                Some(Status::Active)
            );
        }
    }
    Ok(())
}

fn archives_have_evidence(scene: &Scene, plan: &Plan, _: &Directory) -> TestCaseResult {
    for change in &plan.changes {
        let before = subject_of(change, &scene.directory).filter(|_| change.existing().is_some());
        let was_here = before.is_some_and(|person| person.status != Status::Archived);
        if !was_here || change.after.status != Status::Archived {
            continue;
        }
        let before = before.expect("was here");
        prop_assert!(
            !scene.directory.past.keep.contains(&before.id),
            "declined by an admin"
        );
        let own = find(&scene.roster, before.hris_id.as_ref().or(change.hris_id()));
        let terminated = own.iter().all(|e| crate::company::terminated(&e.lifecycle));
        let over = change.after.end_date.is_some_and(|end| end <= scene.today);
        let inactive = scene.policy.archive_inactive
            && own.iter().all(|e| crate::company::inactive(&e.access));
        let missing = own.is_empty() && scene.policy.archive_missing_after_runs.is_some();
        let evident = match change.after.archived_by {
            Some(ArchivedBy::Hris) => (terminated || inactive) && !own.is_empty() || missing,
            Some(ArchivedBy::EndDate) => over,
            Some(ArchivedBy::Admin) | None => false,
        };
        prop_assert!(evident, "{:#?}", change);
    }
    Ok(())
}

fn leavers_are_out(scene: &Scene, plan: &Plan, after: &Directory) -> TestCaseResult {
    for person in &after.people {
        let told = find(&scene.roster, person.hris_id.as_ref());
        let gone = !told.is_empty()
            && told.iter().all(|e| {
                crate::company::terminated(&e.lifecycle)
                    && e.end_date.value().is_none_or(|end| *end < scene.today)
                    && !matches!(e.end_date, Seen::Absent | Seen::Bad(_))
            });
        let left_alone = person.hris_id.as_ref().is_some_and(|id| {
            scene.directory.excluded.contains(id) || scene.directory.erased.contains(id)
        });
        let last_admin = plan.findings.iter().any(|finding| {
            finding.code == Code::LastAdmin
                && finding.person == Some(PersonRef::Existing(person.id))
        });
        let declined = scene.directory.past.keep.contains(&person.id);
        if gone && !left_alone && !last_admin && !declined {
            prop_assert_eq!(person.status, Status::Archived, "{:?}", person);
        }
    }
    Ok(())
}

fn strangers_are_untouched(scene: &Scene, _: &Plan, after: &Directory) -> TestCaseResult {
    for before in &scene.directory.people {
        let now = after
            .people
            .iter()
            .find(|person| person.id == before.id)
            .expect("kept");
        let claimed = scene.roster.employees.iter().any(|e| {
            e.email
                .value()
                .is_some_and(|email| email.key() == before.email_key)
        });
        let absent = find(&scene.roster, before.hris_id.as_ref()).is_empty();
        if !absent || claimed {
            continue;
        }
        match (&before.hris_id, scene.policy.archive_missing_after_runs) {
            (Some(_), Some(_)) if now.status == Status::Archived => {}
            _ => prop_assert_eq!(now, before),
        }
    }
    for now in &after.people {
        let known = scene
            .directory
            .people
            .iter()
            .any(|before| before.id == now.id);
        prop_assert!(known || now.source == Source::Hris);
    }
    Ok(())
}

fn admins_stay(scene: &Scene, plan: &Plan, after: &Directory) -> TestCaseResult {
    for person in &after.people {
        let before = scene
            .directory
            .people
            .iter()
            .find(|known| known.id == person.id);
        let rights = before.is_some_and(|before| before.admin);
        prop_assert_eq!(person.admin, rights);
        prop_assert_eq!(
            person.can_sign_in,
            before.is_some_and(|before| before.can_sign_in)
        );
    }
    let acting = |directory: &Directory| directory.people.iter().any(Person::is_acting_admin);
    prop_assert!(acting(after) || !acting(&scene.directory), "locked out");
    let touched = |field: &FieldChange| field.field == PersonField::Admin;
    prop_assert!(
        !plan
            .changes
            .iter()
            .any(|change| change.fields().iter().any(touched))
    );
    Ok(())
}

fn excluded_employees_are_ignored(scene: &Scene, plan: &Plan, _: &Directory) -> TestCaseResult {
    let left_out =
        |id: &HrisId| scene.directory.excluded.contains(id) || scene.directory.erased.contains(id);
    for (id, outcome) in &plan.outcomes {
        if left_out(id) {
            let out = matches!(outcome, Outcome::OutOfScope(Code::Excluded | Code::Erased));
            prop_assert!(out, "{} {:?}", id, outcome);
        }
    }
    let mut without = scene.clone();
    without.roster.employees.retain(|e| !left_out(&e.id));
    let without = plan_of(&without);
    prop_assert_eq!(&without.changes, &plan.changes);
    Ok(())
}

fn a_record_that_cannot_be_read(
    scene: &Scene,
    plan: &Plan,
    _who: prop::sample::Index,
) -> TestCaseResult {
    let mut worse = scene.clone();
    worse
        .roster
        .unreadable
        .push("a record without an id".into());
    let worse = plan_of(&worse);
    prop_assert_eq!(&worse.changes, &plan.changes);
    prop_assert_eq!(&worse.groups, &plan.groups);
    prop_assert_eq!(worse.counts.employees, plan.counts.employees + 1);
    prop_assert_eq!(worse.counts.skipped, plan.counts.skipped + 1);
    Ok(())
}
