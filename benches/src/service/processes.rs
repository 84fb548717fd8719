//! Parts of the service in processes of their own, which end with their standard input.

use std::{
    io::{self, BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Stdio},
    sync::Arc,
};

use anyhow::{Context as _, Result};
use app::{App, ConnectRequest, NewAdmin, NewOrganisation, NoRunProgress};
use domain::{Organisation, Provider};
use secrecy::{ExposeSecret as _, SecretString};
use service::{ApiSettings, Bound, Config, Role};

use crate::{
    part,
    product::{self, Installation},
};

/// A process that ends with this.
pub(super) struct Running {
    child: Child,
    stdin: Option<ChildStdin>,
    /// What it said first.
    pub(super) said: Vec<String>,
}

impl Running {
    /// Starts a part that says so many words first, one a line.
    pub(super) fn start(
        part: &str,
        database: &str,
        key: &Path,
        hris: &str,
        words: usize,
    ) -> Result<Self> {
        let mut child = part::command([
            part.as_ref(),
            database.as_ref(),
            key.as_os_str(),
            hris.as_ref(),
        ])?
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("`{part}` could not be started"))?;
        let stdin = child.stdin.take();
        let stdout = child.stdout.take().context("it has no output")?;
        let said = BufReader::new(stdout)
            .lines()
            .take(words)
            .collect::<io::Result<_>>()?;
        Ok(Self { child, stdin, said })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.stdin.take());
        drop(self.child.wait());
    }
}

/// Answers until standard input ends; says its address and a token of the first organisation.
pub(crate) async fn answer(installation: &Installation) -> Result<()> {
    let (app, _) = product::open(installation).await?;
    let organisations = app.organisations().await?.items;
    let first = organisations.first().context("there is no organisation")?;
    let org = app.organisation(&first.slug).await?;
    let name = format!("bench-{}", std::process::id());
    let token = app.create_token(&org, &name, true).await?;
    let session = session(&app, &org).await?;
    serve(app, Role::Web, move |address| {
        println!("{address}\n{}\n{session}", token.token);
    })
    .await
}

/// The session of an admin.
async fn session(app: &App, org: &Organisation) -> Result<String> {
    let password = SecretString::from("correct horse battery");
    let admin = NewAdmin {
        email: "bench@acme.test".to_owned(),
        first_name: None,
        last_name: None,
        password: Some(password.clone()),
    };
    app.create_admin(org, admin).await?;
    let begun = app.sign_in("bench@acme.test", &password, "bench").await?;
    let begun = begun
        .into_iter()
        .find(|begun| begun.signed_in.organisation.id == org.id);
    let begun = begun.context("the admin is not signed in")?;
    Ok(begun.token.expose_secret().to_owned())
}

/// Works until standard input ends.
pub(crate) async fn work(installation: &Installation) -> Result<()> {
    let (app, _) = product::open(installation).await?;
    serve(app, Role::Worker, |_| println!("working")).await
}

async fn serve(app: App, role: Role, tell: impl FnOnce(String)) -> Result<()> {
    let config = Config {
        role,
        listen: ([127, 0, 0, 1], 0).into(),
        metrics_listen: None,
        api: ApiSettings {
            calls_per_minute: 100_000_000,
        },
    };
    let bound = Bound::open(&config).await?;
    let address = bound.address().map(|address| address.to_string());
    let service = bound.start(&Arc::new(app));
    tell(address.unwrap_or_default());
    tokio::task::spawn_blocking(|| io::copy(&mut io::stdin(), &mut io::sink())).await??;
    service.stop().await;
    Ok(())
}

/// Makes so many organisations that are connected, live, and have never synced.
pub(crate) async fn prepare_many(installation: &Installation, organisations: usize) -> Result<()> {
    let (app, _) = product::open(installation).await?;
    for number in 0..organisations {
        let new = NewOrganisation {
            name: format!("Company {number}"),
            slug: None,
            time_zone: "UTC".to_owned(),
        };
        let slug = app.create_organisation(new).await?.slug;
        let org = app.organisation(&slug).await?;
        let request = ConnectRequest {
            provider: Provider::HiBob,
            service_user_id: sandbox::SERVICE_USER.to_owned(),
            token: SecretString::from(sandbox::TOKEN),
            accept_missing: Vec::new(),
            preview: true,
        };
        app.connect(&org, request, &NoRunProgress).await?;
        app.resume(&org).await?;
    }
    app.close().await;
    Ok(())
}

/// Where the key of an installation lies.
pub(super) fn key_in(folder: &Path) -> PathBuf {
    folder.join("rollcall.key")
}
