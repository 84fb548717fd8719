//! The connection: making it, and what an admin does with it.

use app::{
    ConnectRequest, Failure, IntegrationPatch, NoRunProgress,
    view::{CheckView, IntegrationView, IssueView, RunView},
};
use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    http::StatusCode,
    response::Response,
    routing::{get, post},
};
use domain::{Code, Organisation, Provider};
use secrecy::SecretString;

use super::person::AskPage;
use texts::Lang;

use crate::{
    Hub,
    door::{Admin, Visitor},
    form::Form,
    oops::Oops,
    shell::{Part, Shell, go, go_done, page, page_with, status_of},
};

pub(super) fn router() -> Router<Hub> {
    Router::new()
        .route("/admin/settings/hris", get(overview))
        .route("/admin/settings/hris/connect", get(choose))
        .route("/admin/settings/hris/connect/hibob", get(ask).post(connect))
        .route("/admin/settings/hris/connect/send", post(send))
        .route("/admin/settings/hris/schedule", post(schedule))
        .route("/admin/settings/hris/webhook", post(webhook))
        .route(
            "/admin/settings/hris/disconnect",
            get(ask_disconnect).post(disconnect),
        )
        .route("/admin/settings/hris/state/{state}", post(set_state))
        .route("/connect/{token}", get(ask_outside).post(connect_outside))
}

#[derive(Template)]
#[template(path = "hris.html")]
struct HrisPage {
    shell: Shell,
    integration: IntegrationView,
    runs: Vec<RunView>,
    issues: Vec<IssueView>,
    /// How many issues are out of the way.
    snoozed: usize,
    error: Option<Failure>,
}

#[derive(Template)]
#[template(path = "connect.html")]
struct ChoosePage {
    shell: Shell,
    link: Option<String>,
}

#[derive(Template)]
#[template(path = "connect_hibob.html")]
struct ConnectPage {
    shell: Shell,
    /// Where the form goes.
    address: String,
    /// Somebody from outside fills it in, who sees nothing else.
    outside: Option<String>,
    service_user_id: String,
    is_connected: bool,
    error: Option<Failure>,
    check: Option<CheckView>,
    can_leave_out_lifecycle: bool,
    is_thanked: bool,
}

/// An issue by its words: a code where it is about people, else as it says itself.
pub(super) fn titled(lang: Lang, issue: &IssueView) -> String {
    let code: Option<Code> = issue.code.parse().ok();
    code.map_or_else(
        || lang.said(&issue.title).into_owned(),
        |code| lang.word("code", code),
    )
}

/// Who an issue is about: those of the last sync, since who was skipped is nobody here yet.
pub(super) fn people_of(issue: &IssueView, last: Option<&RunView>) -> String {
    match last {
        Some(run) => format!(
            "/admin/sync/{}?tab=skipped&reason={}#results",
            run.id, issue.code
        ),
        None => format!("/admin/people?attention={}", issue.code),
    }
}

impl HrisPage {
    fn people_of(&self, issue: &IssueView) -> String {
        people_of(issue, self.integration.last_run.as_ref())
    }

    fn title_of(&self, issue: &IssueView) -> String {
        titled(self.shell.lang, issue)
    }

    fn is_paused(&self) -> bool {
        self.integration.state == "paused"
    }
}

async fn overview(admin: Admin) -> Result<Response, Oops> {
    show(&admin, None).await
}

async fn show(admin: &Admin, error: Option<Failure>) -> Result<Response, Oops> {
    let integration = admin.app.integration(&admin.org).await?;
    let runs = admin.app.runs(&admin.org, Some(14), None).await?;
    let snoozed = admin.app.snoozed(&admin.org).await?;
    let is_snoozed = |issue: &&IssueView| snoozed.iter().any(|(cause, _)| *cause == issue.code);
    let (hidden, issues): (Vec<_>, Vec<_>) = integration.issues.iter().partition(is_snoozed);
    let status = status_of(error.is_some());
    let page = HrisPage {
        shell: Shell::with(admin, Part::Settings, admin.t("hris"), &integration)
            .wrong(error.is_some()),
        issues: issues.into_iter().cloned().collect(),
        snoozed: hidden.len(),
        integration,
        runs: runs.items,
        error,
    };
    page_with(status, &page)
}

async fn choose(admin: Admin) -> Result<Response, Oops> {
    page(&ChoosePage {
        shell: Shell::of(&admin, Part::Settings, admin.t("connect-title")).await?,
        link: None,
    })
}

/// A link for the HiBob admin, shown once.
async fn send(admin: Admin, _form: Form) -> Result<Response, Oops> {
    let link = admin.app.setup_link(&admin.org).await?;
    let page = ChoosePage {
        shell: Shell::of(&admin, Part::Settings, admin.t("connect-title")).await?,
        link: Some(link),
    };
    let mut answer = page_with(StatusCode::OK, &page)?;
    let never = axum::http::HeaderValue::from_static("no-store");
    answer
        .headers_mut()
        .insert(axum::http::header::CACHE_CONTROL, never);
    Ok(answer)
}

async fn ask(admin: Admin) -> Result<Response, Oops> {
    let integration = admin.app.integration(&admin.org).await?;
    let is_connected = integration.provider.is_some();
    page(&ConnectPage {
        shell: Shell::with(
            &admin,
            Part::Settings,
            admin.t(title(is_connected)),
            &integration,
        ),
        service_user_id: integration.service_user_id.clone().unwrap_or_default(),
        ..ConnectPage::empty(Shell::in_language(admin.member.lang), is_connected)
    })
}

const fn title(is_connected: bool) -> &'static str {
    if is_connected {
        "replace-title"
    } else {
        "connect-hibob-title"
    }
}

impl ConnectPage {
    fn empty(shell: Shell, is_connected: bool) -> Self {
        Self {
            shell,
            address: "/admin/settings/hris/connect/hibob".to_owned(),
            outside: None,
            service_user_id: String::new(),
            is_connected,
            error: None,
            check: None,
            can_leave_out_lifecycle: false,
            is_thanked: false,
        }
    }
}

/// What a form asks for; or the field that is missing, swapped or mistyped, before anything is called.
fn request_of(form: &Form, lang: Lang) -> Result<ConnectRequest, Failure> {
    let (id, token) = (form.text("service_user_id"), form.text("token"));
    let wrong = |field, text| Failure::field(field, "invalid_value", lang.t(text));
    if id.is_empty() {
        return Err(wrong("service_user_id", "connect-id-missing"));
    }
    if token.is_empty() {
        return Err(wrong("token", "connect-token-missing"));
    }
    // HiBob's ids begin like this, and its tokens never do.
    if token.starts_with("SERVICE-") && !id.starts_with("SERVICE-") {
        return Err(wrong("service_user_id", "connect-swapped"));
    }
    if token.contains(char::is_whitespace) {
        return Err(wrong("token", "connect-token-spaces"));
    }
    Ok(ConnectRequest {
        provider: Provider::HiBob,
        service_user_id: id.to_owned(),
        token: SecretString::from(token.to_owned()),
        accept_missing: if form.has("accept_lifecycle") {
            vec!["lifecycle".to_owned()]
        } else {
            Vec::new()
        },
        preview: form.has("preview"),
    })
}

/// Tries the credentials and stores them; the first sync begins, or a preview.
async fn connect(State(hub): State<Hub>, admin: Admin, form: Form) -> Result<Response, Oops> {
    let lang = admin.member.lang;
    let is_preview = form.has("preview");
    let tried = match request_of(&form, lang) {
        Err(failure) => Err(failure),
        Ok(_) if hub.too_often(&admin.member, "connect") => {
            let wait = lang.t("connect-too-often");
            Err(Failure::field("token", "too_often", wait))
        }
        Ok(request) => {
            admin
                .app
                .connect_soon(&admin.org, request, &NoRunProgress)
                .await
        }
    };
    match tried {
        Ok((integration, was_live)) => {
            let run = integration.last_run.map(|run| run.id);
            Ok(match run {
                Some(run) if is_preview => go(&format!("/admin/sync/{run}")),
                _ if was_live => go_done("/admin/settings/hris", "replaced"),
                _ => go_done("/admin/settings", "connected"),
            })
        }
        Err(failure) if failure.code.starts_with("database") => Err(failure.into()),
        Err(failure) => {
            let integration = admin.app.integration(&admin.org).await?;
            let is_connected = integration.provider.is_some();
            let title = admin.t(title(is_connected));
            let shell = Shell::with(&admin, Part::Settings, title, &integration);
            refused(&admin.app, shell, is_connected, &form, failure, None).await
        }
    }
}

/// The page again, with what is wrong, and what HiBob shows us where it shows anything. The token is
/// not given back.
async fn refused(
    app: &app::App,
    shell: Shell,
    is_connected: bool,
    form: &Form,
    failure: Failure,
    outside: Option<(String, String)>,
) -> Result<Response, Oops> {
    let service_user_id = form.text("service_user_id").to_owned();
    let shows = matches!(failure.code, "missing_section" | "empty_roster");
    let check = if shows {
        let token = SecretString::from(form.text("token").to_owned());
        let checked = app.check(Provider::HiBob, &service_user_id, token);
        checked.await.ok()
    } else {
        None
    };
    let can_leave_out_lifecycle = failure.code == "missing_section"
        && check.as_ref().is_some_and(|check| {
            let mut missing = check.sections.iter().filter(|row| row.needed && !row.seen);
            missing.all(|row| row.section == "lifecycle")
        });
    let empty = ConnectPage::empty(shell.wrong(true), is_connected);
    let (address, outside) = match outside {
        Some((address, name)) => (address, Some(name)),
        None => (empty.address.clone(), None),
    };
    page_with(
        StatusCode::UNPROCESSABLE_ENTITY,
        &ConnectPage {
            address,
            outside,
            service_user_id,
            error: Some(failure),
            check,
            can_leave_out_lifecycle,
            ..empty
        },
    )
}

/// The form for the HiBob admin, who came by a link and sees nothing of ours.
async fn ask_outside(
    State(hub): State<Hub>,
    visitor: Visitor,
    Path(token): Path<String>,
) -> Result<Response, Oops> {
    let org = outside(&hub, &token).await?;
    page(&ConnectPage {
        address: format!("/connect/{token}"),
        outside: Some(org.name),
        ..ConnectPage::empty(Shell::of_nobody(&visitor, "connect-hibob-title"), false)
    })
}

async fn outside(hub: &Hub, token: &str) -> Result<Organisation, Oops> {
    let org = hub.app.organisation_of_setup_link(token).await;
    org.map_err(|_| Oops::nowhere())
}

async fn connect_outside(
    State(hub): State<Hub>,
    visitor: Visitor,
    Path(token): Path<String>,
    form: Form,
) -> Result<Response, Oops> {
    let org = outside(&hub, &token).await?;
    let shell = Shell::of_nobody(&visitor, "connect-hibob-title");
    let name = format!("set-up by {}", visitor.address);
    let tried = match request_of(&form, visitor.lang) {
        Err(failure) => Err(failure),
        Ok(_) if hub.attempts.count(&name, hub.app.now()).is_err() => {
            return Err(Oops::too_often());
        }
        Ok(request) => {
            hub.app
                .connect_by_setup_link(&token, request, &NoRunProgress)
                .await
        }
    };
    match tried {
        Ok(_) => page(&ConnectPage {
            is_thanked: true,
            outside: Some(org.name),
            ..ConnectPage::empty(shell, false)
        }),
        Err(failure) if failure.code.starts_with("database") => Err(failure.into()),
        Err(failure) => {
            let outside = Some((format!("/connect/{token}"), org.name));
            refused(&hub.app, shell, false, &form, failure, outside).await
        }
    }
}

async fn schedule(admin: Admin, form: Form) -> Result<Response, Oops> {
    let patch = IntegrationPatch {
        time: Some(form.text("time").to_owned()),
        days: Some(form.text("days").to_owned()),
        webhook_secret: None,
    };
    match admin.app.change_integration(&admin.org, patch).await {
        Ok(_) => Ok(go_done("/admin/settings/hris", "schedule")),
        Err(failure) if failure.field.is_some() => show(&admin, Some(failure)).await,
        Err(failure) => Err(failure.into()),
    }
}

/// The secret with which HiBob signs its webhooks.
async fn webhook(admin: Admin, form: Form) -> Result<Response, Oops> {
    let patch = IntegrationPatch {
        time: None,
        days: None,
        webhook_secret: Some(Some(SecretString::from(form.text("secret").to_owned()))),
    };
    match admin.app.change_integration(&admin.org, patch).await {
        Ok(_) => Ok(go_done("/admin/settings/hris", "saved")),
        Err(failure) if failure.field.is_some() => show(&admin, Some(failure)).await,
        Err(failure) => Err(failure.into()),
    }
}

async fn set_state(admin: Admin, Path(state): Path<String>, _form: Form) -> Result<Response, Oops> {
    let done = match state.as_str() {
        "pause" => {
            admin.app.pause(&admin.org).await?;
            "paused"
        }
        "resume" => {
            admin.app.resume(&admin.org).await?;
            "resumed"
        }
        _ => return Err(Oops::nowhere()),
    };
    Ok(go_done("/admin/settings/hris", done))
}

async fn ask_disconnect(admin: Admin) -> Result<Response, Oops> {
    page(&AskPage {
        shell: Shell::of(&admin, Part::Settings, admin.t("disconnect")).await?,
        question: admin.t("disconnect-title"),
        words: vec![admin.t("disconnect-1"), admin.t("disconnect-2")],
        address: "/admin/settings/hris/disconnect".to_owned(),
        button: admin.t("disconnect"),
        is_grave: true,
        choice: Some(("keep_end_dates", admin.t("disconnect-keep"), true)),
        back: "/admin/settings/hris".to_owned(),
    })
}

async fn disconnect(admin: Admin, form: Form) -> Result<Response, Oops> {
    if form.has("cancel") {
        admin.app.cancel_connection(&admin.org).await?;
        return Ok(go_done("/admin/settings/hris", "cancelled"));
    }
    let keep = form.has("keep_end_dates");
    admin.app.disconnect(&admin.org, keep).await?;
    Ok(go_done("/admin/settings/hris", "disconnected"))
}
