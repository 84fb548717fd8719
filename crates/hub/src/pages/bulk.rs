//! Bulk actions: whom, what exactly, and how far it is.

use app::{BudgetBulk, Failure, JobView, PeopleChoice, PeopleQuery};
use askama::Template;
use axum::{
    Router,
    extract::Path,
    http::StatusCode,
    response::Response,
    routing::{get, post},
};
use domain::{JobKind, JobState, LeftOutCode};

use super::people::Filters;
use crate::{
    Hub,
    door::Admin,
    form::Form,
    oops::Oops,
    shell::{Shell, go, page, page_with},
};

pub(super) fn router() -> Router<Hub> {
    Router::new()
        .route("/admin/people/bulk", post(choose))
        .route("/admin/people/bulk/budgets", post(budgets))
        .route("/admin/people/bulk/invitations", post(invitations))
        .route("/admin/jobs/{id}", get(job))
        .route("/admin/jobs/{id}/take-back", post(take_back))
}

/// Whom a bulk action is about, as forms carry it from step to step.
struct Chosen {
    ids: Vec<String>,
    /// Everybody who matches, instead.
    across: bool,
    filters: Filters,
    number: u64,
}

#[derive(Template)]
#[template(path = "bulk_budgets.html")]
struct BudgetsPage {
    shell: Shell,
    chosen: Chosen,
    fields: BudgetBulk,
    is_pro_rata: bool,
    error: Option<Failure>,
}

#[derive(Template)]
#[template(path = "bulk_invitations.html")]
struct InvitationsPage {
    shell: Shell,
    chosen: Chosen,
}

#[derive(Template)]
#[template(path = "job.html")]
struct JobPage {
    shell: Shell,
    job: JobView,
    title: &'static str,
    reasons: Vec<(&'static str, u64, Vec<String>)>,
}

impl Chosen {
    async fn of(admin: &Admin, form: &Form) -> Result<Self, Oops> {
        let across = form.has("across");
        let filters = Filters::of(form);
        let ids = form.all("id");
        let number = if across {
            let query = PeopleQuery {
                limit: Some(1),
                ..filters.query()
            };
            admin
                .app
                .people(&admin.org, &query)
                .await?
                .total
                .unwrap_or(0)
        } else {
            ids.len() as u64
        };
        Ok(Self {
            ids,
            across,
            filters,
            number,
        })
    }

    fn people(&self) -> PeopleChoice {
        if self.across {
            PeopleChoice::Filter(Box::new(self.filters.query()))
        } else {
            PeopleChoice::Ids(self.ids.clone())
        }
    }
}

/// From the table of people to the page of the action.
async fn choose(admin: Admin, form: Form) -> Result<Response, Oops> {
    let chosen = Chosen::of(&admin, &form).await?;
    if chosen.number == 0 {
        let address = chosen.filters.address();
        let and = if address.is_empty() { "" } else { "&" };
        return Ok(go(&format!(
            "/admin/people?{address}{and}error=Select+at+least+one+person."
        )));
    }
    match form.text("action") {
        "invitations" => page(&InvitationsPage {
            shell: Shell::of(&admin, "People", "Send invitations").await?,
            chosen,
        }),
        _ => {
            let year = admin.app.now().strftime("%Y").to_string();
            let fields = BudgetBulk {
                period_start: format!("{year}-01-01"),
                period_end: format!("{year}-12-31"),
                currency: "EUR".to_owned(),
                amount: String::new(),
                pro_rata_from: None,
                spendable_from: None,
            };
            page(&BudgetsPage {
                shell: Shell::of(&admin, "People", "Add budgets").await?,
                chosen,
                fields,
                is_pro_rata: false,
                error: None,
            })
        }
    }
}

async fn budgets(admin: Admin, form: Form) -> Result<Response, Oops> {
    let chosen = Chosen::of(&admin, &form).await?;
    let is_pro_rata = form.has("pro_rata");
    let fields = BudgetBulk {
        period_start: form.text("period_start").to_owned(),
        period_end: form.text("period_end").to_owned(),
        currency: form.text("currency").to_uppercase(),
        amount: form.text("amount").to_owned(),
        pro_rata_from: is_pro_rata.then(|| "start_date".to_owned()),
        spendable_from: form.maybe("spendable_from").map(str::to_owned),
    };
    match admin
        .app
        .give_budgets(&admin.org, &chosen.people(), &fields)
        .await
    {
        Ok(job) => Ok(go(&format!("/admin/jobs/{}", job.id))),
        Err(failure) if failure.field.is_some() => page_with(
            StatusCode::UNPROCESSABLE_ENTITY,
            &BudgetsPage {
                shell: Shell {
                    is_wrong: true,
                    ..Shell::of(&admin, "People", "Add budgets").await?
                },
                chosen,
                fields,
                is_pro_rata,
                error: Some(failure),
            },
        ),
        Err(failure) => Err(failure.into()),
    }
}

async fn invitations(admin: Admin, form: Form) -> Result<Response, Oops> {
    let chosen = Chosen::of(&admin, &form).await?;
    let people = chosen.people();
    let job = admin.app.invite(&admin.org, &people, form.has("again"));
    Ok(go(&format!("/admin/jobs/{}", job.await?.id)))
}

async fn job(admin: Admin, Path(id): Path<String>) -> Result<Response, Oops> {
    let job = admin.app.job(&admin.org, &id).await?;
    let mut reasons: Vec<(&'static str, u64, Vec<String>)> = Vec::new();
    for left in &job.left_out {
        let words = left_out(left.code);
        let person = left.person_id.to_string();
        match reasons.iter_mut().find(|(known, ..)| *known == words) {
            Some((_, count, people)) => {
                *count += 1;
                if people.len() < 10 {
                    people.push(person);
                }
            }
            None => reasons.push((words, 1, vec![person])),
        }
    }
    let title = match job.kind {
        JobKind::Budgets => "Add budgets",
        JobKind::Invitations => "Send invitations",
    };
    page(&JobPage {
        shell: Shell::of(&admin, "People", title).await?,
        job,
        title,
        reasons,
    })
}

const fn left_out(code: LeftOutCode) -> &'static str {
    match code {
        LeftOutCode::HasBudget => "already have a budget for this time",
        LeftOutCode::Archived => "are archived",
        LeftOutCode::Upcoming => "have not started yet",
        LeftOutCode::AlreadyInvited => "were invited already",
        LeftOutCode::Joined => "have joined already",
        LeftOutCode::NotFound => "are not here any more",
    }
}

async fn take_back(admin: Admin, Path(id): Path<String>, _form: Form) -> Result<Response, Oops> {
    let job = admin.app.take_back(&admin.org, &id).await?;
    Ok(go(&format!("/admin/jobs/{}", job.id)))
}

impl JobPage {
    fn is_over(&self) -> bool {
        matches!(self.job.state, JobState::Finished | JobState::Failed)
    }

    fn given(&self) -> u64 {
        self.job.done.saturating_sub(self.job.left_out.len() as u64)
    }

    fn is_of_budgets(&self) -> bool {
        self.job.kind == JobKind::Budgets
    }
}
