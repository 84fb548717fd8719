//! What a run must come to when HiBob has these faults, told from the truth and from nothing that
//! Rollcall computes.

use std::collections::BTreeSet;

use domain::{HoldCode, ProblemCode};
use jiff::civil::Date;
use sandbox::{Cut, Employee, Fault, FaultKind, Roster};

use crate::company::day;

/// How a run ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    Applied,
    Failed(ProblemCode),
    Held(Vec<HoldCode>),
}

/// What HiBob knows besides what it says.
pub(crate) struct Truth {
    pub(crate) today: Date,
    /// The company now.
    pub(crate) now: Roster,
    /// The company as it was one and two puts before.
    pub(crate) backups: [Roster; 2],
    /// The ids of active people who are linked.
    pub(crate) linked: BTreeSet<String>,
}

/// Sections that hold a field somebody needs.
const NEEDED: [&str; 5] = ["root", "about", "work", "lifecycle", "address"];

/// Every way in which the run may end: more than one only where it depends on which of two broken
/// things is met first.
pub(crate) fn endings(faults: &[Fault], truth: &Truth) -> Vec<Ending> {
    let kinds: Vec<&FaultKind> = faults
        .iter()
        .filter(|fault| fault.times.is_none())
        .map(|fault| &fault.kind)
        .collect();
    let failed = |codes: &[ProblemCode]| codes.iter().map(|code| Ending::Failed(*code)).collect();
    if kinds.contains(&&FaultKind::RateLimit(0)) {
        return failed(&[ProblemCode::RateLimited]);
    }
    let cut = kinds
        .iter()
        .any(|kind| matches!(kind, FaultKind::Truncate(_)));
    if let Some(codes) = kinds.iter().find_map(|kind| instead(kind, cut)) {
        return failed(&codes);
    }
    if cut {
        return failed(&[ProblemCode::RosterIncomplete]);
    }
    if kinds.contains(&&FaultKind::Empty) {
        return failed(&[ProblemCode::EmptyRoster]);
    }
    if kinds.contains(&&FaultKind::OtherCompany) {
        return failed(&[ProblemCode::OtherCompany]);
    }
    let vanished = |kind: &&&FaultKind| matches!(kind, FaultKind::VanishSection(section) if NEEDED.contains(&section.as_str()));
    if kinds.iter().any(|kind| vanished(&kind)) {
        return failed(&[ProblemCode::SectionVanished]);
    }
    let told = told(&kinds, truth);
    let missing = truth.linked.iter().filter(|id| !told.contains(*id)).count();
    let limit = (truth.linked.len() / 10).max(5);
    if missing > limit {
        return vec![Ending::Held(vec![HoldCode::TooManyMissing])];
    }
    vec![Ending::Applied]
}

/// The problem of a fault that stands in place of the answer.
fn instead(kind: &FaultKind, cut: bool) -> Option<Vec<ProblemCode>> {
    let code = match kind {
        FaultKind::Status(401) => ProblemCode::CredentialsRefused,
        FaultKind::Status(403) => ProblemCode::NoPermission,
        FaultKind::Status(429) => ProblemCode::RateLimited,
        FaultKind::Status(500..) | FaultKind::Reset => ProblemCode::Unreachable,
        FaultKind::Status(_) | FaultKind::Html | FaultKind::Redirect(_) => ProblemCode::BadAnswer,
        // Half a body that is none: whichever is noticed first.
        FaultKind::GzipBomb(_) | FaultKind::NotJson | FaultKind::NoEmployeesKey if cut => {
            return Some(vec![ProblemCode::BadAnswer, ProblemCode::RosterIncomplete]);
        }
        FaultKind::GzipBomb(_) | FaultKind::NotJson | FaultKind::NoEmployeesKey => {
            ProblemCode::BadAnswer
        }
        _ => return None,
    };
    Some(vec![code])
}

/// The ids that can be read in the answer.
fn told(kinds: &[&FaultKind], truth: &Truth) -> BTreeSet<String> {
    let roster = kinds
        .iter()
        .find_map(|kind| match kind {
            FaultKind::OldBackup(back) => Some(&truth.backups[back - 1]),
            _ => None,
        })
        .unwrap_or(&truth.now);
    let narrow = kinds.contains(&&FaultKind::NarrowAudience);
    let seen = |employee: &&Employee| {
        let starts = day(employee.start_date.as_deref());
        let employed = match employee.lifecycle_status.as_deref() {
            Some("Employed") => true,
            Some("Hired") => starts.is_some_and(|start| start <= truth.today),
            _ => false,
        };
        employed || !narrow
    };
    // An id of a wrong type, a number, is read to the last digit.
    let told = roster.employees.iter().filter(seen);
    told.map(|employee| employee.id.to_string()).collect()
}

/// A fault by its name.
pub(crate) fn fault(text: &str) -> Fault {
    Fault::parse(text).unwrap()
}

/// Whether a fault stands in place of the answer, so that of two such the first in the list acts.
pub(crate) fn replaces(fault: &Fault) -> bool {
    instead(&fault.kind, false).is_some()
}

/// Every kind of fault once, with a value that shows.
pub(crate) fn one_of_each() -> Vec<Fault> {
    let all = vec![
        fault("status=503"),
        fault("status=401"),
        fault("html"),
        fault("truncate"),
        fault("slow=5"),
        fault("reset"),
        fault("gzip_bomb=4"),
        fault("redirect"),
        fault("not_json"),
        fault("no_employees_key"),
        fault("vanish_section=work"),
        fault("narrow_audience"),
        fault("empty"),
        fault("duplicate_employee"),
        fault("duplicate_employee=differing"),
        fault("wrong_types"),
        fault("old_backup"),
        fault("other_company"),
        fault("rate_limit"),
    ];
    // Another kind of the sandbox makes this no longer compile: it belongs into the list above.
    for fault in &all {
        match &fault.kind {
            FaultKind::Status(_)
            | FaultKind::Html
            | FaultKind::Truncate(Cut::Length | Cut::Chunked | Cut::Json)
            | FaultKind::Slow(_)
            | FaultKind::Reset
            | FaultKind::GzipBomb(_)
            | FaultKind::Redirect(_)
            | FaultKind::NotJson
            | FaultKind::NoEmployeesKey
            | FaultKind::VanishSection(_)
            | FaultKind::NarrowAudience
            | FaultKind::Empty
            | FaultKind::DuplicateEmployee { .. }
            | FaultKind::WrongTypes
            | FaultKind::OldBackup(_)
            | FaultKind::OtherCompany
            | FaultKind::RateLimit(_) => {}
        }
    }
    all
}

/// The same faults with other values.
pub(crate) fn other_values() -> Vec<Fault> {
    [
        "status=400",
        "status=403",
        "status=404",
        "status=429",
        "status=500",
        "status=502",
        "truncate=chunked",
        "truncate=json",
        "gzip_bomb=64",
        "vanish_section=root",
        "vanish_section=about",
        "vanish_section=lifecycle",
        "vanish_section=address",
        "vanish_section=home",
        "vanish_section=employment",
        "old_backup=2",
        "rate_limit=0",
        "rate_limit=2",
    ]
    .map(fault)
    .into()
}

/// Faults that pass while the run tries again.
pub(crate) fn passing() -> Vec<Fault> {
    [
        "status=503",
        "status=429",
        "reset",
        "truncate",
        "truncate=json",
        "rate_limit=0",
    ]
    .map(|text| fault(text).times(3))
    .into()
}
