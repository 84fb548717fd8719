//! Answers from which nothing is concluded: the run fails.

use domain::{ArchivedBy, Field, HoldCode, Policy, ProblemCode};
use hris::{Coverage, Roster, Seen};
use reconcile::Verdict;

use super::safeguards::{held, holds, verdict};
use crate::company::{Draft, archived, by_hand, directory, employee, person, whole};

#[track_caller]
fn fails(verdict: &Verdict) -> &domain::Problem {
    let Verdict::Fail(problem) = verdict else {
        panic!("{verdict:?}")
    };
    assert!(!problem.detail.is_empty() && !problem.mend.is_empty());
    problem
}

#[test]
fn an_empty_roster_fails() {
    for people in [
        directory([]),
        directory([person(1)]),
        directory((0..50).map(person)),
    ] {
        let verdict = verdict(&people, &whole([]), &Policy::default());
        assert_eq!(fails(&verdict).code, ProblemCode::EmptyRoster);
    }
}

#[test]
fn a_section_that_most_had_and_nobody_has_any_more_fails() {
    type Hide = fn(&mut Draft);
    let fields: [(Field, Hide); 11] = [
        (Field::FirstName, |draft| draft.e.first_name = Seen::Absent),
        (Field::Surname, |draft| draft.e.surname = Seen::Absent),
        (Field::DisplayName, |draft| {
            draft.e.display_name = Seen::Absent;
        }),
        (Field::Email, |draft| draft.e.email = Seen::Absent),
        (Field::StartDate, |draft| draft.e.start_date = Seen::Absent),
        (Field::Department, |draft| draft.department = Seen::Absent),
        (Field::Manager, |draft| draft.e.manager = Seen::Absent),
        (Field::LifecycleStatus, |draft| {
            draft.e.lifecycle = Seen::Absent;
        }),
        (Field::AccessStatus, |draft| draft.e.access = Seen::Absent),
        (Field::TerminationDate, |draft| {
            draft.e.end_date = Seen::Absent;
        }),
        (Field::Country, |draft| draft.e.country = Seen::Absent),
    ];
    assert_eq!(fields.len(), Field::ALL.len());
    // Null is seen: the section is there, the field is empty.
    let seen = |n| employee(n).with(|e| e.display_name = Seen::Null);
    for (field, hide) in fields {
        let hidden = |n| {
            let mut draft = seen(n);
            hide(&mut draft);
            draft
        };
        let people = |had: u32| {
            let mut people = directory((0..10).map(person));
            let before = whole((0..10).map(|n| if n < had { seen(n) } else { hidden(n) }));
            people.past.coverage = Some(before.coverage);
            people
        };
        let nobody = whole((0..10).map(hidden));
        let by = Policy::default();
        let verdict_of = |had, roster: &Roster| verdict(&people(had), roster, &by);
        let found = verdict_of(6, &nobody);
        let problem = fails(&found);
        assert_eq!(problem.code, ProblemCode::SectionVanished, "{field}");
        // Half is not most.
        assert_eq!(verdict_of(5, &nobody), Verdict::Apply, "{field}");
        // One who still has it is enough.
        let one = whole((0..10).map(|n| if n == 0 { seen(0) } else { hidden(n) }));
        assert_eq!(verdict_of(10, &one), Verdict::Apply, "{field}");
    }
}

#[test]
fn the_first_run_has_no_section_to_miss() {
    let roster = whole((0..10).map(|n| employee(n).with(|e| e.manager = Seen::Absent)));
    let mut people = directory([]);
    assert_eq!(
        verdict(&people, &roster, &Policy::default()),
        Verdict::Apply
    );
    people.past.coverage = Some(Coverage::default());
    assert_eq!(
        verdict(&people, &roster, &Policy::default()),
        Verdict::Apply
    );
}

#[test]
fn an_answer_about_another_company_fails() {
    for (linked, back, fails_it) in [
        (20, 0, true),
        (20, 1, true),
        (20, 2, false),
        (19, 0, false),
        (19, 1, false),
        (100, 9, true),
        (100, 10, false),
    ] {
        // Archived people and those added by hand say nothing about the company.
        let gone = (500..600).map(|n| archived(person(n), ArchivedBy::Hris));
        let manual = (600..700).map(|n| by_hand(person(n)));
        let people = directory((0..linked).map(person).chain(gone).chain(manual));
        let roster = whole((0..back).chain(1000..1030).map(employee));
        let found = verdict(&people, &roster, &Policy::default());
        if fails_it {
            assert_eq!(
                fails(&found).code,
                ProblemCode::OtherCompany,
                "{back} of {linked}"
            );
        } else {
            let missing = held(
                HoldCode::TooManyMissing,
                u64::from(5.max(linked / 10)),
                u64::from(linked - back),
            );
            assert_eq!(holds(&found), missing, "{back} of {linked}");
        }
    }
}
