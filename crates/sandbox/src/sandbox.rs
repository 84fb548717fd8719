//! The sandbox itself: its start, and everything the control surface can do, as functions.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard},
};

use jiff::{Timestamp, civil::Date};
use serde_json::{Map, Value};

use crate::{
    acting::DataFaults,
    answer::{Answer, Who},
    catalogue::Field,
    company,
    deliver::Kept,
    error::Refusal,
    events::{self, Event},
    faults::Fault,
    permissions::Permissions,
    plan::Mode,
    roster::{Company, Employee, Roster, RosterError},
    server::Handle,
    settings::Settings,
    webhooks::{Hook, Hooks, WebhookError, WebhookRequest, WebhookState},
    world::{Call, World, differences, lock},
};

/// Where the sandbox reads the time.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// How a sandbox starts.
#[derive(Clone)]
pub struct Config {
    /// Where [`Sandbox::start`] listens; port 0 takes a free one.
    pub listen: SocketAddr,
    /// How many employees the generated company has.
    pub employees: usize,
    /// What the generated company is drawn from: the same seed, the same company.
    pub seed: u64,
    /// The day the generated company is built around.
    pub today: Date,
    /// The time, for the Hired-to-Employed turn, the limits and the log.
    pub clock: Clock,
    /// A company to use and not generate one.
    pub roster: Option<Roster>,
    /// What the service user may see at the start.
    pub permissions: Permissions,
    /// The switches at the start.
    pub settings: Settings,
    /// What goes wrong from the start.
    pub faults: Vec<Fault>,
    /// How many bytes of large answers are kept for the next call that asks the same; 0 keeps none.
    pub keep_bytes: usize,
}

impl Config {
    /// 500 employees of seed 1 built around the clock's day in UTC, on a free loopback port, with nothing wrong.
    pub fn new(clock: Clock) -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            employees: 500,
            seed: 1,
            today: jiff::tz::TimeZone::UTC.to_datetime(clock()).date(),
            clock,
            roster: None,
            permissions: Permissions::default(),
            settings: Settings::default(),
            faults: Vec::new(),
            keep_bytes: 256 * 1024 * 1024,
        }
    }
}

/// Why the control surface refuses something, as a sentence.
#[derive(Debug, thiserror::Error)]
pub enum ControlError {
    /// The roster or an employee of it.
    #[error(transparent)]
    Roster(#[from] RosterError),
    /// An employee with that id is there already.
    #[error("an employee with id {0} is there already")]
    Exists(String),
    /// Settings or permissions.
    #[error("{0}")]
    Invalid(String),
    /// A webhook.
    #[error(transparent)]
    Webhook(#[from] WebhookError),
}

/// A running company with HiBob's API in front of it. Clones are the same sandbox.
#[derive(Clone)]
pub struct Sandbox {
    inner: Arc<Inner>,
}

struct Inner {
    start: Start,
    clock: Clock,
    world: Mutex<World>,
    kept: Mutex<Kept>,
    hooks: Hooks,
}

/// What `reset` goes back to.
struct Start {
    company: Arc<Company>,
    permissions: Permissions,
    settings: Settings,
    faults: Vec<Fault>,
}

impl Start {
    fn world(&self) -> World {
        let faults = self.faults.clone();
        World::new(
            Arc::clone(&self.company),
            self.permissions.clone(),
            self.settings.clone(),
            faults,
        )
    }
}

impl Sandbox {
    /// A sandbox that nobody serves yet. Fails when the roster, the permissions or the settings of the
    /// configuration make no sense.
    pub fn new(config: Config) -> Result<Self, ControlError> {
        config.settings.check().map_err(ControlError::Invalid)?;
        config.permissions.check().map_err(ControlError::Invalid)?;
        let roster = match config.roster {
            Some(roster) => roster,
            None => company::generate(config.employees, config.seed, config.today),
        };
        roster.check()?;
        let start = Start {
            company: Arc::new(Company::new(roster)),
            permissions: config.permissions,
            settings: config.settings,
            faults: config.faults,
        };
        let world = Mutex::new(start.world());
        let kept = Mutex::new(Kept::new(config.keep_bytes));
        let inner = Inner {
            start,
            clock: config.clock,
            world,
            kept,
            hooks: Hooks::default(),
        };
        Ok(Self {
            inner: Arc::new(inner),
        })
    }

    /// Makes a sandbox and serves it on `config.listen` until the handle is stopped or dropped.
    pub async fn start(config: Config) -> Result<Handle, StartError> {
        let listen = config.listen;
        let sandbox = Self::new(config)?;
        let listener = tokio::net::TcpListener::bind(listen)
            .await
            .map_err(|source| StartError::Listen { listen, source })?;
        Ok(Handle::spawn(listener, sandbox)?)
    }

    /// The whole company as it is now.
    pub fn roster(&self) -> Roster {
        self.world().current.roster.clone()
    }

    /// One employee as they are now.
    pub fn employee(&self, id: &str) -> Option<Employee> {
        self.world().current.employee(id).cloned()
    }

    /// Puts another company in place of this one; webhooks hear of everybody who differs.
    pub fn put_roster(&self, roster: Roster) -> Result<(), ControlError> {
        roster.check()?;
        let now = self.now();
        let mut world = self.world();
        if self.inner.hooks.any() {
            let before = Arc::clone(&world.current);
            for (before, after) in differences(&before, &roster) {
                self.announce(&mut world, before, after, now);
            }
        }
        world.put(now, Company::new(roster));
        Ok(())
    }

    /// Changes the company as a whole, in place: for [`company::evolve`] and the like.
    pub fn change<T>(&self, change: impl FnOnce(&mut Roster) -> T) -> Result<T, ControlError> {
        let mut roster = self.roster();
        let result = change(&mut roster);
        self.put_roster(roster)?;
        Ok(result)
    }

    /// Hires somebody. Fails when the id is taken.
    pub fn create_employee(&self, employee: Employee) -> Result<(), ControlError> {
        let now = self.now();
        let mut world = self.world();
        if world.current.position(&employee.id).is_some() {
            return Err(ControlError::Exists(employee.id.into()));
        }
        self.announce(&mut world, None, Some(&employee), now);
        world.edit(now, |company| company.push(employee));
        Ok(())
    }

    /// Changes some keys of an employee; `null` clears one. The keys are those of the roster.
    pub fn patch_employee(
        &self,
        id: &str,
        patch: &Map<String, Value>,
    ) -> Result<Employee, ControlError> {
        let now = self.now();
        let mut world = self.world();
        let (at, before) = found(&world.current, id)?;
        let after = before.patched(patch)?;
        self.announce(&mut world, Some(&before), Some(&after), now);
        world.edit(now, |company| company.replace(at, after.clone()));
        Ok(after)
    }

    /// Erases an employee's record.
    pub fn delete_employee(&self, id: &str) -> Result<Employee, ControlError> {
        let now = self.now();
        let mut world = self.world();
        let (at, before) = found(&world.current, id)?;
        self.announce(&mut world, Some(&before), None, now);
        world.edit(now, |company| drop(company.remove(at)));
        Ok(before)
    }

    /// What the service user may see.
    pub fn permissions(&self) -> Permissions {
        Permissions::clone(&self.world().permissions)
    }

    /// Sets what the service user may see.
    pub fn set_permissions(&self, permissions: Permissions) -> Result<(), ControlError> {
        permissions.check().map_err(ControlError::Invalid)?;
        let mut world = self.world();
        world.permissions = Arc::new(permissions);
        world.generation += 1;
        Ok(())
    }

    /// The faults, with how often each still acts.
    pub fn faults(&self) -> Vec<Fault> {
        self.world().faults.clone()
    }

    /// Sets what goes wrong from now on; an empty list ends all faults.
    pub fn set_faults(&self, faults: Vec<Fault>) {
        self.world().faults = faults;
    }

    /// The switches.
    pub fn settings(&self) -> Arc<Settings> {
        Arc::clone(&self.world().settings)
    }

    /// Sets the switches.
    pub fn set_settings(&self, settings: Settings) -> Result<(), ControlError> {
        settings.check().map_err(ControlError::Invalid)?;
        self.world().put_settings(settings);
        Ok(())
    }

    /// The calls to `/v1` since the start or the last reset, the oldest first; the last 10 000 of them.
    pub fn log(&self) -> Vec<Call> {
        self.world().log.iter().cloned().collect()
    }

    /// Tries a webhook's address with HiBob's handshake and keeps it when it answers.
    pub async fn add_webhook(&self, request: WebhookRequest) -> Result<(), ControlError> {
        let hook = Hook::shake_hands(request).await?;
        self.inner.hooks.add(hook);
        Ok(())
    }

    /// The webhooks and how their deliveries went.
    pub fn webhooks(&self) -> Vec<WebhookState> {
        self.inner.hooks.states()
    }

    /// Everything as it was at the start: company, permissions, settings, faults; no log, no webhooks, no limits used.
    pub fn reset(&self) {
        self.inner.hooks.clear();
        let generation = self.world().generation + 1;
        let mut fresh = self.inner.start.world();
        fresh.generation = generation;
        *self.world() = fresh;
        self.kept().clear();
    }

    pub(crate) fn now(&self) -> Timestamp {
        (self.inner.clock)()
    }

    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        lock(&self.inner.world)
    }

    pub(crate) fn kept(&self) -> MutexGuard<'_, Kept> {
        lock(&self.inner.kept)
    }

    /// An answer about everybody, and the generation of the state it is made from. No group at all is 403.
    pub(crate) fn answer(
        &self,
        fields: Vec<&'static Field>,
        mode: Mode,
        faults: &DataFaults,
    ) -> Result<(Answer, u64), Refusal> {
        let now = self.now();
        let mut world = self.world();
        if world.permissions.groups.is_empty() {
            return Err(Refusal::forbidden(
                "the service user is in no permission group",
            ));
        }
        let answer = Answer {
            company: world.company(faults, now),
            settings: Arc::clone(&world.settings),
            permissions: world.permissions(faults),
            today: world.today(now),
            fields,
            mode,
            who: Who::Everybody,
            show_inactive: false,
            wrong_types: faults.wrong_types,
            duplicate: faults.duplicate,
        };
        Ok((answer, world.generation))
    }

    /// Tells the webhooks of one employee's change.
    fn announce(
        &self,
        world: &mut World,
        before: Option<&Employee>,
        after: Option<&Employee>,
        now: Timestamp,
    ) {
        if !self.inner.hooks.any() {
            return;
        }
        let today = world.today(now).to_string();
        let objects = world.settings.field_updates_as_objects;
        for Event { kind, data } in events::events(before, after, &today, objects) {
            let at = world.event_time(now);
            self.inner
                .hooks
                .send(world.current.roster.company_id, kind, at, &data);
        }
    }
}

/// Why a sandbox could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The configuration makes no sense.
    #[error(transparent)]
    Config(#[from] ControlError),
    /// The address cannot be listened on.
    #[error("cannot listen on {listen}: {source}")]
    Listen {
        /// The address.
        listen: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// The listener is broken.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

fn found(company: &Company, id: &str) -> Result<(u32, Employee), RosterError> {
    let at = company
        .position(id)
        .ok_or_else(|| RosterError::Unknown(id.into()))?;
    Ok((at, company.roster.employees[at as usize].clone()))
}
