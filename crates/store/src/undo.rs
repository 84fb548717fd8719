//! Taking a run back: everything of it that can be, in one transaction, or nothing.

use domain::{ConnectionId, ConnectionState, Group, OrganisationId, RunId};
use jiff::Timestamp;

use crate::{
    ActId, Actor, ApplyError, Edit, Store, connection, engine::Session, group, history::Act,
    organisation, person::edit, run,
};

/// What taking back a run, or a part of it, comes to.
#[derive(Clone, Copy, Debug)]
pub struct UndoRun<'a> {
    /// The run. It was applied.
    pub run: RunId,
    /// It is taken back as a whole, and not for one person.
    pub whole: bool,
    /// People as they shall stand again.
    pub edits: &'a [Edit],
    /// Groups as they shall be called again, their departments included.
    pub groups: &'a [Group],
    /// How many of its archives are taken back.
    pub archives: u64,
    /// The connection whose schedule shall rest, so that the next sync does not do it again at once.
    pub pause: Option<ConnectionId>,
    /// [`crate::LoadedDirectory::version`] of the directory it was worked out on.
    pub base_version: i64,
    /// Who.
    pub actor: Actor,
    /// When.
    pub at: Timestamp,
    /// A fresh id: the history has it as an act of its own.
    pub act: ActId,
}

impl Store {
    /// Takes a run back. Refused when the directory has moved since it was worked out.
    pub async fn undo_run(&self, org: OrganisationId, undo: UndoRun<'_>) -> Result<(), ApplyError> {
        store(self.engine.write().await?, org, undo).await
    }
}

/// Takes a run back, and ends the transaction.
pub(crate) async fn store(
    mut session: Session,
    org: OrganisationId,
    undo: UndoRun<'_>,
) -> Result<(), ApplyError> {
    if !organisation::move_from(&mut session, org, undo.base_version).await? {
        return Err(ApplyError::BaseMoved);
    }
    let undone_at = undo.whole.then_some(undo.at);
    run::taken_back(&mut session, org, undo.run, undone_at, undo.archives).await?;
    group::write(&mut session, org, undo.groups).await?;
    let act = Act {
        id: undo.act,
        at: undo.at,
        run: None,
        actor: undo.actor,
    };
    edit::write_edits(&mut session, org, undo.edits, act).await?;
    if let Some(connection) = undo.pause {
        connection::set_state(&mut session, org, connection, ConnectionState::Paused).await?;
    }
    session.commit().await?;
    Ok(())
}
