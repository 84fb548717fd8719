//! `rollcall sandbox`: simulators of HR systems, alone.

use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use anyhow::{Context as _, Result};
use clap::{Args, Subcommand};
use domain::{Clock as _, SystemClock};
use sandbox::{Config, Fault, Roster, Sandbox, StartError};
use serde_json::json;
use tokio::time::timeout;

use crate::{
    context::Context,
    ending::Ending,
    exit::{Exit, WrongUse},
    output,
};

/// How long calls under way may take once the end is asked for.
const PATIENCE: Duration = Duration::from_secs(3);

/// Simulators of HR systems, for trying things out
#[derive(Subcommand)]
pub(crate) enum SandboxCommand {
    Hibob(HibobArgs),
}

/// Simulate HiBob with a made-up company until it is stopped
#[derive(Args)]
#[command(after_help = "Examples:\n  rollcall sandbox hibob --employees 200\n  \
                  rollcall sandbox hibob --fault status=503 --fault slow=2000\n\n\
                  Point Rollcall at it with ROLLCALL_HIBOB_URL and connect with the service user and token it prints.")]
pub(crate) struct HibobArgs {
    /// Where it listens; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:8090", value_name = "ADDRESS")]
    listen: SocketAddr,
    /// How many people the company has
    #[arg(long, default_value_t = 500, value_name = "N", value_parser = employees)]
    employees: usize,
    /// What the company is drawn from: the same seed, the same company
    #[arg(long, default_value_t = 1, value_name = "S")]
    seed: u64,
    /// A company of your own, as the JSON that /_sandbox/roster answers
    #[arg(long, value_name = "FILE", conflicts_with_all = ["employees", "seed"])]
    roster: Option<PathBuf>,
    /// What goes wrong from the start, such as status=503; can be given several times
    #[arg(long = "fault", value_name = "NAME[=VALUE]", value_parser = Fault::parse)]
    faults: Vec<Fault>,
}

/// How many people a made-up company may have.
pub(crate) fn employees(text: &str) -> Result<usize, String> {
    const ACCEPTED: std::ops::RangeInclusive<usize> = 1..=200_000;
    let number = text.parse().ok().filter(|number| ACCEPTED.contains(number));
    number.ok_or_else(|| {
        format!(
            "it is a number from {} to {}",
            ACCEPTED.start(),
            ACCEPTED.end()
        )
    })
}

/// The time for a simulator.
pub(crate) fn clock() -> sandbox::Clock {
    Arc::new(|| SystemClock.now())
}

/// Does it.
pub(crate) async fn run(command: SandboxCommand, context: &Context) -> Result<Exit> {
    let SandboxCommand::Hibob(args) = command;
    // Before the start, so that nobody who read the address can be too early.
    let ended = Ending::listen()?;
    let config = Config {
        listen: args.listen,
        employees: args.employees,
        seed: args.seed,
        roster: args.roster.as_deref().map(read_roster).transpose()?,
        faults: args.faults,
        ..Config::new(clock())
    };
    let handle = Sandbox::start(config).await.map_err(refused)?;
    let (url, user, token) = (handle.base_url(), sandbox::SERVICE_USER, sandbox::TOKEN);
    if context.out.is_json() {
        output::print_json(&json!({ "url": url, "service_user": user, "token": token }))?;
    } else {
        output::print_text(&format!(
            "HiBob sandbox at {url}, service user {user}, token {token}"
        ))?;
    }
    ended.wait().await;
    if let Ok(stopped) = timeout(PATIENCE, handle.stop()).await {
        stopped.context("the sandbox broke off")?;
    }
    Ok(Exit::Done)
}

fn read_roster(path: &Path) -> Result<Roster> {
    let unfit = |what: String| WrongUse(format!("--roster is {}, which {what}.", path.display()));
    let json = fs::read(path).map_err(|error| unfit(format!("cannot be read: {error}")))?;
    Ok(Roster::from_json(&json).map_err(|error| unfit(format!("is no roster: {error}")))?)
}

/// A company or an address that makes no sense is the user's; anything else is ours.
fn refused(error: StartError) -> anyhow::Error {
    match error {
        StartError::Config(_) | StartError::Listen { .. } => WrongUse(error.to_string()).into(),
        StartError::Io(_) => error.into(),
    }
}
