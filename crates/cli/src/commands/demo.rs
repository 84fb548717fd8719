//! `rollcall demo`: a made-up company, connected and synced, a day in its life, and the service for it.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use app::{
    App, ConnectRequest, NewAdmin, NewOrganisation, SyncRequest,
    view::{ChangeView, RunReport},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use clap::Args;
use domain::{Entropy as _, FindingOutcome, Organisation, OsEntropy, Provider, RunKind, Trigger};
use sandbox::{Handle, Sandbox};
use secrecy::SecretString;
use serde::Serialize;
use service::{Bound, Config, Role, StartError};

use super::{
    demo_company::{self, Company},
    simulator,
};
use crate::{
    context::Context,
    ending::Ending,
    exit::{self, Exit, WrongUse},
    output::{self, Output},
    progress,
    settings::Settings,
    show::run,
};

/// What commands call the organisation.
const SLUG: &str = "acme";

/// The admin of the demo.
const ADMIN: &str = "admin@acme.test";

/// Try it out: a made-up company in a simulated HiBob, connected and synced, and the service beside it
///
/// A day passes in the company, it is synced again to show what changed and why, and then it answers in a browser
/// until it is stopped. It needs nothing else.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  rollcall demo\n  rollcall demo --employees 5000 --data ./demo\n\n\
                  A second run with the same --data goes on with the company that is there."
)]
pub(crate) struct DemoArgs {
    /// How many people the company has
    #[arg(long, default_value_t = 500, value_name = "N", value_parser = simulator::employees)]
    employees: usize,
    /// What the company is drawn from: the same seed, the same company
    #[arg(long, default_value_t = 1, value_name = "S")]
    seed: u64,
    /// Where it answers; port 0 takes a free one [default: 127.0.0.1:8080, or a free port]
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// Where to keep database, key and company [default: a new temporary folder]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// The document of `demo`: how to get in.
#[derive(Serialize)]
struct Entrance<'a> {
    url: String,
    email: &'a str,
    password: &'a str,
}

/// Does it, until it is stopped.
pub(crate) async fn run(args: DemoArgs, context: &Context) -> Result<Exit> {
    // Before the start, so that nobody who read the address can be too early.
    let ended = Ending::listen()?;
    let out = context.out;
    let bound = bind(args.listen).await?;
    let folder = folder(args.data)?;
    let company = Company::of(&folder, args.employees, args.seed)?;
    if company.is_known() {
        out.remark(
            "Going on with the company in that folder; --employees and --seed are for a new one.",
        );
    }
    let hibob = start(&company).await?;
    let database_url = address(&folder.join("rollcall.db"));
    let url = format!("http://{}", bound.address().context("it has an address")?);
    let app = open(&database_url, &hibob, &url, context).await?;
    let organisation = organisation(&app).await?;

    let first = connect(&app, &organisation).await?;
    company.keep(&hibob.roster())?;
    if !out.is_json() {
        output::print_text(&beginning(&first))?;
    }
    if exit::of_run(&first.run) == Exit::Done {
        next_day(&app, &organisation, &hibob, &company, out).await?;
    }

    let password = password();
    let admin = NewAdmin {
        email: ADMIN.to_owned(),
        first_name: Some("Ada".to_owned()),
        last_name: Some("Admin".to_owned()),
        password: Some(SecretString::from(password.clone())),
    };
    app.create_admin(&organisation, admin).await?;
    let service = bound.start(&app);
    let entrance = Entrance {
        url,
        email: ADMIN,
        password: &password,
    };
    out.show(&entrance, || {
        let look_around = look_around(&database_url, &hibob);
        let Entrance { url, .. } = &entrance;
        format!("{look_around}\n\nRollcall answers at {url} until you press Ctrl-C.\nSign in as {ADMIN} with the password {password}")
    })?;
    ended.wait().await;
    service.stop().await;
    Ok(Exit::Done)
}

/// Where it answers. Another program may have the usual port, which is no reason not to show anything.
async fn bind(wanted: Option<SocketAddr>) -> Result<Bound> {
    let at = |listen| Config {
        role: Role::All,
        listen,
        metrics_listen: None,
        api: service::ApiSettings::default(),
    };
    let usual = SocketAddr::from(([127, 0, 0, 1], 8080));
    let bound = match (Bound::open(&at(wanted.unwrap_or(usual))).await, wanted) {
        (Err(_), None) => Bound::open(&at(SocketAddr::from(([127, 0, 0, 1], 0)))).await,
        (bound, _) => bound,
    };
    let refused = |error: StartError| {
        WrongUse(format!(
            "--listen is {}, where nothing can listen ({}).",
            error.address, error.source
        ))
    };
    Ok(bound.map_err(refused)?)
}

/// A new one each time: nobody else may know it, also where the folder is kept.
fn password() -> String {
    let mut bytes = [0_u8; 15];
    OsEntropy.fill(&mut bytes);
    BASE64.encode(bytes)
}

/// The folder for database, key and company; a temporary one stays, so that people can look around in it.
fn folder(given: Option<PathBuf>) -> Result<PathBuf> {
    let Some(folder) = given else {
        let made = tempfile::Builder::new().prefix("rollcall-demo-").tempdir();
        return Ok(made
            .context("no temporary folder could be made; give one with --data")?
            .keep());
    };
    let unfit = |error| {
        WrongUse(format!(
            "--data is {}, which cannot be used: {error}.",
            folder.display()
        ))
    };
    std::fs::create_dir_all(&folder).map_err(unfit)?;
    Ok(folder.canonicalize().map_err(unfit)?)
}

/// The address of a database file: in an address `%` and `?` mean something else than in a path.
fn address(database: &Path) -> String {
    let path = database.to_string_lossy();
    format!("sqlite://{}", path.replace('%', "%25").replace('?', "%3F"))
}

async fn start(company: &Company) -> Result<Handle> {
    let config = sandbox::Config {
        roster: Some(company.roster().clone()),
        ..sandbox::Config::new(simulator::clock())
    };
    Sandbox::start(config)
        .await
        .context("the simulated HiBob could not start")
}

/// The demo is an installation of its own: no setting of another one reaches it.
async fn open(
    database_url: &str,
    hibob: &Handle,
    url: &str,
    context: &Context,
) -> Result<std::sync::Arc<App>> {
    context
        .open(Settings {
            database_url: database_url.to_owned(),
            key_file: None,
            hibob_url: hibob.base_url(),
            public_url: url.to_owned(),
        })
        .await
}

async fn organisation(app: &App) -> Result<Organisation> {
    let known = app.organisations().await?.items;
    if !known.iter().any(|organisation| organisation.slug == SLUG) {
        let new = NewOrganisation {
            name: "Acme".to_owned(),
            slug: Some(SLUG.to_owned()),
            time_zone: "UTC".to_owned(),
        };
        app.create_organisation(new).await?;
    }
    Ok(app.organisation(SLUG).await?)
}

async fn connect(app: &App, organisation: &Organisation) -> Result<RunReport> {
    let request = ConnectRequest {
        provider: Provider::HiBob,
        service_user_id: sandbox::SERVICE_USER.to_owned(),
        token: SecretString::from(sandbox::TOKEN),
        accept_missing: Vec::new(),
        preview: false,
    };
    let watched = progress::of_a_run();
    let connected = app.connect(organisation, request, watched.as_ref()).await;
    drop(watched);
    let run = connected?.run;
    Ok(app.whole(organisation, run).await?)
}

/// A day passes, and it is synced again.
async fn next_day(
    app: &App,
    organisation: &Organisation,
    hibob: &Handle,
    company: &Company,
    out: Output,
) -> Result<RunReport> {
    let happened = hibob.change(demo_company::a_day)?;
    company.keep(&hibob.roster())?;
    if !out.is_json() {
        output::print_text(&format!(
            "\nA day passes at Acme: {}.\n\n",
            demo_company::words(&happened)
        ))?;
    }
    let request = SyncRequest {
        kind: RunKind::Sync,
        trigger: Trigger::Cli,
        as_of: None,
        expect: None,
    };
    let watched = progress::of_a_run();
    let ended = app.sync(organisation, request, watched.as_ref()).await;
    drop(watched);
    let report = app.whole(organisation, ended?).await?;
    if !out.is_json() {
        let news = RunReport {
            skipped: Vec::new(),
            ..report.clone()
        };
        output::print_text(&run::short(&news, SLUG))?;
    }
    Ok(report)
}

/// The first sync in short: who came in is a number, who could not is told by reason.
fn beginning(report: &RunReport) -> String {
    let few = |change: &&ChangeView| change.action != domain::Action::Add;
    let changes: Vec<ChangeView> = report.changes.iter().filter(few).cloned().collect();
    let short = RunReport {
        changes_total: changes.len() as u64,
        changes,
        skipped: report
            .skipped
            .iter()
            .filter(|finding| finding.outcome == FindingOutcome::Skipped)
            .cloned()
            .collect(),
        groups: Vec::new(),
        ..report.clone()
    };
    format!("Acme, connected to HiBob.\n\n{}", run::short(&short, SLUG))
}

fn look_around(database_url: &str, hibob: &Handle) -> String {
    let database_url = shell_word(database_url);
    let hibob_url = hibob.base_url();
    format!(
        "\nLook around in another terminal:\n  \
         export ROLLCALL_DATABASE_URL={database_url} ROLLCALL_HIBOB_URL={hibob_url}\n  \
         rollcall people list --org {SLUG}\n  \
         rollcall people list --org {SLUG} --attention any\n  \
         rollcall runs list --org {SLUG}\n  \
         rollcall hris status --org {SLUG}\n  \
         rollcall sync --org {SLUG}"
    )
}

/// A word that a shell takes as it is.
fn shell_word(text: &str) -> String {
    let plain = |letter: char| letter.is_alphanumeric() || "/:._-%+@".contains(letter);
    if text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_shell_would_take_apart_is_quoted() {
        assert_eq!(shell_word("sqlite:///tmp/x.db"), "sqlite:///tmp/x.db");
        assert_eq!(shell_word("a b"), "'a b'");
        assert_eq!(shell_word("it's"), "'it'\\''s'");
    }
}
