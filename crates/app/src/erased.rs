//! People who were erased, as far as they are still known: keyed hashes of HRIS id and email.
//!
//! The key is random, one per organisation, and sealed with the master key like every other secret,
//! so it outlives a rotation of that key. Without it a hash tells nothing, not even to somebody who
//! tries all emails of a company.

use std::collections::BTreeSet;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use domain::{HrisId, Organisation, OrganisationId, SmolStr, text::email_key};
use hmac::{Hmac, KeyInit as _, Mac as _};
use hris::{Employee, ManagerRef, Roster, Seen};
use rustc_hash::{FxHashMap, FxHashSet};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::Sha256;
use store::{LoadedDirectory, SealedSecret, SecretOf, Tombstone, TombstoneKind, Tombstones};
use zeroize::Zeroizing;

use crate::{App, Failure, connect::TOKEN_FIELD, integration::WEBHOOK_FIELD};

const KEY_FIELD: &str = "organisation.tombstone_key";

/// What stands where the HRIS names an erased person.
pub(crate) const NOBODY: &str = "an erased person";

/// The name under which a stored secret was sealed.
pub(crate) fn field_of(secret: &SealedSecret) -> &'static str {
    match secret.of {
        SecretOf::Token(_) => TOKEN_FIELD,
        SecretOf::Webhook(_) => WEBHOOK_FIELD,
        SecretOf::SecondFactor(_) => crate::second_factor::FIELD,
        SecretOf::Tombstones => KEY_FIELD,
    }
}

/// Makes the hashes of one organisation. Cannot be printed.
pub(crate) struct TombstoneKey(Hmac<Sha256>);

impl TombstoneKey {
    pub(crate) fn hash(&self, kind: TombstoneKind, value: &str) -> Tombstone {
        let mut mac = self.0.clone();
        mac.update(kind.as_str().as_bytes());
        mac.update(&[0]);
        mac.update(value.as_bytes());
        let hash = BASE64.encode(mac.finalize().into_bytes());
        Tombstone { kind, hash }
    }

    pub(crate) fn of_employee(&self, id: &HrisId) -> Tombstone {
        self.hash(TombstoneKind::HrisId, id.as_str())
    }

    pub(crate) fn of_email(&self, key: &str) -> Tombstone {
        self.hash(TombstoneKind::Email, key)
    }

    /// The hashes of what somebody typed: an HRIS id or an email.
    pub(crate) fn of_name(&self, name: &str) -> [Tombstone; 2] {
        let id = HrisId::from(name.trim());
        [self.of_employee(&id), self.of_email(&email_key(name))]
    }
}

impl App {
    /// The key of an organisation's hashes, made at the first erasure.
    pub(crate) async fn tombstone_key(&self, org: OrganisationId) -> Result<TombstoneKey, Failure> {
        if let Some(sealed) = self.store.tombstone_key(org).await? {
            return self.open_tombstone_key(org, &sealed);
        }
        self.refuse_unfit_key(org).await?;
        let mut bytes = Zeroizing::new([0_u8; 32]);
        self.entropy.fill(bytes.as_mut_slice());
        let fresh = SecretString::from(BASE64.encode(bytes.as_slice()));
        let sealed = self
            .vault
            .seal(org, KEY_FIELD, &fresh, self.entropy.as_ref())?;
        let stands = self.store.tombstone_key_or(org, &sealed).await?;
        self.open_tombstone_key(org, &stands)
    }

    /// A first secret that was sealed with a key that opens none of the others could not be opened by
    /// whoever has the right one, and no sync would go on.
    async fn refuse_unfit_key(&self, org: OrganisationId) -> Result<(), Failure> {
        let secrets = self.store.sealed_secrets().await?;
        let open = |secret: &SealedSecret| {
            let opened = self
                .vault
                .open(secret.organisation, field_of(secret), &secret.sealed);
            opened.map(drop)
        };
        let mut own = secrets
            .iter()
            .filter(|secret| secret.organisation == org)
            .peekable();
        if own.peek().is_some() {
            return own.try_for_each(open);
        }
        // Another organisation may have lost its key and not be connected anew yet.
        let tried: Result<Vec<()>, Failure> = match secrets.iter().map(open).find(Result::is_ok) {
            Some(_) => return Ok(()),
            None => secrets.iter().map(open).collect(),
        };
        tried.map(drop)
    }

    pub(crate) fn open_tombstone_key(
        &self,
        org: OrganisationId,
        sealed: &str,
    ) -> Result<TombstoneKey, Failure> {
        let secret = self.vault.open(org, KEY_FIELD, sealed);
        // Connecting again, which gives a new token, does not help here.
        let secret = secret.map_err(|_| {
            Failure::usage(
                "key_file",
                "The key file does not open what tells who was erased, and without it a sync could bring them back; \
                 no person was changed.",
            )
            .mend(
                "Give the key file that belongs to this database with ROLLCALL_KEY_FILE, or add its line below the \
                 one of the new key: the first seals, all open.",
            )
        })?;
        let key = Hmac::new_from_slice(secret.expose_secret().as_bytes());
        let key = key.map_err(|_| Failure::internal("A key could not be used."))?;
        Ok(TombstoneKey(key))
    }

    /// Finds erased employees in an answer and takes their data out of it, so that nothing of them
    /// is planned, shown or stored. Costs nothing where nobody was erased. Whom the directory says to
    /// be erased already has been taken out before.
    pub(crate) fn leave_out_erased(
        &self,
        org: &Organisation,
        roster: &mut Roster,
        loaded: &mut LoadedDirectory,
    ) -> Result<(), Failure> {
        let Tombstones {
            key_sealed: Some(sealed),
            hashes,
        } = &loaded.tombstones
        else {
            return Ok(());
        };
        let key = self.open_tombstone_key(org.id, sealed)?;
        let people = loaded.directory.people.iter();
        let linked = people
            .filter_map(|person| person.hris_id.as_ref())
            .collect();
        let search = Search {
            key,
            hashes,
            linked,
        };
        let erased = tokio::task::block_in_place(|| search.leave_out(roster));
        loaded.directory.erased.extend(erased);
        Ok(())
    }
}

struct Search<'a> {
    key: TombstoneKey,
    hashes: &'a FxHashSet<Tombstone>,
    /// Employees of people who are here are never erased ones, whoever had their email before.
    linked: FxHashSet<&'a HrisId>,
}

impl Search<'_> {
    fn leave_out(&self, roster: &mut Roster) -> BTreeSet<HrisId> {
        let mut erased = BTreeSet::new();
        let mut emails = FxHashSet::default();
        for employee in &mut roster.employees {
            if !self.is_erased(employee) {
                continue;
            }
            if let Seen::Value(email) = &employee.email {
                emails.insert(SmolStr::from(email.key()));
            }
            erased.insert(employee.id.clone());
            // The id stays, so that the employee is counted; it is not stored.
            *employee = Employee::unknown(employee.id.clone());
        }
        self.forget_managers(roster, &erased, &emails);
        erased
    }

    fn is_erased(&self, employee: &Employee) -> bool {
        if self.linked.contains(&employee.id) {
            return false;
        }
        let email = employee.email.value();
        self.has(&self.key.of_employee(&employee.id))
            || email.is_some_and(|email| self.has(&self.key.of_email(email.key())))
    }

    /// Those whom they managed still name them, also when they are in the answer no more.
    fn forget_managers(
        &self,
        roster: &mut Roster,
        erased: &BTreeSet<HrisId>,
        emails: &FxHashSet<SmolStr>,
    ) {
        let mut known: FxHashMap<ManagerRef, bool> = FxHashMap::default();
        for employee in &mut roster.employees {
            let Seen::Value(manager) = &employee.manager else {
                continue;
            };
            let gone = match known.get(manager) {
                Some(gone) => *gone,
                None => {
                    let gone = match manager {
                        ManagerRef::Id(id) => {
                            erased.contains(id)
                                || !self.linked.contains(id) && self.has(&self.key.of_employee(id))
                        }
                        ManagerRef::Email(key) => emails.contains(key),
                    };
                    known.insert(manager.clone(), gone);
                    gone
                }
            };
            if gone {
                employee.manager = Seen::bad(SmolStr::new_static(NOBODY));
            }
        }
    }

    fn has(&self, tombstone: &Tombstone) -> bool {
        self.hashes.contains(tombstone)
    }
}
