//! The directory by content: who stands how, without the ids and instants that two databases never
//! have in common.

use std::collections::BTreeMap;

use app::view::RunReport;
use domain::{Code, GroupId, Organisation, Person, PersonId};
use jiff::Timestamp;
use reconcile::Directory;

use crate::installation::Process;

impl Process {
    pub(crate) async fn directory(&self, org: &Organisation, now: Timestamp) -> Directory {
        self.store
            .load_directory(org.id, now)
            .await
            .unwrap()
            .directory
    }
}

/// A line per person and group, sorted.
pub(crate) fn content(directory: &Directory) -> Vec<String> {
    let groups: BTreeMap<GroupId, &str> = directory
        .groups
        .iter()
        .map(|group| (group.id, group.name.as_str()))
        .collect();
    let people: BTreeMap<PersonId, String> = directory
        .people
        .iter()
        .map(|person| (person.id, called(person)))
        .collect();
    let mut lines: Vec<String> = directory
        .people
        .iter()
        .map(|person| line(person, directory, &groups, &people))
        .collect();
    lines.extend(directory.groups.iter().map(|group| {
        let mut sources = group.sources.clone();
        sources.sort();
        format!("group {} = {sources:?}", group.name)
    }));
    lines.sort_unstable();
    lines
}

fn called(person: &Person) -> String {
    match &person.hris_id {
        Some(id) => id.to_string(),
        None => person.email.to_string(),
    }
}

fn line(
    person: &Person,
    directory: &Directory,
    groups: &BTreeMap<GroupId, &str>,
    people: &BTreeMap<PersonId, String>,
) -> String {
    let region = person.region.and_then(|id| directory.regions.name(id));
    let group = person.group.map(|id| groups[&id]);
    let approver = person.approver.map(|id| people[&id].clone());
    let manual_groups: Vec<_> = person.manual_groups.iter().map(|id| groups[id]).collect();
    let manual_approvers: Vec<_> = person
        .manual_approvers
        .iter()
        .map(|id| people[id].clone())
        .collect();
    format!(
        "person {} <{}> {} {} {} by {:?} from {} {:?}..{:?} {:?} {region:?} {group:?} {approver:?} \
         {manual_groups:?} {manual_approvers:?} admin {} {}",
        called(person),
        person.email,
        person.first_name,
        person.last_name,
        person.status,
        person.archived_by,
        person.source,
        person.start_date,
        person.end_date,
        person.country,
        person.admin,
        person.can_sign_in,
    )
}

/// Who a run skipped or flagged, and why; an email that is reused is told only by the run that adds.
pub(crate) fn findings(report: &RunReport) -> Vec<String> {
    let mut lines: Vec<String> = report
        .skipped
        .iter()
        .filter(|finding| finding.code != Code::EmailReused)
        .map(|finding| {
            format!(
                "{} {} {:?} {:?} {}",
                finding.outcome, finding.code, finding.hris_id, finding.email, finding.seen
            )
        })
        .collect();
    lines.sort_unstable();
    lines
}

/// Fails with the lines that only one side has.
pub(crate) fn assert_same(what: &str, found: &[String], expected: &[String]) {
    let only = |these: &[String], those: &[String]| -> Vec<String> {
        let missing = these.iter().filter(|line| !those.contains(line));
        missing.cloned().collect()
    };
    assert!(
        found == expected,
        "{what}\nonly found: {:#?}\nonly expected: {:#?}",
        only(found, expected),
        only(expected, found)
    );
}
