//! `rollcall hris`: the connection to the HR system.

use anyhow::Result;
use app::{
    ConnectRequest, Connected,
    view::{IntegrationView, IssueView},
};
use clap::{Args, Subcommand, ValueEnum};
use domain::{Code, Provider};

use crate::{
    args::OrgArg,
    context::Context,
    exit::{self, Exit},
    output, progress,
    show::{integration, run, whole},
    stdin,
};

/// The connection to the HR system
#[derive(Subcommand)]
#[command(
    after_help = "Examples:\n  rollcall hris check hibob --service-user SERVICE-1234 --token-stdin < token.txt\n  \
                  rollcall hris connect hibob --org acme --service-user SERVICE-1234 --token-stdin --preview < token.txt\n  \
                  rollcall hris status --org acme"
)]
pub(crate) enum HrisCommand {
    /// Try credentials and say what they can see; nothing is stored
    Check {
        #[command(flatten)]
        credentials: Credentials,
    },
    /// Try credentials, store them and sync for the first time
    ///
    /// On a live connection to the same HRIS the credentials are replaced in place, and nobody loses their link.
    Connect {
        #[command(flatten)]
        org: OrgArg,
        #[command(flatten)]
        credentials: Credentials,
        /// Connect though this cannot be seen, such as lifecycle: then nobody is ever archived
        #[arg(long, value_name = "SECTION", value_delimiter = ',')]
        accept_missing: Vec<String>,
        /// Show what the first sync would do and change nothing; the connection is stored paused
        #[arg(long)]
        preview: bool,
    },
    /// Show the connection and how it is doing
    Status {
        #[command(flatten)]
        org: OrgArg,
    },
    /// Stop the daily sync; `rollcall sync` and the midnight timer go on
    Pause {
        #[command(flatten)]
        org: OrgArg,
    },
    /// Start the daily sync again
    Resume {
        #[command(flatten)]
        org: OrgArg,
    },
    /// Erase the credentials; people stay exactly as they are
    Disconnect {
        #[command(flatten)]
        org: OrgArg,
        /// Let known end dates no longer archive anybody
        #[arg(long)]
        forget_end_dates: bool,
    },
}

/// Who we are to the HRIS.
#[derive(Args)]
pub(crate) struct Credentials {
    /// Which HR system
    #[arg(value_enum)]
    provider: ProviderArg,
    /// The service user's id, such as SERVICE-1234
    #[arg(long, value_name = "ID")]
    service_user: String,
    /// Read the token from stdin, as one line, so that it stands in no list of processes and no history
    #[arg(long, required = true)]
    token_stdin: bool,
}

/// The HR systems there are.
#[derive(Clone, Copy, ValueEnum)]
enum ProviderArg {
    /// HiBob
    Hibob,
}

impl From<ProviderArg> for Provider {
    fn from(provider: ProviderArg) -> Self {
        match provider {
            ProviderArg::Hibob => Self::HiBob,
        }
    }
}

/// Does it.
pub(crate) async fn run(command: HrisCommand, context: &Context) -> Result<Exit> {
    let (org, act) = match command {
        HrisCommand::Check { credentials } => return check(credentials, context).await,
        HrisCommand::Connect {
            org,
            credentials,
            accept_missing,
            preview,
        } => {
            return connect(&org, credentials, accept_missing, preview, context).await;
        }
        HrisCommand::Status { org } => (org, Act::Look),
        HrisCommand::Pause { org } => (org, Act::Pause),
        HrisCommand::Resume { org } => (org, Act::Resume),
        HrisCommand::Disconnect {
            org,
            forget_end_dates,
        } => (
            org,
            Act::Disconnect {
                keep_end_dates: !forget_end_dates,
            },
        ),
    };
    let (app, organisation) = context.app_and_organisation(&org).await?;
    let view = match act {
        Act::Look => app.integration(&organisation).await?,
        Act::Pause => app.pause(&organisation).await?,
        Act::Resume => app.resume(&organisation).await?,
        Act::Disconnect { keep_end_dates } => app.disconnect(&organisation, keep_end_dates).await?,
    };
    context.out.show(&view, || {
        integration::integration(&view, &organisation.slug)
    })?;
    Ok(Exit::Done)
}

/// What is done to a connection that is there.
enum Act {
    Look,
    Pause,
    Resume,
    Disconnect { keep_end_dates: bool },
}

async fn check(credentials: Credentials, context: &Context) -> Result<Exit> {
    // Nothing is stored, so nothing is opened.
    let connectors = context.connectors()?;
    let token = stdin::secret("--token-stdin", "token")?;
    let watched = progress::of_a_run();
    let tried = connectors
        .check(
            credentials.provider.into(),
            &credentials.service_user,
            token,
            watched.as_ref(),
        )
        .await;
    drop(watched);
    let (seen, refusal) = tried?;
    context.out.show(&seen, || integration::check(&seen))?;
    match refusal {
        None => {
            context
                .out
                .remark("These credentials can be connected. Nothing was stored.");
            Ok(Exit::Done)
        }
        Some(failure) => Err(failure.into()),
    }
}

async fn connect(
    org: &OrgArg,
    credentials: Credentials,
    accept_missing: Vec<String>,
    preview: bool,
    context: &Context,
) -> Result<Exit> {
    let (app, organisation) = context.app_and_organisation(org).await?;
    let request = ConnectRequest {
        provider: credentials.provider.into(),
        service_user_id: credentials.service_user,
        token: stdin::secret("--token-stdin", "token")?,
        accept_missing,
        preview,
    };
    let watched = progress::of_a_run();
    let connected = app.connect(&organisation, request, watched.as_ref()).await;
    drop(watched);
    let connected = connected?;
    if context.out.is_json() {
        // The integration as the API answers it, whose last run is told whole.
        let document = serde_json::to_value(&connected.integration)?;
        let run = &connected.run;
        whole::print_within(&app, &organisation, document, "last_run", run).await?;
    } else {
        output::print_text(&words(&connected, &organisation.slug, preview))?;
    }
    Ok(exit::of_run(&connected.run.run))
}

fn words(connected: &Connected, org: &str, preview: bool) -> String {
    let IntegrationView {
        provider,
        service_user_id,
        issues,
        ..
    } = &connected.integration;
    let name = provider.map_or("the HRIS", Provider::name);
    let user = service_user_id.as_deref().unwrap_or_default();
    let mut text = format!("Connected to {name} as {user}.");
    if preview {
        text.push_str(" The connection is stored paused until it is resumed.");
    }
    text.push_str("\n\n");
    text.push_str(&run::short(&connected.run, org));
    // What concerns single people is told with the run already, and so is why it failed.
    let failed = connected
        .run
        .run
        .error
        .as_ref()
        .map(|problem| problem.code.as_str());
    let told = |issue: &&IssueView| {
        issue.code.parse::<Code>().is_ok() || Some(issue.code.as_str()) == failed
    };
    text.push_str(&integration::issues(
        issues.iter().filter(|issue| !told(issue)),
    ));
    if preview {
        text.push_str("\nTo start syncing every day:\n  rollcall hris resume --org ");
        text.push_str(org);
        text.push_str("\nTo cancel and erase the credentials:\n  rollcall hris disconnect --org ");
        text.push_str(org);
    }
    text
}
