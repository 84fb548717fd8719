//! Who is out of scope of the syncs.

use app::OutOfScopeView;
use askama::Template;
use axum::{extract::RawQuery, response::Response};

use crate::{
    door::Admin,
    form::Form,
    oops::Oops,
    shell::{Part, Shell, page},
};

#[derive(Template)]
#[template(path = "out_of_scope.html")]
struct OutOfScopePage {
    shell: Shell,
    employees: Vec<OutOfScopeView>,
    next: Option<String>,
}

/// Employees whom HiBob tells us of and who are nobody here, each with why.
pub(super) async fn out_of_scope(
    admin: Admin,
    RawQuery(query): RawQuery,
) -> Result<Response, Oops> {
    let form = Form::of_query(query.as_deref());
    let found = admin
        .app
        .out_of_scope(&admin.org, admin.member.rows, form.maybe("after"));
    let found = found.await?;
    page(&OutOfScopePage {
        shell: Shell::of(&admin, Part::Sync, admin.t("tile-out-of-scope")).await?,
        employees: found.items,
        next: found.next,
    })
}
