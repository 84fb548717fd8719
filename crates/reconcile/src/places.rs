//! Where in a list something stands, by a key of its own.
//!
//! Four bytes for each of them instead of a copy of the key: a plan looks people and employees up by
//! id, HRIS id and email, and a company has a hundred thousand of them.

use std::hash::{BuildHasher as _, Hash};

use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;

/// Places by key. The keys stay where they are: every call is told how to read the key of a place.
#[derive(Debug, Default)]
pub(crate) struct Places(HashTable<u32>);

impl Places {
    pub(crate) fn with_capacity(count: usize) -> Self {
        Self(HashTable::with_capacity(count))
    }

    /// Notes a place; of several with one key the last one counts.
    pub(crate) fn note<K: Hash + Eq>(&mut self, place: usize, key_of: impl Fn(usize) -> K) {
        let key = key_of(place);
        let entry = self.0.entry(
            hash(&key),
            |known| key_of(*known as usize) == key,
            |known| hash(&key_of(*known as usize)),
        );
        entry
            .and_modify(|known| *known = place as u32)
            .or_insert(place as u32);
    }

    /// The place of a key.
    pub(crate) fn of<K: Hash + Eq>(&self, key: &K, key_of: impl Fn(usize) -> K) -> Option<usize> {
        let found = self
            .0
            .find(hash(key), |known| key_of(*known as usize) == *key);
        found.map(|place| *place as usize)
    }
}

fn hash(key: &impl Hash) -> u64 {
    FxBuildHasher.hash_one(key)
}
