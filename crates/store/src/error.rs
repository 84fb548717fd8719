//! What can go wrong, in words: what happened, what was not changed, what to do.

use std::path::PathBuf;

/// The database could not do what was asked. Nothing of the call was stored.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The address of the database is none.
    #[error(
        "ROLLCALL_DATABASE_URL is {found:?}; accepted are sqlite://PATH and postgres://USER@HOST/DATABASE ({reason})"
    )]
    InvalidUrl {
        /// The address without a password.
        found: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Nobody answers, or not to us.
    #[error(
        "the database cannot be reached, so nothing was changed; check ROLLCALL_DATABASE_URL, the network and the database server"
    )]
    Unreachable(#[source] sqlx::Error),
    /// A file beside the database could not be used.
    #[error(
        "the file {path} cannot be used ({source}), so nothing was changed; check that its directory exists and that this user may read and write both"
    )]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Somebody else holds the write lock for too long, or all connections are in use.
    #[error(
        "the database stayed busy or silent for 30 seconds, so nothing was changed; try again in a moment"
    )]
    Busy(#[source] sqlx::Error),
    /// The database may only be read.
    #[error(
        "the database is read-only, so nothing was changed; give this user the right to write to it, or point ROLLCALL_DATABASE_URL at the primary"
    )]
    ReadOnly(#[source] sqlx::Error),
    /// No room is left.
    #[error("the database has no room left, so nothing was changed; free disk space and try again")]
    Full(#[source] sqlx::Error),
    /// The disk refuses.
    #[error(
        "the disk refused to read or write the database, so nothing was changed; look at the disk, its limits and its quotas"
    )]
    Disk(#[source] sqlx::Error),
    /// What is stored is no database, or no longer one.
    #[error(
        "the database is damaged or no database at all, so nothing was changed; restore a backup"
    )]
    Damaged(#[source] sqlx::Error),
    /// A newer version of Rollcall wrote this database.
    #[error(
        "the database has schema {found}, this version of Rollcall knows up to {known}, so nothing was changed; start the newer version again, or restore a backup made with this one"
    )]
    NewerSchema {
        /// The newest migration found.
        found: u32,
        /// The newest migration known.
        known: u32,
    },
    /// The schema is not one that any version of Rollcall leaves behind.
    #[error(
        "the database's schema is not one that Rollcall made ({detail}), so nothing was changed; restore a backup, or point ROLLCALL_DATABASE_URL at an empty database"
    )]
    BrokenSchema {
        /// What was found.
        detail: String,
    },
    /// Stored text cannot be read.
    #[error(
        "the database holds something unreadable in {what}, so nothing was changed; restore a backup, and report this"
    )]
    Unreadable {
        /// Where.
        what: String,
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Another organisation has the slug.
    #[error(
        "another organisation has the slug {slug:?}, so nothing was changed; choose another slug"
    )]
    SlugTaken {
        /// The slug.
        slug: String,
    },
    /// Two people would share an email or an HRIS id, or a like clash.
    #[error("{}, so nothing was changed", .0.words())]
    Clash(Clash),
    /// There is no such thing in this organisation.
    #[error("there is no such {what} in this organisation, so nothing was changed")]
    Missing {
        /// `organisation`, `run`, `connection` and the like.
        what: &'static str,
    },
    /// A run that somebody else has closed.
    #[error("the run is over already: another process closed it, so nothing was changed")]
    RunOver,
    /// A secret that was sealed with a key nobody keeps any more.
    #[error("the master key was rotated meanwhile, so nothing was changed; try again")]
    KeyRetired,
    /// There is no database, and this call makes none.
    #[error("there is no database at {path}; check ROLLCALL_DATABASE_URL")]
    NoDatabase {
        /// Where it would be.
        path: PathBuf,
    },
    /// Regions that make no table.
    #[error("{reason}, so nothing was changed")]
    BadRegions {
        /// What is wrong with them.
        reason: String,
    },
    /// A cursor that none of our pages gave out.
    #[error(transparent)]
    BadCursor(#[from] crate::BadCursor),
    /// Anything else the database said.
    #[error("the database failed, so nothing was changed; the log has what it said")]
    Database(#[source] sqlx::Error),
}

/// What must be unique and would not be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clash {
    /// The email of an active or upcoming person.
    Email,
    /// The employee a person is linked to.
    HrisId,
    /// A group's name.
    GroupName,
    /// The slug of an organisation.
    Slug,
    /// A second live connection.
    Connection,
    /// A second fallback region.
    FallbackRegion,
    /// An id that is there already.
    Id,
}

impl Clash {
    /// Name on PostgreSQL, and the columns by which SQLite names the same key.
    const KEYS: [(Self, &'static str, &'static str); 6] = [
        (
            Self::Email,
            "person_email",
            "person.org_id, person.email_key",
        ),
        (Self::HrisId, "person_hris", "person.org_id, person.hris_id"),
        (Self::GroupName, "grp_name", "grp.org_id, grp.name_key"),
        (Self::Slug, "organisation_slug", "organisation.slug"),
        (Self::Connection, "connection_live", "connection.org_id"),
        (Self::FallbackRegion, "region_fallback", "region.org_id"),
    ];

    fn words(self) -> &'static str {
        match self {
            Self::Email => "two active or upcoming people would have one email",
            Self::HrisId => "two people would be linked to one employee of the HRIS",
            Self::GroupName => "two groups would have one name",
            Self::Slug => "two organisations would have one slug",
            Self::Connection => "the organisation is connected to an HRIS already",
            Self::FallbackRegion => "two regions would be the fallback",
            Self::Id => "something with this id is there already",
        }
    }

    fn of(error: &dyn sqlx::error::DatabaseError) -> Self {
        let message = error.message();
        let columns = message.strip_prefix("UNIQUE constraint failed: ");
        Self::KEYS
            .iter()
            .find(|(_, name, key)| error.constraint() == Some(name) || columns == Some(key))
            .map_or(Self::Id, |(clash, ..)| *clash)
    }
}

impl StoreError {
    /// Stored text that cannot be read.
    pub(crate) fn unreadable(
        what: impl Into<String>,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self::Unreadable {
            what: what.into(),
            source: source.into(),
        }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(database) => {
                if database.is_unique_violation() {
                    return Self::Clash(Clash::of(database.as_ref()));
                }
                match database.code().as_deref().map(Kind::of) {
                    Some(Kind::ReadOnly) => Self::ReadOnly(error),
                    Some(Kind::Full) => Self::Full(error),
                    Some(Kind::Disk) => Self::Disk(error),
                    Some(Kind::Damaged) => Self::Damaged(error),
                    Some(Kind::Busy) => Self::Busy(error),
                    Some(Kind::Unreachable) => Self::Unreachable(error),
                    Some(Kind::Schema) => Self::BrokenSchema {
                        detail: database.message().to_owned(),
                    },
                    _ if is_schema(database.message()) => Self::BrokenSchema {
                        detail: database.message().to_owned(),
                    },
                    _ => Self::Database(error),
                }
            }
            sqlx::Error::PoolTimedOut => Self::Busy(error),
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::Protocol(_)
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::Configuration(_) => Self::Unreachable(error),
            sqlx::Error::ColumnDecode { index, .. } => Self::Unreadable {
                what: format!("column {index}"),
                source: Box::new(error),
            },
            _ => Self::Database(error),
        }
    }
}

/// What an error code of either engine comes to.
enum Kind {
    ReadOnly,
    Full,
    Disk,
    Damaged,
    Busy,
    Unreachable,
    /// A table or a column is missing.
    Schema,
    Other,
}

/// SQLite has one code for every statement that does not fit, and tells by words why.
fn is_schema(message: &str) -> bool {
    let missing = ["no such table: ", "no such column: ", "no such index: "];
    missing.iter().any(|words| message.starts_with(words))
        || message.starts_with("table ") && message.contains(" has no column named ")
}

impl Kind {
    /// PostgreSQL's codes are five letters or digits, SQLite's are numbers whose low byte is the
    /// kind: <https://www.sqlite.org/rescode.html>.
    fn of(code: &str) -> Self {
        if code.len() == 5 {
            return match code {
                "25006" => Self::ReadOnly,
                "53100" => Self::Full,
                "58030" => Self::Disk,
                "XX001" | "XX002" => Self::Damaged,
                "42P01" | "42703" => Self::Schema,
                "55P03" | "25P03" | "40001" | "40P01" | "53300" => Self::Busy,
                "3D000" | "57P01" | "57P02" | "57P03" => Self::Unreachable,
                _ if code.starts_with("08") || code.starts_with("28") => Self::Unreachable,
                _ => Self::Other,
            };
        }
        match code.parse::<u32>().map(|code| code & 0xff) {
            Ok(8) => Self::ReadOnly,
            Ok(13) => Self::Full,
            Ok(10) => Self::Disk,
            Ok(11 | 26) => Self::Damaged,
            Ok(5 | 6) => Self::Busy,
            Ok(14) => Self::Unreachable,
            _ => Self::Other,
        }
    }
}
