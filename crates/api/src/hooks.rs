//! Where an HRIS sends its webhooks. No token: the signature over the body is what counts.

use app::{App, Failure, FailureKind, Received};
use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Path, State, rejection::BytesRejection},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Response},
    routing::post,
};

use crate::{Problem, input::unread};

/// How large an event may be, in bytes: they name an employee, and little else.
const BODY: usize = 256 * 1024;

pub(crate) fn router(app: &App) -> Router {
    Router::new()
        .route("/hooks/hibob/{connection}", post(receive))
        .layer(DefaultBodyLimit::max(BODY))
        .with_state(app.clone())
}

async fn receive(
    State(app): State<App>,
    Path(connection): Path<String>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Problem> {
    let body = body.map_err(unread)?;
    let signature = headers.get("bob-signature");
    let signature = signature.and_then(|signature| signature.to_str().ok());
    let received = app.receive_webhook(&connection, signature, &body).await;
    match received.map_err(refused)? {
        // HiBob takes anything but 200 for a failure, and sends it again.
        Received::Handshake | Received::Taken | Received::Ignored => {
            Ok(StatusCode::OK.into_response())
        }
    }
}

fn refused(failure: Failure) -> Problem {
    if failure.kind == FailureKind::Refused {
        return Problem::new(StatusCode::UNAUTHORIZED, failure.code, failure.to_string());
    }
    failure.into()
}
