//! `rollcall sync`: one run in the foreground.

use anyhow::Result;
use app::SyncRequest;
use clap::Args;
use domain::{RunId, RunKind, Trigger};
use jiff::civil::Date;

use crate::{
    args::{EXITS, OrgArg},
    context::Context,
    exit::{self, Exit},
    progress,
    show::whole,
};

const EXAMPLES: &str = "Examples:\n  rollcall sync --org acme\n  \
     rollcall sync --org acme --preview --as-of 2026-02-01\n  \
     rollcall sync --org acme --expect PREVIEW_ID";

/// Sync once, now, and say what changed and who was skipped
///
/// While a sync of the organisation is going, this joins it.
#[derive(Args)]
#[command(after_help = format!("{EXAMPLES}\n\n{EXITS}"))]
pub(crate) struct SyncArgs {
    #[command(flatten)]
    org: OrgArg,
    /// Show what a sync would do and change nothing
    #[arg(long)]
    preview: bool,
    /// Show what a sync of that day would do, from what the HRIS says today
    #[arg(long, value_name = "DATE", requires = "preview", value_parser = day)]
    as_of: Option<Date>,
    /// Apply only what this preview showed; another plan is held for review
    #[arg(long, value_name = "PREVIEW_ID", conflicts_with = "preview", value_parser = run_id)]
    expect: Option<RunId>,
}

/// Does it.
pub(crate) async fn run(args: SyncArgs, context: &Context) -> Result<Exit> {
    let (app, organisation) = context.app_and_organisation(&args.org).await?;
    let request = SyncRequest {
        kind: if args.preview {
            RunKind::Preview
        } else {
            RunKind::Sync
        },
        trigger: Trigger::Cli,
        as_of: args.as_of,
        expect: args.expect,
    };
    let watched = progress::of_a_run();
    let ended = app.sync(&organisation, request, watched.as_ref()).await;
    drop(watched);
    let report = ended?;
    whole::print_short(&app, &organisation, &report, context.out.is_json()).await?;
    Ok(exit::of_run(&report.run))
}

fn day(text: &str) -> Result<Date, String> {
    text.parse()
        .map_err(|_| "it is a day such as 2026-02-01".to_owned())
}

fn run_id(text: &str) -> Result<RunId, String> {
    text.parse()
        .map_err(|_| "it is the id that a preview printed".to_owned())
}
