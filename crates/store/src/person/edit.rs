//! Edits by hand and by the API: the same rows and the same history as a run's.

use std::{borrow::Cow, collections::BTreeMap};

use domain::{Action, FieldChange, GroupId, HrisId, OrganisationId, Person, PersonField, PersonId};
use jiff::Timestamp;

use super::write;
use crate::{
    ActId, Actor, Clash, Exclusion, Store, StoreError, budget,
    engine::{Session, bulks, values},
    finding, group,
    history::{self, Act, Line},
    invitation, organisation, policy,
};

bulks! {
    ;
    VERSIONS = of_ids("SELECT id, version FROM person WHERE org_id = {} AND id", "");
}

/// One person's edit.
#[derive(Clone, Debug)]
pub struct Edit {
    /// The version the edit was made on; `None` makes a new person.
    pub before_version: Option<i64>,
    /// The whole record as it shall stand; its version and instant are set by the store.
    pub person: Person,
    /// What is done.
    pub action: Action,
    /// Each field that changes. Lists set by hand are written only when they stand here.
    pub fields: Vec<FieldChange>,
    /// Why, in words.
    pub why: String,
}

/// What an edit decides about employees of the HRIS, stored with it or not at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExclusionEdit {
    /// The employee is left out from now on.
    LeaveOut(Exclusion),
    /// The employee is let in again.
    LetIn(HrisId),
}

/// Why an edit was not stored. Nothing of it was.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// Somebody else changed one of the people in between.
    #[error(
        "somebody else changed {person} in the meantime, so nothing was changed; look at the record again and repeat the edit"
    )]
    Moved {
        /// Whom.
        person: PersonId,
    },
    /// An active or upcoming person has the email.
    #[error("another person has this email, so nothing was changed; choose another email")]
    EmailTaken,
    /// Another person is linked to the employee.
    #[error(
        "another person is linked to this employee of the HRIS, so nothing was changed; unlink that person first"
    )]
    HrisIdTaken,
    /// The database could not.
    #[error(transparent)]
    Store(StoreError),
}

impl From<StoreError> for EditError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Clash(Clash::Email) => Self::EmailTaken,
            StoreError::Clash(Clash::HrisId) => Self::HrisIdTaken,
            other => Self::Store(other),
        }
    }
}

impl Store {
    /// Stores edits of any number of people as one act: all of them, or none.
    pub async fn edit_people(
        &self,
        org: OrganisationId,
        edits: &[Edit],
        actor: Actor,
        at: Timestamp,
        act: ActId,
    ) -> Result<(), EditError> {
        self.edit_people_and_exclusions(org, edits, &[], actor, at, act)
            .await
    }

    /// Stores edits, and with them whom the HRIS no longer decides about: all of it, or nothing.
    pub async fn edit_people_and_exclusions(
        &self,
        org: OrganisationId,
        edits: &[Edit],
        exclusions: &[ExclusionEdit],
        actor: Actor,
        at: Timestamp,
        act: ActId,
    ) -> Result<(), EditError> {
        let mut session = self.engine.write().await?;
        organisation::touch(&mut session, org).await?;
        check_versions(&mut session, org, edits).await?;
        let act = Act {
            id: act,
            at,
            run: None,
            actor,
        };
        write_edits(&mut session, org, edits, act).await?;
        for exclusion in exclusions {
            match exclusion {
                ExclusionEdit::LeaveOut(exclusion) => {
                    policy::leave_out(&mut session, org, exclusion).await?;
                }
                ExclusionEdit::LetIn(hris_id) => {
                    policy::let_in(&mut session, org, hris_id).await?;
                }
            }
        }
        session.commit().await?;
        Ok(())
    }

    /// Deletes a group, with the edits that take everybody out of it: all of it, or nothing.
    pub async fn delete_group(
        &self,
        org: OrganisationId,
        group: GroupId,
        edits: &[Edit],
        actor: Actor,
        at: Timestamp,
        act: ActId,
    ) -> Result<(), EditError> {
        let mut session = self.engine.write().await?;
        organisation::touch(&mut session, org).await?;
        check_versions(&mut session, org, edits).await?;
        let act = Act {
            id: act,
            at,
            run: None,
            actor,
        };
        write_edits(&mut session, org, edits, act).await?;
        group::drop_empty(&mut session, org, group).await?;
        session.commit().await?;
        Ok(())
    }
}

/// Writes edits with their history, inside a transaction that knows that nobody moved.
pub(crate) async fn write_edits(
    session: &mut Session,
    org: OrganisationId,
    edits: &[Edit],
    act: Act,
) -> Result<(), StoreError> {
    let people: Vec<Person> = edits.iter().map(|edit| stamped(edit, act.at)).collect();
    let moved = edits
        .iter()
        .filter(|edit| edit.before_version.is_some() && frees_a_key(edit));
    let moved = moved.map(|edit| edit.person.id).collect();
    write::free_keys(session, org, moved).await?;
    write::put(session, org, people.iter().cloned()).await?;
    let listed = people
        .iter()
        .zip(edits)
        .filter(|(_, edit)| touches_lists(edit));
    let listed = listed.map(|(person, _)| person.clone()).collect();
    write::put_lists(session, org, listed).await?;
    let back = edits.iter().filter(|edit| edit.action == Action::Restore);
    let back = back.map(|edit| edit.person.id).collect();
    finding::settle_archived(session, org, back).await?;
    let of = |action| {
        let edits = edits.iter().filter(move |edit| edit.action == action);
        edits.map(|edit| edit.person.id.0).collect::<Vec<_>>()
    };
    let (archived, restored) = (of(Action::Archive), of(Action::Restore));
    budget::follow(session, org, &archived, &restored, act.at).await?;
    let moved = edits.iter().filter(|edit| touches_access(edit));
    let moved: Vec<_> = moved.map(|edit| edit.person.id.0).collect();
    invitation::end_access(session, org, &moved).await?;
    history::add(session, org, act, edits.iter().map(line)).await
}

/// Under the organisation's lock, so that what is checked stays so until the commit.
async fn check_versions(
    session: &mut Session,
    org: OrganisationId,
    edits: &[Edit],
) -> Result<(), EditError> {
    let mut found: BTreeMap<PersonId, i64> = BTreeMap::new();
    let ids: Vec<_> = edits.iter().map(|edit| edit.person.id.0).collect();
    session
        .each_of(&VERSIONS, &values![org], &ids, |row| {
            found.insert(row.id()?, row.int()?);
            Ok(())
        })
        .await?;
    match edits
        .iter()
        .find(|edit| found.get(&edit.person.id).copied() != edit.before_version)
    {
        Some(edit) => Err(EditError::Moved {
            person: edit.person.id,
        }),
        None => Ok(()),
    }
}

fn stamped(edit: &Edit, at: Timestamp) -> Person {
    let mut person = edit.person.clone();
    person.version = edit.before_version.unwrap_or(0) + 1;
    person.updated_at = at;
    person
}

fn frees_a_key(edit: &Edit) -> bool {
    edit.fields
        .iter()
        .any(|change| write::frees_a_key(change.field))
}

/// Whether sessions, links or invitations end with it.
fn touches_access(edit: &Edit) -> bool {
    let email = |change: &FieldChange| change.field == PersonField::Email;
    edit.action == Action::Archive || edit.before_version.is_some() && edit.fields.iter().any(email)
}

fn touches_lists(edit: &Edit) -> bool {
    edit.fields
        .iter()
        .any(|change| write::is_list(change.field))
}

fn line(edit: &Edit) -> Result<Line<'_>, StoreError> {
    let fields = edit
        .fields
        .iter()
        .map(|change| (change.field, change.before.as_ref(), change.after.as_ref()));
    Ok(Line {
        person: edit.person.id,
        action: edit.action,
        fields: history::write_fields(fields)?,
        why: Cow::Borrowed(&edit.why),
    })
}
