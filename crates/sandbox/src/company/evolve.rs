//! What happens to a company from one day to the next.

use jiff::civil::Date;
use rand::{RngExt, SeedableRng, seq::SliceRandom};
use rand_chacha::ChaCha8Rng;
use rustc_hash::FxHashSet;
use smol_str::{SmolStr, format_smolstr};

use super::{DOMAIN, day, id_text, names::Pool, places};
use crate::roster::{Employee, Roster};

/// How much happens.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Change {
    /// How many start today.
    pub joiners: usize,
    /// How many left yesterday and are terminated.
    pub leavers: usize,
    /// Whether a department gets another name (its id stays).
    pub rename_department: bool,
    /// How many get another manager.
    pub new_managers: usize,
    /// How many get another email.
    pub new_emails: usize,
    /// How many moved to another country.
    pub moves: usize,
}

impl Change {
    /// What touches about one person in a hundred: a fifth each joins, leaves, gets another manager, another email
    /// and another country; at least one of each.
    pub fn one_percent(people: usize) -> Self {
        let fifth = (people / 500).max(1);
        Self {
            joiners: fifth,
            leavers: fifth,
            rename_department: false,
            new_managers: fifth,
            new_emails: fifth,
            moves: fifth,
        }
    }
}

/// What happened, by employee id; nobody is in two lists.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changed {
    /// Who started today.
    pub joined: Vec<SmolStr>,
    /// Who left.
    pub left: Vec<SmolStr>,
    /// Who has another manager.
    pub new_managers: Vec<SmolStr>,
    /// Who has another email.
    pub new_emails: Vec<SmolStr>,
    /// Who lives in another country.
    pub moved: Vec<SmolStr>,
    /// The renamed department: id, name before, name after.
    pub renamed: Option<(SmolStr, SmolStr, SmolStr)>,
}

/// Lets a day pass: the same company, seed and day give the same changes. Only people who are employed, active and
/// lead nobody leave or change, so the tree stays a tree; where there are too few of them, less happens.
pub fn evolve(roster: &mut Roster, seed: u64, today: Date, change: &Change) -> Changed {
    let mut rng = ChaCha8Rng::seed_from_u64(seed ^ 0x5eed_0fda_75ee_d0fd);
    let managers = managers(roster);
    let mut plain = plain(roster, &managers);
    plain.shuffle(&mut rng);
    let mut plain = plain.into_iter();
    let mut changed = Changed::default();
    for at in plain.by_ref().take(change.leavers) {
        let employee = &mut roster.employees[at];
        leave(employee, today);
        changed.left.push(employee.id.clone());
    }
    for at in plain.by_ref().take(change.new_managers) {
        if let Some(id) = move_to_another_manager(&mut roster.employees[at], &managers, &mut rng) {
            changed.new_managers.push(id);
        }
    }
    let mut emails = Taken::new(roster);
    for at in plain.by_ref().take(change.new_emails) {
        let employee = &mut roster.employees[at];
        let name = employee
            .email
            .as_deref()
            .and_then(|email| email.split('@').next())
            .unwrap_or("new")
            .to_owned();
        employee.email = Some(emails.fresh(&format!("{name}-new")));
        changed.new_emails.push(employee.id.clone());
    }
    let pool = Pool::new();
    for at in plain.by_ref().take(change.moves) {
        let employee = &mut roster.employees[at];
        move_abroad(employee, &pool, &mut rng);
        changed.moved.push(employee.id.clone());
    }
    changed.joined = join(
        roster,
        change.joiners,
        &managers,
        &mut emails,
        today,
        &pool,
        &mut rng,
    );
    if change.rename_department {
        changed.renamed = rename(roster, &mut rng);
    }
    changed
}

/// The ids of everybody who leads somebody and is employed, in the order of the roster.
fn managers(roster: &Roster) -> Vec<SmolStr> {
    let leading: FxHashSet<&str> = roster
        .employees
        .iter()
        .filter_map(|e| e.manager_id.as_deref())
        .collect();
    let employed = roster
        .employees
        .iter()
        .filter(|e| is_plain(e) && leading.contains(e.id.as_str()));
    employed.map(|e| e.id.clone()).collect()
}

/// The places of those who are simply employed and lead nobody.
fn plain(roster: &Roster, managers: &[SmolStr]) -> Vec<usize> {
    let leading: FxHashSet<&str> = managers.iter().map(SmolStr::as_str).collect();
    let employees = roster.employees.iter().enumerate();
    employees
        .filter(|(_, e)| is_plain(e) && !leading.contains(e.id.as_str()))
        .map(|(at, _)| at)
        .collect()
}

fn is_plain(employee: &Employee) -> bool {
    employee.lifecycle_status.as_deref() == Some("Employed")
        && employee.access_status.as_deref() == Some("Active")
        && employee.termination_date.is_none()
}

fn leave(employee: &mut Employee, today: Date) {
    employee.lifecycle_status = Some(SmolStr::new_static("Terminated"));
    employee.access_status = Some(SmolStr::new_static("Inactive"));
    employee.termination_date = Some(day(today, -1));
}

fn move_to_another_manager(
    employee: &mut Employee,
    managers: &[SmolStr],
    rng: &mut ChaCha8Rng,
) -> Option<SmolStr> {
    let others: Vec<_> = (0..8)
        .filter(|_| !managers.is_empty())
        .map(|_| &managers[rng.random_range(0..managers.len())])
        .filter(|id| Some(*id) != employee.manager_id.as_ref() && **id != employee.id)
        .collect();
    employee.manager_id = Some((*others.first()?).clone());
    Some(employee.id.clone())
}

fn move_abroad(employee: &mut Employee, pool: &Pool, rng: &mut ChaCha8Rng) {
    let before = employee.country.take();
    let mut country = pool.draw(rng).country;
    while before.as_deref() == Some(country) {
        country = pool.draw(rng).country;
    }
    employee.country = Some(SmolStr::new_static(country));
}

fn join(
    roster: &mut Roster,
    count: usize,
    managers: &[SmolStr],
    emails: &mut Taken,
    today: Date,
    pool: &Pool,
    rng: &mut ChaCha8Rng,
) -> Vec<SmolStr> {
    let largest = roster
        .employees
        .iter()
        .filter_map(|e| e.id.parse::<u64>().ok())
        .max()
        .unwrap_or(super::FIRST_ID);
    let mut joined = Vec::with_capacity(count);
    for nth in 1..=count as u64 {
        let drawn = pool.draw(rng);
        let manager =
            (!managers.is_empty()).then(|| managers[rng.random_range(0..managers.len())].clone());
        let id = id_text(largest + nth * 7_919);
        joined.push(id.clone());
        roster.employees.push(Employee {
            id,
            first_name: Some(SmolStr::from(&drawn.given.native)),
            surname: Some(SmolStr::from(&drawn.family.native)),
            display_name: Some(drawn.display()),
            email: Some(emails.fresh(&format!("{}.{}", drawn.given.roman, drawn.family.roman))),
            start_date: Some(day(today, 0)),
            department_id: a_department(roster, rng),
            manager_id: manager,
            lifecycle_status: Some(SmolStr::new_static("Employed")),
            access_status: Some(SmolStr::new_static("Active")),
            termination_date: None,
            country: Some(places::written(drawn.country, rng)),
        });
    }
    joined
}

fn a_department(roster: &Roster, rng: &mut ChaCha8Rng) -> Option<SmolStr> {
    let open: Vec<_> = roster.departments.iter().filter(|d| !d.archived).collect();
    (!open.is_empty()).then(|| open[rng.random_range(0..open.len())].id.clone())
}

/// Renames a department whose id is a number: a textual id is itself the name.
fn rename(roster: &mut Roster, rng: &mut ChaCha8Rng) -> Option<(SmolStr, SmolStr, SmolStr)> {
    let numbered = |id: &str| id.bytes().all(|byte| byte.is_ascii_digit());
    let mut open: Vec<_> = roster
        .departments
        .iter_mut()
        .filter(|d| !d.archived && numbered(&d.id))
        .collect();
    let at = (!open.is_empty()).then(|| rng.random_range(0..open.len()))?;
    let department = &mut *open[at];
    let before = department.label().clone();
    let after = format_smolstr!("{before} & Partners");
    department.name = Some(after.clone());
    Some((department.id.clone(), before, after))
}

/// Every email there is.
struct Taken(FxHashSet<SmolStr>);

impl Taken {
    fn new(roster: &Roster) -> Self {
        Self(
            roster
                .employees
                .iter()
                .filter_map(|e| e.email.clone())
                .collect(),
        )
    }

    fn fresh(&mut self, local: &str) -> SmolStr {
        let numbered = (2u32..).map(|nth| format_smolstr!("{local}{nth}@{DOMAIN}"));
        let plain = format_smolstr!("{local}@{DOMAIN}");
        let free = std::iter::once(plain)
            .chain(numbered)
            .find(|email| !self.0.contains(email));
        let free = free.unwrap_or_default();
        self.0.insert(free.clone());
        free
    }
}
