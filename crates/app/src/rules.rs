//! Rules of an organisation: policy and content regions.

use std::collections::BTreeSet;

use domain::{Country, Organisation, Policy, Region, RegionId, RegionTable, Status};
use serde::Deserialize;

use crate::{App, Failure, view::List};

/// A content region as it is given: without an id it is a new one, or the one of that name.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegionInput {
    /// Which region, if it exists.
    pub id: Option<RegionId>,
    /// What people call it.
    pub name: String,
    /// Its countries.
    pub countries: Vec<Country>,
    /// Whether it is the region of last resort.
    #[serde(default)]
    pub fallback: bool,
}

/// Accepts a bare list, or what `regions list --json` prints.
#[derive(Deserialize)]
#[serde(untagged)]
enum RegionsDocument {
    Bare(Vec<RegionInput>),
    Listed { items: Vec<RegionInput> },
}

impl App {
    /// The rules and safeguards.
    pub async fn policy(&self, org: &Organisation) -> Result<Policy, Failure> {
        Ok(self.store.policy(org.id).await?)
    }

    /// Replaces the rules and safeguards with a whole JSON document.
    pub async fn put_policy(&self, org: &Organisation, json: &str) -> Result<Policy, Failure> {
        let unfit = |what: String| {
            Failure::usage(
                "invalid_policy",
                format!("The policy {what}; nothing was changed."),
            )
            .mend("Start from what `rollcall policy show --json` prints.")
        };
        let policy: Policy = serde_json::from_str(json)
            .map_err(|error| unfit(format!("cannot be read: {error}")))?;
        policy
            .check()
            .map_err(|what| unfit(format!("cannot be taken: {what}")))?;
        for id in &policy.fallback_approver_ids {
            match self.store.person(org.id, *id).await? {
                Some(person) if person.status == Status::Active => {}
                Some(_) => return Err(unfit(format!("names {id}, who is not active"))),
                None => return Err(unfit(format!("names {id}, who is not here"))),
            }
        }
        self.store.put_policy(org.id, &policy).await?;
        Ok(policy)
    }

    /// The content regions.
    pub async fn regions(&self, org: &Organisation) -> Result<List<Region>, Failure> {
        let table = self.store.regions(org.id).await?;
        Ok(List::whole(table.regions().to_vec()))
    }

    /// Replaces the content regions; everybody moves to the region of their country at once.
    pub async fn put_regions(
        &self,
        org: &Organisation,
        json: &str,
    ) -> Result<List<Region>, Failure> {
        let unfit = |what: String| {
            Failure::usage(
                "invalid_regions",
                format!("The regions {what}; nothing was changed."),
            )
            .mend("Start from what `rollcall regions list --json` prints.")
        };
        let document: RegionsDocument = serde_json::from_str(json).map_err(|error| {
            // An untagged document only says that neither form fits; the list says what is wrong.
            let detail = serde_json::from_str::<Vec<RegionInput>>(json)
                .err()
                .unwrap_or(error);
            unfit(format!("cannot be read: {detail}"))
        })?;
        let inputs = match document {
            RegionsDocument::Bare(items) | RegionsDocument::Listed { items } => items,
        };
        let known = self.store.regions(org.id).await?;
        let regions = self.with_ids(inputs, &known).map_err(unfit)?;
        let table = RegionTable::new(regions.clone())
            .map_err(|what| unfit(format!("do not fit: {what}")))?;
        let act = self.ids().next();
        self.store
            .put_regions(org.id, regions, self.actor, self.clock.now(), act)
            .await?;
        Ok(List::whole(table.regions().to_vec()))
    }

    fn with_ids(
        &self,
        inputs: Vec<RegionInput>,
        known: &RegionTable,
    ) -> Result<Vec<Region>, String> {
        let ids = self.ids();
        let mut used = BTreeSet::new();
        let mut regions = Vec::with_capacity(inputs.len());
        for input in inputs {
            let named = known
                .regions()
                .iter()
                .find(|region| region.name == input.name);
            let id = match input.id {
                Some(id) if known.name(id).is_none() => {
                    return Err(format!("name the id {id}, which is no region here"));
                }
                Some(id) => id,
                None => named.map_or_else(|| ids.next(), |region| region.id),
            };
            if !used.insert(id) {
                return Err(format!("name {:?} twice", input.name));
            }
            let mut countries = input.countries;
            countries.sort_unstable();
            countries.dedup();
            regions.push(Region {
                id,
                name: input.name,
                countries,
                fallback: input.fallback,
            });
        }
        Ok(regions)
    }
}
