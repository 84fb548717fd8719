//! People from a CSV file. What it would do is a preview like that of a sync, and is started like one.

use app::Failure;
use askama::Template;
use axum::{Router, response::Response, routing::get};

use crate::{
    Hub,
    door::Admin,
    form::Form,
    oops::Oops,
    shell::{Part, Shell, go, page_with, status_of},
};

pub(super) fn router() -> Router<Hub> {
    Router::new().route("/admin/import", get(ask).post(check))
}

#[derive(Template)]
#[template(path = "import.html")]
struct ImportPage {
    shell: Shell,
    text: String,
    error: Option<Failure>,
}

async fn ask(admin: Admin) -> Result<Response, Oops> {
    show(&admin, String::new(), None).await
}

async fn show(admin: &Admin, text: String, error: Option<Failure>) -> Result<Response, Oops> {
    let is_wrong = error.is_some();
    let page = ImportPage {
        shell: Shell::of(admin, Part::People, admin.t("import-csv"))
            .await?
            .wrong(is_wrong),
        text,
        error,
    };
    page_with(status_of(is_wrong), &page)
}

/// What the file would do. Nothing but the preview is written.
async fn check(admin: Admin, form: Form) -> Result<Response, Oops> {
    let text = form.file_or_text();
    match admin.app.preview_import(&admin.org, text).await {
        Ok(preview) => Ok(go(&format!("/admin/sync/{}", preview.run.id))),
        Err(failure) if failure.field.is_some() => {
            show(&admin, text.to_owned(), Some(failure)).await
        }
        Err(failure) => Err(failure.into()),
    }
}
