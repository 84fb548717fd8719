//! Who is meant: HRIS ids, emails, names, rehires.

use domain::{ArchivedBy, Code, Source, Status};
use hris::Seen;
use jiff::Timestamp;
use reconcile::Outcome::{
    Added, Archived, OutOfScope, Restored, Skipped, Unchanged, Upcoming, Updated,
};

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
fn a_leavers_email_goes_to_a_stranger_without_the_leavers_history() {
    let synced = sync(
        &directory([person(1)]),
        [employee(1).terminated(), employee(2).email("p1@acme.test")],
    );
    assert_eq!((synced.outcome(1), synced.outcome(2)), (Archived, Added));
    assert_eq!(synced.flags(2), [Code::EmailReused]);
    assert_eq!(synced.made(2).email, "p1@acme.test");

    let gone = archived(person(1), ArchivedBy::Hris);
    let synced = sync(
        &directory([gone.clone()]),
        [employee(2).email("p1@acme.test")],
    );
    assert_eq!(synced.outcome(2), Added);
    assert_eq!(synced.flags(2), [Code::EmailReused]);
    assert_eq!(synced.person(1), &gone);
}

#[test]
fn a_record_made_anew_under_another_id_keeps_its_person() {
    // Agreeing in one of the two names is enough, in any case.
    for (first, last) in [("First1", "Last1"), ("first1", "Wed"), ("Other", "LAST1")] {
        let synced = sync(
            &directory([person(1)]),
            [
                employee(1).terminated(),
                employee(2).email("p1@acme.test").named(first, last),
            ],
        );
        assert_eq!(
            synced.outcome(1),
            OutOfScope(Code::LeftBefore),
            "{first} {last}"
        );
        assert_eq!(synced.outcome(2), Updated);
        assert_eq!(synced.person(1).hris_id, Some(hid(2)));
        assert_eq!(synced.person(1).status, Status::Active);
        assert_eq!(synced.after.people.len(), 1);
    }
}

#[test]
fn a_record_made_anew_for_a_later_start_archives_its_person_until_then() {
    let new = employee(2)
        .email("p1@acme.test")
        .named_like(1)
        .starts(day(5));
    let synced = sync(&directory([person(1)]), [employee(1).terminated(), new]);
    assert_eq!((synced.outcome(1), synced.outcome(2)), (Archived, Upcoming));
    assert_eq!(synced.archived(1), Some(ArchivedBy::Hris));
    assert_eq!(synced.person(1).hris_id, Some(hid(2)));
    assert_eq!(synced.after.people.len(), 1);
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
fn a_rehire_under_the_same_id_comes_back() {
    for by in [ArchivedBy::Hris, ArchivedBy::EndDate] {
        let mut gone = archived(person(1), by);
        gone.end_date = Some(day(-100));
        let back = employee(1)
            .starts(day(-1))
            .department("7", "Sales")
            .manager(2);
        let synced = sync(&directory([gone, person(2)]), [back, employee(2)]);
        assert_eq!(synced.outcome(1), Restored);
        let person = synced.person(1);
        assert_eq!(person.status, Status::Active);
        assert_eq!((person.archived_by, person.archived_at), (None, None));
        assert_eq!(person.start_date, Some(day(-1)));
        assert_eq!(person.end_date, None);
        assert_eq!(person.group, Some(synced.group("Sales").id));
        assert_eq!(person.approver, Some(crate::company::pid(2)));
    }
}

#[test]
fn a_rehire_under_a_new_id_is_found_by_email_and_name() {
    let gone = archived(person(1), ArchivedBy::Hris);
    let new = employee(2).email("p1@acme.test");
    for (first, last) in [("FIRST1", "Married"), ("Other", "last1")] {
        for old in [None, Some(employee(1).terminated())] {
            let new = new.clone().named(first, last);
            let synced = sync(&directory([gone.clone()]), old.into_iter().chain([new]));
            assert_eq!(synced.outcome(2), Restored);
            assert_eq!(synced.person(1).hris_id, Some(hid(2)));
            assert_eq!(synced.after.people.len(), 1);
        }
    }
}

#[test]
fn an_archived_record_is_not_inherited_while_its_own_employee_is_here() {
    // Archived by an admin; the employee has another email by now.
    let gone = archived(person(1), ArchivedBy::Admin);
    let own = employee(1).email("other@acme.test");
    let new = employee(2).email("p1@acme.test").named_like(1);
    let synced = sync(&directory([gone.clone()]), [own, new]);
    assert_eq!(synced.outcome(1), Unchanged);
    assert_eq!(synced.outcome(2), Added);
    assert_eq!(synced.flags(2), [Code::EmailReused]);
    assert_eq!(synced.person(1), &gone);
}

#[test]
fn the_one_archived_last_is_the_one_who_comes_back() {
    let at = |n, second| {
        let mut gone = archived(with_email(person(n), "shared@acme.test"), ArchivedBy::Hris);
        gone.archived_at = Some(Timestamp::from_second(second).expect("an instant"));
        gone.last_name = "Last9".into();
        gone
    };
    let mut stranger = at(3, 300);
    stranger.last_name = "Else".into();
    let back = employee(9).email("shared@acme.test");
    let synced = sync(&directory([at(1, 100), at(2, 200), stranger]), [back]);
    assert_eq!(synced.outcome(9), Restored);
    assert_eq!(synced.person(2).hris_id, Some(hid(9)));
    assert_eq!(synced.archived(1), Some(ArchivedBy::Hris));
    assert_eq!(synced.archived(3), Some(ArchivedBy::Hris));
}

#[test]
fn a_rehire_with_a_start_ahead_stays_archived_until_that_day() {
    let gone = archived(person(1), ArchivedBy::EndDate);
    let same = employee(1).starts(day(1));
    let synced = sync(&directory([gone.clone()]), [same]);
    assert_eq!(synced.outcome(1), Upcoming);
    assert_eq!(synced.person(1), &gone);

    let new = employee(2)
        .email("p1@acme.test")
        .named_like(1)
        .starts(day(1));
    let synced = sync(&directory([gone]), [new]);
    assert_eq!(synced.outcome(2), Upcoming);
    assert_eq!(synced.archived(1), Some(ArchivedBy::EndDate));
    assert_eq!(synced.person(1).hris_id, Some(hid(2)));
}

#[test]
fn an_admins_own_archiving_stands() {
    let gone = archived(person(1), ArchivedBy::Admin);
    for told in [
        employee(1),
        employee(1).named("New", "Name"),
        employee(1).starts(day(3)),
    ] {
        let synced = sync(&directory([gone.clone()]), [told]);
        assert_eq!(synced.outcome(1), Unchanged);
        assert_eq!(synced.flags(1), [Code::ArchivedByAdmin]);
        assert_eq!(synced.person(1), &gone);
    }
    // Once the HRIS agrees, there is nothing to flag.
    let synced = sync(&directory([gone.clone()]), [employee(1).terminated()]);
    assert_eq!(synced.outcome(1), Unchanged);
    assert_eq!(synced.flags(1), []);
    // Under a new id the person is linked, and still stays out.
    let synced = sync(
        &directory([gone]),
        [employee(2).email("p1@acme.test").named_like(1)],
    );
    assert_eq!(synced.outcome(2), Updated);
    assert_eq!(synced.flags(2), [Code::ArchivedByAdmin]);
    assert_eq!(synced.archived(1), Some(ArchivedBy::Admin));
    assert_eq!(synced.person(1).hris_id, Some(hid(2)));
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
fn a_rehire_is_found_behind_whoever_had_the_email_meanwhile() {
    // Person 1 left long ago; person 2 had the email since and gives it up, one way or the other.
    let gone = archived(person(1), ArchivedBy::Hris);
    let since = with_email(person(2), "p1@acme.test");
    for gives_up in [
        employee(2).email("p1@acme.test").terminated(),
        employee(2).email("other@acme.test"),
    ] {
        let back = employee(3).email("p1@acme.test").named_like(1);
        let synced = sync(&directory([gone.clone(), since.clone()]), [gives_up, back]);
        assert_eq!(synced.outcome(3), Restored);
        assert_eq!(synced.person(1).hris_id, Some(hid(3)));
        assert_eq!(synced.after.people.len(), 2);
    }
}

#[test]
fn somebody_an_admin_kept_goes_over_to_the_record_made_anew() {
    let mut people = directory([person(1)]);
    people.past.keep.insert(person(1).id);
    let new = employee(2).email("p1@acme.test").named_like(1);
    let synced = sync(&people, [employee(1).terminated(), new]);
    assert_eq!(synced.outcome(2), Updated);
    assert_eq!(synced.person(1).hris_id, Some(hid(2)));
    assert_eq!(synced.person(1).status, Status::Active);
}

#[test]
fn somebody_an_admin_kept_stays_with_the_old_record_until_the_new_one_starts() {
    let mut people = directory([person(1)]);
    people.past.keep.insert(person(1).id);
    let new = employee(2)
        .email("p1@acme.test")
        .named_like(1)
        .starts(day(5));
    let synced = sync(&people, [employee(1).terminated(), new]);
    assert_eq!(synced.outcome(1), Unchanged);
    assert_eq!(synced.outcome(2), Skipped(Code::DuplicateEmail));
    assert_eq!(synced.person(1), &person(1));
}
