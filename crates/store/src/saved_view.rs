//! Lists of people that admins want to see again.

use domain::{OrganisationId, ViewId};
use jiff::Timestamp;

use crate::{
    Store, StoreError,
    engine::{statements, values},
};

statements! {
    VIEW_PUT =
        "INSERT INTO saved_view (org_id, id, name, query, created_at) VALUES ($1, $2, $3, $4, $5)";
    VIEWS = "SELECT id, name, query FROM saved_view WHERE org_id = $1 ORDER BY name, id";
    VIEW_REMOVE = "DELETE FROM saved_view WHERE org_id = $1 AND id = $2";
}

/// A list of people with a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedView {
    /// Never changes.
    pub id: ViewId,
    /// What people call it.
    pub name: String,
    /// The filters, as they stand in the address.
    pub query: String,
}

impl Store {
    /// Saves one.
    pub async fn add_view(
        &self,
        org: OrganisationId,
        view: &SavedView,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut session = self.engine.write().await?;
        let (name, query) = (view.name.as_str(), view.query.as_str());
        session
            .execute(&VIEW_PUT, &values![org, view.id, name, query, now])
            .await?;
        session.commit().await
    }

    /// All of them, by name.
    pub async fn views(&self, org: OrganisationId) -> Result<Vec<SavedView>, StoreError> {
        let mut session = self.engine.read().await?;
        session
            .all(&VIEWS, &values![org], |row| {
                Ok(SavedView {
                    id: row.id()?,
                    name: row.text()?.to_owned(),
                    query: row.text()?.to_owned(),
                })
            })
            .await
    }

    /// Deletes one.
    pub async fn remove_view(&self, org: OrganisationId, id: ViewId) -> Result<(), StoreError> {
        let mut session = self.engine.write().await?;
        session.execute(&VIEW_REMOVE, &values![org, id]).await?;
        session.commit().await
    }
}
