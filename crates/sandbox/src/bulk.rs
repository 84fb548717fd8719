//! The dated tables in bulk: pages with a cursor, and errors beside the results.

use axum::{
    Extension,
    extract::{Path, Query, State},
    response::Response,
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    acting::Acting,
    answer::Answer,
    error::Refusal,
    plan::Mode,
    sandbox::Sandbox,
    tables::{Rows, Table, rows, with_mark},
};

/// HiBob's limits on the bulk calls.
const DEFAULT_LIMIT: usize = 50;
const MOST: usize = 200;

/// The query of the bulk calls.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BulkQuery {
    limit: Option<String>,
    cursor: Option<String>,
    employee_ids: Option<String>,
}

/// `GET /bulk/people/{table}`: pages of people; who was asked for and may not be seen is among the errors.
pub(crate) async fn bulk(
    State(sandbox): State<Sandbox>,
    Extension(acting): Extension<Acting>,
    Path(table): Path<String>,
    Query(query): Query<BulkQuery>,
) -> Result<Response, Refusal> {
    let table = Table::parse(&table)?;
    let limit = limit(query.limit.as_deref())?;
    let from = offset(query.cursor.as_deref())?;
    let (answer, _) = sandbox.answer(Vec::new(), Mode::Machine, &acting.data)?;
    if !any_group_opens(&answer, table) {
        return Err(Refusal::forbidden(format!(
            "you may not see the {} table",
            table.section()
        )));
    }
    let wanted = wanted(query.employee_ids.as_deref())?;
    let mut page = Page {
        hidden: false,
        results: Vec::new(),
        errors: Vec::new(),
        next: None,
    };
    match wanted {
        Some(ids) => page.fill_asked(&answer, table, &ids, from, limit),
        None => page.fill_all(&answer, table, from, limit),
    }
    Ok(page.finish(&answer))
}

fn limit(text: Option<&str>) -> Result<usize, Refusal> {
    let Some(text) = text else {
        return Ok(DEFAULT_LIMIT);
    };
    let limit: Option<usize> = text.parse().ok().filter(|limit| (1..=MOST).contains(limit));
    limit.ok_or_else(|| {
        Refusal::bad_request(
            "limit.invalid",
            format!("limit is `{text}`; it is 1 to {MOST}"),
        )
    })
}

fn offset(cursor: Option<&str>) -> Result<usize, Refusal> {
    let Some(cursor) = cursor else { return Ok(0) };
    let decoded = BASE64_URL_SAFE_NO_PAD
        .decode(cursor)
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok());
    let offset = decoded.and_then(|text| {
        text.strip_prefix("from:")
            .and_then(|number| number.parse().ok())
    });
    offset.ok_or_else(|| Refusal::bad_request("cursor.invalid", "the cursor is none of ours"))
}

fn wanted(ids: Option<&str>) -> Result<Option<Vec<String>>, Refusal> {
    let Some(ids) = ids.filter(|ids| !ids.is_empty()) else {
        return Ok(None);
    };
    let ids: Vec<String> = ids.split(',').map(|id| id.trim().to_owned()).collect();
    if ids.len() > MOST {
        let error = format!(
            "employeeIds has {} ids; at most {MOST} are allowed",
            ids.len()
        );
        return Err(Refusal::bad_request("employeeIds.too_many", error));
    }
    Ok(Some(ids))
}

fn any_group_opens(answer: &Answer, table: Table) -> bool {
    answer.permissions.opens_section(u64::MAX, table.section())
}

/// A page of a bulk answer.
struct Page {
    hidden: bool,
    results: Vec<Value>,
    errors: Vec<Value>,
    next: Option<usize>,
}

impl Page {
    fn fill_all(&mut self, answer: &Answer, table: Table, from: usize, limit: usize) {
        for at in from..answer.company.len() as usize {
            let Some(rows) = rows(answer, at as u32, table) else {
                continue;
            };
            if self.results.len() == limit {
                self.next = Some(at);
                return;
            }
            self.push(answer, at, &rows);
        }
    }

    fn fill_asked(
        &mut self,
        answer: &Answer,
        table: Table,
        ids: &[String],
        from: usize,
        limit: usize,
    ) {
        for (at, id) in ids.iter().enumerate().skip(from) {
            if at - from == limit {
                self.next = Some(at);
                return;
            }
            let seen = answer
                .company
                .position(id)
                .and_then(|at| Some((at, rows(answer, at, table)?)));
            match seen {
                Some((at, rows)) => self.push(answer, at as usize, &rows),
                None => self.errors.push(json!({ id: {
                    "error": "MISSING_PERMISSION",
                    "message": "You don't have permission to see this employee",
                } })),
            }
        }
    }

    fn push(&mut self, answer: &Answer, at: usize, rows: &Rows) {
        self.hidden |= !rows.restricted.is_empty();
        let id = &answer.company.roster.employees[at].id;
        let result = if answer.settings.wrap_bulk_rows {
            json!({ "employeeId": id, "values": [{ "values": rows.values, "restricted_columns": rows.restricted }] })
        } else if rows.restricted.is_empty() {
            json!({ "employeeId": id, "values": rows.values })
        } else {
            json!({ "employeeId": id, "values": rows.values, "restricted_columns": rows.restricted })
        };
        self.results.push(result);
    }

    fn finish(self, answer: &Answer) -> Response {
        let cursor = self
            .next
            .map(|at| BASE64_URL_SAFE_NO_PAD.encode(format!("from:{at}")));
        let name = if answer.settings.old_bulk_cursor {
            "cursor"
        } else {
            "next_cursor"
        };
        let body = json!({
            "results": self.results,
            "response_metadata": { name: cursor },
            "errors": self.errors,
        });
        with_mark(body, self.hidden)
    }
}
