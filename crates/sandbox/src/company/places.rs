//! Where people live, and the other ways in which they write it.

use rand::{Rng, RngExt};
use smol_str::SmolStr;

/// Spellings met in real HR systems, by the name HiBob's list has.
const ODD: [(&str, &[&str]); 22] = [
    ("Netherlands", &["Holland", "The Netherlands", "Nederland"]),
    (
        "United Kingdom",
        &["UK", "U.K.", "Great Britain", "England", "Scotland"],
    ),
    (
        "United States",
        &["U.S.A.", "USA", "United States of America", "us"],
    ),
    ("Czechia", &["Česko", "Czech Republic", "Česká republika"]),
    ("Germany", &["Deutschland", "DEU", "germany"]),
    ("Vietnam", &["Viet Nam", "Việt Nam"]),
    ("Portugal", &[" PORTUGAL ", "PT"]),
    (
        "South Korea",
        &["Korea, Republic of", "Republic of Korea", "Korea (South)"],
    ),
    ("Brazil", &["Brasil"]),
    ("Spain", &["España"]),
    ("Switzerland", &["Schweiz", "Suisse"]),
    ("Austria", &["Österreich"]),
    ("Turkey", &["Türkiye"]),
    ("Greece", &["Ελλάδα", "Hellas"]),
    ("Japan", &["日本"]),
    ("Israel", &["ישראל"]),
    ("Egypt", &["مصر"]),
    ("Ukraine", &["Україна"]),
    ("Ireland", &["Republic of Ireland", "Éire"]),
    ("United Arab Emirates", &["UAE", "U.A.E."]),
    ("Sweden", &["Sverige"]),
    ("Poland", &["Polska", "POLAND"]),
];

/// The share of people who write their country in another way, of a thousand.
const ODD_SHARE: u32 = 40;

/// A country as one person wrote it.
pub(crate) fn written(country: &'static str, rng: &mut impl Rng) -> SmolStr {
    let odd = ODD
        .iter()
        .find(|(name, _)| *name == country)
        .map(|(_, spellings)| *spellings);
    match odd {
        Some(spellings) if rng.random_range(0..1000) < ODD_SHARE => {
            SmolStr::new_static(spellings[rng.random_range(0..spellings.len())])
        }
        _ => SmolStr::new_static(country),
    }
}
