//! `Idempotency-Key`: a write that comes twice is done once, and answered the same.
//!
//! Every write goes on in a task of its own: whoever hangs up in the middle stops nothing half-way.

use app::{Once, Turn};
use axum::{
    body::{Body, Bytes},
    extract::{FromRequest as _, Request},
    http::{HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use http_body_util::BodyExt as _;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::{Problem, caller::Caller, input::unread};

const HEADER: &str = "idempotency-key";
const LONGEST: usize = 255;

/// An answer as it is kept.
#[derive(Deserialize, Serialize)]
struct Kept {
    kind: Option<String>,
    tag: Option<String>,
    body: String,
}

/// Does a write once for each key.
pub(crate) async fn once(request: Request, next: Next) -> Response {
    let done = tokio::spawn(async move { keyed(request, next).await });
    match done.await {
        Ok(Ok(answer)) => answer,
        Ok(Err(problem)) => problem.into_response(),
        // It has been logged where it broke off.
        Err(error) => match error.try_into_panic() {
            Ok(cause) => std::panic::resume_unwind(cause),
            Err(_) => Problem::internal().into_response(),
        },
    }
}

async fn keyed(request: Request, next: Next) -> Result<Response, Problem> {
    let caller = request.extensions().get::<Caller>().cloned();
    let key = request.headers().get(HEADER).cloned();
    let (Some(caller), Some(key)) = (caller, key) else {
        return Ok(next.run(request).await);
    };
    let key = read_key(&key)?;
    let (head, body) = request.into_parts();
    let whole = Request::from_parts(head.clone(), body);
    let body = Bytes::from_request(whole, &()).await.map_err(unread)?;
    let asked = digest(&head.method, &head.uri.to_string(), &body);
    let once = Once {
        token: caller.token,
        key: &key,
        request: &asked,
    };
    match caller.app.begin_once(&caller.org, once).await? {
        Turn::Ours => {}
        Turn::Answered { status, answer } => return again(status, &answer),
        Turn::OtherRequest => {
            return Err(Problem::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "idempotency_key_reused",
                "Something else was asked with this Idempotency-Key within the last day, so nothing was done; use a new \
                 key for a new call.",
            ));
        }
        Turn::Unknown => {
            return Err(Problem::new(
                StatusCode::CONFLICT,
                "idempotency_unknown",
                "The first call with this Idempotency-Key was cut off before its answer, so nobody can say whether it was \
                 done; look whether it was, and if not, call with a new key.",
            ));
        }
        Turn::InFlight => {
            return Err(Problem::new(
                StatusCode::CONFLICT,
                "idempotency_in_flight",
                "The first call with this Idempotency-Key is still being answered; try again in a moment.",
            ));
        }
    }
    let answer = next.run(Request::from_parts(head, Body::from(body))).await;
    keep(&caller, once, answer).await
}

/// Keeps an answer and gives it on. One that is our own failure is not kept: it is worth another try.
async fn keep(caller: &Caller, once: Once<'_>, answer: Response) -> Result<Response, Problem> {
    if answer.status().is_server_error() {
        caller.app.forget_once(&caller.org, once).await?;
        return Ok(answer);
    }
    let (head, body) = answer.into_parts();
    let body = body.collect().await.map_err(|_| Problem::internal())?;
    let body = body.to_bytes();
    let text = |name| {
        let value = head.headers.get(name)?;
        value.to_str().ok().map(str::to_owned)
    };
    let kept = Kept {
        kind: text(header::CONTENT_TYPE),
        tag: text(header::ETAG),
        body: String::from_utf8_lossy(&body).into_owned(),
    };
    let kept = serde_json::to_string(&kept).map_err(|_| Problem::internal())?;
    let status = head.status.as_u16();
    caller
        .app
        .answer_once(&caller.org, once, status, &kept)
        .await?;
    Ok(Response::from_parts(head, Body::from(body)))
}

fn again(status: u16, kept: &str) -> Result<Response, Problem> {
    let kept: Kept = serde_json::from_str(kept).map_err(|_| Problem::internal())?;
    let status = StatusCode::from_u16(status).map_err(|_| Problem::internal())?;
    let mut answer = (status, kept.body).into_response();
    let headers = answer.headers_mut();
    headers.remove(header::CONTENT_TYPE);
    for (name, text) in [(header::CONTENT_TYPE, kept.kind), (header::ETAG, kept.tag)] {
        if let Some(value) = text.and_then(|text| HeaderValue::from_str(&text).ok()) {
            headers.insert(name, value);
        }
    }
    headers.insert("idempotency-replayed", HeaderValue::from_static("true"));
    Ok(answer)
}

fn read_key(key: &HeaderValue) -> Result<String, Problem> {
    let text = key.to_str().ok().map(str::trim);
    match text {
        Some(text) if (1..=LONGEST).contains(&text.len()) => Ok(text.to_owned()),
        _ => Err(Problem::bad(
            "invalid_idempotency_key",
            format!("The Idempotency-Key has 1 to {LONGEST} plain letters; nothing was done."),
        )),
    }
}

fn digest(method: &Method, uri: &str, body: &[u8]) -> String {
    let mut hash = Sha256::new();
    for part in [method.as_str().as_bytes(), uri.as_bytes(), body] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    BASE64.encode(hash.finalize())
}
