//! Bulk actions. Whom one is about is frozen when it is asked for; its people have their turn in
//! chunks, each with everything it comes to in one transaction, so that a kill between two chunks
//! loses nothing, and two workers on one job do nothing twice.

use domain::{
    Budget, InvitationState, JobId, JobKind, JobState, LeftOutCode, OrganisationId, PersonId,
    Status,
};
use jiff::{Timestamp, civil::Date};
use serde_json::Value as Json;

use crate::{
    Actor, BudgetError, NewInvitation, NewMail, NewTask, PeopleFilter, Store, StoreError, budget,
    engine::{Reader, Session, bulks, read_count, statements, values},
    invitation, mail, organisation,
    person::list,
    task,
};

macro_rules! job_columns {
    () => {
        "id, kind, state, request, total, done, actor, created_at, finished_at, taken_back_at, error"
    };
}

statements! {
    JOB_ADD =
        "INSERT INTO job (org_id, id, kind, state, request, total, done, actor, created_at)
         VALUES ($1, $2, $3, 'queued', $4, $5, 0, $6, $7)";
    JOB_ITEMS_COUNT = "SELECT COUNT(*) FROM job_item WHERE org_id = $1 AND job_id = $2";
    JOB_TOTAL = "UPDATE job SET total = $3 WHERE org_id = $1 AND id = $2";
    JOB = concat!("SELECT ", job_columns!(), " FROM job WHERE org_id = $1 AND id = $2");
    JOB_ON = "UPDATE job SET state = 'running', done = done + $3 WHERE org_id = $1 AND id = $2";
    JOB_END =
        "UPDATE job SET state = $3, finished_at = $4, error = $5
         WHERE org_id = $1 AND id = $2 AND finished_at IS NULL";
    JOB_TAKEN_BACK =
        "UPDATE job SET taken_back_at = $3
         WHERE org_id = $1 AND id = $2 AND taken_back_at IS NULL AND state = 'finished'";
    LEFT_OUT =
        "SELECT person_id, code FROM job_item
         WHERE org_id = $1 AND job_id = $2 AND code IS NOT NULL ORDER BY position";
    CANDIDATES =
        "SELECT i.position, i.person_id, p.status, p.start_date, p.email, p.email_key, p.first_name,
           p.last_name, p.can_sign_in,
           (SELECT v.state FROM invitation v
            WHERE v.org_id = i.org_id AND v.person_id = i.person_id),
           CASE WHEN EXISTS (SELECT 1 FROM budget b
             WHERE b.org_id = i.org_id AND b.person_id = i.person_id AND b.ended_at IS NULL
               AND b.period_start <= $4 AND b.period_end >= $3) THEN 1 ELSE 0 END
         FROM job_item i LEFT JOIN person p ON p.org_id = i.org_id AND p.id = i.person_id
         WHERE i.org_id = $1 AND i.job_id = $2 AND i.done = 0
         ORDER BY i.position LIMIT $5";
}

bulks! {
    JOB_ITEM_PUT = rows(
        "INSERT INTO job_item (org_id, job_id, position, person_id, done, code)", 6,
        "ON CONFLICT (org_id, job_id, position) DO UPDATE SET done = excluded.done,
           code = excluded.code");
}

/// How many people have their turn in one transaction.
const CHUNK: i64 = 500;

/// A bulk action to be put down.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "named by what they are")]
pub struct NewJob {
    pub id: JobId,
    pub kind: JobKind,
    /// What was asked for.
    pub request: Json,
    pub actor: Actor,
}

/// Whom a bulk action is about.
#[derive(Clone, Debug)]
pub enum Chosen {
    /// These.
    Ids(Vec<PersonId>),
    /// Everybody who matches at this moment.
    Matching(Box<PeopleFilter>),
}

/// A bulk action as it stands.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "named by what they are")]
pub struct StoredJob {
    pub id: JobId,
    pub kind: JobKind,
    pub state: JobState,
    pub request: Json,
    pub total: u64,
    pub done: u64,
    pub actor: Actor,
    pub created_at: Timestamp,
    pub finished_at: Option<Timestamp>,
    pub taken_back_at: Option<Timestamp>,
    pub error: Option<String>,
}

/// Somebody whose turn it is, as they stand at this moment.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "named by what they are")]
pub struct Candidate {
    pub id: PersonId,
    /// Nothing when there is no such person (any more).
    pub status: Option<Status>,
    pub start_date: Option<Date>,
    pub email: String,
    pub email_key: String,
    pub first_name: String,
    pub last_name: String,
    pub can_sign_in: bool,
    pub invitation: InvitationState,
    /// A budget that counts and overlaps the period that was asked about.
    pub has_budget: bool,
}

/// What somebody's turn comes to.
#[derive(Clone, Debug)]
pub enum Turned {
    /// Nothing.
    LeftOut(LeftOutCode),
    /// A budget.
    Budget(Budget),
    /// An invitation and its mail.
    Invitation(Box<(NewInvitation, NewMail)>),
}

/// Decides somebody's turn.
pub type Decide<'a> = dyn Fn(&Candidate) -> Turned + Send + Sync + 'a;

impl Store {
    /// Puts a bulk action down: freezes whom it is about, with the task that does it.
    pub async fn create_job(
        &self,
        org: OrganisationId,
        job: &NewJob,
        chosen: &Chosen,
        task: &NewTask,
        now: Timestamp,
    ) -> Result<StoredJob, StoreError> {
        let mut session = self.engine.write().await?;
        let values = values![
            org,
            job.id,
            job.kind.as_str(),
            crate::json(&job.request)?,
            0_i64,
            job.actor.to_string(),
            now,
        ];
        session.execute(&JOB_ADD, &values).await?;
        match chosen {
            Chosen::Ids(ids) => put_items(&mut session, org, job.id, ids).await?,
            Chosen::Matching(filter) => {
                list::freeze(&mut session, org, job.id, filter).await?;
            }
        }
        let total = session
            .maybe_one(&JOB_ITEMS_COUNT, &values![org, job.id], read_count)
            .await?
            .unwrap_or_default();
        let values = values![org, job.id, total.cast_signed()];
        session.execute(&JOB_TOTAL, &values).await?;
        task::enqueue(&mut session, org, task, now).await?;
        let stored = by_id(&mut session, org, job.id).await?;
        session.commit().await?;
        stored.ok_or(StoreError::Missing { what: "job" })
    }

    /// A bulk action.
    pub async fn job(
        &self,
        org: OrganisationId,
        id: JobId,
    ) -> Result<Option<StoredJob>, StoreError> {
        by_id(&mut self.engine.read().await?, org, id).await
    }

    /// Who was left out so far, and why.
    pub async fn left_out(
        &self,
        org: OrganisationId,
        id: JobId,
    ) -> Result<Vec<(PersonId, LeftOutCode)>, StoreError> {
        let mut session = self.engine.read().await?;
        session
            .all(&LEFT_OUT, &values![org, id], |row| {
                Ok((row.id()?, row.word()?))
            })
            .await
    }

    /// Lets the next people have their turn, all of it in one transaction. Whether there may be more.
    pub async fn turn_of_job(
        &self,
        org: OrganisationId,
        job: &StoredJob,
        period: (Date, Date),
        now: Timestamp,
        decide: &Decide<'_>,
    ) -> Result<bool, StoreError> {
        let mut session = self.engine.write().await?;
        // Whoever is archived or gets something at the same moment does so before or after.
        organisation::hold(&mut session, org).await?;
        let (start, end) = (period.0.to_string(), period.1.to_string());
        let values = values![org, job.id, start, end, CHUNK];
        let next: Vec<(i64, Candidate)> = session
            .all(&CANDIDATES, &values, |row| {
                Ok((row.int()?, candidate(row)?))
            })
            .await?;
        if next.is_empty() {
            end_job(&mut session, org, job.id, JobState::Finished, now, None).await?;
            session.commit().await?;
            return Ok(false);
        }
        let turned: Vec<(i64, PersonId, Turned)> = next
            .iter()
            .map(|(position, candidate)| (*position, candidate.id, decide(candidate)))
            .collect();
        store_turns(&mut session, org, job, &turned, now).await?;
        let done = turned.len() as i64;
        session
            .execute(&JOB_ON, &values![org, job.id, done])
            .await?;
        session.commit().await?;
        Ok(true)
    }

    /// Ends a bulk action that cannot go on.
    pub async fn fail_job(
        &self,
        org: OrganisationId,
        id: JobId,
        now: Timestamp,
        error: &str,
    ) -> Result<(), StoreError> {
        let mut session = self.engine.write().await?;
        end_job(&mut session, org, id, JobState::Failed, now, Some(error)).await?;
        session.commit().await
    }

    /// Takes a bulk of budgets back, all of it or nothing. Whether it was finished and not taken back
    /// before.
    pub async fn take_back_job(
        &self,
        org: OrganisationId,
        id: JobId,
        at: Timestamp,
        actor: Actor,
    ) -> Result<bool, BudgetError> {
        let mut session = self.engine.write().await?;
        organisation::hold(&mut session, org).await?;
        let taken = session
            .execute(&JOB_TAKEN_BACK, &values![org, id, at])
            .await?;
        if taken == 0 {
            return Ok(false);
        }
        budget::take_back(&mut session, org, id, at, actor).await?;
        session.commit().await?;
        Ok(true)
    }
}

async fn store_turns(
    session: &mut Session,
    org: OrganisationId,
    job: &StoredJob,
    turned: &[(i64, PersonId, Turned)],
    now: Timestamp,
) -> Result<(), StoreError> {
    let (mut budgets, mut invitations, mut mails) = (Vec::new(), Vec::new(), Vec::new());
    for (_, _, turned) in turned {
        match turned {
            Turned::LeftOut(_) => {}
            Turned::Budget(budget) => budgets.push(budget.clone()),
            Turned::Invitation(invited) => {
                invitations.push(invited.0.clone());
                mails.push(invited.1.clone());
            }
        }
    }
    budget::add(session, org, job.id, &budgets, now, job.actor).await?;
    mail::put(session, org, &mails, now).await?;
    invitation::put(session, org, &invitations, now).await?;
    let id = job.id;
    session
        .insert(&JOB_ITEM_PUT, turned.iter(), move |turn, values| {
            let (position, person, turned) = turn;
            let code = match turned {
                Turned::LeftOut(code) => Some(code.as_str()),
                Turned::Budget(_) | Turned::Invitation(_) => None,
            };
            values.extend(values![org, id, *position, *person, 1_i64, code]);
            Ok(())
        })
        .await
}

async fn put_items(
    session: &mut Session,
    org: OrganisationId,
    job: JobId,
    people: &[PersonId],
) -> Result<(), StoreError> {
    let items = people.iter().zip(1_i64..);
    session
        .insert(&JOB_ITEM_PUT, items, move |(person, position), values| {
            values.extend(values![org, job, position, *person, 0_i64, None::<&str>]);
            Ok(())
        })
        .await
}

async fn end_job(
    session: &mut Session,
    org: OrganisationId,
    id: JobId,
    state: JobState,
    now: Timestamp,
    error: Option<&str>,
) -> Result<(), StoreError> {
    let values = values![org, id, state.as_str(), now, error];
    session.execute(&JOB_END, &values).await?;
    Ok(())
}

async fn by_id(
    session: &mut Session,
    org: OrganisationId,
    id: JobId,
) -> Result<Option<StoredJob>, StoreError> {
    session.maybe_one(&JOB, &values![org, id], read).await
}

fn candidate(row: &mut Reader<'_>) -> Result<Candidate, StoreError> {
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    Ok(Candidate {
        id: row.id()?,
        status: row.maybe_word()?,
        start_date: row.maybe_date()?,
        email: text(row.maybe_text()?),
        email_key: text(row.maybe_text()?),
        first_name: text(row.maybe_text()?),
        last_name: text(row.maybe_text()?),
        can_sign_in: row.maybe_int()? == Some(1),
        invitation: row.maybe_word()?.unwrap_or(InvitationState::Never),
        has_budget: row.flag()?,
    })
}

fn read(row: &mut Reader<'_>) -> Result<StoredJob, StoreError> {
    Ok(StoredJob {
        id: row.id()?,
        kind: row.word()?,
        state: row.word()?,
        request: row.json()?,
        total: row.count()?,
        done: row.count()?,
        actor: row.word()?,
        created_at: row.instant()?,
        finished_at: row.maybe_instant()?,
        taken_back_at: row.maybe_instant()?,
        error: row.maybe_text()?.map(str::to_owned),
    })
}
