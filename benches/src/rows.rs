//! Whole tables in memory, read and written with nothing but sqlx.

use std::{str::FromStr as _, sync::Arc};

use anyhow::{Context as _, Result};
use sqlx::{
    Arguments as _, AssertSqlSafe, ColumnIndex, ConnectOptions as _, Connection as _, Decode,
    Encode, PgConnection, Row, SqliteConnection, Type,
    postgres::PgConnectOptions,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};

/// Rows of one statement, as the store has it.
const CHUNK: usize = 500;

/// A connection to a database, opened as the store opens it.
pub(crate) enum Database {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

/// A column and whether it holds whole numbers.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    name: String,
    number: bool,
}

enum Cell {
    Text(Option<String>),
    Number(Option<i64>),
}

/// Rows of a table.
pub(crate) struct Table {
    name: &'static str,
    columns: Vec<Column>,
    rows: Vec<Box<[Cell]>>,
}

/// The same work on the connection of either engine; `Db` names the engine's type.
macro_rules! on_either {
    ($database:expr, $connection:ident => $work:expr) => {
        match $database {
            Database::Sqlite($connection) => {
                type Db = sqlx::Sqlite;
                $work
            }
            Database::Postgres($connection) => {
                type Db = sqlx::Postgres;
                $work
            }
        }
    };
}

impl Database {
    /// Opens a database that is there, to read from it.
    pub(crate) async fn to_read(url: &str) -> Result<Self> {
        Self::open(url, "-2048").await
    }

    /// Opens a database that is there, to write into it.
    pub(crate) async fn to_write(url: &str) -> Result<Self> {
        Self::open(url, "-4096").await
    }

    async fn open(url: &str, pages: &'static str) -> Result<Self> {
        let opened = if url.starts_with("sqlite:") {
            let options = SqliteConnectOptions::from_str(url)?
                .foreign_keys(true)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .row_buffer_size(512)
                .pragma("cache_size", pages)
                .pragma("temp_store", "memory")
                .disable_statement_logging();
            options.connect().await.map(Self::Sqlite)
        } else {
            let options = PgConnectOptions::from_str(url)?.disable_statement_logging();
            options.connect().await.map(Self::Postgres)
        };
        opened.with_context(|| format!("{url} cannot be opened"))
    }

    /// Closes it, which leaves everything in the database file and no journal beside it.
    pub(crate) async fn close(self) -> Result<()> {
        let closed = match self {
            Self::Sqlite(connection) => connection.close().await,
            Self::Postgres(connection) => connection.close().await,
        };
        closed.context("a database cannot be closed")
    }

    /// These columns of a table, with their types.
    pub(crate) async fn columns_of(&mut self, table: &str, wanted: &[&str]) -> Result<Vec<Column>> {
        let all = self.columns(table).await?;
        wanted
            .iter()
            .map(|name| {
                let found = all.iter().find(|column| column.name == *name);
                found
                    .cloned()
                    .with_context(|| format!("{table} has no column {name} any more"))
            })
            .collect()
    }

    async fn columns(&mut self, table: &str) -> Result<Vec<Column>> {
        let sql = match self {
            Self::Sqlite(_) => "SELECT name, lower(type) FROM pragma_table_info($1) ORDER BY cid",
            Self::Postgres(_) => {
                "SELECT column_name::text, data_type::text FROM information_schema.columns
                 WHERE table_schema = 'public' AND table_name = $1 ORDER BY ordinal_position"
            }
        };
        let found: Vec<(String, String)> = on_either!(self, connection => {
            let query = sqlx::query_as::<Db, _>(sql).bind(table);
            query.fetch_all(connection).await?
        });
        let columns = found.into_iter().map(|(name, kind)| Column {
            name,
            number: matches!(kind.as_str(), "integer" | "bigint"),
        });
        Ok(columns.collect())
    }

    /// Reads these columns of all rows with one statement.
    pub(crate) async fn select(
        &mut self,
        table: &'static str,
        columns: Vec<Column>,
        order: &str,
    ) -> Result<Table> {
        let sql = format!("SELECT {} FROM {table} ORDER BY {order}", names(&columns));
        let rows = on_either!(self, connection => {
            let query = sqlx::query::<Db>(AssertSqlSafe(sql));
            query.try_map(|row| cells(&row, &columns)).fetch_all(connection).await?
        });
        Ok(Table {
            name: table,
            columns,
            rows,
        })
    }

    /// Inserts tables in one transaction.
    pub(crate) async fn insert(&mut self, tables: &[&Table]) -> Result<()> {
        // `$1` is a name to SQLite, and it looks each of thousands up among all of them.
        let placeholder = match self {
            Self::Sqlite(_) => |_| "?".to_owned(),
            Self::Postgres(_) => |place| format!("${place}"),
        };
        on_either!(self, connection => {
            let mut transaction = connection.begin().await?;
            for table in tables {
                let whole = table.statement(CHUNK, placeholder);
                for rows in table.rows.chunks(CHUNK) {
                    let sql = match rows.len() {
                        CHUNK => whole.clone(),
                        rest => table.statement(rest, placeholder),
                    };
                    let arguments = arguments::<Db>(rows)?;
                    let query = sqlx::query_with::<Db, _>(AssertSqlSafe(sql), arguments);
                    query.execute(&mut *transaction).await?;
                }
            }
            transaction.commit().await?;
        });
        Ok(())
    }
}

impl Table {
    /// Reads a whole table. A first sync writes its rows in the order of their keys.
    pub(crate) async fn read(
        database: &mut Database,
        table: &'static str,
        keys: &str,
    ) -> Result<Self> {
        let columns = database.columns(table).await?;
        database.select(table, columns, keys).await
    }

    /// How many rows it has.
    pub(crate) fn len(&self) -> u64 {
        self.rows.len() as u64
    }

    fn statement(&self, rows: usize, placeholder: fn(usize) -> String) -> Arc<str> {
        let width = self.columns.len();
        let row = |row: usize| {
            let places = (1..=width).map(|column| placeholder(row * width + column));
            format!("({})", places.collect::<Vec<_>>().join(","))
        };
        let rows: Vec<String> = (0..rows).map(row).collect();
        let columns = names(&self.columns);
        format!(
            "INSERT INTO {} ({columns}) VALUES {}",
            self.name,
            rows.join(", ")
        )
        .into()
    }
}

fn names(columns: &[Column]) -> String {
    let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    names.join(", ")
}

fn cells<R: Row>(row: &R, columns: &[Column]) -> Result<Box<[Cell]>, sqlx::Error>
where
    usize: ColumnIndex<R>,
    for<'r> Option<String>: Decode<'r, R::Database>,
    for<'r> Option<i64>: Decode<'r, R::Database>,
{
    let cell = |(index, column): (usize, &Column)| {
        Ok(if column.number {
            Cell::Number(row.try_get_unchecked(index)?)
        } else {
            Cell::Text(row.try_get_unchecked(index)?)
        })
    };
    columns.iter().enumerate().map(cell).collect()
}

fn arguments<DB>(rows: &[Box<[Cell]>]) -> Result<DB::Arguments, sqlx::Error>
where
    DB: sqlx::Database,
    for<'a> Option<&'a str>: Encode<'a, DB> + Type<DB>,
    for<'a> Option<i64>: Encode<'a, DB> + Type<DB>,
{
    let mut arguments = DB::Arguments::default();
    for cell in rows.iter().flatten() {
        match cell {
            Cell::Text(text) => arguments.add(text.as_deref()),
            Cell::Number(number) => arguments.add(*number),
        }
        .map_err(sqlx::Error::Encode)?;
    }
    Ok(arguments)
}
