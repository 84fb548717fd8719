//! Budgets and their ledgers. No sync moves money: archiving freezes, coming back thaws, and neither
//! writes an entry.

use domain::{
    Budget, BudgetChange, BudgetId, BudgetRefusal, Currency, EntryKind, JobId, OrganisationId,
    PersonId,
};
use jiff::{Timestamp, civil::Date};
use rustc_hash::FxHashMap;
use uuid::Uuid;

use crate::{
    Actor, Store, StoreError,
    engine::{Reader, Session, bulks, read_count, read_int, statements, values},
    organisation,
};

macro_rules! budget_columns {
    () => {
        "id, person_id, currency, amount, remaining, period_start, period_end, spendable_from,
         frozen_at, ended_at"
    };
}

statements! {
    BUDGET_TOTALS =
        "SELECT currency, COUNT(DISTINCT person_id), CAST(SUM(amount) AS BIGINT),
           CAST(SUM(remaining) AS BIGINT)
         FROM budget WHERE org_id = $1 AND ended_at IS NULL AND period_end >= $2
         GROUP BY currency ORDER BY currency";
    BUDGET = concat!("SELECT ", budget_columns!(), " FROM budget WHERE org_id = $1 AND id = $2");
    BUDGETS_OF_PERSON = concat!(
        "SELECT ", budget_columns!(), " FROM budget WHERE org_id = $1 AND person_id = $2
         ORDER BY period_start, id");
    ENTRIES =
        "SELECT kind, amount, note, at, actor FROM budget_entry
         WHERE org_id = $1 AND budget_id = $2 ORDER BY position";
    ENTRY_LAST =
        "SELECT COALESCE(MAX(position), 0) FROM budget_entry WHERE org_id = $1 AND budget_id = $2";
    BUDGET_SET =
        "UPDATE budget SET remaining = $3, frozen_at = $4, ended_at = $5,
           frozen_start = CASE WHEN CAST($4 AS BIGINT) IS NULL THEN NULL ELSE frozen_start END
         WHERE org_id = $1 AND id = $2";
    SPENT_OF_JOB =
        "SELECT COUNT(*) FROM budget b WHERE b.org_id = $1 AND b.job_id = $2 AND (
           b.remaining <> b.amount OR b.ended_at IS NOT NULL OR EXISTS (
             SELECT 1 FROM budget_entry e
             WHERE e.org_id = b.org_id AND e.budget_id = b.id AND e.kind <> 'allocated'))";
    TAKE_BACK_ENTRIES =
        "INSERT INTO budget_entry (org_id, budget_id, position, kind, amount, note, at, actor)
         SELECT org_id, id, 2, 'removed', -remaining, $3, $4, $5 FROM budget
         WHERE org_id = $1 AND job_id = $2";
    TAKE_BACK =
        "UPDATE budget SET remaining = 0, ended_at = $3 WHERE org_id = $1 AND job_id = $2";
}

bulks! {
    BUDGET_ADD = rows(
        "INSERT INTO budget (org_id, id, person_id, currency, amount, remaining, period_start,
           period_end, spendable_from, job_id, created_at)", 11, "");
    ENTRY_ADD = rows(
        "INSERT INTO budget_entry (org_id, budget_id, position, kind, amount, note, at, actor)", 8,
        "");
    ;
    OPEN_OF_PEOPLE = of_ids(
        concat!("SELECT ", budget_columns!(), " FROM budget
          WHERE org_id = {} AND ended_at IS NULL AND person_id"), "");
    FREEZE = of_ids(
        "UPDATE budget SET frozen_at = {},
           frozen_start = (SELECT p.start_date FROM person p
             WHERE p.org_id = budget.org_id AND p.id = budget.person_id)
         WHERE org_id = {} AND frozen_at IS NULL AND ended_at IS NULL AND person_id",
        "AND EXISTS (SELECT 1 FROM person p WHERE p.org_id = budget.org_id
           AND p.id = budget.person_id AND p.status = 'archived')");
    THAW = of_ids(
        "UPDATE budget SET frozen_at = NULL, frozen_start = NULL
         WHERE org_id = {} AND frozen_at IS NOT NULL AND ended_at IS NULL AND person_id",
        "AND EXISTS (SELECT 1 FROM person p WHERE p.org_id = budget.org_id
           AND p.id = budget.person_id AND p.status = 'active'
           AND p.start_date IS NOT DISTINCT FROM budget.frozen_start)");
}

/// One line of a ledger. Amounts are signed, in minor units.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named by what they are")]
pub struct LedgerEntry {
    pub kind: EntryKind,
    pub amount: i64,
    pub note: String,
    pub at: Timestamp,
    pub actor: Actor,
}

/// Why a budget was not changed. Nothing was.
#[derive(Debug, thiserror::Error)]
pub enum BudgetError {
    /// It cannot be changed like that.
    #[error("the budget cannot be changed like that")]
    Refused(BudgetRefusal),
    /// There is no such budget.
    #[error("there is no such budget")]
    Missing,
    /// Of a bulk that is to be taken back, so many budgets have been touched since.
    #[error("{0} budgets have been touched since")]
    Touched(u64),
    /// The database could not.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Store {
    /// What people have in each currency, now or to come: how many, given at first, left.
    pub async fn budget_totals(
        &self,
        org: OrganisationId,
        today: Date,
    ) -> Result<Vec<(Currency, u64, i64, i64)>, StoreError> {
        let mut session = self.engine.read().await?;
        let today = today.to_string();
        session
            .all(&BUDGET_TOTALS, &values![org, today], |row| {
                Ok((currency(row)?, row.count()?, row.int()?, row.int()?))
            })
            .await
    }

    /// All budgets of a person, those that ended too, by period.
    pub async fn budgets_of(
        &self,
        org: OrganisationId,
        person: PersonId,
    ) -> Result<Vec<Budget>, StoreError> {
        let mut session = self.engine.read().await?;
        session
            .all(&BUDGETS_OF_PERSON, &values![org, person], read)
            .await
    }

    /// A budget's ledger, oldest first.
    pub async fn ledger(
        &self,
        org: OrganisationId,
        budget: BudgetId,
    ) -> Result<Vec<LedgerEntry>, StoreError> {
        let mut session = self.engine.read().await?;
        session
            .all(&ENTRIES, &values![org, budget], |row| {
                Ok(LedgerEntry {
                    kind: row.word()?,
                    amount: row.int()?,
                    note: row.text()?.to_owned(),
                    at: row.instant()?,
                    actor: row.word()?,
                })
            })
            .await
    }

    /// Changes a budget, with its line in the ledger. Whether it can be is decided on what stands in
    /// the database at that moment, so two admins cannot take the same money twice.
    pub async fn change_budget(
        &self,
        org: OrganisationId,
        id: BudgetId,
        change: BudgetChange,
        note: &str,
        at: Timestamp,
        actor: Actor,
    ) -> Result<Budget, BudgetError> {
        let mut session = self.engine.write().await?;
        organisation::hold(&mut session, org).await?;
        let found = session.maybe_one(&BUDGET, &values![org, id], read).await?;
        let before = found.ok_or(BudgetError::Missing)?;
        let (after, entry) = before.after(change, at).map_err(BudgetError::Refused)?;
        if let Some((kind, amount)) = entry {
            let last = session
                .maybe_one(&ENTRY_LAST, &values![org, id], read_int)
                .await?;
            let line = Line {
                budget: id,
                position: last.unwrap_or(0) + 1,
                kind,
                amount,
                note,
            };
            add_lines(&mut session, org, vec![line], at, actor).await?;
        }
        let values = values![org, id, after.remaining, after.frozen_at, after.ended_at];
        session.execute(&BUDGET_SET, &values).await?;
        session.commit().await?;
        Ok(after)
    }
}

/// Takes back all budgets of a bulk, inside a transaction, as long as nobody has touched any.
pub(crate) async fn take_back(
    session: &mut Session,
    org: OrganisationId,
    job: JobId,
    at: Timestamp,
    actor: Actor,
) -> Result<(), BudgetError> {
    let touched = session
        .maybe_one(&SPENT_OF_JOB, &values![org, job], read_count)
        .await?
        .unwrap_or_default();
    if touched > 0 {
        return Err(BudgetError::Touched(touched));
    }
    let note = "The bulk was taken back.";
    let values = values![org, job, note, at, actor.to_string()];
    session.execute(&TAKE_BACK_ENTRIES, &values).await?;
    session.execute(&TAKE_BACK, &values![org, job, at]).await?;
    Ok(())
}

struct Line<'a> {
    budget: BudgetId,
    position: i64,
    kind: EntryKind,
    amount: i64,
    note: &'a str,
}

async fn add_lines(
    session: &mut Session,
    org: OrganisationId,
    lines: Vec<Line<'_>>,
    at: Timestamp,
    actor: Actor,
) -> Result<(), StoreError> {
    let actor = actor.to_string();
    session
        .insert(&ENTRY_ADD, lines.into_iter(), move |line, values| {
            values.extend(values![
                org,
                line.budget,
                line.position,
                line.kind.as_str(),
                line.amount,
                line.note,
                at,
                actor.clone()
            ]);
            Ok(())
        })
        .await
}

/// Stores new budgets of a bulk with their first lines, inside a transaction.
pub(crate) async fn add(
    session: &mut Session,
    org: OrganisationId,
    job: JobId,
    budgets: &[Budget],
    at: Timestamp,
    actor: Actor,
) -> Result<(), StoreError> {
    session
        .insert(&BUDGET_ADD, budgets.iter(), move |budget, values| {
            values.extend(values![
                org,
                budget.id,
                budget.person,
                budget.currency.code(),
                budget.amount,
                budget.remaining,
                budget.period_start.to_string(),
                budget.period_end.to_string(),
                budget.spendable_from,
                job,
                at
            ]);
            Ok(())
        })
        .await?;
    let first = budgets.iter().map(|budget| Line {
        budget: budget.id,
        position: 1,
        kind: EntryKind::Allocated,
        amount: budget.amount,
        note: "",
    });
    add_lines(session, org, first.collect(), at, actor).await
}

/// What the archiving and coming back of people does to their budgets, inside its transaction.
pub(crate) async fn follow(
    session: &mut Session,
    org: OrganisationId,
    archived: &[Uuid],
    back: &[Uuid],
    at: Timestamp,
) -> Result<(), StoreError> {
    session
        .execute_of(&FREEZE, &values![at, org], archived)
        .await?;
    session.execute_of(&THAW, &values![org], back).await
}

/// The budgets that count, of a page of people.
pub(crate) async fn open_of(
    session: &mut Session,
    org: OrganisationId,
    people: &[Uuid],
) -> Result<FxHashMap<PersonId, Vec<Budget>>, StoreError> {
    let mut found: FxHashMap<PersonId, Vec<Budget>> = FxHashMap::default();
    session
        .each_of(&OPEN_OF_PEOPLE, &values![org], people, |row| {
            let budget = read(row)?;
            found.entry(budget.person).or_default().push(budget);
            Ok(())
        })
        .await?;
    Ok(found)
}

fn currency(row: &mut Reader<'_>) -> Result<Currency, StoreError> {
    let code = row.text()?;
    code.parse()
        .map_err(|error: String| StoreError::unreadable("a budget", error))
}

fn read(row: &mut Reader<'_>) -> Result<Budget, StoreError> {
    let missing = || StoreError::unreadable("a budget", "a day is missing");
    Ok(Budget {
        id: row.id()?,
        person: row.id()?,
        currency: currency(row)?,
        amount: row.int()?,
        remaining: row.int()?,
        period_start: row.maybe_date()?.ok_or_else(missing)?,
        period_end: row.maybe_date()?.ok_or_else(missing)?,
        spendable_from: row.maybe_date()?,
        frozen_at: row.maybe_instant()?,
        ended_at: row.maybe_instant()?,
    })
}
