//! A HiBob simulator for the demo, the tests and other people's clients.
//!
//! Under `/v1` it answers as HiBob's public API does where that is documented or was seen, including what hurts: fields
//! left out in silence, two spellings of every value, readable dates nobody should parse, limits, a firewall. Under
//! `/_sandbox` it has a control surface HiBob has not: the roster, permissions, faults, switches, a log, webhooks.
//! It shares nothing with any client of HiBob, so that a misunderstanding cannot be in both.
//!
//! ```no_run
//! # async fn example(clock: sandbox::Clock) -> Result<(), Box<dyn std::error::Error>> {
//! let sandbox = sandbox::Sandbox::start(sandbox::Config::new(clock)).await?;
//! println!("{} takes {} / {}", sandbox.base_url(), sandbox::SERVICE_USER, sandbox::TOKEN);
//! sandbox.set_faults(vec![sandbox::Fault::parse("status=503")?.times(2)]);
//! # Ok(())
//! # }
//! ```

mod acting;
mod answer;
mod bulk;
mod catalogue;
pub mod company;
mod control;
mod deliver;
mod disguise;
mod error;
mod events;
mod faults;
mod fields;
mod guard;
mod limits;
mod metadata;
mod permissions;
mod plan;
mod roster;
mod sandbox;
mod search;
mod server;
mod settings;
mod standing;
mod tables;
mod value;
mod webhooks;
mod world;
mod writes;

pub use crate::{
    answer::answer_file,
    faults::{Cut, Fault, FaultError, FaultKind},
    guard::{SERVICE_USER, TOKEN},
    permissions::{Group, Permissions},
    roster::{DEFAULT_COMPANY_ID, Department, Employee, Roster, RosterError},
    sandbox::{Clock, Config, ControlError, Sandbox, StartError},
    server::{Handle, serve},
    settings::{CountryValues, LifecycleCase, ReadableDates, Settings, WorkSlashKeys},
    webhooks::{WebhookError, WebhookRequest, WebhookState, sign},
    world::Call,
};
