//! Each organisation's own midnight.

use domain::{Organisation, TaskKind, next_midnight};
use jiff::{Timestamp, tz::TimeZone};
use serde_json::json;
use store::{DueMidnight, NewTask, StoredTask};

use super::{Done, schedule::MANY};
use crate::{App, Failure, NoRunProgress};

impl App {
    /// Puts down a pass of the timer for every organisation whose day has turned. After a downtime
    /// one pass catches up: it goes by dates, and these are as true as ever.
    pub(super) async fn look_at_midnights(&self, now: Timestamp) -> Result<usize, Failure> {
        let due = self.store.due_midnights(now, MANY).await?;
        let mut passes = 0;
        for due in &due {
            let next = midnight_after(&due.organisation, now);
            let task = due.due_at.is_some().then(|| self.pass_of(due, now));
            let moved = self.store.move_midnight(due, next, now, task.as_ref());
            if moved.await? && task.is_some() {
                passes += 1;
            }
        }
        Ok(passes)
    }

    fn pass_of(&self, due: &DueMidnight, now: Timestamp) -> NewTask {
        NewTask {
            id: self.ids().next(),
            kind: TaskKind::Midnight,
            once: Some(due.organisation.id.to_string()),
            payload: json!({}),
            due_at: now,
        }
    }

    /// One pass of the midnight timer. Whatever it is to do it reads from the directory, so a second
    /// one finds nothing left to do.
    pub(super) async fn midnight_task(&self, task: &StoredTask) -> Result<Done, Failure> {
        if let Some(org) = self.organisation_of(task).await? {
            self.tick(&org, &NoRunProgress).await?;
            self.midnight_is_well(&org).await?;
        }
        Ok(Done::Whole)
    }
}

/// A zone that this version does not know (any more) counts as UTC.
fn midnight_after(organisation: &Organisation, now: Timestamp) -> Timestamp {
    let zone = TimeZone::get(&organisation.time_zone).unwrap_or(TimeZone::UTC);
    next_midnight(&zone, now).unwrap_or(Timestamp::MAX)
}
