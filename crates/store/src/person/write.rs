//! Writing people: the one way in which a run and an edit store them.

use domain::{OrganisationId, Person, PersonField, PersonId, text::search_key};
use smol_str::SmolStr;

use crate::{
    StoreError,
    engine::{Bulk, Session, Value, bulks, values},
};

/// All columns, in the order of [`push`].
macro_rules! insert_person {
    () => {
        "INSERT INTO person (org_id, id, hris_id, email, email_key, first_name, last_name, status,
           archived_by, archived_at, admin, can_sign_in, source, start_date, end_date, country,
           region_id, group_id, approver_id, version, updated_at, name_key, search_key)"
    };
}

bulks! {
    PERSON_PUT = rows(insert_person!(), 23,
        "ON CONFLICT (org_id, id) DO UPDATE SET hris_id = excluded.hris_id, email = excluded.email,
           email_key = excluded.email_key, first_name = excluded.first_name,
           last_name = excluded.last_name, status = excluded.status,
           archived_by = excluded.archived_by, archived_at = excluded.archived_at,
           admin = excluded.admin, can_sign_in = excluded.can_sign_in, source = excluded.source,
           start_date = excluded.start_date, end_date = excluded.end_date,
           country = excluded.country, region_id = excluded.region_id,
           group_id = excluded.group_id, approver_id = excluded.approver_id,
           version = excluded.version, updated_at = excluded.updated_at,
           name_key = excluded.name_key, search_key = excluded.search_key");
    // Setting a column writes every index that it is in, also where it stays as it is: a page for each
    // index and person.
    PERSON_PUT_BESIDE_KEYS = rows(insert_person!(), 23,
        "ON CONFLICT (org_id, id) DO UPDATE SET archived_by = excluded.archived_by,
           archived_at = excluded.archived_at, admin = excluded.admin,
           can_sign_in = excluded.can_sign_in, source = excluded.source,
           start_date = excluded.start_date, end_date = excluded.end_date,
           country = excluded.country, region_id = excluded.region_id,
           group_id = excluded.group_id, approver_id = excluded.approver_id,
           version = excluded.version, updated_at = excluded.updated_at");
    PERSON_GROUP_ADD = rows("INSERT INTO person_group (org_id, person_id, group_id)", 3, "");
    PERSON_APPROVER_ADD = rows(
        "INSERT INTO person_approver (org_id, person_id, position, approver_id)", 4, "");
    ;
    PERSON_FREE_KEYS = of_ids(
        "UPDATE person SET email_key = '', hris_id = NULL WHERE org_id = {} AND id", "");
    PERSON_GROUPS_CLEAR = of_ids("DELETE FROM person_group WHERE org_id = {} AND person_id", "");
    PERSON_APPROVERS_CLEAR = of_ids(
        "DELETE FROM person_approver WHERE org_id = {} AND person_id", "");
}

/// Gives up the emails and HRIS ids of people that move within a change, so that swaps and chains
/// work in any order. The same change writes the new ones.
pub(crate) async fn free_keys(
    session: &mut Session,
    org: OrganisationId,
    people: Vec<PersonId>,
) -> Result<(), StoreError> {
    let ids: Vec<_> = people.into_iter().map(|person| person.0).collect();
    session
        .execute_of(&PERSON_FREE_KEYS, &values![org], &ids)
        .await
}

/// Whether a changed field sets a unique key free.
pub(crate) fn frees_a_key(field: PersonField) -> bool {
    matches!(
        field,
        PersonField::Email | PersonField::HrisId | PersonField::Status
    )
}

/// Makes and replaces whole rows.
pub(crate) async fn put(
    session: &mut Session,
    org: OrganisationId,
    people: impl Iterator<Item = Person> + Send,
) -> Result<(), StoreError> {
    put_by(&PERSON_PUT, session, org, people).await
}

/// Replaces the rows of people of whom nothing changes that some index has, see [`is_in_an_index`].
pub(crate) async fn put_beside_keys(
    session: &mut Session,
    org: OrganisationId,
    people: impl Iterator<Item = Person> + Send,
) -> Result<(), StoreError> {
    put_by(&PERSON_PUT_BESIDE_KEYS, session, org, people).await
}

async fn put_by(
    bulk: &'static Bulk,
    session: &mut Session,
    org: OrganisationId,
    people: impl Iterator<Item = Person> + Send,
) -> Result<(), StoreError> {
    session
        .insert(bulk, people, move |person, values| {
            push(org, person, values);
            Ok(())
        })
        .await
}

/// Whether a field is in an index, itself or as what people are sorted by.
pub(crate) fn is_in_an_index(field: PersonField) -> bool {
    use PersonField::{Email, FirstName, HrisId, LastName, Status};
    matches!(field, Email | FirstName | HrisId | LastName | Status)
}

fn push(org: OrganisationId, person: Person, values: &mut Vec<Value<'_>>) {
    let (name_key, search_key) = keys(&person);
    values.extend(values![
        org,
        person.id,
        person.hris_id.map(|id| id.0),
        person.email,
        person.email_key,
        person.first_name,
        person.last_name,
        person.status.as_str(),
        person.archived_by.map(domain::ArchivedBy::as_str),
        person.archived_at,
        person.admin,
        person.can_sign_in,
        person.source.as_str(),
        person.start_date,
        person.end_date,
        person.country.map(|country| SmolStr::new(country.as_str())),
        person.region,
        person.group,
        person.approver,
        person.version,
        person.updated_at,
        name_key,
        search_key,
    ]);
}

/// What a person is sorted by, and what they are found by.
fn keys(person: &Person) -> (SmolStr, String) {
    let name = search_key(&person.name());
    let email = search_key(&person.email);
    // No word that somebody searches for has a line break in it, so none runs from one into the
    // other.
    let search = format!("{name}\n{email}");
    (name, search)
}

/// Replaces the groups and approvers that were set by hand.
pub(crate) async fn put_lists(
    session: &mut Session,
    org: OrganisationId,
    people: Vec<Person>,
) -> Result<(), StoreError> {
    let ids: Vec<_> = people.iter().map(|person| person.id.0).collect();
    session
        .execute_of(&PERSON_GROUPS_CLEAR, &values![org], &ids)
        .await?;
    session
        .execute_of(&PERSON_APPROVERS_CLEAR, &values![org], &ids)
        .await?;
    let groups = people
        .iter()
        .flat_map(|person| person.manual_groups.iter().map(|group| (person.id, *group)));
    session
        .insert(&PERSON_GROUP_ADD, groups, move |(person, group), values| {
            values.extend(values![org, person, group]);
            Ok(())
        })
        .await?;
    let approvers = people.iter().flat_map(|person| {
        let positions = (0_i64..).zip(&person.manual_approvers);
        positions.map(|(position, approver)| (person.id, position, *approver))
    });
    session
        .insert(
            &PERSON_APPROVER_ADD,
            approvers,
            move |(person, position, approver), values| {
                values.extend(values![org, person, position, approver]);
                Ok(())
            },
        )
        .await
}

/// Whether a changed field is a list that was set by hand.
pub(crate) fn is_list(field: PersonField) -> bool {
    matches!(
        field,
        PersonField::ManualGroups | PersonField::ManualApprovers
    )
}
