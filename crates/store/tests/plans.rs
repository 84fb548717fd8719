//! Plans made by hand: the store must write whatever stands in a plan.

use domain::{
    Action, Code, FieldChange, FieldValue, FindingOutcome, GroupRef, HrisId, Person, PersonField,
    PersonRef, Status,
    text::{email_key, fold_name},
};
use reconcile::{Finding, Outcome, PersonChange, PersonState, Plan, Weight};

/// A plan of these changes, in the order plans have.
pub(crate) fn plan(mut changes: Vec<PersonChange>) -> Plan {
    changes.sort_by(|a, b| a.subject.cmp(&b.subject));
    Plan {
        changes,
        ..Plan::default()
    }
}

/// A plan that only finds something.
pub(crate) fn plan_of_findings(findings: Vec<Finding>) -> Plan {
    let outcomes = findings
        .iter()
        .filter_map(|finding| Some((finding.hris_id.clone()?, Outcome::Unchanged)))
        .collect();
    Plan {
        findings,
        outcomes,
        ..Plan::default()
    }
}

pub(crate) fn state(person: &Person) -> PersonState {
    PersonState {
        hris_id: person.hris_id.clone(),
        email: person.email.clone(),
        email_key: person.email_key.clone(),
        first_name: person.first_name.clone(),
        last_name: person.last_name.clone(),
        status: person.status,
        archived_by: person.archived_by,
        source: person.source,
        start_date: person.start_date,
        end_date: person.end_date,
        country: person.country,
        region: person.region,
        group: person.group.map(GroupRef::Existing),
        manual_groups: person.manual_groups.clone(),
        approver: person.approver.map(PersonRef::Existing),
        manual_approvers: person.manual_approvers.clone(),
    }
}

/// Somebody new.
pub(crate) fn add(person: &Person, edit: impl FnOnce(&mut PersonState)) -> PersonChange {
    let mut after = state(person);
    edit(&mut after);
    let subject = PersonRef::New(person.hris_id.clone().unwrap());
    let mut fields = vec![text(PersonField::Email, None, Some(&after.email))];
    fields.extend(references(None, &after));
    fields.extend(lists(person));
    change(subject, Action::Add, after, fields)
}

/// Somebody who changes.
pub(crate) fn update(before: &Person, edit: impl FnOnce(&mut PersonState)) -> PersonChange {
    let mut after = state(before);
    edit(&mut after);
    after.email_key = email_key(&after.email);
    let was = state(before);
    let mut fields = Vec::new();
    if was.email != after.email {
        fields.push(text(
            PersonField::Email,
            Some(&was.email),
            Some(&after.email),
        ));
    }
    if was.first_name != after.first_name {
        fields.push(text(
            PersonField::FirstName,
            Some(&was.first_name),
            Some(&after.first_name),
        ));
    }
    if was.status != after.status {
        let (was, after) = (was.status.as_str(), after.status.as_str());
        fields.push(text(PersonField::Status, Some(was), Some(after)));
    }
    if was.hris_id != after.hris_id {
        let (was, after) = (was.hris_id.as_ref(), after.hris_id.as_ref());
        let field = PersonField::HrisId;
        fields.push(text(
            field,
            was.map(HrisId::as_str),
            after.map(HrisId::as_str),
        ));
    }
    fields.extend(references(Some(&was), &after));
    if (&was.manual_groups, &was.manual_approvers)
        != (&after.manual_groups, &after.manual_approvers)
    {
        fields.push(FieldChange {
            field: PersonField::ManualGroups,
            before: None,
            after: None,
        });
    }
    let action = match (was.status, after.status) {
        (Status::Archived, Status::Archived) => Action::Update,
        (_, Status::Archived) => Action::Archive,
        (Status::Archived, _) => Action::Restore,
        _ => Action::Update,
    };
    change(PersonRef::Existing(before.id), action, after, fields)
}

/// Somebody who is archived by the HRIS.
pub(crate) fn archive(before: &Person) -> PersonChange {
    update(before, |after| {
        after.status = Status::Archived;
        after.archived_by = Some(domain::ArchivedBy::Hris);
    })
}

/// What a whole run found about an employee.
pub(crate) fn flag(hris_id: &str, code: Code, seen: &str) -> Finding {
    Finding {
        hris_id: Some(HrisId::from(hris_id)),
        person: None,
        code,
        outcome: FindingOutcome::Flagged,
        name: hris_id.into(),
        email: "".into(),
        seen: seen.into(),
    }
}

/// A flag about somebody of the directory.
pub(crate) fn flag_person(person: &Person, code: Code) -> Finding {
    Finding {
        hris_id: person.hris_id.clone(),
        person: Some(PersonRef::Existing(person.id)),
        name: person.name(),
        email: person.email.clone(),
        ..flag("", code, "")
    }
}

/// A group to be made: folded name and name.
pub(crate) fn new_group(name: &str) -> (domain::SmolStr, domain::SmolStr) {
    (fold_name(name), name.into())
}

/// The lists set by hand, as fields that change.
pub(crate) fn lists(person: &Person) -> Vec<FieldChange> {
    let groups = person
        .manual_groups
        .iter()
        .map(|id| GroupRef::Existing(*id))
        .collect();
    let approvers = person
        .manual_approvers
        .iter()
        .map(|id| PersonRef::Existing(*id))
        .collect();
    [
        (PersonField::ManualGroups, FieldValue::Groups(groups)),
        (PersonField::ManualApprovers, FieldValue::People(approvers)),
    ]
    .into_iter()
    .map(|(field, after)| FieldChange {
        field,
        before: None,
        after: Some(after),
    })
    .collect()
}

fn references(was: Option<&PersonState>, after: &PersonState) -> Vec<FieldChange> {
    let mut fields = Vec::new();
    let before = was.and_then(|was| was.group.clone());
    if before != after.group {
        fields.push(FieldChange {
            field: PersonField::Group,
            before: before.map(FieldValue::Group),
            after: after.group.clone().map(FieldValue::Group),
        });
    }
    let before = was.and_then(|was| was.approver.clone());
    if before != after.approver {
        fields.push(FieldChange {
            field: PersonField::Approver,
            before: before.map(FieldValue::Person),
            after: after.approver.clone().map(FieldValue::Person),
        });
    }
    fields
}

pub(crate) fn text(field: PersonField, before: Option<&str>, after: Option<&str>) -> FieldChange {
    let value = |text: &str| FieldValue::Text(text.into());
    FieldChange {
        field,
        before: before.map(value),
        after: after.map(value),
    }
}

fn change(
    subject: PersonRef,
    action: Action,
    after: PersonState,
    fields: Vec<FieldChange>,
) -> PersonChange {
    PersonChange {
        hris_id: after.hris_id.clone(),
        name: after.first_name.clone(),
        email: after.email.clone(),
        weight: Weight {
            archives: action == Action::Archive,
            new: action == Action::Add,
            ..Weight::default()
        },
        subject,
        action,
        after,
        fields,
        why: "The HRIS says so.".to_owned(),
    }
}
