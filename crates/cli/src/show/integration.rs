//! The connection and its trial in words.

use std::fmt::Write as _;

use app::view::{CheckSection, CheckView, IntegrationView, IssueView};
use domain::Days;

use super::{counted, instant, run, table};

/// The connection and how it is doing.
pub(crate) fn integration(integration: &IntegrationView, org: &str) -> String {
    let Some(provider) = integration.provider else {
        return format!(
            "Not connected. Connect HiBob with:\n  \
             rollcall hris connect hibob --org {org} --service-user ID --token-stdin < token.txt"
        );
    };
    let mut text = format!("{}: {}\n", provider.name(), integration.state);
    let mut line = |what: &str, value: Option<String>| {
        if let Some(value) = value {
            let _ = writeln!(text, "  {what:<13} {value}");
        }
    };
    line("service user", integration.service_user_id.clone());
    line("connected", integration.connected_at.map(instant));
    let days = if integration.schedule.days == Days::Weekdays {
        "Monday to Friday"
    } else {
        "every day"
    };
    line(
        "schedule",
        Some(format!("{days} at {} UTC", integration.schedule.time)),
    );
    line("next sync", integration.next_run_at.map(instant));
    if let Some(last) = &integration.last_run {
        let _ = write!(
            text,
            "\nLast run, {}: {}",
            instant(last.started_at),
            run::summary(last)
        );
    }
    text.push_str(&issues(&integration.issues));
    text
}

/// What an admin should know of the connection.
pub(crate) fn issues<'a>(issues: impl IntoIterator<Item = &'a IssueView>) -> String {
    issues.into_iter().map(told).collect()
}

fn told(issue: &IssueView) -> String {
    let mut text = format!("\n{} ({})\n", issue.title, issue.code);
    for words in [&issue.detail, &issue.mend] {
        if !words.is_empty() {
            let _ = writeln!(text, "  {words}");
        }
    }
    text
}

/// What the trial found: a table, then what is missing and where to click.
pub(crate) fn check(check: &CheckView) -> String {
    let rows = check.sections.iter().map(|section| {
        [
            spoken(&section.field),
            section.section.clone(),
            if section.seen { "yes" } else { "NO" }.to_owned(),
            if section.needed { "yes" } else { "" }.to_owned(),
        ]
    });
    let mut text = table(["FIELD", "SECTION IN THE HRIS", "SEEN", "NEEDED"], rows);
    let _ = writeln!(
        text,
        "\n\n{}, of whom {} left.",
        counted(check.employees_seen, "employee seen", "employees seen"),
        counted(check.leavers_seen, "has", "have"),
    );
    let unseen: Vec<&CheckSection> = check
        .sections
        .iter()
        .filter(|section| !section.seen)
        .collect();
    for of_section in
        unseen.chunk_by(|one, next| one.section == next.section && one.mend == next.mend)
    {
        text.push_str(&missing(of_section));
    }
    if let Some(note) = check.note {
        let _ = writeln!(text, "\n{note}");
    }
    text
}

/// Fields of one section that are not seen, with the one thing to do about them.
fn missing(fields: &[&CheckSection]) -> String {
    let Some(first) = fields.first() else {
        return String::new();
    };
    let mut text = format!("\nNot seen in {}:\n", first.section);
    for field in fields {
        let _ = writeln!(text, "  {}: {}", spoken(&field.field), field.effect);
    }
    let _ = writeln!(text, "  {}", first.mend);
    text
}

fn spoken(field: &str) -> String {
    field.replace('_', " ")
}
