//! Content regions, and moving people when they change.

use domain::{OrganisationId, Region, RegionId, RegionTable};
use jiff::Timestamp;
use rustc_hash::FxHashMap;

use crate::{
    ActId, Actor, Store, StoreError,
    engine::{Session, Value, bulks, statements, values},
    organisation,
};

/// Where a person belongs by the table: the country's region, or the fallback.
macro_rules! region_by_country {
    () => {
        "COALESCE((SELECT c.region_id FROM region_country c
           WHERE c.org_id = person.org_id AND c.country = person.country), $2)"
    };
}

/// The history's row of a region that changes, in the form of `history::write_fields`.
macro_rules! history_of_region {
    ($after:expr) => {
        concat!(
            "INSERT INTO history (org_id, act_id, person_id, at, run_id, actor, action, fields, why)
             SELECT org_id, $3, id, $4, NULL, $5, 'update',
               '[[\"content_region\",'
               || COALESCE('{\"region\":\"' || region_id || '\"}', 'null')
               || ',{\"region\":\"' || ", $after, " || '\"}]]', $6
             FROM person WHERE org_id = $1"
        )
    };
}

statements! {
    REGIONS = "SELECT id, name, fallback FROM region WHERE org_id = $1 ORDER BY position, id";
    REGION_COUNTRIES =
        "SELECT region_id, country FROM region_country WHERE org_id = $1 ORDER BY country";
    FALLBACK_CLEAR = "UPDATE region SET fallback = 0 WHERE org_id = $1";
    COUNTRIES_CLEAR = "DELETE FROM region_country WHERE org_id = $1";
    REGION_CONTENT_CLEAR = "DELETE FROM content_in_region WHERE org_id = $1 AND region_id = $2";
    REGION_REMOVE = "DELETE FROM region WHERE org_id = $1 AND id = $2";
    REMEMBER_BY_COUNTRY = concat!(
        history_of_region!(region_by_country!()),
        " AND country IS NOT NULL AND region_id IS DISTINCT FROM ", region_by_country!());
    MOVE_BY_COUNTRY = concat!(
        "UPDATE person SET region_id = ", region_by_country!(),
        ", version = version + 1, updated_at = $3
         WHERE org_id = $1 AND country IS NOT NULL
           AND region_id IS DISTINCT FROM ", region_by_country!());
    REMEMBER_LEFTOVER = concat!(history_of_region!("$2"), " AND country IS NULL AND region_id = $7");
    MOVE_LEFTOVER =
        "UPDATE person SET region_id = $2, version = version + 1, updated_at = $3
         WHERE org_id = $1 AND country IS NULL AND region_id = $4";
}

bulks! {
    REGION_PUT = rows(
        "INSERT INTO region (org_id, id, name, fallback, position)", 5,
        "ON CONFLICT (org_id, id) DO UPDATE SET name = excluded.name,
           fallback = excluded.fallback, position = excluded.position");
    COUNTRY_ADD = rows("INSERT INTO region_country (org_id, country, region_id)", 3, "");
}

const WHY: &str = "The content regions were changed.";

impl Store {
    /// The organisation's regions.
    pub async fn regions(&self, org: OrganisationId) -> Result<RegionTable, StoreError> {
        let regions = read(&mut self.engine.read().await?, org).await?;
        RegionTable::new(regions)
            .map_err(|reason| StoreError::unreadable("the content regions", reason))
    }

    /// Replaces the regions and moves everybody to where they belong now, each with a line in the
    /// history: people with a country to its region or the fallback, people without one out of
    /// regions that are gone.
    pub async fn put_regions(
        &self,
        org: OrganisationId,
        regions: Vec<Region>,
        actor: Actor,
        at: Timestamp,
        act: ActId,
    ) -> Result<(), StoreError> {
        let table =
            RegionTable::new(regions).map_err(|reason| StoreError::BadRegions { reason })?;
        let mut session = self.engine.write().await?;
        organisation::touch(&mut session, org).await?;
        let mut gone = read(&mut session, org).await?;
        gone.retain(|old| table.name(old.id).is_none());
        session.execute(&FALLBACK_CLEAR, &values![org]).await?;
        session.execute(&COUNTRIES_CLEAR, &values![org]).await?;
        insert(&mut session, org, table.regions()).await?;
        let change = Change {
            org,
            fallback: table.fallback(),
            actor,
            at,
            act,
        };
        change.move_by_country(&mut session).await?;
        for region in gone {
            change.empty(&mut session, region.id).await?;
            session
                .execute(&REGION_CONTENT_CLEAR, &values![org, region.id])
                .await?;
            session
                .execute(&REGION_REMOVE, &values![org, region.id])
                .await?;
        }
        session.commit().await
    }
}

/// A change of the regions while it is being stored.
struct Change {
    org: OrganisationId,
    fallback: RegionId,
    actor: Actor,
    at: Timestamp,
    act: ActId,
}

impl Change {
    async fn move_by_country(&self, session: &mut Session) -> Result<(), StoreError> {
        session
            .execute(&REMEMBER_BY_COUNTRY, &self.history_values())
            .await?;
        let values = values![self.org, self.fallback, self.at];
        session.execute(&MOVE_BY_COUNTRY, &values).await?;
        Ok(())
    }

    /// Moves those out of a region who are in it without having a country.
    async fn empty(&self, session: &mut Session, region: RegionId) -> Result<(), StoreError> {
        let mut remember = self.history_values();
        remember.push(Value::from(region));
        session.execute(&REMEMBER_LEFTOVER, &remember).await?;
        let values = values![self.org, self.fallback, self.at, region];
        session.execute(&MOVE_LEFTOVER, &values).await?;
        Ok(())
    }

    fn history_values(&self) -> Vec<Value<'static>> {
        let actor = self.actor.to_string();
        values![self.org, self.fallback, self.act, self.at, actor, WHY].into()
    }
}

pub(crate) async fn read(
    session: &mut Session,
    org: OrganisationId,
) -> Result<Vec<Region>, StoreError> {
    let mut regions = session
        .all(&REGIONS, &values![org], |row| {
            let (id, name, fallback) = (row.id()?, row.text()?.to_owned(), row.flag()?);
            Ok(Region {
                id,
                name,
                countries: Vec::new(),
                fallback,
            })
        })
        .await?;
    let positions: FxHashMap<RegionId, usize> = regions
        .iter()
        .enumerate()
        .map(|(position, region)| (region.id, position))
        .collect();
    session
        .each(&REGION_COUNTRIES, &values![org], |row| {
            let region: RegionId = row.id()?;
            if let Some(position) = positions.get(&region) {
                regions[*position].countries.push(row.word()?);
            }
            Ok(())
        })
        .await?;
    Ok(regions)
}

/// Makes or replaces regions; those with a country in it have no row in the table yet.
pub(crate) async fn insert(
    session: &mut Session,
    org: OrganisationId,
    regions: &[Region],
) -> Result<(), StoreError> {
    session
        .insert(
            &REGION_PUT,
            (0_i64..).zip(regions),
            move |(position, region), values| {
                let Region {
                    id, name, fallback, ..
                } = region;
                values.extend(values![org, *id, name.as_str(), *fallback, position]);
                Ok(())
            },
        )
        .await?;
    let countries = regions
        .iter()
        .flat_map(|region| region.countries.iter().map(|country| (country, region.id)));
    session
        .insert(&COUNTRY_ADD, countries, move |(country, region), values| {
            values.extend(values![org, country.as_str(), region]);
            Ok(())
        })
        .await
}
