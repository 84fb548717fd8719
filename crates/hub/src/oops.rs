//! Pages that say no: what happened, what was not changed, what to do.

use app::{Failure, FailureKind};
use askama::Template;
use axum::{
    http::{Method, StatusCode, Uri},
    response::{Html, IntoResponse, Response},
};

use crate::{
    door::Member,
    shell::{Shell, go},
};

/// Why there is no page.
#[derive(Debug)]
pub(crate) enum Oops {
    /// They have to sign in first, and come back to this address.
    SignIn(String),
    /// A page that says why.
    Page(Box<Said>),
}

#[derive(Debug)]
pub(crate) struct Said {
    status: StatusCode,
    title: &'static str,
    detail: String,
    mend: Option<String>,
}

#[derive(Template)]
#[template(path = "oops.html")]
struct OopsPage {
    shell: Shell,
    detail: String,
    mend: Option<String>,
}

impl Oops {
    fn said(status: StatusCode, title: &'static str, detail: impl Into<String>) -> Self {
        Self::Page(Box::new(Said {
            status,
            title,
            detail: detail.into(),
            mend: None,
        }))
    }

    /// Nobody is signed in. A form that was sent is lost, so they come back to its page.
    pub(crate) fn sign_in(method: &Method, uri: &Uri) -> Self {
        let path = uri.path_and_query().map_or("/admin", |path| path.as_str());
        let path = if method == Method::GET {
            path
        } else {
            uri.path()
        };
        let next: String = form_urlencoded::byte_serialize(path.as_bytes()).collect();
        Self::SignIn(format!("/sign-in?next={next}"))
    }

    pub(crate) fn no_admin(member: Member) -> Self {
        let name = member.org.name;
        Self::said(
            StatusCode::FORBIDDEN,
            "This page is for admins",
            format!(
                "You are signed in to {name} without admin rights. An admin of {name} can give them to you."
            ),
        )
    }

    pub(crate) fn foreign() -> Self {
        Self::said(
            StatusCode::FORBIDDEN,
            "This form is too old",
            "The form did not come from a page that was made for you just now, so nothing was changed. Go back, load the \
             page again and repeat it.",
        )
    }

    pub(crate) fn too_large() -> Self {
        Self::said(
            StatusCode::PAYLOAD_TOO_LARGE,
            "That is too much at once",
            "The form is larger than 1 MB, so nothing was changed.",
        )
    }

    pub(crate) fn internal(detail: &str) -> Self {
        tracing::error!(detail, "a page broke off");
        Self::said(
            StatusCode::INTERNAL_SERVER_ERROR,
            "Something went wrong on our side",
            "Your last action may not have been saved. Look whether it was before you repeat it; whoever runs Rollcall finds \
             the reason in the log.",
        )
    }
}

impl From<Failure> for Oops {
    fn from(failure: Failure) -> Self {
        let unavailable = failure.code.starts_with("database_");
        let (status, title) = match failure.kind {
            FailureKind::NotFound => (StatusCode::NOT_FOUND, "That is not here"),
            FailureKind::Conflict => (StatusCode::CONFLICT, "That cannot be done as things stand"),
            FailureKind::Internal if unavailable => (
                StatusCode::SERVICE_UNAVAILABLE,
                "Rollcall cannot reach its database just now",
            ),
            FailureKind::Internal => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "Something went wrong on our side",
            ),
            _ => (StatusCode::UNPROCESSABLE_ENTITY, "That was not done"),
        };
        Self::Page(Box::new(Said {
            status,
            title,
            detail: failure.detail,
            mend: Some(failure.mend).filter(|mend| !mend.is_empty()),
        }))
    }
}

impl IntoResponse for Oops {
    fn into_response(self) -> Response {
        let said = match self {
            Self::SignIn(address) => return go(&address),
            Self::Page(said) => *said,
        };
        let page = OopsPage {
            shell: Shell::of_nobody(said.title),
            detail: said.detail,
            mend: said.mend,
        };
        let text = page.render().unwrap_or_else(|_| said.title.to_owned());
        (said.status, Html(text)).into_response()
    }
}

/// There is no such page.
pub(crate) async fn nowhere() -> Oops {
    Oops::said(
        StatusCode::NOT_FOUND,
        "There is no such page",
        "The address leads nowhere. It may have been cut off when it was copied.",
    )
}
