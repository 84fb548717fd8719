//! Why somebody stands as they do, in words.

use std::fmt::Write as _;

use app::ExplanationView;
use serde_json::Value;

/// The outcome, the rules, and the employee as last seen.
pub(crate) fn explanation(explained: &ExplanationView) -> String {
    let mut text = match explained.outcome {
        Some(outcome) => format!("Outcome: {}\n", outcome.replace('_', " ")),
        None => "The HRIS does not decide about them.\n".to_owned(),
    };
    if let Some(run) = explained.run_id {
        let _ = writeln!(text, "Run:     {run}");
    }
    text.push_str("\nWhy\n");
    for rule in &explained.rules {
        let code = rule
            .code
            .map(|code| format!("{code}: "))
            .unwrap_or_default();
        let _ = writeln!(text, "  - {code}{}", rule.text);
    }
    if let Some(Ok(Value::Object(seen))) = explained.seen.as_ref().map(serde_json::to_value) {
        text.push_str("\nAs last seen in the HRIS\n");
        for (field, value) in &seen {
            let _ = writeln!(text, "  {:<13} {}", field.replace('_', " "), told(value));
        }
    }
    text
}

/// A value of a record. A list of words is as readable as it gets for those with parts.
fn told(value: &Value) -> String {
    match value {
        Value::Null => "(empty)".to_owned(),
        Value::String(text) => text.clone(),
        Value::Object(parts) => match parts.get("bad") {
            Some(bad) => format!("(unreadable: {})", told(bad)),
            None => {
                let name = parts.get("name").or_else(|| parts.get("text"));
                name.or_else(|| parts.values().next())
                    .map(told)
                    .unwrap_or_default()
            }
        },
        other => other.to_string(),
    }
}
