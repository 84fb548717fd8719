//! What admins and the timer do.

use domain::{ArchivedBy, HrisId, PersonId, Source, Status, policy::ArchiveAt, text};
use jiff::civil::Date;

use super::{COUNTRIES, DEPARTMENTS, Event, World, email_of, name_of};
use crate::company::{country, gid, group, person, pid};

impl World {
    /// What an admin does in the directory.
    pub(super) fn by_hand(&mut self, event: &Event) {
        let now = self.now();
        match event {
            Event::AddByHand { name, email, start } => {
                let start = start.map(|start| self.date(start));
                self.add_by_hand(*name, email_of(*email), start);
            }
            Event::ArchiveByHand { who } => self.person(*who, |person| {
                if person.status != Status::Archived {
                    person.status = Status::Archived;
                    person.archived_by = Some(ArchivedBy::Admin);
                    person.archived_at = Some(now);
                }
            }),
            Event::RestoreByHand { who } => {
                let Some(person) = self.someone(*who).cloned() else {
                    return;
                };
                if !self.in_use(&person.email_key, person.id) {
                    self.person(*who, |person| {
                        person.status = Status::Active;
                        person.archived_by = None;
                        person.archived_at = None;
                    });
                }
            }
            Event::EditByHand { who, what, value } => self.edit(*who, *what, *value),
            Event::Admin { who, can_sign_in } => self.person(*who, |person| {
                person.admin = true;
                person.can_sign_in = *can_sign_in;
            }),
            Event::GroupByHand { who, name } => {
                let name = DEPARTMENTS[usize::from(*name)];
                let key = text::fold_name(name);
                let id = match self.directory.group_by_key(&key) {
                    Some(group) => group.id,
                    None => {
                        let made = group(self.directory.groups.len() as u32, name, &[]);
                        self.directory.groups.push(made);
                        gid(self.directory.groups.len() as u32 - 1)
                    }
                };
                self.person(*who, |person| {
                    if !person.manual_groups.contains(&id) {
                        person.manual_groups.push(id);
                        person.manual_groups.sort();
                    }
                });
            }
            Event::ApproverByHand { who, approver } => {
                let Some(approver) = self.someone(*approver).map(|person| person.id) else {
                    return;
                };
                self.person(*who, |person| {
                    if person.id != approver && !person.manual_approvers.contains(&approver) {
                        person.manual_approvers.push(approver);
                    }
                });
            }
            Event::Exclude { who } => {
                let id = self.employee_id(*who);
                self.unlink(&id);
                self.directory.excluded.insert(id);
            }
            Event::Include => self.directory.excluded.clear(),
            Event::Erase { who } => {
                let id = self.employee_id(*who);
                self.unlink(&id);
                self.directory.erased.insert(id);
            }
            Event::Decline { who } => {
                let Some(person) = self.someone(*who).map(|person| person.id) else {
                    return;
                };
                self.directory.past.keep.insert(person);
            }
            _ => {}
        }
    }

    pub(super) fn unlink(&mut self, id: &HrisId) {
        for person in &mut self.directory.people {
            if person.hris_id.as_ref() == Some(id) {
                person.hris_id = None;
                person.source = Source::Manual;
            }
        }
    }

    pub(super) fn in_use(&self, email_key: &str, except: PersonId) -> bool {
        self.directory.people.iter().any(|person| {
            person.id != except
                && person.status != Status::Archived
                && person.email_key == email_key
        })
    }

    pub(super) fn add_by_hand(&mut self, name: u8, address: &str, start: Option<Date>) {
        let key = text::email_key(address);
        // The page refuses an email that somebody has or had.
        if self
            .directory
            .people
            .iter()
            .any(|person| person.email_key == key)
        {
            return;
        }
        self.made_by_hand += 1;
        let (first, last) = name_of(name);
        let mut added = crate::company::by_hand(person(1000 + self.made_by_hand));
        added.id = pid(1000 + self.made_by_hand);
        added = crate::company::with_email(added, address);
        added.first_name = first.into();
        added.last_name = last.into();
        added.start_date = start;
        if start.is_some_and(|start| start > self.today) {
            added.status = Status::Upcoming;
        }
        self.directory.people.push(added);
    }

    pub(super) fn edit(&mut self, who: u8, what: u8, value: u8) {
        let Some(person) = self.someone(who).cloned() else {
            return;
        };
        let address = email_of(value);
        let free = !self.in_use(&text::email_key(address), person.id);
        let end = self.date((value % 8) as i8 - 4);
        let (first, last) = name_of(value);
        let home = country(COUNTRIES[usize::from(value) % 2]);
        let regions = &self.directory.regions;
        let region = regions.of(home).unwrap_or(regions.fallback());
        self.person(who, |person| match what {
            0 if free => {
                person.email = address.into();
                person.email_key = text::email_key(address);
            }
            1 => {
                person.first_name = first.into();
                person.last_name = last.into();
            }
            2 => {
                person.country = Some(home);
                person.region = Some(region);
            }
            3 => person.end_date = Some(end),
            4 => person.group = None,
            _ => person.approver = None,
        });
    }

    /// What the timer does: known end dates archive.
    pub(super) fn midnight(&mut self) {
        let (today, now) = (self.today, self.now());
        for person in &mut self.directory.people {
            let over = person.end_date.is_some_and(|end| end < today);
            if person.status == Status::Active && over {
                person.status = Status::Archived;
                person.archived_by = Some(ArchivedBy::EndDate);
                person.archived_at = Some(now);
            }
        }
    }

    pub(super) fn decide(&mut self, what: u8, value: u8) {
        let policy = &mut self.policy;
        match what {
            0 => {
                policy.archive_at = if value == 0 {
                    ArchiveAt::EndOfDay
                } else {
                    ArchiveAt::StartOfDay
                };
            }
            1 => policy.keep_manual_groups = value > 0,
            2 => policy.archive_inactive = value > 0,
            3 => policy.archive_missing_after_runs = (value > 0).then(|| value.into()),
            _ => policy.use_preferred_name = value > 0,
        }
    }
}
