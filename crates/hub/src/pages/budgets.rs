//! What has been given out, and the bulk actions so far.

use app::{BudgetTotal, JobView};
use askama::Template;
use axum::{Router, response::Response, routing::get};

use crate::{
    Hub,
    door::Admin,
    oops::Oops,
    shell::{Part, Shell, page},
};

pub(super) fn router() -> Router<Hub> {
    Router::new().route("/admin/budgets", get(list))
}

#[derive(Template)]
#[template(path = "budgets.html")]
struct BudgetsPage {
    shell: Shell,
    totals: Vec<BudgetTotal>,
    jobs: Vec<JobView>,
}

async fn list(admin: Admin) -> Result<Response, Oops> {
    page(&BudgetsPage {
        shell: Shell::of(&admin, Part::Budgets, admin.t("nav-budgets")).await?,
        totals: admin.app.budget_totals(&admin.org).await?,
        jobs: admin.app.jobs(&admin.org).await?,
    })
}
