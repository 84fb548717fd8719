//! Which people of a run can be put back, and how they stand then. Pure: no clock, no I/O.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    Action, ArchivedBy, FieldValue, HrisId, Person, PersonField, PersonId, SmolStr, Status,
};
use jiff::Timestamp;
use reconcile::Directory;
use store::{ActId, Edit, RunChange};

use super::{
    fields::put_back,
    refusal::{Reason, Refusal},
};
use crate::people::{differences, value_of};

/// What is looked at to take people of a run back.
pub(super) struct Work<'a> {
    pub(super) directory: &'a Directory,
    /// What the run changed, or the part of it that is asked for.
    pub(super) changes: &'a [RunChange],
    /// The run's act in the history.
    pub(super) act: ActId,
    /// The newest act of each of these people.
    pub(super) newest: &'a BTreeMap<PersonId, ActId>,
    pub(super) now: Timestamp,
    pub(super) why: &'a str,
}

/// People as they shall stand, and those who stay as they are.
pub(super) struct People {
    pub(super) edits: Vec<Edit>,
    pub(super) refused: Vec<Refusal>,
    /// How many of the run's archives are taken back.
    pub(super) archives: u64,
}

/// One person's way back.
struct Way<'a> {
    change: &'a RunChange,
    before: &'a Person,
    after: Person,
}

impl Work<'_> {
    /// Takes back whom it can. Who cannot go back may keep others from going back, an email for
    /// example, so it is looked again until nobody else falls out.
    pub(super) fn people(&self) -> People {
        let known: BTreeMap<PersonId, &Person> = self
            .directory
            .people
            .iter()
            .map(|person| (person.id, person))
            .collect();
        let mut ways: BTreeMap<PersonId, Way<'_>> = BTreeMap::new();
        let mut refused = Vec::new();
        for change in self.changes {
            let person = change.person_id.and_then(|id| known.get(&id).copied());
            match self.way(change, person) {
                Ok(way) => _ = ways.insert(way.before.id, way),
                Err(reason) => refused.push(refusal(change, reason)),
            }
        }
        loop {
            let out = self.conflicts(&ways);
            if out.is_empty() {
                break;
            }
            for (id, reason) in out {
                if let Some(way) = ways.remove(&id) {
                    refused.push(refusal(way.change, reason));
                }
            }
        }
        refused.sort_by_key(|refusal| refusal.person);
        let archives = ways.values().filter(|way| brings_back(way)).count() as u64;
        let edits = ways.into_values().filter_map(|way| self.edit(way));
        People {
            edits: edits.collect(),
            refused,
            archives,
        }
    }

    /// How one person would stand, the others aside.
    fn way<'a>(
        &self,
        change: &'a RunChange,
        person: Option<&'a Person>,
    ) -> Result<Way<'a>, Reason> {
        let before = person.ok_or(Reason::Gone)?;
        let stands = |field, value: &Option<FieldValue>| value_of(before, field) == *value;
        // The ids of two acts of one millisecond say nothing about their order; the values do.
        if self.newest.get(&before.id) != Some(&self.act)
            || !change.fields.iter().all(|f| stands(f.field, &f.after))
        {
            let back = change.fields.iter().all(|f| stands(f.field, &f.before));
            let archived = was_made(change) && before.status == Status::Archived;
            return Err(if back || archived {
                Reason::AlreadyUndone
            } else {
                Reason::ChangedSince
            });
        }
        let mut after = before.clone();
        if was_made(change) {
            // Nothing is deleted. Archived by the HRIS, so that a later sync brings them back.
            after.status = Status::Archived;
            after.archived_by = Some(ArchivedBy::Hris);
        } else {
            for field in &change.fields {
                put_back(&mut after, field).map_err(|_| Reason::Unreadable)?;
            }
        }
        self.settle(before, &mut after)?;
        Ok(Way {
            change,
            before,
            after,
        })
    }

    /// What goes along with the fields, and what has gone since.
    fn settle(&self, before: &Person, after: &mut Person) -> Result<(), Reason> {
        if after.status == Status::Archived {
            after.archived_at = before.archived_at.or(Some(self.now));
            after.archived_by = after.archived_by.or(Some(ArchivedBy::Hris));
        } else {
            (after.archived_at, after.archived_by) = (None, None);
        }
        let regions = &self.directory.regions;
        let there = |id| regions.regions().iter().any(|region| region.id == id);
        if after.region.is_some_and(|region| !there(region)) {
            let of_country = after.country.and_then(|country| regions.of(country));
            after.region = Some(of_country.unwrap_or_else(|| regions.fallback()));
        }
        let groups: BTreeSet<_> = self.directory.groups.iter().map(|group| group.id).collect();
        let mut theirs = after.group.iter().chain(&after.manual_groups);
        if theirs.any(|group| !groups.contains(group)) {
            return Err(Reason::GroupGone);
        }
        Ok(())
    }

    /// Who cannot go back as long as everybody else stands as they would.
    fn conflicts(&self, ways: &BTreeMap<PersonId, Way<'_>>) -> BTreeMap<PersonId, Reason> {
        let standing: BTreeMap<PersonId, &Person> = self
            .directory
            .people
            .iter()
            .map(|person| {
                (
                    person.id,
                    ways.get(&person.id).map_or(person, |way| &way.after),
                )
            })
            .collect();
        let (emails, links) = owners(standing.values().copied());
        let mut out = BTreeMap::new();
        for (id, way) in ways {
            let after = &way.after;
            let present = after.status != Status::Archived && !after.email_key.is_empty();
            let shares = |link: &HrisId| links.get(link).copied().unwrap_or(0) > 1;
            if present && emails.get(&after.email_key).copied().unwrap_or(0) > 1 {
                out.insert(*id, Reason::EmailTaken);
            } else if after.hris_id.as_ref().is_some_and(shares) {
                out.insert(*id, Reason::HrisIdTaken);
            } else if !approvers_can(way, &standing) {
                out.insert(*id, Reason::ApproverUnavailable);
            }
        }
        if let Some(id) = last_admin(ways, &standing) {
            out.insert(id, Reason::LastAdmin);
        }
        out
    }

    fn edit(&self, way: Way<'_>) -> Option<Edit> {
        let fields = differences(Some(way.before), &way.after);
        if fields.is_empty() {
            return None;
        }
        let action = match (way.before.status, way.after.status) {
            (Status::Archived, Status::Archived) => Action::Update,
            (Status::Archived, _) => Action::Restore,
            (_, Status::Archived) => Action::Archive,
            _ => Action::Update,
        };
        Some(Edit {
            before_version: Some(way.before.version),
            person: way.after,
            action,
            fields,
            why: self.why.to_owned(),
        })
    }
}

/// The admin who has to stay: of several who would go at once the one with the latest end date.
fn last_admin(
    ways: &BTreeMap<PersonId, Way<'_>>,
    standing: &BTreeMap<PersonId, &Person>,
) -> Option<PersonId> {
    if standing.values().any(|person| person.is_acting_admin()) {
        return None;
    }
    let going = ways.values().filter(|way| way.before.is_acting_admin());
    // No end date is later than any.
    let latest = |way: &&Way<'_>| (way.before.end_date.is_none(), way.before.end_date);
    going.max_by_key(latest).map(|way| way.before.id)
}

/// The run made the record: before it there was no status.
fn was_made(change: &RunChange) -> bool {
    let status = |field: &&domain::FieldChange| field.field == PersonField::Status;
    change.action == Action::Add
        && change
            .fields
            .iter()
            .find(status)
            .is_some_and(|field| field.before.is_none())
}

/// The run archived somebody active, who is active again.
fn brings_back(way: &Way<'_>) -> bool {
    way.before.status == Status::Archived && way.after.status == Status::Active
}

/// How many have each email, and how many are linked to each employee.
fn owners<'a>(
    people: impl Iterator<Item = &'a Person>,
) -> (BTreeMap<SmolStr, u32>, BTreeMap<HrisId, u32>) {
    let (mut emails, mut links) = (BTreeMap::new(), BTreeMap::new());
    for person in people {
        if person.status != Status::Archived {
            *emails.entry(person.email_key.clone()).or_insert(0) += 1;
        }
        if let Some(link) = &person.hris_id {
            *links.entry(link.clone()).or_insert(0) += 1;
        }
    }
    (emails, links)
}

/// Whether those whom the person would get back as approvers can approve.
fn approvers_can(way: &Way<'_>, standing: &BTreeMap<PersonId, &Person>) -> bool {
    let Way { before, after, .. } = way;
    let active = |id: &PersonId| {
        let approver = standing.get(id);
        approver.is_some_and(|approver| approver.status == Status::Active)
    };
    let managed = after.approver == before.approver || after.approver.iter().all(active);
    // Lists set by hand may hold people who have left; they only have to be there.
    managed
        && after
            .manual_approvers
            .iter()
            .all(|id| standing.contains_key(id))
}

fn refusal(change: &RunChange, reason: Reason) -> Refusal {
    // Somebody erased has no name any more.
    let name = match change.name.as_str() {
        "" => SmolStr::new_static("an erased person"),
        name => name.into(),
    };
    Refusal {
        person: change.person_id,
        name,
        reason,
    }
}
