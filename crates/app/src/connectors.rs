//! From credentials to a connector, and the trial that needs nothing else.

use std::sync::Arc;

use domain::{Clock, Entropy, Provider};
use hris::{
    Connector,
    hibob::{self, HiBob},
};
use secrecy::SecretString;

use crate::{
    Failure,
    connect::{check_view, refusal},
    sync::{Fetching, RunProgress},
    view::CheckView,
};

/// Makes connectors. It knows where each HRIS is, which is the operator's to say, never an admin's.
pub struct Connectors {
    hibob_url: String,
    environment: hibob::Environment,
}

impl Connectors {
    /// With HiBob at this address.
    pub fn new(hibob_url: String, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Self {
        let environment = hibob::Environment {
            clock,
            entropy,
            ..hibob::Environment::default()
        };
        Self::with_environment(hibob_url, environment)
    }

    /// The same in a world of its own, for tests that wait for nothing.
    pub fn with_environment(hibob_url: String, environment: hibob::Environment) -> Self {
        Self {
            hibob_url,
            environment,
        }
    }

    /// The trial: what the credentials may see. Nothing is stored.
    ///
    /// The second value says why a connection would be refused, if it would be.
    pub async fn check(
        &self,
        provider: Provider,
        service_user_id: &str,
        token: SecretString,
        progress: &dyn RunProgress,
    ) -> Result<(CheckView, Option<Failure>), Failure> {
        let connector = self.connector(provider, service_user_id, token)?;
        let preflight = connector.check(&Fetching(progress)).await?;
        let refusal = refusal(&preflight, &[]).map(Failure::from);
        Ok((check_view(&preflight), refusal))
    }

    pub(crate) fn connector(
        &self,
        provider: Provider,
        service_user_id: &str,
        token: SecretString,
    ) -> Result<Box<dyn Connector>, Failure> {
        match provider {
            Provider::HiBob => {
                let settings = hibob::Settings::new(&self.hibob_url, service_user_id, token);
                let connector = HiBob::with_environment(settings, self.environment.clone())
                    .map_err(|error| unfit(&error))?;
                Ok(Box::new(connector))
            }
        }
    }
}

fn unfit(error: &hibob::SettingsError) -> Failure {
    let detail = format!("{error}; nothing was done.");
    match error {
        hibob::SettingsError::ServiceUser => {
            Failure::field("credentials.service_user_id", "invalid_value", detail)
        }
        hibob::SettingsError::BaseUrl { .. } | hibob::SettingsError::Tls(_) => {
            Failure::usage("settings", detail)
        }
    }
}
