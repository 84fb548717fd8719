//! What HiBob's webhooks say when an employee changes.

use serde_json::{Value, json};

use crate::roster::Employee;

/// One event: its type and its data, without the envelope.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Event {
    pub(crate) kind: &'static str,
    pub(crate) data: Value,
}

/// Every event type the sandbox sends.
pub(crate) const KINDS: [&str; 9] = [
    "employee.created",
    "employee.updated",
    "employee.deleted",
    "employee.joined",
    "employee.left",
    "employee.activated",
    "employee.inactivated",
    "table.entry.created",
    "table.entry.updated",
];

/// The events of one employee's change; `None` is somebody who is not there. In the order HiBob promises: the record
/// first, then its tables, then what it means for the person.
pub(crate) fn events(
    before: Option<&Employee>,
    after: Option<&Employee>,
    today: &str,
    objects: bool,
) -> Vec<Event> {
    match (before, after) {
        (None, Some(after)) => created(after),
        (Some(before), None) => vec![event("employee.deleted", before, json!({}))],
        (Some(before), Some(after)) if before != after => updated(before, after, today, objects),
        _ => Vec::new(),
    }
}

fn created(after: &Employee) -> Vec<Event> {
    let mut events = vec![event("employee.created", after, json!({}))];
    if is_active(after) {
        events.push(event("employee.joined", after, json!({})));
    }
    events
}

fn updated(before: &Employee, after: &Employee, today: &str, objects: bool) -> Vec<Event> {
    let changed = changed_fields(before, after);
    let updates: Vec<Value> = changed
        .iter()
        .map(|id| {
            if objects {
                json!({ "id": id })
            } else {
                json!(id)
            }
        })
        .collect();
    let mut events = vec![event(
        "employee.updated",
        after,
        json!({ "fieldUpdates": updates }),
    )];
    events.extend(table_rows(before, after, today));
    if has_left(after) && !has_left(before) {
        events.push(event("employee.left", after, json!({})));
    }
    match (is_active(before), is_active(after)) {
        (false, true) if is(before, "Hired") => {
            events.push(event("employee.joined", after, json!({})));
        }
        (false, true) => events.push(event("employee.activated", after, json!({}))),
        (true, false) => events.push(event("employee.inactivated", after, json!({}))),
        _ => {}
    }
    events
}

fn table_rows(before: &Employee, after: &Employee, today: &str) -> Vec<Event> {
    let row = |table: &str, date: &str| {
        event(
            "table.entry.created",
            after,
            json!({ "tableId": table, "effectiveDate": date }),
        )
    };
    let mut rows = Vec::new();
    if before.lifecycle_status != after.lifecycle_status
        || before.termination_date != after.termination_date
    {
        rows.push(row(
            "lifecycle",
            after.termination_date.as_deref().unwrap_or(today),
        ));
    }
    if before.department_id != after.department_id || before.manager_id != after.manager_id {
        rows.push(row("work", today));
    }
    if before.country != after.country {
        rows.push(row("address", today));
    }
    rows
}

fn changed_fields(before: &Employee, after: &Employee) -> Vec<&'static str> {
    let pairs = [
        ("root.firstName", &before.first_name, &after.first_name),
        ("root.surname", &before.surname, &after.surname),
        (
            "root.displayName",
            &before.display_name,
            &after.display_name,
        ),
        ("root.email", &before.email, &after.email),
        ("work.startDate", &before.start_date, &after.start_date),
        (
            "work.department",
            &before.department_id,
            &after.department_id,
        ),
        ("work.reportsTo", &before.manager_id, &after.manager_id),
        (
            "internal.lifecycleStatus",
            &before.lifecycle_status,
            &after.lifecycle_status,
        ),
        (
            "internal.status",
            &before.access_status,
            &after.access_status,
        ),
        (
            "internal.terminationDate",
            &before.termination_date,
            &after.termination_date,
        ),
        ("address.country", &before.country, &after.country),
    ];
    pairs
        .into_iter()
        .filter(|(_, before, after)| before != after)
        .map(|(id, _, _)| id)
        .collect()
}

fn event(kind: &'static str, employee: &Employee, mut data: Value) -> Event {
    data["employeeId"] = json!(employee.id);
    Event { kind, data }
}

fn is(employee: &Employee, label: &str) -> bool {
    employee
        .lifecycle_status
        .as_deref()
        .is_some_and(|status| status.eq_ignore_ascii_case(label))
}

/// HiBob sends `employee.left` at Terminated or at Garden leave, whichever comes first.
fn has_left(employee: &Employee) -> bool {
    is(employee, "Terminated") || is(employee, "Garden leave")
}

fn is_active(employee: &Employee) -> bool {
    employee
        .access_status
        .as_deref()
        .is_some_and(|status| status.eq_ignore_ascii_case("Active"))
}
