//! Files of people: the rules and limits of a sync, and nobody linked by them.

use domain::{ArchivedBy, Code, HoldCode, Person, Policy, Source, Status};
use hris::Seen;
use reconcile::{Directory, File, FilePlan, Outcome, file, row_id};

use crate::company::{
    Draft, TODAY, acting_admin, apply_at, archived, by_hand, country, day, directory, employee,
    noon, person, whole, with_email,
};

/// A file with a row for each of them, from line 2 on.
fn rows(drafts: impl IntoIterator<Item = Draft>) -> File {
    let told = whole(drafts).employees.into_iter();
    let rows = told.zip(2..).map(|(mut row, line)| {
        row.lifecycle = Seen::Absent;
        row.access = Seen::Absent;
        row.manager = Seen::Absent;
        row.department = Seen::Absent;
        row.id = row_id(line);
        row
    });
    File {
        rows: rows.collect(),
        unreadable: Vec::new(),
        leave_linked: true,
    }
}

/// Takes a file, and once more: the second time nothing is left to do, and nobody is linked to a row.
#[track_caller]
fn take(directory: &Directory, rows: &File) -> (FilePlan, Directory) {
    let policy = Policy::default();
    let first = file(directory, rows, &policy, TODAY);
    let after = apply_at(&first.plan, directory, noon());
    let again = file(&after, rows, &policy, TODAY).plan;
    assert!(again.changes_nothing(), "again: {:#?}", again.changes);
    let to_a_row = |person: &&Person| {
        let id = person.hris_id.as_ref();
        id.is_some_and(|id| id.as_str().starts_with(['r', '-']))
    };
    assert_eq!(after.people.iter().find(to_a_row), None);
    assert_eq!(first.plan.counts.employees, rows.rows.len() as u64);
    (first, after)
}

fn outcome(taken: &FilePlan, line: u64) -> Outcome {
    let mut outcomes = taken.plan.outcomes.iter();
    let told = outcomes.find(|(row, _)| *row == row_id(line));
    told.expect("an outcome").1
}

fn with_email_of<'d>(directory: &'d Directory, email: &str) -> &'d Person {
    let mut people = directory.people.iter();
    people
        .find(|person| person.email == email)
        .expect("a person")
}

#[test]
fn rows_add_change_and_leave_alone() {
    let here = directory([by_hand(person(1)), by_hand(person(2))]);
    let file = rows([
        employee(1).named("Other", "Last1"),
        employee(2),
        employee(3).starts(day(4)),
        employee(4),
    ]);
    let (taken, after) = take(&here, &file);
    let outcomes = [2, 3, 4, 5].map(|line| outcome(&taken, line));
    let expected = [
        Outcome::Updated,
        Outcome::Unchanged,
        Outcome::Upcoming,
        Outcome::Added,
    ];
    assert_eq!(outcomes, expected);
    let changed = with_email_of(&after, "p1@acme.test");
    assert_eq!(
        (changed.first_name.as_str(), changed.source),
        ("Other", Source::Manual)
    );
    let new = with_email_of(&after, "p4@acme.test");
    assert_eq!(
        (new.source, new.status, &new.hris_id),
        (Source::Csv, Status::Active, &None)
    );
    assert_eq!(new.country, Some(country("PT")));
    let later = with_email_of(&after, "p3@acme.test");
    assert_eq!(later.status, Status::Upcoming);
    let whys: Vec<_> = taken.plan.changes.iter().map(|it| it.why()).collect();
    assert!(whys.iter().all(|why| why.contains("CSV file")), "{whys:?}");
}

#[test]
fn whoever_an_hris_manages_is_left_to_it_and_named() {
    let gone = archived(with_email(person(2), "gone@acme.test"), ArchivedBy::EndDate);
    let here = directory([person(1), gone]);
    let mut file = rows([
        employee(1).named("Other", "Other"),
        employee(2).email("gone@acme.test"),
    ]);
    let (taken, after) = take(&here, &file);
    for line in [2, 3] {
        let expected = Outcome::OutOfScope(Code::ManagedByHris);
        assert_eq!(outcome(&taken, line), expected);
    }
    assert_eq!(after.people, here.people);
    let named: Vec<_> = taken.plan.findings.iter().map(|it| it.code).collect();
    assert_eq!(named, [Code::ManagedByHris; 2]);
    assert_eq!(taken.plan.counts.flagged, 2);

    // Where somebody added by hand has the email by now, the row is about them.
    let mut again = by_hand(with_email(person(3), "gone@acme.test"));
    again.first_name = "First2".into();
    let mut people = here.people.clone();
    people.push(again);
    let (taken, _) = take(&directory(people), &file);
    assert_eq!(outcome(&taken, 3), Outcome::Updated);

    // Nobody manages them once the HRIS is disconnected, and they keep the id that links them again.
    file.leave_linked = false;
    let (taken, after) = take(&here, &file);
    assert_eq!(outcome(&taken, 2), Outcome::Updated);
    assert_eq!(outcome(&taken, 3), Outcome::Restored);
    let ids: Vec<_> = after.people.iter().map(|it| &it.hris_id).collect();
    let before: Vec<_> = here.people.iter().map(|it| &it.hris_id).collect();
    assert_eq!(ids, before);
}

#[test]
fn what_a_row_lacks_is_said_and_the_others_are_taken() {
    let here = directory([by_hand(person(1))]);
    let mut file = rows([
        employee(1).with(|row| row.country = Seen::Absent),
        employee(2).with(|row| row.country = Seen::Absent),
        employee(3).email("p4@acme.test"),
        employee(4),
        employee(5),
    ]);
    file.rows[4].start_date = Seen::Absent;
    let (taken, after) = take(&here, &file);
    let outcomes = [2, 3, 4, 5, 6].map(|line| outcome(&taken, line));
    let expected = [
        Outcome::Unchanged,
        Outcome::Skipped(Code::MissingCountry),
        Outcome::Skipped(Code::DuplicateEmail),
        Outcome::Skipped(Code::DuplicateEmail),
        Outcome::Added,
    ];
    assert_eq!(outcomes, expected);
    let new = with_email_of(&after, "p5@acme.test");
    assert_eq!(new.start_date, Some(TODAY), "no start date is today");
}

#[test]
fn leavers_go_but_for_the_last_admin_and_return_without_the_end_that_is_over() {
    let admin = acting_admin(by_hand(person(1)));
    let mut gone = archived(by_hand(person(3)), ArchivedBy::EndDate);
    gone.end_date = Some(day(-30));
    let by_admin = archived(by_hand(person(4)), ArchivedBy::Admin);
    let here = directory([admin, by_hand(person(2)), gone, by_admin]);
    let mut file = rows([
        employee(1).ends(day(-1)),
        employee(2).ends(day(-1)),
        employee(3),
        employee(4),
    ]);
    file.rows[2].end_date = Seen::Absent;
    let (taken, after) = take(&here, &file);
    let outcomes = [2, 3, 4, 5].map(|line| outcome(&taken, line));
    let expected = [
        Outcome::Unchanged,
        Outcome::Archived,
        Outcome::Restored,
        Outcome::Unchanged,
    ];
    assert_eq!(outcomes, expected);
    let left = with_email_of(&after, "p2@acme.test");
    assert_eq!(left.archived_by, Some(ArchivedBy::EndDate));
    let back = with_email_of(&after, "p3@acme.test");
    assert_eq!((back.status, back.end_date), (Status::Active, None));
    let codes: Vec<_> = taken.plan.findings.iter().map(|it| it.code).collect();
    assert_eq!(codes, [Code::LastAdmin, Code::ArchivedByAdmin]);
}

#[test]
fn the_limits_of_a_sync_are_those_of_a_file() {
    let here = directory((1..=40).map(|n| by_hand(person(n))));
    let many = rows((101..=121).map(employee));
    let (taken, _) = take(&here, &many);
    let codes: Vec<_> = taken.holds.iter().map(|hold| hold.code).collect();
    assert_eq!(codes, [HoldCode::TooManyAdded]);
    assert_eq!((taken.holds[0].limit, taken.holds[0].found), (20, 21));

    let leave = rows((1..=6).map(|n| employee(n).ends(day(-1))));
    let (taken, _) = take(&here, &leave);
    let codes: Vec<_> = taken.holds.iter().map(|hold| hold.code).collect();
    assert_eq!(codes, [HoldCode::TooManyArchived]);

    // The first people of all are no surprise.
    let (taken, _) = take(&directory([]), &many);
    assert!(taken.holds.is_empty(), "{:?}", taken.holds);
}
