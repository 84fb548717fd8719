//! What calls bring along, read strictly: what is not known is refused by name, never dropped.

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Request, rejection::BytesRejection},
    http::{HeaderMap, StatusCode, header, request::Parts},
};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::Problem;

/// The most items of a page.
pub(crate) const MOST: u32 = 500;
/// The items of a page when nothing is said.
const USUAL: u32 = 50;

/// The parameters after the question mark.
pub(crate) struct Query<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let query = parts.uri.query().unwrap_or_default();
        if query.contains("%00") || query.contains('\0') {
            return Err(Problem::bad(
                "invalid_parameter",
                "A parameter has a NUL character, which no text has; nothing was done.",
            ));
        }
        let found = serde_urlencoded_from(query);
        found.map(Self)
    }
}

fn serde_urlencoded_from<T: DeserializeOwned>(query: &str) -> Result<T, Problem> {
    let uri = format!("/?{query}").parse();
    let uri = uri.map_err(|_| {
        Problem::bad(
            "invalid_parameter",
            "The parameters cannot be read; nothing was done.",
        )
    })?;
    let read = axum::extract::Query::<T>::try_from_uri(&uri);
    read.map(|read| read.0).map_err(|refused| {
        let words = refused.body_text();
        let words = words.rsplit(": ").next().unwrap_or(&words);
        match unknown(words) {
            Some((name, accepted)) => Problem::bad(
                "unknown_parameter",
                format!("There is no parameter {name:?} here; accepted are {accepted}. Nothing was done."),
            )
            .at(name),
            None => Problem::bad(
                "invalid_parameter",
                format!("A parameter cannot be read ({words}); nothing was done."),
            ),
        }
    })
}

/// The page that is asked for.
pub(crate) fn page_size(limit: Option<u32>) -> Result<Option<u32>, Problem> {
    let limit = limit.unwrap_or(USUAL);
    if (1..=MOST).contains(&limit) {
        return Ok(Some(limit));
    }
    Err(Problem::bad(
        "invalid_parameter",
        format!("limit is {limit}; accepted is a number from 1 to {MOST}. Nothing was done."),
    )
    .at("limit"))
}

/// A JSON body.
pub(crate) struct Body<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        is_json(request.headers())?;
        let bytes = Bytes::from_request(request, state).await;
        read(&bytes.map_err(unread)?).map(Self)
    }
}

/// A JSON body, or none at all for what is usual.
pub(crate) struct MaybeBody<T>(pub(crate) T);

impl<T: DeserializeOwned + Default, S: Send + Sync> FromRequest<S> for MaybeBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let head = request.headers().clone();
        let bytes = Bytes::from_request(request, state).await.map_err(unread)?;
        if bytes.is_empty() {
            return Ok(Self(T::default()));
        }
        is_json(&head)?;
        read(&bytes).map(Self)
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the shape of `map_err`")]
pub(crate) fn unread(refused: BytesRejection) -> Problem {
    if refused.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return too_large();
    }
    Problem::bad(
        "incomplete_body",
        "The body did not come whole, so nothing was done; send it again.",
    )
}

pub(crate) fn too_large() -> Problem {
    Problem::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "too_large",
        "The body is larger than 1 MB, so nothing was done; send less at once.",
    )
}

fn is_json(headers: &HeaderMap) -> Result<(), Problem> {
    let kind = headers.get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if kind.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    Err(Problem::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "not_json",
        format!("The Content-Type is {kind:?}; accepted is application/json. Nothing was done."),
    ))
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let no_json = |error: &dyn std::fmt::Display| {
        Problem::bad(
            "invalid_json",
            format!("The body is no JSON that can be read ({error}); nothing was done."),
        )
    };
    let value: Value = serde_json::from_slice(bytes).map_err(|error| no_json(&error))?;
    if has_nul(&value) {
        return Err(Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "invalid_text",
            "A text in the body has a NUL character, which no text has; nothing was done.",
        ));
    }
    // From the bytes again and not from the value, in which a key that comes twice is there once.
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let read = serde_path_to_error::deserialize::<_, T>(&mut reader).map_err(|error| {
        let field = error.path().to_string();
        let words = error.inner().to_string();
        let words = words.split(" at line ").next().unwrap_or(&words).to_owned();
        misread(&field, &words)
    })?;
    reader.end().map_err(|error| no_json(&error))?;
    Ok(read)
}

/// A body that is JSON and not what is wanted.
fn misread(field: &str, words: &str) -> Problem {
    let field = if field == "." { "" } else { field };
    if let Some((name, accepted)) = unknown(words) {
        let detail =
            format!("There is no key {name:?} here; accepted are {accepted}. Nothing was done.");
        return Problem::bad("unknown_key", detail).at(name);
    }
    let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
    if let Some(name) = quoted(words, "missing field `") {
        let detail = format!("The key {name:?} is missing; nothing was done.");
        return Problem::new(unprocessable, "missing_key", detail).at(name);
    }
    let what = if field.is_empty() {
        "The body".to_owned()
    } else {
        format!("The key {field:?}")
    };
    let detail = format!("{what} has a value that does not fit ({words}); nothing was done.");
    Problem::new(unprocessable, "invalid_value", detail).at(field)
}

/// What is not known, and what is, by the words of the reader.
fn unknown(words: &str) -> Option<(String, String)> {
    let name = quoted(words, "unknown field `")?;
    let (_, rest) = words.split_once("`, ")?;
    let accepted = rest
        .trim_start_matches("expected one of ")
        .trim_start_matches("expected ")
        .replace('`', "");
    let accepted = if accepted.contains("no fields") {
        "none".to_owned()
    } else {
        accepted
    };
    Some((name, accepted))
}

fn quoted(words: &str, before: &str) -> Option<String> {
    let (_, rest) = words.split_once(before)?;
    Some(rest.split('`').next()?.to_owned())
}

fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(has_nul),
        Value::Object(map) => map
            .iter()
            .any(|(key, value)| key.contains('\0') || has_nul(value)),
        _ => false,
    }
}
