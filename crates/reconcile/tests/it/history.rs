//! Random histories of a small company, in which names, emails and departments collide all the time.

use domain::{
    ArchivedBy, HrisId, Person, PersonId, Policy, Source, Status, policy::ArchiveAt, text,
};
use hris::{CountryReading, ManagerRef, Roster, Seen};
use jiff::{Timestamp, ToSpan as _, civil::Date};
use proptest::prelude::*;
use reconcile::{Directory, Outcome, reconcile};

use crate::company::{
    Draft, access, apply_at, country, day, directory, email, employee, gid, group, in_country,
    lifecycle, noon, person, pid, whole,
};

const EMAILS: [&str; 6] = [
    "ann@acme.test",
    "bob@acme.test",
    "cy@acme.test",
    "di@acme.test",
    "ed@acme.test",
    "flo@acme.test",
];
const FIRST: [&str; 4] = ["Ann", "Bob", "Cy", "Di"];
const LAST: [&str; 4] = ["Adams", "Brown", "Clark", "Diaz"];
const DEPARTMENTS: [&str; 4] = ["Sales", "Legal", "Design", "SALES "];
/// Departments that are nothing but a text: the id is the name.
const TEXTS: [&str; 3] = ["Ops", "Field", "Sales"];
const COUNTRIES: [&str; 3] = ["PT", "US", "BR"];
const STATUSES: [&str; 5] = [
    "Employed",
    "hired",
    "Garden leave",
    "Terminated",
    "Abducted",
];

/// Something that happens, in the HRIS or in the directory. Numbers choose who and what, modulo
/// how many there are.
#[derive(Clone, Debug)]
pub(crate) enum Event {
    Hire {
        name: u8,
        email: u8,
        start: i8,
        department: u8,
        manager: u8,
    },
    Leave {
        who: u8,
        terminated: bool,
        end: Option<i8>,
    },
    ComeBack {
        who: u8,
        start: Option<i8>,
    },
    Recreate {
        who: u8,
        rename: bool,
        start: i8,
    },
    Move {
        who: u8,
        department: u8,
    },
    RenameDepartment {
        id: u8,
        name: u8,
    },
    Retext {
        from: u8,
        to: u8,
    },
    Rename {
        who: u8,
        name: u8,
    },
    Readdress {
        who: u8,
        email: u8,
    },
    SwapEmails {
        who: Vec<u8>,
    },
    RespellEmail {
        who: u8,
    },
    Hole {
        who: u8,
        field: u8,
        kind: u8,
    },
    Fill {
        who: u8,
    },
    Manage {
        who: u8,
        manager: u8,
        how: u8,
    },
    Vanish {
        who: u8,
    },
    Reappear {
        who: u8,
    },
    Double {
        who: u8,
        differently: bool,
    },
    Access {
        who: u8,
        inactive: bool,
    },
    Word {
        who: u8,
        word: u8,
    },
    Country {
        who: u8,
        country: u8,
    },
    Start {
        who: u8,
        start: i8,
    },
    AddByHand {
        name: u8,
        email: u8,
        start: Option<i8>,
    },
    ArchiveByHand {
        who: u8,
    },
    RestoreByHand {
        who: u8,
    },
    EditByHand {
        who: u8,
        what: u8,
        value: u8,
    },
    Admin {
        who: u8,
        can_sign_in: bool,
    },
    GroupByHand {
        who: u8,
        name: u8,
    },
    ApproverByHand {
        who: u8,
        approver: u8,
    },
    Exclude {
        who: u8,
    },
    Include,
    Erase {
        who: u8,
    },
    Decline {
        who: u8,
    },
    Tomorrow {
        days: u8,
    },
    Midnight,
    Policy {
        what: u8,
        value: u8,
    },
}

/// What happens between two syncs, and so on.
pub(crate) fn histories() -> impl Strategy<Value = Vec<Vec<Event>>> {
    let hire = || {
        (0..16_u8, 0..6_u8, -9..3_i8, 0..7_u8, any::<u8>()).prop_map(
            |(name, email, start, department, manager)| Event::Hire {
                name,
                email,
                start,
                department,
                manager,
            },
        )
    };
    let event = prop_oneof![
        3 => hire(),
        30 => changes_in_the_hris(),
        15 => changes_by_hand(),
        6 => changes_of_time_and_policy(),
    ];
    let first = prop::collection::vec(hire(), 2..9);
    let later = prop::collection::vec(prop::collection::vec(event, 0..5), 1..6);
    (first, later).prop_map(|(first, later)| std::iter::once(first).chain(later).collect())
}

fn changes_in_the_hris() -> impl Strategy<Value = Event> {
    let who = 0..12_u8;
    let soon = || -4..4_i8;
    prop_oneof![
        4 => (who.clone(), any::<bool>(), prop::option::of(soon()))
            .prop_map(|(who, terminated, end)| Event::Leave { who, terminated, end }),
        2 => (who.clone(), prop::option::of(soon()))
            .prop_map(|(who, start)| Event::ComeBack { who, start }),
        3 => (who.clone(), any::<bool>(), soon())
            .prop_map(|(who, rename, start)| Event::Recreate { who, rename, start }),
        2 => (who.clone(), 0..7_u8).prop_map(|(who, department)| Event::Move { who, department }),
        1 => (0..4_u8, 0..4_u8).prop_map(|(id, name)| Event::RenameDepartment { id, name }),
        1 => (0..3_u8, 0..3_u8).prop_map(|(from, to)| Event::Retext { from, to }),
        1 => (who.clone(), 0..16_u8).prop_map(|(who, name)| Event::Rename { who, name }),
        3 => (who.clone(), 0..6_u8).prop_map(|(who, email)| Event::Readdress { who, email }),
        3 => prop::collection::vec(who.clone(), 2..4).prop_map(|who| Event::SwapEmails { who }),
        1 => who.clone().prop_map(|who| Event::RespellEmail { who }),
        4 => (who.clone(), 0..9_u8, 0..3_u8)
            .prop_map(|(who, field, kind)| Event::Hole { who, field, kind }),
        1 => who.clone().prop_map(|who| Event::Fill { who }),
        3 => (who.clone(), who.clone(), 0..6_u8)
            .prop_map(|(who, manager, how)| Event::Manage { who, manager, how }),
        2 => who.clone().prop_map(|who| Event::Vanish { who }),
        1 => who.clone().prop_map(|who| Event::Reappear { who }),
        1 => (who.clone(), any::<bool>())
            .prop_map(|(who, differently)| Event::Double { who, differently }),
        1 => (who.clone(), any::<bool>()).prop_map(|(who, inactive)| Event::Access { who, inactive }),
        2 => (who.clone(), 0..5_u8).prop_map(|(who, word)| Event::Word { who, word }),
        1 => (who.clone(), 0..4_u8).prop_map(|(who, country)| Event::Country { who, country }),
        2 => (who, soon()).prop_map(|(who, start)| Event::Start { who, start }),
    ]
}

fn changes_by_hand() -> impl Strategy<Value = Event> {
    let who = 0..12_u8;
    prop_oneof![
        3 => (0..16_u8, 0..6_u8, prop::option::of(-4..4_i8))
            .prop_map(|(name, email, start)| Event::AddByHand { name, email, start }),
        2 => who.clone().prop_map(|who| Event::ArchiveByHand { who }),
        1 => who.clone().prop_map(|who| Event::RestoreByHand { who }),
        2 => (who.clone(), 0..6_u8, any::<u8>())
            .prop_map(|(who, what, value)| Event::EditByHand { who, what, value }),
        3 => (who.clone(), prop::bool::weighted(0.8))
            .prop_map(|(who, can_sign_in)| Event::Admin { who, can_sign_in }),
        2 => (who.clone(), 0..4_u8).prop_map(|(who, name)| Event::GroupByHand { who, name }),
        2 => (who.clone(), who.clone())
            .prop_map(|(who, approver)| Event::ApproverByHand { who, approver }),
        1 => who.clone().prop_map(|who| Event::Exclude { who }),
        1 => Just(Event::Include),
        1 => who.clone().prop_map(|who| Event::Erase { who }),
        1 => who.prop_map(|who| Event::Decline { who }),
    ]
}

fn changes_of_time_and_policy() -> impl Strategy<Value = Event> {
    prop_oneof![
        3 => (1..4_u8).prop_map(|days| Event::Tomorrow { days }),
        1 => Just(Event::Midnight),
        2 => (0..5_u8, 0..3_u8).prop_map(|(what, value)| Event::Policy { what, value }),
    ]
}

/// Everything that one sync is given.
#[derive(Clone, Debug)]
pub(crate) struct Scene {
    pub(crate) directory: Directory,
    pub(crate) roster: Roster,
    pub(crate) policy: Policy,
    pub(crate) today: Date,
    pub(crate) now: Timestamp,
}

/// An employee in the HRIS: the truth, and what of it cannot be seen.
struct Record {
    truth: Draft,
    holes: Vec<(u8, u8)>,
    gone: bool,
    double: Option<bool>,
}

impl Record {
    fn new(truth: Draft) -> Self {
        Self {
            truth,
            holes: Vec::new(),
            gone: false,
            double: None,
        }
    }

    fn told(&self) -> Draft {
        let mut told = self.truth.clone();
        for (field, kind) in &self.holes {
            let e = &mut told.e;
            match field {
                0 => hole(&mut e.first_name, *kind),
                1 => hole(&mut e.surname, *kind),
                2 => hole(&mut e.email, *kind),
                3 => hole(&mut e.start_date, *kind),
                4 => hole(&mut e.end_date, *kind),
                5 => hole(&mut e.lifecycle, (*kind).min(1)),
                6 => hole(&mut e.manager, (*kind).min(1)),
                7 => hole(&mut told.department, (*kind).min(1)),
                _ => hole(&mut e.country, *kind),
            }
        }
        told
    }
}

fn hole<T>(seen: &mut Seen<T>, kind: u8) {
    *seen = match kind {
        0 => Seen::Absent,
        1 => Seen::Null,
        _ => Seen::bad("?"),
    };
}

/// A company and its directory as they stand now.
pub(crate) struct World {
    records: Vec<Record>,
    department_names: Vec<String>,
    directory: Directory,
    policy: Policy,
    today: Date,
    made_by_hand: u32,
    syncs: i64,
}

/// The scenes of a history, one per sync.
pub(crate) fn scenes(history: &[Vec<Event>]) -> Vec<Scene> {
    let mut world = World {
        records: Vec::new(),
        department_names: DEPARTMENTS.iter().map(|name| (*name).to_owned()).collect(),
        directory: directory([]),
        policy: Policy::default(),
        today: day(0),
        made_by_hand: 0,
        syncs: 0,
    };
    history
        .iter()
        .map(|events| world.next_scene(events))
        .collect()
}

impl World {
    fn next_scene(&mut self, events: &[Event]) -> Scene {
        for event in events {
            self.happen(event);
        }
        self.syncs += 1;
        let now = self.now();
        let scene = Scene {
            directory: self.directory.clone(),
            roster: self.roster(),
            policy: self.policy.clone(),
            today: self.today,
            now,
        };
        self.sync(&scene);
        scene
    }

    /// An instant of its own for each sync; nothing is decided by the time of day.
    fn now(&self) -> Timestamp {
        noon()
            .saturating_add(self.syncs.seconds())
            .expect("seconds only")
    }

    fn sync(&mut self, scene: &Scene) {
        let plan = reconcile(&scene.directory, &scene.roster, &scene.policy, scene.today);
        self.directory = apply_at(&plan, &scene.directory, scene.now);
        let past = &mut self.directory.past;
        past.good_runs += 1;
        past.coverage = Some(scene.roster.coverage.clone());
        past.keep.clear();
        past.missing_runs.retain(|id, _| {
            let person = self.directory.people.iter().find(|person| person.id == *id);
            person.is_some_and(|person| is_missing(person, &scene.roster))
        });
        for person in &self.directory.people {
            if is_missing(person, &scene.roster) {
                *past.missing_runs.entry(person.id).or_default() += 1;
            }
        }
        // Somebody who was synced may accept an invitation; nobody else signs in.
        let added = plan
            .outcomes
            .iter()
            .filter(|(_, outcome)| *outcome == Outcome::Added);
        assert!(added.count() <= scene.roster.employees.len());
    }

    fn roster(&self) -> Roster {
        let mut drafts = Vec::new();
        for record in self.records.iter().filter(|record| !record.gone) {
            let mut told = record.told();
            if let Seen::Value((id, name)) = &mut told.department
                && let Ok(index) = id.parse::<usize>()
            {
                name.clone_from(&self.department_names[index]);
            }
            if let Some(differently) = record.double {
                let mut copy = told.clone();
                if differently {
                    copy.e.country = in_country("CA");
                }
                drafts.push(copy);
            }
            drafts.push(told);
        }
        whole(drafts)
    }

    fn record(&mut self, who: u8) -> Option<&mut Record> {
        let count = self.records.len().max(1);
        self.records.get_mut(usize::from(who) % count)
    }

    fn truth(&mut self, who: u8, change: impl FnOnce(&mut Draft)) {
        if let Some(record) = self.record(who) {
            change(&mut record.truth);
        }
    }

    fn someone(&mut self, who: u8) -> Option<&mut Person> {
        let count = self.directory.people.len().max(1);
        self.directory.people.get_mut(usize::from(who) % count)
    }

    fn person(&mut self, who: u8, change: impl FnOnce(&mut Person)) {
        if let Some(person) = self.someone(who) {
            change(person);
            person.version += 1;
        }
    }

    fn date(&self, offset: i8) -> Date {
        self.today.saturating_add(i64::from(offset).days())
    }

    fn employee_id(&self, who: u8) -> HrisId {
        let count = self.records.len().max(1);
        let record = self.records.get(usize::from(who) % count);
        record.map_or_else(
            || HrisId::from("nobody"),
            |record| record.truth.e.id.clone(),
        )
    }

    fn hire(&mut self, draft: Draft) {
        if self.records.len() < 12 {
            self.records.push(Record::new(draft));
        }
    }

    fn next_employee(&self) -> Draft {
        // Ids out of order, so that the order of ids is not the order of hiring.
        employee((self.records.len() as u32 * 7) % 100)
    }

    #[expect(clippy::too_many_lines, reason = "one arm for each event")]
    fn happen(&mut self, event: &Event) {
        let today = self.today;
        match event {
            Event::Hire {
                name,
                email,
                start,
                department,
                manager,
            } => {
                let manager = self.employee_id(*manager);
                let (first, last) = name_of(*name);
                let mut draft = self
                    .next_employee()
                    .named(first, last)
                    .email(email_of(*email))
                    .starts(self.date(*start));
                draft.department = department_of(*department);
                draft.e.manager = Seen::Value(ManagerRef::Id(manager));
                self.hire(draft);
            }
            Event::Leave {
                who,
                terminated,
                end,
            } => {
                let end = end.map(|end| self.date(end));
                self.truth(*who, |draft| {
                    if *terminated || end.is_none() {
                        draft.e.lifecycle = lifecycle("terminated");
                    }
                    draft.e.end_date = end.map_or(Seen::Null, Seen::Value);
                });
            }
            Event::ComeBack { who, start } => {
                let start = start.map(|start| self.date(start));
                self.truth(*who, |draft| {
                    draft.e.lifecycle = lifecycle("Employed");
                    match start {
                        Some(start) => draft.e.start_date = Seen::Value(start),
                        None => draft.e.end_date = Seen::Null,
                    }
                });
            }
            Event::Recreate { who, rename, start } => {
                let start = self.date(*start);
                let Some(old) = self.record(*who) else { return };
                old.truth.e.lifecycle = lifecycle("terminated");
                let old = old.truth.clone();
                let mut draft = self.next_employee().starts(start);
                draft.e.email = old.e.email.clone();
                draft.e.first_name = old.e.first_name.clone();
                draft.e.surname = old.e.surname.clone();
                draft.department = old.department.clone();
                if *rename {
                    let (first, last) = name_of(who.wrapping_add(5));
                    draft = draft.named(first, last);
                }
                self.hire(draft);
            }
            Event::Move { who, department } => {
                self.truth(*who, |draft| draft.department = department_of(*department));
            }
            Event::RenameDepartment { id, name } => {
                DEPARTMENTS[usize::from(*name)]
                    .clone_into(&mut self.department_names[usize::from(*id)]);
            }
            Event::Retext { from, to } => {
                let (from, to) = (department_of(4 + from), department_of(4 + to));
                for record in &mut self.records {
                    if record.truth.department == from {
                        record.truth.department.clone_from(&to);
                    }
                }
            }
            Event::Rename { who, name } => {
                let (first, last) = name_of(*name);
                self.truth(*who, |draft| *draft = draft.clone().named(first, last));
            }
            Event::Readdress { who, email: number } => {
                self.truth(*who, |draft| draft.e.email = email(email_of(*number)));
            }
            Event::SwapEmails { who } => self.swap_emails(who),
            Event::RespellEmail { who } => self.truth(*who, |draft| {
                if let Seen::Value(address) = &draft.e.email {
                    draft.e.email = email(&address.as_str().to_uppercase());
                }
            }),
            Event::Hole { who, field, kind } => {
                if let Some(record) = self.record(*who) {
                    record.holes.push((*field, *kind));
                }
            }
            Event::Fill { who } => {
                if let Some(record) = self.record(*who) {
                    record.holes.clear();
                }
            }
            Event::Manage { who, manager, how } => {
                let manager = match how {
                    0 => self.employee_id(*who),
                    1 => HrisId::from("nobody"),
                    _ => self.employee_id(*manager),
                };
                self.truth(*who, |draft| {
                    draft.e.manager = Seen::Value(ManagerRef::Id(manager));
                });
            }
            Event::Vanish { who } => {
                if let Some(record) = self.record(*who) {
                    record.gone = true;
                }
            }
            Event::Reappear { who } => {
                if let Some(record) = self.record(*who) {
                    record.gone = false;
                }
            }
            Event::Double { who, differently } => {
                if let Some(record) = self.record(*who) {
                    record.double = record.double.is_none().then_some(*differently);
                }
            }
            Event::Access { who, inactive } => {
                let word = if *inactive { "Inactive" } else { "Active" };
                self.truth(*who, |draft| draft.e.access = access(word));
            }
            Event::Word { who, word } => {
                let word = STATUSES[usize::from(*word)];
                self.truth(*who, |draft| draft.e.lifecycle = lifecycle(word));
            }
            Event::Country { who, country } => {
                let reading = match COUNTRIES.get(usize::from(*country)) {
                    Some(code) => in_country(code),
                    None => Seen::Value(CountryReading::Unknown("Atlantis".into())),
                };
                self.truth(*who, |draft| draft.e.country = reading);
            }
            Event::Start { who, start } => {
                let start = self.date(*start);
                self.truth(*who, |draft| draft.e.start_date = Seen::Value(start));
            }
            Event::Tomorrow { days } => self.today = today.saturating_add(i64::from(*days).days()),
            Event::Midnight => self.midnight(),
            Event::Policy { what, value } => self.decide(*what, *value),
            by_hand => self.by_hand(by_hand),
        }
    }

    fn swap_emails(&mut self, who: &[u8]) {
        let count = self.records.len();
        if count == 0 {
            return;
        }
        let at: Vec<usize> = who.iter().map(|who| usize::from(*who) % count).collect();
        let last = self.records[at[at.len() - 1]].truth.e.email.clone();
        for index in (1..at.len()).rev() {
            let email = self.records[at[index - 1]].truth.e.email.clone();
            self.records[at[index]].truth.e.email = email;
        }
        self.records[at[0]].truth.e.email = last;
    }

    /// What an admin does in the directory.
    fn by_hand(&mut self, event: &Event) {
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

    fn unlink(&mut self, id: &HrisId) {
        for person in &mut self.directory.people {
            if person.hris_id.as_ref() == Some(id) {
                person.hris_id = None;
                person.source = Source::Manual;
            }
        }
    }

    fn in_use(&self, email_key: &str, except: PersonId) -> bool {
        self.directory.people.iter().any(|person| {
            person.id != except
                && person.status != Status::Archived
                && person.email_key == email_key
        })
    }

    fn add_by_hand(&mut self, name: u8, address: &str, start: Option<Date>) {
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

    fn edit(&mut self, who: u8, what: u8, value: u8) {
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
    fn midnight(&mut self) {
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

    fn decide(&mut self, what: u8, value: u8) {
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

fn is_missing(person: &Person, roster: &Roster) -> bool {
    person.status != Status::Archived
        && person
            .hris_id
            .as_ref()
            .is_some_and(|id| roster.employees.iter().all(|e| e.id != *id))
}

fn name_of(number: u8) -> (&'static str, &'static str) {
    (
        FIRST[usize::from(number) % 4],
        LAST[usize::from(number / 4) % 4],
    )
}

/// Departments 0 to 3 have ids, the others are text.
fn department_of(number: u8) -> Seen<(String, String)> {
    let id = match TEXTS.get(usize::from(number).wrapping_sub(4)) {
        Some(text) => (*text).to_owned(),
        None => number.to_string(),
    };
    Seen::Value((id.clone(), id))
}

fn email_of(number: u8) -> &'static str {
    EMAILS[usize::from(number) % EMAILS.len()]
}
