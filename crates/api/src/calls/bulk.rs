//! Budgets, invitations, and the jobs that hand them out.

use app::{BudgetAction, BudgetBulk, PeopleChoice, PeopleQuery};
use axum::{
    extract::Path,
    http::{Method, StatusCode},
};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    Answer, ok,
    people::{Filters, read_id},
    with_status,
};
use crate::{
    Problem,
    caller::Caller,
    contract,
    input::{Body, MaybeBody, Query},
    table::Table,
};

pub(super) fn add(table: &mut Table) {
    let (get, post) = (Method::GET, Method::POST);
    table
        .call(post.clone(), "/budgets/bulk", give, "Give many a budget")
        .once()
        .body::<Giving>(true)
        .answers::<contract::Job>(202, "A job does it");
    table
        .call(post.clone(), "/invitations/bulk", invite, "Invite many")
        .once()
        .body::<Inviting>(true)
        .answers::<contract::Job>(202, "A job does it");
    table
        .call(
            get.clone(),
            "/jobs/{id}",
            job,
            "How far a job is, and who was left out",
        )
        .answers::<contract::Job>(200, "The job");
    table
        .call(
            post.clone(),
            "/jobs/{id}/take-back",
            take_back,
            "Take a bulk of budgets back, while unspent",
        )
        .once()
        .answers::<contract::Job>(200, "The job");
    table
        .call(
            get,
            "/people/{id}/budget",
            ledger,
            "A budget with its ledger",
        )
        .query::<Which>()
        .answers::<contract::Ledger>(200, "The current one, else the next to come");
    let path = "/people/{id}/budget/top-up";
    table
        .call(post.clone(), path, top_up, "Add to a budget")
        .once()
        .body::<Moved>(true)
        .answers::<contract::Ledger>(200, "The ledger");
    let path = "/people/{id}/budget/deduct";
    table
        .call(post.clone(), path, deduct, "Take something off a budget")
        .once()
        .body::<Moved>(true)
        .answers::<contract::Ledger>(200, "The ledger");
    let path = "/people/{id}/budget/remove";
    table
        .call(post.clone(), path, remove, "Take a budget away")
        .once()
        .body::<Note>(false)
        .answers::<contract::Ledger>(200, "The ledger");
    let path = "/people/{id}/budget/return";
    table
        .call(
            post.clone(),
            path,
            give_back,
            "Give what is left back to the organisation",
        )
        .once()
        .body::<Note>(false)
        .answers::<contract::Ledger>(200, "The ledger");
    let path = "/people/{id}/budget/thaw";
    table
        .call(post, path, thaw, "Let a frozen budget be spent again")
        .once()
        .body::<Note>(false)
        .answers::<contract::Ledger>(200, "The ledger");
}

/// Whom it is about: one of both.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct People {
    /// These.
    #[schemars(length(min = 1))]
    ids: Option<Vec<String>>,
    /// Everybody who matches when the call comes.
    filter: Option<Filters>,
}

impl People {
    fn read(self) -> Result<PeopleChoice, Problem> {
        match (self.ids, self.filter) {
            (Some(ids), None) => Ok(PeopleChoice::Ids(ids)),
            (None, Some(filter)) => Ok(PeopleChoice::Filter(Box::new(PeopleQuery::from(filter)))),
            _ => {
                let detail = "people has either ids or a filter; nothing was begun.";
                let status = StatusCode::UNPROCESSABLE_ENTITY;
                Err(Problem::new(status, "invalid_people", detail).at("people"))
            }
        }
    }
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Giving {
    people: People,
    #[schemars(extend("format" = "date"))]
    period_start: String,
    #[schemars(extend("format" = "date"))]
    period_end: String,
    /// ISO 4217.
    #[schemars(regex(pattern = "^[A-Z]{3}$"))]
    currency: String,
    /// A decimal number as text.
    #[schemars(regex(pattern = r"^[0-9]{1,9}(\.[0-9]{1,2})?$"))]
    amount: String,
    /// A day, or `start_date`.
    pro_rata_from: Option<String>,
    #[schemars(extend("format" = "date"))]
    spendable_from: Option<String>,
}

async fn give(caller: Caller, Body(body): Body<Giving>) -> Answer {
    let people = body.people.read()?;
    let bulk = BudgetBulk {
        period_start: body.period_start,
        period_end: body.period_end,
        currency: body.currency,
        amount: body.amount,
        pro_rata_from: body.pro_rata_from,
        spendable_from: body.spendable_from,
    };
    let job = caller.app.give_budgets(&caller.org, &people, &bulk).await?;
    with_status(StatusCode::ACCEPTED, &job)
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Inviting {
    people: People,
    /// Also who was invited and has not come; their old links are void.
    #[serde(default)]
    again: bool,
}

async fn invite(caller: Caller, Body(body): Body<Inviting>) -> Answer {
    let people = body.people.read()?;
    let job = caller.app.invite(&caller.org, &people, body.again).await?;
    with_status(StatusCode::ACCEPTED, &job)
}

async fn job(caller: Caller, Path(id): Path<String>) -> Answer {
    ok(&caller.app.job(&caller.org, &id).await?)
}

async fn take_back(caller: Caller, Path(id): Path<String>) -> Answer {
    ok(&caller.app.take_back(&caller.org, &id).await?)
}

/// Which budget.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Which {
    /// Another than the current one.
    #[schemars(regex(pattern = r"^[0-9a-fA-F]{8}-?([0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}$"))]
    budget_id: Option<String>,
}

async fn ledger(caller: Caller, Path(id): Path<String>, Query(which): Query<Which>) -> Answer {
    let id = read_id(&id)?;
    let ledger = caller
        .app
        .ledger(&caller.org, &id, which.budget_id.as_deref());
    ok(&ledger.await?)
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Moved {
    /// A decimal number as text.
    #[schemars(regex(pattern = r"^[0-9]{1,9}(\.[0-9]{1,2})?$"))]
    amount: String,
    #[serde(default)]
    note: String,
    /// Another than the current one.
    #[schemars(regex(pattern = r"^[0-9a-fA-F]{8}-?([0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}$"))]
    budget_id: Option<String>,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Note {
    #[serde(rename = "note")]
    text: String,
    /// Another than the current one.
    #[schemars(regex(pattern = r"^[0-9a-fA-F]{8}-?([0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}$"))]
    budget_id: Option<String>,
}

async fn change(
    caller: &Caller,
    id: &str,
    budget: Option<&str>,
    action: BudgetAction,
    note: &str,
) -> Answer {
    let id = read_id(id)?;
    let changed = caller
        .app
        .change_budget(&caller.org, &id, budget, action, note);
    ok(&changed.await?)
}

async fn top_up(caller: Caller, Path(id): Path<String>, Body(body): Body<Moved>) -> Answer {
    let action = BudgetAction::TopUp(body.amount);
    change(&caller, &id, body.budget_id.as_deref(), action, &body.note).await
}

async fn deduct(caller: Caller, Path(id): Path<String>, Body(body): Body<Moved>) -> Answer {
    let action = BudgetAction::Deduct(body.amount);
    change(&caller, &id, body.budget_id.as_deref(), action, &body.note).await
}

async fn remove(
    caller: Caller,
    Path(id): Path<String>,
    MaybeBody(body): MaybeBody<Note>,
) -> Answer {
    let budget = body.budget_id.as_deref();
    change(&caller, &id, budget, BudgetAction::Remove, &body.text).await
}

async fn give_back(
    caller: Caller,
    Path(id): Path<String>,
    MaybeBody(body): MaybeBody<Note>,
) -> Answer {
    let budget = body.budget_id.as_deref();
    change(&caller, &id, budget, BudgetAction::Return, &body.text).await
}

async fn thaw(caller: Caller, Path(id): Path<String>, MaybeBody(body): MaybeBody<Note>) -> Answer {
    let budget = body.budget_id.as_deref();
    change(&caller, &id, budget, BudgetAction::Thaw, &body.text).await
}
