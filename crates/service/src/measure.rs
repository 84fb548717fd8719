//! What an operator can watch: numbers about calls and work, never about people.

use std::{sync::Arc, sync::OnceLock, time::Instant};

use app::App;
use axum::{
    extract::{MatchedPath, Request, State},
    http::header,
    middleware::Next,
    response::{IntoResponse, Response},
};
use metrics::{counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

/// Bounds of the classes in which durations are counted, in seconds.
const SECONDS: &[f64] = &[
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0,
];

/// What has been counted since the process began.
#[derive(Clone)]
pub(crate) struct Meter(Option<PrometheusHandle>);

impl Meter {
    /// Begins to count; one process counts once, however many services it starts.
    pub(crate) fn start() -> Self {
        static METER: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
        Self(METER.get_or_init(install).clone())
    }
}

fn install() -> Option<PrometheusHandle> {
    let seconds = Matcher::Suffix("_seconds".to_owned());
    let builder = PrometheusBuilder::new().set_buckets_for_metric(seconds, SECONDS);
    let installed = builder.map(PrometheusBuilder::install_recorder);
    let handle = match installed {
        Ok(Ok(handle)) => handle,
        Ok(Err(error)) | Err(error) => {
            tracing::warn!(%error, "nothing is counted");
            return None;
        }
    };
    describe_counter!(
        "rollcall_http_requests_total",
        "Calls answered, by method, route and status"
    );
    describe_histogram!(
        "rollcall_http_request_seconds",
        "How long calls took, by method and route"
    );
    describe_gauge!("rollcall_tasks_waiting", "Tasks that wait or are under way");
    describe_gauge!(
        "rollcall_tasks_failed",
        "Tasks that were given up and wait for somebody"
    );
    describe_gauge!(
        "rollcall_ready",
        "1 while database, schema and key are well"
    );
    Some(handle)
}

/// `GET /metrics`, for Prometheus.
pub(crate) async fn metrics(State((app, meter)): State<(Arc<App>, Meter)>) -> Response {
    let ready = app.readiness().await.iter().all(|check| check.ok);
    gauge!("rollcall_ready").set(f64::from(u8::from(ready)));
    if let Ok((waiting, failed)) = app.task_counts().await {
        gauge!("rollcall_tasks_waiting").set(waiting as f64);
        gauge!("rollcall_tasks_failed").set(failed as f64);
    }
    let text = meter.0.map(|handle| {
        handle.run_upkeep();
        handle.render()
    });
    let kind = [(header::CONTENT_TYPE, "text/plain; version=0.0.4")];
    (kind, text.unwrap_or_default()).into_response()
}

/// Counts a call by its route: an address itself may hold an id or a secret.
pub(crate) async fn count(request: Request, next: Next) -> Response {
    let began = now();
    let method = request.method().as_str().to_owned();
    let route = request.extensions().get::<MatchedPath>();
    let route = route.map_or("none", MatchedPath::as_str).to_owned();
    let answer = next.run(request).await;
    let status = answer.status().as_str().to_owned();
    histogram!("rollcall_http_request_seconds", "method" => method.clone(), "route" => route.clone())
        .record(began.elapsed().as_secs_f64());
    counter!("rollcall_http_requests_total", "method" => method, "route" => route, "status" => status)
        .increment(1);
    answer
}

fn now() -> Instant {
    Instant::now()
}
