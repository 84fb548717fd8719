//! Whom a run skipped or flagged, from the findings, or would, from its stored plan.

use domain::{Code, FindingOutcome, HrisId, OrganisationId, PersonId, PersonRef, RunId, SmolStr};
use reconcile::Finding;

use super::{
    RunRecord, by_id,
    items::{FINDING, Items},
};
use crate::{
    Page, Store, StoreError,
    cursor::{decode, encode, rows_for},
    engine::{Reader, Session, read_count, statements, values},
};

statements! {
    ITEMS_BY_WORD =
        "SELECT word, COUNT(*) FROM plan_item
         WHERE org_id = $1 AND run_id = $2 AND kind = $3 AND word IS NOT NULL GROUP BY word";
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
