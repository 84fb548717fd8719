//! How it works, in an admin's words.

use askama::Template;
use axum::{Router, response::Response, routing::get};
use domain::Code;

use crate::{
    Hub,
    door::Admin,
    oops::Oops,
    shell::{Part, Shell, page},
};

pub(super) fn router() -> Router<Hub> {
    Router::new()
        .route("/admin/help", get(help))
        .route("/admin/help/hris", get(help))
        .route("/admin/help/hibob", get(help))
}

#[derive(Template)]
#[template(path = "help.html")]
struct HelpPage {
    shell: Shell,
    /// What is read: the section of HiBob, its field, as the connector asks for it.
    fields: Vec<(&'static str, &'static str)>,
}

async fn help(admin: Admin) -> Result<Response, Oops> {
    page(&HelpPage {
        shell: Shell::of(&admin, Part::Help, admin.t("nav-help")).await?,
        fields: app::fields_read(),
    })
}
