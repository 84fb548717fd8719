//! The faults that act on one call, combined and counted down.

use crate::{
    answer::Duplicate,
    faults::{Cut, Fault, FaultKind},
};

/// What goes wrong with one call.
#[derive(Debug, Clone, Default)]
pub(crate) struct Acting {
    pub(crate) slow: Option<u64>,
    pub(crate) instead: Option<FaultKind>,
    pub(crate) truncate: Option<Cut>,
    pub(crate) data: DataFaults,
}

/// What is wrong with the data of one answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "the faults are independent of each other"
)]
pub(crate) struct DataFaults {
    pub(crate) vanished: Vec<String>,
    pub(crate) narrow: bool,
    pub(crate) empty: bool,
    pub(crate) duplicate: Option<Duplicate>,
    pub(crate) wrong_types: bool,
    pub(crate) old_backup: Option<usize>,
    pub(crate) other_company: bool,
}

/// The limit a `rate_limit` fault sets on a path.
pub(crate) fn rate_limit(faults: &[Fault], path: &str) -> Option<u32> {
    faults
        .iter()
        .filter(|fault| fault.acts_on(path))
        .find_map(|fault| match fault.kind {
            FaultKind::RateLimit(limit) => Some(limit),
            _ => None,
        })
}

/// Counts a refusal that a `rate_limit` fault caused.
pub(crate) fn count_refusal(faults: &mut [Fault], path: &str) {
    let limit = faults
        .iter_mut()
        .find(|f| matches!(f.kind, FaultKind::RateLimit(_)) && f.acts_on(path));
    if let Some(times) = limit.and_then(|fault| fault.times.as_mut()) {
        *times = times.saturating_sub(1);
    }
}

/// The faults that act on a call to a path, each counted down by one.
pub(crate) fn act(faults: &mut [Fault], path: &str) -> Acting {
    let mut acting = Acting::default();
    for fault in faults.iter_mut().filter(|fault| fault.acts_on(path)) {
        if acting.take(&fault.kind)
            && let Some(times) = &mut fault.times
        {
            *times = times.saturating_sub(1);
        }
    }
    acting
}

impl Acting {
    /// Adds a fault to the call; false when another already stands in its place.
    fn take(&mut self, kind: &FaultKind) -> bool {
        let data = &mut self.data;
        match kind {
            FaultKind::RateLimit(_) => return false,
            FaultKind::Slow(milliseconds) => {
                self.slow = Some(self.slow.unwrap_or(0) + milliseconds);
            }
            FaultKind::Truncate(cut) => self.truncate = Some(*cut),
            FaultKind::VanishSection(section) => data.vanished.push(section.clone()),
            FaultKind::NarrowAudience => data.narrow = true,
            FaultKind::Empty => data.empty = true,
            FaultKind::DuplicateEmployee { differing: true } => {
                data.duplicate = Some(Duplicate::Differing);
            }
            FaultKind::DuplicateEmployee { differing: false } => {
                data.duplicate = Some(Duplicate::Same);
            }
            FaultKind::WrongTypes => data.wrong_types = true,
            FaultKind::OldBackup(back) => data.old_backup = Some(*back),
            FaultKind::OtherCompany => data.other_company = true,
            _ if self.instead.is_some() => return false,
            _ => self.instead = Some(kind.clone()),
        }
        true
    }
}
