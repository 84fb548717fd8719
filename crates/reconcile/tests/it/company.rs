//! A company in a few words: people, employees, rosters and directories for tests.

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicU64, Ordering},
};

use domain::{
    ArchivedBy, Clock, Country, Entropy, Group, GroupId, HrisId, IdSource, Person, PersonId,
    Policy, Region, RegionId, RegionTable, SmolStr, Source, Status, text,
};
use hris::{
    AccessReading, CountryReading, Coverage, Department, DepartmentIndex, Employee,
    LifecycleReading, ManagerRef, Roster, Scope, Seen,
    normalise::{Access, Lifecycle},
};
use jiff::{
    Timestamp, ToSpan as _,
    civil::{Date, date},
};
use reconcile::{Directory, Plan, apply};

/// The day on which the examples happen.
pub(crate) const TODAY: Date = date(2026, 3, 10);

/// So many days from [`TODAY`].
pub(crate) fn day(offset: i64) -> Date {
    TODAY.saturating_add(offset.days())
}

fn uuid(kind: u32, n: u32) -> String {
    format!("{kind:08x}-0000-7000-8000-{n:012x}")
}

pub(crate) fn pid(n: u32) -> PersonId {
    uuid(1, n).parse().expect("an id")
}

pub(crate) fn gid(n: u32) -> GroupId {
    uuid(2, n).parse().expect("an id")
}

fn rid(n: u32) -> RegionId {
    uuid(3, n).parse().expect("an id")
}

pub(crate) fn europe() -> RegionId {
    rid(1)
}

pub(crate) fn americas() -> RegionId {
    rid(2)
}

pub(crate) fn elsewhere() -> RegionId {
    rid(3)
}

/// Portugal and Germany, the United States and Canada, and a fallback without countries; Brazil is
/// in none.
pub(crate) fn regions() -> RegionTable {
    let region = |id, name: &str, countries: &[&str], fallback| Region {
        id,
        name: name.to_owned(),
        countries: countries.iter().map(|code| country(code)).collect(),
        fallback,
    };
    RegionTable::new(vec![
        region(europe(), "Europe", &["DE", "PT"], false),
        region(americas(), "Americas", &["CA", "US"], false),
        region(elsewhere(), "Elsewhere", &[], true),
    ])
    .expect("regions")
}

pub(crate) fn country(code: &str) -> Country {
    code.parse().expect("a country")
}

pub(crate) fn hid(n: u32) -> HrisId {
    HrisId::from(format!("e{n}").as_str())
}

/// Names for numbers; people with neighbouring numbers share neither first name nor surname.
pub(crate) fn names(n: u32) -> (String, String) {
    (format!("First{n}"), format!("Last{n}"))
}

fn address(n: u32) -> String {
    format!("p{n}@acme.test")
}

/// Person `n`, linked to employee `n`, active for a year, from Portugal, without group or approver.
pub(crate) fn person(n: u32) -> Person {
    let (first, last) = names(n);
    Person {
        id: pid(n),
        hris_id: Some(hid(n)),
        email: address(n).into(),
        email_key: address(n).into(),
        first_name: first.into(),
        last_name: last.into(),
        status: Status::Active,
        archived_by: None,
        archived_at: None,
        admin: false,
        can_sign_in: false,
        source: Source::Hris,
        start_date: Some(day(-365)),
        end_date: None,
        country: Some(country("PT")),
        region: Some(europe()),
        group: None,
        manual_groups: Vec::new(),
        approver: None,
        manual_approvers: Vec::new(),
        version: 1,
        updated_at: Timestamp::UNIX_EPOCH,
    }
}

/// The same person, archived.
pub(crate) fn archived(mut person: Person, by: ArchivedBy) -> Person {
    person.status = Status::Archived;
    person.archived_by = Some(by);
    person.archived_at = Some(Timestamp::UNIX_EPOCH);
    person
}

/// The same person, added by hand.
pub(crate) fn by_hand(mut person: Person) -> Person {
    person.hris_id = None;
    person.source = Source::Manual;
    person
}

/// The same person with another email.
pub(crate) fn with_email(mut person: Person, email: &str) -> Person {
    person.email = email.into();
    person.email_key = text::email_key(email);
    person
}

/// The same person as an admin who can sign in.
pub(crate) fn acting_admin(mut person: Person) -> Person {
    person.admin = true;
    person.can_sign_in = true;
    person
}

/// An employee with the department spelt out.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Draft {
    pub(crate) e: Employee,
    pub(crate) department: Seen<(String, String)>,
}

/// Employee `n`, who agrees with [`person`] `n` in everything.
pub(crate) fn employee(n: u32) -> Draft {
    let (first, last) = names(n);
    let mut e = Employee::unknown(hid(n));
    e.first_name = Seen::Value(first.into());
    e.surname = Seen::Value(last.into());
    e.email = email(&address(n));
    e.start_date = Seen::Value(day(-365));
    e.end_date = Seen::Null;
    e.lifecycle = lifecycle("employed");
    e.access = access("active");
    e.manager = Seen::Null;
    e.country = in_country("PT");
    Draft {
        e,
        department: Seen::Null,
    }
}

pub(crate) fn email(address: &str) -> Seen<text::Email> {
    Seen::Value(text::Email::parse(address).expect("an email"))
}

pub(crate) fn in_country(code: &str) -> Seen<CountryReading> {
    Seen::Value(CountryReading::Known(country(code)))
}

pub(crate) fn lifecycle(word: &str) -> Seen<LifecycleReading> {
    Seen::Value(LifecycleReading {
        status: hris::normalise::lifecycle(word),
        text: word.into(),
    })
}

pub(crate) fn access(word: &str) -> Seen<AccessReading> {
    Seen::Value(AccessReading {
        status: hris::normalise::access(word),
        text: word.into(),
    })
}

pub(crate) fn terminated(reading: &Seen<LifecycleReading>) -> bool {
    reading
        .value()
        .is_some_and(|reading| reading.status == Lifecycle::Terminated)
}

pub(crate) fn inactive(reading: &Seen<AccessReading>) -> bool {
    reading
        .value()
        .is_some_and(|reading| reading.status == Access::Inactive)
}

/// Changes of an employee in one expression each.
impl Draft {
    pub(crate) fn with(mut self, change: impl FnOnce(&mut Employee)) -> Self {
        change(&mut self.e);
        self
    }

    pub(crate) fn email(self, address: &str) -> Self {
        self.with(|e| e.email = email(address))
    }

    pub(crate) fn named(self, first: &str, last: &str) -> Self {
        self.with(|e| {
            e.first_name = Seen::Value(first.into());
            e.surname = Seen::Value(last.into());
        })
    }

    pub(crate) fn named_like(self, n: u32) -> Self {
        let (first, last) = names(n);
        self.named(&first, &last)
    }

    pub(crate) fn starts(self, date: Date) -> Self {
        self.with(|e| e.start_date = Seen::Value(date))
    }

    pub(crate) fn ends(self, date: Date) -> Self {
        self.with(|e| e.end_date = Seen::Value(date))
    }

    pub(crate) fn status(self, word: &str) -> Self {
        self.with(|e| e.lifecycle = lifecycle(word))
    }

    pub(crate) fn terminated(self) -> Self {
        self.status("Terminated")
    }

    pub(crate) fn manager(self, n: u32) -> Self {
        self.with(|e| e.manager = Seen::Value(ManagerRef::Id(hid(n))))
    }

    pub(crate) fn country(self, code: &str) -> Self {
        self.with(|e| e.country = in_country(code))
    }

    pub(crate) fn department(mut self, id: &str, name: &str) -> Self {
        self.department = Seen::Value((id.to_owned(), name.to_owned()));
        self
    }
}

/// Everybody's roster.
pub(crate) fn whole(drafts: impl IntoIterator<Item = Draft>) -> Roster {
    let mut roster = Roster {
        employees: Vec::new(),
        departments: Vec::new(),
        unreadable: Vec::new(),
        coverage: Coverage::default(),
        scope: Scope::Whole,
    };
    let mut known: BTreeMap<String, DepartmentIndex> = BTreeMap::new();
    for mut draft in drafts {
        draft.e.department = match draft.department {
            Seen::Absent => Seen::Absent,
            Seen::Null => Seen::Null,
            Seen::Bad(text) => Seen::Bad(text),
            Seen::Value((id, name)) => {
                let index = *known.entry(id.clone()).or_insert_with(|| {
                    let index = DepartmentIndex(roster.departments.len() as u32);
                    roster.departments.push(Department {
                        id: id.into(),
                        name: name.into(),
                    });
                    index
                });
                Seen::Value(index)
            }
        };
        roster.coverage.count(&draft.e);
        roster.employees.push(draft.e);
    }
    roster
}

/// A roster of some, as a webhook asks for it.
pub(crate) fn named(drafts: impl IntoIterator<Item = Draft>) -> Roster {
    let mut roster = whole(drafts);
    roster.scope = Scope::Named(roster.employees.iter().map(|e| e.id.clone()).collect());
    roster
}

/// A directory of these people.
pub(crate) fn directory(people: impl IntoIterator<Item = Person>) -> Directory {
    let mut directory = Directory::empty(regions());
    directory.people.extend(people);
    directory
}

/// A group of the directory.
pub(crate) fn group(n: u32, name: &str, sources: &[&str]) -> Group {
    Group {
        id: gid(n),
        name: name.into(),
        name_key: text::fold_name(name),
        sources: sources
            .iter()
            .map(|source| SmolStr::from(*source))
            .collect(),
    }
}

/// A clock that stands.
pub(crate) struct Stopped(pub(crate) Timestamp);

impl Clock for Stopped {
    fn now(&self) -> Timestamp {
        self.0
    }
}

/// Randomness that counts.
#[derive(Default)]
pub(crate) struct Counting(AtomicU64);

impl Entropy for Counting {
    fn fill(&self, buffer: &mut [u8]) {
        let number = self.0.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        for (byte, digit) in buffer.iter_mut().rev().zip(number.iter().rev()) {
            *byte = *digit;
        }
    }
}

/// The directory after a plan that is applied at this instant.
pub(crate) fn apply_at(plan: &Plan, directory: &Directory, now: Timestamp) -> Directory {
    let (clock, entropy) = (Stopped(now), Counting::default());
    apply::applied(plan, directory, &IdSource::new(&clock, &entropy), &clock)
}

/// Noon of [`TODAY`].
pub(crate) fn noon() -> Timestamp {
    "2026-03-10T12:00:00Z".parse().expect("an instant")
}

/// A policy with one thing changed.
pub(crate) fn policy(change: impl FnOnce(&mut Policy)) -> Policy {
    let mut policy = Policy::default();
    change(&mut policy);
    policy
}
