//! How many statements were run: what tells a statement per chunk from a statement per person.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

/// How many SQL statements a store has run in its transactions since it was opened. A clone goes on
/// telling the same number.
///
/// A transaction counts two more, for its beginning and its end. Locks, backups and what a pool asks
/// on its own are not counted: none of these grows with the people of an organisation.
#[derive(Clone, Debug, Default)]
pub struct StatementCount(Arc<AtomicU64>);

impl StatementCount {
    /// The number by now.
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    pub(super) fn add(&self, statements: u64) {
        self.0.fetch_add(statements, Ordering::Relaxed);
    }
}
