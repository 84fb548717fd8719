//! Rows on their way out of a statement.

use std::{error::Error, num::ParseIntError, str::FromStr};

use jiff::{Timestamp, civil::Date};
use serde::de::DeserializeOwned;
use smol_str::SmolStr;
use sqlx::{Row as _, postgres::PgRow, sqlite::SqliteRow};
use uuid::Uuid;

use crate::StoreError;

/// A row of either engine, or one that was handed over as text.
#[derive(Clone, Copy)]
enum Row<'r> {
    Sqlite(&'r SqliteRow),
    Postgres(&'r PgRow),
    /// An empty column is null, where null is possible.
    Texts(&'r [&'r str]),
}

/// Reads a row of one number.
pub(crate) fn read_int(row: &mut Reader<'_>) -> Result<i64, StoreError> {
    row.int()
}

/// Reads a row of one count.
pub(crate) fn read_count(row: &mut Reader<'_>) -> Result<u64, StoreError> {
    row.count()
}

/// Reads a row of one id.
pub(crate) fn read_id<T: From<Uuid>>(row: &mut Reader<'_>) -> Result<T, StoreError> {
    row.id()
}

/// Reads a row of one document.
pub(crate) fn read_json<T: DeserializeOwned>(row: &mut Reader<'_>) -> Result<T, StoreError> {
    row.json()
}

/// Reads a row column by column, in the order of the statement.
pub(crate) struct Reader<'r> {
    row: Row<'r>,
    next: usize,
}

impl<'r> From<&'r SqliteRow> for Reader<'r> {
    fn from(row: &'r SqliteRow) -> Self {
        Self {
            row: Row::Sqlite(row),
            next: 0,
        }
    }
}

impl<'r> From<&'r PgRow> for Reader<'r> {
    fn from(row: &'r PgRow) -> Self {
        Self {
            row: Row::Postgres(row),
            next: 0,
        }
    }
}

impl<'r> From<&'r [&'r str]> for Reader<'r> {
    fn from(columns: &'r [&'r str]) -> Self {
        Self {
            row: Row::Texts(columns),
            next: 0,
        }
    }
}

impl<'r> Reader<'r> {
    /// The next column, text or null.
    pub(crate) fn maybe_text(&mut self) -> Result<Option<&'r str>, StoreError> {
        let index = self.next;
        self.next += 1;
        // The statement fixes the type, so the driver's check of it is left out.
        let text = match self.row {
            Row::Sqlite(row) => row.try_get_unchecked(index),
            Row::Postgres(row) => row.try_get_unchecked(index),
            Row::Texts(columns) => Ok(columns.get(index).copied().filter(|text| !text.is_empty())),
        };
        Ok(text?)
    }

    /// The next column, a number or null.
    pub(crate) fn maybe_int(&mut self) -> Result<Option<i64>, StoreError> {
        let index = self.next;
        self.next += 1;
        let number = match self.row {
            Row::Sqlite(row) => row.try_get_unchecked(index),
            Row::Postgres(row) => row.try_get_unchecked(index),
            Row::Texts(columns) => {
                let text = columns.get(index).filter(|text| !text.is_empty());
                let number = text.map(|text| text.parse()).transpose();
                return number.map_err(|error: ParseIntError| self.unreadable(error));
            }
        };
        Ok(number?)
    }

    /// The next column, text.
    pub(crate) fn text(&mut self) -> Result<&'r str, StoreError> {
        match (self.maybe_text()?, self.row) {
            (Some(text), _) => Ok(text),
            (None, Row::Texts(_)) => Ok(""),
            (None, _) => Err(self.is_null()),
        }
    }

    /// The next column, text kept inline where it is short.
    pub(crate) fn compact(&mut self) -> Result<SmolStr, StoreError> {
        self.text().map(SmolStr::from)
    }

    /// The next column, a number.
    pub(crate) fn int(&mut self) -> Result<i64, StoreError> {
        let number = self.maybe_int()?;
        number.ok_or_else(|| self.is_null())
    }

    /// The next column, a count.
    pub(crate) fn count(&mut self) -> Result<u64, StoreError> {
        self.int().map(|number| number.max(0).cast_unsigned())
    }

    /// The next column, a flag.
    pub(crate) fn flag(&mut self) -> Result<bool, StoreError> {
        self.int().map(|number| number != 0)
    }

    /// The next column, an id.
    pub(crate) fn id<T: From<Uuid>>(&mut self) -> Result<T, StoreError> {
        let text = self.text()?;
        Uuid::try_parse(text)
            .map(T::from)
            .map_err(|error| self.unreadable(error))
    }

    /// The next column, an id or null.
    pub(crate) fn maybe_id<T: From<Uuid>>(&mut self) -> Result<Option<T>, StoreError> {
        let Some(text) = self.maybe_text()? else {
            return Ok(None);
        };
        Uuid::try_parse(text)
            .map(|id| Some(T::from(id)))
            .map_err(|error| self.unreadable(error))
    }

    /// The next column, one of a set of words.
    pub(crate) fn word<T>(&mut self) -> Result<T, StoreError>
    where
        T: FromStr<Err: Error + Send + Sync + 'static>,
    {
        let text = self.text()?;
        text.parse().map_err(|error| self.unreadable(error))
    }

    /// The next column, one of a set of words, a day or a country, or null.
    pub(crate) fn maybe_word<T>(&mut self) -> Result<Option<T>, StoreError>
    where
        T: FromStr<Err: Error + Send + Sync + 'static>,
    {
        let Some(text) = self.maybe_text()? else {
            return Ok(None);
        };
        text.parse()
            .map(Some)
            .map_err(|error| self.unreadable(error))
    }

    /// The next column, a day or null.
    pub(crate) fn maybe_date(&mut self) -> Result<Option<Date>, StoreError> {
        self.maybe_word()
    }

    /// The next column, an instant.
    pub(crate) fn instant(&mut self) -> Result<Timestamp, StoreError> {
        let number = self.int()?;
        Timestamp::from_microsecond(number).map_err(|error| self.unreadable(error))
    }

    /// The next column, an instant or null.
    pub(crate) fn maybe_instant(&mut self) -> Result<Option<Timestamp>, StoreError> {
        let Some(number) = self.maybe_int()? else {
            return Ok(None);
        };
        Timestamp::from_microsecond(number)
            .map(Some)
            .map_err(|error| self.unreadable(error))
    }

    /// The next column, a JSON document.
    pub(crate) fn json<T: DeserializeOwned>(&mut self) -> Result<T, StoreError> {
        let text = self.text()?;
        serde_json::from_str(text).map_err(|error| self.unreadable(error))
    }

    /// The next column, a JSON document or null.
    pub(crate) fn maybe_json<T: DeserializeOwned>(&mut self) -> Result<Option<T>, StoreError> {
        let Some(text) = self.maybe_text()? else {
            return Ok(None);
        };
        serde_json::from_str(text)
            .map(Some)
            .map_err(|error| self.unreadable(error))
    }

    /// Names the column just read.
    fn unreadable(&self, error: impl Into<Box<dyn Error + Send + Sync>>) -> StoreError {
        let index = self.next - 1;
        let name = match self.row {
            Row::Sqlite(row) => sqlx::Column::name(row.column(index)).to_owned(),
            Row::Postgres(row) => sqlx::Column::name(row.column(index)).to_owned(),
            Row::Texts(_) => (index + 1).to_string(),
        };
        StoreError::unreadable(format!("column {name}"), error)
    }

    fn is_null(&self) -> StoreError {
        self.unreadable("it is null")
    }
}
