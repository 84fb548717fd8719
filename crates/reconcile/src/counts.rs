//! Counting outcomes.

use domain::{Action, Counts, FindingOutcome};

use crate::plan::{Outcome, Plan};

/// How many employees had which outcome; records without a readable id are skipped ones.
pub(crate) fn count(plan: &Plan, unreadable: usize) -> Counts {
    let mut counts = Counts {
        employees: (plan.outcomes.len() + unreadable) as u64,
        skipped: unreadable as u64,
        flagged: flagged_people(plan),
        ..Counts::default()
    };
    for (_, outcome) in &plan.outcomes {
        let counter = match outcome {
            Outcome::Added => &mut counts.added,
            Outcome::Updated => &mut counts.updated,
            Outcome::Archived => &mut counts.archived,
            Outcome::Restored => &mut counts.restored,
            Outcome::Unchanged => &mut counts.unchanged,
            Outcome::Upcoming => &mut counts.upcoming,
            Outcome::OutOfScope(_) => &mut counts.out_of_scope,
            Outcome::Skipped(_) => &mut counts.skipped,
        };
        *counter += 1;
    }
    let archived = plan
        .changes
        .iter()
        .filter(|change| change.action == Action::Archive)
        .count();
    counts.archived_missing = archived as u64 - counts.archived;
    counts
}

/// Findings are sorted by employee and person, so those of one person stand together.
fn flagged_people(plan: &Plan) -> u64 {
    let flagged: Vec<_> = plan
        .findings
        .iter()
        .filter(|finding| finding.outcome == FindingOutcome::Flagged)
        .collect();
    flagged
        .chunk_by(|a, b| a.hris_id == b.hris_id && a.person == b.person)
        .count() as u64
}
