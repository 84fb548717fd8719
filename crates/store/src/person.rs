//! People: reading, writing, listing and editing them.

pub(crate) mod counts;
pub(crate) mod edit;
pub(crate) mod list;
pub(crate) mod lookup;
pub(crate) mod pages;
pub(crate) mod row;
mod totals;
pub(crate) mod write;

use domain::{HrisId, Person};

pub(crate) use totals::Totals;

use crate::{StoreError, engine::Reader};

/// The columns of a person, in the order of [`read`].
macro_rules! person_columns {
    () => {
        "p.id, p.hris_id, p.email, p.email_key, p.first_name, p.last_name, p.status, p.archived_by,
         p.archived_at, p.admin, p.can_sign_in, p.source, p.start_date, p.end_date, p.country,
         p.region_id, p.group_id, p.approver_id, p.version, p.updated_at"
    };
}
pub(crate) use person_columns;

/// Reads the columns of `person_columns!`; lists set by hand stand in tables of their own.
pub(crate) fn read(row: &mut Reader<'_>) -> Result<Person, StoreError> {
    let (id, hris_id) = (row.id()?, row.maybe_text()?.map(HrisId::from));
    let (email, key) = (row.compact()?, row.text()?);
    // Most addresses are their own key, and may share its memory.
    let email_key = if email == key {
        email.clone()
    } else {
        key.into()
    };
    Ok(Person {
        id,
        hris_id,
        email,
        email_key,
        first_name: row.compact()?,
        last_name: row.compact()?,
        status: row.word()?,
        archived_by: row.maybe_word()?,
        archived_at: row.maybe_instant()?,
        admin: row.flag()?,
        can_sign_in: row.flag()?,
        source: row.word()?,
        start_date: row.maybe_date()?,
        end_date: row.maybe_date()?,
        country: row.maybe_word()?,
        region: row.maybe_id()?,
        group: row.maybe_id()?,
        approver: row.maybe_id()?,
        manual_groups: Vec::new(),
        manual_approvers: Vec::new(),
        version: row.int()?,
        updated_at: row.instant()?,
    })
}
