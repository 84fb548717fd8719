//! Runs with all of their changes, a page at a time: a first sync changes everybody, and nobody wants a
//! hundred thousand changes in memory at once.

use anyhow::{Context as _, Result};
use app::{
    App,
    view::{ChangeView, RunReport},
};
use domain::Organisation;
use serde_json::Value;

use super::run;
use crate::output;

/// How many changes a page has.
const PAGE: u32 = 500;

/// Prints a run in short, or as one JSON document with everything in it.
pub(crate) async fn print_short(
    app: &App,
    org: &Organisation,
    report: &RunReport,
    json: bool,
) -> Result<()> {
    if json {
        return print_json(app, org, report).await;
    }
    output::print_text(&run::short(report, &org.slug))
}

/// Prints a run with everything, in words or as one JSON document.
pub(crate) async fn print_whole(
    app: &App,
    org: &Organisation,
    report: &RunReport,
    json: bool,
) -> Result<()> {
    if json {
        return print_json(app, org, report).await;
    }
    output::print_words(&run::beginning_of_whole(report, &org.slug))?;
    output::print_words(&run::lines(&report.changes))?;
    each_other_page(app, org, report, |changes| {
        output::print_words(&run::lines(changes))
    })
    .await?;
    output::print_words(&run::end_of_whole(report, &org.slug))
}

/// Prints a run as one JSON document.
async fn print_json(app: &App, org: &Organisation, report: &RunReport) -> Result<()> {
    print_changes(app, org, report, "").await?;
    output::print_part("\n")
}

/// Prints a JSON document that has a run, whole, as the value of one key.
pub(crate) async fn print_within(
    app: &App,
    org: &Organisation,
    mut document: Value,
    key: &str,
    report: &RunReport,
) -> Result<()> {
    if let Some(keys) = document.as_object_mut() {
        keys.remove(key);
    }
    let document = document.to_string();
    let before = document
        .strip_suffix('}')
        .context("the document is no object")?;
    print_changes(app, org, report, &format!("{before},\"{key}\":")).await?;
    output::print_part("}\n")
}

/// Prints something, and behind it a run with all of its changes, which stand at the end of its document.
async fn print_changes(
    app: &App,
    org: &Organisation,
    report: &RunReport,
    before: &str,
) -> Result<()> {
    let document = serde_json::to_string(report)?;
    let open = document
        .strip_suffix("]}")
        .context("the document does not end with the changes")?;
    output::print_part(&format!("{before}{open}"))?;
    each_other_page(app, org, report, |changes| {
        let mut text = String::new();
        for change in changes {
            text.push(',');
            text.push_str(&serde_json::to_string(change)?);
        }
        output::print_part(&text)
    })
    .await?;
    output::print_part("]}")
}

/// Hands over the pages of changes that a report does not have.
async fn each_other_page(
    app: &App,
    org: &Organisation,
    report: &RunReport,
    mut take: impl FnMut(&[ChangeView]) -> Result<()>,
) -> Result<()> {
    let mut next = report.more_changes.clone();
    while let Some(after) = next {
        let page = app
            .run_changes(org, report.run.id, Some(PAGE), Some(&after))
            .await?;
        take(&page.items)?;
        next = page.next;
    }
    Ok(())
}
