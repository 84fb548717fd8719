//! Work that was given up: it is looked at by somebody, and tried again when its reason is mended.

use domain::{Organisation, TaskId, TaskKind};
use jiff::Timestamp;
use serde::Serialize;
use store::StoredTask;

use crate::{App, Failure, view::List};

/// Work that was given up.
#[derive(Clone, Debug, Serialize)]
pub struct FailedTaskView {
    /// Its id.
    pub id: TaskId,
    /// What kind of work.
    pub kind: TaskKind,
    /// Why it failed the last time.
    pub error: Option<String>,
    /// How often it was tried.
    pub attempts: u64,
    /// When it was put down.
    pub created_at: Timestamp,
    /// When it was given up.
    pub failed_at: Option<Timestamp>,
}

impl App {
    /// The work of an organisation that was given up, the newest first.
    pub async fn failed_tasks(&self, org: &Organisation) -> Result<List<FailedTaskView>, Failure> {
        let failed = self.store.failed_tasks(org.id).await?;
        Ok(List::whole(failed.into_iter().map(Into::into).collect()))
    }

    /// Lets something that was given up be tried again, at once.
    pub async fn retry_task(
        &self,
        org: &Organisation,
        id: &str,
    ) -> Result<FailedTaskView, Failure> {
        let unknown = || Failure::not_found("failed task", id);
        let wanted: TaskId = id.parse().map_err(|_| unknown())?;
        let failed = self.store.failed_tasks(org.id).await?;
        let task = failed.into_iter().find(|task| task.id == wanted);
        let task = task.ok_or_else(unknown)?;
        let now = self.clock.now();
        if !self.store.retry_task(org.id, wanted, now).await? {
            // Somebody else did so meanwhile.
            return Err(unknown());
        }
        self.wake.notify_one();
        Ok(task.into())
    }
}

impl From<StoredTask> for FailedTaskView {
    fn from(task: StoredTask) -> Self {
        Self {
            id: task.id,
            kind: task.kind,
            error: task.error,
            attempts: task.attempts,
            created_at: task.created_at,
            failed_at: task.failed_at,
        }
    }
}
