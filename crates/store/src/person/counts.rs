//! The numbers of the first page: each is counted from the few rows that it is about, and not from everybody.

use domain::OrganisationId;
use jiff::civil::Date;

use crate::{
    Store, StoreError,
    engine::{read_count, statements, values},
};

statements! {
    WITH_BUDGET =
        "SELECT COUNT(DISTINCT b.person_id) FROM budget b
         JOIN person p ON p.org_id = b.org_id AND p.id = b.person_id
         WHERE b.org_id = $1 AND b.ended_at IS NULL AND b.period_end >= $2
           AND p.status = 'active'";
    INVITED =
        "SELECT COUNT(*) FROM person p
         WHERE p.org_id = $1 AND p.status = 'active' AND p.id IN (
           SELECT id FROM person WHERE org_id = $1 AND can_sign_in = 1
           UNION SELECT person_id FROM invitation WHERE org_id = $1 AND state <> 'never')";
    WITH_FINDING =
        "SELECT COUNT(DISTINCT person_id) FROM finding
         WHERE org_id = $1 AND gone_seq IS NULL AND person_id IS NOT NULL";
}

/// How many people there are of some kinds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PeopleCounts {
    /// Active, with a budget now or to come.
    pub with_budget: u64,
    /// Active, and invited or able to sign in.
    pub invited: u64,
    /// With something open.
    pub with_finding: u64,
}

impl Store {
    /// Counts them.
    pub async fn people_counts(
        &self,
        org: OrganisationId,
        today: Date,
    ) -> Result<PeopleCounts, StoreError> {
        let mut session = self.engine.read().await?;
        let today = today.to_string();
        let with_budget = session
            .maybe_one(&WITH_BUDGET, &values![org, today], read_count)
            .await?;
        let invited = session
            .maybe_one(&INVITED, &values![org], read_count)
            .await?;
        let with_finding = session
            .maybe_one(&WITH_FINDING, &values![org], read_count)
            .await?;
        Ok(PeopleCounts {
            with_budget: with_budget.unwrap_or_default(),
            invited: invited.unwrap_or_default(),
            with_finding: with_finding.unwrap_or_default(),
        })
    }
}
