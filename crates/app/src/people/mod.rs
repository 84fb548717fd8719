//! People by hand: looking, adding, editing, archiving, bringing back, linking.
//!
//! Every edit writes a history entry and takes the organisation's lock, so an edit during a run is
//! never lost silently: the run's plan is made again.

mod bulk;
mod erase;
mod explain;
mod fields;
mod import;
mod link;
mod query;

use domain::{Action, ArchivedBy, Organisation, Person, PersonId, Source, Status};
use store::{Edit, EditError, ExclusionEdit};

use crate::{App, Failure, failure::Wrong, view::PersonView};

pub use erase::{AllowedView, ErasedView};
pub use explain::{ExplanationView, LiveRead};
pub use fields::PersonPatch;
pub(crate) use fields::{differences, value_of};
pub use import::Imported;
pub(crate) use query::read_filter;
pub use query::{PeopleNumbers, PeopleQuery};

impl App {
    /// Adds somebody by hand.
    pub async fn add_person(
        &self,
        org: &Organisation,
        patch: PersonPatch,
    ) -> Result<PersonView, Failure> {
        let person = self.somebody_new(org, &patch).await?;
        let id = person.id;
        self.store_edit(org, None, person, Action::Add, "Added by hand.")
            .await?;
        self.person_view(org, id).await
    }

    /// Somebody who is not here yet, with everything that they need.
    async fn somebody_new(
        &self,
        org: &Organisation,
        patch: &PersonPatch,
    ) -> Result<Person, Failure> {
        let mut person = self.nobody(self.ids().next());
        let mut wrong = Wrong::default();
        if patch.email.is_none() {
            wrong.note(Failure::field(
                "email",
                "missing_email",
                "A person needs an email; nobody was added.",
            ));
        }
        wrong.take(self.fill(org, &mut person, patch).await)?;
        if person.first_name.is_empty() && person.last_name.is_empty() {
            wrong.note(Failure::field(
                "first_name",
                "missing_name",
                "A person needs a name; nobody was added.",
            ));
        }
        wrong.none()?;
        self.refuse_used_email(org, &person).await?;
        let today = org.today(self.clock.now());
        let starts_later = person.start_date.is_some_and(|start| start > today);
        person.status = if starts_later {
            Status::Upcoming
        } else {
            Status::Active
        };
        Ok(person)
    }

    /// Changes somebody. Managed fields of a linked person are taken and overwritten by the next
    /// sync.
    pub async fn edit_person(
        &self,
        org: &Organisation,
        name: &str,
        patch: PersonPatch,
    ) -> Result<PersonView, Failure> {
        self.edit_person_at(org, name, patch, None).await
    }

    /// One person, and the version of the record that is seen.
    pub async fn person_at(
        &self,
        org: &Organisation,
        name: &str,
    ) -> Result<(PersonView, i64), Failure> {
        let person = self.find_person(org, name).await?;
        Ok((self.person_view(org, person.id).await?, person.version))
    }

    /// The same as [`App::edit_person`], only if the record is still this version.
    pub async fn edit_person_at(
        &self,
        org: &Organisation,
        name: &str,
        patch: PersonPatch,
        version: Option<i64>,
    ) -> Result<PersonView, Failure> {
        let before = self.find_person(org, name).await?;
        if version.is_some_and(|version| version != before.version) {
            return Err(EditError::Moved { person: before.id }.into());
        }
        let mut after = before.clone();
        self.fill(org, &mut after, &patch).await?;
        if before.is_acting_admin() && !after.is_acting_admin() {
            self.refuse_last_admin(org).await?;
        }
        let id = before.id;
        let is_moved = before.email_key != after.email_key;
        let why = if before.hris_id.is_some() {
            "Edited by hand; the HRIS overwrites what it manages at the next sync."
        } else {
            "Edited by hand."
        };
        self.store_edit(org, Some(before), after, Action::Update, why)
            .await?;
        if patch.country.is_some() {
            let code = domain::Code::MissingCountry;
            self.store.settle_finding(org.id, id, code).await?;
        }
        if is_moved {
            // What an admin writes needs nobody's confirmation.
            self.store.confirm_email(org.id, id).await?;
        }
        self.person_view(org, id).await
    }

    /// The address that links of a person with admin rights still go to, because an HRIS has changed
    /// theirs and no admin has confirmed that.
    pub async fn held_email(
        &self,
        org: &Organisation,
        id: PersonId,
    ) -> Result<Option<String>, Failure> {
        Ok(self.store.held_email(org.id, id).await?)
    }

    /// An admin confirms the email that an HRIS gave a person with admin rights.
    pub async fn confirm_email(&self, org: &Organisation, name: &str) -> Result<(), Failure> {
        let person = self.find_person(org, name).await?;
        tracing::info!(person = %person.id, "email confirmed");
        Ok(self.store.confirm_email(org.id, person.id).await?)
    }

    /// Archives somebody by hand: that stands against the HRIS.
    pub async fn archive_person(
        &self,
        org: &Organisation,
        name: &str,
    ) -> Result<PersonView, Failure> {
        let before = self.find_person(org, name).await?;
        if before.status == Status::Archived {
            return Err(Failure::conflict(
                "already_archived",
                format!("{} is archived already; nothing was changed.", before.email),
            ));
        }
        if before.is_acting_admin() {
            self.refuse_last_admin(org).await?;
        }
        let id = before.id;
        let edits = Vec::from_iter(self.archiving(before));
        self.store_edits(org, &edits, &[]).await?;
        self.person_view(org, id).await
    }

    /// The edit that archives somebody.
    pub(super) fn archiving(&self, before: Person) -> Option<Edit> {
        let mut after = before.clone();
        after.status = Status::Archived;
        after.archived_by = Some(ArchivedBy::Admin);
        after.archived_at = Some(self.clock.now());
        edit_of(Some(before), after, Action::Archive, "Archived by hand.")
    }

    /// Brings somebody back. With `keep`, the HRIS no longer decides about them.
    pub async fn restore_person(
        &self,
        org: &Organisation,
        name: &str,
        keep: bool,
    ) -> Result<PersonView, Failure> {
        let before = self.find_person(org, name).await?;
        if before.status != Status::Archived {
            return Err(Failure::conflict(
                "not_archived",
                format!("{} is not archived; nothing was changed.", before.email),
            ));
        }
        let id = before.id;
        let (edit, left_out) = self.restoring(org, before, keep).await?;
        self.store_edits(org, edit.as_slice(), left_out.as_slice())
            .await?;
        self.person_view(org, id).await
    }

    /// The edit that brings somebody back, and whom the HRIS no longer decides about with `keep`.
    pub(super) async fn restoring(
        &self,
        org: &Organisation,
        before: Person,
        keep: bool,
    ) -> Result<(Option<Edit>, Option<ExclusionEdit>), Failure> {
        let mut after = before.clone();
        let today = org.today(self.clock.now());
        let starts_later = after.start_date.is_some_and(|start| start > today);
        after.status = if starts_later {
            Status::Upcoming
        } else {
            Status::Active
        };
        after.archived_by = None;
        after.archived_at = None;
        // An end date that is over would archive them again at midnight.
        if after.end_date.is_some_and(|end| end <= today) {
            after.end_date = None;
        }
        self.refuse_used_email(org, &after).await?;
        let (why, left_out) = if keep {
            let why = "Brought back by hand, and kept: the HRIS no longer decides about them.";
            (why, self.take_away(&mut after))
        } else {
            ("Brought back by hand.", None)
        };
        let edit = edit_of(Some(before), after, Action::Restore, why);
        Ok((edit, left_out))
    }

    pub(crate) fn nobody(&self, id: PersonId) -> Person {
        Person {
            id,
            hris_id: None,
            email: "".into(),
            email_key: "".into(),
            first_name: "".into(),
            last_name: "".into(),
            status: Status::Active,
            archived_by: None,
            archived_at: None,
            admin: false,
            can_sign_in: false,
            source: Source::Manual,
            start_date: None,
            end_date: None,
            country: None,
            region: None,
            group: None,
            manual_groups: Vec::new(),
            approver: None,
            manual_approvers: Vec::new(),
            version: 0,
            updated_at: self.clock.now(),
        }
    }

    pub(super) async fn refuse_used_email(
        &self,
        org: &Organisation,
        person: &Person,
    ) -> Result<(), Failure> {
        for other in self
            .store
            .people_by_email_key(org.id, &person.email_key)
            .await?
        {
            if other.id == person.id {
                continue;
            }
            if other.status != Status::Archived {
                return Err(email_taken());
            }
            if person.version == 0 {
                return Err(Failure::conflict(
                    "email_archived",
                    "An archived person has this email; nobody was added.",
                )
                .mend(format!(
                    "Bring them back instead: rollcall people restore {}",
                    other.id
                )));
            }
        }
        Ok(())
    }

    pub(crate) async fn refuse_last_admin(&self, org: &Organisation) -> Result<(), Failure> {
        if self.store.acting_admins(org.id).await? > 1 {
            return Ok(());
        }
        Err(Failure::conflict(
            "last_admin",
            "This is the last admin who can sign in, so nothing was changed.",
        )
        .mend("Make somebody else an admin first."))
    }

    pub(crate) async fn store_edit(
        &self,
        org: &Organisation,
        before: Option<Person>,
        person: Person,
        action: Action,
        why: &str,
    ) -> Result<(), Failure> {
        let edit = edit_of(before, person, action, why);
        self.store_edits(org, edit.as_slice(), &[]).await
    }

    /// Stores edits and whom the HRIS no longer decides about, all of it or nothing.
    pub(super) async fn store_edits(
        &self,
        org: &Organisation,
        edits: &[Edit],
        exclusions: &[ExclusionEdit],
    ) -> Result<(), Failure> {
        if edits.is_empty() && exclusions.is_empty() {
            return Ok(());
        }
        let act = self.ids().next();
        let now = self.clock.now();
        self.store
            .edit_people_and_exclusions(org.id, edits, exclusions, self.actor, now, act)
            .await?;
        Ok(())
    }
}

/// The edit, if anything changes.
pub(crate) fn edit_of(
    before: Option<Person>,
    person: Person,
    action: Action,
    why: &str,
) -> Option<Edit> {
    let fields = differences(before.as_ref(), &person);
    (!fields.is_empty()).then(|| Edit {
        before_version: before.map(|before| before.version),
        person,
        action,
        fields,
        why: why.to_owned(),
    })
}

fn email_taken() -> Failure {
    Failure::conflict(
        "email_taken",
        "Another person has this email; nothing was changed.",
    )
    .mend("Choose another email, or edit that person.")
}

impl From<EditError> for Failure {
    fn from(error: EditError) -> Self {
        match error {
            EditError::EmailTaken => email_taken(),
            EditError::HrisIdTaken => Failure::conflict("hris_id_taken", error.to_string()),
            EditError::Moved { .. } => Failure::conflict("moved", error.to_string()),
            EditError::Store(error) => error.into(),
        }
    }
}
