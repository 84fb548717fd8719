//! Answers that say no: RFC 9457, with a stable code and one plain sentence.

use app::{Failure, FailureKind};
use axum::{
    http::{HeaderName, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;

/// After how many seconds a database that is busy or gone is worth another try.
const AGAIN: &str = "5";

/// What is wrong with one field.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct FieldProblem {
    /// The key, as a path for keys within keys.
    pub field: String,
    /// Stable.
    pub code: String,
    /// In plain words.
    pub detail: String,
}

/// An answer that says no.
#[derive(Clone, Debug)]
pub struct Problem {
    status: StatusCode,
    code: String,
    detail: String,
    errors: Vec<FieldProblem>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

#[derive(Serialize)]
struct Document<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    title: &'a str,
    status: u16,
    code: &'a str,
    detail: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [FieldProblem],
}

impl Problem {
    /// No, for this reason.
    pub fn new(status: StatusCode, code: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            status,
            code: code.into(),
            detail: detail.into(),
            errors: Vec::new(),
            headers: Vec::new(),
        }
    }

    /// Something in the call cannot be read.
    pub(crate) fn bad(code: &str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, detail)
    }

    /// It is our fault; what happened is in the log, under the id of the call.
    pub(crate) fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "Something went wrong here, and it is in our log under this answer's X-Request-Id. Try again; if it stays, \
             tell whoever runs Rollcall.",
        )
    }

    /// Names a field.
    #[must_use]
    pub(crate) fn at(mut self, field: impl Into<String>) -> Self {
        self.errors.push(FieldProblem {
            field: field.into(),
            code: self.code.clone(),
            detail: self.detail.clone(),
        });
        self
    }

    /// Adds a header.
    #[must_use]
    pub(crate) fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// Its status.
    pub fn status(&self) -> StatusCode {
        self.status
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let document = Document {
            kind: "about:blank",
            title: self.status.canonical_reason().unwrap_or("Error"),
            status: self.status.as_u16(),
            code: &self.code,
            detail: &self.detail,
            errors: &self.errors,
        };
        let body = serde_json::to_vec(&document).unwrap_or_default();
        let kind = HeaderValue::from_static("application/problem+json");
        let mut answer = (self.status, [(header::CONTENT_TYPE, kind)], body).into_response();
        answer.headers_mut().extend(
            self.headers
                .into_iter()
                .map(|(name, value)| (Some(name), value)),
        );
        answer
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        let unavailable = failure.code.starts_with("database_") && failure.code != "database_url";
        let status = match failure.kind {
            FailureKind::Usage if failure.field.is_some() => StatusCode::UNPROCESSABLE_ENTITY,
            FailureKind::Usage => match failure.code {
                "invalid_policy" | "invalid_regions" | "key_file" => {
                    StatusCode::UNPROCESSABLE_ENTITY
                }
                _ => StatusCode::BAD_REQUEST,
            },
            FailureKind::NotFound => StatusCode::NOT_FOUND,
            FailureKind::Conflict => StatusCode::CONFLICT,
            FailureKind::Refused | FailureKind::Unusable => StatusCode::UNPROCESSABLE_ENTITY,
            FailureKind::Internal if unavailable => StatusCode::SERVICE_UNAVAILABLE,
            FailureKind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        };
        let status = match failure.code {
            "invalid_filter" | "bad_cursor" => StatusCode::BAD_REQUEST,
            "precondition_failed" => StatusCode::PRECONDITION_FAILED,
            _ => status,
        };
        let mut problem = Self::new(status, failure.code, failure.to_string());
        for wrong in failure.all() {
            if let Some(field) = wrong.field {
                let told = [&wrong.detail, &wrong.mend].map(String::as_str);
                problem.errors.push(FieldProblem {
                    field: field.to_owned(),
                    code: wrong.code.to_owned(),
                    detail: told.join(" ").trim_end().to_owned(),
                });
            }
        }
        if status == StatusCode::SERVICE_UNAVAILABLE {
            return problem.with(header::RETRY_AFTER, HeaderValue::from_static(AGAIN));
        }
        problem
    }
}

/// There is no such address.
pub(crate) async fn no_such_call(uri: Uri) -> Problem {
    let path = uri.path();
    Problem::new(
        StatusCode::NOT_FOUND,
        "no_such_call",
        format!("There is nothing at {path:?}; what there is stands in /api/v1/openapi.json."),
    )
}

/// The address is right, what is to be done there is not.
pub(crate) async fn wrong_method() -> Problem {
    Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "wrong_method",
        "This address does not take this method; the Allow header says which it takes.",
    )
}
