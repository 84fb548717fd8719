//! Bulk actions. Whom one is about is frozen when it is asked for; its people have their turn in
//! chunks, each with everything it comes to in one transaction, so that a kill between two chunks
//! loses nothing, and two workers on one job do nothing twice.

use domain::{
    Budget, InvitationState, JobId, JobKind, JobState, LeftOutCode, OrganisationId, PersonId,
    Status,
};
use jiff::{SignedDuration, Timestamp, civil::Date};
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
        "id, kind, state, request, total, done, actor, created_at, finished_at, taken_back_at, error, started_at"
    };
}

statements! {
    JOB_ADD =
        "INSERT INTO job (org_id, id, kind, state, request, total, done, actor, created_at, started_at)
         VALUES ($1, $2, $3, 'queued', $4, $5, 0, $6, $7, $8)";
    // Somebody who starts it twice starts it once.
    JOB_START =
        "UPDATE job SET started_at = $3, request = $4
         WHERE org_id = $1 AND id = $2 AND started_at IS NULL";
    DRAFT_ITEMS_DROP =
        "DELETE FROM job_item WHERE org_id = $1 AND job_id IN (
           SELECT id FROM job WHERE org_id = $1 AND started_at IS NULL AND created_at < $2)";
    DRAFTS_DROP = "DELETE FROM job WHERE org_id = $1 AND started_at IS NULL AND created_at < $2";
    JOB_ITEMS_COUNT = "SELECT COUNT(*) FROM job_item WHERE org_id = $1 AND job_id = $2";
    JOB_TOTAL = "UPDATE job SET total = $3 WHERE org_id = $1 AND id = $2";
    JOB = concat!("SELECT ", job_columns!(), " FROM job WHERE org_id = $1 AND id = $2");
    // One that was stopped stays so.
    JOB_ON =
        "UPDATE job SET state = CASE WHEN finished_at IS NULL THEN 'running' ELSE state END,
           done = done + $3
         WHERE org_id = $1 AND id = $2";
    JOB_END =
        "UPDATE job SET state = $3, finished_at = $4, error = $5
         WHERE org_id = $1 AND id = $2 AND finished_at IS NULL";
    JOB_TAKEN_BACK =
        "UPDATE job SET taken_back_at = $3
         WHERE org_id = $1 AND id = $2 AND taken_back_at IS NULL
           AND state IN ('finished', 'stopped')";
    TURNS =
        "SELECT position, person_id FROM job_item WHERE org_id = $1 AND job_id = $2 AND done = 0
         ORDER BY position LIMIT $3";
    JOBS = concat!("SELECT ", job_columns!(), " FROM job
         WHERE org_id = $1 AND started_at IS NOT NULL
         ORDER BY created_at DESC, id DESC LIMIT $2");
    LEFT_OUT =
        "SELECT person_id, code FROM job_item
         WHERE org_id = $1 AND job_id = $2 AND code IS NOT NULL ORDER BY position";
    CANDIDATES =
        "SELECT i.position, i.person_id, p.status, p.start_date, p.email, p.email_key, p.first_name,
           p.last_name, p.can_sign_in, p.admin,
           (SELECT v.state FROM invitation v
            WHERE v.org_id = i.org_id AND v.person_id = i.person_id),
           CASE WHEN EXISTS (SELECT 1 FROM budget b
             WHERE b.org_id = i.org_id AND b.person_id = i.person_id AND b.ended_at IS NULL
               AND b.period_start <= $4 AND b.period_end >= $3) THEN 1 ELSE 0 END
         FROM job_item i LEFT JOIN person p ON p.org_id = i.org_id AND p.id = i.person_id
         WHERE i.org_id = $1 AND i.job_id = $2 AND i.done = 0 AND i.position > $6
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
/// How many people are looked at in one go, nothing being written.
const LOOK: i64 = 10_000;

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
    /// When its admin had seen what it would do; nothing before.
    pub started_at: Option<Timestamp>,
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
    /// An active admin who can sign in.
    pub is_acting_admin: bool,
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
    /// Puts a bulk action down: freezes whom it is about, with the task that does it. Without a task it
    /// waits to be started, for a day at most.
    pub async fn create_job(
        &self,
        org: OrganisationId,
        job: &NewJob,
        chosen: &Chosen,
        task: Option<&NewTask>,
        now: Timestamp,
    ) -> Result<StoredJob, StoreError> {
        let mut session = self.engine.write().await?;
        let yesterday = now - SignedDuration::from_hours(24);
        for statement in [&DRAFT_ITEMS_DROP, &DRAFTS_DROP] {
            session.execute(statement, &values![org, yesterday]).await?;
        }
        let values = values![
            org,
            job.id,
            job.kind.as_str(),
            crate::json(&job.request)?,
            0_i64,
            job.actor.to_string(),
            now,
            task.map(|_| now),
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
        if let Some(task) = task {
            task::enqueue(&mut session, org, task, now).await?;
        }
        let stored = by_id(&mut session, org, job.id).await?;
        session.commit().await?;
        stored.ok_or(StoreError::Missing { what: "job" })
    }

    /// Starts a bulk action that was put down, with what is asked for. Whether it had not been started.
    pub async fn start_job(
        &self,
        org: OrganisationId,
        id: JobId,
        request: &Json,
        task: &NewTask,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut session = self.engine.write().await?;
        let values = values![org, id, now, crate::json(request)?];
        if session.execute(&JOB_START, &values).await? == 0 {
            return Ok(false);
        }
        task::enqueue(&mut session, org, task, now).await?;
        session.commit().await?;
        Ok(true)
    }

    /// The people of a bulk action after this position who have not had their turn, as they stand now.
    pub async fn candidates(
        &self,
        org: OrganisationId,
        id: JobId,
        period: (Date, Date),
        after: i64,
    ) -> Result<Vec<(i64, Candidate)>, StoreError> {
        let mut session = self.engine.read().await?;
        candidates(&mut session, org, id, period, LOOK, after).await
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
        if is_over(&mut session, org, job.id).await? {
            return Ok(false);
        }
        let next = candidates(&mut session, org, job.id, period, CHUNK, 0).await?;
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

    /// Whose turn is next.
    pub async fn next_of_job(
        &self,
        org: OrganisationId,
        id: JobId,
    ) -> Result<Vec<(i64, PersonId)>, StoreError> {
        let mut session = self.engine.read().await?;
        session
            .all(&TURNS, &values![org, id, CHUNK], |row| {
                Ok((row.int()?, row.id()?))
            })
            .await
    }

    /// These have had their turn, done by the caller; who was left out has a reason. Without anybody
    /// the job is finished. Whether it goes on: it does not once it is over.
    pub async fn turns_are_over(
        &self,
        org: OrganisationId,
        id: JobId,
        turns: &[(i64, PersonId, Option<LeftOutCode>)],
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut session = self.engine.write().await?;
        if turns.is_empty() {
            end_job(&mut session, org, id, JobState::Finished, now, None).await?;
            session.commit().await?;
            return Ok(false);
        }
        session
            .insert(&JOB_ITEM_PUT, turns.iter(), move |turn, values| {
                let (position, person, code) = *turn;
                let code = code.map(LeftOutCode::as_str);
                values.extend(values![org, id, position, person, 1_i64, code]);
                Ok(())
            })
            .await?;
        let values = values![org, id, turns.len() as i64];
        session.execute(&JOB_ON, &values).await?;
        let is_over = is_over(&mut session, org, id).await?;
        session.commit().await?;
        Ok(!is_over)
    }

    /// Stops a bulk action that is going: whoever has not had their turn gets none. Whether it was going.
    pub async fn stop_job(
        &self,
        org: OrganisationId,
        id: JobId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut session = self.engine.write().await?;
        // A turn that is being written is over before, or does not begin.
        organisation::hold(&mut session, org).await?;
        if is_over(&mut session, org, id).await? {
            return Ok(false);
        }
        end_job(&mut session, org, id, JobState::Stopped, now, None).await?;
        session.commit().await?;
        Ok(true)
    }

    /// The newest bulk actions.
    pub async fn jobs(
        &self,
        org: OrganisationId,
        limit: u32,
    ) -> Result<Vec<StoredJob>, StoreError> {
        let mut session = self.engine.read().await?;
        session
            .all(&JOBS, &values![org, i64::from(limit)], read)
            .await
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

async fn is_over(
    session: &mut Session,
    org: OrganisationId,
    id: JobId,
) -> Result<bool, StoreError> {
    let job = by_id(session, org, id).await?;
    Ok(job.is_none_or(|job| job.state.is_over()))
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

async fn candidates(
    session: &mut Session,
    org: OrganisationId,
    id: JobId,
    period: (Date, Date),
    limit: i64,
    after: i64,
) -> Result<Vec<(i64, Candidate)>, StoreError> {
    let (start, end) = (period.0.to_string(), period.1.to_string());
    let values = values![org, id, start, end, limit, after];
    session
        .all(&CANDIDATES, &values, |row| {
            Ok((row.int()?, candidate(row)?))
        })
        .await
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
    let id = row.id()?;
    let status = row.maybe_word()?;
    let start_date = row.maybe_date()?;
    let email = text(row.maybe_text()?);
    let email_key = text(row.maybe_text()?);
    let first_name = text(row.maybe_text()?);
    let last_name = text(row.maybe_text()?);
    let can_sign_in = row.maybe_int()? == Some(1);
    let is_admin = row.maybe_int()? == Some(1);
    Ok(Candidate {
        id,
        status,
        start_date,
        email,
        email_key,
        first_name,
        last_name,
        can_sign_in,
        is_acting_admin: can_sign_in && is_admin && status == Some(Status::Active),
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
        started_at: row.maybe_instant()?,
    })
}
