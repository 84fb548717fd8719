//! How a command ended, as an exit code. The codes are part of the contract.

use std::process::ExitCode;

use app::{Failure, FailureKind, kind_of, view::RunView};
use domain::{RunKind, RunState};
use store::StoreError;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done, also with people skipped, and any preview that could be made.
    Done = 0,
    /// Failed.
    Failed = 1,
    /// Wrong use or wrong settings.
    Usage = 2,
    /// Held for review.
    Held = 3,
    /// Refused by the HRIS, or by us for its sake.
    Refused = 4,
    /// The HRIS cannot be reached or its answer cannot be used.
    Unusable = 5,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

impl From<FailureKind> for Exit {
    fn from(kind: FailureKind) -> Self {
        match kind {
            FailureKind::Usage | FailureKind::NotFound => Self::Usage,
            FailureKind::Conflict | FailureKind::Internal => Self::Failed,
            FailureKind::Refused => Self::Refused,
            FailureKind::Unusable => Self::Unusable,
        }
    }
}

/// Wrong use or a wrong setting that clap cannot see, as one sentence.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct WrongUse(pub(crate) String);

/// How a run ended.
pub(crate) fn of_run(run: &RunView) -> Exit {
    match (run.state, run.kind) {
        (RunState::Finished | RunState::FinishedWithProblems, _)
        | (RunState::Held, RunKind::Preview) => Exit::Done,
        (RunState::Held, RunKind::Sync) => Exit::Held,
        _ => run
            .error
            .as_ref()
            .map_or(Exit::Failed, |problem| kind_of(problem.code).into()),
    }
}

/// How a command ended that could not be done.
pub(crate) fn of_error(error: &anyhow::Error) -> Exit {
    if let Some(failure) = error.downcast_ref::<Failure>() {
        return failure.kind.into();
    }
    if error.is::<WrongUse>() {
        return Exit::Usage;
    }
    match error.downcast_ref::<StoreError>() {
        // The address or the folder it names is wrong: that is a setting.
        Some(StoreError::InvalidUrl { .. } | StoreError::File { .. }) => Exit::Usage,
        _ => Exit::Failed,
    }
}

/// An error in words, as a sentence that begins with a capital letter and ends with a full stop.
pub(crate) fn words(error: &anyhow::Error) -> String {
    if let Some(StoreError::File { path, source }) = error.downcast_ref::<StoreError>() {
        return format!(
            "ROLLCALL_DATABASE_URL leads to {}, which cannot be used: {source}; accepted is a place in a folder that \
             exists and may be written by this user.",
            path.display()
        );
    }
    if let Some(StoreError::Unreachable(source)) = error.downcast_ref::<StoreError>() {
        let mut reason: &dyn std::error::Error = source;
        while let Some(deeper) = reason.source() {
            reason = deeper;
        }
        return sentence(&format!("{error} ({reason})"));
    }
    // What the engine said of anything else is for the log.
    if error.is::<Failure>() || error.is::<WrongUse>() || error.is::<StoreError>() {
        return sentence(&error.to_string());
    }
    sentence(&format!("{error:#}"))
}

fn sentence(text: &str) -> String {
    let text = text.trim();
    // An email that a sentence begins with is spelt as it is.
    let is_email = text
        .split_whitespace()
        .next()
        .is_some_and(|word| word.contains('@'));
    let mut letters = text.chars();
    let head: String = letters
        .next()
        .into_iter()
        .flat_map(|first| {
            if is_email {
                vec![first]
            } else {
                first.to_uppercase().collect()
            }
        })
        .collect();
    let end = if text.ends_with(['.', '!', '?']) || text.contains('\n') {
        ""
    } else {
        "."
    };
    format!("{head}{}{end}", letters.as_str())
}

#[cfg(test)]
mod tests {
    use domain::{Counts, Problem, ProblemCode, RunId, Trigger};

    use super::*;

    fn run(kind: RunKind, state: RunState, problem: Option<ProblemCode>) -> Exit {
        of_run(&RunView {
            id: RunId("0191f0a0-0000-7000-8000-000000000000".parse().unwrap()),
            kind,
            trigger: Trigger::Cli,
            state,
            started_at: jiff::Timestamp::UNIX_EPOCH,
            finished_at: None,
            as_of: None,
            counts: Counts::default(),
            hold: Vec::new(),
            error: problem.map(|code| Problem::new(code, "", "")),
        })
    }

    #[test]
    fn the_exit_code_of_a_run_follows_its_state_and_its_problem() {
        use ProblemCode as P;
        for (state, problem, exit) in [
            (RunState::Finished, None, Exit::Done),
            (RunState::FinishedWithProblems, None, Exit::Done),
            (RunState::Held, None, Exit::Held),
            (RunState::Failed, Some(P::CredentialsRefused), Exit::Refused),
            (RunState::Failed, Some(P::NoPermission), Exit::Refused),
            (RunState::Failed, Some(P::MissingSection), Exit::Refused),
            (RunState::Failed, Some(P::Unreachable), Exit::Unusable),
            (RunState::Failed, Some(P::BadAnswer), Exit::Unusable),
            (RunState::Failed, Some(P::EmptyRoster), Exit::Unusable),
            (RunState::Failed, Some(P::RosterIncomplete), Exit::Unusable),
            (RunState::Failed, Some(P::SectionVanished), Exit::Unusable),
            (RunState::Failed, Some(P::OtherCompany), Exit::Unusable),
            (RunState::Failed, Some(P::RateLimited), Exit::Unusable),
            (RunState::Failed, Some(P::Interrupted), Exit::Failed),
            (RunState::Failed, Some(P::Internal), Exit::Failed),
            (RunState::Failed, None, Exit::Failed),
            (RunState::Rejected, Some(P::Superseded), Exit::Failed),
            (RunState::Stopped, None, Exit::Failed),
        ] {
            assert_eq!(
                run(RunKind::Sync, state, problem),
                exit,
                "{state} {problem:?}"
            );
        }
    }

    #[test]
    fn a_preview_that_would_be_held_could_be_made() {
        assert_eq!(run(RunKind::Preview, RunState::Held, None), Exit::Done);
    }

    #[test]
    fn an_error_reads_as_a_sentence() {
        assert_eq!(sentence("the database is away"), "The database is away.");
        assert_eq!(sentence("Nothing was changed. "), "Nothing was changed.");
        assert_eq!(sentence(""), ".");
    }
}
