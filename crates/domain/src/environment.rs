//! Time, randomness and ids as parameters.
//!
//! `clippy.toml` forbids reading the clock or the system's randomness anywhere else, so a test can
//! set the day and a run can be repeated.

use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use uuid::Uuid;

/// Tells the time.
pub trait Clock: Send + Sync {
    /// The current instant.
    fn now(&self) -> Timestamp;
}

/// The machine's clock, read through libc, so that `faketime` works on the binary.
#[derive(Debug, Default, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the clock"
    )]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// A source of random bytes that nobody can guess.
pub trait Entropy: Send + Sync {
    /// Fills the buffer with random bytes.
    fn fill(&self, buffer: &mut [u8]);
}

/// The operating system's randomness.
#[derive(Debug, Default, Clone, Copy)]
pub struct OsEntropy;

impl Entropy for OsEntropy {
    /// # Panics
    /// When the operating system has no randomness to give: nothing safe can be done without it.
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that asks the system"
    )]
    fn fill(&self, buffer: &mut [u8]) {
        getrandom::fill(buffer).expect("the operating system gives randomness");
    }
}

/// Makes ids: UUID version 7, so that they sort by the moment they were made, also within one
/// millisecond. That keeps the indexes of a large first sync append-only.
pub struct IdSource<'a> {
    clock: &'a dyn Clock,
    entropy: &'a dyn Entropy,
    /// Milliseconds and a 12-bit counter in one number: it only ever grows.
    last: Mutex<u64>,
}

impl<'a> IdSource<'a> {
    /// Ids by this clock and this randomness.
    pub fn new(clock: &'a dyn Clock, entropy: &'a dyn Entropy) -> Self {
        Self {
            clock,
            entropy,
            last: Mutex::new(0),
        }
    }

    /// A new id of the wanted type.
    pub fn next<T: From<Uuid>>(&self) -> T {
        let now = (self.clock.now().as_millisecond().max(0) as u64) << 12;
        let ticket = {
            let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
            *last = now.max(*last + 1);
            *last
        };
        let mut random = [0_u8; 10];
        self.entropy.fill(&mut random[2..]);
        let counter = (ticket & 0xfff) as u16;
        random[..2].copy_from_slice(&counter.to_be_bytes());
        uuid::Builder::from_unix_timestamp_millis(ticket >> 12, &random)
            .into_uuid()
            .into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PersonId;

    struct Fixed;
    impl Clock for Fixed {
        fn now(&self) -> Timestamp {
            Timestamp::UNIX_EPOCH
        }
    }
    impl Entropy for Fixed {
        fn fill(&self, buffer: &mut [u8]) {
            buffer.fill(0xff);
        }
    }

    #[test]
    fn ids_made_within_one_millisecond_still_sort_in_the_order_they_were_made() {
        let ids = IdSource::new(&Fixed, &Fixed);
        let made: Vec<PersonId> = (0..10_000).map(|_| ids.next()).collect();
        assert!(made.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(made[0].0.get_version_num(), 7);
    }
}
