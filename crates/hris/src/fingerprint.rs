//! Telling at a glance whether an employee is told as last time.
//!
//! The hash is written out here because it is stored: it must be the same for every version of Rust
//! and on every machine. It only has to tell two tellings of one employee apart, nobody's secrets.

use jiff::civil::Date;

use crate::{CountryReading, Employee, ManagerRef, Roster, Seen};

/// What is mixed in first. Another number makes every stored fingerprint a wrong one, so every
/// record is written anew at the next sync: to be done when [`crate::EmployeeRecord`] changes.
const FORMAT: u64 = 1;

/// An odd number without a pattern: the fraction of the golden ratio.
const MULTIPLIER: u64 = 0x9e37_79b9_7f4a_7c15;

/// A stable hash over everything that is told of an employee.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint(pub u64);

impl Fingerprint {
    /// Of several tellings of one employee, in whatever order they came. To be given without
    /// repetitions.
    #[must_use]
    pub fn of_copies(copies: &mut [Self]) -> Self {
        copies.sort_unstable();
        let mut mixer = Mixer(FORMAT);
        for copy in copies {
            mixer.number(copy.0);
        }
        Self(mixer.0)
    }
}

impl Roster {
    /// The fingerprint of one of this roster's employees. Allocates nothing.
    pub fn fingerprint(&self, employee: &Employee) -> Fingerprint {
        // Taken apart, so that a new field cannot be forgotten here.
        let Employee {
            id,
            first_name,
            surname,
            display_name,
            email,
            start_date,
            end_date,
            lifecycle,
            access,
            manager,
            department,
            country,
        } = employee;
        let mut mixer = Mixer(FORMAT);
        mixer.text(id.as_str());
        mixer.seen(first_name, |mixer, name| mixer.text(name));
        mixer.seen(surname, |mixer, name| mixer.text(name));
        mixer.seen(display_name, |mixer, name| mixer.text(name));
        mixer.seen(email, |mixer, email| mixer.text(email.as_str()));
        mixer.seen(start_date, |mixer, date| mixer.date(*date));
        mixer.seen(end_date, |mixer, date| mixer.date(*date));
        mixer.seen(lifecycle, |mixer, reading| {
            mixer.number(reading.status as u64);
            mixer.text(&reading.text);
        });
        mixer.seen(access, |mixer, reading| {
            mixer.number(reading.status as u64);
            mixer.text(&reading.text);
        });
        mixer.seen(manager, |mixer, manager| match manager {
            ManagerRef::Id(id) => mixer.tagged(0, id.as_str()),
            ManagerRef::Email(email) => mixer.tagged(1, email),
        });
        mixer.seen(department, |mixer, index| {
            let department = self.department(*index);
            mixer.text(&department.id);
            mixer.text(&department.name);
        });
        mixer.seen(country, |mixer, country| match country {
            CountryReading::Known(country) => mixer.tagged(0, country.as_str()),
            CountryReading::Unknown(text) => mixer.tagged(1, text),
        });
        Fingerprint(mixer.0)
    }
}

/// Eight bytes at a time, each folded in by a wide multiplication.
struct Mixer(u64);

impl Mixer {
    fn number(&mut self, number: u64) {
        let wide = u128::from(self.0 ^ number) * u128::from(MULTIPLIER);
        let folded = (wide as u64) ^ ((wide >> 64) as u64);
        // The sum keeps a product of nothing from wiping out what came before.
        self.0 = folded.wrapping_add(self.0.rotate_left(23));
    }

    /// The length stands in front, so that two texts never run into each other.
    fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        let (words, rest) = text.as_bytes().as_chunks();
        for word in words {
            self.number(u64::from_le_bytes(*word));
        }
        if !rest.is_empty() {
            let mut last = [0; 8];
            last[..rest.len()].copy_from_slice(rest);
            self.number(u64::from_le_bytes(last));
        }
    }

    fn tagged(&mut self, tag: u64, text: &str) {
        self.number(tag);
        self.text(text);
    }

    fn date(&mut self, date: Date) {
        let days = i64::from(date.year()) << 16 | i64::from(date.month()) << 8;
        self.number((days | i64::from(date.day())).cast_unsigned());
    }

    fn seen<T>(&mut self, seen: &Seen<T>, value: impl FnOnce(&mut Self, &T)) {
        match seen {
            Seen::Absent => self.number(0),
            Seen::Null => self.number(1),
            Seen::Bad(text) => self.tagged(2, text),
            Seen::Value(seen) => {
                self.number(3);
                value(self, seen);
            }
        }
    }
}

#[cfg(test)]
mod tests;
