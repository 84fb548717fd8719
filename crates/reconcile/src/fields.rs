//! What a record becomes, field by field.
//!
//! Absent leaves a field as it is. Null clears it, except email, name, start date and country, which
//! are kept and flagged. A value that cannot be read keeps the old one and is flagged. One bad field
//! never stops the others.

use domain::{
    ArchivedBy, Code, GroupRef, Person, PersonRef, SmolStr, Source, Status, text::fold_name,
};
use hris::{CountryReading, Employee, Seen};

use crate::{
    answers::Reason,
    emails::Blocked,
    groups::GroupPlanning,
    leaving::Dates,
    managers::{Manager, Managers},
    matching::Target,
    namesakes::Namesakes,
    plan::PersonState,
    situation::{CaseIndex, Situation},
};

/// What a flag says was seen.
pub(crate) type Flag = (Code, SmolStr);

/// Everything that decides a record, gathered.
#[derive(Clone, Copy)]
pub(crate) struct Writer<'s, 'a> {
    pub(crate) situation: &'s Situation<'a>,
    pub(crate) blocked: &'s Blocked,
    pub(crate) groups: &'s GroupPlanning,
    pub(crate) managers: &'s Managers,
    pub(crate) namesakes: &'s Namesakes,
}

impl Writer<'_, '_> {
    /// The record of an employee who is applied, with its flags.
    pub(crate) fn record(&self, case: CaseIndex, target: Target) -> (PersonState, Vec<Flag>) {
        let employee = self.situation.cases[case].employee;
        let known = target.person.map(|person| self.situation.person(person));
        let mut flags = Vec::new();
        let mut state = known.map_or_else(empty_state, state_of);
        state.hris_id = Some(employee.id.clone());
        state.source = Source::Hris;
        state.status = target.status;
        state.archived_by = None;
        self.names(employee, known, &mut state, &mut flags);
        self.email(case, employee, known, target, &mut state, &mut flags);
        self.dates(employee, known, &mut state, &mut flags);
        self.country(employee, known, &mut state, &mut flags);
        self.group(case, employee, &mut state);
        self.approver(case, &mut state, &mut flags);
        self.notices(case, employee, target, &mut flags);
        if known.is_none()
            && let Some(namesake) = self.namesakes.of_new(self.situation, &state)
        {
            flags.push((Code::PossibleDouble, namesake.email.clone()));
        }
        (state, flags)
    }

    fn names(
        &self,
        employee: &Employee,
        known: Option<&Person>,
        state: &mut PersonState,
        flags: &mut Vec<Flag>,
    ) {
        let preferred = self
            .situation
            .policy
            .use_preferred_name
            .then(|| preferred_first(employee));
        let first = preferred
            .flatten()
            .or_else(|| employee.first_name.value().cloned());
        let mut kept = false;
        for (seen, value, stored) in [
            (&employee.first_name, first, &mut state.first_name),
            (
                &employee.surname,
                employee.surname.value().cloned(),
                &mut state.last_name,
            ),
        ] {
            match value {
                Some(value) => *stored = value,
                None => kept |= seen.is_seen() && !stored.is_empty(),
            }
        }
        let nameless = state.first_name.is_empty() && state.last_name.is_empty();
        if known.is_some() && (kept || nameless) {
            let seen = domain::person::full_name(
                employee.first_name.value().map_or("", SmolStr::as_str),
                employee.surname.value().map_or("", SmolStr::as_str),
            );
            flags.push((Code::MissingName, seen.unwrap_or_default()));
        }
    }

    fn email(
        &self,
        case: CaseIndex,
        employee: &Employee,
        known: Option<&Person>,
        target: Target,
        state: &mut PersonState,
        flags: &mut Vec<Flag>,
    ) {
        let kept = known.is_some() && self.situation.declines(case, Reason::Identity);
        match &employee.email {
            Seen::Value(_) if kept => {}
            Seen::Value(email) if self.blocked.contains(&case) => {
                flags.push((Code::EmailTaken, email.to_address()));
            }
            Seen::Value(email) => {
                state.email = email.to_address();
                state.email_key = email.to_key();
            }
            Seen::Null if known.is_some() => {
                flags.push((Code::MissingEmail, SmolStr::default()));
            }
            Seen::Bad(seen) if known.is_some() => {
                flags.push((Code::InvalidEmail, (**seen).clone()));
            }
            _ => {}
        }
        if target.email_reused {
            flags.push((Code::EmailReused, state.email.clone()));
        }
    }

    fn dates(
        &self,
        employee: &Employee,
        known: Option<&Person>,
        state: &mut PersonState,
        flags: &mut Vec<Flag>,
    ) {
        let dates = Dates::of(employee, known);
        match &employee.start_date {
            Seen::Null => flags.push((Code::MissingStartDate, SmolStr::default())),
            Seen::Bad(seen) => flags.push((Code::InvalidDate, (**seen).clone())),
            Seen::Absent | Seen::Value(_) => {}
        }
        if let Seen::Bad(seen) = &employee.end_date {
            flags.push((Code::InvalidDate, (**seen).clone()));
        }
        if dates.end_before_start {
            let end = employee.end_date.value().copied().or(state.end_date);
            flags.push((Code::EndBeforeStart, end.map(date_text).unwrap_or_default()));
        }
        state.start_date = dates.start;
        state.end_date = dates.end;
        if let Some(start) = dates.start
            && state.status == Status::Active
            && start > self.situation.today
        {
            flags.push((Code::StartDateMoved, date_text(start)));
        }
    }

    fn country(
        &self,
        employee: &Employee,
        known: Option<&Person>,
        state: &mut PersonState,
        flags: &mut Vec<Flag>,
    ) {
        let regions = &self.situation.directory.regions;
        let unknown_place =
            state.status == Status::Upcoming && state.country.is_none() && state.region.is_none();
        match &employee.country {
            Seen::Value(CountryReading::Known(country)) => {
                state.country = Some(*country);
                state.region = Some(regions.of(*country).unwrap_or_else(|| {
                    flags.push((Code::CountryWithoutRegion, country.name().into()));
                    regions.fallback()
                }));
            }
            Seen::Value(CountryReading::Unknown(seen)) => {
                state.region.get_or_insert(regions.fallback());
                flags.push((Code::UnknownCountry, seen.clone()));
            }
            Seen::Bad(seen) => {
                state.region.get_or_insert(regions.fallback());
                flags.push((Code::UnknownCountry, (**seen).clone()));
            }
            Seen::Null => flags.push((Code::MissingCountry, SmolStr::default())),
            Seen::Absent if known.is_none() || unknown_place => {
                flags.push((Code::MissingCountry, SmolStr::default()));
            }
            Seen::Absent => {}
        }
    }

    fn group(&self, case: CaseIndex, employee: &Employee, state: &mut PersonState) {
        if self.situation.declines(case, Reason::Group) {
            return;
        }
        let group = match employee.department {
            Seen::Absent | Seen::Bad(_) => return,
            Seen::Null => None,
            Seen::Value(department) => self.groups.target(department).cloned(),
        };
        if self.situation.policy.keep_manual_groups {
            // The department's group is not listed twice.
            state
                .manual_groups
                .retain(|manual| group != Some(GroupRef::Existing(*manual)));
        } else {
            state.manual_groups.clear();
        }
        state.group = group;
    }

    fn approver(&self, case: CaseIndex, state: &mut PersonState, flags: &mut Vec<Flag>) {
        match self.managers.of(case) {
            Manager::Untouched => {}
            Manager::Nobody => state.approver = None,
            Manager::Approves(reference) => {
                state.approver = Some(reference.clone());
                state.manual_approvers.clear();
            }
            Manager::Cannot(code) => {
                state.approver = None;
                let seen = match &self.situation.cases[case].employee.manager {
                    Seen::Value(hris::ManagerRef::Id(id)) => id.0.clone(),
                    Seen::Value(hris::ManagerRef::Email(email)) => email.clone(),
                    Seen::Bad(seen) => (**seen).clone(),
                    _ => SmolStr::default(),
                };
                flags.push((*code, seen));
            }
        }
    }

    fn notices(&self, case: CaseIndex, employee: &Employee, target: Target, flags: &mut Vec<Flag>) {
        use hris::normalise::Lifecycle::Unknown;
        match &employee.lifecycle {
            Seen::Value(reading) if reading.status == Unknown => {
                flags.push((Code::UnknownStatus, reading.text.clone()));
            }
            Seen::Bad(seen) => flags.push((Code::UnknownStatus, (**seen).clone())),
            _ => {}
        }
        let here = target.status == Status::Active;
        if here && crate::leaving::is_inactive(self.situation.cases[case].employee) {
            let seen = employee.access.value().map(|reading| reading.text.clone());
            flags.push((Code::InactiveInHris, seen.unwrap_or_default()));
        }
    }
}

/// A day as people read it in data.
pub(crate) fn date_text(date: jiff::civil::Date) -> SmolStr {
    smol_str::format_smolstr!("{date}")
}

/// The record of somebody who is here, as it stands.
pub(crate) fn state_of(person: &Person) -> PersonState {
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

fn empty_state() -> PersonState {
    PersonState {
        hris_id: None,
        email: SmolStr::default(),
        email_key: SmolStr::default(),
        first_name: SmolStr::default(),
        last_name: SmolStr::default(),
        status: Status::Upcoming,
        archived_by: None::<ArchivedBy>,
        source: Source::Hris,
        start_date: None,
        end_date: None,
        country: None,
        region: None,
        group: None,
        manual_groups: Vec::new(),
        approver: None,
        manual_approvers: Vec::new(),
    }
}

/// The first name somebody goes by, out of the whole display name.
///
/// The surname at its end is taken off; a display name with another surname gives its first word.
fn preferred_first(employee: &Employee) -> Option<SmolStr> {
    let display = employee.display_name.value()?;
    let surname = employee
        .surname
        .value()
        .map(|name| fold_name(name))
        .unwrap_or_default();
    let words: Vec<&str> = display.split_whitespace().collect();
    let tail = (1..words.len()).find(|from| fold_name(&words[*from..].join(" ")) == surname);
    let first = match tail {
        Some(from) => words[..from].join(" "),
        None => (*words.first()?).to_owned(),
    };
    Some(first.into())
}
