//! Who is on the roll, and who of them has left.

use domain::{ArchivedBy, Code, HrisId, policy::ArchiveAt};
use hris::{Employee, Seen, normalise::Lifecycle};
use jiff::civil::Date;
use reconcile::Outcome;

use super::{Body, Book, Fate, How, Key, Staff, ends_before_start};
use crate::company::{inactive, terminated};

impl Book<'_> {
    pub(super) fn linked(&self, id: &HrisId) -> Option<(Key, Body)> {
        let mut found = self
            .before
            .people
            .iter()
            .filter(|(_, body)| body.hris.as_ref() == Some(id));
        found.next().map(|(key, body)| (key.clone(), body.clone()))
    }

    /// Whether an employee has left, by the employee's word and what is stored.
    pub(super) fn left(
        &self,
        e: &Employee,
        stored: Option<&Body>,
    ) -> Option<(ArchivedBy, Option<Date>)> {
        let start = e
            .start_date
            .value()
            .copied()
            .or(stored.and_then(|body| body.start));
        let end = match e.end_date {
            Seen::Value(end) => Some(end),
            Seen::Null => None,
            Seen::Absent | Seen::Bad(_) => stored.and_then(|body| body.end),
        };
        let over = end.is_some_and(|end| match self.policy.archive_at {
            ArchiveAt::EndOfDay => end < self.today,
            ArchiveAt::StartOfDay => end <= self.today,
        });
        if terminated(&e.lifecycle) {
            // With an end date of today the end date decides.
            return (end != Some(self.today) || over).then_some((ArchivedBy::Hris, end));
        }
        // An end before the start belongs to an earlier employment.
        let end = end.filter(|_| !ends_before_start(start, end));
        if over && end.is_some() {
            return Some((ArchivedBy::EndDate, end));
        }
        // Who has not started has no access yet: that is no leaving.
        let hired =
            matches!(&e.lifecycle, Seen::Value(reading) if reading.status == Lifecycle::Hired);
        let waits = hired || self.ahead(e, stored);
        if self.policy.archive_inactive && inactive(&e.access) && !waits {
            return Some((ArchivedBy::Hris, end));
        }
        None
    }

    pub(super) fn call_the_roll(&mut self) {
        for e in &self.roster.employees {
            let staff = self.staff.entry(e.id.clone()).or_insert_with(|| Staff {
                copies: Vec::new(),
                fate: Fate::Here,
                subject: None,
                reused: false,
                heard: false,
            });
            if !staff.copies.contains(&e) {
                staff.copies.push(e);
            }
        }
        let ids: Vec<HrisId> = self.staff.keys().cloned().collect();
        for id in ids {
            let linked = self.linked(&id);
            let stored = linked.as_ref().map(|(_, body)| body);
            let copies = &self.staff[&id].copies;
            let leaving: Vec<_> = copies.iter().filter_map(|e| self.left(e, stored)).collect();
            let all_left = leaving.len() == copies.len();
            let fate = if self.directory.erased.contains(&id) {
                Fate::Done(Outcome::OutOfScope(Code::Erased))
            } else if self.directory.excluded.contains(&id) {
                Fate::Done(Outcome::OutOfScope(Code::Excluded))
            } else if all_left {
                Fate::Left(leaving[0].0, leaving[0].1)
            } else if copies.len() > 1 && linked.is_none() {
                Fate::Done(Outcome::Skipped(Code::DuplicateEmployee))
            } else if copies.len() > 1 {
                Fate::Frozen
            } else {
                Fate::Here
            };
            if fate == Fate::Frozen
                && let Some((key, _)) = &linked
            {
                self.told
                    .flags
                    .insert((key.clone(), Code::DuplicateEmployee));
            }
            let staff = self.staff.get_mut(&id).expect("on the roll");
            staff.heard = !matches!(fate, Fate::Left(..) | Fate::Done(Outcome::OutOfScope(_)));
            staff.fate = fate;
            staff.subject = linked.map(|(key, _)| (key, How::Linked));
        }
    }
}
