//! How many people match: counted once for each state of a directory.
//!
//! Whatever changes a person moves the version of the organisation in the same transaction, so a
//! number that was counted at a version is right as long as that version stands. Counting a hundred
//! thousand rows for each look at a list would take longer than the list itself.

use std::sync::{Mutex, PoisonError};

use domain::OrganisationId;
use rustc_hash::FxHashMap;

/// More numbers than this are not kept; then it begins anew.
const MOST: usize = 4096;

/// The numbers of one process.
#[derive(Debug, Default)]
pub(crate) struct Totals(Mutex<FxHashMap<(OrganisationId, String), Counted>>);

#[derive(Clone, Copy, Debug)]
struct Counted {
    version: i64,
    total: u64,
}

impl Totals {
    /// What was counted for a filter at this version.
    pub(super) fn get(&self, org: OrganisationId, filter: &str, version: i64) -> Option<u64> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let counted = kept.get(&(org, filter.to_owned()))?;
        (counted.version == version).then_some(counted.total)
    }

    /// Keeps what was counted.
    pub(super) fn put(&self, org: OrganisationId, filter: String, version: i64, total: u64) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST {
            kept.clear();
        }
        kept.insert((org, filter), Counted { version, total });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn org(number: u128) -> OrganisationId {
        OrganisationId(uuid::Uuid::from_u128(number))
    }

    #[test]
    fn a_number_is_right_at_its_version_for_its_filter_and_organisation() {
        let totals = Totals::default();
        totals.put(org(1), "a".to_owned(), 7, 3);
        assert_eq!(totals.get(org(1), "a", 7), Some(3));
        assert_eq!(totals.get(org(1), "a", 8), None);
        assert_eq!(totals.get(org(1), "b", 7), None);
        assert_eq!(totals.get(org(2), "a", 7), None);
    }

    #[test]
    fn it_does_not_grow_without_end() {
        let totals = Totals::default();
        for number in 0..3 * MOST {
            totals.put(org(1), number.to_string(), 1, 1);
        }
        assert!(totals.0.lock().unwrap().len() <= MOST);
    }
}
