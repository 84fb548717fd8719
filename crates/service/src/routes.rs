//! Which listener answers what.

use std::sync::Arc;

use api::with_request_id;
use app::App;
use axum::{Router, middleware, routing::get};

use crate::{
    health,
    measure::{self, Meter},
};

/// What everybody reaches. `/metrics` is not among it.
pub(crate) fn public(app: &Arc<App>, settings: api::Settings) -> Router {
    let calls = api::router(app, settings);
    let named = middleware::from_fn_with_state(App::clone(app), with_request_id);
    health_routes(Arc::clone(app))
        .merge(calls)
        .merge(hub::router(app))
        .layer(middleware::from_fn(measure::count))
        .layer(named)
}

/// What only the operator's tools reach.
pub(crate) fn private(app: Arc<App>, meter: Meter) -> Router {
    Router::new()
        .route("/metrics", get(measure::metrics))
        .with_state((app.clone(), meter))
        .merge(health_routes(app))
}

fn health_routes(app: Arc<App>) -> Router {
    Router::new()
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .with_state(app)
}
