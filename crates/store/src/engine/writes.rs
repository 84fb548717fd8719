//! Whether the database takes writes: what a full disk keeps from it shows only when somebody writes.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use crate::StoreError;

/// Whether the last write was refused for want of room or rights. A clone goes on telling the same.
#[derive(Clone, Debug, Default)]
pub(crate) struct Writes(Arc<AtomicBool>);

impl Writes {
    /// Whether the last one was refused.
    pub(crate) fn are_refused(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Remembers what a write came to.
    pub(super) fn note<T>(&self, result: Result<T, StoreError>) -> Result<T, StoreError> {
        if let Err(StoreError::Full(_) | StoreError::Disk(_) | StoreError::ReadOnly(_)) = &result {
            self.0.store(true, Ordering::Relaxed);
        }
        result
    }

    /// A write reached the disk.
    pub(super) fn done(&self) {
        self.0.store(false, Ordering::Relaxed);
    }
}
