//! What must hold in the end of a month.

use std::collections::BTreeSet;

use reconcile::Directory;

use super::{invariants, logs, month::Month, oracle::Oracle};
use crate::content::assert_same;

impl Month {
    /// Everything that must hold in the end.
    pub(crate) async fn conclude(&mut self) {
        let directory = self.directory().await;
        let roster = self.world.sandbox().roster();
        let excluded: BTreeSet<String> =
            directory.excluded.iter().map(ToString::to_string).collect();
        let oracle = Oracle {
            roster: &roster,
            hr: &self.hr,
            admin: &self.admin,
            today: self.today,
            known: &self.known,
            directory: &directory,
            excluded: &excluded,
        };
        let complaints = oracle.complaints();
        assert!(complaints.is_empty(), "{}: {complaints:#?}", self.what());
        self.sync_again().await;
        let store = &self.one.store;
        invariants::approvers_can_approve(&self.one.app, &self.org, &directory).await;
        invariants::runs_do_not_overlap(store, &self.org).await;
        invariants::holds_were_approved(store, &self.org, &self.admin.approved).await;
        invariants::history_tells_the_present(store, &self.org, &directory).await;
        invariants::nothing_to_spend_or_send(&self.world.database).await;
        assert_same(
            "another organisation",
            &self.other_content().await,
            &self.others,
        );
        self.nothing_leaked(&directory).await;
    }

    /// I13: the other organisation of the installation.
    pub(crate) async fn other_content(&self) -> Vec<String> {
        let id = self.other.id.to_string();
        let rows = self.world.database.all_rows().await;
        let theirs = rows.into_iter().filter(|(_, row)| row.contains(&id));
        let mut theirs: Vec<String> = theirs
            .map(|(table, row)| format!("{table} {row}"))
            .collect();
        theirs.sort_unstable();
        theirs
    }

    /// I14.
    async fn nothing_leaked(&self, directory: &Directory) {
        let rows = self.world.database.all_rows().await;
        for (table, row) in &rows {
            assert!(!row.contains(sandbox::TOKEN), "a token stands in {table}");
        }
        let log = logs::heard();
        assert!(!log.is_empty(), "nothing was heard at all");
        assert!(!log.contains(sandbox::TOKEN), "a token was logged");
        for person in &directory.people {
            let email = person.email.as_str();
            assert!(!log.contains(email), "{email} was logged");
        }
    }
}
