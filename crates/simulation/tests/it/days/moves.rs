//! What happens to people who stay: moves, names, addresses, managers; and the big days.

use sandbox::{Employee, Roster};

use super::hr::{Hr, is, works};

/// Something that happens to somebody.
type Event = fn(&mut Hr, &mut Roster);

impl Hr {
    /// An ordinary day.
    pub(crate) fn pass(&mut self, roster: &mut Roster) {
        self.mend(roster, 40);
        let events: [(usize, Event); 18] = [
            (8, Self::hire),
            (6, Self::leave),
            (2, Self::rescind),
            (2, Self::come_back),
            (2, Self::come_back_anew),
            (5, Self::change_manager),
            (5, Self::change_department),
            (3, Self::change_name),
            (3, Self::change_email),
            (2, Self::swap_emails),
            (1, Self::pass_emails_round),
            (3, Self::move_abroad),
            (3, Self::leave_of_absence),
            (2, Self::odd_manager),
            (2, Self::spoil),
            (1, Self::rename_department),
            (1, Self::rename_textual_department),
            (1, Self::lose_department),
        ];
        for (in_a_thousand, event) in events {
            for _ in 0..self.some(in_a_thousand) {
                event(self, roster);
            }
        }
        if self.chance(5) {
            self.delete(roster);
        }
    }

    /// More than a quarter of the company is hired at once.
    pub(crate) fn grow(&mut self, roster: &mut Roster) {
        for _ in 0..self.people * 3 / 10 + 21 {
            self.hire(roster);
        }
    }

    /// More than a tenth leaves at once.
    pub(crate) fn shrink(&mut self, roster: &mut Roster) {
        for _ in 0..self.people * 15 / 100 + 6 {
            if let Some(at) = self.pick(roster, works) {
                super::hr::terminated(&mut roster.employees[at]);
            }
        }
    }

    /// More than half of the company gets another manager or another department.
    pub(crate) fn reorganise(&mut self, roster: &mut Roster) {
        let managers: Vec<usize> = (0..5).filter_map(|_| self.pick(roster, works)).collect();
        let ids: Vec<_> = managers
            .iter()
            .map(|at| roster.employees[*at].id.clone())
            .collect();
        for at in 0..roster.employees.len() {
            if self.chance(75) && !ids.is_empty() {
                let manager = ids[at % ids.len()].clone();
                roster.employees[at].manager_id = Some(manager);
                roster.employees[at].department_id = self.department(roster);
            }
        }
    }

    /// More than a twentieth gets another address.
    pub(crate) fn rebrand(&mut self, roster: &mut Roster) {
        for _ in 0..self.people / 8 + 6 {
            self.change_email(roster);
        }
    }

    fn change_manager(&mut self, roster: &mut Roster) {
        if let (Some(at), Some(boss)) = (self.pick(roster, works), self.pick(roster, works))
            && at != boss
        {
            roster.employees[at].manager_id = Some(roster.employees[boss].id.clone());
        }
    }

    /// No manager, oneself, or somebody whom nobody knows.
    fn odd_manager(&mut self, roster: &mut Roster) {
        if let Some(at) = self.pick(roster, works) {
            let unknown = format!("99{}", self.fresh());
            let employee = &mut roster.employees[at];
            employee.manager_id = match unknown.len() % 3 {
                0 => None,
                1 => Some(employee.id.clone()),
                _ => Some(unknown.into()),
            };
        }
    }

    fn change_department(&mut self, roster: &mut Roster) {
        if let Some(at) = self.pick(roster, works) {
            roster.employees[at].department_id = self.department(roster);
        }
    }

    fn lose_department(&mut self, roster: &mut Roster) {
        if let Some(at) = self.pick(roster, works) {
            roster.employees[at].department_id = None;
        }
    }

    fn rename_department(&mut self, roster: &mut Roster) {
        let name = format!("Team {}", self.fresh());
        let number = self.some(1000) % roster.departments.len();
        let merge = self.chance(20);
        let taken = roster.departments[0].name.clone();
        let department = &mut roster.departments[number];
        if department.id.chars().all(|letter| letter.is_ascii_digit()) {
            department.name = if merge { taken } else { Some(name.into()) };
        }
    }

    /// A department whose id is its name: another name is another id, for everybody at once.
    fn rename_textual_department(&mut self, roster: &mut Roster) {
        let name = format!("Field work {}", self.fresh());
        let Some(department) = roster
            .departments
            .iter_mut()
            .find(|department| department.id.starts_with("Field"))
        else {
            return;
        };
        let old = std::mem::replace(&mut department.id, name.as_str().into());
        department.name = Some(name.as_str().into());
        for employee in &mut roster.employees {
            if employee.department_id.as_ref() == Some(&old) {
                employee.department_id = Some(name.as_str().into());
            }
        }
    }

    fn change_name(&mut self, roster: &mut Roster) {
        if let Some(at) = self.pick(roster, works) {
            let name = format!("Newname{}", self.fresh());
            let employee = &mut roster.employees[at];
            if name.len() % 2 == 0 {
                employee.surname = Some(name.into());
            } else {
                employee.first_name = Some(name.into());
            }
            employee.display_name = employee.readable_name();
        }
    }

    fn change_email(&mut self, roster: &mut Roster) {
        if let Some(at) = self.pick(roster, works) {
            let address = self.address();
            let shout = self.chance(20);
            let employee = &mut roster.employees[at];
            employee.email = match &employee.email {
                // The same address, written otherwise.
                Some(email) if shout => Some(email.replacen("acme", "ACME", 1).into()),
                _ => Some(address),
            };
        }
    }

    fn swap_emails(&mut self, roster: &mut Roster) {
        self.rotate_emails(roster, 2);
    }

    fn pass_emails_round(&mut self, roster: &mut Roster) {
        self.rotate_emails(roster, 4);
    }

    fn rotate_emails(&mut self, roster: &mut Roster, people: usize) {
        let mut ring: Vec<usize> = Vec::new();
        for _ in 0..people {
            match self.pick(roster, works) {
                Some(at) if !ring.contains(&at) => ring.push(at),
                _ => return,
            }
        }
        let emails: Vec<_> = ring
            .iter()
            .map(|at| roster.employees[*at].email.clone())
            .collect();
        for (place, at) in ring.iter().enumerate() {
            roster.employees[*at]
                .email
                .clone_from(&emails[(place + 1) % people]);
        }
    }

    fn move_abroad(&mut self, roster: &mut Roster) {
        if let Some(at) = self.pick(roster, works) {
            roster.employees[at].country = Some(self.country());
        }
    }

    /// Goes on leave, or comes back from one.
    fn leave_of_absence(&mut self, roster: &mut Roster) {
        let away = |e: &Employee| is(e, "Parental leave") || is(e, "Garden leave");
        let place = if self.chance(50) {
            self.pick(roster, away)
        } else {
            self.pick(roster, works)
        };
        let Some(at) = place else { return };
        let employee = &mut roster.employees[at];
        let (status, access) = if away(employee) {
            ("Employed", "Active")
        } else if employee.id.ends_with(['1', '3', '5', '7', '9']) {
            ("Parental leave", "Inactive")
        } else {
            ("Garden leave", "Active")
        };
        employee.lifecycle_status = Some(status.into());
        employee.access_status = Some(access.into());
    }
}
