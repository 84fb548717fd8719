//! `POST /people/search` and `POST /people/{identifier}`: the rules of HiBob's people read contract.

use axum::{
    Extension,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value};

use crate::{
    acting::{Acting, DataFaults},
    answer::{Answer, Who, default_set, resolve},
    catalogue::{self, Field},
    deliver,
    error::Refusal,
    plan::Mode,
    roster::{Company, Employee},
    sandbox::Sandbox,
    settings::Settings,
    standing::Standing,
};

/// HiBob's limit on the ids in `fields`.
const MOST_FIELDS: usize = 400;

/// A request to read people, understood.
#[derive(Debug)]
struct Query {
    fields: Vec<&'static Field>,
    mode: Mode,
    show_inactive: bool,
    filter: Option<Filter>,
}

/// The one filter HiBob takes.
#[derive(Debug, PartialEq, Eq)]
enum Filter {
    Ids(Vec<String>),
    Emails(Vec<String>),
}

/// `POST /people/search`.
pub(crate) async fn search(
    State(sandbox): State<Sandbox>,
    Extension(acting): Extension<Acting>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refusal> {
    let settings = sandbox.settings();
    let query = parse(&body, &settings)?;
    let (mut answer, generation) = sandbox.answer(query.fields, query.mode, &acting.data)?;
    answer.show_inactive = query.show_inactive;
    if let Some(filter) = &query.filter {
        answer.who = Who::These(matching(&answer.company, filter));
    }
    if acting.data.empty {
        answer.who = Who::Nobody;
    }
    let gzip = settings.gzip && accepts_gzip(&headers);
    let cacheable = query.filter.is_none() && acting.data == DataFaults::default();
    Ok(deliver::deliver(
        &sandbox,
        answer,
        gzip,
        cacheable.then_some(generation),
    ))
}

/// `POST /people/{identifier}`: one person by id or email, no filters, no `showInactive`.
pub(crate) async fn read_one(
    State(sandbox): State<Sandbox>,
    Extension(acting): Extension<Acting>,
    Path(identifier): Path<String>,
    body: Bytes,
) -> Result<Response, Refusal> {
    let settings = sandbox.settings();
    let object = object(&body)?;
    let (mut answer, _) =
        sandbox.answer(fields(&object, &settings)?, mode(&object)?, &acting.data)?;
    answer.show_inactive = true;
    let at = position(&answer.company, &identifier)?;
    let person = answer
        .one(at)
        .ok_or_else(|| Refusal::forbidden(format!("you may not see employee {identifier}")))?;
    let body = if settings.wrap_one {
        [b"{\"employees\":[", person.as_slice(), b"]}"].concat()
    } else {
        person
    };
    Ok(([(header::CONTENT_TYPE, "application/json")], body).into_response())
}

/// Where somebody is in the roster, by id or email.
pub(crate) fn position(company: &Company, identifier: &str) -> Result<u32, Refusal> {
    company
        .position(identifier)
        .or_else(|| by_email(company, identifier))
        .ok_or_else(|| Refusal::not_found(format!("there is no employee {identifier}")))
}

fn by_email(company: &Company, email: &str) -> Option<u32> {
    let has = |e: &Employee| {
        e.email
            .as_deref()
            .is_some_and(|known| known.eq_ignore_ascii_case(email))
    };
    company
        .roster
        .employees
        .iter()
        .position(has)
        .map(|at| at as u32)
}

fn matching(company: &Company, filter: &Filter) -> Vec<u32> {
    let mut found: Vec<u32> = match filter {
        Filter::Ids(ids) => ids.iter().filter_map(|id| company.position(id)).collect(),
        Filter::Emails(emails) => emails
            .iter()
            .filter_map(|email| by_email(company, email))
            .collect(),
    };
    found.sort_unstable();
    found.dedup();
    found
}

fn parse(body: &[u8], settings: &Settings) -> Result<Query, Refusal> {
    let object = object(body)?;
    let show_inactive = match object.get("showInactive") {
        None | Some(Value::Null) => false,
        Some(Value::Bool(show)) => *show,
        Some(_) => {
            return Err(Refusal::bad_request(
                "showInactive.invalid",
                "showInactive is true or false",
            ));
        }
    };
    // Keys the contract does not know (`pagination`, `offset`, `limit`) are ignored, as public clients rely on.
    Ok(Query {
        fields: fields(&object, settings)?,
        mode: mode(&object)?,
        show_inactive,
        filter: filter(object.get("filters"), settings)?,
    })
}

/// The body as an object; no body at all is an empty one.
fn object(body: &[u8]) -> Result<Map<String, Value>, Refusal> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Ok(Map::new());
    }
    match serde_json::from_slice(body) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(Refusal::bad_request(
            "body.invalid",
            "the body is not a JSON object",
        )),
        Err(error) => Err(Refusal::bad_request(
            "body.invalid",
            format!("the body is not JSON: {error}"),
        )),
    }
}

fn fields(
    object: &Map<String, Value>,
    settings: &Settings,
) -> Result<Vec<&'static Field>, Refusal> {
    let invalid = || Refusal::bad_request("fields.invalid", "fields is a list of field ids");
    let mut fields = match object.get("fields") {
        None | Some(Value::Null) => default_set(),
        Some(Value::Array(list)) if list.is_empty() => default_set(),
        Some(Value::Array(list)) if list.len() > MOST_FIELDS => {
            let error = format!(
                "fields has {} ids; at most {MOST_FIELDS} are allowed",
                list.len()
            );
            return Err(Refusal::bad_request("fields.too_many", error));
        }
        Some(Value::Array(list)) => {
            let ids: Option<Vec<&str>> = list.iter().map(Value::as_str).collect();
            resolve(ids.ok_or_else(invalid)?.into_iter())
        }
        Some(_) => return Err(invalid()),
    };
    let id = &catalogue::FIELDS[0];
    if settings.id_always && !fields.iter().any(|field| field.id == id.id) {
        fields.insert(0, id);
    }
    Ok(fields)
}

fn mode(object: &Map<String, Value>) -> Result<Mode, Refusal> {
    match object.get("humanReadable") {
        None | Some(Value::Null) => Ok(Mode::Machine),
        Some(Value::String(word)) => Ok(Mode::parse(word)),
        Some(_) => Err(Refusal::bad_request(
            "humanReadable.invalid",
            "humanReadable is APPEND or REPLACE",
        )),
    }
}

/// HiBob's filter rules: one object, `root.id` or `root.email`, `equals`, and at least one value.
fn filter(filters: Option<&Value>, settings: &Settings) -> Result<Option<Filter>, Refusal> {
    let rules = match filters {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Array(rules)) => rules,
        Some(_) => {
            return Err(Refusal::bad_request(
                "filters.invalid",
                "filters is a list with one filter",
            ));
        }
    };
    match rules.as_slice() {
        [] if settings.strict_empty_filters => {
            Err(Refusal::bad_request("filters.empty", "filters is empty"))
        }
        [] => Ok(None),
        [rule] => one_filter(rule).map(Some),
        _ => Err(Refusal::bad_request(
            "filters.too_many",
            "only one filter is supported",
        )),
    }
}

fn one_filter(rule: &Value) -> Result<Filter, Refusal> {
    let text = |key: &str| rule.get(key).and_then(Value::as_str).unwrap_or_default();
    if text("operator") != "equals" {
        let error = format!(
            "operator `{}` is not supported, only equals is",
            text("operator")
        );
        return Err(Refusal::bad_request("filters.operator", error));
    }
    let values: Option<Vec<String>> = rule
        .get("values")
        .and_then(Value::as_array)
        .filter(|values| !values.is_empty())
        .and_then(|values| {
            values
                .iter()
                .map(|value| value.as_str().map(str::to_owned))
                .collect()
        });
    let values = values.ok_or_else(|| {
        Refusal::bad_request("filters.values", "values is a list of at least one text")
    })?;
    match text("fieldPath") {
        "root.id" | "/root/id" => Ok(Filter::Ids(values)),
        "root.email" | "/root/email" => Ok(Filter::Emails(values)),
        other => {
            let error =
                format!("fieldPath `{other}` is not supported, only root.id and root.email are");
            Err(Refusal::bad_request("filters.field", error))
        }
    }
}

fn accepts_gzip(headers: &HeaderMap) -> bool {
    let accepted = headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    accepted.split(',').any(|coding| {
        coding
            .split(';')
            .next()
            .is_some_and(|name| name.trim() == "gzip")
    })
}

/// Whether any group covers an employee of this answer.
pub(crate) fn covered(answer: &Answer, at: u32) -> u64 {
    let employee = &answer.company.roster.employees[at as usize];
    let standing = Standing::of(employee, answer.today, &answer.settings);
    answer.permissions.coverage(standing.lifecycle)
}
