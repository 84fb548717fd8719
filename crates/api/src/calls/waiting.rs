//! What waits or was given up: the outbox, and work that somebody has to look at.

use axum::{extract::Path, http::Method};

use super::{Answer, ok, page, people::Paging};
use crate::{
    caller::Caller,
    contract,
    input::{Query, page_size},
    table::Table,
};

pub(super) fn add(table: &mut Table) {
    table
        .call(
            Method::GET,
            "/mails",
            mails,
            "Mails that wait, were sent or cannot be, without what they say",
        )
        .query::<Paging>()
        .answers::<contract::Page<contract::Mail>>(200, "A page, the newest first");
    table
        .call(
            Method::GET,
            "/failed-tasks",
            failed,
            "Work that was tried many times and given up",
        )
        .answers::<contract::Page<contract::FailedTask>>(200, "All of it, the newest first");
    table
        .call(
            Method::POST,
            "/failed-tasks/{id}/retry",
            retry,
            "Let it be tried again, once its reason is mended",
        )
        .once()
        .answers::<contract::FailedTask>(200, "As it was given up; it is tried again at once");
}

async fn mails(caller: Caller, Query(Paging { limit, after }): Query<Paging>) -> Answer {
    let limit = page_size(limit)?;
    let mails = caller.app.outbox(&caller.org, limit, after.as_deref());
    page(mails.await?)
}

async fn failed(caller: Caller) -> Answer {
    page(caller.app.failed_tasks(&caller.org).await?)
}

async fn retry(caller: Caller, Path(id): Path<String>) -> Answer {
    ok(&caller.app.retry_task(&caller.org, &id).await?)
}
