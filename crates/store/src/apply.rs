//! Applying a plan: everything of it in one transaction, or nothing.

use domain::{
    Action, FieldChange, FieldValue, GroupRef, OrganisationId, PersonField, PersonRef, Run,
};
use hris::Coverage;
use jiff::Timestamp;
use reconcile::{Finding, PersonChange, apply::Records};

use crate::{
    ActId, Actor, Store, StoreError, Told, budget, connection, email_hold,
    engine::Session,
    finding::{self, Judged},
    group,
    history::{self, Act, Line},
    invitation, organisation,
    person::write,
    run::{self, RunRecord, items},
};

/// A plan with everything that is stored along with it.
#[derive(Clone, Copy, Debug)]
pub struct ApplyRun<'a> {
    /// The run in its final form. It must have begun, over the connection it read.
    pub run: &'a Run,
    /// What the plan comes to.
    pub records: &'a Records<'a>,
    /// [`crate::LoadedDirectory::version`] of the directory the plan was made for.
    pub base_version: i64,
    /// Whom the run judged.
    pub reach: Reach,
    /// Which fields the answer had; kept for the next run's safeguards when the run was whole.
    pub coverage: Option<&'a Coverage>,
    /// What the answer told of employees; none for a run that read no answer.
    pub told: Option<Told<'a>>,
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
    /// The rows of a file: what is wrong with them is the run's alone, since nothing is left to be mended
    /// once the file is.
    File,
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
        let hash = apply.records.plan().hash();
        store(self.engine.write().await?, org, apply, hash).await
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
    hash: String,
) -> Result<(), ApplyError> {
    let unmoved = organisation::move_from(&mut session, org, apply.base_version).await?;
    if !run::fence(&mut session, org, apply.run.id).await? {
        return Err(ApplyError::Fenced);
    }
    let begun = run::by_id(&mut session, org, apply.run.id).await?;
    refuse_disconnected(&mut session, org, &begun).await?;
    if !unmoved {
        return Err(ApplyError::BaseMoved);
    }
    session
        .make_room(apply.records.plan().changes.len())
        .await?;
    let mut storing = Storing {
        session: &mut session,
        org,
        apply,
        begun: &begun,
    };
    storing.directory().await?;
    storing.access().await?;
    storing.history().await?;
    storing.findings().await?;
    if let Some(told) = apply.told {
        told.store(storing.session, org, begun.seq).await?;
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
}

impl Storing<'_, '_> {
    async fn directory(&mut self) -> Result<(), StoreError> {
        let records = self.apply.records;
        group::write(self.session, self.org, records.groups()).await?;
        write::free_keys(self.session, self.org, records.handing_on()).await?;
        let is_keyed = |change: &PersonChange| {
            change.existing().is_none() || change.touches(write::is_in_an_index)
        };
        let keyed = records.people_of(is_keyed);
        write::put(self.session, self.org, keyed).await?;
        let others = records.people_of(move |change| !is_keyed(change));
        write::put_beside_keys(self.session, self.org, others).await?;
        let listed = records.people_of(|change| change.touches(write::is_list));
        write::put_lists(self.session, self.org, listed.collect()).await
    }

    /// What follows from the archiving and coming back of people, and from another email.
    async fn access(&mut self) -> Result<(), StoreError> {
        let ApplyRun { records, at, .. } = self.apply;
        let (mut archived, mut back, mut moved) = (Vec::new(), Vec::new(), Vec::new());
        for (person, change) in records.changes() {
            let is_known = change.existing().is_some();
            match change.action {
                Action::Archive => archived.push(person.0),
                Action::Restore => back.push(person.0),
                Action::Add | Action::Update => {}
            }
            let email = |field| field == PersonField::Email;
            if is_known && (change.action == Action::Archive || change.touches(email)) {
                moved.push(person.0);
            }
        }
        email_hold::follow(self.session, self.org, records, at).await?;
        budget::follow(self.session, self.org, &archived, &back, at).await?;
        invitation::end_access(self.session, self.org, &moved).await
    }

    async fn history(&mut self) -> Result<(), StoreError> {
        let ApplyRun {
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
        let lines = records.changes().map(|(person, change)| {
            Ok(Line {
                person,
                action: change.action,
                fields: fields(records, &change.fields())?,
                why: change.why(),
            })
        });
        history::add(self.session, self.org, act, lines).await
    }

    async fn findings(&mut self) -> Result<(), StoreError> {
        let ApplyRun {
            records,
            reach,
            run,
            ..
        } = self.apply;
        let plan = records.plan();
        let seq = self.begun.seq;
        let judged = match reach {
            Reach::Whole => Judged::Everybody,
            Reach::Named => {
                Judged::Employees(plan.outcomes.iter().map(|(id, _)| id.clone()).collect())
            }
            Reach::Timer | Reach::File => Judged::Nobody,
        };
        let findings = &plan.findings;
        if reach != Reach::File {
            finding::store(self.session, self.org, seq, findings, &judged, records).await?;
        }
        // A hold that was approved has its plan no longer: the history tells.
        items::forget(self.session, self.org, run.id).await?;
        if reach != Reach::Whole {
            let findings: Vec<Finding> = findings
                .iter()
                .map(|finding| known(records, finding))
                .collect();
            items::save_findings(self.session, self.org, run.id, &findings).await?;
        }
        Ok(())
    }

    /// False when the run is over already.
    async fn run(&mut self, plan_hash: String) -> Result<bool, StoreError> {
        let ApplyRun {
            records,
            reach,
            coverage,
            ..
        } = self.apply;
        let plan = records.plan();
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
        run::applied(self.session, self.org, &record, plan).await
    }
}

/// A finding about somebody who has an id by now.
fn known(records: &Records<'_>, finding: &Finding) -> Finding {
    let person = finding.person.as_ref();
    Finding {
        person: person.map(|person| known_person(records, person)),
        ..finding.clone()
    }
}

/// Fields as the history keeps them, references to what was new replaced by ids.
fn fields(records: &Records<'_>, fields: &[FieldChange]) -> Result<String, StoreError> {
    if !fields
        .iter()
        .any(|change| change.after.as_ref().is_some_and(is_new))
    {
        return history::write_fields(fields.iter().map(parts));
    }
    let fields: Vec<FieldChange> = fields
        .iter()
        .map(|change| FieldChange {
            after: change
                .after
                .as_ref()
                .map(|value| known_value(records, value)),
            ..change.clone()
        })
        .collect();
    history::write_fields(fields.iter().map(parts))
}

fn known_value(records: &Records<'_>, value: &FieldValue) -> FieldValue {
    let person = |person: &PersonRef| known_person(records, person);
    let group = |group: &GroupRef| {
        let id = records.group_id(group);
        id.map_or_else(|| group.clone(), GroupRef::Existing)
    };
    match value {
        FieldValue::Person(one) => FieldValue::Person(person(one)),
        FieldValue::People(people) => FieldValue::People(people.iter().map(person).collect()),
        FieldValue::Group(one) => FieldValue::Group(group(one)),
        FieldValue::Groups(groups) => FieldValue::Groups(groups.iter().map(group).collect()),
        other => other.clone(),
    }
}

fn known_person(records: &Records<'_>, person: &PersonRef) -> PersonRef {
    let id = records.person_id(person);
    id.map_or_else(|| person.clone(), PersonRef::Existing)
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
