//! Time and randomness of a simulation: nothing waits, and nothing happens twice at one instant.

use std::{
    future::Future,
    pin::Pin,
    sync::{
        Mutex,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use domain::{Clock, Entropy};
use hris::hibob::Sleeper;
use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

/// One clock for everybody. Each look at it takes a millisecond, so that whatever happens has its own
/// instant and its place in the order of ids; sleeping turns it on.
pub(crate) struct SimClock(AtomicI64);

impl SimClock {
    pub(crate) fn at(moment: Timestamp) -> Self {
        Self(AtomicI64::new(moment.as_millisecond()))
    }

    /// Turns the clock to a moment; never back.
    pub(crate) fn turn_to(&self, moment: Timestamp) {
        self.0.fetch_max(moment.as_millisecond(), Ordering::SeqCst);
    }
}

impl Clock for SimClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.0.fetch_add(1, Ordering::SeqCst)).unwrap()
    }
}

impl Sleeper for SimClock {
    fn sleep(&self, time: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        self.0.fetch_add(time.as_millis() as i64, Ordering::SeqCst);
        Box::pin(std::future::ready(()))
    }
}

/// Randomness that comes again with the same seed.
pub(crate) struct SimEntropy(Mutex<ChaCha8Rng>);

impl SimEntropy {
    pub(crate) fn new(seed: u64) -> Self {
        Self(Mutex::new(ChaCha8Rng::seed_from_u64(seed)))
    }
}

impl Entropy for SimEntropy {
    fn fill(&self, buffer: &mut [u8]) {
        self.0.lock().unwrap().fill_bytes(buffer);
    }
}

/// An instant by the clocks of a zone.
pub(crate) fn instant(local: DateTime, zone: &str) -> Timestamp {
    let zone = TimeZone::get(zone).unwrap();
    zone.to_timestamp(local).unwrap()
}
