//! Text that people type: cleaned, and as keys by which it is compared.
//!
//! Keys are made here and nowhere else, because the database sorts, searches and keeps unique what
//! these functions return. All of them take any text and never fail.

mod email;

use caseless::Caseless as _;
use smol_str::SmolStr;
use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

pub use email::{Email, EmailError, email_key};

/// The key of a name: trimmed, blanks collapsed, in one Unicode form and without case.
///
/// One group per key; names of people are compared by it too. Accents count: `Zoe` and `Zoë` are
/// two names. Control characters and invisible marks do not count.
pub fn fold_name(name: &str) -> SmolStr {
    if name.is_ascii() {
        return collapse(name.chars().map(|letter| letter.to_ascii_lowercase()));
    }
    // Folding wants the decomposed form: an iota below a letter folds to a letter of its own, and
    // has to stand behind all other marks by then. The composed form is the shorter key.
    collapse(name.nfd().default_case_fold().nfc())
}

/// What people find something by: like [`fold_name`], but also without accents.
///
/// `Søren Ångström`, `soren angstrom` and `SØREN ÅNGSTRÖM` have one search key. Letters in other
/// shapes (`ﬁ`, `①`, full width) are the plain ones. Search is a test for a part of this key.
pub fn search_key(text: &str) -> SmolStr {
    if text.is_ascii() {
        return collapse(text.chars().map(|letter| letter.to_ascii_lowercase()));
    }
    let mut key = SmolStr::default();
    let letters = text
        .nfkd()
        .filter(|letter| !is_combining_mark(*letter))
        .default_case_fold()
        .nfkd()
        .filter(|letter| !is_combining_mark(*letter));
    for letter in letters {
        match plain_letters(letter) {
            Some(plain) => key.push_str(plain),
            None => key.push(letter),
        }
    }
    collapse(key.chars())
}

/// Latin letters that Unicode does not take apart although people type them without the stroke.
fn plain_letters(letter: char) -> Option<&'static str> {
    Some(match letter {
        'ø' => "o",
        'ł' => "l",
        'đ' | 'ð' => "d",
        'ħ' => "h",
        'ı' => "i",
        'ŧ' => "t",
        'æ' => "ae",
        'œ' => "oe",
        'þ' => "th",
        _ => return None,
    })
}

/// Text that is fit to be stored and shown, or nothing where it is blank.
///
/// Trimmed; line breaks and tabs become blanks; other control characters and the marks that turn
/// the direction of writing around are removed, since they make a name look like another one; in
/// Unicode's composed form, so that a provider that changes the form changes nothing here. At most
/// `max_chars` characters, and no cut between a letter and its accents.
pub fn clean_text(text: &str, max_chars: usize) -> Option<SmolStr> {
    let text = trim(text);
    let mut clean = SmolStr::default();
    if text.is_ascii() && text.len() <= max_chars && !text.bytes().any(|b| b.is_ascii_control()) {
        clean.push_str(text);
    } else {
        cut(&mut clean, text.chars().filter_map(shown).nfc(), max_chars);
    }
    let trimmed = trim(&clean);
    if trimmed.is_empty() {
        return None;
    }
    if trimmed.len() < clean.len() {
        clean = SmolStr::from(trimmed);
    }
    Some(clean)
}

fn shown(letter: char) -> Option<char> {
    match letter {
        '\t' | '\n' | '\r' | '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some(' '),
        _ if letter.is_control() || is_direction_mark(letter) || letter == '\u{FEFF}' => None,
        _ => Some(letter),
    }
}

fn cut(clean: &mut SmolStr, mut letters: impl Iterator<Item = char>, max_chars: usize) {
    clean.extend(letters.by_ref().take(max_chars));
    let Some(next) = letters.next() else { return };
    if !is_combining_mark(next) {
        return;
    }
    // The cut would take accents from the last letter: leave the letter out as well. A heap of
    // marks is no letter, so only a few are looked at.
    let whole = clean
        .char_indices()
        .rev()
        .take(8)
        .find(|(_, letter)| !is_combining_mark(*letter));
    if let Some((end, _)) = whole {
        clean.truncate(end);
    }
}

/// Without blanks and invisible characters at both ends.
///
/// Copying from a web page or a PDF brings zero-width characters along, which nobody can see and
/// which make two equal texts differ.
pub fn trim(text: &str) -> &str {
    text.trim_matches(|letter: char| letter.is_whitespace() || is_invisible(letter))
}

/// Trims, makes every run of blanks one blank, leaves out what cannot be seen.
fn collapse(letters: impl Iterator<Item = char>) -> SmolStr {
    let mut out = SmolStr::default();
    let mut blank = false;
    for letter in letters {
        if letter.is_whitespace() {
            blank = true;
        } else if !letter.is_control() && !is_unseen_in_names(letter) {
            if blank && !out.is_empty() {
                out.push(' ');
            }
            blank = false;
            out.push(letter);
        }
    }
    out
}

/// Characters without a shape that mean nothing in a name. The joiners (U+200C, U+200D) are not
/// among them: Persian and emoji need them.
fn is_unseen_in_names(letter: char) -> bool {
    is_invisible(letter) && !matches!(letter, '\u{200C}' | '\u{200D}')
}

/// Zero-width characters, joiners, direction marks, soft hyphen, control characters.
fn is_invisible(letter: char) -> bool {
    letter.is_control()
        || is_direction_mark(letter)
        || matches!(letter,
            '\u{AD}' | '\u{180E}' | '\u{200B}'..='\u{200D}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}')
}

/// Marks, embeddings, overrides and isolates of writing direction.
fn is_direction_mark(letter: char) -> bool {
    matches!(letter,
        '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_is_one_whatever_its_case_blanks_and_unicode_form() {
        for other in [
            " sales  team",
            "SALES TEAM\n",
            "Sales\tTeam",
            "\u{FEFF}Sales\u{a0}Team\u{200b}",
        ] {
            assert_eq!(fold_name(other), "sales team", "{other:?}");
        }
        assert_eq!(fold_name("Zoe\u{308}"), fold_name("ZOË"));
        assert_eq!(fold_name("Straße"), fold_name("STRASSE"));
        assert_eq!(fold_name("ΣΊΣΥΦΟΣ"), fold_name("σίσυφος"));
        assert_eq!(fold_name(" \u{200b} "), "");
    }

    #[test]
    fn accents_count_in_a_name_and_not_in_a_search() {
        assert_ne!(fold_name("Zoë"), fold_name("Zoe"));
        for (text, key) in [
            ("Zoë", "zoe"),
            ("Søren  ÅNGSTRÖM", "soren angstrom"),
            ("Łukasz Żółć", "lukasz zolc"),
            ("İbrahim Işık", "ibrahim isik"),
            ("Đorđe", "dorde"),
            ("Þór Œuvre Æ", "thor oeuvre ae"),
            ("ﬁn ＡＢＣ ①", "fin abc 1"),
            ("Άννα", "αννα"),
            ("Йод", "иод"),
            ("Straße", "strasse"),
        ] {
            assert_eq!(search_key(text), key, "{text}");
        }
    }

    #[test]
    fn cleaning_keeps_what_people_see() {
        for (text, clean) in [
            ("  Ann ", "Ann"),
            ("Ann\r\nLee", "Ann  Lee"),
            ("A\0n\u{7}n", "Ann"),
            ("\u{202e}nnA\u{202c}", "nnA"),
            ("=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0"),
            ("O’Neil 👩‍💻", "O’Neil 👩‍💻"),
            ("محمد", "محمد"),
            ("Zoe\u{308}", "Zoë"),
        ] {
            assert_eq!(clean_text(text, 100).as_deref(), Some(clean), "{text:?}");
        }
        for blank in [
            "",
            "   ",
            "\n\t",
            "\u{200b}\u{feff}",
            "\0",
            "\u{202e} \u{202c}",
        ] {
            assert_eq!(clean_text(blank, 100), None, "{blank:?}");
        }
        assert_eq!(clean_text("Ann", 0), None);
    }

    #[test]
    fn a_long_text_is_cut_between_letters() {
        assert_eq!(clean_text("abcdef", 3).as_deref(), Some("abc"));
        assert_eq!(clean_text("ab cdef", 3).as_deref(), Some("ab"));
        assert_eq!(clean_text("äöü", 2).as_deref(), Some("äö"));
        // q has no composed form with a dot below.
        assert_eq!(clean_text("abq\u{323}x", 3).as_deref(), Some("ab"));
        assert_eq!(
            clean_text(&"\u{323}".repeat(50), 20)
                .unwrap()
                .chars()
                .count(),
            20
        );
        let long = "é".repeat(10_000);
        assert_eq!(clean_text(&long, 200).unwrap().chars().count(), 200);
    }

    #[test]
    fn every_character_has_stable_keys() {
        // What follows is ideographs and syllables, which fold to themselves, and emoji.
        for letter in ('\0'..'\u{3400}')
            .chain('\u{A000}'..'\u{AC00}')
            .chain('\u{F900}'..'\u{12000}')
        {
            for text in [format!("{letter}"), format!("Ab{letter}\u{301}c")] {
                let folded = fold_name(&text);
                assert_eq!(fold_name(&folded), folded, "{text:?}");
                let key = search_key(&text);
                assert_eq!(search_key(&key), key, "{text:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn keys_are_stable(text in any::<String>()) {
            let folded = fold_name(&text);
            prop_assert_eq!(&fold_name(&folded), &folded);
            let key = search_key(&text);
            prop_assert_eq!(&search_key(&key), &key);
            prop_assert_eq!(fold_name(&format!(" {text}\n")), folded);
        }

        #[test]
        fn equal_texts_in_two_unicode_forms_have_one_key(text in any::<String>()) {
            let decomposed: String = text.nfd().collect();
            prop_assert_eq!(fold_name(&decomposed), fold_name(&text));
            prop_assert_eq!(search_key(&decomposed), search_key(&text));
        }

        #[test]
        fn clean_text_is_bounded_stable_and_without_controls(text in any::<String>(), max in 0_usize..40) {
            if let Some(clean) = clean_text(&text, max) {
                prop_assert!(clean.chars().count() <= max);
                prop_assert!(!clean.chars().any(|c| c.is_control() || is_direction_mark(c)));
                let again = clean_text(&clean, max);
                prop_assert_eq!(again.as_deref(), Some(clean.as_str()));
            }
        }
    }
}
