//! Which fields the updates of a run are about: what to look at first where there are many.

use std::collections::BTreeMap;

use domain::{Action, OrganisationId, PersonField, RunId};
use reconcile::Plan;

use crate::{
    Store, StoreError,
    engine::{statements, values},
};

statements! {
    RUN_FIELDS = "SELECT field_counts FROM run WHERE org_id = $1 AND id = $2";
}

/// As a run keeps it.
pub(super) fn counted(plan: &Plan) -> Result<String, StoreError> {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    let updates = plan.changes.iter();
    for change in updates.filter(|change| change.action == Action::Update) {
        for field in change.fields().iter() {
            *counts.entry(field.field.as_str()).or_default() += 1;
        }
    }
    crate::json(&counts)
}

impl Store {
    /// How many updates of a run are about each field, the most first.
    pub async fn run_fields(
        &self,
        org: OrganisationId,
        run: RunId,
    ) -> Result<Vec<(PersonField, u64)>, StoreError> {
        let mut session = self.engine.read().await?;
        let counts = session
            .maybe_one(&RUN_FIELDS, &values![org, run], |row| {
                row.maybe_json::<BTreeMap<String, u64>>()
            })
            .await?;
        let counts = counts.flatten().unwrap_or_default().into_iter();
        let mut counts: Vec<(PersonField, u64)> = counts
            .filter_map(|(field, updates)| Some((field.parse().ok()?, updates)))
            .collect();
        counts.sort_by_key(|(field, updates)| (std::cmp::Reverse(*updates), *field));
        Ok(counts)
    }
}
