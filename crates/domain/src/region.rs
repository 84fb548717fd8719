//! Content regions: which countries see which content.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Country, RegionId};

/// A named set of countries that decides which content a person can use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Region {
    /// Never changes.
    pub id: RegionId,
    /// What people call it; unique in an organisation.
    pub name: String,
    /// Its countries, sorted. A country is in one region at most.
    pub countries: Vec<Country>,
    /// Where people go whose country is unreadable or in no region. Exactly one region is it.
    pub fallback: bool,
}

/// An organisation's regions, ready to look countries up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegionTable {
    regions: Vec<Region>,
    by_country: BTreeMap<Country, RegionId>,
    fallback: RegionId,
}

impl RegionTable {
    /// Checks a set of regions.
    ///
    /// # Errors
    /// One sentence: no or several fallbacks, a name twice or blank, a country in two regions.
    pub fn new(regions: Vec<Region>) -> Result<Self, String> {
        let mut by_country = BTreeMap::new();
        let mut names = std::collections::BTreeSet::new();
        for region in &regions {
            let key = crate::text::fold_name(&region.name);
            if key.is_empty() {
                return Err("a region has no name".to_owned());
            }
            if !names.insert(key) {
                return Err(format!("two regions are called {:?}", region.name));
            }
            for country in &region.countries {
                if by_country.insert(*country, region.id).is_some() {
                    return Err(format!("{country} ({}) is in two regions", country.name()));
                }
            }
        }
        let fallbacks: Vec<_> = regions.iter().filter(|region| region.fallback).collect();
        let [fallback] = fallbacks.as_slice() else {
            return Err(format!(
                "exactly one region must be the fallback, {} are",
                fallbacks.len()
            ));
        };
        let fallback = fallback.id;
        Ok(Self {
            regions,
            by_country,
            fallback,
        })
    }

    /// All regions.
    pub fn regions(&self) -> &[Region] {
        &self.regions
    }

    /// The region a country belongs to, if any.
    pub fn of(&self, country: Country) -> Option<RegionId> {
        self.by_country.get(&country).copied()
    }

    /// The region of last resort.
    pub fn fallback(&self) -> RegionId {
        self.fallback
    }

    /// A region's name, for words.
    pub fn name(&self, id: RegionId) -> Option<&str> {
        self.regions
            .iter()
            .find(|region| region.id == id)
            .map(|region| region.name.as_str())
    }
}
