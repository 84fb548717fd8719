use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

fn known(code: &str) -> CountryMatch {
    CountryMatch::Known(Country::from_alpha2(code).unwrap())
}

/// What people write, parted by "|", and what they mean.
const WRITTEN: &[(&str, &str)] = &[
    (
        "Holland|The Netherlands|Netherlands (the)|Nederland|niederlande|Pays-Bas",
        "NL",
    ),
    (
        "UK|U.K.|u.k|Great Britain|England|Scotland|Wales|Northern Ireland",
        "GB",
    ),
    (
        "United Kingdom (UK)|Ireland, Northern|Vereinigtes Königreich|GB|GBR|Royaume-Uni",
        "GB",
    ),
    (
        "USA|U.S.A.|U.S.|US|u s a|United States|united states of america|America",
        "US",
    ),
    (
        "The United States of America|États-Unis|Estados Unidos|EE. UU.|США|EUA",
        "US",
    ),
    (
        "Česko|Czech Republic|The Czech Republic|cesko|Česká republika|CZE|Tschechien",
        "CZ",
    ),
    ("Kosovo|XK|XKX|Republic of Kosovo|Kosovë|Косово", "XK"),
    ("Viet Nam|Vietnam|VIETNAM|Việt Nam", "VN"),
    ("Burma|Myanmar|Myanmar (Burma)|BU", "MM"),
    ("Swaziland|Eswatini|eSwatini", "SZ"),
    (
        "Ivory Coast|Côte d'Ivoire|Cote d’Ivoire|COTE DIVOIRE|Cote d Ivoire|Elfenbeinküste",
        "CI",
    ),
    (
        "South Korea|Republic of Korea|Korea, Republic of|Korea (South)|S. Korea|KOR|대한민국",
        "KR",
    ),
    (
        "North Korea|Korea, Democratic People's Republic of|DPRK",
        "KP",
    ),
    (
        "Macedonia|North Macedonia|FYROM|Macedonia, the former Yugoslav Republic of",
        "MK",
    ),
    (
        "Türkiye|Turkey|turkiye|TÜRKİYE|Turquie|Türkei|Türkiye (Turkey)",
        "TR",
    ),
    ("UAE|U.A.E.|United Arab Emirates|Emirates", "AE"),
    (
        "Hong Kong SAR|Hong Kong|HongKong|Hong Kong SAR China|Hong Kong (China)|香港",
        "HK",
    ),
    ("Macau|Macao SAR China|Macao", "MO"),
    (
        "Taiwan, Province of China|Taiwan|Taiwan (Republic of China)|台灣",
        "TW",
    ),
    (
        "China|PRC|People's Republic of China|P.R. China|中国|Chine",
        "CN",
    ),
    (
        "DR Congo|DRC|Congo, Democratic Republic of the|Congo - Kinshasa|Congo (DRC)|Zaire|ZR",
        "CD",
    ),
    (
        "Republic of the Congo|Congo, Republic of|Congo (Brazzaville)|Congo Brazzaville",
        "CG",
    ),
    (
        "Bolivia, Plurinational State of|Bolivia (Plurinational State of)|Bolivia",
        "BO",
    ),
    (
        "Iran, Islamic Republic of|Iran (Islamic Republic of)|Irán|Iran",
        "IR",
    ),
    ("Tanzania, United Republic of|Tanzania", "TZ"),
    ("Moldova, Republic of|Republic of Moldova|Moldova", "MD"),
    (
        "Venezuela (Bolivarian Republic of)|Venezuela, Bolivarian Republic of",
        "VE",
    ),
    (
        "Micronesia, Federated States of|Micronesia (Federated States of)|Micronesia",
        "FM",
    ),
    (
        "Virgin Islands, British|Virgin Islands (British)|British Virgin Islands",
        "VG",
    ),
    (
        "Virgin Islands, U.S.|Virgin Islands (U.S.)|US Virgin Islands|U.S. Virgin Islands",
        "VI",
    ),
    (
        "Palestine, State of|State of Palestine|Palestinian Territories|Palestine",
        "PS",
    ),
    (
        "Russian Federation|Russia|Россия|Rossiya|the Russian Federation",
        "RU",
    ),
    ("St Lucia|St. Lucia|Saint Lucia|ST LUCIA", "LC"),
    (
        "Bosnia|Bosnia and Herzegovina|Bosnia & Herzegovina|Bosnia-Herzegovina",
        "BA",
    ),
    (
        "Trinidad & Tobago|Trinidad and Tobago|Trinidad/Tobago",
        "TT",
    ),
    ("Gambia, The|The Gambia|Gambia (the)|Gambia", "GM"),
    (
        "Germany|Deutschland|die Deutschland|DD|DEU|Allemagne|l'Allemagne|Germania|Niemcy",
        "DE",
    ),
    ("Österreich|Osterreich|Oesterreich|Austria", "AT"),
    ("España|Espana|Spain|Spanien|Canary Islands|L'Espagne", "ES"),
    (
        "Portugal|PRT|pt|P.T.|Португалия|🇵🇹 Portugal|PT - Portugal|Portugal (PT)|Azores",
        "PT",
    ),
    ("Belgique/België/Belgien|Belgium / Belgique", "BE"),
    ("Ελλάδα|Greece|Hellas|EL|ΕΛΛΑΔΑ", "GR"),
    ("日本|Japan|Japon|Japão", "JP"),
    ("भारत|India|Bharat|Índia", "IN"),
    ("مصر|Egypt", "EG"),
    ("ישראל|Israel", "IL"),
    ("Ｐｏｒｔｕｇａｌ|Por\u{200b}tugal", "PT"),
    ("Guinea|Republic of Guinea", "GN"),
    ("Guinea-Bissau|Guinea Bissau|GuineaBissau", "GW"),
    ("Timor-Leste|East Timor|TP", "TL"),
    (
        "Ireland|Republic of Ireland|Éire|Ireland, Republic of",
        "IE",
    ),
    ("Falkland Islands (Malvinas)|Falkland Islands", "FK"),
    (
        "Saint Helena, Ascension and Tristan da Cunha|St Helena",
        "SH",
    ),
    (
        "Bonaire, Sint Eustatius and Saba|Caribbean Netherlands",
        "BQ",
    ),
    ("Lao People's Democratic Republic|Laos", "LA"),
    ("Holy See (Vatican City State)|Vatican City|Holy See", "VA"),
    ("AND|and", "AD"),
    ("ST|STP|Sao Tome & Principe|São Tomé and Príncipe", "ST"),
    ("Georgia", "GE"),
];

/// The names of both tables that are decided for one country.
fn all_names() -> impl Iterator<Item = (Country, &'static str)> {
    listed(NAMES, '\t')
        .chain(listed(ALIASES, '|'))
        .filter_map(|(country, name)| Some((country?, name)))
}

#[test]
fn every_country_is_known_by_its_codes_and_its_english_name() {
    for country in Country::all() {
        let expected = CountryMatch::Known(country);
        let name = country.name();
        for text in [country.as_str(), country.alpha3(), name] {
            assert_eq!(super::country(text), expected, "{text}");
            assert_eq!(super::country(&format!(" {text}\n")), expected, "{text}");
            assert_eq!(super::country(&text.to_uppercase()), expected, "{text}");
        }
        assert_eq!(
            super::country(&country.alpha3().to_lowercase()),
            expected,
            "{name}"
        );
        assert_eq!(super::country(&name.to_lowercase()), expected, "{name}");
        assert_eq!(super::country(&name.replace(' ', "-")), expected, "{name}");
        assert_eq!(super::country(&format!("the {name}")), expected, "{name}");
        assert_eq!(
            super::country(&format!("{country} - {name}")),
            expected,
            "{name}"
        );
        assert_eq!(
            super::country(&format!("{name} ({})", country.alpha3())),
            expected,
            "{name}"
        );
        if country.as_str() != "NA" {
            assert_eq!(
                super::country(&country.as_str().to_lowercase()),
                expected,
                "{name}"
            );
        }
    }
}

#[test]
fn every_name_of_the_tables_is_known_in_any_case() {
    let mut unknown = BTreeSet::new();
    for (country, name) in all_names() {
        let expected = CountryMatch::Known(country);
        if super::country(name) != expected {
            unknown.insert(name);
            continue;
        }
        if key_of(name).len() > 3 {
            assert_eq!(super::country(&name.to_uppercase()), expected, "{name}");
            assert_eq!(
                super::country(&format!("\u{a0}{} ", name.to_lowercase())),
                expected,
                "{name}"
            );
        }
    }
    // Each is one Congo in some language and the other in another. A new release of CLDR that
    // brings another such name is to be decided here.
    assert_eq!(unknown, BTreeSet::from(["Congo", "Kongo"]));
}

#[test]
fn every_line_by_hand_begins_with_a_country_and_none_is_decided_twice() {
    let mut seen = FxHashMap::default();
    for line in data_lines(ALIASES) {
        let code = line.split('|').next().unwrap();
        assert!(
            code == UNDECIDED || Country::from_alpha2(code).is_some(),
            "{line}"
        );
    }
    for (country, name) in decided() {
        let before = seen.insert(key_of(name), country);
        assert!(
            before.is_none_or(|before| before == country),
            "{name} is decided twice"
        );
        assert_eq!(name.trim(), name);
        assert!(!key_of(name).is_empty(), "{name}");
    }
}

#[test]
fn what_people_really_write_is_known() {
    for (texts, code) in WRITTEN {
        for text in texts.split('|') {
            assert_eq!(super::country(text), known(code), "{text}");
        }
    }
}

#[test]
fn what_names_no_country_for_sure_is_unknown() {
    for text in [
        // More than one country.
        "Korea",
        "Corea",
        "Corée",
        "Congo",
        "Kongo",
        "Virgin Islands",
        "Channel Islands",
        "Timor",
        "Republic of China",
        "Northern Cyprus",
        "Caribbean",
        "Portugal / Spain",
        "Ireland (UK)",
        "Germany, Austria",
        "Georgia, GA",
        // None of today's.
        "YU",
        "AN",
        "SU",
        "CS",
        "YUG",
        "Yugoslavia",
        "Netherlands Antilles",
        "Serbia and Montenegro",
        "USSR",
        "Czechoslovakia",
        // No country.
        "Europe",
        "EU",
        "EMEA",
        "UN",
        "XX",
        "ZZ",
        "QM",
        "AA",
        "Remote",
        "Lisbon",
        "Atlantis",
        "620",
        "Lisbon, Portugal",
        "New Jersey, USA",
        "California",
        "🇵🇹",
        "Not a country",
        // Nearly a country, which is not enough.
        "Portugl",
        "Portugall",
        "Germ",
        "Unite States",
        "CIN",
        "MAN",
        "RA",
        "la US",
        "Portugal1",
    ] {
        assert_eq!(super::country(text), CountryMatch::Unknown, "{text}");
    }
    assert_eq!(
        super::country(&"Portugal ".repeat(1000)),
        CountryMatch::Unknown
    );
}

#[test]
fn words_for_nothing_are_empty_but_namibias_code_is_a_code() {
    for text in [
        "", " ", "-", "—", "N/A", "n/a", "na", "n.a.", "none", "None", "null", "NULL", "?",
    ] {
        assert_eq!(super::country(text), CountryMatch::Empty, "{text:?}");
    }
    for text in ["NA", " NA ", "NAM", "Namibia"] {
        assert_eq!(super::country(text), known("NA"), "{text:?}");
    }
}

#[test]
fn two_countries_in_one_text_are_never_one() {
    let mut known = Vec::new();
    for first in Country::all() {
        for second in Country::all().filter(|second| *second != first) {
            let text = format!("{}, {}", first.name(), second.name());
            if super::country(&text) != CountryMatch::Unknown {
                known.push(text);
            }
        }
    }
    // In addresses and in lists these are one place each.
    let one_place = [
        "China, Hong Kong",
        "China, Macao",
        "China, Taiwan",
        "Hong Kong, China",
        "Macao, China",
        "Taiwan, China",
    ];
    assert_eq!(known, one_place);
}

proptest! {
    #[test]
    fn any_text_is_read(text in any::<String>()) {
        let found = super::country(&text);
        prop_assert_eq!(super::country(&format!("\t{text} ")), found);
    }

    #[test]
    fn a_name_with_a_letter_more_is_never_guessed(index in 0_usize..250, letter in "[bcdfghjklmqvwxz]") {
        let country = Country::all().nth(index).unwrap();
        let text = format!("{}{letter}{letter}{letter}", country.name());
        prop_assert_eq!(super::country(&text), CountryMatch::Unknown);
    }
}
