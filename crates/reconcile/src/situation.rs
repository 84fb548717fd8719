//! Everything looked up once: people by id and by email, employees sorted and without copies.

use domain::{Code, HrisId, Person, PersonId, Policy, Status};
use hris::{Employee, Roster, Scope, Seen};
use jiff::civil::Date;
use rustc_hash::FxHashMap;

use crate::{
    Directory,
    answers::{Answers, Reason},
    leaving::Leaving,
    people_index::PeopleIndex,
    places::Places,
};

/// Points into [`Directory::people`].
pub(crate) type PersonIndex = usize;
/// Points into [`Situation::cases`].
pub(crate) type CaseIndex = usize;

/// One employee of the roster, copies collapsed, and what is known before anything is decided.
pub(crate) struct Case<'a> {
    pub(crate) employee: &'a Employee,
    /// The person linked to this id.
    pub(crate) linked: Option<PersonIndex>,
    /// Why the employee is none of our business, if so.
    pub(crate) out_of_scope: Option<Code>,
    /// The answer told this employee more than once, differently.
    pub(crate) conflicting: bool,
    /// Evidence of leaving.
    pub(crate) left: Option<Leaving>,
}

/// The directory and the roster, indexed.
pub(crate) struct Situation<'a> {
    pub(crate) directory: &'a Directory,
    pub(crate) roster: &'a Roster,
    pub(crate) policy: &'a Policy,
    pub(crate) today: Date,
    pub(crate) answers: Answers<'a>,
    /// Sorted by id: whatever order the answer had, it is gone from here on.
    pub(crate) cases: Vec<Case<'a>>,
    /// Other emails that copies of a conflicting record claim.
    other_emails: FxHashMap<CaseIndex, Vec<&'a str>>,
    case_by_id: Places,
    index: &'a PeopleIndex,
    archived_by_email: FxHashMap<&'a str, Vec<PersonIndex>>,
}

impl<'a> Situation<'a> {
    pub(crate) fn new(
        directory: &'a Directory,
        roster: &'a Roster,
        policy: &'a Policy,
        today: Date,
        index: &'a PeopleIndex,
    ) -> Self {
        debug_assert!(index.fits(&directory.people));
        let mut situation = Self {
            directory,
            roster,
            policy,
            today,
            answers: Answers::of(directory),
            cases: Vec::new(),
            other_emails: FxHashMap::default(),
            case_by_id: Places::with_capacity(roster.employees.len()),
            index,
            archived_by_email: FxHashMap::default(),
        };
        for person in &index.archived {
            let key = directory.people[*person].email_key.as_str();
            let same = situation.archived_by_email.entry(key).or_default();
            same.push(*person);
        }
        situation.index_employees();
        situation
    }

    fn index_employees(&mut self) {
        let mut employees: Vec<&Employee> = self.roster.employees.iter().collect();
        employees.sort_by(|a, b| a.id.cmp(&b.id));
        self.cases.reserve(employees.len());
        for copies in employees.chunk_by(|a, b| a.id == b.id) {
            let case = self.case_of(copies);
            let index = self.cases.len();
            if case.conflicting {
                self.other_emails.insert(index, other_emails(copies));
            }
            self.cases.push(case);
            let cases = &self.cases;
            self.case_by_id.note(index, |case| &cases[case].employee.id);
        }
    }

    fn case_of(&self, copies: &[&'a Employee]) -> Case<'a> {
        let employee = copies[0];
        let linked = self.linked_to(&employee.id);
        let person = linked.map(|index| &self.directory.people[index]);
        let out_of_scope = if self.directory.erased.contains(&employee.id) {
            Some(Code::Erased)
        } else if self.directory.excluded.contains(&employee.id) {
            Some(Code::Excluded)
        } else {
            None
        };
        let evidence = |employee: &Employee| Leaving::of(employee, person, self.policy, self.today);
        // Copies that disagree prove leaving only where all of them do.
        let conflicting = copies.iter().any(|copy| *copy != employee);
        let left = copies
            .iter()
            .map(|copy| evidence(copy))
            .reduce(|one, other| one.and_then(|one| other.map(|other| one.min(other))))
            .flatten();
        Case {
            employee,
            linked,
            out_of_scope,
            conflicting,
            left,
        }
    }

    pub(crate) fn person(&self, index: PersonIndex) -> &'a Person {
        &self.directory.people[index]
    }

    pub(crate) fn case_of_id(&self, id: &HrisId) -> Option<CaseIndex> {
        self.case_by_id
            .of(&id, |case| &self.cases[case].employee.id)
    }

    pub(crate) fn linked_to(&self, id: &HrisId) -> Option<PersonIndex> {
        self.index.linked_to(&self.directory.people, id)
    }

    pub(crate) fn index_of(&self, id: PersonId) -> Option<PersonIndex> {
        self.index.by_id(&self.directory.people, id)
    }

    /// The case of the employee that a person is linked to, if the roster has it.
    pub(crate) fn case_of_person(&self, index: PersonIndex) -> Option<CaseIndex> {
        self.person(index)
            .hris_id
            .as_ref()
            .and_then(|id| self.case_of_id(id))
    }

    pub(crate) fn present_with_email(&self, key: &str) -> Option<PersonIndex> {
        self.index.present_with(&self.directory.people, key)
    }

    /// Other emails that copies of a conflicting record claim.
    pub(crate) fn other_emails(&self, case: CaseIndex) -> &[&'a str] {
        self.other_emails.get(&case).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn archived_with_email(&self, key: &str) -> &[PersonIndex] {
        self.archived_by_email.get(key).map_or(&[], Vec::as_slice)
    }

    /// Whether an admin turned such a change down, and the HRIS still says the same.
    pub(crate) fn declines(&self, case: CaseIndex, reason: Reason) -> bool {
        self.answers
            .declines(self.roster, &self.cases[case], reason)
    }

    pub(crate) fn is_whole(&self) -> bool {
        self.roster.scope == Scope::Whole
    }

    /// Linked people who have not been archived and are not in a whole answer, in the directory's
    /// order of ids.
    pub(crate) fn missing(&self) -> Vec<PersonIndex> {
        if !self.is_whole() {
            return Vec::new();
        }
        let mut missing: Vec<PersonIndex> = (0..self.directory.people.len())
            .filter(|index| {
                let person = self.person(*index);
                person.status != Status::Archived
                    && person
                        .hris_id
                        .as_ref()
                        .is_some_and(|id| self.case_of_id(id).is_none())
            })
            .collect();
        missing.sort_by_key(|index| self.person(*index).id);
        missing
    }
}

impl Case<'_> {
    /// Whether this employee may be changed by more than leaving.
    pub(crate) fn is_here(&self) -> bool {
        self.out_of_scope.is_none() && self.left.is_none()
    }

    /// The folded email, when one was read.
    pub(crate) fn email_key(&self) -> Option<&str> {
        match &self.employee.email {
            Seen::Value(email) => Some(email.key()),
            _ => None,
        }
    }
}

/// The emails that copies of one record claim beside the first one's.
fn other_emails<'a>(copies: &[&'a Employee]) -> Vec<&'a str> {
    let key = |copy: &&'a Employee| copy.email.value().map(domain::text::Email::key);
    let first = key(&copies[0]);
    let mut others: Vec<&str> = copies.iter().filter_map(key).collect();
    others.retain(|other| Some(*other) != first);
    others.sort_unstable();
    others.dedup();
    others
}
