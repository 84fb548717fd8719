//! What holds at any time, whatever happened.
//!
//! | invariant | check |
//! |---|---|
//! | I1 no sync touches budgets, I12 nor sends mail | [`nothing_to_spend_or_send`] |
//! | I2 an admin who can sign in | [`of_directory`], every day |
//! | I3 nobody archived without evidence | [`archived_with_evidence`], after every run |
//! | nothing keeps a leaver in | [`no_leaver_is_let_in`], after every run |
//! | I4 one active person per email, I5 one link per employee | [`of_directory`], every day |
//! | I6 nobody approves themselves, nobody archived approves | [`of_directory`], every day; [`approvers_can_approve`] in the end |
//! | I7 a preview is what is applied | `Month::preview_and_sync`, on some days |
//! | I8 the same again changes nothing | `Month::sync_again`, on some days |
//! | I9 one run at a time | [`runs_do_not_overlap`], in the end |
//! | I10 a hold is applied only when approved | [`holds_were_approved`], in the end |
//! | I11 the history tells the present | [`history_tells_the_present`], in the end |
//! | I13 nothing crosses an organisation | `Month::other_content`, in the end |
//! | I14 no secret and nobody's data in logs, no secret in rows | `Month::nothing_leaked`, in the end |

use std::collections::{BTreeMap, BTreeSet};

use app::{App, PeopleQuery};
use domain::{
    ArchivedBy, FieldValue, GroupRef, Organisation, Person, PersonField, PersonId, PersonRef,
    RunId, RunKind, RunState, SmolStr, Status, Trigger,
};
use jiff::civil::Date;
use reconcile::Directory;
use store::Store;

use crate::database::Database;

/// I2, I4, I5, I6.
pub(crate) fn of_directory(what: &str, directory: &Directory) {
    let mut emails = BTreeSet::new();
    let mut links = BTreeSet::new();
    let mut admins = 0;
    for person in &directory.people {
        admins += usize::from(person.is_acting_admin());
        if person.status != Status::Archived && !person.email_key.is_empty() {
            let is_new = emails.insert(&person.email_key);
            assert!(is_new, "{what}: two people with the email of {person:?}");
        }
        if let Some(id) = &person.hris_id {
            assert!(
                links.insert(id),
                "{what}: two people linked like {person:?}"
            );
        }
        let approves =
            person.approver == Some(person.id) || person.manual_approvers.contains(&person.id);
        assert!(!approves, "{what}: approves themself: {person:?}");
    }
    assert!(admins > 0, "{what}: nobody is left who can sign in");
}

/// I6 as people are shown: approvers are active.
pub(crate) async fn approvers_can_approve(app: &App, org: &Organisation, directory: &Directory) {
    let status: BTreeMap<PersonId, Status> = directory
        .people
        .iter()
        .map(|person| (person.id, person.status))
        .collect();
    let shown = app.people(org, &PeopleQuery::default()).await.unwrap();
    assert_eq!(shown.items.len(), directory.people.len());
    for person in shown.items {
        for approver in &person.approvers {
            assert_eq!(status[&approver.id], Status::Active, "{person:?}");
            assert_ne!(approver.id, person.id);
        }
    }
}

/// I3: whoever was archived since is called a leaver by what HiBob said, or has a last day that is over.
pub(crate) fn archived_with_evidence(
    what: &str,
    before: &Directory,
    after: &Directory,
    left: impl Fn(&str) -> bool,
    today: Date,
) {
    let stood: BTreeMap<PersonId, &Person> = before
        .people
        .iter()
        .map(|person| (person.id, person))
        .collect();
    for person in &after.people {
        let was_archived = |before: &&Person| before.status == Status::Archived;
        if person.status != Status::Archived || stood.get(&person.id).is_some_and(was_archived) {
            continue;
        }
        let evidence = match (&person.hris_id, person.archived_by) {
            (_, None) => false,
            (_, Some(ArchivedBy::Admin)) => true,
            (Some(id), Some(_)) => left(id.as_str()),
            (None, Some(_)) => person.end_date.is_some_and(|end| end <= today),
        };
        assert!(evidence, "{what}: archived without evidence: {person:?}");
    }
}

/// Nobody who has left is let in again: whoever came back is no leaver by what HiBob says today.
pub(crate) fn no_leaver_is_let_in(
    what: &str,
    before: &Directory,
    after: &Directory,
    left: impl Fn(&str) -> bool,
) {
    let archived: BTreeSet<PersonId> = before
        .people
        .iter()
        .filter(|person| person.status == Status::Archived)
        .map(|person| person.id)
        .collect();
    for person in &after.people {
        let is_back = archived.contains(&person.id) && person.status != Status::Archived;
        let id = person.hris_id.as_ref().map_or("", domain::HrisId::as_str);
        assert!(!(is_back && left(id)), "{what}: let in again: {person:?}");
    }
}

/// I1 and I12: nobody gave anybody a budget or an invitation in this month, so whatever there is was
/// made by a sync, which never may.
pub(crate) async fn nothing_to_spend_or_send(database: &Database) {
    for (table, row) in database.all_rows().await {
        let table = table.as_str();
        let never = ["budget", "budget_entry", "invitation", "session", "job"];
        assert!(!never.contains(&table), "made by a sync: {row}");
        let to_people = ["'sign_in'", "'invitation'", "\"sign_in\"", "\"invitation\""];
        assert!(
            table != "mail" || !to_people.iter().any(|kind| row.contains(kind)),
            "mailed by a sync: {row}"
        );
    }
}

/// I9: by the one clock of all processes, each sync ends before the next one begins.
pub(crate) async fn runs_do_not_overlap(store: &Store, org: &Organisation) {
    let runs = store.runs(org.id, None, None).await.unwrap().items;
    let mut turns: Vec<_> = runs
        .iter()
        .map(|record| &record.run)
        // A hold ends when somebody answers, and then its beginning is long ago.
        .filter(|run| run.kind == RunKind::Sync && run.hold.is_empty())
        .map(|run| (run.started_at, run.finished_at.unwrap(), run.id))
        .collect();
    turns.sort_unstable();
    for pair in turns.windows(2) {
        assert!(pair[0].1 <= pair[1].0, "{pair:?} overlap");
    }
}

/// I10.
pub(crate) async fn holds_were_approved(
    store: &Store,
    org: &Organisation,
    approved: &BTreeSet<RunId>,
) {
    for record in store.runs(org.id, None, None).await.unwrap().items {
        let applied = record.run.kind == RunKind::Sync && record.run.state.is_success();
        if applied && !record.run.hold.is_empty() {
            assert!(approved.contains(&record.run.id), "{record:?}");
        }
        let known = record.run.state != RunState::Failed || record.run.error.is_some();
        assert!(
            known && record.run.trigger != Trigger::Webhook,
            "{record:?}"
        );
    }
}

/// I11: every line begins where the one before ended, and the last one ends where the person stands.
pub(crate) async fn history_tells_the_present(
    store: &Store,
    org: &Organisation,
    directory: &Directory,
) {
    for person in &directory.people {
        let history = store.history(org.id, person.id, None, None).await.unwrap();
        let mut told: BTreeMap<PersonField, Option<FieldValue>> = BTreeMap::new();
        for entry in history.items.iter().rev() {
            for change in &entry.fields {
                let stood = told.get(&change.field).cloned().flatten();
                assert_eq!(stood, change.before, "{:?} of {person:?}", change.field);
                told.insert(change.field, change.after.clone());
            }
        }
        for field in PersonField::ALL {
            let stands = value_of(person, *field);
            let told = told.get(field).cloned().flatten();
            assert_eq!(told, stands, "{field} of {person:?}");
        }
    }
}

/// A field as the history has it.
fn value_of(person: &Person, field: PersonField) -> Option<FieldValue> {
    let text = |text: &SmolStr| (!text.is_empty()).then(|| FieldValue::Text(text.clone()));
    let word = |word: &str| Some(FieldValue::Text(word.into()));
    match field {
        PersonField::HrisId => word(person.hris_id.as_ref()?.as_str()),
        PersonField::Status => word(person.status.as_str()),
        PersonField::Email => text(&person.email),
        PersonField::FirstName => text(&person.first_name),
        PersonField::LastName => text(&person.last_name),
        PersonField::Source => word(person.source.as_str()),
        PersonField::StartDate => person.start_date.map(FieldValue::Date),
        PersonField::EndDate => person.end_date.map(FieldValue::Date),
        PersonField::Country => word(person.country?.as_str()),
        PersonField::ContentRegion => person.region.map(FieldValue::Region),
        PersonField::Group => Some(FieldValue::Group(GroupRef::Existing(person.group?))),
        PersonField::ManualGroups => {
            let groups = person.manual_groups.iter().copied().map(GroupRef::Existing);
            let groups: Vec<_> = groups.collect();
            (!groups.is_empty()).then_some(FieldValue::Groups(groups))
        }
        PersonField::Approver => Some(FieldValue::Person(PersonRef::Existing(person.approver?))),
        PersonField::ManualApprovers => {
            let people = person.manual_approvers.iter().copied();
            let people: Vec<_> = people.map(PersonRef::Existing).collect();
            (!people.is_empty()).then_some(FieldValue::People(people))
        }
        PersonField::Admin => person.admin.then_some(FieldValue::Flag(true)),
        PersonField::ArchivedBy => word(person.archived_by?.as_str()),
    }
}
