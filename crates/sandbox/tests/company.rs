//! What the generated company is like.

use std::collections::{HashMap, HashSet};

use jiff::civil::{Date, date};
use sandbox::{
    Employee, Roster,
    company::{Change, evolve, generate},
};

const TODAY: Date = date(2026, 3, 2);

fn company() -> Roster {
    generate(500, 1, TODAY)
}

fn count(roster: &Roster, wanted: impl Fn(&Employee) -> bool) -> usize {
    roster
        .employees
        .iter()
        .filter(|employee| wanted(employee))
        .count()
}

fn is(employee: &Employee, status: &str) -> bool {
    employee.lifecycle_status.as_deref() == Some(status)
}

/// How many managers are above somebody; panics on a circle.
fn depth(of: &str, managers: &HashMap<&str, Option<&str>>) -> usize {
    let mut above = std::iter::successors(managers[of], |id| managers[id]);
    let depth = above.by_ref().take(100).count();
    assert!(depth < 100, "{of} is in a circle");
    depth
}

#[test]
fn the_same_seed_and_day_make_the_same_company_and_others_another() {
    assert_eq!(company(), company());
    assert_ne!(company(), generate(500, 2, TODAY));
    assert_ne!(company(), generate(500, 1, date(2026, 3, 3)));
}

#[test]
fn everybody_is_in_one_tree_of_real_depth_with_one_head() {
    for n in [1, 2, 7, 30, 100, 500, 1000, 5000, 20_000] {
        let roster = generate(n, 3, TODAY);
        let managers: HashMap<&str, Option<&str>> = roster
            .employees
            .iter()
            .map(|e| (e.id.as_str(), e.manager_id.as_deref()))
            .collect();
        assert_eq!(managers.len(), n);
        assert_eq!(count(&roster, |e| e.manager_id.is_none()), 1, "{n}");
        let levels = 1 + roster
            .employees
            .iter()
            .map(|e| depth(&e.id, &managers))
            .max()
            .unwrap();
        assert!(
            n < 500 || (6..=8).contains(&levels),
            "{n} people in {levels} levels"
        );
    }
}

#[test]
fn ids_are_19_digits_beyond_a_double_and_emails_are_unique() {
    let roster = generate(5000, 1, TODAY);
    for employee in &roster.employees {
        assert_eq!(employee.id.len(), 19);
        assert!(employee.id.parse::<u64>().unwrap() > 1 << 53);
    }
    let emails: Vec<_> = roster
        .employees
        .iter()
        .filter_map(|e| e.email.as_deref())
        .collect();
    assert_eq!(emails.iter().collect::<HashSet<_>>().len(), emails.len());
    for email in emails {
        let local = email.strip_suffix("@acme.test").unwrap();
        let good =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-".contains(&byte);
        assert!(
            local.bytes().all(good) && !local.starts_with('.') && !local.ends_with('.'),
            "{email}"
        );
    }
}

#[test]
fn the_shares_of_leavers_joiners_and_gaps_are_those_of_a_company() {
    let roster = company();
    assert_eq!(count(&roster, |e| is(e, "Terminated")), 40);
    assert_eq!(count(&roster, |e| is(e, "Hired")), 10);
    assert!(count(&roster, |e| is(e, "Parental leave")) >= 2);
    assert!(count(&roster, |e| is(e, "Garden leave")) >= 1);
    assert!(
        count(&roster, |e| is(e, "Employed")
            && e.termination_date.is_some())
            >= 3
    );
    assert_eq!(count(&roster, |e| e.country.is_none()), 5);
    assert_eq!(count(&roster, |e| e.email.is_none()), 2);
    assert_eq!(count(&roster, |e| e.surname.is_none()), 2);
}

#[test]
fn dates_and_access_agree_with_the_status() {
    for employee in &generate(3000, 9, TODAY).employees {
        let start: Date = employee.start_date.as_deref().unwrap().parse().unwrap();
        let end: Option<Date> = employee
            .termination_date
            .as_deref()
            .map(|end| end.parse().unwrap());
        let active = employee.access_status.as_deref() == Some("Active");
        match employee.lifecycle_status.as_deref().unwrap() {
            "Terminated" => assert!(start <= end.unwrap() && end.unwrap() < TODAY && !active),
            "Hired" => assert!(start > TODAY && end.is_none() && !active),
            "Garden leave" => assert!(end.unwrap() > TODAY && active),
            "Parental leave" => assert!(start < TODAY && end.is_none()),
            "Employed" => assert!(start < TODAY && active && end.is_none_or(|end| end > TODAY)),
            other => panic!("{other}"),
        }
    }
}

#[test]
fn nobody_who_leads_others_has_left_or_is_yet_to_come() {
    let roster = company();
    let leading: HashSet<_> = roster
        .employees
        .iter()
        .filter_map(|e| e.manager_id.as_deref())
        .collect();
    for employee in roster
        .employees
        .iter()
        .filter(|e| leading.contains(e.id.as_str()))
    {
        assert!(is(employee, "Employed"), "{employee:?}");
    }
}

#[test]
fn names_come_in_many_scripts_and_countries_in_odd_spellings() {
    let roster = generate(20_000, 1, TODAY);
    let names: String = roster
        .employees
        .iter()
        .filter_map(|e| e.first_name.as_deref())
        .collect();
    for (script, from, to) in [
        ("Greek", 'Α', 'ω'),
        ("Cyrillic", 'А', 'я'),
        ("Arabic", 'ء', 'ي'),
        ("Hebrew", 'א', 'ת'),
        ("Han", '一', '龥'),
        ("Kana", 'ァ', 'ヶ'),
        ("Hangul", '가', '힣'),
        ("Thai", 'ก', 'ฮ'),
        ("Devanagari", 'अ', 'ह'),
        ("Latin with marks", 'à', 'ž'),
    ] {
        assert!(
            names.chars().any(|letter| (from..=to).contains(&letter)),
            "{script}"
        );
    }
    let countries: HashSet<_> = roster
        .employees
        .iter()
        .filter_map(|e| e.country.as_deref())
        .collect();
    for odd in [
        "Holland",
        "UK",
        "U.S.A.",
        "Česko",
        "Deutschland",
        "Viet Nam",
        " PORTUGAL ",
    ] {
        assert!(countries.contains(odd), "{odd}");
    }
    let odd = count(&roster, |e| {
        e.country
            .as_deref()
            .is_some_and(|country| ["UK", "Holland", "USA"].contains(&country))
    });
    assert!(odd < 1000, "{odd}");
}

#[test]
fn departments_nest_mix_kinds_of_ids_and_one_is_archived() {
    let roster = company();
    let numeric = |id: &str| id.bytes().all(|byte| byte.is_ascii_digit());
    assert!(
        roster.departments.iter().any(|d| numeric(&d.id))
            && roster.departments.iter().any(|d| !numeric(&d.id))
    );
    assert_eq!(roster.departments.iter().filter(|d| d.archived).count(), 1);
    let parents: HashMap<&str, Option<&str>> = roster
        .departments
        .iter()
        .map(|d| (d.id.as_str(), d.parent_id.as_deref()))
        .collect();
    assert_eq!(parents.keys().map(|id| depth(id, &parents)).max(), Some(2));
    let archived = roster.departments.iter().find(|d| d.archived).unwrap();
    let there: Vec<_> = roster
        .employees
        .iter()
        .filter(|e| e.department_id.as_ref() == Some(&archived.id))
        .collect();
    assert!(there.len() == 3 && there.iter().all(|e| is(e, "Terminated")));
    assert!(
        roster
            .employees
            .iter()
            .all(|e| parents.contains_key(e.department_id.as_deref().unwrap()))
    );
}

#[test]
fn a_roster_survives_being_written_and_read() {
    let roster = company();
    let json = serde_json::to_vec(&roster).unwrap();
    assert_eq!(Roster::from_json(&json).unwrap(), roster);
}

#[test]
fn a_day_passes_with_exactly_the_changes_asked_for() {
    let before = company();
    let mut after = before.clone();
    let change = Change {
        joiners: 3,
        leavers: 2,
        rename_department: true,
        new_managers: 4,
        new_emails: 1,
        moves: 2,
    };
    let changed = evolve(&mut after, 5, TODAY, &change);
    let mut again = before.clone();
    assert_eq!(evolve(&mut again, 5, TODAY, &change), changed);
    assert_eq!(again, after);
    assert_eq!(after.employees.len(), 503);
    let old: HashMap<_, _> = before.employees.iter().map(|e| (e.id.clone(), e)).collect();
    let differing: HashSet<_> = after
        .employees
        .iter()
        .filter(|e| old.get(&e.id) != Some(e))
        .map(|e| e.id.clone())
        .collect();
    let lists = [
        &changed.joined,
        &changed.left,
        &changed.new_managers,
        &changed.new_emails,
        &changed.moved,
    ];
    assert_eq!(lists.map(Vec::len), [3, 2, 4, 1, 2]);
    assert_eq!(differing, lists.into_iter().flatten().cloned().collect());
    let (id, _, name) = changed.renamed.unwrap();
    assert_eq!(
        after
            .departments
            .iter()
            .find(|d| d.id == id)
            .unwrap()
            .name
            .as_ref(),
        Some(&name)
    );
    after.check().unwrap();
}

#[test]
fn one_percent_touches_about_one_percent_and_keeps_emails_unique() {
    let mut roster = generate(5000, 1, TODAY);
    let changed = evolve(&mut roster, 1, TODAY, &Change::one_percent(5000));
    let touched = changed.joined.len()
        + changed.left.len()
        + changed.new_managers.len()
        + changed.new_emails.len()
        + changed.moved.len();
    assert_eq!(touched, 50);
    let emails: Vec<_> = roster
        .employees
        .iter()
        .filter_map(|e| e.email.as_deref())
        .collect();
    assert_eq!(emails.iter().collect::<HashSet<_>>().len(), emails.len());
}

#[test]
fn little_companies_have_room_for_little_change() {
    for n in [0, 1, 2, 5] {
        let mut roster = generate(n, 1, TODAY);
        evolve(&mut roster, 1, TODAY, &Change::one_percent(n));
        assert_eq!(roster.employees.len(), n + 1);
    }
}
