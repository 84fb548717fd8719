//! What hangs on an erased person in the records of others.

use domain::{
    Action, FieldChange, FieldValue, OrganisationId, Person, PersonField, PersonId, PersonRef,
};

use super::Erasure;
use crate::{
    StoreError,
    engine::{Session, read_id, statements, values},
    history::{self, Act, Line},
    person::{
        lookup::{people_by_id, with_lists},
        write,
    },
    policy,
};

statements! {
    APPROVED =
        "SELECT id FROM person WHERE org_id = $1 AND approver_id = $2
         UNION SELECT person_id FROM person_approver WHERE org_id = $1 AND approver_id = $2";
}

/// Nobody is approved for by somebody who is no more.
pub(super) async fn let_go(
    session: &mut Session,
    org: OrganisationId,
    erasure: Erasure<'_>,
) -> Result<(), StoreError> {
    let gone = erasure.traces.person.id;
    let ids = session.all(&APPROVED, &values![org, gone], read_id).await?;
    let found = people_by_id(session, org, &ids).await?;
    let before = with_lists(session, org, found).await?;
    let after: Vec<Person> = before
        .iter()
        .map(|person| without(person, gone, erasure.at))
        .collect();
    write::put(session, org, after.iter().cloned()).await?;
    write::put_lists(session, org, after.clone()).await?;
    let act = Act {
        id: erasure.act,
        at: erasure.at,
        run: None,
        actor: erasure.actor,
    };
    let lines = before.iter().zip(&after).map(|(before, after)| {
        let fields = differences(before, after);
        let parts = fields.iter().map(|change| {
            let FieldChange {
                field,
                before,
                after,
            } = change;
            (*field, before.as_ref(), after.as_ref())
        });
        Ok(Line {
            person: after.id,
            action: Action::Update,
            fields: history::write_fields(parts)?,
            why: "The approver was erased.".into(),
        })
    });
    let lines: Vec<Result<Line<'_>, StoreError>> = lines.collect();
    history::add(session, org, act, lines.into_iter()).await?;
    stop_falling_back(session, org, gone).await
}

fn without(person: &Person, gone: PersonId, at: jiff::Timestamp) -> Person {
    let mut after = person.clone();
    after.approver = after.approver.filter(|approver| *approver != gone);
    after.manual_approvers.retain(|approver| *approver != gone);
    after.version += 1;
    after.updated_at = at;
    after
}

fn differences(before: &Person, after: &Person) -> Vec<FieldChange> {
    let approver = |person: &Person| {
        let approver = person.approver?;
        Some(FieldValue::Person(PersonRef::Existing(approver)))
    };
    let by_hand = |person: &Person| {
        let people = person.manual_approvers.iter().copied();
        let people: Vec<PersonRef> = people.map(PersonRef::Existing).collect();
        (!people.is_empty()).then_some(FieldValue::People(people))
    };
    let change = |field, before, after| FieldChange {
        field,
        before,
        after,
    };
    let mut changes = vec![
        change(PersonField::Approver, approver(before), approver(after)),
        change(
            PersonField::ManualApprovers,
            by_hand(before),
            by_hand(after),
        ),
    ];
    changes.retain(|change| change.before != change.after);
    changes
}

async fn stop_falling_back(
    session: &mut Session,
    org: OrganisationId,
    gone: PersonId,
) -> Result<(), StoreError> {
    let mut policy = policy::read(session, org).await?;
    if !policy.fallback_approver_ids.contains(&gone) {
        return Ok(());
    }
    policy.fallback_approver_ids.retain(|id| *id != gone);
    policy::write(session, org, &policy).await
}
