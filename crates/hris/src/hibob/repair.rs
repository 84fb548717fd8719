//! A second look at a record that the JSON reader refused.
//!
//! Text with half of a surrogate pair (`"\ud83d"`), with raw control characters or with bytes that
//! are no UTF-8 cannot be a string here, but it spoils one value and not the person: every such
//! place is replaced by an escaped NUL, which no value may have, so that the value is the one that
//! turns out unreadable.

use std::borrow::Cow;

const UNREADABLE: &str = "\\u0000";

/// The record with every unreadable place inside a string marked by an escaped NUL.
pub(super) fn mark_unreadable(record: &[u8]) -> String {
    let text = utf8(record);
    let mut out = String::with_capacity(text.len());
    let mut in_string = false;
    let mut rest = &*text;
    while let Some(letter) = rest.chars().next() {
        let taken = match letter {
            '\\' if in_string => escape(rest, &mut out),
            '\0'..' ' if in_string => {
                out.push_str(UNREADABLE);
                1
            }
            letter => {
                in_string ^= letter == '"';
                out.push(letter);
                letter.len_utf8()
            }
        };
        rest = &rest[taken..];
    }
    out
}

/// The text with every stretch that is no UTF-8 replaced by a raw NUL, which is no JSON either.
fn utf8(record: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = str::from_utf8(record) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(record.len());
    for part in record.utf8_chunks() {
        out.push_str(part.valid());
        if !part.invalid().is_empty() {
            out.push('\0');
        }
    }
    Cow::Owned(out)
}

/// Copies an escape, or marks it if it is half of a surrogate pair. Gives its length.
fn escape(rest: &str, out: &mut String) -> usize {
    let (length, readable) = match surrogate(rest) {
        // The backslash and one character, whatever it is.
        None => (rest.chars().take(2).map(char::len_utf8).sum(), true),
        Some(Half::High) if surrogate(&rest[6..]) == Some(Half::Low) => (12, true),
        Some(_) => (6, false),
    };
    out.push_str(if readable {
        &rest[..length]
    } else {
        UNREADABLE
    });
    length
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Half {
    High,
    Low,
}

/// Which half of a surrogate pair is escaped at the beginning of this text, if any.
fn surrogate(text: &str) -> Option<Half> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    match u16::from_str_radix(digits, 16).ok()? {
        0xD800..=0xDBFF => Some(Half::High),
        0xDC00..=0xDFFF => Some(Half::Low),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_cannot_be_read_is_marked() {
        for (before, after) in [
            (
                &br#"{"a":"\ud83d\ude00 \\ \" \u00e9"}"#[..],
                &br#"{"a":"\ud83d\ude00 \\ \" \u00e9"}"#[..],
            ),
            (br#"{"a":"x\ud83dy"}"#, br#"{"a":"x\u0000y"}"#),
            (br#"{"a":"\ude00\ud83d"}"#, br#"{"a":"\u0000\u0000"}"#),
            (
                br#"{"a":"\ud83d\ud83d\ude00"}"#,
                br#"{"a":"\u0000\ud83d\ude00"}"#,
            ),
            (br#"{"a":"\\ud83d"}"#, br#"{"a":"\\ud83d"}"#),
            (b"{\"a\":\"x\ny\0\"}", br#"{"a":"x\u0000y\u0000"}"#),
            (
                b"{\n\"a\":\"\xff\xfe\xc3\xa9\"}",
                b"{\n\"a\":\"\\u0000\\u0000\xc3\xa9\"}",
            ),
            (br#"{"a":"\"#, br#"{"a":"\"#),
        ] {
            assert_eq!(
                mark_unreadable(before).as_bytes(),
                after,
                "{}",
                String::from_utf8_lossy(before)
            );
        }
    }
}
