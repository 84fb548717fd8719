//! A company small enough to be counted by hand.

use sandbox::{Department, Employee, Roster};

/// So many people, all complete and employed: the first leads the others, in two departments.
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
        surname: Some(format!("Nr{number:03}").into()),
        display_name: Some(format!("Person Nr{number:03}").into()),
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

/// The HRIS id of a number.
pub(crate) fn id(number: usize) -> String {
    format!("33328838840000{number:05}")
}

/// The email of a number.
pub(crate) fn email(number: usize) -> String {
    format!("p{number}@acme.test")
}

/// Changes the employee of a number.
pub(crate) fn change(roster: &mut Roster, number: usize, change: impl FnOnce(&mut Employee)) {
    let employee = roster
        .employees
        .iter_mut()
        .find(|employee| employee.id == id(number));
    change(employee.expect("the employee is in the company"));
}

/// Calls the employee of a number terminated.
pub(crate) fn terminate(roster: &mut Roster, number: usize) {
    change(roster, number, |leaver| {
        leaver.lifecycle_status = Some("Terminated".into());
        leaver.termination_date = Some("2024-01-31".into());
    });
}

fn department(id: &str, name: &str) -> Department {
    Department {
        id: id.into(),
        name: Some(name.into()),
        parent_id: None,
        archived: false,
    }
}
