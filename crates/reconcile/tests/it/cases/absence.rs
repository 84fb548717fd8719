//! Who and what is not in the answer.

use domain::{ArchivedBy, Code, Policy, Status};
use hris::Seen;
use reconcile::Outcome::{Archived, OutOfScope, Skipped, Unchanged};

use super::{sync, sync_by, sync_roster};
use crate::company::{
    acting_admin, archived, by_hand, day, directory, employee, hid, named, person, pid, policy,
    whole,
};

fn flags_of_missing(synced: &super::Synced) -> Vec<(domain::HrisId, Code)> {
    let findings = synced.plan.findings.iter();
    findings
        .map(|finding| (finding.hris_id.clone().expect("linked"), finding.code))
        .collect()
}

#[test]
fn missing_from_the_pull_is_not_leaving() {
    let mut upcoming = person(3);
    upcoming.status = Status::Upcoming;
    upcoming.start_date = Some(day(4));
    let gone = archived(person(4), ArchivedBy::Hris);
    let people = [person(1), person(2), upcoming, gone, by_hand(person(5))];
    let synced = sync(&directory(people.clone()), [employee(1)]);
    assert!(synced.plan.changes_nothing());
    let missing = [
        (hid(2), Code::NotFoundInHris),
        (hid(3), Code::NotFoundInHris),
    ];
    assert_eq!(flags_of_missing(&synced), missing);
    assert_eq!(synced.plan.counts.flagged, 2);
    assert_eq!(synced.plan.counts.employees, 1);
    assert_eq!(synced.after.people, people);
}

#[test]
fn absence_says_nothing_where_only_some_were_asked_for() {
    let by = policy(|policy| policy.archive_missing_after_runs = Some(1));
    let people = directory([person(1), person(2)]);
    let synced = sync_roster(&by, &people, &named([employee(1)]));
    assert!(synced.plan.changes_nothing());
    assert!(synced.plan.findings.is_empty());
}

#[test]
fn the_policy_archives_whoever_was_missing_in_so_many_runs() {
    for (runs_before, limit, leaves) in [
        (0, 1, true),
        (0, 2, false),
        (1, 2, true),
        (1, 3, false),
        (2, 3, true),
        (9, 3, true),
    ] {
        let by = policy(|policy| policy.archive_missing_after_runs = Some(limit));
        let mut people = directory([person(1), person(2)]);
        people.past.missing_runs.insert(pid(2), runs_before);
        let synced = sync_by(&by, &people, [employee(1)]);
        let expected = leaves.then_some(ArchivedBy::Hris);
        assert_eq!(synced.archived(2), expected, "{runs_before} {limit}");
        assert_eq!(synced.plan.counts.archived_missing, u64::from(leaves));
        assert_eq!(synced.plan.counts.archived, 0, "no employee of the roster");
        assert_eq!(synced.plan.counts.employees, 1);
    }
}

#[test]
fn an_admin_who_declined_an_archiving_is_heard() {
    let mut people = directory([person(1), person(2)]);
    people.past.keep.insert(pid(1));
    people.past.keep.insert(pid(2));
    let by = policy(|policy| policy.archive_missing_after_runs = Some(1));
    let synced = sync_by(&by, &people, [employee(1).terminated()]);
    assert_eq!(synced.outcome(1), Unchanged);
    assert_eq!(synced.archived(1), None);
    assert_eq!(synced.archived(2), None);
}

#[test]
fn whoever_comes_back_to_the_answer_is_as_before() {
    let synced = sync(&directory([person(1)]), [employee(1)]);
    assert_eq!(synced.outcome(1), Unchanged);
    assert_eq!(synced.plan.findings, []);
}

#[test]
fn a_field_that_vanished_for_everybody_changes_nobody() {
    type Change = fn(&mut crate::company::Draft);
    let fields: [Change; 10] = [
        |draft| draft.e.first_name = Seen::Absent,
        |draft| draft.e.surname = Seen::Absent,
        |draft| draft.e.email = Seen::Absent,
        |draft| draft.e.start_date = Seen::Absent,
        |draft| draft.e.end_date = Seen::Absent,
        |draft| draft.e.lifecycle = Seen::Absent,
        |draft| draft.e.access = Seen::Absent,
        |draft| draft.e.manager = Seen::Absent,
        |draft| draft.department = Seen::Absent,
        |draft| draft.e.country = Seen::Absent,
    ];
    let mut people = directory((1..5).map(|n| {
        let mut person = person(n);
        person.group = Some(crate::company::gid(1));
        person.approver = (n > 1).then(|| pid(1));
        person.end_date = Some(day(90));
        person
    }));
    people.groups = vec![crate::company::group(1, "Sales", &["7"])];
    for (index, change) in fields.into_iter().enumerate() {
        let roster = (1..5).map(|n| {
            let mut draft = employee(n).department("7", "Sales").ends(day(90));
            if n > 1 {
                draft = draft.manager(1);
            }
            change(&mut draft);
            draft
        });
        let synced = sync(&people, roster);
        assert!(
            synced.plan.changes_nothing(),
            "field {index}: {:#?}",
            synced.plan.changes
        );
        assert_eq!(synced.plan.findings, [], "field {index}");
    }
}

#[test]
fn a_field_that_becomes_visible_flows() {
    let before = sync(
        &directory([]),
        [employee(1).with(|e| e.manager = Seen::Absent), employee(2)],
    );
    let after = sync(&before.after, [employee(1).manager(2), employee(2)]);
    let manager = after.linked(2).expect("linked").id;
    assert_eq!(after.linked(1).expect("linked").approver, Some(manager));
}

#[test]
fn absent_null_and_unreadable_are_three_things() {
    let mut leaving = person(1);
    leaving.end_date = Some(day(30));
    for (seen, end, flags) in [
        (Seen::Absent, Some(day(30)), &[][..]),
        (Seen::Null, None, &[]),
        (Seen::bad("-"), Some(day(30)), &[Code::InvalidDate]),
        (Seen::Value(day(31)), Some(day(31)), &[]),
    ] {
        let told = employee(1).with(|e| e.end_date = seen);
        let synced = sync(&directory([leaving.clone()]), [told]);
        assert_eq!(synced.person(1).end_date, end);
        assert_eq!(synced.flags(1), flags);
    }
}

#[test]
fn a_record_without_an_id_is_counted_and_skipped() {
    let mut roster = whole([employee(1)]);
    roster
        .unreadable
        .push("a number where the id should be".into());
    let synced = sync_roster(&Policy::default(), &directory([person(1)]), &roster);
    assert_eq!(synced.plan.counts.employees, 2);
    assert_eq!(synced.plan.counts.skipped, 1);
    assert_eq!(synced.plan.counts.unchanged, 1);
    let [finding] = synced.plan.findings.as_slice() else {
        panic!("one finding")
    };
    assert_eq!(finding.code, Code::UnreadableRecord);
    assert_eq!((&finding.hris_id, &finding.person), (&None, &None));
}

#[test]
fn the_last_admin_who_can_sign_in_is_never_archived() {
    let left = || employee(1).terminated();
    let synced = sync(&directory([acting_admin(person(1))]), [left()]);
    assert_eq!(synced.outcome(1), Unchanged);
    assert_eq!(synced.flags(1), [Code::LastAdmin]);
    assert_eq!(synced.person(1), &acting_admin(person(1)));
    // An admin who cannot sign in, is upcoming or archived does not count.
    let mut asleep = acting_admin(person(2));
    asleep.can_sign_in = false;
    let mut upcoming = acting_admin(person(3));
    upcoming.status = Status::Upcoming;
    upcoming.start_date = Some(day(1));
    let gone = archived(acting_admin(person(4)), ArchivedBy::Admin);
    let people = directory([acting_admin(person(1)), asleep, upcoming, gone]);
    let roster = [left(), employee(2), employee(3).starts(day(1)), employee(4)];
    assert_eq!(sync(&people, roster).flags(1), [Code::LastAdmin]);
    // With another one the admin leaves like everybody.
    let people = directory([acting_admin(person(1)), acting_admin(by_hand(person(2)))]);
    let synced = sync(&people, [left()]);
    assert_eq!(synced.archived(1), Some(ArchivedBy::Hris));
    assert_eq!(synced.flags(1), []);
}

#[test]
fn of_several_last_admins_the_one_with_the_latest_end_date_stays() {
    let people = directory((1..5).map(|n| acting_admin(person(n))));
    let roster = [
        employee(1).terminated(),
        employee(2).ends(day(-1)),
        employee(3).ends(day(-2)),
        employee(4).terminated().ends(day(-1)),
    ];
    let synced = sync(&people, roster);
    assert_eq!(
        synced.archived(2),
        None,
        "the latest, and of two the smaller id"
    );
    assert_eq!(synced.flags(2), [Code::LastAdmin]);
    for n in [1, 3, 4] {
        assert!(synced.archived(n).is_some(), "{n}");
    }
}

#[test]
fn the_last_admin_stays_with_the_old_record_until_the_one_made_anew_starts() {
    let people = directory([acting_admin(person(1))]);
    let roster = |start| {
        let new = employee(2).email("p1@acme.test").named_like(1);
        [employee(1).terminated(), new.starts(day(start))]
    };
    let synced = sync(&people, roster(5));
    assert_eq!(synced.outcome(2), Skipped(Code::DuplicateEmail));
    assert_eq!(synced.flags(1), [Code::LastAdmin]);
    assert_eq!(synced.person(1), &acting_admin(person(1)));

    let synced = sync(&people, roster(0));
    assert_eq!(synced.person(1).hris_id, Some(hid(2)));
    assert_eq!(synced.archived(1), None);
}

#[test]
fn the_last_admin_is_kept_from_being_archived_for_absence() {
    let by = policy(|policy| policy.archive_missing_after_runs = Some(1));
    let synced = sync_by(&by, &directory([acting_admin(person(1))]), [employee(2)]);
    assert_eq!(synced.archived(1), None);
    assert!(synced.flags(1).contains(&Code::LastAdmin));
    assert!(synced.flags(1).contains(&Code::NotFoundInHris));
}

#[test]
fn people_who_are_left_out_are_not_missing() {
    let mut people = directory([by_hand(person(1))]);
    people.excluded.insert(hid(1));
    let synced = sync(&people, [employee(1).terminated()]);
    assert_eq!(synced.outcome(1), OutOfScope(Code::Excluded));
    let synced = sync(&people, []);
    assert_eq!(synced.plan.findings, []);
}

#[test]
fn the_last_admin_goes_where_another_comes_back_or_starts_in_the_same_run() {
    let gone = archived(acting_admin(person(2)), ArchivedBy::Hris);
    let mut starting = acting_admin(person(2));
    starting.status = Status::Upcoming;
    for other in [gone, starting] {
        let people = directory([acting_admin(person(1)), other]);
        let synced = sync(&people, [employee(1).terminated(), employee(2)]);
        assert_eq!(synced.outcome(1), Archived);
        assert_eq!(synced.person(2).status, Status::Active);
        // One who does not get in is no help.
        let waits = employee(2).starts(day(5));
        let synced = sync(&people, [employee(1).terminated(), waits]);
        assert_eq!(synced.flags(1), [Code::LastAdmin]);
    }
}
