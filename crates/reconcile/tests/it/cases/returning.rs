//! Who comes back: rehires, records made anew, and what an archived person hands on to nobody.

use domain::{ArchivedBy, Code, Status};
use jiff::Timestamp;
use reconcile::Outcome::{
    Added, Archived, OutOfScope, Restored, Skipped, Unchanged, Upcoming, Updated,
};

use super::sync;
use crate::company::{archived, by_hand, day, directory, employee, hid, person, with_email};

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

#[test]
fn a_leaver_with_the_email_of_somebody_unlinked_hands_no_record_on() {
    // Else they would be nobody's employee afterwards, and the next run would take them for that one.
    let hand = with_email(by_hand(person(9)), "other@acme.test");
    let old = employee(1).email("other@acme.test").terminated();
    let gone = archived(person(1), ArchivedBy::Hris);
    for (known, outcome) in [(person(1), Archived), (gone, Unchanged)] {
        for start in [day(-3), day(5)] {
            let new = employee(2).email("p1@acme.test").named_like(1);
            let people = directory([known.clone(), hand.clone()]);
            let synced = sync(&people, [old.clone(), new.starts(start)]);
            assert_eq!(synced.outcome(1), outcome);
            assert_eq!(synced.person(1).hris_id, Some(hid(1)));
            assert_eq!(synced.person(9), &hand);
            assert_eq!(synced.flags(2), [Code::EmailReused]);
        }
    }
}
