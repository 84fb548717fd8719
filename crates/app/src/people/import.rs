//! People from a CSV file: read here, planned by the rules of a sync, shown as a preview, and applied
//! only as it was shown.
//!
//! The file waits with its preview for at most a day. Starting reads and plans it again, like every
//! preview; is the plan another one by now, nothing is applied and the new one is shown.

use domain::{
    Organisation, Run, RunId, RunKind, RunState, SmolStr, Trigger,
    text::{Email, clean_text},
};
use hris::{
    CountryReading, Coverage, Employee, Roster, Scope, Seen,
    normalise::{self, CountryMatch},
};
use jiff::{SignedDuration, civil::Date};
use reconcile::{File, row_id};
use secrecy::{ExposeSecret as _, SecretString};
use store::RunLock;

use crate::{
    App, Failure, NoRunProgress, SyncRequest, csv_in, csv_out,
    sync::{Base, Basis, Going, Planned},
    view::RunReport,
};

/// The most rows of a file.
const MOST_ROWS: usize = 20_000;
/// The longest name.
const NAME_LIMIT: usize = 300;
/// The columns that are read; others are passed over.
const COLUMNS: [&str; 6] = [
    "email",
    "first_name",
    "last_name",
    "country",
    "start_date",
    "end_date",
];
/// The name under which a file is sealed.
const FILE_FIELD: &str = "people_file";
/// How long a file waits for somebody to start its preview.
const WAITS: SignedDuration = SignedDuration::from_hours(24);

const PREVIEW: SyncRequest = SyncRequest {
    kind: RunKind::Preview,
    trigger: Trigger::Csv,
    as_of: None,
    expect: None,
};

/// What became of a preview that was started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Imported {
    /// This run applied it.
    Applied(RunId),
    /// Nothing was applied: somebody has changed the people since, and this preview shows the new plan.
    Changed(RunId),
}

impl App {
    /// What a file would do, as a preview. Nothing else is written.
    ///
    /// # Errors
    /// When the file as a whole is none: no column `email`, no rows, too many.
    pub async fn preview_import(
        &self,
        org: &Organisation,
        text: &str,
    ) -> Result<RunReport, Failure> {
        let file = read(text)?;
        let lock = self.lock_preview(org).await?;
        let made = self.make_import_preview(org, text, file).await;
        lock.release().await;
        self.report(org, made?).await
    }

    async fn make_import_preview(
        &self,
        org: &Organisation,
        text: &str,
        file: File,
    ) -> Result<RunId, Failure> {
        let mut run = self.new_run(&PREVIEW);
        run.state = RunState::Planning;
        let (id, now) = (run.id, self.clock.now());
        let secret = SecretString::from(text.to_owned());
        let sealed = self
            .vault
            .seal(org.id, FILE_FIELD, &secret, self.entropy.as_ref())?;
        // The file first: killed in between, it is a file without a preview and gone after a day.
        self.store
            .keep_people_file(org.id, id, &sealed, now, now - WAITS)
            .await?;
        let mut going = self.begin(org, None, run, &NoRunProgress).await?;
        let kept = self.plan_and_keep(&mut going, file).await;
        if let Err(failure) = &kept {
            self.fail_ourselves(&mut going, failure).await;
        }
        kept.map(|()| id)
    }

    async fn plan_and_keep(&self, going: &mut Going<'_>, mut file: File) -> Result<(), Failure> {
        let mut base = self.base(going.org).await?;
        loop {
            let (mut planned, holds) = self.plan_file(going.org, base, &mut file).await?;
            going.run.hold = holds;
            let kept = self.keep(going, RunState::Finished, &mut planned, &[], None);
            if kept.await? {
                return Ok(());
            }
            base = self.base_of_file_again(going.org, planned.base).await?;
        }
    }

    /// The directory once more; the rows no longer have what tells who was erased.
    async fn base_of_file_again(&self, org: &Organisation, mut old: Base) -> Result<Base, Failure> {
        let erased = std::mem::take(&mut old.loaded.directory.erased);
        let mut base = self.base_again(org, old).await?;
        base.loaded.directory.erased = erased;
        Ok(base)
    }

    async fn plan_file(
        &self,
        org: &Organisation,
        mut base: Base,
        file: &mut File,
    ) -> Result<(Planned, Vec<domain::Hold>), Failure> {
        let policy = self.store.policy(org.id).await?;
        file.leave_linked = self.store.connection(org.id).await?.is_some();
        let mut roster = Roster {
            employees: std::mem::take(&mut file.rows),
            departments: Vec::new(),
            unreadable: Vec::new(),
            coverage: Coverage::default(),
            scope: Scope::Named(Vec::new()),
        };
        self.leave_out_erased(org, &mut roster, &mut base.loaded)?;
        file.rows = roster.employees;
        let today = org.today(self.clock.now());
        let told = tokio::task::block_in_place(|| {
            reconcile::file(&base.loaded.directory, file, &policy, today)
        });
        let planned = Planned {
            base,
            policy,
            plan: told.plan,
            is_another: false,
        };
        Ok((planned, told.holds))
    }

    /// Applies the file of a preview: exactly what was shown, or nothing.
    ///
    /// # Errors
    /// `file_gone` a day after the preview, or once it was applied; `sync_going` while a sync is.
    pub async fn apply_import(
        &self,
        org: &Organisation,
        preview: RunId,
    ) -> Result<Imported, Failure> {
        let shown = self.run_record(org, &preview.to_string()).await?;
        let since = self.clock.now() - WAITS;
        let sealed = self.store.people_file(org.id, shown.run.id, since).await?;
        // One that was sealed with a key that is gone is gone too.
        let opened = sealed.and_then(|sealed| self.vault.open(org.id, FILE_FIELD, &sealed).ok());
        let (Some(text), Some(hash)) = (opened, shown.plan_hash) else {
            return Err(Failure::conflict(
                "file_gone",
                "The file of this preview is no longer kept: it was applied, a day is over, or somebody was erased \
                 meanwhile; nothing was changed.",
            )
            .mend("Choose the file once more."));
        };
        let file = read(text.expose_secret())?;
        let Some(mut lock) = self.lock_or_join(org).await? else {
            return Err(Failure::conflict(
                "sync_going",
                "A sync is going, so the file was not applied.",
            )
            .mend("Wait for it to end, and start again."));
        };
        let taken = self.take_file(org, &mut lock, file, &hash).await;
        lock.release().await;
        let Some(run) = taken? else {
            let shown = self.preview_import(org, text.expose_secret()).await?;
            return Ok(Imported::Changed(shown.run.id));
        };
        self.store.drop_people_file(org.id, shown.run.id).await?;
        self.announce_admins(org, &run).await?;
        Ok(Imported::Applied(run.id))
    }

    /// The run that has applied a file; none where the plan is another one by now.
    async fn take_file(
        &self,
        org: &Organisation,
        lock: &mut RunLock,
        file: File,
        hash: &str,
    ) -> Result<Option<Run>, Failure> {
        let mut run = self.new_run(&SyncRequest {
            kind: RunKind::Sync,
            ..PREVIEW
        });
        run.state = RunState::Planning;
        let mut going = self.begin(org, None, run, &NoRunProgress).await?;
        going.lock = Some(lock);
        let is_over = self.apply_file(&mut going, file, hash).await;
        match &is_over {
            Err(failure) => self.fail_ourselves(&mut going, failure).await,
            Ok(false) => self.store.forget_run(org.id, going.run.id).await?,
            Ok(true) => {}
        }
        let run = going.run;
        match run.error {
            _ if !is_over? => Ok(None),
            None => Ok(Some(run)),
            // Its lock was lost, or somebody else has closed it: nothing was changed.
            Some(problem) => Err(problem.into()),
        }
    }

    /// Whether the run is over; it is not where the plan is another one by now.
    async fn apply_file(
        &self,
        going: &mut Going<'_>,
        mut file: File,
        hash: &str,
    ) -> Result<bool, Failure> {
        let mut base = self.base(going.org).await?;
        loop {
            let (mut planned, _) = self.plan_file(going.org, base, &mut file).await?;
            if planned.plan.hash() != hash {
                planned.base.let_go();
                return Ok(false);
            }
            going.enter(RunState::Applying);
            let applied = self.apply(going, Basis::FILE, &mut planned, true).await?;
            if self.after(going, applied).await? {
                return Ok(true);
            }
            base = self.base_of_file_again(going.org, planned.base).await?;
        }
    }
}

fn unfit(what: &str, code: &'static str) -> Failure {
    Failure::field(
        "file",
        code,
        format!("The file {what}; nothing was changed."),
    )
}

/// Reads the rows.
fn read(text: &str) -> Result<File, Failure> {
    let mut reader = csv_in::reader(text)?;
    let columns = columns(&mut reader)?;
    let mut file = File::default();
    for (row, line) in reader.records().zip(2..) {
        match row {
            Ok(row) => file.rows.push(employee(line, &row, &columns)),
            Err(error) => {
                let what = format!("Line {line} cannot be read: {error}");
                file.unreadable.push(SmolStr::from(what));
            }
        }
        if file.rows.len() + file.unreadable.len() > MOST_ROWS {
            let what = format!("has more than {MOST_ROWS} rows");
            return Err(unfit(&what, "too_many_rows"));
        }
    }
    if file.rows.is_empty() && file.unreadable.is_empty() {
        return Err(unfit("has no rows", "no_rows")
            .mend("The first line names the columns, and each further line is a person."));
    }
    Ok(file)
}

/// A day as it is written with hyphens, or as spreadsheets write it with points: there the day always
/// stands first. With slashes nobody knows which of both is the month.
fn day(text: &str) -> Option<Date> {
    let read = normalise::date(text).ok();
    read.or_else(|| Date::strptime("%d.%m.%Y", text).ok())
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

/// A row as the planner reads it. An empty cell leaves what is there.
fn employee(line: u64, row: &csv::StringRecord, columns: &[Option<usize>; 6]) -> Employee {
    let cell = |column: usize| {
        let text = row.get(columns[column]?)?;
        let text = csv_out::unguarded(text);
        (!text.is_empty()).then_some(text)
    };
    let [email, first_name, surname, country, start_date, end_date] = std::array::from_fn(cell);
    let name = |text: Option<&str>| {
        let text = text.and_then(|text| clean_text(text, NAME_LIMIT));
        text.map_or(Seen::Absent, Seen::Value)
    };
    let date = |text: Option<&str>| match (text, text.and_then(day)) {
        (_, Some(day)) => Seen::Value(day),
        (Some(text), None) => Seen::bad(text),
        (None, None) => Seen::Absent,
    };
    Employee {
        first_name: name(first_name),
        surname: name(surname),
        email: match email.map(Email::parse) {
            None => Seen::Absent,
            Some(Ok(email)) => Seen::Value(email),
            Some(Err(_)) => Seen::bad(email.unwrap_or_default()),
        },
        start_date: date(start_date),
        end_date: date(end_date),
        country: match country.map(normalise::country) {
            None | Some(CountryMatch::Empty) => Seen::Absent,
            Some(CountryMatch::Known(country)) => Seen::Value(CountryReading::Known(country)),
            Some(CountryMatch::Unknown) => {
                Seen::Value(CountryReading::Unknown(country.unwrap_or_default().into()))
            }
        },
        ..Employee::unknown(row_id(line))
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn files_of_spreadsheets_are_read_whatever_stands_between_their_cells() {
        let comma = "\u{feff}Email,First Name,start-date\r\nnadia@acme.test,\"Ferreira, Nadia\",2026-03-01\r\n";
        let semicolon = "email;first_name;start_date\nnadia@acme.test;Ferreira, Nadia;01.03.2026\n";
        for text in [comma, semicolon] {
            let file = read(text).unwrap();
            let row = &file.rows[0];
            assert_eq!(row.id, row_id(2));
            assert_eq!(row.first_name, Seen::Value("Ferreira, Nadia".into()));
            assert_eq!(row.start_date, Seen::Value(date(2026, 3, 1)));
            assert_eq!(
                (&row.country, &row.end_date),
                (&Seen::Absent, &Seen::Absent)
            );
        }
        let slashes = read("email,end_date\nnadia@acme.test,01/03/2026\n").unwrap();
        assert_eq!(slashes.rows[0].end_date, Seen::bad("01/03/2026"));
        let guarded = read("email,first_name\nnadia@acme.test,'=1+1\n").unwrap();
        assert_eq!(guarded.rows[0].first_name, Seen::Value("=1+1".into()));
    }

    #[test]
    fn a_file_that_is_none_is_refused_as_a_whole() {
        for (text, code) in [
            ("", "missing_column"),
            ("name\nx\n", "missing_column"),
            ("email\n", "no_rows"),
        ] {
            assert_eq!(read(text).unwrap_err().code, code, "{text:?}");
        }
        let many = "email\n".to_owned() + &"a@b.test\n".repeat(MOST_ROWS + 1);
        assert_eq!(read(&many).unwrap_err().code, "too_many_rows");
    }
}
