//! The plan that is kept with a run: of a preview, of a hold, and of a run that judged only some people.

use domain::{OrganisationId, PersonRef, Run, RunId, text::search_key};
use reconcile::{Concern, Finding, PersonChange, Plan};

use super::RunRecord;
use crate::{
    Page, StoreError,
    cursor::{BadCursor, decode, encode, rows_for},
    engine::{Session, bulks, read_count, statements, values},
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
    ITEMS_FORGET = "DELETE FROM plan_item WHERE org_id = $1 AND run_id = $2";
}

bulks! {
    ITEM_ADD = rows(
        "INSERT INTO plan_item (org_id, run_id, kind, position, newcomer, word, search_key, document)", 8, "");
}

pub(super) const CHANGE: &str = "change";
pub(super) const FINDING: &str = "finding";

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
pub(super) struct Items<'a> {
    pub(super) org: OrganisationId,
    pub(super) run: RunId,
    pub(super) kind: &'static str,
    pub(super) word: Option<&'static str>,
    pub(super) words: Option<String>,
    /// What stands in the document.
    pub(super) mark: Option<String>,
    pub(super) limit: Option<u32>,
    pub(super) after: Option<&'a str>,
}

impl Items<'_> {
    pub(super) async fn page<D, T>(
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
