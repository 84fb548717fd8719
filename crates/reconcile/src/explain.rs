//! Why somebody stands as they do: the rules that applied, in words.
//!
//! Nothing is decided here. The plan is made as for a sync, and what its steps decided is told, so
//! that an explanation cannot say anything else than the next sync does.

mod fields;

use domain::{Code, HrisId, Person, PersonId, Policy, Status};
use hris::Roster;
use jiff::civil::Date;
use serde::Serialize;

use crate::{
    Directory, Outcome, PeopleIndex, Plan,
    fields::Writer,
    leaving::Dates,
    matching::{Decision, Matching, Target},
    plan::{Finding, PersonChange},
    situation::{Case, CaseIndex, PersonIndex},
    steps, why,
};

/// Whom to explain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject<'a> {
    /// An employee of the roster, who may be no person.
    Employee(&'a HrisId),
    /// A person, who may be no employee.
    Person(PersonId),
}

/// What becomes of somebody and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The employee that decides, if there is one.
    pub employee: Option<HrisId>,
    /// The outcome of the employee; none for a person whom no employee of the roster is.
    pub outcome: Option<Outcome>,
    /// The rules that applied, in the order in which they are asked.
    pub rules: Vec<Rule>,
}

/// A rule that applied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Rule {
    /// The reason it is known by, where it is one that somebody is skipped or flagged for.
    pub code: Option<Code>,
    /// What it says.
    pub text: String,
}

impl Outcome {
    /// The stable word, as runs count it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Updated => "updated",
            Self::Archived => "archived",
            Self::Restored => "restored",
            Self::Unchanged => "unchanged",
            Self::Upcoming => "upcoming",
            Self::OutOfScope(_) => "out_of_scope",
            Self::Skipped(_) => "skipped",
        }
    }
}

/// Explains what a roster makes of somebody; nothing when neither roster nor directory has them.
///
/// The same plan as [`crate::reconcile`] makes, looked at from one employee.
#[must_use]
pub fn explain(
    directory: &Directory,
    roster: &Roster,
    policy: &Policy,
    today: Date,
    subject: Subject<'_>,
) -> Option<Explanation> {
    let index = PeopleIndex::of(&directory.people);
    steps(directory, &index, roster, policy, today, |builder| {
        let (writer, matching) = (builder.writer, builder.matching);
        let plan = builder.build();
        let teller = Teller {
            writer,
            matching,
            plan: &plan,
            rules: Vec::new(),
        };
        teller.explain(subject)
    })
}

/// Somebody's rules as they are gathered.
struct Teller<'s, 'a, 'p> {
    writer: Writer<'s, 'a>,
    matching: &'s Matching,
    plan: &'p Plan,
    rules: Vec<Rule>,
}

impl Teller<'_, '_, '_> {
    fn explain(mut self, subject: Subject<'_>) -> Option<Explanation> {
        let situation = self.writer.situation;
        let (case, person) = match subject {
            Subject::Employee(id) => (situation.case_of_id(id), situation.linked_to(id)),
            Subject::Person(id) => {
                let person = situation.index_of(id)?;
                (self.case_that_decides(person), Some(person))
            }
        };
        let outcome = match (case, person) {
            (Some(case), _) => {
                self.employee(case);
                self.plan.outcomes.get(case).map(|(_, outcome)| *outcome)
            }
            (None, Some(person)) => {
                self.nobodys_employee(person);
                None
            }
            (None, None) => return None,
        };
        Some(Explanation {
            employee: case.map(|case| situation.cases[case].employee.id.clone()),
            outcome,
            rules: self.rules,
        })
    }

    /// The employee whose data a person's record follows: of an old and a new one the new one.
    fn case_that_decides(&self, person: PersonIndex) -> Option<CaseIndex> {
        let weight = |decision: &Decision| match decision {
            Decision::Apply(target) if target.person == Some(person) => Some(3),
            Decision::Rejoins(other) if *other == person => Some(2),
            Decision::Archive(other) | Decision::Stay(other, _) if *other == person => Some(1),
            _ => None,
        };
        let decisions = self.matching.decisions.iter().enumerate();
        let weighed = decisions.filter_map(|(case, decision)| Some((weight(decision)?, case)));
        let decided = weighed.max().map(|(_, case)| case);
        decided.or_else(|| self.writer.situation.case_of_person(person))
    }

    fn say(&mut self, text: impl Into<String>) {
        let text = text.into();
        self.rules.push(Rule { code: None, text });
    }

    fn employee(&mut self, index: CaseIndex) {
        let situation = self.writer.situation;
        let case = &situation.cases[index];
        match &self.matching.decisions[index] {
            Decision::OutOfScope(code) => self.out_of_scope(case, *code),
            Decision::Skip(_) => self.skipped(case),
            Decision::Stay(person, _) => self.stays(case, *person),
            Decision::Archive(person) => self.leaves(case, *person),
            Decision::Rejoins(person) => self.rejoins(case, *person),
            Decision::Apply(target) => self.applied(index, *target),
        }
        let id = &case.employee.id;
        self.findings(|finding| finding.hris_id.as_ref() == Some(id));
        self.pending(|change| change.hris_id() == Some(id));
    }

    fn out_of_scope(&mut self, case: &Case<'_>, code: Code) {
        if let (Code::LeftBefore, Some(leaving)) = (code, case.left) {
            self.say(why::archive(leaving, false));
        }
        let text = code.mend().to_owned();
        let code = Some(code);
        self.rules.push(Rule { code, text });
    }

    fn skipped(&mut self, case: &Case<'_>) {
        if let Some(person) = case.linked {
            self.by_id(case);
            let name = self.writer.situation.person(person).name();
            self.say(format!(
                "{name} stays as they are until this is mended; only leaving would still apply."
            ));
        } else {
            self.say("Not here yet, and something that is needed is missing or not unique.");
        }
    }

    fn stays(&mut self, case: &Case<'_>, person: PersonIndex) {
        self.by_id(case);
        let record = self.writer.situation.person(person);
        let archived = record.status == Status::Archived;
        if let Some(leaving) = case.left {
            self.say(why::archive(leaving, false));
        }
        match (archived, case.left.is_some()) {
            (true, true) => self.say("Archived already, so nothing changes."),
            (true, false) => self.say("Stays archived."),
            // Whoever has left and stays is the last admin, or an admin has said so.
            (false, true) if self.matching.kept_admin != Some(person) => self.say(
                "An admin turned the archiving down. It is not asked again until the HRIS says something else of them.",
            ),
            (false, _) => self.say("Stays as they are."),
        }
    }

    fn leaves(&mut self, case: &Case<'_>, person: PersonIndex) {
        self.matched(case, Some(person));
        if let Some(departure) = self.matching.departures.get(&person) {
            self.say(why::archive(
                departure.leaving,
                departure.rejoins_as.is_some(),
            ));
        }
    }

    fn rejoins(&mut self, case: &Case<'_>, person: PersonIndex) {
        self.matched(case, Some(person));
        let situation = self.writer.situation;
        let dates = Dates::of(case.employee, Some(situation.person(person)));
        if case.linked == Some(person) {
            if let Some(start) = dates.start {
                self.say(format!("Has left before and comes back on {start}."));
            }
        } else {
            self.say(why::rejoins(dates.starts_after(situation.today)));
        }
    }

    fn applied(&mut self, index: CaseIndex, target: Target) {
        let case = &self.writer.situation.cases[index];
        self.matched(case, target.person);
        self.standing(case, target);
        self.fields(index, target);
    }

    fn matched(&mut self, case: &Case<'_>, person: Option<PersonIndex>) {
        let Some(person) = person else {
            return self.say(
                "Nobody here is linked to this HRIS id or has this email and name, so a new person is made.",
            );
        };
        if case.linked == Some(person) {
            return self.by_id(case);
        }
        let record = self.writer.situation.person(person);
        let agrees = if record.status == Status::Archived {
            " and a name that agrees"
        } else {
            ""
        };
        self.say(format!(
            "Matched by email: nobody is linked to the HRIS id {}, and {} has the same email{agrees}.",
            case.employee.id.as_str(),
            record.name(),
        ));
    }

    fn by_id(&mut self, case: &Case<'_>) {
        let id = case.employee.id.as_str();
        self.say(format!("Matched by the HRIS id {id}."));
    }

    /// Why somebody is active or upcoming.
    fn standing(&mut self, case: &Case<'_>, target: Target) {
        let situation = self.writer.situation;
        let record = target.person.map(|person| situation.person(person));
        let dates = Dates::of(case.employee, record);
        if record.is_some_and(|record| record.status == Status::Archived) {
            self.say("The HRIS no longer says that they have left, so they come back.");
        }
        match (target.status, dates.start) {
            (Status::Upcoming, Some(start)) => self.say(format!(
                "Starts on {start}, which is ahead: recorded, and not added before that day."
            )),
            (Status::Active, Some(start)) if start <= situation.today => {
                self.say(format!("The start date, {start}, has come."));
            }
            _ => {}
        }
        let status = case.employee.lifecycle.value().map(|reading| &reading.text);
        match (status, dates.end) {
            (_, Some(end)) => self.say(format!(
                "The last day is {end}: archived at the midnight that {} it.",
                match situation.policy.archive_at {
                    domain::ArchiveAt::EndOfDay => "ends",
                    domain::ArchiveAt::StartOfDay => "begins",
                }
            )),
            (Some(status), None) => self.say(format!(
                "The HRIS says {status} and knows no last day, so they have not left."
            )),
            (None, None) => self.say("Nothing in the HRIS says that they have left."),
        }
    }

    /// A person who is no employee of the roster.
    fn nobodys_employee(&mut self, person: PersonIndex) {
        let record = self.writer.situation.person(person);
        match (&record.hris_id, self.matching.departures.get(&person)) {
            (None, _) if let Some(id) = self.left_out(record) => self.say(format!(
                "The HRIS has somebody with this email under the id {}, whom an admin left out: no sync touches them. An end date still archives them.",
                id.as_str()
            )),
            (None, _) => self.say(
                "Added by hand and unknown to the HRIS by id and by email, so no sync touches them; an end date still archives them.",
            ),
            (Some(_), Some(departure)) => self.say(why::archive(departure.leaving, false)),
            (Some(id), None) => self.say(format!(
                "Linked to the HRIS id {}, which the last answer did not have.",
                id.as_str()
            )),
        }
        if record.hris_id.is_some() && record.status == Status::Archived {
            self.say("Archived already, so nothing changes.");
        }
        let subject = domain::PersonRef::Existing(record.id);
        self.findings(|finding| finding.person.as_ref() == Some(&subject));
        self.pending(|change| change.subject == subject);
    }

    /// The employee with somebody's email whom an admin left out, as unlinking does.
    fn left_out(&self, record: &Person) -> Option<&HrisId> {
        let mut cases = self.writer.situation.cases.iter();
        let theirs = cases.find(|case| {
            case.out_of_scope == Some(Code::Excluded)
                && case.email_key() == Some(record.email_key.as_str())
        })?;
        Some(&theirs.employee.id)
    }

    /// Everything that the plan flags about them.
    fn findings(&mut self, concerns: impl Fn(&Finding) -> bool) {
        let plan = self.plan;
        for finding in plan.findings.iter().filter(|finding| concerns(finding)) {
            let mend = finding.code.mend();
            let text = if finding.seen.is_empty() {
                mend.to_owned()
            } else {
                format!("The HRIS has “{}”. {mend}", finding.seen)
            };
            let code = Some(finding.code);
            self.rules.push(Rule { code, text });
        }
    }

    /// What the next sync would do, where the record is not as the HRIS has it.
    fn pending(&mut self, concerns: impl Fn(&PersonChange) -> bool) {
        if let Some(change) = self.plan.changes.iter().find(|change| concerns(change)) {
            self.say(format!("The next sync changes this. {}", change.why()));
        }
    }
}
