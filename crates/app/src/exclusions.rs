//! Do not sync: employees of the HRIS whom an admin leaves out.

use domain::{HrisId, Organisation, text::clean_text};
use store::Exclusion;

use crate::{
    App, Failure,
    view::{ExclusionView, List},
};

/// Longer than any id that an HRIS gives.
const ID_LIMIT: usize = 100;
const REASON_LIMIT: usize = 500;

impl App {
    /// Employees who are left out, by id. For a sync they are out of scope.
    pub async fn exclusions(&self, org: &Organisation) -> Result<List<ExclusionView>, Failure> {
        let exclusions = self.store.exclusions(org.id).await?;
        Ok(List::whole(
            exclusions.into_iter().map(Into::into).collect(),
        ))
    }

    /// Leaves an employee out from now on; done again, it changes the reason.
    ///
    /// Somebody linked to the employee would be neither the HRIS's nor the admin's, so they are to
    /// be unlinked instead, which leaves the employee out too.
    pub async fn add_exclusion(
        &self,
        org: &Organisation,
        hris_id: &str,
        reason: &str,
    ) -> Result<ExclusionView, Failure> {
        let hris_id = read_hris_id(hris_id)?;
        let reason = clean_text(reason, REASON_LIMIT).ok_or_else(|| {
            Failure::field(
                "reason",
                "missing_reason",
                "A reason is needed, for whoever wonders later; nothing was changed.",
            )
        })?;
        if let Some(person) = self.store.person_by_hris_id(org.id, &hris_id).await? {
            return Err(Failure::conflict(
                "linked",
                format!(
                    "{} is linked to the employee {hris_id}; nothing was changed.",
                    person.email
                ),
            )
            .mend(format!(
                "Unlink them, which leaves the employee out: rollcall people unlink {} --org {}",
                person.id, org.slug
            )));
        }
        let since = self.exclusion(org, &hris_id).await?;
        let exclusion = Exclusion {
            hris_id,
            reason: reason.into(),
            created_at: since.map_or_else(|| self.clock.now(), |since| since.created_at),
        };
        self.store.add_exclusion(org.id, &exclusion).await?;
        Ok(exclusion.into())
    }

    /// Lets an employee in again: the next sync decides about them.
    pub async fn remove_exclusion(
        &self,
        org: &Organisation,
        hris_id: &str,
    ) -> Result<ExclusionView, Failure> {
        let unknown = || Failure::not_found("employee left out", hris_id);
        let id = read_hris_id(hris_id)?;
        let exclusion = self.exclusion(org, &id).await?.ok_or_else(unknown)?;
        if self.store.remove_exclusion(org.id, &id).await? {
            Ok(exclusion.into())
        } else {
            Err(unknown())
        }
    }

    pub(crate) async fn exclusion(
        &self,
        org: &Organisation,
        hris_id: &HrisId,
    ) -> Result<Option<Exclusion>, Failure> {
        let exclusions = self.store.exclusions(org.id).await?;
        Ok(exclusions
            .into_iter()
            .find(|exclusion| exclusion.hris_id == *hris_id))
    }
}

/// An id as somebody typed it.
pub(crate) fn read_hris_id(text: &str) -> Result<HrisId, Failure> {
    let id = clean_text(text, ID_LIMIT).map(HrisId);
    id.ok_or_else(|| {
        Failure::field(
            "hris_id",
            "missing_hris_id",
            "An HRIS id is needed; nothing was changed.",
        )
    })
}

impl From<Exclusion> for ExclusionView {
    fn from(exclusion: Exclusion) -> Self {
        let Exclusion {
            hris_id,
            reason,
            created_at,
        } = exclusion;
        Self {
            hris_id,
            reason,
            created_at,
        }
    }
}
