//! The directory that a plan is made from, read again where somebody has changed it meanwhile.

use domain::Organisation;
use hris::Roster;
use reconcile::PeopleIndex;
use store::{LoadedDirectory, Still};

use crate::{App, Failure};

/// How often a plan is made again because somebody edited the directory in between. After that it
/// is made under the write lock, so that a run ends also while somebody edits without a pause.
const REPLANS: u32 = 3;

/// A directory as it was read.
pub(crate) struct Base {
    pub(crate) loaded: LoadedDirectory,
    /// Its people, looked up once: made while the answer of the HRIS still arrives, used up by the
    /// plan.
    pub(crate) index: Option<PeopleIndex>,
    /// Keeps everybody from changing it until the plan is stored. While it is there, nothing else
    /// may be written by this process.
    pub(crate) still: Option<Still>,
    /// How often it had moved before it was read.
    moved: u32,
}

impl From<LoadedDirectory> for Base {
    fn from(loaded: LoadedDirectory) -> Self {
        Self {
            loaded,
            index: None,
            still: None,
            moved: 0,
        }
    }
}

impl Base {
    /// Lets the others go on: this plan is not to be stored.
    pub(crate) fn let_go(&mut self) {
        self.still = None;
    }
}

impl App {
    /// Reads the directory and indexes its people.
    pub(crate) async fn base(&self, org: &Organisation) -> Result<Base, Failure> {
        let loaded = self.store.load_directory(org.id, self.clock.now()).await?;
        // On a thread of its own: the answer that is read meanwhile does not wait for it.
        let indexed = tokio::task::spawn_blocking(move || {
            let index = PeopleIndex::of(&loaded.directory.people);
            (loaded, index)
        });
        match indexed.await {
            Ok((loaded, index)) => Ok(Base {
                index: Some(index),
                ..loaded.into()
            }),
            Err(stopped) => match stopped.try_into_panic() {
                Ok(panicked) => std::panic::resume_unwind(panicked),
                Err(_) => Err(Failure::internal("Rollcall is stopping.")),
            },
        }
    }

    /// Reads the directory again, because it is no longer this one.
    pub(crate) async fn base_again(&self, org: &Organisation, old: Base) -> Result<Base, Failure> {
        let moved = old.moved + 1;
        tracing::debug!(org = %org.id, moved, "the directory has moved, so the plan is made again");
        // Whoever holds it still waits for the lock, and must not have it already.
        drop(old.still);
        if moved <= REPLANS {
            let base = self.base(org).await?;
            return Ok(Base { moved, ..base });
        }
        let mut still = self.store.hold_still(org.id).await?;
        let loaded = still.load_directory(self.clock.now()).await?;
        Ok(Base {
            still: Some(still),
            moved,
            ..loaded.into()
        })
    }

    /// The same for a plan that is made from an answer of the HRIS: who was erased meanwhile is taken
    /// out of it as well.
    pub(crate) async fn base_again_for(
        &self,
        org: &Organisation,
        mut old: Base,
        roster: &mut Roster,
    ) -> Result<Base, Failure> {
        // The answer no longer has what tells them.
        let erased = std::mem::take(&mut old.loaded.directory.erased);
        let mut base = self.base_again(org, old).await?;
        base.loaded.directory.erased = erased;
        self.leave_out_erased(org, roster, &mut base.loaded)?;
        Ok(base)
    }
}
