//! Connecting an HRIS: the trial, storing the connection, the first run.

use domain::{
    Connection, ConnectionId, ConnectionState, Organisation, Problem, ProblemCode, Provider,
    RunKind, Schedule, Trigger,
};
use hris::{Connector, Preflight, Wanted};
use reconcile::{Verdict, judge, reconcile};
use secrecy::SecretString;
use store::StoredConnection;

use crate::{
    App, Failure, NoRunProgress, SyncRequest,
    sync::{Fetching, RunProgress},
    view::{CheckSection, CheckView, IntegrationView, RunReport},
};

/// The name under which a connection's token is sealed.
pub(crate) const TOKEN_FIELD: &str = "connection.token";
/// What `accept_missing` calls the lifecycle section.
const LIFECYCLE: &str = "lifecycle";

/// A connection to be made.
#[derive(Clone, Debug)]
pub struct ConnectRequest {
    /// Which HRIS.
    pub provider: Provider,
    /// Who we are to it.
    pub service_user_id: String,
    /// The token.
    pub token: SecretString,
    /// Sections whose absence the admin accepts: `lifecycle`.
    pub accept_missing: Vec<String>,
    /// Preview first: the connection is stored paused, and nothing is applied.
    pub preview: bool,
}

/// A connection that was made, and its first run.
#[derive(Clone, Debug)]
pub struct Connected {
    /// How the connection is doing.
    pub integration: IntegrationView,
    /// The first run.
    pub run: RunReport,
}

impl App {
    /// Tries the credentials, stores the connection and makes its first run.
    ///
    /// On a live connection to the same provider the credentials are replaced in place, and nobody
    /// loses their link.
    pub async fn connect(
        &self,
        org: &Organisation,
        request: ConnectRequest,
        progress: &dyn RunProgress,
    ) -> Result<Connected, Failure> {
        let first = self.store_tried(org, &request, progress).await?;
        let run = self.sync(org, first, progress).await?;
        Ok(Connected {
            integration: self.integration(org).await?,
            run,
        })
    }

    /// Tries the credentials and stores the connection; what its first run is to be.
    pub(crate) async fn store_tried(
        &self,
        org: &Organisation,
        request: &ConnectRequest,
        progress: &dyn RunProgress,
    ) -> Result<SyncRequest, Failure> {
        let accepted = accepted(&request.accept_missing)?;
        let connector = self.connectors.connector(
            request.provider,
            &request.service_user_id,
            request.token.clone(),
        )?;
        let preflight = connector.check(&Fetching(progress)).await?;
        let live = self.store.connection(org.id).await?;
        if let Some(problem) = refusal(&preflight, &accepted) {
            return Err(problem.into());
        }
        if live.is_some() {
            self.refuse_other_company(org, &preflight).await?;
        }
        let trial = preflight.roster.coverage.clone();
        // The first sync reads a roster of its own, and two of a large company are too many.
        drop(preflight);
        let id = self
            .store_connection(org, request, accepted, live.as_ref())
            .await?;
        self.store.keep_trial(org.id, id, &trial).await?;
        Ok(SyncRequest {
            kind: if request.preview {
                RunKind::Preview
            } else {
                RunKind::Sync
            },
            trigger: Trigger::Connect,
            as_of: None,
            expect: None,
        })
    }

    /// The trial: what the credentials may see. Nothing is stored.
    pub async fn check(
        &self,
        provider: Provider,
        service_user_id: &str,
        token: SecretString,
    ) -> Result<CheckView, Failure> {
        let checked = self
            .connectors
            .check(provider, service_user_id, token, &NoRunProgress);
        Ok(checked.await?.0)
    }

    async fn store_connection(
        &self,
        org: &Organisation,
        request: &ConnectRequest,
        accepted: Vec<String>,
        live: Option<&StoredConnection>,
    ) -> Result<ConnectionId, Failure> {
        let sealed = self
            .vault
            .seal(org.id, TOKEN_FIELD, &request.token, self.entropy.as_ref())?;
        let state = if request.preview {
            ConnectionState::Paused
        } else {
            ConnectionState::Connected
        };
        let connection = match live {
            // Credentials are replaced: a pause that an admin set stays.
            Some(live) => Connection {
                service_user_id: request.service_user_id.clone(),
                accepted_missing: accepted,
                ..live.connection.clone()
            },
            None => Connection {
                id: self.ids().next(),
                provider: request.provider,
                state,
                service_user_id: request.service_user_id.clone(),
                connected_at: self.clock.now(),
                schedule: Schedule::default(),
                accepted_missing: accepted,
            },
        };
        self.store
            .put_connection(org.id, &connection, &sealed)
            .await?;
        Ok(connection.id)
    }

    /// Whether the new credentials answer about the people who are linked.
    async fn refuse_other_company(
        &self,
        org: &Organisation,
        preflight: &Preflight,
    ) -> Result<(), Failure> {
        let now = self.clock.now();
        let loaded = self.store.load_directory(org.id, now).await?;
        let policy = self.store.policy(org.id).await?;
        let roster = &preflight.roster;
        let plan = reconcile(&loaded.directory, roster, &policy, org.today(now));
        match judge(&loaded.directory, roster, &plan, &policy) {
            Verdict::Fail(problem) if problem.code == ProblemCode::OtherCompany => {
                Err(problem.into())
            }
            _ => Ok(()),
        }
    }

    /// The connector of a live connection, its token opened.
    pub(crate) fn connector_of(
        &self,
        org: &Organisation,
        stored: &StoredConnection,
    ) -> Result<Box<dyn Connector>, Failure> {
        let sealed = stored.token_sealed.as_deref().unwrap_or_default();
        let token = self.vault.open(org.id, TOKEN_FIELD, sealed)?;
        self.connectors.connector(
            stored.connection.provider,
            &stored.connection.service_user_id,
            token,
        )
    }

    pub(crate) async fn live_connection(
        &self,
        org: &Organisation,
    ) -> Result<StoredConnection, Failure> {
        self.store.connection(org.id).await?.ok_or_else(|| {
            Failure::conflict(
                "not_connected",
                format!(
                    "{} is not connected to an HRIS; nothing was changed.",
                    org.name
                ),
            )
            .mend(format!(
                "Connect one: rollcall hris connect hibob --org {} --service-user ID --token-stdin",
                org.slug
            ))
        })
    }
}

fn accepted(words: &[String]) -> Result<Vec<String>, Failure> {
    match words.iter().find(|word| *word != LIFECYCLE) {
        None => Ok(words.to_vec()),
        Some(other) => Err(Failure::field(
            "accept_missing",
            "unknown_section",
            format!("{other:?} cannot be accepted as missing; accepted is {LIFECYCLE}."),
        )),
    }
}

/// Why a connection is refused, if it is.
pub(crate) fn refusal(preflight: &Preflight, accepted: &[String]) -> Option<Problem> {
    if preflight.employees_seen == 0 {
        return Some(Problem::new(
            ProblemCode::EmptyRoster,
            "The HRIS answered without a single employee, so nothing was connected.",
            "Give the service user's permission group an audience, without the condition \"Lifecycle status equals Employed\".",
        ));
    }
    let missing = |wanted| preflight.unseen(wanted).collect::<Vec<_>>();
    let required = missing(Wanted::Required);
    if let Some(first) = required.first() {
        return Some(missing_section(
            &required,
            &first.mend,
            "Without it nobody can be synced",
        ));
    }
    let confirmed = missing(Wanted::Confirmed);
    if let Some(first) = confirmed.first()
        && !accepted.iter().any(|word| word == LIFECYCLE)
    {
        let mend = format!("{} Or accept it: --accept-missing {LIFECYCLE}", first.mend);
        return Some(missing_section(
            &confirmed,
            &mend,
            "Without it nobody could ever be archived",
        ));
    }
    None
}

fn missing_section(rows: &[&hris::CheckRow], mend: &str, consequence: &str) -> Problem {
    let fields: Vec<String> = rows
        .iter()
        .map(|row| row.field.as_str().replace('_', " "))
        .collect();
    let mut sections: Vec<&str> = rows.iter().map(|row| row.section.as_str()).collect();
    sections.dedup();
    Problem::new(
        ProblemCode::MissingSection,
        format!(
            "The service user cannot see {} (section {}). {consequence}, so nothing was connected.",
            fields.join(", "),
            sections.join(", ")
        ),
        mend,
    )
}

pub(crate) fn check_view(preflight: &Preflight) -> CheckView {
    CheckView {
        sections: preflight
            .rows
            .iter()
            .map(|row| CheckSection {
                section: row.section.clone(),
                field: row.field.to_string(),
                seen: row.seen,
                needed: row.wanted == Wanted::Required,
                effect: row.effect.clone(),
                mend: row.mend.clone(),
            })
            .collect(),
        employees_seen: preflight.employees_seen,
        leavers_seen: preflight.leavers_seen,
        note: preflight.note,
    }
}
