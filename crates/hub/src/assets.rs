//! The stylesheet, the script and the mark: built in, and kept by browsers until they change.

use axum::{
    Router,
    http::header,
    response::{IntoResponse, Response},
    routing::get,
};

use crate::Hub;

const STYLE: &str = include_str!("../assets/hub.css");
const SCRIPT: &str = include_str!("../assets/hub.js");
const MARK: &str = include_str!("../assets/mark.svg");

pub(crate) fn router() -> Router<Hub> {
    let asset =
        |kind: &'static str, text: &'static str| get(move || async move { kept(kind, text) });
    Router::new()
        .route("/assets/hub.css", asset("text/css", STYLE))
        .route("/assets/hub.js", asset("text/javascript", SCRIPT))
        .route("/assets/mark.svg", asset("image/svg+xml", MARK))
        .route("/favicon.ico", asset("image/svg+xml", MARK))
}

fn kept(kind: &'static str, text: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "public, max-age=300"),
    ];
    (headers, text).into_response()
}
