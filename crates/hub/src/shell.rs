//! What stands around every page: navigation, who is signed in, and what is wrong with the connection.

use std::fmt::Display;

use app::view::IntegrationView;
use askama::Template;
use axum::{
    http::{StatusCode, header},
    response::{Html, IntoResponse as _, Response},
};
use jiff::Timestamp;

use crate::{
    door::{Admin, Member},
    oops::Oops,
};

/// The parts of the navigation: name, address.
pub(crate) const PARTS: [(&str, &str); 6] = [
    ("Home", "/admin"),
    ("People", "/admin/people"),
    ("Sync history", "/admin/sync"),
    ("Settings", "/admin/settings"),
    ("Outbox", "/admin/settings/outbox"),
    ("Help", "/admin/help"),
];

/// What is around a page.
pub(crate) struct Shell {
    /// Of the page.
    pub(crate) title: String,
    /// The organisation's name.
    pub(crate) organisation: String,
    /// Who is signed in.
    pub(crate) email: String,
    /// The part of the navigation that is open; none for people without admin rights.
    pub(crate) part: Option<&'static str>,
    /// What a form must bring along.
    pub(crate) proof: String,
    /// What is worst about the connection.
    pub(crate) banner: Option<Banner>,
    /// Something in a form is wrong.
    pub(crate) is_wrong: bool,
}

/// What every page of an admin says when the connection does not work.
pub(crate) struct Banner {
    pub(crate) title: String,
    pub(crate) mend: String,
}

impl Shell {
    /// Of a page in a part of the Admin Hub.
    pub(crate) async fn of(admin: &Admin, part: &'static str, title: &str) -> Result<Self, Oops> {
        let integration = admin.app.integration(&admin.org).await?;
        Ok(Self::with(admin, part, title, &integration))
    }

    /// The same, where the connection has been looked at already.
    pub(crate) fn with(
        admin: &Admin,
        part: &'static str,
        title: &str,
        integration: &IntegrationView,
    ) -> Self {
        let is_bad = matches!(integration.state, "failing" | "held");
        let worst = integration.issues.first().filter(|_| is_bad);
        Self {
            part: Some(part),
            banner: worst.map(|issue| Banner {
                title: issue.title.clone(),
                mend: issue.mend.clone(),
            }),
            ..Self::of_member(&admin.member, title)
        }
    }

    /// Of a page that everybody may see.
    pub(crate) fn of_member(member: &Member, title: &str) -> Self {
        Self {
            title: title.to_owned(),
            organisation: member.org.name.clone(),
            email: member.person.email.to_string(),
            part: None,
            proof: member.proof.clone(),
            banner: None,
            is_wrong: false,
        }
    }

    /// Of a page for nobody in particular.
    pub(crate) fn of_nobody(title: &str) -> Self {
        Self {
            title: title.to_owned(),
            organisation: String::new(),
            email: String::new(),
            part: None,
            proof: String::new(),
            banner: None,
            is_wrong: false,
        }
    }

    pub(crate) fn parts(&self) -> &'static [(&'static str, &'static str)] {
        if self.part.is_some() { &PARTS } else { &[] }
    }
}

/// Writes a page.
pub(crate) fn page(template: &impl Template) -> Result<Response, Oops> {
    page_with(StatusCode::OK, template)
}

/// Writes a page with another status.
pub(crate) fn page_with(status: StatusCode, template: &impl Template) -> Result<Response, Oops> {
    let text = template
        .render()
        .map_err(|error| Oops::internal(&format!("a page could not be written: {error}")))?;
    Ok((status, Html(text)).into_response())
}

/// Goes on to a page after something was done.
pub(crate) fn go(address: &str) -> Response {
    (StatusCode::SEE_OTHER, [(header::LOCATION, address)]).into_response()
}

/// An instant as people read it.
pub(crate) fn instant(at: &Timestamp) -> String {
    at.strftime("%-d %b %Y, %H:%M UTC").to_string()
}

/// An instant that may not have come.
#[expect(clippy::ref_option, reason = "templates hand over references")]
pub(crate) fn maybe_instant(at: &Option<Timestamp>) -> String {
    at.as_ref().map(instant).unwrap_or_default()
}

/// A number with its thousands apart.
pub(crate) fn number(number: impl Display) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
