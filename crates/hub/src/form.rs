//! The fields of a form: read whole, and only from a page of ours.

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts as _, Multipart, Request},
    http::{HeaderMap, header},
};

use crate::{Hub, door::Visitor, oops::Oops};

/// What a form brought.
#[derive(Debug, Default)]
pub(crate) struct Form(Vec<(String, String)>);

impl Form {
    /// Reads what stands after a question mark.
    pub(crate) fn of_query(query: Option<&str>) -> Self {
        Self::of(query.unwrap_or_default().as_bytes())
    }

    fn of(bytes: &[u8]) -> Self {
        Self(form_urlencoded::parse(bytes).into_owned().collect())
    }

    /// A form with files, each as the text in it.
    async fn with_files(request: Request, hub: &Hub) -> Result<Self, Oops> {
        let mut fields = Vec::new();
        let form = Multipart::from_request(request, hub).await;
        let mut form = form.map_err(|_| Oops::foreign())?;
        while let Some(field) = form.next_field().await.map_err(|_| Oops::too_large())? {
            let name = field.name().unwrap_or_default().to_owned();
            let bytes = field.bytes().await.map_err(|_| Oops::too_large())?;
            fields.push((name, String::from_utf8_lossy(&bytes).into_owned()));
        }
        Ok(Self(fields))
    }

    /// A field, trimmed; empty where it is missing.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.maybe(name).unwrap_or_default()
    }

    /// Whether a number was typed, in whatever way its thousands are set apart.
    pub(crate) fn is_number(&self, name: &str, number: u64) -> bool {
        let typed = self.text(name).chars();
        let digits: String = typed
            .filter(|letter| !matches!(letter, ',' | '.' | ' ' | '\'' | '\u{a0}'))
            .collect();
        digits == number.to_string()
    }

    /// A field that says something.
    pub(crate) fn maybe(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(key, _)| key == name);
        found
            .map(|(_, value)| value.trim())
            .filter(|value| !value.is_empty())
    }

    /// What a file holds, or what was pasted in place of it.
    pub(crate) fn file_or_text(&self) -> &str {
        self.maybe("file").unwrap_or_else(|| self.text("text"))
    }

    /// Every value of a field that may come several times.
    pub(crate) fn all(&self, name: &str) -> Vec<String> {
        let of_name = self.0.iter().filter(|(key, _)| key == name);
        of_name.map(|(_, value)| value.clone()).collect()
    }

    /// All fields but the proof, in their order.
    pub(crate) fn pairs(&self) -> Vec<(String, String)> {
        let fields = self.0.iter().filter(|(name, _)| name != "proof");
        fields.cloned().collect()
    }

    /// Whether a box is ticked or a button was the one that was pressed.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(key, _)| key == name)
    }
}

impl FromRequest<Hub> for Form {
    type Rejection = Oops;

    async fn from_request(request: Request, hub: &Hub) -> Result<Self, Oops> {
        if !is_from_here(request.headers(), hub) {
            return Err(Oops::foreign());
        }
        let (mut parts, body) = request.into_parts();
        // Whoever gets in may have done so in another tab since the page was made.
        let gets_in = ["/sign-in", "/invitation/", "/connect/"]
            .iter()
            .any(|start| parts.uri.path().starts_with(start));
        let visitor = Visitor::from_request_parts(&mut parts, hub).await?;
        let request = Request::from_parts(parts, body);
        let form = if is_with_files(request.headers()) {
            Self::with_files(request, hub).await?
        } else {
            let bytes = Bytes::from_request(request, hub)
                .await
                .map_err(|_| Oops::too_large())?;
            Self::of(&bytes)
        };
        // Whoever is signed in proves that the page was made for them; the others have nothing yet
        // that somebody could act with.
        if !gets_in && !visitor.has_made(form.text("proof")) {
            return Err(Oops::foreign());
        }
        Ok(form)
    }
}

fn is_with_files(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("multipart/form-data"))
}

/// Whether a browser says that the form stood on a page of ours. Old ones say nothing, and have the
/// proof in the form.
fn is_from_here(headers: &HeaderMap, hub: &Hub) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    let Some(origin) = text(header::ORIGIN.as_str()) else {
        return true;
    };
    let host = text(header::HOST.as_str()).unwrap_or_default();
    let (_, of_origin) = origin.split_once("://").unwrap_or_default();
    of_origin == host || hub.app.public_url().trim_end_matches('/') == origin
}
