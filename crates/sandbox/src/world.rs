//! The changing state of a sandbox, behind one lock.

use std::{
    collections::VecDeque,
    sync::{Arc, PoisonError},
};

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde::Serialize;

use crate::{
    acting::DataFaults,
    disguise::disguised,
    faults::Fault,
    limits::{Firewall, Limiter},
    permissions::Permissions,
    roster::{Company, Employee, Roster},
    settings::Settings,
};

/// How many calls the log remembers.
const LOG_LENGTH: usize = 10_000;
/// How many whole rosters are kept as backups.
const BACKUPS: usize = 4;

/// One call the sandbox received, as `GET /_sandbox/log` tells it. Never a header, never a body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Call {
    /// `GET`, `POST`, …
    pub method: String,
    /// Path and query.
    pub path: String,
    /// The status of the answer; `None` when the connection was reset instead.
    pub status: Option<u16>,
    /// When it came, by the sandbox's clock.
    pub time: Timestamp,
}

pub(crate) struct World {
    pub(crate) current: Arc<Company>,
    /// While the lag is on: what reads still see, and what they will see when.
    published: Option<Arc<Company>>,
    pending: VecDeque<(Timestamp, Arc<Company>)>,
    /// Whole rosters, the newest last; the last one equals the current one unless that was touched since.
    backups: Vec<Arc<Company>>,
    touched: bool,
    pub(crate) permissions: Arc<Permissions>,
    pub(crate) settings: Arc<Settings>,
    pub(crate) faults: Vec<Fault>,
    pub(crate) log: VecDeque<Call>,
    pub(crate) limiter: Limiter,
    pub(crate) firewall: Firewall,
    /// Grows with everything that can change an answer.
    pub(crate) generation: u64,
    last_event: Timestamp,
}

impl World {
    pub(crate) fn new(
        company: Arc<Company>,
        permissions: Permissions,
        settings: Settings,
        faults: Vec<Fault>,
    ) -> Self {
        Self {
            backups: vec![Arc::clone(&company)],
            current: company,
            published: None,
            pending: VecDeque::new(),
            touched: false,
            permissions: Arc::new(permissions),
            settings: Arc::new(settings),
            faults,
            log: VecDeque::new(),
            limiter: Limiter::default(),
            firewall: Firewall::default(),
            generation: 0,
            last_event: Timestamp::MIN,
        }
    }

    /// The day it is at the site.
    pub(crate) fn today(&self, now: Timestamp) -> Date {
        // The settings were checked when they were put; a zone that is gone since is UTC.
        let zone = TimeZone::get(&self.settings.site_time_zone).unwrap_or(TimeZone::UTC);
        zone.to_datetime(now).date()
    }

    /// Changes the company in place and keeps the old one for reads that lag behind.
    pub(crate) fn edit(&mut self, now: Timestamp, change: impl FnOnce(&mut Company)) {
        self.before_write();
        change(Arc::make_mut(&mut self.current));
        self.touched = true;
        self.after_write(now);
    }

    /// Puts another company in its place; the one before stays as a backup.
    pub(crate) fn put(&mut self, now: Timestamp, company: Company) {
        self.before_write();
        self.current = Arc::new(company);
        self.backups.push(Arc::clone(&self.current));
        if self.backups.len() > BACKUPS {
            self.backups.remove(0);
        }
        self.touched = false;
        self.after_write(now);
    }

    fn before_write(&mut self) {
        if self.settings.read_after_write_lag_seconds > 0 && self.published.is_none() {
            self.published = Some(Arc::clone(&self.current));
        }
    }

    fn after_write(&mut self, now: Timestamp) {
        self.generation += 1;
        let lag = self.settings.read_after_write_lag_seconds;
        if lag > 0 {
            let ready = now + jiff::SignedDuration::from_secs(i64::from(lag));
            self.pending.push_back((ready, Arc::clone(&self.current)));
        }
    }

    pub(crate) fn put_settings(&mut self, settings: Settings) {
        if settings.read_after_write_lag_seconds == 0 {
            self.published = None;
            self.pending.clear();
        }
        self.settings = Arc::new(settings);
        self.generation += 1;
    }

    /// What a read sees now.
    fn readable(&mut self, now: Timestamp) -> Arc<Company> {
        while self.pending.front().is_some_and(|(ready, _)| *ready <= now) {
            self.published = self.pending.pop_front().map(|(_, company)| company);
            self.generation += 1;
        }
        if self.pending.is_empty() {
            self.published = None;
        }
        Arc::clone(self.published.as_ref().unwrap_or(&self.current))
    }

    /// What a read with these faults sees now.
    pub(crate) fn company(&mut self, faults: &DataFaults, now: Timestamp) -> Arc<Company> {
        let company = match faults.old_backup {
            Some(back) => self.backup(back),
            None => self.readable(now),
        };
        if faults.other_company {
            Arc::new(disguised(&company))
        } else {
            company
        }
    }

    /// The newest backup that differs from what is there now, or so many steps further back.
    fn backup(&self, back: usize) -> Arc<Company> {
        let newest = usize::from(!self.touched);
        let at = self
            .backups
            .len()
            .saturating_sub(1 + newest + back.saturating_sub(1));
        Arc::clone(&self.backups[at])
    }

    /// The permissions as these faults leave them.
    pub(crate) fn permissions(&self, faults: &DataFaults) -> Arc<Permissions> {
        if faults.vanished.is_empty() && !faults.narrow {
            return Arc::clone(&self.permissions);
        }
        let mut permissions = Permissions::clone(&self.permissions);
        if faults.narrow {
            permissions = permissions.only_employed();
        }
        Arc::new(
            faults
                .vanished
                .iter()
                .fold(permissions, |left, section| left.without_section(section)),
        )
    }

    pub(crate) fn remember(&mut self, call: Call) {
        if self.log.len() == LOG_LENGTH {
            self.log.pop_front();
        }
        self.log.push_back(call);
    }

    /// When an event happened: now, but always after the event before, since receivers tell events apart by it.
    pub(crate) fn event_time(&mut self, now: Timestamp) -> Timestamp {
        let next = self
            .last_event
            .saturating_add(jiff::SignedDuration::from_micros(1))
            .unwrap_or(now);
        self.last_event = now.max(next);
        self.last_event
    }
}

/// Locks whatever a panic may have left; the state is only ever replaced whole.
pub(crate) fn lock<T>(mutex: &std::sync::Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The employees of two rosters that differ, as they were and as they are.
pub(crate) fn differences<'a>(
    before: &'a Company,
    after: &'a Roster,
) -> impl Iterator<Item = (Option<&'a Employee>, Option<&'a Employee>)> {
    let kept: rustc_hash::FxHashSet<&str> = after.employees.iter().map(|e| e.id.as_str()).collect();
    let gone = before
        .roster
        .employees
        .iter()
        .filter(move |e| !kept.contains(e.id.as_str()))
        .map(|e| (Some(e), None));
    let there = after
        .employees
        .iter()
        .map(|e| (before.employee(&e.id), Some(e)));
    there.chain(gone).filter(|(before, after)| before != after)
}
