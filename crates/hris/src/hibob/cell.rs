//! One value of an answer, kept as whatever it turned out to be: no type is wrong here.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize,
    de::{DeserializeSeed as _, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor},
};

use super::keyed::{Fill, Keyed, fill};

/// What stood at a key.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Cell<'a> {
    #[default]
    Absent,
    Null,
    Text(Cow<'a, str>),
    /// A whole number that is not negative, to the digit.
    Whole(u64),
    Number(f64),
    Truth(bool),
    /// An object that may name an employee.
    Reference(Box<Reference<'a>>),
    List,
}

impl Cell<'_> {
    /// Whether something stands there.
    pub(super) fn is_filled(&self) -> bool {
        match self {
            Self::Absent | Self::Null => false,
            Self::Text(text) => !text.trim().is_empty(),
            _ => true,
        }
    }
}

/// The parts of an object that name an employee.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Reference<'a> {
    pub(super) id: Option<Cow<'a, str>>,
    pub(super) email: Option<Cow<'a, str>>,
}

/// Takes a value in. A key that stands twice makes the record ambiguous, so it is refused: JSON leaves
/// open which one counts.
pub(super) fn set<'a, E: Error>(place: &mut Cell<'a>, cell: Cell<'a>) -> Result<(), E> {
    if *place != Cell::Absent {
        return Err(twice());
    }
    *place = cell;
    Ok(())
}

/// The error of a key that stands twice.
pub(super) fn twice<E: Error>() -> E {
    E::custom("a wanted key stands twice")
}

/// One key of an object.
pub(super) struct One<'r, 'a> {
    pub(super) name: &'static str,
    pub(super) cell: &'r mut Cell<'a>,
}

impl<'de> Keyed<'de> for One<'_, 'de> {
    type Key = ();

    fn key(&self, text: &str) -> Option<()> {
        (text == self.name).then_some(())
    }

    fn value<A: MapAccess<'de>>(&mut self, (): (), map: &mut A) -> Result<(), A::Error> {
        set(self.cell, map.next_value()?)
    }
}

impl<'de> Keyed<'de> for Reference<'de> {
    /// Whether it is the email.
    type Key = bool;

    fn key(&self, text: &str) -> Option<bool> {
        match text {
            "id" => Some(false),
            "email" => Some(true),
            _ => None,
        }
    }

    fn value<A: MapAccess<'de>>(&mut self, email: bool, map: &mut A) -> Result<(), A::Error> {
        let text = match map.next_value()? {
            Cell::Text(text) => Some(text),
            Cell::Whole(number) => Some(Cow::Owned(number.to_string())),
            _ => None,
        };
        let place = if email { &mut self.email } else { &mut self.id };
        if place.is_some() {
            return Err(twice());
        }
        *place = text;
        Ok(())
    }
}

/// A cell that stands in `{"value": …}`.
pub(super) struct FlatCell<'a>(pub(super) Cell<'a>);

impl<'de> Deserialize<'de> for FlatCell<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut cell = Cell::Absent;
        Fill(&mut One {
            name: "value",
            cell: &mut cell,
        })
        .deserialize(deserializer)?;
        Ok(Self(cell))
    }
}

impl<'de> Deserialize<'de> for Cell<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(CellVisitor)
    }
}

struct CellVisitor;

impl<'de> Visitor<'de> for CellVisitor {
    type Value = Cell<'de>;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }
    fn visit_unit<E>(self) -> Result<Cell<'de>, E> {
        Ok(Cell::Null)
    }
    fn visit_bool<E>(self, value: bool) -> Result<Cell<'de>, E> {
        Ok(Cell::Truth(value))
    }
    fn visit_u64<E>(self, value: u64) -> Result<Cell<'de>, E> {
        Ok(Cell::Whole(value))
    }
    fn visit_i64<E>(self, value: i64) -> Result<Cell<'de>, E> {
        Ok(Cell::Number(value as f64))
    }
    fn visit_f64<E>(self, value: f64) -> Result<Cell<'de>, E> {
        Ok(Cell::Number(value))
    }
    fn visit_str<E>(self, value: &str) -> Result<Cell<'de>, E> {
        Ok(Cell::Text(Cow::Owned(value.to_owned())))
    }
    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Cell<'de>, E> {
        Ok(Cell::Text(Cow::Borrowed(value)))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Cell<'de>, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Cell::List)
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Cell<'de>, A::Error> {
        let mut reference = Reference::default();
        fill(&mut reference, &mut map)?;
        Ok(Cell::Reference(Box::new(reference)))
    }
}
