//! The vault: seals secrets for the database with a master key that never stands in it.
//!
//! A sealed secret is `KEY-ID.BASE64(nonce ‖ ciphertext)`. The organisation and the name of the field
//! are bound in, so a sealed value moved to another row or another organisation does not open. The
//! key's id stands in front, so that keys can be rotated; a process that is under way finds out by
//! itself when the key file has become another one.

use std::{
    fs::OpenOptions,
    io::{ErrorKind, Read, Write},
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
    time::SystemTime,
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305,
    aead::{Aead, Payload},
};
use domain::{Entropy, OrganisationId};
use secrecy::{ExposeSecret, SecretBox, SecretString};
use store::Store;
use zeroize::Zeroizing;

use crate::Failure;

const KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 24;
/// A key file is a few lines; anything longer is another file given by mistake.
const KEY_FILE_LIMIT: u64 = 64 * 1024;

/// The master keys of an installation: the first seals, all open.
pub struct Vault {
    keys: RwLock<Arc<Keys>>,
    path: PathBuf,
}

/// The keys as the file had them.
struct Keys {
    keys: Vec<MasterKey>,
    /// What told this file from others: a rotation puts a new one in its place.
    stamp: Option<Stamp>,
}

type Stamp = (u64, u64, Option<SystemTime>);

impl Keys {
    fn key(&self, id: &str) -> Option<&MasterKey> {
        self.keys.iter().find(|key| key.id == id)
    }
}

fn stamp(path: &Path) -> Option<Stamp> {
    let about = std::fs::metadata(path).ok()?;
    #[cfg(unix)]
    let file = std::os::unix::fs::MetadataExt::ino(&about);
    #[cfg(not(unix))]
    let file = 0;
    Some((file, about.len(), about.modified().ok()))
}

struct MasterKey {
    id: String,
    secret: SecretBox<[u8; KEY_BYTES]>,
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Vault({} keys)", self.keys().keys.len())
    }
}

/// The key file's name beside a SQLite database.
const KEY_FILE: &str = "rollcall.key";

/// Where the key file is when none is named: beside the database file.
pub fn key_beside(database: Option<&Path>) -> PathBuf {
    let folder = database.and_then(Path::parent);
    folder.unwrap_or_else(|| Path::new("")).join(KEY_FILE)
}

/// A new key as a line for a key file: an id and 32 random bytes.
pub fn generate_key(entropy: &dyn Entropy) -> SecretString {
    let mut bytes = Zeroizing::new([0_u8; KEY_BYTES]);
    entropy.fill(bytes.as_mut_slice());
    let mut id = [0_u8; 4];
    entropy.fill(&mut id);
    let id = u32::from_be_bytes(id);
    SecretString::from(format!(
        "rollcall-key:{id:08x}:{}",
        BASE64.encode(bytes.as_slice())
    ))
}

fn unreadable(path: &Path, error: &std::io::Error) -> Failure {
    let name = path.display();
    Failure::usage(
        "key_file",
        format!("The key file {name} cannot be read ({error}); nothing was started."),
    )
    .mend("Let this user read it, and nobody else.")
}

impl Vault {
    /// Reads a key file.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        Ok(Self {
            keys: RwLock::new(Arc::new(Self::read_keys(path)?)),
            path: path.to_path_buf(),
        })
    }

    fn read_keys(path: &Path) -> Result<Keys, Failure> {
        // Taken before the reading: a file that changes meanwhile is read again.
        let stamp = stamp(path);
        let mut text = Zeroizing::new(String::new());
        let name = path.display();
        let mut file = std::fs::File::open(path).map_err(|error| match error.kind() {
            ErrorKind::NotFound => Failure::usage(
                "key_file",
                format!("ROLLCALL_KEY_FILE names {name}, which is not there; nothing was started."),
            )
            .mend(format!("Make one with: rollcall key generate > {name}")),
            _ => unreadable(path, &error),
        })?;
        Read::by_ref(&mut file)
            .take(KEY_FILE_LIMIT)
            .read_to_string(&mut text)
            .map_err(|error| unreadable(path, &error))?;
        let keys = parse(&text).map_err(|what| {
            Failure::usage(
                "key_file",
                format!("The key file {name} {what}; nothing was started."),
            )
            .mend("Give the file that `rollcall key generate` made.")
        })?;
        Ok(Keys { keys, stamp })
    }

    /// The keys as they are in the file now. One that cannot be read any more leaves those that are
    /// known: what is sealed with them still opens.
    fn keys(&self) -> Arc<Keys> {
        let known = Arc::clone(&self.keys.read().unwrap_or_else(PoisonError::into_inner));
        let now = stamp(&self.path);
        if now.is_none() || now == known.stamp {
            return known;
        }
        let Ok(fresh) = Self::read_keys(&self.path).map(Arc::new) else {
            return known;
        };
        let mut keys = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        *keys = Arc::clone(&fresh);
        fresh
    }

    /// The file that the keys were read from.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The ids of the keys; the first one seals.
    pub(crate) fn ids(&self) -> Vec<String> {
        let keys = self.keys();
        keys.keys.iter().map(|key| key.id.clone()).collect()
    }

    /// Reads the key file, or makes it (mode 600) where there is none.
    pub fn read_or_make(path: &Path, entropy: &dyn Entropy) -> Result<Self, Failure> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            options.mode(0o600);
        }
        match options.open(path) {
            Ok(mut file) => {
                let key = generate_key(entropy);
                writeln!(file, "{}", key.expose_secret())
                    .and_then(|()| file.sync_all())
                    .map_err(|error| {
                        let name = path.display();
                        Failure::usage("key_file", format!("{name} cannot be written: {error}."))
                    })?;
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => {
                let name = path.display();
                return Err(Failure::usage(
                    "key_file",
                    format!("The key file {name} cannot be made: {error}."),
                )
                .mend("Choose another place with ROLLCALL_KEY_FILE."));
            }
        }
        Self::read(path)
    }

    /// The keys beside a SQLite database: made where nothing is sealed yet, and otherwise as they
    /// are. A new key would open nothing, and stand in the way of the right one.
    pub async fn beside(store: &Store, entropy: &dyn Entropy) -> Result<Self, Failure> {
        let path = key_beside(store.location());
        if !path.exists() && !store.sealed_secrets().await?.is_empty() {
            let name = path.display();
            return Err(Failure::usage(
                "key_file",
                format!(
                    "The key file {name} is not there, and the database has secrets that need it; nothing was changed."
                ),
            )
            .mend(format!(
                "Put it back, or name it with ROLLCALL_KEY_FILE. If it is lost: rollcall key generate > {name}, \
                 chmod 600 {name}, then connect again"
            )));
        }
        Self::read_or_make(&path, entropy)
    }

    /// Seals a secret for one organisation and one field.
    pub fn seal(
        &self,
        organisation: OrganisationId,
        field: &str,
        secret: &SecretString,
        entropy: &dyn Entropy,
    ) -> Result<String, Failure> {
        let keys = self.keys();
        let key = &keys.keys[0];
        let mut nonce = [0_u8; NONCE_BYTES];
        entropy.fill(&mut nonce);
        let payload = Payload {
            msg: secret.expose_secret().as_bytes(),
            aad: associated(organisation, field).as_bytes(),
        }
        .encrypt_with(key, &nonce)
        .map_err(|_| Failure::internal("A secret could not be sealed; nothing was changed."))?;
        let mut sealed = nonce.to_vec();
        sealed.extend_from_slice(&payload);
        Ok(format!("{}.{}", key.id, BASE64.encode(sealed)))
    }

    /// Opens what [`Vault::seal`] sealed for the same organisation and field.
    pub fn open(
        &self,
        organisation: OrganisationId,
        field: &str,
        sealed: &str,
    ) -> Result<SecretString, Failure> {
        let unfit = || {
            Failure::usage(
                "key_file",
                "The key file does not fit this database: a stored secret cannot be opened; nothing was changed.",
            )
            .mend("Give the key file that belongs to it with ROLLCALL_KEY_FILE, or connect again.")
        };
        let (id, encoded) = sealed.split_once('.').ok_or_else(unfit)?;
        let keys = self.keys();
        let key = keys.key(id).ok_or_else(unfit)?;
        let bytes = BASE64.decode(encoded).map_err(|_| unfit())?;
        let (nonce, ciphertext) = bytes.split_at_checked(NONCE_BYTES).ok_or_else(unfit)?;
        let nonce: [u8; NONCE_BYTES] = nonce.try_into().map_err(|_| unfit())?;
        let aad = associated(organisation, field);
        let plain = key
            .cipher()
            .decrypt(
                &nonce.into(),
                Payload {
                    msg: ciphertext,
                    aad: aad.as_bytes(),
                },
            )
            .map_err(|_| unfit())?;
        let text = String::from_utf8(plain).map_err(|_| unfit())?;
        Ok(SecretString::from(text))
    }
}

fn parse(text: &str) -> Result<Vec<MasterKey>, &'static str> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let keys = lines.map(MasterKey::parse).collect::<Result<Vec<_>, _>>()?;
    if keys.is_empty() {
        return Err("holds no key");
    }
    Ok(keys)
}

/// The id of the key in a line of a key file.
pub(crate) fn id_in(line: &str) -> Option<&str> {
    Some(split(line)?.0)
}

fn split(line: &str) -> Option<(&str, &str)> {
    line.trim().strip_prefix("rollcall-key:")?.split_once(':')
}

impl MasterKey {
    fn parse(line: &str) -> Result<Self, &'static str> {
        let (id, encoded) = split(line).ok_or("holds a line that is no key")?;
        let bytes = BASE64.decode(encoded);
        let bytes = Zeroizing::new(bytes.map_err(|_| "holds a key that is damaged")?);
        let secret: [u8; KEY_BYTES] = bytes
            .as_slice()
            .try_into()
            .map_err(|_| "holds a key of another length")?;
        Ok(Self {
            id: id.to_owned(),
            secret: SecretBox::new(Box::new(secret)),
        })
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(self.secret.expose_secret().into())
    }
}

/// Lets a payload be sealed in one expression.
trait EncryptWith {
    fn encrypt_with(
        self,
        key: &MasterKey,
        nonce: &[u8; NONCE_BYTES],
    ) -> Result<Vec<u8>, chacha20poly1305::Error>;
}

impl EncryptWith for Payload<'_, '_> {
    fn encrypt_with(
        self,
        key: &MasterKey,
        nonce: &[u8; NONCE_BYTES],
    ) -> Result<Vec<u8>, chacha20poly1305::Error> {
        key.cipher().encrypt(&(*nonce).into(), self)
    }
}

fn associated(organisation: OrganisationId, field: &str) -> String {
    format!("rollcall/{organisation}/{field}")
}

#[cfg(test)]
mod tests {
    use domain::{IdSource, OsEntropy, SystemClock};

    use super::*;

    fn vault() -> Vault {
        Vault {
            keys: RwLock::new(Arc::new(Keys {
                keys: parse(generate_key(&OsEntropy).expose_secret()).unwrap(),
                stamp: None,
            })),
            path: PathBuf::new(),
        }
    }

    fn organisation() -> OrganisationId {
        IdSource::new(&SystemClock, &OsEntropy).next()
    }

    #[test]
    fn a_sealed_secret_opens_only_for_its_own_organisation_and_field() {
        let (vault, one, other) = (vault(), organisation(), organisation());
        let secret = SecretString::from("planted-token".to_owned());
        let sealed = vault.seal(one, "token", &secret, &OsEntropy).unwrap();
        assert!(!sealed.contains("planted"));
        assert_eq!(
            vault.open(one, "token", &sealed).unwrap().expose_secret(),
            "planted-token"
        );
        assert!(vault.open(other, "token", &sealed).is_err());
        assert!(vault.open(one, "webhook", &sealed).is_err());
    }

    #[test]
    fn another_key_does_not_open_and_says_so() {
        let one = organisation();
        let secret = SecretString::from("planted-token".to_owned());
        let sealed = vault().seal(one, "token", &secret, &OsEntropy).unwrap();
        let failure = vault().open(one, "token", &sealed).unwrap_err();
        assert!(
            failure.to_string().contains("ROLLCALL_KEY_FILE"),
            "{failure}"
        );
    }

    #[test]
    fn a_file_that_is_no_key_file_is_refused_in_words() {
        for text in ["", "hello", "rollcall-key:1:AAAA", "rollcall-key:1:***"] {
            assert!(parse(text).is_err(), "{text:?}");
        }
    }
}
