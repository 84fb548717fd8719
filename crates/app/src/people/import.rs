//! People from a CSV file: what each row would do is shown first, and all of them are taken or none.

use std::collections::BTreeMap;

use domain::{Action, Organisation, Person, Source, Status, text::email_key};
use rustc_hash::FxHashSet;
use store::{Edit, PeopleFilter};

use super::{PersonPatch, edit_of};
use crate::{App, Failure, WrongRow, view::FieldView};

/// The most rows of a file.
const MOST_ROWS: usize = 5_000;
/// The columns that are read; others are passed over.
const COLUMNS: [&str; 6] = [
    "email",
    "first_name",
    "last_name",
    "country",
    "start_date",
    "end_date",
];

/// What a file would do.
#[derive(Clone, Debug, Default)]
pub struct ImportCheck {
    /// How many rows it has.
    pub rows: u64,
    /// Who is added.
    pub added: Vec<ImportLine>,
    /// Who is changed, and how.
    pub updated: Vec<ImportLine>,
    /// How many are as the file has them already.
    pub unchanged: u64,
    /// How many belong to the HRIS, which decides about them.
    pub managed: u64,
    /// More are added than the safeguards let through without a look: so many would pass.
    pub above: Option<u64>,
    /// Rows that cannot be taken. While there are any, nothing is.
    pub wrong: Vec<WrongRow>,
}

/// A row that would do something.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "named by what they are")]
pub struct ImportLine {
    pub line: u64,
    pub name: String,
    pub email: String,
    pub fields: Vec<FieldView>,
}

impl App {
    /// What a file would do. Nothing is written.
    pub async fn check_import(
        &self,
        org: &Organisation,
        text: &str,
    ) -> Result<ImportCheck, Failure> {
        Ok(self.plan_import(org, text).await?.0)
    }

    /// Takes a file: all of its rows, or none if one of them is wrong, or if it adds more people than the
    /// safeguards let through and nobody has approved just as many. People who are not in it stay
    /// as they are. Where nothing was taken, the check says what stands against it.
    pub async fn import_people(
        &self,
        org: &Organisation,
        text: &str,
        approved: Option<usize>,
    ) -> Result<Result<(), ImportCheck>, Failure> {
        let (check, edits) = self.plan_import(org, text).await?;
        let is_above = check.above.is_some() && approved != Some(check.added.len());
        if is_above || !check.wrong.is_empty() {
            return Ok(Err(check));
        }
        self.store_edits(org, &edits, &[]).await?;
        Ok(Ok(()))
    }

    async fn plan_import(
        &self,
        org: &Organisation,
        text: &str,
    ) -> Result<(ImportCheck, Vec<Edit>), Failure> {
        let mut reader = csv::ReaderBuilder::new()
            .flexible(true)
            .trim(csv::Trim::All)
            .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
        let columns = columns(&mut reader)?;
        let guards = self.store.policy(org.id).await?.safeguards;
        let active = PeopleFilter {
            status: Some(Status::Active),
            ..PeopleFilter::default()
        };
        let active = self.store.count_people(org.id, &active).await?;
        let (mut check, mut edits) = (ImportCheck::default(), Vec::new());
        let mut emails = FxHashSet::default();
        for (row, line) in reader.records().zip(2..) {
            check.rows += 1;
            if check.rows > MOST_ROWS as u64 {
                return Err(unfit(
                    &format!("has more than {MOST_ROWS} rows"),
                    "too_many_rows",
                ));
            }
            let judged = match row {
                Ok(row) => {
                    let patch = patch(&row, &columns);
                    self.row(org, &patch, &mut emails).await
                }
                Err(error) => Err(unfit(
                    &format!("cannot be read there ({error})"),
                    "unreadable_file",
                )),
            };
            match judged {
                Ok(Row::Managed) => check.managed += 1,
                Ok(Row::Edit(None)) => check.unchanged += 1,
                Ok(Row::Edit(Some(edit))) => {
                    let names = self.names_for(org.id, edit.fields.iter(), BTreeMap::new());
                    let shown = ImportLine {
                        line,
                        name: edit.person.name().to_string(),
                        email: edit.person.email.to_string(),
                        fields: names.await?.fields(&edit.fields),
                    };
                    match edit.action {
                        Action::Add => check.added.push(shown),
                        _ => check.updated.push(shown),
                    }
                    edits.push(*edit);
                }
                Err(failure) => check.wrong.push(WrongRow { line, failure }),
            }
        }
        // The same limit as for people that a sync adds; the first people of all are no surprise.
        let limit =
            u64::from(guards.added_floor).max(active * u64::from(guards.added_percent) / 100);
        let is_first = active <= u64::from(guards.added_floor);
        check.above = (check.added.len() as u64 > limit && !is_first).then_some(limit);
        Ok((check, edits))
    }

    /// What a row comes to.
    async fn row(
        &self,
        org: &Organisation,
        patch: &PersonPatch,
        emails: &mut FxHashSet<domain::SmolStr>,
    ) -> Result<Row, Failure> {
        let email = patch.email.as_deref().unwrap_or_default();
        let key = email_key(email);
        if !emails.insert(key.clone()) {
            return Err(Failure::field(
                "email",
                "duplicate_email",
                "This email stands in the file twice; nothing was changed.",
            ));
        }
        let known = self.store.people_by_email_key(org.id, &key).await?;
        let here = known
            .into_iter()
            .find(|person: &Person| person.status != Status::Archived);
        let edit = match here {
            Some(person) if person.hris_id.is_some() => return Ok(Row::Managed),
            Some(person) => {
                let mut after = person.clone();
                self.fill(org, &mut after, patch).await?;
                let why = "Changed by a CSV file.";
                edit_of(Some(person), after, Action::Update, why)
            }
            None => {
                let mut person = self.somebody_new(org, patch).await?;
                person.source = Source::Csv;
                edit_of(None, person, Action::Add, "Added by a CSV file.")
            }
        };
        Ok(Row::Edit(edit.map(Box::new)))
    }
}

enum Row {
    /// The HRIS decides about them.
    Managed,
    /// A change, if there is one.
    Edit(Option<Box<Edit>>),
}

fn unfit(what: &str, code: &'static str) -> Failure {
    Failure::field(
        "file",
        code,
        format!("The file {what}; nothing was changed."),
    )
}

/// Where each of the columns is.
fn columns(reader: &mut csv::Reader<&[u8]>) -> Result<[Option<usize>; 6], Failure> {
    let heading = reader.headers().map_err(|error| {
        unfit(
            &format!("cannot be read as CSV ({error})"),
            "unreadable_file",
        )
    })?;
    let place = |name: &str| {
        let mut columns = heading.iter();
        columns.position(|column| column.to_lowercase().replace([' ', '-'], "_") == name)
    };
    let columns = COLUMNS.map(place);
    if columns[0].is_none() {
        return Err(unfit("has no column email", "missing_column").mend(
            "The first line names the columns: email,first_name,last_name,country,start_date,end_date",
        ));
    }
    Ok(columns)
}

/// An empty cell leaves what is there.
fn patch(row: &csv::StringRecord, columns: &[Option<usize>; 6]) -> PersonPatch {
    let cell = |column: usize| {
        let text = row.get(columns[column]?)?;
        (!text.is_empty()).then(|| text.to_owned())
    };
    PersonPatch {
        email: Some(cell(0).unwrap_or_default()),
        first_name: cell(1),
        last_name: cell(2),
        country: cell(3),
        start_date: cell(4),
        end_date: cell(5),
        ..PersonPatch::default()
    }
}
