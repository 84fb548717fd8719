//! Companies as HiBob has them: who is in them, written so that a test knows all of it by itself.

use domain::policy::ArchiveAt;
use jiff::{ToSpan as _, civil::Date};
use sandbox::{DEFAULT_COMPANY_ID, Department, Employee, Roster};

/// How a country is written, and which one it is.
pub(crate) const COUNTRIES: [(&str, &str); 12] = [
    ("Portugal", "PT"),
    ("Deutschland", "DE"),
    ("United Kingdom", "GB"),
    ("UK", "GB"),
    ("United States", "US"),
    ("Austria", "AT"),
    ("France", "FR"),
    ("India", "IN"),
    ("Japan", "JP"),
    ("Brasil", "BR"),
    ("South Africa", "ZA"),
    ("Côte d'Ivoire", "CI"),
];

const FIRST: [&str; 23] = [
    "Ana", "Bo", "Chidi", "Dora", "Emil", "Fatou", "Goran", "Hana", "Ines", "Jun", "Kofi", "Lena",
    "Milan", "Noor", "Olga", "Paulo", "Qing", "Rosa", "Sven", "Tariq", "Uma", "Vera", "Zoë",
];
const LAST: [&str; 29] = [
    "Abreu", "Bauer", "Costa", "Dias", "Eriksen", "Faria", "Gruber", "Hansen", "Ito", "Jansen",
    "Klein", "Lopes", "Mbeki", "Novak", "Okafor", "Perez", "Quist", "Reis", "Silva", "Tanaka",
    "Ueda", "Vega", "Weber", "Xu", "Yilmaz", "Zhang", "Öberg", "O'Neill", "Łuczak",
];

/// The company's departments: id and name.
pub(crate) const DEPARTMENTS: [(&str, &str); 9] = [
    ("250000001", "Engineering"),
    ("250000002", "Sales"),
    ("250000003", "People"),
    ("250000004", "Finance"),
    ("250000005", "Support"),
    ("250000006", "Design"),
    ("250000007", "Legal"),
    ("250000008", "Research & Development"),
    ("Field work", "Field work"),
];

/// Everybody leads up to this many.
const FAN: usize = 5;

/// A company of so many people around a day: one tree of managers, everybody complete.
pub(crate) fn company(people: usize, today: Date) -> Roster {
    let employees = (0..people).map(|number| employee(number, today)).collect();
    let departments = DEPARTMENTS
        .iter()
        .map(|(id, name)| Department {
            id: (*id).into(),
            name: Some((*name).into()),
            ..Department::default()
        })
        .collect();
    Roster {
        company_id: DEFAULT_COMPANY_ID,
        employees,
        departments,
    }
}

/// The person of that number, who has been here for a while.
pub(crate) fn employee(number: usize, today: Date) -> Employee {
    let (first, last) = (FIRST[number % FIRST.len()], LAST[number % LAST.len()]);
    let boss = number.checked_sub(1).map(|number| number / FAN);
    let team = boss.map_or(0, |boss| boss.div_ceil(3) % DEPARTMENTS.len());
    let start = today.saturating_sub((60 + (number as i64 * 37) % 2000).days());
    Employee {
        id: id(number),
        first_name: Some(first.into()),
        surname: Some(last.into()),
        display_name: Some(format!("{first} {last}").into()),
        email: Some(email(number).into()),
        start_date: Some(start.to_string().into()),
        department_id: Some(DEPARTMENTS[team].0.into()),
        manager_id: boss.map(id),
        lifecycle_status: Some("Employed".into()),
        access_status: Some("Active".into()),
        termination_date: None,
        country: Some(COUNTRIES[number % COUNTRIES.len()].0.into()),
    }
}

pub(crate) fn id(number: usize) -> smol_str::SmolStr {
    (3_332_883_884_000_000_001 + number as u64 * 25_396_317)
        .to_string()
        .into()
}

pub(crate) fn email(number: usize) -> String {
    let letters = |name: &str| {
        name.chars()
            .filter(char::is_ascii_alphabetic)
            .collect::<String>()
    };
    let (first, last) = (FIRST[number % FIRST.len()], LAST[number % LAST.len()]);
    format!("{}.{}.{number}@acme.test", letters(first), letters(last))
}

/// The day an employee's date names.
pub(crate) fn day(text: Option<&str>) -> Option<Date> {
    text?.parse().ok()
}

/// Whether HiBob calls somebody a leaver on a day: terminated, unless today is still worked, or the last
/// day is over.
pub(crate) fn has_left(employee: &Employee, today: Date, archive_at: ArchiveAt) -> bool {
    let end = day(employee.termination_date.as_deref());
    let start = day(employee.start_date.as_deref());
    let over = end.is_some_and(|end| match archive_at {
        ArchiveAt::EndOfDay => end < today,
        ArchiveAt::StartOfDay => end <= today,
    });
    if employee.lifecycle_status.as_deref() == Some("Terminated") {
        return over || end != Some(today);
    }
    // An end before the start belongs to an earlier employment.
    over && start.is_none_or(|start| end >= Some(start))
}
