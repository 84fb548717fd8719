//! Use cases: connect an HRIS, run a sync, approve a hold, edit people by hand.
//!
//! [`App`] is all a front end needs: the command line today, the web later. It knows neither HTTP
//! nor SQL. Every use case takes the organisation first, and what it returns are the shapes of the
//! API ([`view`]).

mod admins;
mod connect;
mod connectors;
pub mod csv_out;
mod display;
mod doctor;
mod failure;
mod integration;
mod organisations;
mod people;
mod rules;
mod runs;
mod sync;
mod tokens;
mod vault;
pub mod view;

use std::sync::Arc;

use domain::{Clock, Entropy, IdSource};
use store::Store;

pub use admins::{AdminCreated, NewAdmin};
pub use connect::{ConnectRequest, Connected};
pub use connectors::Connectors;
pub use doctor::DoctorCheck;
pub use failure::{Failure, FailureKind, kind_of};
pub use organisations::NewOrganisation;
pub use people::{PeopleQuery, PersonPatch};
pub use rules::RegionInput;
pub use sync::{NoRunProgress, RunProgress, SyncRequest};
pub use tokens::{TokenCreated, TokenView};
pub use vault::{Vault, generate_key};

/// What an installation is made of.
pub struct App {
    store: Store,
    vault: Vault,
    connectors: Connectors,
    public_url: String,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
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
        Self {
            store,
            vault,
            connectors: Connectors::new(hibob_url, clock.clone(), entropy.clone()),
            public_url,
            clock,
            entropy,
        }
    }

    /// Lets go of the database in order: what a SQLite database wrote stands in its one file.
    pub async fn close(&self) {
        self.store.close().await;
    }

    fn ids(&self) -> IdSource<'_> {
        IdSource::new(self.clock.as_ref(), self.entropy.as_ref())
    }
}
