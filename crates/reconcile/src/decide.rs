//! What is to be done about one employee, once it is known who is meant and who leaves.

use domain::{ArchivedBy, Code, Person, Status};
use hris::{Seen, normalise::Lifecycle};

use crate::{
    answers::Reason,
    leaving::{self, Dates},
    matching::{Decision, Matcher, Target},
    situation::{Case, CaseIndex, PersonIndex},
};

impl Matcher<'_, '_> {
    pub(crate) fn decide(&self, index: CaseIndex) -> Decision {
        let case = &self.situation.cases[index];
        if let Some(code) = case.out_of_scope {
            return Decision::OutOfScope(code);
        }
        if case.left.is_some() {
            return self.decide_leaver(index, case);
        }
        if case.conflicting {
            return match case.linked {
                Some(person) => Decision::Stay(person, Some(Code::DuplicateEmployee)),
                None => Decision::Skip(Code::DuplicateEmployee),
            };
        }
        match case.linked {
            Some(person) => self.decide_linked(case, person),
            None => self.decide_unlinked(index, case),
        }
    }

    fn decide_leaver(&self, index: CaseIndex, case: &Case<'_>) -> Decision {
        match case.linked.or(self.found[index]) {
            // Belongs to the same human being's newer record by now.
            Some(person) if self.taken.contains(&person) => Decision::OutOfScope(Code::LeftBefore),
            Some(person) if self.departures.contains_key(&person) => Decision::Archive(person),
            Some(person) => Decision::Stay(person, None),
            None => Decision::OutOfScope(Code::LeftBefore),
        }
    }

    fn decide_linked(&self, case: &Case<'_>, person: PersonIndex) -> Decision {
        if self.claims.is_contested(case) {
            return Decision::Skip(Code::DuplicateEmail);
        }
        let record = self.situation.person(person);
        let ahead = Dates::of(case.employee, Some(record)).starts_after(self.situation.today);
        match record.status {
            Status::Active => apply(Some(person), Status::Active),
            Status::Upcoming if ahead => apply(Some(person), Status::Upcoming),
            Status::Upcoming => match missing_on(case, Some(record)) {
                Some(code) => Decision::Skip(code),
                None => apply(Some(person), Status::Active),
            },
            Status::Archived => decide_archived(case, person, record, ahead),
        }
    }

    fn decide_unlinked(&self, index: CaseIndex, case: &Case<'_>) -> Decision {
        match &case.employee.email {
            Seen::Absent | Seen::Null => return Decision::Skip(Code::MissingEmail),
            Seen::Bad(_) => return Decision::Skip(Code::InvalidEmail),
            Seen::Value(_) => {}
        }
        if self.claims.is_contested(case) {
            return Decision::Skip(Code::DuplicateEmail);
        }
        let today = self.situation.today;
        let Some(person) = self.found[index] else {
            return self.decide_new(index, case);
        };
        let record = self.situation.person(person);
        if record.hris_id.is_some() && self.situation.declines(index, Reason::Identity) {
            return Decision::Stay(person, None);
        }
        let ahead = Dates::of(case.employee, Some(record)).starts_after(today);
        match record.status {
            Status::Archived if ahead || record.archived_by == Some(ArchivedBy::Admin) => {
                Decision::Rejoins(person)
            }
            Status::Active if self.departures.contains_key(&person) => Decision::Rejoins(person),
            // Their own employee has left, but the leaving was declined or is the last admin's.
            Status::Active if record.hris_id.is_some() && !self.taken.contains(&person) => {
                Decision::Skip(Code::DuplicateEmail)
            }
            Status::Upcoming if ahead => apply(Some(person), Status::Upcoming),
            Status::Upcoming => match missing_on(case, Some(record)) {
                Some(code) => Decision::Skip(code),
                None => apply(Some(person), Status::Active),
            },
            Status::Active | Status::Archived => apply(Some(person), Status::Active),
        }
    }

    fn decide_new(&self, index: CaseIndex, case: &Case<'_>) -> Decision {
        if self.situation.declines(index, Reason::New) {
            return Decision::OutOfScope(Code::Excluded);
        }
        if let Some(code) = missing_on(case, None) {
            let waits = code == Code::MissingCountry
                && Dates::of(case.employee, None).starts_after(self.situation.today);
            if !waits {
                return Decision::Skip(code);
            }
        }
        let ahead = Dates::of(case.employee, None).starts_after(self.situation.today);
        Decision::Apply(Target {
            person: None,
            status: if ahead {
                Status::Upcoming
            } else {
                Status::Active
            },
            email_reused: self.reused.contains(&index),
        })
    }
}

fn apply(person: Option<PersonIndex>, status: Status) -> Decision {
    Decision::Apply(Target {
        person,
        status,
        email_reused: false,
    })
}

/// An archived person whose employee has not left.
fn decide_archived(case: &Case<'_>, person: PersonIndex, record: &Person, ahead: bool) -> Decision {
    use ArchivedBy::{Admin, EndDate, Hris};
    match record.archived_by {
        Some(Admin) => Decision::Stay(person, Some(Code::ArchivedByAdmin)),
        _ if ahead => Decision::Rejoins(person),
        Some(EndDate) => apply(Some(person), Status::Active),
        Some(Hris) | None => match leaving::status(case.employee) {
            // A status nobody knows changes nothing, and an unseen one proves nothing.
            Some(Lifecycle::Unknown) => Decision::Stay(person, Some(Code::UnknownStatus)),
            None => Decision::Stay(person, None),
            Some(_) => apply(Some(person), Status::Active),
        },
    }
}

/// The first thing that is needed and missing, for somebody who would be new.
///
/// For somebody known (upcoming, and the day has come) what is stored counts too.
fn missing_on(case: &Case<'_>, known: Option<&Person>) -> Option<Code> {
    let employee = case.employee;
    let named = |seen: &Seen<domain::SmolStr>| seen.value().is_some();
    let has_name = named(&employee.first_name)
        || named(&employee.surname)
        || known
            .is_some_and(|person| !person.first_name.is_empty() || !person.last_name.is_empty());
    if !has_name {
        return Some(Code::MissingName);
    }
    let dates = Dates::of(employee, known);
    if dates.start.is_none() {
        let bad = matches!(employee.start_date, Seen::Bad(_));
        return Some(if bad {
            Code::InvalidDate
        } else {
            Code::MissingStartDate
        });
    }
    if known.is_none() && matches!(employee.end_date, Seen::Bad(_)) {
        return Some(Code::InvalidDate);
    }
    if known.is_none() && dates.end_before_start {
        return Some(Code::EndBeforeStart);
    }
    let has_country = matches!(employee.country, Seen::Value(_) | Seen::Bad(_))
        || known.is_some_and(|person| person.country.is_some() || person.region.is_some());
    (!has_country).then_some(Code::MissingCountry)
}
