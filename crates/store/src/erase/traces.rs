//! By what a person could be told, wherever it stands.

use std::collections::BTreeSet;

use domain::{
    FieldChange, FieldValue, HrisId, OrganisationId, Person, PersonField, PersonId, SmolStr,
    person::full_name, text::email_key,
};

use crate::{
    Store, StoreError,
    engine::{Session, Statement, read_count, statements, values},
    history::read_fields,
    person::lookup::{people_by_id, with_lists},
};

statements! {
    FIELDS = "SELECT fields FROM history WHERE org_id = $1 AND person_id = $2";
    OTHERS_WITH_EMAIL =
        "SELECT COUNT(*) FROM person WHERE org_id = $1 AND email_key = $2 AND id <> $3";
    OTHERS_WITH_HRIS_ID =
        "SELECT COUNT(*) FROM person WHERE org_id = $1 AND hris_id = $2 AND id <> $3";
}

/// By what a person could be told: now, and at any time that the history knows.
///
/// What is somebody else's by now (an address that was handed on) is not among them.
#[derive(Clone, Debug)]
pub struct Traces {
    /// The record.
    pub person: Person,
    /// Employees they were linked to.
    pub hris_ids: BTreeSet<HrisId>,
    /// Their addresses, folded.
    pub email_keys: BTreeSet<SmolStr>,
    /// Their addresses as they were spelled.
    pub emails: BTreeSet<SmolStr>,
    /// What they were called.
    pub names: BTreeSet<SmolStr>,
}

impl Store {
    /// Gathers by what a person could be told.
    pub async fn traces(
        &self,
        org: OrganisationId,
        id: PersonId,
    ) -> Result<Option<Traces>, StoreError> {
        let mut session = self.engine.read().await?;
        let found = people_by_id(&mut session, org, &[id]).await?;
        let mut found = with_lists(&mut session, org, found).await?;
        let Some(person) = found.pop() else {
            return Ok(None);
        };
        let history = session.all(&FIELDS, &values![org, id], read_fields).await?;
        let mut traces = Traces::of(person, &history.concat());
        traces.leave_others_theirs(&mut session, org).await?;
        Ok(Some(traces))
    }
}

impl Traces {
    fn of(person: Person, history: &[FieldChange]) -> Self {
        let texts = |field: PersonField| {
            let changes = history.iter().filter(move |change| change.field == field);
            let sides = changes.flat_map(|change| [&change.before, &change.after]);
            sides.filter_map(|side| match side {
                Some(FieldValue::Text(text)) => Some(text.clone()),
                _ => None,
            })
        };
        let current = person.hris_id.iter().map(|id| id.0.clone());
        let hris_ids = current.chain(texts(PersonField::HrisId)).map(HrisId);
        let emails = [person.email.clone()].into_iter();
        let emails: BTreeSet<_> = emails.chain(texts(PersonField::Email)).collect();
        let firsts: BTreeSet<_> = texts(PersonField::FirstName)
            .chain([person.first_name.clone()])
            .collect();
        let lasts: BTreeSet<_> = texts(PersonField::LastName)
            .chain([person.last_name.clone()])
            .collect();
        let pairs = firsts
            .iter()
            .flat_map(|first| lasts.iter().map(move |last| (first, last)));
        Self {
            hris_ids: hris_ids.collect(),
            email_keys: emails.iter().map(|email| email_key(email)).collect(),
            emails: emails
                .into_iter()
                .filter(|email| !email.is_empty())
                .collect(),
            // A first name alone is many people's.
            names: pairs
                .filter_map(|(first, last)| full_name(first, last))
                .collect(),
            person,
        }
    }

    async fn leave_others_theirs(
        &mut self,
        session: &mut Session,
        org: OrganisationId,
    ) -> Result<(), StoreError> {
        let id = self.person.id;
        for key in self.email_keys.clone() {
            let others = anybody_else(session, &OTHERS_WITH_EMAIL, org, &key, id).await?;
            if key.is_empty() || others {
                self.email_keys.remove(&key);
                self.emails.retain(|email| email_key(email) != key);
            }
        }
        for hris_id in self.hris_ids.clone() {
            let hris_id_text = hris_id.as_str();
            if anybody_else(session, &OTHERS_WITH_HRIS_ID, org, hris_id_text, id).await? {
                self.hris_ids.remove(&hris_id);
            }
        }
        Ok(())
    }

    /// Whether a text names them: their id, an address however it is spelled, or a name in it.
    pub(super) fn are_in(&self, text: &str) -> bool {
        let mut parts = self.emails.iter().chain(&self.names);
        self.hris_ids.contains(&HrisId::from(text))
            || self.has_email(text)
            || parts.any(|part| text.contains(part.as_str()))
    }

    /// Whether this is one of their addresses.
    pub(super) fn has_email(&self, text: &str) -> bool {
        !text.is_empty() && self.email_keys.contains(&email_key(text))
    }
}

async fn anybody_else(
    session: &mut Session,
    statement: &Statement,
    org: OrganisationId,
    text: &str,
    but: PersonId,
) -> Result<bool, StoreError> {
    let count = session
        .maybe_one(statement, &values![org, text, but], read_count)
        .await?;
    Ok(count.unwrap_or(0) > 0)
}
