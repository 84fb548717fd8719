//! `rollcall tick`: one pass of the midnight timer in the foreground.

use anyhow::Result;
use clap::Args;

use crate::{
    args::OrgArg,
    context::Context,
    exit::{self, Exit},
    progress,
    show::whole,
};

const EXITS: &str = "Exit codes:\n  \
     0  done, also when there was nothing to do\n  \
     1  failed\n  \
     2  wrong use or settings\n  \
     3  held for review";

/// Archive everybody whose end date is over, and start everybody whose start date has come
///
/// One pass of the midnight timer, by what is stored: the HRIS is not asked, and none is needed.
/// A sync that is going is waited for. With --json it prints the run, or null when there was nothing to do.
#[derive(Args)]
#[command(after_help = EXITS)]
pub(crate) struct TickArgs {
    #[command(flatten)]
    org: OrgArg,
}

/// Does it.
pub(crate) async fn run(args: TickArgs, context: &Context) -> Result<Exit> {
    let (app, organisation) = context.app_and_organisation(&args.org).await?;
    let watched = progress::of_a_run();
    let ended = app.tick(&organisation, watched.as_ref()).await;
    drop(watched);
    let report = ended?;
    match &report {
        Some(report) => {
            whole::print_short(&app, &organisation, report, context.out.is_json()).await?;
        }
        None => context.out.show(&report, || "Nothing to do.".to_owned())?,
    }
    Ok(report.map_or(Exit::Done, |report| exit::of_run(&report.run)))
}
