//! Values on their way into a statement.

use std::borrow::Cow;

use domain::{
    BudgetId, ConnectionId, ContentId, GroupId, HrisId, JobId, MailId, OrganisationId, PersonId,
    RegionId, RunId, TaskId, TokenId, ViewId,
};
use jiff::{Timestamp, civil::Date};
use smol_str::SmolStr;
use sqlx::{Arguments, Database, Encode, Type};
use uuid::Uuid;

use crate::{ActId, StoreError};

/// A parameter, in one of the two types that the schema knows: text and whole numbers.
#[derive(Clone, Debug)]
pub(crate) enum Value<'v> {
    /// Text of somebody else.
    Text(Option<&'v str>),
    /// Text of a record, of which a copy costs next to nothing.
    Short(Option<SmolStr>),
    /// Text made for the statement.
    Owned(String),
    /// An id as its 36 letters.
    Id(Option<Uuid>),
    /// A day as `YYYY-MM-DD`.
    Date(Option<Date>),
    /// A number, a flag or an instant in microseconds.
    Int(Option<i64>),
}

/// Makes the parameters of one statement.
pub(super) fn arguments<DB>(values: &[Value<'_>]) -> Result<DB::Arguments, StoreError>
where
    DB: Database,
    for<'a> Option<&'a str>: Encode<'a, DB> + Type<DB>,
    for<'a> Option<i64>: Encode<'a, DB> + Type<DB>,
{
    let mut arguments = DB::Arguments::default();
    arguments.reserve(values.len(), values.len() * 24);
    let mut letters = [0_u8; uuid::fmt::Hyphenated::LENGTH];
    for value in values {
        match value {
            Value::Text(text) => arguments.add(*text),
            Value::Short(text) => arguments.add(text.as_deref()),
            Value::Owned(text) => arguments.add(Some(text.as_str())),
            Value::Id(id) => {
                arguments.add(id.map(|id| &*id.hyphenated().encode_lower(&mut letters)))
            }
            Value::Date(date) => arguments.add(date.map(|date| date.to_string()).as_deref()),
            Value::Int(number) => arguments.add(*number),
        }
        .map_err(|error| StoreError::Database(sqlx::Error::Encode(error)))?;
    }
    Ok(arguments)
}

impl<'v> From<&'v str> for Value<'v> {
    fn from(text: &'v str) -> Self {
        Self::Text(Some(text))
    }
}

impl<'v> From<Option<&'v str>> for Value<'v> {
    fn from(text: Option<&'v str>) -> Self {
        Self::Text(text)
    }
}

impl<'v> From<&'v HrisId> for Value<'v> {
    fn from(id: &'v HrisId) -> Self {
        Self::Text(Some(id.as_str()))
    }
}

impl From<Uuid> for Value<'_> {
    fn from(id: Uuid) -> Self {
        Self::Id(Some(id))
    }
}

impl<'v> From<Option<&'v HrisId>> for Value<'v> {
    fn from(id: Option<&'v HrisId>) -> Self {
        Self::Text(id.map(HrisId::as_str))
    }
}

impl From<SmolStr> for Value<'_> {
    fn from(text: SmolStr) -> Self {
        Self::Short(Some(text))
    }
}

impl From<Option<SmolStr>> for Value<'_> {
    fn from(text: Option<SmolStr>) -> Self {
        Self::Short(text)
    }
}

impl<'v> From<Cow<'v, str>> for Value<'v> {
    fn from(text: Cow<'v, str>) -> Self {
        match text {
            Cow::Borrowed(text) => Self::Text(Some(text)),
            Cow::Owned(text) => Self::Owned(text),
        }
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Self::Owned(text)
    }
}

impl From<Option<String>> for Value<'_> {
    fn from(text: Option<String>) -> Self {
        text.map_or(Self::Text(None), Self::Owned)
    }
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Self::Int(Some(number))
    }
}

impl From<Option<i64>> for Value<'_> {
    fn from(number: Option<i64>) -> Self {
        Self::Int(number)
    }
}

impl From<bool> for Value<'_> {
    fn from(flag: bool) -> Self {
        Self::Int(Some(i64::from(flag)))
    }
}

impl From<Timestamp> for Value<'_> {
    fn from(instant: Timestamp) -> Self {
        Self::Int(Some(instant.as_microsecond()))
    }
}

impl From<Option<Timestamp>> for Value<'_> {
    fn from(instant: Option<Timestamp>) -> Self {
        Self::Int(instant.map(Timestamp::as_microsecond))
    }
}

impl From<Option<Date>> for Value<'_> {
    fn from(date: Option<Date>) -> Self {
        Self::Date(date)
    }
}

macro_rules! id_values {
    ($($id:ident),*) => {$(
        impl From<$id> for Value<'_> {
            fn from(id: $id) -> Self {
                Self::Id(Some(id.0))
            }
        }

        impl From<Option<$id>> for Value<'_> {
            fn from(id: Option<$id>) -> Self {
                Self::Id(id.map(|id| id.0))
            }
        }
    )*};
}

id_values!(
    OrganisationId,
    PersonId,
    GroupId,
    RegionId,
    RunId,
    ConnectionId,
    TokenId,
    TaskId,
    JobId,
    BudgetId,
    ContentId,
    ViewId,
    MailId,
    ActId
);

/// The parameters of a statement, each turned into a [`Value`].
macro_rules! values {
    ($($value:expr),* $(,)?) => { [$($crate::engine::Value::from($value)),*] };
}
pub(crate) use values;
