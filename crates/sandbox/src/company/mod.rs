//! A generated company: always the same for the same number of people, seed and day, and odd in the ways real
//! companies are odd.

mod departments;
mod evolve;
mod names;
mod places;

use jiff::{ToSpan, civil::Date};
use rand::{RngExt, SeedableRng, seq::SliceRandom};
use rand_chacha::ChaCha8Rng;
use rustc_hash::FxHashMap;
use smol_str::{SmolStr, format_smolstr};

pub use self::evolve::{Change, Changed, evolve};
use self::names::{Drawn, Pool};
use crate::roster::{DEFAULT_COMPANY_ID, Employee, Roster};

/// The domain of every email.
pub(crate) const DOMAIN: &str = "acme.test";
/// The distance between two ids: they grow, but nobody could count them through.
const ID_STEP: u64 = 25_396_317;
/// The smallest id; all have 19 digits and are larger than a double can hold exactly.
const FIRST_ID: u64 = 3_332_883_884_000_000_000;
/// The oldest start date, in days before today.
const OLDEST: i32 = 4500;
/// The latest date, in days after today.
const LATEST: i32 = 90;

/// What somebody is in the company.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Employed,
    Left,
    Leaving,
    Joining,
    ParentalLeave { active: bool },
    GardenLeave,
}

/// Makes a company of `n` people around the day `today`.
///
/// One tree with one head, six to eight levels deep from 500 people on; about 8 % have left, 2 % start later, a few
/// are on leave or about to go; 1 % have no country, one or two no email, one or two a single name. Nobody who leads
/// others has left. The order of the employees means nothing.
pub fn generate(n: usize, seed: u64, today: Date) -> Roster {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let calendar = Calendar::new(today);
    let pool = Pool::new();
    let tree = Tree::new(n);
    let mut people = Builder {
        ids: ids(n, &mut rng),
        roles: roles(n, &tree, &mut rng),
        emails: Emails::default(),
        departments: vec![0; n],
        tops: departments::tops(),
        below: departments::below(),
        archived_left: 3,
        calendar,
        tree,
    };
    let mut employees: Vec<Employee> = (0..n)
        .map(|at| people.employee(at, &pool, &mut rng))
        .collect();
    spoil(
        &mut employees,
        &people.roles,
        people.tree.first_leaf(),
        &mut rng,
    );
    employees.shuffle(&mut rng);
    Roster {
        company_id: DEFAULT_COMPANY_ID,
        employees,
        departments: departments::departments(),
    }
}

/// Ids that grow by uneven steps; another seed has other ids.
fn ids(n: usize, rng: &mut ChaCha8Rng) -> Vec<u64> {
    let from = FIRST_ID + rng.random_range(0..1_000_000_000);
    (0..n as u64)
        .map(|at| from + at * ID_STEP + rng.random_range(0..ID_STEP))
        .collect()
}

/// Who leads whom, by place: everybody's manager has a smaller place.
struct Tree {
    fan: usize,
    n: usize,
}

impl Tree {
    /// A fan that makes six to seven levels of any number of people.
    fn new(n: usize) -> Self {
        Self {
            fan: ((n as f64).powf(1.0 / 6.0).ceil() as usize).max(2),
            n,
        }
    }

    /// The manager of a place: its parent, or now and then the parent's neighbour, so that teams differ in size.
    fn manager(&self, at: usize, rng: &mut ChaCha8Rng) -> Option<usize> {
        let parent = at.checked_sub(1)? / self.fan;
        let neighbour = match rng.random_range(0..10) {
            0 => parent.saturating_sub(1),
            1 => parent + 1,
            _ => parent,
        };
        let same_level =
            self.level(neighbour) == self.level(parent) && neighbour < self.first_leaf();
        Some(if same_level && neighbour < at {
            neighbour
        } else {
            parent
        })
    }

    fn level(&self, at: usize) -> usize {
        std::iter::successors(Some(at), |at| at.checked_sub(1).map(|at| at / self.fan)).count()
    }

    /// The first place from which on nobody leads anybody.
    fn first_leaf(&self) -> usize {
        self.n.checked_sub(2).map_or(0, |last| last / self.fan) + 1
    }
}

/// Gives the roles out among those who lead nobody.
fn roles(n: usize, tree: &Tree, rng: &mut ChaCha8Rng) -> Vec<Role> {
    let mut roles = vec![Role::Employed; n];
    let mut leaves: Vec<usize> = (tree.first_leaf()..n).collect();
    leaves.shuffle(rng);
    let mut left = leaves.into_iter();
    let least = usize::from(n >= 30);
    let shares = [
        (Role::Left, (n * 80 + 500) / 1000),
        (Role::Joining, ((n * 20 + 500) / 1000).max(least)),
        (Role::Leaving, ((n * 8) / 1000).max(least)),
        (
            Role::ParentalLeave { active: true },
            ((n * 5) / 1000).max(least),
        ),
        (
            Role::ParentalLeave { active: false },
            ((n * 5) / 1000).max(least),
        ),
        (Role::GardenLeave, ((n * 3) / 1000).max(least)),
    ];
    for (role, count) in shares {
        for at in left.by_ref().take(count) {
            roles[at] = role;
        }
    }
    roles
}

/// Takes the country, the email or one of the names from a few who lead nobody and are simply employed.
fn spoil(employees: &mut [Employee], roles: &[Role], first_leaf: usize, rng: &mut ChaCha8Rng) {
    let n = employees.len();
    let mut plain: Vec<usize> = (first_leaf..n)
        .filter(|at| roles[*at] == Role::Employed)
        .collect();
    plain.shuffle(rng);
    let mut plain = plain.into_iter();
    for at in plain.by_ref().take((n + 50) / 100) {
        employees[at].country = None;
    }
    for at in plain
        .by_ref()
        .take(usize::from(n >= 50) + usize::from(n >= 200))
    {
        employees[at].email = None;
    }
    for at in plain.take(usize::from(n >= 100) + usize::from(n >= 400)) {
        employees[at].surname = None;
        let only = employees[at].first_name.clone();
        employees[at].display_name = only;
    }
}

/// What making one employee after the other needs to remember.
struct Builder {
    tree: Tree,
    ids: Vec<u64>,
    roles: Vec<Role>,
    emails: Emails,
    /// Everybody's department so far, by place.
    departments: Vec<usize>,
    tops: Vec<usize>,
    below: Vec<Vec<usize>>,
    /// How many more leavers get the archived department.
    archived_left: usize,
    calendar: Calendar,
}

impl Builder {
    fn employee(&mut self, at: usize, pool: &Pool, rng: &mut ChaCha8Rng) -> Employee {
        let manager = self.tree.manager(at, rng);
        let role = self.roles[at];
        let department = self.department(manager, role, rng);
        self.departments[at] = department;
        let mut employee = person(&pool.draw(rng), self.ids[at], &mut self.emails, rng);
        employee.department_id = Some(SmolStr::new_static(departments::id(department)));
        employee.manager_id = manager.map(|manager| id_text(self.ids[manager]));
        self.set_dates(&mut employee, at, role, rng);
        employee
    }

    /// The manager's department or one below it; the head's reports lead one at the top each.
    fn department(&mut self, manager: Option<usize>, role: Role, rng: &mut ChaCha8Rng) -> usize {
        if role == Role::Left && self.archived_left > 0 {
            self.archived_left -= 1;
            return departments::ARCHIVED;
        }
        let Some(manager) = manager else { return 0 };
        let above = self.departments[manager];
        if above == 0 {
            return self.tops[rng.random_range(0..self.tops.len())];
        }
        match self.below[above].as_slice() {
            below if !below.is_empty() && rng.random_range(0..3) == 0 => {
                below[rng.random_range(0..below.len())]
            }
            _ => above,
        }
    }

    fn set_dates(&self, employee: &mut Employee, at: usize, role: Role, rng: &mut ChaCha8Rng) {
        let longest = if at == 0 {
            OLDEST
        } else {
            rng.random_range(60..OLDEST)
        };
        // Companies grow: recent starts are more frequent than old ones.
        let start = -rng.random_range(30..=longest);
        let (status, active, start, end) = match role {
            Role::Employed => (
                "Employed",
                true,
                if at == 0 { -OLDEST } else { start },
                None,
            ),
            Role::Left => {
                let end = -rng.random_range(1..900);
                (
                    "Terminated",
                    false,
                    (end - rng.random_range(60..2500)).max(-OLDEST),
                    Some(end),
                )
            }
            Role::Leaving => ("Employed", true, start, Some(rng.random_range(1..LATEST))),
            Role::Joining => ("Hired", false, rng.random_range(1..60), None),
            Role::ParentalLeave { active } => ("Parental leave", active, start.min(-300), None),
            Role::GardenLeave => (
                "Garden leave",
                true,
                start,
                Some(rng.random_range(5..LATEST)),
            ),
        };
        employee.lifecycle_status = Some(SmolStr::new_static(status));
        employee.access_status = Some(SmolStr::new_static(if active {
            "Active"
        } else {
            "Inactive"
        }));
        employee.start_date = Some(self.calendar.day(start));
        employee.termination_date = end.map(|end| self.calendar.day(end));
    }
}

/// Somebody with a name, an email and a country and nothing else yet.
fn person(drawn: &Drawn<'_>, id: u64, emails: &mut Emails, rng: &mut ChaCha8Rng) -> Employee {
    Employee {
        id: id_text(id),
        first_name: Some(SmolStr::from(&drawn.given.native)),
        surname: Some(SmolStr::from(&drawn.family.native)),
        display_name: Some(drawn.display()),
        email: Some(emails.fresh(&drawn.given.roman, &drawn.family.roman)),
        country: Some(places::written(drawn.country, rng)),
        ..Employee::default()
    }
}

fn id_text(id: u64) -> SmolStr {
    format_smolstr!("{id}")
}

/// Emails nobody has yet: the second of a name gets a 2.
#[derive(Default)]
struct Emails {
    used: FxHashMap<SmolStr, u32>,
}

impl Emails {
    fn fresh(&mut self, given: &str, family: &str) -> SmolStr {
        let local = format_smolstr!("{given}.{family}");
        let count = self.used.entry(local.clone()).or_default();
        *count += 1;
        match *count {
            1 => format_smolstr!("{local}@{DOMAIN}"),
            nth => format_smolstr!("{local}{nth}@{DOMAIN}"),
        }
    }
}

/// The days around today as text, written once.
struct Calendar {
    days: Vec<SmolStr>,
}

impl Calendar {
    fn new(today: Date) -> Self {
        Self {
            days: (-OLDEST..=LATEST)
                .map(|offset| day(today, offset))
                .collect(),
        }
    }

    fn day(&self, offset: i32) -> SmolStr {
        self.days[(offset + OLDEST) as usize].clone()
    }
}

/// The day so many days after another, as text.
fn day(from: Date, offset: i32) -> SmolStr {
    format_smolstr!("{}", from.saturating_add(offset.days()))
}
