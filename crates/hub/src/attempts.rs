//! How often somebody may try to get in: by address and by account, so that guessing takes for ever
//! and nobody can lock anybody else out.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use jiff::{SignedDuration, Timestamp};

/// How many tries within the time.
const TRIES: usize = 10;
/// The time.
const WITHIN: SignedDuration = SignedDuration::from_mins(10);
/// When so many names are known, those that have rested are forgotten.
const MANY: usize = 10_000;

/// The tries of one process.
#[derive(Debug, Default)]
pub(crate) struct Attempts(Mutex<HashMap<String, Vec<Timestamp>>>);

impl Attempts {
    /// Counts a try of somebody; when they may try again, if this one is too many.
    pub(crate) fn count(&self, name: &str, now: Timestamp) -> Result<(), Timestamp> {
        self.count_of(name, now, TRIES, WITHIN)
    }

    /// The same with limits of its own.
    pub(crate) fn count_of(
        &self,
        name: &str,
        now: Timestamp,
        most: usize,
        within: SignedDuration,
    ) -> Result<(), Timestamp> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = |at: &Timestamp| now.duration_since(*at) < within;
        if known.len() >= MANY {
            known.retain(|_, tries| tries.iter().any(fresh));
        }
        let tries = known.entry(name.to_owned()).or_default();
        tries.retain(fresh);
        if tries.len() >= most {
            return Err(tries[0] + within);
        }
        tries.push(now);
        Ok(())
    }

    /// Somebody got in: their tries are forgotten.
    pub(crate) fn forget(&self, name: &str) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.remove(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_790_000_000 + second).unwrap()
    }

    #[test]
    fn after_ten_tries_one_waits_until_the_first_is_ten_minutes_old() {
        let attempts = Attempts::default();
        for second in 0..10 {
            assert_eq!(attempts.count("a", at(second)), Ok(()));
        }
        assert_eq!(attempts.count("a", at(10)), Err(at(600)));
        assert_eq!(attempts.count("b", at(10)), Ok(()), "another one may");
        assert_eq!(attempts.count("a", at(600)), Ok(()));
        assert_eq!(attempts.count("a", at(600)), Err(at(601)));
        attempts.forget("a");
        assert_eq!(attempts.count("a", at(600)), Ok(()));
    }
}
