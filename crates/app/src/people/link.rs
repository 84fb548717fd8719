//! Links between people and employees of the HRIS.

use domain::{Action, HrisId, Organisation, Person, Source};
use store::{Exclusion, ExclusionEdit};

use super::edit_of;
use crate::{App, Failure, exclusions::read_hris_id, view::PersonView};

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
        let exclusions = Vec::from_iter(self.take_away(&mut after));
        let why = "Unlinked by hand: the HRIS no longer decides about them.";
        let edit = edit_of(Some(before), after, Action::Update, why);
        self.store_edits(org, edit.as_slice(), &exclusions).await?;
        self.person_view(org, id).await
    }

    /// Links somebody to an employee of the HRIS, which wins from the next sync on. An employee who
    /// was left out is let in again.
    pub async fn link_person(
        &self,
        org: &Organisation,
        name: &str,
        hris_id: &str,
    ) -> Result<PersonView, Failure> {
        let hris_id = read_hris_id(hris_id)?;
        let before = self.find_person(org, name).await?;
        let id = before.id;
        let mut after = before.clone();
        after.hris_id = Some(hris_id.clone());
        after.source = Source::Hris;
        let let_in = self.exclusion(org, &hris_id).await?;
        let let_in = let_in.map(|exclusion| ExclusionEdit::LetIn(exclusion.hris_id));
        let why = "Linked by hand; the HRIS wins from the next sync on.";
        let edit = edit_of(Some(before), after, Action::Update, why);
        self.store_edits(org, edit.as_slice(), let_in.as_slice())
            .await?;
        self.store.settle_employee(org.id, &hris_id).await?;
        self.person_view(org, id).await
    }

    /// Takes somebody away from the HRIS, if it has them: the employee is left out, and what the
    /// HRIS gave the person is from now on theirs as if it had been set by hand.
    pub(super) fn take_away(&self, person: &mut Person) -> Option<ExclusionEdit> {
        let hris_id: HrisId = person.hris_id.take()?;
        person.source = Source::Manual;
        if let Some(group) = person.group.take()
            && !person.manual_groups.contains(&group)
        {
            person.manual_groups.push(group);
            person.manual_groups.sort_unstable();
        }
        if let Some(approver) = person.approver.take() {
            person.manual_approvers.retain(|other| *other != approver);
            person.manual_approvers.insert(0, approver);
        }
        Some(ExclusionEdit::LeaveOut(Exclusion {
            hris_id,
            reason: format!("{} was unlinked by hand.", person.email),
            created_at: self.clock.now(),
        }))
    }
}
