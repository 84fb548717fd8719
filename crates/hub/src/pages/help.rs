//! How it works, in an admin's words.

use askama::Template;
use axum::{Router, response::Response, routing::get};

use crate::{
    Hub,
    door::Admin,
    oops::Oops,
    shell::{Shell, page},
};

pub(super) fn router() -> Router<Hub> {
    Router::new().route("/admin/help", get(help))
}

#[derive(Template)]
#[template(path = "help.html")]
struct HelpPage {
    shell: Shell,
}

async fn help(admin: Admin) -> Result<Response, Oops> {
    page(&HelpPage {
        shell: Shell::of(&admin, "Help", "Help").await?,
    })
}
