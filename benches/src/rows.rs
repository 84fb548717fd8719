//! Whole tables in memory, read and written with nothing but sqlx.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use sqlx::{
    AssertSqlSafe, ConnectOptions as _, Connection as _, Row as _, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteRow, SqliteSynchronous},
};

/// Rows of one statement, as the store has it.
const CHUNK: usize = 500;

/// A database, opened as the store opens it.
pub(crate) struct Database(SqliteConnection);

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

impl Database {
    /// Opens a database that is there.
    pub(crate) async fn open(path: &Path) -> Result<Self> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .foreign_keys(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .row_buffer_size(512)
            .pragma("cache_size", "-65536")
            .pragma("mmap_size", "1073741824")
            .pragma("temp_store", "memory")
            .disable_statement_logging();
        let opened = options.connect().await;
        Ok(Self(opened.with_context(|| {
            format!("{} cannot be opened", path.display())
        })?))
    }

    /// Closes it, which leaves everything in the database file and no journal beside it.
    pub(crate) async fn close(self) -> Result<()> {
        self.0.close().await.context("a database cannot be closed")
    }

    /// Brings everything that is in the journal of a database into its file, so that the file can be copied.
    pub(crate) async fn settle(path: &Path) -> Result<()> {
        let mut database = Self::open(path).await?;
        let busy: i64 = sqlx::query_scalar("PRAGMA wal_checkpoint(TRUNCATE)")
            .fetch_one(&mut database.0)
            .await?;
        ensure!(busy == 0, "{} is still in use", path.display());
        database.close().await
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
        let found: Vec<(String, String)> =
            sqlx::query_as("SELECT name, type FROM pragma_table_info(?) ORDER BY cid")
                .bind(table.to_owned())
                .fetch_all(&mut self.0)
                .await?;
        let columns = found.into_iter().map(|(name, kind)| Column {
            name,
            number: kind == "INTEGER",
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
        let rows = sqlx::query(AssertSqlSafe(sql))
            .try_map(|row: SqliteRow| cells(&row, &columns))
            .fetch_all(&mut self.0)
            .await?;
        Ok(Table {
            name: table,
            columns,
            rows,
        })
    }

    /// Inserts tables in one transaction.
    pub(crate) async fn insert(&mut self, tables: &[&Table]) -> Result<()> {
        let mut transaction = self.0.begin_with("BEGIN IMMEDIATE").await?;
        for table in tables {
            for rows in table.rows.chunks(CHUNK) {
                let mut query = sqlx::query(AssertSqlSafe(table.statement(rows.len())));
                for cell in rows.iter().flatten() {
                    query = match cell {
                        Cell::Text(text) => query.bind(text.as_deref()),
                        Cell::Number(number) => query.bind(*number),
                    };
                }
                query.execute(&mut *transaction).await?;
            }
        }
        transaction.commit().await?;
        Ok(())
    }
}

impl Table {
    /// Reads a whole table, its rows in the order of their keys, which is that in which a first sync writes them.
    pub(crate) async fn read(database: &mut Database, table: &'static str) -> Result<Self> {
        let columns = database.columns(table).await?;
        let key: Vec<String> =
            sqlx::query_scalar("SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk")
                .bind(table)
                .fetch_all(&mut database.0)
                .await?;
        database.select(table, columns, &key.join(", ")).await
    }

    /// How many rows it has.
    pub(crate) fn len(&self) -> u64 {
        self.rows.len() as u64
    }

    fn statement(&self, rows: usize) -> String {
        let row = format!("({})", vec!["?"; self.columns.len()].join(","));
        format!(
            "INSERT INTO {} ({}) VALUES {}",
            self.name,
            names(&self.columns),
            vec![row; rows].join(", ")
        )
    }
}

fn names(columns: &[Column]) -> String {
    let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    names.join(", ")
}

fn cells(row: &SqliteRow, columns: &[Column]) -> Result<Box<[Cell]>, sqlx::Error> {
    let cell = |(index, column): (usize, &Column)| {
        Ok(if column.number {
            Cell::Number(row.try_get_unchecked(index)?)
        } else {
            Cell::Text(row.try_get_unchecked(index)?)
        })
    };
    columns.iter().enumerate().map(cell).collect()
}
