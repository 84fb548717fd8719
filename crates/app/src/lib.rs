//! Use cases: connect an HRIS, run a sync, approve a hold, edit people by hand.
//!
//! [`App`] is all a front end needs: the command line today, the web later. It knows neither HTTP
//! nor SQL. Every use case takes the organisation first, and what it returns are the shapes of the
//! API ([`view`]).

mod access;
mod admins;
mod backup;
mod budgets;
mod connect;
mod connectors;
mod content_regions;
mod contents;
mod csv_in;
pub mod csv_out;
mod desk;
mod display;
mod doctor;
mod erased;
mod exclusions;
mod failure;
mod groups;
mod holds;
mod integration;
mod invitations;
mod job_check;
mod jobs;
mod key_file;
mod mails;
mod organisations;
mod out_of_scope;
mod people;
mod programs;
mod readiness;
mod rotate;
mod rules;
mod runs;
mod second_factor;
mod sync;
mod tasks;
mod timer;
mod tokens;
mod undo;
mod vault;
pub mod view;
mod webhooks;
mod work;

use std::{ops::Deref, sync::Arc};

use domain::{Clock, Entropy, IdSource, Organisation};
use jiff::Timestamp;
use store::Store;

pub use store::{Actor, ChangesFilter, ListedSession, Once, RunsFilter, SavedView, Turn};

pub use access::{SessionBegun, SignedIn};
pub use admins::{AdminCreated, NewAdmin};
pub use backup::{BackedUp, KeyFit, Restored, back_up, restore};
pub use budgets::{BudgetAction, BudgetBulk, BudgetTotal, EntryView, LedgerView};
pub use connect::{ConnectRequest, Connected};
pub use connectors::Connectors;
pub use content_regions::RegionBody;
pub use contents::{ContentBody, ContentView, WrongRow};
pub use doctor::{DoctorCheck, doctor};
pub use failure::{Failure, FailureKind, kind_of};
pub use integration::IntegrationPatch;
pub use job_check::{JobCheck, JobRequest, LeftOutGroup};
pub use jobs::{JobView, LeftOutView, PeopleChoice};
pub use mails::{MAILS, MailSample, MailView};
pub use organisations::NewOrganisation;
pub use out_of_scope::OutOfScopeView;
pub use people::{
    AllowedView, ErasedView, ExplanationView, Imported, LiveRead, PeopleNumbers, PeopleQuery,
    PersonPatch,
};
pub use programs::KnownToken;
pub use rotate::KeyRotated;
pub use rules::RegionInput;
pub use second_factor::SecondFactorBegun;
pub use sync::{NoRunProgress, RunProgress, SyncRequest};
pub use tasks::FailedTaskView;
pub use tokens::{TokenCreated, TokenView};
pub use vault::{Vault, generate_key, key_beside};
pub use webhooks::Received;
pub use work::{Idle, RunProgressView, Workers};

/// What is read of an employee, as HiBob calls it and by the name of the field it becomes; for the
/// help pages, which are never out of date by it.
pub fn fields_read() -> Vec<(&'static str, &'static str)> {
    let asked = hris::hibob::fields_asked();
    let named = asked
        .into_iter()
        .map(|(path, field)| (path, field.map_or("id", domain::Field::as_str)));
    named.collect()
}

/// What an installation is made of, and in whose name it is used. Cheap to clone.
#[derive(Clone)]
pub struct App {
    parts: Arc<Parts>,
    actor: Actor,
}

/// The parts that every user of an installation shares.
pub struct Parts {
    store: Store,
    vault: Vault,
    connectors: Connectors,
    public_url: String,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    /// Where mails go; nowhere until one is set.
    mailer: std::sync::OnceLock<mail::Mailer>,
    /// Told when work has been put down in this process.
    wake: tokio::sync::Notify,
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.parts
    }
}

impl App {
    /// Puts an installation together.
    pub fn new(
        store: Store,
        vault: Vault,
        hibob_url: String,
        public_url: String,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Self {
        let connectors = Connectors::new(hibob_url, clock.clone(), entropy.clone());
        Self::with_connectors(store, vault, connectors, public_url, clock, entropy)
    }

    /// Puts an installation together with connectors of the caller's choice.
    pub fn with_connectors(
        store: Store,
        vault: Vault,
        connectors: Connectors,
        public_url: String,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Self {
        let parts = Arc::new(Parts {
            store,
            vault,
            connectors,
            public_url,
            clock,
            entropy,
            mailer: std::sync::OnceLock::new(),
            wake: tokio::sync::Notify::new(),
        });
        Self {
            parts,
            actor: Actor::Cli,
        }
    }

    /// The same installation, in whose name the history tells what is changed from here on.
    #[must_use]
    pub fn acting_as(&self, actor: Actor) -> Self {
        Self {
            parts: Arc::clone(&self.parts),
            actor,
        }
    }

    /// Where people reach it, without a slash at the end.
    pub fn public_url(&self) -> &str {
        self.public_url.trim_end_matches('/')
    }

    /// The time, as everything here takes it.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Random bytes that nobody can guess.
    pub fn random(&self, buffer: &mut [u8]) {
        self.entropy.fill(buffer);
    }

    /// Lets go of the database in order: what a SQLite database wrote stands in its one file.
    pub async fn close(&self) {
        self.store.close().await;
    }

    fn ids(&self) -> IdSource<'_> {
        IdSource::new(self.clock.as_ref(), self.entropy.as_ref())
    }
}
