//! Processes of an installation on one database, in front of one HiBob, by one clock.

use std::sync::Arc;

use app::{
    App, ConnectRequest, Connected, Connectors, NewOrganisation, NoRunProgress, SyncRequest, Vault,
    view::RunReport,
};
use domain::{Clock as _, Organisation, Provider, RunKind, Trigger};
use hris::hibob::Environment;
use jiff::Timestamp;
use sandbox::{Config, Handle, Roster, Sandbox};
use secrecy::SecretString;
use store::Store;

use crate::{
    database::Database,
    time::{SimClock, SimEntropy},
};

/// What all processes share.
pub(crate) struct World {
    pub(crate) hibob: Handle,
    pub(crate) clock: Arc<SimClock>,
    pub(crate) database: Database,
    entropy: Arc<SimEntropy>,
}

/// A process: an app with a store of its own, and that store's twin to look into the database with.
pub(crate) struct Process {
    pub(crate) app: App,
    pub(crate) store: Store,
}

impl World {
    /// A HiBob with this company, at this moment.
    pub(crate) async fn new(database: Database, roster: Roster, now: Timestamp, seed: u64) -> Self {
        let clock = Arc::new(SimClock::at(now));
        let hibob = hibob(&clock, roster).await;
        Self {
            hibob,
            clock,
            database,
            entropy: Arc::new(SimEntropy::new(seed)),
        }
    }

    pub(crate) fn sandbox(&self) -> &Sandbox {
        self.hibob.sandbox()
    }

    /// Another process on the same database.
    pub(crate) async fn process(&self) -> Process {
        let environment = Environment {
            clock: self.clock.clone(),
            entropy: self.entropy.clone(),
            sleeper: self.clock.clone(),
        };
        let url = self.database.url();
        let app = App::with_connectors(
            Store::open(&url).await.unwrap(),
            vault(),
            Connectors::with_environment(self.hibob.base_url(), environment),
            "http://127.0.0.1:8080".to_owned(),
            self.clock.clone(),
            self.entropy.clone(),
        );
        let store = Store::open(&url).await.unwrap();
        Process { app, store }
    }
}

async fn hibob(clock: &Arc<SimClock>, roster: Roster) -> Handle {
    let clock = clock.clone();
    let mut config = Config::new(Arc::new(move || clock.now()));
    config.roster = Some(roster);
    Sandbox::start(config).await.unwrap()
}

/// The same key for every process and every copy of a database.
fn vault() -> Vault {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("key");
    Vault::read_or_make(&path, &SimEntropy::new(7)).unwrap()
}

impl Process {
    pub(crate) async fn organisation(&self, name: &str, time_zone: &str) -> Organisation {
        let new = NewOrganisation {
            name: name.to_owned(),
            slug: None,
            time_zone: time_zone.to_owned(),
        };
        let made = self.app.create_organisation(new).await.unwrap();
        self.app.organisation(&made.slug).await.unwrap()
    }

    /// Connects, which makes the first sync.
    pub(crate) async fn connect(&self, org: &Organisation) -> Connected {
        let request = ConnectRequest {
            provider: Provider::HiBob,
            service_user_id: sandbox::SERVICE_USER.to_owned(),
            token: SecretString::from(sandbox::TOKEN),
            accept_missing: Vec::new(),
            preview: false,
        };
        self.app
            .connect(org, request, &NoRunProgress)
            .await
            .unwrap()
    }

    pub(crate) async fn sync(&self, org: &Organisation) -> RunReport {
        let request = SyncRequest {
            kind: RunKind::Sync,
            trigger: Trigger::Cli,
            as_of: None,
            expect: None,
        };
        self.app.sync(org, request, &NoRunProgress).await.unwrap()
    }

    /// Ends it in order: whatever was written stands in the database's own file.
    pub(crate) async fn end(self) {
        self.app.close().await;
        self.store.close().await;
    }
}
