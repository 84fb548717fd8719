//! What a sync did, as CSV: page by page, so that memory does not grow with it.

use std::io;

use app::{ChangesFilter, csv_out::guard};
use axum::{
    body::Body,
    extract::Path,
    http::header,
    response::{IntoResponse as _, Response},
};
use futures_util::{StreamExt as _, stream};

use crate::{door::Admin, oops::Oops};

const PAGE: u32 = 500;

/// One row for each field of each person.
pub(super) async fn changes(admin: Admin, Path(id): Path<String>) -> Result<Response, Oops> {
    let run = admin.app.run_view(&admin.org, &id).await?.id;
    let heading = "person_id,hris_id,name,email,action,field,before,after,why\r\n";
    let rest = stream::try_unfold(
        (admin, Some(None::<String>)),
        move |(admin, after)| async move {
            let Some(after) = after else {
                return Ok::<_, io::Error>(None);
            };
            let filter = ChangesFilter::default();
            let page = admin
                .app
                .run_changes_of(&admin.org, run, &filter, Some(PAGE), after.as_deref())
                .await
                .map_err(|_| io::Error::other("the export broke off"))?;
            let mut out = ::csv::WriterBuilder::new()
                .terminator(::csv::Terminator::CRLF)
                .from_writer(Vec::new());
            for change in &page.items {
                let id = change.person_id.map(|id| id.to_string());
                let hris_id = change.hris_id.as_ref().map(ToString::to_string);
                for field in &change.fields {
                    let row = [
                        id.as_deref().unwrap_or_default(),
                        hris_id.as_deref().unwrap_or_default(),
                        &change.name,
                        &change.email,
                        change.action.as_str(),
                        field.field.as_str(),
                        field.before.as_deref().unwrap_or_default(),
                        field.after.as_deref().unwrap_or_default(),
                        &change.why,
                    ];
                    out.write_record(row.map(guard))?;
                }
            }
            let text = out
                .into_inner()
                .map_err(|error| io::Error::other(error.to_string()))?;
            Ok(Some((text, (admin, page.next.map(Some)))))
        },
    );
    Ok(file("changes.csv", heading, rest))
}

/// One row for each person and reason.
pub(super) async fn skipped(admin: Admin, Path(id): Path<String>) -> Result<Response, Oops> {
    let run = admin.app.run_view(&admin.org, &id).await?.id;
    let heading = "person_id,hris_id,name,email,outcome,code,seen,mend\r\n";
    let rest = stream::try_unfold(
        (admin, Some(None::<String>)),
        move |(admin, after)| async move {
            let Some(after) = after else {
                return Ok::<_, io::Error>(None);
            };
            let page = admin
                .app
                .run_findings(&admin.org, run, Some(PAGE), after.as_deref())
                .await
                .map_err(|_| io::Error::other("the export broke off"))?;
            let mut out = ::csv::WriterBuilder::new()
                .terminator(::csv::Terminator::CRLF)
                .from_writer(Vec::new());
            for found in &page.items {
                let id = found.person_id.map(|id| id.to_string());
                let hris_id = found.hris_id.as_ref().map(ToString::to_string);
                let row = [
                    id.as_deref().unwrap_or_default(),
                    hris_id.as_deref().unwrap_or_default(),
                    &found.name,
                    &found.email,
                    found.outcome.as_str(),
                    found.code.as_str(),
                    &found.seen,
                    found.mend,
                ];
                out.write_record(row.map(guard))?;
            }
            let text = out
                .into_inner()
                .map_err(|error| io::Error::other(error.to_string()))?;
            Ok(Some((text, (admin, page.next.map(Some)))))
        },
    );
    Ok(file("skipped.csv", heading, rest))
}

fn file(
    name: &str,
    heading: &str,
    rest: impl futures_util::Stream<Item = io::Result<Vec<u8>>> + Send + 'static,
) -> Response {
    let first = format!("\u{feff}{heading}").into_bytes();
    let whole = stream::iter([Ok::<_, io::Error>(first)]).chain(rest);
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    (headers, Body::from_stream(whole)).into_response()
}
