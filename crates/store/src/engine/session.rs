//! A transaction of either engine, and the few ways in which statements run in it.

use futures_util::TryStreamExt as _;
use sqlx::{Executor as _, Postgres, SqlSafeStr as _, SqlStr, Sqlite, Transaction};

use super::{
    Bulk, Dialect, Statement, Value,
    row::Reader,
    statement::{CHUNK, SIZES, Shape},
    value::arguments,
};
use crate::StoreError;

/// A transaction. Dropped without [`Session::commit`], it leaves nothing.
pub(crate) enum Session {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

impl Session {
    /// Makes everything that was written last.
    pub(crate) async fn commit(self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(transaction) => transaction.commit().await?,
            Self::Postgres(transaction) => transaction.commit().await?,
        }
        Ok(())
    }

    pub(crate) fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite(_) => Dialect::Sqlite,
            Self::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Runs a statement and tells how many rows it touched.
    pub(crate) async fn execute(
        &mut self,
        statement: &Statement,
        values: &[Value<'_>],
    ) -> Result<u64, StoreError> {
        self.run(statement.sql.into_sql_str(), values).await
    }

    /// Runs a query and hands each row to `read` as it comes.
    pub(crate) async fn each(
        &mut self,
        statement: &Statement,
        values: &[Value<'_>],
        read: impl FnMut(&mut Reader<'_>) -> Result<(), StoreError> + Send,
    ) -> Result<(), StoreError> {
        self.stream(statement.sql.into_sql_str(), values, read).await
    }

    /// Runs a query and collects its rows.
    pub(crate) async fn all<T: Send>(
        &mut self,
        statement: &Statement,
        values: &[Value<'_>],
        mut read: impl FnMut(&mut Reader<'_>) -> Result<T, StoreError> + Send,
    ) -> Result<Vec<T>, StoreError> {
        let mut found = Vec::new();
        self.each(statement, values, |row| {
            found.push(read(row)?);
            Ok(())
        })
        .await?;
        Ok(found)
    }

    /// Runs a query that has one row or none.
    pub(crate) async fn maybe_one<T: Send>(
        &mut self,
        statement: &Statement,
        values: &[Value<'_>],
        mut read: impl FnMut(&mut Reader<'_>) -> Result<T, StoreError> + Send,
    ) -> Result<Option<T>, StoreError> {
        let mut found = None;
        self.each(statement, values, |row| {
            found = Some(read(row)?);
            Ok(())
        })
        .await?;
        Ok(found)
    }

    /// Inserts rows in chunks, each row's parameters put down by `fill`.
    ///
    /// Only one chunk is held at a time, however many rows come.
    pub(crate) async fn insert<'v, T>(
        &mut self,
        bulk: &Bulk,
        rows: impl Iterator<Item = T> + Send,
        mut fill: impl FnMut(T, &mut Vec<Value<'v>>) -> Result<(), StoreError> + Send,
    ) -> Result<(), StoreError>
    where
        T: Send,
    {
        let Shape::Rows { columns, .. } = bulk.shape else {
            unreachable!("{} takes a list, no rows", bulk.name)
        };
        let mut values = Vec::new();
        for row in rows {
            fill(row, &mut values)?;
            debug_assert_eq!(values.len() % columns, 0, "{}: a value for each column", bulk.name);
            if values.len() == CHUNK * columns {
                self.run(bulk.text(self.dialect(), 0), &values).await?;
                values.clear();
            }
        }
        self.insert_rest(bulk, columns, &values).await
    }

    async fn insert_rest(
        &mut self,
        bulk: &Bulk,
        columns: usize,
        mut values: &[Value<'_>],
    ) -> Result<(), StoreError> {
        for (size, rows) in SIZES.iter().enumerate() {
            while values.len() >= rows * columns && !values.is_empty() {
                let (chunk, rest) = values.split_at(rows * columns);
                self.run(bulk.text(self.dialect(), size), chunk).await?;
                values = rest;
            }
        }
        Ok(())
    }

    /// Runs a statement about a list of ids, in chunks; `first` stands before the list.
    pub(crate) async fn execute_of<'v>(
        &mut self,
        bulk: &Bulk,
        first: &[Value<'v>],
        ids: impl Iterator<Item = Value<'v>> + Send,
    ) -> Result<(), StoreError> {
        let mut lists = Lists::new(first, ids);
        while let Some((size, values)) = lists.next() {
            self.run(bulk.text(self.dialect(), size), values).await?;
        }
        Ok(())
    }

    /// Runs a query about a list of ids, in chunks, and hands each row to `read`.
    pub(crate) async fn each_of<'v>(
        &mut self,
        bulk: &Bulk,
        first: &[Value<'v>],
        ids: impl Iterator<Item = Value<'v>> + Send,
        mut read: impl FnMut(&mut Reader<'_>) -> Result<(), StoreError> + Send,
    ) -> Result<(), StoreError> {
        let mut lists = Lists::new(first, ids);
        while let Some((size, values)) = lists.next() {
            self.stream(bulk.text(self.dialect(), size), values, &mut read).await?;
        }
        Ok(())
    }

    /// Prepares a text and throws the result away.
    pub(crate) async fn prepare(&mut self, sql: SqlStr) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(connection) => _ = connection.prepare(sql).await?,
            Self::Postgres(connection) => _ = connection.prepare(sql).await?,
        }
        Ok(())
    }

    /// Runs several statements without parameters, as migrations are.
    pub(crate) async fn script(&mut self, sql: SqlStr) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(connection) => _ = sqlx::raw_sql(sql).execute(&mut **connection).await?,
            Self::Postgres(connection) => _ = sqlx::raw_sql(sql).execute(&mut **connection).await?,
        }
        Ok(())
    }

    async fn run(&mut self, sql: SqlStr, values: &[Value<'_>]) -> Result<u64, StoreError> {
        Ok(match self {
            Self::Sqlite(connection) => {
                let query = sqlx::query_with(sql, arguments::<Sqlite>(values)?);
                query.execute(&mut **connection).await?.rows_affected()
            }
            Self::Postgres(connection) => {
                let query = sqlx::query_with(sql, arguments::<Postgres>(values)?);
                query.execute(&mut **connection).await?.rows_affected()
            }
        })
    }

    async fn stream(
        &mut self,
        sql: SqlStr,
        values: &[Value<'_>],
        mut read: impl FnMut(&mut Reader<'_>) -> Result<(), StoreError> + Send,
    ) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(connection) => {
                let query = sqlx::query_with(sql, arguments::<Sqlite>(values)?);
                let mut rows = query.fetch(&mut **connection);
                while let Some(row) = rows.try_next().await? {
                    read(&mut Reader::from(&row))?;
                }
            }
            Self::Postgres(connection) => {
                let query = sqlx::query_with(sql, arguments::<Postgres>(values)?);
                let mut rows = query.fetch(&mut **connection);
                while let Some(row) = rows.try_next().await? {
                    read(&mut Reader::from(&row))?;
                }
            }
        }
        Ok(())
    }
}

/// Cuts a list of ids into lists of the prepared sizes.
struct Lists<'v, I> {
    ids: I,
    first: usize,
    values: Vec<Value<'v>>,
}

impl<'v, I: Iterator<Item = Value<'v>>> Lists<'v, I> {
    fn new(first: &[Value<'v>], ids: I) -> Self {
        Self { ids, first: first.len(), values: first.to_vec() }
    }

    /// The next list and the size it is prepared for. A short one is filled up with its last id:
    /// asking for the same row twice changes nothing.
    fn next(&mut self) -> Option<(usize, &[Value<'v>])> {
        self.values.truncate(self.first);
        self.values.extend(self.ids.by_ref().take(CHUNK));
        let found = self.values.len() - self.first;
        let size = SIZES.iter().rposition(|size| *size >= found)?;
        let last = (found > 0).then(|| self.values.last().cloned())??;
        self.values.resize(self.first + SIZES[size], last);
        Some((size, &self.values))
    }
}
