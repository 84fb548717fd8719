//! What each record becomes.

use std::collections::BTreeSet;

use domain::{Code, HrisId, SmolStr, Source, Status, text::fold_name};
use hris::{CountryReading, Employee, Seen};
use reconcile::Outcome;

use super::{Body, Book, Fate, How, ends_before_start, known_status};
use crate::company::{inactive, terminated};

impl Book<'_> {
    pub(super) fn refuse_the_incomplete(&mut self) {
        let ids: Vec<HrisId> = self.staff.keys().cloned().collect();
        for id in ids {
            let staff = &self.staff[&id];
            if staff.fate != Fate::Here || staff.subject.as_ref().is_none_or(|s| s.1 != How::New) {
                continue;
            }
            let e = staff.e();
            let empty = |seen: &Seen<SmolStr>| seen.value().is_none_or(SmolStr::is_empty);
            let (start, end) = (e.start_date.value().copied(), e.end_date.value().copied());
            let code = if empty(&self.first_name(e)) && empty(&e.surname) {
                Some(Code::MissingName)
            } else if matches!(e.start_date, Seen::Absent | Seen::Null) {
                Some(Code::MissingStartDate)
            } else if matches!(e.start_date, Seen::Bad(_)) || matches!(e.end_date, Seen::Bad(_)) {
                Some(Code::InvalidDate)
            } else if !terminated(&e.lifecycle) && ends_before_start(start, end) {
                Some(Code::EndBeforeStart)
            } else if matches!(e.country, Seen::Absent | Seen::Null) && !self.ahead(e, None) {
                Some(Code::MissingCountry)
            } else {
                None
            };
            if let Some(code) = code {
                self.done(&id, Outcome::Skipped(code));
            }
        }
    }

    /// Writes everything but groups and approvers.
    pub(super) fn write(&mut self) {
        let ids: Vec<HrisId> = self.staff.keys().cloned().collect();
        for id in ids {
            let staff = &self.staff[&id];
            if staff.fate != Fate::Here {
                continue;
            }
            let (e, reused) = (staff.e(), staff.reused);
            let (who, _) = staff.subject.clone().expect("everybody here has one");
            let known = self.told.after.people.get(&who).cloned();
            let is_known = known.is_some();
            let mut body = known.unwrap_or_else(|| nobody(e));
            body.hris = Some(id.clone());
            body.source = Source::Hris;
            let mut flags = BTreeSet::new();
            if reused {
                flags.insert(Code::EmailReused);
            }
            if is_known {
                match e.email {
                    Seen::Null => flags.insert(Code::MissingEmail),
                    Seen::Bad(_) => flags.insert(Code::InvalidEmail),
                    _ => false,
                };
            }
            write_name(&mut body.first, &self.first_name(e), &mut flags);
            write_name(&mut body.last, &e.surname, &mut flags);
            if !is_known {
                flags.remove(&Code::MissingName);
            }
            Self::write_dates(&mut body, e, &mut flags);
            self.write_country(&mut body, e, &mut flags);
            let ahead = body.start.is_some_and(|start| start > self.today);
            let had_started = is_known && body.status != Status::Upcoming;
            body.status = if ahead && !had_started {
                Status::Upcoming
            } else {
                Status::Active
            };
            body.by = None;
            if ahead && body.status == Status::Active {
                flags.insert(Code::StartDateMoved);
            }
            if body.status == Status::Upcoming && body.region.is_none() {
                flags.insert(Code::MissingCountry);
            }
            if body.status == Status::Active && inactive(&e.access) {
                flags.insert(Code::InactiveInHris);
            }
            if e.lifecycle.value().is_some() && !known_status(e) {
                flags.insert(Code::UnknownStatus);
            }
            self.told
                .flags
                .extend(flags.into_iter().map(|code| (who.clone(), code)));
            self.told.after.people.insert(who, body);
        }
    }

    /// Somebody new who has the name of somebody that stays linked to nobody may be the same.
    pub(super) fn name_possible_doubles(&mut self) {
        let names = |body: &Body| (fold_name(&body.first), fold_name(&body.last));
        let people = &self.told.after.people;
        let unlinked = |body: &&Body| body.hris.is_none() && body.status != Status::Archived;
        for staff in self.staff.values().filter(|staff| staff.fate == Fate::Here) {
            let Some((who, How::New)) = &staff.subject else {
                continue;
            };
            let new = names(&people[who]);
            let is_told_apart = !new.0.is_empty() && !new.1.is_empty();
            if is_told_apart
                && people
                    .values()
                    .filter(unlinked)
                    .any(|body| names(body) == new)
            {
                self.told.flags.insert((who.clone(), Code::PossibleDouble));
            }
        }
    }

    pub(super) fn write_dates(body: &mut Body, e: &Employee, flags: &mut BTreeSet<Code>) {
        match e.start_date {
            Seen::Value(start) => body.start = Some(start),
            Seen::Null => _ = flags.insert(Code::MissingStartDate),
            Seen::Bad(_) => _ = flags.insert(Code::InvalidDate),
            Seen::Absent => {}
        }
        match e.end_date {
            Seen::Value(end) => body.end = Some(end),
            Seen::Null => body.end = None,
            Seen::Bad(_) => _ = flags.insert(Code::InvalidDate),
            Seen::Absent => {}
        }
        if !terminated(&e.lifecycle) && ends_before_start(body.start, body.end) {
            body.end = None;
            flags.insert(Code::EndBeforeStart);
        }
    }

    pub(super) fn write_country(&self, body: &mut Body, e: &Employee, flags: &mut BTreeSet<Code>) {
        let regions = &self.directory.regions;
        match &e.country {
            Seen::Value(CountryReading::Known(country)) => {
                body.country = Some(*country);
                body.region = regions.of(*country).or(Some(regions.fallback()));
                if regions.of(*country).is_none() {
                    flags.insert(Code::CountryWithoutRegion);
                }
            }
            Seen::Value(CountryReading::Unknown(_)) | Seen::Bad(_) => {
                body.region = body.region.or(Some(regions.fallback()));
                flags.insert(Code::UnknownCountry);
            }
            Seen::Null => _ = flags.insert(Code::MissingCountry),
            Seen::Absent => {}
        }
    }
}

fn write_name(part: &mut SmolStr, seen: &Seen<SmolStr>, flags: &mut BTreeSet<Code>) {
    match seen {
        Seen::Value(name) if !name.is_empty() => part.clone_from(name),
        Seen::Absent => {}
        _ if part.is_empty() => {}
        _ => _ = flags.insert(Code::MissingName),
    }
}

/// The record of somebody who was not here.
fn nobody(e: &Employee) -> Body {
    let email = e.email.value().expect("nobody comes without an email");
    Body {
        hris: None,
        email: email.as_str().into(),
        email_key: email.key().into(),
        first: SmolStr::default(),
        last: SmolStr::default(),
        status: Status::Upcoming,
        by: None,
        source: Source::Hris,
        start: None,
        end: None,
        country: None,
        region: None,
        group: None,
        manual_groups: Vec::new(),
        approver: None,
        manual_approvers: Vec::new(),
        admin: false,
        can_sign_in: false,
    }
}
