//! What happens in the company, day by day: the human resources department as HiBob sees it.

use std::collections::{BTreeMap, BTreeSet};

use domain::policy::ArchiveAt;
use jiff::{ToSpan as _, civil::Date};
use rand::{RngExt as _, SeedableRng as _, seq::IndexedRandom as _};
use rand_chacha::ChaCha8Rng;
use sandbox::{Employee, Roster};
use smol_str::SmolStr;

use crate::company::{COUNTRIES, DEPARTMENTS, day, employee, has_left};

/// What HiBob said of somebody's leaving: a record with nothing else in it.
type Word = [Option<SmolStr>; 3];

/// The department and what it remembers.
pub(crate) struct Hr {
    pub(super) rng: ChaCha8Rng,
    pub(super) people: usize,
    pub(super) today: Date,
    pub(super) archive_at: ArchiveAt,
    /// The number of the next who is hired, and of the next thing that needs a name.
    next: usize,
    fresh: u32,
    /// Who leaves only when the story says so.
    pub(crate) spared: BTreeSet<SmolStr>,
    /// Records of leavers who came back with a new one.
    pub(crate) succeeded: BTreeSet<SmolStr>,
    /// Records that HiBob no longer has.
    pub(crate) deleted: BTreeSet<SmolStr>,
    /// Who was here before, by hand or before they came back.
    pub(crate) returned: BTreeSet<SmolStr>,
    /// Who is spoiled, as they were before.
    spoiled: BTreeMap<SmolStr, Employee>,
    /// People added by hand who will be hired with the same email.
    pub(crate) announced: Vec<Employee>,
    said: BTreeMap<SmolStr, BTreeSet<Word>>,
}

impl Hr {
    pub(crate) fn new(seed: u64, people: usize, today: Date, archive_at: ArchiveAt) -> Self {
        Self {
            rng: ChaCha8Rng::seed_from_u64(seed),
            people,
            today,
            archive_at,
            next: people,
            fresh: 0,
            spared: BTreeSet::new(),
            succeeded: BTreeSet::new(),
            deleted: BTreeSet::new(),
            returned: BTreeSet::new(),
            spoiled: BTreeMap::new(),
            announced: Vec::new(),
            said: BTreeMap::new(),
        }
    }

    /// Somebody who is not in the company yet.
    pub(crate) fn newcomer(&mut self) -> Employee {
        self.next += 1;
        employee(self.next, self.today)
    }

    /// A word that nobody has yet.
    pub(super) fn fresh(&mut self) -> u32 {
        self.fresh += 1;
        self.fresh
    }

    /// What HiBob says from today on.
    pub(crate) fn say(&mut self, roster: &Roster) {
        for employee in &roster.employees {
            let word = [
                employee.lifecycle_status.clone(),
                employee.start_date.clone(),
                employee.termination_date.clone(),
            ];
            self.said
                .entry(employee.id.clone())
                .or_default()
                .insert(word);
        }
    }

    /// Whether anything that HiBob ever said of somebody means that they have left by today.
    pub(crate) fn was_ever_said_to_have_left(&self, id: &str) -> bool {
        let words = self.said.get(id);
        words.is_some_and(|words| {
            words.iter().any(|[lifecycle, start, end]| {
                let record = Employee {
                    lifecycle_status: lifecycle.clone(),
                    start_date: start.clone(),
                    termination_date: end.clone(),
                    ..Employee::default()
                };
                has_left(&record, self.today, self.archive_at)
            })
        })
    }

    /// About so many in a thousand of the company, at least none.
    pub(super) fn some(&mut self, in_a_thousand: usize) -> usize {
        let most = self.people * in_a_thousand / 1000 + 2;
        self.rng.random_range(0..most)
    }

    pub(super) fn chance(&mut self, percent: u32) -> bool {
        self.rng.random_range(0..100) < percent
    }

    /// The place of somebody who fits and has no part in a story or a mishap.
    pub(super) fn pick(
        &mut self,
        roster: &Roster,
        fits: impl Fn(&Employee) -> bool,
    ) -> Option<usize> {
        let free = |e: &Employee| !self.spared.contains(&e.id) && !self.spoiled.contains_key(&e.id);
        let all = roster.employees.iter().enumerate();
        let fitting = all.filter(|(_, e)| fits(e) && free(e)).map(|(at, _)| at);
        let fitting: Vec<usize> = fitting.collect();
        fitting.choose(&mut self.rng).copied()
    }

    /// The night: who starts has started, and most whose last day is over are terminated.
    pub(crate) fn turn_over(&mut self, roster: &mut Roster, today: Date) {
        self.today = today;
        for employee in &mut roster.employees {
            let starts = day(employee.start_date.as_deref());
            if is(employee, "Hired") && starts.is_some_and(|start| start <= today) {
                employed(employee);
            }
            let over = day(employee.termination_date.as_deref()).is_some_and(|end| end < today);
            if over && !is(employee, "Terminated") && self.rng.random_range(0..10) < 6 {
                terminated(employee);
            }
        }
    }

    pub(super) fn hire(&mut self, roster: &mut Roster) {
        let announced = self.announced.pop();
        let is_announced = announced.is_some();
        let mut new = match announced {
            Some(announced) => {
                // They are here already, and nobody who is here goes back to waiting.
                self.returned.insert(announced.id.clone());
                announced
            }
            None => self.newcomer(),
        };
        let ahead: i64 = self.rng.random_range(-2..9);
        new.start_date = Some(self.date(ahead));
        if ahead > 0 {
            new.lifecycle_status = Some("Hired".into());
            new.access_status = Some("Inactive".into());
        }
        let boss = self.pick(roster, works);
        new.manager_id = boss.map(|at| roster.employees[at].id.clone());
        new.department_id = self.department(roster);
        new.country = Some(self.country());
        if !is_announced
            && self.chance(10)
            && let Some(leaver) = self.pick(roster, gone)
            && self.is_free(roster, leaver)
        {
            // The address of somebody who left, for somebody else.
            new.email.clone_from(&roster.employees[leaver].email);
            new.first_name = Some("Yet".into());
            new.surname = Some(format!("Another{}", self.fresh()).into());
        }
        if self.chance(10) {
            let whole = new.clone();
            match self.rng.random_range(0..4) {
                0 => new.country = None,
                1 => new.email = None,
                2 => new.start_date = Some("31 February".into()),
                _ => new.email = Some("nobody at home".into()),
            }
            self.spoiled.insert(new.id.clone(), whole);
        } else if self.chance(5) {
            new.country = Some("Atlantis".into());
        }
        roster.employees.push(new);
    }

    pub(super) fn leave(&mut self, roster: &mut Roster) {
        if let Some(at) = self.pick(roster, works) {
            self.let_go(&mut roster.employees[at]);
        }
    }

    pub(crate) fn let_go(&mut self, employee: &mut Employee) {
        let days = self.rng.random_range(-3..6);
        match self.rng.random_range(0..4) {
            0 => terminated(employee),
            1 => {
                employee.termination_date = Some(self.date(-1));
                terminated(employee);
            }
            _ => employee.termination_date = Some(self.date(days)),
        }
    }

    /// Somebody who was to leave stays.
    pub(super) fn rescind(&mut self, roster: &mut Roster) {
        let leaving = |e: &Employee| is(e, "Employed") && e.termination_date.is_some();
        if let Some(at) = self.pick(roster, leaving) {
            roster.employees[at].termination_date = None;
            self.returned.insert(roster.employees[at].id.clone());
            self.make_free(roster, at);
        }
    }

    /// Somebody who left comes back with the same record.
    pub(super) fn come_back(&mut self, roster: &mut Roster) {
        let succeeded = self.succeeded.clone();
        if let Some(at) = self.pick(roster, |e| gone(e) && !succeeded.contains(&e.id)) {
            let ahead = self.rng.random_range(-2..3);
            let start = Some(self.date(ahead));
            let employee = &mut roster.employees[at];
            employed(employee);
            employee.termination_date = None;
            employee.start_date = start;
            self.returned.insert(roster.employees[at].id.clone());
            self.make_free(roster, at);
        }
    }

    /// Somebody who left comes back with a new record.
    pub(super) fn come_back_anew(&mut self, roster: &mut Roster) {
        let succeeded = self.succeeded.clone();
        let fits = |e: &Employee| gone(e) && !succeeded.contains(&e.id);
        let Some(at) = self.pick(roster, fits) else {
            return;
        };
        if !self.is_free(roster, at) {
            return;
        }
        let old = roster.employees[at].clone();
        self.succeeded.insert(old.id.clone());
        let mut new = Employee {
            id: self.newcomer().id,
            termination_date: None,
            start_date: Some(self.date(0)),
            ..old
        };
        employed(&mut new);
        self.returned.insert(new.id.clone());
        roster.employees.push(new);
    }

    /// HiBob loses somebody's record.
    pub(super) fn delete(&mut self, roster: &mut Roster) {
        if let Some(at) = self.pick(roster, works) {
            let employee = roster.employees.remove(at);
            self.deleted.insert(employee.id);
        }
    }

    pub(super) fn spoil(&mut self, roster: &mut Roster) {
        let (Some(at), Some(other)) = (self.pick(roster, works), self.pick(roster, works)) else {
            return;
        };
        let whole = roster.employees[at].clone();
        let others_email = roster.employees[other].email.clone();
        let employee = &mut roster.employees[at];
        match self.rng.random_range(0..7) {
            0 => employee.country = None,
            1 => employee.email = None,
            2 => employee.start_date = Some("31/02/2026".into()),
            3 => employee.email = Some("line\r\nbreak@acme.test".into()),
            4 => employee.lifecycle_status = Some("On a quest".into()),
            5 => employee.start_date = None,
            _ => employee.email = others_email,
        }
        self.spoiled.insert(whole.id.clone(), whole);
    }

    /// Mends so many in a hundred of those who are spoiled.
    pub(crate) fn mend(&mut self, roster: &mut Roster, percent: u32) {
        let spoiled = std::mem::take(&mut self.spoiled);
        for (id, whole) in spoiled {
            let place = roster.employees.iter().position(|e| e.id == id);
            match place {
                Some(at) if self.chance(percent) => {
                    let employee = &mut roster.employees[at];
                    employee.country = whole.country;
                    employee.email = whole.email;
                    employee.start_date = whole.start_date;
                    employee.lifecycle_status = whole.lifecycle_status;
                }
                Some(_) => _ = self.spoiled.insert(id, whole),
                None => {}
            }
        }
        self.turn_over(roster, self.today);
    }

    /// Whether nobody who has not left has the email of this one.
    pub(super) fn is_free(&self, roster: &Roster, at: usize) -> bool {
        let written = |e: &Employee| e.email.as_deref().map(str::to_lowercase);
        let email = written(&roster.employees[at]);
        let takes = |e: &Employee| !is(e, "Terminated") && written(e) == email;
        let mut others = roster.employees.iter().enumerate();
        !others.any(|(other, e)| other != at && takes(e)) && !self.spoiled.values().any(takes)
    }

    /// Gives somebody another email when somebody else has theirs by now.
    fn make_free(&mut self, roster: &mut Roster, at: usize) {
        if !self.is_free(roster, at) {
            roster.employees[at].email = Some(self.address());
        }
    }

    pub(super) fn address(&mut self) -> SmolStr {
        format!("new.{}@acme.test", self.fresh()).into()
    }

    pub(super) fn date(&self, ahead: i64) -> SmolStr {
        self.today.saturating_add(ahead.days()).to_string().into()
    }

    pub(super) fn country(&mut self) -> SmolStr {
        COUNTRIES.choose(&mut self.rng).unwrap().0.into()
    }

    pub(super) fn department(&mut self, roster: &Roster) -> Option<SmolStr> {
        debug_assert!(roster.departments.len() >= DEPARTMENTS.len());
        let department = roster.departments.choose(&mut self.rng)?;
        Some(department.id.clone())
    }
}

pub(super) fn is(employee: &Employee, status: &str) -> bool {
    employee.lifecycle_status.as_deref() == Some(status)
}

/// Works here and is not about to leave.
pub(super) fn works(employee: &Employee) -> bool {
    is(employee, "Employed") && employee.termination_date.is_none()
}

pub(super) fn gone(employee: &Employee) -> bool {
    is(employee, "Terminated")
}

fn employed(employee: &mut Employee) {
    employee.lifecycle_status = Some("Employed".into());
    employee.access_status = Some("Active".into());
}

pub(crate) fn terminated(employee: &mut Employee) {
    employee.lifecycle_status = Some("Terminated".into());
    employee.access_status = Some("Inactive".into());
}
