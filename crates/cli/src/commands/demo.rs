//! `rollcall demo`: a made-up company, connected and synced, and then a day in its life.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use app::{
    App, ConnectRequest, NewOrganisation, SyncRequest,
    view::{ChangeView, RunReport},
};
use clap::Args;
use domain::{FindingOutcome, Organisation, Provider, RunKind, Trigger};
use sandbox::{Config, Handle, Sandbox};
use secrecy::SecretString;
use serde::Serialize;

use super::{
    demo_company::{self, Company},
    simulator,
};
use crate::{
    context::Context,
    exit::{self, Exit, WrongUse},
    output::{self, Output},
    progress,
    settings::Settings,
    show::run,
};

/// What commands call the organisation.
const SLUG: &str = "acme";

/// Try it out: a made-up company in a simulated HiBob, connected and synced
///
/// Then a day passes in the company, and it is synced again to show what changed and why. It needs nothing else.
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
    /// Where to keep database, key and company [default: a new temporary folder]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// The document of `demo`.
#[derive(Serialize)]
struct Shown<'a> {
    organisation: &'a str,
    database_url: &'a str,
    company: &'a Path,
    first: &'a RunReport,
    second: Option<&'a RunReport>,
}

/// Does it.
pub(crate) async fn run(args: DemoArgs, context: &Context) -> Result<Exit> {
    let out = context.out;
    let folder = folder(args.data)?;
    let company = Company::of(&folder, args.employees, args.seed)?;
    if company.is_known() {
        out.remark(
            "Going on with the company in that folder; --employees and --seed are for a new one.",
        );
    }
    let hibob = start(&company).await?;
    let database_url = address(&folder.join("rollcall.db"));
    let app = open(&database_url, &hibob, context).await?;
    let organisation = organisation(&app).await?;

    let first = connect(&app, &organisation).await?;
    company.keep(&hibob.roster())?;
    if !out.is_json() {
        output::print_text(&beginning(&first))?;
    }
    let second = if exit::of_run(&first.run) == Exit::Done {
        Some(next_day(&app, &organisation, &hibob, &company, out).await?)
    } else {
        None
    };

    let last = second.as_ref().unwrap_or(&first);
    let exit = exit::of_run(&last.run);
    let shown = Shown {
        organisation: SLUG,
        database_url: &database_url,
        company: company.path(),
        first: &first,
        second: second.as_ref(),
    };
    out.show(&shown, || look_around(&database_url, company.path()))?;
    Ok(exit)
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
    let config = Config {
        roster: Some(company.roster().clone()),
        ..Config::new(simulator::clock())
    };
    Sandbox::start(config)
        .await
        .context("the simulated HiBob could not start")
}

/// The demo is an installation of its own: no setting of another one reaches it.
async fn open(
    database_url: &str,
    hibob: &Handle,
    context: &Context,
) -> Result<std::sync::Arc<App>> {
    context
        .open(Settings {
            database_url: database_url.to_owned(),
            key_file: None,
            hibob_url: hibob.base_url(),
            public_url: "http://127.0.0.1:8080".to_owned(),
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

fn look_around(database_url: &str, company: &Path) -> String {
    let (database_url, company) = (
        shell_word(database_url),
        shell_word(&company.to_string_lossy()),
    );
    format!(
        "\nLook around:\n  \
         export ROLLCALL_DATABASE_URL={database_url}\n  \
         rollcall people list --org {SLUG}\n  \
         rollcall people list --org {SLUG} --attention any\n  \
         rollcall runs list --org {SLUG}\n  \
         rollcall hris status --org {SLUG}\n\n\
         Sync again, with the simulated HiBob beside it:\n  \
         rollcall sandbox hibob --roster {company} &\n  \
         ROLLCALL_HIBOB_URL=http://127.0.0.1:8090/v1 rollcall sync --org {SLUG}"
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
