//! From what stood at a key to what it means: absent, empty, unreadable or a value.

use std::borrow::Cow;

use domain::{HrisId, text::Email};
use jiff::civil::Date;
use smol_str::{SmolStr, format_smolstr};

use super::{
    cell::{Cell, Reference},
    wire::{Record, Want},
};
use crate::{
    AccessReading, LifecycleReading, ManagerRef, Seen,
    normalise::{self, DateError, EmailError, Lifecycle},
};

/// The longest name that is kept, in characters.
const NAME_CHARS: usize = 300;
/// How much of something unreadable is kept to be shown.
const SHOWN_CHARS: usize = 80;
/// The longest id that is one, in bytes. HiBob's have 19 digits.
const ID_BYTES: usize = 100;

/// The join key, or nothing where there is none: it must be text as it stands, or a whole number,
/// whose digits are exact up to 64 bits.
pub(super) fn id(cell: &Cell<'_>) -> Option<HrisId> {
    let text = plain_text(cell).ok()??;
    let text = text.trim();
    let fits = !text.is_empty() && text.len() <= ID_BYTES && !text.chars().any(char::is_control);
    fits.then(|| HrisId::from(text))
}

/// A name or another short text.
pub(super) fn name(cell: &Cell<'_>) -> Seen<SmolStr> {
    text(cell, |text| {
        normalise::clean_text(text, NAME_CHARS).map_or(Seen::Null, Seen::Value)
    })
}

/// The work email.
pub(super) fn email(cell: &Cell<'_>, id: &HrisId) -> Seen<Email> {
    text(cell, |text| match normalise::email(text) {
        Ok(email) => Seen::Value(email),
        Err(EmailError::Empty) => Seen::Null,
        Err(error) => {
            if error.is_suspicious() {
                tracing::warn!(employee = %id, "an email with control characters was refused");
            }
            Seen::Bad(shown(text))
        }
    })
}

/// A date of the machine part.
pub(super) fn date(cell: &Cell<'_>) -> Seen<Date> {
    text(cell, |text| match normalise::date(text) {
        Ok(date) => Seen::Value(date),
        Err(DateError::Empty) => Seen::Null,
        Err(_) => Seen::Bad(shown(text)),
    })
}

/// The lifecycle status; where the machine's word is none that is known, the readable one counts.
pub(super) fn lifecycle(cell: &Cell<'_>, readable: &Cell<'_>) -> Seen<LifecycleReading> {
    let machine = text(cell, lifecycle_of);
    match &machine {
        Seen::Value(reading) if reading.status == Lifecycle::Unknown => {
            match text(readable, lifecycle_of) {
                Seen::Value(reading) if reading.status != Lifecycle::Unknown => {
                    Seen::Value(reading)
                }
                _ => machine,
            }
        }
        _ => machine,
    }
}

fn lifecycle_of(text: &str) -> Seen<LifecycleReading> {
    word(text, |text, word| LifecycleReading {
        status: normalise::lifecycle(text),
        text: word,
    })
}

/// The access status.
pub(super) fn access(cell: &Cell<'_>) -> Seen<AccessReading> {
    text(cell, |text| {
        word(text, |text, word| AccessReading {
            status: normalise::access(text),
            text: word,
        })
    })
}

fn word<T>(text: &str, reading: impl FnOnce(&str, SmolStr) -> T) -> Seen<T> {
    match normalise::clean_text(text, SHOWN_CHARS) {
        Some(word) => Seen::Value(reading(text, word)),
        None => Seen::Null,
    }
}

/// The line manager, by `work.reportsTo` or else by `work.manager`: two ways of saying one thing, so
/// one that names somebody beats one that does not.
pub(super) fn manager(record: &Record<'_>) -> Seen<ManagerRef> {
    let reports_to = manager_of(record.cell(Want::ReportsTo));
    if let Seen::Value(_) = reports_to {
        return reports_to;
    }
    match (reports_to, manager_of(record.cell(Want::Manager))) {
        (Seen::Absent, manager) | (_, manager @ Seen::Value(_)) => manager,
        (reports_to, _) => reports_to,
    }
}

fn manager_of(cell: &Cell<'_>) -> Seen<ManagerRef> {
    match cell {
        Cell::Reference(reference) => referenced(reference),
        Cell::Text(_) | Cell::Whole(_) => text(cell, named),
        _ => text(cell, |_| Seen::Null),
    }
}

fn referenced(reference: &Reference<'_>) -> Seen<ManagerRef> {
    let part = |part: &Option<Cow<'_, str>>| {
        part.as_deref()
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .map(str::to_owned)
    };
    if let Some(id) = part(&reference.id) {
        return match self::id(&Cell::Text(Cow::Borrowed(&id))) {
            Some(id) => Seen::Value(ManagerRef::Id(id)),
            None => Seen::Bad(shown(&id)),
        };
    }
    match part(&reference.email) {
        Some(email) => by_email(&email),
        None => Seen::Bad(SmolStr::new_static("an object without id and email")),
    }
}

/// A manager in plain text. Names are never matched: two people may share one.
fn named(text: &str) -> Seen<ManagerRef> {
    let text = text.trim();
    if text.is_empty() {
        Seen::Null
    } else if text.len() <= ID_BYTES && text.bytes().all(|byte| byte.is_ascii_digit()) {
        Seen::Value(ManagerRef::Id(HrisId::from(text)))
    } else if text.contains('@') {
        by_email(text)
    } else {
        Seen::Bad(shown(text))
    }
}

fn by_email(text: &str) -> Seen<ManagerRef> {
    match normalise::email(text) {
        Ok(email) => Seen::Value(ManagerRef::Email(SmolStr::from(email.key()))),
        Err(_) => Seen::Bad(shown(text)),
    }
}

/// The id of a list's item: text, or the whole number that HiBob's reference has.
pub(super) fn item(cell: &Cell<'_>) -> Seen<SmolStr> {
    text(cell, |text| {
        normalise::clean_text(text, NAME_CHARS).map_or(Seen::Null, Seen::Value)
    })
}

/// A label for people, where there is a usable one.
pub(super) fn label(cell: &Cell<'_>) -> Option<SmolStr> {
    match cell {
        Cell::Text(text) if !text.contains('\0') => normalise::clean_text(text, NAME_CHARS),
        _ => None,
    }
}

/// Reads a value that has to be text; whatever else it is, it says nothing or is unreadable.
fn text<T>(cell: &Cell<'_>, read: impl FnOnce(&str) -> Seen<T>) -> Seen<T> {
    match plain_text(cell) {
        Ok(Some(text)) => read(&text),
        Ok(None) if *cell == Cell::Absent => Seen::Absent,
        Ok(None) => Seen::Null,
        Err(what) => Seen::Bad(what),
    }
}

/// The text of a cell, nothing where it has none, or what it is instead of text.
fn plain_text<'c>(cell: &'c Cell<'_>) -> Result<Option<Cow<'c, str>>, SmolStr> {
    match cell {
        Cell::Absent | Cell::Null => Ok(None),
        Cell::Text(text) if text.contains('\0') => {
            Err(SmolStr::new_static("text with an unreadable character"))
        }
        Cell::Text(text) => Ok(Some(Cow::Borrowed(text))),
        Cell::Whole(number) => Ok(Some(Cow::Owned(number.to_string()))),
        Cell::Number(number) => Err(format_smolstr!("{number}")),
        Cell::Truth(truth) => Err(format_smolstr!("{truth}")),
        Cell::Reference(_) => Err(SmolStr::new_static("an object")),
        Cell::List => Err(SmolStr::new_static("a list")),
    }
}

/// Something unreadable, cut to a length that one can show.
pub(super) fn shown(text: &str) -> SmolStr {
    normalise::clean_text(text, SHOWN_CHARS)
        .unwrap_or_else(|| SmolStr::new_static("nothing but invisible characters"))
}
