//! Employees as they were last seen: what explains a run long after it.
//!
//! Only what changed is written. A fingerprint per employee tells that at a glance, so an unchanged
//! sync reads one narrow index and writes nothing.

use std::collections::BTreeSet;

use domain::{HrisId, OrganisationId};
use hris::{Employee, EmployeeRecord, Fingerprint, Roster, Scope};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::{
    Store, StoreError,
    engine::{Reader, Session, bulks, statements, values},
};

statements! {
    // One row of many lines: reading a hundred thousand rows takes several times as long.
    GLANCE =
        "SELECT string_agg(CAST(fingerprint AS TEXT)
           || CASE WHEN gone_seq IS NULL THEN ' ' ELSE '-' END || hris_id, $2)
         FROM last_seen WHERE org_id = $1";
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

/// What is stored of everybody, without the records: enough to tell what changed.
#[derive(Clone, Debug, Default)]
pub struct Glance {
    rows: Vec<GlanceRow>,
}

#[derive(Clone, Debug)]
struct GlanceRow {
    id: HrisId,
    fingerprint: Fingerprint,
    gone: bool,
}

/// What a roster tells anew, to be stored with the run that read it.
#[derive(Clone, Debug)]
pub struct SeenChanges<'r> {
    roster: &'r Roster,
    told: Vec<Told<'r>>,
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

/// An employee of a roster with its copies.
#[derive(Clone, Debug)]
struct Told<'r> {
    employee: &'r Employee,
    fingerprint: Fingerprint,
    /// Copies that differ, which is rare.
    others: Vec<(Fingerprint, &'r Employee)>,
}

impl Glance {
    /// What a roster tells otherwise than it stands here. Erased employees are passed over.
    pub fn changes<'r>(&self, roster: &'r Roster, erased: &BTreeSet<HrisId>) -> SeenChanges<'r> {
        if self.is_just(roster, erased) {
            return SeenChanges {
                roster,
                told: Vec::new(),
                gone: Vec::new(),
            };
        }
        let mut told = told(roster, erased);
        let whole = roster.scope == Scope::Whole;
        let mut gone = Vec::new();
        for row in &self.rows {
            match told.get(row.id.as_str()) {
                Some(now) if !row.gone && now.fingerprint() == row.fingerprint => {
                    told.remove(row.id.as_str());
                }
                None if whole && !row.gone => gone.push(row.id.clone()),
                _ => {}
            }
        }
        let mut told: Vec<Told<'_>> = told.into_values().collect();
        // In the order of the key, so that equal runs write equal rows in an equal order.
        told.sort_unstable_by(|a, b| a.employee.id.cmp(&b.employee.id));
        gone.sort_unstable();
        SeenChanges { roster, told, gone }
    }
}

impl Glance {
    /// Whether a whole answer tells everybody as they stand here, which is what most answers do: then
    /// nobody need be looked up. Compares how many there are and the sums of their fingerprints.
    fn is_just(&self, roster: &Roster, erased: &BTreeSet<HrisId>) -> bool {
        if roster.scope != Scope::Whole || !erased.is_empty() {
            return false;
        }
        let stands = self.rows.iter().filter(|row| !row.gone);
        let told = roster.employees.iter();
        sums(stands.map(|row| row.fingerprint))
            == sums(told.map(|employee| roster.fingerprint(employee)))
    }
}

/// Two sums, so that no chance is left: a fingerprint has the employee's id in it.
fn sums(fingerprints: impl Iterator<Item = Fingerprint>) -> (usize, u64, u64) {
    fingerprints.fold((0, 0, 0), |(count, sum, odd), Fingerprint(number)| {
        (count + 1, sum.wrapping_add(number), odd ^ number)
    })
}

/// Everybody of a roster once, with the copies that differ.
fn told<'r>(roster: &'r Roster, erased: &BTreeSet<HrisId>) -> FxHashMap<&'r str, Told<'r>> {
    let mut told: FxHashMap<&str, Told<'_>> = FxHashMap::default();
    told.reserve(roster.employees.len());
    for employee in &roster.employees {
        if !erased.is_empty() && erased.contains(&employee.id) {
            continue;
        }
        let fingerprint = roster.fingerprint(employee);
        let first = told.entry(employee.id.as_str()).or_insert(Told {
            employee,
            fingerprint,
            others: Vec::new(),
        });
        let known = first.fingerprint == fingerprint
            || first.others.iter().any(|(other, _)| *other == fingerprint);
        if !known {
            first.others.push((fingerprint, employee));
        }
    }
    told
}

impl Told<'_> {
    fn fingerprint(&self) -> Fingerprint {
        if self.others.is_empty() {
            return self.fingerprint;
        }
        let others = self.others.iter().map(|(fingerprint, _)| *fingerprint);
        let mut copies: Vec<Fingerprint> = others.chain([self.fingerprint]).collect();
        Fingerprint::of_copies(&mut copies)
    }

    /// In the order of their fingerprints: the order of an answer means nothing.
    fn document(&self, roster: &Roster) -> Document {
        if self.others.is_empty() {
            return Document::One(Box::new(roster.record(self.employee)));
        }
        let mut copies = self.others.clone();
        copies.push((self.fingerprint, self.employee));
        copies.sort_unstable_by_key(|(fingerprint, _)| *fingerprint);
        let records = copies.iter().map(|(_, copy)| roster.record(copy));
        Document::Several(records.collect())
    }
}

impl SeenChanges<'_> {
    /// How many rows are written.
    pub fn rows(&self) -> usize {
        self.told.len() + self.gone.len()
    }

    /// Writes them in the transaction of the run with this number.
    pub(crate) async fn store(
        &self,
        session: &mut Session,
        org: OrganisationId,
        seq: i64,
    ) -> Result<(), StoreError> {
        let roster = self.roster;
        session
            .insert(&SEEN_PUT, self.told.iter(), move |told, values| {
                values.extend(values![
                    org,
                    told.employee.id.as_str(),
                    told.fingerprint().0.cast_signed(),
                    None::<i64>,
                    crate::json(&told.document(roster))?,
                ]);
                Ok(())
            })
            .await?;
        session
            .insert(&SEEN_GONE, self.gone.iter(), move |id, values| {
                values.extend(values![org, id.as_str(), 0, seq, ""]);
                Ok(())
            })
            .await
    }
}

impl Store {
    /// Every employee as last seen, those included who are gone since.
    pub async fn last_seen(&self, org: OrganisationId) -> Result<Vec<LastSeen>, StoreError> {
        self.engine
            .read()
            .await?
            .all(&RECORDS, &values![org], read)
            .await
    }
}

/// What is stored of everybody, inside a transaction.
pub(crate) async fn glance(
    session: &mut Session,
    org: OrganisationId,
) -> Result<Glance, StoreError> {
    let mut glance = Glance::default();
    session
        .each(&GLANCE, &values![org, LINE_BREAK], |row| {
            let lines = row.maybe_text()?.unwrap_or_default();
            // A line that cannot be read is a record to be written anew.
            let rows = lines.split(LINE_BREAK).filter_map(GlanceRow::read);
            glance.rows.extend(rows);
            Ok(())
        })
        .await?;
    Ok(glance)
}

impl GlanceRow {
    /// Reads `FINGERPRINT ID`, or `FINGERPRINT-ID` for somebody gone.
    fn read(line: &str) -> Option<Self> {
        // A fingerprint may have a minus sign of its own in front.
        let end = 1 + line.get(1..)?.find([' ', '-'])?;
        let (fingerprint, id) = line.split_at_checked(end)?;
        let fingerprint: i64 = fingerprint.parse().ok()?;
        Some(Self {
            fingerprint: Fingerprint(fingerprint.cast_unsigned()),
            gone: id.starts_with('-'),
            id: HrisId::from(&id[1..]),
        })
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
