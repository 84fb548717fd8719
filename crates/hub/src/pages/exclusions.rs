//! Employees of the HRIS who are left out.

use app::{Failure, view::ExclusionView};
use askama::Template;
use axum::{
    Router,
    extract::RawQuery,
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
        .route("/admin/settings/left-out", get(list).post(add))
        .route("/admin/settings/left-out/remove", post(remove))
        .route("/admin/settings/left-out/allow", post(allow))
}

#[derive(Template)]
#[template(path = "exclusions.html")]
struct ExclusionsPage {
    shell: Shell,
    exclusions: Vec<ExclusionView>,
    hris_id: String,
    reason: String,
    error: Option<Failure>,
}

async fn list(admin: Admin, RawQuery(query): RawQuery) -> Result<Response, Oops> {
    let form = Form::of_query(query.as_deref());
    show(&admin, form.text("hris_id"), "", None).await
}

async fn show(
    admin: &Admin,
    hris_id: &str,
    reason: &str,
    error: Option<Failure>,
) -> Result<Response, Oops> {
    let status = status_of(error.is_some());
    let shell = Shell::of(admin, Part::Settings, admin.t("card-left-out"))
        .await?
        .wrong(error.is_some());
    page_with(
        status,
        &ExclusionsPage {
            shell,
            exclusions: admin.app.exclusions(&admin.org).await?.items,
            hris_id: hris_id.to_owned(),
            reason: reason.to_owned(),
            error,
        },
    )
}

async fn add(admin: Admin, form: Form) -> Result<Response, Oops> {
    let (id, reason) = (form.text("hris_id"), form.text("reason"));
    match admin.app.add_exclusion(&admin.org, id, reason).await {
        Ok(_) => Ok(go_done("/admin/settings/left-out", "left-out")),
        Err(failure) if failure.field.is_some() || failure.code == "linked" => {
            show(&admin, id, reason, Some(failure)).await
        }
        Err(failure) => Err(failure.into()),
    }
}

/// Lets somebody erased come back with the next sync.
async fn allow(admin: Admin, form: Form) -> Result<Response, Oops> {
    let name = form.text("erased");
    match admin.app.allow_erased(&admin.org, name).await {
        Ok(_) => Ok(go_done("/admin/settings/left-out", "allowed")),
        Err(failure) if failure.code == "not_found" => {
            let wrong = Failure::field("erased", "not_found", admin.t("allow-nobody"));
            show(&admin, "", "", Some(wrong)).await
        }
        Err(failure) => Err(failure.into()),
    }
}

async fn remove(admin: Admin, form: Form) -> Result<Response, Oops> {
    admin
        .app
        .remove_exclusion(&admin.org, form.text("hris_id"))
        .await?;
    Ok(go_done("/admin/settings/left-out", "let-in"))
}
