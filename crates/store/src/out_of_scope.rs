//! Employees of whom there is nothing to be done: told by the HRIS, and neither anybody here nor skipped.

use domain::OrganisationId;

use crate::{
    LastSeen, Page, Store, StoreError,
    cursor::{decode, encode, rows_for},
    engine::{statements, values},
    last_seen,
};

statements! {
    // As the last whole run left it. Whoever is skipped is no business of this list.
    OUT_OF_SCOPE =
        "SELECT l.hris_id, l.record, e.reason
         FROM last_seen l
         LEFT JOIN exclusion e ON e.org_id = l.org_id AND e.hris_id = l.hris_id
         WHERE l.org_id = $1 AND l.gone_seq IS NULL AND l.hris_id > $2
           AND NOT EXISTS (
             SELECT 1 FROM person p WHERE p.org_id = l.org_id AND p.hris_id = l.hris_id)
           AND l.hris_id NOT IN (
             SELECT f.hris_id FROM finding f
             WHERE f.org_id = $1 AND f.gone_seq IS NULL AND f.outcome = 'skipped'
               AND f.hris_id IS NOT NULL)
         ORDER BY l.hris_id LIMIT $3";
}

/// An employee who is out of scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutOfScope {
    /// As last seen.
    pub seen: LastSeen,
    /// Why an admin left them out, if one did; otherwise they had left before they were ever here.
    pub left_out: Option<String>,
}

impl Store {
    /// Employees of whom there is nothing to be done, by id. Those who were erased are not known any more.
    pub async fn out_of_scope(
        &self,
        org: OrganisationId,
        limit: u32,
        after: Option<&str>,
    ) -> Result<Page<OutOfScope>, StoreError> {
        let [last] = after.map_or_else(|| Ok([String::new()]), decode)?;
        let mut session = self.engine.read().await?;
        let found = session
            .all(
                &OUT_OF_SCOPE,
                &values![org, last, rows_for(Some(limit))],
                |row| {
                    Ok(OutOfScope {
                        seen: LastSeen {
                            id: domain::HrisId(row.compact()?),
                            gone: false,
                            copies: last_seen::copies(row)?,
                        },
                        left_out: row.maybe_text()?.map(str::to_owned),
                    })
                },
            )
            .await?;
        Ok(Page::cut(found, Some(limit), None, |found| {
            encode(&[found.seen.id.as_str()])
        }))
    }
}
