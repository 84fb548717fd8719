//! What people learn from: a list, of which each person sees what is for their content region.

use domain::{ContentId, OrganisationId, RegionId};
use jiff::Timestamp;

use crate::{
    Store, StoreError,
    engine::{Reader, Session, bulks, statements, values},
};

statements! {
    CONTENTS = "SELECT id, title, link, created_at FROM content WHERE org_id = $1 ORDER BY title, id";
    CONTENT = "SELECT id, title, link, created_at FROM content WHERE org_id = $1 AND id = $2";
    CONTENTS_OF_REGION =
        "SELECT c.id, c.title, c.link, c.created_at FROM content_in_region r JOIN content c
           ON c.org_id = r.org_id AND c.id = r.content_id
         WHERE r.org_id = $1 AND r.region_id = $2 ORDER BY c.title, c.id";
    REGIONS_OF_CONTENTS =
        "SELECT content_id, region_id FROM content_in_region WHERE org_id = $1";
    REGIONS_CLEAR = "DELETE FROM content_in_region WHERE org_id = $1 AND content_id = $2";
    CONTENT_REMOVE = "DELETE FROM content WHERE org_id = $1 AND id = $2";
}

bulks! {
    CONTENT_PUT = rows(
        "INSERT INTO content (org_id, id, title, link, created_at)", 5,
        "ON CONFLICT (org_id, id) DO UPDATE SET title = excluded.title, link = excluded.link");
    IN_REGION_PUT = rows(
        "INSERT INTO content_in_region (org_id, region_id, content_id)", 3,
        "ON CONFLICT (org_id, region_id, content_id) DO NOTHING");
}

/// Something to learn from.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named by what they are")]
pub struct StoredContent {
    pub id: ContentId,
    pub title: String,
    pub link: String,
    /// Whose people see it.
    pub regions: Vec<RegionId>,
    pub created_at: Timestamp,
}

impl Store {
    /// All of it, by title.
    pub async fn contents(&self, org: OrganisationId) -> Result<Vec<StoredContent>, StoreError> {
        let mut session = self.engine.read().await?;
        let mut contents = session.all(&CONTENTS, &values![org], read).await?;
        let mut regions: Vec<(ContentId, RegionId)> = session
            .all(&REGIONS_OF_CONTENTS, &values![org], |row| {
                Ok((row.id()?, row.id()?))
            })
            .await?;
        regions.sort_unstable();
        for content in &mut contents {
            let start = regions.partition_point(|(of, _)| *of < content.id);
            let theirs = regions[start..].iter();
            let theirs = theirs.take_while(|(of, _)| *of == content.id);
            content.regions = theirs.map(|(_, region)| *region).collect();
        }
        Ok(contents)
    }

    /// What people of a region see, by title. Which other regions see it is not told.
    pub async fn contents_of_region(
        &self,
        org: OrganisationId,
        region: RegionId,
    ) -> Result<Vec<StoredContent>, StoreError> {
        let mut session = self.engine.read().await?;
        session
            .all(&CONTENTS_OF_REGION, &values![org, region], read)
            .await
    }

    /// One of it, without its regions.
    pub async fn content(
        &self,
        org: OrganisationId,
        id: ContentId,
    ) -> Result<Option<StoredContent>, StoreError> {
        let mut session = self.engine.read().await?;
        session.maybe_one(&CONTENT, &values![org, id], read).await
    }

    /// Stores some, new or known, with their regions in place of those before.
    pub async fn put_contents(
        &self,
        org: OrganisationId,
        contents: &[StoredContent],
    ) -> Result<(), StoreError> {
        let mut session = self.engine.write().await?;
        session
            .insert(&CONTENT_PUT, contents.iter(), move |content, values| {
                let (title, link) = (content.title.as_str(), content.link.as_str());
                values.extend(values![org, content.id, title, link, content.created_at]);
                Ok(())
            })
            .await?;
        for content in contents {
            clear(&mut session, org, content.id).await?;
        }
        let pairs = contents.iter().flat_map(|content| {
            let regions = content.regions.iter();
            regions.map(|region| (*region, content.id))
        });
        session
            .insert(&IN_REGION_PUT, pairs, move |(region, content), values| {
                values.extend(values![org, region, content]);
                Ok(())
            })
            .await?;
        session.commit().await
    }

    /// Deletes one; whether it was there.
    pub async fn remove_content(
        &self,
        org: OrganisationId,
        id: ContentId,
    ) -> Result<bool, StoreError> {
        let mut session = self.engine.write().await?;
        clear(&mut session, org, id).await?;
        let removed = session.execute(&CONTENT_REMOVE, &values![org, id]).await?;
        session.commit().await?;
        Ok(removed > 0)
    }
}

async fn clear(
    session: &mut Session,
    org: OrganisationId,
    id: ContentId,
) -> Result<(), StoreError> {
    session.execute(&REGIONS_CLEAR, &values![org, id]).await?;
    Ok(())
}

fn read(row: &mut Reader<'_>) -> Result<StoredContent, StoreError> {
    Ok(StoredContent {
        id: row.id()?,
        title: row.text()?.to_owned(),
        link: row.text()?.to_owned(),
        regions: Vec::new(),
        created_at: row.instant()?,
    })
}
