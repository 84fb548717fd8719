//! People and their history in words.

use std::fmt::Write as _;

use app::view::{HistoryView, List, PersonView};

use super::{called, instant, run::fields, table};

/// People as a table.
pub(crate) fn people(list: &List<PersonView>) -> String {
    if list.items.is_empty() {
        return "Nobody.".to_owned();
    }
    let heading = [
        "NAME",
        "EMAIL",
        "STATUS",
        "GROUPS",
        "APPROVERS",
        "REGION",
        "SOURCE",
        "ATTENTION",
    ];
    table(heading, list.items.iter().map(row))
}

fn row(person: &PersonView) -> [String; 8] {
    let mut status = person.status.to_string();
    if person.admin {
        status.push_str(", admin");
    }
    [
        name(person),
        person.email.to_string(),
        status,
        groups(person),
        approvers(person),
        region(person),
        person.source.to_string(),
        attention(person),
    ]
}

/// One person, a line for each thing known.
pub(crate) fn person(person: &PersonView) -> String {
    let day =
        |date: &Option<jiff::civil::Date>| date.map(|date| date.to_string()).unwrap_or_default();
    let archived = match (person.archived_at, person.archived_by) {
        (Some(at), Some(by)) => format!("{}, by {by}", instant(at)),
        (Some(at), None) => instant(at),
        _ => String::new(),
    };
    let lines = [
        ("id", person.id.to_string()),
        ("status", person.status.to_string()),
        (
            "admin",
            if person.admin {
                "yes".to_owned()
            } else {
                String::new()
            },
        ),
        ("source", person.source.to_string()),
        (
            "HRIS id",
            person
                .hris_id
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
        ),
        ("start date", day(&person.start_date)),
        ("end date", day(&person.end_date)),
        (
            "country",
            person
                .country
                .map(|country| country.to_string())
                .unwrap_or_default(),
        ),
        ("content region", region(person)),
        ("groups", groups(person)),
        ("approvers", approvers(person)),
        ("invitation", person.invitation.state.to_string()),
        ("attention", attention(person)),
        ("archived", archived),
        ("updated", instant(person.updated_at)),
    ];
    let mut text = format!("{}\n", called(&name(person), &person.email));
    for (what, value) in lines.iter().filter(|(_, value)| !value.is_empty()) {
        let _ = writeln!(text, "  {what:<15} {value}");
    }
    for code in &person.attention {
        let _ = writeln!(text, "\n{code}: {}", code.mend());
    }
    text
}

/// What changed about somebody, the newest first.
pub(crate) fn history(list: &List<HistoryView>) -> String {
    if list.items.is_empty() {
        return "No changes yet.".to_owned();
    }
    let mut text = String::new();
    for entry in &list.items {
        let by = entry
            .run_id
            .map_or_else(|| entry.by.clone(), |id| format!("run {id}"));
        let _ = writeln!(text, "{}  {}, by {by}", instant(entry.at), entry.action);
        if !entry.fields.is_empty() {
            let _ = writeln!(text, "  {}", fields(&entry.fields));
        }
        if !entry.why.is_empty() {
            let _ = writeln!(text, "  {}", entry.why);
        }
    }
    text
}

fn name(person: &PersonView) -> String {
    domain::person::full_name(&person.first_name, &person.last_name)
        .unwrap_or_default()
        .into()
}

fn region(person: &PersonView) -> String {
    person
        .content_region
        .as_ref()
        .map(|region| region.name.clone())
        .unwrap_or_default()
}

fn groups(person: &PersonView) -> String {
    let names: Vec<&str> = person
        .groups
        .iter()
        .map(|group| group.name.as_str())
        .collect();
    names.join("; ")
}

fn approvers(person: &PersonView) -> String {
    let names: Vec<&str> = person
        .approvers
        .iter()
        .map(|approver| approver.name.as_str())
        .collect();
    names.join("; ")
}

fn attention(person: &PersonView) -> String {
    let codes: Vec<&str> = person.attention.iter().map(|code| code.as_str()).collect();
    codes.join(", ")
}
