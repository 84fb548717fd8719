//! Every statement there is.
//!
//! A statement lives beside the code that runs it and is listed here, so that one test can prepare
//! all of them on both engines.

use sqlx::SqlSafeStr as _;

use crate::{
    Store, StoreError,
    engine::{Bulk, SIZES, Statement},
};

/// The plain statements of all modules.
const ALL: &[&[Statement]] = &[
    crate::answers::STATEMENTS,
    crate::budget::STATEMENTS,
    crate::connection::STATEMENTS,
    crate::content::STATEMENTS,
    crate::credential::STATEMENTS,
    crate::directory::STATEMENTS,
    crate::email_hold::STATEMENTS,
    crate::erase::STATEMENTS,
    crate::erase::OTHERS,
    crate::erase::SCRUB,
    crate::erase::TRACES,
    crate::finding::STATEMENTS,
    crate::group::STATEMENTS,
    crate::history::STATEMENTS,
    crate::invitation::STATEMENTS,
    crate::job::STATEMENTS,
    crate::last_runs::STATEMENTS,
    crate::last_seen::STATEMENTS,
    crate::mail::STATEMENTS,
    crate::once::STATEMENTS,
    crate::organisation::STATEMENTS,
    crate::person::counts::STATEMENTS,
    crate::person::list::STATEMENTS,
    crate::person::lookup::STATEMENTS,
    crate::person::pages::STATEMENTS,
    crate::policy::STATEMENTS,
    crate::queued::STATEMENTS,
    crate::region::STATEMENTS,
    crate::run::STATEMENTS,
    crate::saved_view::STATEMENTS,
    crate::run::changes::STATEMENTS,
    crate::run::fields::STATEMENTS,
    crate::run::found::STATEMENTS,
    crate::run::items::STATEMENTS,
    crate::run::list::STATEMENTS,
    crate::second_factor::STATEMENTS,
    crate::secret::STATEMENTS,
    crate::session::STATEMENTS,
    crate::out_of_scope::STATEMENTS,
    crate::people_file::STATEMENTS,
    crate::setup_link::STATEMENTS,
    crate::snooze::STATEMENTS,
    crate::task::STATEMENTS,
    crate::token::STATEMENTS,
    crate::webhook::STATEMENTS,
];

/// The bulk statements of all modules.
static ALL_BULKS: [&[&Bulk]; 20] = [
    crate::answers::BULKS,
    crate::budget::BULKS,
    crate::content::BULKS,
    crate::erase::BULKS,
    crate::finding::BULKS,
    crate::group::BULKS,
    crate::history::BULKS,
    crate::invitation::BULKS,
    crate::job::BULKS,
    crate::last_seen::BULKS,
    crate::mail::BULKS,
    crate::person::edit::BULKS,
    crate::person::list::BULKS,
    crate::person::lookup::BULKS,
    crate::person::write::BULKS,
    crate::region::BULKS,
    crate::run::changes::BULKS,
    crate::run::items::BULKS,
    crate::task::BULKS,
    crate::second_factor::BULKS,
];

impl Store {
    /// Prepares every statement on this database, the bulk ones in each of their sizes, and tells
    /// how many there were. `doctor` and the tests call it: a schema that somebody changed by hand
    /// shows here.
    pub async fn prepare_all(&self) -> Result<usize, StoreError> {
        // A statement that is only prepared writes nothing.
        let mut session = self.engine.read().await?;
        let mut prepared = 0;
        for statement in ALL.iter().flat_map(|module| module.iter()) {
            let named = session.prepare(statement.sql.into_sql_str()).await;
            named.map_err(|error| name(statement.name, error))?;
            prepared += 1;
        }
        for bulk in ALL_BULKS.iter().flat_map(|module| module.iter()) {
            for size in 0..SIZES.len() {
                let text = bulk.text(session.dialect(), size);
                session
                    .prepare(text)
                    .await
                    .map_err(|error| name(bulk.name, error))?;
                prepared += 1;
            }
        }
        Ok(prepared)
    }
}

fn name(statement: &str, error: StoreError) -> StoreError {
    match error {
        StoreError::Database(source) => StoreError::BrokenSchema {
            detail: format!("{statement}: {source}"),
        },
        other => other,
    }
}
