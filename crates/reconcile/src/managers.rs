//! Line managers: resolved after everybody of the run is known, so that order never matters.

use domain::{Code, PersonRef, Status};
use hris::{ManagerRef, Seen};
use rustc_hash::FxHashMap;

use crate::{
    answers::Reason,
    matching::{Decision, Matching},
    situation::{CaseIndex, PersonIndex, Situation},
};

/// What became of a manager.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Manager {
    /// Nothing was said: the approver stays as it is.
    Untouched,
    /// There is none.
    Nobody,
    /// Somebody who can approve.
    Approves(PersonRef),
    /// Somebody who cannot, and why.
    Cannot(Code),
}

/// Everybody's manager by case; untouched where the case is not applied.
pub(crate) struct Managers {
    by_case: Vec<Manager>,
    in_rings: Vec<RingMember>,
}

/// Somebody whose managers lead back to themselves.
pub(crate) struct RingMember {
    pub(crate) case: Option<CaseIndex>,
    pub(crate) person: PersonRef,
}

impl Managers {
    pub(crate) fn of(&self, case: CaseIndex) -> &Manager {
        &self.by_case[case]
    }

    /// Everybody whose managers lead back to themselves.
    pub(crate) fn in_rings(&self) -> &[RingMember] {
        &self.in_rings
    }
}

pub(crate) fn resolve(situation: &Situation<'_>, matching: &Matching) -> Managers {
    let crowd = Crowd::of(situation, matching);
    let decisions = matching.decisions.iter().enumerate();
    let by_case: Vec<Manager> = decisions
        .map(|(case, decision)| match decision {
            Decision::Apply(_) => crowd.manager_of(case),
            _ => Manager::Untouched,
        })
        .collect();
    let in_rings = crowd.rings(&by_case);
    Managers { by_case, in_rings }
}

/// Everybody who is in the directory after the run, as nodes: people first, then new ones by case.
struct Crowd<'s, 'a> {
    situation: &'s Situation<'a>,
    matching: &'s Matching,
    /// Which node an employee is, for those who will be somebody.
    node_of_case: Vec<Option<usize>>,
    case_by_email: FxHashMap<&'s str, CaseIndex>,
}

impl<'s, 'a> Crowd<'s, 'a> {
    fn of(situation: &'s Situation<'a>, matching: &'s Matching) -> Self {
        let people = situation.directory.people.len();
        let node_of_case = matching
            .decisions
            .iter()
            .enumerate()
            .map(|(case, decision)| match decision {
                Decision::Apply(target) => Some(target.person.unwrap_or(people + case)),
                Decision::Archive(person) | Decision::Rejoins(person) => Some(*person),
                // Added by hand and not linked by this run either: nobody whom the HRIS can name.
                Decision::Stay(person, _) => {
                    let linked = situation.person(*person).hris_id.is_some();
                    linked.then_some(*person)
                }
                Decision::Skip(_) => situation.cases[case].linked,
                Decision::OutOfScope(_) => None,
            })
            .collect();
        let wants_email = situation
            .cases
            .iter()
            .any(|case| matches!(case.employee.manager, Seen::Value(ManagerRef::Email(_))));
        let mut case_by_email = FxHashMap::default();
        if wants_email {
            for (index, case) in situation
                .cases
                .iter()
                .enumerate()
                .filter(|(_, c)| c.is_here())
            {
                if let Some(key) = case.email_key() {
                    case_by_email.insert(key, index);
                }
            }
        }
        Self {
            situation,
            matching,
            node_of_case,
            case_by_email,
        }
    }

    fn manager_of(&self, case: CaseIndex) -> Manager {
        if self.situation.declines(case, Reason::Approver) {
            return Manager::Untouched;
        }
        let manager = match &self.situation.cases[case].employee.manager {
            Seen::Absent => return Manager::Untouched,
            Seen::Null => return Manager::Nobody,
            Seen::Bad(_) => return Manager::Cannot(Code::ManagerUnavailable),
            Seen::Value(manager) => manager,
        };
        let node = match manager {
            ManagerRef::Id(id) => match self.situation.case_of_id(id) {
                Some(other) => self.node_of_case[other],
                None => self
                    .situation
                    .linked_to(id)
                    .filter(|person| !self.matching.relinked.contains(person)),
            },
            ManagerRef::Email(key) => self
                .case_by_email
                .get(key.as_str())
                .and_then(|other| self.node_of_case[*other]),
        };
        match node {
            Some(node) if self.node_of_case[case] == Some(node) => {
                Manager::Cannot(Code::ManagerIsSelf)
            }
            Some(node) if self.is_active(node) => Manager::Approves(self.reference(node)),
            _ => Manager::Cannot(Code::ManagerUnavailable),
        }
    }

    fn reference(&self, node: usize) -> PersonRef {
        match self.situation.directory.people.get(node) {
            Some(person) => PersonRef::Existing(person.id),
            None => {
                let case = node - self.situation.directory.people.len();
                PersonRef::New(self.situation.cases[case].employee.id.clone())
            }
        }
    }

    /// Whether somebody is active after the run.
    fn is_active(&self, node: usize) -> bool {
        let people = self.situation.directory.people.len();
        if node >= people {
            return self.target_status(node - people) == Some(Status::Active);
        }
        if self.matching.departures.contains_key(&node) {
            return false;
        }
        let status = self.situation.person(node).status;
        if status == Status::Active {
            return true;
        }
        // Upcoming and archived people may become active: their own decision says so.
        self.applied_case(node)
            .and_then(|case| self.target_status(case))
            == Some(Status::Active)
    }

    fn target_status(&self, case: CaseIndex) -> Option<Status> {
        match &self.matching.decisions[case] {
            Decision::Apply(target) => Some(target.status),
            _ => None,
        }
    }

    /// The employee by which somebody who is here already is applied.
    fn applied_case(&self, person: PersonIndex) -> Option<CaseIndex> {
        self.matching.applied.get(&person).copied()
    }

    /// Who is in a ring of managers, by following each person's approver after the run. Only people
    /// who can approve lead anywhere.
    fn rings(&self, managers: &[Manager]) -> Vec<RingMember> {
        let people = &self.situation.directory.people;
        let stored = people.iter().map(|person| {
            let approver = person.approver.and_then(|id| self.situation.index_of(id));
            Next::of(approver)
        });
        let mut next: Vec<Next> = stored.collect();
        next.resize(people.len() + self.situation.cases.len(), Next::NOBODY);
        for (node, manager) in self.node_of_case.iter().zip(managers) {
            let Some(node) = *node else { continue };
            match manager {
                Manager::Untouched => {}
                Manager::Nobody | Manager::Cannot(_) => next[node] = Next::NOBODY,
                Manager::Approves(reference) => next[node] = Next::of(self.node(reference)),
            }
        }
        for manager in &mut next {
            *manager = Next::of(manager.node().filter(|node| self.is_active(*node)));
        }
        let in_rings = nodes_in_rings(&next);
        let mut case_of = FxHashMap::default();
        if !in_rings.is_empty() {
            let nodes = self.node_of_case.iter().enumerate();
            case_of.extend(nodes.filter_map(|(case, node)| Some(((*node)?, case))));
        }
        let members = in_rings.into_iter().map(|node| RingMember {
            case: case_of.get(&node).copied(),
            person: self.reference(node),
        });
        members.collect()
    }

    fn node(&self, reference: &PersonRef) -> Option<usize> {
        match reference {
            PersonRef::Existing(id) => self.situation.index_of(*id),
            PersonRef::New(id) => self
                .situation
                .case_of_id(id)
                .and_then(|c| self.node_of_case[c]),
        }
    }
}

/// Whom a node leads to, in four bytes: there is one for everybody.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Next(u32);

impl Next {
    const NOBODY: Self = Self(u32::MAX);

    fn of(node: Option<usize>) -> Self {
        node.map_or(Self::NOBODY, |node| Self(node as u32))
    }

    fn node(self) -> Option<usize> {
        (self != Self::NOBODY).then_some(self.0 as usize)
    }
}

/// In a graph where everybody has one successor at most: who lies on a ring, in their order.
fn nodes_in_rings(next: &[Next]) -> Vec<usize> {
    const NEW: u32 = 0;
    let mut seen_in_walk = vec![NEW; next.len()];
    let mut ring = Vec::new();
    for start in 0..next.len() {
        let walk = start as u32 + 1;
        let mut node = start;
        while seen_in_walk[node] == NEW {
            seen_in_walk[node] = walk;
            let Some(following) = next[node].node() else {
                break;
            };
            node = following;
        }
        // Not at an end: this walk has come back to where it had been.
        if seen_in_walk[node] == walk && next[node] != Next::NOBODY {
            ring.extend(around(next, node));
        }
    }
    ring.sort_unstable();
    ring
}

/// The ring that a node lies on.
fn around(next: &[Next], start: usize) -> impl Iterator<Item = usize> {
    let following = move |node: &usize| next[*node].node().filter(|node| *node != start);
    std::iter::successors(Some(start), following)
}
