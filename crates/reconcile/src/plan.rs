//! Plans: the exact list of changes a roster would cause, computed before anything is written.

use std::borrow::Cow;

use domain::{
    Action, ArchivedBy, Code, Country, Counts, FieldChange, FindingOutcome, GroupId, GroupRef,
    HrisId, PersonField, PersonId, PersonRef, RegionId, SmolStr, Source, Status, person::full_name,
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{change, why};

/// The exact list of changes.
///
/// Everything in it is sorted, and nothing in it depends on the order of the directory or of the
/// roster, so equal plans have equal [`Plan::hash`]es.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// One per person that changes, sorted by [`PersonChange::subject`].
    pub changes: Vec<PersonChange>,
    /// Groups to make and to rename, and the departments that point to them.
    pub groups: GroupPlan,
    /// Who was skipped or flagged and why, sorted.
    pub findings: Vec<Finding>,
    /// How many employees had which outcome.
    pub counts: Counts,
    /// The outcome of each employee by id, sorted; a record without a readable id is only counted.
    pub outcomes: Vec<(HrisId, Outcome)>,
}

/// What became of an employee. Exactly one each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The account is created.
    Added,
    /// Something of the person changes.
    Updated,
    /// The person is archived.
    Archived,
    /// An archived person comes back.
    Restored,
    /// Nothing to do.
    Unchanged,
    /// Starts later: recorded, not added yet.
    Upcoming,
    /// Nothing to do with us, for this reason.
    OutOfScope(Code),
    /// Could not be synced, for this reason.
    Skipped(Code),
}

/// What happens to one person.
///
/// A first sync plans as many of these as a company has people, so they hold nothing twice: what the
/// record as it will stand tells already is made of it when it is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonChange {
    /// Who.
    pub subject: PersonRef,
    /// What is done.
    pub action: Action,
    /// The whole record as it will stand.
    pub after: PersonState,
    /// What a safeguard may count this as.
    pub weight: Weight,
    /// What the record alone does not tell: of somebody who is in the directory already, or who comes
    /// from elsewhere than an HRIS.
    #[serde(skip_serializing_if = "Option::is_none")]
    of_known: Option<Box<OfKnown>>,
}

/// Of somebody new every field differs from nothing, and why they come follows from the record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct OfKnown {
    fields: Vec<FieldChange>,
    why: String,
}

/// What the safeguards count a change as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent marks, not a state"
)]
pub struct Weight {
    /// Somebody active is archived.
    pub archives: bool,
    /// Linked before, gets another email or HRIS id.
    pub identity: bool,
    /// Linked before, gets another approver.
    pub approver: bool,
    /// Linked before, goes to another group (a renamed department counts for nothing).
    pub group: bool,
    /// A record that was not there before.
    pub new: bool,
}

/// The managed part of a person's record as it will stand after the change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(
    missing_docs,
    reason = "the fields of `domain::Person`, by reference where ids are still to be drawn"
)]
pub struct PersonState {
    pub hris_id: Option<HrisId>,
    pub email: SmolStr,
    pub email_key: SmolStr,
    pub first_name: SmolStr,
    pub last_name: SmolStr,
    pub status: Status,
    pub archived_by: Option<ArchivedBy>,
    pub source: Source,
    pub start_date: Option<Date>,
    pub end_date: Option<Date>,
    pub country: Option<Country>,
    pub region: Option<RegionId>,
    pub group: Option<GroupRef>,
    pub manual_groups: Vec<GroupId>,
    pub approver: Option<PersonRef>,
    pub manual_approvers: Vec<PersonId>,
}

/// What happens to groups.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupPlan {
    /// Groups to make: folded name and name, sorted.
    pub create: Vec<(SmolStr, SmolStr)>,
    /// Groups to rename, sorted.
    pub rename: Vec<GroupRename>,
    /// Departments that point to a group from now on, where that is new: id and group, sorted.
    pub sources: Vec<(SmolStr, GroupRef)>,
}

impl GroupPlan {
    /// Whether no group changes.
    pub fn is_empty(&self) -> bool {
        self.create.is_empty() && self.rename.is_empty() && self.sources.is_empty()
    }
}

/// A group gets another name and moves nobody.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct GroupRename {
    /// Which group.
    pub group: GroupId,
    /// Its name so far.
    pub before: SmolStr,
    /// Its new name.
    pub after: SmolStr,
    /// The new name, folded.
    pub after_key: SmolStr,
}

/// Somebody who was skipped or flagged.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Finding {
    /// The employee, as far as known.
    pub hris_id: Option<HrisId>,
    /// The person, if there is one (or will be).
    pub person: Option<PersonRef>,
    /// Why.
    pub code: Code,
    /// Skipped or flagged.
    pub outcome: FindingOutcome,
    /// Name as far as known.
    pub name: SmolStr,
    /// Email as far as known.
    pub email: SmolStr,
    /// What was seen.
    pub seen: SmolStr,
}

impl Plan {
    /// Whether applying it would write anything about people or groups.
    pub fn changes_nothing(&self) -> bool {
        self.changes.is_empty() && self.groups.is_empty()
    }

    /// A digest of what would be applied: changes and groups, not the findings.
    ///
    /// Two plans with the same hash write the same. It is what `--expect` and an approval compare.
    ///
    /// # Panics
    /// Never: a plan is made of strings and numbers, which JSON can hold.
    pub fn hash(&self) -> String {
        // The serialiser writes a few bytes at a time; a digest likes them in blocks.
        let mut digest = std::io::BufWriter::with_capacity(1 << 16, DigestWriter(Sha256::new()));
        let content = (&self.changes, &self.groups);
        serde_json::to_writer(&mut digest, &content).expect("a plan can be written as JSON");
        let Ok(digest) = digest.into_inner() else {
            unreachable!("a digest takes every byte")
        };
        digest
            .0
            .finalize()
            .iter()
            .fold(String::with_capacity(64), |mut hex, byte| {
                use std::fmt::Write;
                let _ = write!(hex, "{byte:02x}");
                hex
            })
    }
}

struct DigestWriter(Sha256);

impl std::io::Write for DigestWriter {
    fn write(&mut self, buffer: &[u8]) -> std::io::Result<usize> {
        self.0.update(buffer);
        Ok(buffer.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl PersonChange {
    /// Somebody new.
    pub fn of_new(employee: HrisId, after: PersonState) -> Self {
        Self {
            subject: PersonRef::New(employee),
            action: Action::Add,
            after,
            weight: Weight {
                new: true,
                ..Weight::default()
            },
            of_known: None,
        }
    }

    /// Somebody in the directory: with each field that changes, in the order of the fields, and why.
    pub fn of_known(
        person: PersonId,
        action: Action,
        after: PersonState,
        weight: Weight,
        fields: Vec<FieldChange>,
        why: String,
    ) -> Self {
        let subject = PersonRef::Existing(person);
        Self::told(subject, action, after, weight, fields, why)
    }

    /// Anybody, with each field that changes, in the order of the fields, and why.
    pub(crate) fn told(
        subject: PersonRef,
        action: Action,
        after: PersonState,
        weight: Weight,
        fields: Vec<FieldChange>,
        why: String,
    ) -> Self {
        Self {
            subject,
            action,
            after,
            weight,
            of_known: Some(Box::new(OfKnown { fields, why })),
        }
    }

    /// The id of the person, when they existed before.
    pub fn existing(&self) -> Option<PersonId> {
        match self.subject {
            PersonRef::Existing(id) => Some(id),
            PersonRef::New(_) => None,
        }
    }

    /// The employee behind it, if any.
    pub fn hris_id(&self) -> Option<&HrisId> {
        self.after.hris_id.as_ref()
    }

    /// As they will be called.
    pub fn name(&self) -> SmolStr {
        full_name(&self.after.first_name, &self.after.last_name)
            .unwrap_or_else(|| self.after.email.clone())
    }

    /// As they will be reached.
    pub fn email(&self) -> &SmolStr {
        &self.after.email
    }

    /// Each field that changes, in the order of the fields.
    pub fn fields(&self) -> Cow<'_, [FieldChange]> {
        match &self.of_known {
            Some(known) => Cow::Borrowed(&known.fields),
            None => Cow::Owned(change::differences(None, &self.after)),
        }
    }

    /// Whether one of these fields changes.
    pub fn touches(&self, wanted: impl Fn(PersonField) -> bool) -> bool {
        match &self.of_known {
            Some(known) => known.fields.iter().any(|change| wanted(change.field)),
            None => change::filled(&self.after, wanted),
        }
    }

    /// Why, in words.
    pub fn why(&self) -> Cow<'_, str> {
        match &self.of_known {
            Some(known) => Cow::Borrowed(&known.why),
            None => Cow::Owned(why::apply(
                self.action,
                self.after.status,
                false,
                &self.after,
            )),
        }
    }
}
