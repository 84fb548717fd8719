//! Field metadata and named lists. They need no permission about people, and no fault reaches them by default.

use std::{collections::BTreeSet, sync::Arc};

use axum::{
    Json,
    extract::{Path, Query, State},
};
use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::{
    acting::DataFaults,
    catalogue::{self, FIELDS, Field},
    error::Refusal,
    roster::{Company, Department, Roster},
    sandbox::Sandbox,
    settings::{CountryValues, Settings},
    value::{SITE, Val, lifecycle, list_id},
};

/// `GET /company/people/fields`.
pub(crate) async fn fields(State(sandbox): State<Sandbox>) -> Json<Value> {
    let settings = sandbox.settings();
    let list: Vec<Value> = FIELDS
        .iter()
        .map(|field| described(field, &settings))
        .collect();
    Json(if settings.wrap_fields {
        json!({ "fields": list })
    } else {
        Value::from(list)
    })
}

fn described(field: &Field, settings: &Settings) -> Value {
    let section = catalogue::section_of(field, settings);
    let type_data = field
        .list
        .map_or(json!({}), |list| json!({ "listId": list }));
    json!({
        "id": field.id,
        "categoryId": section,
        "categoryDisplayName": catalogue::section_name(section),
        "category": section,
        "name": field.name,
        "description": null,
        "jsonPath": field.json_path(),
        "type": field.kind.name(),
        "typeData": type_data,
        "historical": field.historical(),
    })
}

/// The query of the list calls.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListQuery {
    include_archived: Option<String>,
}

impl ListQuery {
    fn archived(&self) -> bool {
        self.include_archived.as_deref() == Some("true")
    }
}

/// `GET /company/named-lists`: an object keyed by list name.
pub(crate) async fn lists(
    State(sandbox): State<Sandbox>,
    Query(query): Query<ListQuery>,
) -> Json<Value> {
    let (company, settings) = seen(&sandbox);
    let lists = named_lists(&company, &settings, query.archived());
    if settings.lists_as_array {
        return Json(lists.into_values().collect());
    }
    Json(Value::Object(lists))
}

/// `GET /company/named-lists/{listName}`: the inner object only.
pub(crate) async fn list(
    State(sandbox): State<Sandbox>,
    Path(name): Path<String>,
    Query(query): Query<ListQuery>,
) -> Result<Json<Value>, Refusal> {
    let (company, settings) = seen(&sandbox);
    let mut lists = named_lists(&company, &settings, query.archived());
    lists
        .remove(&name)
        .map(Json)
        .ok_or_else(|| Refusal::not_found(format!("there is no list {name}")))
}

fn seen(sandbox: &Sandbox) -> (Arc<Company>, Arc<Settings>) {
    let now = sandbox.now();
    let mut world = sandbox.world();
    let settings = Arc::clone(&world.settings);
    (world.company(&DataFaults::default(), now), settings)
}

fn named_lists(company: &Company, settings: &Settings, archived: bool) -> Map<String, Value> {
    let mut lists = Map::new();
    lists.insert(
        "department".to_owned(),
        departments(&company.roster.departments, archived),
    );
    let flat = [
        ("country", countries(&company.roster, settings)),
        ("lifecycleStatus", statuses(&company.roster, settings)),
        (
            "status",
            items(["Active", "Inactive"].map(|name| (name.to_owned(), name.to_owned()))),
        ),
        ("site", items([(SITE.1.to_string(), SITE.0.to_owned())])),
        ("work.column_1659977338244", Vec::new()),
    ];
    for (name, items) in flat {
        lists.insert(
            name.to_owned(),
            json!({ "name": name, "values": items, "items": items }),
        );
    }
    lists
}

fn items(pairs: impl IntoIterator<Item = (String, String)>) -> Vec<Value> {
    pairs
        .into_iter()
        .map(|(id, name)| item(&id, &name, false, &[]))
        .collect()
}

fn item(id: &str, name: &str, archived: bool, children: &[Value]) -> Value {
    json!({ "id": id, "value": name, "name": name, "archived": archived, "children": children })
}

/// Every country somebody has, as the list HiBob would have grown.
fn countries(roster: &Roster, settings: &Settings) -> Vec<Value> {
    let names: BTreeSet<&str> = roster
        .employees
        .iter()
        .filter_map(|e| e.country.as_deref())
        .collect();
    items(names.into_iter().map(|name| match settings.country_values {
        CountryValues::Name => (name.to_owned(), name.to_owned()),
        CountryValues::Id => (list_id(name), name.to_owned()),
    }))
}

fn statuses(roster: &Roster, settings: &Settings) -> Vec<Value> {
    let usual = [
        "Hired",
        "Employed",
        "Garden leave",
        "Leave",
        "Parental leave",
        "Terminated",
    ];
    let used = roster
        .employees
        .iter()
        .filter_map(|e| e.lifecycle_status.as_deref());
    let names: BTreeSet<&str> = usual.into_iter().chain(used).collect();
    items(
        names
            .into_iter()
            .filter_map(|name| match lifecycle(name, settings) {
                Val::Item { id, label } => Some((id.into_owned(), label.into_owned())),
                _ => None,
            }),
    )
}

/// The list `department`: all items flat in `values`, and as a tree in `items`.
fn departments(all: &[Department], archived: bool) -> Value {
    let shown: Vec<&Department> = all.iter().filter(|d| archived || !d.archived).collect();
    let flat: Vec<Value> = shown
        .iter()
        .map(|d| item(&d.id, d.label(), d.archived, &[]))
        .collect();
    json!({ "name": "department", "values": flat, "items": tree(&shown) })
}

/// Nests items through their parents. One whose parent is not shown stands at the top, and so does the first of a
/// circle of parents: no item may be lost.
fn tree(shown: &[&Department]) -> Vec<Value> {
    let ids: FxHashSet<&str> = shown.iter().map(|d| d.id.as_str()).collect();
    let mut children: FxHashMap<&str, Vec<&Department>> = FxHashMap::default();
    let mut roots = Vec::new();
    for department in shown {
        match department
            .parent_id
            .as_deref()
            .filter(|parent| ids.contains(parent))
        {
            Some(parent) => children.entry(parent).or_default().push(department),
            None => roots.push(*department),
        }
    }
    let mut placed = FxHashSet::default();
    let mut items: Vec<Value> = roots
        .into_iter()
        .filter_map(|root| branch(root, &children, &mut placed))
        .collect();
    for department in shown {
        items.extend(branch(department, &children, &mut placed));
    }
    items
}

fn branch<'a>(
    department: &'a Department,
    children: &FxHashMap<&str, Vec<&'a Department>>,
    placed: &mut FxHashSet<&'a str>,
) -> Option<Value> {
    if !placed.insert(department.id.as_str()) {
        return None;
    }
    let below = children.get(department.id.as_str()).into_iter().flatten();
    let below: Vec<Value> = below
        .filter_map(|child| branch(child, children, placed))
        .collect();
    Some(item(
        &department.id,
        department.label(),
        department.archived,
        &below,
    ))
}
