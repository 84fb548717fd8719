//! Email addresses: which are taken, how they are kept and by what they are compared.

use std::fmt;

use caseless::Caseless as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use smol_str::SmolStr;
use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

use super::{is_invisible, trim};

/// Longest address in octets: what fits an SMTP path (RFC 5321 §4.5.3.1.3).
const MAX_ADDRESS: usize = 254;
/// Longest part before the `@` in octets (RFC 5321 §4.5.3.1.1).
const MAX_LOCAL: usize = 64;
/// Longest label of a domain (RFC 1035 §2.3.4); counted in characters, as an international label
/// travels in another encoding.
const MAX_LABEL: usize = 63;

/// An email address that mail can be sent to, kept as it was given, with the key it is compared by.
///
/// Two addresses are one mailbox here if they agree after trimming, Unicode NFC and case folding
/// (compare [`Email::key`]); `==` also sees a change of spelling. Everything behind a plus counts:
/// `ann+a@example.com` and `ann+b@example.com` are two. International addresses (RFC 6531) are
/// taken; an international domain and its `xn--` form are two.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Email {
    address: SmolStr,
    key: SmolStr,
}

/// Why a text is no email address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EmailError {
    /// Nothing but blanks.
    #[error("the email address is empty")]
    Empty,
    /// Over 254 octets, or over 64 before the `@`.
    #[error("the email address is too long (254 bytes are possible, 64 of them before the @)")]
    TooLong,
    /// No `@`.
    #[error("the email address has no @")]
    NoAt,
    /// More than one `@`.
    #[error("the email address has more than one @")]
    SeveralAt,
    /// A line break, NUL or another control or invisible character. Nobody types these; a line
    /// break in an address is how mail headers are forged, so it is worth a security log.
    #[error("the email address has a control character or an invisible one in it")]
    Control,
    /// A blank inside.
    #[error("the email address has a blank in it")]
    Blank,
    /// One of `<>,;:"()[]\` or another character that an address cannot have.
    #[error("the email address has a character that cannot be in one: {0:?}")]
    Character(char),
    /// Nothing before the `@`, or a dot at its beginning, at its end or next to another.
    #[error("the part before the @ is empty or has a dot too many")]
    Local,
    /// Nothing behind the `@`, no dot, a dot too many, a label over 63 characters or with a hyphen
    /// at an end, or an IP address.
    #[error("the part behind the @ is no domain name such as example.com")]
    Domain,
}

impl EmailError {
    /// Whether somebody may have tried to smuggle something in with the address.
    pub fn is_suspicious(self) -> bool {
        matches!(self, Self::Control)
    }
}

impl Email {
    /// Reads an address; blanks and zero-width characters around it do not count.
    pub fn parse(text: &str) -> Result<Self, EmailError> {
        // Only blanks and zero-width characters may go: an address that ends with a line break is
        // trimmed, one with a line break inside is refused below.
        let address = trim(text);
        if address.is_empty() {
            return Err(EmailError::Empty);
        }
        if address.len() > MAX_ADDRESS {
            return Err(EmailError::TooLong);
        }
        check_characters(address)?;
        let (local, domain) = address.split_once('@').ok_or(EmailError::NoAt)?;
        if domain.contains('@') {
            return Err(EmailError::SeveralAt);
        }
        check_local(local)?;
        check_domain(domain)?;
        Ok(Self {
            address: address.into(),
            key: fold(address),
        })
    }

    /// The address as it was given, trimmed: what mail is sent to and pages show.
    pub fn as_str(&self) -> &str {
        &self.address
    }

    /// What the address is compared by: NFC and case folded ([`email_key`]).
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The part behind the `@`, folded.
    pub fn domain_key(&self) -> &str {
        self.key.rsplit_once('@').map_or("", |(_, domain)| domain)
    }
}

/// The key of an address: trimmed, Unicode NFC, full case folding of both parts.
///
/// Takes any text, so that what somebody types at the sign-in can be looked up. For an address that
/// [`Email::parse`] takes it is [`Email::key`].
pub fn email_key(text: &str) -> SmolStr {
    fold(trim(text))
}

fn fold(address: &str) -> SmolStr {
    if address.is_ascii() {
        let mut key = SmolStr::from(address);
        key.make_ascii_lowercase();
        return key;
    }
    // Folding wants the decomposed form, see `fold_name`.
    address.nfd().default_case_fold().nfc().collect()
}

fn check_characters(address: &str) -> Result<(), EmailError> {
    for letter in address.chars() {
        if letter.is_ascii_alphanumeric() {
            continue;
        }
        if is_invisible(letter) || matches!(letter, '\u{2028}' | '\u{2029}') {
            return Err(EmailError::Control);
        }
        if letter.is_whitespace() {
            return Err(EmailError::Blank);
        }
        if !can_be_in_an_address(letter) {
            return Err(EmailError::Character(letter));
        }
    }
    Ok(())
}

fn can_be_in_an_address(letter: char) -> bool {
    if letter.is_ascii() {
        // RFC 5322 "atext", the dot and the at. Quoted local parts exist on paper only.
        return letter.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.@".contains(letter);
    }
    let private = matches!(letter, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFF}');
    let no_character =
        (u32::from(letter) & 0xFFFE) == 0xFFFE || matches!(letter, '\u{FDD0}'..='\u{FDEF}');
    let filler = matches!(letter,
        '\u{34F}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
        | '\u{2065}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FFA0}'
        | '\u{FFF0}'..='\u{FFFF}' | '\u{E0000}'..='\u{E0FFF}');
    // What looks like "<" or "@" becomes one as soon as some mail system normalises it.
    let disguised = std::iter::once(letter)
        .nfkc()
        .any(|plain| plain.is_ascii() && !plain.is_ascii_alphanumeric());
    !(private || no_character || filler || disguised)
}

fn check_local(local: &str) -> Result<(), EmailError> {
    if local.len() > MAX_LOCAL {
        return Err(EmailError::TooLong);
    }
    if local.split('.').any(str::is_empty) {
        return Err(EmailError::Local);
    }
    Ok(())
}

fn check_domain(domain: &str) -> Result<(), EmailError> {
    let mut labels = 0;
    let mut last = "";
    for label in domain.split('.') {
        if label.is_empty() || label.starts_with('-') || label.ends_with('-') {
            return Err(EmailError::Domain);
        }
        if label.chars().count() > MAX_LABEL || !label.chars().all(is_domain_letter) {
            return Err(EmailError::Domain);
        }
        labels += 1;
        last = label;
    }
    // One label is a typing error, not a mail domain; digits at the end are an IP address.
    if labels < 2 || last.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(EmailError::Domain);
    }
    Ok(())
}

fn is_domain_letter(letter: char) -> bool {
    if letter.is_ascii() {
        return letter.is_ascii_alphanumeric() || letter == '-';
    }
    // The middle dots are the two punctuation marks that labels may have (RFC 5892, appendix A).
    letter.is_alphanumeric() || is_combining_mark(letter) || matches!(letter, '·' | '・')
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.address)
    }
}

impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.address, f)
    }
}

impl std::str::FromStr for Email {
    type Err = EmailError;

    fn from_str(text: &str) -> Result<Self, EmailError> {
        Self::parse(text)
    }
}

impl Serialize for Email {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.address)
    }
}

impl<'de> Deserialize<'de> for Email {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = SmolStr::deserialize(deserializer)?;
        Self::parse(&text).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests;
