//! What every command works with: the settings, how to print, and the installation once it is needed.

use std::{path::Path, sync::Arc};

use anyhow::Result;
use app::{App, Failure, Vault};
use domain::{Organisation, OsEntropy, SystemClock};
use store::Store;

use crate::{
    args::{Common, OrgArg},
    exit::WrongUse,
    output::Output,
    settings::Settings,
};

/// The key file's name beside a SQLite database.
const KEY_FILE: &str = "rollcall.key";

/// What every command works with.
pub(crate) struct Context {
    common: Common,
    /// How to print.
    pub(crate) out: Output,
}

impl Context {
    /// By the common arguments.
    pub(crate) fn new(common: Common) -> Self {
        let out = Output::new(common.json);
        Self { common, out }
    }

    /// Opens the installation that the settings name.
    pub(crate) async fn app(&self) -> Result<App> {
        open(Settings::read(&self.common)?).await
    }

    /// Opens the installation and finds the organisation.
    pub(crate) async fn app_and_organisation(&self, org: &OrgArg) -> Result<(App, Organisation)> {
        let app = self.app().await?;
        let organisation = match &org.org {
            Some(name) => app.organisation(name).await?,
            None => return Err(which(&app).await?.into()),
        };
        Ok((app, organisation))
    }
}

/// Opens an installation.
pub(crate) async fn open(settings: Settings) -> Result<App> {
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
        None => beside(store.location())?,
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

/// The vault of the key file beside a database file.
fn beside(database: Option<&Path>) -> Result<Vault, Failure> {
    let folder = database
        .and_then(Path::parent)
        .unwrap_or_else(|| Path::new(""));
    Vault::read_or_make(&folder.join(KEY_FILE), &OsEntropy)
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
