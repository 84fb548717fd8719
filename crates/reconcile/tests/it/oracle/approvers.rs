//! Line managers.

use domain::{Code, Status};
use hris::{ManagerRef, Seen};

use super::{Body, Book, Key};

impl Book<'_> {
    pub(super) fn assign_approvers(&mut self) {
        let people = self.told.after.people.clone();
        let synced: Vec<(Key, Seen<ManagerRef>)> = self
            .synced()
            .into_iter()
            .map(|(who, e)| (who, e.manager.clone()))
            .collect();
        for (who, manager) in &synced {
            let active = |body: &Body| body.status == Status::Active && body.hris.is_some();
            let is_meant = |body: &Body| match manager {
                Seen::Value(ManagerRef::Id(id)) => body.hris.as_ref() == Some(id),
                Seen::Value(ManagerRef::Email(key)) => body.email_key == *key,
                _ => false,
            };
            let body = self.told.after.people.get_mut(who).expect("somebody");
            match manager {
                Seen::Absent | Seen::Bad(_) => {}
                Seen::Null => body.approver = None,
                Seen::Value(_) if is_meant(&people[who]) => {
                    body.approver = None;
                    self.told.flags.insert((who.clone(), Code::ManagerIsSelf));
                }
                Seen::Value(_) => {
                    let found = people
                        .iter()
                        .find(|(_, body)| is_meant(body) && active(body));
                    body.approver = found.map(|(key, _)| key.clone());
                    if found.is_some() {
                        body.manual_approvers.clear();
                    } else {
                        self.told
                            .flags
                            .insert((who.clone(), Code::ManagerUnavailable));
                    }
                }
            }
        }
        for who in people.keys() {
            let mut at = who.clone();
            for _ in 0..people.len() {
                let Some(body) = self.told.after.people.get(&at) else {
                    break;
                };
                if body.status == Status::Archived {
                    break;
                }
                let Some(next) = &body.approver else { break };
                at.clone_from(next);
                if at == *who {
                    self.told.flags.insert((who.clone(), Code::ManagerCycle));
                    break;
                }
            }
        }
    }
}
