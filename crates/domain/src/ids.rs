//! Typed identifiers: an id of one thing can never be handed in for another.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use uuid::Uuid;

macro_rules! typed_ids {
    ($($(#[$meta:meta])* $name:ident),* $(,)?) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self { Self(id) }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { self.0.fmt(f) }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> { Uuid::from_str(text).map(Self) }
        }
    )*};
}

typed_ids! {
    /// A tenant: its people, groups, regions, connection and runs.
    OrganisationId,
    /// A record of the directory.
    PersonId,
    /// A group of people, normally a department of the HRIS.
    GroupId,
    /// A named set of countries that decides which content a person can use.
    RegionId,
    /// One execution of a sync, or one preview.
    RunId,
    /// An organisation's link to one HRIS.
    ConnectionId,
    /// An API token.
    TokenId,
    /// Work that waits to be done.
    TaskId,
    /// A bulk action and whom it is about.
    JobId,
    /// Money of one person for one period.
    BudgetId,
    /// A message on its way.
    MailId,
    /// Something to learn from.
    ContentId,
    /// A list of people that somebody saved.
    ViewId,
}

/// An employee's id as the HRIS tells it.
///
/// HiBob's ids are strings of 19 digits, larger than 2^53: they are text from end to end and are
/// never read as numbers.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Debug)]
#[serde(transparent)]
pub struct HrisId(pub SmolStr);

impl HrisId {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl From<&str> for HrisId {
    fn from(id: &str) -> Self {
        Self(SmolStr::from(id))
    }
}

impl fmt::Display for HrisId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
