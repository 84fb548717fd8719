//! The second factor of people with admin rights: codes from an authenticator app (RFC 6238), and ten codes for whoever
//! loses it. A session that has begun by password or link waits for one of them.

use domain::{Organisation, OrganisationId, Person, PersonId};
use jiff::SignedDuration;
use secrecy::{ExposeSecret as _, SecretString};
use totp_rs::{Builder, Secret, Totp};

use crate::{
    App, Failure, SignedIn,
    access::{org_in, void_link},
    tokens::hash_of,
};

/// What it is sealed under.
pub(crate) const FIELD: &str = "second factor";
/// How many bytes the secret has, as RFC 4226 asks for.
const SECRET_BYTES: usize = 20;
/// How many codes there are for whoever loses the app.
const RECOVERY_CODES: usize = 10;
/// How long a session waits for its code.
const WAITS: SignedDuration = SignedDuration::from_mins(10);
/// Letters and digits that nobody takes for another.
const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz23456789-";

/// What an app is told to make codes.
pub struct SecondFactorBegun {
    /// To be typed in, in groups of four.
    pub secret: SecretString,
    /// To be scanned: an `otpauth:` address.
    pub address: SecretString,
}

impl std::fmt::Debug for SecondFactorBegun {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecondFactorBegun")
    }
}

impl App {
    /// Whether somebody is asked for a code when they sign in.
    pub async fn has_second_factor(&self, who: &SignedIn) -> Result<bool, Failure> {
        let (org, person) = (who.organisation.id, who.person.id);
        let factor = self.store.second_factor(org, person).await?;
        Ok(factor.is_some_and(|factor| factor.confirmed_at.is_some()))
    }

    /// Makes the secret for an app; the same one again until a code has confirmed it.
    pub async fn begin_second_factor(&self, who: &SignedIn) -> Result<SecondFactorBegun, Failure> {
        let (org, person) = (who.organisation.id, who.person.id);
        if self.store.second_factor(org, person).await?.is_none() {
            let mut bytes = [0_u8; SECRET_BYTES];
            self.entropy.fill(&mut bytes);
            let secret = SecretString::from(Secret::from(bytes).to_base32());
            let entropy = self.entropy.as_ref();
            let sealed = self.vault.seal(org, FIELD, &secret, entropy)?;
            let now = self.clock.now();
            self.store
                .put_second_factor(org, person, &sealed, now)
                .await?;
        }
        let (secret, is_confirmed) = self.shared(org, person).await?.ok_or_else(gone)?;
        if is_confirmed {
            return Err(Failure::conflict(
                "second_factor_on",
                "The second factor is on already; nothing was changed.",
            ));
        }
        Ok(shown(&who.organisation, &who.person, &secret))
    }

    /// Makes it count, by a first code of the app. Gives the codes for whoever loses the app; they are
    /// shown once.
    pub async fn confirm_second_factor(
        &self,
        who: &SignedIn,
        code: &str,
    ) -> Result<Vec<SecretString>, Failure> {
        let (org, person) = (who.organisation.id, who.person.id);
        let (secret, _) = self.shared(org, person).await?.ok_or_else(gone)?;
        let step = self.step_of(&secret, code)?.ok_or_else(wrong_code)?;
        let codes: Vec<String> = (0..RECOVERY_CODES).map(|_| self.recovery_code()).collect();
        let hashes: Vec<String> = codes.iter().map(|code| hash_of(&plain(code))).collect();
        let now = self.clock.now();
        let confirmed = self
            .store
            .confirm_second_factor(org, person, step, &hashes, now);
        if !confirmed.await? {
            return Err(gone());
        }
        tracing::info!(person = %person, "second factor on");
        Ok(codes.into_iter().map(SecretString::from).collect())
    }

    /// Takes it away, by a code of the app.
    pub async fn remove_second_factor(&self, who: &SignedIn, code: &str) -> Result<(), Failure> {
        let (org, person) = (who.organisation.id, who.person.id);
        let (secret, _) = self.shared(org, person).await?.ok_or_else(gone)?;
        self.step_of(&secret, code)?.ok_or_else(wrong_code)?;
        self.store.remove_second_factor(org, person).await?;
        tracing::info!(person = %person, "second factor off");
        Ok(())
    }

    /// Takes it away from somebody who has lost app and codes: the operator's business.
    pub async fn forget_second_factor(
        &self,
        org: &Organisation,
        name: &str,
    ) -> Result<(), Failure> {
        let person = self.find_person(org, name).await?;
        self.store.remove_second_factor(org.id, person.id).await?;
        tracing::info!(person = %person.id, "second factor forgotten");
        Ok(())
    }

    /// Whether a session waits for a code.
    pub async fn waits_for_code(&self, token: &str) -> Result<bool, Failure> {
        Ok(self.waiting(token).await?.is_some())
    }

    async fn waiting(&self, token: &str) -> Result<Option<(OrganisationId, PersonId)>, Failure> {
        let Some(org) = org_in(token) else {
            return Ok(None);
        };
        let since = self.clock.now() - WAITS;
        let hash = hash_of(token);
        let person = self.store.waiting_session(org, &hash, since).await?;
        Ok(person.map(|person| (org, person)))
    }

    /// Lets a session in that waits, by a code of the app or one of those for whoever has lost it. Each
    /// works once.
    pub async fn enter_code(&self, token: &str, code: &str) -> Result<SignedIn, Failure> {
        let (org, person) = self.waiting(token).await?.ok_or_else(void_link)?;
        let (secret, _) = self.shared(org, person).await?.ok_or_else(gone)?;
        let hash = hash_of(token);
        let is_in = match self.step_of(&secret, code)? {
            Some(step) => self.store.let_in_by_step(org, person, &hash, step).await?,
            None => {
                let recovery = hash_of(&plain(code));
                self.store
                    .let_in_by_recovery(org, person, &hash, &recovery)
                    .await?
            }
        };
        if !is_in {
            return Err(wrong_code());
        }
        self.session(token).await?.ok_or_else(void_link)
    }

    /// The secret, and whether it counts.
    async fn shared(
        &self,
        org: OrganisationId,
        person: PersonId,
    ) -> Result<Option<(SecretString, bool)>, Failure> {
        let Some(factor) = self.store.second_factor(org, person).await? else {
            return Ok(None);
        };
        let secret = self.vault.open(org, FIELD, &factor.secret_sealed)?;
        Ok(Some((secret, factor.confirmed_at.is_some())))
    }

    /// The step of time that a code is of: this one, or one beside it.
    fn step_of(&self, secret: &SecretString, code: &str) -> Result<Option<i64>, Failure> {
        let digits: String = code
            .chars()
            .filter(|letter| !letter.is_whitespace())
            .collect();
        let now = u64::try_from(self.clock.now().as_second()).unwrap_or_default();
        let step = totp(secret)?.check(&digits, now);
        Ok(step.and_then(|step| i64::try_from(step).ok()))
    }

    fn recovery_code(&self) -> String {
        let mut bytes = [0_u8; 12];
        self.entropy.fill(&mut bytes);
        let letters = bytes.map(|byte| char::from(LETTERS[usize::from(byte) % 31]));
        let [a, b, c] = [&letters[..4], &letters[4..8], &letters[8..]].map(String::from_iter);
        format!("{a}-{b}-{c}")
    }
}

fn totp(secret: &SecretString) -> Result<Totp, Failure> {
    let unfit = || Failure::internal("A second factor cannot be read; nobody was signed in.");
    let secret = Secret::try_from_base32(secret.expose_secret()).map_err(|_| unfit())?;
    Builder::new()
        .with_secret(secret)
        .build()
        .map_err(|_| unfit())
}

fn shown(org: &Organisation, person: &Person, secret: &SecretString) -> SecondFactorBegun {
    let encoded = |text: &str| -> String {
        let bytes = text.bytes();
        let letter = |byte: u8| match byte {
            byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        };
        bytes.map(letter).collect()
    };
    let secret_text = secret.expose_secret();
    let issuer = encoded(&format!("Rollcall {}", org.name));
    let address = format!(
        "otpauth://totp/{issuer}:{}?secret={secret_text}&issuer={issuer}",
        encoded(&person.email)
    );
    let letters: Vec<char> = secret_text.chars().collect();
    let groups = letters.chunks(4).map(String::from_iter);
    SecondFactorBegun {
        secret: SecretString::from(groups.collect::<Vec<_>>().join(" ")),
        address: SecretString::from(address),
    }
}

/// A code for whoever has lost the app, however it was typed.
fn plain(code: &str) -> String {
    let letters = code.chars().filter(char::is_ascii_alphanumeric);
    letters.map(|letter| letter.to_ascii_lowercase()).collect()
}

fn wrong_code() -> Failure {
    Failure::field(
        "code",
        "wrong_code",
        "This code is wrong, too old or used already.",
    )
    .mend("Wait for the next one in your app; the clock of your phone has to be right.")
}

fn gone() -> Failure {
    Failure::conflict(
        "no_second_factor",
        "There is no second factor to be confirmed; nothing was changed.",
    )
    .mend("Begin again.")
}
