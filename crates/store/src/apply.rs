//! Applying a plan: everything of it in one transaction, or nothing.

use domain::{
    FieldChange, FieldValue, GroupId, GroupRef, HrisId, OrganisationId, PersonField, PersonId,
    PersonRef, Run, SmolStr,
};
use hris::Coverage;
use jiff::Timestamp;
use reconcile::{Finding, PersonChange, Plan, apply::Records};
use rustc_hash::FxHashMap;

use crate::{
    ActId, Actor, SeenChanges, Store, StoreError, connection,
    engine::Session,
    finding::{self, Judged},
    group,
    history::{self, Act, Line},
    organisation,
    person::write,
    run::{self, RunRecord, items},
};

/// A plan with everything that is stored along with it.
#[derive(Clone, Copy, Debug)]
pub struct ApplyRun<'a> {
    /// The run in its final form. It must have begun, over the connection it read.
    pub run: &'a Run,
    /// The plan.
    pub plan: &'a Plan,
    /// What the plan comes to, made from the very same plan.
    pub records: &'a Records,
    /// [`crate::LoadedDirectory::version`] of the directory the plan was made for.
    pub base_version: i64,
    /// Whom the run judged.
    pub reach: Reach,
    /// Which fields the answer had; kept for the next run's safeguards when the run was whole.
    pub coverage: Option<&'a Coverage>,
    /// What the answer told anew of employees; none for a run that read no answer.
    pub seen: Option<&'a SeenChanges<'a>>,
    /// An admin approved it, so its archives do not count towards the week's.
    pub approved: bool,
    /// Who.
    pub actor: Actor,
    /// When.
    pub at: Timestamp,
    /// A fresh id, drawn when the run is applied: it gives the history its order.
    pub act: ActId,
}

/// Whom a run judged, and so whose findings are over when it no longer has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Everybody: a whole answer of the HRIS.
    Whole,
    /// The employees in the plan's outcomes: a webhook's.
    Named,
    /// Nobody as a whole: the midnight timer looks at dates only, so it only adds findings.
    Timer,
}

/// Why a plan was not applied. Nothing of it was stored.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// The directory is not the one the plan was made for.
    #[error("the directory changed after the plan was made, so nothing was changed; plan again")]
    BaseMoved,
    /// The run is over: another process found its lock free and closed it.
    #[error("the run was closed by another process, so nothing was changed; sync again")]
    Fenced,
    /// The run read an HRIS that is not connected any more.
    #[error("the HRIS was disconnected meanwhile, so nothing was changed; connect it again")]
    Disconnected,
    /// The database could not.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Store {
    /// Stores a plan: people, groups, history, findings and the run itself, all of it or nothing.
    ///
    /// Only what changes is written, in statements of up to 500 rows. The run's own row is looked at
    /// first and written last, and has to be unfinished both times: that keeps a process which was
    /// paused, and lost its lock to another one, from writing.
    pub async fn apply(&self, org: OrganisationId, apply: ApplyRun<'_>) -> Result<(), ApplyError> {
        // Before anything is locked: the digest of a large plan takes a while.
        let ready = Ready::of(apply)?;
        store(self.engine.write().await?, org, apply, ready).await
    }
}

/// What is worked out of a plan before it is stored.
pub(crate) struct Ready {
    hash: String,
    resolved: Resolved,
}

impl Ready {
    pub(crate) fn of(apply: ApplyRun<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            hash: apply.plan.hash(),
            resolved: Resolved::of(apply.plan, apply.records)?,
        })
    }
}

/// Stores a plan, and ends the transaction.
///
/// The organisation's row comes before the run's, as in every transaction that locks both: two of
/// them never wait for each other.
pub(crate) async fn store(
    mut session: Session,
    org: OrganisationId,
    apply: ApplyRun<'_>,
    ready: Ready,
) -> Result<(), ApplyError> {
    let Ready { hash, resolved } = ready;
    let unmoved = organisation::move_from(&mut session, org, apply.base_version).await?;
    if !run::fence(&mut session, org, apply.run.id).await? {
        return Err(ApplyError::Fenced);
    }
    let begun = run::by_id(&mut session, org, apply.run.id).await?;
    refuse_disconnected(&mut session, org, &begun).await?;
    if !unmoved {
        return Err(ApplyError::BaseMoved);
    }
    let mut storing = Storing {
        session: &mut session,
        org,
        apply,
        begun: &begun,
        resolved: &resolved,
    };
    storing.directory().await?;
    storing.history().await?;
    storing.findings().await?;
    if let Some(seen) = apply.seen {
        seen.store(storing.session, org, begun.seq).await?;
    }
    if !storing.run(hash).await? {
        return Err(ApplyError::Fenced);
    }
    session.commit().await?;
    Ok(())
}

/// What a run read of an HRIS is not stored once that is disconnected. The timer reads none.
pub(crate) async fn refuse_disconnected(
    session: &mut Session,
    org: OrganisationId,
    begun: &RunRecord,
) -> Result<(), ApplyError> {
    match begun.connection {
        Some(id) if !connection::is_live(session, org, id).await? => Err(ApplyError::Disconnected),
        _ => Ok(()),
    }
}

/// A plan on its way into the database.
struct Storing<'a, 's> {
    session: &'s mut Session,
    org: OrganisationId,
    apply: ApplyRun<'a>,
    /// The run as it began.
    begun: &'s RunRecord,
    resolved: &'s Resolved,
}

impl Storing<'_, '_> {
    async fn directory(&mut self) -> Result<(), StoreError> {
        let ApplyRun { plan, records, .. } = self.apply;
        group::write(self.session, self.org, &records.groups).await?;
        let moving = plan.changes.iter().filter(|change| frees_a_key(change));
        let moving = moving.filter_map(PersonChange::existing).collect();
        write::free_keys(self.session, self.org, moving).await?;
        write::put(self.session, self.org, &records.people).await?;
        let listed = plan.changes.iter().zip(&records.people);
        let listed = listed.filter(|(change, _)| touches_lists(change));
        let listed = listed.map(|(_, person)| person).collect();
        write::put_lists(self.session, self.org, listed).await
    }

    async fn history(&mut self) -> Result<(), StoreError> {
        let ApplyRun {
            plan,
            records,
            run,
            actor,
            at,
            act,
            ..
        } = self.apply;
        let act = Act {
            id: act,
            at,
            run: Some(run.id),
            actor,
        };
        let resolved = self.resolved;
        let lines = plan
            .changes
            .iter()
            .zip(&records.people)
            .map(|(change, person)| {
                Ok(Line {
                    person: person.id,
                    action: change.action,
                    fields: resolved.fields(&change.fields)?,
                    why: &change.why,
                })
            });
        history::add(self.session, self.org, act, lines).await
    }

    async fn findings(&mut self) -> Result<(), StoreError> {
        let ApplyRun {
            plan, reach, run, ..
        } = self.apply;
        let seq = self.begun.seq;
        let judged = match reach {
            Reach::Whole => Judged::Everybody,
            Reach::Named => {
                Judged::Employees(plan.outcomes.iter().map(|(id, _)| id.clone()).collect())
            }
            Reach::Timer => Judged::Nobody,
        };
        let findings = &plan.findings;
        finding::store(
            self.session,
            self.org,
            seq,
            findings,
            &judged,
            self.resolved,
        )
        .await?;
        // A hold that was approved has its plan no longer: the history tells.
        items::forget(self.session, self.org, run.id).await?;
        if reach != Reach::Whole {
            let findings: Vec<Finding> = findings
                .iter()
                .map(|finding| self.resolved.finding(finding))
                .collect();
            items::save_findings(self.session, self.org, run.id, &findings).await?;
        }
        Ok(())
    }

    /// False when the run is over already.
    async fn run(&mut self, plan_hash: String) -> Result<bool, StoreError> {
        let ApplyRun {
            plan,
            reach,
            coverage,
            ..
        } = self.apply;
        let RunRecord {
            seq, connection, ..
        } = *self.begun;
        let archives = plan
            .changes
            .iter()
            .filter(|change| change.weight.archives)
            .count();
        let record = RunRecord {
            run: self.apply.run.clone(),
            seq,
            connection,
            plan_hash: Some(plan_hash),
            base_version: Some(self.apply.base_version),
            group_changes: (!plan.groups.is_empty()).then(|| plan.groups.clone()),
            act_id: Some(self.apply.act),
            whole: reach == Reach::Whole,
            approved: self.apply.approved,
            active_archives: archives as u64,
            undone_at: None,
        };
        if let (Reach::Whole, Some(id), Some(coverage)) = (reach, connection, coverage) {
            connection::count_good_run(self.session, self.org, id, coverage).await?;
        }
        run::applied(self.session, self.org, &record).await
    }
}

fn frees_a_key(change: &PersonChange) -> bool {
    change
        .fields
        .iter()
        .any(|change| write::frees_a_key(change.field))
}

fn touches_lists(change: &PersonChange) -> bool {
    change
        .fields
        .iter()
        .any(|change| write::is_list(change.field))
}

/// The ids that a plan's new people and groups got.
pub(crate) struct Resolved {
    people: FxHashMap<HrisId, PersonId>,
    groups: FxHashMap<SmolStr, GroupId>,
}

impl Resolved {
    /// Reads the ids off the records, which stand in the order of the plan's changes.
    fn of(plan: &Plan, records: &Records) -> Result<Self, StoreError> {
        let mut people = FxHashMap::default();
        for (change, person) in plan.changes.iter().zip(&records.people) {
            match &change.subject {
                PersonRef::New(hris_id) => _ = people.insert(hris_id.clone(), person.id),
                PersonRef::Existing(id) if *id == person.id => {}
                PersonRef::Existing(_) => return Err(foreign_records()),
            }
        }
        if plan.changes.len() != records.people.len() {
            return Err(foreign_records());
        }
        let groups = records
            .groups
            .iter()
            .map(|group| (group.name_key.clone(), group.id));
        Ok(Self {
            people,
            groups: groups.collect(),
        })
    }

    /// The person behind a reference; nobody behind an employee who is not added.
    pub(crate) fn person(&self, person: &PersonRef) -> Option<PersonId> {
        match person {
            PersonRef::Existing(id) => Some(*id),
            PersonRef::New(hris_id) => self.people.get(hris_id).copied(),
        }
    }

    /// A finding about somebody who has an id by now.
    fn finding(&self, finding: &Finding) -> Finding {
        let person = finding
            .person
            .as_ref()
            .map(|person| self.existing_person(person));
        Finding {
            person,
            ..finding.clone()
        }
    }

    /// Fields as the history keeps them, references to what was new replaced by ids.
    fn fields(&self, fields: &[FieldChange]) -> Result<String, StoreError> {
        if !fields
            .iter()
            .any(|change| change.after.as_ref().is_some_and(is_new))
        {
            return history::write_fields(fields.iter().map(parts));
        }
        let fields: Vec<FieldChange> = fields
            .iter()
            .map(|change| FieldChange {
                after: change.after.as_ref().map(|value| self.value(value)),
                ..change.clone()
            })
            .collect();
        history::write_fields(fields.iter().map(parts))
    }

    fn value(&self, value: &FieldValue) -> FieldValue {
        match value {
            FieldValue::Person(person) => FieldValue::Person(self.existing_person(person)),
            FieldValue::People(people) => FieldValue::People(
                people
                    .iter()
                    .map(|person| self.existing_person(person))
                    .collect(),
            ),
            FieldValue::Group(group) => FieldValue::Group(self.existing_group(group)),
            FieldValue::Groups(groups) => FieldValue::Groups(
                groups
                    .iter()
                    .map(|group| self.existing_group(group))
                    .collect(),
            ),
            other => other.clone(),
        }
    }

    fn existing_person(&self, person: &PersonRef) -> PersonRef {
        self.person(person)
            .map_or_else(|| person.clone(), PersonRef::Existing)
    }

    fn existing_group(&self, group: &GroupRef) -> GroupRef {
        match group {
            GroupRef::New(key) => self
                .groups
                .get(key)
                .map_or_else(|| group.clone(), |id| GroupRef::Existing(*id)),
            GroupRef::Existing(_) => group.clone(),
        }
    }
}

fn parts(change: &FieldChange) -> (PersonField, Option<&FieldValue>, Option<&FieldValue>) {
    (change.field, change.before.as_ref(), change.after.as_ref())
}

/// What was there before a run was never new.
fn is_new(value: &FieldValue) -> bool {
    let new_person = |person: &PersonRef| matches!(person, PersonRef::New(_));
    let new_group = |group: &GroupRef| matches!(group, GroupRef::New(_));
    match value {
        FieldValue::Person(person) => new_person(person),
        FieldValue::People(people) => people.iter().any(new_person),
        FieldValue::Group(group) => new_group(group),
        FieldValue::Groups(groups) => groups.iter().any(new_group),
        _ => false,
    }
}

fn foreign_records() -> StoreError {
    StoreError::unreadable("the records of a plan", "they were made from another plan")
}
