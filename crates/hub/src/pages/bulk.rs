//! Bulk actions: whom, what exactly, what it will come to, and how far it is. Whom it is about is frozen with the
//! first step; nothing happens before the last one.

use app::{BudgetBulk, Failure, JobCheck, JobRequest, JobView, LeftOutGroup, PeopleChoice};
use askama::Template;
use axum::{
    Router,
    extract::Path,
    response::Response,
    routing::{get, post},
};
use domain::{JobKind, JobState};
use texts::Lang;

use super::people::Filters;
use crate::{
    Hub,
    door::Admin,
    form::Form,
    live::{self, Look},
    oops::Oops,
    shell::{Part, Shell, go, page, page_with, status_of},
};

pub(super) fn router() -> Router<Hub> {
    Router::new()
        .route("/admin/people/bulk", post(choose))
        .route("/admin/jobs/{id}", get(job))
        .route("/admin/jobs/{id}/form", get(ask))
        .route("/admin/jobs/{id}/check", get(check))
        .route("/admin/jobs/{id}/start", post(start))
        .route("/admin/jobs/{id}/events", get(events))
        .route("/admin/jobs/{id}/stop", post(stop))
        .route("/admin/jobs/{id}/take-back", post(take_back))
}

#[derive(Template)]
#[template(path = "bulk_budgets.html")]
struct BudgetsPage {
    shell: Shell,
    job: JobView,
    fields: BudgetBulk,
    is_pro_rata: bool,
    error: Option<Failure>,
}

#[derive(Template)]
#[template(path = "bulk_check.html")]
struct CheckPage {
    shell: Shell,
    job: JobView,
    check: JobCheck,
    /// What was asked for, as the form carries it.
    fields: Vec<(String, String)>,
    request: JobRequest,
    /// Of the invitation, for a look.
    is_test_offered: bool,
    /// Mails wait, for there is no mail server.
    is_unsent: bool,
}

#[derive(Template)]
#[template(path = "job.html")]
struct JobPage {
    shell: Shell,
    facts: JobFacts,
    /// Mails wait, for there is no mail server.
    is_unsent: bool,
}

#[derive(Template)]
#[template(path = "job_live.html")]
struct LivePart {
    shell: Shell,
    facts: JobFacts,
}

/// A job, and what can be said of it.
struct JobFacts {
    job: JobView,
    groups: Vec<LeftOutGroup>,
}

/// From the table of people to the page of the action.
async fn choose(admin: Admin, form: Form) -> Result<Response, Oops> {
    let filters = Filters::of(&form);
    let ids = form.all("id");
    let people = if form.has("across") {
        PeopleChoice::Filter(Box::new(filters.query()))
    } else if ids.is_empty() {
        let address = filters.address();
        let and = if address.is_empty() { "" } else { "&" };
        return Ok(go(&format!(
            "/admin/people?{address}{and}error=nobody#errors"
        )));
    } else {
        PeopleChoice::Ids(ids)
    };
    let kind: JobKind = form.text("action").parse().unwrap_or(JobKind::Budgets);
    let job = admin.app.draft_job(&admin.org, kind, &people).await?;
    let step = if kind == JobKind::Budgets {
        "form"
    } else {
        "check"
    };
    Ok(go(&format!("/admin/jobs/{}/{step}", job.id)))
}

/// What everybody is to get.
async fn ask(admin: Admin, Path(id): Path<String>, form: Query) -> Result<Response, Oops> {
    let job = admin.app.job(&admin.org, &id).await?;
    if job.started_at.is_some() {
        return Ok(go(&format!("/admin/jobs/{}", job.id)));
    }
    let form = form.0;
    let year = admin.app.now().strftime("%Y").to_string();
    let mut fields = budget_of(&form, admin.member.lang);
    if fields.period_start.is_empty() {
        fields.period_start = format!("{year}-01-01");
        fields.period_end = format!("{year}-12-31");
    }
    if fields.currency.is_empty() {
        "EUR".clone_into(&mut fields.currency);
    }
    let is_pro_rata = form.has("pro_rata");
    budgets_page(&admin, job, fields, is_pro_rata, None).await
}

async fn budgets_page(
    admin: &Admin,
    job: JobView,
    fields: BudgetBulk,
    is_pro_rata: bool,
    error: Option<Failure>,
) -> Result<Response, Oops> {
    let status = status_of(error.is_some());
    let title = admin.t1("budgets-title", "n", job.total);
    let page = BudgetsPage {
        shell: Shell::of(admin, Part::People, title)
            .await?
            .wrong(error.is_some()),
        job,
        fields,
        is_pro_rata,
        error,
    };
    page_with(status, &page)
}

fn budget_of(form: &Form, lang: Lang) -> BudgetBulk {
    BudgetBulk {
        period_start: form.text("period_start").to_owned(),
        period_end: form.text("period_end").to_owned(),
        currency: form.text("currency").to_uppercase(),
        amount: lang.amount(form.text("amount")),
        pro_rata_from: form.has("pro_rata").then(|| "start_date".to_owned()),
        spendable_from: form.maybe("spendable_from").map(str::to_owned),
    }
}

fn request_of(kind: JobKind, form: &Form, lang: Lang) -> JobRequest {
    match kind {
        JobKind::Budgets => JobRequest::Budgets(budget_of(form, lang)),
        JobKind::Invitations => JobRequest::Invitations {
            again: form.has("again"),
        },
        JobKind::Archive => JobRequest::Archive,
        JobKind::Restore => JobRequest::Restore {
            keep: form.has("keep"),
        },
    }
}

/// What stands behind the question mark.
struct Query(Form);

impl<S: Send + Sync> axum::extract::FromRequestParts<S> for Query {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(
        parts: &mut axum::http::request::Parts,
        _: &S,
    ) -> Result<Self, Self::Rejection> {
        Ok(Self(Form::of_query(parts.uri.query())))
    }
}

/// What it will do, for whom, and for whom not. Nothing is done yet.
async fn check(admin: Admin, Path(id): Path<String>, form: Query) -> Result<Response, Oops> {
    let job = admin.app.job(&admin.org, &id).await?;
    if job.started_at.is_some() {
        return Ok(go(&format!("/admin/jobs/{}", job.id)));
    }
    let form = form.0;
    let request = request_of(job.kind, &form, admin.member.lang);
    let check = match admin.app.check_job(&admin.org, &id, &request).await {
        Ok(check) => check,
        Err(failure) if failure.field.is_some() && job.kind == JobKind::Budgets => {
            let is_pro_rata = form.has("pro_rata");
            let fields = budget_of(&form, admin.member.lang);
            return budgets_page(&admin, job, fields, is_pro_rata, Some(failure)).await;
        }
        Err(failure) => return Err(failure.into()),
    };
    page(&CheckPage {
        shell: Shell::of(
            &admin,
            Part::People,
            admin.member.lang.word("job", job.kind),
        )
        .await?,
        fields: form.pairs(),
        is_test_offered: job.kind == JobKind::Invitations,
        is_unsent: job.kind == JobKind::Invitations && !admin.app.sends_mails(),
        job,
        check,
        request,
    })
}

async fn start(admin: Admin, Path(id): Path<String>, form: Form) -> Result<Response, Oops> {
    let job = admin.app.job(&admin.org, &id).await?;
    let request = request_of(job.kind, &form, admin.member.lang);
    let started = admin.app.start_job(&admin.org, &id, &request).await?;
    Ok(go(&format!("/admin/jobs/{}", started.id)))
}

async fn job(admin: Admin, Path(id): Path<String>) -> Result<Response, Oops> {
    page(&JobPage::of(&admin, &id).await?)
}

impl JobFacts {
    async fn of(admin: &Admin, id: &str) -> Result<Self, Oops> {
        let job = admin.app.job(&admin.org, id).await?;
        let groups = admin.app.left_out_groups(&admin.org, &job).await?;
        Ok(Self { job, groups })
    }

    fn is_over(&self) -> bool {
        self.job.state.is_over()
    }

    fn given(&self) -> u64 {
        let left_out = self.job.left_out.len() as u64;
        self.job.done.saturating_sub(left_out)
    }

    /// The name of the text that says what was done.
    fn sentence(&self) -> String {
        format!("job-done-{}", self.job.kind)
    }

    /// How many had no turn, because it was stopped.
    fn left(&self) -> u64 {
        self.job.total.saturating_sub(self.job.done)
    }
}

impl JobPage {
    async fn of(admin: &Admin, id: &str) -> Result<Self, Oops> {
        let facts = JobFacts::of(admin, id).await?;
        let kind = facts.job.kind;
        Ok(Self {
            shell: Shell::of(admin, Part::People, admin.member.lang.word("job", kind)).await?,
            is_unsent: kind == JobKind::Invitations && !admin.app.sends_mails(),
            facts,
        })
    }

    fn is_draft(&self) -> bool {
        self.facts.job.started_at.is_none()
    }

    fn can_be_taken_back(&self) -> bool {
        let job = &self.facts.job;
        job.kind == JobKind::Budgets
            && matches!(job.state, JobState::Finished | JobState::Stopped)
            && job.taken_back_at.is_none()
            && self.facts.given() > 0
    }
}

/// The job as it goes, until it is over.
async fn events(admin: Admin, Path(id): Path<String>) -> Result<Response, Oops> {
    admin.app.job(&admin.org, &id).await?;
    let address = format!("/admin/jobs/{id}");
    let admin = std::sync::Arc::new(admin);
    Ok(live::stream(address, move || {
        let (admin, id) = (std::sync::Arc::clone(&admin), id.clone());
        async move {
            let part = LivePart {
                shell: Shell::of_member(&admin.member, String::new()),
                facts: JobFacts::of(&admin, &id).await?,
            };
            let is_over = part.facts.is_over();
            let html = part.render();
            let html =
                html.map_err(|error| Oops::internal(&format!("a part was not written: {error}")))?;
            Ok(Look { html, is_over })
        }
    }))
}

async fn stop(admin: Admin, Path(id): Path<String>, _form: Form) -> Result<Response, Oops> {
    let job = admin.app.stop_job(&admin.org, &id).await?;
    Ok(go(&format!("/admin/jobs/{}", job.id)))
}

async fn take_back(admin: Admin, Path(id): Path<String>, _form: Form) -> Result<Response, Oops> {
    let job = admin.app.take_back(&admin.org, &id).await?;
    Ok(go(&format!("/admin/jobs/{}?done=taken-back", job.id)))
}

impl CheckPage {
    fn asks_for_again(&self) -> bool {
        matches!(self.request, JobRequest::Invitations { .. })
    }

    fn asks_for_keep(&self) -> bool {
        matches!(self.request, JobRequest::Restore { .. })
    }

    fn is_ticked(&self) -> bool {
        matches!(
            self.request,
            JobRequest::Invitations { again: true } | JobRequest::Restore { keep: true }
        )
    }

    /// The name of the text that says it all in one sentence.
    fn sentence(&self) -> String {
        format!("check-{}", self.job.kind)
    }

    fn button(&self) -> String {
        format!("start-{}", self.job.kind)
    }

    /// What was filled in, to change it.
    fn form_address(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(&self.fields);
        format!("/admin/jobs/{}/form?{}", self.job.id, query.finish())
    }
}
