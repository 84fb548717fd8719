//! Who may have which email: claims, swaps, chains and what stays out of reach.

use domain::{ArchivedBy, Code, Person};
use hris::Seen;
use reconcile::{
    Directory,
    Outcome::{Added, Archived, OutOfScope, Restored, Skipped, Unchanged, Upcoming, Updated},
};

use super::{sync, sync_by};
use crate::company::{
    archived, by_hand, day, directory, employee, hid, person, policy, with_email,
};

#[test]
fn a_changed_email_updates_the_same_person() {
    let synced = sync(
        &directory([person(1)]),
        [employee(1).email("New@acme.test")],
    );
    assert_eq!(synced.outcome(1), Updated);
    assert_eq!(synced.person(1).email, "New@acme.test");
    assert_eq!(synced.person(1).email_key, "new@acme.test");
    assert_eq!(synced.after.people.len(), 1);
}

#[test]
fn an_email_is_compared_without_case_and_stored_as_given() {
    for spelt in ["P1@ACME.test", "p1@Acme.Test"] {
        let synced = sync(&directory([person(1)]), [employee(1).email(spelt)]);
        assert_eq!(synced.outcome(1), Updated, "{spelt}");
        assert_eq!(synced.person(1).email, spelt);
        assert_eq!(synced.person(1).email_key, "p1@acme.test");

        let manual = directory([by_hand(person(1))]);
        let synced = sync(&manual, [employee(9).email(spelt)]);
        assert_eq!(synced.person(1).hris_id, Some(hid(9)), "{spelt}");
    }
}

#[test]
fn unicode_forms_of_one_email_are_one_email() {
    let manual = directory([by_hand(with_email(person(1), "zo\u{eb}@acme.test"))]);
    let synced = sync(&manual, [employee(1).email("ZOE\u{308}@acme.test")]);
    assert_eq!(synced.after.people.len(), 1);
    assert_eq!(synced.person(1).hris_id, Some(hid(1)));
}

#[test]
fn plus_addresses_are_different_emails() {
    let manual = directory([by_hand(with_email(person(1), "p+a@acme.test"))]);
    let synced = sync(&manual, [employee(1).email("p+b@acme.test")]);
    assert_eq!(synced.outcome(1), Added);
    assert_eq!(synced.after.people.len(), 2);
}

#[test]
fn two_employees_with_one_email_are_both_skipped() {
    let shared = |n| employee(n).email("shared@acme.test");
    let synced = sync(
        &directory([person(1)]),
        [shared(1).named("A", "B"), shared(2)],
    );
    assert_eq!(synced.outcome(1), Skipped(Code::DuplicateEmail));
    assert_eq!(synced.outcome(2), Skipped(Code::DuplicateEmail));
    assert_eq!(
        synced.person(1),
        &person(1),
        "nothing of somebody already here changes"
    );
    assert_eq!(synced.after.people.len(), 1);
}

#[test]
fn a_leaver_does_not_contend_for_an_email() {
    let shared = |n| employee(n).email("shared@acme.test");
    let synced = sync(&directory([]), [shared(1), shared(2).terminated()]);
    assert_eq!(synced.outcome(1), Added);
    assert_eq!(synced.outcome(2), OutOfScope(Code::LeftBefore));
}

#[test]
fn a_contested_email_does_not_keep_a_leaver_in() {
    let shared = |n| employee(n).email("shared@acme.test");
    let synced = sync(
        &directory([person(1)]),
        [shared(1).terminated(), shared(2), shared(3)],
    );
    assert_eq!(synced.outcome(1), Archived);
    assert_eq!(synced.outcome(2), Skipped(Code::DuplicateEmail));
    assert_eq!(synced.outcome(3), Skipped(Code::DuplicateEmail));

    // Not even where both could be the leaver's record made anew.
    let anew = |n| employee(n).email("p1@acme.test").named_like(1);
    let synced = sync(
        &directory([person(1)]),
        [employee(1).terminated(), anew(2), anew(3)],
    );
    assert_eq!(synced.outcome(1), Archived);
    assert_eq!(synced.outcome(2), Skipped(Code::DuplicateEmail));
    assert_eq!(synced.outcome(3), Skipped(Code::DuplicateEmail));
}

#[test]
fn an_excluded_employee_does_not_contend_for_an_email() {
    let mut directory = directory([]);
    directory.excluded.insert(hid(2));
    let shared = |n| employee(n).email("shared@acme.test");
    let synced = sync(&directory, [shared(1), shared(2)]);
    assert_eq!(synced.outcome(1), Added);
    assert_eq!(synced.outcome(2), OutOfScope(Code::Excluded));
}

#[test]
fn emails_swap_in_one_run() {
    let synced = sync(
        &directory([person(1), person(2)]),
        [
            employee(1).email("p2@acme.test"),
            employee(2).email("p1@acme.test"),
        ],
    );
    assert_eq!((synced.outcome(1), synced.outcome(2)), (Updated, Updated));
    assert_eq!(synced.person(1).email, "p2@acme.test");
    assert_eq!(synced.person(2).email, "p1@acme.test");
}

#[test]
fn emails_go_round_in_a_ring_of_five() {
    let people = (0..5).map(person);
    let moved = (0..5).map(|n| employee(n).email(&format!("p{}@acme.test", (n + 1) % 5)));
    let synced = sync(&directory(people), moved);
    for n in 0..5 {
        assert_eq!(
            synced.person(n).email,
            format!("p{}@acme.test", (n + 1) % 5)
        );
        assert_eq!(synced.flags(n), []);
    }
}

#[test]
fn a_chain_of_emails_moves_up_to_whoever_frees_the_last_one() {
    let chain = || {
        [
            employee(1).email("p2@acme.test"),
            employee(2).email("p3@acme.test"),
        ]
    };
    // The last one leaves: everybody moves.
    let people = directory([person(1), person(2), person(3)]);
    let synced = sync(
        &people,
        chain().into_iter().chain([employee(3).terminated()]),
    );
    assert_eq!(synced.person(1).email, "p2@acme.test");
    assert_eq!(synced.person(2).email, "p3@acme.test");

    // The last one stays, and the HRIS does not say with which email: nobody can move.
    let stays = employee(3).with(|e| e.email = Seen::Absent);
    let synced = sync(
        &people,
        chain().into_iter().chain([stays.named("New", "Name")]),
    );
    for n in [1, 2] {
        assert_eq!(synced.person(n).email, format!("p{n}@acme.test"));
        assert_eq!(synced.flags(n), [Code::EmailTaken]);
    }
    assert_eq!(synced.outcome(3), Updated);
}

#[test]
fn a_taken_email_is_skipped_and_the_rest_applied() {
    let people = directory([person(1), person(2)]);
    let synced = sync(
        &people,
        [employee(1).email("p2@acme.test").named("New", "Name")],
    );
    assert_eq!(synced.outcome(1), Updated);
    assert_eq!(synced.flags(1), [Code::EmailTaken]);
    assert_eq!(synced.person(1).email, "p1@acme.test");
    assert_eq!(synced.person(1).first_name, "New");
}

#[test]
fn a_taken_email_is_never_taken_from_somebody_added_by_hand() {
    let people = directory([person(1), by_hand(person(2))]);
    let synced = sync(&people, [employee(1).email("p2@acme.test")]);
    assert_eq!(synced.outcome(1), Unchanged);
    assert_eq!(synced.flags(1), [Code::EmailTaken]);
    assert_eq!(synced.person(2), &by_hand(person(2)));
}

#[test]
fn a_new_employee_with_the_email_of_somebody_linked_is_skipped() {
    // Whether that person is in the answer (with another email that is unseen) or missing from it.
    let here = employee(1).with(|e| e.email = Seen::Absent);
    let new = || employee(2).email("p1@acme.test");
    for roster in [vec![here, new()], vec![new()]] {
        let synced = sync(&directory([person(1)]), roster);
        assert_eq!(synced.outcome(2), Skipped(Code::DuplicateEmail));
        assert_eq!(synced.person(1), &person(1));
    }
}

#[test]
fn an_email_that_its_owner_gives_up_goes_to_a_new_person() {
    let synced = sync(
        &directory([person(1)]),
        [
            employee(1).email("other@acme.test"),
            employee(2).email("p1@acme.test"),
        ],
    );
    assert_eq!((synced.outcome(1), synced.outcome(2)), (Updated, Added));
    assert_eq!(synced.made(2).email, "p1@acme.test");
    assert_eq!(synced.flags(2), []);
}

#[test]
fn an_employee_told_twice_and_differently_still_contends_for_an_email() {
    let shared = |n| employee(n).email("shared@acme.test");
    let roster = [shared(1), shared(1).country("US"), shared(2)];
    let synced = sync(&directory([]), roster);
    assert_eq!(synced.outcome(1), Skipped(Code::DuplicateEmployee));
    assert_eq!(synced.outcome(2), Skipped(Code::DuplicateEmail));

    // For the email of each copy.
    let told = |email| employee(1).email(email);
    let roster = [
        told("one@acme.test"),
        told("two@acme.test"),
        employee(2).email("one@acme.test"),
        employee(3).email("two@acme.test"),
        employee(4).email("three@acme.test"),
    ];
    let synced = sync(&directory([]), roster);
    assert_eq!(synced.outcome(2), Skipped(Code::DuplicateEmail));
    assert_eq!(synced.outcome(3), Skipped(Code::DuplicateEmail));
    assert_eq!(synced.outcome(4), Added);
}

#[test]
fn somebody_elses_email_is_told_before_what_else_is_missing() {
    let new = employee(2).email("p1@acme.test").with(|e| {
        (e.first_name, e.surname) = (Seen::Null, Seen::Null);
        e.country = Seen::Null;
    });
    let holder = employee(1).with(|e| e.email = Seen::Absent);
    let synced = sync(&directory([person(1)]), [holder, new]);
    assert_eq!(synced.outcome(2), Skipped(Code::DuplicateEmail));
}

#[test]
fn whoever_comes_back_keeps_the_old_email_where_the_new_one_is_taken() {
    let gone = archived(person(1), ArchivedBy::Hris);
    let synced = sync(
        &directory([gone, by_hand(person(2))]),
        [employee(1).email("p2@acme.test")],
    );
    assert_eq!(synced.outcome(1), Restored);
    assert_eq!(synced.flags(1), [Code::EmailTaken]);
    assert_eq!(synced.person(1).email, "p1@acme.test");
}

#[test]
fn whoever_comes_back_without_a_free_email_has_to_wait() {
    let gone = archived(person(1), ArchivedBy::Hris);
    let taken = by_hand(with_email(person(2), "p1@acme.test"));
    let synced = sync(
        &directory([gone.clone(), taken.clone()]),
        [employee(1).with(|e| e.email = Seen::Absent)],
    );
    assert_eq!(synced.outcome(1), Skipped(Code::DuplicateEmail));
    assert_eq!(synced.person(1), &gone);
    assert_eq!(synced.person(2), &taken);
}

#[test]
fn whoever_comes_back_has_to_wait_where_the_new_and_the_old_email_are_taken() {
    let gone = archived(person(1), ArchivedBy::Hris);
    let taken = by_hand(with_email(person(3), "p1@acme.test"));
    let people = directory([gone.clone(), by_hand(person(2)), taken]);
    let synced = sync(&people, [employee(1).email("p2@acme.test")]);
    assert_eq!(synced.outcome(1), Skipped(Code::DuplicateEmail));
    assert_eq!(synced.person(1), &gone);
}

#[test]
fn whoever_comes_back_does_not_keep_an_old_email_that_somebody_else_gets() {
    let gone = |n| archived(with_email(person(n), "old@acme.test"), ArchivedBy::Hris);
    let here = by_hand(person(2));
    let back = |n| employee(n).email("p2@acme.test");
    let gets = || employee(3).email("old@acme.test");

    let synced = sync(&directory([gone(1), here.clone()]), [back(1), gets()]);
    assert_eq!(synced.outcome(1), Skipped(Code::DuplicateEmail));
    assert_eq!(synced.outcome(3), Added);

    // Two who come back with one old email wait for each other, whether somebody else gets it or not.
    let taken = by_hand(person(5));
    let people = directory([gone(1), here, gone(4), taken]);
    let both = || [back(1), employee(4).email("p5@acme.test")];
    for others in [vec![], vec![gets()]] {
        let synced = sync(&people, both().into_iter().chain(others));
        assert_eq!(synced.outcome(1), Skipped(Code::DuplicateEmail));
        assert_eq!(synced.outcome(4), Skipped(Code::DuplicateEmail));
    }
}

#[test]
fn whoever_comes_back_with_an_unseen_email_has_the_old_one_where_nobody_else_would() {
    let gone = |n| archived(with_email(person(n), "old@acme.test"), ArchivedBy::Hris);
    let back = |n| employee(n).with(|e| e.email = Seen::Absent);
    let synced = sync(&directory([gone(1)]), [back(1)]);
    assert_eq!(synced.outcome(1), Restored);
    assert_eq!(synced.person(1).email, "old@acme.test");

    let claims = employee(3).email("old@acme.test");
    let synced = sync(&directory([gone(1)]), [back(1), claims]);
    assert_eq!(synced.outcome(1), Skipped(Code::DuplicateEmail));
    assert_eq!(synced.outcome(3), Added);

    let synced = sync(&directory([gone(1), gone(2)]), [back(1), back(2)]);
    for n in [1, 2] {
        assert_eq!(synced.outcome(n), Skipped(Code::DuplicateEmail));
        assert_eq!(synced.person(n), &gone(n));
    }
}

/// Somebody archived whose record was made anew, and another who has their email by now.
fn namesake_behind(holder: Person) -> Directory {
    let gone = archived(with_email(person(1), "p2@acme.test"), ArchivedBy::Hris);
    directory([gone, holder])
}

#[test]
fn whoever_comes_back_later_waits_for_an_email_that_its_holder_keeps() {
    let back = || {
        let back = employee(3).email("p2@acme.test").named_like(1);
        back.starts(day(5))
    };
    let leaver = || employee(1).terminated();
    // Missing from the answer, or here and not to be changed: the email stays where it is.
    let silent = employee(2).with(|e| e.email = Seen::Absent);
    let contested = employee(2).email("p4@acme.test");
    let rival = employee(4).email("p4@acme.test");
    for roster in [
        vec![leaver(), back()],
        vec![leaver(), back(), silent],
        vec![leaver(), back(), contested, rival],
    ] {
        let synced = sync(&namesake_behind(person(2)), roster);
        assert_eq!(synced.outcome(3), Skipped(Code::DuplicateEmail));
        assert_eq!(synced.outcome(1), Unchanged);
        assert_eq!(synced.person(1).hris_id, Some(hid(1)));
    }
    // The holder's employee is left out: what they ask for counts for nothing.
    let mut people = namesake_behind(person(2));
    people.excluded.insert(hid(2));
    let out = employee(2).email("other@acme.test");
    let synced = sync(&people, [leaver(), back(), out]);
    assert_eq!(synced.outcome(3), Skipped(Code::DuplicateEmail));
    // Given up: the archived record is theirs.
    let roster = [leaver(), back(), employee(2).email("other@acme.test")];
    let synced = sync(&namesake_behind(person(2)), roster);
    assert_eq!(synced.outcome(3), Upcoming);
    assert_eq!(synced.person(1).hris_id, Some(hid(3)));
}

#[test]
fn a_leaver_keeps_the_record_that_nobody_else_can_have_after_all() {
    // The holder would give the email up, but cannot have the one they want.
    let back = employee(3).email("p2@acme.test").named_like(1);
    let wants = employee(2).email("p4@acme.test");
    let mut people = namesake_behind(person(2));
    people.people.push(by_hand(person(4)));
    let synced = sync(&people, [employee(1).terminated(), wants, back]);
    assert_eq!(synced.outcome(3), Skipped(Code::DuplicateEmail));
    assert_eq!(synced.flags(2), [Code::EmailTaken]);
    assert_eq!(synced.outcome(1), Unchanged);
    assert_eq!(synced.person(1).hris_id, Some(hid(1)));
}

#[test]
fn the_email_of_somebody_missing_for_long_goes_to_whoever_had_it_before() {
    let by = policy(|policy| policy.archive_missing_after_runs = Some(1));
    let back = || employee(3).email("p2@acme.test").named_like(1);
    let roster = [employee(1).terminated(), back()];
    let synced = sync_by(&by, &namesake_behind(person(2)), roster);
    assert_eq!(synced.archived(2), Some(ArchivedBy::Hris));
    assert_eq!(synced.outcome(3), Restored);
    assert_eq!(synced.person(1).hris_id, Some(hid(3)));
    // And to somebody new with a flag where nobody had.
    let synced = sync_by(&by, &directory([person(2)]), [back()]);
    assert_eq!(synced.outcome(3), Added);
    assert_eq!(synced.flags(3), [Code::EmailReused]);
    // Unless the name agrees too: the record was deleted and made anew.
    let anew = employee(3).email("p2@acme.test").named_like(2);
    let anew = anew.with(|e| e.start_date = Seen::Absent);
    let synced = sync_by(&by, &directory([person(2)]), [anew]);
    assert_eq!(synced.outcome(3), Updated);
    assert_eq!(synced.person(2).hris_id, Some(hid(3)));
    assert_eq!(synced.flags(2), []);
}

#[test]
fn whoever_comes_back_has_the_old_email_where_its_holder_gives_it_up() {
    let mut people = namesake_behind(person(2));
    people.people.push(by_hand(person(4)));
    let back = employee(1).email("p4@acme.test");
    // By moving to another one, or by leaving.
    let moves = employee(2).email("other@acme.test");
    for holder in [moves, employee(2).terminated()] {
        let synced = sync(&people, [back.clone(), holder]);
        assert_eq!(synced.outcome(1), Restored);
        assert_eq!(synced.flags(1), [Code::EmailTaken]);
        assert_eq!(synced.person(1).email, "p2@acme.test");
    }
    // The holder stays: there is no email to come back with.
    let synced = sync(&people, [back, employee(2)]);
    assert_eq!(synced.outcome(1), Skipped(Code::DuplicateEmail));
}
