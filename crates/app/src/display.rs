//! From records to what people read: ids become names.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    FieldChange, FieldValue, GroupId, GroupRef, OrganisationId, PersonId, PersonRef, RegionId,
    budget,
};
use jiff::civil::Date;
use store::{PersonRow, RunChange, RunFinding};

use crate::{
    App, Failure,
    erased::NOBODY,
    view::{
        ApproverView, ChangeView, FieldView, FindingView, GroupView, InvitationView, PersonView,
        RegionView,
    },
};

impl PersonView {
    /// As of a day, which decides which budget is the current one.
    pub(crate) fn of(row: PersonRow, today: Date) -> Self {
        let PersonRow {
            person,
            region,
            groups,
            approvers,
            attention,
            budgets,
            invitation: (state, sent_at),
        } = row;
        Self {
            invitation: InvitationView { state, sent_at },
            id: person.id,
            email: person.email,
            first_name: person.first_name,
            last_name: person.last_name,
            status: person.status,
            admin: person.admin,
            source: person.source,
            hris_id: person.hris_id,
            start_date: person.start_date,
            end_date: person.end_date,
            country: person.country,
            content_region: region.map(|region| RegionView {
                id: region.id,
                name: region.name,
            }),
            groups: groups
                .into_iter()
                .map(|group| GroupView {
                    id: group.id,
                    name: group.name,
                    managed: group.managed,
                })
                .collect(),
            approvers: approvers
                .into_iter()
                .map(|approver| ApproverView {
                    id: approver.id,
                    name: approver.name,
                    email: approver.email,
                    managed: approver.managed,
                })
                .collect(),
            budget: budget::shown(&budgets, today).map(Into::into),
            attention,
            archived_at: person.archived_at,
            archived_by: person.archived_by,
            updated_at: person.updated_at,
        }
    }
}

impl From<RunFinding> for FindingView {
    fn from(finding: RunFinding) -> Self {
        Self {
            outcome: finding.outcome,
            person_id: finding.person_id,
            hris_id: finding.hris_id,
            name: finding.name,
            email: finding.email,
            code: finding.code,
            seen: finding.seen,
            mend: finding.code.mend(),
        }
    }
}

/// Names of everything that a list of changes speaks of.
pub(crate) struct Names {
    people: BTreeMap<PersonId, String>,
    groups: BTreeMap<GroupId, String>,
    regions: BTreeMap<RegionId, String>,
    /// People and groups that a preview would make.
    coming: BTreeMap<String, String>,
}

impl App {
    /// The names that changes need, in one statement per kind.
    pub(crate) async fn names_for<'a>(
        &self,
        org: OrganisationId,
        fields: impl Iterator<Item = &'a FieldChange>,
        coming: BTreeMap<String, String>,
    ) -> Result<Names, Failure> {
        let mut people = BTreeSet::new();
        for value in fields
            .flat_map(|change| [&change.before, &change.after])
            .flatten()
        {
            match value {
                FieldValue::Person(PersonRef::Existing(id)) => {
                    people.insert(*id);
                }
                FieldValue::People(references) => {
                    people.extend(references.iter().filter_map(|reference| match reference {
                        PersonRef::Existing(id) => Some(*id),
                        PersonRef::New(_) => None,
                    }));
                }
                _ => {}
            }
        }
        let people: Vec<PersonId> = people.into_iter().collect();
        let named = self.store.people_by_id(org, &people).await?;
        let groups = self.store.groups(org).await?;
        let regions = self.store.regions(org).await?;
        Ok(Names {
            people: named
                .iter()
                .map(|person| (person.id, person.name().to_string()))
                .collect(),
            groups: groups
                .into_iter()
                .map(|group| (group.id, group.name.to_string()))
                .collect(),
            regions: regions
                .regions()
                .iter()
                .map(|region| (region.id, region.name.clone()))
                .collect(),
            coming,
        })
    }
}

impl Names {
    /// A change in words.
    pub(crate) fn change(&self, change: RunChange) -> ChangeView {
        // A line of the history without anybody behind it is an erased person's.
        let name = if change.name.is_empty() && change.hris_id.is_none() {
            NOBODY.into()
        } else {
            change.name
        };
        ChangeView {
            person_id: change.person_id,
            hris_id: change.hris_id,
            name,
            email: change.email,
            action: change.action,
            fields: self.fields(&change.fields),
            why: change.why,
        }
    }

    /// Fields in words.
    pub(crate) fn fields(&self, fields: &[FieldChange]) -> Vec<FieldView> {
        fields
            .iter()
            .map(|change| FieldView {
                field: change.field,
                before: change.before.as_ref().map(|value| self.value(value)),
                after: change.after.as_ref().map(|value| self.value(value)),
            })
            .collect()
    }

    fn value(&self, value: &FieldValue) -> String {
        match value {
            FieldValue::Text(text) => text.to_string(),
            FieldValue::Date(date) => date.to_string(),
            FieldValue::Flag(flag) => if *flag { "yes" } else { "no" }.to_owned(),
            FieldValue::Person(person) => self.person(person),
            FieldValue::People(people) => people
                .iter()
                .map(|person| self.person(person))
                .collect::<Vec<_>>()
                .join("; "),
            FieldValue::Group(group) => self.group(group),
            FieldValue::Groups(groups) => groups
                .iter()
                .map(|group| self.group(group))
                .collect::<Vec<_>>()
                .join("; "),
            FieldValue::Region(region) => self
                .regions
                .get(region)
                .cloned()
                .unwrap_or_else(|| "a removed region".to_owned()),
        }
    }

    fn person(&self, person: &PersonRef) -> String {
        match person {
            PersonRef::Existing(id) => self
                .people
                .get(id)
                .cloned()
                .unwrap_or_else(|| NOBODY.to_owned()),
            PersonRef::New(id) => self
                .coming
                .get(id.as_str())
                .cloned()
                .unwrap_or_else(|| id.to_string()),
        }
    }

    fn group(&self, group: &GroupRef) -> String {
        match group {
            GroupRef::Existing(id) => self
                .groups
                .get(id)
                .cloned()
                .unwrap_or_else(|| "a removed group".to_owned()),
            GroupRef::New(key) => self
                .coming
                .get(key.as_str())
                .cloned()
                .unwrap_or_else(|| key.to_string()),
        }
    }
}
