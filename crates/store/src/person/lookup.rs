//! Finding people by what identifies them.

use domain::{GroupId, HrisId, OrganisationId, Person, PersonId};
use rustc_hash::FxHashMap;
use uuid::Uuid;

use super::{person_columns, read};
use crate::{
    Store, StoreError,
    engine::{Bulk, Session, bulks, read_count, statements, values},
};

statements! {
    PERSON_BY_EMAIL = concat!(
        "SELECT ", person_columns!(), " FROM person p WHERE p.org_id = $1 AND p.email_key = $2
         ORDER BY CASE p.status WHEN 'active' THEN 0 WHEN 'upcoming' THEN 1 ELSE 2 END, p.id");
    PERSON_BY_HRIS_ID = concat!(
        "SELECT ", person_columns!(), " FROM person p WHERE p.org_id = $1 AND p.hris_id = $2");
    // Admins are few: the inner SELECT has the index of admins taken, and not that of all who are active.
    ADMINS = concat!(
        "SELECT ", person_columns!(), " FROM person p
         WHERE p.org_id = $1 AND p.can_sign_in = 1 AND p.status = 'active' AND p.id IN (
           SELECT a.id FROM person a WHERE a.org_id = $1 AND a.admin = 1)
         ORDER BY p.id");
    ACTING_ADMINS =
        "SELECT COUNT(*) FROM person p
         WHERE p.org_id = $1 AND p.can_sign_in = 1 AND p.status = 'active' AND p.id IN (
           SELECT a.id FROM person a WHERE a.org_id = $1 AND a.admin = 1)";
}

bulks! {
    ;
    PEOPLE_BY_ID = of_ids(
        concat!("SELECT ", person_columns!(), " FROM person p WHERE p.org_id = {} AND p.id"), "");
    MANUAL_GROUPS = of_ids(
        "SELECT person_id, group_id FROM person_group WHERE org_id = {} AND person_id",
        "ORDER BY person_id, group_id");
    MANUAL_APPROVERS = of_ids(
        "SELECT person_id, approver_id FROM person_approver WHERE org_id = {} AND person_id",
        "ORDER BY person_id, position");
}

impl Store {
    /// A person by id.
    pub async fn person(
        &self,
        org: OrganisationId,
        id: PersonId,
    ) -> Result<Option<Person>, StoreError> {
        let mut session = self.engine.read().await?;
        let found = people_by_id(&mut session, org, &[id]).await?;
        with_lists(&mut session, org, found)
            .await
            .map(|mut people| people.pop())
    }

    /// The active admins who can sign in.
    pub async fn admins(&self, org: OrganisationId) -> Result<Vec<Person>, StoreError> {
        let mut session = self.engine.read().await?;
        session.all(&ADMINS, &values![org], read).await
    }

    /// People by id, in no order; ids of nobody are left out.
    pub async fn people_by_id(
        &self,
        org: OrganisationId,
        ids: &[PersonId],
    ) -> Result<Vec<Person>, StoreError> {
        let mut session = self.engine.read().await?;
        let found = people_by_id(&mut session, org, ids).await?;
        with_lists(&mut session, org, found).await
    }

    /// Everybody with this folded email: the active or upcoming one first, then archived people.
    pub async fn people_by_email_key(
        &self,
        org: OrganisationId,
        key: &str,
    ) -> Result<Vec<Person>, StoreError> {
        if key.is_empty() {
            return Ok(Vec::new());
        }
        let mut session = self.engine.read().await?;
        let found = session
            .all(&PERSON_BY_EMAIL, &values![org, key], read)
            .await?;
        with_lists(&mut session, org, found).await
    }

    /// The person linked to an employee.
    pub async fn person_by_hris_id(
        &self,
        org: OrganisationId,
        id: &HrisId,
    ) -> Result<Option<Person>, StoreError> {
        let mut session = self.engine.read().await?;
        let found = session
            .all(&PERSON_BY_HRIS_ID, &values![org, id.as_str()], read)
            .await?;
        with_lists(&mut session, org, found)
            .await
            .map(|mut people| people.pop())
    }

    /// How many active admins can sign in.
    pub async fn acting_admins(&self, org: OrganisationId) -> Result<u64, StoreError> {
        let mut session = self.engine.read().await?;
        let count = session
            .maybe_one(&ACTING_ADMINS, &values![org], read_count)
            .await?;
        Ok(count.unwrap_or(0))
    }
}

/// People by id, without the lists set by hand. An id given twice is found once or twice.
pub(crate) async fn people_by_id(
    session: &mut Session,
    org: OrganisationId,
    ids: &[PersonId],
) -> Result<Vec<Person>, StoreError> {
    let ids: Vec<_> = ids.iter().map(|id| id.0).collect();
    let mut found = Vec::new();
    session
        .each_of(&PEOPLE_BY_ID, &values![org], &ids, |row| {
            found.push(read(row)?);
            Ok(())
        })
        .await?;
    Ok(found)
}

/// Puts the lists that were set by hand into their people.
pub(crate) async fn with_lists(
    session: &mut Session,
    org: OrganisationId,
    mut people: Vec<Person>,
) -> Result<Vec<Person>, StoreError> {
    let positions: FxHashMap<PersonId, usize> = people
        .iter()
        .enumerate()
        .map(|(position, person)| (person.id, position))
        .collect();
    let ids: Vec<_> = people.iter().map(|person| person.id.0).collect();
    let groups = pairs::<GroupId>(session, &MANUAL_GROUPS, org, &ids).await?;
    for (person, group) in groups {
        people[positions[&person]].manual_groups.push(group);
    }
    let approvers = pairs::<PersonId>(session, &MANUAL_APPROVERS, org, &ids).await?;
    for (person, approver) in approvers {
        people[positions[&person]].manual_approvers.push(approver);
    }
    Ok(people)
}

async fn pairs<T: From<Uuid> + Send>(
    session: &mut Session,
    bulk: &'static Bulk,
    org: OrganisationId,
    ids: &[Uuid],
) -> Result<Vec<(PersonId, T)>, StoreError> {
    let mut found = Vec::new();
    session
        .each_of(bulk, &values![org], ids, |row| {
            found.push((row.id()?, row.id()?));
            Ok(())
        })
        .await?;
    Ok(found)
}
