//! Who gets in: people who accepted an invitation, and admins made on the command line. Everybody
//! else gets the same neutral answer, and no mail.

use argon2::{Argon2, PasswordVerifier as _, password_hash::phc::PasswordHash};
use domain::{MailKind, Organisation, OrganisationId, Person, text::email_key};
use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret as _, SecretString};
use store::{ListedSession, NewSession, SignIn};

use crate::{
    App, Failure, admins::check_password, failure::Wrong, mails::Content, tokens::hash_of,
};

/// How long a session goes on, at most.
const LONGEST: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How long a session goes on that nobody uses.
const IDLE: SignedDuration = SignedDuration::from_hours(12);
/// How often it is written that a session is used.
const NOTED: SignedDuration = SignedDuration::from_mins(5);
/// How long a link that signs in works.
const LINK_MINUTES: i64 = 15;
/// How much of what a browser says of itself is kept.
const DEVICE_LIMIT: usize = 200;

/// Somebody who is signed in.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// Where.
    pub organisation: Organisation,
    /// Who.
    pub person: Person,
}

/// A session that has begun.
#[derive(Clone, Debug)]
pub struct SessionBegun {
    /// What the browser keeps: the organisation's id in clear, then the secret.
    pub token: SecretString,
    /// Who.
    pub signed_in: SignedIn,
    /// Nobody is signed in before a code of the second factor.
    pub waits_for_code: bool,
}

impl App {
    /// Accepts an invitation by its link and sets a password. The link works once.
    pub async fn accept_invitation(
        &self,
        token: &str,
        password: &SecretString,
        device: &str,
    ) -> Result<SessionBegun, Failure> {
        check_password(password)?;
        let org = org_in(token).ok_or_else(void_link)?;
        let hash = self.password_hash(password)?;
        let (token_of_session, hash_of_session) = self.session_token(org);
        let now = self.clock.now();
        let session = new_session(&hash_of_session, device, now);
        let invited = hash_of(token);
        let accepted = self
            .store
            .accept_invitation(org, &invited, &hash, session, now);
        let person = accepted.await?.ok_or_else(void_link)?;
        self.begun(org, person, token_of_session).await
    }

    /// Signs in with email and password. Whoever is unknown, was never invited or is wrong gets the
    /// same answer after the same time.
    pub async fn sign_in(
        &self,
        email: &str,
        password: &SecretString,
        device: &str,
    ) -> Result<Vec<SessionBegun>, Failure> {
        let known = self.store.sign_ins(&email_key(email)).await?;
        let right = tokio::task::block_in_place(|| right_ones(known, password));
        let mut begun = Vec::with_capacity(right.len());
        for SignIn { org, person, .. } in right {
            let (token, hash) = self.session_token(org);
            let now = self.clock.now();
            let session = new_session(&hash, device, now);
            self.store.add_session(org, person, session, now).await?;
            begun.push(self.begun(org, person, token).await?);
        }
        if begun.is_empty() {
            return Err(Failure::refused(
                "wrong_sign_in",
                "Email or password is wrong, or nobody with this email has accepted an invitation; nobody was signed in.",
            ));
        }
        Ok(begun)
    }

    /// Asks for a link that signs in once. What it answers says nothing about whether there is such a
    /// person; a mail goes only to whoever may sign in.
    pub async fn request_link(&self, email: &str) -> Result<(), Failure> {
        let key = email_key(email);
        for sign_in in self.store.sign_ins(&key).await? {
            let SignIn {
                org,
                person,
                mail_to,
                ..
            } = sign_in;
            let Some(organisation) = self.organisation_by_id(org).await? else {
                continue;
            };
            let Some(person) = self.store.person(org, person).await? else {
                continue;
            };
            let token = self.link_token(&organisation);
            let now = self.clock.now();
            let expires = now + SignedDuration::from_mins(LINK_MINUTES);
            let hash = hash_of(&token);
            self.store
                .add_sign_in_link(org, &hash, person.id, now, expires)
                .await?;
            let link = format!("{}/sign-in/{token}", self.public_url());
            let name = &person.first_name;
            let content = Content::sign_in(
                self.letterhead(&organisation).await?,
                name,
                &link,
                LINK_MINUTES,
            );
            let mail = self.mail_of(
                &organisation,
                MailKind::SignIn,
                Some(person.id),
                &mail_to,
                &content,
            )?;
            self.store.put_mails(org, &[mail], now).await?;
            self.wake.notify_one();
        }
        Ok(())
    }

    /// Signs in with a link, which works once.
    pub async fn sign_in_with_link(
        &self,
        token: &str,
        device: &str,
    ) -> Result<SessionBegun, Failure> {
        let org = org_in(token).ok_or_else(void_link)?;
        let (token_of_session, hash) = self.session_token(org);
        let now = self.clock.now();
        let session = new_session(&hash, device, now);
        let link = hash_of(token);
        let used = self.store.use_link(org, &link, session, now);
        let person = used.await?.ok_or_else(void_link)?;
        self.begun(org, person, token_of_session).await
    }

    /// Who is signed in, by the token of a session that goes on.
    pub async fn session(&self, token: &str) -> Result<Option<SignedIn>, Failure> {
        let Some(org) = org_in(token) else {
            return Ok(None);
        };
        let now = self.clock.now();
        let earlier = |by| now.checked_sub(by).unwrap_or(Timestamp::MIN);
        let hash = hash_of(token);
        let found = self
            .store
            .session_of(org, &hash, now, earlier(IDLE), earlier(NOTED));
        let Some(person) = found.await? else {
            return Ok(None);
        };
        let organisation = self.organisation_by_id(org).await?;
        let person = self.store.person(org, person).await?;
        Ok(organisation
            .zip(person)
            .map(|(organisation, person)| SignedIn {
                organisation,
                person,
            }))
    }

    /// Ends a session.
    pub async fn sign_out(&self, token: &str) -> Result<(), Failure> {
        if let Some(org) = org_in(token) {
            self.store.end_session(org, &hash_of(token)).await?;
        }
        Ok(())
    }

    /// Sets another password for whoever is signed in, who gives the one so far where there is one. All of
    /// their sessions end: somebody else may know the old one.
    ///
    /// # Errors
    /// At the field `password` where the one so far is wrong, and at `new_password` where the new one is
    /// guessed too easily.
    pub async fn change_password(
        &self,
        who: &SignedIn,
        password: &SecretString,
        new: &SecretString,
    ) -> Result<(), Failure> {
        let (org, person) = (who.organisation.id, &who.person);
        let mut wrong = Wrong::default();
        let known = self.store.sign_ins(&person.email_key).await?;
        let own = known
            .into_iter()
            .find(|known| known.org == org && known.person == person.id);
        let hash = own.and_then(|own| own.password_hash);
        let fits =
            tokio::task::block_in_place(|| hash.is_none_or(|hash| is_right(&hash, password)));
        if !fits {
            wrong.note(Failure::field(
                "password",
                "wrong_password",
                "This is not your password so far; nothing was changed.",
            ));
        }
        let is_fit = check_password(new).map_err(|failure| Failure {
            field: Some("new_password"),
            ..failure
        });
        wrong.take(is_fit)?;
        wrong.none()?;
        let hash = self.password_hash(new)?;
        self.store
            .set_password(org, person.id, &hash, self.clock.now())
            .await?;
        tracing::info!(person = %person.id, "password changed");
        self.sign_out_everywhere(who).await
    }

    /// Ends all sessions of whoever is signed in.
    pub async fn sign_out_everywhere(&self, who: &SignedIn) -> Result<(), Failure> {
        let (org, person) = (who.organisation.id, who.person.id);
        Ok(self.store.end_sessions(org, person).await?)
    }

    /// The sessions of whoever is signed in, the last used first.
    pub async fn sessions(&self, who: &SignedIn) -> Result<Vec<ListedSession>, Failure> {
        let (org, person) = (who.organisation.id, who.person.id);
        Ok(self.store.sessions(org, person, self.clock.now()).await?)
    }

    async fn begun(
        &self,
        org: OrganisationId,
        person: domain::PersonId,
        token: SecretString,
    ) -> Result<SessionBegun, Failure> {
        let organisation = self.organisation_by_id(org).await?.ok_or_else(void_link)?;
        let person = self.store.person(org, person).await?;
        let person = person.ok_or_else(void_link)?;
        let waits_for_code = self.waits_for_code(token.expose_secret()).await?;
        tracing::info!(person = %person.id, waits_for_code, "signed in");
        Ok(SessionBegun {
            token,
            waits_for_code,
            signed_in: SignedIn {
                organisation,
                person,
            },
        })
    }

    async fn organisation_by_id(
        &self,
        org: OrganisationId,
    ) -> Result<Option<Organisation>, Failure> {
        let id = org.to_string();
        Ok(self.store.organisation_by_slug_or_id(&id).await?)
    }

    fn session_token(&self, org: OrganisationId) -> (SecretString, String) {
        let token = self.secret_of(org);
        let hash = hash_of(&token);
        (SecretString::from(token), hash)
    }
}

/// The organisation that a token says it is of.
pub(crate) fn org_in(token: &str) -> Option<OrganisationId> {
    token.split_once('_')?.0.parse().ok()
}

fn new_session<'a>(hash: &'a str, device: &'a str, now: Timestamp) -> NewSession<'a> {
    let end = device.floor_char_boundary(DEVICE_LIMIT);
    NewSession {
        hash,
        expires_at: now + LONGEST,
        device: &device[..end],
    }
}

/// Those whose password it is. Where there is nobody, one is checked all the same: that takes the
/// time that tells nobody apart.
fn right_ones(known: Vec<SignIn>, password: &SecretString) -> Vec<SignIn> {
    let with_password = known.iter().any(|sign_in| sign_in.password_hash.is_some());
    if !with_password {
        is_right(NOBODY, password);
        return Vec::new();
    }
    let mut right = known;
    right.retain(|sign_in| {
        let hash = sign_in.password_hash.as_deref();
        hash.is_some_and(|hash| is_right(hash, password))
    });
    right
}

/// The hash of a password that nobody has.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$c29tZSBzYWx0IG9mIG91cnM$VmlhkBPXfuREMZaDx9eT0vyGTmM0Mv0SpvF1wGbqyFc";

fn is_right(hash: &str, password: &SecretString) -> bool {
    PasswordHash::new(hash).is_ok_and(|hash| {
        Argon2::default()
            .verify_password(password.expose_secret().as_bytes(), &hash)
            .is_ok()
    })
}

pub(crate) fn void_link() -> Failure {
    Failure::refused(
        "void_link",
        "This link has been used, is too old, or was made for somebody who has left or has another address by now; nobody was signed in.",
    )
    .mend("Ask for a new one.")
}

#[cfg(test)]
mod tests {
    use argon2::PasswordHasher as _;

    use super::*;

    #[test]
    fn the_hash_of_nobody_takes_as_long_as_any_other() {
        let nobody = PasswordHash::new(NOBODY).unwrap();
        let ours: PasswordHash = Argon2::default()
            .hash_password_with_salt(b"some password", b"0123456789abcdef")
            .unwrap();
        assert_eq!(nobody.algorithm, ours.algorithm);
        assert_eq!(nobody.params.to_string(), ours.params.to_string());
        assert!(!is_right(NOBODY, &SecretString::from("some password")));
    }
}
