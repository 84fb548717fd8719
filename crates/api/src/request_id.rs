//! Every answer has an id, by which its lines in the log are found.

use app::App;
use axum::{
    extract::{Request, State},
    http::{HeaderName, HeaderValue},
    middleware::Next,
    response::Response,
};
use tracing::Instrument as _;

/// The header that carries it, in calls and in answers.
pub const HEADER: HeaderName = HeaderName::from_static("x-request-id");
/// Longer ones are not taken over.
const LONGEST: usize = 64;

/// The id of a call.
#[derive(Clone, Debug)]
pub struct RequestId(pub String);

/// Gives a call its id: the one it came with, if it is short and plain, or a new one.
pub async fn with_request_id(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let given = request.headers().get(HEADER);
    let given = given
        .and_then(|id| id.to_str().ok())
        .filter(|id| is_plain(id));
    let id = given.map_or_else(|| made(&app), ToOwned::to_owned);
    request.extensions_mut().insert(RequestId(id.clone()));
    let span = tracing::info_span!("call", request = %id);
    let mut answer = next.run(request).instrument(span).await;
    if let Ok(value) = HeaderValue::from_str(&id) {
        answer.headers_mut().insert(HEADER, value);
    }
    answer
}

fn is_plain(id: &str) -> bool {
    let plain = |letter: u8| letter.is_ascii_alphanumeric() || b"-_.".contains(&letter);
    (1..=LONGEST).contains(&id.len()) && id.bytes().all(plain)
}

fn made(app: &App) -> String {
    let mut bytes = [0_u8; 16];
    app.random(&mut bytes);
    format!("{:032x}", u128::from_be_bytes(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_short_and_plain_ids_are_taken_over() {
        assert!(is_plain("0af7651916cd43dd8448eb211c80319c"));
        assert!(is_plain("job-7.retry_2"));
        let long = "a".repeat(65);
        for id in ["", "two words", "line\nbreak", "ümlaut", "<b>", &long] {
            assert!(!is_plain(id), "{id:?}");
        }
    }
}
