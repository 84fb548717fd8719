//! What stops a plan before the first write.

use domain::{ArchivedBy, HoldCode, Person, Policy, Status};
use hris::{Roster, Seen};
use reconcile::{Directory, Verdict, judge, judge_midnight, midnight, reconcile};

use crate::company::{
    Draft, TODAY, archived, by_hand, day, directory, employee, gid, group, named, person, pid,
    policy, whole, with_email,
};

pub(super) fn verdict(directory: &Directory, roster: &Roster, policy: &Policy) -> Verdict {
    judge(
        directory,
        roster,
        &reconcile(directory, roster, policy, TODAY),
        policy,
    )
}

/// The holds of a verdict: code, limit and number found.
#[track_caller]
pub(super) fn holds(verdict: &Verdict) -> Vec<(HoldCode, u64, u64)> {
    match verdict {
        Verdict::Apply => Vec::new(),
        Verdict::Hold(holds) => {
            assert!(holds.iter().all(|hold| !hold.detail.trim().is_empty()));
            holds
                .iter()
                .map(|hold| (hold.code, hold.limit, hold.found))
                .collect()
        }
        Verdict::Fail(problem) => panic!("{problem:?}"),
    }
}

/// One hold, or none where the number is within the limit.
pub(super) fn held(code: HoldCode, limit: u64, found: u64) -> Vec<(HoldCode, u64, u64)> {
    if found > limit {
        vec![(code, limit, found)]
    } else {
        Vec::new()
    }
}

/// A company of so many, in which the first so many differ from what is stored.
fn company(
    all: u32,
    changed: u32,
    stored: impl Fn(Person) -> Person,
    change: impl Fn(Draft) -> Draft,
) -> (Directory, Vec<Draft>) {
    let people = directory((0..all).map(person).map(stored));
    let drafts = (0..all).map(|n| {
        if n < changed {
            change(employee(n))
        } else {
            employee(n)
        }
    });
    (people, drafts.collect())
}

/// A limit is passed exactly at it and held one above.
fn at_the_limit(
    code: HoldCode,
    limits: &[(u32, u32)],
    case: impl Fn(u32, u32) -> (Directory, Vec<Draft>),
) {
    for (all, limit) in limits {
        for found in [limit - 1, *limit, limit + 1] {
            let (directory, drafts) = case(*all, found);
            let verdict = verdict(&directory, &whole(drafts), &Policy::default());
            let expected = held(code, u64::from(*limit), u64::from(found));
            assert_eq!(holds(&verdict), expected, "{code}: {found} of {all}");
        }
    }
}

#[test]
fn archiving_is_limited_to_five_people_or_a_tenth() {
    // The percentage is rounded down.
    let limits = [(20, 5), (50, 5), (59, 5), (60, 6), (100, 10), (109, 10)];
    at_the_limit(HoldCode::TooManyArchived, &limits, |all, found| {
        company(all, found, |person| person, Draft::terminated)
    });
}

#[test]
fn archiving_within_a_week_is_limited_to_ten_people_or_a_fifth() {
    for (all, before, now, limit) in [
        (60, 6, 4, 10),
        (60, 9, 3, 12),
        (60, 9, 4, 12),
        (40, 8, 2, 10),
        (40, 8, 3, 10),
        (40, 11, 0, 10),
    ] {
        let (mut directory, drafts) = company(all, now, |person| person, Draft::terminated);
        directory.past.archived_this_week = u64::from(before);
        let verdict = verdict(&directory, &whole(drafts), &Policy::default());
        let found = u64::from(before + now);
        // What happened is no reason to hold a plan that archives nobody.
        let expected = if now == 0 {
            Vec::new()
        } else {
            held(HoldCode::TooManyArchivedThisWeek, limit, found)
        };
        assert_eq!(holds(&verdict), expected, "{before} and {now} of {all}");
    }
}

#[test]
fn people_linked_in_this_very_run_count_as_well() {
    // Nobody was linked before: on the first connect, leavers are found by email.
    for found in [5, 6] {
        let (directory, drafts) = company(20, found, by_hand, Draft::terminated);
        let verdict = verdict(&directory, &whole(drafts), &Policy::default());
        let expected = held(HoldCode::TooManyArchived, 5, u64::from(found));
        assert_eq!(holds(&verdict), expected, "{found}");
    }
}

#[test]
fn a_tenth_is_one_of_the_active_people_linked_before_or_in_this_very_run() {
    // Half are linked already and half are found by email; so are a hundred archived people, who count for nothing.
    let gone = (500..600).map(|n| archived(by_hand(person(n)), ArchivedBy::Hris));
    let manual = (600..700).map(|n| by_hand(person(n)));
    let half = |n: u32| {
        let known = person(n);
        if n.is_multiple_of(2) {
            known
        } else {
            by_hand(known)
        }
    };
    let people = directory((0..60).map(half).chain(gone).chain(manual));
    for found in [6, 7] {
        // What else changes in them does not make them count twice.
        let here = (found..60).map(|n| employee(n).department("7", "Sales"));
        let left = (0..found).map(|n| employee(n).terminated());
        let roster = whole(left.chain(here).chain((500..600).map(employee)));
        let found = u64::from(found);
        let archived = holds(&verdict(&people, &roster, &Policy::default()));
        let archived: Vec<_> = archived
            .into_iter()
            .filter(|(code, ..)| *code == HoldCode::TooManyArchived)
            .collect();
        assert_eq!(archived, held(HoldCode::TooManyArchived, 6, found));
    }
}

#[test]
fn the_timer_is_limited_to_as_many_of_all_active_people() {
    let by = Policy::default();
    // Those added by hand leave and count like everybody; whoever is not active does not count.
    let gone = (500..600).map(|n| archived(person(n), ArchivedBy::Hris));
    let upcoming = (600..700).map(|n| {
        let mut upcoming = person(n);
        upcoming.status = Status::Upcoming;
        upcoming.start_date = Some(day(9));
        upcoming
    });
    let others: Vec<Person> = gone.chain(upcoming).collect();
    for (all, found, earlier, expected) in [
        (20, 5, 0, vec![]),
        (20, 6, 0, vec![(HoldCode::TooManyArchived, 5, 6)]),
        (60, 6, 6, vec![]),
        (60, 6, 7, vec![(HoldCode::TooManyArchivedThisWeek, 12, 13)]),
        (60, 7, 0, vec![(HoldCode::TooManyArchived, 6, 7)]),
        (60, 0, 50, vec![]),
    ] {
        let leaving = (0..all).map(|n| {
            let known = person(n);
            let mut person = if n.is_multiple_of(2) {
                known
            } else {
                by_hand(known)
            };
            person.end_date = (n < found).then(|| day(-1));
            person
        });
        let mut people = directory(leaving.chain(others.iter().cloned()));
        people.past.archived_this_week = earlier;
        let plan = midnight(&people, &by, TODAY);
        assert_eq!(plan.counts.archived, u64::from(found));
        let holds = judge_midnight(&people, &plan, &by);
        let holds: Vec<_> = holds
            .iter()
            .map(|hold| (hold.code, hold.limit, hold.found))
            .collect();
        assert_eq!(holds, expected, "{found} and {earlier} of {all}");
    }
}

#[test]
fn new_emails_and_ids_are_limited_to_five_people_or_a_twentieth() {
    at_the_limit(
        HoldCode::TooManyIdentityChanges,
        &[(20, 5), (119, 5), (120, 6)],
        |all, found| {
            company(
                all,
                found,
                |person| person,
                |mut draft| {
                    let id = draft.e.id.clone();
                    draft = draft.email(&format!("new-{id}@acme.test"));
                    draft
                },
            )
        },
    );
    // Other ids for the same people.
    at_the_limit(
        HoldCode::TooManyIdentityChanges,
        &[(20, 5)],
        |all, found| {
            let people = directory((0..all).map(person));
            let old = (0..all).map(|n| {
                if n < found {
                    employee(n).terminated()
                } else {
                    employee(n)
                }
            });
            let new = (0..found).map(|n| {
                employee(n + 1000)
                    .email(&format!("p{n}@acme.test"))
                    .named_like(n)
            });
            (people, old.chain(new).collect())
        },
    );
}

#[test]
fn linking_people_for_the_first_time_is_no_change_of_identity() {
    let (directory, drafts) = company(50, 0, by_hand, |draft| draft);
    assert_eq!(
        verdict(&directory, &whole(drafts), &Policy::default()),
        Verdict::Apply
    );
}

#[test]
fn new_approvers_are_limited_to_ten_people_or_half() {
    at_the_limit(
        HoldCode::TooManyApproverChanges,
        &[(15, 10), (20, 10), (40, 20), (41, 20)],
        |all, found| {
            let people = directory((0..all).map(|n| {
                let mut person = person(n);
                person.approver = (n > 0).then(|| pid(0));
                person
            }));
            // Those at the end, so that the two managers keep theirs.
            let drafts = (0..all).map(|n| match n {
                0 => employee(0),
                n if n >= all - found => employee(n).manager(1),
                n => employee(n).manager(0),
            });
            (people, drafts.collect())
        },
    );
}

#[test]
fn new_groups_are_limited_to_ten_people_or_half() {
    at_the_limit(
        HoldCode::TooManyGroupChanges,
        &[(15, 10), (20, 10), (40, 20), (41, 20)],
        |all, found| {
            let mut people = directory((0..all).map(|n| {
                let mut person = person(n);
                person.group = Some(gid(1));
                person
            }));
            people.groups = vec![group(1, "Sales", &["7"]), group(2, "Legal", &["8"])];
            let drafts = (0..all).map(|n| {
                let (id, name) = if n < found {
                    ("8", "Legal")
                } else {
                    ("7", "Sales")
                };
                employee(n).department(id, name)
            });
            (people, drafts.collect())
        },
    );
}

#[test]
fn a_renamed_department_counts_for_nothing() {
    let mut people = directory((0..50).map(|n| {
        let mut person = person(n);
        person.group = Some(gid(1));
        person
    }));
    people.groups = vec![group(1, "Sales", &["7"])];
    let roster = whole((0..50).map(|n| employee(n).department("7", "Revenue")));
    assert_eq!(
        verdict(&people, &roster, &Policy::default()),
        Verdict::Apply
    );
}

#[test]
fn new_people_are_limited_to_twenty_or_a_quarter_from_the_second_run_on() {
    for (all, found, limit) in [
        (20, 20, 20),
        (20, 21, 20),
        (80, 20, 20),
        (80, 21, 20),
        (100, 25, 25),
        (100, 26, 25),
    ] {
        for good_runs in [0, 1, 7] {
            let (mut directory, mut drafts) = company(all, 0, |person| person, |draft| draft);
            directory.past.good_runs = good_runs;
            // Upcoming ones count too, leavers and skipped ones do not.
            drafts.extend((1000..1000 + found).map(|n| {
                if n % 2 == 0 {
                    employee(n)
                } else {
                    employee(n).starts(crate::company::day(9))
                }
            }));
            drafts.extend((2000..2100).map(|n| employee(n).terminated()));
            drafts.push(employee(3000).with(|e| e.country = Seen::Null));
            let verdict = verdict(&directory, &whole(drafts), &Policy::default());
            let expected = if good_runs == 0 {
                Vec::new()
            } else {
                held(HoldCode::TooManyAdded, limit, u64::from(found))
            };
            assert_eq!(
                holds(&verdict),
                expected,
                "{found} to {all}, run {}",
                good_runs + 1
            );
        }
    }
}

#[test]
fn missing_people_are_limited_to_five_or_a_tenth() {
    at_the_limit(
        HoldCode::TooManyMissing,
        &[(20, 5), (59, 5), (60, 6), (100, 10)],
        |all, found| {
            let people = directory((0..all).map(person));
            (people, (found..all).map(employee).collect())
        },
    );
}

#[test]
fn people_added_by_hand_and_archived_ones_are_never_missing() {
    let gone = (100..150).map(|n| archived(person(n), ArchivedBy::Hris));
    let manual = (200..250).map(|n| by_hand(person(n)));
    let people = directory((0..3).map(person).chain(gone).chain(manual));
    let roster = whole((0..3).map(employee));
    assert_eq!(
        verdict(&people, &roster, &Policy::default()),
        Verdict::Apply
    );
}

#[test]
fn archiving_the_missing_is_limited_like_any_archiving() {
    let by = policy(|policy| {
        policy.archive_missing_after_runs = Some(1);
        policy.safeguards.missing_percent = 100;
    });
    for found in [5, 6] {
        let people = directory((0..20).map(person));
        let roster = whole((found..20).map(employee));
        let expected = held(HoldCode::TooManyArchived, 5, u64::from(found));
        assert_eq!(holds(&verdict(&people, &roster, &by)), expected, "{found}");
    }
}

#[test]
fn every_limit_is_a_setting() {
    let (directory, drafts) = company(20, 4, |person| person, Draft::terminated);
    let roster = whole(drafts);
    for (floor, percent, limit) in [(0, 0, 0), (3, 0, 3), (0, 15, 3), (3, 20, 4), (0, 100, 20)] {
        let by = policy(|policy| {
            policy.safeguards.archive_floor = floor;
            policy.safeguards.archive_percent = percent;
        });
        let expected = held(HoldCode::TooManyArchived, limit, 4);
        assert_eq!(
            holds(&verdict(&directory, &roster, &by)),
            expected,
            "{floor} {percent}"
        );
    }
}

#[test]
fn a_plan_above_several_limits_names_them_all() {
    let (directory, mut drafts) = company(40, 6, |person| person, Draft::terminated);
    for (n, draft) in drafts.iter_mut().enumerate().skip(20).take(7) {
        *draft = draft.clone().email(&format!("new{n}@acme.test"));
    }
    drafts.truncate(34);
    let verdict = verdict(&directory, &whole(drafts), &Policy::default());
    let mut found = holds(&verdict);
    found.sort();
    let mut expected = vec![
        (HoldCode::TooManyArchived, 5, 6),
        (HoldCode::TooManyIdentityChanges, 5, 7),
        (HoldCode::TooManyMissing, 5, 6),
    ];
    expected.sort();
    assert_eq!(found, expected);
}

#[test]
fn a_webhook_s_plan_is_judged_but_absence_plays_no_part_in_it() {
    let (mut directory, drafts) = company(60, 7, |person| person, Draft::terminated);
    directory.past.coverage = Some(whole(drafts.clone()).coverage);
    let by = Policy::default();
    let only = |n: usize| named(drafts.iter().take(n).cloned());
    assert_eq!(verdict(&directory, &only(1), &by), Verdict::Apply);
    assert_eq!(
        holds(&verdict(&directory, &only(7), &by)),
        [(HoldCode::TooManyArchived, 6, 7)]
    );
    // Nobody by that id, and an answer without a section, say nothing either.
    assert_eq!(verdict(&directory, &named([]), &by), Verdict::Apply);
    let blind = employee(30).with(|e| e.country = Seen::Absent);
    assert_eq!(verdict(&directory, &named([blind]), &by), Verdict::Apply);
}

#[test]
fn a_plan_that_changes_nothing_is_applied() {
    let (directory, drafts) = company(100, 0, |person| person, |draft| draft);
    assert_eq!(
        verdict(&directory, &whole(drafts), &Policy::default()),
        Verdict::Apply
    );
}

#[test]
fn emails_that_differ_in_case_only_are_no_change_of_identity() {
    let (directory, drafts) = company(
        20,
        20,
        |person| {
            let shout = person.email.to_uppercase();
            with_email(person, &shout)
        },
        |draft| draft,
    );
    assert_eq!(
        verdict(&directory, &whole(drafts), &Policy::default()),
        Verdict::Apply
    );
}
