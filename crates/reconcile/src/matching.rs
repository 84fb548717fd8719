//! Who is meant: which employee is which person, and who leaves.
//!
//! HRIS id first; somebody unlinked by email; never by name alone. The name only decides whether an
//! archived person with the same email is the same human being.

use domain::{Code, Person, PersonId, Status, text::fold_name};
use hris::{Employee, Seen};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::{
    answers::Reason,
    emails,
    leaving::{Dates, Leaving, Proof},
    situation::{Case, CaseIndex, PersonIndex, Situation},
};

/// What is to be done about one employee.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    /// Nothing to do with us.
    OutOfScope(Code),
    /// Could not be synced: the reason and what was seen.
    Skip(Code),
    /// The person stays exactly as they are; a flag says why, where it needs saying.
    Stay(PersonIndex, Option<Code>),
    /// The person is archived.
    Archive(PersonIndex),
    /// An archived person stays archived but belongs to this employee from now on.
    Rejoins(PersonIndex),
    /// The record is brought to what the HRIS says.
    Apply(Target),
}

/// Whose record an employee becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    /// Somebody in the directory, or nobody yet.
    pub(crate) person: Option<PersonIndex>,
    /// How they stand afterwards: active or upcoming.
    pub(crate) status: Status,
    /// Somebody else, archived, had the email.
    pub(crate) email_reused: bool,
}

/// Somebody who is archived by this plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Departure {
    pub(crate) leaving: Leaving,
    /// The employee that shows it; nobody for somebody who is missing.
    pub(crate) case: Option<CaseIndex>,
    /// The new employee of somebody who comes back later under another id.
    pub(crate) rejoins_as: Option<CaseIndex>,
}

/// Who is meant, and who leaves.
pub(crate) struct Matching {
    /// One per case.
    pub(crate) decisions: Vec<Decision>,
    pub(crate) departures: FxHashMap<PersonIndex, Departure>,
    /// The last admin who can sign in, kept though they have left.
    pub(crate) kept_admin: Option<PersonIndex>,
    /// Linked people who are not in the answer.
    pub(crate) missing: Vec<PersonIndex>,
    /// People who are active or upcoming as another employee from now on than the one they were
    /// linked to.
    pub(crate) relinked: FxHashSet<PersonIndex>,
    /// By which employee somebody who is in the directory is applied.
    pub(crate) applied: FxHashMap<PersonIndex, CaseIndex>,
}

impl Matching {
    /// Whether somebody whom the HRIS tells is an admin who can sign in after the run.
    fn brings_admin(&self, situation: &Situation<'_>) -> bool {
        self.decisions.iter().any(|decision| match decision {
            Decision::Apply(Target {
                person: Some(person),
                status: Status::Active,
                ..
            }) => {
                let record = situation.person(*person);
                record.admin && record.can_sign_in
            }
            _ => false,
        })
    }

    /// To be called once the decisions stand.
    pub(crate) fn index_applied(&mut self, situation: &Situation<'_>) {
        for (case, decision) in self.decisions.iter().enumerate() {
            let Decision::Apply(Target {
                person: Some(person),
                ..
            }) = *decision
            else {
                continue;
            };
            self.applied.insert(person, case);
            let before = situation.person(person).hris_id.as_ref();
            if before.is_some_and(|id| *id != situation.cases[case].employee.id) {
                self.relinked.insert(person);
            }
        }
    }
}

/// Who is meant, who leaves and who may have which email.
pub(crate) fn settled(situation: &Situation<'_>) -> (Matching, emails::Blocked) {
    let settle = |keep_last_admin| {
        let mut matching = run(situation, keep_last_admin);
        let blocked = emails::resolve(situation, &mut matching);
        (matching, blocked)
    };
    let careful = settle(true);
    if careful.0.kept_admin.is_none() {
        return careful;
    }
    // Another admin may come back or start in this very run: then nobody is locked out.
    let relieved = settle(false);
    if relieved.0.brings_admin(situation) {
        relieved
    } else {
        careful
    }
}

fn run(situation: &Situation<'_>, keep_last_admin: bool) -> Matching {
    let claims = Claims::of(situation);
    let mut matcher = Matcher {
        situation,
        claims,
        departures: FxHashMap::default(),
        taken: FxHashSet::default(),
        found: vec![None; situation.cases.len()],
        reused: FxHashSet::default(),
    };
    let missing = situation.missing();
    matcher.linked_leavers();
    matcher.unlinked_leavers();
    matcher.missing_for_long(&missing);
    matcher.newcomers();
    let kept_admin = keep_last_admin.then(|| matcher.keep_last_admin()).flatten();
    let decisions = (0..situation.cases.len())
        .map(|index| matcher.decide(index))
        .collect();
    Matching {
        decisions,
        departures: matcher.departures,
        kept_admin,
        missing,
        relinked: FxHashSet::default(),
        applied: FxHashMap::default(),
    }
}

/// How many employees claim an email. Only those contend who have not left.
pub(crate) struct Claims<'a>(FxHashMap<&'a str, u32>);

impl<'a> Claims<'a> {
    fn of(situation: &'a Situation<'_>) -> Self {
        let mut claims: FxHashMap<&str, u32> = FxHashMap::default();
        claims.reserve(situation.cases.len());
        for (index, case) in situation.cases.iter().enumerate() {
            if !case.is_here() {
                continue;
            }
            let others = situation.other_emails(index).iter().copied();
            for key in case.email_key().into_iter().chain(others) {
                *claims.entry(key).or_default() += 1;
            }
        }
        Self(claims)
    }

    fn count(&self, key: &str) -> u32 {
        self.0.get(key).copied().unwrap_or(0)
    }

    pub(crate) fn is_contested(&self, case: &Case<'_>) -> bool {
        case.email_key().is_some_and(|key| self.count(key) > 1)
    }
}

pub(crate) struct Matcher<'s, 'a> {
    pub(crate) situation: &'s Situation<'a>,
    pub(crate) claims: Claims<'s>,
    pub(crate) departures: FxHashMap<PersonIndex, Departure>,
    /// People who belong to another employee from now on than the one they were linked to.
    pub(crate) taken: FxHashSet<PersonIndex>,
    /// Unlinked employees that turned out to be somebody.
    pub(crate) found: Vec<Option<PersonIndex>>,
    /// Unlinked employees whose email somebody archived and different had.
    pub(crate) reused: FxHashSet<CaseIndex>,
}

impl Matcher<'_, '_> {
    fn departs(&mut self, person: PersonIndex, leaving: Leaving, case: Option<CaseIndex>) {
        if self.is_kept(person, leaving, case) {
            return;
        }
        let departure = Departure {
            leaving,
            case,
            rejoins_as: None,
        };
        self.departures.insert(person, departure);
    }

    /// Whether an admin declined to archive somebody.
    fn is_kept(&self, person: PersonIndex, leaving: Leaving, case: Option<CaseIndex>) -> bool {
        let record = self.situation.person(person);
        let answers = &self.situation.answers;
        self.situation.directory.past.keep.contains(&record.id)
            || case.is_some_and(|case| self.situation.declines(case, Reason::Archive))
            || (leaving.proof == Proof::EndDateOver
                && answers.declines_end_of(record, leaving.end_date))
    }

    fn linked_leavers(&mut self) {
        for (index, case) in self.situation.cases.iter().enumerate() {
            if let (Some(person), Some(leaving), None) = (case.linked, case.left, case.out_of_scope)
                && self.situation.person(person).status != Status::Archived
            {
                self.departs(person, leaving, Some(index));
            }
        }
    }

    /// Somebody who is here by hand and whom the HRIS knows only as a leaver.
    fn unlinked_leavers(&mut self) {
        for (index, case) in self.situation.cases.iter().enumerate() {
            let (None, Some(leaving), None) = (case.linked, case.left, case.out_of_scope) else {
                continue;
            };
            if let Some(person) = self.unlinked_with_email_of(case)
                && !self.departures.contains_key(&person)
            {
                self.departs(person, leaving, Some(index));
                if self.departures.contains_key(&person) {
                    self.found[index] = Some(person);
                }
            }
        }
    }

    /// Somebody who is here by hand and has a leaver's email, which nobody else claims.
    fn unlinked_with_email_of(&self, leaver: &Case<'_>) -> Option<PersonIndex> {
        let key = leaver
            .email_key()
            .filter(|key| self.claims.count(key) == 0)?;
        let person = self.situation.present_with_email(key)?;
        let record = self.situation.person(person);
        (record.hris_id.is_none() && record.status == Status::Active).then_some(person)
    }

    /// Whether somebody's own employee has left and hands their record on to one made anew. Not where
    /// the employee has the email of somebody unlinked by now: without a record of their own they
    /// would be taken for that one in the next run.
    fn hands_on(&self, case: &Case<'_>) -> bool {
        case.left.is_some()
            && case.out_of_scope.is_none()
            && self.unlinked_with_email_of(case).is_none()
    }

    fn missing_for_long(&mut self, missing: &[PersonIndex]) {
        let Some(limit) = self.situation.policy.archive_missing_after_runs else {
            return;
        };
        for person in missing {
            let record = self.situation.person(*person);
            let runs = self
                .situation
                .directory
                .past
                .missing_runs
                .get(&record.id)
                .copied();
            if runs.unwrap_or(0) + 1 >= limit {
                let leaving = Leaving {
                    proof: Proof::Missing,
                    end_date: record.end_date,
                };
                self.departs(*person, leaving, None);
            }
        }
    }

    /// Employees who are here and linked to nobody: found by email.
    fn newcomers(&mut self) {
        for index in 0..self.situation.cases.len() {
            let case = &self.situation.cases[index];
            if case.linked.is_some() || !case.is_here() || case.conflicting {
                continue;
            }
            let Some(key) = case.email_key() else {
                continue;
            };
            if self.claims.count(key) > 1 {
                continue;
            }
            match self.situation.present_with_email(key) {
                Some(person) => self.meets_present(index, person),
                None => self.meets_archived(index, key),
            }
        }
    }

    fn meets_present(&mut self, index: CaseIndex, person: PersonIndex) {
        let record = self.situation.person(person);
        if record.hris_id.is_none() {
            self.found[index] = Some(person);
            return;
        }
        // Linked to another employee: the email is free only if that one leaves or gives it up.
        let own = self.situation.case_of_person(person);
        let own = own.map(|case| &self.situation.cases[case]);
        let (leaves, hands_on) = match own {
            // Missing for so long that the policy takes it for leaving.
            None => {
                let departs = self.departures.contains_key(&person);
                (departs, departs)
            }
            Some(own) if own.out_of_scope.is_some() => return,
            Some(own) => (own.left.is_some(), self.hands_on(own)),
        };
        if hands_on && names_agree(&self.situation.cases[index], record) {
            self.continues_as(index, person);
        } else if leaves {
            self.follows(index, record);
        } else if own.is_some_and(|own| self.gives_up(own, &record.email_key)) {
            self.meets_archived(index, &record.email_key);
        }
    }

    /// Whoever has the email leaves and is somebody else: an earlier one may be meant, or nobody.
    fn follows(&mut self, index: CaseIndex, leaver: &Person) {
        self.meets_archived(index, &leaver.email_key);
        if self.found[index].is_none() {
            self.reused.insert(index);
        }
    }

    /// Whether an employee who is here asks for another email than the one they have. Who tells none,
    /// or one that others claim too, keeps it.
    fn gives_up(&self, case: &Case<'_>, email: &str) -> bool {
        !case.conflicting
            && case.email_key().is_some_and(|wanted| wanted != email)
            && !self.claims.is_contested(case)
    }

    /// Somebody's old record left and a new one goes on: the same human being, the same person.
    fn continues_as(&mut self, index: CaseIndex, person: PersonIndex) {
        self.found[index] = Some(person);
        let case = &self.situation.cases[index];
        let record = self.situation.person(person);
        let ahead = Dates::of(case.employee, Some(record)).starts_after(self.situation.today);
        match self.departures.get_mut(&person) {
            // Between two records nobody has access. Somebody upcoming has none to lose.
            Some(departure) if ahead && record.status == Status::Active => {
                departure.rejoins_as = Some(index);
            }
            // An admin declined the leaving: the old record stands until the new one starts.
            None if ahead && record.status == Status::Active => {}
            _ => {
                self.departures.remove(&person);
                self.taken.insert(person);
            }
        }
    }

    fn meets_archived(&mut self, index: CaseIndex, key: &str) {
        let archived = self.situation.archived_with_email(key);
        if archived.is_empty() {
            return;
        }
        let case = &self.situation.cases[index];
        let same = archived
            .iter()
            .copied()
            .filter(|person| self.is_free(*person))
            .filter(|person| names_agree(case, self.situation.person(*person)))
            // The one archived last; by id where that is equal, so that the order never matters.
            .max_by_key(|person| {
                let record = self.situation.person(*person);
                (record.archived_at, std::cmp::Reverse(record.id))
            });
        match same {
            Some(person) => {
                self.found[index] = Some(person);
                self.taken.insert(person);
            }
            None => {
                self.reused.insert(index);
            }
        }
    }

    /// Whether an archived person's own employee no longer speaks for them.
    fn is_free(&self, person: PersonIndex) -> bool {
        match self.situation.case_of_person(person) {
            None => true,
            Some(case) => self.hands_on(&self.situation.cases[case]),
        }
    }

    /// A sync never archives the last admin who can sign in: of several leaving at once the one
    /// with the latest end date stays.
    fn keep_last_admin(&mut self) -> Option<PersonIndex> {
        let people = &self.situation.directory.people;
        let mut leaving: Vec<(
            Option<jiff::civil::Date>,
            std::cmp::Reverse<PersonId>,
            PersonIndex,
        )> = Vec::new();
        for (index, person) in people
            .iter()
            .enumerate()
            .filter(|(_, p)| p.is_acting_admin())
        {
            match self.departures.get(&index) {
                None => return None,
                Some(departure) => {
                    let end = departure.leaving.end_date;
                    leaving.push((end, std::cmp::Reverse(person.id), index));
                }
            }
        }
        let (.., kept) = leaving.into_iter().max()?;
        self.departures.remove(&kept);
        Some(kept)
    }
}

fn names_agree(case: &Case<'_>, record: &Person) -> bool {
    has_name_of(case.employee, record)
}

/// Whether first name or surname agree: the same human being, not just the same address.
pub(crate) fn has_name_of(employee: &Employee, record: &Person) -> bool {
    let agrees = |seen: &Seen<domain::SmolStr>, stored: &str| {
        seen.value().is_some_and(|name| {
            let name = fold_name(name);
            !name.is_empty() && name == fold_name(stored)
        })
    };
    agrees(&employee.first_name, &record.first_name) || agrees(&employee.surname, &record.last_name)
}
