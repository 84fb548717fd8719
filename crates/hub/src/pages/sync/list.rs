//! All syncs, with the days on which none was made though one was due.

use app::{
    RunsFilter,
    view::{IntegrationView, RunView},
};
use askama::Template;
use axum::{extract::RawQuery, response::Response};
use domain::{RunKind, RunState, Trigger};
use jiff::{ToSpan as _, civil::Date, tz::TimeZone};

use crate::{
    door::Admin,
    form::Form,
    oops::Oops,
    shell::{Part, Shell, page},
};

#[derive(Template)]
#[template(path = "sync_history.html")]
struct HistoryPage {
    shell: Shell,
    rows: Vec<Row>,
    next: Option<String>,
    first: Option<String>,
    integration: IntegrationView,
    sort: String,
    result: String,
}

/// A line of the history.
enum Row {
    Run(Box<RunView>),
    /// A day without a sync, though one was due.
    Missing(Date),
}

/// What can be asked for: value, name of its text.
pub(super) const SORTS: [(&str, &str); 9] = [
    ("schedule", "sort-schedule"),
    ("manual", "sort-manual"),
    ("preview", "sort-preview"),
    ("connect", "sort-connect"),
    ("timer", "sort-timer"),
    ("webhook", "sort-webhook"),
    ("api", "sort-api"),
    ("cli", "sort-cli"),
    ("csv", "sort-csv"),
];
pub(super) const RESULTS: [(&str, &str); 6] = [
    ("finished", "run-finished"),
    ("finished_with_problems", "run-problems"),
    ("held", "run-held"),
    ("failed", "run-failed"),
    ("rejected", "run-rejected"),
    ("stopped", "run-stopped"),
];

pub(super) async fn history(admin: Admin, RawQuery(query): RawQuery) -> Result<Response, Oops> {
    let form = Form::of_query(query.as_deref());
    let (sort, result) = (form.text("type").to_owned(), form.text("result").to_owned());
    let filter = RunsFilter {
        state: result.parse::<RunState>().ok(),
        kind: match sort.as_str() {
            "" => None,
            "preview" => Some(RunKind::Preview),
            _ => Some(RunKind::Sync),
        },
        trigger: sort.parse::<Trigger>().ok(),
    };
    let rows = admin.member.rows;
    let after = form.maybe("after");
    let runs = admin.app.runs_of(&admin.org, filter, rows, after).await?;
    let integration = admin.app.integration(&admin.org).await?;
    let is_whole = sort.is_empty() && result.is_empty();
    let until = TimeZone::UTC.to_datetime(admin.app.now()).date();
    let query = |after: Option<&str>| {
        let mut address = form_urlencoded::Serializer::new(String::new());
        for (name, value) in [("type", sort.as_str()), ("result", result.as_str())] {
            if !value.is_empty() {
                address.append_pair(name, value);
            }
        }
        if let Some(after) = after {
            address.append_pair("after", after);
        }
        format!("/admin/sync?{}", address.finish())
    };
    page(&HistoryPage {
        shell: Shell::with(&admin, Part::Sync, admin.t("nav-sync"), &integration),
        rows: rows_of(runs.items, &integration, is_whole && after.is_none(), until),
        next: runs.next.as_deref().map(|next| query(Some(next))),
        first: after.map(|_| query(None)),
        integration,
        sort,
        result,
    })
}

/// The runs, and between them the days on which the schedule was not kept. Only within what is listed, and only while
/// the connection was there.
fn rows_of(
    runs: Vec<RunView>,
    integration: &IntegrationView,
    is_whole: bool,
    until: Date,
) -> Vec<Row> {
    let since = integration
        .connected_at
        .map(|at| TimeZone::UTC.to_datetime(at).date());
    let is_kept = is_whole && integration.state != "paused";
    let weekdays = integration.schedule.days.to_string() == "weekdays";
    let mut rows = Vec::with_capacity(runs.len());
    // Today's may still come.
    let mut day = until;
    for run in runs {
        let of_run = TimeZone::UTC.to_datetime(run.started_at).date();
        while let (true, Some(since), Ok(before)) = (is_kept, since, day.checked_sub(1.day())) {
            if before <= of_run || before <= since {
                break;
            }
            let rests = weekdays && before.weekday().to_monday_zero_offset() >= 5;
            if !rests {
                rows.push(Row::Missing(before));
            }
            day = before;
        }
        day = day.min(of_run);
        rows.push(Row::Run(Box::new(run)));
    }
    rows
}

#[cfg(test)]
mod tests {
    use domain::{Counts, RunId};

    use super::*;

    fn run(day: &str) -> RunView {
        RunView {
            id: "00000000-0000-0000-0000-000000000000"
                .parse::<RunId>()
                .unwrap(),
            kind: RunKind::Sync,
            trigger: Trigger::Schedule,
            state: RunState::Finished,
            started_at: format!("{day}T09:00:00Z").parse().unwrap(),
            finished_at: None,
            as_of: None,
            counts: Counts::default(),
            hold: Vec::new(),
            error: None,
        }
    }

    fn integration(state: &'static str) -> IntegrationView {
        IntegrationView {
            provider: None,
            state,
            service_user_id: None,
            connected_at: Some("2026-03-01T08:00:00Z".parse().unwrap()),
            schedule: domain::Schedule::default(),
            next_run_at: None,
            last_run: None,
            webhook: app::view::WebhookView {
                url: None,
                secret_set: false,
            },
            policy: domain::Policy::default(),
            held_run: None,
            issues: Vec::new(),
        }
    }

    fn missing(state: &'static str, days: &[&str]) -> Vec<String> {
        let runs = days.iter().map(|day| run(day)).collect();
        let until = "2026-03-10".parse().unwrap();
        let rows = rows_of(runs, &integration(state), true, until);
        let days = rows.into_iter().filter_map(|row| match row {
            Row::Missing(day) => Some(day.to_string()),
            Row::Run(_) => None,
        });
        days.collect()
    }

    #[test]
    fn a_day_without_a_sync_is_a_line_of_its_own() {
        let days = ["2026-03-10", "2026-03-09", "2026-03-06", "2026-03-05"];
        assert_eq!(missing("synced", &days), ["2026-03-08", "2026-03-07"]);
    }

    #[test]
    fn two_on_one_day_hide_nothing_and_today_may_still_come() {
        let days = ["2026-03-09", "2026-03-09", "2026-03-08"];
        assert_eq!(missing("synced", &days), Vec::<String>::new());
    }

    #[test]
    fn a_pause_misses_nothing() {
        assert!(missing("paused", &["2026-03-03"]).is_empty());
    }
}
