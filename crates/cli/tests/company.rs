//! A company small enough to be counted by hand.

use sandbox::{Department, Employee, Group, Permissions, Roster};

/// So many people, all complete and employed: one leads the others, in two departments.
pub(crate) fn company(people: usize) -> Roster {
    Roster {
        company_id: sandbox::DEFAULT_COMPANY_ID,
        employees: (1..=people).map(employee).collect(),
        departments: vec![department("10", "Engineering"), department("20", "Sales")],
    }
}

/// The employee of a number.
pub(crate) fn employee(number: usize) -> Employee {
    Employee {
        id: id(number).into(),
        first_name: Some("Person".into()),
        surname: Some(surname(number).into()),
        display_name: Some(format!("Person {}", surname(number)).into()),
        email: Some(email(number).into()),
        start_date: Some("2020-01-06".into()),
        department_id: Some(if number.is_multiple_of(2) { "20" } else { "10" }.into()),
        manager_id: (number > 1).then(|| id(1).into()),
        lifecycle_status: Some("Employed".into()),
        access_status: Some("Active".into()),
        termination_date: None,
        country: Some("Portugal".into()),
    }
}

/// The HRIS id of a number: 19 digits, as HiBob's.
pub(crate) fn id(number: usize) -> String {
    format!("33328838840000{number:05}")
}

/// The email of a number.
pub(crate) fn email(number: usize) -> String {
    format!("p{number}@acme.test")
}

fn surname(number: usize) -> String {
    format!("Nr{number:03}")
}

fn department(id: &str, name: &str) -> Department {
    Department {
        id: id.into(),
        name: Some(name.into()),
        parent_id: None,
        archived: false,
    }
}

/// Calls the first so many people terminated.
pub(crate) fn terminate(roster: &mut Roster, people: std::ops::RangeInclusive<usize>) {
    for number in people {
        let leaver = roster
            .employees
            .iter_mut()
            .find(|employee| employee.id == id(number));
        let leaver = leaver.expect("the leaver is in the company");
        leaver.lifecycle_status = Some("Terminated".into());
        leaver.termination_date = Some("2024-01-31".into());
    }
}

/// What the service user may see when some sections are closed to it.
pub(crate) fn all_sections_but(closed: &[&str]) -> Permissions {
    let mut permissions = Permissions::default();
    for group in &mut permissions.groups {
        group
            .sections
            .retain(|section| !closed.contains(&section.as_str()));
    }
    permissions
}

/// The service user is in no permission group.
pub(crate) fn no_group() -> Permissions {
    Permissions {
        groups: Vec::<Group>::new(),
    }
}
