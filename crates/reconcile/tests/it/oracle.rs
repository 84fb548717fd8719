//! What a sync must come to, told the slow and obvious way.
//!
//! Written from the product's rules and from nothing else: it shares no code with the planner, knows
//! no plan and no field change, and looks through everybody for every question. It says how the
//! directory stands afterwards, what became of each employee, and who is flagged.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    ArchivedBy, Code, Country, HrisId, Policy, RegionId, SmolStr, Source, Status,
    policy::ArchiveAt, text::fold_name,
};
use hris::{CountryReading, Employee, ManagerRef, Roster, Scope, Seen, normalise::Lifecycle};
use jiff::{Timestamp, civil::Date};
use reconcile::{Directory, Outcome};

use crate::company::{inactive, terminated};

/// A person's or group's id, or `new …` for one that the sync makes.
pub(crate) type Key = String;

/// A person's record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Body {
    pub(crate) hris: Option<HrisId>,
    pub(crate) email: SmolStr,
    pub(crate) email_key: SmolStr,
    pub(crate) first: SmolStr,
    pub(crate) last: SmolStr,
    pub(crate) status: Status,
    pub(crate) by: Option<ArchivedBy>,
    pub(crate) source: Source,
    pub(crate) start: Option<Date>,
    pub(crate) end: Option<Date>,
    pub(crate) country: Option<Country>,
    pub(crate) region: Option<RegionId>,
    pub(crate) group: Option<Key>,
    pub(crate) manual_groups: Vec<Key>,
    pub(crate) approver: Option<Key>,
    pub(crate) manual_approvers: Vec<Key>,
    pub(crate) admin: bool,
    pub(crate) can_sign_in: bool,
}

/// A group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Team {
    pub(crate) name_key: SmolStr,
    pub(crate) sources: BTreeSet<SmolStr>,
}

/// A directory by content.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Content {
    pub(crate) people: BTreeMap<Key, Body>,
    pub(crate) teams: BTreeMap<Key, Team>,
}

/// What became of everybody.
#[derive(Clone, Debug, Default)]
pub(crate) struct Told {
    pub(crate) after: Content,
    pub(crate) outcomes: BTreeMap<HrisId, Outcome>,
    pub(crate) flags: BTreeSet<(Key, Code)>,
    pub(crate) archived_missing: u64,
}

/// The content of a directory; who is not in `before` yet is called by employee and name.
pub(crate) fn content(directory: &Directory, before: &Directory) -> Content {
    let person_keys: BTreeMap<_, Key> = directory
        .people
        .iter()
        .map(|person| {
            let old = before.people.iter().any(|known| known.id == person.id);
            let hris = person.hris_id.as_ref().map_or("", HrisId::as_str);
            (
                person.id,
                if old {
                    person.id.to_string()
                } else {
                    format!("new {hris}")
                },
            )
        })
        .collect();
    let group_keys: BTreeMap<_, Key> = directory
        .groups
        .iter()
        .map(|group| {
            let old = before.groups.iter().any(|known| known.id == group.id);
            (
                group.id,
                if old {
                    group.id.to_string()
                } else {
                    format!("new {}", group.name_key)
                },
            )
        })
        .collect();
    let person_key = |id: &_| {
        person_keys
            .get(id)
            .cloned()
            .unwrap_or_else(|| "nobody".to_owned())
    };
    let group_key = |id: &_| {
        group_keys
            .get(id)
            .cloned()
            .unwrap_or_else(|| "none".to_owned())
    };
    let people = directory.people.iter().map(|person| {
        let body = Body {
            hris: person.hris_id.clone(),
            email: person.email.clone(),
            email_key: person.email_key.clone(),
            first: person.first_name.clone(),
            last: person.last_name.clone(),
            status: person.status,
            by: person.archived_by,
            source: person.source,
            start: person.start_date,
            end: person.end_date,
            country: person.country,
            region: person.region,
            group: person.group.as_ref().map(group_key),
            manual_groups: person.manual_groups.iter().map(group_key).collect(),
            approver: person.approver.as_ref().map(person_key),
            manual_approvers: person.manual_approvers.iter().map(person_key).collect(),
            admin: person.admin,
            can_sign_in: person.can_sign_in,
        };
        (person_key(&person.id), body)
    });
    let teams = directory.groups.iter().map(|group| {
        let team = Team {
            name_key: group.name_key.clone(),
            sources: group.sources.iter().cloned().collect(),
        };
        (group_key(&group.id), team)
    });
    Content {
        people: people.collect(),
        teams: teams.collect(),
    }
}

/// What is known of an employee before anything is decided about the others.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Fate {
    /// Has to do with us, and has not left.
    Here,
    /// Has left.
    Left(ArchivedBy, Option<Date>),
    /// Told twice and differently, and somebody here: nothing applies.
    Frozen,
    /// The end.
    Done(Outcome),
}

/// How an employee came to the record that stands for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum How {
    /// Linked before.
    Linked,
    /// An unlinked person had the email.
    Joined,
    /// The person of somebody who left in this run had email and name.
    Took,
    /// An archived person had email and name.
    Returned,
    /// Nobody was there.
    New,
}

struct Staff<'a> {
    copies: Vec<&'a Employee>,
    fate: Fate,
    subject: Option<(Key, How)>,
    reused: bool,
    /// Has not left, and was not left out.
    heard: bool,
}

impl<'a> Staff<'a> {
    fn e(&self) -> &'a Employee {
        self.copies[0]
    }
}

struct Book<'a> {
    directory: &'a Directory,
    roster: &'a Roster,
    policy: &'a Policy,
    today: Date,
    before: Content,
    archived_at: BTreeMap<Key, Timestamp>,
    staff: BTreeMap<HrisId, Staff<'a>>,
    told: Told,
}

/// What a sync must come to.
pub(crate) fn tell(directory: &Directory, roster: &Roster, policy: &Policy, today: Date) -> Told {
    let before = content(directory, directory);
    let archived_at = directory
        .people
        .iter()
        .filter_map(|person| Some((person.id.to_string(), person.archived_at?)))
        .collect();
    let told = Told {
        after: before.clone(),
        ..Told::default()
    };
    let mut book = Book {
        directory,
        roster,
        policy,
        today,
        before,
        archived_at,
        staff: BTreeMap::new(),
        told,
    };
    book.call_the_roll();
    book.contest_emails();
    book.find_people();
    book.archive();
    book.wait_for_what_is_missing();
    book.settle_emails();
    book.refuse_the_incomplete();
    book.write();
    book.assign_groups();
    book.assign_approvers();
    book.sum_up();
    book.told
}

impl Book<'_> {
    fn linked(&self, id: &HrisId) -> Option<(Key, Body)> {
        let mut found = self
            .before
            .people
            .iter()
            .filter(|(_, body)| body.hris.as_ref() == Some(id));
        found.next().map(|(key, body)| (key.clone(), body.clone()))
    }

    /// Whether an employee has left, by the employee's word and what is stored.
    fn left(&self, e: &Employee, stored: Option<&Body>) -> Option<(ArchivedBy, Option<Date>)> {
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

    fn call_the_roll(&mut self) {
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

    /// Who, of those who have not left, claims an email.
    fn claimants(&self, key: &str) -> Vec<HrisId> {
        let claims = |staff: &Staff<'_>| {
            let here = matches!(
                &staff.fate,
                Fate::Here | Fate::Frozen | Fate::Done(Outcome::Skipped(_))
            );
            here && staff.copies.iter().any(|e| wished(e) == Some(key))
        };
        self.staff
            .iter()
            .filter(|(_, staff)| claims(staff))
            .map(|(id, _)| id.clone())
            .collect()
    }

    fn contest_emails(&mut self) {
        let contested: Vec<HrisId> = self
            .staff
            .iter()
            .filter(|(_, staff)| staff.fate == Fate::Here)
            .filter(|(_, staff)| wished(staff.e()).is_some_and(|key| self.claimants(key).len() > 1))
            .map(|(id, _)| id.clone())
            .collect();
        for id in contested {
            self.done(&id, Outcome::Skipped(Code::DuplicateEmail));
        }
    }

    fn done(&mut self, id: &HrisId, outcome: Outcome) {
        self.staff.get_mut(id).expect("on the roll").fate = Fate::Done(outcome);
    }

    fn holder(&self, email_key: &str) -> Option<(Key, Body)> {
        let here = |body: &Body| body.status != Status::Archived && body.email_key == email_key;
        let mut found = self.before.people.iter().filter(|(_, body)| here(body));
        found.next().map(|(key, body)| (key.clone(), body.clone()))
    }

    /// First name or surname agree.
    fn same_name(&self, e: &Employee, body: &Body) -> bool {
        let agree = |seen: Option<SmolStr>, stored: &str| {
            seen.is_some_and(|seen| {
                !fold_name(&seen).is_empty() && fold_name(&seen) == fold_name(stored)
            })
        };
        agree(self.first_name(e).value().cloned(), &body.first)
            || agree(e.surname.value().cloned(), &body.last)
    }

    /// The first name by the policy: the display name's where that is preferred.
    fn first_name(&self, e: &Employee) -> Seen<SmolStr> {
        if self.policy.use_preferred_name
            && let (Seen::Value(display), Seen::Value(surname)) = (&e.display_name, &e.surname)
            && let Some(first) = display.strip_suffix(surname.as_str())
            && !first.trim().is_empty()
        {
            return Seen::Value(first.trim().into());
        }
        e.first_name.clone()
    }

    /// Whether somebody's own employee has left in this very run.
    fn leaves(&self, body: &Body) -> bool {
        let own = body.hris.as_ref().and_then(|id| self.staff.get(id));
        own.is_some_and(|staff| matches!(staff.fate, Fate::Left(..)))
    }

    /// Whether somebody's own employee asks for another email, and may be changed at all.
    fn moves_on(&self, body: &Body) -> bool {
        let own = body.hris.as_ref().and_then(|id| self.staff.get(id));
        own.is_some_and(|staff| {
            staff.fate == Fate::Here
                && wished(staff.e()).is_some_and(|email| email != body.email_key)
        })
    }

    fn absent(&self, body: &Body) -> bool {
        body.hris
            .as_ref()
            .is_none_or(|id| !self.staff.contains_key(id))
    }

    fn find_people(&mut self) {
        let ids: Vec<HrisId> = self.staff.keys().cloned().collect();
        for id in ids {
            if self.staff[&id].subject.is_some() {
                continue;
            }
            let e = self.staff[&id].e();
            match self.staff[&id].fate {
                Fate::Here => self.find_person(&id, e),
                Fate::Left(..) => {
                    let joined = wished(e)
                        .filter(|key| self.claimants(key).is_empty())
                        .and_then(|key| self.holder(key))
                        .filter(|(_, body)| body.hris.is_none() && body.status == Status::Active)
                        .filter(|(key, _)| !self.is_subject(key) && !self.declined(key));
                    match joined {
                        Some((key, _)) => self.subject(&id, key, How::Joined),
                        None => self.done(&id, Outcome::OutOfScope(Code::LeftBefore)),
                    }
                }
                Fate::Frozen | Fate::Done(_) => {}
            }
        }
    }

    /// Whether an admin said that this person is not to be archived.
    fn declined(&self, key: &Key) -> bool {
        key.parse()
            .is_ok_and(|id| self.directory.past.keep.contains(&id))
    }

    fn is_subject(&self, key: &Key) -> bool {
        self.staff
            .values()
            .any(|staff| staff.subject.as_ref().is_some_and(|(k, _)| k == key))
    }

    fn subject(&mut self, id: &HrisId, key: Key, how: How) {
        self.staff.get_mut(id).expect("on the roll").subject = Some((key, how));
    }

    fn find_person(&mut self, id: &HrisId, e: &Employee) {
        let Some(key) = wished(e) else {
            let code = match e.email {
                Seen::Bad(_) => Code::InvalidEmail,
                _ => Code::MissingEmail,
            };
            return self.done(id, Outcome::Skipped(code));
        };
        let holder = self.holder(key);
        let mut reused = false;
        if let Some((who, body)) = &holder {
            if body.hris.is_none() {
                return self.subject(id, who.clone(), How::Joined);
            }
            if self.leaves(body) {
                if self.same_name(e, body) {
                    return self.subject(id, who.clone(), How::Took);
                }
                reused = true;
            } else if self.was_missed_for_long(who, body) && !self.declined(who) {
                reused = true;
            } else if !self.moves_on(body) {
                // Contested: whoever has it keeps it.
                return self.done(id, Outcome::Skipped(Code::DuplicateEmail));
            }
        }
        let archived = self
            .before
            .people
            .iter()
            .filter(|(_, body)| body.status == Status::Archived && body.email_key == key);
        let mut candidates: Vec<_> = archived.clone().collect();
        reused |= !candidates.is_empty();
        candidates.retain(|(_, body)| {
            self.same_name(e, body) && (self.absent(body) || self.leaves(body))
        });
        // The one archived last; of those archived in one moment the one with the smallest id.
        candidates.sort_by_key(|(who, _)| (self.archived_at.get(*who), std::cmp::Reverse(*who)));
        if let Some((who, _)) = candidates.last() {
            let who = (*who).clone();
            return self.subject(id, who, How::Returned);
        }
        self.subject(id, format!("new {id}"), How::New);
        self.staff.get_mut(id).expect("on the roll").reused = reused;
    }

    fn ahead(&self, e: &Employee, stored: Option<&Body>) -> bool {
        let start = e
            .start_date
            .value()
            .copied()
            .or(stored.and_then(|body| body.start));
        start.is_some_and(|start| start > self.today)
    }

    /// Archives leavers, and the missing where the policy says so, but never the last admin.
    #[expect(
        clippy::too_many_lines,
        reason = "one rule after the other, read from top to bottom"
    )]
    fn archive(&mut self) {
        struct Going {
            who: Key,
            employee: Option<HrisId>,
            by: ArchivedBy,
            end: Option<Date>,
        }
        let mut going: Vec<Going> = Vec::new();
        let ids: Vec<HrisId> = self.staff.keys().cloned().collect();
        for id in &ids {
            let Fate::Left(by, end) = self.staff[id].fate else {
                continue;
            };
            let (who, _) = self.staff[id]
                .subject
                .clone()
                .expect("leavers without were told");
            let taker = self.staff.iter().find(|(_, staff)| {
                matches!(&staff.subject, Some((k, How::Took | How::Returned)) if *k == who)
            });
            if self.before.people[&who].status == Status::Archived {
                self.done(id, Outcome::Unchanged);
                continue;
            }
            if let Some((_, taker)) = taker {
                let upcoming = self.before.people[&who].status == Status::Upcoming;
                if upcoming || !self.ahead(taker.e(), Some(&self.before.people[&who])) {
                    self.done(id, Outcome::OutOfScope(Code::LeftBefore));
                    continue;
                }
            }
            going.push(Going {
                who,
                employee: Some(id.clone()),
                by,
                end,
            });
        }
        for (key, body) in &self.before.people {
            if self.is_missing(body) {
                if self.was_missed_for_long(key, body) {
                    let by = ArchivedBy::Hris;
                    going.push(Going {
                        who: key.clone(),
                        employee: None,
                        by,
                        end: body.end,
                    });
                } else {
                    self.told.flags.insert((key.clone(), Code::NotFoundInHris));
                }
            }
        }
        let (kept, mut going): (Vec<Going>, Vec<Going>) = going
            .into_iter()
            .partition(|going| self.declined(&going.who));
        let mut stays: Vec<(Going, Option<Code>)> =
            kept.into_iter().map(|going| (going, None)).collect();
        let acting = |body: &Body| body.admin && body.can_sign_in && body.status == Status::Active;
        let admins: Vec<&Key> = self
            .before
            .people
            .iter()
            .filter(|(_, body)| acting(body))
            .map(|(key, _)| key)
            .collect();
        if !admins.is_empty()
            && admins
                .iter()
                .all(|key| going.iter().any(|g| g.who == **key))
        {
            let mut last: Vec<usize> = (0..going.len())
                .filter(|index| admins.contains(&&going[*index].who))
                .collect();
            // No end date counts as the earliest; among equals the smallest id stays.
            last.sort_by(|a, b| {
                going[*a]
                    .end
                    .cmp(&going[*b].end)
                    .then(going[*b].who.cmp(&going[*a].who))
            });
            let index = *last.last().expect("all admins are going");
            stays.push((going.remove(index), Some(Code::LastAdmin)));
        }
        for (going, code) in stays {
            if let Some(code) = code {
                self.told.flags.insert((going.who.clone(), code));
            }
            match going.employee {
                Some(id) => self.done(&id, Outcome::Unchanged),
                None => {
                    self.told
                        .flags
                        .insert((going.who.clone(), Code::NotFoundInHris));
                }
            }
        }
        for going in going {
            let body = self
                .told
                .after
                .people
                .get_mut(&going.who)
                .expect("somebody");
            body.status = Status::Archived;
            body.by = Some(going.by);
            body.end = going.end;
            match going.employee {
                Some(id) => {
                    body.hris = Some(id.clone());
                    body.source = Source::Hris;
                    self.done(&id, Outcome::Archived);
                }
                None => self.told.archived_missing += 1,
            }
        }
    }

    /// Missing from so many runs that the policy takes it for leaving.
    fn was_missed_for_long(&self, key: &Key, body: &Body) -> bool {
        let known = key.parse().ok();
        let runs = known.and_then(|id| self.directory.past.missing_runs.get(&id));
        let runs = runs.copied().unwrap_or(0) + 1;
        let limit = self.policy.archive_missing_after_runs;
        self.is_missing(body) && limit.is_some_and(|limit| runs >= limit)
    }

    fn is_missing(&self, body: &Body) -> bool {
        let Some(id) = &body.hris else { return false };
        self.roster.scope == Scope::Whole
            && body.status != Status::Archived
            && !self.staff.contains_key(id)
            && !self.directory.excluded.contains(id)
            && !self.directory.erased.contains(id)
    }

    /// Ends what nothing is written for: archived by an admin, back later, not known to be back,
    /// due to start but incomplete.
    fn wait_for_what_is_missing(&mut self) {
        let ids: Vec<HrisId> = self.staff.keys().cloned().collect();
        for id in ids {
            let staff = &self.staff[&id];
            if staff.fate != Fate::Here {
                continue;
            }
            let e = staff.e();
            let (who, how) = staff.subject.clone().expect("everybody here has one");
            let Some(body) = self.before.people.get(&who).cloned() else {
                continue;
            };
            let ahead = self.ahead(e, Some(&body));
            match (body.status, how) {
                (Status::Archived, How::Linked) => {
                    if body.by == Some(ArchivedBy::Admin) {
                        self.told.flags.insert((who, Code::ArchivedByAdmin));
                        self.done(&id, Outcome::Unchanged);
                    } else if ahead {
                        self.done(&id, Outcome::Upcoming);
                    } else if body.by == Some(ArchivedBy::Hris) && !known_status(e) {
                        if matches!(e.lifecycle, Seen::Value(_)) {
                            self.told.flags.insert((who, Code::UnknownStatus));
                        }
                        self.done(&id, Outcome::Unchanged);
                    }
                }
                (Status::Archived, _) => {
                    let admin = body.by == Some(ArchivedBy::Admin);
                    if admin || ahead {
                        self.relink(&who, &id);
                    }
                    if admin {
                        self.told.flags.insert((who, Code::ArchivedByAdmin));
                        self.done(&id, Outcome::Updated);
                    } else if ahead {
                        self.done(&id, Outcome::Upcoming);
                    }
                }
                (Status::Active, How::Took) if ahead => {
                    if self.told.after.people[&who].status == Status::Archived {
                        self.relink(&who, &id);
                        self.done(&id, Outcome::Upcoming);
                    } else {
                        self.done(&id, Outcome::Skipped(Code::DuplicateEmail));
                    }
                }
                (Status::Upcoming, _) if !ahead => {
                    if let Some(code) = self.lacks(e, &body) {
                        self.done(&id, Outcome::Skipped(code));
                    }
                }
                _ => {}
            }
        }
    }

    fn relink(&mut self, who: &Key, id: &HrisId) {
        let body = self.told.after.people.get_mut(who).expect("somebody");
        body.hris = Some(id.clone());
        body.source = Source::Hris;
    }

    /// What keeps an upcoming person from starting.
    fn lacks(&self, e: &Employee, body: &Body) -> Option<Code> {
        let nameless = self.first_name(e).value().unwrap_or(&body.first).is_empty()
            && e.surname.value().unwrap_or(&body.last).is_empty();
        let start = e.start_date.value().copied().or(body.start);
        let country = matches!(e.country, Seen::Value(_) | Seen::Bad(_)) || body.region.is_some();
        if nameless {
            Some(Code::MissingName)
        } else if start.is_none() {
            let bad = matches!(e.start_date, Seen::Bad(_));
            Some(if bad {
                Code::InvalidDate
            } else {
                Code::MissingStartDate
            })
        } else if !country {
            Some(Code::MissingCountry)
        } else {
            None
        }
    }

    /// Who moves to another email: all who can once everybody has moved who can.
    fn settle_emails(&mut self) {
        let mut moving: BTreeMap<Key, SmolStr> = BTreeMap::new();
        let mut present: BTreeMap<Key, Option<SmolStr>> = BTreeMap::new();
        for (who, body) in &self.told.after.people {
            if body.status != Status::Archived {
                present.insert(who.clone(), Some(body.email_key.clone()));
            }
        }
        let mut employee_of: BTreeMap<Key, HrisId> = BTreeMap::new();
        for (id, staff) in &self.staff {
            if staff.fate != Fate::Here {
                continue;
            }
            let (who, _) = staff.subject.clone().expect("everybody here has one");
            let own = self
                .before
                .people
                .get(&who)
                .map(|body| body.email_key.clone());
            if let Some(key) = wished(staff.e())
                && own.as_deref() != Some(key)
            {
                moving.insert(who.clone(), key.into());
            }
            present.insert(who.clone(), own);
            employee_of.insert(who, id.clone());
        }
        loop {
            let at = |who: &Key| moving.get(who).or(present[who].as_ref());
            let blocked = |who: &&Key| {
                let others = present.keys().filter(|other| other != who);
                at(who).is_none_or(|key| others.into_iter().any(|other| at(other) == Some(key)))
            };
            // Who comes back and claims nothing gives way to whoever claims the email, and whoever
            // claims it to who has it.
            let mut movers = present.keys().filter(|who| moving.contains_key(*who));
            let mut returning = present
                .keys()
                .filter(|who| self.could_stay_away(who) && !moving.contains_key(*who));
            let blocked = returning.find(blocked).or_else(|| movers.find(blocked));
            let Some(who) = blocked.cloned() else { break };
            let was_moving = moving.remove(&who).is_some();
            if !was_moving || present[&who].is_none() {
                // A new person has no other email, and one who returns cannot have their own.
                present.remove(&who);
                self.told.flags.remove(&(who.clone(), Code::EmailTaken));
                let id = employee_of[&who].clone();
                self.done(&id, Outcome::Skipped(Code::DuplicateEmail));
            } else {
                self.told.flags.insert((who, Code::EmailTaken));
            }
        }
        for staff in self.staff.values() {
            if staff.fate == Fate::Here
                && let Some((who, _)) = &staff.subject
                && let Seen::Value(email) = &staff.e().email
                && let Some(body) = self.told.after.people.get_mut(who)
                && (moving.contains_key(who) || body.email_key == email.key())
            {
                body.email = email.as_str().into();
                body.email_key = email.key().into();
            }
        }
    }

    /// Somebody archived who comes back in this run, and could also not.
    fn could_stay_away(&self, who: &Key) -> bool {
        self.before
            .people
            .get(who)
            .is_some_and(|body| body.status == Status::Archived)
    }

    fn refuse_the_incomplete(&mut self) {
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
    fn write(&mut self) {
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

    fn write_dates(body: &mut Body, e: &Employee, flags: &mut BTreeSet<Code>) {
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

    fn write_country(&self, body: &mut Body, e: &Employee, flags: &mut BTreeSet<Code>) {
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

    /// Employees whose record was written, with it.
    fn synced(&self) -> Vec<(Key, &Employee)> {
        self.staff
            .values()
            .filter(|staff| staff.fate == Fate::Here)
            .map(|staff| {
                (
                    staff.subject.clone().expect("everybody here has one").0,
                    staff.e(),
                )
            })
            .collect()
    }

    fn assign_groups(&mut self) {
        let groups = self.teams();
        let synced: Vec<(Key, Seen<SmolStr>)> = self
            .synced()
            .into_iter()
            .map(|(who, e)| {
                let department = match &e.department {
                    Seen::Value(index) => Seen::Value(self.roster.department(*index).id.clone()),
                    Seen::Null => Seen::Null,
                    Seen::Absent | Seen::Bad(_) => Seen::Absent,
                };
                (who, department)
            })
            .collect();
        for (who, department) in synced {
            let body = self.told.after.people.get_mut(&who).expect("somebody");
            body.group = match department {
                Seen::Value(id) => Some(groups[&id].clone()),
                Seen::Null => None,
                _ => continue,
            };
            // Nobody is in a group twice: the department's is the one that is kept.
            let keep = self.policy.keep_manual_groups;
            body.manual_groups
                .retain(|group| keep && Some(group) != body.group.as_ref());
        }
    }

    /// Which group each department is, and the groups as they stand afterwards.
    #[expect(
        clippy::too_many_lines,
        reason = "one rule after the other, read from top to bottom"
    )]
    fn teams(&mut self) -> BTreeMap<SmolStr, Key> {
        let members = |id: &SmolStr| -> BTreeSet<Key> {
            let synced = self.synced().into_iter();
            let of = |e: &Employee| e.department.value().map(|i| &self.roster.department(*i).id);
            synced
                .filter(|(_, e)| of(e) == Some(id))
                .map(|(who, _)| who)
                .collect()
        };
        // What only leavers and those left out name is as good as not there.
        let heard = |id: &SmolStr| {
            let speaking = self.staff.values().filter(|staff| staff.heard);
            let mut copies = speaking.flat_map(|staff| &staff.copies);
            copies.any(|e| {
                e.department
                    .value()
                    .is_some_and(|i| self.roster.department(*i).id == *id)
            })
        };
        let called: BTreeMap<SmolStr, SmolStr> = self
            .roster
            .departments
            .iter()
            .filter(|department| heard(&department.id))
            .map(|department| (department.id.clone(), fold_name(&department.name)))
            .collect();
        let before = &self.before.teams;
        let home = |id: &SmolStr| {
            before
                .iter()
                .find(|(_, team)| team.sources.contains(id))
                .map(|(key, _)| key.clone())
        };
        // Which group wants which name, and how many people want that.
        let mut wishes: Vec<(Key, SmolStr, usize)> = Vec::new();
        for (key, team) in before {
            let named: Vec<_> = team
                .sources
                .iter()
                .filter(|id| called.contains_key(*id))
                .collect();
            // A department of nobody who was synced keeps no name and gives none, but it is there.
            let here: Vec<_> = named.iter().filter(|id| !members(id).is_empty()).collect();
            if here.iter().any(|id| called[**id] == team.name_key) {
                continue;
            }
            // Told several names, it has the one of most people.
            let mut told: BTreeMap<&SmolStr, usize> = BTreeMap::new();
            for id in &here {
                *told.entry(&called[**id]).or_default() += members(id).len();
            }
            let most = told.values().max().copied();
            if let Some((name, people)) = told.iter().find(|(_, people)| Some(**people) == most) {
                wishes.push((key.clone(), (*name).clone(), *people));
            }
            // After a second rename both words are there.
            let textual = team
                .sources
                .iter()
                .all(|id| !id.chars().all(|c| c.is_ascii_digit()));
            if named.is_empty() && !team.sources.is_empty() && textual {
                let old: BTreeSet<Key> = self
                    .before
                    .people
                    .iter()
                    .filter(|(_, b)| b.status != Status::Archived && b.group.as_ref() == Some(key))
                    .map(|(who, _)| who.clone())
                    .collect();
                for (id, name) in &called {
                    let new = members(id);
                    let most = !old.is_empty() && new.len() * 5 >= old.len() * 4;
                    if home(id).is_none() && fold_name(id) == *name && most && new.is_subset(&old) {
                        wishes.push((key.clone(), name.clone(), new.len()));
                    }
                }
            }
        }
        // Most people first; each group gets one name, each name one group.
        wishes.sort_by(|a, b| b.2.cmp(&a.2).then(a.cmp(b)));
        let mut after = before.clone();
        let mut renamed: BTreeMap<Key, SmolStr> = BTreeMap::new();
        let free = |name: &SmolStr, renamed: &BTreeMap<Key, SmolStr>| {
            !renamed.values().any(|taken| taken == name)
        };
        for (key, name, _) in &wishes {
            if !renamed.contains_key(key) && free(name, &renamed) {
                renamed.insert(key.clone(), name.clone());
            }
        }
        // A group that keeps its name keeps it: who wants the name of such a group moves there.
        loop {
            let clash = renamed.iter().find(|(key, name)| {
                let stays = |(other, team): (&Key, &Team)| {
                    other != *key && team.name_key == **name && !renamed.contains_key(other)
                };
                before.iter().any(stays)
            });
            let Some(key) = clash.map(|(key, _)| key.clone()) else {
                break;
            };
            renamed.remove(&key);
        }
        for (key, name) in &renamed {
            after
                .get_mut(key)
                .expect("a group")
                .name_key
                .clone_from(name);
        }
        let mut homes = BTreeMap::new();
        for (id, name) in &called {
            // A department of nobody who was synced makes no group and goes to none.
            if members(id).is_empty() {
                continue;
            }
            let there = after.iter().find(|(_, team)| team.name_key == *name);
            let key = there.map_or_else(|| format!("new {name}"), |(key, _)| key.clone());
            for team in after.values_mut() {
                team.sources.remove(id);
            }
            let team = after.entry(key.clone()).or_insert_with(|| Team {
                name_key: name.clone(),
                sources: BTreeSet::new(),
            });
            team.sources.insert(id.clone());
            homes.insert(id.clone(), key);
        }
        self.told.after.teams = after;
        homes
    }

    fn assign_approvers(&mut self) {
        let people = self.told.after.people.clone();
        let synced: Vec<(Key, Seen<ManagerRef>)> = self
            .synced()
            .into_iter()
            .map(|(who, e)| (who, e.manager.clone()))
            .collect();
        for (who, manager) in &synced {
            let active = |body: &Body| body.status == Status::Active && body.hris.is_some();
            let is_meant = |body: &Body| match manager {
                Seen::Value(ManagerRef::Id(id)) => body.hris.as_ref() == Some(id),
                Seen::Value(ManagerRef::Email(key)) => body.email_key == *key,
                _ => false,
            };
            let body = self.told.after.people.get_mut(who).expect("somebody");
            match manager {
                Seen::Absent | Seen::Bad(_) => {}
                Seen::Null => body.approver = None,
                Seen::Value(_) if is_meant(&people[who]) => {
                    body.approver = None;
                    self.told.flags.insert((who.clone(), Code::ManagerIsSelf));
                }
                Seen::Value(_) => {
                    let found = people
                        .iter()
                        .find(|(_, body)| is_meant(body) && active(body));
                    body.approver = found.map(|(key, _)| key.clone());
                    if found.is_some() {
                        body.manual_approvers.clear();
                    } else {
                        self.told
                            .flags
                            .insert((who.clone(), Code::ManagerUnavailable));
                    }
                }
            }
        }
        for who in people.keys() {
            let mut at = who.clone();
            for _ in 0..people.len() {
                let Some(body) = self.told.after.people.get(&at) else {
                    break;
                };
                if body.status == Status::Archived {
                    break;
                }
                let Some(next) = &body.approver else { break };
                at.clone_from(next);
                if at == *who {
                    self.told.flags.insert((who.clone(), Code::ManagerCycle));
                    break;
                }
            }
        }
    }

    fn sum_up(&mut self) {
        for (id, staff) in &self.staff {
            let outcome = match (&staff.fate, &staff.subject) {
                // The record went over to somebody else's employee.
                (Fate::Done(Outcome::Unchanged), Some((who, How::Linked)))
                    if self.told.after.people[who].hris.as_ref() != Some(id) =>
                {
                    Outcome::OutOfScope(Code::LeftBefore)
                }
                (Fate::Done(outcome), _) => *outcome,
                (Fate::Frozen, _) => Outcome::Unchanged,
                (Fate::Here, Some((who, _))) => {
                    let (before, after) =
                        (self.before.people.get(who), &self.told.after.people[who]);
                    match (before.map(|body| body.status), after.status) {
                        (None | Some(Status::Upcoming), Status::Active) => Outcome::Added,
                        (None | Some(Status::Upcoming), Status::Upcoming) => Outcome::Upcoming,
                        (Some(Status::Archived), _) => Outcome::Restored,
                        _ if before == Some(after) => Outcome::Unchanged,
                        _ => Outcome::Updated,
                    }
                }
                (fate, subject) => unreachable!("{id} is left at {fate:?} with {subject:?}"),
            };
            self.told.outcomes.insert(id.clone(), outcome);
        }
    }
}

fn ends_before_start(start: Option<Date>, end: Option<Date>) -> bool {
    matches!((start, end), (Some(start), Some(end)) if end < start)
}

/// The email an employee claims, folded.
fn wished(e: &Employee) -> Option<&str> {
    e.email.value().map(domain::text::Email::key)
}

fn known_status(e: &Employee) -> bool {
    e.lifecycle
        .value()
        .is_some_and(|reading| reading.status != Lifecycle::Unknown)
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
