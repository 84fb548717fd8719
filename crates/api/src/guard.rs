//! Before every call: whose token is it, and may it do this, this often?

use std::{
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use app::Actor;
use axum::{
    body::Body,
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use futures_util::StreamExt as _;

use crate::{Api, BODY, Problem, caller::Caller, input::too_large, limit::Allowance};

/// The one call that needs no token: it tells nothing of anybody.
const DOCUMENT: &str = "/openapi.json";

/// How long reading may take.
const READING: Duration = Duration::from_secs(30);
/// How long writing may take; it goes on when nobody waits any more.
const WRITING: Duration = Duration::from_mins(5);

/// Lets a call through, or says why not, within a time.
pub(crate) async fn guard(State(api): State<Api>, request: Request, next: Next) -> Response {
    let reading = is_read(request.method());
    let patience = if reading { READING } else { WRITING };
    let answer = tokio::time::timeout(patience, let_through(api, request, next)).await;
    answer.unwrap_or_else(|_| too_slow(reading).into_response())
}

async fn let_through(api: Api, mut request: Request, next: Next) -> Response {
    // Told before it comes, it need not come.
    if announced(request.headers()).is_some_and(|length| length > BODY as u64) {
        // Whoever asks first has sent nothing yet.
        if !request.headers().contains_key(header::EXPECT) {
            let drained = drain(request.into_body());
            drop(tokio::time::timeout(DRAINING, drained).await);
        }
        return too_large().into_response();
    }
    if request.uri().path() == DOCUMENT {
        return next.run(request).await;
    }
    let now = api.app.now();
    let caller = match who(&api, request.headers()).await {
        Ok(Some(caller)) => caller,
        // Nothing was tried.
        Ok(None) if bearer(request.headers()).is_none() => return unknown().into_response(),
        Ok(None) => {
            let allowance = api.limiter.wrong(address(&request), now);
            return if allowance.allowed {
                unknown().into_response()
            } else {
                told(too_often(allowance).into_response(), allowance)
            };
        }
        Err(problem) => return problem.into_response(),
    };
    let (caller, read_only) = caller;
    let allowance = api.limiter.call(caller.token, now);
    if !allowance.allowed {
        return told(too_often(allowance).into_response(), allowance);
    }
    if read_only && !is_read(request.method()) {
        let problem = Problem::new(
            StatusCode::FORBIDDEN,
            "read_only_token",
            "This token may only read, so nothing was changed; use one that may write.",
        );
        return told(problem.into_response(), allowance);
    }
    request.extensions_mut().insert(caller);
    told(next.run(request).await, allowance)
}

fn is_read(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// How much of a body that is refused is read and thrown away, so that whoever sends it gets to hear why: a
/// connection that is closed while they write tells them nothing.
const DRAINED: usize = 8 * BODY;
/// How long that may take: whoever announces more than they send is told at last.
const DRAINING: Duration = Duration::from_secs(1);

async fn drain(body: Body) {
    let mut left = DRAINED;
    let mut parts = body.into_data_stream();
    while let Some(Ok(part)) = parts.next().await {
        match left.checked_sub(part.len()) {
            Some(rest) => left = rest,
            None => return,
        }
    }
}

/// The caller and whether they may only read; nobody without a token that is good.
async fn who(api: &Api, headers: &HeaderMap) -> Result<Option<(Caller, bool)>, Problem> {
    let Some(token) = bearer(headers) else {
        return Ok(None);
    };
    let known = api.app.authenticate(token).await?;
    Ok(known.map(|known| {
        let caller = Caller {
            app: api.app.acting_as(Actor::Token(known.token)),
            org: known.organisation,
            token: known.token,
        };
        (caller, known.read_only)
    }))
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then_some(token.trim())
}

/// Where the call came from; calls within the process come from nowhere else.
fn address(request: &Request) -> IpAddr {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    peer.map_or(IpAddr::from([127, 0, 0, 1]), |peer| peer.0.ip())
}

fn unknown() -> Problem {
    Problem::new(
        StatusCode::UNAUTHORIZED,
        "unauthorized",
        "A token is needed, and this is none that works here; make one with `rollcall token create` and send it as \
         `Authorization: Bearer TOKEN`.",
    )
    .with(
        header::WWW_AUTHENTICATE,
        HeaderValue::from_static("Bearer"),
    )
}

fn announced(headers: &HeaderMap) -> Option<u64> {
    let length = headers.get(header::CONTENT_LENGTH)?;
    length.to_str().ok()?.parse().ok()
}

fn too_slow(reading: bool) -> Problem {
    let detail = if reading {
        "The database did not answer in time, so nothing can be shown; try again in a moment."
    } else {
        "It took too long, and nobody can say whether it was done; look whether it was before you try again."
    };
    let status = StatusCode::SERVICE_UNAVAILABLE;
    Problem::new(status, "too_slow", detail).with(header::RETRY_AFTER, HeaderValue::from(5))
}

fn too_often(allowance: Allowance) -> Problem {
    let seconds = allowance.reset;
    Problem::new(
        StatusCode::TOO_MANY_REQUESTS,
        "too_many_calls",
        format!(
            "There are {} calls a minute and all are used, so nothing was done; try again in {seconds} s.",
            allowance.limit
        ),
    )
    .with(header::RETRY_AFTER, HeaderValue::from(seconds))
}

fn told(mut answer: Response, allowance: Allowance) -> Response {
    let headers = answer.headers_mut();
    headers.insert("ratelimit-limit", HeaderValue::from(allowance.limit));
    headers.insert(
        "ratelimit-remaining",
        HeaderValue::from(allowance.remaining),
    );
    headers.insert("ratelimit-reset", HeaderValue::from(allowance.reset));
    let never = HeaderValue::from_static("no-store");
    headers.entry(header::CACHE_CONTROL).or_insert(never);
    answer
}
