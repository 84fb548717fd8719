//! Who is skipped or flagged, as intervals: from which run on, until which run.
//!
//! A finding that stands for months is one row, so what is stored grows with what changes and not
//! with the number of runs.

use std::collections::BTreeMap;

use domain::{Code, FindingOutcome, HrisId, OrganisationId, PersonId, PersonRef, SmolStr};
use jiff::Timestamp;
use reconcile::{Finding, apply::Records};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::{
    Store, StoreError,
    engine::{Reader, Session, bulks, read_count, statements, values},
};

statements! {
    FINDINGS_OPEN =
        "SELECT subject, code, first_seq, outcome, person_id, hris_id, name, email, seen
         FROM finding WHERE org_id = $1 AND gone_seq IS NULL";
    OPEN_OF_CODE =
        "SELECT COUNT(*) FROM finding WHERE org_id = $1 AND code = $2 AND gone_seq IS NULL";
    OPEN_OF_OUTCOME =
        "SELECT COUNT(DISTINCT subject) FROM finding
         WHERE org_id = $1 AND outcome = $2 AND gone_seq IS NULL";
    // Who has a record by now is no longer skipped. The next run finds what is still to be said.
    EMPLOYEE_SETTLED =
        "UPDATE finding SET gone_seq = (SELECT run_seq + 1 FROM organisation WHERE id = $1)
         WHERE org_id = $1 AND hris_id = $2 AND person_id IS NULL AND gone_seq IS NULL";
    PERSON_SETTLED =
        "UPDATE finding SET gone_seq = (SELECT run_seq + 1 FROM organisation WHERE id = $1)
         WHERE org_id = $1 AND person_id = $2 AND code = $3 AND gone_seq IS NULL";
    OPEN_SINCE =
        "SELECT f.code, MIN(r.started_at) FROM finding f
         JOIN run r ON r.org_id = f.org_id AND r.seq = f.first_seq
         WHERE f.org_id = $1 AND f.gone_seq IS NULL GROUP BY f.code ORDER BY f.code";
}

bulks! {
    FINDING_PUT = rows(
        "INSERT INTO finding (org_id, subject, code, first_seq, gone_seq, outcome, person_id,
           hris_id, name, email, seen)",
        11,
        "ON CONFLICT (org_id, subject, code, first_seq) DO UPDATE SET
           gone_seq = excluded.gone_seq, outcome = excluded.outcome,
           person_id = excluded.person_id, hris_id = excluded.hris_id, name = excluded.name,
           email = excluded.email, seen = excluded.seen");
    ;
    // The next run finds it anew, where it still is so.
    FINDING_SETTLED = of_ids(
        "UPDATE finding SET gone_seq = (SELECT run_seq + 1 FROM organisation WHERE id = {})
         WHERE code = 'archived_by_admin' AND gone_seq IS NULL AND org_id = {} AND person_id", "");
}

/// Ends what was found about people because an admin had archived them: they have been brought back.
pub(crate) async fn settle_archived(
    session: &mut Session,
    org: OrganisationId,
    people: Vec<PersonId>,
) -> Result<(), StoreError> {
    let ids: Vec<_> = people.into_iter().map(|person| person.0).collect();
    session
        .execute_of(&FINDING_SETTLED, &values![org, org], &ids)
        .await
}

impl Store {
    /// Since when there has been anybody with a code, for each code that is open.
    pub async fn open_since(
        &self,
        org: OrganisationId,
    ) -> Result<BTreeMap<Code, Timestamp>, StoreError> {
        let mut session = self.engine.read().await?;
        let since = session
            .all(&OPEN_SINCE, &values![org], |row| {
                Ok((row.word()?, row.instant()?))
            })
            .await?;
        Ok(since.into_iter().collect())
    }

    /// How many people or employees are skipped, or flagged, by now.
    pub async fn open_people(
        &self,
        org: OrganisationId,
        outcome: FindingOutcome,
    ) -> Result<u64, StoreError> {
        let mut session = self.engine.read().await?;
        let values = values![org, outcome.as_str()];
        let count = session.maybe_one(&OPEN_OF_OUTCOME, &values, read_count);
        Ok(count.await?.unwrap_or_default())
    }

    /// Ends what was found about an employee who had no record: they have one by now.
    pub async fn settle_employee(
        &self,
        org: OrganisationId,
        hris_id: &HrisId,
    ) -> Result<(), StoreError> {
        let mut session = self.engine.write().await?;
        session
            .execute(&EMPLOYEE_SETTLED, &values![org, hris_id])
            .await?;
        session.commit().await
    }

    /// Ends what was found about a person: an admin has mended it here. Where the HRIS still says so, the
    /// next run finds it anew.
    pub async fn settle_finding(
        &self,
        org: OrganisationId,
        person: PersonId,
        code: Code,
    ) -> Result<(), StoreError> {
        let mut session = self.engine.write().await?;
        let values = values![org, person, code.as_str()];
        session.execute(&PERSON_SETTLED, &values).await?;
        session.commit().await
    }

    /// How many findings of a code are open.
    pub async fn open_of(&self, org: OrganisationId, code: Code) -> Result<u64, StoreError> {
        let mut session = self.engine.read().await?;
        let count = session
            .maybe_one(&OPEN_OF_CODE, &values![org, code.as_str()], read_count)
            .await?;
        Ok(count.unwrap_or_default())
    }
}

/// An interval as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Interval {
    subject: SmolStr,
    code: Code,
    first_seq: i64,
    gone_seq: Option<i64>,
    outcome: FindingOutcome,
    person: Option<PersonId>,
    hris_id: Option<HrisId>,
    name: SmolStr,
    email: SmolStr,
    seen: SmolStr,
}

/// What identifies a finding from run to run.
type Key = (SmolStr, Code);

/// Whose findings a run speaks about: those that it no longer found are over.
pub(crate) enum Judged {
    /// Everybody's.
    Everybody,
    /// These employees'.
    Employees(FxHashSet<HrisId>),
    /// It only adds.
    Nobody,
}

impl Judged {
    fn includes(&self, interval: &Interval) -> bool {
        match self {
            Self::Everybody => true,
            Self::Employees(ids) => interval.hris_id.as_ref().is_some_and(|id| ids.contains(id)),
            Self::Nobody => false,
        }
    }
}

/// Compares what a run found with what stood open, and writes only the difference.
pub(crate) async fn store(
    session: &mut Session,
    org: OrganisationId,
    seq: i64,
    findings: &[Finding],
    judged: &Judged,
    records: &Records<'_>,
) -> Result<(), StoreError> {
    let open = session.all(&FINDINGS_OPEN, &values![org], read).await?;
    let rows = difference(open, findings, seq, judged, records);
    session
        .insert(&FINDING_PUT, rows.iter(), move |row, values| {
            values.extend(values![
                org,
                row.subject.as_str(),
                row.code.as_str(),
                row.first_seq,
                row.gone_seq,
                row.outcome.as_str(),
                row.person,
                row.hris_id.as_ref(),
                row.name.as_str(),
                row.email.as_str(),
                row.seen.as_str(),
            ]);
            Ok(())
        })
        .await
}

fn difference(
    open: Vec<Interval>,
    findings: &[Finding],
    seq: i64,
    judged: &Judged,
    records: &Records<'_>,
) -> Vec<Interval> {
    let mut open: FxHashMap<Key, Interval> = open
        .into_iter()
        .map(|row| ((row.subject.clone(), row.code), row))
        .collect();
    let mut written: FxHashSet<Key> = FxHashSet::default();
    let mut rows = Vec::new();
    for finding in findings {
        let found = interval(finding, seq, records);
        let key = (found.subject.clone(), found.code);
        // Two records without an id look alike; one row tells it.
        if !written.insert(key.clone()) {
            continue;
        }
        match open.remove(&key) {
            None => rows.push(found),
            Some(stands) if same_reason(&stands, &found) => {
                let kept = Interval {
                    first_seq: stands.first_seq,
                    ..found
                };
                if kept != stands {
                    rows.push(kept);
                }
            }
            // Two states of one run are one interval: the key allows no second one.
            Some(stands) if stands.first_seq == seq => rows.push(found),
            Some(stands) => {
                rows.push(Interval {
                    gone_seq: Some(seq),
                    ..stands
                });
                rows.push(found);
            }
        }
    }
    let over = open.into_values().filter(|row| judged.includes(row));
    rows.extend(over.map(|row| Interval {
        gone_seq: Some(seq),
        ..row
    }));
    // In the order of the key, so that equal runs write equal rows in an equal order.
    rows.sort_unstable_by(|a, b| {
        (&a.subject, a.code, a.first_seq).cmp(&(&b.subject, b.code, b.first_seq))
    });
    rows
}

/// Whether it is still the same finding, though a name or an email may have changed. Being missing
/// is one finding however it is worded: its length counts.
fn same_reason(stands: &Interval, found: &Interval) -> bool {
    stands.outcome == found.outcome
        && (stands.seen == found.seen || found.code == Code::NotFoundInHris)
}

fn interval(finding: &Finding, seq: i64, records: &Records<'_>) -> Interval {
    let person = finding
        .person
        .as_ref()
        .and_then(|person| records.person_id(person));
    Interval {
        subject: subject(finding, person),
        code: finding.code,
        first_seq: seq,
        gone_seq: None,
        outcome: finding.outcome,
        person,
        hris_id: finding.hris_id.clone(),
        name: finding.name.clone(),
        email: finding.email.clone(),
        seen: finding.seen.clone(),
    }
}

/// Whom a finding is about: the employee, else the person, else the record as far as it was read.
fn subject(finding: &Finding, person: Option<PersonId>) -> SmolStr {
    if let Some(id) = &finding.hris_id {
        return id.0.clone();
    }
    match (person, &finding.person) {
        (Some(id), _) => smol_str::format_smolstr!("person:{id}"),
        (None, Some(PersonRef::New(id))) => id.0.clone(),
        _ => {
            let told = format!("{} {} {}", finding.name, finding.email, finding.seen);
            let told: String = told.chars().take(200).collect();
            smol_str::format_smolstr!("record:{told}")
        }
    }
}

fn read(row: &mut Reader<'_>) -> Result<Interval, StoreError> {
    Ok(Interval {
        subject: row.compact()?,
        code: row.word()?,
        first_seq: row.int()?,
        gone_seq: None,
        outcome: row.word()?,
        person: row.maybe_id()?,
        hris_id: row.maybe_text()?.map(HrisId::from),
        name: row.compact()?,
        email: row.compact()?,
        seen: row.compact()?,
    })
}
