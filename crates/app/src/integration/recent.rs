//! What the newest runs say of a connection: how it is doing, since when, and when it is tried again.

use domain::{Days, Problem, ProblemCode, Run, RunKind, RunState, Schedule};
use jiff::{SignedDuration, Timestamp, civil::Weekday, tz::TimeZone};

use crate::view::IssueView;

/// How long after a failure it is tried again, the first, second and third time. After that it waits
/// for the schedule and counts as failing.
const AGAIN: [SignedDuration; 3] = [
    SignedDuration::from_mins(15),
    SignedDuration::from_hours(1),
    SignedDuration::from_hours(4),
];

/// The newest syncs. A pass of the timer says nothing about the HRIS, and a preview only where there
/// has been no sync.
pub(crate) struct Recent {
    pub(crate) last: Option<Run>,
    /// How many syncs in a row have failed, up to the last one.
    failures: usize,
    /// When the first of them began.
    failing_since: Option<Timestamp>,
    /// Whether any of them went well.
    has_success: bool,
}

impl Recent {
    /// Takes runs, the newest first.
    pub(crate) fn of(runs: &[Run]) -> Self {
        let read = || runs.iter().filter(|run| run.trigger.reads_hris());
        let syncs = || read().filter(|run| run.kind == RunKind::Sync);
        let over = syncs().filter(|run| !run.state.is_going());
        let failed: Vec<&Run> = over
            .take_while(|run| run.state == RunState::Failed)
            .collect();
        Self {
            failures: failed.len(),
            failing_since: failed.last().map(|run| run.started_at),
            has_success: syncs().any(|run| run.state.is_success()),
            last: syncs().next().or(read().next()).cloned(),
        }
    }

    /// How the connection is doing, in the word of the API. A hold of the timer may stand beside a
    /// sync that went well.
    pub(crate) fn state(&self, held: bool, paused: bool) -> &'static str {
        let state = self.last.as_ref().map(|run| run.state);
        match state {
            Some(state) if state.is_going() => "syncing",
            _ if held => "held",
            _ if paused => "paused",
            Some(RunState::Failed) if self.is_failing() => "failing",
            Some(_) if self.has_success => "synced",
            Some(state) if state.is_success() => "synced",
            _ => "connected",
        }
    }

    /// What will not mend itself is failing at once; everything else after the third time.
    pub(crate) fn is_failing(&self) -> bool {
        let lasts = self.problem().is_some_and(|problem| lasts(problem.code));
        lasts || self.failures >= AGAIN.len()
    }

    fn problem(&self) -> Option<&Problem> {
        let last = self.last.as_ref()?;
        let failed = last.state == RunState::Failed;
        last.error.as_ref().filter(|_| failed)
    }

    /// Why the last sync failed, if it did, and since when syncs have failed.
    pub(crate) fn trouble(&self) -> Option<IssueView> {
        let (run, problem) = (self.last.as_ref()?, self.problem()?);
        let title = match self.failures {
            0 | 1 => "The last sync failed".to_owned(),
            several => format!("The last {several} syncs failed"),
        };
        Some(IssueView {
            code: problem.code.to_string(),
            title,
            detail: problem.detail.clone(),
            mend: problem.mend.clone(),
            since: self.failing_since.or(Some(run.started_at)),
            last_seen: run.finished_at,
            affected: 0,
        })
    }

    /// When it is tried next by itself; never, as long as the credentials are refused.
    pub(crate) fn next_run(&self, schedule: &Schedule, now: Timestamp) -> Option<Timestamp> {
        let scheduled = next_scheduled(schedule, now);
        let Some(problem) = self.problem() else {
            return scheduled;
        };
        if problem.code == ProblemCode::CredentialsRefused {
            return None;
        }
        if lasts(problem.code) {
            return scheduled;
        }
        let ended = self.last.as_ref().and_then(|run| run.finished_at);
        let wait = self.failures.checked_sub(1).and_then(|nth| AGAIN.get(nth));
        let again = ended
            .zip(wait)
            .and_then(|(ended, wait)| ended.checked_add(*wait).ok());
        again
            .filter(|again| *again > now)
            .into_iter()
            .chain(scheduled)
            .min()
    }
}

/// Whether somebody has to change something in the HRIS first: trying again soon would only be
/// refused again.
fn lasts(code: ProblemCode) -> bool {
    use ProblemCode::{CredentialsRefused, NoPermission, SectionVanished};
    matches!(code, CredentialsRefused | NoPermission | SectionVanished)
}

/// When the schedule is due next. Times are UTC, so no clock change ever moves them.
fn next_scheduled(schedule: &Schedule, now: Timestamp) -> Option<Timestamp> {
    let time: jiff::civil::Time = schedule.time.parse().ok()?;
    let today = TimeZone::UTC.to_datetime(now).date();
    (0..8)
        .filter_map(|days| {
            today
                .checked_add(SignedDuration::from_hours(24 * days))
                .ok()
        })
        .filter(|day| {
            schedule.days == Days::EveryDay
                || !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
        })
        .filter_map(|day| TimeZone::UTC.to_timestamp(day.to_datetime(time)).ok())
        .find(|due| *due > now)
}

#[cfg(test)]
mod tests {
    use domain::{Counts, Problem, ProblemCode, Run, RunId, Trigger};

    use super::*;

    const NOW: &str = "2026-03-02T10:00:00Z";

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn run(hour: i8, error: Option<ProblemCode>) -> Run {
        let when = at(&format!("2026-03-02T0{hour}:00:00Z"));
        Run {
            id: "00000000-0000-0000-0000-000000000000"
                .parse::<RunId>()
                .unwrap(),
            kind: RunKind::Sync,
            trigger: Trigger::Schedule,
            state: error.map_or(RunState::Finished, |_| RunState::Failed),
            started_at: when,
            finished_at: Some(when),
            as_of: None,
            counts: Counts::default(),
            hold: Vec::new(),
            error: error.map(|code| Problem::new(code, "It failed.", "Mend it.")),
        }
    }

    fn after(errors: &[Option<ProblemCode>]) -> Recent {
        let runs = (1..).zip(errors).map(|(hour, error)| run(hour, *error));
        let mut runs: Vec<Run> = runs.collect();
        runs.reverse();
        Recent::of(&runs)
    }

    #[test]
    fn what_may_pass_is_failing_after_the_third_time() {
        let down = Some(ProblemCode::Unreachable);
        assert_eq!(after(&[None, down]).state(false, false), "synced");
        assert_eq!(after(&[down, down]).state(false, false), "connected");
        assert_eq!(
            after(&[None, down, down, down]).state(false, false),
            "failing"
        );
    }

    #[test]
    fn what_needs_a_change_in_the_hris_is_failing_at_once() {
        for code in [
            ProblemCode::CredentialsRefused,
            ProblemCode::NoPermission,
            ProblemCode::SectionVanished,
        ] {
            assert_eq!(
                after(&[None, Some(code)]).state(false, false),
                "failing",
                "{code}"
            );
        }
    }

    #[test]
    fn failures_in_a_row_are_one_trouble_since_the_first_of_them() {
        let down = Some(ProblemCode::Unreachable);
        let trouble = after(&[down, None, down, down]).trouble().unwrap();
        assert_eq!(trouble.since, Some(at("2026-03-02T03:00:00Z")));
        assert_eq!(trouble.title, "The last 2 syncs failed");
        assert!(after(&[down, None]).trouble().is_none());
    }

    #[test]
    fn it_is_tried_again_soon_then_later_and_never_with_refused_credentials() {
        let schedule = Schedule::default();
        let down = Some(ProblemCode::Unreachable);
        let next = |errors: &[_]| after(errors).next_run(&schedule, at("2026-03-02T02:30:00Z"));
        assert_eq!(next(&[None, down]), Some(at("2026-03-02T09:00:00Z")));
        assert_eq!(next(&[down, down]), Some(at("2026-03-02T03:00:00Z")));
        assert_eq!(next(&[None, Some(ProblemCode::CredentialsRefused)]), None);
        let next = after(&[None, Some(ProblemCode::NoPermission)]);
        assert_eq!(
            next.next_run(&schedule, at(NOW)),
            Some(at("2026-03-03T09:00:00Z"))
        );
    }
}
