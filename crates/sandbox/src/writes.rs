//! The writes of HiBob's admin side, as far as a test needs them to make something happen the way a customer would.

use axum::{
    Json,
    body::Bytes,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value, json};

use crate::{
    error::Refusal,
    roster::Employee,
    sandbox::{ControlError, Sandbox},
    search::position,
    standing::date,
};

/// Where the keys of a write are in the roster: HiBob's field id, then the roster's key.
const WRITABLE: [(&str, &str); 8] = [
    ("root.firstName", "firstName"),
    ("root.surname", "surname"),
    ("root.displayName", "displayName"),
    ("root.email", "email"),
    ("work.startDate", "startDate"),
    ("work.department", "departmentId"),
    ("work.reportsTo.id", "managerId"),
    ("address.country", "country"),
];

/// `POST /people`: hires somebody; `firstName`, `surname`, `email` and `work.startDate` are needed.
pub(crate) async fn create(
    State(sandbox): State<Sandbox>,
    body: Bytes,
) -> Result<Response, Refusal> {
    let mut keys = keys(&object(&body)?);
    for needed in ["firstName", "surname", "email", "startDate"] {
        if keys
            .get(needed)
            .and_then(Value::as_str)
            .is_none_or(str::is_empty)
        {
            return Err(Refusal::bad_request(
                "people.missing",
                format!("{needed} is missing"),
            ));
        }
    }
    let today = sandbox.world().today(sandbox.now());
    let starts_later = date(keys["startDate"].as_str()).is_some_and(|start| start > today);
    let (status, access) = if starts_later {
        ("Hired", "Inactive")
    } else {
        ("Employed", "Active")
    };
    let id = next_id(&sandbox);
    keys.extend([
        ("id".to_owned(), json!(id)),
        ("lifecycleStatus".to_owned(), json!(status)),
        ("accessStatus".to_owned(), json!(access)),
    ]);
    let employee =
        Employee::from_value(&Value::Object(keys)).map_err(|error| refusal(&error.into()))?;
    sandbox
        .create_employee(employee)
        .map_err(|error| refusal(&error))?;
    Ok((StatusCode::OK, Json(json!({ "id": id }))).into_response())
}

/// `PUT /people/{identifier}`: changes what is there and keeps the rest; 304 when nothing changes.
pub(crate) async fn update(
    State(sandbox): State<Sandbox>,
    Path(identifier): Path<String>,
    body: Bytes,
) -> Result<StatusCode, Refusal> {
    patch(&sandbox, &identifier, &keys(&object(&body)?))
}

/// `PUT /people/{id}/email`.
pub(crate) async fn change_email(
    State(sandbox): State<Sandbox>,
    Path(identifier): Path<String>,
    body: Bytes,
) -> Result<StatusCode, Refusal> {
    let email = text(&object(&body)?, "email")?;
    patch(
        &sandbox,
        &identifier,
        &Map::from_iter([("email".to_owned(), json!(email))]),
    )
}

/// `POST /employees/{identifier}/terminate`: at once when the date is over or today, on garden leave when only the
/// last working day is, and otherwise with the date as the only change.
pub(crate) async fn terminate(
    State(sandbox): State<Sandbox>,
    Path(identifier): Path<String>,
    body: Bytes,
) -> Result<StatusCode, Refusal> {
    let object = object(&body)?;
    let end = text(&object, "terminationDate")?;
    let today = sandbox.world().today(sandbox.now());
    let over = |text: &str, day| date(Some(text)).is_some_and(|date| date < day);
    let mut change = Map::from_iter([("terminationDate".to_owned(), json!(end))]);
    let status = if over(
        &end,
        today.saturating_add(jiff::SignedDuration::from_hours(24)),
    ) {
        Some("Terminated")
    } else {
        object
            .get("lastDayOfWork")
            .and_then(Value::as_str)
            .filter(|last| over(last, today))
            .map(|_| "Garden leave")
    };
    if let Some(status) = status {
        change.insert("lifecycleStatus".to_owned(), json!(status));
        change.insert("accessStatus".to_owned(), json!("Inactive"));
    }
    patch(&sandbox, &identifier, &change)
}

/// `POST /employees/{employeeId}/start-date`.
pub(crate) async fn move_start(
    State(sandbox): State<Sandbox>,
    Path(identifier): Path<String>,
    body: Bytes,
) -> Result<StatusCode, Refusal> {
    let start = text(&object(&body)?, "startDate")?;
    patch(
        &sandbox,
        &identifier,
        &Map::from_iter([("startDate".to_owned(), json!(start))]),
    )
}

fn object(body: &[u8]) -> Result<Map<String, Value>, Refusal> {
    serde_json::from_slice(body).map_err(|error| {
        Refusal::bad_request(
            "body.invalid",
            format!("the body is no JSON object: {error}"),
        )
    })
}

fn text(object: &Map<String, Value>, key: &str) -> Result<String, Refusal> {
    let text = object.get(key).and_then(Value::as_str);
    text.map(str::to_owned)
        .ok_or_else(|| Refusal::bad_request("body.missing", format!("{key} is missing")))
}

/// The roster's keys of a write, whose own are field ids (`root.firstName`) or nested (`work: {startDate}`).
fn keys(body: &Map<String, Value>) -> Map<String, Value> {
    let body = Value::Object(body.clone());
    WRITABLE
        .into_iter()
        .filter_map(|(field, key)| {
            let nested = format!(
                "/{}",
                field
                    .strip_prefix("root.")
                    .unwrap_or(field)
                    .replace('.', "/")
            );
            let value = body.get(field).or_else(|| body.pointer(&nested))?;
            Some((key.to_owned(), value.clone()))
        })
        .collect()
}

fn patch(
    sandbox: &Sandbox,
    identifier: &str,
    keys: &Map<String, Value>,
) -> Result<StatusCode, Refusal> {
    let before = {
        let world = sandbox.world();
        let at = position(&world.current, identifier)?;
        world.current.roster.employees[at as usize].clone()
    };
    if before
        .patched(keys)
        .map_err(|error| refusal(&error.into()))?
        == before
    {
        return Ok(StatusCode::NOT_MODIFIED);
    }
    sandbox
        .patch_employee(&before.id, keys)
        .map_err(|error| refusal(&error))?;
    Ok(StatusCode::OK)
}

/// One more than the largest id there is.
fn next_id(sandbox: &Sandbox) -> String {
    let world = sandbox.world();
    let ids = world
        .current
        .roster
        .employees
        .iter()
        .filter_map(|e| e.id.parse::<u64>().ok());
    ids.max()
        .map_or(3_332_883_884_017_713_938, |largest| largest + 1)
        .to_string()
}

fn refusal(error: &ControlError) -> Refusal {
    Refusal::bad_request("people.invalid", error.to_string())
}
