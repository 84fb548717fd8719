//! Starting and leaving.

use domain::{ArchivedBy, Code, Status, policy::ArchiveAt};
use hris::Seen;
use jiff::civil::date;
use reconcile::Outcome::{
    Added, Archived, OutOfScope, Restored, Skipped, Unchanged, Upcoming, Updated,
};
use reconcile::reconcile;

use super::{sync, sync_by};
use crate::company::{
    Draft, access, apply_at, archived, by_hand, day, directory, employee, hid, lifecycle, noon,
    person, policy, whole,
};

fn upcoming(n: u32, start: i64) -> domain::Person {
    let mut person = person(n);
    person.status = Status::Upcoming;
    person.start_date = Some(day(start));
    person
}

#[test]
fn an_account_is_created_on_the_start_date_and_not_before() {
    for (start, outcome, status) in [
        (-1, Added, Status::Active),
        (0, Added, Status::Active),
        (1, Upcoming, Status::Upcoming),
    ] {
        let synced = sync(&directory([]), [employee(1).starts(day(start))]);
        assert_eq!(synced.outcome(1), outcome, "{start}");
        assert_eq!(synced.made(1).status, status);
    }
}

#[test]
fn an_upcoming_person_becomes_active_when_the_day_has_come() {
    let synced = sync(&directory([upcoming(1, 0)]), [employee(1).starts(day(0))]);
    assert_eq!(synced.outcome(1), Added);
    assert_eq!(synced.person(1).status, Status::Active);
    // Also when the start date moves to an earlier day.
    let synced = sync(&directory([upcoming(1, 30)]), [employee(1).starts(day(-1))]);
    assert_eq!(synced.outcome(1), Added);
    assert_eq!(synced.person(1).start_date, Some(day(-1)));
    // Also when the HRIS does not tell the date any more.
    let unseen = employee(1).with(|e| e.start_date = Seen::Absent);
    assert_eq!(
        sync(&directory([upcoming(1, 0)]), [unseen.clone()]).outcome(1),
        Added
    );
    assert_eq!(
        sync(&directory([upcoming(1, 1)]), [unseen]).outcome(1),
        Upcoming
    );
}

#[test]
fn an_upcoming_person_without_a_country_waits_for_it() {
    let mut waiting = upcoming(1, 5);
    (waiting.country, waiting.region) = (None, None);
    let without = |start| {
        employee(1)
            .starts(day(start))
            .with(|e| e.country = Seen::Null)
    };
    let synced = sync(&directory([]), [without(5)]);
    assert_eq!(synced.outcome(1), Upcoming);
    assert_eq!(synced.flags(1), [Code::MissingCountry]);
    let synced = sync(&directory([waiting.clone()]), [without(0)]);
    assert_eq!(synced.outcome(1), Skipped(Code::MissingCountry));
    assert_eq!(synced.person(1), &waiting, "nothing is written");
    // The country comes, or an admin has set one by hand.
    let synced = sync(&directory([waiting.clone()]), [employee(1).starts(day(0))]);
    assert_eq!(synced.outcome(1), Added);
    let synced = sync(&directory([upcoming(1, 5)]), [without(0)]);
    assert_eq!(synced.outcome(1), Added);
    assert_eq!(synced.flags(1), [Code::MissingCountry]);
}

#[test]
fn an_upcoming_person_comes_with_the_name_and_the_country_that_are_stored() {
    let nameless = || {
        let told = employee(1).starts(day(0));
        told.with(|e| (e.first_name, e.surname) = (Seen::Null, Seen::Null))
    };
    for (first, last) in [("", ""), ("First1", ""), ("", "Last1"), ("First1", "Last1")] {
        let mut waiting = upcoming(1, 0);
        (waiting.first_name, waiting.last_name) = (first.into(), last.into());
        let expected = match (first, last) {
            ("", "") => Skipped(Code::MissingName),
            _ => Added,
        };
        let synced = sync(&directory([waiting]), [nameless()]);
        assert_eq!(synced.outcome(1), expected, "{first:?} {last:?}");
    }

    let placeless = || {
        let told = employee(1).starts(day(0));
        told.with(|e| e.country = Seen::Null)
    };
    for (has_country, has_region) in [(false, false), (true, false), (false, true)] {
        let mut waiting = upcoming(1, 0);
        waiting.country = waiting.country.filter(|_| has_country);
        waiting.region = waiting.region.filter(|_| has_region);
        let expected = if has_country || has_region {
            Added
        } else {
            Skipped(Code::MissingCountry)
        };
        let synced = sync(&directory([waiting]), [placeless()]);
        assert_eq!(synced.outcome(1), expected, "{has_country} {has_region}");
    }
}

#[test]
fn an_upcoming_person_is_kept_up_to_date() {
    let changed = employee(1)
        .starts(day(9))
        .named("New", "Name")
        .country("US");
    let synced = sync(&directory([upcoming(1, 5)]), [changed]);
    assert_eq!(synced.outcome(1), Upcoming);
    assert_eq!(synced.person(1).start_date, Some(day(9)));
    assert_eq!(synced.person(1).first_name, "New");
    assert_eq!(synced.person(1).status, Status::Upcoming);
}

#[test]
fn an_upcoming_person_needs_a_name_and_an_email_of_their_own() {
    let ahead = |n| employee(n).starts(day(5));
    for (told, code) in [
        (ahead(1).with(|e| e.email = Seen::Null), Code::MissingEmail),
        (
            ahead(1).with(|e| e.email = Seen::bad("x")),
            Code::InvalidEmail,
        ),
        (
            ahead(1).with(|e| (e.first_name, e.surname) = (Seen::Null, Seen::Null)),
            Code::MissingName,
        ),
        (ahead(1).email("p2@acme.test"), Code::DuplicateEmail),
    ] {
        let synced = sync(&directory([person(2)]), [told, employee(2)]);
        assert_eq!(synced.outcome(1), Skipped(code));
    }
}

#[test]
fn an_active_person_never_goes_back_to_upcoming() {
    let synced = sync(&directory([person(1)]), [employee(1).starts(day(1))]);
    assert_eq!(synced.outcome(1), Updated);
    assert_eq!(synced.flags(1), [Code::StartDateMoved]);
    assert_eq!(synced.person(1).status, Status::Active);
    assert_eq!(synced.person(1).start_date, Some(day(1)));
}

#[test]
fn the_last_day_is_worked_unless_the_policy_says_otherwise() {
    let begin = policy(|policy| policy.archive_at = ArchiveAt::StartOfDay);
    let end = policy(|_| {});
    for (ends, at, leaves) in [
        (-1, &end, true),
        (0, &end, false),
        (1, &end, false),
        (-1, &begin, true),
        (0, &begin, true),
        (1, &begin, false),
    ] {
        let synced = sync_by(at, &directory([person(1)]), [employee(1).ends(day(ends))]);
        let expected = if leaves { Archived } else { Updated };
        assert_eq!(synced.outcome(1), expected, "{ends} {at:?}");
        assert_eq!(synced.archived(1), leaves.then_some(ArchivedBy::EndDate));
        assert_eq!(synced.person(1).end_date, Some(day(ends)));
    }
}

#[test]
fn terminated_archives_at_once_and_an_end_date_of_today_decides() {
    let begin = policy(|policy| policy.archive_at = ArchiveAt::StartOfDay);
    let end = policy(|_| {});
    for (ends, at, leaves) in [
        (None, &end, true),
        (Some(-90), &end, true),
        (Some(-1), &end, true),
        (Some(0), &end, false),
        (Some(1), &end, true),
        (Some(0), &begin, true),
        (Some(1), &begin, true),
    ] {
        let mut told = employee(1).terminated();
        if let Some(ends) = ends {
            told = told.ends(day(ends));
        }
        let synced = sync_by(at, &directory([person(1)]), [told]);
        assert_eq!(
            synced.archived(1),
            leaves.then_some(ArchivedBy::Hris),
            "{ends:?} {at:?}"
        );
        assert_eq!(synced.person(1).end_date, ends.map(day));
    }
}

#[test]
fn status_words_are_compared_without_case() {
    for word in ["terminated", "TERMINATED", "Terminated", " terminated "] {
        let synced = sync(&directory([person(1)]), [employee(1).status(word)]);
        assert_eq!(synced.outcome(1), Archived, "{word:?}");
    }
}

#[test]
fn leave_is_not_leaving() {
    for word in [
        "Garden leave",
        "Parental leave",
        "hired",
        "EMPLOYED",
        "Sabbatical leave",
    ] {
        let synced = sync(&directory([person(1)]), [employee(1).status(word)]);
        assert_eq!(synced.outcome(1), Unchanged, "{word:?}");
        assert_eq!(synced.flags(1), [], "{word:?}");
    }
}

#[test]
fn an_unknown_status_changes_nothing_and_is_flagged() {
    let synced = sync(&directory([person(1)]), [employee(1).status("Abducted")]);
    assert_eq!(synced.outcome(1), Unchanged);
    assert_eq!(synced.flags(1), [Code::UnknownStatus]);
}

#[test]
fn an_unknown_or_unseen_status_brings_nobody_back() {
    let gone = archived(person(1), ArchivedBy::Hris);
    let word = |seen| employee(1).with(|e| e.lifecycle = seen);
    for (seen, flags) in [
        (lifecycle("Abducted"), &[Code::UnknownStatus][..]),
        (Seen::Absent, &[]),
        (Seen::Null, &[]),
    ] {
        let synced = sync(&directory([gone.clone()]), [word(seen)]);
        assert_eq!(synced.outcome(1), Unchanged);
        assert_eq!(synced.flags(1), flags);
        assert_eq!(synced.person(1), &gone);
    }
    // Whom the end date archived comes back by the end date.
    let mut gone = archived(person(1), ArchivedBy::EndDate);
    gone.end_date = Some(day(-3));
    let synced = sync(&directory([gone]), [word(Seen::Absent).ends(day(3))]);
    assert_eq!(synced.outcome(1), Restored);
}

#[test]
fn inactive_access_alone_is_flagged_and_leaves_only_by_policy() {
    let inactive = || employee(1).with(|e| e.access = access("Inactive"));
    let synced = sync(&directory([person(1)]), [inactive()]);
    assert_eq!(synced.outcome(1), Unchanged);
    assert_eq!(synced.flags(1), [Code::InactiveInHris]);
    let by = policy(|policy| policy.archive_inactive = true);
    let synced = sync_by(&by, &directory([person(1)]), [inactive()]);
    assert_eq!(synced.outcome(1), Archived);
    // Whose access waits for the start has not left.
    for waits in [inactive().starts(day(4)), inactive().status("Hired")] {
        let synced = sync_by(&by, &directory([person(1)]), [waits]);
        assert_eq!(synced.archived(1), None);
    }
    // Only somebody who is here can be inactive.
    let synced = sync(&directory([]), [inactive().starts(day(4))]);
    assert_eq!(synced.outcome(1), Upcoming);
    assert_eq!(synced.flags(1), []);
}

#[test]
fn a_rescinded_termination_keeps_or_restores() {
    let mut leaving = person(1);
    leaving.end_date = Some(day(2));
    let synced = sync(&directory([leaving.clone()]), [employee(1)]);
    assert_eq!(synced.outcome(1), Updated);
    assert_eq!(synced.person(1).end_date, None);
    leaving.end_date = Some(day(-2));
    let synced = sync(
        &directory([archived(leaving, ArchivedBy::EndDate)]),
        [employee(1)],
    );
    assert_eq!(synced.outcome(1), Restored);
    assert_eq!(synced.person(1).end_date, None);
}

#[test]
fn a_known_end_date_counts_where_the_hris_says_nothing_or_nonsense() {
    let mut leaving = person(1);
    leaving.end_date = Some(day(-1));
    for seen in [Seen::Absent, Seen::bad("soon")] {
        let told = employee(1).with(|e| e.end_date = seen);
        let synced = sync(&directory([leaving.clone()]), [told]);
        assert_eq!(synced.archived(1), Some(ArchivedBy::EndDate));
        assert_eq!(synced.person(1).end_date, Some(day(-1)));
    }
    let mut later = person(1);
    later.end_date = Some(day(3));
    let told = employee(1).with(|e| e.end_date = Seen::bad("soon"));
    let synced = sync(&directory([later.clone()]), [told]);
    assert_eq!(synced.person(1), &later);
    assert_eq!(synced.flags(1), [Code::InvalidDate]);
}

#[test]
fn an_end_before_the_start_belongs_to_an_earlier_employment() {
    let earlier = || employee(1).starts(day(-10)).ends(day(-20));
    let mut known = person(1);
    known.start_date = Some(day(-10));
    let synced = sync(&directory([known]), [earlier()]);
    assert_eq!(synced.outcome(1), Unchanged);
    assert_eq!(synced.flags(1), [Code::EndBeforeStart]);
    assert_eq!(synced.person(1).end_date, None);
    // Terminated is terminated, whatever the dates.
    let synced = sync(&directory([person(1)]), [earlier().terminated()]);
    assert_eq!(synced.outcome(1), Archived);
    // It also brings somebody back.
    let mut gone = archived(person(1), ArchivedBy::EndDate);
    gone.end_date = Some(day(-20));
    let synced = sync(&directory([gone]), [earlier()]);
    assert_eq!(synced.outcome(1), Restored);
    // A new person is skipped.
    assert_eq!(
        sync(&directory([]), [earlier()]).outcome(1),
        Skipped(Code::EndBeforeStart)
    );
}

#[test]
fn a_start_and_end_on_one_day_is_one_day() {
    let one_day = |offset| employee(1).starts(day(offset)).ends(day(offset));
    assert_eq!(sync(&directory([]), [one_day(0)]).outcome(1), Added);
    assert_eq!(sync(&directory([]), [one_day(1)]).outcome(1), Upcoming);
    assert_eq!(
        sync(&directory([]), [one_day(-1)]).outcome(1),
        OutOfScope(Code::LeftBefore)
    );
}

#[test]
fn leavers_who_were_never_here_are_never_made() {
    for left in [
        employee(1).terminated(),
        employee(1).ends(day(-1)),
        employee(1).terminated().with(|e| e.email = Seen::Null),
        employee(1).terminated().starts(day(9)),
    ] {
        let synced = sync(&directory([]), [left]);
        assert_eq!(synced.outcome(1), OutOfScope(Code::LeftBefore));
        assert!(synced.plan.changes_nothing());
    }
}

#[test]
fn a_starter_who_withdraws_is_archived() {
    let synced = sync(
        &directory([upcoming(1, 5)]),
        [employee(1).starts(day(5)).terminated()],
    );
    assert_eq!(synced.outcome(1), Archived);
    assert_eq!(synced.archived(1), Some(ArchivedBy::Hris));
}

#[test]
fn leaving_changes_nothing_but_the_leaving() {
    let told = employee(1)
        .terminated()
        .ends(day(-3))
        .named("New", "Name")
        .email("new@acme.test")
        .country("US")
        .department("7", "Sales");
    let synced = sync(&directory([person(1)]), [told.clone()]);
    let mut expected = archived(person(1), ArchivedBy::Hris);
    expected.end_date = Some(day(-3));
    expected.archived_at = Some(noon());
    expected.updated_at = noon();
    expected.version = 2;
    assert_eq!(synced.person(1), &expected);
    // Whoever is archived already is left alone.
    let gone = archived(person(1), ArchivedBy::EndDate);
    let synced = sync(&directory([gone.clone()]), [told]);
    assert_eq!(synced.outcome(1), Unchanged);
    assert_eq!(synced.person(1), &gone);
}

#[test]
fn nothing_keeps_a_leaver_in() {
    type Change = fn(&mut hris::Employee);
    let troubles: [Change; 6] = [
        |e| e.email = Seen::bad("x"),
        |e| e.email = Seen::Null,
        |e| (e.first_name, e.surname) = (Seen::Null, Seen::Null),
        |e| e.start_date = Seen::bad("x"),
        |e| e.country = Seen::Null,
        |e| e.end_date = Seen::bad("x"),
    ];
    for trouble in troubles {
        let synced = sync(
            &directory([person(1)]),
            [employee(1).terminated().with(trouble)],
        );
        assert_eq!(synced.outcome(1), Archived);
    }
}

#[test]
fn a_leap_day_is_a_day() {
    let leap = date(2028, 2, 29);
    let roster = |draft: Draft| whole([draft]);
    let by = policy(|_| {});
    for (today, outcome) in [
        (date(2028, 2, 28), Upcoming),
        (leap, Added),
        (date(2028, 3, 1), Added),
    ] {
        let plan = reconcile(
            &directory([]),
            &roster(employee(1).starts(leap)),
            &by,
            today,
        );
        assert_eq!(plan.outcomes, [(hid(1), outcome)]);
    }
    let people = directory([person(1)]);
    for (today, outcome) in [(leap, Updated), (date(2028, 3, 1), Archived)] {
        let plan = reconcile(&people, &roster(employee(1).ends(leap)), &by, today);
        assert_eq!(plan.outcomes, [(hid(1), outcome)]);
    }
}

#[test]
fn a_later_day_previews_what_the_same_roster_does_then() {
    let roster = whole([employee(1).starts(day(3)), employee(2).ends(day(2))]);
    let people = directory([person(2)]);
    let by = policy(|_| {});
    let outcomes = |offset| {
        let plan = reconcile(&people, &roster, &by, day(offset));
        [plan.outcomes[0].1, plan.outcomes[1].1]
    };
    assert_eq!(outcomes(0), [Upcoming, Updated]);
    assert_eq!(outcomes(3), [Added, Archived]);
}

#[test]
fn a_backdated_termination_archives_now_with_its_true_date() {
    let synced = sync(&directory([person(1)]), [employee(1).ends(day(-120))]);
    assert_eq!(synced.outcome(1), Archived);
    assert_eq!(synced.person(1).end_date, Some(day(-120)));
    assert_eq!(synced.person(1).archived_at, Some(noon()));
}

#[test]
fn an_unlinked_upcoming_person_becomes_active_when_linked_on_the_day() {
    let mut manual = by_hand(upcoming(1, 2));
    manual.start_date = Some(day(2));
    let synced = sync(&directory([manual]), [employee(1).starts(day(0))]);
    assert_eq!(synced.person(1).status, Status::Active);
    assert_eq!(synced.person(1).hris_id, Some(hid(1)));
}

#[test]
fn who_was_archived_comes_back_only_once() {
    let gone = archived(person(1), ArchivedBy::Hris);
    let roster = whole([employee(1)]);
    let by = policy(|_| {});
    let people = directory([gone]);
    let back = apply_at(&reconcile(&people, &roster, &by, day(0)), &people, noon());
    assert_eq!(
        reconcile(&back, &roster, &by, day(0)).outcomes,
        [(hid(1), Unchanged)]
    );
}

#[test]
fn an_upcoming_person_without_a_country_is_flagged_until_the_day() {
    for seen in [Seen::Null, Seen::Absent] {
        let told = employee(1).starts(day(5)).with(|e| e.country = seen);
        let first = sync(&directory([]), [told.clone()]);
        assert_eq!(first.flags(1), [Code::MissingCountry]);
        let second = sync(&first.after, [told]);
        assert_eq!(second.outcome(1), Upcoming);
        assert_eq!(second.flags(1), [Code::MissingCountry]);
    }
}

#[test]
fn an_upcoming_person_whose_record_is_made_anew_stays_upcoming() {
    let new = employee(2)
        .email("p1@acme.test")
        .named_like(1)
        .starts(day(5));
    let synced = sync(
        &directory([upcoming(1, 3)]),
        [employee(1).starts(day(3)).terminated(), new],
    );
    assert_eq!(synced.outcome(1), OutOfScope(Code::LeftBefore));
    assert_eq!(synced.outcome(2), Upcoming);
    assert_eq!(synced.person(1).status, Status::Upcoming);
    assert_eq!(synced.person(1).hris_id, Some(hid(2)));
    assert_eq!(synced.person(1).start_date, Some(day(5)));
}
