//! Taking what names a person out of history, findings, plans, runs and last-seen records.

use domain::{HrisId, OrganisationId, SmolStr};
use hris::{EmployeeRecord, ManagerRef, Roster, Seen};

use super::Traces;
use crate::{
    Glance, StoreError,
    engine::{Reader, Session, statements, values},
    last_seen,
};

statements! {
    HISTORY_EMPTY =
        "UPDATE history SET fields = '[]', why = '' WHERE org_id = $1 AND person_id = $2";
    FINDINGS =
        "SELECT subject, code, first_seq, person_id, hris_id, name, email, seen FROM finding
         WHERE org_id = $1";
    FINDING_REMOVE =
        "DELETE FROM finding WHERE org_id = $1 AND subject = $2 AND code = $3 AND first_seq = $4";
    FINDING_BLANK =
        "UPDATE finding SET seen = ''
         WHERE org_id = $1 AND subject = $2 AND code = $3 AND first_seq = $4";
    ITEMS_REMOVE = "DELETE FROM plan_item WHERE org_id = $1 AND document LIKE $2 ESCAPE '!'";
    HOLDS_REPLACE =
        "UPDATE run SET hold = replace(hold, $3, $4)
         WHERE org_id = $1 AND hold LIKE $2 ESCAPE '!'";
    EXCLUSION_REMOVE = "DELETE FROM exclusion WHERE org_id = $1 AND hris_id = $2";
    EXCLUSIONS_REPLACE =
        "UPDATE exclusion SET reason = replace(reason, $3, $4)
         WHERE org_id = $1 AND reason LIKE $2 ESCAPE '!'";
    ANSWERS_REMOVE = "DELETE FROM hold_answer WHERE org_id = $1 AND subject = $2";
    SEEN_REMOVE = "DELETE FROM last_seen WHERE org_id = $1 AND hris_id = $2";
    SEEN_WITH =
        "SELECT hris_id, gone_seq, record FROM last_seen
         WHERE org_id = $1 AND record LIKE $2 ESCAPE '!'";
    SEEN_GONE_AGAIN = "UPDATE last_seen SET gone_seq = $3 WHERE org_id = $1 AND hris_id = $2";
}

/// What stands where somebody was named.
const NOBODY: &str = "an erased person";

pub(super) async fn everything(
    session: &mut Session,
    org: OrganisationId,
    traces: &Traces,
) -> Result<(), StoreError> {
    let id = traces.person.id;
    session.execute(&HISTORY_EMPTY, &values![org, id]).await?;
    findings(session, org, traces).await?;
    for needle in needles(traces) {
        let values = values![org, containing(&needle)];
        session.execute(&ITEMS_REMOVE, &values).await?;
    }
    for text in traces.names.iter().chain(&traces.emails) {
        let quoted = in_json(text)?;
        let values = values![org, containing(&quoted), quoted, NOBODY];
        session.execute(&HOLDS_REPLACE, &values).await?;
        let values = values![org, containing(text), text.as_str(), NOBODY];
        session.execute(&EXCLUSIONS_REPLACE, &values).await?;
    }
    answers(session, org, traces).await?;
    for hris_id in &traces.hris_ids {
        let values = values![org, hris_id.as_str()];
        session.execute(&EXCLUSION_REMOVE, &values).await?;
        session.execute(&SEEN_REMOVE, &values).await?;
    }
    seen(session, org, traces).await
}

/// Findings about them go; what others' findings saw of them is blanked.
async fn findings(
    session: &mut Session,
    org: OrganisationId,
    traces: &Traces,
) -> Result<(), StoreError> {
    let mut touched = Vec::new();
    session
        .each(&FINDINGS, &values![org], |row| {
            let finding = StoredFinding::read(row)?;
            if let Some(statement) = finding.fate(traces) {
                touched.push((statement, finding));
            }
            Ok(())
        })
        .await?;
    for (statement, finding) in touched {
        let StoredFinding {
            subject,
            code,
            first_seq,
            ..
        } = finding;
        let values = values![org, subject.as_str(), code.as_str(), first_seq];
        session.execute(statement, &values).await?;
    }
    Ok(())
}

struct StoredFinding {
    subject: SmolStr,
    code: SmolStr,
    first_seq: i64,
    person: Option<domain::PersonId>,
    hris_id: Option<HrisId>,
    name: SmolStr,
    email: SmolStr,
    seen: SmolStr,
}

impl StoredFinding {
    fn read(row: &mut Reader<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            subject: row.compact()?,
            code: row.compact()?,
            first_seq: row.int()?,
            person: row.maybe_id()?,
            hris_id: row.maybe_text()?.map(HrisId::from),
            name: row.compact()?,
            email: row.compact()?,
            seen: row.compact()?,
        })
    }

    fn fate(&self, traces: &Traces) -> Option<&'static crate::engine::Statement> {
        let theirs = self.person == Some(traces.person.id)
            || self.hris_id.as_ref().is_some_and(|id| traces.hris_ids.contains(id))
            || traces.has_email(&self.email)
            // A record without an id has what was read of it as its subject.
            || self.subject.starts_with("record:") && traces.are_in(&self.subject)
            || self.person.is_none() && self.hris_id.is_none() && traces.are_in(&self.name);
        if theirs {
            return Some(&FINDING_REMOVE);
        }
        (!self.seen.is_empty() && traces.are_in(&self.seen)).then_some(&FINDING_BLANK)
    }
}

async fn answers(
    session: &mut Session,
    org: OrganisationId,
    traces: &Traces,
) -> Result<(), StoreError> {
    let person = format!("person:{}", traces.person.id);
    let ids = traces.hris_ids.iter().map(HrisId::as_str);
    for subject in ids.chain([person.as_str()]) {
        session
            .execute(&ANSWERS_REMOVE, &values![org, subject])
            .await?;
    }
    Ok(())
}

/// By what a stored plan mentions them. Ids are looked for with their quotes: a short one could be
/// part of anything.
fn needles(traces: &Traces) -> Vec<String> {
    let ids = traces
        .hris_ids
        .iter()
        .map(|id| format!("\"{}\"", id.as_str()));
    let emails = traces.emails.iter().map(SmolStr::to_string);
    let names = traces.names.iter().map(|name| format!("\"{name}\""));
    let person = traces.person.id.to_string();
    ids.chain(emails).chain(names).chain([person]).collect()
}

fn in_json(text: &str) -> Result<String, StoreError> {
    Ok(crate::json(text)?.trim_matches('"').to_owned())
}

/// A pattern that finds a text anywhere.
fn containing(text: &str) -> String {
    let mut pattern = String::from("%");
    for letter in text.chars() {
        if matches!(letter, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}

/// Employees with their address go, and those they manage no longer say so.
async fn seen(
    session: &mut Session,
    org: OrganisationId,
    traces: &Traces,
) -> Result<(), StoreError> {
    let ids = traces
        .hris_ids
        .iter()
        .map(|id| format!("\"{}\"", id.as_str()));
    let emails = traces.emails.iter().chain(&traces.email_keys);
    let needles: Vec<String> = ids.chain(emails.map(SmolStr::to_string)).collect();
    for needle in needles {
        let found = session
            .all(&SEEN_WITH, &values![org, containing(&needle)], |row| {
                let (id, gone) = (HrisId(row.compact()?), row.maybe_int()?);
                Ok((id, gone, last_seen::copies(row)?))
            })
            .await?;
        for (id, gone, copies) in found {
            mask(session, org, traces, (&id, gone), copies).await?;
        }
    }
    Ok(())
}

async fn mask(
    session: &mut Session,
    org: OrganisationId,
    traces: &Traces,
    (id, gone): (&HrisId, Option<i64>),
    mut copies: Vec<EmployeeRecord>,
) -> Result<(), StoreError> {
    let theirs = |record: &EmployeeRecord| {
        let email = record.email.value();
        email.is_some_and(|email| traces.email_keys.contains(email.key()))
    };
    if copies.iter().any(theirs) {
        session
            .execute(&SEEN_REMOVE, &values![org, id.as_str()])
            .await?;
        return Ok(());
    }
    for record in &mut copies {
        let named = match &record.manager {
            Seen::Value(ManagerRef::Id(manager)) => traces.hris_ids.contains(manager),
            Seen::Value(ManagerRef::Email(key)) => traces.email_keys.contains(key),
            _ => false,
        };
        if named {
            record.manager = Seen::bad(SmolStr::new_static(NOBODY));
        }
    }
    let roster = Roster::of_records(copies);
    let changes = Glance::default().changes(&roster, &std::collections::BTreeSet::new());
    changes.store(session, org, 0).await?;
    session
        .execute(&SEEN_GONE_AGAIN, &values![org, id.as_str(), gone])
        .await?;
    Ok(())
}
