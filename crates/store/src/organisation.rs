//! Organisations and the values of the installation.

use domain::{Organisation, OrganisationId, Policy, Region, RegionTable};
use jiff::Timestamp;

use crate::{
    Clash, Store, StoreError,
    engine::{Reader, Session, read_int, statements, values},
    policy, region,
};

statements! {
    MAIL_LANGUAGE = "SELECT mail_language FROM organisation WHERE id = $1";
    MAIL_LANGUAGE_SET = "UPDATE organisation SET mail_language = $2 WHERE id = $1";
    VALUE_GET = "SELECT value FROM installation WHERE key = $1";
    VALUE_PUT_IF_ABSENT =
        "INSERT INTO installation (key, value) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING";
    // Another value each time: what is as it was need not reach the disk.
    WRITE_TRY =
        "INSERT INTO installation (key, value) VALUES ('write.tried', '1')
         ON CONFLICT (key) DO UPDATE SET value = CASE installation.value WHEN '1' THEN '2' ELSE '1' END";
    ORGANISATION_ADD =
        "INSERT INTO organisation (id, slug, name, time_zone, version, run_seq, created_at)
         VALUES ($1, $2, $3, $4, 1, 0, $5)";
    ORGANISATION_UPDATE =
        "UPDATE organisation SET slug = $2, name = $3, time_zone = $4, version = version + 1,
           next_midnight_at = CASE WHEN time_zone = $4 THEN next_midnight_at END
         WHERE id = $1";
    ORGANISATIONS = "SELECT id, slug, name, time_zone FROM organisation ORDER BY slug";
    ORGANISATION_FIND = "SELECT id, slug, name, time_zone FROM organisation WHERE slug = $1 OR id = $1";
    VERSION = "SELECT version FROM organisation WHERE id = $1";
    VERSION_TOUCH = "UPDATE organisation SET version = version + 1 WHERE id = $1";
    VERSION_MOVE = "UPDATE organisation SET version = version + 1 WHERE id = $1 AND version = $2";
    VERSION_HOLD = "UPDATE organisation SET version = version WHERE id = $1";
    VERSION_IS = "UPDATE organisation SET version = version WHERE id = $1 AND version = $2";
}

impl Store {
    /// In which language an organisation's mails are written; none where nobody said.
    pub async fn mail_language(&self, org: OrganisationId) -> Result<Option<String>, StoreError> {
        let mut session = self.engine.read().await?;
        let found = session
            .maybe_one(&MAIL_LANGUAGE, &values![org], |row| {
                Ok(row.maybe_text()?.map(str::to_owned))
            })
            .await?;
        Ok(found.flatten())
    }

    /// Says so.
    pub async fn set_mail_language(
        &self,
        org: OrganisationId,
        language: &str,
    ) -> Result<(), StoreError> {
        let mut session = self.engine.write().await?;
        session
            .execute(&MAIL_LANGUAGE_SET, &values![org, language])
            .await?;
        session.commit().await
    }

    /// A value of the installation, such as the check of the master key.
    pub async fn installation_value(&self, key: &str) -> Result<Option<String>, StoreError> {
        let mut session = self.engine.read().await?;
        session
            .maybe_one(&VALUE_GET, &values![key], |row| {
                row.text().map(str::to_owned)
            })
            .await
    }

    /// Stores a value where there is none, and gives the one that stands: of several processes that
    /// start at once, all get the same.
    pub async fn installation_value_or(
        &self,
        key: &str,
        value: &str,
    ) -> Result<String, StoreError> {
        let mut session = self.engine.write().await?;
        session
            .execute(&VALUE_PUT_IF_ABSENT, &values![key, value])
            .await?;
        let stands = session
            .maybe_one(&VALUE_GET, &values![key], |row| {
                row.text().map(str::to_owned)
            })
            .await?
            .ok_or(StoreError::Missing { what: "value" })?;
        session.commit().await?;
        Ok(stands)
    }

    /// Makes an organisation with its regions and the default policy.
    pub async fn create_organisation(
        &self,
        organisation: &Organisation,
        regions: &[Region],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        RegionTable::new(regions.to_vec()).map_err(|reason| StoreError::BadRegions { reason })?;
        let Organisation {
            id,
            slug,
            name,
            time_zone,
        } = organisation;
        let mut session = self.engine.write().await?;
        let values = values![*id, slug.as_str(), name.as_str(), time_zone.as_str(), now];
        session
            .execute(&ORGANISATION_ADD, &values)
            .await
            .map_err(|error| name_the_slug(error, slug))?;
        region::insert(&mut session, *id, regions).await?;
        policy::write(&mut session, *id, &Policy::default()).await?;
        session.commit().await
    }

    /// All organisations, by slug.
    pub async fn organisations(&self) -> Result<Vec<Organisation>, StoreError> {
        self.engine
            .read()
            .await?
            .all(&ORGANISATIONS, &[], read)
            .await
    }

    /// An organisation by its slug or its id.
    pub async fn organisation_by_slug_or_id(
        &self,
        name: &str,
    ) -> Result<Option<Organisation>, StoreError> {
        self.engine
            .read()
            .await?
            .maybe_one(&ORGANISATION_FIND, &values![name], read)
            .await
    }

    /// Changes slug, name and time zone.
    pub async fn update_organisation(&self, organisation: &Organisation) -> Result<(), StoreError> {
        let Organisation {
            id,
            slug,
            name,
            time_zone,
        } = organisation;
        let mut session = self.engine.write().await?;
        let values = values![*id, slug.as_str(), name.as_str(), time_zone.as_str()];
        let found = session
            .execute(&ORGANISATION_UPDATE, &values)
            .await
            .map_err(|error| name_the_slug(error, slug))?;
        found_one(found, "organisation")?;
        session.commit().await
    }
}

/// The version that a plan made now is based on.
pub(crate) async fn version(session: &mut Session, org: OrganisationId) -> Result<i64, StoreError> {
    let version = session.maybe_one(&VERSION, &values![org], read_int).await?;
    version.ok_or(StoreError::Missing {
        what: "organisation",
    })
}

/// Moves the version, so that plans made before are made again. The first statement of every
/// change: the row it locks puts the changes of one organisation into an order on both engines.
pub(crate) async fn touch(session: &mut Session, org: OrganisationId) -> Result<(), StoreError> {
    let found = session.execute(&VERSION_TOUCH, &values![org]).await?;
    found_one(found, "organisation")
}

/// Moves the version if it is still this one.
pub(crate) async fn move_from(
    session: &mut Session,
    org: OrganisationId,
    version: i64,
) -> Result<bool, StoreError> {
    Ok(session
        .execute(&VERSION_MOVE, &values![org, version])
        .await?
        == 1)
}

/// Keeps the version as it is until the transaction ends: every change of the directory would move
/// it first. An update that changes nothing is what locks a row in the words of both engines.
pub(crate) async fn hold(session: &mut Session, org: OrganisationId) -> Result<(), StoreError> {
    let found = session.execute(&VERSION_HOLD, &values![org]).await?;
    found_one(found, "organisation")
}

/// Whether the version is this one; if so, it stays it until the transaction ends.
pub(crate) async fn is_at(
    session: &mut Session,
    org: OrganisationId,
    version: i64,
) -> Result<bool, StoreError> {
    Ok(session.execute(&VERSION_IS, &values![org, version]).await? == 1)
}

/// An update that touched nothing was about something that is not there.
pub(crate) fn found_one(rows: u64, what: &'static str) -> Result<(), StoreError> {
    if rows == 0 {
        Err(StoreError::Missing { what })
    } else {
        Ok(())
    }
}

fn read(row: &mut Reader<'_>) -> Result<Organisation, StoreError> {
    Ok(Organisation {
        id: row.id()?,
        slug: row.text()?.to_owned(),
        name: row.text()?.to_owned(),
        time_zone: row.text()?.to_owned(),
    })
}

fn name_the_slug(error: StoreError, slug: &str) -> StoreError {
    match error {
        StoreError::Clash(Clash::Slug) => StoreError::SlugTaken {
            slug: slug.to_owned(),
        },
        other => other,
    }
}

/// Writes something that changes nothing, inside a transaction.
pub(crate) async fn try_write(session: &mut Session) -> Result<(), StoreError> {
    session.execute(&WRITE_TRY, &[]).await?;
    Ok(())
}
