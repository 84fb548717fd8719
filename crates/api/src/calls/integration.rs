//! The connection to the HRIS.

#![expect(clippy::option_option, reason = "a key may be absent, null or a value")]

use app::{ConnectRequest, IntegrationPatch, NoRunProgress};
use axum::http::{Method, StatusCode};
use domain::Provider;
use schemars::JsonSchema;
use secrecy::SecretString;
use serde::Deserialize;

use super::{Answer, ok, with_status};
use crate::{
    Problem,
    caller::Caller,
    contract,
    input::{Body, Query},
    table::Table,
};

pub(super) fn add(table: &mut Table) {
    let (get, post) = (Method::GET, Method::POST);
    let path = "/integration";
    table
        .call(get, path, show, "How the connection is doing")
        .answers::<contract::Integration>(200, "The connection");
    table
        .call(
            post.clone(),
            "/integration/check",
            check,
            "Try credentials; nothing is stored",
        )
        .body::<Checked>(true)
        .answers::<contract::Check>(200, "What they may see");
    table
        .call(
            Method::PUT,
            path,
            connect,
            "Connect, or replace the credentials",
        )
        .once()
        .body::<Connecting>(true)
        .answers::<contract::Integration>(201, "Connected; the first run waits to be begun")
        .answers::<contract::Integration>(200, "The credentials are replaced");
    table
        .call(
            Method::PATCH,
            path,
            change,
            "Change schedule or webhook secret",
        )
        .once()
        .body::<Patch>(true)
        .answers::<contract::Integration>(200, "The connection");
    table
        .call(
            Method::DELETE,
            path,
            disconnect,
            "Disconnect; people stay as they are",
        )
        .once()
        .query::<Disconnecting>()
        .answers::<contract::Integration>(200, "The connection");
    table
        .call(
            post.clone(),
            "/integration/pause",
            pause,
            "Schedule and webhooks rest",
        )
        .once()
        .answers::<contract::Integration>(200, "The connection");
    table
        .call(
            post,
            "/integration/resume",
            resume,
            "Schedule and webhooks go on",
        )
        .once()
        .answers::<contract::Integration>(200, "The connection");
}

async fn show(caller: Caller) -> Answer {
    ok(&caller.app.integration(&caller.org).await?)
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Credentials {
    service_user_id: String,
    #[schemars(with = "String")]
    token: SecretString,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Checked {
    provider: String,
    credentials: Credentials,
}

fn read_provider(provider: &str) -> Result<Provider, Problem> {
    provider.parse().map_err(|error| {
        let detail = format!("The provider {error}; nothing was done.");
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "unknown_provider", detail).at("provider")
    })
}

async fn check(caller: Caller, Body(body): Body<Checked>) -> Answer {
    let provider = read_provider(&body.provider)?;
    let Credentials {
        service_user_id,
        token,
    } = body.credentials;
    let checked = caller.app.check(provider, &service_user_id, token);
    ok(&checked.await?)
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Connecting {
    provider: String,
    credentials: Credentials,
    #[serde(default)]
    first: First,
    /// Sections whose absence is accepted: `lifecycle`.
    #[serde(default)]
    accept_missing: Vec<String>,
}

#[derive(Clone, Copy, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum First {
    #[default]
    Sync,
    Preview,
}

async fn connect(caller: Caller, Body(body): Body<Connecting>) -> Answer {
    let request = ConnectRequest {
        provider: read_provider(&body.provider)?,
        service_user_id: body.credentials.service_user_id,
        token: body.credentials.token,
        accept_missing: body.accept_missing,
        preview: matches!(body.first, First::Preview),
    };
    let connecting = caller
        .app
        .connect_soon(&caller.org, request, &NoRunProgress);
    let (integration, replaced) = connecting.await?;
    let status = if replaced {
        StatusCode::OK
    } else {
        StatusCode::CREATED
    };
    with_status(status, &integration)
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Patch {
    schedule: Option<ScheduleBody>,
    /// Write-only; null takes it away.
    #[serde(default, deserialize_with = "given")]
    #[schemars(with = "Option<String>")]
    webhook_secret: Option<Option<SecretString>>,
}

fn given<'de, D: serde::Deserializer<'de>>(
    from: D,
) -> Result<Option<Option<SecretString>>, D::Error> {
    Option::deserialize(from).map(Some)
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ScheduleBody {
    /// `HH:MM`, UTC.
    time: Option<String>,
    /// `every_day` or `weekdays`.
    days: Option<String>,
}

async fn change(caller: Caller, Body(body): Body<Patch>) -> Answer {
    let (time, days) = match body.schedule {
        Some(ScheduleBody { time, days }) => (time, days),
        None => (None, None),
    };
    let patch = IntegrationPatch {
        time,
        days,
        webhook_secret: body.webhook_secret,
    };
    ok(&caller.app.change_integration(&caller.org, patch).await?)
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Disconnecting {
    /// Whether known end dates go on archiving people; they do unless said otherwise.
    keep_end_dates: Option<bool>,
}

async fn disconnect(caller: Caller, Query(asked): Query<Disconnecting>) -> Answer {
    let keep = asked.keep_end_dates.unwrap_or(true);
    ok(&caller.app.disconnect(&caller.org, keep).await?)
}

async fn pause(caller: Caller) -> Answer {
    ok(&caller.app.pause(&caller.org).await?)
}

async fn resume(caller: Caller) -> Answer {
    ok(&caller.app.resume(&caller.org).await?)
}
