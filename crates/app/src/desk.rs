//! How admins arrange their work: issues put out of the way, saved lists of people, links for the admin of the HRIS.

use domain::{Organisation, ViewId, text::clean_text};
use jiff::{SignedDuration, Timestamp};
use store::SavedView;

use crate::{
    App, ConnectRequest, Failure, RunProgress,
    access::{org_in, void_link},
    tokens::hash_of,
    view::IntegrationView,
};

/// How long an issue is out of the way.
const SNOOZE_DAYS: i64 = 7;
/// How long a link for the admin of the HRIS works.
const SETUP_DAYS: i64 = 7;
const NAME_LIMIT: usize = 80;
const QUERY_LIMIT: usize = 2000;

impl App {
    /// Puts an issue out of the way for seven days. It counts as before, and stands no longer in front.
    pub async fn snooze_issue(&self, org: &Organisation, cause: &str) -> Result<(), Failure> {
        let until = self.clock.now() + SignedDuration::from_hours(24 * SNOOZE_DAYS);
        Ok(self.store.snooze(org.id, cause, until).await?)
    }

    /// Brings it back.
    pub async fn wake_issue(&self, org: &Organisation, cause: &str) -> Result<(), Failure> {
        Ok(self.store.wake_issue(org.id, cause).await?)
    }

    /// The issues that are out of the way, by code, and until when.
    pub async fn snoozed(&self, org: &Organisation) -> Result<Vec<(String, Timestamp)>, Failure> {
        Ok(self.store.snoozed(org.id, self.clock.now()).await?)
    }

    /// Saves a list of people under a name, for all admins.
    pub async fn save_view(
        &self,
        org: &Organisation,
        name: &str,
        query: &str,
    ) -> Result<(), Failure> {
        let unfit = |code, what: &str| {
            Failure::field("view_name", code, format!("{what}; nothing was saved."))
        };
        let name = clean_text(name, NAME_LIMIT)
            .ok_or_else(|| unfit("missing_name", "The view needs a name"))?;
        if query.len() > QUERY_LIMIT {
            return Err(unfit("too_long", "The filters are too long"));
        }
        let known = self.store.views(org.id).await?;
        if known.iter().any(|view| view.name == name) {
            return Err(unfit("name_taken", "Another view has this name"));
        }
        let view = SavedView {
            id: self.ids().next(),
            name: name.to_string(),
            query: query.to_owned(),
        };
        Ok(self.store.add_view(org.id, &view, self.clock.now()).await?)
    }

    /// The saved lists of people, by name.
    pub async fn saved_views(&self, org: &Organisation) -> Result<Vec<SavedView>, Failure> {
        Ok(self.store.views(org.id).await?)
    }

    /// Deletes a saved list.
    pub async fn delete_view(&self, org: &Organisation, id: &str) -> Result<(), Failure> {
        let id: ViewId = id.parse().map_err(|_| Failure::not_found("view", id))?;
        Ok(self.store.remove_view(org.id, id).await?)
    }

    /// A link with which the admin of the HRIS enters credentials, and sees nothing of ours.
    pub async fn setup_link(&self, org: &Organisation) -> Result<String, Failure> {
        let token = self.secret_of(org.id);
        let now = self.clock.now();
        let expires = now + SignedDuration::from_hours(24 * SETUP_DAYS);
        self.store
            .add_setup_link(org.id, &hash_of(&token), now, expires)
            .await?;
        Ok(format!("{}/connect/{token}", self.public_url()))
    }

    /// Whose a link for the admin of the HRIS is, if it still works.
    pub async fn organisation_of_setup_link(&self, token: &str) -> Result<Organisation, Failure> {
        let org = org_in(token).ok_or_else(void_link)?;
        let now = self.clock.now();
        let hash = hash_of(token);
        if !self.store.setup_link_works(org, &hash, now).await? {
            return Err(void_link());
        }
        let id = org.to_string();
        let organisation = self.store.organisation_by_slug_or_id(&id).await?;
        organisation.ok_or_else(void_link)
    }

    /// Connects by such a link, as an admin would; it is used up once the credentials have passed.
    pub async fn connect_by_setup_link(
        &self,
        token: &str,
        request: ConnectRequest,
        progress: &dyn RunProgress,
    ) -> Result<IntegrationView, Failure> {
        let org = self.organisation_of_setup_link(token).await?;
        let (integration, _) = self.connect_soon(&org, request, progress).await?;
        let now = self.clock.now();
        self.store
            .use_setup_link(org.id, &hash_of(token), now)
            .await?;
        Ok(integration)
    }
}
