//! Who is meant: HRIS ids, emails, names.

use domain::{ArchivedBy, Code, Source, Status};
use hris::Seen;
use reconcile::Outcome::{Added, Archived, OutOfScope, Skipped, Unchanged, Updated};

use super::{sync, sync_by};
use crate::company::{
    acting_admin, archived, by_hand, day, directory, employee, hid, person, policy, with_email,
};

#[test]
fn an_employee_who_agrees_with_the_record_changes_nothing() {
    let synced = sync(&directory([person(1)]), [employee(1)]);
    assert_eq!(synced.outcome(1), Unchanged);
    assert!(synced.plan.changes_nothing());
    assert!(synced.plan.findings.is_empty());
}

#[test]
fn nobody_is_matched_by_name() {
    let gone = archived(person(1), ArchivedBy::Hris);
    for known in [person(1), by_hand(person(1)), gone] {
        let synced = sync(&directory([known]), [employee(2).named_like(1)]);
        assert_eq!(synced.outcome(2), Added);
        assert_eq!(synced.after.people.len(), 2);
    }
}

#[test]
fn nobody_is_matched_by_an_empty_email() {
    let nameless = by_hand(with_email(person(1), ""));
    let synced = sync(
        &directory([nameless]),
        [employee(2).with(|e| e.email = Seen::Null)],
    );
    assert_eq!(synced.outcome(2), Skipped(Code::MissingEmail));
}

#[test]
fn what_a_new_person_needs_decides_the_reason_of_being_skipped() {
    type Change = fn(&mut hris::Employee);
    let cases: [(Change, Code); 13] = [
        (|e| e.email = Seen::Absent, Code::MissingEmail),
        (|e| e.email = Seen::Null, Code::MissingEmail),
        (|e| e.email = Seen::bad("a\r\nb@c.d"), Code::InvalidEmail),
        (
            |e| (e.first_name, e.surname) = (Seen::Null, Seen::Null),
            Code::MissingName,
        ),
        (
            |e| (e.first_name, e.surname) = (Seen::Absent, Seen::Null),
            Code::MissingName,
        ),
        (|e| e.start_date = Seen::Absent, Code::MissingStartDate),
        (|e| e.start_date = Seen::Null, Code::MissingStartDate),
        (
            |e| e.start_date = Seen::bad("31.02.2026"),
            Code::InvalidDate,
        ),
        (|e| e.end_date = Seen::bad("soon"), Code::InvalidDate),
        (
            |e| e.end_date = Seen::Value(day(-400)),
            Code::EndBeforeStart,
        ),
        (|e| e.country = Seen::Absent, Code::MissingCountry),
        (|e| e.country = Seen::Null, Code::MissingCountry),
        // The first reason in that order is the one that is told.
        (
            |e| (e.country, e.start_date) = (Seen::Null, Seen::Null),
            Code::MissingStartDate,
        ),
    ];
    for (change, code) in cases {
        let synced = sync(&directory([]), [employee(1).with(change), employee(2)]);
        assert_eq!(synced.outcome(1), Skipped(code));
        assert_eq!(synced.plan.findings.len(), 1, "{code}");
        assert_eq!(
            synced.outcome(2),
            Added,
            "one bad employee never stops the others"
        );
    }
}

#[test]
fn somebody_already_here_keeps_what_the_hris_lost() {
    type Change = fn(&mut hris::Employee);
    let cases: [(Change, &[Code]); 16] = [
        (|e| e.email = Seen::Absent, &[]),
        (|e| e.email = Seen::Null, &[Code::MissingEmail]),
        (|e| e.email = Seen::bad("?"), &[Code::InvalidEmail]),
        (|e| e.first_name = Seen::Absent, &[]),
        (|e| e.first_name = Seen::Null, &[Code::MissingName]),
        (|e| e.surname = Seen::Null, &[Code::MissingName]),
        (
            |e| (e.first_name, e.surname) = (Seen::Null, Seen::Null),
            &[Code::MissingName],
        ),
        (|e| e.start_date = Seen::Absent, &[]),
        (|e| e.start_date = Seen::Null, &[Code::MissingStartDate]),
        (|e| e.start_date = Seen::bad("?"), &[Code::InvalidDate]),
        (|e| e.end_date = Seen::Absent, &[]),
        (|e| e.end_date = Seen::bad("?"), &[Code::InvalidDate]),
        (|e| e.country = Seen::Absent, &[]),
        (|e| e.country = Seen::Null, &[Code::MissingCountry]),
        (|e| e.lifecycle = Seen::Absent, &[]),
        (|e| e.lifecycle = Seen::Null, &[]),
    ];
    for (index, (change, flags)) in cases.into_iter().enumerate() {
        let synced = sync(&directory([person(1)]), [employee(1).with(change)]);
        assert_eq!(synced.outcome(1), Unchanged, "case {index}");
        assert_eq!(synced.flags(1), flags, "case {index}");
        // The rest is applied.
        let moved = employee(1).department("7", "Sales").with(change);
        let synced = sync(&directory([person(1)]), [moved]);
        assert_eq!(synced.outcome(1), Updated, "case {index}");
        assert_eq!(synced.person(1).group, Some(synced.group("Sales").id));
    }
}

#[test]
fn a_single_name_is_a_name() {
    let single = employee(1).with(|e| e.surname = Seen::Null);
    let synced = sync(&directory([]), [single.clone()]);
    assert_eq!(synced.outcome(1), Added);
    assert_eq!(synced.made(1).name(), "First1");
    let surname = employee(1).with(|e| e.first_name = Seen::Null);
    let synced = sync(&directory([]), [surname]);
    assert_eq!(synced.outcome(1), Added);
    assert_eq!(synced.made(1).name(), "Last1");
    let mut person = person(1);
    person.last_name = "".into();
    let synced = sync(&directory([person]), [single]);
    assert_eq!(synced.outcome(1), Unchanged);
    assert_eq!(synced.flags(1), []);
}

#[test]
fn a_new_name_is_an_update_of_the_same_person() {
    let synced = sync(
        &directory([person(1)]),
        [employee(1).named("Zoë", "=cmd|' /C calc'!A0")],
    );
    assert_eq!(synced.outcome(1), Updated);
    assert_eq!(synced.person(1).first_name, "Zoë");
    assert_eq!(synced.person(1).last_name, "=cmd|' /C calc'!A0");
}

#[test]
fn the_preferred_first_name_counts_only_when_the_policy_says_so() {
    let preferred = || employee(1).with(|e| e.display_name = Seen::Value("Nick Last1".into()));
    let synced = sync(&directory([person(1)]), [preferred()]);
    assert_eq!(synced.person(1).first_name, "First1");
    let by = policy(|policy| policy.use_preferred_name = true);
    let synced = sync_by(&by, &directory([person(1)]), [preferred()]);
    assert_eq!(synced.outcome(1), Updated);
    assert_eq!(synced.person(1).first_name, "Nick");
    assert_eq!(synced.person(1).last_name, "Last1");
    let synced = sync_by(&by, &directory([person(1)]), [employee(1)]);
    assert_eq!(
        synced.outcome(1),
        Unchanged,
        "without one the first name counts"
    );
}

#[test]
fn somebody_added_by_hand_is_linked_by_email_and_keeps_the_admin_role() {
    let manual = acting_admin(by_hand(with_email(person(1), "boss@acme.test")));
    let synced = sync(
        &directory([manual]),
        [employee(5).email("Boss@acme.test").country("US")],
    );
    assert_eq!(synced.outcome(5), Updated);
    let linked = synced.person(1);
    assert_eq!(linked.hris_id, Some(hid(5)));
    assert_eq!(linked.source, Source::Hris);
    assert_eq!(linked.first_name, "First5");
    assert!(linked.admin && linked.can_sign_in);
    assert_eq!(synced.after.people.len(), 1);
}

#[test]
fn somebody_added_by_hand_never_goes_back_to_upcoming_when_linked() {
    let synced = sync(
        &directory([by_hand(person(1))]),
        [employee(1).starts(day(3))],
    );
    assert_eq!(synced.outcome(1), Updated);
    assert_eq!(synced.person(1).status, Status::Active);
    assert_eq!(synced.flags(1), [Code::StartDateMoved]);
}

#[test]
fn somebody_added_by_hand_who_has_left_in_the_hris_is_linked_and_archived() {
    let left = employee(1).terminated();
    let synced = sync(&directory([by_hand(person(1))]), [left.clone()]);
    assert_eq!(synced.outcome(1), Archived);
    assert_eq!(synced.archived(1), Some(ArchivedBy::Hris));
    assert_eq!(synced.person(1).hris_id, Some(hid(1)));

    // Somebody who has not left claims the email: it is theirs.
    let here = employee(2).email("p1@acme.test");
    let synced = sync(&directory([by_hand(person(1))]), [left, here]);
    assert_eq!(synced.outcome(1), OutOfScope(Code::LeftBefore));
    assert_eq!(synced.outcome(2), Updated);
    assert_eq!(synced.person(1).hris_id, Some(hid(2)));
}

#[test]
fn people_added_by_hand_who_are_not_in_the_hris_are_never_touched() {
    let mut csv = by_hand(person(2));
    csv.source = Source::Csv;
    csv.end_date = Some(day(-5));
    let people = directory([by_hand(person(1)), csv.clone()]);
    let synced = sync(&people, [employee(3)]);
    assert_eq!(synced.person(1), &by_hand(person(1)));
    assert_eq!(synced.person(2), &csv);
    assert_eq!(synced.plan.findings, []);
}

#[test]
fn excluded_and_erased_employees_are_out_of_scope() {
    let mut people = directory([by_hand(person(1))]);
    people.excluded.insert(hid(1));
    people.erased.insert(hid(2));
    let synced = sync(&people, [employee(1), employee(2)]);
    assert_eq!(synced.outcome(1), OutOfScope(Code::Excluded));
    assert_eq!(synced.outcome(2), OutOfScope(Code::Erased));
    assert!(synced.plan.changes_nothing());
    // Not even leaving is applied: the admin's word stands until it is taken back.
    let synced = sync(&people, [employee(1).terminated()]);
    assert_eq!(synced.outcome(1), OutOfScope(Code::Excluded));
}

#[test]
fn the_same_employee_twice_counts_once() {
    let synced = sync(&directory([]), [employee(1), employee(2), employee(1)]);
    assert_eq!(synced.outcome(1), Added);
    assert_eq!(synced.plan.counts.employees, 2);
}

#[test]
fn an_employee_told_twice_and_differently_is_not_believed() {
    let copies = || [employee(1), employee(1).country("US")];
    let synced = sync(&directory([]), copies());
    assert_eq!(synced.outcome(1), Skipped(Code::DuplicateEmployee));
    let synced = sync(&directory([person(1)]), copies());
    assert_eq!(synced.outcome(1), Unchanged);
    assert_eq!(synced.flags(1), [Code::DuplicateEmployee]);
    assert_eq!(synced.person(1), &person(1));
    // Leaving needs both.
    let synced = sync(
        &directory([person(1)]),
        [employee(1), employee(1).terminated()],
    );
    assert_eq!(synced.outcome(1), Unchanged);
    let left = copies().map(crate::company::Draft::terminated);
    let synced = sync(&directory([person(1)]), left);
    assert_eq!(synced.outcome(1), Archived);
}

#[test]
fn reconnecting_finds_everybody_again() {
    // Disconnected people keep their ids: the same HRIS links by id, another by email.
    let people = || directory((1..4).map(person));
    let synced = sync(&people(), (1..4).map(employee));
    assert!(synced.plan.changes_nothing());
    let unlinked = directory((1..4).map(person).map(by_hand));
    let synced = sync(
        &unlinked,
        (1..4).map(|n| employee(n + 10).email(&format!("p{n}@acme.test"))),
    );
    assert_eq!(synced.after.people.len(), 3);
    for n in 1..4 {
        assert_eq!(synced.outcome(n + 10), Updated);
        assert_eq!(synced.person(n).hris_id, Some(hid(n + 10)));
    }
}

#[test]
fn a_field_that_the_hris_owns_overwrites_what_an_admin_typed() {
    let mut edited = person(1);
    edited.first_name = "Typed".into();
    edited.country = Some(crate::company::country("US"));
    edited.region = Some(crate::company::americas());
    edited.start_date = None;
    let synced = sync(&directory([edited]), [employee(1)]);
    assert_eq!(synced.outcome(1), Updated);
    assert_eq!(synced.person(1).first_name, "First1");
    assert_eq!(synced.person(1).country, person(1).country);
    assert_eq!(synced.person(1).region, person(1).region);
    assert_eq!(synced.person(1).start_date, person(1).start_date);
}

#[test]
fn somebody_new_with_the_name_of_somebody_added_by_hand_is_told_as_a_possible_double() {
    let here = with_email(by_hand(person(1)), "private@home.test");
    let synced = sync(
        &directory([here.clone(), person(2)]),
        [
            employee(1).named("FIRST1", "last1"),
            employee(2),
            // Linked people are told apart by their ids, and one name alone tells nothing.
            employee(3).named_like(2),
            employee(4).named("First1", "Else"),
        ],
    );
    assert_eq!(synced.flags(1), [Code::PossibleDouble]);
    assert_eq!(synced.made(1).email, "p1@acme.test");
    assert_eq!(synced.person(1), &here);
    let seen = synced.plan.findings.iter().map(|it| it.seen.as_str());
    assert_eq!(seen.collect::<Vec<_>>(), ["private@home.test"]);
    // Nobody who has left is meant, nor who leaves in this very run.
    let gone = archived(here.clone(), ArchivedBy::Admin);
    assert!(sync(&directory([gone]), [employee(1)]).flags(1).is_empty());
    let leaves = employee(9).email("private@home.test").terminated();
    let synced = sync(&directory([here]), [employee(1), leaves]);
    assert_eq!(synced.outcome(9), Archived);
    assert!(synced.flags(1).is_empty());
    // Whoever joins in this very run is no double of themself.
    let joins = sync(&directory([by_hand(person(1))]), [employee(1)]);
    assert!(joins.flags(1).is_empty());
}
