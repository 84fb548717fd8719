//! The process that an operator starts once and forgets.
//!
//! [`Bound::open`] opens the listeners, [`Bound::start`] begins to answer and to work, [`Service::stop`]
//! ends everything in order within [`PATIENCE`]. What is answered and what is worked on is decided elsewhere: the routes
//! of programs in `api`, the pages in `hub`, the work in `app`.

mod door;
mod health;
mod measure;
mod routes;

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

pub use api::Settings as ApiSettings;
use app::{App, Workers};
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

/// How long what is under way may take once the end is asked for.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// What a process does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Role {
    /// Answers and works.
    #[default]
    All,
    /// Answers only.
    Web,
    /// Works only; has no public listener.
    Worker,
}

impl Role {
    /// Whether it answers people and programs.
    pub const fn answers(self) -> bool {
        matches!(self, Self::All | Self::Web)
    }

    /// Whether it syncs, sends mails and keeps the schedule.
    pub const fn works(self) -> bool {
        matches!(self, Self::All | Self::Worker)
    }
}

/// How a process is set up.
#[derive(Clone, Debug)]
pub struct Config {
    /// What it does.
    pub role: Role,
    /// Where people and programs reach it; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Where the operator's tools read `/metrics`, `/healthz` and `/readyz`.
    pub metrics_listen: Option<SocketAddr>,
    /// How the API is set up.
    pub api: ApiSettings,
}

/// Why a process did not start. Nothing was changed.
#[derive(Debug, thiserror::Error)]
#[error(
    "{name} is {address}, where nothing can listen ({source}); another program may have that port, so stop it or set {name} to another address"
)]
pub struct StartError {
    /// The setting.
    pub name: &'static str,
    /// Its value.
    pub address: SocketAddr,
    /// What the system said.
    pub source: io::Error,
}

/// Listeners that are open and answer nobody yet: whoever connects waits.
#[derive(Debug)]
pub struct Bound {
    role: Role,
    api: ApiSettings,
    public: Option<(TcpListener, SocketAddr)>,
    private: Option<(TcpListener, SocketAddr)>,
}

impl Bound {
    /// Opens the listeners, before anything else is touched.
    pub async fn open(config: &Config) -> Result<Self, StartError> {
        let public = if config.role.answers() {
            Some(listen("ROLLCALL_LISTEN", config.listen).await?)
        } else {
            None
        };
        let private = match config.metrics_listen {
            Some(address) => Some(listen("ROLLCALL_METRICS_LISTEN", address).await?),
            None => None,
        };
        Ok(Self {
            role: config.role,
            api: config.api,
            public,
            private,
        })
    }

    /// Where people and programs reach it.
    pub fn address(&self) -> Option<SocketAddr> {
        self.public.as_ref().map(|(_, address)| *address)
    }

    /// Begins to answer and to work.
    pub fn start(self, app: &Arc<App>) -> Service {
        let (ending, ended) = watch::channel(false);
        let mut service = Service {
            address: self.address(),
            metrics_address: self.private.as_ref().map(|(_, address)| *address),
            ending,
            parts: Vec::new(),
        };
        let meter = measure::Meter::start();
        if let Some((listener, _)) = self.public {
            let routes = routes::public(app, self.api);
            let open = door::open(listener, routes, ended.clone());
            service.parts.push(tokio::spawn(open));
        }
        if let Some((listener, _)) = self.private {
            let routes = routes::private(app.clone(), meter);
            let open = door::open(listener, routes, ended.clone());
            service.parts.push(tokio::spawn(open));
        }
        if self.role.works() {
            let app = App::clone(app);
            let ended = ended.clone();
            let working = async move { app.work(Workers::default(), ended).await };
            service.parts.push(tokio::spawn(working));
        }
        service
    }
}

/// A process that is under way. Dropping it ends it at once, as a crash would.
#[derive(Debug)]
pub struct Service {
    address: Option<SocketAddr>,
    metrics_address: Option<SocketAddr>,
    ending: watch::Sender<bool>,
    parts: Vec<JoinHandle<()>>,
}

impl Service {
    /// Where people and programs reach it.
    pub fn address(&self) -> Option<SocketAddr> {
        self.address
    }

    /// Where the operator's tools reach it.
    pub fn metrics_address(&self) -> Option<SocketAddr> {
        self.metrics_address
    }

    /// Ends in order: nothing new is taken, what is under way is finished or handed back. Whatever is
    /// still going after [`PATIENCE`] is broken off, as a crash would; then it says so.
    pub async fn stop(mut self) -> bool {
        // Nobody listens when every part has ended by itself.
        let _ = self.ending.send(true);
        let parts = std::mem::take(&mut self.parts);
        let breaks: Vec<_> = parts.iter().map(JoinHandle::abort_handle).collect();
        let all = async {
            for part in parts {
                // A part that panicked has said so.
                let _ = part.await;
            }
        };
        let in_time = tokio::time::timeout(PATIENCE, all).await.is_ok();
        for broken_off in breaks {
            broken_off.abort();
        }
        in_time
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        for part in &self.parts {
            part.abort();
        }
    }
}

async fn listen(
    name: &'static str,
    address: SocketAddr,
) -> Result<(TcpListener, SocketAddr), StartError> {
    let unfit = |source| StartError {
        name,
        address,
        source,
    };
    let listener = TcpListener::bind(address).await.map_err(unfit)?;
    let address = listener.local_addr().map_err(unfit)?;
    Ok((listener, address))
}
