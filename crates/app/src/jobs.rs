//! Bulk actions: asked for, looked at, done by a worker.

use domain::{JobId, JobKind, JobState, LeftOutCode, Organisation, PersonId, TaskKind};
use jiff::{Timestamp, civil::Date};
use serde::Serialize;
use serde_json::{Value as Json, json};
use store::{Chosen, NewJob, NewTask, StoredJob, StoredTask};

use crate::{
    App, Failure, JobCheck, JobRequest, PeopleQuery, budgets::Giving, people::read_filter,
    work::Done,
};

/// The most people that can be named one by one.
const MOST_IDS: usize = 100_000;

/// How many bulk actions are listed.
const RECENT: u32 = 50;

/// Whom a bulk action is about.
#[derive(Clone, Debug)]
pub enum PeopleChoice {
    /// These, by id.
    Ids(Vec<String>),
    /// Everybody who matches.
    Filter(Box<PeopleQuery>),
}

/// A bulk action.
#[derive(Clone, Debug, Serialize)]
pub struct JobView {
    /// Its id.
    pub id: JobId,
    /// What it does.
    pub kind: JobKind,
    /// How far it is.
    pub state: JobState,
    /// How many people it is about, frozen when it was asked for.
    pub total: u64,
    /// How many have had their turn, those left out included.
    pub done: u64,
    /// Who was left out so far, and why.
    pub left_out: Vec<LeftOutView>,
    /// When it was asked for.
    #[serde(skip)]
    pub created_at: Timestamp,
    /// When its admin had seen what it would do; nothing before.
    #[serde(skip)]
    pub started_at: Option<Timestamp>,
    /// Why it could not go on.
    #[serde(skip)]
    pub error: Option<String>,
    /// When its budgets were taken back.
    #[serde(skip)]
    pub taken_back_at: Option<Timestamp>,
}

/// Somebody who was left out.
#[derive(Clone, Copy, Debug, Serialize)]
#[expect(missing_docs, reason = "named by what they are")]
pub struct LeftOutView {
    pub person_id: PersonId,
    pub code: LeftOutCode,
}

impl App {
    /// A bulk action, and how far it is.
    pub async fn job(&self, org: &Organisation, id: &str) -> Result<JobView, Failure> {
        let job = self.find_job(org, id).await?;
        self.job_view(org, job).await
    }

    pub(crate) async fn find_job(
        &self,
        org: &Organisation,
        id: &str,
    ) -> Result<StoredJob, Failure> {
        let job = match id.parse::<JobId>() {
            Ok(id) => self.store.job(org.id, id).await?,
            Err(_) => None,
        };
        job.ok_or_else(|| Failure::not_found("job", id))
    }

    async fn job_view(&self, org: &Organisation, job: StoredJob) -> Result<JobView, Failure> {
        let left_out = self.store.left_out(org.id, job.id).await?;
        Ok(JobView {
            id: job.id,
            kind: job.kind,
            state: job.state,
            total: job.total,
            done: job.done,
            created_at: job.created_at,
            started_at: job.started_at,
            error: job.error,
            taken_back_at: job.taken_back_at,
            left_out: left_out
                .into_iter()
                .map(|(person_id, code)| LeftOutView { person_id, code })
                .collect(),
        })
    }

    /// Puts a bulk action down: whom it is about is frozen now, and it begins.
    pub(crate) async fn begin_job(
        &self,
        org: &Organisation,
        kind: JobKind,
        people: &PeopleChoice,
        request: Json,
    ) -> Result<JobView, Failure> {
        let job = self.put_job(org, kind, people, Some(request)).await?;
        self.wake.notify_one();
        self.job_view(org, job).await
    }

    /// Puts a bulk action down that is started once its admin has seen what it will do.
    pub async fn draft_job(
        &self,
        org: &Organisation,
        kind: JobKind,
        people: &PeopleChoice,
    ) -> Result<JobView, Failure> {
        let job = self.put_job(org, kind, people, None).await?;
        self.job_view(org, job).await
    }

    async fn put_job(
        &self,
        org: &Organisation,
        kind: JobKind,
        people: &PeopleChoice,
        request: Option<Json>,
    ) -> Result<StoredJob, Failure> {
        let now = self.clock.now();
        let chosen = match people {
            PeopleChoice::Ids(ids) => Chosen::Ids(read_ids(ids)?),
            PeopleChoice::Filter(query) => {
                let filter = read_filter(query, org.today(now))?;
                Chosen::Matching(Box::new(filter))
            }
        };
        let ids = self.ids();
        let begins = request.is_some();
        let job = NewJob {
            id: ids.next(),
            kind,
            request: request.unwrap_or_default(),
            actor: self.actor,
        };
        let task = begins.then(|| self.task_of_job(job.id, now));
        let created = self
            .store
            .create_job(org.id, &job, &chosen, task.as_ref(), now);
        Ok(created.await?)
    }

    fn task_of_job(&self, job: JobId, now: Timestamp) -> NewTask {
        NewTask {
            id: self.ids().next(),
            kind: TaskKind::Job,
            once: Some(job.to_string()),
            payload: json!({ "job": job }),
            due_at: now,
        }
    }

    /// Starts a bulk action that was put down. Started a second time, it goes on as it was asked for.
    pub async fn start_job(
        &self,
        org: &Organisation,
        id: &str,
        asked: &JobRequest,
    ) -> Result<JobView, Failure> {
        let job = self.find_job(org, id).await?;
        let request = asked.document()?;
        let now = self.clock.now();
        let task = self.task_of_job(job.id, now);
        self.store
            .start_job(org.id, job.id, &request, &task, now)
            .await?;
        self.wake.notify_one();
        self.job(org, id).await
    }

    /// What a bulk action that was put down would come to if it were started now. Nothing is written.
    pub async fn check_job(
        &self,
        org: &Organisation,
        id: &str,
        asked: &JobRequest,
    ) -> Result<JobCheck, Failure> {
        let job = self.find_job(org, id).await?;
        let turn = asked.turn()?;
        let admins = self.store.acting_admins(org.id).await?;
        let mut check = JobCheck::of(admins);
        let mut after = 0;
        loop {
            let next = self
                .store
                .candidates(org.id, job.id, turn.period(), after)
                .await?;
            let Some((last, _)) = next.last() else {
                return Ok(check);
            };
            after = *last;
            for (_, who) in &next {
                check.count(who, &turn);
            }
        }
    }

    /// Stops a bulk action that is going. Whoever has had their turn keeps what they got.
    ///
    /// # Errors
    /// `not_going` where there is nothing to stop.
    pub async fn stop_job(&self, org: &Organisation, id: &str) -> Result<JobView, Failure> {
        let job = self.find_job(org, id).await?;
        if job.started_at.is_none()
            || !self
                .store
                .stop_job(org.id, job.id, self.clock.now())
                .await?
        {
            return Err(Failure::conflict(
                "not_going",
                "This is not going any more, so there was nothing to stop.",
            ));
        }
        self.job(org, id).await
    }

    /// Does a bulk action to its end.
    pub(crate) async fn job_task(&self, task: &StoredTask) -> Result<Done, Failure> {
        let id = task.payload.get("job").and_then(Json::as_str);
        let id = id.and_then(|id| id.parse::<JobId>().ok());
        let (Some(id), Some(org)) = (id, self.organisation_of(task).await?) else {
            return Ok(Done::Never("the task does not say which job".to_owned()));
        };
        let Some(job) = self.store.job(org.id, id).await? else {
            return Ok(Done::Whole);
        };
        if job.state.is_over() {
            return Ok(Done::Whole);
        }
        let done = match job.kind {
            JobKind::Budgets => self.give_all(&org, &job).await,
            JobKind::Invitations => self.invite_all(&org, &job).await,
            JobKind::Archive | JobKind::Restore => self.turn_people(&org, &job).await,
        };
        if let Err(failure) = &done
            && failure.code == "unreadable_job"
        {
            let now = self.clock.now();
            self.store
                .fail_job(org.id, id, now, &failure.to_string())
                .await?;
            return Ok(Done::Whole);
        }
        done.map(|()| Done::Whole)
    }

    /// The newest bulk actions, without who was left out.
    pub async fn jobs(&self, org: &Organisation) -> Result<Vec<JobView>, Failure> {
        let jobs = self.store.jobs(org.id, RECENT).await?;
        let view = |job: StoredJob| JobView {
            id: job.id,
            kind: job.kind,
            state: job.state,
            total: job.total,
            done: job.done,
            created_at: job.created_at,
            started_at: job.started_at,
            error: job.error,
            taken_back_at: job.taken_back_at,
            left_out: Vec::new(),
        };
        Ok(jobs.into_iter().map(view).collect())
    }

    async fn give_all(&self, org: &Organisation, job: &StoredJob) -> Result<(), Failure> {
        let giving: Giving = serde_json::from_value(job.request.clone()).map_err(unreadable)?;
        let currency = giving.currency()?;
        let period: (Date, Date) = (giving.period_start, giving.period_end);
        loop {
            let now = self.clock.now();
            let ids = self.ids();
            let decide = |who: &store::Candidate| giving.turn(currency, &ids, who);
            if !self
                .store
                .turn_of_job(org.id, job, period, now, &decide)
                .await?
            {
                return Ok(());
            }
        }
    }
}

/// A job of another version, or a damaged one.
#[expect(clippy::needless_pass_by_value, reason = "the shape of `map_err`")]
pub(crate) fn unreadable(error: serde_json::Error) -> Failure {
    let detail =
        format!("What the job was asked to do cannot be read ({error}), so it was not done.");
    Failure::conflict("unreadable_job", detail)
}

fn read_ids(ids: &[String]) -> Result<Vec<PersonId>, Failure> {
    let unfit = |code, what: String| {
        Failure::field("people.ids", code, format!("{what}; nothing was begun."))
    };
    if ids.is_empty() {
        return Err(unfit("nobody", "Nobody is named".to_owned()));
    }
    if ids.len() > MOST_IDS {
        let what = format!(
            "{} people are named, and {MOST_IDS} are the most; use a filter",
            ids.len()
        );
        return Err(unfit("too_many", what));
    }
    let mut read = Vec::with_capacity(ids.len());
    let mut seen = std::collections::HashSet::with_capacity(ids.len());
    for id in ids {
        let id: PersonId = id
            .parse()
            .map_err(|_| unfit("invalid_id", format!("{id:?} is no person's id")))?;
        if seen.insert(id) {
            read.push(id);
        }
    }
    Ok(read)
}
