//! The connection and how it is doing.

use std::collections::BTreeMap;

use domain::{Code, ConnectionState, Field, Organisation, Run, Schedule};
use jiff::{SignedDuration, Timestamp};
use store::StoredConnection;

mod change;
mod recent;

pub use change::IntegrationPatch;
pub(crate) use change::WEBHOOK_FIELD;
pub(crate) use recent::Recent;

use crate::{
    App, Failure,
    view::{BadgeView, IntegrationView, IssueView, WebhookView},
};

impl App {
    /// The connection, its last run, and what an admin should know of it.
    pub async fn integration(&self, org: &Organisation) -> Result<IntegrationView, Failure> {
        let policy = self.store.policy(org.id).await?;
        let Some(stored) = self.store.connection(org.id).await? else {
            let webhook = WebhookView {
                url: None,
                secret_set: false,
            };
            return Ok(IntegrationView {
                provider: None,
                state: "not_connected",
                service_user_id: None,
                connected_at: None,
                schedule: Schedule::default(),
                next_run_at: None,
                last_run: self.recent(org).await?.last.map(Into::into),
                webhook,
                policy,
                held_run: None,
                issues: Vec::new(),
            });
        };
        let (recent, id) = (self.recent(org).await?, stored.connection.id);
        let secret = self.store.webhook_secret(org.id, id).await?;
        let webhook = WebhookView {
            url: Some(self.webhook_url(org, id)),
            secret_set: secret.is_some(),
        };
        let paused = stored.connection.state == ConnectionState::Paused;
        let held = self.store.held_runs(org.id).await?;
        let held_run = held.first().map(|held| held.run.id);
        let schedule = stored.connection.schedule.clone();
        let next_run_at = (!paused)
            .then(|| recent.next_run(&schedule, self.clock.now()))
            .flatten();
        Ok(IntegrationView {
            provider: Some(stored.connection.provider),
            state: recent.state(held_run.is_some(), paused),
            held_run,
            service_user_id: Some(stored.connection.service_user_id.clone()),
            connected_at: Some(stored.connection.connected_at),
            schedule,
            next_run_at,
            issues: self.issues(org, &stored, &recent).await?,
            last_run: recent.last.map(Into::into),
            webhook,
            policy,
        })
    }

    /// The little of it that stands on every page.
    pub async fn badge(&self, org: &Organisation) -> Result<BadgeView, Failure> {
        let Some(stored) = self.store.connection(org.id).await? else {
            return Ok(BadgeView::default());
        };
        let recent = self.recent(org).await?;
        let held = self.store.held_runs(org.id).await?;
        let held_run = held.first().map(|held| held.run.id);
        let paused = stored.connection.state == ConnectionState::Paused;
        Ok(BadgeView {
            state: Some(recent.state(held_run.is_some(), paused)),
            held_run,
            trouble: recent.trouble(),
        })
    }

    /// The newest runs of the connection that there is; without one, of those that there were.
    pub(crate) async fn recent(&self, org: &Organisation) -> Result<Recent, Failure> {
        let live = self.store.connection(org.id).await?;
        let live = live.map(|stored| stored.connection.id);
        let runs = self.store.runs(org.id, Some(50), None).await?.items;
        let ours = runs.into_iter();
        let ours = ours.filter(|record| live.is_none() || record.connection == live);
        let runs: Vec<Run> = ours.map(|record| record.run).collect();
        Ok(Recent::of(&runs))
    }

    async fn issues(
        &self,
        org: &Organisation,
        stored: &StoredConnection,
        recent: &Recent,
    ) -> Result<Vec<IssueView>, Failure> {
        let mut issues = Vec::new();
        let last = recent.last.as_ref();
        issues.extend(recent.trouble());
        let since = self.store.overdue_since(org.id, self.clock.now() - LATE);
        issues.extend(since.await?.map(overdue));
        if let Some(coverage) = &stored.coverage {
            issues.extend(unseen(coverage, last));
            issues.extend(no_leavers(coverage, last));
        }
        // Not those of the last run: one that failed, or was about one person, says nothing of the others.
        let affected = self.store.open_by_code(org.id).await?;
        let affected: BTreeMap<Code, u64> = affected.into_iter().collect();
        let since = self.store.open_since(org.id).await?;
        issues.extend(affected.into_iter().map(|(code, affected)| IssueView {
            code: code.to_string(),
            title: code.as_str().replace('_', " "),
            detail: concerned(affected),
            mend: code.mend().to_owned(),
            since: since.get(&code).copied(),
            last_seen: last.and_then(|run| run.finished_at),
            affected,
        }));
        Ok(issues)
    }

    /// The schedule and webhooks rest.
    pub async fn pause(&self, org: &Organisation) -> Result<IntegrationView, Failure> {
        self.set_state(org, ConnectionState::Paused).await
    }

    /// The schedule and webhooks go on.
    pub async fn resume(&self, org: &Organisation) -> Result<IntegrationView, Failure> {
        self.set_state(org, ConnectionState::Connected).await
    }

    async fn set_state(
        &self,
        org: &Organisation,
        state: ConnectionState,
    ) -> Result<IntegrationView, Failure> {
        let stored = self.live_connection(org).await?;
        self.store
            .set_connection_state(org.id, stored.connection.id, state)
            .await?;
        self.integration(org).await
    }

    /// Ends the connection: credentials are erased, people and history stay. Known end dates go on
    /// archiving people unless they are forgotten too. A sync that is going stores nothing any more.
    pub async fn disconnect(
        &self,
        org: &Organisation,
        keep_end_dates: bool,
    ) -> Result<IntegrationView, Failure> {
        let stored = self.live_connection(org).await?;
        let forget = (!keep_end_dates).then(|| (self.actor, self.ids().next()));
        let now = self.clock.now();
        self.store
            .disconnect(org.id, stored.connection.id, now, forget)
            .await?;
        self.retire_stale_pass(org).await?;
        self.integration(org).await
    }

    /// Takes back a connection that was made with a preview first: credentials and previews are erased,
    /// and nobody in HiBob is named anywhere any more.
    pub async fn cancel_connection(&self, org: &Organisation) -> Result<IntegrationView, Failure> {
        let stored = self.live_connection(org).await?;
        if stored.good_runs > 0 {
            return Err(Failure::conflict(
                "has_synced",
                "People were synced with this connection, so it was not erased.",
            )
            .mend("Disconnect it instead."));
        }
        let now = self.clock.now();
        self.store
            .cancel_connection(org.id, stored.connection.id, now)
            .await?;
        self.integration(org).await
    }
}

/// From when on a daily sync that nobody has begun is an issue.
const LATE: SignedDuration = SignedDuration::from_hours(1);

/// Pages are shown and nobody does the work: the process that would is not running, or cannot.
fn overdue(since: Timestamp) -> IssueView {
    IssueView {
        code: "sync_overdue".to_owned(),
        title: "The daily sync was not made".to_owned(),
        detail: "It has been due for more than an hour, and nobody has begun it; nothing was changed."
            .to_owned(),
        mend: "Press Sync now. If nothing begins, whoever runs Rollcall has to look whether a process with the role worker or all is running."
            .to_owned(),
        since: Some(since),
        last_seen: None,
        affected: 0,
    }
}

fn concerned(people: u64) -> String {
    match people {
        1 => "One person is concerned.".to_owned(),
        several => format!("{several} people are concerned."),
    }
}

/// A narrow audience looks exactly like a healthy company, but for this.
fn no_leavers(coverage: &hris::Coverage, last: Option<&Run>) -> Option<IssueView> {
    let blind = coverage.employees > 0 && coverage.leavers == 0 && coverage.starters == 0;
    blind.then(|| IssueView {
        code: "no_leavers_seen".to_owned(),
        title: "We see no leavers".to_owned(),
        detail: "The answer has nobody who left and nobody who starts later. Is the audience limited to Employed?".to_owned(),
        mend: "In the HRIS, remove the condition \"Lifecycle status equals Employed\" from the service user's permission group.".to_owned(),
        since: None,
        last_seen: last.and_then(|run| run.finished_at),
        affected: 0,
    })
}

/// Optional fields that the last answer had on nobody.
fn unseen(coverage: &hris::Coverage, last: Option<&Run>) -> Vec<IssueView> {
    let wanted = [
        (
            Field::Department,
            "department_unseen",
            "Departments are not synced",
        ),
        (
            Field::Manager,
            "manager_unseen",
            "Line managers are not synced",
        ),
        (
            Field::LifecycleStatus,
            "lifecycle_unseen",
            "Leavers cannot be seen",
        ),
        (
            Field::TerminationDate,
            "termination_date_unseen",
            "Termination dates cannot be seen",
        ),
    ];
    wanted
        .into_iter()
        .filter(|(field, ..)| coverage.employees > 0 && !coverage.saw(*field))
        .map(|(field, code, title)| IssueView {
            code: code.to_owned(),
            title: title.to_owned(),
            detail: format!(
                "The answer has {} on nobody, so that field stays as it is.",
                field.as_str().replace('_', " ")
            ),
            mend: "Give the service user the permission to view that section in the HRIS."
                .to_owned(),
            since: None,
            last_seen: last.and_then(|run| run.finished_at),
            affected: coverage.employees,
        })
        .collect()
}
