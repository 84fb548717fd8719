//! Everybody of an organisation, read in pages of text.
//!
//! A driver hands a row over value by value, each with its own checks and its own memory: for a
//! hundred thousand people that takes longer than everything the database itself does. So the
//! database joins the columns of a row, and the rows of a page, into one text, which is taken apart
//! here.

use domain::{OrganisationId, Person};

use crate::{
    StoreError,
    engine::{Reader, Session, statements, values},
    person::{self, person_columns},
};

statements! {
    // The columns of `person_columns!`, in its order. Whatever may be null is never empty text, so
    // the two need not be told apart.
    PEOPLE_TEXT =
        "SELECT string_agg(concat_ws($4, id, COALESCE(hris_id, ''), email, email_key, first_name,
             last_name, status, COALESCE(archived_by, ''),
             COALESCE(CAST(archived_at AS TEXT), ''), admin, can_sign_in, source,
             COALESCE(start_date, ''), COALESCE(end_date, ''), COALESCE(country, ''),
             COALESCE(region_id, ''), COALESCE(group_id, ''), COALESCE(approver_id, ''),
             version, updated_at), $5)
         FROM (SELECT * FROM person WHERE org_id = $1 AND id > $2 ORDER BY id LIMIT $3) page";
    PEOPLE_ROWS = concat!(
        "SELECT ", person_columns!(), " FROM person p
         WHERE p.org_id = $1 AND p.id > $2 ORDER BY p.id LIMIT $3");
}

/// How many columns `person_columns!` has.
const COLUMNS: usize = 20;

/// How many people are read in one statement.
const PAGE: i64 = 1_000;

/// Between the columns of a row, and between rows: text is stored without control characters.
const COLUMN_END: char = '\u{1f}';
const ROW_END: char = '\u{1e}';

/// Everybody, sorted by id; lists set by hand stand in tables of their own.
pub(crate) async fn everybody(
    session: &mut Session,
    org: OrganisationId,
) -> Result<Vec<Person>, StoreError> {
    let marks = [COLUMN_END, ROW_END].map(String::from);
    let mut people: Vec<Person> = Vec::new();
    loop {
        let after = people.last().map(|person| person.id.to_string());
        let after = after.as_deref().unwrap_or_default();
        let values = values![org, after, PAGE, marks[0].as_str(), marks[1].as_str()];
        let text = session.maybe_one(&PEOPLE_TEXT, &values, |row| {
            Ok(row.maybe_text()?.map(str::to_owned))
        });
        let Some(text) = text.await?.flatten() else {
            return Ok(people);
        };
        let known = people.len();
        if !take_apart(&text, &mut people) {
            // The driver tells where each value ends, and which one cannot be read.
            people.truncate(known);
            let values = values![org, after, PAGE];
            people.extend(session.all(&PEOPLE_ROWS, &values, person::read).await?);
        }
        if people.len() - known < PAGE as usize {
            return Ok(people);
        }
    }
}

/// Reads a page's people; says no where a value has one of the marks in it or cannot be read.
fn take_apart(page: &str, people: &mut Vec<Person>) -> bool {
    let mut columns = [""; COLUMNS];
    for row in page.split(ROW_END) {
        let mut texts = row.split(COLUMN_END);
        for column in &mut columns {
            let Some(text) = texts.next() else {
                return false;
            };
            *column = text;
        }
        if texts.next().is_some() {
            return false;
        }
        let Ok(person) = person::read(&mut Reader::from(columns.as_slice())) else {
            return false;
        };
        people.push(person);
    }
    people.is_sorted_by_key(|person| person.id)
}
