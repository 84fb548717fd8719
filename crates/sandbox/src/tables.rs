//! The dated tables: `lifecycle`, `work` and `employment`.

use axum::{
    Extension, Json,
    extract::{Path, State},
    http::{HeaderName, HeaderValue, StatusCode},
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value, json};

use crate::{
    acting::Acting,
    answer::Answer,
    catalogue,
    error::Refusal,
    plan::Mode,
    roster::Employee,
    sandbox::Sandbox,
    search::{covered, position},
    standing::Standing,
    value::{SITE, Val, lifecycle},
};

/// Says that some columns of an answer are hidden by field-level permissions.
const RESTRICTED: HeaderName = HeaderName::from_static("x-has-restricted-columns");

/// One of the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Table {
    Lifecycle,
    Work,
    Employment,
}

impl Table {
    pub(crate) fn parse(name: &str) -> Result<Self, Refusal> {
        match name {
            "lifecycle" => Ok(Self::Lifecycle),
            "work" => Ok(Self::Work),
            "employment" => Ok(Self::Employment),
            _ => Err(Refusal::not_found(format!("there is no table {name}"))),
        }
    }

    pub(crate) fn section(self) -> &'static str {
        match self {
            Self::Lifecycle => "lifecycle",
            Self::Work => "work",
            Self::Employment => "employment",
        }
    }

    /// The columns that show a field, with the field that can be hidden.
    fn columns(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Lifecycle => &[
                ("status", "internal.lifecycleStatus"),
                ("employeeStatus", "internal.status"),
            ],
            Self::Work => &[
                ("department", "work.department"),
                ("title", "work.title"),
                ("site", "work.site"),
                ("siteId", "work.siteId"),
                ("reportsTo", "work.reportsTo"),
            ],
            Self::Employment => &[
                ("contract", "employment.contract"),
                ("type", "employment.type"),
                ("fte", "employment.fte"),
                ("weeklyHours", "employment.weeklyHours"),
            ],
        }
    }
}

/// The rows of one person, and the columns of them that are hidden.
pub(crate) struct Rows {
    pub(crate) values: Vec<Value>,
    pub(crate) restricted: Map<String, Value>,
}

/// `GET /people/{id}/{table}`.
pub(crate) async fn of_one(
    State(sandbox): State<Sandbox>,
    Extension(acting): Extension<Acting>,
    Path((id, table)): Path<(String, String)>,
) -> Result<Response, Refusal> {
    let table = Table::parse(&table)?;
    let (answer, _) = sandbox.answer(Vec::new(), Mode::Machine, &acting.data)?;
    let at = position(&answer.company, &id)?;
    let rows = rows(&answer, at, table).ok_or_else(|| {
        Refusal::forbidden(format!(
            "you may not see the {} table of employee {id}",
            table.section()
        ))
    })?;
    let hidden = !rows.restricted.is_empty();
    let mut body = json!({ "values": rows.values });
    if hidden {
        body["restricted_columns"] = Value::Object(rows.restricted);
    }
    Ok(with_mark(body, hidden))
}

pub(crate) fn with_mark(body: Value, hidden: bool) -> Response {
    let mut response = (StatusCode::OK, Json(body)).into_response();
    if hidden {
        response
            .headers_mut()
            .insert(RESTRICTED, HeaderValue::from_static("true"));
    }
    response
}

/// The rows of one person; `None` when nobody covers them or the section is closed.
pub(crate) fn rows(answer: &Answer, at: u32, table: Table) -> Option<Rows> {
    let coverage = covered(answer, at);
    if !answer.permissions.opens_section(coverage, table.section()) {
        return None;
    }
    let employee = &answer.company.roster.employees[at as usize];
    let standing = Standing::of(employee, answer.today, &answer.settings);
    let mut values = match table {
        Table::Lifecycle => lifecycle_rows(answer, employee, standing),
        Table::Work => vec![work_row(answer, employee)],
        Table::Employment => vec![employment_row(employee)],
    };
    if !answer.settings.histories {
        values.retain(|row| row["isCurrent"] == true);
    }
    let mut restricted = Map::new();
    for (column, field) in table.columns() {
        let field = catalogue::find(field)?;
        if !answer
            .permissions
            .opens_field(coverage, field, &answer.settings)
        {
            restricted.insert((*column).to_owned(), json!("MISSING_PERMISSION"));
            for row in &mut values {
                row[*column] = Value::Null;
            }
        }
    }
    Some(Rows { values, restricted })
}

/// The hire, and what came after it if that is anything but Employed.
fn lifecycle_rows(answer: &Answer, employee: &Employee, standing: Standing<'_>) -> Vec<Value> {
    let plain = standing.is("Employed") || standing.is("Hired") || standing.lifecycle.is_none();
    let first = if plain {
        standing.lifecycle.unwrap_or("Employed")
    } else {
        "Employed"
    };
    let active = if plain {
        standing.access
    } else {
        Some("Active")
    };
    let mut rows = vec![lifecycle_row(
        answer,
        11,
        employee.start_date.as_deref(),
        first,
        active,
        plain,
    )];
    if let Some(status) = standing.lifecycle.filter(|_| !plain) {
        let since = employee
            .termination_date
            .as_deref()
            .filter(|_| standing.is("Terminated"));
        let since = since.or(employee.start_date.as_deref());
        rows.push(lifecycle_row(
            answer,
            12,
            since,
            status,
            standing.access,
            true,
        ));
    }
    rows
}

fn lifecycle_row(
    answer: &Answer,
    id: u32,
    since: Option<&str>,
    status: &str,
    access: Option<&str>,
    current: bool,
) -> Value {
    let status = match lifecycle(status, &answer.settings) {
        Val::Item { id, .. } => id.into_owned(),
        _ => status.to_owned(),
    };
    let mut row = row(id, since, current);
    row["status"] = json!(status);
    row["employeeStatus"] = json!(access);
    row["reasonType"] = Value::Null;
    row["leaveReason"] = Value::Null;
    row
}

fn work_row(answer: &Answer, employee: &Employee) -> Value {
    let manager = employee.manager_id.as_deref().map(|id| {
        let who = answer.company.employee(id);
        json!({
            "id": id,
            "firstName": who.and_then(|e| e.first_name.as_deref()),
            "surname": who.and_then(|e| e.surname.as_deref()),
            "email": who.and_then(|e| e.email.as_deref()),
            "displayName": who.and_then(|e| e.display_name.as_deref()),
        })
    });
    let mut row = row(21, employee.start_date.as_deref(), true);
    row["department"] = json!(employee.department_id);
    row["title"] = Value::Null;
    row["site"] = json!(SITE.0);
    row["siteId"] = json!(SITE.1);
    row["reportsTo"] = json!(manager);
    row
}

fn employment_row(employee: &Employee) -> Value {
    let mut row = row(31, employee.start_date.as_deref(), true);
    row["contract"] = json!("Full time");
    row["type"] = json!("Permanent");
    row["fte"] = json!(100);
    row["weeklyHours"] = json!(40);
    row
}

/// What the rows of every table have.
fn row(id: u32, since: Option<&str>, current: bool) -> Value {
    json!({
        "id": id,
        "effectiveDate": since,
        "isCurrent": current,
        "creationDate": since,
        "modificationDate": since,
        "endEffectiveDate": null,
        "workChangeType": null,
        "change": { "reason": null, "changedBy": null, "changedById": null },
        "canBeDeleted": false,
        "customColumns": {},
    })
}
