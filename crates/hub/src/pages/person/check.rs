//! Why somebody stands as they do, and why somebody is not here.

use app::{ExplanationView, LiveRead};
use askama::Template;
use axum::{
    extract::{Path, RawQuery, State},
    response::Response,
};
use domain::HrisId;

use super::named;
use crate::{
    Hub,
    door::Admin,
    form::Form,
    oops::Oops,
    shell::{Part, Shell, page},
};

#[derive(Template)]
#[template(path = "why.html")]
struct WhyPage {
    shell: Shell,
    /// What was looked for, where somebody was looked for.
    q: Option<String>,
    explanation: Option<ExplanationView>,
    person: Option<String>,
    /// What HiBob showed: the name of a text, the value.
    seen: Vec<(String, String)>,
    /// The checks, one after the other, up to the first that fails.
    lines: Vec<Line>,
    /// HiBob was asked just now, and this is what it said.
    is_now: bool,
    /// Why it could not be asked.
    failed: Option<String>,
}

/// One check.
struct Line {
    text: &'static str,
    is_well: bool,
    detail: String,
}

/// Why somebody stands as they do.
pub(super) async fn why(admin: Admin, Path(id): Path<String>) -> Result<Response, Oops> {
    let person = admin.app.person(&admin.org, &id).await?;
    let id = person.id.to_string();
    let explanation = admin.app.explain(&admin.org, &id).await?;
    let title = admin.t1("why-title", "name", named(&person));
    page(&WhyPage {
        shell: Shell::of(&admin, Part::People, title).await?,
        q: None,
        person: Some(person.id.to_string()),
        seen: seen_of(&explanation),
        explanation: Some(explanation),
        lines: Vec::new(),
        is_now: false,
        failed: None,
    })
}

/// Why somebody is here, or is not: by email or HiBob ID, as HiBob has them now.
pub(super) async fn ask(
    State(hub): State<Hub>,
    admin: Admin,
    RawQuery(query): RawQuery,
) -> Result<Response, Oops> {
    let form = Form::of_query(query.as_deref());
    let q = form.text("q").to_owned();
    let (app, org) = (&admin.app, &admin.org);
    let (explained, read) = if q.is_empty() {
        (None, LiveRead::NotAsked)
    } else if hub.asks_too_often(&admin.member) {
        (Some(app.explain(org, &q).await), LiveRead::NotAsked)
    } else {
        let (explained, read) = app.explain_now(org, &q).await?;
        (Some(explained), read)
    };
    let explanation = match explained {
        None => None,
        Some(Ok(explanation)) => Some(explanation),
        Some(Err(failure)) if failure.code == "not_found" => None,
        Some(Err(failure)) => return Err(failure.into()),
    };
    let lines = if q.is_empty() {
        Vec::new()
    } else {
        lines(&admin, explanation.as_ref(), &read)
    };
    let failed = match &read {
        LiveRead::Failed(failure) => Some(admin.member.lang.said(&failure.detail).into_owned()),
        _ => None,
    };
    let person = explanation
        .as_ref()
        .and_then(|explained| explained.person_id);
    page(&WhyPage {
        shell: Shell::of(&admin, Part::People, admin.t("check-one")).await?,
        q: Some(q),
        person: person.map(|id| id.to_string()),
        seen: explanation.as_ref().map(seen_of).unwrap_or_default(),
        explanation,
        lines,
        is_now: read == LiveRead::Found,
        failed,
    })
}

/// The checks that admins know from lists on paper, in their order; the first that fails is the last.
fn lines(admin: &Admin, explanation: Option<&ExplanationView>, read: &LiveRead) -> Vec<Line> {
    let lang = admin.member.lang;
    let line = |text, is_well, detail: String| Line {
        text,
        is_well,
        detail,
    };
    let seen_now = if *read == LiveRead::Found {
        "check-seen-now"
    } else {
        "check-seen"
    };
    let is_by_hand = |explained: &&ExplanationView| {
        *read != LiveRead::NotThere || explained.person_id.is_some() && explained.hris_id.is_none()
    };
    let Some(explained) = explanation.filter(is_by_hand) else {
        return vec![line(seen_now, false, lang.t("check-seen-mend"))];
    };
    let erased = explained.rules.first().and_then(|rule| rule.code);
    if erased == Some(domain::Code::Erased) {
        return vec![line(
            "check-in-rules",
            false,
            lang.word("code", domain::Code::Erased),
        )];
    }
    let Some(seen) = &explained.seen else {
        return vec![line("check-seen", false, lang.t("check-not-of-hris"))];
    };
    let email = seen.email.value().map(|email| email.as_str().to_owned());
    let mut lines = vec![line(seen_now, true, email.unwrap_or_default())];
    let codes: Vec<domain::Code> = explained
        .rules
        .iter()
        .filter_map(|rule| rule.code)
        .collect();
    let outcome = explained.outcome.unwrap_or_default();
    let in_rules = !matches!(outcome, "out_of_scope");
    let why = codes.first().map(|code| lang.word("code", code));
    lines.push(line(
        "check-in-rules",
        in_rules,
        why.clone().unwrap_or_default(),
    ));
    if !in_rules {
        return lines;
    }
    let is_skipped = outcome == "skipped";
    lines.push(line("check-complete", !is_skipped, why.unwrap_or_default()));
    if !is_skipped {
        lines.push(line(
            "check-here",
            explained.person_id.is_some() || outcome == "added",
            lang.word("outcome", outcome),
        ));
    }
    lines
}

/// Reads an employee from HiBob now, and syncs them alone.
pub(super) async fn sync_employee(
    State(hub): State<Hub>,
    admin: Admin,
    form: Form,
) -> Result<Response, Oops> {
    if hub.too_often(&admin.member, "sync of one") {
        return Err(Oops::too_often());
    }
    let Some(id) = form.maybe("hris_id") else {
        return Err(Oops::nowhere());
    };
    crate::pages::sync::act::sync_these(&admin, vec![HrisId::from(id)]).await
}

fn seen_of(explanation: &ExplanationView) -> Vec<(String, String)> {
    let record = serde_json::to_value(&explanation.seen).unwrap_or_default();
    let seen = record.as_object().into_iter().flatten();
    seen.map(|(name, value)| (format!("seen-{name}"), plain(value)))
        .collect()
}

/// A value in words: what is in it, whatever its shape.
fn plain(value: &serde_json::Value) -> String {
    use serde_json::Value as Json;
    match value {
        Json::Null => "–".to_owned(),
        Json::String(text) => text.clone(),
        Json::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(", "),
        // Beside what a word means stands the word itself, and beside an id its name.
        Json::Object(parts) if parts.contains_key("text") => plain(&parts["text"]),
        Json::Object(parts) if parts.contains_key("name") => plain(&parts["name"]),
        Json::Object(parts) => {
            let parts = parts.values().filter(|part| !part.is_null());
            parts.map(plain).collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    }
}
