//! The connection: making it, and what an admin does with it.

use app::{
    ConnectRequest, Failure, IntegrationPatch, NoRunProgress,
    view::{CheckView, IntegrationView, IssueView, RunView},
};
use askama::Template;
use axum::{
    Router,
    extract::{Path, RawQuery},
    http::StatusCode,
    response::Response,
    routing::{get, post},
};
use domain::{Code, Provider};
use secrecy::SecretString;

use super::person::AskPage;
use crate::{
    Hub,
    door::Admin,
    form::Form,
    oops::Oops,
    shell::{Shell, go, page, page_with},
    words,
};

pub(super) fn router() -> Router<Hub> {
    Router::new()
        .route("/admin/settings/hris", get(overview))
        .route("/admin/settings/hris/connect", get(choose))
        .route("/admin/settings/hris/connect/hibob", get(ask).post(connect))
        .route("/admin/settings/hris/schedule", post(schedule))
        .route(
            "/admin/settings/hris/disconnect",
            get(ask_disconnect).post(disconnect),
        )
        .route("/admin/settings/hris/state/{state}", post(set_state))
}

#[derive(Template)]
#[template(path = "hris.html")]
struct HrisPage {
    shell: Shell,
    integration: IntegrationView,
    runs: Vec<RunView>,
    done: Option<String>,
}

#[derive(Template)]
#[template(path = "connect.html")]
struct ChoosePage {
    shell: Shell,
}

#[derive(Template)]
#[template(path = "connect_hibob.html")]
struct ConnectPage {
    shell: Shell,
    service_user_id: String,
    is_connected: bool,
    error: Option<Failure>,
    check: Option<CheckView>,
    can_leave_out_lifecycle: bool,
}

impl HrisPage {
    /// An issue by its words: a code where it is about people, else as it says itself.
    #[expect(clippy::unused_self, reason = "called from the template")]
    fn titled(&self, issue: &IssueView) -> String {
        let code: Option<Code> = issue.code.parse().ok();
        code.map_or_else(|| issue.title.clone(), |code| words::code(&code).to_owned())
    }
}

async fn overview(admin: Admin, RawQuery(query): RawQuery) -> Result<Response, Oops> {
    let integration = admin.app.integration(&admin.org).await?;
    let runs = admin.app.runs(&admin.org, Some(14), None).await?;
    page(&HrisPage {
        shell: Shell::with(&admin, "Settings", "HRIS Integration", &integration),
        integration,
        runs: runs.items,
        done: Form::of_query(query.as_deref())
            .maybe("done")
            .map(str::to_owned),
    })
}

async fn choose(admin: Admin) -> Result<Response, Oops> {
    page(&ChoosePage {
        shell: Shell::of(&admin, "Settings", "Connect your HR system").await?,
    })
}

async fn ask(admin: Admin) -> Result<Response, Oops> {
    let integration = admin.app.integration(&admin.org).await?;
    page(&ConnectPage {
        shell: Shell::with(&admin, "Settings", "Connect HiBob", &integration),
        service_user_id: integration.service_user_id.clone().unwrap_or_default(),
        is_connected: integration.provider.is_some(),
        error: None,
        check: None,
        can_leave_out_lifecycle: false,
    })
}

/// Tries the credentials and stores them; the first sync begins, or a preview.
async fn connect(admin: Admin, form: Form) -> Result<Response, Oops> {
    let accept = form.has("accept_lifecycle");
    let request = ConnectRequest {
        provider: Provider::HiBob,
        service_user_id: form.text("service_user_id").to_owned(),
        token: SecretString::from(form.text("token").to_owned()),
        accept_missing: if accept {
            vec!["lifecycle".to_owned()]
        } else {
            Vec::new()
        },
        preview: form.has("preview"),
    };
    let empty = |field, what: &str| {
        Failure::field(
            field,
            "missing_value",
            format!("Enter the {what} that HiBob shows; nothing was saved."),
        )
    };
    if form.maybe("service_user_id").is_none() {
        return refused(&admin, &form, empty("service_user_id", "service user ID")).await;
    }
    if form.maybe("token").is_none() {
        return refused(&admin, &form, empty("token", "token")).await;
    }
    match admin
        .app
        .connect_soon(&admin.org, request, &NoRunProgress)
        .await
    {
        Ok((integration, _)) => {
            let run = integration.last_run.map(|run| run.id.to_string());
            Ok(go(&match run {
                Some(run) => format!("/admin/sync/{run}"),
                None => "/admin/settings/hris".to_owned(),
            }))
        }
        Err(failure) if failure.code.starts_with("database") => Err(failure.into()),
        Err(failure) => refused(&admin, &form, failure).await,
    }
}

/// The page again, with what is wrong, and what HiBob shows us where it shows anything. The token is
/// not given back.
async fn refused(admin: &Admin, form: &Form, failure: Failure) -> Result<Response, Oops> {
    let service_user_id = form.text("service_user_id").to_owned();
    let shows = matches!(failure.code, "missing_section" | "empty_roster");
    let check = if shows {
        let token = SecretString::from(form.text("token").to_owned());
        let checked = admin.app.check(Provider::HiBob, &service_user_id, token);
        checked.await.ok()
    } else {
        None
    };
    let can_leave_out_lifecycle = failure.code == "missing_section"
        && check.as_ref().is_some_and(|check| {
            let mut missing = check.sections.iter().filter(|row| row.needed && !row.seen);
            missing.all(|row| row.section == "lifecycle")
        });
    let shell = Shell {
        is_wrong: true,
        ..Shell::of(admin, "Settings", "Connect HiBob").await?
    };
    let is_connected = admin.app.integration(&admin.org).await?.provider.is_some();
    page_with(
        StatusCode::UNPROCESSABLE_ENTITY,
        &ConnectPage {
            shell,
            service_user_id,
            is_connected,
            error: Some(failure),
            check,
            can_leave_out_lifecycle,
        },
    )
}

async fn schedule(admin: Admin, form: Form) -> Result<Response, Oops> {
    let patch = IntegrationPatch {
        time: Some(form.text("time").to_owned()),
        days: Some(form.text("days").to_owned()),
        webhook_secret: None,
    };
    admin.app.change_integration(&admin.org, patch).await?;
    Ok(go("/admin/settings/hris?done=The+schedule+is+saved."))
}

async fn set_state(admin: Admin, Path(state): Path<String>, _form: Form) -> Result<Response, Oops> {
    let done = match state.as_str() {
        "pause" => {
            admin.app.pause(&admin.org).await?;
            "The+daily+sync+is+paused."
        }
        "resume" => {
            admin.app.resume(&admin.org).await?;
            "The+daily+sync+goes+on."
        }
        _ => return Err(crate::oops::nowhere().await),
    };
    Ok(go(&format!("/admin/settings/hris?done={done}")))
}

async fn ask_disconnect(admin: Admin) -> Result<Response, Oops> {
    page(&AskPage {
        shell: Shell::of(&admin, "Settings", "Disconnect HiBob").await?,
        question: "Disconnect HiBob?".to_owned(),
        words: vec![
            "People, budgets and history stay as they are. The daily sync stops, and the token is erased.".to_owned(),
            "Who is linked to whom is kept, so that you can connect again.".to_owned(),
        ],
        address: "/admin/settings/hris/disconnect".to_owned(),
        button: "Disconnect HiBob".to_owned(),
        is_grave: true,
        choice: Some((
            "keep_end_dates",
            "Go on archiving people when their known last day is over".to_owned(),
            true,
        )),
        back: "/admin/settings/hris".to_owned(),
    })
}

async fn disconnect(admin: Admin, form: Form) -> Result<Response, Oops> {
    let keep = form.has("keep_end_dates");
    admin.app.disconnect(&admin.org, keep).await?;
    Ok(go("/admin/settings/hris?done=HiBob+is+disconnected."))
}
