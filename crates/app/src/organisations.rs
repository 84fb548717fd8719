//! Organisations: making, listing, naming them.

use domain::{
    Organisation, Region,
    country::default_regions,
    organisation::{check_slug, check_time_zone, slug_of},
    text::clean_text,
};

use crate::{
    App, Failure,
    view::{List, OrganisationView},
};

const NAME_LIMIT: usize = 200;

/// An organisation to be made.
#[derive(Clone, Debug)]
pub struct NewOrganisation {
    /// What people call it.
    pub name: String,
    /// What commands call it; made from the name when not given.
    pub slug: Option<String>,
    /// IANA name of the time zone whose midnight counts.
    pub time_zone: String,
}

impl App {
    /// Makes an organisation with the default policy and content regions.
    pub async fn create_organisation(
        &self,
        new: NewOrganisation,
    ) -> Result<OrganisationView, Failure> {
        let name = check_name(&new.name)?;
        let slug = new.slug.unwrap_or_else(|| slug_of(&name));
        check_slug(&slug).map_err(|what| {
            Failure::field(
                "slug",
                "invalid_slug",
                format!("The slug {what}; nothing was made."),
            )
            .mend("Give one with --slug.")
        })?;
        check_zone(&new.time_zone)?;
        let ids = self.ids();
        let organisation = Organisation {
            id: ids.next(),
            slug,
            name,
            time_zone: new.time_zone,
        };
        let regions: Vec<Region> = default_regions()
            .into_iter()
            .map(|region| Region {
                id: ids.next(),
                name: region.name.to_owned(),
                countries: region.countries,
                fallback: region.fallback,
            })
            .collect();
        self.store
            .create_organisation(&organisation, &regions, self.clock.now())
            .await?;
        Ok(organisation.into())
    }

    /// All organisations of the installation.
    pub async fn organisations(&self) -> Result<List<OrganisationView>, Failure> {
        let organisations = self.store.organisations().await?;
        Ok(List::whole(
            organisations.into_iter().map(Into::into).collect(),
        ))
    }

    /// The organisation of a slug or id.
    pub async fn organisation(&self, name: &str) -> Result<Organisation, Failure> {
        match self.store.organisation_by_slug_or_id(name).await? {
            Some(organisation) => Ok(organisation),
            None => {
                Err(Failure::not_found("organisation", name)
                    .mend("List them with: rollcall org list"))
            }
        }
    }

    /// Changes name or time zone.
    pub async fn set_organisation(
        &self,
        organisation: &Organisation,
        name: Option<String>,
        time_zone: Option<String>,
    ) -> Result<OrganisationView, Failure> {
        let mut changed = organisation.clone();
        if let Some(name) = name {
            changed.name = check_name(&name)?;
        }
        if let Some(zone) = time_zone {
            check_zone(&zone)?;
            changed.time_zone = zone;
        }
        self.store.update_organisation(&changed).await?;
        Ok(changed.into())
    }
}

fn check_name(name: &str) -> Result<String, Failure> {
    clean_text(name, NAME_LIMIT).map(Into::into).ok_or_else(|| {
        Failure::field(
            "name",
            "missing_name",
            "An organisation needs a name; nothing was changed.",
        )
    })
}

fn check_zone(zone: &str) -> Result<(), Failure> {
    check_time_zone(zone).map_err(|what| {
        Failure::field(
            "time_zone",
            "invalid_time_zone",
            format!("{what}; nothing was changed."),
        )
    })
}
