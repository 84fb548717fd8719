//! Why somebody stands as they do.

use domain::{
    Action, Code, HrisId, Organisation, Person, PersonId, RunId,
    text::{Email, email_key},
};
use hris::{EmployeeRecord, NoProgress, Roster, Scope};
use reconcile::{Explanation, Outcome, Rule, Subject};
use serde::Serialize;
use store::{LastChange, LastRuns, LastSeen};

use crate::{App, Failure};

/// Why somebody stands as they do.
#[derive(Clone, Debug, Serialize)]
pub struct ExplanationView {
    /// The person, if there is one.
    pub person_id: Option<PersonId>,
    /// The employee, if there is one.
    pub hris_id: Option<HrisId>,
    /// What the last sync came to for them; for somebody the HRIS does not decide about there is
    /// none.
    pub outcome: Option<&'static str>,
    /// The run that last changed them, else the one that last judged them.
    pub run_id: Option<RunId>,
    /// The employee as last seen, mapped fields only.
    pub seen: Option<EmployeeRecord>,
    /// The rules that applied, in order.
    pub rules: Vec<Rule>,
}

/// What came of asking the HRIS about somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LiveRead {
    /// It has them.
    Found,
    /// It was asked and has nobody like that, or may not show them.
    NotThere,
    /// There is nothing to ask: no HRIS is connected, or only a name is known.
    NotAsked,
    /// It could not be asked.
    Failed(Box<Failure>),
}

/// Who is meant.
enum Meant {
    Person(Box<Person>),
    Employee(HrisId),
    Erased,
}

impl App {
    /// Explains somebody, by id, email or HRIS id; also an employee who was skipped or left out.
    ///
    /// Made anew with the function that plans a sync, from the employees as they were last seen.
    pub async fn explain(
        &self,
        org: &Organisation,
        name: &str,
    ) -> Result<ExplanationView, Failure> {
        let last_seen = self.store.last_seen(org.id).await?;
        self.explain_by(org, name, last_seen, false).await
    }

    /// The same from what the HRIS says of them at this moment; the others as they were last seen. What
    /// it comes to is what the next sync does. Nothing is stored. Where the HRIS could not be asked, it is
    /// told from what was last seen, and why.
    pub async fn explain_now(
        &self,
        org: &Organisation,
        name: &str,
    ) -> Result<(Result<ExplanationView, Failure>, LiveRead), Failure> {
        let mut last_seen = self.store.last_seen(org.id).await?;
        let read = match self.read_now(org, name, &mut last_seen).await {
            Ok(read) => read,
            Err(failure) => LiveRead::Failed(Box::new(failure)),
        };
        let is_now = matches!(read, LiveRead::Found | LiveRead::NotThere);
        let explained = self.explain_by(org, name, last_seen, is_now).await;
        Ok((explained, read))
    }

    /// Puts what the HRIS says of somebody in the place of what was last seen of them.
    async fn read_now(
        &self,
        org: &Organisation,
        name: &str,
        last_seen: &mut Vec<LastSeen>,
    ) -> Result<LiveRead, Failure> {
        let Some(connection) = self.store.connection(org.id).await? else {
            return Ok(LiveRead::NotAsked);
        };
        let connector = self.connector_of(org, &connection)?;
        let id = match self.meant(org, name, last_seen).await {
            Ok(Meant::Erased) => return Ok(LiveRead::NotAsked),
            Ok(Meant::Person(person)) => person.hris_id,
            Ok(Meant::Employee(id)) => Some(id),
            Err(_) => None,
        };
        let name = name.trim();
        let is_id = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit());
        let id = id.or_else(|| is_id.then(|| HrisId::from(name)));
        let roster = match (&id, Email::parse(name)) {
            (Some(id), _) => {
                connector
                    .pull_named(std::slice::from_ref(id), &NoProgress)
                    .await?
            }
            (None, Ok(email)) => connector.find(&email, &NoProgress).await?,
            // A name is looked for among those whom we know.
            (None, Err(_)) => return Ok(LiveRead::NotAsked),
        };
        let mut found = roster
            .employees
            .iter()
            .map(|employee| roster.record(employee));
        let Some(record) = found.next() else {
            if let Some(id) = id
                && let Some(known) = last_seen.iter_mut().find(|known| known.id == id)
            {
                known.gone = true;
            }
            return Ok(LiveRead::NotThere);
        };
        let id = record.id.clone();
        let copies = std::iter::once(record)
            .chain(found.filter(|copy| copy.id == id))
            .collect();
        last_seen.retain(|known| known.id != id);
        last_seen.push(LastSeen {
            id,
            gone: false,
            copies,
        });
        Ok(LiveRead::Found)
    }

    async fn explain_by(
        &self,
        org: &Organisation,
        name: &str,
        last_seen: Vec<LastSeen>,
        is_now: bool,
    ) -> Result<ExplanationView, Failure> {
        let (person, employee) = match self.meant(org, name, &last_seen).await? {
            Meant::Erased => return Ok(erased()),
            Meant::Person(person) => (Some(*person), None),
            Meant::Employee(id) => (None, Some(id)),
        };
        let subject = match (&person, &employee) {
            (Some(person), _) => Subject::Person(person.id),
            (None, Some(id)) => Subject::Employee(id),
            (None, None) => return Err(Failure::not_found("person", name)),
        };
        let explained = self.recompute(org, &last_seen, subject).await?;
        let id = person.as_ref().map(|person| person.id);
        let runs = self.store.last_runs(org.id, id).await?;
        let open = match id {
            Some(id) => self.person_view(org, id).await?.attention,
            None => Vec::new(),
        };
        let hris_id = explained
            .employee
            .clone()
            .or_else(|| person.and_then(|person| person.hris_id));
        let seen = last_seen
            .into_iter()
            .find(|seen| Some(&seen.id) == hris_id.as_ref())
            .and_then(|seen| seen.copies.into_iter().next());
        Ok(ExplanationView {
            person_id: id,
            outcome: if is_now {
                explained.outcome.map(Outcome::as_str)
            } else {
                outcome(&explained, &runs).map(Outcome::as_str)
            },
            run_id: runs
                .changed
                .map(|changed| changed.run)
                .or_else(|| runs.judged.filter(|_| hris_id.is_some())),
            rules: if is_now {
                explained.rules
            } else {
                with_open(since_then(&explained, &runs), &open)
            },
            hris_id,
            seen,
        })
    }

    async fn meant(
        &self,
        org: &Organisation,
        name: &str,
        last_seen: &[LastSeen],
    ) -> Result<Meant, Failure> {
        let not_found = match self.find_person(org, name).await {
            Ok(person) => return Ok(Meant::Person(Box::new(person))),
            Err(failure) => failure,
        };
        let id = HrisId::from(name.trim());
        if let Some(person) = self.store.person_by_hris_id(org.id, &id).await? {
            return Ok(Meant::Person(Box::new(person)));
        }
        let key = email_key(name);
        let has_email = |record: &EmployeeRecord| {
            let email = record.email.value();
            email.is_some_and(|email| email.key() == key)
        };
        let mut seen = last_seen.iter();
        let seen = seen
            .clone()
            .find(|seen| seen.id == id)
            .or_else(|| seen.find(|seen| seen.copies.iter().any(has_email)));
        match seen {
            Some(seen) => Ok(Meant::Employee(seen.id.clone())),
            None if self.erased_by_name(org, name).await?.is_some() => Ok(Meant::Erased),
            None => Err(not_found),
        }
    }

    async fn recompute(
        &self,
        org: &Organisation,
        last_seen: &[LastSeen],
        subject: Subject<'_>,
    ) -> Result<Explanation, Failure> {
        if self.store.connection(org.id).await?.is_none() {
            return Ok(only(
                "No HRIS is connected, so nothing of anybody is managed.",
            ));
        }
        if last_seen.is_empty() {
            return Ok(only("No sync has been stored yet."));
        }
        let now = self.clock.now();
        let loaded = self.store.load_directory(org.id, now).await?;
        let policy = self.store.policy(org.id).await?;
        let here = last_seen.iter().filter(|seen| !seen.gone);
        let roster = Roster::of_records(here.flat_map(|seen| seen.copies.clone()));
        debug_assert_eq!(roster.scope, Scope::Whole);
        let today = org.today(now);
        let explained = tokio::task::block_in_place(|| {
            reconcile::explain(&loaded.directory, &roster, &policy, today, subject)
        });
        Ok(explained.unwrap_or_else(|| {
            only("The HRIS had them once, and the last answer had them no more.")
        }))
    }
}

/// What the last sync came to. Whoever it changed is as the HRIS has them now, so a plan made today
/// leaves them unchanged; the history knows what was done.
fn outcome(explained: &Explanation, runs: &LastRuns) -> Option<Outcome> {
    match (explained.outcome, &runs.changed, &runs.judged) {
        (Some(Outcome::Unchanged), Some(changed), Some(judged)) if changed.run == *judged => {
            Some(done(changed))
        }
        (Some(_), Some(changed), Some(judged)) if changed.run > *judged => Some(done(changed)),
        (outcome, ..) => outcome,
    }
}

fn done(changed: &LastChange) -> Outcome {
    match changed.action {
        Action::Add => Outcome::Added,
        Action::Update => Outcome::Updated,
        Action::Archive => Outcome::Archived,
        Action::Restore => Outcome::Restored,
    }
}

/// The rules; where a pass of the timer has changed somebody since the last sync, they say what the
/// next one does.
fn since_then(explained: &Explanation, runs: &LastRuns) -> Vec<Rule> {
    let mut rules = explained.rules.clone();
    if let (Some(next), Some(changed), Some(judged)) =
        (explained.outcome, &runs.changed, &runs.judged)
        && changed.run > *judged
    {
        let text = format!(
            "Changed by a pass of the timer after the last sync. By what was last seen of the HRIS, the next sync comes to: {}.",
            next.as_str().replace('_', " ")
        );
        rules.insert(0, Rule { code: None, text });
    }
    rules
}

/// What a run flagged and no later one has looked at stays open.
fn with_open(mut rules: Vec<Rule>, open: &[Code]) -> Vec<Rule> {
    for code in open {
        if !rules.iter().any(|rule| rule.code == Some(*code)) {
            rules.push(Rule {
                code: Some(*code),
                text: code.mend().to_owned(),
            });
        }
    }
    rules
}

fn only(text: &str) -> Explanation {
    let rule = Rule {
        code: None,
        text: text.to_owned(),
    };
    Explanation {
        employee: None,
        outcome: None,
        rules: vec![rule],
    }
}

fn erased() -> ExplanationView {
    let code = Code::Erased;
    ExplanationView {
        person_id: None,
        hris_id: None,
        outcome: Some(Outcome::OutOfScope(code).as_str()),
        run_id: None,
        seen: None,
        rules: vec![Rule {
            code: Some(code),
            text: code.mend().to_owned(),
        }],
    }
}
