//! What an HRIS writes, in the form that the rest of the product works with.
//!
//! Every function takes any text and never panics. None of them guesses: what is not understood for
//! sure is an error or a value of its own, so that a person is flagged and an admin decides.
//! Emails and names are normalised in `domain`, because the directory uses the same keys.

mod country;
mod date;
mod status;

pub use country::{CountryMatch, country};
pub use date::{DateError, date};
pub use domain::text::{Email, EmailError, clean_text, email_key, fold_name, search_key};
pub use status::{Access, Lifecycle, access, lifecycle};

use smol_str::SmolStr;

/// Reads a work email, see [`Email::parse`].
pub fn email(text: &str) -> Result<Email, EmailError> {
    Email::parse(text)
}

/// Words by which people and export tools say that a field is empty.
const NULL_WORDS: [&str; 6] = ["na", "none", "null", "nil", "undefined", "notapplicable"];

/// Whether a text says that there is nothing: blank, only dashes, dots or question marks, or one of
/// "n/a", "na", "none", "null", "nil", "undefined" and "not applicable" in any case.
///
/// Meant for departments, where such a word must not become a group; [`country`] uses it too.
pub fn null_word(text: &str) -> bool {
    let mut letters = SmolStr::default();
    for letter in domain::text::trim(text).chars() {
        if letter.is_ascii_alphanumeric() {
            letters.push(letter.to_ascii_lowercase());
            if letters.len() > 13 {
                return false;
            }
        } else if !is_filler(letter) {
            return false;
        }
    }
    letters.is_empty() || NULL_WORDS.contains(&letters.as_str())
}

/// What stands in an empty cell, or around a null word: `--`, `?`, `(none)`, `<null>`.
fn is_filler(letter: char) -> bool {
    letter.is_whitespace()
        || matches!(
            letter,
            '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '_' | '.' | '…' | '?' | '/' | '\\'
        )
        || matches!(
            letter,
            '(' | ')' | '[' | ']' | '<' | '>' | '*' | '#' | '"' | '\''
        )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn words_for_nothing_are_nothing() {
        for text in [
            "",
            " ",
            "\t\n",
            "-",
            "—",
            "–",
            "--",
            ".",
            "...",
            "?",
            "n/a",
            "N/A",
            "na",
            "NA",
            "N.A.",
            "none",
            "None",
            "NULL",
            "(null)",
            "<none>",
            "nil",
            "undefined",
            "Not applicable",
            "not-applicable",
            "\u{200b}",
        ] {
            assert!(null_word(text), "{text:?}");
        }
    }

    #[test]
    fn names_of_departments_are_not_nothing() {
        for text in [
            "Sales",
            "NAM",
            "Nan",
            "N",
            "0",
            "Nullification",
            "None of the above",
            "Ñ",
            "人事",
            "C#",
            "Not applicable yet",
            "R&D",
            "👩‍💻",
        ] {
            assert!(!null_word(text), "{text:?}");
        }
    }

    #[test]
    fn an_email_is_read_by_the_rules_of_the_directory() {
        assert_eq!(
            email(" Ann@Example.com ").unwrap().key(),
            email_key("ANN@example.com")
        );
        assert_eq!(email("ann"), Err(EmailError::NoAt));
    }

    proptest! {
        #[test]
        fn any_text_is_a_null_word_or_not(text in any::<String>()) {
            prop_assert_eq!(null_word(&text), null_word(&format!("  {text}\n")));
        }
    }
}
