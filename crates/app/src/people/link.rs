//! Links between people and employees of the HRIS.

use domain::{Action, HrisId, Organisation, Person, Source, text::clean_text};
use store::Exclusion;

use crate::{App, Failure, view::PersonView};

impl App {
    /// Takes the link to the HRIS away: the employee is left out from now on.
    pub async fn unlink_person(
        &self,
        org: &Organisation,
        name: &str,
    ) -> Result<PersonView, Failure> {
        let before = self.find_person(org, name).await?;
        if before.hris_id.is_none() {
            return Err(Failure::conflict(
                "not_linked",
                format!(
                    "{} is not linked to the HRIS; nothing was changed.",
                    before.email
                ),
            ));
        }
        let id = before.id;
        let mut after = before.clone();
        self.leave_out(org, &mut after).await?;
        let why = "Unlinked by hand: the HRIS no longer decides about them.";
        self.store_edit(org, Some(before), after, Action::Update, why)
            .await?;
        self.person_view(org, id).await
    }

    /// Links somebody to an employee of the HRIS, which wins from the next sync on.
    pub async fn link_person(
        &self,
        org: &Organisation,
        name: &str,
        hris_id: &str,
    ) -> Result<PersonView, Failure> {
        let hris_id = clean_text(hris_id, 100).ok_or_else(|| {
            Failure::field(
                "hris_id",
                "missing_hris_id",
                "An HRIS id is needed; nothing was changed.",
            )
        })?;
        let before = self.find_person(org, name).await?;
        let id = before.id;
        let mut after = before.clone();
        after.hris_id = Some(HrisId(hris_id));
        after.source = Source::Hris;
        let linked = after.hris_id.clone();
        let why = "Linked by hand; the HRIS wins from the next sync on.";
        self.store_edit(org, Some(before), after, Action::Update, why)
            .await?;
        if let Some(linked) = linked {
            self.store.remove_exclusion(org.id, &linked).await?;
        }
        self.person_view(org, id).await
    }

    /// The employee is left out from now on, and the person is nobody's but the admin's.
    pub(super) async fn leave_out(
        &self,
        org: &Organisation,
        person: &mut Person,
    ) -> Result<(), Failure> {
        if let Some(hris_id) = person.hris_id.take() {
            let exclusion = Exclusion {
                hris_id,
                reason: format!("{} was unlinked by hand.", person.email),
                created_at: self.clock.now(),
            };
            self.store.add_exclusion(org.id, &exclusion).await?;
        }
        person.source = Source::Manual;
        Ok(())
    }
}
