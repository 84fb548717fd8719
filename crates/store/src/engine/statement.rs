//! Statements: one text for both engines, each registered once.

use std::sync::{Arc, OnceLock};

use sqlx::{AssertSqlSafe, SqlSafeStr as _, SqlStr};

use super::Dialect;

/// A statement with `$1`-style parameters.
#[derive(Debug)]
pub(crate) struct Statement {
    pub(crate) name: &'static str,
    pub(crate) sql: &'static str,
}

/// Rows or ids that one bulk statement takes at most.
///
/// Larger ones gain nothing: at 500 rows the time goes into the rows themselves.
pub(crate) const CHUNK: usize = 500;

/// The sizes in which a bulk statement is prepared: any number of rows is a few of these, and each
/// connection keeps four prepared texts of it instead of five hundred.
pub(crate) const SIZES: [usize; 4] = [CHUNK, 64, 8, 1];

/// A statement that grows with its rows or ids.
#[derive(Debug)]
pub(crate) struct Bulk {
    pub(crate) name: &'static str,
    pub(crate) shape: Shape,
    /// Rendered texts by dialect and size.
    texts: Texts,
}

type Texts = [[OnceLock<Arc<str>>; SIZES.len()]; 2];

const fn no_texts() -> Texts {
    [const { [const { OnceLock::new() }; SIZES.len()] }; 2]
}

/// What a bulk statement looks like.
#[derive(Debug)]
pub(crate) enum Shape {
    /// `head VALUES (…), (…) tail`, so many columns a row.
    Rows {
        head: &'static str,
        columns: usize,
        tail: &'static str,
    },
    /// `head IN (…) tail`; each `{}` in the head is a parameter before the list.
    In {
        head: &'static str,
        tail: &'static str,
    },
}

impl Bulk {
    /// A multi-row `INSERT`.
    pub(crate) const fn rows(
        name: &'static str,
        head: &'static str,
        columns: usize,
        tail: &'static str,
    ) -> Self {
        Self {
            name,
            shape: Shape::Rows {
                head,
                columns,
                tail,
            },
            texts: no_texts(),
        }
    }

    /// A statement about a list of ids.
    pub(crate) const fn of_ids(name: &'static str, head: &'static str, tail: &'static str) -> Self {
        Self {
            name,
            shape: Shape::In { head, tail },
            texts: no_texts(),
        }
    }

    /// The text for one of [`SIZES`], made once.
    pub(crate) fn text(&self, dialect: Dialect, size: usize) -> SqlStr {
        let text = self.texts[dialect as usize][size].get_or_init(|| {
            let rendered = self.render(dialect, SIZES[size]);
            debug_assert!(
                rendered.matches("{}").count() == 0,
                "{}: every parameter is there",
                self.name
            );
            rendered.into()
        });
        // Made of constants and placeholders only.
        AssertSqlSafe(Arc::clone(text)).into_sql_str()
    }

    fn render(&self, dialect: Dialect, size: usize) -> String {
        let mut placeholders = Placeholders { dialect, next: 0 };
        let mut sql = String::new();
        match self.shape {
            Shape::Rows {
                head,
                columns,
                tail,
            } => {
                sql.push_str(head);
                sql.push_str(" VALUES ");
                for row in 0..size {
                    sql.push_str(if row == 0 { "(" } else { ", (" });
                    placeholders.list(columns, &mut sql);
                    sql.push(')');
                }
                sql.push(' ');
                sql.push_str(tail);
            }
            Shape::In { head, tail } => {
                for (index, part) in head.split("{}").enumerate() {
                    if index > 0 {
                        placeholders.one(&mut sql);
                    }
                    sql.push_str(part);
                }
                sql.push_str(" IN (");
                placeholders.list(size, &mut sql);
                sql.push_str(") ");
                sql.push_str(tail);
            }
        }
        sql
    }
}

/// Writes placeholders in the order of the parameters.
///
/// SQLite knows `$1` too, but as a *name* that it looks up by walking the list of all names, once
/// for each parameter: thousands of them take longer than the insert itself. `?` is only counted.
struct Placeholders {
    dialect: Dialect,
    next: usize,
}

impl Placeholders {
    fn one(&mut self, sql: &mut String) {
        use std::fmt::Write as _;
        self.next += 1;
        match self.dialect {
            Dialect::Sqlite => sql.push('?'),
            // Writing into a string cannot fail.
            Dialect::Postgres => _ = write!(sql, "${}", self.next),
        }
    }

    fn list(&mut self, count: usize, sql: &mut String) {
        for index in 0..count {
            if index > 0 {
                sql.push(',');
            }
            self.one(sql);
        }
    }
}

/// Registers the statements of a module: constants, and the list `STATEMENTS` of all of them.
macro_rules! statements {
    ($($(#[$meta:meta])* $name:ident = $sql:expr;)*) => {
        $($(#[$meta])* const $name: $crate::engine::Statement =
            $crate::engine::Statement { name: stringify!($name), sql: $sql };)*
        /// The statements of this module.
        pub(crate) const STATEMENTS: &[$crate::engine::Statement] = &[$($name),*];
    };
}
pub(crate) use statements;

/// Registers the bulk statements of a module: statics, and the list `BULKS` of all of them.
macro_rules! bulks {
    ($($(#[$meta:meta])* $name:ident = rows($head:expr, $columns:expr, $tail:expr);)*
     $(; $($(#[$of_meta:meta])* $of:ident = of_ids($of_head:expr, $of_tail:expr);)*)?) => {
        $($(#[$meta])* static $name: $crate::engine::Bulk =
            $crate::engine::Bulk::rows(stringify!($name), $head, $columns, $tail);)*
        $($($(#[$of_meta])* static $of: $crate::engine::Bulk =
            $crate::engine::Bulk::of_ids(stringify!($of), $of_head, $of_tail);)*)?
        /// The bulk statements of this module.
        pub(crate) static BULKS: &[&$crate::engine::Bulk] = &[$(&$name,)* $($(&$of),*)?];
    };
}
pub(crate) use bulks;
