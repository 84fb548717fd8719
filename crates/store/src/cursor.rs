//! Pages of lists.

use std::fmt::Write as _;

/// A part of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The items, in the order asked for.
    pub items: Vec<T>,
    /// How many there are in all; only on the first page.
    pub total: Option<u64>,
    /// What to ask for the next page with; `None` on the last one.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// A page from up to `limit + 1` items: the one too many says that there is another page.
    pub(crate) fn cut(
        mut items: Vec<T>,
        limit: Option<u32>,
        total: Option<u64>,
        cursor: impl Fn(&T) -> String,
    ) -> Self {
        let mut next = None;
        if let Some(limit) = limit.map(|limit| limit as usize)
            && items.len() > limit
        {
            items.truncate(limit);
            next = items.last().map(cursor);
        }
        Self { items, total, next }
    }
}

/// How many rows to ask for: one more than wanted, or all.
pub(crate) fn rows_for(limit: Option<u32>) -> i64 {
    limit.map_or(i64::MAX, |limit| i64::from(limit) + 1)
}

/// A cursor that none of our pages gave out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the cursor is none of ours; leave it out to begin at the first page")]
pub struct BadCursor;

/// The parts of a cursor as letters that need no escaping in an address.
pub(crate) fn encode(parts: &[&str]) -> String {
    let mut text = String::new();
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            text.push('-');
        }
        for byte in part.bytes() {
            // Writing into a string cannot fail.
            _ = write!(text, "{byte:02x}");
        }
    }
    text
}

/// The parts of a cursor that [`encode`] made.
pub(crate) fn decode<const N: usize>(text: &str) -> Result<[String; N], BadCursor> {
    // It would be a first part that says nothing: everything, or nothing at all.
    if text.is_empty() {
        return Err(BadCursor);
    }
    let parts: Vec<String> = text.split('-').map(decode_part).collect::<Result<_, _>>()?;
    parts.try_into().map_err(|_| BadCursor)
}

fn decode_part(letters: &str) -> Result<String, BadCursor> {
    let (pairs, rest) = letters.as_bytes().as_chunks::<2>();
    if !rest.is_empty() {
        return Err(BadCursor);
    }
    let bytes: Option<Vec<u8>> = pairs
        .iter()
        .map(|pair| {
            let digits = str::from_utf8(pair).ok()?;
            u8::from_str_radix(digits, 16).ok()
        })
        .collect();
    let bytes = bytes.ok_or(BadCursor)?;
    // No text has it, and PostgreSQL takes none that does.
    if bytes.contains(&0) {
        return Err(BadCursor);
    }
    String::from_utf8(bytes).map_err(|_| BadCursor)
}
