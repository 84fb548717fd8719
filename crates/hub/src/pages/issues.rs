//! What is open, one for each cause: with what to do about it, or out of the way for a week.

use app::{
    FailedTaskView,
    view::{IssueView, RunView},
};
use askama::Template;
use axum::{
    Router,
    extract::Path,
    response::Response,
    routing::{get, post},
};
use jiff::Timestamp;

use super::hris::{people_of, titled};
use crate::{
    Hub,
    door::Admin,
    form::Form,
    oops::Oops,
    shell::{Part, Shell, go_done, page},
};

pub(super) fn router() -> Router<Hub> {
    Router::new()
        .route("/admin/issues", get(list))
        .route("/admin/issues/{code}/snooze", post(snooze))
        .route("/admin/issues/{code}/wake", post(wake))
        .route("/admin/issues/tasks/{id}/retry", post(retry))
}

#[derive(Template)]
#[template(path = "issues.html")]
struct IssuesPage {
    shell: Shell,
    open: Vec<IssueView>,
    snoozed: Vec<(IssueView, Timestamp)>,
    tasks: Vec<FailedTaskView>,
    last: Option<RunView>,
}

impl IssuesPage {
    fn people_of(&self, issue: &IssueView) -> String {
        people_of(issue, self.last.as_ref())
    }

    fn title_of(&self, issue: &IssueView) -> String {
        titled(self.shell.lang, issue)
    }
}

async fn list(admin: Admin) -> Result<Response, Oops> {
    let integration = admin.app.integration(&admin.org).await?;
    let until = admin.app.snoozed(&admin.org).await?;
    let (mut open, mut snoozed) = (Vec::new(), Vec::new());
    for issue in integration.issues.clone() {
        match until.iter().find(|(cause, _)| *cause == issue.code) {
            Some((_, until)) => snoozed.push((issue, *until)),
            None => open.push(issue),
        }
    }
    page(&IssuesPage {
        shell: Shell::with(&admin, Part::Settings, admin.t("issues"), &integration),
        open,
        snoozed,
        last: integration.last_run.clone(),
        tasks: admin.app.failed_tasks(&admin.org).await?.items,
    })
}

async fn snooze(admin: Admin, Path(code): Path<String>, _form: Form) -> Result<Response, Oops> {
    admin.app.snooze_issue(&admin.org, &code).await?;
    Ok(go_done("/admin/issues", "snoozed"))
}

async fn wake(admin: Admin, Path(code): Path<String>, _form: Form) -> Result<Response, Oops> {
    admin.app.wake_issue(&admin.org, &code).await?;
    Ok(go_done("/admin/issues", "woken"))
}

async fn retry(admin: Admin, Path(id): Path<String>, _form: Form) -> Result<Response, Oops> {
    admin.app.retry_task(&admin.org, &id).await?;
    Ok(go_done("/admin/issues", "retried"))
}
