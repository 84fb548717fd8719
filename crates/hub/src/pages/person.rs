//! One person: the record, the budget, what happened to them, and what can be done.

mod ask;
mod check;
mod form;

use std::collections::BTreeMap;

use app::{
    BudgetAction, Failure, LedgerView,
    view::{HistoryView, PersonView},
};
use askama::Template;
use axum::{
    Router,
    extract::{Path, RawQuery, State},
    http::StatusCode,
    response::Response,
    routing::{get, post},
};
use domain::{ArchivedBy, InvitationState, Source, Status};

use crate::{
    Hub,
    door::Admin,
    form::Form,
    oops::Oops,
    shell::{Part, Shell, go, go_done, page, page_with},
};

pub(super) fn router() -> Router<Hub> {
    Router::new()
        .route("/admin/people/check", get(check::ask))
        .route("/admin/people/check/sync", post(check::sync_employee))
        .route("/admin/people/new", get(form::ask_new).post(form::add))
        .route("/admin/people/{id}", get(show))
        .route(
            "/admin/people/{id}/edit",
            get(form::ask_edit).post(form::edit),
        )
        .route(
            "/admin/people/{id}/archive",
            get(ask::archive).post(archive),
        )
        .route(
            "/admin/people/{id}/restore",
            get(ask::restore).post(restore),
        )
        .route("/admin/people/{id}/erase", get(ask::erase).post(erase))
        .route("/admin/people/{id}/unlink", get(ask::unlink).post(unlink))
        .route(
            "/admin/people/{id}/link",
            get(form::ask_link).post(form::link),
        )
        .route("/admin/people/{id}/confirm-email", post(confirm_email))
        .route("/admin/people/{id}/sync", post(sync_now))
        .route("/admin/people/{id}/invite", post(invite))
        .route("/admin/people/{id}/budget", post(change_budget))
        .route("/admin/people/{id}/why", get(check::why))
}

#[derive(Template)]
#[template(path = "person.html")]
struct PersonPage {
    shell: Shell,
    person: PersonView,
    history: Vec<HistoryView>,
    /// What those are called who did something, by how history names them.
    actors: BTreeMap<String, String>,
    /// Where the history goes on.
    older: Option<String>,
    ledger: LedgerView,
    /// Where links of an admin still go, because HiBob has another email and nobody has confirmed that.
    held_email: Option<String>,
    error: Option<Failure>,
    /// What was typed into the form of the budget.
    amount: String,
    note: String,
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
    /// A box with its name and words, and whether it is ticked.
    pub(super) choice: Option<(&'static str, String, bool)>,
    pub(super) back: String,
}

async fn show(
    admin: Admin,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Oops> {
    let form = Form::of_query(query.as_deref());
    page(&PersonPage::of(&admin, &id, &form).await?)
}

impl PersonPage {
    async fn of(admin: &Admin, id: &str, form: &Form) -> Result<Self, Oops> {
        let (app, org) = (&admin.app, &admin.org);
        let person = app.person(org, id).await?;
        let id = person.id.to_string();
        let after = form.maybe("after");
        let history = app.person_history_page(org, &id, Some(50), after).await?;
        let name = named(&person);
        let older = history.next.map(|next| {
            let next: String = form_urlencoded::byte_serialize(next.as_bytes()).collect();
            format!("/admin/people/{id}?after={next}#history")
        });
        let ledger = app.ledger(org, &id, None).await?;
        let actors = history.items.iter().map(|entry| entry.by.as_str());
        let actors = actors.chain(ledger.entries.iter().map(|entry| entry.by.as_str()));
        let actors = app.names_of_actors(org, actors).await?;
        Ok(Self {
            shell: Shell::of(admin, Part::People, name).await?,
            actors,
            ledger,
            held_email: app.held_email(org, person.id).await?,
            history: history.items,
            older,
            person,
            error: None,
            amount: String::new(),
            note: String::new(),
        })
    }

    /// Who did something, in words; nobody where a run did.
    fn who(&self, by: &str) -> Option<String> {
        let text = match by.split_once(':') {
            Some(("admin", _)) => {
                let name = self.actors.get(by).cloned();
                return Some(name.unwrap_or_else(|| self.shell.t("by-admin-gone")));
            }
            Some(("token", _)) => "by-token",
            _ if by == "cli" => "by-cli",
            _ => return None,
        };
        Some(self.shell.t(text))
    }

    fn is_of_hris(&self) -> bool {
        self.person.source == Source::Hris
    }

    /// Where what stands in the record comes from: the name of a text.
    fn source(&self) -> &'static str {
        if self.is_of_hris() {
            "from-hibob"
        } else {
            "set-here"
        }
    }

    fn is(&self, status: Status) -> bool {
        self.person.status == status
    }

    /// Whether HiBob would archive them again.
    fn is_left_in_hris(&self) -> bool {
        self.is(Status::Archived)
            && self.person.hris_id.is_some()
            && self.person.archived_by == Some(ArchivedBy::Hris)
    }
}

pub(super) fn named(person: &PersonView) -> String {
    let name = format!("{} {}", person.first_name, person.last_name);
    let name = name.trim();
    if name.is_empty() {
        person.email.to_string()
    } else {
        name.to_owned()
    }
}

async fn archive(admin: Admin, Path(id): Path<String>, _form: Form) -> Result<Response, Oops> {
    let person = admin.app.archive_person(&admin.org, &id).await?;
    Ok(go_done(&format!("/admin/people/{}", person.id), "archived"))
}

async fn restore(admin: Admin, Path(id): Path<String>, form: Form) -> Result<Response, Oops> {
    let keep = form.has("keep");
    let person = admin.app.restore_person(&admin.org, &id, keep).await?;
    Ok(go_done(&format!("/admin/people/{}", person.id), "restored"))
}

async fn erase(admin: Admin, Path(id): Path<String>, _form: Form) -> Result<Response, Oops> {
    admin.app.erase_person(&admin.org, &id).await?;
    Ok(go_done("/admin/people", "erased"))
}

async fn unlink(admin: Admin, Path(id): Path<String>, _form: Form) -> Result<Response, Oops> {
    let person = admin.app.unlink_person(&admin.org, &id).await?;
    Ok(go_done(&format!("/admin/people/{}", person.id), "unlinked"))
}

/// The email that HiBob gave an admin is the right one.
async fn confirm_email(
    admin: Admin,
    Path(id): Path<String>,
    _form: Form,
) -> Result<Response, Oops> {
    admin.app.confirm_email(&admin.org, &id).await?;
    Ok(go_done(&format!("/admin/people/{id}"), "email-confirmed"))
}

/// Reads this person from HiBob now, and syncs them alone.
async fn sync_now(
    State(hub): State<Hub>,
    admin: Admin,
    Path(id): Path<String>,
    _form: Form,
) -> Result<Response, Oops> {
    if hub.too_often(&admin.member, "sync of one") {
        return Err(Oops::too_often());
    }
    let person = admin.app.person(&admin.org, &id).await?;
    let Some(hris_id) = person.hris_id else {
        return Err(Oops::nowhere());
    };
    super::sync::act::sync_these(&admin, vec![hris_id]).await
}

async fn invite(admin: Admin, Path(id): Path<String>, form: Form) -> Result<Response, Oops> {
    let person = admin.app.person(&admin.org, &id).await?;
    let people = app::PeopleChoice::Ids(vec![person.id.to_string()]);
    let job = admin
        .app
        .invite(&admin.org, &people, form.has("again"))
        .await?;
    Ok(go(&format!("/admin/jobs/{}", job.id)))
}

async fn change_budget(admin: Admin, Path(id): Path<String>, form: Form) -> Result<Response, Oops> {
    let amount = admin.member.lang.amount(form.text("amount"));
    let action = match form.text("action") {
        "top_up" => BudgetAction::TopUp(amount.clone()),
        "deduct" => BudgetAction::Deduct(amount.clone()),
        "thaw" => BudgetAction::Thaw,
        "return" => BudgetAction::Return,
        "remove" => BudgetAction::Remove,
        _ => return Err(Oops::nowhere()),
    };
    let note = form.text("note");
    let changed = admin.app.change_budget(&admin.org, &id, None, action, note);
    match changed.await {
        Ok(_) => Ok(go_done(&format!("/admin/people/{id}"), "budget")),
        // What was typed stays, with what is wrong with it.
        Err(failure) if failure.field.is_some() || failure.code == "insufficient_budget" => {
            let status = if failure.field.is_some() {
                StatusCode::UNPROCESSABLE_ENTITY
            } else {
                StatusCode::CONFLICT
            };
            let mut page = PersonPage::of(&admin, &id, &Form::default()).await?;
            page.shell = page.shell.wrong(true);
            page.error = Some(failure);
            page.amount = amount;
            note.clone_into(&mut page.note);
            page_with(status, &page)
        }
        Err(failure) => Err(failure.into()),
    }
}
