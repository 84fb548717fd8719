//! What a run changed, from the history, or would change, from its stored plan.

use domain::{
    Action, FieldChange, HrisId, OrganisationId, PersonField, PersonId, RunId, SmolStr,
    person::full_name, text::search_key,
};
use reconcile::PersonChange;

use super::{
    by_id,
    items::{CHANGE, Items},
};
use crate::{
    Page, Store, StoreError,
    cursor::{decode, encode, rows_for},
    engine::{Reader, bulks, read_count, statements, values},
    history::read_fields,
    person::list::escaped,
};

statements! {
    CHANGES =
        "SELECT h.person_id, p.hris_id, p.first_name, p.last_name, p.email, h.action, h.fields,
           h.why
         FROM history h LEFT JOIN person p ON p.org_id = h.org_id AND p.id = h.person_id
         WHERE h.org_id = $1 AND h.act_id = $2
           AND (CAST($3 AS TEXT) IS NULL OR h.action = $3)
           AND (CAST($4 AS TEXT) IS NULL OR p.search_key LIKE $4 ESCAPE '!')
           AND (CAST($5 AS TEXT) IS NULL OR h.fields LIKE $5)
           AND h.person_id > $6
         ORDER BY h.person_id LIMIT $7";
    CHANGE_OF_PERSON =
        "SELECT h.person_id, p.hris_id, p.first_name, p.last_name, p.email, h.action, h.fields,
           h.why
         FROM history h LEFT JOIN person p ON p.org_id = h.org_id AND p.id = h.person_id
         WHERE h.org_id = $1 AND h.act_id = $2 AND h.person_id = $3";
    CHANGES_COUNT = "SELECT COUNT(*) FROM history WHERE org_id = $1 AND act_id = $2";
}

bulks! {
    ;
    ITEMS_OF_NEWCOMERS = of_ids(
        "SELECT document FROM plan_item WHERE org_id = {} AND run_id = {} AND newcomer", "");
}

/// Which changes of a run.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "named by what they are")]
pub struct ChangesFilter {
    pub action: Option<Action>,
    /// Words in the name or the email, in this order.
    pub q: Option<String>,
    /// That change this field.
    pub field: Option<PersonField>,
}

impl ChangesFilter {
    /// What stands in a document about the field. Within a value its quotes would be escaped.
    fn mark(&self, before: &str, after: &str) -> Option<String> {
        Some(format!("%{before}\"{}\"{after}%", self.field?))
    }

    fn pattern(&self) -> Option<String> {
        let key = search_key(self.q.as_deref()?);
        Some(format!("%{}%", escaped(&key).replace(' ', "%")))
    }
}

/// A change of a run: what it did to a person, or would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunChange {
    /// Who; nobody yet in a plan that adds them.
    pub person_id: Option<PersonId>,
    /// The employee behind it.
    pub hris_id: Option<HrisId>,
    /// What they are called.
    pub name: SmolStr,
    /// How they are reached.
    pub email: SmolStr,
    /// What is done.
    pub action: Action,
    /// Which fields change.
    pub fields: Vec<FieldChange>,
    /// Why, in words.
    pub why: String,
}

impl Store {
    /// What a run changed, or would change.
    pub async fn run_changes(
        &self,
        org: OrganisationId,
        run: RunId,
        limit: Option<u32>,
        after: Option<&str>,
    ) -> Result<Page<RunChange>, StoreError> {
        let all = ChangesFilter::default();
        self.run_changes_of(org, run, &all, limit, after).await
    }

    /// The same of one sort, or of people with words in their name or email; these are not counted.
    pub async fn run_changes_of(
        &self,
        org: OrganisationId,
        run: RunId,
        filter: &ChangesFilter,
        limit: Option<u32>,
        after: Option<&str>,
    ) -> Result<Page<RunChange>, StoreError> {
        let mut session = self.engine.read().await?;
        let record = by_id(&mut session, org, run).await?;
        let (word, words) = (filter.action.map(Action::as_str), filter.pattern());
        let Some(act) = record.act_id else {
            let list = Items {
                org,
                run,
                kind: CHANGE,
                word,
                words,
                mark: filter.mark("\"field\":", ""),
                limit,
                after,
            };
            return list.page(&mut session, change_of_plan).await;
        };
        let [last] = after.map_or_else(|| Ok([String::new()]), decode)?;
        let mark = filter.mark("[", ",");
        // Of all it is one range of a key; of some, every line would have to be looked at.
        let is_counted = after.is_none() && word.is_none() && words.is_none() && mark.is_none();
        let values = values![org, act, word, words, mark, last, rows_for(limit)];
        let found = session.all(&CHANGES, &values, read_change).await?;
        let total = if is_counted {
            session
                .maybe_one(&CHANGES_COUNT, &values![org, act], read_count)
                .await?
        } else {
            None
        };
        let cursor = |change: &RunChange| {
            encode(&[&change
                .person_id
                .map(|id| id.to_string())
                .unwrap_or_default()])
        };
        Ok(Page::cut(found, limit, total, cursor))
    }

    /// What a run that was applied did to somebody.
    pub async fn run_change_of(
        &self,
        org: OrganisationId,
        run: RunId,
        person: PersonId,
    ) -> Result<Option<RunChange>, StoreError> {
        let mut session = self.engine.read().await?;
        let Some(act) = by_id(&mut session, org, run).await?.act_id else {
            return Ok(None);
        };
        let values = values![org, act, person];
        session
            .maybe_one(&CHANGE_OF_PERSON, &values, read_change)
            .await
    }

    /// What a stored plan would make of these employees. They are new to the directory.
    pub async fn planned(
        &self,
        org: OrganisationId,
        run: RunId,
        newcomers: &[HrisId],
    ) -> Result<Vec<RunChange>, StoreError> {
        if newcomers.is_empty() {
            return Ok(Vec::new());
        }
        let mut session = self.engine.read().await?;
        let mut found = Vec::new();
        let ids: Vec<&HrisId> = newcomers.iter().collect();
        session
            .each_of(&ITEMS_OF_NEWCOMERS, &values![org, run], &ids, |row| {
                found.push(change_of_plan(row.json()?));
                Ok(())
            })
            .await?;
        Ok(found)
    }
}

fn change_of_plan(change: PersonChange) -> RunChange {
    RunChange {
        person_id: change.existing(),
        name: change.name(),
        email: change.email().clone(),
        action: change.action,
        fields: change.fields().into_owned(),
        why: change.why().into_owned(),
        hris_id: change.after.hris_id,
    }
}

/// Somebody erased since has no name any more.
fn read_change(row: &mut Reader<'_>) -> Result<RunChange, StoreError> {
    let (person_id, hris_id) = (row.id()?, row.maybe_text()?.map(HrisId::from));
    let first = row.maybe_text()?.unwrap_or_default();
    let last = row.maybe_text()?.unwrap_or_default();
    let email = SmolStr::from(row.maybe_text()?.unwrap_or_default());
    Ok(RunChange {
        person_id: Some(person_id),
        hris_id,
        name: full_name(first, last).unwrap_or_else(|| email.clone()),
        email,
        action: row.word()?,
        fields: read_fields(row)?,
        why: row.text()?.to_owned(),
    })
}
