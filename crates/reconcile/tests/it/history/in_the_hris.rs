//! What happens in the HRIS, and what is handed on to those who act here.

use domain::HrisId;
use hris::{CountryReading, ManagerRef, Seen};
use jiff::ToSpan as _;

use super::{
    COUNTRIES, DEPARTMENTS, Event, Record, STATUSES, World, department_of, email_of, name_of,
};
use crate::company::{Draft, access, email, employee, in_country, lifecycle};

impl World {
    pub(super) fn hire(&mut self, draft: Draft) {
        if self.records.len() < 12 {
            self.records.push(Record::new(draft));
        }
    }

    pub(super) fn next_employee(&self) -> Draft {
        // Ids out of order, so that the order of ids is not the order of hiring.
        employee((self.records.len() as u32 * 7) % 100)
    }

    #[expect(clippy::too_many_lines, reason = "one arm for each event")]
    pub(super) fn happen(&mut self, event: &Event) {
        let today = self.today;
        match event {
            Event::Hire {
                name,
                email,
                start,
                department,
                manager,
            } => {
                let manager = self.employee_id(*manager);
                let (first, last) = name_of(*name);
                let mut draft = self
                    .next_employee()
                    .named(first, last)
                    .email(email_of(*email))
                    .starts(self.date(*start));
                draft.department = department_of(*department);
                draft.e.manager = Seen::Value(ManagerRef::Id(manager));
                self.hire(draft);
            }
            Event::Leave {
                who,
                terminated,
                end,
            } => {
                let end = end.map(|end| self.date(end));
                self.truth(*who, |draft| {
                    if *terminated || end.is_none() {
                        draft.e.lifecycle = lifecycle("terminated");
                    }
                    draft.e.end_date = end.map_or(Seen::Null, Seen::Value);
                });
            }
            Event::ComeBack { who, start } => {
                let start = start.map(|start| self.date(start));
                self.truth(*who, |draft| {
                    draft.e.lifecycle = lifecycle("Employed");
                    match start {
                        Some(start) => draft.e.start_date = Seen::Value(start),
                        None => draft.e.end_date = Seen::Null,
                    }
                });
            }
            Event::Recreate { who, rename, start } => {
                let start = self.date(*start);
                let Some(old) = self.record(*who) else { return };
                old.truth.e.lifecycle = lifecycle("terminated");
                let old = old.truth.clone();
                let mut draft = self.next_employee().starts(start);
                draft.e.email = old.e.email.clone();
                draft.e.first_name = old.e.first_name.clone();
                draft.e.surname = old.e.surname.clone();
                draft.department = old.department.clone();
                if *rename {
                    let (first, last) = name_of(who.wrapping_add(5));
                    draft = draft.named(first, last);
                }
                self.hire(draft);
            }
            Event::Move { who, department } => {
                self.truth(*who, |draft| draft.department = department_of(*department));
            }
            Event::RenameDepartment { id, name } => {
                DEPARTMENTS[usize::from(*name)]
                    .clone_into(&mut self.department_names[usize::from(*id)]);
            }
            Event::Retext { from, to } => {
                let (from, to) = (department_of(4 + from), department_of(4 + to));
                for record in &mut self.records {
                    if record.truth.department == from {
                        record.truth.department.clone_from(&to);
                    }
                }
            }
            Event::Rename { who, name } => {
                let (first, last) = name_of(*name);
                self.truth(*who, |draft| *draft = draft.clone().named(first, last));
            }
            Event::Readdress { who, email: number } => {
                self.truth(*who, |draft| draft.e.email = email(email_of(*number)));
            }
            Event::SwapEmails { who } => self.swap_emails(who),
            Event::RespellEmail { who } => self.truth(*who, |draft| {
                if let Seen::Value(address) = &draft.e.email {
                    draft.e.email = email(&address.as_str().to_uppercase());
                }
            }),
            Event::Hole { who, field, kind } => {
                if let Some(record) = self.record(*who) {
                    record.holes.push((*field, *kind));
                }
            }
            Event::Fill { who } => {
                if let Some(record) = self.record(*who) {
                    record.holes.clear();
                }
            }
            Event::Manage { who, manager, how } => {
                let manager = match how {
                    0 => self.employee_id(*who),
                    1 => HrisId::from("nobody"),
                    _ => self.employee_id(*manager),
                };
                self.truth(*who, |draft| {
                    draft.e.manager = Seen::Value(ManagerRef::Id(manager));
                });
            }
            Event::Vanish { who } => {
                if let Some(record) = self.record(*who) {
                    record.gone = true;
                }
            }
            Event::Reappear { who } => {
                if let Some(record) = self.record(*who) {
                    record.gone = false;
                }
            }
            Event::Double { who, differently } => {
                if let Some(record) = self.record(*who) {
                    record.double = record.double.is_none().then_some(*differently);
                }
            }
            Event::Access { who, inactive } => {
                let word = if *inactive { "Inactive" } else { "Active" };
                self.truth(*who, |draft| draft.e.access = access(word));
            }
            Event::Word { who, word } => {
                let word = STATUSES[usize::from(*word)];
                self.truth(*who, |draft| draft.e.lifecycle = lifecycle(word));
            }
            Event::Country { who, country } => {
                let reading = match COUNTRIES.get(usize::from(*country)) {
                    Some(code) => in_country(code),
                    None => Seen::Value(CountryReading::Unknown("Atlantis".into())),
                };
                self.truth(*who, |draft| draft.e.country = reading);
            }
            Event::Start { who, start } => {
                let start = self.date(*start);
                self.truth(*who, |draft| draft.e.start_date = Seen::Value(start));
            }
            Event::Tomorrow { days } => self.today = today.saturating_add(i64::from(*days).days()),
            Event::Midnight => self.midnight(),
            Event::Policy { what, value } => self.decide(*what, *value),
            by_hand => self.by_hand(by_hand),
        }
    }

    pub(super) fn swap_emails(&mut self, who: &[u8]) {
        let count = self.records.len();
        if count == 0 {
            return;
        }
        let at: Vec<usize> = who.iter().map(|who| usize::from(*who) % count).collect();
        let last = self.records[at[at.len() - 1]].truth.e.email.clone();
        for index in (1..at.len()).rev() {
            let email = self.records[at[index - 1]].truth.e.email.clone();
            self.records[at[index]].truth.e.email = email;
        }
        self.records[at[0]].truth.e.email = last;
    }
}
