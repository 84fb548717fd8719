//! Who is meant: an employee's person, or nobody yet.

use domain::{Code, HrisId, SmolStr, Status, text::fold_name};
use hris::{Employee, Seen};
use reconcile::Outcome;

use super::{Body, Book, Fate, How, Key, Staff, wished};

impl Book<'_> {
    /// Who, of those who have not left, claims an email.
    pub(super) fn claimants(&self, key: &str) -> Vec<HrisId> {
        let claims = |staff: &Staff<'_>| {
            let here = matches!(
                &staff.fate,
                Fate::Here | Fate::Frozen | Fate::Done(Outcome::Skipped(_))
            );
            here && staff.copies.iter().any(|e| wished(e) == Some(key))
        };
        self.staff
            .iter()
            .filter(|(_, staff)| claims(staff))
            .map(|(id, _)| id.clone())
            .collect()
    }

    pub(super) fn contest_emails(&mut self) {
        let contested: Vec<HrisId> = self
            .staff
            .iter()
            .filter(|(_, staff)| staff.fate == Fate::Here)
            .filter(|(_, staff)| wished(staff.e()).is_some_and(|key| self.claimants(key).len() > 1))
            .map(|(id, _)| id.clone())
            .collect();
        for id in contested {
            self.done(&id, Outcome::Skipped(Code::DuplicateEmail));
        }
    }

    pub(super) fn holder(&self, email_key: &str) -> Option<(Key, Body)> {
        let here = |body: &Body| body.status != Status::Archived && body.email_key == email_key;
        let mut found = self.before.people.iter().filter(|(_, body)| here(body));
        found.next().map(|(key, body)| (key.clone(), body.clone()))
    }

    /// First name or surname agree.
    pub(super) fn same_name(&self, e: &Employee, body: &Body) -> bool {
        let agree = |seen: Option<SmolStr>, stored: &str| {
            seen.is_some_and(|seen| {
                !fold_name(&seen).is_empty() && fold_name(&seen) == fold_name(stored)
            })
        };
        agree(self.first_name(e).value().cloned(), &body.first)
            || agree(e.surname.value().cloned(), &body.last)
    }

    /// The first name by the policy: the display name's where that is preferred.
    pub(super) fn first_name(&self, e: &Employee) -> Seen<SmolStr> {
        if self.policy.use_preferred_name
            && let (Seen::Value(display), Seen::Value(surname)) = (&e.display_name, &e.surname)
            && let Some(first) = display.strip_suffix(surname.as_str())
            && !first.trim().is_empty()
        {
            return Seen::Value(first.trim().into());
        }
        e.first_name.clone()
    }

    /// Whether somebody's own employee has left in this very run.
    pub(super) fn leaves(&self, body: &Body) -> bool {
        let own = body.hris.as_ref().and_then(|id| self.staff.get(id));
        own.is_some_and(|staff| matches!(staff.fate, Fate::Left(..)))
    }

    /// Whether somebody's own employee has left and may hand the record on: not one who has the email
    /// of an unlinked person by now, and would be taken for that one once nobody is linked to them.
    pub(super) fn hands_on(&self, body: &Body) -> bool {
        let own = body.hris.as_ref().and_then(|id| self.staff.get(id));
        let elsewhere = own
            .and_then(|staff| wished(staff.e()))
            .filter(|key| self.claimants(key).is_empty())
            .and_then(|key| self.holder(key))
            .is_some_and(|(_, body)| body.hris.is_none() && body.status == Status::Active);
        self.leaves(body) && !elsewhere
    }

    /// Whether somebody's own employee asks for another email, and may be changed at all.
    pub(super) fn moves_on(&self, body: &Body) -> bool {
        let own = body.hris.as_ref().and_then(|id| self.staff.get(id));
        own.is_some_and(|staff| {
            staff.fate == Fate::Here
                && wished(staff.e()).is_some_and(|email| email != body.email_key)
        })
    }

    pub(super) fn absent(&self, body: &Body) -> bool {
        body.hris
            .as_ref()
            .is_none_or(|id| !self.staff.contains_key(id))
    }

    pub(super) fn find_people(&mut self) {
        let ids: Vec<HrisId> = self.staff.keys().cloned().collect();
        for id in ids {
            if self.staff[&id].subject.is_some() {
                continue;
            }
            let e = self.staff[&id].e();
            match self.staff[&id].fate {
                Fate::Here => self.find_person(&id, e),
                Fate::Left(..) => {
                    let joined = wished(e)
                        .filter(|key| self.claimants(key).is_empty())
                        .and_then(|key| self.holder(key))
                        .filter(|(_, body)| body.hris.is_none() && body.status == Status::Active)
                        .filter(|(key, _)| !self.is_subject(key) && !self.declined(key));
                    match joined {
                        Some((key, _)) => self.subject(&id, key, How::Joined),
                        None => self.done(&id, Outcome::OutOfScope(Code::LeftBefore)),
                    }
                }
                Fate::Frozen | Fate::Done(_) => {}
            }
        }
    }

    pub(super) fn is_subject(&self, key: &Key) -> bool {
        self.staff
            .values()
            .any(|staff| staff.subject.as_ref().is_some_and(|(k, _)| k == key))
    }

    pub(super) fn subject(&mut self, id: &HrisId, key: Key, how: How) {
        self.staff.get_mut(id).expect("on the roll").subject = Some((key, how));
    }

    pub(super) fn find_person(&mut self, id: &HrisId, e: &Employee) {
        let Some(key) = wished(e) else {
            let code = match e.email {
                Seen::Bad(_) => Code::InvalidEmail,
                _ => Code::MissingEmail,
            };
            return self.done(id, Outcome::Skipped(code));
        };
        let holder = self.holder(key);
        let mut reused = false;
        if let Some((who, body)) = &holder {
            if body.hris.is_none() {
                return self.subject(id, who.clone(), How::Joined);
            }
            if self.leaves(body) {
                if self.same_name(e, body) && self.hands_on(body) {
                    return self.subject(id, who.clone(), How::Took);
                }
                reused = true;
            } else if self.was_missed_for_long(who, body) && !self.declined(who) {
                if self.same_name(e, body) {
                    return self.subject(id, who.clone(), How::Took);
                }
                reused = true;
            } else if !self.moves_on(body) {
                // Contested: whoever has it keeps it.
                return self.done(id, Outcome::Skipped(Code::DuplicateEmail));
            }
        }
        let archived = self
            .before
            .people
            .iter()
            .filter(|(_, body)| body.status == Status::Archived && body.email_key == key);
        let mut candidates: Vec<_> = archived.clone().collect();
        reused |= !candidates.is_empty();
        candidates.retain(|(_, body)| {
            self.same_name(e, body) && (self.absent(body) || self.hands_on(body))
        });
        // The one archived last; of those archived in one moment the one with the smallest id.
        candidates.sort_by_key(|(who, _)| (self.archived_at.get(*who), std::cmp::Reverse(*who)));
        if let Some((who, _)) = candidates.last() {
            let who = (*who).clone();
            return self.subject(id, who, How::Returned);
        }
        self.subject(id, format!("new {id}"), How::New);
        self.staff.get_mut(id).expect("on the roll").reused = reused;
    }
}
