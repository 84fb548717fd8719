//! People from a CSV file: what it would do is shown first, and nothing is done while a row is wrong.

use app::{Failure, ImportCheck, ImportLine};
use askama::Template;
use axum::{
    Router,
    response::Response,
    routing::{get, post},
};

use crate::{
    Hub,
    door::Admin,
    form::Form,
    oops::Oops,
    shell::{Part, Shell, go_done, page_with, status_of},
};

pub(super) fn router() -> Router<Hub> {
    Router::new()
        .route("/admin/import", get(ask).post(check))
        .route("/admin/import/apply", post(apply))
}

#[derive(Template)]
#[template(path = "import.html")]
struct ImportPage {
    shell: Shell,
    text: String,
    check: Option<ImportCheck>,
    error: Option<Failure>,
}

/// How many lines of each sort a page shows.
const SHOWN: usize = 50;

async fn ask(admin: Admin) -> Result<Response, Oops> {
    show(&admin, String::new(), None, None).await
}

async fn show(
    admin: &Admin,
    text: String,
    check: Option<ImportCheck>,
    error: Option<Failure>,
) -> Result<Response, Oops> {
    let has_wrong_rows = check.as_ref().is_some_and(|check| !check.wrong.is_empty());
    let is_wrong = error.is_some() || has_wrong_rows;
    let status = status_of(is_wrong);
    let page = ImportPage {
        shell: Shell::of(admin, Part::People, admin.t("import-csv"))
            .await?
            .wrong(is_wrong),
        text,
        check,
        error,
    };
    page_with(status, &page)
}

/// What the file would do. Nothing is written.
async fn check(admin: Admin, form: Form) -> Result<Response, Oops> {
    let text = form.file_or_text().to_owned();
    match admin.app.check_import(&admin.org, &text).await {
        Ok(check) => show(&admin, text, Some(check), None).await,
        Err(failure) if failure.field.is_some() => show(&admin, text, None, Some(failure)).await,
        Err(failure) => Err(failure.into()),
    }
}

async fn apply(admin: Admin, form: Form) -> Result<Response, Oops> {
    let text = form.text("text").to_owned();
    // Whoever adds many says how many.
    let approved = form.text("typed").parse().ok();
    let taken = admin.app.import_people(&admin.org, &text, approved);
    match taken.await {
        Ok(Ok(())) => Ok(go_done("/admin/people?sort=-updated_at", "imported")),
        Ok(Err(check)) if check.wrong.is_empty() => {
            let wrong = admin.t1("typed-import", "n", check.added.len());
            let failure = Failure::field("typed", "not_approved", wrong);
            show(&admin, text, Some(check), Some(failure)).await
        }
        // Somebody was changed between the two pages.
        Ok(Err(check)) => show(&admin, text, Some(check), None).await,
        Err(failure) if failure.field.is_some() => show(&admin, text, None, Some(failure)).await,
        Err(failure) => Err(failure.into()),
    }
}

#[expect(clippy::unused_self, reason = "called from the template")]
impl ImportPage {
    fn shown(&self) -> usize {
        SHOWN
    }

    fn more(&self, lines: &[ImportLine]) -> usize {
        lines.len().saturating_sub(SHOWN)
    }

    fn changed(&self, check: &ImportCheck) -> usize {
        check.added.len() + check.updated.len()
    }

    /// What it would do, each with the name of its text.
    fn groups<'a>(&self, check: &'a ImportCheck) -> [(&'static str, &'a [ImportLine]); 2] {
        [("tab-add", &check.added), ("tab-update", &check.updated)]
    }
}
