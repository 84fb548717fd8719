//! Who calls too often: the limit per endpoint and minute, and the firewall against repeated refusals.

use std::{
    collections::VecDeque,
    hash::{DefaultHasher, Hash, Hasher},
    net::IpAddr,
};

use jiff::Timestamp;
use rustc_hash::FxHashMap;

/// Counts calls per endpoint and minute of the sandbox's clock.
#[derive(Debug, Default)]
pub(crate) struct Limiter {
    minutes: FxHashMap<String, (i64, u32)>,
}

/// What the `X-RateLimit-*` headers of an answer say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Allowance {
    pub(crate) limit: u32,
    pub(crate) remaining: u32,
    /// When the next minute begins, in seconds of Unix time.
    pub(crate) reset: i64,
    pub(crate) refused: bool,
}

impl Limiter {
    /// Counts a call to an endpoint.
    pub(crate) fn count(&mut self, endpoint: &str, limit: u32, now: Timestamp) -> Allowance {
        let minute = now.as_second().div_euclid(60);
        let entry = self
            .minutes
            .entry(endpoint.to_owned())
            .or_insert((minute, 0));
        if entry.0 != minute {
            *entry = (minute, 0);
        }
        let refused = entry.1 >= limit;
        if !refused {
            entry.1 += 1;
        }
        Allowance {
            limit,
            remaining: limit.saturating_sub(entry.1),
            reset: (minute + 1) * 60,
            refused,
        }
    }
}

/// The endpoint a path belongs to: ids and names of lists do not make another one.
pub(crate) fn endpoint(method: &str, path: &str) -> String {
    let mut parts: Vec<&str> = path.split('/').collect();
    match parts.as_mut_slice() {
        ["people", "search"] => {}
        ["people" | "employees", id, ..] => *id = "{id}",
        ["company", "named-lists", name] => *name = "{name}",
        _ => {}
    }
    format!("{method} {}", parts.join("/"))
}

/// How many refusals within [`WINDOW`] block a caller.
const REFUSALS: usize = 50;
/// Seconds in which refusals are counted.
const WINDOW: i64 = 10;
/// Seconds a caller stays blocked.
const BLOCKED: i64 = 300;

/// Blocks who is refused again and again, as HiBob's documentation of its firewall has it: 50 answers of 401 to one
/// address, or 50 of 401 or of 403 to one `Authorization` header, within 10 seconds; for five minutes.
#[derive(Debug, Default)]
pub(crate) struct Firewall {
    refusals: FxHashMap<Key, VecDeque<i64>>,
    blocked: FxHashMap<Key, i64>,
}

/// Whose refusals are counted together. The header itself is never kept, only a hash of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Key {
    Address(IpAddr),
    Header(u64, u16),
}

impl Firewall {
    /// Whether a caller is blocked now.
    pub(crate) fn blocks(&self, address: IpAddr, header: Option<&[u8]>, now: Timestamp) -> bool {
        keys(address, header).iter().any(|key| {
            self.blocked
                .get(key)
                .is_some_and(|until| now.as_second() < *until)
        })
    }

    /// Takes note of an answer.
    pub(crate) fn note(
        &mut self,
        status: u16,
        address: IpAddr,
        header: Option<&[u8]>,
        now: Timestamp,
    ) {
        let now = now.as_second();
        for key in keys(address, header)
            .into_iter()
            .filter(|key| key.counts(status))
        {
            let times = self.refusals.entry(key).or_default();
            times.push_back(now);
            while times.front().is_some_and(|first| now - first >= WINDOW) {
                times.pop_front();
            }
            if times.len() >= REFUSALS {
                times.clear();
                self.blocked.insert(key, now + BLOCKED);
            }
        }
    }
}

impl Key {
    fn counts(self, status: u16) -> bool {
        match self {
            Self::Address(_) => status == 401,
            Self::Header(_, counted) => status == counted,
        }
    }
}

fn keys(address: IpAddr, header: Option<&[u8]>) -> Vec<Key> {
    let mut keys = vec![Key::Address(address)];
    if let Some(header) = header {
        let mut hasher = DefaultHasher::new();
        header.hash(&mut hasher);
        let hash = hasher.finish();
        keys.extend([Key::Header(hash, 401), Key::Header(hash, 403)]);
    }
    keys
}
