//! Pages that say no: what happened, what was not changed, what to do. They are written when the answer leaves, where
//! the language of whoever asked is known.

use app::{Failure, FailureKind};
use askama::Template;
use axum::{
    http::{HeaderMap, Method, StatusCode, Uri},
    response::{IntoResponse, Response},
};

use texts::Lang;

use crate::{
    again::StalePage,
    door::Member,
    shell::{Shell, go, page_with},
};

/// Why there is no page.
#[derive(Debug)]
pub(crate) enum Oops {
    /// They have to sign in first, and come back to this address; whether a form was sent.
    SignIn(String, bool),
    /// A page that says why.
    Page(Box<Said>),
}

/// What such a page says.
#[derive(Clone, Debug)]
pub(crate) struct Said {
    status: StatusCode,
    /// The name of a text.
    title: &'static str,
    detail: Detail,
    /// A sentence of business code.
    mend: String,
    /// Who could help, by name.
    who: String,
}

#[derive(Clone, Debug)]
enum Detail {
    /// The name of a text.
    Text(&'static str),
    /// The name of a text about an organisation.
    About(&'static str, String),
    /// A sentence of business code.
    Said(String),
}

#[derive(Template)]
#[template(path = "oops.html")]
struct OopsPage {
    shell: Shell,
    detail: String,
    mend: String,
    is_search_offered: bool,
}

impl Oops {
    fn new(status: StatusCode, title: &'static str, detail: Detail) -> Self {
        Self::Page(Box::new(Said {
            status,
            title,
            detail,
            mend: String::new(),
            who: String::new(),
        }))
    }

    /// Nobody is signed in. A form that was sent is lost, so they come back to its page.
    pub(crate) fn sign_in(method: &Method, uri: &Uri, headers: &HeaderMap) -> Self {
        let path = uri.path_and_query().map_or("/admin", |path| path.as_str());
        let path = if method == Method::GET {
            path.to_owned()
        } else {
            page_of(headers).unwrap_or_else(|| uri.path().to_owned())
        };
        let next: String = form_urlencoded::byte_serialize(path.as_bytes()).collect();
        let is_form = method != Method::GET;
        let lost = if is_form { "&lost" } else { "" };
        Self::SignIn(format!("/sign-in?next={next}{lost}"), is_form)
    }

    /// They have no admin rights; who could give them is named.
    pub(crate) fn no_admin(member: Member, admins: &[String]) -> Self {
        let detail = Detail::About("oops-no-admin", member.org.name);
        let page = Self::new(StatusCode::FORBIDDEN, "oops-no-admin-title", detail);
        match page {
            Self::Page(mut said) if !admins.is_empty() => {
                said.who = admins.join(", ");
                Self::Page(said)
            }
            page => page,
        }
    }

    pub(crate) fn foreign() -> Self {
        let detail = Detail::Text("oops-foreign");
        Self::new(StatusCode::FORBIDDEN, "oops-foreign-title", detail)
    }

    pub(crate) fn too_large() -> Self {
        let detail = Detail::Text("oops-too-large");
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "oops-too-large-title",
            detail,
        )
    }

    pub(crate) fn too_often() -> Self {
        let detail = Detail::Text("oops-too-often");
        Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "oops-too-often-title",
            detail,
        )
    }

    /// Whether it says that there is no such thing.
    pub(crate) fn is_nowhere(&self) -> bool {
        matches!(self, Self::Page(said) if said.status == StatusCode::NOT_FOUND)
    }

    pub(crate) fn nowhere() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "oops-nowhere-title",
            Detail::Text("oops-nowhere"),
        )
    }

    pub(crate) fn internal(detail: &str) -> Self {
        tracing::error!(detail, "a page broke off");
        let status = StatusCode::INTERNAL_SERVER_ERROR;
        Self::new(status, "oops-internal-title", Detail::Text("oops-internal"))
    }
}

/// The page that a form stood on, as browsers tell it within one site.
fn page_of(headers: &HeaderMap) -> Option<String> {
    let from = headers.get(axum::http::header::REFERER)?.to_str().ok()?;
    let from: Uri = from.parse().ok()?;
    from.path_and_query().map(|path| path.as_str().to_owned())
}

impl From<Failure> for Oops {
    fn from(failure: Failure) -> Self {
        let unavailable = failure.code.starts_with("database_");
        let (status, title) = match failure.kind {
            FailureKind::NotFound => (StatusCode::NOT_FOUND, "oops-not-found-title"),
            FailureKind::Conflict => (StatusCode::CONFLICT, "oops-conflict-title"),
            FailureKind::Internal if unavailable => {
                (StatusCode::SERVICE_UNAVAILABLE, "oops-database-title")
            }
            FailureKind::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "oops-internal-title"),
            _ => (StatusCode::UNPROCESSABLE_ENTITY, "oops-not-done-title"),
        };
        Self::Page(Box::new(Said {
            status,
            title,
            detail: Detail::Said(failure.detail),
            mend: failure.mend,
            who: String::new(),
        }))
    }
}

impl IntoResponse for Oops {
    fn into_response(self) -> Response {
        match self {
            Self::SignIn(address, is_form) => {
                let mut answer = go(&address);
                if is_form {
                    answer.extensions_mut().insert(StalePage);
                }
                answer
            }
            Self::Page(said) => {
                let mut answer = said.status.into_response();
                if said.title == "oops-foreign-title" {
                    answer.extensions_mut().insert(StalePage);
                }
                answer.extensions_mut().insert(*said);
                answer
            }
        }
    }
}

/// The page itself.
pub(crate) fn page(lang: Lang, said: &Said) -> Response {
    let detail = match &said.detail {
        Detail::Text(key) => lang.t(key),
        Detail::About(key, name) => lang.t1(key, "organisation", name.as_str()),
        Detail::Said(sentence) => lang.said(sentence).into_owned(),
    };
    let page = OopsPage {
        shell: Shell {
            title: lang.t(said.title),
            ..Shell::in_language(lang)
        },
        detail,
        mend: if said.who.is_empty() {
            lang.said(&said.mend).into_owned()
        } else {
            lang.t1("oops-who", "names", said.who.as_str())
        },
        is_search_offered: said.status == StatusCode::NOT_FOUND,
    };
    page_with(said.status, &page).unwrap_or_else(|_| said.status.into_response())
}

/// Where there is no page.
pub(crate) async fn nowhere() -> Oops {
    Oops::nowhere()
}
