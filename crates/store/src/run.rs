//! Runs: how they begin, go on and end, and what is stored of them.

pub(crate) mod changes;
pub(crate) mod fields;
pub(crate) mod found;
pub(crate) mod items;
pub(crate) mod list;

use domain::{ConnectionId, OrganisationId, Problem, ProblemCode, Run, RunId, RunKind, RunState};
use jiff::Timestamp;
use reconcile::{GroupPlan, Plan};

use crate::{
    ActId, ApplyError, Store, StoreError, answers, apply,
    engine::{Reader, Session, read_int, statements, values},
    organisation,
};
use items::StoredPlan;

macro_rules! run_columns {
    () => {
        "id, kind, cause, state, started_at, finished_at, as_of, counts, hold, error, seq,
         connection_id, plan_hash, base_version, group_changes, act_id, whole, approved,
         active_archives, undone_at"
    };
}
use run_columns;

statements! {
    SEQ_NEXT = "UPDATE organisation SET run_seq = run_seq + 1 WHERE id = $1 RETURNING run_seq";
    RUN_ADD =
        "INSERT INTO run (org_id, id, seq, connection_id, kind, cause, state, started_at,
           finished_at, as_of, counts, hold, error, whole, approved, active_archives)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 0, 0, 0)";
    STATE_SET =
        "UPDATE run SET state = $3
         WHERE org_id = $1 AND id = $2 AND state <> $3 AND finished_at IS NULL";
    RUN_FENCE =
        "UPDATE run SET state = state WHERE org_id = $1 AND id = $2 AND finished_at IS NULL";
    RUN_CLOSE =
        "UPDATE run SET state = $3, started_at = $4, finished_at = $5, counts = $6, hold = $7,
           error = $8
         WHERE org_id = $1 AND id = $2 AND finished_at IS NULL";
    RUN_PLANNED =
        "UPDATE run SET plan_hash = $3, base_version = $4, group_changes = $5, field_counts = $6
         WHERE org_id = $1 AND id = $2";
    RUN_APPLIED =
        "UPDATE run SET state = $3, started_at = $4, finished_at = $5, counts = $6, hold = $7,
           error = $8, plan_hash = $9, base_version = $10, group_changes = $11, act_id = $12,
           whole = $13, approved = $14, active_archives = $15, field_counts = $16
         WHERE org_id = $1 AND id = $2 AND finished_at IS NULL";
    RUN = concat!("SELECT ", run_columns!(), " FROM run WHERE org_id = $1 AND id = $2");
    RUNS_GOING = concat!(
        "SELECT ", run_columns!(), " FROM run
         WHERE org_id = $1 AND finished_at IS NULL
           AND state IN ('queued', 'fetching', 'planning', 'applying') ORDER BY seq");
    RUN_FORGET = "DELETE FROM run WHERE org_id = $1 AND id = $2 AND finished_at IS NULL";
    RUNS_HELD = concat!(
        "SELECT ", run_columns!(), " FROM run
         WHERE org_id = $1 AND state = 'held' AND finished_at IS NULL ORDER BY seq DESC");
    // What was taken back no longer counts towards the week's archives.
    RUN_TAKEN_BACK =
        "UPDATE run SET undone_at = COALESCE($3, undone_at),
           active_archives = CASE WHEN active_archives > $4 THEN active_archives - $4 ELSE 0 END
         WHERE org_id = $1 AND id = $2";
}

/// A run with what only the store keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunRecord {
    /// The run as it is reported.
    pub run: Run,
    /// Its number in the organisation; later runs have larger ones.
    pub seq: i64,
    /// The connection it read.
    pub connection: Option<ConnectionId>,
    /// [`reconcile::Plan::hash`] of what it planned, once it has.
    pub plan_hash: Option<String>,
    /// The organisation's version that plan was based on.
    pub base_version: Option<i64>,
    /// What it did, or would do, to groups.
    pub group_changes: Option<GroupPlan>,
    /// Under which act the history has its changes, once applied.
    pub act_id: Option<ActId>,
    /// Applied, and everybody of the HRIS was judged.
    pub whole: bool,
    /// An admin approved it.
    pub approved: bool,
    /// How many active people it archived, without those who were taken back.
    pub active_archives: u64,
    /// When it was taken back as a whole.
    pub undone_at: Option<Timestamp>,
}

impl Store {
    /// Stores a run that begins, and gives its number.
    pub async fn begin_run(
        &self,
        org: OrganisationId,
        run: &Run,
        connection: Option<ConnectionId>,
    ) -> Result<i64, StoreError> {
        let mut session = self.engine.write().await?;
        let seq = begin(&mut session, org, run, connection).await?;
        session.commit().await?;
        Ok(seq)
    }

    /// Says where a run stands. One that is over stays as it ended.
    pub async fn set_run_state(
        &self,
        org: OrganisationId,
        run: RunId,
        state: RunState,
    ) -> Result<(), StoreError> {
        let mut session = self.engine.write().await?;
        session
            .execute(&STATE_SET, &values![org, run, state.as_str()])
            .await?;
        session.commit().await
    }

    /// Stores a run that came to its end without being applied. The plan of a hold that another one
    /// superseded is forgotten.
    ///
    /// A run that somebody else has closed meanwhile stays as it was closed:
    /// [`StoreError::RunOver`].
    pub async fn close_run(&self, org: OrganisationId, run: &Run) -> Result<(), StoreError> {
        let mut session = self.engine.write().await?;
        if !close_superseded(&mut session, org, run).await? {
            by_id(&mut session, org, run.id).await?;
            return Err(StoreError::RunOver);
        }
        session.commit().await
    }

    /// Stores a preview that is ready, or a run that is held, with its plan. Refused when the
    /// directory has moved since the plan was made: somebody may have been erased, and nothing of
    /// them may be stored again.
    pub async fn keep_plan(
        &self,
        org: OrganisationId,
        run: &Run,
        kept: StoredPlan<'_>,
    ) -> Result<(), ApplyError> {
        // Before anything is locked: the digest of a large plan takes a while.
        let hash = kept.plan.hash();
        keep(self.engine.write().await?, org, run, kept, hash).await
    }

    /// Whether the plan that a preview or a hold keeps is still the one that was shown.
    pub async fn plan_is_whole(&self, org: OrganisationId, run: RunId) -> Result<bool, StoreError> {
        let mut session = self.engine.read().await?;
        let record = by_id(&mut session, org, run).await?;
        items::is_whole(&mut session, org, &record).await
    }

    /// Fails every run of a kind that is still going, because its process died. For syncs, hold the
    /// organisation's lock: then none of them can be alive. Gives their ids.
    pub async fn close_interrupted(
        &self,
        org: OrganisationId,
        kind: RunKind,
        now: Timestamp,
    ) -> Result<Vec<RunId>, StoreError> {
        let mut session = self.engine.write().await?;
        let mut closed = Vec::new();
        for record in session.all(&RUNS_GOING, &values![org], read).await? {
            // One that waits has not begun, so nothing of it was interrupted.
            if record.run.kind != kind || record.run.state == RunState::Queued {
                continue;
            }
            let run = interrupted(record.run, now);
            // Its last statement may have been on its way, and has ended it after all.
            if close(&mut session, org, &run).await? {
                closed.push(run.id);
            }
        }
        session.commit().await?;
        Ok(closed)
    }

    /// A run by id.
    pub async fn run(
        &self,
        org: OrganisationId,
        id: RunId,
    ) -> Result<Option<RunRecord>, StoreError> {
        self.engine
            .read()
            .await?
            .maybe_one(&RUN, &values![org, id], read)
            .await
    }

    /// Forgets a run that came to nothing: it planned the very thing that is held already. One that
    /// somebody else has closed meanwhile stays.
    pub async fn forget_run(&self, org: OrganisationId, id: RunId) -> Result<(), StoreError> {
        let mut session = self.engine.write().await?;
        if fence(&mut session, org, id).await? {
            items::forget(&mut session, org, id).await?;
            session.execute(&RUN_FORGET, &values![org, id]).await?;
        }
        session.commit().await
    }

    /// Runs that are still going, oldest first. A held run is not.
    pub async fn going_runs(&self, org: OrganisationId) -> Result<Vec<RunRecord>, StoreError> {
        self.engine
            .read()
            .await?
            .all(&RUNS_GOING, &values![org], read)
            .await
    }

    /// The runs that wait for an admin, newest first: one of the HRIS and one of the timer at most.
    pub async fn held_runs(&self, org: OrganisationId) -> Result<Vec<RunRecord>, StoreError> {
        self.engine
            .read()
            .await?
            .all(&RUNS_HELD, &values![org], read)
            .await
    }
}

/// Runs that are going, those that wait included, inside a transaction.
pub(crate) async fn going(
    session: &mut Session,
    org: OrganisationId,
) -> Result<Vec<RunRecord>, StoreError> {
    session.all(&RUNS_GOING, &values![org], read).await
}

/// Forgets a run that was put down in this transaction.
pub(crate) async fn forget(
    session: &mut Session,
    org: OrganisationId,
    id: RunId,
) -> Result<(), StoreError> {
    session.execute(&RUN_FORGET, &values![org, id]).await?;
    Ok(())
}

/// Stores a run that begins, inside a transaction, and gives its number.
pub(crate) async fn begin(
    session: &mut Session,
    org: OrganisationId,
    run: &Run,
    connection: Option<ConnectionId>,
) -> Result<i64, StoreError> {
    let seq = session
        .maybe_one(&SEQ_NEXT, &values![org], read_int)
        .await?;
    let seq = seq.ok_or(StoreError::Missing {
        what: "organisation",
    })?;
    let values = values![
        org,
        run.id,
        seq,
        connection,
        run.kind.as_str(),
        run.trigger.as_str(),
        run.state.as_str(),
        run.started_at,
        run.finished_at,
        run.as_of,
        crate::json(&run.counts)?,
        crate::json(&run.hold)?,
        run.error.as_ref().map(crate::json).transpose()?,
    ];
    session.execute(&RUN_ADD, &values).await?;
    Ok(seq)
}

/// Remembers that so many archives of a run were taken back, and when it was undone as a whole.
pub(crate) async fn taken_back(
    session: &mut Session,
    org: OrganisationId,
    run: RunId,
    undone_at: Option<Timestamp>,
    archives: u64,
) -> Result<(), StoreError> {
    let values = values![org, run, undone_at, archives.cast_signed()];
    organisation::found_one(session.execute(&RUN_TAKEN_BACK, &values).await?, "run")
}

/// Whether the run is still not over; if so, nobody else can end it before this transaction ends.
///
/// The row is the fencing token of a run: whoever takes over closes it first, so a process that was
/// paused and has lost its lock finds it closed. An update that changes nothing is what locks a row
/// in the words of both engines.
pub(crate) async fn fence(
    session: &mut Session,
    org: OrganisationId,
    id: RunId,
) -> Result<bool, StoreError> {
    Ok(session.execute(&RUN_FENCE, &values![org, id]).await? == 1)
}

/// Writes the final row of a run that is applied; false when the run is over already.
pub(crate) async fn applied(
    session: &mut Session,
    org: OrganisationId,
    record: &RunRecord,
    plan: &Plan,
) -> Result<bool, StoreError> {
    let run = &record.run;
    let groups = record.group_changes.as_ref().map(crate::json).transpose()?;
    let values = values![
        org,
        run.id,
        run.state.as_str(),
        run.started_at,
        run.finished_at,
        crate::json(&run.counts)?,
        crate::json(&run.hold)?,
        run.error.as_ref().map(crate::json).transpose()?,
        record.plan_hash.as_deref(),
        record.base_version,
        groups,
        record.act_id,
        record.whole,
        record.approved,
        record.active_archives.cast_signed(),
        fields::counted(plan)?,
    ];
    Ok(session.execute(&RUN_APPLIED, &values).await? == 1)
}

/// Writes how a run ended, or that it is held; false when it is over already.
async fn close(session: &mut Session, org: OrganisationId, run: &Run) -> Result<bool, StoreError> {
    let values = values![
        org,
        run.id,
        run.state.as_str(),
        run.started_at,
        run.finished_at,
        crate::json(&run.counts)?,
        crate::json(&run.hold)?,
        run.error.as_ref().map(crate::json).transpose()?,
    ];
    Ok(session.execute(&RUN_CLOSE, &values).await? == 1)
}

/// Stores a run with its plan, and ends the transaction. The organisation's row comes first, as
/// everywhere.
pub(crate) async fn keep(
    mut session: Session,
    org: OrganisationId,
    run: &Run,
    kept: StoredPlan<'_>,
    hash: String,
) -> Result<(), ApplyError> {
    let StoredPlan {
        plan,
        base_version,
        concerns,
        supersedes,
    } = kept;
    let unmoved = organisation::is_at(&mut session, org, base_version).await?;
    if !close(&mut session, org, run).await? {
        return Err(ApplyError::Fenced);
    }
    let begun = by_id(&mut session, org, run.id).await?;
    apply::refuse_disconnected(&mut session, org, &begun).await?;
    if !unmoved {
        return Err(ApplyError::BaseMoved);
    }
    items::forget(&mut session, org, run.id).await?;
    let groups = crate::json(&plan.groups)?;
    let fields = fields::counted(plan)?;
    let values = values![org, run.id, hash, base_version, groups, fields];
    session.execute(&RUN_PLANNED, &values).await?;
    items::save(&mut session, org, run.id, plan).await?;
    answers::save(&mut session, org, run.id, concerns).await?;
    if let Some(older) = supersedes {
        // Where somebody else has settled it first, it stays as they did.
        close_superseded(&mut session, org, older).await?;
    }
    session.commit().await?;
    Ok(())
}

/// Ends the holds of a connection that is gone, inside a transaction.
pub(crate) async fn close_held_of(
    session: &mut Session,
    org: OrganisationId,
    connection: ConnectionId,
    now: Timestamp,
) -> Result<(), StoreError> {
    for record in session.all(&RUNS_HELD, &values![org], read).await? {
        if record.connection != Some(connection) {
            continue;
        }
        let problem = Problem::new(
            ProblemCode::Superseded,
            "The HRIS was disconnected, so this plan was never applied.",
            "Connect it again, then sync.",
        );
        let run = Run {
            state: RunState::Rejected,
            finished_at: Some(now),
            error: Some(problem),
            ..record.run
        };
        close_superseded(session, org, &run).await?;
    }
    Ok(())
}

/// Ends a run that may have a plan, which is forgotten if another one took its place; false when it
/// is over already.
async fn close_superseded(
    session: &mut Session,
    org: OrganisationId,
    run: &Run,
) -> Result<bool, StoreError> {
    if !close(session, org, run).await? {
        return Ok(false);
    }
    let superseded = |error: &Problem| error.code == ProblemCode::Superseded;
    if run.error.as_ref().is_some_and(superseded) {
        items::forget(session, org, run.id).await?;
    }
    Ok(true)
}

fn interrupted(run: Run, now: Timestamp) -> Run {
    let problem = Problem::new(
        ProblemCode::Interrupted,
        "The process ended before the run did, so nothing was changed.",
        "Start it again.",
    );
    Run {
        state: RunState::Failed,
        finished_at: Some(now),
        error: Some(problem),
        ..run
    }
}

/// Reads a run inside a transaction.
pub(crate) async fn by_id(
    session: &mut Session,
    org: OrganisationId,
    id: RunId,
) -> Result<RunRecord, StoreError> {
    let record = session.maybe_one(&RUN, &values![org, id], read).await?;
    record.ok_or(StoreError::Missing { what: "run" })
}

fn read(row: &mut Reader<'_>) -> Result<RunRecord, StoreError> {
    let run = Run {
        id: row.id()?,
        kind: row.word()?,
        trigger: row.word()?,
        state: row.word()?,
        started_at: row.instant()?,
        finished_at: row.maybe_instant()?,
        as_of: row.maybe_date()?,
        counts: row.json()?,
        hold: row.json()?,
        error: row.maybe_json()?,
    };
    Ok(RunRecord {
        run,
        seq: row.int()?,
        connection: row.maybe_id()?,
        plan_hash: row.maybe_text()?.map(str::to_owned),
        base_version: row.maybe_int()?,
        group_changes: row.maybe_json()?,
        act_id: row.maybe_id()?,
        whole: row.flag()?,
        approved: row.flag()?,
        active_archives: row.count()?,
        undone_at: row.maybe_instant()?,
    })
}
