//! The calls, by what they are about.

mod bulk;
mod integration;
mod people;
mod runs;
mod settings;
mod waiting;

use app::view::List;
use axum::{
    Json,
    extract::State,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::{Api, Problem, table::Table};

/// All of them.
pub(crate) fn table() -> Table {
    let mut table = Table::new();
    let document = "This document";
    table
        .call(Method::GET, "/openapi.json", openapi, document)
        .answers::<serde_json::Value>(200, document);
    people::add(&mut table);
    settings::add(&mut table);
    integration::add(&mut table);
    runs::add(&mut table);
    bulk::add(&mut table);
    waiting::add(&mut table);
    table
}

async fn openapi(State(api): State<Api>) -> Response {
    let kind = [(header::CONTENT_TYPE, "application/json")];
    (kind, api.document.to_string()).into_response()
}

/// An answer, or why there is none.
type Answer = Result<Response, Problem>;

/// A page as the API has it: `total` and `next` are there even when there is nothing to say.
#[derive(Serialize)]
struct Page<T> {
    items: Vec<T>,
    total: Option<u64>,
    next: Option<String>,
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "handlers end with it, and may fail before"
)]
fn page<T: Serialize>(list: List<T>) -> Answer {
    let List { items, total, next } = list;
    Ok(Json(Page { items, total, next }).into_response())
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "handlers end with it, and may fail before"
)]
fn ok<T: Serialize>(view: &T) -> Answer {
    Ok(Json(view).into_response())
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "handlers end with it, and may fail before"
)]
fn with_status<T: Serialize>(status: StatusCode, view: &T) -> Answer {
    Ok((status, Json(view)).into_response())
}

/// What stands for a record as it is: another record, another tag.
fn tag_of<T: Serialize>(view: &T) -> Result<String, Problem> {
    let bytes = serde_json::to_vec(view).map_err(|_| Problem::internal())?;
    let hash = Sha256::digest(&bytes);
    Ok(format!("\"{}\"", BASE64.encode(&hash[..16])))
}

/// An answer with its tag, or 304 for whoever has it.
fn tagged<T: Serialize>(headers: &HeaderMap, status: StatusCode, view: &T) -> Answer {
    let tag = tag_of(view)?;
    let value = HeaderValue::from_str(&tag).map_err(|_| Problem::internal())?;
    if status == StatusCode::OK && names(headers, header::IF_NONE_MATCH, &tag) == Some(true) {
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, value)]).into_response());
    }
    Ok((status, [(header::ETAG, value)], Json(view)).into_response())
}

/// Whether `If-Match` lets a write go on.
fn refuse_moved<T: Serialize>(headers: &HeaderMap, view: &T) -> Result<(), Problem> {
    if names(headers, header::IF_MATCH, &tag_of(view)?) == Some(false) {
        return Err(moved());
    }
    Ok(())
}

fn moved() -> Problem {
    Problem::new(
        StatusCode::PRECONDITION_FAILED,
        "precondition_failed",
        "It has changed since you looked, so nothing was changed; read it again and repeat.",
    )
}

/// Whether a header of tags names this one; nothing without the header.
fn names(headers: &HeaderMap, header: header::HeaderName, tag: &str) -> Option<bool> {
    let tags = headers.get(header)?.to_str().unwrap_or_default();
    let mut tags = tags.split(',').map(str::trim);
    Some(tags.any(|named| named == "*" || named.trim_start_matches("W/") == tag))
}
