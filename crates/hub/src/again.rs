//! What somebody sent from a page that was no longer good: their session had ended, or they have signed in anew since.
//! Nothing was done, and nothing is lost: what they sent stands on the answer, to be sent again.

use askama::Template;
use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{FromRequestParts as _, Request},
    http::{HeaderMap, Method, StatusCode, Uri, header},
    response::{IntoResponse as _, Response},
};

use crate::{
    Hub,
    door::Visitor,
    form::Form,
    oops::Oops,
    shell::{Shell, page_with},
};

/// The most that is kept.
const MOST: usize = 2 * 1024 * 1024;
/// What is not given back, and has to be typed again.
const SECRETS: [&str; 5] = ["password", "token", "secret", "code", "proof"];

/// Marks an answer that says no because of the page that a form stood on, and of nothing in it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StalePage;

/// What was sent, kept until it has been answered.
pub(crate) struct Sent {
    headers: HeaderMap,
    uri: Uri,
    body: Bytes,
}

#[derive(Template)]
#[template(path = "again.html")]
struct AgainPage {
    shell: Shell,
    address: String,
    fields: Vec<(String, String)>,
    is_signed_in: bool,
}

impl Sent {
    /// Keeps what a page of ours sends, and gives the request back. Browsers that do not say where a form
    /// stood are not believed here: nobody's form becomes ours by a press of a button.
    pub(crate) async fn keep(request: Request) -> Result<(Request, Option<Self>), Response> {
        let is_ours = request.method() == Method::POST
            && text(request.headers(), "sec-fetch-site") == "same-origin"
            && text(request.headers(), header::CONTENT_TYPE.as_str())
                .starts_with("application/x-www-form-urlencoded");
        if !is_ours {
            return Ok((request, None));
        }
        let (parts, body) = request.into_parts();
        let body = to_bytes(body, MOST)
            .await
            .map_err(|_| Oops::too_large().into_response())?;
        let sent = Self {
            headers: parts.headers.clone(),
            uri: parts.uri.clone(),
            body: body.clone(),
        };
        Ok((Request::from_parts(parts, Body::from(body)), Some(sent)))
    }

    /// The page with what was sent.
    pub(crate) async fn again(self, hub: &Hub) -> Result<Response, Oops> {
        let mut request = Request::new(Body::empty());
        *request.headers_mut() = self.headers;
        *request.uri_mut() = self.uri;
        let (mut parts, _) = request.into_parts();
        let visitor = Visitor::from_request_parts(&mut parts, hub).await?;
        let form = Form::of_query(std::str::from_utf8(&self.body).ok());
        let fields = form.pairs().into_iter();
        let fields = fields.filter(|(name, _)| !SECRETS.contains(&name.as_str()));
        let page = AgainPage {
            shell: Shell {
                proof: visitor.proof(&hub.app).unwrap_or_default(),
                ..Shell::of_nobody(&visitor, "again-title")
            },
            address: parts.uri.path().to_owned(),
            fields: fields.collect(),
            is_signed_in: visitor.signed_in.is_some(),
        };
        page_with(StatusCode::FORBIDDEN, &page)
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    let value = headers.get(name).and_then(|value| value.to_str().ok());
    value.unwrap_or_default()
}
