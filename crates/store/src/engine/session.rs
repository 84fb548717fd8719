//! A transaction of either engine, and the few ways in which statements run in it.

use futures_util::{FutureExt as _, TryStreamExt as _, future::BoxFuture};
use sqlx::{AssertSqlSafe, Executor as _, Postgres, SqlSafeStr as _, SqlStr, Sqlite};
use uuid::Uuid;

use super::{
    Bulk, Dialect, Statement, StatementCount, Value, Writes,
    journal::Journal,
    open::PAGES_KB,
    row::Reader,
    statement::{CHUNK, SIZES, Shape},
    value::arguments,
};
use crate::StoreError;

/// Puts down the parameters of the next row, or says that there is none.
type NextRow<'v> = Box<dyn FnMut(&mut Vec<Value<'v>>) -> Result<bool, StoreError> + Send + 'v>;

/// A transaction whose statements are counted. Dropped without [`Session::commit`], it leaves nothing.
pub(crate) struct Session {
    transaction: Transaction,
    statements: StatementCount,
    /// What a commit lengthens.
    journal: Option<Journal>,
    writes: Writes,
}

/// A transaction of either engine.
pub(super) enum Transaction {
    Sqlite(sqlx::Transaction<'static, Sqlite>),
    Postgres(sqlx::Transaction<'static, Postgres>),
}

impl Session {
    /// A transaction that has begun and will end, one way or the other.
    pub(super) fn new(
        transaction: Transaction,
        statements: &StatementCount,
        journal: Option<Journal>,
        writes: &Writes,
    ) -> Self {
        statements.add(2);
        Self {
            transaction,
            statements: statements.clone(),
            journal,
            writes: writes.clone(),
        }
    }

    /// Makes everything that was written last.
    pub(crate) async fn commit(self) -> Result<(), StoreError> {
        let committed = match self.transaction {
            Transaction::Sqlite(transaction) => transaction.commit().await,
            Transaction::Postgres(transaction) => transaction.commit().await,
        };
        self.writes.note(committed.map_err(StoreError::from))?;
        self.writes.done();
        if let Some(journal) = self.journal {
            journal.after_commit();
        }
        Ok(())
    }

    /// Lets SQLite hold more pages until the connection is given back, where so many rows are to be
    /// written that their keys, which come in no order, would bring the same pages in again and again.
    pub(crate) async fn make_room(&mut self, rows: usize) -> Result<(), StoreError> {
        let kilobytes = room_for(rows);
        if kilobytes > PAGES_KB
            && let Transaction::Sqlite(connection) = &mut self.transaction
        {
            let more = format!("PRAGMA cache_size = -{kilobytes}");
            // Made of a number.
            let more = sqlx::raw_sql(AssertSqlSafe(more));
            more.execute(&mut **connection).await?;
        }
        Ok(())
    }

    pub(crate) fn dialect(&self) -> Dialect {
        match self.transaction {
            Transaction::Sqlite(_) => Dialect::Sqlite,
            Transaction::Postgres(_) => Dialect::Postgres,
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
        self.stream(statement.sql.into_sql_str(), values, read)
            .await
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
    /// Only one chunk is held at a time, however many rows come. Boxed, here and below: the types of
    /// closures over borrowed rows would make the compiler doubt that the caller may change threads.
    pub(crate) fn insert<'s, 'v: 's, T>(
        &'s mut self,
        bulk: &'static Bulk,
        mut rows: impl Iterator<Item = T> + Send + 'v,
        mut fill: impl FnMut(T, &mut Vec<Value<'v>>) -> Result<(), StoreError> + Send + 'v,
    ) -> BoxFuture<'s, Result<(), StoreError>> {
        let next = move |values: &mut Vec<Value<'v>>| match rows.next() {
            Some(row) => fill(row, values).map(|()| true),
            None => Ok(false),
        };
        self.insert_each(bulk, Box::new(next)).boxed()
    }

    async fn insert_each(
        &mut self,
        bulk: &'static Bulk,
        mut next: NextRow<'_>,
    ) -> Result<(), StoreError> {
        let Shape::Rows { columns, .. } = bulk.shape else {
            unreachable!("{} takes a list, no rows", bulk.name)
        };
        let mut values = Vec::new();
        while next(&mut values)? {
            debug_assert_eq!(
                values.len() % columns,
                0,
                "{}: a value for each column",
                bulk.name
            );
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
    pub(crate) async fn execute_of(
        &mut self,
        bulk: &'static Bulk,
        first: &[Value<'_>],
        ids: &[Uuid],
    ) -> Result<(), StoreError> {
        for chunk in ids.chunks(CHUNK) {
            let (size, values) = list(first, chunk);
            self.run(bulk.text(self.dialect(), size), &values).await?;
        }
        Ok(())
    }

    /// Runs a query about a list of ids, in chunks, and hands each row to `read`.
    pub(crate) async fn each_of<'v, I: Into<Value<'v>> + Copy>(
        &mut self,
        bulk: &'static Bulk,
        first: &[Value<'v>],
        ids: &[I],
        mut read: impl FnMut(&mut Reader<'_>) -> Result<(), StoreError> + Send,
    ) -> Result<(), StoreError> {
        for chunk in ids.chunks(CHUNK) {
            let (size, values) = list(first, chunk);
            self.stream(bulk.text(self.dialect(), size), &values, &mut read)
                .await?;
        }
        Ok(())
    }

    /// Prepares a text and throws the result away.
    pub(crate) async fn prepare(&mut self, sql: SqlStr) -> Result<(), StoreError> {
        match &mut self.transaction {
            Transaction::Sqlite(connection) => _ = connection.prepare(sql).await?,
            Transaction::Postgres(connection) => _ = connection.prepare(sql).await?,
        }
        Ok(())
    }

    /// Runs several statements without parameters, as migrations are.
    pub(crate) async fn script(&mut self, sql: SqlStr) -> Result<(), StoreError> {
        let script = sqlx::raw_sql(sql);
        match &mut self.transaction {
            Transaction::Sqlite(connection) => _ = script.execute(&mut **connection).await?,
            Transaction::Postgres(connection) => _ = script.execute(&mut **connection).await?,
        }
        Ok(())
    }

    async fn run(&mut self, sql: SqlStr, values: &[Value<'_>]) -> Result<u64, StoreError> {
        self.statements.add(1);
        let done = match &mut self.transaction {
            Transaction::Sqlite(connection) => {
                let query = sqlx::query_with(sql, arguments::<Sqlite>(values)?);
                let done = query.execute(&mut **connection).await;
                done.map(|done| done.rows_affected())
            }
            Transaction::Postgres(connection) => {
                let query = sqlx::query_with(sql, arguments::<Postgres>(values)?);
                let done = query.execute(&mut **connection).await;
                done.map(|done| done.rows_affected())
            }
        };
        self.writes.note(done.map_err(StoreError::from))
    }

    async fn stream(
        &mut self,
        sql: SqlStr,
        values: &[Value<'_>],
        mut read: impl FnMut(&mut Reader<'_>) -> Result<(), StoreError> + Send,
    ) -> Result<(), StoreError> {
        self.statements.add(1);
        match &mut self.transaction {
            Transaction::Sqlite(connection) => {
                let query = sqlx::query_with(sql, arguments::<Sqlite>(values)?);
                let mut rows = query.fetch(&mut **connection);
                while let Some(row) = rows.try_next().await? {
                    read(&mut Reader::from(&row))?;
                }
            }
            Transaction::Postgres(connection) => {
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

/// How many kilobytes of pages SQLite holds for a run that writes so many rows. The directory itself
/// takes a good kilobyte for each person, so from some hundred thousand on this is a small part of it.
fn room_for(rows: usize) -> usize {
    (rows.saturating_sub(150_000) / 5).clamp(PAGES_KB, 400_000)
}

/// The parameters of a list of up to [`CHUNK`] ids, and the size it is prepared for. A short list is
/// filled up with its last id: asking for the same row twice changes nothing.
fn list<'v, I: Into<Value<'v>> + Copy>(first: &[Value<'v>], ids: &[I]) -> (usize, Vec<Value<'v>>) {
    let size = SIZES
        .iter()
        .rposition(|size| *size >= ids.len())
        .unwrap_or(0);
    let last = ids.last().copied();
    let filled = ids
        .iter()
        .copied()
        .chain(std::iter::repeat_n(last, SIZES[size]).flatten());
    let filled = filled.take(SIZES[size]).map(Into::into);
    let values = first.iter().cloned().chain(filled).collect();
    (size, values)
}
