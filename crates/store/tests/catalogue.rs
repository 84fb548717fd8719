//! The schema as the engines' own catalogues tell it, in one form.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::{Connection as _, PgConnection, SqliteConnection};

use crate::world::World;

#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Table {
    /// Name, `text` or `int`, and whether it may be null.
    columns: Vec<(String, String, bool)>,
    pub(crate) primary: Vec<String>,
    pub(crate) indexes: BTreeSet<Index>,
    pub(crate) foreign: BTreeSet<ForeignKey>,
}

/// An index or a unique key beside the primary one.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Index {
    pub(crate) columns: Vec<String>,
    unique: bool,
    partial: bool,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ForeignKey {
    pub(crate) columns: Vec<String>,
    pub(crate) table: String,
    pub(crate) target: Vec<String>,
}

pub(crate) type Catalogue = BTreeMap<String, Table>;

pub(crate) async fn read(world: &World) -> Catalogue {
    if world.is_sqlite() {
        of_sqlite(&world.url).await
    } else {
        of_postgres(&world.url).await
    }
}

async fn of_sqlite(url: &str) -> Catalogue {
    let mut connection = SqliteConnection::connect(url).await.unwrap();
    let mut catalogue = Catalogue::new();
    let columns: Vec<(String, String, String, bool, i64)> = sqlx::query_as(
        "SELECT t.name, c.name, c.type, c.\"notnull\" = 0, c.pk
         FROM pragma_table_list t, pragma_table_info(t.name) c
         WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.strict
         ORDER BY t.name, c.cid",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap();
    let mut primary: BTreeMap<(String, i64), String> = BTreeMap::new();
    for (table, column, kind, nullable, position) in columns {
        if position > 0 {
            primary.insert((table.clone(), position), column.clone());
        }
        let kind = if kind == "INTEGER" { "int" } else { "text" };
        let columns = &mut catalogue.entry(table).or_default().columns;
        columns.push((column, kind.to_owned(), nullable));
    }
    for ((table, _), column) in primary {
        catalogue.entry(table).or_default().primary.push(column);
    }
    let indexes: Vec<(String, String, bool, bool, String)> = sqlx::query_as(
        "SELECT t.name, i.name, i.\"unique\", i.partial, c.name
         FROM pragma_table_list t, pragma_index_list(t.name) i, pragma_index_info(i.name) c
         WHERE t.schema = 'main' AND t.type = 'table' AND i.origin <> 'pk'
         ORDER BY t.name, i.name, c.seqno",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap();
    collect_indexes(&mut catalogue, indexes);
    let keys: Vec<(String, String, String, String, String)> = sqlx::query_as(
        "SELECT t.name, CAST(k.id AS TEXT), k.\"table\", k.\"from\", k.\"to\"
         FROM pragma_table_list t, pragma_foreign_key_list(t.name) k
         WHERE t.schema = 'main' AND t.type = 'table'
         ORDER BY t.name, k.id, k.seq",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap();
    collect_foreign_keys(&mut catalogue, keys);
    catalogue
}

async fn of_postgres(url: &str) -> Catalogue {
    let mut connection = PgConnection::connect(url).await.unwrap();
    let mut catalogue = Catalogue::new();
    let columns: Vec<(String, String, String, bool)> = sqlx::query_as(
        "SELECT c.relname::text, a.attname::text,
           CASE WHEN a.atttypid = 'bigint'::regtype THEN 'int'
                WHEN a.atttypid = 'text'::regtype AND l.collname = 'C' THEN 'text'
                ELSE a.atttypid::regtype::text END,
           NOT a.attnotnull
         FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
           LEFT JOIN pg_collation l ON l.oid = a.attcollation
         WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0
         ORDER BY c.relname, a.attnum",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap();
    for (table, column, kind, nullable) in columns {
        catalogue
            .entry(table)
            .or_default()
            .columns
            .push((column, kind, nullable));
    }
    let primary: Vec<(String, String)> = sqlx::query_as(
        "SELECT t.relname::text, a.attname::text
         FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid,
           unnest(i.indkey) WITH ORDINALITY k(attnum, position), pg_attribute a
         WHERE t.relnamespace = 'public'::regnamespace AND i.indisprimary
           AND a.attrelid = t.oid AND a.attnum = k.attnum
         ORDER BY t.relname, k.position",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap();
    for (table, column) in primary {
        catalogue.entry(table).or_default().primary.push(column);
    }
    let indexes: Vec<(String, String, bool, bool, String)> = sqlx::query_as(
        "SELECT t.relname::text, i.indexrelid::regclass::text, i.indisunique,
           i.indpred IS NOT NULL, a.attname::text
         FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid,
           unnest(i.indkey) WITH ORDINALITY k(attnum, position), pg_attribute a
         WHERE t.relnamespace = 'public'::regnamespace AND NOT i.indisprimary
           AND a.attrelid = t.oid AND a.attnum = k.attnum
         ORDER BY t.relname, i.indexrelid, k.position",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap();
    collect_indexes(&mut catalogue, indexes);
    let keys: Vec<(String, String, String, String, String)> = sqlx::query_as(
        "SELECT t.relname::text, f.oid::text, o.relname::text, a.attname::text, b.attname::text
         FROM pg_constraint f JOIN pg_class t ON t.oid = f.conrelid
           JOIN pg_class o ON o.oid = f.confrelid,
           unnest(f.conkey, f.confkey) WITH ORDINALITY k(mine, theirs, position),
           pg_attribute a, pg_attribute b
         WHERE f.contype = 'f' AND t.relnamespace = 'public'::regnamespace
           AND a.attrelid = t.oid AND a.attnum = k.mine
           AND b.attrelid = o.oid AND b.attnum = k.theirs
         ORDER BY t.relname, f.oid, k.position",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap();
    collect_foreign_keys(&mut catalogue, keys);
    catalogue
}

fn collect_indexes(catalogue: &mut Catalogue, rows: Vec<(String, String, bool, bool, String)>) {
    let mut found: BTreeMap<(String, String), Index> = BTreeMap::new();
    for (table, name, unique, partial, column) in rows {
        let index = Index {
            columns: Vec::new(),
            unique,
            partial,
        };
        found
            .entry((table, name))
            .or_insert(index)
            .columns
            .push(column);
    }
    for ((table, _), index) in found {
        catalogue.entry(table).or_default().indexes.insert(index);
    }
}

fn collect_foreign_keys(
    catalogue: &mut Catalogue,
    rows: Vec<(String, String, String, String, String)>,
) {
    let mut found: BTreeMap<(String, String), ForeignKey> = BTreeMap::new();
    for (name, key, table, from, to) in rows {
        let empty = ForeignKey {
            columns: Vec::new(),
            table,
            target: Vec::new(),
        };
        let key = found.entry((name, key)).or_insert(empty);
        key.columns.push(from);
        key.target.push(to);
    }
    for ((table, _), key) in found {
        catalogue.entry(table).or_default().foreign.insert(key);
    }
}
