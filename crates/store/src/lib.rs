//! The rows: SQLite and PostgreSQL behind one set of functions and one SQL text.
//!
//! Every call takes the organisation first, and the organisation's id leads every primary, unique
//! and foreign key (the tables `organisation` and `installation` aside), so nothing crosses a
//! tenant. Callers never ask which engine it is.
//!
//! The parts: [`Store`] opens a database and brings its schema up to date; `load_directory` reads
//! what a plan is made from; `apply` writes a plan in one transaction; the rest are the lists and
//! edits of the pages. There are no rules in here.

mod answers;
mod apply;
mod backup;
mod budget;
mod connection;
mod content;
mod credential;
mod cursor;
mod directory;
mod email_hold;
mod engine;
mod erase;
mod error;
mod finding;
mod group;
mod history;
mod invitation;
mod job;
mod last_runs;
mod last_seen;
mod lock;
mod mail;
mod migrate;
mod once;
mod organisation;
mod out_of_scope;
mod people_file;
mod person;
mod policy;
mod queued;
mod region;
mod run;
mod saved_view;
mod second_factor;
mod secret;
mod session;
mod setup_link;
mod snooze;
mod statements;
mod still;
mod task;
mod token;
mod undo;
mod webhook;

use std::path::{Path, PathBuf};

use uuid::Uuid;

pub use apply::{ApplyError, ApplyRun, Reach};
pub use backup::{BackupError, Restoring, prepare_restore};
pub use budget::{BudgetError, LedgerEntry};
pub use connection::StoredConnection;
pub use content::StoredContent;
pub use cursor::{BadCursor, Page};
pub use directory::LoadedDirectory;
pub use engine::StatementCount;
pub use erase::{EraseError, Erasure, Tombstone, TombstoneKind, Tombstones, Traces};
pub use error::{Clash, StoreError};
pub use history::{Actor, HistoryEntry, UnknownActor};
pub use invitation::NewInvitation;
pub use job::{Candidate, Chosen, Decide, NewJob, StoredJob, Turned};
pub use last_runs::{LastChange, LastRuns};
pub use last_seen::{LastSeen, Told};
pub use lock::RunLock;
pub use mail::{NewMail, StoredMail};
pub use once::{Once, Turn};
pub use out_of_scope::OutOfScope;
pub use person::counts::PeopleCounts;
pub use person::{
    edit::{Edit, EditError, ExclusionEdit},
    list::{Attention, PeopleFilter, Sort},
    row::{ApproverRow, GroupRow, PersonRow, RegionRow},
};
pub use policy::Exclusion;
pub use queued::{DueMidnight, DueSync, Queued};
pub use run::{
    RunRecord,
    changes::{ChangesFilter, RunChange},
    found::RunFinding,
    items::StoredPlan,
    list::{RunNotes, RunsFilter},
};
pub use saved_view::SavedView;
pub use second_factor::SecondFactor;
pub use secret::{Resealing, SealedMail, SealedSecret, SecretOf};
pub use session::{ListedSession, NewSession, SignIn};
pub use still::Still;
pub use task::{NewTask, StoredTask, Take};
pub use token::{ApiToken, NewApiToken};
pub use undo::UndoRun;
pub use webhook::{NewEvent, WaitingEvents};

use engine::Engine;

/// One change of the directory as a whole: a run that was applied, or an edit. The history's rows
/// of one act belong together. Ids of version 7 put the history in its order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ActId(pub Uuid);

impl From<Uuid> for ActId {
    fn from(id: Uuid) -> Self {
        Self(id)
    }
}

/// A database of either engine, its schema up to date. Cheap to share behind an `Arc`.
#[derive(Debug)]
pub struct Store {
    engine: Engine,
    totals: person::Totals,
}

impl Store {
    /// Opens the database at `sqlite://PATH` or `postgres://…` and brings its schema up to date,
    /// under a lock, so that any number of processes may start at once. A SQLite file that is not
    /// there is made, readable by this user only.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        let engine = engine::open(url).await?;
        migrate::migrate(&engine).await?;
        Ok(Self {
            engine,
            totals: person::Totals::default(),
        })
    }

    /// Opens the database as it is, to look at it: nothing is made, and its schema stays.
    pub async fn look(url: &str) -> Result<Self, StoreError> {
        let engine = engine::look(url).await?;
        Ok(Self {
            engine,
            totals: person::Totals::default(),
        })
    }

    /// The newest step of the schema that was taken, and the newest that this version knows.
    pub async fn schema(&self) -> Result<(u32, u32), StoreError> {
        migrate::state(&mut self.engine.read().await?).await
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.organisation_by_slug_or_id("").await.map(drop)
    }

    /// Whether the database takes writes. It is tried only where the last write was refused, so that
    /// asking often costs nothing; and so it is found out when there is room again.
    pub async fn takes_writes(&self) -> Result<(), StoreError> {
        if !self.engine.writes().are_refused() {
            return Ok(());
        }
        let mut session = self.engine.write().await?;
        organisation::try_write(&mut session).await?;
        session.commit().await
    }

    /// `SQLite` or `PostgreSQL`, for `doctor`.
    pub fn engine_name(&self) -> &'static str {
        match self.engine {
            Engine::Sqlite { .. } => "SQLite",
            Engine::Postgres { .. } => "PostgreSQL",
        }
    }

    /// The database file, beside which the key file lives; a server has none.
    pub fn location(&self) -> Option<&Path> {
        match &self.engine {
            Engine::Sqlite { path, .. } => Some(path),
            Engine::Postgres { .. } => None,
        }
    }

    /// How many statements it has run, to be asked at any time: for benchmarks and tests.
    pub fn statements(&self) -> &StatementCount {
        self.engine.statements()
    }

    /// Ends all connections.
    pub async fn close(&self) {
        self.engine.close().await;
    }
}

/// The file that the address of a database names; a server has none.
pub fn file_of(url: &str) -> Result<Option<PathBuf>, StoreError> {
    engine::file_of(url)
}

/// A document as it is stored.
fn json<T: serde::Serialize + ?Sized>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::unreadable("a document", error))
}
