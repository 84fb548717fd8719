//! `rollcall serve`: the service, until it is stopped.

use std::ffi::OsString;

use anyhow::Result;
use clap::Args;
use mail::Mailer;
use secrecy::ExposeSecret as _;
use serde_json::json;
use service::{Bound, Config, Service};

use crate::{
    context::Context,
    ending::Ending,
    exit::{Exit, WrongUse},
    output,
    settings::{self, ServiceSettings},
};

/// Run the service: web, schedule and workers, until it is stopped
///
/// Migrations run at the start, under a lock. Ctrl-C or SIGTERM ends it in order, within ten seconds.
#[derive(Args)]
#[command(after_help = "Examples:\n  rollcall serve\n  \
                  ROLLCALL_LISTEN=0.0.0.0:8080 ROLLCALL_PUBLIC_URL=https://learn.example.com rollcall serve")]
pub(crate) struct ServeArgs {
    /// Where the web server listens [default: 127.0.0.1:8080]
    #[arg(
        long,
        value_name = "ADDRESS",
        env = "ROLLCALL_LISTEN",
        hide_env_values = true
    )]
    listen: Option<OsString>,
    /// What this process does: all, web or worker [default: all]
    #[arg(
        long,
        value_name = "ROLE",
        env = "ROLLCALL_ROLE",
        hide_env_values = true
    )]
    role: Option<OsString>,
    /// Where /metrics, /healthz and /readyz are read by the operator's tools [default: nowhere]
    #[arg(
        long,
        value_name = "ADDRESS",
        env = "ROLLCALL_METRICS_LISTEN",
        hide_env_values = true
    )]
    metrics_listen: Option<OsString>,
}

/// Does it.
pub(crate) async fn run(args: ServeArgs, context: &Context) -> Result<Exit> {
    // Before the start, so that nobody who read the address can be too early.
    let ended = Ending::listen()?;
    let (config, mailer) = config(&args, context)?;
    let bound = Bound::open(&config)
        .await
        .map_err(|error| WrongUse(format!("{error}.")))?;
    let app = context.serving_app(bound.address()).await?;
    if let Some(mailer) = mailer {
        app.set_mailer(mailer);
    }
    let service = bound.start(&app);
    tell(&service, &config, context)?;
    ended.wait().await;
    tracing::info!("stopping");
    Ok(if service.stop().await {
        Exit::Done
    } else {
        output::say(
            "Something was still going after ten seconds and was broken off; the next start finishes it.",
        );
        Exit::Failed
    })
}

fn config(args: &ServeArgs, context: &Context) -> Result<(Config, Option<Mailer>), WrongUse> {
    let ServiceSettings {
        listen,
        role,
        metrics_listen,
        smtp_url,
        mail_from,
        calls_per_minute,
    } = settings::of_the_service(
        args.listen.as_deref(),
        args.role.as_deref(),
        args.metrics_listen.as_deref(),
    )?;
    let mailer = match smtp_url {
        Some(url) => {
            let public = context.settings()?.public_url;
            let made = Mailer::new(url.expose_secret(), mail_from.as_deref(), host_of(&public));
            Some(made.map_err(|error| WrongUse(format!("ROLLCALL_SMTP_URL: {error}.")))?)
        }
        None => None,
    };
    let config = Config {
        role,
        listen,
        metrics_listen,
        api: service::ApiSettings { calls_per_minute },
    };
    Ok((config, mailer))
}

/// The host in an address, for the sender of mails.
fn host_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = rest.split(['/', ':']).next().unwrap_or_default();
    let is_name = host.contains('.')
        && !host
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.');
    if is_name { host } else { "localhost" }
}

/// Says where it is, once it answers.
fn tell(service: &Service, config: &Config, context: &Context) -> Result<()> {
    let (address, metrics) = (service.address(), service.metrics_address());
    if context.out.is_json() {
        let url = address.map(|address| format!("http://{address}"));
        let metrics_url = metrics.map(|address| format!("http://{address}/metrics"));
        return output::print_json(&json!({ "url": url, "metrics_url": metrics_url }));
    }
    match address {
        Some(address) => output::print_text(&format!("Rollcall answers at http://{address}"))?,
        None => output::print_text("Rollcall works here; this process answers nobody")?,
    }
    tracing::info!(role = ?config.role, "started");
    Ok(())
}
