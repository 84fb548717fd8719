//! Another company of the same shape, for the `other_company` fault.

use smol_str::SmolStr;

use crate::roster::{Company, DEFAULT_COMPANY_ID, Employee, Roster};

/// The same company with other ids, other emails and another number.
pub(crate) fn disguised(company: &Company) -> Company {
    let roster = &company.roster;
    let company_id = roster
        .company_id
        .wrapping_add(1)
        .max(DEFAULT_COMPANY_ID + 1);
    let employees = roster.employees.iter().map(employee).collect();
    Company::new(Roster {
        company_id,
        employees,
        departments: roster.departments.clone(),
    })
}

fn employee(original: &Employee) -> Employee {
    let mut other = original.clone();
    other.id = id(&original.id);
    other.manager_id = original.manager_id.as_deref().map(id);
    other.email = original.email.as_deref().map(email);
    other
}

/// Another id of the same length: every digit is exchanged, and different ids stay different.
fn id(original: &str) -> SmolStr {
    let digits = original.bytes().all(|byte| byte.is_ascii_digit()) && !original.is_empty();
    if !digits {
        return smol_str::format_smolstr!("other-{original}");
    }
    original
        .bytes()
        .enumerate()
        .map(|(at, digit)| exchanged(at, digit))
        .collect()
}

/// The first digit stays other than 0 (3 becomes 4, 9 becomes 1); the others are added to 7.
fn exchanged(at: usize, digit: u8) -> char {
    let value = digit - b'0';
    let other = if at == 0 {
        value % 9 + 1
    } else {
        (value + 7) % 10
    };
    char::from(b'0' + other)
}

fn email(original: &str) -> SmolStr {
    let local = original.split('@').next().unwrap_or(original);
    smol_str::format_smolstr!("{local}@other-company.test")
}
