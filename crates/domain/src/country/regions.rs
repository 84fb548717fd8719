//! The content regions that a new organisation starts with.

use super::Country;

/// A content region as shipped; admins rename, split and merge them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DefaultRegion {
    /// What people call it.
    pub name: &'static str,
    /// Its countries, sorted by code.
    pub countries: Vec<Country>,
    /// Where people go whose country is unreadable or in no region. Exactly one region is it.
    pub fallback: bool,
}

/// The shipped table of regions; it covers every country exactly once.
///
/// The cut is the one that sellers of learning content make (market, not geology), so Mexico is with
/// Latin America, the Caucasus and Russia with Europe, Türkiye with the Middle East and Central Asia
/// with Asia-Pacific. An overseas territory is where it lies, not where its capital is.
///
/// "International" is the fallback. It has only places without a market of their own (Antarctica
/// and uninhabited islands), so that somebody whose country could not be read sees what is meant for
/// everybody, and not by accident what is licensed for one continent.
pub fn default_regions() -> Vec<DefaultRegion> {
    REGIONS
        .iter()
        .map(|(name, codes)| DefaultRegion {
            name,
            countries: codes
                .split_whitespace()
                .filter_map(Country::from_alpha2)
                .collect(),
            fallback: *name == FALLBACK,
        })
        .collect()
}

const FALLBACK: &str = "International";

const REGIONS: [(&str, &str); 6] = [
    (
        "Europe",
        "AD AL AM AT AX AZ BA BE BG BY CH CY CZ DE DK EE ES FI FO FR GB GE GG GI GR HR HU IE IM IS \
         IT JE LI LT LU LV MC MD ME MK MT NL NO PL PT RO RS RU SE SI SJ SK SM UA VA XK",
    ),
    ("North America", "BM CA GL PM US"),
    (
        "Latin America and Caribbean",
        "AG AI AR AW BB BL BO BQ BR BS BZ CL CO CR CU CW DM DO EC FK GD GF GP GT GY HN HT JM KN KY \
         LC MF MQ MS MX NI PA PE PR PY SR SV SX TC TT UY VC VE VG VI",
    ),
    (
        "Middle East and Africa",
        "AE AO BF BH BI BJ BW CD CF CG CI CM CV DJ DZ EG EH ER ET GA GH GM GN GQ GW IL IQ IR JO KE \
         KM KW LB LR LS LY MA MG ML MR MU MW MZ NA NE NG OM PS QA RE RW SA SC SD SH SL SN SO SS ST \
         SY SZ TD TG TN TR TZ UG YE YT ZA ZM ZW",
    ),
    (
        "Asia-Pacific",
        "AF AS AU BD BN BT CC CK CN CX FJ FM GU HK ID IN JP KG KH KI KP KR KZ LA LK MH MM MN MO MP \
         MV MY NC NF NP NR NU NZ PF PG PH PK PN PW SB SG TH TJ TK TL TM TO TV TW UZ VN VU WF WS",
    ),
    (FALLBACK, "AQ BV GS HM IO TF UM"),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn every_country_is_in_exactly_one_region() {
        let mut region_of = BTreeMap::new();
        for region in default_regions() {
            assert!(region.countries.is_sorted(), "{}", region.name);
            for country in region.countries {
                assert_eq!(
                    region_of.insert(country, region.name),
                    None,
                    "{country} twice"
                );
            }
        }
        let left_out: Vec<_> = Country::all()
            .filter(|country| !region_of.contains_key(country))
            .collect();
        assert_eq!(left_out, []);
    }

    #[test]
    fn every_code_in_the_table_is_a_country() {
        for (name, codes) in REGIONS {
            for code in codes.split_whitespace() {
                assert!(Country::from_alpha2(code).is_some(), "{code} in {name}");
            }
        }
    }

    #[test]
    fn exactly_one_region_is_the_fallback() {
        let fallbacks: Vec<_> = default_regions()
            .into_iter()
            .filter(|region| region.fallback)
            .collect();
        assert_eq!(fallbacks.len(), 1);
        assert_eq!(fallbacks[0].name, "International");
    }

    #[test]
    fn well_known_countries_are_where_people_look_for_them() {
        for (code, name) in [
            ("PT", "Europe"),
            ("GB", "Europe"),
            ("XK", "Europe"),
            ("US", "North America"),
            ("MX", "Latin America and Caribbean"),
            ("IL", "Middle East and Africa"),
            ("ZA", "Middle East and Africa"),
            ("JP", "Asia-Pacific"),
            ("AQ", "International"),
        ] {
            let country = Country::from_alpha2(code).unwrap();
            let found = default_regions()
                .into_iter()
                .find(|r| r.countries.contains(&country));
            assert_eq!(found.map(|region| region.name), Some(name), "{code}");
        }
    }
}
