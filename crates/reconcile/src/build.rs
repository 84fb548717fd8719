//! The plan, put together from what the steps decided.

use std::ops::Range;

use domain::{Action, ArchivedBy, Code, FindingOutcome, HrisId, PersonRef, SmolStr, Status};
use hris::Seen;

use crate::{
    change::change_of,
    fields::{Flag, Writer, state_of},
    halves::both,
    matching::{Decision, Departure, Matching, Target},
    plan::{Finding, Outcome, PersonChange, PersonState, Plan, Weight},
    situation::{CaseIndex, PersonIndex},
    why,
};

pub(crate) struct Builder<'s, 'a> {
    pub(crate) writer: Writer<'s, 'a>,
    pub(crate) matching: &'s Matching,
    changes: Vec<PersonChange>,
    findings: Vec<Finding>,
    outcomes: Vec<(HrisId, Outcome)>,
}

impl<'s, 'a> Builder<'s, 'a> {
    pub(crate) fn new(writer: Writer<'s, 'a>, matching: &'s Matching) -> Self {
        Self {
            writer,
            matching,
            changes: Vec::new(),
            findings: Vec::new(),
            outcomes: Vec::new(),
        }
    }

    pub(crate) fn build(mut self) -> Plan {
        let cases = self.writer.situation.cases.len();
        let mut second = Self::new(self.writer, self.matching);
        let half = cases / 2;
        let (first_outcomes, second_outcomes) = both(
            cases,
            || self.settle_all(0..half),
            || second.settle_all(half..cases),
        );
        self.changes.append(&mut second.changes);
        self.findings.append(&mut second.findings);
        let ids = self.writer.situation.cases.iter();
        let ids = ids.map(|case| case.employee.id.clone());
        self.outcomes = ids
            .zip(first_outcomes.into_iter().chain(second_outcomes))
            .collect();
        self.missing();
        self.rings();
        self.unreadable();
        self.finish()
    }

    fn settle_all(&mut self, cases: Range<CaseIndex>) -> Vec<Outcome> {
        cases.map(|case| self.settle(case)).collect()
    }

    fn settle(&mut self, case: CaseIndex) -> Outcome {
        let matching = self.matching;
        match &matching.decisions[case] {
            Decision::OutOfScope(code) => Outcome::OutOfScope(*code),
            Decision::Skip(code) => self.skip(case, *code),
            Decision::Stay(person, code) => self.stay(case, *person, *code),
            Decision::Archive(person) => self.archive(case, *person),
            Decision::Rejoins(person) => self.rejoins(case, *person),
            Decision::Apply(target) => self.apply(case, *target),
        }
    }

    fn skip(&mut self, case: CaseIndex, code: Code) -> Outcome {
        let employee = self.writer.situation.cases[case].employee;
        let text = |seen: &Seen<SmolStr>| seen.value().cloned().unwrap_or_default();
        let seen = match (
            code,
            &employee.email,
            &employee.start_date,
            &employee.end_date,
        ) {
            (Code::InvalidEmail, Seen::Bad(seen), ..)
            | (Code::InvalidDate, _, Seen::Bad(seen), _)
            | (Code::InvalidDate, _, _, Seen::Bad(seen)) => (**seen).clone(),
            (Code::DuplicateEmail, Seen::Value(email), ..) => email.as_str().into(),
            (Code::EndBeforeStart, _, _, Seen::Value(end)) => crate::fields::date_text(*end),
            (Code::MissingName, ..) => text(&employee.display_name),
            _ => SmolStr::default(),
        };
        let person = self.writer.situation.cases[case]
            .linked
            .map(|index| self.reference(index));
        self.find(Some(case), person, code, FindingOutcome::Skipped, seen);
        Outcome::Skipped(code)
    }

    fn stay(&mut self, case: CaseIndex, person: PersonIndex, code: Option<Code>) -> Outcome {
        let reference = self.reference(person);
        let last_admin = (self.matching.kept_admin == Some(person)).then_some(Code::LastAdmin);
        if let Some(code) = last_admin.or(code) {
            let seen = self.status_of(case);
            self.find(
                Some(case),
                Some(reference),
                code,
                FindingOutcome::Flagged,
                seen,
            );
        }
        Outcome::Unchanged
    }

    /// The word for the lifecycle status, as the HRIS has it.
    fn status_of(&self, case: CaseIndex) -> SmolStr {
        let lifecycle = self.writer.situation.cases[case].employee.lifecycle.value();
        lifecycle.map_or_else(SmolStr::default, |reading| reading.text.clone())
    }

    fn archive(&mut self, case: CaseIndex, person: PersonIndex) -> Outcome {
        let matching = self.matching;
        let departure = &matching.departures[&person];
        // Of two unlinked leavers with one email only the first one is the person.
        if departure.case != Some(case) {
            return Outcome::OutOfScope(Code::LeftBefore);
        }
        self.depart(person, departure);
        Outcome::Archived
    }

    fn depart(&mut self, person: PersonIndex, departure: &Departure) {
        let record = self.writer.situation.person(person);
        let mut state = state_of(record);
        state.status = Status::Archived;
        state.archived_by = Some(departure.leaving.proof.archived_by());
        if departure.case.is_some() {
            state.end_date = departure.leaving.end_date;
        }
        if let Some(case) = departure.rejoins_as.or(departure.case) {
            state.hris_id = Some(self.writer.situation.cases[case].employee.id.clone());
            state.source = domain::Source::Hris;
        }
        let why = |_: &PersonState| why::archive(departure.leaving, departure.rejoins_as.is_some());
        self.change(person, Action::Archive, state, why);
    }

    /// An archived person (or one who is archived by their old record in this very run) belongs to
    /// this employee from now on and stays archived.
    fn rejoins(&mut self, case: CaseIndex, person: PersonIndex) -> Outcome {
        let situation = self.writer.situation;
        let employee = situation.cases[case].employee;
        let record = situation.person(person);
        let ahead = crate::leaving::Dates::of(employee, Some(record)).starts_after(situation.today);
        let relinks = record.hris_id.as_ref() != Some(&employee.id);
        if relinks && !self.matching.departures.contains_key(&person) {
            let mut state = state_of(record);
            state.hris_id = Some(employee.id.clone());
            state.source = domain::Source::Hris;
            let why = |_: &PersonState| why::rejoins(ahead);
            self.change(person, Action::Update, state, why);
        }
        if record.archived_by == Some(ArchivedBy::Admin) {
            let reference = self.reference(person);
            let seen = self.status_of(case);
            self.find(
                Some(case),
                Some(reference),
                Code::ArchivedByAdmin,
                FindingOutcome::Flagged,
                seen,
            );
        }
        let by_admin = record.archived_by == Some(ArchivedBy::Admin);
        match (ahead && !by_admin, relinks) {
            (true, _) => Outcome::Upcoming,
            (false, true) => Outcome::Updated,
            (false, false) => Outcome::Unchanged,
        }
    }

    fn apply(&mut self, case: CaseIndex, target: Target) -> Outcome {
        let employee = self.writer.situation.cases[case].employee;
        let (state, flags) = self.writer.record(case, target);
        let subject = match target.person {
            Some(person) => self.reference(person),
            None => PersonRef::New(employee.id.clone()),
        };
        self.flag(case, &subject, flags);
        let before = target
            .person
            .map(|person| self.writer.situation.person(person).status);
        let (action, mut outcome) = match (before, target.status) {
            (None, Status::Upcoming) => (Action::Add, Outcome::Upcoming),
            (Some(Status::Upcoming), Status::Upcoming) => (Action::Update, Outcome::Upcoming),
            (None | Some(Status::Upcoming), _) => (Action::Add, Outcome::Added),
            (Some(Status::Archived), _) => (Action::Restore, Outcome::Restored),
            (Some(Status::Active), _) => (Action::Update, Outcome::Updated),
        };
        let linked = self.writer.situation.cases[case].linked.is_some();
        let why = |state: &PersonState| why::apply(action, target.status, linked, state);
        let changed = match target.person {
            Some(person) => self.change(person, action, state, why),
            None => {
                let change = PersonChange::of_new(employee.id.clone(), state);
                self.changes.push(change);
                true
            }
        };
        if !changed && outcome == Outcome::Updated {
            outcome = Outcome::Unchanged;
        }
        outcome
    }

    fn flag(&mut self, case: CaseIndex, subject: &PersonRef, flags: Vec<Flag>) {
        for (code, seen) in flags {
            self.find(
                Some(case),
                Some(subject.clone()),
                code,
                FindingOutcome::Flagged,
                seen,
            );
        }
    }

    fn missing(&mut self) {
        let matching = self.matching;
        let missing = matching.missing.iter();
        // Whose record was deleted and made anew goes on as the new one.
        for person in missing.filter(|person| !matching.relinked.contains(person)) {
            match matching.departures.get(person) {
                Some(departure) => self.depart(*person, departure),
                None => {
                    let reference = self.reference(*person);
                    let last_admin = matching.kept_admin == Some(*person);
                    for code in last_admin
                        .then_some(Code::LastAdmin)
                        .into_iter()
                        .chain([Code::NotFoundInHris])
                    {
                        let seen = SmolStr::default();
                        let person = Some(reference.clone());
                        self.find(None, person, code, FindingOutcome::Flagged, seen);
                    }
                }
            }
        }
    }

    fn rings(&mut self) {
        let managers = self.writer.managers;
        for member in managers.in_rings() {
            let person = Some(member.person.clone());
            let seen = SmolStr::default();
            self.find(
                member.case,
                person,
                Code::ManagerCycle,
                FindingOutcome::Flagged,
                seen,
            );
        }
    }

    fn unreadable(&mut self) {
        for seen in &self.writer.situation.roster.unreadable {
            self.findings.push(Finding {
                hris_id: None,
                person: None,
                code: Code::UnreadableRecord,
                outcome: FindingOutcome::Skipped,
                name: SmolStr::default(),
                email: SmolStr::default(),
                seen: seen.clone(),
            });
        }
    }

    fn reference(&self, person: PersonIndex) -> PersonRef {
        PersonRef::Existing(self.writer.situation.person(person).id)
    }

    fn find(
        &mut self,
        case: Option<CaseIndex>,
        person: Option<PersonRef>,
        code: Code,
        outcome: FindingOutcome,
        seen: SmolStr,
    ) {
        let situation = self.writer.situation;
        let employee = case.map(|case| situation.cases[case].employee);
        let record = match &person {
            Some(PersonRef::Existing(id)) => {
                situation.index_of(*id).map(|index| situation.person(index))
            }
            _ => None,
        };
        let told = employee.and_then(|employee| {
            domain::person::full_name(
                employee.first_name.value().map_or("", SmolStr::as_str),
                employee.surname.value().map_or("", SmolStr::as_str),
            )
        });
        let address = employee.and_then(|employee| employee.email.value());
        let name = told
            .or_else(|| record.map(domain::Person::name))
            .unwrap_or_default();
        let email = address
            .map(|email| SmolStr::from(email.as_str()))
            .or_else(|| record.map(|record| record.email.clone()))
            .unwrap_or_default();
        let hris_id = employee
            .map(|employee| employee.id.clone())
            .or_else(|| record.and_then(|record| record.hris_id.clone()));
        self.findings.push(Finding {
            hris_id,
            person,
            code,
            outcome,
            name,
            email,
            seen,
        });
    }

    /// Records a change of somebody in the directory, if there is one.
    fn change(
        &mut self,
        person: PersonIndex,
        action: Action,
        after: PersonState,
        why: impl FnOnce(&PersonState) -> String,
    ) -> bool {
        let record = self.writer.situation.person(person);
        let Some(mut change) = change_of(record, action, after, why) else {
            return false;
        };
        self.weigh(&mut change.weight, record, &change.after);
        self.changes.push(change);
        true
    }

    /// What a safeguard may count the change of somebody linked as.
    fn weigh(&self, weight: &mut Weight, record: &domain::Person, after: &PersonState) {
        if record.hris_id.is_none() {
            return;
        }
        let before = state_of(record);
        weight.identity = before.hris_id != after.hris_id || before.email_key != after.email_key;
        if record.status != Status::Archived && after.status != Status::Archived {
            weight.approver = before.approver != after.approver;
            weight.group = before.group != after.group && !self.department_stayed(record, after);
        }
    }

    /// Whether somebody is in another group only because their department was renamed.
    fn department_stayed(&self, record: &domain::Person, after: &PersonState) -> bool {
        let situation = self.writer.situation;
        let case = after
            .hris_id
            .as_ref()
            .and_then(|id| situation.case_of_id(id));
        let Some(Seen::Value(department)) =
            case.map(|case| &situation.cases[case].employee.department)
        else {
            return false;
        };
        record.group.is_some() && self.writer.groups.before(*department) == record.group
    }

    fn finish(mut self) -> Plan {
        self.findings.sort();
        self.findings.dedup();
        self.changes
            .sort_unstable_by(|a, b| a.subject.cmp(&b.subject));
        debug_assert!(
            self.changes.is_sorted_by(|a, b| a.subject < b.subject),
            "nobody changes twice"
        );
        let mut plan = Plan {
            changes: self.changes,
            groups: self.writer.groups.plan.clone(),
            findings: self.findings,
            counts: domain::Counts::default(),
            outcomes: self.outcomes,
        };
        plan.counts = crate::counts::count(&plan, self.writer.situation.roster.unreadable.len());
        plan
    }
}
