//! Everybody of a directory, looked up by id, HRIS id and email.

use domain::{HrisId, Person, PersonId, Status};

use crate::{places::Places, situation::PersonIndex};

/// Where everybody stands in [`Directory::people`](crate::Directory::people). It needs no answer of
/// the HRIS, so it can be made while that still arrives.
#[derive(Debug)]
pub struct PeopleIndex {
    people: usize,
    by_id: Places,
    linked: Places,
    /// Active and upcoming people: an email is unique among them.
    present_by_email: Places,
    pub(crate) archived: Vec<PersonIndex>,
}

impl PeopleIndex {
    /// Indexes a directory's people.
    #[must_use]
    pub fn of(people: &[Person]) -> Self {
        let mut index = Self {
            people: people.len(),
            by_id: Places::with_capacity(people.len()),
            linked: Places::with_capacity(people.len()),
            present_by_email: Places::with_capacity(people.len()),
            archived: Vec::new(),
        };
        for (place, person) in people.iter().enumerate() {
            index.by_id.note(place, |place| people[place].id);
            if person.hris_id.is_some() {
                let linked = |place: usize| people[place].hris_id.as_ref();
                index.linked.note(place, linked);
            }
            if person.status == Status::Archived {
                index.archived.push(place);
            } else {
                let email = |place: usize| people[place].email_key.as_str();
                index.present_by_email.note(place, email);
            }
        }
        index
    }

    /// Whether it is an index of these people: a guard against one that was kept too long.
    pub(crate) fn fits(&self, people: &[Person]) -> bool {
        self.people == people.len()
    }

    pub(crate) fn by_id(&self, people: &[Person], id: PersonId) -> Option<PersonIndex> {
        self.by_id.of(&id, |place| people[place].id)
    }

    pub(crate) fn linked_to(&self, people: &[Person], id: &HrisId) -> Option<PersonIndex> {
        let linked = |place: usize| people[place].hris_id.as_ref();
        self.linked.of(&Some(id), linked)
    }

    pub(crate) fn present_with(&self, people: &[Person], email: &str) -> Option<PersonIndex> {
        let of = |place: usize| people[place].email_key.as_str();
        self.present_by_email.of(&email, of)
    }
}
