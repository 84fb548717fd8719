//! CSV for spreadsheets, guarded against formulas.

use std::io::Write;

use crate::{Failure, view::PersonView};

/// The columns, in order. Stable: part of the contract.
pub const COLUMNS: [&str; 16] = [
    "id",
    "hris_id",
    "email",
    "first_name",
    "last_name",
    "status",
    "groups",
    "approvers",
    "content_region",
    "country",
    "start_date",
    "end_date",
    "budget_remaining",
    "currency",
    "invitation",
    "source",
];

/// Writes people as CSV: RFC 4180, UTF-8, a heading first.
pub fn write_people<'a>(
    out: impl Write,
    people: impl IntoIterator<Item = &'a PersonView>,
    heading: bool,
) -> Result<(), Failure> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(out);
    let broken =
        |error: csv::Error| Failure::internal(format!("The CSV could not be written: {error}."));
    if heading {
        writer.write_record(COLUMNS).map_err(broken)?;
    }
    for person in people {
        writer
            .write_record(row(person).map(|cell| guard(&cell)))
            .map_err(broken)?;
    }
    writer
        .flush()
        .map_err(|error| Failure::internal(format!("The CSV could not be written: {error}.")))
}

fn row(person: &PersonView) -> [String; 16] {
    let budget = person.budget.as_ref();
    let joined = |parts: Vec<&str>| parts.join("; ");
    let text =
        |value: Option<&dyn std::fmt::Display>| value.map(ToString::to_string).unwrap_or_default();
    [
        person.id.to_string(),
        person
            .hris_id
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default(),
        person.email.to_string(),
        person.first_name.to_string(),
        person.last_name.to_string(),
        person.status.to_string(),
        joined(
            person
                .groups
                .iter()
                .map(|group| group.name.as_str())
                .collect(),
        ),
        joined(
            person
                .approvers
                .iter()
                .map(|approver| approver.email.as_str())
                .collect(),
        ),
        person
            .content_region
            .as_ref()
            .map(|region| region.name.clone())
            .unwrap_or_default(),
        text(person.country.as_ref().map(|country| country as _)),
        text(person.start_date.as_ref().map(|date| date as _)),
        text(person.end_date.as_ref().map(|date| date as _)),
        budget
            .map(|budget| budget.remaining.clone())
            .unwrap_or_default(),
        budget
            .map(|budget| budget.currency.to_owned())
            .unwrap_or_default(),
        person.invitation.state.to_string(),
        person.source.to_string(),
    ]
}

/// Puts an apostrophe before what a spreadsheet would run as a formula.
///
/// OWASP's list (`=`, `+`, `-`, `@`, tab, carriage return), with line feed, NUL and the full-width
/// forms that some spreadsheets fold to them.
pub fn guard(cell: &str) -> String {
    if is_risky(cell) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

/// A cell without the apostrophe of [`guard`]: what was written is read back as it was.
pub(crate) fn unguarded(cell: &str) -> &str {
    let rest = cell.strip_prefix('\'');
    rest.filter(|rest| is_risky(rest)).unwrap_or(cell)
}

fn is_risky(cell: &str) -> bool {
    cell.chars().next().is_some_and(|first| {
        matches!(
            first,
            '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '\0' | '＝' | '＋' | '－' | '＠'
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_that_would_run_as_a_formula_is_made_text() {
        for cell in [
            "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\0=1", "＝1",
        ] {
            assert_eq!(guard(cell), format!("'{cell}"));
            assert_eq!(unguarded(&guard(cell)), cell);
        }
        assert_eq!(unguarded("'t Hooft"), "'t Hooft");
        for cell in ["", "Nadia", "a=b", "Jean-Luc", "2026-01-01"] {
            assert_eq!(guard(cell), cell);
        }
    }
}
