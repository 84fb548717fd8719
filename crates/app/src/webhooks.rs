//! Webhooks of an HRIS: signals that somebody changed, and nothing more. What changed is read from
//! the HRIS itself, planned and judged like any sync; the daily sync stays the truth.

use domain::{
    ConnectionId, ConnectionState, Organisation, OrganisationId, RunId, RunKind, TaskKind, Trigger,
};
use hris::hibob::webhook::{self, Message};
use jiff::SignedDuration;
use secrecy::ExposeSecret as _;
use serde_json::json;
use store::{NewEvent, NewTask, StoredConnection, StoredTask};

use crate::{
    App, Failure, NoRunProgress, SyncRequest, integration::WEBHOOK_FIELD, sync::Terms,
    view::RunView, work::Done,
};

/// How long events are gathered before a run follows them: a burst becomes one run.
const GATHER: SignedDuration = SignedDuration::from_secs(2);
/// From so many people on a whole sync is quicker and says more.
const MANY: usize = 50;

/// What became of a webhook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Received {
    /// The HRIS tried whether anybody is there.
    Handshake,
    /// A run will follow it.
    Taken,
    /// It came before, or says nothing that is of use here, or the connection is paused.
    Ignored,
}

impl App {
    /// Where the HRIS sends its webhooks: the organisation's id in clear, then the connection's.
    pub(crate) fn webhook_url(&self, org: &Organisation, connection: ConnectionId) -> String {
        let (org, connection) = (org.id.0.simple(), connection.0.simple());
        format!("{}/hooks/hibob/{org}_{connection}", self.public_url())
    }

    /// Takes a webhook by the last part of its address.
    ///
    /// # Errors
    /// Not found where no such connection is live; refused without the signature of its secret.
    pub async fn receive_webhook(
        &self,
        name: &str,
        signature: Option<&str>,
        body: &[u8],
    ) -> Result<Received, Failure> {
        let (org, stored) = self.hooked(name).await?;
        let id = stored.connection.id;
        let message = webhook::read(body);
        // It comes before anybody can have told us the secret, and does nothing.
        if message == Message::Handshake {
            return Ok(Received::Handshake);
        }
        let sealed = self.store.webhook_secret(org.id, id).await?;
        let secret = sealed
            .map(|sealed| self.vault.open(org.id, WEBHOOK_FIELD, &sealed))
            .transpose()?;
        let genuine = secret.zip(signature).is_some_and(|(secret, signature)| {
            webhook::is_genuine(secret.expose_secret(), body, signature)
        });
        if !genuine {
            tracing::warn!(connection = %id, "a webhook without its signature was refused");
            return Err(Failure::refused(
                "wrong_signature",
                "The webhook is not signed with the secret that is set here, so it was not taken.",
            )
            .mend("Set the secret that HiBob shows for this webhook."));
        }
        let Message::Event(event) = message else {
            return Ok(Received::Ignored);
        };
        if stored.connection.state != ConnectionState::Connected {
            return Ok(Received::Ignored);
        }
        let now = self.clock.now();
        let task = NewTask {
            id: self.ids().next(),
            kind: TaskKind::Webhook,
            once: Some(id.to_string()),
            payload: json!({ "connection": id }),
            due_at: now + GATHER,
        };
        let new = NewEvent {
            connection: id,
            digest: &event.digest,
            employee: &event.employee,
        };
        let is_new = self.store.keep_event(org.id, new, &task, now).await?;
        Ok(if is_new {
            Received::Taken
        } else {
            Received::Ignored
        })
    }

    async fn hooked(&self, name: &str) -> Result<(Organisation, StoredConnection), Failure> {
        let unknown = || Failure::not_found("connection", name);
        let (org, connection) = name.split_once('_').ok_or_else(unknown)?;
        let org: OrganisationId = org.parse().map_err(|_| unknown())?;
        let connection: ConnectionId = connection.parse().map_err(|_| unknown())?;
        let org = self
            .store
            .organisation_by_slug_or_id(&org.to_string())
            .await?;
        let org = org.ok_or_else(unknown)?;
        let live = self.store.connection(org.id).await?;
        let live = live.filter(|live| live.connection.id == connection);
        Ok((org, live.ok_or_else(unknown)?))
    }

    /// Reads whom the waiting events name, and syncs these alone.
    pub(crate) async fn webhook_task(&self, task: &StoredTask) -> Result<Done, Failure> {
        let Some(org) = self.organisation_of(task).await? else {
            return Ok(Done::Whole);
        };
        let Some(live) = self.store.connection(org.id).await? else {
            return Ok(Done::Whole);
        };
        let id = live.connection.id;
        let waiting = self.store.waiting_events(org.id, id).await?;
        let resting = live.connection.state != ConnectionState::Connected;
        if waiting.employees.is_empty() {
            return Ok(Done::Whole);
        }
        if !resting {
            let request = SyncRequest {
                kind: RunKind::Sync,
                trigger: Trigger::Webhook,
                as_of: None,
                expect: None,
            };
            if waiting.employees.len() > MANY {
                self.request_run(&org, request).await?;
            } else {
                let terms = Terms {
                    named: Some(waiting.employees),
                    ..Terms::default()
                };
                self.sync_named(&org, request, &terms).await?;
            }
        }
        let now = self.clock.now();
        self.store
            .events_followed(org.id, id, &waiting.digests, now)
            .await?;
        Ok(Done::Whole)
    }

    /// A sync of some employees, of its own: nobody joins it, and it joins none.
    async fn sync_named(
        &self,
        org: &Organisation,
        request: SyncRequest,
        terms: &Terms,
    ) -> Result<RunId, Failure> {
        let mut lock = self.wait_for_lock(org).await?;
        let run = self.new_run(&request);
        let made = self
            .sync_once(org, &mut lock, run, terms, &NoRunProgress)
            .await;
        lock.release().await;
        let made = made?;
        self.announce(org, made).await?;
        Ok(made)
    }

    /// Reads these employees of the HRIS and syncs them alone, by the rules and safeguards of every
    /// sync.
    pub async fn sync_people(
        &self,
        org: &Organisation,
        employees: Vec<domain::HrisId>,
    ) -> Result<RunView, Failure> {
        let request = SyncRequest {
            kind: RunKind::Sync,
            trigger: Trigger::Manual,
            as_of: None,
            expect: None,
        };
        let terms = Terms {
            named: Some(employees),
            ..Terms::default()
        };
        let made = self.sync_named(org, request, &terms).await?;
        self.run_view(org, &made.to_string()).await
    }
}
