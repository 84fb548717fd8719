//! What goes wrong with HiBob, in an admin's words: one sentence of what happened and that nothing
//! was changed, one of what to do. No token, no address with credentials, no employee's data.

use std::{error::Error, io, time::Duration};

use domain::{Problem, ProblemCode};
use reqwest::StatusCode;

use super::split::Fault;
use crate::normalise;

const TRY_LATER: &str = "It is tried again on its own; if it stays like this, look at HiBob's status page and at this machine's way to the internet.";
const REPORT: &str = "Try again later; if it stays like this, report it with this message, as HiBob may have changed its answers.";
const CHECK_ADDRESS: &str = "Check ROLLCALL_HIBOB_URL, which should be https://api.hibob.com/v1, and that no proxy stands in between.";

/// 401.
pub(super) fn credentials_refused() -> Problem {
    Problem::new(
        ProblemCode::CredentialsRefused,
        "HiBob refused the service user's ID or token (401), so nothing was changed.",
        "In HiBob, open Settings > Integrations > Service users, make a new token for the service user, and enter its ID and the token here.",
    )
}

/// 403.
pub(super) fn no_permission() -> Problem {
    Problem::new(
        ProblemCode::NoPermission,
        "HiBob knows the service user but does not let it read people (403), so nothing was changed.",
        "In HiBob, open Settings > Permission groups, add the service user to a group that may view people's data, and check that no IP restriction keeps this machine out.",
    )
}

/// 429, and no more waiting.
pub(super) fn rate_limited(wait: Option<Duration>) -> Problem {
    let asked = wait.map_or_else(String::new, |wait| {
        format!(" for {} more seconds", wait.as_secs().max(1))
    });
    Problem::new(
        ProblemCode::RateLimited,
        format!("HiBob asks callers to wait{asked} (429), so nothing was changed."),
        "Wait some minutes and try again; if it happens often, something else calls HiBob with the same service user.",
    )
}

/// 5xx, and no more tries.
pub(super) fn failing(status: StatusCode) -> Problem {
    Problem::new(
        ProblemCode::Unreachable,
        format!(
            "HiBob could not answer ({}), so nothing was changed.",
            status.as_u16()
        ),
        TRY_LATER,
    )
}

/// No connection, or none that lasted until the answer began.
pub(super) fn unreachable(error: &reqwest::Error) -> Problem {
    Problem::new(
        ProblemCode::Unreachable,
        format!(
            "HiBob could not be reached ({}), so nothing was changed.",
            cause(error)
        ),
        TRY_LATER,
    )
}

/// The answer broke off.
pub(super) fn incomplete(why: &str) -> Problem {
    Problem::new(
        ProblemCode::RosterIncomplete,
        format!("HiBob's answer broke off ({why}), so nothing was changed."),
        TRY_LATER,
    )
}

/// The answer's body could not be read to its end.
pub(super) fn broken_off(error: &reqwest::Error) -> Problem {
    if is_damaged(error) {
        return bad_answer("its compression is damaged", REPORT);
    }
    incomplete(&cause(error))
}

/// A status that no rule knows.
pub(super) fn unexpected(status: StatusCode, excerpt: Option<&str>) -> Problem {
    let said = excerpt.map_or_else(String::new, |text| format!(": {text}"));
    if status.is_redirection() {
        return bad_answer(
            "it points to another address, which is never followed",
            CHECK_ADDRESS,
        );
    }
    let mend = if status == StatusCode::NOT_FOUND {
        CHECK_ADDRESS
    } else {
        REPORT
    };
    bad_answer(&format!("its status is {}{said}", status.as_u16()), mend)
}

/// A web page in place of an answer.
pub(super) fn web_page() -> Problem {
    bad_answer("it is a web page", CHECK_ADDRESS)
}

/// More records unreadable than one can pass over.
pub(super) fn too_many_unreadable(unreadable: u64, all: u64) -> Problem {
    bad_answer(
        &format!("{unreadable} of {all} records cannot be read"),
        REPORT,
    )
}

/// Records, and an id on none of them.
pub(super) fn no_ids(all: u64) -> Problem {
    Problem::new(
        ProblemCode::SectionVanished,
        format!(
            "HiBob's answer has {all} records and an employee ID on none of them, so nothing was changed."
        ),
        "Give the service user back the permission to view the section Basic info in HiBob, then sync again.",
    )
}

/// Larger than allowed by its own account.
pub(super) fn too_long() -> Problem {
    fault(Fault::TooLong)
}

/// What the splitter found.
pub(super) fn fault(fault: Fault) -> Problem {
    match fault {
        Fault::Incomplete => incomplete("it ends in the middle"),
        Fault::NotJson => bad_answer("it is not JSON", CHECK_ADDRESS),
        Fault::NoEmployees => bad_answer("it has no list of employees", CHECK_ADDRESS),
        Fault::TwoEmployees => bad_answer("it has two lists of employees", REPORT),
        Fault::TooDeep => bad_answer("it is nested too deep", REPORT),
        Fault::TooLarge => bad_answer("a part of it is larger than any record is", REPORT),
        Fault::TooMany => bad_answer("it has more employees than are accepted", REPORT),
        Fault::TooLong => bad_answer("it is larger than any company's is", REPORT),
    }
}

/// An answer that is none, and why.
pub(super) fn bad_answer(why: &str, mend: &str) -> Problem {
    Problem::new(
        ProblemCode::BadAnswer,
        format!("HiBob's answer cannot be used, as {why}, so nothing was changed."),
        mend,
    )
}

/// A named list that is no list.
pub(super) fn bad_list(list: &str) -> Problem {
    bad_answer(
        &format!("the list of every {list} has no shape that is known"),
        REPORT,
    )
}

/// Our own failure.
pub(super) fn internal(what: &str) -> Problem {
    Problem::new(
        ProblemCode::Internal,
        format!("Rollcall failed while it read HiBob ({what}), so nothing was changed."),
        "Try again, and report it with the log if it stays like this.",
    )
}

/// The same problem as the trial before connecting words it: an answer that is none means that the
/// address is not HiBob's, and one that broke off is as good as none.
pub(super) fn in_check(problem: Problem) -> Problem {
    match problem.code {
        ProblemCode::BadAnswer => Problem { code: ProblemCode::NotHiBob, ..problem },
        ProblemCode::SectionVanished => Problem {
            code: ProblemCode::MissingSection,
            mend: "Give the service user the permission to view the section Basic info in HiBob, then try again.".to_owned(),
            ..problem
        },
        ProblemCode::RosterIncomplete => Problem {
            code: ProblemCode::Unreachable,
            mend: "Try again in some minutes; if it stays like this, look at HiBob's status page and at this machine's way to the internet.".to_owned(),
            ..problem
        },
        ProblemCode::Unreachable => Problem {
            mend: "Check this machine's way to the internet and ROLLCALL_HIBOB_URL, then try again.".to_owned(),
            ..problem
        },
        _ => problem,
    }
}

/// The innermost reason of a failed connection: the outer ones say less and name the address.
fn cause(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "no answer in time".to_owned();
    }
    let mut inner: &dyn Error = error;
    while let Some(source) = inner.source() {
        inner = source;
    }
    if std::ptr::addr_eq(inner, error) {
        return "the request could not be made".to_owned();
    }
    excerpt(&inner.to_string()).unwrap_or_else(|| "the connection failed".to_owned())
}

/// Whether what arrived is damaged, which is no matter of the connection.
fn is_damaged(error: &reqwest::Error) -> bool {
    let mut next: Option<&dyn Error> = Some(error);
    while let Some(error) = next {
        if let Some(error) = error.downcast_ref::<io::Error>()
            && matches!(
                error.kind(),
                io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput
            )
        {
            return true;
        }
        next = error.source();
    }
    false
}

/// HiBob's word for an error, if it is one: a short identifier without anything that could be an id,
/// a secret or a person.
pub(super) fn error_key(text: &str) -> Option<String> {
    let words = |text: &str| {
        text.bytes()
            .all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'_' | b'.' | b'-'))
    };
    (!text.is_empty() && text.len() <= 40 && words(text)).then(|| text.to_owned())
}

/// The words of the system or of a library below, made fit for a message: short and in one line.
fn excerpt(text: &str) -> Option<String> {
    normalise::clean_text(text, 120).map(String::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_identifier_is_an_error_key() {
        for key in ["bad_request", "people.search-limit"] {
            assert_eq!(error_key(key).as_deref(), Some(key));
        }
        for other in [
            "",
            "No access for Nadia",
            "nadia@acme.test",
            "3332883884017713938",
            "dGhpcyBpcyBhIHNlY3JldA",
            "a_word_that_is_much_longer_than_any_key_of_an_error",
        ] {
            assert_eq!(error_key(other), None, "{other}");
        }
    }
}
