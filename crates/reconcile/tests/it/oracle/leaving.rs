//! Who is archived, who stays all the same, and who has to wait.

use domain::{ArchivedBy, Code, HrisId, Source, Status};
use hris::{Employee, Scope, Seen};
use jiff::civil::Date;
use reconcile::Outcome;

use super::{Body, Book, Fate, How, Key, known_status};

impl Book<'_> {
    /// Whether an admin said that this person is not to be archived.
    pub(super) fn declined(&self, key: &Key) -> bool {
        key.parse()
            .is_ok_and(|id| self.directory.past.keep.contains(&id))
    }

    pub(super) fn ahead(&self, e: &Employee, stored: Option<&Body>) -> bool {
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
    pub(super) fn archive(&mut self, keep_last_admin: bool) {
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
            if self.before.people[&who].status == Status::Archived {
                self.done(id, Outcome::Unchanged);
                continue;
            }
            if self.goes_on(&who) {
                self.done(id, Outcome::OutOfScope(Code::LeftBefore));
                continue;
            }
            going.push(Going {
                who,
                employee: Some(id.clone()),
                by,
                end,
            });
        }
        for (key, body) in &self.before.people {
            if self.is_missing(body) && !self.goes_on(key) {
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
        if keep_last_admin
            && !admins.is_empty()
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

    /// Whether somebody is another employee's from now on, without a day in between.
    fn goes_on(&self, who: &Key) -> bool {
        let taker = self.staff.values().find(
            |staff| matches!(&staff.subject, Some((k, How::Took | How::Returned)) if k == who),
        );
        let body = &self.before.people[who];
        taker.is_some_and(|taker| {
            body.status == Status::Upcoming || !self.ahead(taker.e(), Some(body))
        })
    }

    /// Missing from so many runs that the policy takes it for leaving.
    pub(super) fn was_missed_for_long(&self, key: &Key, body: &Body) -> bool {
        let known = key.parse().ok();
        let runs = known.and_then(|id| self.directory.past.missing_runs.get(&id));
        let runs = runs.copied().unwrap_or(0) + 1;
        let limit = self.policy.archive_missing_after_runs;
        self.is_missing(body) && limit.is_some_and(|limit| runs >= limit)
    }

    pub(super) fn is_missing(&self, body: &Body) -> bool {
        let Some(id) = &body.hris else { return false };
        self.roster.scope == Scope::Whole
            && body.status != Status::Archived
            && !self.staff.contains_key(id)
            && !self.directory.excluded.contains(id)
            && !self.directory.erased.contains(id)
    }

    /// Ends what nothing is written for: archived by an admin, back later, not known to be back,
    /// due to start but incomplete.
    pub(super) fn wait_for_what_is_missing(&mut self) {
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

    pub(super) fn relink(&mut self, who: &Key, id: &HrisId) {
        let body = self.told.after.people.get_mut(who).expect("somebody");
        body.hris = Some(id.clone());
        body.source = Source::Hris;
    }

    /// What keeps an upcoming person from starting.
    pub(super) fn lacks(&self, e: &Employee, body: &Body) -> Option<Code> {
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
}
