//! Employees as they were last seen: what explains a run long after it.
//!
//! Only what changed is written. A fingerprint per employee tells that at a glance, so an unchanged
//! sync reads one narrow index, page by page, and writes nothing.

use std::collections::BTreeSet;

use domain::{HrisId, OrganisationId};
use hris::{Employee, EmployeeRecord, Fingerprint, Roster, Scope};
use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};

use crate::{
    Store, StoreError,
    engine::{Reader, Session, bulks, statements, values},
};

statements! {
    // A row of many lines: reading a hundred thousand rows takes several times as long. Pages of
    // them, since the text of everybody would be large.
    GLANCE =
        "SELECT string_agg(CAST(fingerprint AS TEXT)
           || CASE WHEN gone_seq IS NULL THEN ' ' ELSE '-' END || hris_id, $4)
         FROM (SELECT hris_id, fingerprint, gone_seq FROM last_seen
               WHERE org_id = $1 AND hris_id > $2 ORDER BY hris_id LIMIT $3) page";
    RECORDS = "SELECT hris_id, gone_seq, record FROM last_seen WHERE org_id = $1";
}

bulks! {
    SEEN_PUT = rows(
        "INSERT INTO last_seen (org_id, hris_id, fingerprint, gone_seq, record)", 5,
        "ON CONFLICT (org_id, hris_id) DO UPDATE SET fingerprint = excluded.fingerprint,
           gone_seq = excluded.gone_seq, record = excluded.record");
    // They all have a row, so this only marks it.
    SEEN_GONE = rows(
        "INSERT INTO last_seen (org_id, hris_id, fingerprint, gone_seq, record)", 5,
        "ON CONFLICT (org_id, hris_id) DO UPDATE SET gone_seq = excluded.gone_seq");
}

/// No id has one: connectors refuse control characters.
const LINE_BREAK: &str = "\n";

/// How many employees are looked at in one statement.
const GLANCE_PAGE: i64 = 10_000;

/// What an answer told, to be compared with what is stored of everybody.
#[derive(Clone, Copy, Debug)]
pub struct Told<'r> {
    /// The answer.
    pub roster: &'r Roster,
    /// Who was erased: passed over, wherever they still stand in the answer.
    pub erased: &'r BTreeSet<HrisId>,
}

/// An employee as last seen, without the record.
#[derive(Clone, Debug)]
struct GlanceRow {
    id: HrisId,
    fingerprint: Fingerprint,
    gone: bool,
}

/// A telling of an employee.
type Telling<'r> = (Fingerprint, &'r Employee);

/// What an answer tells anew.
#[derive(Debug)]
struct Changes<'r> {
    roster: &'r Roster,
    /// Sorted by id, then fingerprint: several of one id are copies that differ.
    told: Vec<Telling<'r>>,
    gone: Vec<HrisId>,
}

/// An employee as last seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastSeen {
    /// Who.
    pub id: HrisId,
    /// The last whole answer no longer had them.
    pub gone: bool,
    /// As they were told. More than one only where an answer told them several times, differently.
    pub copies: Vec<EmployeeRecord>,
}

/// A document holds one record as it is, and several in a list.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Document {
    One(Box<EmployeeRecord>),
    Several(Vec<EmployeeRecord>),
}

impl<'r> Told<'r> {
    /// Compares it with what is stored and writes what is otherwise, in the transaction of the run
    /// with this number.
    pub(crate) async fn store(
        self,
        session: &mut Session,
        org: OrganisationId,
        seq: i64,
    ) -> Result<(), StoreError> {
        let changes = self.compared(session, org).await?;
        changes.store(session, org, seq).await
    }

    async fn compared(
        self,
        session: &mut Session,
        org: OrganisationId,
    ) -> Result<Changes<'r>, StoreError> {
        let mut comparison = Comparison::of(self);
        let mut after = String::new();
        loop {
            let values = values![org, after.as_str(), GLANCE_PAGE, LINE_BREAK];
            let lines = session.maybe_one(&GLANCE, &values, |row| {
                Ok(row.maybe_text()?.map(str::to_owned))
            });
            let Some(lines) = lines.await?.flatten() else {
                return Ok(comparison.changes());
            };
            comparison.take(&lines)?.clone_into(&mut after);
        }
    }
}

/// Writes everybody of a roster, whatever is stored of them.
pub(crate) async fn put(
    session: &mut Session,
    org: OrganisationId,
    roster: &Roster,
) -> Result<(), StoreError> {
    let answer = Told {
        roster,
        erased: &BTreeSet::new(),
    };
    let changes = Comparison::of(answer).changes();
    changes.store(session, org, 0).await
}

/// An answer on its way through what is stored.
struct Comparison<'r> {
    answer: Told<'r>,
    /// Those that nothing stored is equal to, so far. A fingerprint has the employee's id in it.
    otherwise: FxHashSet<Fingerprint>,
    /// What is stored and nothing told is equal to.
    rows: Vec<GlanceRow>,
}

impl<'r> Comparison<'r> {
    fn of(answer: Told<'r>) -> Self {
        let tellings = answer.tellings();
        Self {
            answer,
            otherwise: tellings.map(|(fingerprint, _)| fingerprint).collect(),
            rows: Vec::new(),
        }
    }

    /// Takes a page of what is stored and gives its largest id.
    fn take<'l>(&mut self, lines: &'l str) -> Result<&'l str, StoreError> {
        let mut last = "";
        for line in lines.split(LINE_BREAK) {
            let (fingerprint, gone, id) = glance(line)?;
            last = last.max(id);
            if gone || !self.otherwise.remove(&fingerprint) {
                self.rows.push(GlanceRow {
                    id: HrisId::from(id),
                    fingerprint,
                    gone,
                });
            }
        }
        Ok(last)
    }

    fn changes(self) -> Changes<'r> {
        let mut told = self.told_otherwise();
        let whole = self.answer.roster.scope == Scope::Whole;
        let mut gone = Vec::new();
        let mut same = FxHashSet::default();
        for row in self.rows {
            match copies_of(&told, &row.id) {
                [] if whole && !row.gone => gone.push(row.id),
                [] => {}
                copies if !row.gone && fingerprint_of(copies) == row.fingerprint => {
                    same.insert(row.id);
                }
                _ => {}
            }
        }
        told.retain(|(_, employee)| !same.contains(&employee.id));
        // In the order of the key, so that equal runs write equal rows in an equal order.
        gone.sort_unstable();
        Changes {
            roster: self.answer.roster,
            told,
            gone,
        }
    }

    /// Everybody who is told otherwise, with all of their copies.
    fn told_otherwise(&self) -> Vec<Telling<'r>> {
        if self.otherwise.is_empty() {
            return Vec::new();
        }
        let tellings = self.answer.tellings();
        let otherwise = tellings.filter(|(fingerprint, _)| self.otherwise.contains(fingerprint));
        let ids: FxHashSet<&HrisId> = otherwise.map(|(_, employee)| &employee.id).collect();
        let tellings = self.answer.tellings();
        let mut told: Vec<Telling<'_>> = tellings
            .filter(|(_, employee)| ids.contains(&employee.id))
            .collect();
        told.sort_unstable_by(|a, b| (&a.1.id, a.0).cmp(&(&b.1.id, b.0)));
        told.dedup_by(|a, b| (&a.1.id, a.0) == (&b.1.id, b.0));
        told
    }
}

impl<'r> Told<'r> {
    fn tellings(self) -> impl Iterator<Item = Telling<'r>> {
        let Self { roster, erased } = self;
        let employees = roster.employees.iter();
        let known =
            employees.filter(|employee| erased.is_empty() || !erased.contains(&employee.id));
        known.map(|employee| (roster.fingerprint(employee), employee))
    }
}

/// The copies of one employee; none for somebody who is not among them.
fn copies_of<'t, 'r>(told: &'t [Telling<'r>], id: &HrisId) -> &'t [Telling<'r>] {
    let start = told.partition_point(|(_, employee)| employee.id < *id);
    let length = told[start..].partition_point(|(_, employee)| employee.id == *id);
    &told[start..start + length]
}

fn fingerprint_of(copies: &[Telling<'_>]) -> Fingerprint {
    if let [(only, _)] = copies {
        return *only;
    }
    let mut copies: Vec<Fingerprint> = copies.iter().map(|(copy, _)| *copy).collect();
    Fingerprint::of_copies(&mut copies)
}

impl Changes<'_> {
    fn people(&self) -> impl Iterator<Item = &[Telling<'_>]> + Send {
        self.told
            .chunk_by(|(_, one), (_, other)| one.id == other.id)
    }

    async fn store(
        self,
        session: &mut Session,
        org: OrganisationId,
        seq: i64,
    ) -> Result<(), StoreError> {
        let roster = self.roster;
        session
            .insert(&SEEN_PUT, self.people(), move |copies, values| {
                values.extend(values![
                    org,
                    &copies[0].1.id,
                    fingerprint_of(copies).0.cast_signed(),
                    None::<i64>,
                    crate::json(&document(roster, copies))?,
                ]);
                Ok(())
            })
            .await?;
        session
            .insert(&SEEN_GONE, self.gone.iter(), move |id, values| {
                values.extend(values![org, id, 0, seq, ""]);
                Ok(())
            })
            .await
    }
}

fn document(roster: &Roster, copies: &[Telling<'_>]) -> Document {
    let mut records = copies.iter().map(|(_, copy)| roster.record(copy));
    match (records.next(), copies.len()) {
        (Some(only), 1) => Document::One(Box::new(only)),
        (first, _) => Document::Several(first.into_iter().chain(records).collect()),
    }
}

/// Reads `FINGERPRINT ID`, or `FINGERPRINT-ID` for somebody gone.
fn glance(line: &str) -> Result<(Fingerprint, bool, &str), StoreError> {
    let unreadable = || StoreError::unreadable("an employee as last seen", "it is no line of ours");
    // A fingerprint may have a minus sign of its own in front.
    let end = line.get(1..).and_then(|line| line.find([' ', '-']));
    let (fingerprint, id) = end
        .and_then(|end| line.split_at_checked(end + 1))
        .ok_or_else(unreadable)?;
    let number: i64 = fingerprint.parse().map_err(|_| unreadable())?;
    let gone = id.starts_with('-');
    Ok((Fingerprint(number.cast_unsigned()), gone, &id[1..]))
}

impl Store {
    /// How many employees an answer tells otherwise than they are stored, or has no longer.
    pub async fn told_otherwise(
        &self,
        org: OrganisationId,
        told: Told<'_>,
    ) -> Result<usize, StoreError> {
        let mut session = self.engine.read().await?;
        let changes = told.compared(&mut session, org).await?;
        Ok(changes.people().count() + changes.gone.len())
    }

    /// Every employee as last seen, those included who are gone since.
    pub async fn last_seen(&self, org: OrganisationId) -> Result<Vec<LastSeen>, StoreError> {
        self.engine
            .read()
            .await?
            .all(&RECORDS, &values![org], read)
            .await
    }
}

fn read(row: &mut Reader<'_>) -> Result<LastSeen, StoreError> {
    Ok(LastSeen {
        id: HrisId(row.compact()?),
        gone: row.maybe_int()?.is_some(),
        copies: copies(row)?,
    })
}

/// Reads the next column, the record or records of an employee.
pub(crate) fn copies(row: &mut Reader<'_>) -> Result<Vec<EmployeeRecord>, StoreError> {
    Ok(match row.json()? {
        Document::One(record) => vec![*record],
        Document::Several(records) => records,
    })
}
