//! A large company is planned on two threads, and comes to the same as a small one.

use domain::{Code, Person};
use hris::Seen;
use reconcile::{
    Outcome,
    Outcome::{Added, Archived, Skipped, Unchanged, Updated},
};

use super::{Synced, sync};
use crate::company::{Draft, directory, employee, hid, person};

/// So many teams of ten are surely planned on two threads.
const TEAMS: u32 = 700;

/// A team of ten, with all that happens to it.
fn team(first: u32) -> (Vec<Person>, Vec<Draft>) {
    let at = |place: u32| first + place;
    let known = [0, 2, 3, 4, 5, 6, 7, 8].map(|place| person(at(place)));
    let address = |place: u32| format!("p{}@acme.test", at(place));
    let drafts = vec![
        employee(at(0)),
        employee(at(1)).manager(at(0)),
        employee(at(2)).terminated(),
        employee(at(3)).email(&address(4)),
        employee(at(4)).email(&address(3)),
        // Told twice and differently.
        employee(at(5)),
        employee(at(5)).email(&address(9)),
        employee(at(6)).manager(at(2)),
        // The seventh is missing.
        employee(at(8)).with(|e| e.country = Seen::Null),
        // Claims the email that a copy of the fifth claims too.
        employee(at(9)),
    ];
    (known.into(), drafts)
}

fn synced(teams: u32) -> Synced {
    let (known, drafts): (Vec<_>, Vec<_>) = (0..teams).map(|number| team(number * 10)).unzip();
    sync(
        &directory(known.into_iter().flatten()),
        drafts.into_iter().flatten(),
    )
}

#[test]
fn a_large_company_comes_to_the_same_as_a_small_one() {
    let comes_to: [(u32, Outcome, &[Code]); 9] = [
        (0, Unchanged, &[]),
        (1, Added, &[]),
        (2, Archived, &[]),
        (3, Updated, &[]),
        (4, Updated, &[]),
        (5, Unchanged, &[Code::DuplicateEmployee]),
        (6, Unchanged, &[Code::ManagerUnavailable]),
        (8, Unchanged, &[Code::MissingCountry]),
        (9, Skipped(Code::DuplicateEmail), &[]),
    ];
    // The middle falls on another place of a team each time, the employee told twice included.
    for teams in (1..3).chain(TEAMS..TEAMS + 10) {
        let synced = synced(teams);
        let outcomes = (0..teams).flat_map(|number| {
            let at = move |place: u32| hid(number * 10 + place);
            comes_to.map(move |(place, outcome, _)| (at(place), outcome))
        });
        let mut outcomes: Vec<_> = outcomes.collect();
        outcomes.sort_by(|a, b| a.0.cmp(&b.0));
        assert!(synced.plan.outcomes == outcomes, "{teams}");
        for number in [0, teams / 2, teams - 1] {
            for (place, _, flags) in comes_to {
                assert_eq!(synced.flags(number * 10 + place), flags, "{teams} {place}");
            }
            assert_eq!(
                synced.flags(number * 10 + 7),
                [Code::NotFoundInHris],
                "{teams}"
            );
        }
        assert_eq!(synced.plan.changes.len(), teams as usize * 4);
        assert_eq!(synced.plan.findings.len(), teams as usize * 5);
    }
}
