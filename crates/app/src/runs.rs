//! Runs as they are looked at.

use std::collections::{BTreeMap, BTreeSet};

use domain::{FieldChange, FieldValue, HrisId, Organisation, PersonRef, RunId};
use store::{ChangesFilter, Page, RunChange, RunRecord, RunsFilter};

use crate::{
    App, Failure,
    view::{ChangeView, FindingView, GroupChangeView, List, RunReport, RunView},
};

/// How many changes a report has.
const PAGE: u32 = 500;

impl App {
    /// Runs, newest first.
    pub async fn runs(
        &self,
        org: &Organisation,
        limit: Option<u32>,
        after: Option<&str>,
    ) -> Result<List<RunView>, Failure> {
        let page = self.store.runs(org.id, limit, after).await?;
        Ok(List {
            items: page
                .items
                .into_iter()
                .map(|record| record.run.into())
                .collect(),
            total: page.total,
            next: page.next,
        })
    }

    /// Runs of one sort, newest first.
    pub async fn runs_of(
        &self,
        org: &Organisation,
        filter: RunsFilter,
        limit: u32,
        after: Option<&str>,
    ) -> Result<List<RunView>, Failure> {
        let page = self.store.runs_of(org.id, filter, Some(limit), after);
        let page = page.await?;
        let runs = page.items.into_iter().map(|record| record.run.into());
        Ok(List {
            items: runs.collect(),
            total: page.total,
            next: page.next,
        })
    }

    /// When a run was taken back as a whole, if it was.
    pub async fn undone_at(
        &self,
        org: &Organisation,
        id: RunId,
    ) -> Result<Option<jiff::Timestamp>, Failure> {
        Ok(self.run_record(org, &id.to_string()).await?.undone_at)
    }

    /// What a run changed or would change: of one sort, or of people with words in their name.
    pub async fn run_changes_of(
        &self,
        org: &Organisation,
        id: RunId,
        filter: &ChangesFilter,
        limit: Option<u32>,
        after: Option<&str>,
    ) -> Result<List<ChangeView>, Failure> {
        let record = self.run_record(org, &id.to_string()).await?;
        let page = self.store.run_changes_of(org.id, id, filter, limit, after);
        self.in_words(org, &record, page.await?).await
    }

    /// What a run that was applied did to somebody.
    pub async fn run_change_of(
        &self,
        org: &Organisation,
        id: RunId,
        person: domain::PersonId,
    ) -> Result<Option<ChangeView>, Failure> {
        let record = self.run_record(org, &id.to_string()).await?;
        let Some(change) = self.store.run_change_of(org.id, id, person).await? else {
            return Ok(None);
        };
        let page = Page {
            items: vec![change],
            total: None,
            next: None,
        };
        let mut list = self.in_words(org, &record, page).await?;
        Ok(list.items.pop())
    }

    /// How many updates of a run are about each field, the most first.
    pub async fn run_fields(
        &self,
        org: &Organisation,
        id: RunId,
    ) -> Result<Vec<(domain::PersonField, u64)>, Failure> {
        Ok(self.store.run_fields(org.id, id).await?)
    }

    /// Who was skipped or flagged for one reason, by pages.
    pub async fn run_findings_of(
        &self,
        org: &Organisation,
        id: RunId,
        code: Option<domain::Code>,
        limit: Option<u32>,
        after: Option<&str>,
    ) -> Result<List<FindingView>, Failure> {
        let page = self.store.run_findings_of(org.id, id, code, limit, after);
        let page = page.await?;
        Ok(List {
            items: page.items.into_iter().map(FindingView::from).collect(),
            total: page.total,
            next: page.next,
        })
    }

    /// Whom the runs so far have skipped or flagged and nothing has settled since, by pages.
    pub async fn open_findings(
        &self,
        org: &Organisation,
        code: Option<domain::Code>,
        limit: Option<u32>,
        after: Option<&str>,
    ) -> Result<List<FindingView>, Failure> {
        let page = self.store.open_findings(org.id, code, limit, after).await?;
        Ok(List {
            items: page.items.into_iter().map(FindingView::from).collect(),
            total: page.total,
            next: page.next,
        })
    }

    /// How many of them there are for each reason, the most first.
    pub async fn open_by_code(
        &self,
        org: &Organisation,
    ) -> Result<Vec<(domain::Code, u64)>, Failure> {
        let mut reasons = self.store.open_by_code(org.id).await?;
        reasons.sort_by_key(|(code, people)| (std::cmp::Reverse(*people), *code));
        Ok(reasons)
    }

    /// How many are skipped by now.
    pub async fn skipped_now(&self, org: &Organisation) -> Result<u64, Failure> {
        let skipped = domain::FindingOutcome::Skipped;
        Ok(self.store.open_people(org.id, skipped).await?)
    }

    /// Whether a sync of everybody has ever been stored.
    pub async fn has_synced(&self, org: &Organisation) -> Result<bool, Failure> {
        Ok(self.store.last_runs(org.id, None).await?.judged.is_some())
    }

    /// The sync that waits for an admin, if one does.
    pub async fn held_run(&self, org: &Organisation) -> Result<Option<RunId>, Failure> {
        let held = self.store.held_runs(org.id).await?;
        Ok(held.first().map(|held| held.run.id))
    }

    /// How many were skipped or flagged for each reason, the most first.
    pub async fn run_findings_by_code(
        &self,
        org: &Organisation,
        id: RunId,
    ) -> Result<Vec<(domain::Code, u64)>, Failure> {
        let mut reasons = self.store.run_findings_by_code(org.id, id).await?;
        reasons.sort_by_key(|(code, people)| (std::cmp::Reverse(*people), *code));
        Ok(reasons)
    }

    /// One run, in short.
    pub async fn run_view(&self, org: &Organisation, id: &str) -> Result<RunView, Failure> {
        Ok(self.run_record(org, id).await?.run.into())
    }

    /// Who was skipped or flagged by a run, by pages.
    pub async fn run_findings(
        &self,
        org: &Organisation,
        id: RunId,
        limit: Option<u32>,
        after: Option<&str>,
    ) -> Result<List<FindingView>, Failure> {
        let page = self.store.run_findings(org.id, id, limit, after).await?;
        Ok(List {
            items: page.items.into_iter().map(FindingView::from).collect(),
            total: page.total,
            next: page.next,
        })
    }

    /// One run with everything it did or would do.
    pub async fn run(&self, org: &Organisation, id: &str) -> Result<RunReport, Failure> {
        let record = self.run_record(org, id).await?;
        self.report(org, record.run.id).await
    }

    pub(crate) async fn run_record(
        &self,
        org: &Organisation,
        id: &str,
    ) -> Result<RunRecord, Failure> {
        let record = match id.parse::<RunId>() {
            Ok(id) => self.store.run(org.id, id).await?,
            Err(_) => None,
        };
        record.ok_or_else(|| Failure::not_found("run", id))
    }

    pub(crate) async fn report(&self, org: &Organisation, id: RunId) -> Result<RunReport, Failure> {
        let record = self.run_record(org, &id.to_string()).await?;
        let changes = self.changes_of(org, &record, Some(PAGE), None).await?;
        let findings = self.store.run_findings(org.id, id, None, None).await?.items;
        let groups = record.group_changes.unwrap_or_default();
        let created = groups.create.into_iter().map(|(_, name)| GroupChangeView {
            action: "create",
            before: None,
            after: name.to_string(),
        });
        let renamed = groups.rename.into_iter().map(|rename| GroupChangeView {
            action: "rename",
            before: Some(rename.before.to_string()),
            after: rename.after.to_string(),
        });
        Ok(RunReport {
            run: record.run.into(),
            undone_at: record.undone_at,
            groups: created.chain(renamed).collect(),
            skipped: findings.into_iter().map(FindingView::from).collect(),
            changes_total: changes.total.unwrap_or_default(),
            more_changes: changes.next,
            changes: changes.items,
        })
    }

    /// What a run changed or would change, by pages.
    pub async fn run_changes(
        &self,
        org: &Organisation,
        id: RunId,
        limit: Option<u32>,
        after: Option<&str>,
    ) -> Result<List<ChangeView>, Failure> {
        let record = self.run_record(org, &id.to_string()).await?;
        self.changes_of(org, &record, limit, after).await
    }

    /// The report with all of its changes, for whoever wants to hold them all.
    pub async fn whole(
        &self,
        org: &Organisation,
        mut report: RunReport,
    ) -> Result<RunReport, Failure> {
        while let Some(next) = report.more_changes.take() {
            let page = self
                .run_changes(org, report.run.id, Some(PAGE), Some(&next))
                .await?;
            report.changes.extend(page.items);
            report.more_changes = page.next;
        }
        Ok(report)
    }

    async fn changes_of(
        &self,
        org: &Organisation,
        record: &RunRecord,
        limit: Option<u32>,
        after: Option<&str>,
    ) -> Result<List<ChangeView>, Failure> {
        let run = record.run.id;
        let page = self.store.run_changes(org.id, run, limit, after).await?;
        self.in_words(org, record, page).await
    }

    async fn in_words(
        &self,
        org: &Organisation,
        record: &RunRecord,
        page: Page<RunChange>,
    ) -> Result<List<ChangeView>, Failure> {
        let coming = self.coming(org, record, &page.items).await?;
        let fields = page.items.iter().flat_map(|change| &change.fields);
        let names = self.names_for(org.id, fields, coming).await?;
        Ok(List {
            items: page
                .items
                .into_iter()
                .map(|change| names.change(change))
                .collect(),
            total: page.total,
            next: page.next,
        })
    }

    /// What people and groups will be called that a stored plan would make and these changes name.
    async fn coming(
        &self,
        org: &Organisation,
        record: &RunRecord,
        changes: &[RunChange],
    ) -> Result<BTreeMap<String, String>, Failure> {
        let groups = record
            .group_changes
            .iter()
            .flat_map(|groups| &groups.create);
        let mut coming: BTreeMap<String, String> = groups
            .map(|(key, name)| (key.to_string(), name.to_string()))
            .collect();
        let named = changes.iter().flat_map(|change| &change.fields);
        let named: BTreeSet<HrisId> = named.flat_map(newcomers).collect();
        let named: Vec<HrisId> = named.into_iter().collect();
        for change in self.store.planned(org.id, record.run.id, &named).await? {
            if let Some(id) = change.hris_id {
                coming.insert(id.to_string(), change.name.to_string());
            }
        }
        Ok(coming)
    }
}

/// The people whom a plan would make and a field will lead to.
fn newcomers(change: &FieldChange) -> Vec<HrisId> {
    let new = |person: &PersonRef| match person {
        PersonRef::New(id) => Some(id.clone()),
        PersonRef::Existing(_) => None,
    };
    match &change.after {
        Some(FieldValue::Person(person)) => new(person).into_iter().collect(),
        Some(FieldValue::People(people)) => people.iter().filter_map(new).collect(),
        _ => Vec::new(),
    }
}
