//! What stands around every page: navigation, who is signed in, what is wrong with the connection, and the language.

use std::fmt::Display;

use app::{
    Failure,
    view::{BadgeView, IntegrationView},
};
use askama::Template;
use axum::{
    http::{StatusCode, header},
    response::{Html, IntoResponse as _, Response},
};
use domain::{Country, PersonField};
use jiff::{Timestamp, civil::Date};

use texts::{Lang, Value};

use crate::{
    door::{Admin, Member, Visitor},
    marked::{Marked, Time},
    oops::Oops,
};

/// A part of the navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Home,
    People,
    Budgets,
    Content,
    Sync,
    Settings,
    Help,
}

impl Part {
    const ALL: [Self; 7] = [
        Self::Home,
        Self::People,
        Self::Budgets,
        Self::Content,
        Self::Sync,
        Self::Settings,
        Self::Help,
    ];

    pub(crate) const fn address(self) -> &'static str {
        match self {
            Self::Home => "/admin",
            Self::People => "/admin/people",
            Self::Budgets => "/admin/budgets",
            Self::Content => "/admin/content",
            Self::Sync => "/admin/sync",
            Self::Settings => "/admin/settings",
            Self::Help => "/admin/help",
        }
    }

    const fn text(self) -> &'static str {
        match self {
            Self::Home => "nav-home",
            Self::People => "nav-people",
            Self::Budgets => "nav-budgets",
            Self::Content => "nav-content",
            Self::Sync => "nav-sync",
            Self::Settings => "nav-settings",
            Self::Help => "nav-help",
        }
    }

    /// What is pressed after `g` to go there.
    pub(crate) const fn key(self) -> char {
        match self {
            Self::Home => 'h',
            Self::People => 'p',
            Self::Budgets => 'b',
            Self::Content => 'c',
            Self::Sync => 's',
            Self::Settings => 't',
            Self::Help => 'e',
        }
    }
}

/// What is around a page.
pub(crate) struct Shell {
    /// Of the page.
    pub(crate) title: String,
    /// The organisation's name.
    pub(crate) organisation: String,
    /// Who is signed in.
    pub(crate) email: String,
    /// The part of the navigation that is open; none for people without admin rights.
    pub(crate) part: Option<Part>,
    /// What a form must bring along.
    pub(crate) proof: String,
    /// What is worst about the connection.
    pub(crate) banner: Option<Banner>,
    /// How the connection is doing, for the badge.
    pub(crate) state: Option<&'static str>,
    /// Something in a form is wrong.
    pub(crate) is_wrong: bool,
    /// What was done just now.
    pub(crate) done: Option<String>,
    /// In which language.
    pub(crate) lang: Lang,
    /// Single keys do something.
    pub(crate) has_keys: bool,
}

/// What every page of an admin says when the connection does not work.
pub(crate) struct Banner {
    pub(crate) title: String,
    pub(crate) mend: String,
    pub(crate) action: String,
    pub(crate) address: String,
}

impl Shell {
    /// Of a page in a part of the Admin Hub.
    pub(crate) async fn of(admin: &Admin, part: Part, title: String) -> Result<Self, Oops> {
        let badge = admin.app.badge(&admin.org).await?;
        Ok(Self::badged(admin, part, title, &badge))
    }

    /// The same, where the connection has been looked at already.
    pub(crate) fn with(
        admin: &Admin,
        part: Part,
        title: String,
        integration: &IntegrationView,
    ) -> Self {
        Self::badged(admin, part, title, &BadgeView::from(integration))
    }

    fn badged(admin: &Admin, part: Part, title: String, badge: &BadgeView) -> Self {
        Self {
            part: Some(part),
            banner: banner(admin.member.lang, badge),
            state: badge.state,
            ..Self::of_member(&admin.member, title)
        }
    }

    /// Of a page that everybody may see.
    pub(crate) fn of_member(member: &Member, title: String) -> Self {
        Self {
            title,
            organisation: member.org.name.clone(),
            email: member.person.email.to_string(),
            proof: member.proof.clone(),
            done: member.done.clone(),
            has_keys: member.has_keys,
            ..Self::in_language(member.lang)
        }
    }

    /// Of a page for nobody in particular.
    pub(crate) fn of_nobody(visitor: &Visitor, title: &str) -> Self {
        Self {
            title: visitor.lang.t(title),
            ..Self::in_language(visitor.lang)
        }
    }

    /// Of a page that nothing else is known of.
    pub(crate) const fn in_language(lang: Lang) -> Self {
        Self {
            title: String::new(),
            organisation: String::new(),
            email: String::new(),
            part: None,
            proof: String::new(),
            banner: None,
            state: None,
            is_wrong: false,
            done: None,
            lang,
            has_keys: false,
        }
    }

    /// The same with something wrong on it.
    pub(crate) fn wrong(self, is_wrong: bool) -> Self {
        Self { is_wrong, ..self }
    }

    pub(crate) fn parts(&self) -> &'static [Part] {
        if self.part.is_some() { &Part::ALL } else { &[] }
    }
}

/// The words of pages, as templates ask for them.
#[expect(
    clippy::trivially_copy_pass_by_ref,
    clippy::ref_option,
    reason = "templates hand over references"
)]
impl Shell {
    pub(crate) fn is_open(&self, part: &Part) -> bool {
        self.part == Some(*part)
    }

    pub(crate) fn part_name(&self, part: &Part) -> String {
        self.t(part.text())
    }

    pub(crate) fn t(&self, key: impl AsRef<str>) -> String {
        self.lang.t(key.as_ref())
    }

    pub(crate) fn t1(&self, key: impl AsRef<str>, name: &str, value: impl Value) -> String {
        self.lang.t1(key.as_ref(), name, value)
    }

    pub(crate) fn t2(
        &self,
        key: &str,
        name: &str,
        value: impl Value,
        other: &str,
        value_of_other: impl Value,
    ) -> String {
        self.lang.t2(key, &(name, value), &(other, value_of_other))
    }

    /// A text with `[words]` in it that lead somewhere.
    pub(crate) fn link(&self, key: &str, address: impl AsRef<str>) -> Marked {
        Marked::with_links(&self.t(key), &[address.as_ref()])
    }

    /// The same with two of them.
    pub(crate) fn links(&self, key: &str, first: &str, second: &str) -> Marked {
        Marked::with_links(&self.t(key), &[first, second])
    }

    pub(crate) fn word(&self, list: &str, word: impl Display) -> String {
        self.lang.word(list, word)
    }

    /// Why something was done, as history has it.
    pub(crate) fn why(&self, sentence: impl AsRef<str>) -> String {
        self.lang.why(sentence.as_ref())
    }

    pub(crate) fn said(&self, sentence: impl AsRef<str>) -> String {
        self.lang.said(sentence.as_ref()).into_owned()
    }

    /// What a field is set to, in words where it is a word of a closed list.
    pub(crate) fn value(&self, field: &PersonField, text: impl AsRef<str>) -> String {
        let text = text.as_ref();
        match field {
            PersonField::Status => self.word("status", text),
            PersonField::Source => self.word("source", text),
            PersonField::ArchivedBy => self.word("by", text),
            PersonField::Admin => self.t(text),
            PersonField::StartDate | PersonField::EndDate => {
                let day = text.parse::<Date>();
                day.map_or_else(|_| text.to_owned(), |day| self.lang.day(day))
            }
            PersonField::Country => {
                let country = Country::from_alpha2(text);
                let name = country.map(|country| self.lang.country(country));
                name.unwrap_or(text).to_owned()
            }
            _ => text.to_owned(),
        }
    }

    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "templates hand over references"
    )]
    pub(crate) fn country(&self, country: &Country) -> &'static str {
        self.lang.country(*country)
    }

    /// A period of two days as forms carry them.
    pub(crate) fn period(&self, start: &str, end: &str) -> String {
        let day = |text: &str| {
            let day = text.parse::<Date>();
            day.map_or_else(|_| text.to_owned(), |day| self.lang.day(day))
        };
        format!("{} – {}", day(start), day(end))
    }

    pub(crate) fn number(&self, number: impl Display) -> String {
        self.lang.number(number)
    }

    pub(crate) fn money(&self, amount: &str, currency: &str) -> String {
        self.lang.money(amount, currency)
    }

    pub(crate) fn when(&self, at: &Timestamp) -> Time {
        Time::new(*at, self.lang.instant(at))
    }

    pub(crate) fn maybe_when(&self, at: &Option<Timestamp>) -> Time {
        at.map_or_else(Time::never, |at| self.when(&at))
    }

    pub(crate) fn day(&self, day: &Date) -> String {
        self.lang.day(*day)
    }

    pub(crate) fn maybe_day(&self, day: &Option<Date>, none: &str) -> String {
        day.map_or_else(|| self.t(none), |day| self.lang.day(day))
    }

    /// A failure in one sentence, and its mend in another.
    pub(crate) fn failure(&self, failure: &Failure) -> String {
        self.said(&failure.detail)
    }
}

/// The worst that is open, with one thing to do about it.
fn banner(lang: Lang, badge: &BadgeView) -> Option<Banner> {
    if let Some(run) = badge.held_run {
        return Some(Banner {
            title: lang.t("banner-held"),
            mend: lang.t("banner-held-mend"),
            action: lang.t("banner-review"),
            address: format!("/admin/sync/{run}/review"),
        });
    }
    let issue = badge.trouble.as_ref();
    let issue = issue.filter(|_| badge.state == Some("failing"))?;
    let (action, address) = match issue.code.as_str() {
        "credentials_refused" => ("banner-replace", "/admin/settings/hris/connect/hibob"),
        _ => ("banner-open", "/admin/settings/hris"),
    };
    Some(Banner {
        title: lang.said(&issue.title).into_owned(),
        mend: lang.said(&issue.mend).into_owned(),
        action: lang.t(action),
        address: address.to_owned(),
    })
}

/// Writes a page.
pub(crate) fn page(template: &impl Template) -> Result<Response, Oops> {
    page_with(StatusCode::OK, template)
}

/// The status of a page that shows a form, by whether something in it is wrong.
pub(crate) fn status_of(is_wrong: bool) -> StatusCode {
    if is_wrong {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    }
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

/// Goes on to a page that says what was done, by the name of its text.
pub(crate) fn go_done(address: &str, done: &str) -> Response {
    let and = if address.contains('?') { '&' } else { '?' };
    go(&format!("{address}{and}done={done}"))
}
