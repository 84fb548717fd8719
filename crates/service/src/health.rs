//! Whether the process is alive, and whether it can do its work.

use std::sync::Arc;

use app::App;
use axum::{
    Json,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;

/// `GET /healthz`: the process answers. It asks nobody, so a database that is gone does not make an
/// operator's tools restart a process that is well.
pub(crate) async fn alive() -> Response {
    unkept((StatusCode::OK, Json(json!({ "ok": true }))))
}

/// `GET /readyz`: database, schema and key, each with its sentence. Red as long as one is not well, and
/// green again by itself.
pub(crate) async fn ready(State(app): State<Arc<App>>) -> Response {
    let checks = app.readiness().await;
    let ok = checks.iter().all(|check| check.ok);
    let status = if ok {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    unkept((status, Json(json!({ "ok": ok, "checks": checks }))))
}

fn unkept(answer: impl IntoResponse) -> Response {
    let mut answer = answer.into_response();
    let never = HeaderValue::from_static("no-store");
    answer.headers_mut().insert(header::CACHE_CONTROL, never);
    answer
}
