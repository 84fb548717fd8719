//! Adding somebody, editing their record, and matching them to an employee of HiBob.

use app::{Failure, PersonPatch, view::PersonView};
use askama::Template;
use axum::{
    extract::{Path, RawQuery},
    http::StatusCode,
    response::Response,
};
use domain::{GroupId, Source};

use super::named;
use crate::{
    door::Admin,
    form::Form,
    oops::Oops,
    shell::{Part, Shell, go_done, page, page_with, status_of},
};

/// What stands in the fields of a person's form.
#[derive(Default)]
struct Fields {
    email: String,
    first_name: String,
    last_name: String,
    country: String,
    start_date: String,
    end_date: String,
    is_admin: bool,
    /// Emails, one after the other.
    approvers: String,
    group: String,
    /// How these two stood when the form was made: what is left as it was is not set by hand.
    stood: [String; 2],
    /// The employee behind somebody who is added by hand.
    hris_id: String,
    /// How the record stood when the form was made.
    version: String,
}

#[derive(Template)]
#[template(path = "person_form.html")]
struct PersonForm {
    shell: Shell,
    groups: Vec<(GroupId, String)>,
    /// Where it goes.
    address: String,
    /// The person, if there is one already.
    person: Option<PersonView>,
    fields: Fields,
    /// What stands there by now, where somebody else has changed it meanwhile: the name of a text, the value.
    now: Vec<(&'static str, String)>,
    error: Option<Failure>,
}

#[derive(Template)]
#[template(path = "link_person.html")]
struct LinkPage {
    shell: Shell,
    person: PersonView,
    hris_id: String,
    error: Option<Failure>,
}

impl PersonForm {
    fn is_of_hris(&self) -> bool {
        let person = self.person.as_ref();
        person.is_some_and(|person| person.source == Source::Hris)
    }
}

/// A form for somebody new; for an employee who was skipped it is filled in with what HiBob showed.
pub(super) async fn ask_new(admin: Admin, RawQuery(query): RawQuery) -> Result<Response, Oops> {
    let form = Form::of_query(query.as_deref());
    let mut fields = Fields::default();
    if let Some(hris_id) = form.maybe("hris_id")
        && let Ok(explained) = admin.app.explain(&admin.org, hris_id).await
        && let Some(seen) = explained.seen
    {
        let day = |day: Option<&jiff::civil::Date>| day.map(ToString::to_string);
        let text = |text: Option<&domain::SmolStr>| text.map(ToString::to_string);
        let email = seen.email.value().map(|email| email.as_str().to_owned());
        fields = Fields {
            email: email.unwrap_or_default(),
            first_name: text(seen.first_name.value()).unwrap_or_default(),
            last_name: text(seen.surname.value()).unwrap_or_default(),
            start_date: day(seen.start_date.value()).unwrap_or_default(),
            country: seen
                .known_country()
                .map(|country| country.to_string())
                .unwrap_or_default(),
            hris_id: hris_id.to_owned(),
            ..Fields::default()
        };
    }
    page(&PersonForm {
        shell: Shell::of(&admin, Part::People, admin.t("add-person")).await?,
        groups: admin.app.group_names(&admin.org).await?,
        address: "/admin/people/new".to_owned(),
        person: None,
        fields,
        now: Vec::new(),
        error: None,
    })
}

pub(super) async fn add(admin: Admin, form: Form) -> Result<Response, Oops> {
    let added = admin.app.add_person(&admin.org, patch(&form, false)).await;
    match added {
        Ok(person) => {
            let id = person.id.to_string();
            if let Some(hris_id) = form.maybe("hris_id") {
                admin.app.link_person(&admin.org, &id, hris_id).await?;
            }
            Ok(go_done(&format!("/admin/people/{id}"), "added"))
        }
        Err(failure) => again(&admin, "/admin/people/new", None, &form, failure).await,
    }
}

pub(super) async fn ask_edit(admin: Admin, Path(id): Path<String>) -> Result<Response, Oops> {
    let (person, version) = admin.app.person_at(&admin.org, &id).await?;
    let day = |day: Option<jiff::civil::Date>| day.map(|day| day.to_string()).unwrap_or_default();
    let country = person.country.map(|country| country.to_string());
    let title = admin.t1("edit-title", "name", named(&person));
    page(&PersonForm {
        shell: Shell::of(&admin, Part::People, title).await?,
        groups: admin.app.group_names(&admin.org).await?,
        address: format!("/admin/people/{}/edit", person.id),
        fields: Fields {
            email: person.email.to_string(),
            first_name: person.first_name.to_string(),
            last_name: person.last_name.to_string(),
            country: country.unwrap_or_default(),
            start_date: day(person.start_date),
            end_date: day(person.end_date),
            is_admin: person.admin,
            approvers: approvers(&person),
            group: group(&person),
            stood: [approvers(&person), group(&person)],
            hris_id: String::new(),
            version: version.to_string(),
        },
        person: Some(person),
        now: Vec::new(),
        error: None,
    })
}

pub(super) async fn edit(
    admin: Admin,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, Oops> {
    let person = admin.app.person(&admin.org, &id).await?;
    let id = person.id.to_string();
    let address = format!("/admin/people/{id}/edit");
    // Of two admins with the same form, the second sees what the first did.
    let version = form
        .maybe("version")
        .and_then(|version| version.parse().ok());
    let edited = admin
        .app
        .edit_person_at(&admin.org, &id, patch(&form, true), version);
    match edited.await {
        Ok(person) => Ok(go_done(&format!("/admin/people/{}", person.id), "saved")),
        Err(failure) => again(&admin, &address, Some(person), &form, failure).await,
    }
}

/// The form with what was typed and what is wrong with it.
async fn again(
    admin: &Admin,
    address: &str,
    person: Option<PersonView>,
    form: &Form,
    failure: Failure,
) -> Result<Response, Oops> {
    let has_moved = failure.code == "moved";
    let is_theirs = failure.field.is_some()
        || has_moved
        || matches!(
            failure.code,
            "email_taken" | "email_archived" | "last_admin"
        );
    if !is_theirs {
        return Err(failure.into());
    }
    let text = |name: &str| form.text(name).to_owned();
    let title = match &person {
        Some(person) => admin.t1("edit-title", "name", named(person)),
        None => admin.t("add-person"),
    };
    let version = match &person {
        // Sent once more, it is on top of what the other admin did.
        Some(person) if has_moved => {
            let (_, version) = admin
                .app
                .person_at(&admin.org, &person.id.to_string())
                .await?;
            version.to_string()
        }
        _ => text("version"),
    };
    let now = match &person {
        Some(person) if has_moved => standing(person),
        _ => Vec::new(),
    };
    let page = PersonForm {
        now,
        groups: admin.app.group_names(&admin.org).await?,
        shell: Shell::of(admin, Part::People, title).await?.wrong(true),
        address: address.to_owned(),
        person,
        fields: Fields {
            email: text("email"),
            first_name: text("first_name"),
            last_name: text("last_name"),
            country: text("country"),
            start_date: text("start_date"),
            end_date: text("end_date"),
            is_admin: form.has("admin"),
            approvers: text("approver_ids"),
            group: text("group_ids"),
            stood: [text("approvers_stood"), text("group_stood")],
            hris_id: text("hris_id"),
            version,
        },
        error: Some(failure),
    };
    let status = if has_moved {
        StatusCode::CONFLICT
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    page_with(status, &page)
}

/// A record as it stands, field by field.
fn standing(person: &PersonView) -> Vec<(&'static str, String)> {
    let day = |day: Option<jiff::civil::Date>| day.map(|day| day.to_string()).unwrap_or_default();
    let country = person.country.map(|country| country.to_string());
    vec![
        ("email", person.email.to_string()),
        ("field-first_name", person.first_name.to_string()),
        ("field-last_name", person.last_name.to_string()),
        ("country", country.unwrap_or_default()),
        ("first-day", day(person.start_date)),
        ("last-day", day(person.end_date)),
    ]
}

/// Who approves for somebody, by email.
fn approvers(person: &PersonView) -> String {
    let emails = person
        .approvers
        .iter()
        .map(|approver| approver.email.as_str());
    emails.collect::<Vec<_>>().join(", ")
}

/// The group of somebody, by id.
fn group(person: &PersonView) -> String {
    let first = person.groups.first();
    first.map(|group| group.id.to_string()).unwrap_or_default()
}

fn listed(text: &str) -> Vec<String> {
    let parts = text.split([',', ';', ' ', '\n']).map(str::trim);
    parts
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect()
}

/// A field left empty is none for somebody new, and cleared for somebody who is here.
fn patch(form: &Form, is_here: bool) -> PersonPatch {
    let text = |name: &str| {
        let text = form.text(name).to_owned();
        (is_here || !text.is_empty()).then_some(text)
    };
    let changed = |name, stood| {
        let (now, stood) = (form.text(name), form.text(stood));
        (now != stood).then_some(now)
    };
    PersonPatch {
        email: text("email"),
        first_name: text("first_name"),
        last_name: text("last_name"),
        country: form.maybe("country").map(str::to_owned),
        start_date: text("start_date"),
        end_date: text("end_date"),
        group_ids: changed("group_ids", "group_stood").map(listed),
        approver_ids: changed("approver_ids", "approvers_stood").map(listed),
        admin: Some(form.has("admin")),
    }
}

pub(super) async fn ask_link(admin: Admin, Path(id): Path<String>) -> Result<Response, Oops> {
    show_link(&admin, &id, String::new(), None).await
}

async fn show_link(
    admin: &Admin,
    id: &str,
    hris_id: String,
    error: Option<Failure>,
) -> Result<Response, Oops> {
    let person = admin.app.person(&admin.org, id).await?;
    let status = status_of(error.is_some());
    let title = admin.t1("link-title", "name", named(&person));
    let page = LinkPage {
        shell: Shell::of(admin, Part::People, title)
            .await?
            .wrong(error.is_some()),
        person,
        hris_id,
        error,
    };
    page_with(status, &page)
}

pub(super) async fn link(
    admin: Admin,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, Oops> {
    let hris_id = form.text("hris_id").to_owned();
    match admin.app.link_person(&admin.org, &id, &hris_id).await {
        Ok(person) => Ok(go_done(&format!("/admin/people/{}", person.id), "linked")),
        Err(failure) if failure.field.is_some() || failure.code == "hris_id_taken" => {
            show_link(&admin, &id, hris_id, Some(failure)).await
        }
        Err(failure) => Err(failure.into()),
    }
}
