//! HiBob's webhooks, version 2: the handshake, the signature, the order and the retries.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use base64::{Engine, prelude::BASE64_STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use jiff::{Timestamp, tz::TimeZone};
use reqwest::{Client, Url, redirect::Policy};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::Sha512;
use tokio::sync::mpsc;

use crate::{events::KINDS, world::lock};

/// How often an event is tried: HiBob goes on for three days with growing pauses; the sandbox has the same number of
/// steps with pauses from [`FIRST_PAUSE`] doubling up to [`LONGEST_PAUSE`], some twenty seconds in all.
const TRIES: u32 = 12;
const FIRST_PAUSE: Duration = Duration::from_millis(20);
const LONGEST_PAUSE: Duration = Duration::from_secs(4);
/// How long one call may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// What `POST /_sandbox/webhooks` takes.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebhookRequest {
    /// Where to send: `http://` and a loopback address, nothing else.
    pub address: String,
    /// The key of the signature.
    pub secret: String,
    /// The event types to send; left out, null or empty: all.
    #[serde(default)]
    pub events: Option<Vec<String>>,
}

/// A webhook and how its deliveries went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WebhookState {
    /// Where it sends.
    pub address: String,
    /// The event types it sends; `None` is all.
    pub events: Option<Vec<String>>,
    /// Events handed to it.
    pub queued: u64,
    /// Events answered with 200.
    pub delivered: u64,
    /// Events given up after the last try.
    pub given_up: u64,
}

/// Why a webhook is not taken.
#[derive(Debug, thiserror::Error)]
pub enum WebhookError {
    /// The sandbox calls nobody but this machine.
    #[error(
        "`{0}` is not an http address on this machine; the sandbox sends webhooks to loopback addresses only"
    )]
    NotLoopback(String),
    /// An event type HiBob does not have, or the sandbox does not send.
    #[error("there is no event `{0}`; the events are {list}", list = KINDS.join(", "))]
    UnknownEvent(String),
    /// Neither form of the handshake was answered with 2xx.
    #[error("the ping was not answered with success: {0}")]
    Ping(String),
    /// No HTTP client could be made.
    #[error("no client: {0}")]
    Client(String),
}

/// Every webhook of a sandbox.
#[derive(Default)]
pub(crate) struct Hooks {
    hooks: Mutex<Vec<Hook>>,
}

/// One webhook, with a task that sends its events in order.
pub(crate) struct Hook {
    address: String,
    events: Option<Vec<String>>,
    queue: mpsc::UnboundedSender<Vec<u8>>,
    counts: Arc<Counts>,
}

#[derive(Default)]
struct Counts {
    queued: AtomicU64,
    delivered: AtomicU64,
    given_up: AtomicU64,
}

/// The sending half of a webhook.
struct Sender {
    client: Client,
    url: Url,
    secret: String,
}

impl Hooks {
    pub(crate) fn any(&self) -> bool {
        !lock(&self.hooks).is_empty()
    }

    pub(crate) fn add(&self, hook: Hook) {
        lock(&self.hooks).push(hook);
    }

    /// Forgets all webhooks; what they have queued is still sent.
    pub(crate) fn clear(&self) {
        lock(&self.hooks).clear();
    }

    pub(crate) fn states(&self) -> Vec<WebhookState> {
        lock(&self.hooks).iter().map(Hook::state).collect()
    }

    /// Puts an event in the envelope of version 2 and in every queue that wants it.
    pub(crate) fn send(&self, company_id: u64, kind: &str, at: Timestamp, data: &Value) {
        let body = envelope(company_id, kind, at, data);
        for hook in lock(&self.hooks).iter().filter(|hook| hook.wants(kind)) {
            hook.counts.queued.fetch_add(1, Ordering::Relaxed);
            // The task ends only with the hook.
            drop(hook.queue.send(body.clone()));
        }
    }
}

/// HiBob's instants have microseconds and no zone.
fn envelope(company_id: u64, kind: &str, at: Timestamp, data: &Value) -> Vec<u8> {
    let at = TimeZone::UTC.to_datetime(at);
    json!({
        "companyId": company_id,
        "type": kind,
        "triggeredBy": "system",
        "triggeredAt": format!("{at:.6}"),
        "version": "v2",
        "data": data,
    })
    .to_string()
    .into_bytes()
}

impl Hook {
    /// Checks the address and calls it with `Ping test`, first as plain text and then, if that fails, as JSON.
    pub(crate) async fn shake_hands(request: WebhookRequest) -> Result<Self, WebhookError> {
        let events = request.events.filter(|events| !events.is_empty());
        if let Some(unknown) = events
            .iter()
            .flatten()
            .find(|event| !KINDS.contains(&event.as_str()))
        {
            return Err(WebhookError::UnknownEvent(unknown.clone()));
        }
        let sender = Sender::new(&request.address, request.secret)?;
        if sender
            .post("text/plain", b"Ping test".to_vec())
            .await
            .is_err()
        {
            let json = br#"{"text":"Ping test"}"#.to_vec();
            sender
                .post("application/json", json)
                .await
                .map_err(WebhookError::Ping)?;
        }
        let counts = Arc::<Counts>::default();
        let (queue, waiting) = mpsc::unbounded_channel();
        tokio::spawn(sender.run(waiting, Arc::clone(&counts)));
        Ok(Self {
            address: request.address,
            events,
            queue,
            counts,
        })
    }

    fn wants(&self, kind: &str) -> bool {
        self.events
            .as_ref()
            .is_none_or(|events| events.iter().any(|event| event == kind))
    }

    fn state(&self) -> WebhookState {
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        WebhookState {
            address: self.address.clone(),
            events: self.events.clone(),
            queued: read(&self.counts.queued),
            delivered: read(&self.counts.delivered),
            given_up: read(&self.counts.given_up),
        }
    }
}

impl Sender {
    fn new(address: &str, secret: String) -> Result<Self, WebhookError> {
        let (url, socket) =
            loopback(address).ok_or_else(|| WebhookError::NotLoopback(address.to_owned()))?;
        // The client library wants a TLS provider even for plain http; one that is there already is as good.
        drop(rustls::crypto::ring::default_provider().install_default());
        let client = Client::builder()
            .no_proxy()
            .redirect(Policy::none())
            .resolve("localhost", socket)
            .timeout(PATIENCE)
            .build()
            .map_err(|error| WebhookError::Client(error.to_string()))?;
        Ok(Self {
            client,
            url,
            secret,
        })
    }

    /// Sends event after event; the next one only once the one before is delivered or given up.
    async fn run(self, mut waiting: mpsc::UnboundedReceiver<Vec<u8>>, counts: Arc<Counts>) {
        while let Some(body) = waiting.recv().await {
            let count = if self.deliver(body).await {
                &counts.delivered
            } else {
                &counts.given_up
            };
            count.fetch_add(1, Ordering::Relaxed);
        }
    }

    async fn deliver(&self, body: Vec<u8>) -> bool {
        let mut pause = FIRST_PAUSE;
        for attempt in 1..=TRIES {
            match self.post("application/json", body.clone()).await {
                Ok(200) => return true,
                outcome => {
                    tracing::debug!(attempt, ?outcome, "a webhook was not answered with 200");
                }
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
        false
    }

    /// Posts a signed body; an answer other than 2xx is an error too.
    async fn post(&self, content_type: &str, body: Vec<u8>) -> Result<u16, String> {
        let request = self
            .client
            .post(self.url.clone())
            .header("Content-Type", content_type)
            .header("Bob-Signature", sign(self.secret.as_bytes(), &body))
            .body(body);
        let status = request
            .send()
            .await
            .map_err(|error| error.to_string())?
            .status();
        if status.is_success() {
            Ok(status.as_u16())
        } else {
            Err(format!("status {status}"))
        }
    }
}

/// `Bob-Signature`: base64 of the HMAC-SHA512 of the raw body, as HiBob's documentation of its webhooks has it.
pub fn sign(secret: &[u8], body: &[u8]) -> String {
    // A key of any length is taken.
    let Ok(mut mac) = Hmac::<Sha512>::new_from_slice(secret) else {
        return String::new();
    };
    mac.update(body);
    BASE64_STANDARD.encode(mac.finalize().into_bytes())
}

/// The address, and where `localhost` in it has to lead: never to what a name server says.
fn loopback(address: &str) -> Option<(Url, SocketAddr)> {
    let url = Url::parse(address)
        .ok()
        .filter(|url| url.scheme() == "http")?;
    let host = url.host_str()?.trim_matches(['[', ']']).to_owned();
    let ip = if host == "localhost" {
        IpAddr::from(Ipv4Addr::LOCALHOST)
    } else {
        host.parse().ok()?
    };
    let port = url.port_or_known_default()?;
    ip.is_loopback().then_some((url, SocketAddr::new(ip, port)))
}
