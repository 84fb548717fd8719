//! What countries are called.

mod german;

use domain::Country;

use crate::Lang;
use german::GERMAN;

impl Lang {
    /// A country as people of this language call it.
    pub fn country(self, country: Country) -> &'static str {
        match self {
            Self::English => country.name(),
            Self::German => {
                let place = GERMAN.binary_search_by_key(&country.as_str(), |(code, _)| code);
                place.map_or(country.name(), |place| GERMAN[place].1)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_country_has_a_german_name() {
        let codes: Vec<&str> = GERMAN.iter().map(|(code, _)| *code).collect();
        let all: Vec<Country> = Country::all().collect();
        let all: Vec<&str> = all.iter().map(Country::as_str).collect();
        assert_eq!(codes, all);
        let said = |code: &str| {
            let country = code.parse().map(|country| Lang::German.country(country));
            country.unwrap_or_else(|error| panic!("{error}"))
        };
        assert_eq!(said("DE"), "Deutschland");
        assert_eq!(said("HK"), "Hongkong");
        assert_eq!(Lang::English.country("DE".parse().unwrap()), "Germany");
    }
}
