//! Permission groups: who may be seen, and which sections of them.

use serde::{Deserialize, Serialize};

use crate::{catalogue, settings::Settings};

/// What `PUT /_sandbox/permissions` takes. No group at all: every call about people is 403, as HiBob does it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Permissions {
    /// The groups the service user is in; somebody is visible if any covers them. At most 64.
    pub groups: Vec<Group>,
}

/// One permission group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// The sections this group opens, by their category id (`root`, `about`, `work`, …).
    pub sections: Vec<String>,
    /// The lifecycle statuses the group's audience is limited to, case aside; `None` is everybody.
    #[serde(default)]
    pub lifecycle_statuses: Option<Vec<String>>,
    /// Field ids this group does not open although it opens their section.
    #[serde(default)]
    pub hidden_fields: Vec<String>,
}

impl Default for Permissions {
    /// Everybody and every section.
    fn default() -> Self {
        let sections = catalogue::SECTIONS
            .iter()
            .map(|s| s.id.to_owned())
            .collect();
        Self {
            groups: vec![Group {
                sections,
                lifecycle_statuses: None,
                hidden_fields: Vec::new(),
            }],
        }
    }
}

/// The groups that cover one person, a bit each.
pub(crate) type Coverage = u64;

impl Permissions {
    /// Refuses unknown sections, unknown fields and more groups than a [`Coverage`] has bits.
    pub(crate) fn check(&self) -> Result<(), String> {
        if self.groups.len() > 64 {
            return Err(format!(
                "there are {} groups; at most 64 are taken",
                self.groups.len()
            ));
        }
        for group in &self.groups {
            group
                .sections
                .iter()
                .try_for_each(|section| catalogue::known_section(section))?;
            group
                .hidden_fields
                .iter()
                .try_for_each(|field| known_field(field))?;
        }
        Ok(())
    }

    /// Which groups cover somebody with that lifecycle status.
    pub(crate) fn coverage(&self, status: Option<&str>) -> Coverage {
        self.groups
            .iter()
            .enumerate()
            .filter(|(_, group)| group.covers(status))
            .fold(0, |mask, (at, _)| mask | 1 << at)
    }

    /// Whether those groups open a section at all.
    pub(crate) fn opens_section(&self, coverage: Coverage, section: &str) -> bool {
        self.covering(coverage)
            .any(|group| group.sections.iter().any(|s| s == section))
    }

    /// Whether those groups open a field.
    pub(crate) fn opens_field(
        &self,
        coverage: Coverage,
        field: &catalogue::Field,
        settings: &Settings,
    ) -> bool {
        let section = catalogue::section_of(field, settings);
        self.covering(coverage).any(|group| {
            group.sections.iter().any(|s| s == section)
                && !group
                    .hidden_fields
                    .iter()
                    .any(|hidden| hides(hidden, field.id))
        })
    }

    fn covering(&self, coverage: Coverage) -> impl Iterator<Item = &Group> {
        self.groups
            .iter()
            .enumerate()
            .filter(move |(at, _)| coverage >> at & 1 == 1)
            .map(|(_, group)| group)
    }

    /// These permissions without a section: what an admin's wrong click does.
    pub(crate) fn without_section(mut self, section: &str) -> Self {
        for group in &mut self.groups {
            group.sections.retain(|s| s != section);
        }
        self
    }

    /// These permissions with every audience narrowed to Employed.
    pub(crate) fn only_employed(mut self) -> Self {
        for group in &mut self.groups {
            group.lifecycle_statuses = Some(vec!["Employed".to_owned()]);
        }
        self
    }
}

impl Group {
    fn covers(&self, status: Option<&str>) -> bool {
        let Some(statuses) = &self.lifecycle_statuses else {
            return true;
        };
        status.is_some_and(|status| statuses.iter().any(|s| s.eq_ignore_ascii_case(status)))
    }
}

fn known_field(id: &str) -> Result<(), String> {
    match catalogue::find(id) {
        Some(field) if field.id == id => Ok(()),
        _ => Err(format!(
            "`hidden_fields` names `{id}`, which is no field of the sandbox"
        )),
    }
}

/// Hiding `work.reportsTo` hides `work.reportsTo.email` with it.
fn hides(hidden: &str, field: &str) -> bool {
    field
        .strip_prefix(hidden)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}
