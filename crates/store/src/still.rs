//! An organisation whose directory stands still while a plan is made from it and stored.

use domain::{ConnectionId, OrganisationId, Run};
use jiff::Timestamp;

use crate::{
    ApplyError, ApplyRun, LoadedDirectory, Store, StoreError, StoredPlan, UndoRun, apply,
    directory, engine::Session, organisation, run, undo,
};

/// A transaction that has the write lock of one organisation: nobody else changes what a plan is
/// made from until it ends. Dropped, it leaves nothing.
///
/// For whoever has planned in vain because somebody else was always faster. Others wait meanwhile
/// (on SQLite every writer of the database, on PostgreSQL those of the organisation), so nothing
/// slow, such as asking the HRIS, belongs into it; nor does a write of the same process by another
/// call, which would wait for ever.
pub struct Still {
    session: Session,
    org: OrganisationId,
}

impl std::fmt::Debug for Still {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Still")
            .field("org", &self.org)
            .finish_non_exhaustive()
    }
}

impl Store {
    /// Waits until nobody else changes the organisation's directory, and keeps everybody from it.
    pub async fn hold_still(&self, org: OrganisationId) -> Result<Still, StoreError> {
        let mut session = self.engine.write().await?;
        organisation::hold(&mut session, org).await?;
        Ok(Still { session, org })
    }
}

impl Still {
    /// [`Store::load_directory`], of a directory that stays as it is.
    pub async fn load_directory(&mut self, now: Timestamp) -> Result<LoadedDirectory, StoreError> {
        directory::read(&mut self.session, self.org, now).await
    }

    /// [`Store::begin_run`]. Not there unless what follows is stored.
    pub async fn begin_run(
        &mut self,
        run: &Run,
        connection: Option<ConnectionId>,
    ) -> Result<i64, StoreError> {
        run::begin(&mut self.session, self.org, run, connection).await
    }

    /// [`Store::apply`] of a plan made from [`Still::load_directory`], and the end of the transaction.
    pub async fn apply(self, apply: ApplyRun<'_>) -> Result<(), ApplyError> {
        let hash = apply.records.plan().hash();
        apply::store(self.session, self.org, apply, hash).await
    }

    /// [`Store::keep_plan`] of a plan made from [`Still::load_directory`], and the end of the
    /// transaction.
    pub async fn keep_plan(self, run: &Run, kept: StoredPlan<'_>) -> Result<(), ApplyError> {
        run::keep(self.session, self.org, run, kept, kept.plan.hash()).await
    }

    /// [`Store::undo_run`] worked out on [`Still::load_directory`], and the end of the transaction.
    pub async fn undo_run(self, undo: UndoRun<'_>) -> Result<(), ApplyError> {
        undo::store(self.session, self.org, undo).await
    }
}
