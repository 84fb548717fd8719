//! Countries as ISO 3166-1 knows them.
//!
//! A person's country is that of the home address. What people type is read by
//! `hris::normalise::country`; here are only the codes, what to call them, and the regions that a
//! new organisation starts with.

mod regions;
mod table;

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

pub use regions::{DefaultRegion, default_regions};
use table::TABLE;

/// A country or territory: one of the 249 officially assigned ISO 3166-1 codes, or `XK`.
///
/// Kosovo has no assigned code; `XK` is from the range left to users, and the European Union, the
/// IMF and CLDR use it. No other value can be made. Written as the two capital letters everywhere.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Country([u8; 2]);

/// One line of the generated table.
#[derive(Debug)]
struct Row {
    alpha2: [u8; 2],
    alpha3: &'static str,
    name: &'static str,
}

impl Row {
    const fn new(alpha2: [u8; 2], alpha3: &'static str, name: &'static str) -> Self {
        Self {
            alpha2,
            alpha3,
            name,
        }
    }
}

/// Text that is no country code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{found:?} is no ISO 3166-1 alpha-2 country code such as PT")]
pub struct UnknownCountryCode {
    /// The beginning of what was found.
    pub found: String,
}

impl Country {
    /// Every country, sorted by code.
    pub fn all() -> impl ExactSizeIterator<Item = Self> + Clone {
        TABLE.iter().map(|row| Self(row.alpha2))
    }

    /// The country of an alpha-2 code, in capital or small letters.
    pub fn from_alpha2(code: &str) -> Option<Self> {
        let code = <[u8; 2]>::try_from(code.as_bytes())
            .ok()?
            .map(|letter| letter.to_ascii_uppercase());
        TABLE
            .binary_search_by_key(&code, |row| row.alpha2)
            .ok()
            .map(|_| Self(code))
    }

    /// The country of an alpha-3 code, in capital or small letters.
    pub fn from_alpha3(code: &str) -> Option<Self> {
        TABLE
            .iter()
            .find(|row| row.alpha3.eq_ignore_ascii_case(code))
            .map(|row| Self(row.alpha2))
    }

    /// The alpha-2 code, such as `PT`.
    pub fn as_str(&self) -> &str {
        // The two bytes are always capital letters, so the fallback is never seen.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The alpha-3 code, such as `PRT`; Kosovo's is the customary `XKX`.
    pub fn alpha3(self) -> &'static str {
        self.row().alpha3
    }

    /// The English short name as people say it, such as `Portugal`, `Czechia` or `South Korea`.
    pub fn name(self) -> &'static str {
        self.row().name
    }

    fn row(self) -> &'static Row {
        // A value is only ever made from a row, so the search finds it.
        let index = TABLE
            .binary_search_by_key(&self.0, |row| row.alpha2)
            .unwrap_or_default();
        &TABLE[index]
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Country {
    type Err = UnknownCountryCode;

    fn from_str(code: &str) -> Result<Self, Self::Err> {
        Self::from_alpha2(code).ok_or_else(|| UnknownCountryCode {
            found: code.chars().take(40).collect(),
        })
    }
}

impl Serialize for Country {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Country {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl de::Visitor<'_> for Visitor {
            type Value = Country;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an ISO 3166-1 alpha-2 country code such as \"PT\"")
            }

            fn visit_str<E: de::Error>(self, code: &str) -> Result<Country, E> {
                code.parse().map_err(E::custom)
            }
        }

        deserializer.deserialize_str(Visitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_the_249_assigned_codes_and_kosovo_in_order() {
        let all: Vec<_> = Country::all().collect();
        assert_eq!(all.len(), 250);
        assert!(all.is_sorted());
        let mut alpha3: Vec<_> = all.iter().map(|country| country.alpha3()).collect();
        alpha3.sort_unstable();
        alpha3.dedup();
        assert_eq!(alpha3.len(), 250);
        let mut names: Vec<_> = all.iter().map(|country| country.name()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), 250);
    }

    #[test]
    fn every_country_is_found_by_its_codes() {
        for country in Country::all() {
            assert_eq!(country.as_str().parse(), Ok(country));
            assert_eq!(
                Country::from_alpha2(&country.as_str().to_lowercase()),
                Some(country)
            );
            assert_eq!(Country::from_alpha3(country.alpha3()), Some(country));
            assert!(country.alpha3().len() == 3 && !country.name().is_empty());
        }
    }

    #[test]
    fn names_are_what_people_say() {
        for (code, name, alpha3) in [
            ("NL", "Netherlands", "NLD"),
            ("CZ", "Czechia", "CZE"),
            ("KR", "South Korea", "KOR"),
            ("PT", "Portugal", "PRT"),
            ("HK", "Hong Kong", "HKG"),
            ("CD", "DR Congo", "COD"),
            ("LC", "Saint Lucia", "LCA"),
            ("BA", "Bosnia and Herzegovina", "BIH"),
            ("XK", "Kosovo", "XKX"),
        ] {
            let country: Country = code.parse().unwrap();
            assert_eq!((country.name(), country.alpha3()), (name, alpha3));
        }
    }

    #[test]
    fn what_is_no_assigned_code_is_refused() {
        for code in [
            "", "P", "PRT", "UK", "EU", "XX", "ZZ", "AN", "YU", "SU", "CS", "BU", "1A", "É", "P\0",
        ] {
            assert_eq!(Country::from_alpha2(code), None, "{code}");
        }
        let error = "Portugal".parse::<Country>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "\"Portugal\" is no ISO 3166-1 alpha-2 country code such as PT"
        );
    }

    #[test]
    fn json_knows_a_country_by_its_code() {
        let portugal: Country = serde_json::from_str("\"PT\"").unwrap();
        assert_eq!(serde_json::to_string(&portugal).unwrap(), "\"PT\"");
        assert!(serde_json::from_str::<Country>("\"Atlantis\"").is_err());
        assert!(serde_json::from_str::<Country>("620").is_err());
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_a_code_or_an_error(text in "\\PC*") {
            if let Ok(country) = text.parse::<Country>() {
                proptest::prop_assert!(country.as_str().eq_ignore_ascii_case(&text));
            }
        }
    }
}
