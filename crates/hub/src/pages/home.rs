//! What needs the admin first.

use app::view::{IntegrationView, RunView};
use askama::Template;
use axum::{Router, extract::State, response::Response, routing::get};

use crate::{
    Hub,
    door::Admin,
    oops::Oops,
    shell::{Part, Shell, page},
};

pub(super) fn router() -> Router<Hub> {
    Router::new().route("/admin", get(home))
}

/// Something that needs the admin.
struct Need {
    number: u64,
    /// The name of the text that says of what.
    text: &'static str,
    /// Who or what it is about.
    address: String,
    act: Act,
}

/// What can be done about it at once.
enum Act {
    /// A page where it is done.
    Open(&'static str, String),
    /// A bulk action for all whom it is about: its name, its text.
    Bulk(
        &'static str,
        &'static str,
        Vec<(&'static str, &'static str)>,
    ),
}

/// A step of setting up.
struct Step {
    text: &'static str,
    address: String,
    /// The name of the text that says how far it is.
    state: &'static str,
}

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage {
    shell: Shell,
    is_setting_up: bool,
    steps: Vec<Step>,
    needs: Vec<Need>,
    /// Nothing where they could not be counted.
    active: Option<u64>,
    integration: IntegrationView,
    last: Option<RunView>,
    /// When the last sync was taken back.
    undone_at: Option<jiff::Timestamp>,
}

async fn home(State(_hub): State<Hub>, admin: Admin) -> Result<Response, Oops> {
    let integration = admin.app.integration(&admin.org).await?;
    // A number that cannot be had just now takes nothing else away.
    let numbers = Numbers::of(&admin).await.ok();
    let steps = numbers.as_ref().map(|numbers| steps(&integration, numbers));
    let steps = steps.unwrap_or_default();
    let snoozed = admin.app.snoozed(&admin.org).await?;
    let is_snoozed = |code: &str| snoozed.iter().any(|(cause, _)| cause == code);
    let mut needs = numbers
        .as_ref()
        .map(|numbers| needs(&integration, numbers))
        .unwrap_or_default();
    needs.retain(|need| !is_snoozed(need.text));
    let undone_at = match &integration.last_run {
        Some(run) => admin.app.undone_at(&admin.org, run.id).await?,
        None => None,
    };
    page(&HomePage {
        shell: Shell::with(&admin, Part::Home, admin.t("nav-home"), &integration),
        is_setting_up: steps.iter().any(|step| step.state != "step-done"),
        steps,
        needs,
        active: numbers.map(|numbers| numbers.active),
        last: integration.last_run.clone(),
        undone_at,
        integration,
    })
}

/// How many people there are of each kind that matters here.
struct Numbers {
    active: u64,
    no_budget: u64,
    not_invited: u64,
    attention: u64,
    skipped: u64,
    failed_tasks: u64,
    has_synced: bool,
}

const ACTIVE: (&str, &str) = ("status", "active");
const NO_BUDGET: [(&str, &str); 2] = [ACTIVE, ("budget", "none")];
const NOT_INVITED: [(&str, &str); 2] = [ACTIVE, ("invitation", "never")];

impl Numbers {
    async fn of(admin: &Admin) -> Result<Self, Oops> {
        let people = admin.app.numbers_of_people(&admin.org).await?;
        let failed = admin.app.failed_tasks(&admin.org).await?;
        Ok(Self {
            active: people.active,
            no_budget: people.no_budget,
            not_invited: people.not_invited,
            attention: people.attention,
            skipped: admin.app.skipped_now(&admin.org).await?,
            failed_tasks: failed.items.len() as u64,
            has_synced: admin.app.has_synced(&admin.org).await?,
        })
    }
}

fn list_of(filters: &[(&str, &str)]) -> String {
    let mut query = form_urlencoded::Serializer::new("/admin/people?".to_owned());
    query.extend_pairs(filters);
    query.finish().replacen("?&", "?", 1)
}

fn needs(integration: &IntegrationView, numbers: &Numbers) -> Vec<Need> {
    let open = |number, text, action, address: String| Need {
        number,
        text,
        address: address.clone(),
        act: Act::Open(action, address),
    };
    let bulk = |number, text, kind, action, filters: &[(&'static str, &'static str)]| Need {
        number,
        text,
        address: list_of(filters),
        act: Act::Bulk(kind, action, filters.to_vec()),
    };
    let review = integration.held_run;
    let held = u64::from(review.is_some());
    let review = review.map(|run| format!("/admin/sync/{run}/review"));
    let review = review.unwrap_or_else(|| "/admin/sync?result=held".to_owned());
    let needs = [
        open(held, "need-held", "need-held-act", review),
        open(
            numbers.skipped,
            "need-skipped",
            "need-skipped-act",
            "/admin/sync/skipped".to_owned(),
        ),
        open(
            numbers.failed_tasks,
            "need-failed",
            "need-failed-act",
            "/admin/issues".to_owned(),
        ),
        open(
            numbers.attention,
            "need-attention",
            "need-attention-act",
            list_of(&[("attention", "any")]),
        ),
        bulk(
            numbers.no_budget,
            "need-budget",
            "budgets",
            "bulk-budgets",
            &NO_BUDGET,
        ),
        bulk(
            numbers.not_invited,
            "need-invitation",
            "invitations",
            "bulk-invitations",
            &NOT_INVITED,
        ),
    ];
    needs.into_iter().filter(|need| need.number > 0).collect()
}

fn steps(integration: &IntegrationView, numbers: &Numbers) -> Vec<Step> {
    let is_connected = integration.provider.is_some();
    let has_synced = numbers.has_synced;
    let state = |done: bool, can: bool| match (done, can) {
        (true, _) => "step-done",
        (false, true) => "step-open",
        (false, false) => "step-later",
    };
    let step = |text, address: &str, state| Step {
        text,
        address: address.to_owned(),
        state,
    };
    let connect = if is_connected {
        "/admin/settings/hris"
    } else {
        "/admin/settings/hris/connect"
    };
    vec![
        step("step-connect", connect, state(is_connected, true)),
        step(
            "step-skipped",
            "/admin/sync/skipped",
            state(has_synced && numbers.skipped == 0, has_synced),
        ),
        step(
            "step-budgets",
            &list_of(&NO_BUDGET),
            state(has_synced && numbers.no_budget == 0, has_synced),
        ),
        step(
            "step-invitations",
            &list_of(&NOT_INVITED),
            state(has_synced && numbers.not_invited == 0, has_synced),
        ),
    ]
}
