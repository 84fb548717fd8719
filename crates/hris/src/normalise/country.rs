//! Countries as people and HRISs write them.

use std::sync::LazyLock;

use domain::{
    Country,
    text::{search_key, trim},
};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use super::null_word;

/// Generated: what countries are called in many languages.
const NAMES: &str = include_str!("country_names.tsv");
/// Written by hand: further names, and names that are decided to be unknown.
const ALIASES: &str = include_str!("country_aliases.txt");
/// Stands for the country of a name that has none or several.
const UNDECIDED: &str = "??";

/// Articles that people put before a country's name; "the" is left out everywhere.
const ARTICLES: [&str; 11] = [
    "la", "le", "les", "l", "die", "der", "das", "el", "los", "las", "il",
];

/// What a text says about a country.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CountryMatch {
    /// It names this one and no other.
    Known(Country),
    /// It says something, but names no country for sure.
    Unknown,
    /// It says nothing: blank, or a word such as "N/A".
    Empty,
}

/// Reads the country of an address.
///
/// Known are the ISO 3166-1 codes of two and three letters, the English names (official, common and
/// older ones), the names in the larger European languages and in the languages of the country
/// itself. Case, accents, punctuation, blanks, articles, "and" and "St" for "Saint" do not count;
/// otherwise a name has to be exactly that name, since a guess would show somebody another region's
/// content. A name of several countries ("Korea", "Congo", "Virgin Islands") is unknown, and so is a
/// code out of use, unless one country took its place (`BU`, `DD`, `TP`, `ZR`).
///
/// `NA` in capitals is Namibia's code; "n/a", "N.A." and "na" are words for nothing.
pub fn country(text: &str) -> CountryMatch {
    let names = &*TABLE;
    let text = trim(text);
    if let Some(found) = names.spelled.get(text) {
        return (*found).into();
    }
    if null_word(text) {
        return CountryMatch::Empty;
    }
    // No country is called anything longer; what is, is not worth the work.
    if text.len() > 300 {
        return CountryMatch::Unknown;
    }
    let folded = search_key(text);
    if let Some(found) = names.keyed.get(&key(words(&folded))) {
        return (*found).into();
    }
    names
        .turned_round(&folded)
        .or_else(|| names.without_article(&folded))
        .or_else(|| names.said_twice(&folded))
        .into()
}

impl From<Option<Country>> for CountryMatch {
    fn from(found: Option<Country>) -> Self {
        found.map_or(Self::Unknown, Self::Known)
    }
}

/// Names to countries; nothing stands for a name that is decided to be unknown.
struct Names {
    /// As the tables spell them: the quick way, which nearly all real values take.
    spelled: FxHashMap<&'static str, Option<Country>>,
    /// By [`key`].
    keyed: FxHashMap<SmolStr, Option<Country>>,
}

static TABLE: LazyLock<Names> = LazyLock::new(Names::build);

impl Names {
    fn build() -> Self {
        let mut names = Self {
            spelled: FxHashMap::default(),
            keyed: FxHashMap::default(),
        };
        // What is decided comes first and is not put in doubt by a name in some other language.
        for (country, name) in decided() {
            names.spelled.insert(name, country);
            names.keyed.insert(key_of(name), country);
        }
        let mut others = Self {
            spelled: FxHashMap::default(),
            keyed: FxHashMap::default(),
        };
        for (country, name) in listed(NAMES, '\t') {
            meet(&mut others.spelled, name, country);
            let key = key_of(name);
            // "Çin" is China; "CIN" may be anything.
            if key.len() > 3 || !key.is_ascii() {
                meet(&mut others.keyed, key, country);
            }
        }
        for (name, country) in others.spelled {
            names.spelled.entry(name).or_insert(country);
        }
        for (key, country) in others.keyed {
            names.keyed.entry(key).or_insert(country);
        }
        names
    }

    fn find(&self, folded: &str) -> Option<Country> {
        self.keyed.get(&key(words(folded))).copied().flatten()
    }

    /// "Korea, Republic of" and "Virgin Islands (British)" as lists sort them.
    fn turned_round(&self, folded: &str) -> Option<Country> {
        let (name, rest) = folded.split_once([',', '('])?;
        let turned = key(words(rest).chain(words(name)));
        self.keyed.get(&turned).copied().flatten()
    }

    /// "La France", "die Schweiz".
    fn without_article(&self, folded: &str) -> Option<Country> {
        let mut words = words(folded);
        if !words.next().is_some_and(|word| ARTICLES.contains(&word)) {
            return None;
        }
        let rest = key(words);
        // An article before a code is none.
        if rest.len() < 4 {
            None
        } else {
            self.keyed.get(&rest).copied().flatten()
        }
    }

    /// "PT - Portugal", "Germany (DE)", "Belgique/België": every part names the same country.
    fn said_twice(&self, folded: &str) -> Option<Country> {
        self.beside_its_code(folded)
            .or_else(|| self.in_every_part(folded))
    }

    /// A code before or behind a name, whatever punctuation the name itself has.
    fn beside_its_code(&self, folded: &str) -> Option<Country> {
        let known = |key: SmolStr| self.keyed.get(&key).copied().flatten();
        let mut behind_first = words(folded);
        let first = behind_first.next()?;
        let mut before_last = words(folded);
        let last = before_last.next_back()?;
        let agree = |code: &str, name| match Country::from_alpha2(code)
            .or_else(|| Country::from_alpha3(code))
        {
            Some(country) if known(name) == Some(country) => Some(country),
            _ => None,
        };
        agree(first, key(behind_first)).or_else(|| agree(last, key(before_last)))
    }

    fn in_every_part(&self, folded: &str) -> Option<Country> {
        let mut parts = folded
            .split(['/', '|', '(', ')', '[', ']', ',', ';', ':', '–', '—'])
            .flat_map(|part| part.split(" - "))
            .filter(|part| words(part).next().is_some());
        let first = self.find(parts.next()?)?;
        let mut several = false;
        for part in parts {
            if self.find(part) != Some(first) {
                return None;
            }
            several = true;
        }
        several.then_some(first)
    }
}

/// Adds a name that is not decided; two countries of one name are none.
fn meet<K: std::hash::Hash + Eq>(
    names: &mut FxHashMap<K, Option<Country>>,
    name: K,
    country: Option<Country>,
) {
    names
        .entry(name)
        .and_modify(|found| {
            if *found != country {
                *found = None;
            }
        })
        .or_insert(country);
}

/// Codes, our own English names and the list by hand.
fn decided() -> impl Iterator<Item = (Option<Country>, &'static str)> {
    let codes = listed(NAMES, '\t')
        .filter_map(|(country, _)| country)
        .flat_map(|country| {
            [
                (Some(country), country.alpha3()),
                (Some(country), country.name()),
            ]
        });
    let alpha2 = data_lines(NAMES).filter_map(|line| {
        let code = line.split('\t').next()?;
        Some((Country::from_alpha2(code), code))
    });
    alpha2.chain(codes).chain(listed(ALIASES, '|'))
}

/// The names of a table with their countries.
fn listed(
    table: &'static str,
    separator: char,
) -> impl Iterator<Item = (Option<Country>, &'static str)> {
    data_lines(table).flat_map(move |line| {
        let mut cells = line.split(separator);
        let code = cells.next().unwrap_or(UNDECIDED);
        cells.map(move |name| (Country::from_alpha2(code), name))
    })
}

fn data_lines(table: &'static str) -> impl Iterator<Item = &'static str> {
    table
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
}

fn key_of(name: &str) -> SmolStr {
    key(words(&search_key(name)))
}

/// The words of a folded text: runs of letters and digits.
fn words(folded: &str) -> impl DoubleEndedIterator<Item = &str> {
    folded
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
}

/// What is left of a name to compare: its words in one, as people put blanks and hyphens where they
/// like, without "the" and "and", and with "Saint" written out. A word alone stays, for `AND` and
/// `ST` are codes.
fn key<'a>(mut words: impl Iterator<Item = &'a str>) -> SmolStr {
    let mut key = SmolStr::default();
    let Some(first) = words.next() else {
        return key;
    };
    let Some(second) = words.next() else {
        push(&mut key, first);
        return key;
    };
    for word in [first, second].into_iter().chain(words) {
        match word {
            "the" | "and" => {}
            "st" => key.push_str("saint"),
            _ => push(&mut key, word),
        }
    }
    key
}

/// Adds a word without the letters that serve as apostrophes; real ones have parted it already.
fn push(key: &mut SmolStr, word: &str) {
    key.extend(
        word.chars()
            .filter(|letter| !matches!(letter, '\u{2BB}' | '\u{2BC}')),
    );
}

#[cfg(test)]
mod tests;
