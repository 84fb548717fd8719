//! A directory by content.

use std::collections::{BTreeMap, BTreeSet};

use domain::{ArchivedBy, Country, HrisId, RegionId, SmolStr, Source, Status};
use jiff::civil::Date;
use reconcile::Directory;

/// A person's or group's id, or `new …` for one that the sync makes.
pub(crate) type Key = String;

/// A person's record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Body {
    pub(crate) hris: Option<HrisId>,
    pub(crate) email: SmolStr,
    pub(crate) email_key: SmolStr,
    pub(crate) first: SmolStr,
    pub(crate) last: SmolStr,
    pub(crate) status: Status,
    pub(crate) by: Option<ArchivedBy>,
    pub(crate) source: Source,
    pub(crate) start: Option<Date>,
    pub(crate) end: Option<Date>,
    pub(crate) country: Option<Country>,
    pub(crate) region: Option<RegionId>,
    pub(crate) group: Option<Key>,
    pub(crate) manual_groups: Vec<Key>,
    pub(crate) approver: Option<Key>,
    pub(crate) manual_approvers: Vec<Key>,
    pub(crate) admin: bool,
    pub(crate) can_sign_in: bool,
}

/// A group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Team {
    pub(crate) name_key: SmolStr,
    pub(crate) sources: BTreeSet<SmolStr>,
}

/// A directory by content.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Content {
    pub(crate) people: BTreeMap<Key, Body>,
    pub(crate) teams: BTreeMap<Key, Team>,
}

/// The content of a directory; who is not in `before` yet is called by employee and name.
pub(crate) fn content(directory: &Directory, before: &Directory) -> Content {
    let person_keys: BTreeMap<_, Key> = directory
        .people
        .iter()
        .map(|person| {
            let old = before.people.iter().any(|known| known.id == person.id);
            let hris = person.hris_id.as_ref().map_or("", HrisId::as_str);
            (
                person.id,
                if old {
                    person.id.to_string()
                } else {
                    format!("new {hris}")
                },
            )
        })
        .collect();
    let group_keys: BTreeMap<_, Key> = directory
        .groups
        .iter()
        .map(|group| {
            let old = before.groups.iter().any(|known| known.id == group.id);
            (
                group.id,
                if old {
                    group.id.to_string()
                } else {
                    format!("new {}", group.name_key)
                },
            )
        })
        .collect();
    let person_key = |id: &_| {
        person_keys
            .get(id)
            .cloned()
            .unwrap_or_else(|| "nobody".to_owned())
    };
    let group_key = |id: &_| {
        group_keys
            .get(id)
            .cloned()
            .unwrap_or_else(|| "none".to_owned())
    };
    let people = directory.people.iter().map(|person| {
        let body = Body {
            hris: person.hris_id.clone(),
            email: person.email.clone(),
            email_key: person.email_key.clone(),
            first: person.first_name.clone(),
            last: person.last_name.clone(),
            status: person.status,
            by: person.archived_by,
            source: person.source,
            start: person.start_date,
            end: person.end_date,
            country: person.country,
            region: person.region,
            group: person.group.as_ref().map(group_key),
            manual_groups: person.manual_groups.iter().map(group_key).collect(),
            approver: person.approver.as_ref().map(person_key),
            manual_approvers: person.manual_approvers.iter().map(person_key).collect(),
            admin: person.admin,
            can_sign_in: person.can_sign_in,
        };
        (person_key(&person.id), body)
    });
    let teams = directory.groups.iter().map(|group| {
        let team = Team {
            name_key: group.name_key.clone(),
            sources: group.sources.iter().cloned().collect(),
        };
        (group_key(&group.id), team)
    });
    Content {
        people: people.collect(),
        teams: teams.collect(),
    }
}
