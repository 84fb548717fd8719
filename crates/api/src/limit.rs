//! How often somebody may call: a bucket of calls that fills up again with time.

use std::{
    collections::HashMap,
    hash::Hash,
    net::IpAddr,
    sync::{Mutex, PoisonError},
};

use domain::TokenId;
use jiff::Timestamp;

/// Of how many calls a minute that a token has, an address may try one with a wrong token.
const WRONG_OF: u32 = 20;
/// Buckets that are full again are forgotten once there are this many.
const MANY: usize = 10_000;

/// What a caller has left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Allowance {
    /// Calls a minute.
    pub(crate) limit: u32,
    /// Calls right now.
    pub(crate) remaining: u32,
    /// Seconds until the bucket is full, or, when it is empty, until the next call.
    pub(crate) reset: u64,
    /// Whether this call is allowed.
    pub(crate) allowed: bool,
}

/// The buckets of one process.
#[derive(Debug)]
pub(crate) struct Limiter {
    tokens: Buckets<TokenId>,
    addresses: Buckets<IpAddr>,
}

#[derive(Debug)]
struct Buckets<K> {
    per_minute: u32,
    levels: Mutex<HashMap<K, Level>>,
}

#[derive(Clone, Copy, Debug)]
struct Level {
    calls: f64,
    at: Timestamp,
}

impl Limiter {
    pub(crate) fn new(calls_per_minute: u32) -> Self {
        Self {
            tokens: Buckets::new(calls_per_minute),
            addresses: Buckets::new((calls_per_minute / WRONG_OF).max(1)),
        }
    }

    /// A call with a good token.
    pub(crate) fn call(&self, token: TokenId, now: Timestamp) -> Allowance {
        self.tokens.take(token, now, 1.0)
    }

    /// A call with a wrong token, which costs the address.
    pub(crate) fn wrong(&self, address: IpAddr, now: Timestamp) -> Allowance {
        self.addresses.take(address, now, 1.0)
    }
}

impl<K: Eq + Hash> Buckets<K> {
    fn new(per_minute: u32) -> Self {
        Self {
            per_minute,
            levels: Mutex::default(),
        }
    }

    fn take(&self, key: K, now: Timestamp, cost: f64) -> Allowance {
        let full = f64::from(self.per_minute);
        let per_second = full / 60.0;
        let mut levels = self.levels.lock().unwrap_or_else(PoisonError::into_inner);
        if levels.len() >= MANY {
            levels.retain(|_, level| level.now(now, per_second, full) < full);
        }
        let level = levels.entry(key).or_insert(Level {
            calls: full,
            at: now,
        });
        level.calls = level.now(now, per_second, full);
        level.at = level.at.max(now);
        let allowed = level.calls >= cost;
        if allowed {
            level.calls -= cost;
        }
        let missing = if allowed {
            full - level.calls
        } else {
            cost - level.calls
        };
        Allowance {
            limit: self.per_minute,
            remaining: level.calls as u32,
            reset: (missing / per_second).ceil() as u64,
            allowed,
        }
    }
}

impl Level {
    fn now(self, now: Timestamp, per_second: f64, full: f64) -> f64 {
        let seconds = now.duration_since(self.at).as_secs_f64().max(0.0);
        (self.calls + seconds * per_second).min(full)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_790_000_000 + second).unwrap()
    }

    fn token(number: u128) -> TokenId {
        format!("{number:032x}").parse().unwrap()
    }

    #[test]
    fn a_bucket_empties_and_fills_up_again_with_time() {
        let limiter = Limiter::new(60);
        let mut last = limiter.call(token(1), at(0));
        for _ in 1..60 {
            last = limiter.call(token(1), at(0));
        }
        assert!(last.allowed);
        assert_eq!(last.remaining, 0);
        let refused = limiter.call(token(1), at(0));
        assert!(!refused.allowed);
        assert_eq!(refused.reset, 1);
        assert!(limiter.call(token(1), at(1)).allowed);
        assert!(
            limiter.call(token(2), at(0)).allowed,
            "another token has its own"
        );
    }

    #[test]
    fn a_clock_that_goes_back_gives_and_takes_nothing() {
        let limiter = Limiter::new(60);
        limiter.call(token(1), at(10));
        let back = limiter.call(token(1), at(0));
        assert_eq!(back.remaining, 58);
        assert_eq!(limiter.call(token(1), at(10)).remaining, 57);
    }
}
