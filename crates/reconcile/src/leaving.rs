//! Who has left, and what proves it.

use domain::{ArchiveAt, ArchivedBy, Person, Policy};
use hris::{
    Employee, Seen,
    normalise::{Access, Lifecycle},
};
use jiff::civil::Date;

/// Evidence that an employee has left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Leaving {
    pub(crate) proof: Proof,
    /// The end date as far as known.
    pub(crate) end_date: Option<Date>,
}

/// What proves it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Proof {
    /// The lifecycle status is terminated.
    Terminated,
    /// The end date is over.
    EndDateOver,
    /// Access is inactive and the policy takes that for leaving.
    Inactive,
    /// Missing from so many successful runs as the policy says.
    Missing,
}

impl Proof {
    pub(crate) fn archived_by(self) -> ArchivedBy {
        match self {
            Self::EndDateOver => ArchivedBy::EndDate,
            Self::Terminated | Self::Inactive | Self::Missing => ArchivedBy::Hris,
        }
    }
}

/// The dates that count for an employee: what the answer says, else what is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Dates {
    pub(crate) start: Option<Date>,
    /// Without an end date that belongs to an earlier employment.
    pub(crate) end: Option<Date>,
    /// An end date before the start date was ignored.
    pub(crate) end_before_start: bool,
}

impl Dates {
    pub(crate) fn of(employee: &Employee, person: Option<&Person>) -> Self {
        let stored_start = person.and_then(|person| person.start_date);
        let stored_end = person.and_then(|person| person.end_date);
        // A start date is never cleared; an end date is, and that is how a leaving is taken back.
        let start = employee.start_date.value().copied().or(stored_start);
        let end = match employee.end_date {
            Seen::Value(date) => Some(date),
            Seen::Null => None,
            Seen::Absent | Seen::Bad(_) => stored_end,
        };
        let end_before_start =
            !is_terminated(employee) && start.zip(end).is_some_and(|(start, end)| end < start);
        Self {
            start,
            end: end.filter(|_| !end_before_start),
            end_before_start,
        }
    }

    pub(crate) fn starts_after(&self, today: Date) -> bool {
        self.start.is_some_and(|start| start > today)
    }
}

pub(crate) fn is_terminated(employee: &Employee) -> bool {
    status(employee) == Some(Lifecycle::Terminated)
}

pub(crate) fn status(employee: &Employee) -> Option<Lifecycle> {
    employee.lifecycle.value().map(|reading| reading.status)
}

pub(crate) fn is_inactive(employee: &Employee) -> bool {
    employee
        .access
        .value()
        .is_some_and(|reading| reading.status == Access::Inactive)
}

/// Whether an end date is over: the midnight that the policy names has passed.
pub(crate) fn is_over(end: Date, policy: &Policy, today: Date) -> bool {
    match policy.archive_at {
        ArchiveAt::EndOfDay => end < today,
        ArchiveAt::StartOfDay => end <= today,
    }
}

impl Leaving {
    /// The evidence an employee's record gives, if any.
    pub(crate) fn of(
        employee: &Employee,
        person: Option<&Person>,
        policy: &Policy,
        today: Date,
    ) -> Option<Self> {
        let dates = Dates::of(employee, person);
        let over = dates.end.is_some_and(|end| is_over(end, policy, today));
        let proof = if is_terminated(employee) {
            // Terminated counts at once, but somebody whose last day is today works it to its end.
            (dates.end != Some(today) || over).then_some(Proof::Terminated)
        } else if over {
            Some(Proof::EndDateOver)
        } else if policy.archive_inactive && is_inactive(employee) {
            let waits = dates.starts_after(today) || status(employee) == Some(Lifecycle::Hired);
            (!waits).then_some(Proof::Inactive)
        } else {
            None
        };
        proof.map(|proof| Self {
            proof,
            end_date: dates.end,
        })
    }
}
