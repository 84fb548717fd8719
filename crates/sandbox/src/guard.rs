//! What every call to `/v1` passes: the log, the firewall, the credentials, the limits and the faults.

use std::time::Duration;

use axum::{
    body::{Body, to_bytes},
    extract::{ConnectInfo, OriginalUri, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    middleware::Next,
    response::{Html, IntoResponse, Response},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;
use futures_util::stream;
use jiff::Timestamp;

use crate::{
    acting, deliver,
    error::Refusal,
    faults::{Cut, FaultKind},
    limits::{Allowance, endpoint},
    sandbox::Sandbox,
    server::Peer,
    world::Call,
};

/// The id of the only service user.
pub const SERVICE_USER: &str = "sandbox";
/// The token of the only service user.
pub const TOKEN: &str = "sandbox-token";

/// An answer, or none: the connection is reset.
enum Outcome {
    Answer(Response),
    Reset,
}

/// Lets a call through, or answers in its place.
pub(crate) async fn guard(
    State(sandbox): State<Sandbox>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    OriginalUri(uri): OriginalUri,
    request: Request,
    next: Next,
) -> Response {
    let now = sandbox.now();
    let authorization = request.headers().get(header::AUTHORIZATION).cloned();
    let authorization = authorization.as_ref().map(HeaderValue::as_bytes);
    let (method, address) = (request.method().to_string(), peer.address.ip());
    let blocked = {
        let world = sandbox.world();
        world.settings.firewall && world.firewall.blocks(address, authorization, now)
    };
    let outcome = if blocked {
        Outcome::Answer(blocked_page())
    } else {
        admitted(&sandbox, request, next, now).await
    };
    let status = match &outcome {
        Outcome::Answer(response) => Some(response.status().as_u16()),
        Outcome::Reset => None,
    };
    let mut world = sandbox.world();
    if let Some(status) = status.filter(|_| !blocked) {
        world.firewall.note(status, address, authorization, now);
    }
    world.remember(Call {
        method,
        path: path_and_query(&uri),
        status,
        time: now,
    });
    drop(world);
    match outcome {
        Outcome::Answer(response) => response,
        Outcome::Reset => {
            peer.slam();
            StatusCode::NO_CONTENT.into_response()
        }
    }
}

async fn admitted(sandbox: &Sandbox, mut request: Request, next: Next, now: Timestamp) -> Outcome {
    if !is_service_user(request.headers()) {
        let error = "the service user's id or token is wrong";
        return Outcome::Answer(
            Refusal::new(StatusCode::UNAUTHORIZED, "unauthorized", error).into_response(),
        );
    }
    let path = request.uri().path().trim_start_matches('/').to_owned();
    let allowance = count(sandbox, request.method().as_str(), &path, now);
    if let Some(refused) = allowance.filter(|allowance| allowance.refused) {
        return Outcome::Answer(too_many(sandbox, refused, now));
    }
    let acts = acting::act(&mut sandbox.world().faults, &path);
    if let Some(milliseconds) = acts.slow {
        tokio::time::sleep(Duration::from_millis(milliseconds)).await;
    }
    let (instead, truncate) = (acts.instead.clone(), acts.truncate);
    request.extensions_mut().insert(acts);
    let response = match instead {
        Some(FaultKind::Reset) => return Outcome::Reset,
        Some(kind) => replaced(&kind),
        None => next.run(request).await,
    };
    let mut response = match truncate {
        Some(cut) => truncated(response, cut).await,
        None => response,
    };
    if let Some(allowance) = allowance {
        set_allowance(response.headers_mut(), allowance);
    }
    Outcome::Answer(response)
}

/// Whether the call carries HTTP Basic credentials of the service user.
fn is_service_user(headers: &HeaderMap) -> bool {
    let Some(value) = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
    else {
        return false;
    };
    let Some((scheme, encoded)) = value.split_once(' ') else {
        return false;
    };
    let expected = format!("{SERVICE_USER}:{TOKEN}");
    scheme.eq_ignore_ascii_case("basic")
        && BASE64_STANDARD
            .decode(encoded.trim())
            .is_ok_and(|decoded| decoded == expected.as_bytes())
}

/// Counts a call against its endpoint's limit; `None` while limits are off.
fn count(sandbox: &Sandbox, method: &str, path: &str, now: Timestamp) -> Option<Allowance> {
    let mut world = sandbox.world();
    let faulty = acting::rate_limit(&world.faults, path);
    let settings = &world.settings;
    if !settings.rate_limit && faulty.is_none() {
        return None;
    }
    let people = path.starts_with("people/") || path.starts_with("bulk/people/");
    let usual = if people {
        settings.rate_limit_per_minute
    } else {
        settings.other_rate_limit_per_minute
    };
    let allowance = world
        .limiter
        .count(&endpoint(method, path), faulty.unwrap_or(usual), now);
    if allowance.refused {
        acting::count_refusal(&mut world.faults, path);
    }
    Some(allowance)
}

fn too_many(sandbox: &Sandbox, allowance: Allowance, now: Timestamp) -> Response {
    let error = format!("the limit of {} calls a minute is reached", allowance.limit);
    let mut response =
        Refusal::new(StatusCode::TOO_MANY_REQUESTS, "rate_limit", error).into_response();
    set_allowance(response.headers_mut(), allowance);
    if sandbox.settings().retry_after {
        let seconds = allowance.reset - now.as_second();
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

fn set_allowance(headers: &mut HeaderMap, allowance: Allowance) {
    headers.insert("X-RateLimit-Limit", HeaderValue::from(allowance.limit));
    headers.insert(
        "X-RateLimit-Remaining",
        HeaderValue::from(allowance.remaining),
    );
    headers.insert("X-RateLimit-Reset", HeaderValue::from(allowance.reset));
}

/// What stands in for an answer. A reset never gets here.
fn replaced(kind: &FaultKind) -> Response {
    const JSON: [(header::HeaderName, &str); 1] = [(header::CONTENT_TYPE, "application/json")];
    match kind {
        FaultKind::Status(code) => {
            let status = StatusCode::from_u16(*code).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
            Refusal::new(status, "fault", "a fault of the sandbox").into_response()
        }
        FaultKind::Html => {
            Html("<!doctype html><title>Sign in</title><h1>Sign in to continue</h1>")
                .into_response()
        }
        FaultKind::GzipBomb(mebibytes) => deliver::bomb(*mebibytes),
        FaultKind::Redirect(target) => redirect(target),
        FaultKind::NoEmployeesKey => (JSON, r#"{"key":"ok","message":"done"}"#).into_response(),
        _ => (JSON, "upstream said: employees=[").into_response(),
    }
}

fn redirect(target: &str) -> Response {
    let target = HeaderValue::from_str(target)
        .unwrap_or(HeaderValue::from_static("https://elsewhere.test/login"));
    (StatusCode::FOUND, [(header::LOCATION, target)]).into_response()
}

/// Cuts a body in the middle. The body is collected first: only then is its middle known.
async fn truncated(response: Response, cut: Cut) -> Response {
    let (mut parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let half = body.slice(..body.len() / 2);
    parts.headers.remove(header::CONTENT_LENGTH);
    let body = match cut {
        Cut::Json => Body::from(half),
        Cut::Chunked => broken_off(half),
        Cut::Length => {
            parts
                .headers
                .insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
            broken_off(half)
        }
    };
    Response::from_parts(parts, body)
}

/// A body that ends with an error, which closes the connection; the pause lets what was written go out first.
fn broken_off(half: Bytes) -> Body {
    let steps = stream::unfold(Some(half), async |step| match step {
        Some(half) if !half.is_empty() => Some((Ok(half), Some(Bytes::new()))),
        Some(_) => {
            tokio::time::sleep(Duration::from_millis(5)).await;
            Some((
                Err(std::io::Error::from(std::io::ErrorKind::ConnectionAborted)),
                None,
            ))
        }
        None => None,
    });
    Body::from_stream(steps)
}

fn blocked_page() -> Response {
    (
        StatusCode::FORBIDDEN,
        Html("<html><body><h1>Request blocked</h1></body></html>"),
    )
        .into_response()
}

fn path_and_query(uri: &Uri) -> String {
    uri.path_and_query()
        .map_or_else(|| uri.path().to_owned(), ToString::to_string)
}

/// Any path HiBob does not have.
pub(crate) async fn not_found(uri: Uri) -> Refusal {
    Refusal::not_found(format!("there is nothing at {}", uri.path()))
}

/// A path HiBob has, with another method.
pub(crate) async fn wrong_method(uri: Uri) -> Refusal {
    let error = format!("{} does not take this method", uri.path());
    Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", error)
}
