//! The country of the home address: by HiBob's machine value if that names one, else by the readable
//! one, else by the named list.

use domain::Country;
use smol_str::{SmolStr, format_smolstr};

use super::{cell::Cell, lists::NamedList, reading};
use crate::{
    CountryReading, Seen,
    normalise::{self, CountryMatch},
};

/// Reads a country. Where only the named list can tell, the item's id is given beside what is known
/// without it.
pub(super) fn read(
    machine: &Cell<'_>,
    readable: &Cell<'_>,
) -> (Seen<CountryReading>, Option<SmolStr>) {
    let machine = match reading::item(machine) {
        Seen::Value(text) => text,
        Seen::Absent => return (Seen::Absent, None),
        Seen::Null => return (Seen::Null, None),
        Seen::Bad(what) => return (Seen::Bad(what), None),
    };
    let label = reading::label(readable);
    let readable = label
        .as_deref()
        .map_or(CountryMatch::Empty, normalise::country);
    match (normalise::country(&machine), readable) {
        (CountryMatch::Known(one), CountryMatch::Known(other)) if one != other => (
            unknown(&format_smolstr!(
                "{machine} / {}",
                label.unwrap_or_default()
            )),
            None,
        ),
        (CountryMatch::Known(country), _) | (_, CountryMatch::Known(country)) => {
            (known(country), None)
        }
        (CountryMatch::Empty, CountryMatch::Empty) => (Seen::Null, None),
        (CountryMatch::Empty, CountryMatch::Unknown) => (unknown(&label.unwrap_or_default()), None),
        (CountryMatch::Unknown, _) => (
            unknown(&label.unwrap_or_else(|| machine.clone())),
            Some(machine),
        ),
    }
}

/// The country of a list's item, if the list names one.
pub(super) fn by_list(list: &NamedList, id: &str) -> Option<Seen<CountryReading>> {
    match normalise::country(list.name(id)?) {
        CountryMatch::Known(country) => Some(known(country)),
        _ => None,
    }
}

fn known(country: Country) -> Seen<CountryReading> {
    Seen::Value(CountryReading::Known(country))
}

fn unknown(text: &str) -> Seen<CountryReading> {
    Seen::Value(CountryReading::Unknown(reading::shown(text)))
}
