//! A run in words: how it ended, its counts, what it changed and why, who was skipped and how to mend it.

use std::fmt::Write as _;

use app::view::{ChangeView, FieldView, FindingView, GroupChangeView, List, RunReport, RunView};
use domain::{Action, Code, Counts, FindingOutcome, HoldCode, RunKind, RunState, Trigger};

use super::{called, counted, instant, table};

/// How long a list gets before it is cut.
const SHORT: usize = 20;

/// How much of a run's lists is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Length {
    /// Lists are cut, with the command that shows the rest.
    Short,
    /// Everything.
    Whole,
}

/// A run in short: lists are cut, with the command that shows the rest. `org` is what the commands in
/// it are given.
pub(crate) fn short(report: &RunReport, org: &str) -> String {
    let rest = Rest {
        org,
        run: &report.run,
        length: Length::Short,
    };
    let mut text = beginning(report, org);
    text.push_str(&changes(report, rest));
    text.push_str(&everybody_found(report, rest));
    text
}

/// How a run begins that is told as a whole: up to the heading over its changes.
pub(crate) fn beginning_of_whole(report: &RunReport, org: &str) -> String {
    beginning(report, org) + &heading(report.changes_total)
}

/// How a run ends that is told as a whole: what stands behind its changes.
pub(crate) fn end_of_whole(report: &RunReport, org: &str) -> String {
    let rest = Rest {
        org,
        run: &report.run,
        length: Length::Whole,
    };
    everybody_found(report, rest)
}

fn beginning(report: &RunReport, org: &str) -> String {
    let mut text = summary(&report.run);
    if let Some(at) = report.undone_at {
        let _ = writeln!(text, "  Undone by hand at {}.", instant(at));
    }
    text.push_str(&trouble(&report.run, org));
    text.push_str(&groups(&report.groups));
    text
}

fn everybody_found(report: &RunReport, rest: Rest<'_>) -> String {
    let outcomes = [FindingOutcome::Skipped, FindingOutcome::Flagged];
    let told = outcomes.map(|outcome| findings(&report.skipped, outcome, rest));
    told.concat()
}

/// The head line and the counts.
pub(crate) fn summary(run: &RunView) -> String {
    let mut text = format!("{}\n", head(run));
    if run.counts != Counts::default() {
        let _ = writeln!(text, "  {}", counts(&run.counts));
    }
    text
}

fn head(run: &RunView) -> String {
    let employees = counted(run.counts.employees, "employee", "employees");
    let id = run.id;
    let of = run
        .as_of
        .map(|day| format!(" as of {day}"))
        .unwrap_or_default();
    match (run.kind, run.state) {
        (
            RunKind::Preview,
            RunState::Finished | RunState::FinishedWithProblems | RunState::Held,
        ) => {
            format!("Preview of {employees}{of}; nothing was changed. Run {id}.")
        }
        (RunKind::Sync, RunState::Finished | RunState::FinishedWithProblems)
            if run.trigger == Trigger::Timer =>
        {
            let people = counted(run.counts.employees, "person", "people");
            format!("The timer looked after {people} whose day it is. Run {id}.")
        }
        (RunKind::Sync, RunState::Finished | RunState::FinishedWithProblems)
            if run.trigger == Trigger::Csv =>
        {
            let rows = counted(run.counts.employees, "row", "rows");
            format!("A file of {rows} was taken. Run {id}.")
        }
        (RunKind::Sync, RunState::Finished) => format!("Synced {employees}. Run {id}."),
        (RunKind::Sync, RunState::FinishedWithProblems) => {
            let skipped = counted(run.counts.skipped, "was", "were");
            format!("Synced {employees}, of whom {skipped} skipped. Run {id}.")
        }
        (_, RunState::Held) => format!("Held for review; nothing was changed. Run {id}."),
        (_, RunState::Failed) => format!("Failed; nothing was changed. Run {id}."),
        (_, RunState::Rejected) => format!("Rejected; nothing was changed. Run {id}."),
        (_, RunState::Stopped) => format!("Stopped; nothing was changed. Run {id}."),
        (_, going) => format!("Still {going}. Run {id}."),
    }
}

fn counts(counts: &Counts) -> String {
    let named = [
        (counts.added, "added"),
        (counts.updated, "updated"),
        (counts.archived, "archived"),
        (counts.restored, "restored"),
        (counts.unchanged, "unchanged"),
        (counts.upcoming, "upcoming"),
        (counts.out_of_scope, "out of scope"),
        (counts.skipped, "skipped"),
        (counts.flagged, "flagged"),
        (counts.archived_missing, "archived because missing"),
    ];
    let told = named.iter().filter(|(count, _)| *count > 0);
    told.map(|(count, name)| format!("{count} {name}"))
        .collect::<Vec<_>>()
        .join(", ")
}

/// Why it failed or is held, and what can be done about it.
fn trouble(run: &RunView, org: &str) -> String {
    let mut text = String::new();
    if let Some(problem) = &run.error {
        let _ = writeln!(text, "\n{} ({})", problem.detail, problem.code);
        if !problem.mend.is_empty() {
            let _ = writeln!(text, "{}", problem.mend);
        }
    }
    if !run.hold.is_empty() {
        let held = match run.state {
            _ if run.kind == RunKind::Preview => "A sync would be held for review",
            RunState::Held => "Why it is held",
            _ => "Why it was held",
        };
        let _ = writeln!(text, "\n{held}:");
        for hold in &run.hold {
            let _ = writeln!(text, "  {}", limit(hold));
        }
    }
    text.push_str(&answers(run, org));
    text
}

fn limit(hold: &domain::Hold) -> String {
    // A plan that is another one has no number to compare.
    let numbers = if hold.code == HoldCode::ChangedSincePreview {
        String::new()
    } else {
        format!(": {} found, {} allowed", hold.found, hold.limit)
    };
    format!("{}{numbers}. {}", hold.code, hold.detail)
}

/// The commands with which an admin answers.
fn answers(run: &RunView, org: &str) -> String {
    let id = run.id;
    match (run.kind, run.state) {
        (RunKind::Sync, RunState::Held) => {
            let archiving = run.hold.iter().any(|hold| {
                matches!(
                    hold.code,
                    HoldCode::TooManyArchived | HoldCode::TooManyArchivedThisWeek
                )
            });
            let mut text = format!("\nTo apply it:\n  rollcall runs approve {id} --org {org}\n");
            if archiving {
                let _ = writeln!(
                    text,
                    "To apply it and archive nobody:\n  rollcall runs approve {id} --org {org} --without archive"
                );
            }
            let _ = writeln!(
                text,
                "To turn it down:\n  rollcall runs reject {id} --org {org}"
            );
            text
        }
        (RunKind::Preview, state) if state != RunState::Failed && run.as_of.is_none() => {
            format!("\nTo apply exactly this:\n  rollcall sync --org {org} --expect {id}\n")
        }
        _ => String::new(),
    }
}

/// Groups with what happens to their names.
pub(crate) fn groups(groups: &[GroupChangeView]) -> String {
    if groups.is_empty() {
        return String::new();
    }
    let mut text = format!("\nGroups ({}):\n", groups.len());
    for group in groups {
        let _ = match &group.before {
            Some(before) => writeln!(text, "  {:<8} {before} → {}", group.action, group.after),
            None => writeln!(text, "  {:<8} {}", group.action, group.after),
        };
    }
    text
}

/// How a list is cut and where the rest is.
#[derive(Clone, Copy)]
struct Rest<'a> {
    org: &'a str,
    run: &'a RunView,
    length: Length,
}

impl Rest<'_> {
    fn shown(self) -> usize {
        if self.length == Length::Short {
            SHORT
        } else {
            usize::MAX
        }
    }

    fn line(self, total: usize) -> String {
        match total.checked_sub(self.shown()) {
            None | Some(0) => String::new(),
            Some(more) => {
                format!(
                    "  … and {more} more: rollcall runs show {} --org {}\n",
                    self.run.id, self.org
                )
            }
        }
    }
}

fn changes(report: &RunReport, rest: Rest<'_>) -> String {
    let RunReport {
        changes,
        changes_total,
        ..
    } = report;
    let shown = &changes[..changes.len().min(rest.shown())];
    heading(*changes_total) + &lines(shown) + &rest.line(*changes_total as usize)
}

fn heading(changes: u64) -> String {
    if changes == 0 {
        return String::new();
    }
    format!("\nChanges ({changes}):\n")
}

/// Every change, under a heading.
pub(crate) fn all_changes(changes: &[ChangeView]) -> String {
    heading(changes.len() as u64) + &lines(changes)
}

/// Changes, two or three lines each.
pub(crate) fn lines(changes: &[ChangeView]) -> String {
    let mut text = String::new();
    for change in changes {
        let _ = writeln!(
            text,
            "  {:<8} {}",
            change.action,
            called(&change.name, &change.email)
        );
        if change.action != Action::Add && !change.fields.is_empty() {
            let _ = writeln!(text, "           {}", fields(&change.fields));
        }
        if !change.why.is_empty() {
            let _ = writeln!(text, "           {}", change.why);
        }
    }
    text
}

/// Fields before and after, in one line.
pub(crate) fn fields(fields: &[FieldView]) -> String {
    let side = |value: &Option<String>| value.clone().unwrap_or_else(|| "none".to_owned());
    let told = fields.iter().map(|field| {
        let name = field.field.as_str().replace('_', " ");
        format!("{name}: {} → {}", side(&field.before), side(&field.after))
    });
    told.collect::<Vec<_>>().join("; ")
}

/// Who was skipped or flagged, by reason, the most frequent first.
fn findings(findings: &[FindingView], outcome: FindingOutcome, rest: Rest<'_>) -> String {
    let of_outcome: Vec<&FindingView> = findings
        .iter()
        .filter(|finding| finding.outcome == outcome)
        .collect();
    if of_outcome.is_empty() {
        return String::new();
    }
    let name = if outcome == FindingOutcome::Skipped {
        "Skipped"
    } else {
        "Flagged"
    };
    let mut text = format!("\n{name} ({}):\n", of_outcome.len());
    let mut left = rest.shown();
    for (code, group) in by_code(&of_outcome) {
        if left == 0 {
            break;
        }
        let _ = writeln!(text, "  {code} ({}): {}", group.len(), code.mend());
        for finding in group.iter().take(left) {
            let _ = writeln!(text, "    {}", whom(finding));
        }
        left = left.saturating_sub(group.len());
    }
    text + &rest.line(of_outcome.len())
}

fn by_code<'a>(findings: &[&'a FindingView]) -> Vec<(Code, Vec<&'a FindingView>)> {
    let mut groups: Vec<(Code, Vec<&FindingView>)> = Vec::new();
    for finding in findings {
        match groups.iter_mut().find(|(code, _)| *code == finding.code) {
            Some((_, group)) => group.push(finding),
            None => groups.push((finding.code, vec![finding])),
        }
    }
    groups.sort_by_key(|(_, group)| std::cmp::Reverse(group.len()));
    groups
}

fn whom(finding: &FindingView) -> String {
    let mut text = called(&finding.name, &finding.email);
    if let Some(id) = &finding.hris_id {
        let _ = write!(text, ", HRIS id {id}");
    }
    if !finding.seen.is_empty() {
        let _ = write!(text, ": {}", finding.seen);
    }
    text
}

/// Runs as a table.
pub(crate) fn runs(list: &List<RunView>) -> String {
    if list.items.is_empty() {
        return "No runs yet.".to_owned();
    }
    let rows = list.items.iter().map(|run| {
        let error = run.error.as_ref().map(|problem| problem.code.to_string());
        let note = error.unwrap_or_else(|| counts(&run.counts));
        [
            run.id.to_string(),
            instant(run.started_at),
            run.kind.to_string(),
            run.trigger.to_string(),
            run.state.to_string(),
            note,
        ]
    });
    table(
        ["ID", "STARTED", "KIND", "TRIGGER", "STATE", "RESULT"],
        rows,
    )
}
