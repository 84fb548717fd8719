//! Departments become groups.

use domain::Group;
use hris::Seen;
use reconcile::{
    Directory,
    Outcome::{Unchanged, Updated},
};

use super::{sync, sync_by};
use crate::company::{Draft, by_hand, directory, employee, gid, group, person, policy};

/// People 1, 2, … in these groups, which exist.
fn company(groups: Vec<Group>, people: &[(u32, u32)]) -> Directory {
    let mut directory = directory(people.iter().map(|(n, group)| {
        let mut person = person(*n);
        person.group = Some(gid(*group));
        person
    }));
    directory.groups = groups;
    directory
}

fn in_department(n: u32, id: &str, name: &str) -> Draft {
    employee(n).department(id, name)
}

#[test]
fn a_department_becomes_a_group_with_its_people() {
    let synced = sync(
        &directory([person(1)]),
        [
            in_department(1, "7", "Sales"),
            in_department(2, "7", "Sales"),
            employee(3),
        ],
    );
    let group = synced.group("Sales");
    assert_eq!(group.name_key, "sales");
    assert_eq!(group.sources, ["7"]);
    assert_eq!(synced.person(1).group, Some(group.id));
    assert_eq!(synced.made(2).group, Some(group.id));
    assert_eq!(synced.made(3).group, None);
}

#[test]
fn several_departments_of_one_name_are_one_group() {
    let roster = [
        in_department(1, "7", "Sales"),
        in_department(2, "8", " SALES "),
        in_department(3, "9", "sales"),
    ];
    let synced = sync(&directory([]), roster);
    assert_eq!(synced.after.groups.len(), 1);
    assert_eq!(synced.after.groups[0].sources, ["7", "8", "9"]);
}

#[test]
fn the_first_spelling_is_shown_while_it_is_in_use() {
    let known = company(vec![group(1, "Sales", &["7"])], &[(1, 1)]);
    let roster = [
        in_department(1, "7", "Sales"),
        in_department(2, "8", "SALES"),
    ];
    let synced = sync(&known, roster);
    assert_eq!(synced.group("Sales").sources, ["7", "8"]);
    // Nobody spells it so any more.
    let synced = sync(&known, [in_department(1, "7", "SALES")]);
    assert_eq!(synced.group("SALES").id, gid(1));
    assert_eq!(synced.outcome(1), Unchanged);
}

#[test]
fn a_renamed_department_renames_the_group_and_moves_nobody() {
    let known = company(vec![group(1, "Sales", &["7"])], &[(1, 1), (2, 1)]);
    let roster = [
        in_department(1, "7", "Revenue"),
        in_department(2, "7", "Revenue"),
    ];
    let synced = sync(&known, roster);
    assert_eq!(synced.group("Revenue").id, gid(1));
    assert_eq!(synced.after.groups.len(), 1);
    assert_eq!(
        (synced.outcome(1), synced.outcome(2)),
        (Unchanged, Unchanged)
    );
    assert!(synced.plan.changes.is_empty());
}

#[test]
fn two_departments_swap_their_names_and_nobody_moves() {
    let known = company(
        vec![group(1, "Sales", &["7"]), group(2, "Legal", &["8"])],
        &[(1, 1), (2, 2)],
    );
    let synced = sync(
        &known,
        [
            in_department(1, "7", "Legal"),
            in_department(2, "8", "Sales"),
        ],
    );
    assert_eq!(synced.group("Legal").id, gid(1));
    assert_eq!(synced.group("Sales").id, gid(2));
    assert!(synced.plan.changes.is_empty());
}

#[test]
fn a_department_renamed_onto_another_group_moves_its_people_there() {
    let known = company(
        vec![group(1, "Sales", &["7"]), group(2, "Legal", &["8"])],
        &[(1, 1), (2, 2)],
    );
    let synced = sync(
        &known,
        [
            in_department(1, "7", "Legal"),
            in_department(2, "8", "Legal"),
        ],
    );
    assert_eq!(synced.person(1).group, Some(gid(2)));
    assert_eq!(synced.outcome(1), Updated);
    assert_eq!(synced.outcome(2), Unchanged);
    assert_eq!(synced.group("Legal").sources, ["7", "8"]);
    assert!(
        synced.group("Sales").sources.is_empty(),
        "the empty group stays"
    );
}

#[test]
fn of_several_departments_renamed_to_one_name_the_largest_keeps_its_group() {
    let known = company(
        vec![group(1, "Sales", &["7"]), group(2, "Legal", &["8"])],
        &[(1, 1), (2, 2), (3, 2)],
    );
    let roster = [
        in_department(1, "7", "Office"),
        in_department(2, "8", "Office"),
        in_department(3, "8", "Office"),
    ];
    let synced = sync(&known, roster);
    assert_eq!(synced.group("Office").id, gid(2));
    assert_eq!(synced.outcome(1), Updated);
    assert_eq!(synced.person(1).group, Some(gid(2)));
    assert_eq!(synced.outcome(2), Unchanged);
}

#[test]
fn one_of_two_departments_of_a_group_gets_its_own_name() {
    let known = company(vec![group(1, "Sales", &["7", "8"])], &[(1, 1), (2, 1)]);
    let synced = sync(
        &known,
        [
            in_department(1, "7", "Sales"),
            in_department(2, "8", "Legal"),
        ],
    );
    assert_eq!(synced.group("Sales").id, gid(1));
    assert_eq!(synced.group("Sales").sources, ["7"]);
    assert_eq!(synced.person(2).group, Some(synced.group("Legal").id));
    assert_eq!(synced.outcome(1), Unchanged);
}

/// Ten people in the group of the textual department "Sales".
fn text_company() -> Directory {
    let people: Vec<(u32, u32)> = (0..10).map(|n| (n, 1)).collect();
    company(vec![group(1, "Sales", &["Sales"])], &people)
}

#[test]
fn a_textual_department_that_takes_four_fifths_of_the_members_is_a_rename() {
    for (moved, is_rename) in [(10, true), (8, true), (7, false)] {
        let roster = (0..10).map(|n| {
            if n < moved {
                in_department(n, "Revenue", "Revenue")
            } else {
                employee(n)
            }
        });
        let synced = sync(&text_company(), roster);
        assert_eq!(synced.group("Revenue").id == gid(1), is_rename, "{moved}");
        assert_eq!(synced.outcome(0) == Unchanged, is_rename, "{moved}");
        assert_eq!(synced.person(0).group, Some(synced.group("Revenue").id));
    }
}

#[test]
fn a_textual_department_can_be_renamed_again_and_again() {
    let mut known = text_company();
    for name in ["Revenue", "Growth", "Sales", "Money"] {
        let roster = (0..10).map(|n| in_department(n, name, name));
        let synced = sync(&known, roster);
        assert_eq!(synced.group(name).id, gid(1), "{name}");
        assert_eq!(synced.outcome(0), Unchanged, "{name}");
        known = synced.after;
    }
}

#[test]
fn a_name_that_a_textual_rename_frees_goes_to_the_department_that_wants_it() {
    let groups = vec![group(1, "Sales", &["Sales"]), group(2, "Design", &["7"])];
    let known = company(groups, &[(1, 1), (2, 2)]);
    let roster = [
        in_department(1, "Ops", "Ops"),
        in_department(2, "7", "Sales"),
    ];
    let synced = sync(&known, roster);
    assert_eq!(
        (synced.outcome(1), synced.outcome(2)),
        (Unchanged, Unchanged)
    );
    assert_eq!(synced.group("Ops").id, gid(1));
    assert_eq!(synced.group("Sales").id, gid(2));
    assert_eq!(synced.after.groups.len(), 2);
}

#[test]
fn a_textual_department_that_takes_anybody_else_is_no_rename() {
    let roster = (0..11).map(|n| in_department(n, "Revenue", "Revenue"));
    let synced = sync(&text_company(), roster);
    assert_ne!(synced.group("Revenue").id, gid(1));
    assert_eq!(synced.outcome(0), Updated);
}

#[test]
fn a_textual_department_that_somebody_still_has_is_not_renamed() {
    let roster = (0..10).map(|n| {
        let name = if n < 9 { "Revenue" } else { "Sales" };
        in_department(n, name, name)
    });
    let synced = sync(&text_company(), roster);
    assert_eq!(synced.group("Sales").id, gid(1));
    assert_eq!(synced.person(9).group, Some(gid(1)));
    assert_ne!(synced.group("Revenue").id, gid(1));
}

#[test]
fn a_department_that_only_somebody_skipped_has_is_still_there() {
    // The one who still has "Sales" is skipped for the email of another: no rename.
    let roster = (0..10).map(|n| match n {
        9 => in_department(9, "Sales", "Sales").email("p8@acme.test"),
        n => in_department(n, "Revenue", "Revenue"),
    });
    let synced = sync(&text_company(), roster);
    assert_eq!(synced.group("Sales").id, gid(1));
    assert_ne!(synced.group("Revenue").id, gid(1));
}

#[test]
fn a_group_made_by_hand_is_adopted_and_not_doubled() {
    let known = company(vec![group(1, "Sales", &[])], &[]);
    let synced = sync(&known, [in_department(1, "7", "SALES")]);
    assert_eq!(synced.after.groups.len(), 1);
    assert_eq!(synced.after.groups[0].id, gid(1));
    assert_eq!(synced.after.groups[0].sources, ["7"]);
    assert_eq!(synced.made(1).group, Some(gid(1)));
}

#[test]
fn the_department_replaces_the_groups_and_the_policy_can_keep_those_made_by_hand() {
    let mut known = person(1);
    known.group = Some(gid(1));
    known.manual_groups = vec![gid(3)];
    let mut people = directory([known]);
    people.groups = vec![
        group(1, "Sales", &["7"]),
        group(2, "Legal", &["8"]),
        group(3, "Choir", &[]),
    ];
    let moved = || in_department(1, "8", "Legal");
    let keep = policy(|policy| policy.keep_manual_groups = true);

    let synced = sync(&people, [moved()]);
    assert_eq!(synced.person(1).group, Some(gid(2)));
    assert!(synced.person(1).manual_groups.is_empty());
    let synced = sync_by(&keep, &people, [moved()]);
    assert_eq!(synced.person(1).group, Some(gid(2)));
    assert_eq!(synced.person(1).manual_groups, [gid(3)]);

    // Without a department.
    let synced = sync(&people, [employee(1)]);
    assert_eq!(synced.person(1).group, None);
    assert!(synced.person(1).manual_groups.is_empty());
    let synced = sync_by(&keep, &people, [employee(1)]);
    assert_eq!(synced.person(1).group, None);
    assert_eq!(synced.person(1).manual_groups, [gid(3)]);
}

#[test]
fn a_department_that_is_not_told_stays() {
    let known = company(vec![group(1, "Sales", &["7"])], &[(1, 1)]);
    for seen in [Seen::Absent, Seen::bad("[]")] {
        let mut told = employee(1);
        told.department = seen;
        let synced = sync(&known, [told]);
        assert_eq!(synced.outcome(1), Unchanged);
        assert_eq!(synced.person(1).group, Some(gid(1)));
    }
}

#[test]
fn a_group_without_members_stays() {
    let known = company(vec![group(1, "Sales", &["7"])], &[(1, 1)]);
    let synced = sync(&known, [in_department(1, "8", "Legal")]);
    assert_eq!(synced.group("Sales").id, gid(1));
    assert_eq!(synced.after.groups.len(), 2);
}

#[test]
fn a_renamed_department_takes_those_along_who_are_not_in_the_roster() {
    let known = company(vec![group(1, "Sales", &["7"])], &[(1, 1), (2, 1)]);
    let synced = sync(&known, [in_department(1, "7", "Revenue")]);
    assert_eq!(synced.person(2).group, Some(gid(1)));
    assert_eq!(synced.group("Revenue").id, gid(1));
}

#[test]
fn groups_of_people_added_by_hand_are_not_touched() {
    let mut manual = by_hand(person(2));
    manual.manual_groups = vec![gid(1)];
    let mut people = directory([person(1), manual.clone()]);
    people.groups = vec![group(1, "Choir", &[])];
    let synced = sync(&people, [in_department(1, "7", "Sales")]);
    assert_eq!(synced.person(2), &manual);
}
