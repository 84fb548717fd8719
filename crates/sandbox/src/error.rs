//! HiBob's error body.

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::json;

/// A refusal with HiBob's body `{"key", "error"}`. The texts are the sandbox's own: none of HiBob's is documented.
#[derive(Debug, Clone)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    pub(crate) key: &'static str,
    pub(crate) error: String,
}

impl Refusal {
    pub(crate) fn new(status: StatusCode, key: &'static str, error: impl Into<String>) -> Self {
        Self {
            status,
            key,
            error: error.into(),
        }
    }

    pub(crate) fn bad_request(key: &'static str, error: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, key, error)
    }

    pub(crate) fn forbidden(error: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "permissions.missing", error)
    }

    pub(crate) fn not_found(error: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", error)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (
            self.status,
            Json(json!({ "key": self.key, "error": self.error })),
        )
            .into_response()
    }
}
