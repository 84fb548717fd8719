//! HiBob: reads everybody with one people search, as HiBob's documentation describes it.
//!
//! What shapes this module: the answer is one document for the whole company without paging, so it
//! is parsed while it arrives; what a service user may not see is left out without an error, so an
//! absent key is kept apart from a null; a caller that repeats refused requests is blocked, so a 401
//! or 403 is never tried again.

mod batch;
mod cell;
mod countries;
mod departments;
mod environment;
mod fields;
mod gather;
mod keyed;
mod lists;
mod problem;
mod reading;
mod repair;
mod retry;
mod settings;
mod split;
mod stream;
mod transport;
pub mod webhook;
mod wire;

use std::sync::{PoisonError, RwLock};

use domain::{Field, HrisId, Problem, ProblemCode, Provider, text::Email};
use jiff::tz::Offset;
use serde_json::{Value, json};

use crate::{
    Connector, Employee, Preflight, Progress, Roster, Scope, connector::Pull, normalise::Lifecycle,
};
use fields::{HOME_NOTE, Sections};
use gather::{Gathered, Lists};
use lists::NamedList;
use retry::{Attempts, Failure, Patience};
use transport::Transport;

pub use environment::{Environment, Sleeper, TokioSleeper};
pub use fields::asked as fields_asked;
pub use settings::{DEFAULT_BASE_URL, Limits, Retries, Settings, SettingsError, check_base_url};
pub use stream::decode_answer;

/// Ids in one filter. HiBob's documentation, people search, large companies: batches of 50 to 200.
const BATCH: usize = 100;

/// Reads HiBob.
pub struct HiBob {
    transport: Transport,
    limits: Limits,
    retries: Retries,
    environment: Environment,
    sections: RwLock<Sections>,
}

impl HiBob {
    /// A connector with the machine's own clock, randomness and sleep. Makes no request yet.
    pub fn new(settings: Settings) -> Result<Self, SettingsError> {
        Self::with_environment(settings, Environment::default())
    }

    /// A connector that takes time and randomness from where it is told.
    pub fn with_environment(
        settings: Settings,
        environment: Environment,
    ) -> Result<Self, SettingsError> {
        Ok(Self {
            limits: settings.limits,
            retries: settings.retries,
            transport: Transport::new(settings)?,
            environment,
            sections: RwLock::default(),
        })
    }

    fn patience_of_pull(&self) -> Patience {
        Patience {
            tries: self.retries.tries,
            rate_limit_waits: self.retries.rate_limit_waits,
            total: self.limits.total,
        }
    }

    /// Somebody waits for the trial: it tries less and waits for no rate limit.
    fn patience_of_check(&self) -> Patience {
        Patience {
            tries: self.retries.tries_of_check,
            rate_limit_waits: 0,
            total: self.limits.total_of_check,
        }
    }

    /// Everybody, or those of a filter, added to what is gathered. A try that fails leaves nothing
    /// behind, since each works on a copy.
    async fn search(
        &self,
        filter: Option<Filter<'_>>,
        gathered: &Gathered,
        patience: Patience,
        progress: &dyn Progress,
    ) -> Result<Gathered, Problem> {
        let question = question(filter);
        let mut attempts = Attempts::new(&self.environment, &self.retries, patience);
        loop {
            let request = self.transport.post("people/search", &question);
            let time = attempts.time_left();
            let sent = transport::send(request, time, &*self.environment.clock).await;
            let read = match sent {
                Ok(response) => {
                    stream::read(response, &self.limits, gathered.clone(), progress).await
                }
                Err(failure) => Err(failure),
            };
            match read {
                Ok(gathered) => return Ok(gathered),
                Err(failure) => attempts.after(failure, progress).await?,
            }
        }
    }

    /// A small document, or nothing where HiBob has none at that path or keeps it from us.
    async fn document(
        &self,
        path: &str,
        patience: Patience,
        progress: &dyn Progress,
    ) -> Result<Option<Value>, Problem> {
        let mut attempts = Attempts::new(&self.environment, &self.retries, patience);
        loop {
            let time = attempts.time_left();
            let request = self.transport.get(path);
            let sent = transport::send(request, time, &*self.environment.clock).await;
            let read = match sent {
                Ok(response) => transport::json(response).await,
                Err(failure) => Err(failure),
            };
            match read {
                Ok(document) => return Ok(Some(document)),
                Err(Failure::NotThere(_)) => return Ok(None),
                Err(Failure::Final(problem)) if problem.code == ProblemCode::NoPermission => {
                    return Ok(None);
                }
                Err(failure) => attempts.after(failure, progress).await?,
            }
        }
    }

    /// The named lists without which something gathered has no name. A list that is not there or
    /// not for us is done without; one that cannot be had at the moment fails the pull, since ids in
    /// place of names would rename groups.
    async fn lists(
        &self,
        gathered: &Gathered,
        patience: Patience,
        progress: &dyn Progress,
    ) -> Result<Lists, Problem> {
        let mut lists = Lists::default();
        if gathered.needs_departments() {
            lists.departments = self.list("department", patience, progress).await?;
        }
        if gathered.needs_countries() {
            lists.countries = self.list("country", patience, progress).await?;
        }
        Ok(lists)
    }

    async fn list(
        &self,
        name: &str,
        patience: Patience,
        progress: &dyn Progress,
    ) -> Result<Option<NamedList>, Problem> {
        // Old records keep the ids of items that were archived since.
        let path = format!("company/named-lists/{name}?includeArchived=true");
        let Some(answer) = self.document(&path, patience, progress).await? else {
            tracing::warn!(list = name, "HiBob does not show a named list");
            return Ok(None);
        };
        NamedList::read(name, &answer)
            .map(Some)
            .ok_or_else(|| problem::bad_list(name))
    }

    /// Asks what the sections are called here. They are only words for people, so a failure is no
    /// reason to fail anything.
    async fn learn_sections(&self, patience: Patience, progress: &dyn Progress) {
        let answer = self
            .document("company/people/fields", patience, progress)
            .await;
        match answer.map(|metadata| metadata.as_ref().and_then(Sections::read)) {
            Ok(Some(sections)) => {
                *self
                    .sections
                    .write()
                    .unwrap_or_else(PoisonError::into_inner) = sections;
            }
            Ok(None) => tracing::info!("HiBob gives no field metadata"),
            Err(problem) => tracing::info!(code = %problem.code, "HiBob gives no field metadata"),
        }
    }

    fn sections(&self) -> Sections {
        self.sections
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    async fn roster(&self, patience: Patience, progress: &dyn Progress) -> Result<Roster, Problem> {
        let gathered = self
            .search(None, &Gathered::default(), patience, progress)
            .await?;
        let lists = self.lists(&gathered, patience, progress).await?;
        gathered.settle(&lists, Scope::Whole)
    }

    async fn trial(&self, progress: &dyn Progress) -> Result<Preflight, Problem> {
        let patience = self.patience_of_check();
        // The search comes first: it is what counts, and refused credentials are shown only once.
        let roster = self.roster(patience, progress).await?;
        let quick = Patience {
            tries: 1,
            ..patience
        };
        self.learn_sections(quick, progress).await;
        let today = Offset::UTC.to_datetime(self.environment.clock.now()).date();
        let leavers = roster
            .employees
            .iter()
            .filter(|employee| has_left(employee));
        let starters = roster
            .employees
            .iter()
            .filter(|employee| starts_later(employee, today));
        Ok(Preflight {
            rows: self.sections().rows(&roster.coverage),
            employees_seen: roster.employees.len() as u64,
            leavers_seen: leavers.count() as u64,
            note: Some(HOME_NOTE),
            starters_seen: starters.count() as u64,
            roster,
        })
    }

    async fn everybody(&self, progress: &dyn Progress) -> Result<Roster, Problem> {
        let patience = self.patience_of_pull();
        let roster = self.roster(patience, progress).await?;
        let unseen = Field::ALL.iter().any(|field| !roster.coverage.saw(*field));
        if unseen && !roster.employees.is_empty() {
            // Somebody may have to be told where the permission is.
            let quick = Patience {
                tries: 1,
                rate_limit_waits: 0,
                ..patience
            };
            self.learn_sections(quick, progress).await;
        }
        Ok(roster)
    }

    async fn some(&self, ids: &[HrisId], progress: &dyn Progress) -> Result<Roster, Problem> {
        let patience = self.patience_of_pull();
        let mut gathered = Gathered::default();
        for batch in ids.chunks(BATCH) {
            gathered = self
                .search(Some(Filter::Ids(batch)), &gathered, patience, progress)
                .await?;
        }
        gathered.keep_only(ids);
        let lists = self.lists(&gathered, patience, progress).await?;
        gathered.settle(&lists, Scope::Named(ids.to_vec()))
    }

    async fn with_email(&self, email: &Email, progress: &dyn Progress) -> Result<Roster, Problem> {
        let patience = self.patience_of_pull();
        let filter = Some(Filter::Email(email.as_str()));
        let gathered = Gathered::default();
        let mut gathered = self.search(filter, &gathered, patience, progress).await?;
        let ids = gathered.with_email(email);
        gathered.keep_only(&ids);
        let lists = self.lists(&gathered, patience, progress).await?;
        gathered.settle(&lists, Scope::Named(ids))
    }
}

/// Whom a search is for. HiBob takes one filter, with `equals`, by id or by email.
#[derive(Clone, Copy, Debug)]
enum Filter<'a> {
    Ids(&'a [HrisId]),
    Email(&'a str),
}

impl Connector for HiBob {
    fn provider(&self) -> Provider {
        Provider::HiBob
    }

    fn check<'a>(&'a self, progress: &'a dyn Progress) -> Pull<'a, Preflight> {
        Box::pin(async move { self.trial(progress).await.map_err(problem::in_check) })
    }

    fn pull<'a>(&'a self, progress: &'a dyn Progress) -> Pull<'a, Roster> {
        Box::pin(self.everybody(progress))
    }

    fn pull_named<'a>(&'a self, ids: &'a [HrisId], progress: &'a dyn Progress) -> Pull<'a, Roster> {
        Box::pin(self.some(ids, progress))
    }

    fn find<'a>(&'a self, email: &'a Email, progress: &'a dyn Progress) -> Pull<'a, Roster> {
        Box::pin(self.with_email(email, progress))
    }

    fn section_of(&self, field: Field) -> String {
        format!("section {}", self.sections().of(field))
    }
}

/// The body of a people search. `showInactive`, since leavers and future starters are inactive;
/// `APPEND`, for the names of list items beside the machine values; no `filters` key without a
/// filter, since an empty list is refused by some accounts of the API.
fn question(filter: Option<Filter<'_>>) -> Value {
    let mut question = json!({
        "fields": fields::ASKED,
        "showInactive": true,
        "humanReadable": "APPEND",
    });
    let filter = match filter {
        None => return question,
        Some(Filter::Ids(ids)) => {
            json!({"fieldPath": "root.id", "operator": "equals", "values": ids})
        }
        Some(Filter::Email(email)) => {
            json!({"fieldPath": "root.email", "operator": "equals", "values": [email]})
        }
    };
    question["filters"] = json!([filter]);
    question
}

fn has_left(employee: &Employee) -> bool {
    employee
        .lifecycle
        .value()
        .is_some_and(|reading| reading.status == Lifecycle::Terminated)
}

fn starts_later(employee: &Employee, today: jiff::civil::Date) -> bool {
    let hired = employee
        .lifecycle
        .value()
        .is_some_and(|reading| reading.status == Lifecycle::Hired);
    let ahead = employee
        .start_date
        .value()
        .is_some_and(|date| *date > today);
    (hired || ahead) && !has_left(employee)
}
