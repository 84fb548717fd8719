//! People as they are listed: with the names of everything their ids point to.

use domain::{
    Budget, Code, GroupId, InvitationState, OrganisationId, Person, PersonId, RegionId, SmolStr,
    Status, person::full_name,
};
use jiff::Timestamp;
use rustc_hash::{FxHashMap, FxHashSet};

use super::list::{APPROVERS, OPEN_CODES};
use crate::{
    StoreError, budget, connection,
    engine::{Session, values},
    group, invitation, policy, region,
};

/// A person as listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonRow {
    /// The record.
    pub person: Person,
    /// Who approves for them: active people only, the line manager first, then those set by hand;
    /// when there is none of either, the organisation's fallback approvers.
    pub approvers: Vec<ApproverRow>,
    /// Their groups, the department's first.
    pub groups: Vec<GroupRow>,
    /// Their content region.
    pub region: Option<RegionRow>,
    /// The codes of everything that is open about them, sorted.
    pub attention: Vec<Code>,
    /// Their budgets that count.
    pub budgets: Vec<Budget>,
    /// How far their invitation is, and since when it is out.
    pub invitation: (InvitationState, Option<Timestamp>),
}

/// Somebody who approves.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields of the API")]
pub struct ApproverRow {
    pub id: PersonId,
    pub name: SmolStr,
    pub email: SmolStr,
    /// Came from the HRIS.
    pub managed: bool,
}

/// A group somebody is in.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields of the API")]
pub struct GroupRow {
    pub id: GroupId,
    pub name: SmolStr,
    /// Came from the HRIS.
    pub managed: bool,
}

/// The region somebody is in.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields of the API")]
pub struct RegionRow {
    pub id: RegionId,
    pub name: String,
}

/// What the ids of a page point to.
struct Names {
    approvers: FxHashMap<PersonId, Approver>,
    fallback: Vec<PersonId>,
    groups: FxHashMap<GroupId, SmolStr>,
    regions: FxHashMap<RegionId, String>,
    attention: FxHashMap<PersonId, Vec<Code>>,
    budgets: FxHashMap<PersonId, Vec<Budget>>,
    invitations: FxHashMap<PersonId, invitation::Invited>,
    /// Whether an HRIS is connected: else nothing is managed any more.
    connected: bool,
}

struct Approver {
    name: SmolStr,
    email: SmolStr,
}

/// Puts the names to a page of people, with a few statements for all of them.
pub(crate) async fn with_names(
    session: &mut Session,
    org: OrganisationId,
    people: Vec<Person>,
) -> Result<Vec<PersonRow>, StoreError> {
    let names = Names::load(session, org, &people).await?;
    Ok(people.into_iter().map(|person| names.row(person)).collect())
}

impl Names {
    async fn load(
        session: &mut Session,
        org: OrganisationId,
        people: &[Person],
    ) -> Result<Self, StoreError> {
        let ids: Vec<_> = people.iter().map(|person| person.id.0).collect();
        let fallback = policy::read(session, org).await?.fallback_approver_ids;
        let groups = group::read(session, org).await?;
        let regions = region::read(session, org).await?;
        Ok(Self {
            approvers: active_approvers(session, org, people, &fallback).await?,
            fallback,
            groups: groups
                .into_iter()
                .map(|group| (group.id, group.name))
                .collect(),
            regions: regions
                .into_iter()
                .map(|region| (region.id, region.name))
                .collect(),
            attention: open_codes(session, org, people).await?,
            budgets: budget::open_of(session, org, &ids).await?,
            invitations: invitation::of(session, org, &ids).await?,
            connected: connection::has_live(session, org).await?,
        })
    }

    fn row(&self, person: Person) -> PersonRow {
        let managed = person.group.iter().map(|group| self.group(*group, true));
        let by_hand = person
            .manual_groups
            .iter()
            .map(|group| self.group(*group, false));
        PersonRow {
            approvers: self.approvers_of(&person),
            groups: managed.chain(by_hand).flatten().collect(),
            region: person.region.and_then(|id| {
                let name = self.regions.get(&id)?.clone();
                Some(RegionRow { id, name })
            }),
            attention: self.attention.get(&person.id).cloned().unwrap_or_default(),
            budgets: self.budgets.get(&person.id).cloned().unwrap_or_default(),
            invitation: self.invitation_of(&person),
            person,
        }
    }

    /// Whoever may sign in has accepted, or was made admin on the command line.
    fn invitation_of(&self, person: &Person) -> invitation::Invited {
        let found = self.invitations.get(&person.id).copied();
        let (state, sent_at) = found.unwrap_or((InvitationState::Never, None));
        if person.can_sign_in {
            (InvitationState::Accepted, sent_at)
        } else {
            (state, sent_at)
        }
    }

    fn approvers_of(&self, person: &Person) -> Vec<ApproverRow> {
        let mut seen = FxHashSet::from_iter([person.id]);
        let managed = person.approver.iter().map(|id| (*id, true));
        let by_hand = person.manual_approvers.iter().map(|id| (*id, false));
        let mut own: Vec<ApproverRow> = managed
            .chain(by_hand)
            .filter(|(id, _)| seen.insert(*id))
            .filter_map(|(id, managed)| self.approver(id, managed))
            .collect();
        if own.is_empty() {
            let others = self.fallback.iter().filter(|id| **id != person.id);
            own.extend(others.filter_map(|id| self.approver(*id, false)));
        }
        own
    }

    fn approver(&self, id: PersonId, managed: bool) -> Option<ApproverRow> {
        let Approver { name, email } = self.approvers.get(&id)?;
        Some(ApproverRow {
            id,
            name: name.clone(),
            email: email.clone(),
            managed: managed && self.connected,
        })
    }

    fn group(&self, id: GroupId, managed: bool) -> Option<GroupRow> {
        Some(GroupRow {
            id,
            name: self.groups.get(&id)?.clone(),
            managed: managed && self.connected,
        })
    }
}

/// Those who may approve for somebody of the page and are active.
async fn active_approvers(
    session: &mut Session,
    org: OrganisationId,
    people: &[Person],
    fallback: &[PersonId],
) -> Result<FxHashMap<PersonId, Approver>, StoreError> {
    let wanted: FxHashSet<PersonId> = people
        .iter()
        .flat_map(|person| person.approver.iter().chain(&person.manual_approvers))
        .chain(fallback)
        .copied()
        .collect();
    let wanted: Vec<_> = wanted.into_iter().map(|id| id.0).collect();
    let mut found = FxHashMap::default();
    session
        .each_of(&APPROVERS, &values![org], &wanted, |row| {
            let (id, first, last) = (row.id()?, row.text()?, row.text()?);
            let (email, status): (_, Status) = (row.compact()?, row.word()?);
            if status == Status::Active {
                let name = full_name(first, last).unwrap_or_else(|| email.clone());
                found.insert(id, Approver { name, email });
            }
            Ok(())
        })
        .await?;
    Ok(found)
}

async fn open_codes(
    session: &mut Session,
    org: OrganisationId,
    people: &[Person],
) -> Result<FxHashMap<PersonId, Vec<Code>>, StoreError> {
    let mut found: FxHashMap<PersonId, Vec<Code>> = FxHashMap::default();
    let ids: Vec<_> = people.iter().map(|person| person.id.0).collect();
    session
        .each_of(&OPEN_CODES, &values![org], &ids, |row| {
            found.entry(row.id()?).or_default().push(row.word()?);
            Ok(())
        })
        .await?;
    for codes in found.values_mut() {
        codes.sort_unstable();
        codes.dedup();
    }
    Ok(found)
}
