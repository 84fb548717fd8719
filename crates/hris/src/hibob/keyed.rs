//! Reads JSON objects of which only some keys matter, without making a string of any key.

use std::{fmt, marker::PhantomData};

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// Something read from a JSON object: which keys it knows and what it does with their values.
pub(super) trait Keyed<'de> {
    type Key;
    fn key(&self, text: &str) -> Option<Self::Key>;
    fn value<A: MapAccess<'de>>(&mut self, key: Self::Key, map: &mut A) -> Result<(), A::Error>;
}

/// Reads an object into the place it borrows, stepping over unknown keys. Anything that is no object
/// leaves the place as it was.
pub(super) struct Fill<'r, T>(pub(super) &'r mut T);

impl<'de, T: Keyed<'de>> DeserializeSeed<'de> for Fill<'_, T> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, T: Keyed<'de>> Visitor<'de> for Fill<'_, T> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }
    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }
    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }
    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }
    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }
    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        fill(self.0, &mut map)
    }
}

/// Reads an object whose first key is still to come.
pub(super) fn fill<'de, T: Keyed<'de>, A: MapAccess<'de>>(
    into: &mut T,
    map: &mut A,
) -> Result<(), A::Error> {
    while let Some(known) = map.next_key_seed(KeyOf(into, PhantomData))? {
        match known {
            Some(key) => into.value(key, map)?,
            None => {
                map.next_value::<IgnoredAny>()?;
            }
        }
    }
    Ok(())
}

/// Recognises a key without making a string of it.
struct KeyOf<'r, 'de, T: Keyed<'de>>(&'r T, PhantomData<&'de ()>);

impl<'de, T: Keyed<'de>> DeserializeSeed<'de> for KeyOf<'_, 'de, T> {
    type Value = Option<T::Key>;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de, T: Keyed<'de>> Visitor<'de> for KeyOf<'_, 'de, T> {
    type Value = Option<T::Key>;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }
    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(self.0.key(text))
    }
}
