//! Budgets for many at once.

use domain::{
    Budget, BudgetId, Currency, IdSource, JobKind, LeftOutCode, Organisation, Status, budget,
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use store::{BudgetError, Candidate, Turned};

use super::read_amount;
use crate::{
    App, Failure,
    failure::Wrong,
    jobs::{JobView, PeopleChoice},
};

/// The most days of a period: some say "for good" with a far date, which nobody means.
const LONGEST: i32 = 366 * 10;

/// A budget for many, in the API's words.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the API's body keys, by name")]
pub struct BudgetBulk {
    pub period_start: String,
    pub period_end: String,
    pub currency: String,
    pub amount: String,
    /// A day, or `start_date`.
    pub pro_rata_from: Option<String>,
    pub spendable_from: Option<String>,
}

/// What everybody gets, read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Giving {
    pub(crate) period_start: Date,
    pub(crate) period_end: Date,
    currency: String,
    amount: i64,
    pro_rata: ProRata,
    spendable_from: Option<Date>,
}

/// From when on a part is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ProRata {
    /// All of it.
    Whole,
    /// From this day.
    From(Date),
    /// From each person's start date.
    StartDate,
}

impl App {
    /// Puts down a bulk that gives everybody who has none in its period a budget.
    pub async fn give_budgets(
        &self,
        org: &Organisation,
        people: &PeopleChoice,
        bulk: &BudgetBulk,
    ) -> Result<JobView, Failure> {
        let giving = read_giving(bulk)?;
        let request = serde_json::to_value(&giving).map_err(|error| {
            Failure::internal(format!("The bulk could not be stored ({error})."))
        })?;
        self.begin_job(org, JobKind::Budgets, people, request).await
    }

    /// Takes a bulk of budgets back while nobody has touched any of them: all of it, or nothing.
    pub async fn take_back(&self, org: &Organisation, job: &str) -> Result<JobView, Failure> {
        let job = self.find_job(org, job).await?;
        if job.kind != JobKind::Budgets {
            return Err(Failure::conflict(
                "cannot_be_taken_back",
                "Only a bulk of budgets can be taken back: what was mailed is out. Nothing was changed.",
            ));
        }
        let (at, actor) = (self.clock.now(), self.actor);
        match self.store.take_back_job(org.id, job.id, at, actor).await {
            Ok(true) => self.job(org, &job.id.to_string()).await,
            Ok(false) if job.taken_back_at.is_some() => Err(Failure::conflict(
                "taken_back",
                "This bulk was taken back already; nothing was changed.",
            )),
            Ok(false) => Err(Failure::conflict(
                "not_finished",
                "This bulk is still being done, so nothing was taken back.",
            )
            .mend("Try again when it has finished.")),
            Err(BudgetError::Touched(budgets)) => Err(Failure::conflict(
                "budget_spent",
                format!(
                    "{budgets} of its budgets have been spent from, changed or removed since, so none was taken back."
                ),
            )
            .mend("Deduct or remove the others one by one.")),
            Err(BudgetError::Store(error)) => Err(error.into()),
            Err(BudgetError::Missing | BudgetError::Refused(_)) => {
                Err(Failure::not_found("job", &job.id.to_string()))
            }
        }
    }
}

impl Giving {
    /// What somebody's turn comes to.
    pub(crate) fn turn(&self, currency: Currency, ids: &IdSource<'_>, who: &Candidate) -> Turned {
        let amount = match self.amount_for(who) {
            Ok(amount) => amount,
            Err(code) => return Turned::LeftOut(code),
        };
        let (start, end) = (self.period_start, self.period_end);
        let id: BudgetId = ids.next();
        Turned::Budget(Budget {
            id,
            person: who.id,
            currency,
            amount,
            remaining: amount,
            period_start: start,
            period_end: end,
            spendable_from: self.spendable_from,
            frozen_at: None,
            ended_at: None,
        })
    }

    /// How much somebody gets, or why nothing.
    pub(crate) fn amount_for(&self, who: &Candidate) -> Result<i64, LeftOutCode> {
        match who.status {
            None => return Err(LeftOutCode::NotFound),
            Some(Status::Archived) => return Err(LeftOutCode::Archived),
            Some(Status::Upcoming) => return Err(LeftOutCode::Upcoming),
            Some(Status::Active) if who.has_budget => return Err(LeftOutCode::HasBudget),
            Some(Status::Active) => {}
        }
        let from = match self.pro_rata {
            ProRata::Whole => None,
            ProRata::From(day) => Some(day),
            // Whoever has no start date has been here all along.
            ProRata::StartDate => who.start_date,
        };
        let (start, end) = (self.period_start, self.period_end);
        Ok(from.map_or(self.amount, |from| {
            budget::pro_rata(self.amount, start, end, from)
        }))
    }

    pub(crate) fn currency(&self) -> Result<Currency, Failure> {
        self.currency
            .parse()
            .map_err(|what| Failure::internal(format!("A stored bulk cannot be read: {what}.")))
    }
}

/// Reads what everybody is to get.
pub(crate) fn read_giving(bulk: &BudgetBulk) -> Result<Giving, Failure> {
    let unfit = |field, code, what: String| {
        Failure::field(field, code, format!("{what}; nobody got a budget."))
    };
    let mut wrong = Wrong::default();
    let start = wrong.take(read_day("period_start", &bulk.period_start))?;
    let end = wrong.take(read_day("period_end", &bulk.period_end))?;
    if let Some((start, end)) = start.zip(end) {
        if end < start {
            let what = format!("The period ends on {end}, before it starts on {start}");
            wrong.note(unfit("period_end", "end_before_start", what));
        } else if (end - start).get_days() >= LONGEST {
            let what = "The period is longer than ten years".to_owned();
            wrong.note(unfit("period_end", "period_too_long", what));
        }
    }
    let currency = bulk.currency.parse::<Currency>();
    let currency =
        wrong.take(currency.map_err(|what| unfit("currency", "unknown_currency", what)))?;
    let amount = match currency {
        Some(currency) => wrong.take(read_amount(currency, &bulk.amount))?,
        None => None,
    };
    let pro_rata = match bulk.pro_rata_from.as_deref() {
        None => Some(ProRata::Whole),
        Some("start_date") => Some(ProRata::StartDate),
        Some(day) => {
            let day = wrong.take(read_day("pro_rata_from", day))?;
            day.map(ProRata::From)
        }
    };
    if let (Some(ProRata::From(day)), Some(end)) = (pro_rata, end)
        && day > end
    {
        let what = format!("Counting from {day} leaves nothing of a period that ends on {end}");
        wrong.note(unfit("pro_rata_from", "after_period", what));
    }
    let spendable_from = match &bulk.spendable_from {
        Some(day) => wrong.take(read_day("spendable_from", day))?,
        None => None,
    };
    if let Some((day, end)) = spendable_from.zip(end)
        && day > end
    {
        let what = format!("From {day} on nothing can be spent of a period that ends on {end}");
        wrong.note(unfit("spendable_from", "after_period", what));
    }
    wrong.none()?;
    match (start, end, currency, amount, pro_rata) {
        (Some(start), Some(end), Some(currency), Some(amount), Some(pro_rata)) => Ok(Giving {
            period_start: start,
            period_end: end,
            currency: currency.code().to_owned(),
            amount,
            pro_rata,
            spendable_from,
        }),
        _ => Err(Failure::internal("A bulk was read only in part.")),
    }
}

fn read_day(field: &'static str, text: &str) -> Result<Date, Failure> {
    let is_day = text.len() == 10 && text.as_bytes()[4] == b'-';
    let day = is_day.then(|| text.parse().ok()).flatten();
    day.ok_or_else(|| {
        Failure::field(
            field,
            "invalid_date",
            format!(
                "{field} is {text:?}; accepted is a day such as 2027-01-01. Nobody got a budget."
            ),
        )
    })
}
