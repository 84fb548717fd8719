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
    words: &'static str,
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
    let everybody = count(active.clone()).await?;
    let no_budget = count(PeopleQuery {
        budget: Some("none".to_owned()),
        ..active.clone()
    })
    .await?;
    let not_invited = count(PeopleQuery {
        invitation: Some("never".to_owned()),
        ..active.clone()
    })
    .await?;
    let attention = count(PeopleQuery {
        attention: Some("any".to_owned()),
        ..PeopleQuery::default()
    })
    .await?;
    let last = integration.last_run.clone();
    let skipped = last.as_ref().map_or(0, |run| run.counts.skipped);
    let held = u64::from(integration.state == "held");
    let run = last
        .as_ref()
        .map(|run| run.id.to_string())
        .unwrap_or_default();
    let needs = [
        Need {
            number: held,
            words: "sync waits for your review",
            action: "Review it",
            address: "/admin/settings/hris".to_owned(),
        },
        Need {
            number: skipped,
            words: "people were skipped by the last sync",
            action: "See who and why",
            address: format!("/admin/sync/{run}?tab=skipped"),
        },
        Need {
            number: attention,
            words: "people need attention",
            action: "See who",
            address: "/admin/people?attention=any".to_owned(),
        },
        Need {
            number: no_budget,
            words: "learners have no budget",
            action: "Add budgets",
            address: "/admin/people?status=active&budget=none".to_owned(),
        },
        Need {
            number: not_invited,
            words: "learners have not been invited",
            action: "Send invitations",
            address: "/admin/people?status=active&invitation=never".to_owned(),
        },
    ];
    let is_connected = integration.provider.is_some();
    let state = |done: bool, can: bool| match (done, can) {
        (true, _) => "Done",
        (false, true) => "Not started",
        (false, false) => "After the first sync",
    };
    let has_synced = last.is_some();
    let steps = vec![
        Step {
            name: "Connect your HR system",
            address: "/admin/settings/hris",
            state: state(is_connected, true),
        },
        Step {
            name: "See who was skipped",
            address: "/admin/sync",
            state: state(has_synced && skipped == 0, has_synced),
        },
        Step {
            name: "Add budgets",
            address: "/admin/people?status=active&budget=none",
            state: state(has_synced && no_budget == 0, has_synced),
        },
        Step {
            name: "Send invitations",
            address: "/admin/people?status=active&invitation=never",
            state: state(has_synced && not_invited == 0, has_synced),
        },
    ];
    page(&HomePage {
        shell: Shell::with(&admin, "Home", "Home", &integration),
        is_new: !is_connected,
        steps,
        needs: needs.into_iter().filter(|need| need.number > 0).collect(),
        active: everybody,
        last,
        integration,
        done: Form::of_query(query.as_deref())
            .maybe("done")
            .map(str::to_owned),
    })
}
