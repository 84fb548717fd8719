//! The HTTP API, `/api/v1`: what programs ask of Rollcall.
//!
//! Every call stands in one table (`calls::table`), from which both the router and the OpenAPI
//! document are made: a call that is not documented does not exist. The `guard` stands before all
//! of them, so no call is answered without a token; it hands on a `Caller`, the only way to
//! the use cases.

mod caller;
mod calls;
pub mod contract;
mod guard;
mod hooks;
mod input;
mod limit;
mod once;
mod problem;
mod request_id;
mod table;

use std::sync::Arc;

use app::App;
use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware,
    response::{IntoResponse, Response},
};
use tower_http::{catch_panic::CatchPanicLayer, timeout::RequestBodyTimeoutLayer};

use limit::Limiter;
pub use problem::Problem;
pub use request_id::{HEADER as REQUEST_ID, RequestId, with_request_id};

/// How large the body of a call may be, in bytes.
pub(crate) const BODY: usize = 1024 * 1024;
/// How long nothing of a body may come, in seconds.
const BODY_PAUSE: u64 = 15;

/// How the API is set up.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// How many calls a minute a token has.
    pub calls_per_minute: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            calls_per_minute: 1200,
        }
    }
}

/// What every call works with.
#[derive(Clone)]
pub(crate) struct Api {
    pub(crate) app: App,
    pub(crate) limiter: Arc<Limiter>,
    pub(crate) document: Arc<str>,
}

/// The routes under `/api/v1`.
pub fn router(app: &App, settings: Settings) -> Router {
    let table = calls::table();
    let api = Api {
        app: app.clone(),
        limiter: Arc::new(Limiter::new(settings.calls_per_minute)),
        document: table.document().into(),
    };
    let calls = table
        .router()
        .fallback(problem::no_such_call)
        .method_not_allowed_fallback(problem::wrong_method)
        .layer(middleware::from_fn_with_state(api.clone(), guard::guard))
        .layer(DefaultBodyLimit::max(BODY))
        .layer(RequestBodyTimeoutLayer::new(
            std::time::Duration::from_secs(BODY_PAUSE),
        ))
        .layer(CatchPanicLayer::custom(panicked))
        .with_state(api);
    Router::new()
        .nest("/api/v1", calls)
        .merge(hooks::router(app))
}

/// Every call as method and path, for tests that walk them all.
pub fn routes() -> Vec<(String, String)> {
    calls::table().routes()
}

/// The OpenAPI document.
pub fn document() -> String {
    calls::table().document()
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "the layer hands it over like that"
)]
fn panicked(cause: Box<dyn std::any::Any + Send>) -> Response {
    let words = cause
        .downcast_ref::<&str>()
        .map(ToString::to_string)
        .or_else(|| cause.downcast_ref::<String>().cloned());
    tracing::error!(cause = words.as_deref(), "a call broke off");
    Problem::internal().into_response()
}
