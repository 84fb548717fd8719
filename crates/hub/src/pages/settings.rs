//! Settings beside the connection: organisation, content regions, tokens, outbox.

use app::{
    Failure, MailView, TokenCreated, TokenView,
    view::{IntegrationView, OrganisationView},
};
use askama::Template;
use axum::{
    Router,
    extract::RawQuery,
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
        .route("/admin/settings", get(overview))
        .route(
            "/admin/settings/organisation",
            get(organisation).post(set_organisation),
        )
        .route("/admin/settings/tokens", get(tokens).post(make_token))
        .route("/admin/settings/tokens/revoke", post(revoke))
        .route("/admin/settings/outbox", get(outbox))
}

#[derive(Template)]
#[template(path = "settings.html")]
struct SettingsPage {
    shell: Shell,
    integration: IntegrationView,
}

#[derive(Template)]
#[template(path = "organisation.html")]
struct OrganisationPage {
    shell: Shell,
    name: String,
    time_zone: String,
    error: Option<Failure>,
    done: bool,
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

async fn overview(admin: Admin) -> Result<Response, Oops> {
    let integration = admin.app.integration(&admin.org).await?;
    page(&SettingsPage {
        shell: Shell::with(&admin, "Settings", "Settings", &integration),
        integration,
    })
}

async fn organisation(admin: Admin, RawQuery(query): RawQuery) -> Result<Response, Oops> {
    let OrganisationView {
        name, time_zone, ..
    } = admin.org.clone().into();
    page(&OrganisationPage {
        shell: Shell::of(&admin, "Settings", "Organisation").await?,
        name,
        time_zone,
        error: None,
        done: Form::of_query(query.as_deref()).has("done"),
    })
}

async fn set_organisation(admin: Admin, form: Form) -> Result<Response, Oops> {
    let (name, zone) = (
        form.text("name").to_owned(),
        form.text("time_zone").to_owned(),
    );
    let set = admin
        .app
        .set_organisation(&admin.org, Some(name.clone()), Some(zone.clone()));
    match set.await {
        Ok(_) => Ok(go("/admin/settings/organisation?done")),
        Err(failure) if failure.field.is_some() => page_with(
            StatusCode::UNPROCESSABLE_ENTITY,
            &OrganisationPage {
                shell: Shell {
                    is_wrong: true,
                    ..Shell::of(&admin, "Settings", "Organisation").await?
                },
                name,
                time_zone: zone,
                error: Some(failure),
                done: false,
            },
        ),
        Err(failure) => Err(failure.into()),
    }
}

async fn tokens(admin: Admin) -> Result<Response, Oops> {
    show_tokens(&admin, None, None).await
}

async fn show_tokens(
    admin: &Admin,
    made: Option<&TokenCreated>,
    error: Option<Failure>,
) -> Result<Response, Oops> {
    let status = if error.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let made = made.map(|made| made.token.clone());
    let page = TokensPage {
        shell: Shell::of(admin, "Settings", "API tokens").await?,
        tokens: admin.app.tokens(&admin.org).await?.items,
        made,
        error,
    };
    let mut answer = page_with(status, &page)?;
    // It has a secret on it, which is shown once.
    let never = axum::http::HeaderValue::from_static("no-store");
    answer
        .headers_mut()
        .insert(axum::http::header::CACHE_CONTROL, never);
    Ok(answer)
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
    Ok(go("/admin/settings/tokens"))
}

async fn outbox(admin: Admin, RawQuery(query): RawQuery) -> Result<Response, Oops> {
    let form = Form::of_query(query.as_deref());
    let mails = admin
        .app
        .outbox(&admin.org, Some(50), form.maybe("after"))
        .await?;
    page(&OutboxPage {
        shell: Shell::of(&admin, "Outbox", "Outbox").await?,
        mails: mails.items,
        next: mails
            .next
            .map(|next| format!("/admin/settings/outbox?after={next}")),
    })
}
