//! Runs as they are listed, and how far one is that is going.

use domain::{OrganisationId, RunId, RunKind, RunState, Trigger};
use jiff::Timestamp;

use super::{RunRecord, read, run_columns};
use crate::{
    Page, Store, StoreError,
    cursor::{BadCursor, decode, encode, rows_for},
    engine::{read_count, statements, values},
};

statements! {
    RUNS = concat!(
        "SELECT ", run_columns!(), " FROM run WHERE org_id = $1
           AND (CAST($2 AS TEXT) IS NULL OR state = $2)
           AND (CAST($3 AS TEXT) IS NULL OR kind = $3)
           AND (CAST($4 AS TEXT) IS NULL OR cause = $4)
           AND seq < $5
         ORDER BY seq DESC LIMIT $6");
    RUNS_COUNT =
        "SELECT COUNT(*) FROM run WHERE org_id = $1
           AND (CAST($2 AS TEXT) IS NULL OR state = $2)
           AND (CAST($3 AS TEXT) IS NULL OR kind = $3)
           AND (CAST($4 AS TEXT) IS NULL OR cause = $4)";
    RUN_NOTE =
        "UPDATE run SET read_so_far = $3, waits_until = $4
         WHERE org_id = $1 AND id = $2 AND finished_at IS NULL";
    RUN_NOTES = "SELECT read_so_far, waits_until FROM run WHERE org_id = $1 AND id = $2";
}

/// How far a run that is going is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunNotes {
    /// How many employees have been read.
    pub read: u64,
    /// Until when the HRIS has asked for patience.
    pub waits_until: Option<Timestamp>,
}

/// Which runs; nothing given means all.
#[derive(Clone, Copy, Debug, Default)]
#[expect(missing_docs, reason = "named by what they are")]
pub struct RunsFilter {
    pub state: Option<RunState>,
    pub kind: Option<RunKind>,
    pub trigger: Option<Trigger>,
}

impl Store {
    /// Runs, newest first.
    pub async fn runs(
        &self,
        org: OrganisationId,
        limit: Option<u32>,
        after: Option<&str>,
    ) -> Result<Page<RunRecord>, StoreError> {
        let all = RunsFilter::default();
        self.runs_of(org, all, limit, after).await
    }

    /// The same of one sort.
    pub async fn runs_of(
        &self,
        org: OrganisationId,
        filter: RunsFilter,
        limit: Option<u32>,
        after: Option<&str>,
    ) -> Result<Page<RunRecord>, StoreError> {
        let state = filter.state.map(RunState::as_str);
        let kind = filter.kind.map(RunKind::as_str);
        let trigger = filter.trigger.map(Trigger::as_str);
        let mut session = self.engine.read().await?;
        let before = match after {
            Some(after) => {
                let [seq] = decode(after)?;
                seq.parse().map_err(|_| BadCursor)?
            }
            None => i64::MAX,
        };
        let found = session
            .all(
                &RUNS,
                &values![org, state, kind, trigger, before, rows_for(limit)],
                read,
            )
            .await?;
        let total = match after {
            None => {
                session
                    .maybe_one(&RUNS_COUNT, &values![org, state, kind, trigger], read_count)
                    .await?
            }
            Some(_) => None,
        };
        Ok(Page::cut(found, limit, total, |record| {
            encode(&[&record.seq.to_string()])
        }))
    }

    /// Notes how far a run is. Nobody depends on it.
    pub async fn note_run(
        &self,
        org: OrganisationId,
        id: RunId,
        notes: &RunNotes,
    ) -> Result<(), StoreError> {
        let mut session = self.engine.write().await?;
        let values = values![org, id, notes.read.cast_signed(), notes.waits_until];
        session.execute(&RUN_NOTE, &values).await?;
        session.commit().await
    }

    /// How far a run is.
    pub async fn run_notes(&self, org: OrganisationId, id: RunId) -> Result<RunNotes, StoreError> {
        let mut session = self.engine.read().await?;
        let notes = session
            .maybe_one(&RUN_NOTES, &values![org, id], |row| {
                Ok(RunNotes {
                    read: row.maybe_int()?.unwrap_or_default().cast_unsigned(),
                    waits_until: row.maybe_instant()?,
                })
            })
            .await?;
        Ok(notes.unwrap_or_default())
    }
}
