//! The log, on stderr.

use std::io;

use anyhow::Result;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::{
    EnvFilter, Layer, Registry,
    filter::{FilterExt as _, Targets},
    layer::SubscriberExt as _,
    util::SubscriberInitExt as _,
};

use crate::{args::Common, exit::WrongUse, settings::text};

const DEFAULT_FILTER: &str = "info";
const ACCEPTED_FILTERS: &str = "error, warn, info, debug, trace, or PART=LEVEL with commas between";
const ACCEPTED_FORMATS: &str = "text and json";

/// Our own crates. Others are never logged above info, whatever the filter says: at debug they write down requests
/// with their headers, and with them tokens and people.
const OURS: [&str; 9] = [
    "api",
    "app",
    "domain",
    "hris",
    "reconcile",
    "rollcall",
    "sandbox",
    "service",
    "store",
];

/// Whether it is a level, or one for a part of ours. A filter takes any word for the name of a part,
/// and a level with a typing error would then be no level at all.
fn is_directive(text: &str) -> bool {
    let is_level = |level: &str| level.trim().parse::<LevelFilter>().is_ok();
    match text.split_once('=') {
        None => is_level(text),
        Some((part, level)) => {
            let part = part.trim().split("::").next().unwrap_or_default();
            OURS.contains(&part) && is_level(level)
        }
    }
}

/// Starts logging by the settings.
pub(crate) fn start(common: &Common) -> Result<()> {
    let filter = text("ROLLCALL_LOG", common.log.as_deref(), ACCEPTED_FILTERS)?;
    let filter = filter.as_deref().unwrap_or(DEFAULT_FILTER);
    let refused = || {
        WrongUse(format!(
            "ROLLCALL_LOG is {filter:?}; accepted are {ACCEPTED_FILTERS}. The parts are {}.",
            OURS.join(", ")
        ))
    };
    if !filter.split(',').all(is_directive) {
        return Err(refused().into());
    }
    let filter = EnvFilter::try_new(filter).map_err(|_| refused())?;
    let format = text(
        "ROLLCALL_LOG_FORMAT",
        common.log_format.as_deref(),
        ACCEPTED_FORMATS,
    )?;
    let lines = match format.as_deref() {
        None | Some("text") => lines().boxed(),
        Some("json") => lines().json().boxed(),
        Some(other) => {
            return Err(WrongUse(format!(
                "ROLLCALL_LOG_FORMAT is {other:?}; accepted are {ACCEPTED_FORMATS}."
            ))
            .into());
        }
    };
    tracing_subscriber::registry()
        .with(lines.with_filter(filter.and(discreet())))
        .try_init()?;
    Ok(())
}

fn lines() -> tracing_subscriber::fmt::Layer<
    Registry,
    tracing_subscriber::fmt::format::DefaultFields,
    tracing_subscriber::fmt::format::Format,
    fn() -> io::Stderr,
> {
    let stderr: fn() -> io::Stderr = io::stderr;
    // A stderr that nobody reads must not end the command.
    tracing_subscriber::fmt::layer()
        .with_writer(stderr)
        .with_ansi(false)
        .log_internal_errors(false)
}

fn discreet() -> Targets {
    let others = Targets::new().with_default(LevelFilter::INFO);
    others.with_targets(OURS.map(|name| (name, LevelFilter::TRACE)))
}
