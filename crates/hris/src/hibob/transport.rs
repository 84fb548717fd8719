//! One request to HiBob and what its answer's head says.

use std::{sync::Arc, time::Duration};

use domain::Clock;
use reqwest::{
    Client, Method, RequestBuilder, Response, StatusCode, Url,
    header::{ACCEPT, CONTENT_TYPE},
    redirect,
};
use rustls::{ClientConfig, RootCertStore, crypto::CryptoProvider};
use rustls_platform_verifier::Verifier;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;

use super::{
    Limits, Settings, problem,
    retry::{Failure, asked_wait},
    settings::{self, SettingsError},
};

/// The most that is read of an answer that is no people search.
const SMALL_BODY: usize = 16 * 1024 * 1024;
/// The most that is read of an error.
const ERROR_BODY: usize = 8 * 1024;

/// Talks HTTP to HiBob.
pub(super) struct Transport {
    client: Client,
    base: Url,
    service_user_id: String,
    token: SecretString,
}

impl Transport {
    pub(super) fn new(given: Settings) -> Result<Self, SettingsError> {
        let base = settings::base_url(&given.base_url)?;
        let service_user_id = given.service_user_id.trim().to_owned();
        // Basic authentication ends the user at the first colon.
        if service_user_id.contains(|letter: char| letter == ':' || letter.is_control()) {
            return Err(SettingsError::ServiceUser);
        }
        let client = client(&base, &given.limits)?;
        Ok(Self {
            client,
            base,
            service_user_id,
            token: given.token,
        })
    }

    pub(super) fn get(&self, path: &str) -> RequestBuilder {
        self.request(Method::GET, path)
    }

    pub(super) fn post(&self, path: &str, body: &Value) -> RequestBuilder {
        self.request(Method::POST, path).json(body)
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        // The base ends with a slash and a path has no dots, so it stays below the base.
        let mut url = self.base.clone();
        let (path, query) = path
            .split_once('?')
            .map_or((path, None), |(p, q)| (p, Some(q)));
        url.set_path(&format!("{}{path}", self.base.path()));
        url.set_query(query);
        self.client
            .request(method, url)
            .basic_auth(
                &self.service_user_id,
                Some(self.token.expose_secret().trim()),
            )
            .header(ACCEPT, "application/json")
    }
}

fn client(base: &Url, limits: &Limits) -> Result<Client, SettingsError> {
    let broken = |error: &dyn std::error::Error| SettingsError::Tls(error.to_string());
    Client::builder()
        .tls_backend_preconfigured(tls(base).map_err(|error| broken(&error))?)
        .https_only(base.scheme() == "https")
        .user_agent(concat!("rollcall/", env!("CARGO_PKG_VERSION")))
        .redirect(redirect::Policy::none())
        .referer(false)
        // An operator who wants a proxy says so in ROLLCALL_HIBOB_URL; the token goes nowhere by
        // way of some variable that was set for other programs.
        .no_proxy()
        // Every request that is made is counted here, so nothing below may make one of its own.
        .retry(reqwest::retry::never())
        .connect_timeout(limits.connect)
        .read_timeout(limits.idle)
        .build()
        .map_err(|error| broken(&error))
}

fn tls(base: &Url) -> Result<ClientConfig, rustls::Error> {
    let provider: Arc<CryptoProvider> = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()?;
    let mut config = if base.scheme() == "https" {
        builder
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(Verifier::new(provider)?))
            .with_no_client_auth()
    } else {
        // Plain http to this machine must work without any certificates installed.
        builder
            .with_root_certificates(RootCertStore::empty())
            .with_no_client_auth()
    };
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

/// Sends a request and judges the head of its answer; a good one's body is still to be read.
pub(super) async fn send(
    request: RequestBuilder,
    time: Duration,
    clock: &dyn Clock,
) -> Result<Response, Failure> {
    let response = request
        .timeout(time)
        .send()
        .await
        .map_err(|error| Failure::Passing(problem::unreachable(&error)))?;
    match response.status() {
        StatusCode::UNAUTHORIZED => Err(Failure::Final(problem::credentials_refused())),
        StatusCode::FORBIDDEN => Err(Failure::Final(problem::no_permission())),
        StatusCode::TOO_MANY_REQUESTS => {
            Err(Failure::Limited(asked_wait(response.headers(), clock)))
        }
        status if status.is_server_error() || status == StatusCode::REQUEST_TIMEOUT => {
            Err(Failure::Passing(problem::failing(status)))
        }
        status if status.is_success() => {
            if is_web_page(&response) {
                return Err(Failure::Final(problem::web_page()));
            }
            Ok(response)
        }
        status => {
            let said = said(response).await;
            let problem = problem::unexpected(status, said.as_deref());
            Err(match status {
                StatusCode::NOT_FOUND => Failure::NotThere(problem),
                _ => Failure::Final(problem),
            })
        }
    }
}

fn is_web_page(response: &Response) -> bool {
    let content_type = response.headers().get(CONTENT_TYPE);
    content_type
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| {
            value
                .trim_start()
                .to_ascii_lowercase()
                .starts_with("text/html")
        })
}

/// HiBob's own word for an error, from `{"key", "error"}`. The text beside it may name people, so it
/// stays where it is.
async fn said(response: Response) -> Option<String> {
    let body: Value = serde_json::from_slice(&body(response, ERROR_BODY).await.ok()?).ok()?;
    problem::error_key(body.get("key")?.as_str()?)
}

/// Reads a small JSON document.
pub(super) async fn json(response: Response) -> Result<Value, Failure> {
    let body = body(response, SMALL_BODY).await?;
    serde_json::from_slice(&body).map_err(|error| {
        Failure::of(problem::fault(if error.is_eof() {
            super::split::Fault::Incomplete
        } else {
            super::split::Fault::NotJson
        }))
    })
}

async fn body(mut response: Response, most: usize) -> Result<Vec<u8>, Failure> {
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(None) => return Ok(body),
            Ok(Some(chunk)) if body.len() + chunk.len() <= most => body.extend_from_slice(&chunk),
            Ok(Some(_)) => return Err(Failure::Final(problem::too_long())),
            Err(error) => return Err(Failure::of(problem::broken_off(&error))),
        }
    }
}
