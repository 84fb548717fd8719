//! Who is skipped or flagged by now, whichever sync found it.

use app::view::FindingView;
use askama::Template;
use axum::{extract::RawQuery, response::Response};
use domain::{Code, FindingOutcome};

use super::act::{MOST, sync_these};
use crate::{
    door::Admin,
    form::Form,
    oops::Oops,
    shell::{Part, Shell, page},
};

#[derive(Template)]
#[template(path = "skipped.html")]
struct SkippedPage {
    shell: Shell,
    skipped: Vec<FindingView>,
    reasons: Vec<(Code, u64)>,
    reason: Option<Code>,
    next: Option<String>,
}

impl SkippedPage {
    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "templates hand over references"
    )]
    fn is_reason(&self, code: &Code) -> bool {
        self.reason == Some(*code)
    }
}

pub(super) async fn now(admin: Admin, RawQuery(query): RawQuery) -> Result<Response, Oops> {
    let form = Form::of_query(query.as_deref());
    let reason = form.maybe("reason").and_then(|code| code.parse().ok());
    let (app, org, rows) = (&admin.app, &admin.org, Some(admin.member.rows));
    let found = app.open_findings(org, reason, rows, form.maybe("after"));
    let found = found.await?;
    let next = found.next.map(|next| {
        let mut address = form_urlencoded::Serializer::new(String::new());
        if let Some(code) = reason {
            address.append_pair("reason", code.as_str());
        }
        address.append_pair("after", &next);
        format!("/admin/sync/skipped?{}", address.finish())
    });
    page(&SkippedPage {
        shell: Shell::of(&admin, Part::Sync, admin.t("tab-skipped")).await?,
        skipped: found.items,
        reasons: app.open_by_code(org).await?,
        reason,
        next,
    })
}

/// Reads those again who are skipped for a reason, and syncs them alone.
pub(super) async fn again(admin: Admin, form: Form) -> Result<Response, Oops> {
    let reason = form.maybe("reason").and_then(|code| code.parse().ok());
    let found = admin
        .app
        .open_findings(&admin.org, reason, Some(MOST), None);
    let ids = found.await?.items.into_iter();
    sync_these(&admin, ids.filter_map(|found| found.hris_id).collect()).await
}
