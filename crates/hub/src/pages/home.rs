//! What needs the admin first.

use app::{
    PeopleQuery,
    view::{IntegrationView, RunView},
};
use askama::Template;
use axum::{Router, extract::RawQuery, response::Response, routing::get};

use crate::{
    Hub,
    door::Admin,
    form::Form,
    oops::Oops,
    shell::{Shell, page},
};

pub(super) fn router() -> Router<Hub> {
    Router::new().route("/admin", get(home))
}

/// Something that needs the admin.
struct Need {
    number: u64,
    one: &'static str,
    many: &'static str,
    action: &'static str,
    address: String,
}

/// A step of setting up.
struct Step {
    name: &'static str,
    address: &'static str,
    state: &'static str,
}

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage {
    shell: Shell,
    is_new: bool,
    steps: Vec<Step>,
    needs: Vec<Need>,
    active: u64,
    integration: IntegrationView,
    last: Option<RunView>,
    done: Option<String>,
}

async fn home(admin: Admin, RawQuery(query): RawQuery) -> Result<Response, Oops> {
    let integration = admin.app.integration(&admin.org).await?;
    let numbers = Numbers::of(&admin, &integration).await?;
    let is_connected = integration.provider.is_some();
    page(&HomePage {
        shell: Shell::with(&admin, "Home", "Home", &integration),
        is_new: !is_connected,
        steps: steps(is_connected, &numbers),
        needs: needs(&integration, &numbers),
        active: numbers.active,
        last: integration.last_run.clone(),
        integration,
        done: Form::of_query(query.as_deref())
            .maybe("done")
            .map(str::to_owned),
    })
}

/// How many people there are of each kind that matters here.
struct Numbers {
    active: u64,
    no_budget: u64,
    not_invited: u64,
    attention: u64,
    skipped: u64,
    has_synced: bool,
}

impl Numbers {
    async fn of(admin: &Admin, integration: &IntegrationView) -> Result<Self, Oops> {
        let count = async |query: PeopleQuery| -> Result<u64, Oops> {
            let query = PeopleQuery {
                limit: Some(1),
                ..query
            };
            let people = admin.app.people(&admin.org, &query).await?;
            Ok(people.total.unwrap_or(0))
        };
        let active = PeopleQuery {
            status: Some("active".to_owned()),
            ..PeopleQuery::default()
        };
        let last = integration.last_run.as_ref();
        Ok(Self {
            no_budget: count(PeopleQuery {
                budget: Some("none".to_owned()),
                ..active.clone()
            })
            .await?,
            not_invited: count(PeopleQuery {
                invitation: Some("never".to_owned()),
                ..active.clone()
            })
            .await?,
            attention: count(PeopleQuery {
                attention: Some("any".to_owned()),
                ..PeopleQuery::default()
            })
            .await?,
            active: count(active).await?,
            skipped: last.map_or(0, |run| run.counts.skipped),
            has_synced: last.is_some(),
        })
    }
}

const NO_BUDGET: &str = "/admin/people?status=active&budget=none";
const NOT_INVITED: &str = "/admin/people?status=active&invitation=never";

fn needs(integration: &IntegrationView, numbers: &Numbers) -> Vec<Need> {
    let last = integration.last_run.as_ref();
    let run = last.map(|run| run.id.to_string()).unwrap_or_default();
    let need = |number, one, many, action, address: &str| Need {
        number,
        one,
        many,
        action,
        address: address.to_owned(),
    };
    let needs = [
        need(
            u64::from(integration.state == "held"),
            "sync waits for your review",
            "syncs wait for your review",
            "Review it",
            "/admin/settings/hris",
        ),
        need(
            numbers.skipped,
            "person was skipped by the last sync",
            "people were skipped by the last sync",
            "See who and why",
            &format!("/admin/sync/{run}?tab=skipped"),
        ),
        need(
            numbers.attention,
            "person needs attention",
            "people need attention",
            "See who",
            "/admin/people?attention=any",
        ),
        need(
            numbers.no_budget,
            "learner has no budget",
            "learners have no budget",
            "Add budgets",
            NO_BUDGET,
        ),
        need(
            numbers.not_invited,
            "learner has not been invited",
            "learners have not been invited",
            "Send invitations",
            NOT_INVITED,
        ),
    ];
    needs.into_iter().filter(|need| need.number > 0).collect()
}

fn steps(is_connected: bool, numbers: &Numbers) -> Vec<Step> {
    let has_synced = numbers.has_synced;
    let state = |done: bool, can: bool| match (done, can) {
        (true, _) => "Done",
        (false, true) => "Not started",
        (false, false) => "After the first sync",
    };
    let step = |name, address, state| Step {
        name,
        address,
        state,
    };
    vec![
        step(
            "Connect your HR system",
            "/admin/settings/hris",
            state(is_connected, true),
        ),
        step(
            "See who was skipped",
            "/admin/sync",
            state(has_synced && numbers.skipped == 0, has_synced),
        ),
        step(
            "Add budgets",
            NO_BUDGET,
            state(has_synced && numbers.no_budget == 0, has_synced),
        ),
        step(
            "Send invitations",
            NOT_INVITED,
            state(has_synced && numbers.not_invited == 0, has_synced),
        ),
    ]
}
