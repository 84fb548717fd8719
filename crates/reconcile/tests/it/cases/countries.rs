//! Countries and content regions.

use domain::{Code, Status};
use hris::{CountryReading, Seen};
use reconcile::Outcome::{Added, Restored, Skipped, Unchanged, Updated};

use super::sync;
use crate::company::{
    americas, archived, country, day, directory, elsewhere, employee, europe, in_country, person,
};

fn unreadable() -> Seen<CountryReading> {
    Seen::Value(CountryReading::Unknown("Holland or so".into()))
}

#[test]
fn the_country_decides_the_region() {
    for (code, region, flags) in [
        ("PT", europe(), &[][..]),
        ("US", americas(), &[]),
        ("BR", elsewhere(), &[Code::CountryWithoutRegion]),
    ] {
        for people in [vec![], vec![person(1)]] {
            let synced = sync(&directory(people), [employee(1).country(code)]);
            let person = synced.linked(1).expect("linked");
            assert_eq!(person.country, Some(country(code)), "{code}");
            assert_eq!(person.region, Some(region), "{code}");
            assert_eq!(synced.flags(1), flags, "{code}");
        }
    }
}

#[test]
fn nobody_new_is_synced_without_a_country_and_later_they_are() {
    for seen in [Seen::Null, Seen::Absent] {
        let without = employee(1).with(|e| e.country = seen).starts(day(-20));
        let first = sync(&directory([]), [without]);
        assert_eq!(first.outcome(1), Skipped(Code::MissingCountry));
        assert!(first.after.people.is_empty());
        let second = sync(&first.after, [employee(1).starts(day(-20))]);
        assert_eq!(second.outcome(1), Added);
        assert_eq!(
            second.made(1).start_date,
            Some(day(-20)),
            "the start date is the true one"
        );
    }
}

#[test]
fn somebody_already_here_keeps_country_and_region_and_has_the_rest_synced() {
    let without = employee(1)
        .with(|e| e.country = Seen::Null)
        .named("New", "Name");
    let synced = sync(&directory([person(1)]), [without]);
    assert_eq!(synced.outcome(1), Updated);
    assert_eq!(synced.flags(1), [Code::MissingCountry]);
    assert_eq!(synced.person(1).country, Some(country("PT")));
    assert_eq!(synced.person(1).region, Some(europe()));
    assert_eq!(synced.person(1).first_name, "New");
    assert_eq!(synced.person(1).status, Status::Active);
}

#[test]
fn a_country_set_by_hand_stays_while_the_hris_has_none() {
    let mut added = person(1);
    (added.country, added.region) = (Some(country("US")), Some(americas()));
    let synced = sync(
        &directory([added.clone()]),
        [employee(1).with(|e| e.country = Seen::Null)],
    );
    assert_eq!(synced.outcome(1), Unchanged);
    assert_eq!(synced.person(1), &added);
    // Once the HRIS has one, that counts.
    let synced = sync(&directory([added]), [employee(1)]);
    assert_eq!(synced.person(1).country, Some(country("PT")));
    assert_eq!(synced.person(1).region, Some(europe()));
}

#[test]
fn an_unreadable_country_is_the_fallback_for_a_new_person_and_no_reason_to_skip() {
    for seen in [unreadable(), Seen::bad("{}")] {
        let synced = sync(&directory([]), [employee(1).with(|e| e.country = seen)]);
        assert_eq!(synced.outcome(1), Added);
        assert_eq!(synced.made(1).country, None);
        assert_eq!(synced.made(1).region, Some(elsewhere()));
        assert_eq!(synced.flags(1), [Code::UnknownCountry]);
    }
}

#[test]
fn an_unreadable_country_changes_nothing_for_somebody_already_here() {
    let synced = sync(
        &directory([person(1)]),
        [employee(1).with(|e| e.country = unreadable())],
    );
    assert_eq!(synced.outcome(1), Unchanged);
    assert_eq!(synced.flags(1), [Code::UnknownCountry]);
    assert_eq!(synced.person(1), &person(1));
}

#[test]
fn somebody_without_a_region_gets_one_as_soon_as_it_is_known() {
    let mut manual = person(1);
    (manual.country, manual.region) = (None, None);
    let synced = sync(&directory([manual.clone()]), [employee(1)]);
    assert_eq!(synced.person(1).region, Some(europe()));
    let synced = sync(
        &directory([manual]),
        [employee(1).with(|e| e.country = unreadable())],
    );
    assert_eq!(synced.person(1).region, Some(elsewhere()));
}

#[test]
fn a_moved_country_moves_the_person_at_the_next_sync() {
    // The admin put Portugal into another region since.
    let mut known = person(1);
    known.region = Some(elsewhere());
    let synced = sync(&directory([known]), [employee(1)]);
    assert_eq!(synced.outcome(1), Updated);
    assert_eq!(synced.person(1).region, Some(europe()));
}

#[test]
fn a_rehire_without_a_country_comes_back_with_the_old_one() {
    let gone = archived(person(1), domain::ArchivedBy::Hris);
    let synced = sync(
        &directory([gone]),
        [employee(1).with(|e| e.country = Seen::Null)],
    );
    assert_eq!(synced.outcome(1), Restored);
    assert_eq!(synced.flags(1), [Code::MissingCountry]);
    assert_eq!(synced.person(1).region, Some(europe()));
}

#[test]
fn a_country_that_nobody_has_any_more_changes_nobody() {
    let people = directory((1..4).map(person));
    let synced = sync(
        &people,
        (1..4).map(|n| employee(n).with(|e| e.country = Seen::Absent)),
    );
    assert!(synced.plan.changes_nothing());
    let synced = sync(
        &people,
        (1..4).map(|n| employee(n).with(|e| e.country = in_country("US"))),
    );
    assert_eq!(synced.plan.counts.updated, 3);
}
