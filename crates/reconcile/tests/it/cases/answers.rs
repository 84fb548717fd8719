//! What an admin answered to a hold stands until the HRIS says something else of that person.

use domain::{ArchivedBy, Code, Hold, HoldCode, Policy, Status};
use reconcile::{
    Concern, Directory, Outcome, Reason, Verdict, concerns, judge, midnight, reconcile,
};

use super::sync;
use crate::company::{Draft, TODAY, day, directory, employee, hid, person, pid, policy, whole};

fn hold(code: HoldCode) -> Vec<Hold> {
    vec![Hold {
        code,
        limit: 0,
        found: 1,
        detail: String::new(),
    }]
}

/// What an admin answers who turns down this plan for this reason.
fn answers(directory: &Directory, drafts: &[Draft], code: HoldCode) -> Vec<Concern> {
    let roster = whole(drafts.iter().cloned());
    let plan = reconcile(directory, &roster, &Policy::default(), TODAY);
    concerns(directory, Some(&roster), &plan, &hold(code))
}

fn answered(mut directory: Directory, answers: Vec<Concern>) -> Directory {
    directory.past.answers = answers;
    directory
}

/// The directory after an admin turned this plan down for this reason.
fn turned_down(directory: Directory, drafts: &[Draft], code: HoldCode) -> Directory {
    let answers = answers(&directory, drafts, code);
    assert!(!answers.is_empty(), "nothing was asked");
    answered(directory, answers)
}

/// Turned down, it is not planned again; once the HRIS says something else, it is.
fn stands_until_the_hris_says_otherwise(code: HoldCode, people: &Directory, drafts: &[Draft]) {
    let roster = |drafts: &[Draft]| whole(drafts.iter().cloned());
    let changes = |directory: &Directory, drafts: &[Draft]| {
        let plan = reconcile(directory, &roster(drafts), &Policy::default(), TODAY);
        plan.changes.len()
    };
    assert_eq!(changes(people, drafts), 1, "{code}: the change itself");
    let answered = turned_down(people.clone(), drafts, code);
    assert_eq!(changes(&answered, drafts), 0, "{code}: turned down");

    let mut otherwise = drafts.to_vec();
    otherwise[0] = otherwise[0].clone().named("Another", "Name");
    let plan = reconcile(&answered, &roster(&otherwise), &Policy::default(), TODAY);
    let fresh = reconcile(people, &roster(&otherwise), &Policy::default(), TODAY);
    assert_eq!(plan.changes, fresh.changes, "{code}: another record");
}

#[test]
fn an_archiving_that_was_turned_down_is_not_planned_again() {
    stands_until_the_hris_says_otherwise(
        HoldCode::TooManyArchived,
        &directory((1..4).map(person)),
        &[employee(1).terminated(), employee(2), employee(3)],
    );
}

#[test]
fn another_email_that_was_turned_down_is_not_planned_again() {
    stands_until_the_hris_says_otherwise(
        HoldCode::TooManyIdentityChanges,
        &directory((1..4).map(person)),
        &[employee(1).email("new@acme.test"), employee(2), employee(3)],
    );
}

#[test]
fn whoever_keeps_an_email_by_an_admin_s_word_does_not_give_it_up() {
    let people = directory([person(1), person(2)]);
    let drafts = [
        employee(1).email("p2@acme.test"),
        employee(2).email("p1@acme.test"),
    ];
    let mut answers = answers(&people, &drafts, HoldCode::TooManyIdentityChanges);
    answers.retain(|answer| answer.subject == hid(1).as_str());
    let synced = sync(&answered(people, answers), drafts);
    assert_eq!(synced.person(1).email, "p1@acme.test");
    assert_eq!(synced.person(2).email, "p2@acme.test");
    assert_eq!(synced.flags(2), [Code::EmailTaken]);
}

#[test]
fn another_approver_who_was_turned_down_is_not_planned_again() {
    let mut people: Vec<_> = (1..4).map(person).collect();
    people[0].approver = Some(pid(2));
    stands_until_the_hris_says_otherwise(
        HoldCode::TooManyApproverChanges,
        &directory(people),
        &[employee(1).manager(3), employee(2), employee(3)],
    );
}

#[test]
fn a_newcomer_who_was_turned_down_is_not_planned_again() {
    stands_until_the_hris_says_otherwise(
        HoldCode::TooManyAdded,
        &directory((2..4).map(person)),
        &[employee(1), employee(2), employee(3)],
    );
}

#[test]
fn an_answer_about_one_thing_answers_nothing_else() {
    let people = directory((1..4).map(person));
    let drafts = [employee(1).terminated(), employee(2), employee(3)];
    let mut others = answers(&people, &drafts, HoldCode::TooManyArchivedThisWeek);
    for answer in &mut others {
        answer.reason = Reason::Group;
    }
    let after = sync(&answered(people, others), drafts);
    assert_eq!(after.outcome(1), Outcome::Archived);
}

/// An answer to the timer speaks of the end date alone, and holds for a sync as well.
#[test]
fn an_end_date_that_was_turned_down_archives_nobody_until_it_changes() {
    let mut leaver = person(1);
    leaver.end_date = Some(day(-1));
    let people = directory([leaver, person(2)]);
    let plan = midnight(&people, &Policy::default(), TODAY);
    let asked = concerns(&people, None, &plan, &hold(HoldCode::TooManyArchived));
    assert_eq!(asked.len(), 1, "{asked:?}");
    let answered = answered(people, asked);

    assert!(
        midnight(&answered, &Policy::default(), TODAY)
            .changes
            .is_empty()
    );
    let stays = sync(&answered, [employee(1).ends(day(-1)), employee(2)]);
    assert_eq!(stays.archived(1), None);
    let other_date = sync(&answered, [employee(1).ends(day(-2)), employee(2)]);
    assert_eq!(other_date.person(1).status, Status::Archived);
    let terminated = [employee(1).ends(day(-1)).terminated(), employee(2)];
    assert_eq!(
        sync(&answered, terminated).archived(1),
        Some(ArchivedBy::Hris),
        "another proof than the one that was judged"
    );

    let mut moved = answered.clone();
    moved.people[0].end_date = Some(day(-2));
    assert_eq!(
        midnight(&moved, &Policy::default(), TODAY).changes.len(),
        1,
        "another date"
    );
    let mut nobody = answered;
    nobody.people[0].id = pid(9);
    assert_eq!(
        midnight(&nobody, &Policy::default(), TODAY).changes.len(),
        1,
        "another person"
    );
}

/// A date in one year is not the same day of another: answers compare whole dates.
#[test]
fn the_same_day_of_another_month_or_year_is_another_end_date() {
    for (asked, told) in [(-1, -366), (-1, -29), (-5, -6)] {
        let mut leaver = person(1);
        leaver.end_date = Some(day(asked));
        let people = directory([leaver]);
        let plan = midnight(&people, &Policy::default(), TODAY);
        let asked = concerns(&people, None, &plan, &hold(HoldCode::TooManyArchived));
        let mut moved = answered(people, asked);
        moved.people[0].end_date = Some(day(told));
        let plan = midnight(&moved, &Policy::default(), TODAY);
        assert_eq!(plan.changes.len(), 1, "{told}");
    }
}

/// Answers are stored: what one version asked, the next must know again.
#[test]
fn an_end_date_is_remembered_as_the_number_it_reads_as() {
    let mut leaver = person(1);
    leaver.end_date = Some(day(-1));
    let people = directory([leaver]);
    let plan = midnight(&people, &Policy::default(), TODAY);
    let asked = concerns(&people, None, &plan, &hold(HoldCode::TooManyArchived));
    let prints: Vec<_> = asked.iter().map(|asked| asked.fingerprint).collect();
    assert_eq!(prints, [20_260_309]);
}

#[test]
fn missing_people_whom_an_admin_has_seen_are_not_held_for_again() {
    let strict = policy(|policy| {
        policy.safeguards.missing_floor = 0;
        policy.safeguards.missing_percent = 0;
    });
    let people = directory((1..5).map(person));
    let roster = whole([employee(1), employee(2)]);
    let plan = reconcile(&people, &roster, &strict, TODAY);
    let Verdict::Hold(holds) = judge(&people, &roster, &plan, &strict) else {
        panic!("two are missing");
    };
    assert_eq!(holds[0].found, 2);
    let asked = concerns(&people, Some(&roster), &plan, &holds);
    let subjects: Vec<_> = asked.iter().map(|asked| asked.subject.as_str()).collect();
    assert_eq!(subjects, [hid(3).as_str(), hid(4).as_str()]);

    let answered = answered(people, asked);
    let plan = reconcile(&answered, &roster, &strict, TODAY);
    assert_eq!(judge(&answered, &roster, &plan, &strict), Verdict::Apply);

    let fewer = whole([employee(1)]);
    let plan = reconcile(&answered, &fewer, &strict, TODAY);
    let Verdict::Hold(holds) = judge(&answered, &fewer, &plan, &strict) else {
        panic!("one more is missing");
    };
    assert_eq!(holds[0].found, 1, "only who is missing since");
}
