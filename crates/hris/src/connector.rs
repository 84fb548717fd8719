//! What every provider's connector does.

use std::{future::Future, pin::Pin};

use domain::{Field, HrisId, Problem, Provider, text::Email};
use serde::Serialize;

use crate::Roster;

/// Why a pull gave no roster: a stable code, what happened, what to do.
pub type PullError = Problem;

/// A future that a connector returns; boxed, so that a connector can be chosen at run time.
pub type Pull<'a, T> = Pin<Box<dyn Future<Output = Result<T, PullError>> + Send + 'a>>;

/// Hears how a pull goes on. Called often: it must be cheap.
pub trait Progress: Send + Sync {
    /// So many employees have been read.
    fn fetched(&self, employees: u64);
    /// The pull waits, for this many seconds and this reason.
    fn waiting(&self, _seconds: u64, _reason: &str) {}
}

/// Nobody listens.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoProgress;

impl Progress for NoProgress {
    fn fetched(&self, _: u64) {}
}

/// Reads one HRIS. BambooHR, Personio and Workday fit behind this: nothing past it knows the
/// provider.
pub trait Connector: Send + Sync {
    /// Which HRIS this is.
    fn provider(&self) -> Provider;

    /// The trial before connecting: what the credentials may see. Never waits long.
    fn check<'a>(&'a self, progress: &'a dyn Progress) -> Pull<'a, Preflight>;

    /// Everybody.
    fn pull<'a>(&'a self, progress: &'a dyn Progress) -> Pull<'a, Roster>;

    /// Some employees by id: absence from the answer says nothing.
    fn pull_named<'a>(&'a self, ids: &'a [HrisId], progress: &'a dyn Progress) -> Pull<'a, Roster>;

    /// Whoever has this email by now, read at once; nobody is an answer too.
    fn find<'a>(&'a self, email: &'a Email, progress: &'a dyn Progress) -> Pull<'a, Roster>;

    /// Where in the HRIS a field's permission is given, in words ("section Address").
    fn section_of(&self, field: Field) -> String;
}

/// How much a field matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Wanted {
    /// Without it there is no connection.
    Required,
    /// Only with an explicit confirmation: nobody could ever be archived.
    Confirmed,
    /// Connected without it; the field is not synced.
    Optional,
}

/// One row of the trial: a wanted field, whether it is seen, what stops without it, the mend.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CheckRow {
    /// Which field.
    pub field: Field,
    /// The section of the HRIS it belongs to, by the HRIS's own metadata where that is known.
    pub section: String,
    /// Whether its key was there on anybody.
    pub seen: bool,
    /// How much it matters.
    pub wanted: Wanted,
    /// What stops working without it.
    pub effect: String,
    /// Where to click.
    pub mend: String,
}

/// What the trial found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Preflight {
    /// A row per wanted field.
    pub rows: Vec<CheckRow>,
    /// How many employees the answer had.
    pub employees_seen: u64,
    /// How many of them have left.
    pub leavers_seen: u64,
    /// How many of them start later.
    pub starters_seen: u64,
    /// What an admin may wonder about: sections that guides name and that nothing here reads.
    pub note: Option<&'static str>,
    /// The whole answer, so that the first sync need not ask again.
    #[serde(skip)]
    pub roster: Roster,
}

impl Preflight {
    /// Rows that are not seen and matter this much.
    pub fn unseen(&self, wanted: Wanted) -> impl Iterator<Item = &CheckRow> {
        self.rows
            .iter()
            .filter(move |row| !row.seen && row.wanted == wanted)
    }
}
