//! The directory as it must stand in the end, told from the company and the admin's deeds alone.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use domain::{ArchivedBy, Person, PersonId, Status};
use jiff::civil::Date;
use reconcile::Directory;
use sandbox::{Employee, Roster};

use super::{admin::Admin, hr::Hr};
use crate::company::{COUNTRIES, day, has_left};

/// What is known, for a good sync of everybody that has just been applied.
pub(crate) struct Oracle<'a> {
    pub(crate) roster: &'a Roster,
    pub(crate) hr: &'a Hr,
    pub(crate) admin: &'a Admin,
    pub(crate) today: Date,
    /// Whom a good sync has found here before.
    pub(crate) known: &'a BTreeSet<String>,
    pub(crate) directory: &'a Directory,
    /// The ids of employees whom an admin left out.
    pub(crate) excluded: &'a BTreeSet<String>,
}

impl Oracle<'_> {
    /// Everything that is not as it must be.
    pub(crate) fn complaints(&self) -> Vec<String> {
        let mut complaints = Vec::new();
        let linked: BTreeMap<&str, &Person> = self
            .directory
            .people
            .iter()
            .filter_map(|person| Some((person.hris_id.as_ref()?.as_str(), person)))
            .collect();
        for employee in &self.roster.employees {
            let person = linked.get(employee.id.as_str()).copied();
            if let Err(complaint) = self.judge(employee, person, &linked) {
                let about = Brief(employee, person);
                let holders = self.with_email(employee);
                complaints.push(format!("{complaint}: {about:?}, email with {holders:?}"));
            }
        }
        let ids: BTreeSet<&str> = self
            .roster
            .employees
            .iter()
            .map(|e| e.id.as_str())
            .collect();
        for (id, person) in &linked {
            if !ids.contains(id) && !self.hr.deleted.contains(*id) {
                complaints.push(format!("HiBob never had {person:?}"));
            }
        }
        for (id, left) in &self.admin.own {
            let Some(person) = self.directory.people.iter().find(|person| person.id == *id) else {
                complaints.push(format!("the admin's own is gone: {left:?}"));
                continue;
            };
            if person.hris_id.is_none() && own(person) != own(left) {
                complaints.push(format!("the admin's own changed: {left:?} is {person:?}"));
            }
        }
        complaints
    }

    /// Everybody who has the email that an employee wants.
    fn with_email(&self, employee: &Employee) -> Vec<String> {
        let key = domain::text::email_key(employee.email.as_deref().unwrap_or_default());
        let people = self.directory.people.iter();
        let people = people.filter(|person| person.email_key == key);
        people
            .map(|person| format!("{} {:?} {}", person.name(), person.hris_id, person.status))
            .collect()
    }

    fn judge(
        &self,
        employee: &Employee,
        person: Option<&Person>,
        linked: &BTreeMap<&str, &Person>,
    ) -> Result<(), String> {
        if self.excluded.contains(employee.id.as_str()) {
            return said(person.is_none(), "left out, and linked");
        }
        if has_left(employee, self.today, self.hr.archive_at) {
            return self.judge_leaver(employee, person);
        }
        let email = employee.email.as_deref().unwrap_or_default();
        let Some(person) = person else {
            let waits = employee.country.is_none() || self.is_stuck(email);
            return said(waits, "nobody has been added");
        };
        if self.admin.archived.contains(&person.id) {
            let by_admin = person.archived_by == Some(ArchivedBy::Admin);
            return said(by_admin, "the admin's archiving does not stand");
        }
        let start = day(employee.start_date.as_deref()).ok_or("no start date")?;
        if start > self.today && self.hr.returned.contains(&employee.id) {
            return said(person.status != Status::Upcoming, "was here before");
        }
        let status = if start > self.today {
            Status::Upcoming
        } else {
            Status::Active
        };
        if person.status == Status::Archived && self.is_stuck(email) {
            // They come back as soon as their email is free.
            return Ok(());
        }
        said(person.status == status, "another status")?;
        said(person.archived_by.is_none(), "archived by somebody")?;
        self.judge_fields(employee, person, linked)
    }

    fn judge_leaver(&self, employee: &Employee, person: Option<&Person>) -> Result<(), String> {
        match person {
            Some(person) => {
                said(person.status == Status::Archived, "a leaver who is in")?;
                said(person.archived_by.is_some(), "archived by nobody")
            }
            None => {
                let replaced = self.hr.succeeded.contains(&employee.id);
                let known = self.known.contains(employee.id.as_str());
                // Whoever has several records may stand under another of them.
                let elsewhere = !self.with_email(employee).is_empty();
                said(
                    replaced || elsewhere || !known,
                    "somebody who left was lost",
                )
            }
        }
    }

    fn judge_fields(
        &self,
        employee: &Employee,
        person: &Person,
        linked: &BTreeMap<&str, &Person>,
    ) -> Result<(), String> {
        let email = employee.email.as_deref().unwrap_or_default();
        said(
            person.email == email || self.is_stuck(email),
            "another email",
        )?;
        let first = employee.first_name.as_deref().unwrap_or_default();
        let last = employee.surname.as_deref().unwrap_or_default();
        said(person.first_name == first, "another first name")?;
        said(person.last_name == last, "another surname")?;
        let (start, end) = (&employee.start_date, &employee.termination_date);
        said(person.start_date == day(start.as_deref()), "another start")?;
        said(person.end_date == day(end.as_deref()), "another end")?;
        self.judge_place(employee, person)?;
        let group = person.group.map(|id| self.group(id));
        said(group == self.label(employee), "another group")?;
        said(person.manual_groups.is_empty(), "a group set by hand")?;
        let boss = employee
            .manager_id
            .as_deref()
            .filter(|id| *id != employee.id);
        let boss = boss.and_then(|id| linked.get(id));
        let boss = boss.filter(|boss| boss.status == Status::Active);
        let approver: Option<PersonId> = boss.map(|boss| boss.id);
        said(person.approver == approver, "another approver")?;
        let by_hand = person.manual_approvers.is_empty() || approver.is_none();
        said(by_hand, "an approver set by hand")
    }

    fn judge_place(&self, employee: &Employee, person: &Person) -> Result<(), String> {
        let regions = &self.directory.regions;
        let Some(text) = employee.country.as_deref() else {
            // Whoever is here keeps the place that was known last.
            return said(
                person.region.is_some() || person.status == Status::Upcoming,
                "nowhere",
            );
        };
        match COUNTRIES.iter().find(|(name, _)| *name == text) {
            Some((_, code)) => {
                let country = person.country.as_ref().map(domain::Country::as_str);
                said(country == Some(code), "another country")?;
                let region = person.country.and_then(|country| regions.of(country));
                said(person.region == region, "another region")
            }
            None => said(person.region.is_some(), "no region"),
        }
    }

    /// Whether nobody can be given an email, since in the end somebody has it whom HiBob cannot move:
    /// one of the admin's own, or somebody whose record is gone. Those who only swap are never stuck.
    fn is_stuck(&self, email: &str) -> bool {
        let mut key = domain::text::email_key(email);
        let mut passed = BTreeSet::new();
        while passed.insert(key.clone()) {
            let here = |p: &&Person| p.status != Status::Archived && p.email_key == key;
            let Some(holder) = self.directory.people.iter().find(here) else {
                return false;
            };
            let id = holder.hris_id.as_ref().map(domain::HrisId::as_str);
            let record = id.and_then(|id| self.roster.employees.iter().find(|e| e.id == id));
            match record.and_then(|record| record.email.as_deref()) {
                Some(wish) => key = domain::text::email_key(wish),
                None => return true,
            }
        }
        false
    }

    fn group(&self, id: domain::GroupId) -> &str {
        let group = self.directory.groups.iter().find(|group| group.id == id);
        group.map_or("", |group| group.name.as_str())
    }

    /// The name of an employee's department.
    fn label(&self, employee: &Employee) -> Option<&str> {
        let id = employee.department_id.as_ref()?;
        let department = self.roster.departments.iter().find(|d| d.id == *id)?;
        Some(department.label().as_str())
    }
}

/// An employee and the person, as far as one wants to read of them.
struct Brief<'a>(&'a Employee, Option<&'a Person>);

impl fmt::Debug for Brief<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(employee, person) = self;
        let Employee {
            id,
            email,
            start_date,
            termination_date,
            lifecycle_status,
            country,
            department_id,
            manager_id,
            ..
        } = employee;
        let name = employee.readable_name();
        write!(
            f,
            "{id} {name:?} {email:?} {lifecycle_status:?} {start_date:?}..{termination_date:?} in {country:?} \
             {department_id:?} under {manager_id:?} is "
        )?;
        match person {
            None => f.write_str("nobody"),
            Some(person) => write!(
                f,
                "{} {} <{}> {} {:?} {:?}..{:?} in {:?} {:?} {:?}, changed {}",
                person.id,
                person.name(),
                person.email,
                person.status,
                person.archived_by,
                person.start_date,
                person.end_date,
                person.country,
                person.group,
                person.approver,
                person.updated_at
            ),
        }
    }
}

/// What nobody but the admin may change.
fn own(person: &Person) -> impl PartialEq + '_ {
    (
        person.status,
        &person.email,
        (&person.first_name, &person.last_name),
        (person.country, person.region),
        person.start_date,
    )
}

fn said(holds: bool, complaint: &str) -> Result<(), String> {
    if holds {
        Ok(())
    } else {
        Err(complaint.to_owned())
    }
}
