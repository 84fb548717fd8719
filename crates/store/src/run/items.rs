//! What a run changed or found: from the history and the findings when it was applied, from the
//! stored plan when it is a preview or held.

use domain::{
    Action, Code, FieldChange, FindingOutcome, HrisId, OrganisationId, PersonField, PersonId,
    PersonRef, Run, RunId, SmolStr, person::full_name, text::search_key,
};
use reconcile::{Concern, Finding, PersonChange, Plan};

use super::{RunRecord, by_id};
use crate::{
    Page, Store, StoreError,
    cursor::{BadCursor, decode, encode, rows_for},
    engine::{Reader, Session, bulks, read_count, statements, values},
    history::read_fields,
    person::list::escaped,
};

statements! {
    ITEMS =
        "SELECT position, document FROM plan_item
         WHERE org_id = $1 AND run_id = $2 AND kind = $3
           AND (CAST($4 AS TEXT) IS NULL OR word = $4)
           AND (CAST($5 AS TEXT) IS NULL OR search_key LIKE $5 ESCAPE '!')
           AND (CAST($6 AS TEXT) IS NULL OR document LIKE $6)
           AND position > $7
         ORDER BY position LIMIT $8";
    ITEMS_COUNT =
        "SELECT COUNT(*) FROM plan_item
         WHERE org_id = $1 AND run_id = $2 AND kind = $3
           AND (CAST($4 AS TEXT) IS NULL OR word = $4)
           AND (CAST($5 AS TEXT) IS NULL OR search_key LIKE $5 ESCAPE '!')
           AND (CAST($6 AS TEXT) IS NULL OR document LIKE $6)";
    ITEMS_BY_WORD =
        "SELECT word, COUNT(*) FROM plan_item
         WHERE org_id = $1 AND run_id = $2 AND kind = $3 AND word IS NOT NULL GROUP BY word";
    ITEMS_FORGET = "DELETE FROM plan_item WHERE org_id = $1 AND run_id = $2";
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
    FINDINGS =
        "SELECT subject, hris_id, person_id, code, outcome, name, email, seen FROM finding
         WHERE org_id = $1 AND first_seq <= $2 AND (gone_seq IS NULL OR gone_seq > $2)
           AND (CAST($3 AS TEXT) IS NULL OR code = $3)
           AND (subject, code) > ($4, $5)
         ORDER BY subject, code LIMIT $6";
    FINDINGS_BY_CODE =
        "SELECT code, COUNT(*) FROM finding
         WHERE org_id = $1 AND first_seq <= $2 AND (gone_seq IS NULL OR gone_seq > $2)
         GROUP BY code";
    FINDINGS_COUNT =
        "SELECT COUNT(*) FROM finding
         WHERE org_id = $1 AND first_seq <= $2 AND (gone_seq IS NULL OR gone_seq > $2)
           AND (CAST($3 AS TEXT) IS NULL OR code = $3)";
}

bulks! {
    ITEM_ADD = rows(
        "INSERT INTO plan_item (org_id, run_id, kind, position, newcomer, word, search_key, document)", 8, "");
    ;
    ITEMS_OF_NEWCOMERS = of_ids(
        "SELECT document FROM plan_item WHERE org_id = {} AND run_id = {} AND newcomer", "");
}

const CHANGE: &str = "change";
const FINDING: &str = "finding";

/// A plan to be kept with its run.
#[derive(Clone, Copy, Debug)]
pub struct StoredPlan<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// The organisation's version it was made for.
    pub base_version: i64,
    /// Whom a hold is about; nobody in a preview.
    pub concerns: &'a [Concern],
    /// The older hold that this one takes the place of, as it ends.
    pub supersedes: Option<&'a Run>,
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

/// Somebody a run skipped or flagged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunFinding {
    /// The person, if there is one.
    pub person_id: Option<PersonId>,
    /// The employee, as far as known.
    pub hris_id: Option<HrisId>,
    /// Name as far as known.
    pub name: SmolStr,
    /// Email as far as known.
    pub email: SmolStr,
    /// Skipped or flagged.
    pub outcome: FindingOutcome,
    /// Why.
    pub code: Code,
    /// What was seen.
    pub seen: SmolStr,
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

    /// How many a run skipped or flagged for each reason, or would.
    pub async fn run_findings_by_code(
        &self,
        org: OrganisationId,
        run: RunId,
    ) -> Result<Vec<(Code, u64)>, StoreError> {
        let mut session = self.engine.read().await?;
        let RunRecord { whole, seq, .. } = by_id(&mut session, org, run).await?;
        let (statement, values) = if whole {
            (&FINDINGS_BY_CODE, values![org, seq].to_vec())
        } else {
            (&ITEMS_BY_WORD, values![org, run, FINDING].to_vec())
        };
        session
            .all(statement, &values, |row| Ok((row.word()?, row.count()?)))
            .await
    }

    /// How many are skipped or flagged for each reason by now, whichever run found it.
    pub async fn open_by_code(&self, org: OrganisationId) -> Result<Vec<(Code, u64)>, StoreError> {
        let mut session = self.engine.read().await?;
        session
            .all(&FINDINGS_BY_CODE, &values![org, NOW], |row| {
                Ok((row.word()?, row.count()?))
            })
            .await
    }

    /// Whom the runs so far have skipped or flagged and nothing has settled since, by pages.
    pub async fn open_findings(
        &self,
        org: OrganisationId,
        code: Option<Code>,
        limit: Option<u32>,
        after: Option<&str>,
    ) -> Result<Page<RunFinding>, StoreError> {
        let mut session = self.engine.read().await?;
        findings_at(&mut session, org, NOW, code, limit, after).await
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

    /// Whom a run skipped or flagged, or would.
    pub async fn run_findings(
        &self,
        org: OrganisationId,
        run: RunId,
        limit: Option<u32>,
        after: Option<&str>,
    ) -> Result<Page<RunFinding>, StoreError> {
        self.run_findings_of(org, run, None, limit, after).await
    }

    /// The same for one reason.
    pub async fn run_findings_of(
        &self,
        org: OrganisationId,
        run: RunId,
        code: Option<Code>,
        limit: Option<u32>,
        after: Option<&str>,
    ) -> Result<Page<RunFinding>, StoreError> {
        let word = code.map(Code::as_str);
        let mut session = self.engine.read().await?;
        let RunRecord { whole, seq, .. } = by_id(&mut session, org, run).await?;
        if !whole {
            let list = Items {
                org,
                run,
                kind: FINDING,
                word,
                words: None,
                mark: None,
                limit,
                after,
            };
            return list.page(&mut session, finding_of_plan).await;
        }
        findings_at(&mut session, org, seq, code, limit, after).await
    }
}

/// After every run there has been.
const NOW: i64 = i64::MAX;

/// The findings that stood after the run with this number.
async fn findings_at(
    session: &mut Session,
    org: OrganisationId,
    seq: i64,
    code: Option<Code>,
    limit: Option<u32>,
    after: Option<&str>,
) -> Result<Page<RunFinding>, StoreError> {
    let word = code.map(Code::as_str);
    let first = || Ok([String::new(), String::new()]);
    let [subject, code] = after.map_or_else(first, decode)?;
    let values = values![org, seq, word, subject, code, rows_for(limit)];
    let found = session
        .all(&FINDINGS, &values, |row| {
            Ok((row.text()?.to_owned(), read_finding(row)?))
        })
        .await?;
    let total = match after {
        None => {
            session
                .maybe_one(&FINDINGS_COUNT, &values![org, seq, word], read_count)
                .await?
        }
        Some(_) => None,
    };
    let cursor =
        |(subject, finding): &(String, RunFinding)| encode(&[subject, finding.code.as_str()]);
    let Page { items, total, next } = Page::cut(found, limit, total, cursor);
    Ok(Page {
        items: items.into_iter().map(|(_, finding)| finding).collect(),
        total,
        next,
    })
}

/// Whether the plan that is stored with a run is still the one that was shown: what is there makes
/// the same hash. It does not when it is damaged, when another version of Rollcall wrote it, or when
/// somebody in it was erased.
pub(crate) async fn is_whole(
    session: &mut Session,
    org: OrganisationId,
    record: &RunRecord,
) -> Result<bool, StoreError> {
    let none = None::<&str>;
    let values = values![
        org,
        record.run.id,
        CHANGE,
        none,
        none,
        none,
        -1_i64,
        i64::MAX
    ];
    let changes = session.all(&ITEMS, &values, |row| {
        row.int()?;
        row.json::<PersonChange>()
    });
    let changes = match changes.await {
        Ok(changes) => changes,
        Err(StoreError::Unreadable { .. }) => return Ok(false),
        Err(error) => return Err(error),
    };
    let plan = Plan {
        changes,
        groups: record.group_changes.clone().unwrap_or_default(),
        ..Plan::default()
    };
    Ok(record.plan_hash == Some(plan.hash()))
}

/// Keeps a plan with its run, a chunk of documents at a time.
pub(crate) async fn save(
    session: &mut Session,
    org: OrganisationId,
    run: RunId,
    plan: &Plan,
) -> Result<(), StoreError> {
    session
        .insert(
            &ITEM_ADD,
            (0_i64..).zip(&plan.changes),
            move |(position, change), values| {
                let newcomer = match &change.subject {
                    PersonRef::New(id) => Some(id),
                    PersonRef::Existing(_) => None,
                };
                values.extend(values![
                    org,
                    run,
                    CHANGE,
                    position,
                    newcomer,
                    change.action.as_str(),
                    search_key(&format!("{} {}", change.name(), change.email())),
                    crate::json(change)?
                ]);
                Ok(())
            },
        )
        .await?;
    save_findings(session, org, run, &plan.findings).await
}

/// Keeps the findings of a run that judged only some people, with the run.
pub(crate) async fn save_findings(
    session: &mut Session,
    org: OrganisationId,
    run: RunId,
    findings: &[Finding],
) -> Result<(), StoreError> {
    session
        .insert(
            &ITEM_ADD,
            (0_i64..).zip(findings),
            move |(position, finding), values| {
                values.extend(values![
                    org,
                    run,
                    FINDING,
                    position,
                    None::<String>,
                    finding.code.as_str(),
                    None::<String>,
                    crate::json(finding)?
                ]);
                Ok(())
            },
        )
        .await
}

/// Forgets the plan of a run.
pub(crate) async fn forget(
    session: &mut Session,
    org: OrganisationId,
    run: RunId,
) -> Result<(), StoreError> {
    session.execute(&ITEMS_FORGET, &values![org, run]).await?;
    Ok(())
}

/// A page of a stored plan.
struct Items<'a> {
    org: OrganisationId,
    run: RunId,
    kind: &'static str,
    word: Option<&'static str>,
    words: Option<String>,
    /// What stands in the document.
    mark: Option<String>,
    limit: Option<u32>,
    after: Option<&'a str>,
}

impl Items<'_> {
    async fn page<D, T>(
        self,
        session: &mut Session,
        told: fn(D) -> T,
    ) -> Result<Page<T>, StoreError>
    where
        D: serde::de::DeserializeOwned + Send,
        T: Send,
    {
        let Self {
            org,
            run,
            kind,
            word,
            words,
            mark,
            limit,
            after,
        } = self;
        let last: i64 = match after {
            Some(after) => {
                let [position] = decode(after)?;
                position.parse().map_err(|_| BadCursor)?
            }
            None => -1,
        };
        let (words, mark) = (words.as_deref(), mark.as_deref());
        let values = values![org, run, kind, word, words, mark, last, rows_for(limit)];
        let found = session
            .all(&ITEMS, &values, |row| {
                Ok((row.int()?, told(row.json::<D>()?)))
            })
            .await
            .map_err(|error| match error {
                StoreError::Unreadable { source, .. } => {
                    StoreError::unreadable(format!("the plan of the run {run}"), source)
                }
                other => other,
            })?;
        let count = values![org, run, kind, word, words, mark];
        let total = match after {
            None => session.maybe_one(&ITEMS_COUNT, &count, read_count).await?,
            Some(_) => None,
        };
        let Page { items, total, next } = Page::cut(found, limit, total, |(position, _)| {
            encode(&[&position.to_string()])
        });
        Ok(Page {
            items: items.into_iter().map(|(_, item)| item).collect(),
            total,
            next,
        })
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

fn finding_of_plan(finding: Finding) -> RunFinding {
    RunFinding {
        person_id: match finding.person {
            Some(PersonRef::Existing(id)) => Some(id),
            _ => None,
        },
        hris_id: finding.hris_id,
        name: finding.name,
        email: finding.email,
        outcome: finding.outcome,
        code: finding.code,
        seen: finding.seen,
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

fn read_finding(row: &mut Reader<'_>) -> Result<RunFinding, StoreError> {
    Ok(RunFinding {
        hris_id: row.maybe_text()?.map(HrisId::from),
        person_id: row.maybe_id()?,
        code: row.word()?,
        outcome: row.word()?,
        name: row.compact()?,
        email: row.compact()?,
        seen: row.compact()?,
    })
}
