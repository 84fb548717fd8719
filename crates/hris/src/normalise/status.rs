//! Lifecycle and access status.

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

/// Where an employee stands, as HiBob's lifecycle statuses have it.
///
/// Only [`Lifecycle::Terminated`] is leaving; every leave, garden leave included, and every word
/// that is not known changes nobody's access (product rule "Left"; HiBob help 4409776355857).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lifecycle {
    /// The start date is ahead.
    Hired,
    /// Started, and nothing else applies.
    Employed,
    /// The last working day is over, the termination date ahead.
    GardenLeave,
    /// Away for a time: parental, sick or unpaid leave, a sabbatical, a leave type of the company's
    /// own.
    Leave,
    /// Left.
    Terminated,
    /// A word that none of the rules know.
    Unknown,
}

/// Whether the HRIS itself lets the person in. Inactive alone is not leaving.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// May sign in to the HRIS.
    Active,
    /// May not: on leave, not started, left, or never invited.
    Inactive,
    /// A word that none of the rules know.
    Unknown,
}

/// Words that make a status a leave.
const LEAVE_WORDS: [&str; 6] = [
    "leave",
    "leaves",
    "sabbatical",
    "furlough",
    "furloughed",
    "secondment",
];

/// Words of leaving. A status that has one beside "leave" means two things, so it is unknown.
const LEAVING_WORDS: [&str; 11] = [
    "terminate",
    "terminated",
    "terminating",
    "termination",
    "left",
    "leaver",
    "leaving",
    "former",
    "resigned",
    "dismissed",
    "retired",
];

/// Reads a lifecycle status; case, blanks, hyphens and underscores do not count.
///
/// A word that is not known is [`Lifecycle::Unknown`] and never `Terminated`.
pub fn lifecycle(text: &str) -> Lifecycle {
    match letters(text).as_str() {
        "hired" => Lifecycle::Hired,
        "employed" => Lifecycle::Employed,
        "terminated" => Lifecycle::Terminated,
        "gardenleave" | "gardeningleave" | "ongardenleave" | "ongardeningleave" => {
            Lifecycle::GardenLeave
        }
        _ if is_leave(text) => Lifecycle::Leave,
        _ => Lifecycle::Unknown,
    }
}

/// Reads an access status; case, blanks, hyphens and underscores do not count.
pub fn access(text: &str) -> Access {
    match letters(text).as_str() {
        "active" => Access::Active,
        "inactive" => Access::Inactive,
        _ => Access::Unknown,
    }
}

/// The letters, folded. Longer than any known word means unknown, so the rest is not read.
fn letters(text: &str) -> SmolStr {
    domain::text::trim(text)
        .chars()
        .filter(|letter| !(letter.is_whitespace() || matches!(letter, '_' | '-')))
        .take(24)
        .map(|letter| letter.to_ascii_lowercase())
        .collect()
}

/// Whether a leave is named, word by word: "leaver" is not "leave". Companies name leave types
/// themselves, so other words may stand around it; `parentalLeave` is two words.
fn is_leave(text: &str) -> bool {
    let mut leave = false;
    let mut word = SmolStr::default();
    let mut after_small = false;
    for letter in text.chars().chain(std::iter::once(' ')) {
        let camel_hump = after_small && letter.is_uppercase();
        if camel_hump || !letter.is_alphanumeric() {
            if LEAVING_WORDS.contains(&word.as_str()) {
                return false;
            }
            leave |= LEAVE_WORDS.contains(&word.as_str()) || is_leave_in_one_word(&word);
            word.clear();
        }
        if letter.is_alphanumeric() {
            word.push(letter.to_ascii_lowercase());
        }
        after_small = letter.is_lowercase();
    }
    leave
}

/// "parentalleave" as clients write it that fold case first and drop the blank.
fn is_leave_in_one_word(word: &str) -> bool {
    word.strip_suffix("leave")
        .is_some_and(|kind| kind.len() > 1)
        || word.starts_with("leaveof")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_known_words_are_read_without_case_blanks_and_hyphens() {
        for (texts, status) in [
            (["Hired", "hired", " HIRED "], Lifecycle::Hired),
            (["Employed", "employed", "EMPLOYED\n"], Lifecycle::Employed),
            (
                ["Terminated", "terminated", "TERMINATED"],
                Lifecycle::Terminated,
            ),
            (
                ["Garden leave", "garden_leave", "gardenLeave"],
                Lifecycle::GardenLeave,
            ),
            (
                ["GARDEN-LEAVE", "gardening leave", "On garden leave"],
                Lifecycle::GardenLeave,
            ),
        ] {
            for text in texts {
                assert_eq!(lifecycle(text), status, "{text:?}");
            }
        }
    }

    #[test]
    fn every_kind_of_leave_is_a_leave() {
        for text in [
            "Leave",
            "leave",
            "Parental leave",
            "parentalLeave",
            "parental_leave",
            "parentalleave",
            "Maternity/Paternity Leave",
            "Leave of absence",
            "leaveOfAbsence",
            "On leave",
            "Long-term sick leave (unpaid)",
            "SABBATICAL",
            "Sabbatical 2024",
            "On furlough",
            "Acme Family Leave",
        ] {
            assert_eq!(lifecycle(text), Lifecycle::Leave, "{text:?}");
        }
    }

    #[test]
    fn an_unknown_word_is_never_terminated() {
        for text in [
            "",
            " ",
            "-",
            "Leaver",
            "leavers",
            "Left",
            "Cleaved",
            "Former",
            "Inactive",
            "Archived",
            "Terminated?",
            "Not terminated",
            "termination pending",
            "Terminated leave",
            "Leaving after leave",
            "Retired",
            "Suspended",
            "Beendet",
            "退職",
            "terminated1",
            "terminated terminated terminated",
        ] {
            assert_eq!(lifecycle(text), Lifecycle::Unknown, "{text:?}");
        }
    }

    #[test]
    fn access_is_active_inactive_or_unknown() {
        for (text, status) in [
            ("Active", Access::Active),
            (" active", Access::Active),
            ("INACTIVE", Access::Inactive),
            ("In-active", Access::Inactive),
            ("", Access::Unknown),
            ("Invited", Access::Unknown),
            ("not active", Access::Unknown),
        ] {
            assert_eq!(access(text), status, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn only_the_one_word_is_terminated(text in any::<String>()) {
            let _ = access(&text);
            if lifecycle(&text) == Lifecycle::Terminated {
                prop_assert!(text.to_lowercase().contains("ter"));
            }
        }

        #[test]
        fn a_word_beside_terminated_makes_it_unknown(word in "[a-z]{1,12}") {
            let status = lifecycle(&format!("terminated {word}"));
            prop_assert!(!matches!(status, Lifecycle::Terminated | Lifecycle::Employed));
        }
    }
}
