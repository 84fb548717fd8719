//! Content regions one by one: made, replaced, deleted. Each of it moves everybody at once to where
//! they belong now.

use domain::{Country, Organisation, Region, RegionId, RegionTable, text::clean_text};

use crate::{App, Failure, failure::Wrong};

const NAME_LIMIT: usize = 200;

/// What a region shall be.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the API's body keys, by name")]
pub struct RegionBody {
    pub name: String,
    pub countries: Vec<String>,
    pub fallback: bool,
}

impl App {
    /// Makes a content region.
    pub async fn create_region(
        &self,
        org: &Organisation,
        body: RegionBody,
    ) -> Result<Region, Failure> {
        let id = self.ids().next();
        self.store_region(org, read(id, &body)?).await
    }

    /// Replaces a content region.
    pub async fn put_region(
        &self,
        org: &Organisation,
        id: &str,
        body: RegionBody,
    ) -> Result<Region, Failure> {
        let known = self.find_region(org, id).await?;
        if known.fallback && !body.fallback {
            return Err(Failure::conflict(
                "fallback_region",
                "This is the region of last resort, and there must be one, so nothing was changed.",
            )
            .mend("Make another region the fallback instead."));
        }
        self.store_region(org, read(known.id, &body)?).await
    }

    /// Deletes a content region: its countries are in none, and its people go to the fallback.
    pub async fn delete_region(&self, org: &Organisation, id: &str) -> Result<(), Failure> {
        let known = self.find_region(org, id).await?;
        if known.fallback {
            return Err(Failure::conflict(
                "fallback_region",
                "This is the region of last resort and cannot be deleted; nothing was changed.",
            )
            .mend("Make another region the fallback first."));
        }
        let mut regions = self.store.regions(org.id).await?.regions().to_vec();
        regions.retain(|region| region.id != known.id);
        self.store_regions(org, regions).await
    }

    async fn find_region(&self, org: &Organisation, id: &str) -> Result<Region, Failure> {
        let table = self.store.regions(org.id).await?;
        let found = table
            .regions()
            .iter()
            .find(|region| region.id.to_string() == id);
        found
            .cloned()
            .ok_or_else(|| Failure::not_found("content region", id))
    }

    /// Puts a region in its place, or at the end. A new fallback takes over from the old one.
    async fn store_region(&self, org: &Organisation, region: Region) -> Result<Region, Failure> {
        let mut regions = self.store.regions(org.id).await?.regions().to_vec();
        for other in &mut regions {
            other.fallback &= !region.fallback;
            if other.id == region.id {
                continue;
            }
            if let Some(country) = other
                .countries
                .iter()
                .find(|country| region.countries.contains(country))
            {
                return Err(Failure::conflict(
                    "country_in_other_region",
                    format!(
                        "{} ({country}) is in {:?}, and a country is in one region at most; nothing was changed.",
                        country.name(),
                        other.name
                    ),
                )
                .mend("Take it out of that region first."));
            }
        }
        match regions.iter_mut().find(|other| other.id == region.id) {
            Some(place) => *place = region.clone(),
            None => regions.push(region.clone()),
        }
        self.store_regions(org, regions).await?;
        Ok(region)
    }

    async fn store_regions(&self, org: &Organisation, regions: Vec<Region>) -> Result<(), Failure> {
        RegionTable::new(regions.clone()).map_err(|what| {
            let code = if what.contains("called") {
                "region_name_taken"
            } else {
                "invalid_regions"
            };
            Failure::conflict(
                code,
                format!("It does not fit: {what}; nothing was changed."),
            )
        })?;
        let (at, act) = (self.clock.now(), self.ids().next());
        self.store
            .put_regions(org.id, regions, self.actor, at, act)
            .await?;
        Ok(())
    }
}

fn read(id: RegionId, body: &RegionBody) -> Result<Region, Failure> {
    let mut wrong = Wrong::default();
    let name = clean_text(&body.name, NAME_LIMIT).ok_or_else(|| {
        Failure::field(
            "name",
            "missing_name",
            "A content region needs a name; nothing was changed.",
        )
    });
    let name = wrong.take(name)?.unwrap_or_default();
    let mut countries = Vec::with_capacity(body.countries.len());
    for text in &body.countries {
        match text.parse::<Country>() {
            Ok(country) => countries.push(country),
            Err(_) => wrong.note(Failure::field(
                "countries",
                "unknown_country",
                format!(
                    "{text:?} is no country's code of ISO 3166-1, such as PT; nothing was changed."
                ),
            )),
        }
    }
    wrong.none()?;
    countries.sort_unstable();
    countries.dedup();
    Ok(Region {
        id,
        name: name.to_string(),
        countries,
        fallback: body.fallback,
    })
}
