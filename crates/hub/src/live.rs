//! Pages that change by themselves while something is going: the same part of the page, sent again whenever it is
//! another one (server-sent events), until it is over.

use std::{convert::Infallible, time::Duration};

use axum::{
    http::{HeaderValue, header},
    response::{
        IntoResponse as _, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures_util::stream;

use crate::oops::Oops;

/// How often it is looked at. At most two updates a second, and none later than a second after it happened.
const LOOK: Duration = Duration::from_millis(600);
/// Proxies let go of what is silent for longer.
const ALIVE: Duration = Duration::from_secs(15);

/// A look at something that is going.
pub(crate) struct Look {
    /// The part of the page.
    pub(crate) html: String,
    /// It is over.
    pub(crate) is_over: bool,
}

/// Sends what a look shows whenever it has changed; at the end the address of the whole page.
pub(crate) fn stream<F>(address: String, look: impl Fn() -> F + Send + 'static) -> Response
where
    F: Future<Output = Result<Look, Oops>> + Send + 'static,
{
    let first: (Option<String>, bool) = (None, false);
    let events = stream::unfold((first, look, address), |state| async move {
        let ((mut last, is_over), look, address) = state;
        if is_over {
            return None;
        }
        loop {
            if last.is_some() {
                tokio::time::sleep(LOOK).await;
            }
            // Whoever may not look any more gets no further events, and the page asks again.
            let seen = look().await.ok()?;
            if seen.is_over {
                let end = Event::default().event("end").data(address.clone());
                return Some((Ok::<_, Infallible>(end), ((last, true), look, address)));
            }
            if last.as_ref() != Some(&seen.html) {
                let event = Event::default().event("html").data(seen.html.clone());
                last = Some(seen.html);
                return Some((Ok(event), ((last, false), look, address)));
            }
        }
    });
    let alive = KeepAlive::new().interval(ALIVE);
    let mut answer = Sse::new(events).keep_alive(alive).into_response();
    let headers = answer.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // Proxies that gather answers before they pass them on are told not to.
    let name = header::HeaderName::from_static("x-accel-buffering");
    headers.insert(name, HeaderValue::from_static("no"));
    answer
}
