//! What every command works with: the settings, how to print, and the installation once it is needed.

use std::{
    net::SocketAddr,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::Result;
use app::{App, Connectors, Vault};
use domain::{Organisation, OsEntropy, SystemClock};
use store::Store;

use crate::{
    args::{Common, OrgArg},
    exit::WrongUse,
    output::Output,
    settings::{self, Settings},
};

/// What every command works with.
pub(crate) struct Context {
    common: Common,
    /// What was opened, to be closed in order at the end.
    opened: Mutex<Vec<Arc<App>>>,
    /// How to print.
    pub(crate) out: Output,
}

impl Context {
    /// By the common arguments.
    pub(crate) fn new(common: Common) -> Self {
        let out = Output::new(common.json);
        let opened = Mutex::new(Vec::new());
        Self {
            common,
            opened,
            out,
        }
    }

    /// Opens the installation that the settings name.
    pub(crate) async fn app(&self) -> Result<Arc<App>> {
        self.open(self.settings()?).await
    }

    /// Opens the installation that a service serves at an address; without a public one, its links
    /// lead there.
    pub(crate) async fn serving_app(&self, address: Option<SocketAddr>) -> Result<Arc<App>> {
        let mut settings = self.settings()?;
        if let (Some(address), None) = (address, &self.common.public_url) {
            settings.public_url = format!("http://{address}");
        }
        self.open(settings).await
    }

    /// The settings, checked.
    pub(crate) fn settings(&self) -> Result<Settings, WrongUse> {
        Settings::read(&self.common)
    }

    /// The address of the database and the key file that is given, for what opens no installation.
    pub(crate) fn places(&self) -> Result<(String, Option<PathBuf>), WrongUse> {
        let database_url = settings::database_url(&self.common)?;
        Ok((
            database_url,
            settings::key_file(self.common.key_file.as_deref())?,
        ))
    }

    /// Makes connectors by the settings, without an installation.
    pub(crate) fn connectors(&self) -> Result<Connectors, WrongUse> {
        let hibob_url = settings::hibob_url(&self.common)?;
        Ok(Connectors::new(
            hibob_url,
            Arc::new(SystemClock),
            Arc::new(OsEntropy),
        ))
    }

    /// Opens the installation of these settings.
    pub(crate) async fn open(&self, settings: Settings) -> Result<Arc<App>> {
        let app = Arc::new(open(settings).await?);
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        opened.push(app.clone());
        Ok(app)
    }

    /// Closes what was opened, so that what was written stands in the database's one file.
    pub(crate) async fn close(&self) {
        let opened = {
            let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::take(&mut *opened)
        };
        for app in opened {
            app.close().await;
        }
    }

    /// Opens the installation and finds the organisation.
    pub(crate) async fn app_and_organisation(
        &self,
        org: &OrgArg,
    ) -> Result<(Arc<App>, Organisation)> {
        let app = self.app().await?;
        let organisation = match &org.org {
            Some(name) => app.organisation(name).await?,
            None => return Err(which(&app).await?.into()),
        };
        Ok((app, organisation))
    }
}

/// Opens an installation.
async fn open(settings: Settings) -> Result<App> {
    let Settings {
        database_url,
        key_file,
        hibob_url,
        public_url,
    } = settings;
    // A key that cannot be read is said before a database is made.
    let given = key_file.as_deref().map(Vault::read).transpose()?;
    let store = Store::open(&database_url).await?;
    let vault = match given {
        Some(vault) => vault,
        None => Vault::beside(&store, &OsEntropy).await?,
    };
    Ok(App::new(
        store,
        vault,
        hibob_url,
        public_url,
        Arc::new(SystemClock),
        Arc::new(OsEntropy),
    ))
}

/// Names the organisations that could have been meant. None is taken for granted, also when there is only one: a
/// second one would turn a script that works today into one that changes the wrong company.
async fn which(app: &App) -> Result<WrongUse> {
    let organisations = app.organisations().await?.items;
    let slugs: Vec<&str> = organisations
        .iter()
        .map(|organisation| organisation.slug.as_str())
        .collect();
    Ok(WrongUse(match slugs.as_slice() {
        [] => "--org is missing, and there is no organisation yet; make one with: rollcall org create --name NAME"
            .to_owned(),
        [one] => format!("--org is missing; the only organisation here is {one}: --org {one}"),
        several => format!("--org is missing; the organisations here are {}.", several.join(", ")),
    }))
}
