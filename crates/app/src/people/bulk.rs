//! Archiving and bringing back many at once, in the words of doing it to one.

use domain::{ArchivedBy, JobKind, LeftOutCode, Organisation, Person, PersonId, Status};
use rustc_hash::FxHashMap;
use serde_json::json;
use store::{Edit, ExclusionEdit, StoredJob};

use crate::{App, Failure, JobView, PeopleChoice};

/// What the next turns come to.
#[derive(Default)]
struct Turns {
    edits: Vec<Edit>,
    left_out: Vec<ExclusionEdit>,
    over: Vec<(i64, PersonId, Option<LeftOutCode>)>,
}

impl App {
    /// Puts down a bulk that archives everybody who is not archived. The last admin stays.
    pub async fn archive_all(
        &self,
        org: &Organisation,
        people: &PeopleChoice,
    ) -> Result<JobView, Failure> {
        self.begin_job(org, JobKind::Archive, people, json!({}))
            .await
    }

    /// Puts down a bulk that brings everybody back who is archived; with `keep`, the HRIS no longer
    /// decides about them.
    pub async fn restore_all(
        &self,
        org: &Organisation,
        people: &PeopleChoice,
        keep: bool,
    ) -> Result<JobView, Failure> {
        let request = json!({ "keep": keep });
        self.begin_job(org, JobKind::Restore, people, request).await
    }

    /// Does such a bulk to its end. People are edited first and have had their turn then: whoever was
    /// edited before a kill is recognised and not edited again.
    pub(crate) async fn turn_people(
        &self,
        org: &Organisation,
        job: &StoredJob,
    ) -> Result<(), Failure> {
        let app = self.acting_as(job.actor);
        loop {
            let next = app.store.next_of_job(org.id, job.id).await?;
            let ids: Vec<PersonId> = next.iter().map(|(_, id)| *id).collect();
            let people = app.store.people_by_id(org.id, &ids).await?;
            let people: FxHashMap<PersonId, Person> = people
                .into_iter()
                .map(|person| (person.id, person))
                .collect();
            let turns = match job.kind {
                JobKind::Archive => app.archive_next(org, job, &next, people).await?,
                _ => app.restore_next(org, job, &next, people).await?,
            };
            app.store_edits(org, &turns.edits, &turns.left_out).await?;
            let now = app.clock.now();
            let over = app.store.turns_are_over(org.id, job.id, &turns.over, now);
            if !over.await? {
                return Ok(());
            }
        }
    }

    async fn archive_next(
        &self,
        org: &Organisation,
        job: &StoredJob,
        next: &[(i64, PersonId)],
        mut people: FxHashMap<PersonId, Person>,
    ) -> Result<Turns, Failure> {
        let mut turns = Turns::default();
        let mut admins = self.store.acting_admins(org.id).await?;
        for (position, id) in next {
            let code = match people.remove(id) {
                None => Some(LeftOutCode::NotFound),
                Some(person) if person.status == Status::Archived => {
                    let by_us = person.archived_by == Some(ArchivedBy::Admin)
                        && person.archived_at >= Some(job.created_at);
                    (!by_us).then_some(LeftOutCode::Archived)
                }
                Some(person) if person.is_acting_admin() && admins <= 1 => {
                    Some(LeftOutCode::LastAdmin)
                }
                Some(person) => {
                    admins -= u64::from(person.is_acting_admin());
                    turns.edits.extend(self.archiving(person));
                    None
                }
            };
            turns.over.push((*position, *id, code));
        }
        Ok(turns)
    }

    async fn restore_next(
        &self,
        org: &Organisation,
        job: &StoredJob,
        next: &[(i64, PersonId)],
        mut people: FxHashMap<PersonId, Person>,
    ) -> Result<Turns, Failure> {
        let keep = job.request["keep"] == json!(true);
        let mut turns = Turns::default();
        // Two archived people may have had one email; only one of them gets it back.
        let mut emails = rustc_hash::FxHashSet::default();
        for (position, id) in next {
            let code = match people.remove(id) {
                None => Some(LeftOutCode::NotFound),
                Some(person) if person.status != Status::Archived => {
                    let by_us = person.updated_at >= job.created_at;
                    (!by_us).then_some(LeftOutCode::NotArchived)
                }
                Some(person) if !emails.insert(person.email_key.clone()) => {
                    Some(LeftOutCode::EmailTaken)
                }
                Some(person) => match self.restoring(org, person, keep).await {
                    Ok((edit, left_out)) => {
                        turns.edits.extend(edit);
                        turns.left_out.extend(left_out);
                        None
                    }
                    Err(failure) if failure.code == "email_taken" => Some(LeftOutCode::EmailTaken),
                    Err(failure) => return Err(failure),
                },
            };
            turns.over.push((*position, *id, code));
        }
        Ok(turns)
    }
}
