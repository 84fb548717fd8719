//! Settings beside the connection: organisation, admins, tokens, mails and the outbox.

use app::{
    Failure, MAILS, MailSample, MailView, TokenCreated, TokenView,
    view::{IntegrationView, OrganisationView, PersonView},
};
use askama::Template;
use axum::{
    Router,
    extract::{Path, RawQuery},
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse as _, Response},
    routing::{get, post},
};

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use sha2::{Digest as _, Sha256};

use crate::{
    Hub,
    door::Admin,
    form::Form,
    oops::Oops,
    shell::{Part, Shell, go, go_done, page, page_with, status_of},
};

pub(super) fn router() -> Router<Hub> {
    Router::new()
        .route("/admin/settings", get(overview))
        .route(
            "/admin/settings/organisation",
            get(organisation).post(set_organisation),
        )
        .route("/admin/settings/admins", get(admins))
        .route("/admin/settings/tokens", get(tokens).post(make_token))
        .route("/admin/settings/tokens/revoke", post(revoke))
        .route("/admin/settings/outbox", get(outbox))
        .route("/admin/settings/outbox/{id}", get(waiting))
        .route("/admin/settings/emails", get(emails))
        .route("/admin/settings/emails/{name}", get(email))
        .route("/admin/settings/emails/{name}/frame", get(frame))
        .route("/admin/settings/emails/{name}/test", post(test))
}

#[derive(Template)]
#[template(path = "settings.html")]
struct SettingsPage {
    shell: Shell,
    integration: IntegrationView,
    /// The cards beside the connection: the name of its texts, the address.
    cards: &'static [(&'static str, &'static str)],
}

const CARDS: [(&str, &str); 10] = [
    ("card-organisation", "/admin/settings/organisation"),
    ("card-regions", "/admin/settings/regions"),
    ("card-rules", "/admin/settings/rules"),
    ("card-admins", "/admin/settings/admins"),
    ("card-issues", "/admin/issues"),
    ("card-left-out", "/admin/settings/left-out"),
    ("card-import", "/admin/import"),
    ("card-emails", "/admin/settings/emails"),
    ("card-outbox", "/admin/settings/outbox"),
    ("card-tokens", "/admin/settings/tokens"),
];

#[derive(Template)]
#[template(path = "organisation.html")]
struct OrganisationPage {
    shell: Shell,
    name: String,
    time_zone: String,
    /// Of the mails.
    language: String,
    error: Option<Failure>,
}

#[derive(Template)]
#[template(path = "admins.html")]
struct AdminsPage {
    shell: Shell,
    admins: Vec<PersonView>,
}

#[derive(Template)]
#[template(path = "tokens.html")]
struct TokensPage {
    shell: Shell,
    tokens: Vec<TokenView>,
    made: Option<String>,
    error: Option<Failure>,
}

#[derive(Template)]
#[template(path = "outbox.html")]
struct OutboxPage {
    shell: Shell,
    mails: Vec<MailView>,
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "waiting.html")]
struct WaitingPage {
    shell: Shell,
    text: String,
}

#[derive(Template)]
#[template(path = "emails.html")]
struct EmailsPage {
    shell: Shell,
    names: [&'static str; 8],
}

#[derive(Template)]
#[template(path = "email.html")]
struct EmailPage {
    shell: Shell,
    sample: MailSample,
}

async fn overview(admin: Admin) -> Result<Response, Oops> {
    let integration = admin.app.integration(&admin.org).await?;
    page(&SettingsPage {
        shell: Shell::with(
            &admin,
            Part::Settings,
            admin.t("nav-settings"),
            &integration,
        ),
        integration,
        cards: &CARDS,
    })
}

impl SettingsPage {
    fn is_going(&self) -> bool {
        self.integration.state == "syncing"
    }
}

async fn organisation(admin: Admin) -> Result<Response, Oops> {
    let OrganisationView {
        name, time_zone, ..
    } = admin.org.clone().into();
    page(&OrganisationPage {
        shell: Shell::of(&admin, Part::Settings, admin.t("card-organisation")).await?,
        name,
        time_zone,
        language: admin.app.mail_language(&admin.org).await?.tag().to_owned(),
        error: None,
    })
}

async fn set_organisation(admin: Admin, form: Form) -> Result<Response, Oops> {
    let (name, zone) = (
        form.text("name").to_owned(),
        form.text("time_zone").to_owned(),
    );
    let language = form.text("mail_language").to_owned();
    let set = async {
        admin
            .app
            .set_organisation(&admin.org, Some(name.clone()), Some(zone.clone()))
            .await?;
        admin.app.set_mail_language(&admin.org, &language).await
    };
    match set.await {
        Ok(()) => Ok(go_done("/admin/settings/organisation", "saved")),
        Err(failure) if failure.field.is_some() => page_with(
            StatusCode::UNPROCESSABLE_ENTITY,
            &OrganisationPage {
                shell: Shell::of(&admin, Part::Settings, admin.t("card-organisation"))
                    .await?
                    .wrong(true),
                name,
                time_zone: zone,
                language,
                error: Some(failure),
            },
        ),
        Err(failure) => Err(failure.into()),
    }
}

async fn admins(admin: Admin) -> Result<Response, Oops> {
    page(&AdminsPage {
        shell: Shell::of(&admin, Part::Settings, admin.t("card-admins")).await?,
        admins: admin.app.admins(&admin.org).await?,
    })
}

async fn tokens(admin: Admin) -> Result<Response, Oops> {
    show_tokens(&admin, None, None).await
}

async fn show_tokens(
    admin: &Admin,
    made: Option<&TokenCreated>,
    error: Option<Failure>,
) -> Result<Response, Oops> {
    let status = status_of(error.is_some());
    let made = made.map(|made| made.token.clone());
    let page = TokensPage {
        shell: Shell::of(admin, Part::Settings, admin.t("card-tokens"))
            .await?
            .wrong(error.is_some()),
        tokens: admin.app.tokens(&admin.org).await?.items,
        made,
        error,
    };
    // It has a secret on it, which is shown once.
    Ok(kept_nowhere(page_with(status, &page)?))
}

fn kept_nowhere(mut answer: Response) -> Response {
    let never = HeaderValue::from_static("no-store");
    answer.headers_mut().insert(header::CACHE_CONTROL, never);
    answer
}

async fn make_token(admin: Admin, form: Form) -> Result<Response, Oops> {
    let made = admin
        .app
        .create_token(&admin.org, form.text("name"), form.has("read_only"));
    match made.await {
        Ok(made) => show_tokens(&admin, Some(&made), None).await,
        Err(failure) if failure.field.is_some() || failure.code == "token_name_taken" => {
            show_tokens(&admin, None, Some(failure)).await
        }
        Err(failure) => Err(failure.into()),
    }
}

async fn revoke(admin: Admin, form: Form) -> Result<Response, Oops> {
    admin
        .app
        .revoke_token(&admin.org, form.text("name"))
        .await?;
    Ok(go_done("/admin/settings/tokens", "revoked"))
}

async fn outbox(admin: Admin, RawQuery(query): RawQuery) -> Result<Response, Oops> {
    let form = Form::of_query(query.as_deref());
    let rows = Some(admin.member.rows);
    let mails = admin.app.outbox(&admin.org, rows, form.maybe("after"));
    let mails = mails.await?;
    page(&OutboxPage {
        shell: Shell::of(&admin, Part::Settings, admin.t("card-outbox")).await?,
        mails: mails.items,
        next: mails
            .next
            .map(|next| format!("/admin/settings/outbox?after={next}")),
    })
}

impl OutboxPage {
    /// Whether what a mail says can be looked at: an invitation that waits, and nothing else.
    #[expect(clippy::unused_self, reason = "called from the template")]
    fn can_be_read(&self, mail: &MailView) -> bool {
        use domain::{MailKind, MailState};
        mail.kind == MailKind::Invitation
            && matches!(mail.state, MailState::Waiting | MailState::Queued)
    }
}

/// An invitation that waits, so that its link can be handed over in another way.
async fn waiting(admin: Admin, Path(id): Path<String>) -> Result<Response, Oops> {
    let text = admin.app.waiting_invitation(&admin.org, &id).await?;
    let shell = Shell::of(&admin, Part::Settings, admin.t("mail-invitation")).await?;
    Ok(kept_nowhere(page(&WaitingPage { shell, text })?))
}

async fn emails(admin: Admin) -> Result<Response, Oops> {
    page(&EmailsPage {
        shell: Shell::of(&admin, Part::Settings, admin.t("card-emails")).await?,
        names: MAILS,
    })
}

async fn email(admin: Admin, Path(name): Path<String>) -> Result<Response, Oops> {
    let sample = admin.app.mail_sample(&admin.org, &name).await?;
    let title = admin.member.lang.word("mail", sample.name);
    page(&EmailPage {
        shell: Shell::of(&admin, Part::Settings, title).await?,
        sample,
    })
}

/// The HTML part of a mail alone, for the frame. Mails carry their style with them, so this page has
/// rules of its own: exactly this style, nothing runs, nothing is loaded, and only our own pages may show
/// it.
async fn frame(admin: Admin, Path(name): Path<String>) -> Result<Response, Oops> {
    let sample = admin.app.mail_sample(&admin.org, &name).await?;
    let mut answer = Html(sample.html).into_response();
    let headers = answer.headers_mut();
    let style = BASE64.encode(Sha256::digest(sample.style.as_bytes()));
    let rules =
        format!("default-src 'none'; style-src 'sha256-{style}'; sandbox; frame-ancestors 'self'");
    if let Ok(rules) = HeaderValue::try_from(rules) {
        headers.insert(header::CONTENT_SECURITY_POLICY, rules);
    }
    headers.insert(
        header::X_FRAME_OPTIONS,
        HeaderValue::from_static("SAMEORIGIN"),
    );
    Ok(answer)
}

async fn test(admin: Admin, Path(name): Path<String>, _form: Form) -> Result<Response, Oops> {
    let to = &admin.member.person;
    admin.app.send_sample(&admin.org, &name, to).await?;
    Ok(go(&format!("/admin/settings/emails/{name}?done=test-sent")))
}
