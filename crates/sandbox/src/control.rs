//! The control surface `/_sandbox`: what tests and the demo turn, and HiBob does not have.

use axum::{
    Json, Router,
    body::{Body, Bytes},
    extract::{Path, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, patch, post},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Map, Value, json};

use crate::{
    error::Refusal,
    faults::Fault,
    permissions::Permissions,
    roster::{Employee, Roster, RosterError},
    sandbox::{ControlError, Sandbox},
    settings::Settings,
    webhooks::WebhookError,
};

pub(crate) fn routes() -> Router<Sandbox> {
    Router::new()
        .route("/roster", get(roster).put(put_roster))
        .route("/employees", post(create))
        .route(
            "/employees/{id}",
            patch(change).delete(delete).get(employee),
        )
        .route("/permissions", get(permissions).put(put_permissions))
        .route("/faults", get(faults).put(put_faults))
        .route("/settings", get(settings).put(put_settings))
        .route("/log", get(log))
        .route("/webhooks", get(webhooks).post(add_webhook))
        .route("/reset", post(reset))
        .method_not_allowed_fallback(crate::guard::wrong_method)
}

/// What `PUT /_sandbox/faults` takes.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Faults {
    faults: Vec<Fault>,
}

impl IntoResponse for ControlError {
    fn into_response(self) -> Response {
        let (status, key) = match &self {
            Self::Roster(RosterError::Unknown(_)) => (StatusCode::NOT_FOUND, "employee.unknown"),
            Self::Roster(_) => (StatusCode::BAD_REQUEST, "roster.invalid"),
            Self::Exists(_) => (StatusCode::CONFLICT, "employee.exists"),
            Self::Invalid(_) => (StatusCode::BAD_REQUEST, "invalid"),
            Self::Webhook(WebhookError::Ping(_)) => {
                (StatusCode::UNPROCESSABLE_ENTITY, "webhook.ping")
            }
            Self::Webhook(WebhookError::Client(_)) => {
                (StatusCode::INTERNAL_SERVER_ERROR, "webhook.client")
            }
            Self::Webhook(_) => (StatusCode::BAD_REQUEST, "webhook.invalid"),
        };
        Refusal::new(status, key, self.to_string()).into_response()
    }
}

async fn roster(State(sandbox): State<Sandbox>) -> Result<Response, ControlError> {
    let company = std::sync::Arc::clone(&sandbox.world().current);
    let body = serde_json::to_vec(&company.roster)
        .map_err(|error| ControlError::Invalid(error.to_string()))?;
    Ok((
        [(header::CONTENT_TYPE, "application/json")],
        Body::from(body),
    )
        .into_response())
}

async fn put_roster(
    State(sandbox): State<Sandbox>,
    body: Bytes,
) -> Result<Json<Value>, ControlError> {
    let roster = Roster::from_json(&body)?;
    let counts =
        json!({ "employees": roster.employees.len(), "departments": roster.departments.len() });
    sandbox.put_roster(roster)?;
    Ok(Json(counts))
}

async fn create(
    State(sandbox): State<Sandbox>,
    body: Bytes,
) -> Result<(StatusCode, Json<Employee>), ControlError> {
    let employee = Employee::from_value(&parsed::<Value>("employee", &body)?)?;
    sandbox.create_employee(employee.clone())?;
    Ok((StatusCode::CREATED, Json(employee)))
}

async fn employee(
    State(sandbox): State<Sandbox>,
    Path(id): Path<String>,
) -> Result<Json<Employee>, ControlError> {
    sandbox
        .employee(&id)
        .map(Json)
        .ok_or_else(|| RosterError::Unknown(id.into()).into())
}

async fn change(
    State(sandbox): State<Sandbox>,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Json<Employee>, ControlError> {
    let keys: Map<String, Value> = parsed("employee", &body)?;
    Ok(Json(sandbox.patch_employee(&id, &keys)?))
}

async fn delete(
    State(sandbox): State<Sandbox>,
    Path(id): Path<String>,
) -> Result<StatusCode, ControlError> {
    sandbox.delete_employee(&id)?;
    Ok(StatusCode::NO_CONTENT)
}

async fn permissions(State(sandbox): State<Sandbox>) -> Json<Permissions> {
    Json(sandbox.permissions())
}

async fn put_permissions(
    State(sandbox): State<Sandbox>,
    body: Bytes,
) -> Result<Json<Permissions>, ControlError> {
    sandbox.set_permissions(parsed("permissions", &body)?)?;
    Ok(Json(sandbox.permissions()))
}

async fn faults(State(sandbox): State<Sandbox>) -> Json<Faults> {
    Json(Faults {
        faults: sandbox.faults(),
    })
}

async fn put_faults(
    State(sandbox): State<Sandbox>,
    body: Bytes,
) -> Result<Json<Faults>, ControlError> {
    sandbox.set_faults(parsed::<Faults>("faults", &body)?.faults);
    Ok(Json(Faults {
        faults: sandbox.faults(),
    }))
}

async fn settings(State(sandbox): State<Sandbox>) -> Json<Settings> {
    Json(Settings::clone(&sandbox.settings()))
}

async fn put_settings(
    State(sandbox): State<Sandbox>,
    body: Bytes,
) -> Result<Json<Settings>, ControlError> {
    sandbox.set_settings(parsed("settings", &body)?)?;
    Ok(Json(Settings::clone(&sandbox.settings())))
}

async fn log(State(sandbox): State<Sandbox>) -> Json<Value> {
    Json(json!({ "calls": sandbox.log() }))
}

async fn webhooks(State(sandbox): State<Sandbox>) -> Json<Value> {
    Json(json!({ "webhooks": sandbox.webhooks() }))
}

async fn add_webhook(
    State(sandbox): State<Sandbox>,
    body: Bytes,
) -> Result<StatusCode, ControlError> {
    sandbox.add_webhook(parsed("webhook", &body)?).await?;
    Ok(StatusCode::CREATED)
}

async fn reset(State(sandbox): State<Sandbox>) -> StatusCode {
    sandbox.reset();
    StatusCode::NO_CONTENT
}

/// Reads a body, or says what is wrong with it: serde names the unknown key and lists the known ones.
fn parsed<T: DeserializeOwned>(what: &str, body: &[u8]) -> Result<T, ControlError> {
    serde_json::from_slice(body).map_err(|error| ControlError::Invalid(format!("{what}: {error}")))
}
