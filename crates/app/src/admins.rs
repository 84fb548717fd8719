//! Admins made on the command line.

use argon2::{Argon2, PasswordHasher, password_hash::phc::PasswordHash};
use domain::{Action, Organisation, Person, PersonId, Status, text::email_key};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;

use crate::{App, Failure, PersonPatch, tokens::hash_of, view::PersonView};

/// Below this a password is guessed too easily.
const SHORTEST_PASSWORD: usize = 12;
/// How long a sign-in link made on the command line works.
const LINK_HOURS: i64 = 24;

/// An admin to be made.
#[derive(Clone, Debug)]
pub struct NewAdmin {
    /// Email.
    pub email: String,
    /// First name; made from the email when not given.
    pub first_name: Option<String>,
    /// Surname.
    pub last_name: Option<String>,
    /// Without one, a single-use sign-in link is made.
    pub password: Option<SecretString>,
}

/// An admin who was made.
#[derive(Clone, Serialize)]
pub struct AdminCreated {
    /// The person.
    pub person: PersonView,
    /// A link that signs in once, when no password was given.
    pub sign_in_link: Option<String>,
}

impl App {
    /// Makes an admin who can sign in. An active person with the email is given the right.
    pub async fn create_admin(
        &self,
        org: &Organisation,
        new: NewAdmin,
    ) -> Result<AdminCreated, Failure> {
        if let Some(password) = &new.password {
            check_password(password)?;
        }
        let id = match self.active_person(org, &new.email).await? {
            Some(person) => self.give_right(org, person).await?,
            None => self.add_admin(org, &new).await?,
        };
        self.store.set_can_sign_in(org.id, id, true).await?;
        let sign_in_link = match &new.password {
            Some(password) => {
                let hash = self.password_hash(password)?;
                self.store
                    .set_password(org.id, id, &hash, self.clock.now())
                    .await?;
                None
            }
            None => Some(self.sign_in_link(org, id).await?),
        };
        Ok(AdminCreated {
            person: self.person(org, &id.to_string()).await?,
            sign_in_link,
        })
    }

    async fn active_person(
        &self,
        org: &Organisation,
        email: &str,
    ) -> Result<Option<Person>, Failure> {
        let people = self
            .store
            .people_by_email_key(org.id, &email_key(email))
            .await?;
        let present = people
            .into_iter()
            .find(|person| person.status != Status::Archived);
        match present {
            Some(person) if person.status == Status::Upcoming => Err(Failure::conflict(
                "upcoming",
                "This person has not started yet and cannot be an admin; nothing was changed.",
            )),
            other => Ok(other),
        }
    }

    async fn give_right(&self, org: &Organisation, before: Person) -> Result<PersonId, Failure> {
        let mut after = before.clone();
        after.admin = true;
        let id = before.id;
        let why = "Made an admin on the command line.";
        self.store_edit(org, Some(before), after, Action::Update, why)
            .await?;
        Ok(id)
    }

    async fn add_admin(&self, org: &Organisation, new: &NewAdmin) -> Result<PersonId, Failure> {
        let local = new
            .email
            .split('@')
            .next()
            .unwrap_or_default()
            .trim()
            .to_owned();
        let patch = PersonPatch {
            email: Some(new.email.clone()),
            first_name: Some(new.first_name.clone().unwrap_or(local)),
            last_name: new.last_name.clone(),
            admin: Some(true),
            ..PersonPatch::default()
        };
        Ok(self.add_person(org, patch).await?.id)
    }

    pub(crate) fn password_hash(&self, password: &SecretString) -> Result<String, Failure> {
        let mut salt = [0_u8; 16];
        self.entropy.fill(&mut salt);
        let hash: PasswordHash = Argon2::default()
            .hash_password_with_salt(password.expose_secret().as_bytes(), &salt)
            .map_err(|error| {
                Failure::internal(format!("The password could not be stored ({error})."))
            })?;
        Ok(hash.to_string())
    }

    /// A link that signs in once. Only its hash is stored.
    async fn sign_in_link(&self, org: &Organisation, person: PersonId) -> Result<String, Failure> {
        let token = self.link_token(org);
        let now = self.clock.now();
        let expires = now + jiff::SignedDuration::from_hours(LINK_HOURS);
        self.store
            .add_sign_in_link(org.id, &hash_of(&token), person, now, expires)
            .await?;
        Ok(format!("{}/sign-in/{token}", self.public_url()))
    }
}

/// Refuses a password that is guessed too easily.
pub(crate) fn check_password(password: &SecretString) -> Result<(), Failure> {
    if password.expose_secret().chars().count() >= SHORTEST_PASSWORD {
        return Ok(());
    }
    Err(Failure::field(
        "password",
        "short_password",
        format!("The password has fewer than {SHORTEST_PASSWORD} characters; nothing was changed."),
    ))
}
