//! Who moves to another email.

use std::collections::BTreeMap;

use domain::{Code, HrisId, SmolStr, Status};
use hris::Seen;
use reconcile::Outcome;

use super::{Book, Fate, Key, wished};

impl Book<'_> {
    /// Who moves to another email: all who can once everybody has moved who can.
    pub(super) fn settle_emails(&mut self) {
        let mut moving: BTreeMap<Key, SmolStr> = BTreeMap::new();
        let mut present: BTreeMap<Key, Option<SmolStr>> = BTreeMap::new();
        for (who, body) in &self.told.after.people {
            if body.status != Status::Archived {
                present.insert(who.clone(), Some(body.email_key.clone()));
            }
        }
        let mut employee_of: BTreeMap<Key, HrisId> = BTreeMap::new();
        for (id, staff) in &self.staff {
            if staff.fate != Fate::Here {
                continue;
            }
            let (who, _) = staff.subject.clone().expect("everybody here has one");
            let own = self
                .before
                .people
                .get(&who)
                .map(|body| body.email_key.clone());
            if let Some(key) = wished(staff.e())
                && own.as_deref() != Some(key)
            {
                moving.insert(who.clone(), key.into());
            }
            present.insert(who.clone(), own);
            employee_of.insert(who, id.clone());
        }
        loop {
            let at = |who: &Key| moving.get(who).or(present[who].as_ref());
            let blocked = |who: &&Key| {
                let others = present.keys().filter(|other| other != who);
                at(who).is_none_or(|key| others.into_iter().any(|other| at(other) == Some(key)))
            };
            // Who comes back and claims nothing gives way to whoever claims the email, and whoever
            // claims it to who has it.
            let mut movers = present.keys().filter(|who| moving.contains_key(*who));
            let mut returning = present
                .keys()
                .filter(|who| self.could_stay_away(who) && !moving.contains_key(*who));
            let blocked = returning.find(blocked).or_else(|| movers.find(blocked));
            let Some(who) = blocked.cloned() else { break };
            let was_moving = moving.remove(&who).is_some();
            if !was_moving || present[&who].is_none() {
                // A new person has no other email, and one who returns cannot have their own.
                present.remove(&who);
                self.told.flags.remove(&(who.clone(), Code::EmailTaken));
                let id = employee_of[&who].clone();
                self.done(&id, Outcome::Skipped(Code::DuplicateEmail));
            } else {
                self.told.flags.insert((who, Code::EmailTaken));
            }
        }
        for staff in self.staff.values() {
            if staff.fate == Fate::Here
                && let Some((who, _)) = &staff.subject
                && let Seen::Value(email) = &staff.e().email
                && let Some(body) = self.told.after.people.get_mut(who)
                && (moving.contains_key(who) || body.email_key == email.key())
            {
                body.email = email.as_str().into();
                body.email_key = email.key().into();
            }
        }
    }

    /// Somebody archived who comes back in this run, and could also not.
    pub(super) fn could_stay_away(&self, who: &Key) -> bool {
        self.before
            .people
            .get(who)
            .is_some_and(|body| body.status == Status::Archived)
    }
}
