//! The syncs that are measured, through the same use cases as the command line.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

use anyhow::{Result, bail};
use app::{
    App, ConnectRequest, NewOrganisation, NoRunProgress, RunProgress, SyncRequest, Vault,
    view::RunReport,
};
use domain::{OsEntropy, Provider, RunKind, RunState, SystemClock, Trigger};
use secrecy::SecretString;
use store::{StatementCount, Store};

use crate::part::{Measured, Stage};

/// What commands call the organisation.
const SLUG: &str = "bench";

/// An installation and where its HRIS is.
#[derive(clap::Args)]
pub(crate) struct Installation {
    database: String,
    key: PathBuf,
    hris: String,
}

/// An installation with an organisation that is connected and has never synced.
///
/// The connection is made by a preview of a company of one person: a whole company would leave its plan behind.
pub(crate) async fn prepare(installation: &Installation) -> Result<()> {
    let (app, _) = open(installation).await?;
    let new = NewOrganisation {
        name: "Bench".to_owned(),
        slug: Some(SLUG.to_owned()),
        time_zone: "UTC".to_owned(),
    };
    app.create_organisation(new).await?;
    let request = ConnectRequest {
        provider: Provider::HiBob,
        service_user_id: sandbox::SERVICE_USER.to_owned(),
        token: SecretString::from(sandbox::TOKEN),
        accept_missing: Vec::new(),
        preview: true,
    };
    let organisation = app.organisation(SLUG).await?;
    let connected = app.connect(&organisation, request, &NoRunProgress).await?;
    finished(&connected.run)?;
    app.close().await;
    Ok(())
}

/// A sync or a preview, from the call to the report that a person would read.
pub(crate) async fn sync(installation: &Installation, kind: RunKind) -> Result<Measured> {
    let (app, statements) = open(installation).await?;
    let organisation = app.organisation(SLUG).await?;
    let request = SyncRequest {
        kind,
        trigger: Trigger::Cli,
        as_of: None,
        expect: None,
    };
    let timeline = Timeline::default();
    let before = statements.get();
    let started = Instant::now();
    let report = app.sync(&organisation, request, &timeline).await?;
    let ended = Instant::now();
    let measured = Measured {
        people: report.run.counts.employees,
        changes: report.changes_total,
        statements: Some(statements.get() - before),
        stages: timeline.stages(ended),
        ..Measured::of(ended - started)
    };
    finished(&report)?;
    // What was written stands in the database and not in a journal beside it.
    app.close().await;
    Ok(measured)
}

pub(crate) async fn open(installation: &Installation) -> Result<(App, StatementCount)> {
    let store = Store::open(&installation.database).await?;
    let statements = store.statements().clone();
    let app = App::new(
        store,
        Vault::read_or_make(&installation.key, &OsEntropy)?,
        installation.hris.clone(),
        "http://127.0.0.1:8080".to_owned(),
        Arc::new(SystemClock),
        Arc::new(OsEntropy),
    );
    Ok((app, statements))
}

/// What was held or failed was not done, and its time says nothing.
fn finished(report: &RunReport) -> Result<()> {
    let run = &report.run;
    if run.state.is_success() {
        return Ok(());
    }
    bail!("the run is {}: {:?} {:?}", run.state, run.error, run.hold);
}

/// When a run entered which stage, as it tells its listener.
#[derive(Default)]
struct Timeline(Mutex<Vec<(Stage, Instant)>>);

impl Timeline {
    fn enter(&self, stage: Stage) {
        let mut marks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        marks.push((stage, Instant::now()));
    }

    fn stage(&self) -> Option<Stage> {
        let marks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        marks.last().map(|(stage, _)| *stage)
    }

    /// The seconds of each stage in the order in which they were entered.
    fn stages(self, ended: Instant) -> Vec<(Stage, f64)> {
        let marks = self.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        let ends = marks.iter().skip(1).map(|(_, at)| *at).chain([ended]);
        marks
            .iter()
            .zip(ends)
            .map(|((stage, began), end)| (*stage, (end - *began).as_secs_f64()))
            .collect()
    }
}

impl RunProgress for Timeline {
    fn phase(&self, state: RunState) {
        self.enter(match state {
            RunState::Queued | RunState::Fetching => Stage::Fetch,
            RunState::Planning => Stage::Plan,
            RunState::Applying => Stage::Records,
            _ => Stage::Report,
        });
    }

    fn fetched(&self, _: u64) {}

    fn waiting(&self, _: u64, _: &str) {}

    /// Called before the first row is written and after the last.
    fn applying(&self, _: u64, _: u64) {
        let stage = match self.stage() {
            Some(Stage::Write) => Stage::Report,
            _ => Stage::Write,
        };
        self.enter(stage);
    }
}
