//! The simulator and a connector, with one clock for both.

use std::{
    future::Future,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::Duration,
};

use domain::{Clock, OsEntropy, ProblemCode};
use hris::{
    Connector as _, NoProgress, Preflight, Roster,
    hibob::{Environment, HiBob, Settings, Sleeper},
};
use jiff::Timestamp;
use sandbox::{Config, Fault, Handle, Sandbox};
use secrecy::SecretString;

use super::server::NOW;

/// One clock for both sides; sleeping turns it on.
#[derive(Default)]
pub(crate) struct SharedTime {
    passed_ms: AtomicI64,
    pub(crate) sleeps: AtomicU64,
}

impl Clock for SharedTime {
    fn now(&self) -> Timestamp {
        let passed = self.passed_ms.load(Ordering::SeqCst);
        Timestamp::from_millisecond(NOW * 1000 + passed).unwrap()
    }
}

impl Sleeper for SharedTime {
    fn sleep(&self, time: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        self.passed_ms
            .fetch_add(time.as_millis() as i64, Ordering::SeqCst);
        self.sleeps.fetch_add(1, Ordering::SeqCst);
        Box::pin(std::future::ready(()))
    }
}

pub(crate) struct Bench {
    pub(crate) handle: Handle,
    pub(crate) time: Arc<SharedTime>,
    pub(crate) hibob: HiBob,
}

impl Bench {
    pub(crate) async fn start(employees: usize) -> Self {
        let time = Arc::new(SharedTime::default());
        let clock = Arc::clone(&time);
        let mut config = Config::new(Arc::new(move || clock.now()));
        config.employees = employees;
        let handle = Sandbox::start(config).await.unwrap();
        let hibob = client(&handle, &time, sandbox::TOKEN);
        Self {
            handle,
            time,
            hibob,
        }
    }

    pub(crate) fn sandbox(&self) -> &Sandbox {
        self.handle.sandbox()
    }

    pub(crate) fn fault(&self, fault: &str) {
        self.sandbox()
            .set_faults(vec![Fault::parse(fault).unwrap()]);
    }

    pub(crate) fn set(&self, change: impl FnOnce(&mut sandbox::Settings)) {
        let mut settings = sandbox::Settings::default();
        change(&mut settings);
        self.sandbox().set_settings(settings).unwrap();
    }

    pub(crate) async fn pull(&self) -> Result<Roster, ProblemCode> {
        self.hibob
            .pull(&NoProgress)
            .await
            .map_err(|problem| problem.code)
    }

    pub(crate) async fn check(&self) -> Result<Preflight, ProblemCode> {
        self.hibob
            .check(&NoProgress)
            .await
            .map_err(|problem| problem.code)
    }

    pub(crate) fn searches(&self) -> usize {
        self.sandbox()
            .log()
            .iter()
            .filter(|call| call.path.ends_with("/people/search"))
            .count()
    }
}

pub(crate) fn client(handle: &Handle, time: &Arc<SharedTime>, token: &str) -> HiBob {
    let settings = Settings::new(
        handle.base_url(),
        sandbox::SERVICE_USER,
        SecretString::from(token),
    );
    let environment = Environment {
        clock: time.clone(),
        entropy: Arc::new(OsEntropy),
        sleeper: time.clone(),
    };
    HiBob::with_environment(settings, environment).unwrap()
}
