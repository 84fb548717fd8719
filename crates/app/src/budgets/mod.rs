//! Budgets: what an admin gives, changes and takes back. No sync ever does.

mod bulk;

use domain::{
    Budget, BudgetChange, BudgetId, BudgetRefusal, Currency, Organisation, PersonId, budget,
    text::clean_text,
};
use serde::Serialize;
use store::BudgetError;

use crate::{App, Failure, view::BudgetView};

pub use bulk::BudgetBulk;
pub(crate) use bulk::{Giving, read_giving};

const NOTE_LIMIT: usize = 500;

/// A budget with its ledger.
#[derive(Clone, Debug, Serialize)]
pub struct LedgerView {
    /// The budget; none when there is none now and none to come.
    pub budget: Option<BudgetView>,
    /// Its lines, oldest first. Their amounts sum to what is left.
    pub entries: Vec<EntryView>,
}

/// One line of a ledger.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "named by what they are")]
pub struct EntryView {
    pub kind: &'static str,
    /// Signed: what goes out is negative.
    pub amount: String,
    pub note: String,
    pub at: jiff::Timestamp,
    pub by: String,
}

/// What is done to one person's budget.
#[derive(Clone, Debug)]
pub enum BudgetAction {
    /// Adds this amount.
    TopUp(String),
    /// Takes this amount off.
    Deduct(String),
    /// Takes it away.
    Remove,
    /// Gives what is left back to the organisation.
    Return,
    /// Lets it be spent again.
    Thaw,
}

/// What people have in one currency, now or to come.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "named by what they are")]
pub struct BudgetTotal {
    pub currency: &'static str,
    pub people: u64,
    /// What was given at first.
    pub given: String,
    pub left: String,
}

impl App {
    /// What people have in each currency, now or to come.
    pub async fn budget_totals(&self, org: &Organisation) -> Result<Vec<BudgetTotal>, Failure> {
        let today = org.today(self.clock.now());
        let totals = self.store.budget_totals(org.id, today).await?;
        let total = |(currency, people, given, left): (Currency, u64, i64, i64)| BudgetTotal {
            currency: currency.code(),
            people,
            given: currency.show(given),
            left: currency.show(left),
        };
        Ok(totals.into_iter().map(total).collect())
    }

    /// A person's budget with its ledger: the one that is named, else the current one, else the next
    /// to come.
    pub async fn ledger(
        &self,
        org: &Organisation,
        person: &str,
        budget: Option<&str>,
    ) -> Result<LedgerView, Failure> {
        let person = self.find_person(org, person).await?.id;
        let found = self.find_budget(org, person, budget).await?;
        match found {
            Some(found) => self.ledger_of(org, &found).await,
            None => Ok(LedgerView {
                budget: None,
                entries: Vec::new(),
            }),
        }
    }

    /// Changes a person's budget: the one that is named, else the current one, else the next to come.
    pub async fn change_budget(
        &self,
        org: &Organisation,
        person: &str,
        budget: Option<&str>,
        action: BudgetAction,
        note: &str,
    ) -> Result<LedgerView, Failure> {
        let person = self.find_person(org, person).await?;
        let found = self.find_budget(org, person.id, budget).await?;
        let found = found.ok_or_else(|| {
            Failure::conflict(
                "no_budget",
                "This person has no budget now and none to come, so nothing was changed.",
            )
            .mend("Give one first.")
        })?;
        let change = read_action(found.currency, &action)?;
        let note = clean_text(note, NOTE_LIMIT).unwrap_or_default();
        let (at, actor) = (self.clock.now(), self.actor);
        let changed = self
            .store
            .change_budget(org.id, found.id, change, &note, at, actor);
        let changed = changed
            .await
            .map_err(|error| refused(error, found.currency))?;
        self.ledger_of(org, &changed).await
    }

    async fn find_budget(
        &self,
        org: &Organisation,
        person: PersonId,
        named: Option<&str>,
    ) -> Result<Option<Budget>, Failure> {
        let budgets = self.store.budgets_of(org.id, person).await?;
        let Some(named) = named else {
            let today = org.today(self.clock.now());
            return Ok(budget::shown(&budgets, today).cloned());
        };
        let id = named.parse::<BudgetId>().ok();
        let found = budgets.into_iter().find(|budget| Some(budget.id) == id);
        found
            .map(Some)
            .ok_or_else(|| Failure::not_found("budget", named))
    }

    async fn ledger_of(&self, org: &Organisation, budget: &Budget) -> Result<LedgerView, Failure> {
        let entries = self.store.ledger(org.id, budget.id).await?;
        let entries = entries.into_iter().map(|entry| EntryView {
            kind: entry.kind.as_str(),
            amount: budget.currency.show(entry.amount),
            note: entry.note,
            at: entry.at,
            by: entry.actor.to_string(),
        });
        Ok(LedgerView {
            entries: entries.collect(),
            budget: Some(budget.into()),
        })
    }
}

fn read_action(currency: Currency, action: &BudgetAction) -> Result<BudgetChange, Failure> {
    let amount = |text: &String| read_amount(currency, text);
    Ok(match action {
        BudgetAction::TopUp(text) => BudgetChange::TopUp(amount(text)?),
        BudgetAction::Deduct(text) => BudgetChange::Deduct(amount(text)?),
        BudgetAction::Remove => BudgetChange::Remove,
        BudgetAction::Return => BudgetChange::Return,
        BudgetAction::Thaw => BudgetChange::Thaw,
    })
}

pub(crate) fn read_amount(currency: Currency, text: &str) -> Result<i64, Failure> {
    currency.read(text).map_err(|what| {
        Failure::field(
            "amount",
            "invalid_amount",
            format!("The amount does not fit: {what}. Nothing was changed."),
        )
    })
}

fn refused(error: BudgetError, currency: Currency) -> Failure {
    let refusal = match error {
        BudgetError::Refused(refusal) => refusal,
        BudgetError::Missing => return Failure::not_found("budget", "of this person"),
        BudgetError::Touched(_) => BudgetRefusal::Ended,
        BudgetError::Store(error) => return error.into(),
    };
    match refusal {
        BudgetRefusal::Insufficient(left) => Failure::conflict(
            "insufficient_budget",
            format!(
                "Only {} {currency} are left, so nothing was taken off.",
                currency.show(left)
            ),
        ),
        BudgetRefusal::Ended => Failure::conflict(
            "budget_ended",
            "This budget was removed, returned or taken back, so nothing was changed.",
        ),
        BudgetRefusal::NotFrozen => Failure::conflict(
            "not_frozen",
            "This budget is not frozen, so there is nothing to thaw.",
        ),
        BudgetRefusal::TooMuch => Failure::field(
            "amount",
            "invalid_amount",
            "That is more than a budget can hold; nothing was changed.",
        ),
    }
}

impl From<&Budget> for BudgetView {
    fn from(budget: &Budget) -> Self {
        let Budget {
            id,
            currency,
            amount,
            remaining,
            period_start,
            period_end,
            spendable_from,
            frozen_at,
            ..
        } = budget;
        Self {
            id: *id,
            currency: currency.code(),
            amount: currency.show(*amount),
            remaining: currency.show(*remaining),
            period_start: *period_start,
            period_end: *period_end,
            spendable_from: *spendable_from,
            frozen: frozen_at.is_some(),
        }
    }
}
