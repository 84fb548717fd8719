//! Who approves.

use domain::{ArchivedBy, Code, Status};
use hris::{ManagerRef, Seen};
use reconcile::Outcome::{Skipped, Unchanged, Updated};

use super::sync;
use crate::company::{
    acting_admin, archived, by_hand, day, directory, employee, hid, person, pid, with_email,
};

#[test]
fn the_order_of_people_and_their_managers_does_not_matter() {
    for roster in [
        [employee(1).manager(2), employee(2)],
        [employee(2), employee(1).manager(2)],
    ] {
        let synced = sync(&directory([]), roster);
        let manager = synced.made(2).id;
        assert_eq!(synced.made(1).approver, Some(manager));
        assert_eq!(synced.flags(1), []);
    }
}

#[test]
fn a_line_manager_replaces_whatever_approvers_there_are() {
    let mut known = person(1);
    known.approver = Some(pid(3));
    known.manual_approvers = vec![pid(4)];
    let people = directory([known, person(2), person(3), person(4)]);
    let roster = [
        employee(1).manager(2),
        employee(2),
        employee(3),
        employee(4),
    ];
    let synced = sync(&people, roster);
    assert_eq!(synced.outcome(1), Updated);
    assert_eq!(synced.person(1).approver, Some(pid(2)));
    assert!(synced.person(1).manual_approvers.is_empty());
}

#[test]
fn without_a_usable_manager_the_one_of_the_hris_goes_and_those_set_by_hand_stay() {
    let mut known = person(1);
    known.approver = Some(pid(3));
    known.manual_approvers = vec![pid(4)];
    let mut upcoming = person(5);
    upcoming.status = Status::Upcoming;
    upcoming.start_date = Some(day(3));
    let people = directory([
        known.clone(),
        archived(person(2), ArchivedBy::Hris),
        person(3),
        by_hand(person(4)),
        upcoming,
        person(6),
    ]);
    let others = || {
        [
            employee(2).terminated(),
            employee(3),
            employee(5).starts(day(3)),
            employee(6).terminated(),
            employee(7).with(|e| e.country = Seen::Null),
        ]
    };
    let unavailable: &[Code] = &[Code::ManagerUnavailable];
    let cases: [(&str, Seen<ManagerRef>, &[Code]); 8] = [
        ("nobody", Seen::Null, &[]),
        ("archived", Seen::Value(ManagerRef::Id(hid(2))), unavailable),
        ("upcoming", Seen::Value(ManagerRef::Id(hid(5))), unavailable),
        (
            "leaves in this run",
            Seen::Value(ManagerRef::Id(hid(6))),
            unavailable,
        ),
        ("skipped", Seen::Value(ManagerRef::Id(hid(7))), unavailable),
        ("unknown", Seen::Value(ManagerRef::Id(hid(99))), unavailable),
        (
            "unknown",
            Seen::Value(ManagerRef::Email("who@acme.test".into())),
            unavailable,
        ),
        (
            "themself",
            Seen::Value(ManagerRef::Id(hid(1))),
            &[Code::ManagerIsSelf],
        ),
    ];
    for (what, manager, flags) in cases {
        let told = employee(1).with(|e| e.manager = manager);
        let synced = sync(&people, others().into_iter().chain([told]));
        assert_eq!(synced.person(1).approver, None, "{what}");
        assert_eq!(synced.person(1).manual_approvers, [pid(4)], "{what}");
        assert_eq!(synced.flags(1), flags, "{what}");
        assert_eq!(synced.outcome(7), Skipped(Code::MissingCountry));
    }
    // What the HRIS does not tell stays.
    let told = employee(1).with(|e| e.manager = Seen::Absent);
    let synced = sync(&people, others().into_iter().chain([told]));
    assert_eq!(synced.person(1), &known);
    assert_eq!(synced.outcome(1), Unchanged);
}

#[test]
fn a_manager_who_appears_later_is_linked_then() {
    let told = || employee(1).manager(2);
    let first = sync(&directory([person(1)]), [told()]);
    assert_eq!(first.flags(1), [Code::ManagerUnavailable]);
    let second = sync(&first.after, [told(), employee(2)]);
    assert_eq!(second.outcome(1), Updated);
    assert_eq!(second.person(1).approver, Some(second.made(2).id));
    assert_eq!(second.flags(1), []);
}

#[test]
fn a_manager_who_comes_back_or_starts_in_this_run_approves() {
    let mut upcoming = person(2);
    upcoming.status = Status::Upcoming;
    upcoming.start_date = Some(day(0));
    for manager in [archived(person(2), ArchivedBy::Hris), upcoming] {
        let roster = [employee(1).manager(2), employee(2).starts(day(0))];
        let synced = sync(&directory([person(1), manager]), roster);
        assert_eq!(synced.person(2).status, Status::Active);
        assert_eq!(synced.person(1).approver, Some(pid(2)));
        assert_eq!(synced.flags(1), []);
    }
}

#[test]
fn a_manager_who_is_missing_from_the_roster_still_approves() {
    let synced = sync(&directory([person(1), person(2)]), [employee(1).manager(2)]);
    assert_eq!(synced.person(1).approver, Some(pid(2)));
    assert_eq!(synced.flags(1), []);
}

#[test]
fn a_manager_linked_by_email_in_this_run_approves() {
    let manual = by_hand(with_email(person(2), "boss@acme.test"));
    let boss = employee(8).email("boss@acme.test");
    let synced = sync(
        &directory([person(1), manual]),
        [employee(1).manager(8), boss],
    );
    assert_eq!(synced.person(1).approver, Some(pid(2)));
}

#[test]
fn a_manager_named_by_email_is_found_by_the_email_after_the_run() {
    let by_email = |email: &str| {
        let email = domain::text::email_key(email);
        employee(1).with(|e| e.manager = Seen::Value(ManagerRef::Email(email)))
    };
    let people = directory([person(1), person(2)]);
    let moved = employee(2).email("boss@acme.test");
    let synced = sync(&people, [by_email("Boss@acme.test"), moved]);
    assert_eq!(synced.person(1).approver, Some(pid(2)));
    let synced = sync(&people, [by_email("p1@acme.test"), employee(2)]);
    assert_eq!(synced.flags(1), [Code::ManagerIsSelf]);
}

#[test]
fn a_ring_of_managers_is_kept_and_everybody_in_it_is_flagged() {
    let people = directory((1..6).map(person));
    // 1 → 2 → 3 → 1, and 4 → 1 hangs on it; 5 stands alone.
    let roster = [
        employee(1).manager(2),
        employee(2).manager(3),
        employee(3).manager(1),
        employee(4).manager(1),
        employee(5),
    ];
    let synced = sync(&people, roster);
    for (n, manager) in [(1, 2), (2, 3), (3, 1), (4, 1)] {
        assert_eq!(synced.person(n).approver, Some(pid(manager)));
    }
    for n in 1..4 {
        assert_eq!(synced.flags(n), [Code::ManagerCycle]);
    }
    assert_eq!(synced.flags(4), []);
    assert_eq!(synced.flags(5), []);
}

#[test]
fn a_manager_who_leaves_is_nobodys_approver_any_more() {
    let team: Vec<_> = (1..4)
        .map(|n| {
            let mut person = person(n);
            person.approver = Some(pid(9));
            person
        })
        .collect();
    let people = directory(team.into_iter().chain([person(9)]));
    let roster = (1..4)
        .map(|n| employee(n).manager(9))
        .chain([employee(9).terminated()]);
    let synced = sync(&people, roster);
    for n in 1..4 {
        assert_eq!(synced.person(n).approver, None);
        assert_eq!(synced.flags(n), [Code::ManagerUnavailable]);
    }
}

#[test]
fn an_upcoming_person_has_an_approver_too() {
    let synced = sync(
        &directory([person(2)]),
        [employee(1).starts(day(3)).manager(2), employee(2)],
    );
    assert_eq!(synced.made(1).approver, Some(pid(2)));
}

#[test]
fn a_manager_gives_no_admin_rights() {
    let synced = sync(
        &directory([]),
        [employee(1).manager(2), employee(2).manager(2)],
    );
    assert!(
        synced
            .after
            .people
            .iter()
            .all(|person| !person.admin && !person.can_sign_in)
    );
}

#[test]
fn an_id_that_nobody_is_linked_to_any_more_is_nobodys_manager() {
    // The manager comes back under another id, and the HRIS still names the old one.
    let gone = archived(person(1), ArchivedBy::Hris);
    let back = employee(2).email("p1@acme.test").named_like(1);
    let synced = sync(
        &directory([gone, person(3)]),
        [back, employee(3).manager(1)],
    );
    assert_eq!(synced.person(1).hris_id, Some(hid(2)));
    assert_eq!(synced.person(3).approver, None);
    assert_eq!(synced.flags(3), [Code::ManagerUnavailable]);
}

#[test]
fn the_last_admin_kept_though_unlinked_is_nobodys_manager() {
    // The HRIS knows the admin, who was added by hand, only as a leaver: kept, and not linked.
    let admin = with_email(by_hand(acting_admin(person(1))), "p3@acme.test");
    let people = directory([admin, person(2)]);
    let synced = sync(&people, [employee(2).manager(3), employee(3).terminated()]);
    assert_eq!(synced.person(1).hris_id, None);
    assert_eq!(synced.person(2).approver, None);
    assert_eq!(synced.flags(2), [Code::ManagerUnavailable]);
}
