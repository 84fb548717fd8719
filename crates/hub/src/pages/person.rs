//! One person: the record, the budget, what happened to them, and what can be done.

use app::{
    BudgetAction, ExplanationView, Failure, LedgerView, PersonPatch,
    view::{HistoryView, PersonView},
};
use askama::Template;
use axum::{
    Router,
    extract::{Path, RawQuery},
    http::StatusCode,
    response::Response,
    routing::{get, post},
};

use crate::{
    Hub,
    door::Admin,
    form::Form,
    oops::Oops,
    shell::{Shell, go, page, page_with},
};

pub(super) fn router() -> Router<Hub> {
    Router::new()
        .route("/admin/people/check", get(check))
        .route("/admin/people/new", get(ask_new).post(add))
        .route("/admin/people/{id}", get(show))
        .route("/admin/people/{id}/edit", get(ask_edit).post(edit))
        .route("/admin/people/{id}/archive", get(ask_archive).post(archive))
        .route("/admin/people/{id}/restore", get(ask_restore).post(restore))
        .route("/admin/people/{id}/erase", get(ask_erase).post(erase))
        .route("/admin/people/{id}/invite", post(invite))
        .route("/admin/people/{id}/budget", post(change_budget))
        .route("/admin/people/{id}/why", get(why))
}

#[derive(Template)]
#[template(path = "person.html")]
struct PersonPage {
    shell: Shell,
    person: PersonView,
    history: Vec<HistoryView>,
    ledger: LedgerView,
    done: Option<String>,
}

#[derive(Template)]
#[template(path = "why.html")]
struct WhyPage {
    shell: Shell,
    /// What was looked for, where somebody was looked for.
    q: Option<String>,
    explanation: Option<ExplanationView>,
    person: Option<String>,
    /// What HiBob showed, in the words of its record.
    seen: Vec<(String, String)>,
}

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
}

#[derive(Template)]
#[template(path = "person_form.html")]
struct PersonForm {
    shell: Shell,
    /// Where it goes.
    address: String,
    /// The person, if there is one already.
    person: Option<PersonView>,
    fields: Fields,
    error: Option<Failure>,
}

/// A question before something that is not easily taken back.
#[derive(Template)]
#[template(path = "ask.html")]
pub(super) struct AskPage {
    pub(super) shell: Shell,
    pub(super) question: String,
    pub(super) words: Vec<String>,
    pub(super) address: String,
    pub(super) button: String,
    pub(super) is_grave: bool,
    /// A box with its name and words.
    pub(super) choice: Option<(&'static str, String, bool)>,
    pub(super) back: String,
}

async fn show(
    admin: Admin,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Oops> {
    let person = admin.app.person(&admin.org, &id).await?;
    let id = person.id.to_string();
    let history = admin
        .app
        .person_history_page(&admin.org, &id, Some(50), None)
        .await?;
    let name = named(&person);
    page(&PersonPage {
        shell: Shell::of(&admin, "People", &name).await?,
        ledger: admin.app.ledger(&admin.org, &id, None).await?,
        history: history.items,
        person,
        done: Form::of_query(query.as_deref())
            .maybe("done")
            .map(str::to_owned),
    })
}

impl PersonPage {
    fn source(&self) -> &'static str {
        if self.person.source == domain::Source::Hris {
            "From HiBob"
        } else {
            "Set here"
        }
    }
}

fn named(person: &PersonView) -> String {
    let name = format!("{} {}", person.first_name, person.last_name);
    let name = name.trim();
    if name.is_empty() {
        person.email.to_string()
    } else {
        name.to_owned()
    }
}

async fn ask_new(admin: Admin) -> Result<Response, Oops> {
    page(&PersonForm {
        shell: Shell::of(&admin, "People", "Add a person").await?,
        address: "/admin/people/new".to_owned(),
        person: None,
        fields: Fields::default(),
        error: None,
    })
}

async fn add(admin: Admin, form: Form) -> Result<Response, Oops> {
    match admin.app.add_person(&admin.org, patch(&form, false)).await {
        Ok(person) => Ok(go(&format!(
            "/admin/people/{}?done=They+were+added.",
            person.id
        ))),
        Err(failure) => again(&admin, "/admin/people/new", None, &form, failure).await,
    }
}

async fn ask_edit(admin: Admin, Path(id): Path<String>) -> Result<Response, Oops> {
    let person = admin.app.person(&admin.org, &id).await?;
    let day = |day: Option<jiff::civil::Date>| day.map(|day| day.to_string()).unwrap_or_default();
    page(&PersonForm {
        shell: Shell::of(&admin, "People", &format!("Edit {}", named(&person))).await?,
        address: format!("/admin/people/{}/edit", person.id),
        fields: Fields {
            email: person.email.to_string(),
            first_name: person.first_name.to_string(),
            last_name: person.last_name.to_string(),
            country: person
                .country
                .map(|country| country.to_string())
                .unwrap_or_default(),
            start_date: day(person.start_date),
            end_date: day(person.end_date),
            is_admin: person.admin,
        },
        person: Some(person),
        error: None,
    })
}

async fn edit(admin: Admin, Path(id): Path<String>, form: Form) -> Result<Response, Oops> {
    let person = admin.app.person(&admin.org, &id).await?;
    let address = format!("/admin/people/{}/edit", person.id);
    match admin
        .app
        .edit_person(&admin.org, &person.id.to_string(), patch(&form, true))
        .await
    {
        Ok(person) => Ok(go(&format!(
            "/admin/people/{}?done=The+changes+are+saved.",
            person.id
        ))),
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
    let is_theirs = failure.field.is_some()
        || matches!(
            failure.code,
            "email_taken" | "email_archived" | "last_admin"
        );
    if !is_theirs {
        return Err(failure.into());
    }
    let text = |name: &str| form.text(name).to_owned();
    let shell = Shell {
        is_wrong: true,
        ..Shell::of(
            admin,
            "People",
            if person.is_some() {
                "Edit"
            } else {
                "Add a person"
            },
        )
        .await?
    };
    let page = PersonForm {
        shell,
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
        },
        error: Some(failure),
    };
    page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

/// A field left empty is none for somebody new, and cleared for somebody who is here.
fn patch(form: &Form, is_here: bool) -> PersonPatch {
    let text = |name: &str| {
        let text = form.text(name).to_owned();
        (is_here || !text.is_empty()).then_some(text)
    };
    PersonPatch {
        email: text("email"),
        first_name: text("first_name"),
        last_name: text("last_name"),
        country: form.maybe("country").map(str::to_owned),
        start_date: text("start_date"),
        end_date: text("end_date"),
        group_ids: None,
        approver_ids: None,
        admin: Some(form.has("admin")),
    }
}

async fn ask_archive(admin: Admin, Path(id): Path<String>) -> Result<Response, Oops> {
    let person = admin.app.person(&admin.org, &id).await?;
    let name = named(&person);
    page(&AskPage {
        shell: Shell::of(&admin, "People", &format!("Archive {name}")).await?,
        question: format!("Archive {name}?"),
        words: vec![
            "They cannot sign in any more, and their sessions and links end at once. What is left of their budget is frozen.".to_owned(),
            "An archive by hand stands against the HRIS: no sync brings them back, only you.".to_owned(),
        ],
        address: format!("/admin/people/{}/archive", person.id),
        button: format!("Archive {name}"),
        is_grave: true,
        choice: None,
        back: format!("/admin/people/{}", person.id),
    })
}

async fn archive(admin: Admin, Path(id): Path<String>, _form: Form) -> Result<Response, Oops> {
    let person = admin.app.archive_person(&admin.org, &id).await?;
    Ok(go(&format!(
        "/admin/people/{}?done=They+are+archived.",
        person.id
    )))
}

async fn ask_restore(admin: Admin, Path(id): Path<String>) -> Result<Response, Oops> {
    let person = admin.app.person(&admin.org, &id).await?;
    let name = named(&person);
    let is_linked = person.hris_id.is_some();
    page(&AskPage {
        shell: Shell::of(&admin, "People", &format!("Bring back {name}")).await?,
        question: format!("Bring back {name}?"),
        words: vec!["They are active again and can be invited. Nobody is mailed.".to_owned()],
        address: format!("/admin/people/{}/restore", person.id),
        button: format!("Bring back {name}"),
        is_grave: false,
        choice: is_linked.then(|| {
            (
                "keep",
                "Keep them here whatever the HRIS says: otherwise the next sync archives them again if they have left there".to_owned(),
                false,
            )
        }),
        back: format!("/admin/people/{}", person.id),
    })
}

async fn restore(admin: Admin, Path(id): Path<String>, form: Form) -> Result<Response, Oops> {
    let person = admin
        .app
        .restore_person(&admin.org, &id, form.has("keep"))
        .await?;
    Ok(go(&format!(
        "/admin/people/{}?done=They+are+back.",
        person.id
    )))
}

async fn ask_erase(admin: Admin, Path(id): Path<String>) -> Result<Response, Oops> {
    let person = admin.app.person(&admin.org, &id).await?;
    let name = named(&person);
    page(&AskPage {
        shell: Shell::of(&admin, "People", &format!("Erase {name}")).await?,
        question: format!("Erase {name} for good?"),
        words: vec![
            "Their record, history and mails are deleted. Numbers of past runs and amounts of the ledger stay. This cannot be undone.".to_owned(),
            "The HRIS does not bring them back until you allow it.".to_owned(),
        ],
        address: format!("/admin/people/{}/erase", person.id),
        button: format!("Erase {name} for good"),
        is_grave: true,
        choice: None,
        back: format!("/admin/people/{}", person.id),
    })
}

async fn erase(admin: Admin, Path(id): Path<String>, _form: Form) -> Result<Response, Oops> {
    admin.app.erase_person(&admin.org, &id).await?;
    Ok(go("/admin/people"))
}

async fn invite(admin: Admin, Path(id): Path<String>, form: Form) -> Result<Response, Oops> {
    let people = app::PeopleChoice::Ids(vec![id]);
    let job = admin
        .app
        .invite(&admin.org, &people, form.has("again"))
        .await?;
    Ok(go(&format!("/admin/jobs/{}", job.id)))
}

/// Why somebody stands as they do.
async fn why(admin: Admin, Path(id): Path<String>) -> Result<Response, Oops> {
    let person = admin.app.person(&admin.org, &id).await?;
    let explanation = admin
        .app
        .explain(&admin.org, &person.id.to_string())
        .await?;
    let title = format!("Why {} stands as they do", named(&person));
    page(&WhyPage {
        shell: Shell::of(&admin, "People", &title).await?,
        q: None,
        person: Some(person.id.to_string()),
        seen: seen_of(&explanation),
        explanation: Some(explanation),
    })
}

/// Why somebody is here, or is not: by email or HiBob ID, as the last sync saw them.
async fn check(admin: Admin, RawQuery(query): RawQuery) -> Result<Response, Oops> {
    let form = Form::of_query(query.as_deref());
    let q = form.text("q").to_owned();
    let explanation = if q.is_empty() {
        None
    } else {
        match admin.app.explain(&admin.org, &q).await {
            Ok(explanation) => Some(explanation),
            Err(failure) if failure.code == "not_found" => None,
            Err(failure) => return Err(failure.into()),
        }
    };
    page(&WhyPage {
        shell: Shell::of(&admin, "People", "Check one person").await?,
        q: Some(q),
        person: explanation
            .as_ref()
            .and_then(|explanation| explanation.person_id)
            .map(|id| id.to_string()),
        seen: explanation.as_ref().map(seen_of).unwrap_or_default(),
        explanation,
    })
}

fn seen_of(explanation: &ExplanationView) -> Vec<(String, String)> {
    let record = serde_json::to_value(&explanation.seen).unwrap_or_default();
    let seen = record.as_object().into_iter().flatten();
    seen.map(|(name, value)| (name.replace('_', " "), plain(value)))
        .collect()
}

fn plain(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Null => "empty".to_owned(),
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

async fn change_budget(admin: Admin, Path(id): Path<String>, form: Form) -> Result<Response, Oops> {
    let amount = form.text("amount").to_owned();
    let (action, done) = match form.text("action") {
        "top_up" => (BudgetAction::TopUp(amount), "The+budget+is+topped+up."),
        "deduct" => (BudgetAction::Deduct(amount), "The+amount+is+deducted."),
        "thaw" => (BudgetAction::Thaw, "The+budget+can+be+spent+again."),
        "return" => (BudgetAction::Return, "What+was+left+is+returned."),
        "remove" => (BudgetAction::Remove, "The+budget+is+removed."),
        _ => return Err(crate::oops::nowhere().await),
    };
    let note = form.text("note");
    admin
        .app
        .change_budget(&admin.org, &id, None, action, note)
        .await?;
    Ok(go(&format!("/admin/people/{id}?done={done}")))
}
