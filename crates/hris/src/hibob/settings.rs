//! What a connector for HiBob is made from: where, as whom, and how patient it is.

use std::{net::IpAddr, time::Duration};

use reqwest::Url;
use secrecy::SecretString;

/// Where HiBob's API stands, unless the operator says otherwise.
pub const DEFAULT_BASE_URL: &str = "https://api.hibob.com/v1";

/// What a connector for HiBob is made from.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where the API stands, version included ([`DEFAULT_BASE_URL`]). It comes from the operator and
    /// never from an admin, so that nobody can point the service at an address of their own.
    pub base_url: String,
    /// Id of the API service user.
    pub service_user_id: String,
    /// Token of the API service user.
    pub token: SecretString,
    /// How much of an answer is put up with.
    pub limits: Limits,
    /// What is tried again, and how often.
    pub retries: Retries,
}

impl Settings {
    /// Settings with the usual limits and retries.
    pub fn new(
        base_url: impl Into<String>,
        service_user_id: impl Into<String>,
        token: SecretString,
    ) -> Self {
        Self {
            base_url: base_url.into(),
            service_user_id: service_user_id.into(),
            token,
            limits: Limits::default(),
            retries: Retries::default(),
        }
    }
}

/// How much of an answer is put up with: an answer above a limit is refused as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one employee's record.
    pub record_bytes: usize,
    /// Nesting inside a record; at most 64.
    pub depth: u32,
    /// Records in one answer.
    pub employees: u64,
    /// Bytes of one answer, unpacked.
    pub body_bytes: u64,
    /// Time to connect.
    pub connect: Duration,
    /// Time without a single byte. HiBob makes a large answer in one go, so it is generous.
    pub idle: Duration,
    /// Time for one question with all its tries, waits for a rate limit aside.
    pub total: Duration,
    /// The same while somebody waits for the trial before connecting.
    pub total_of_check: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            record_bytes: 1024 * 1024,
            depth: 64,
            employees: 5_000_000,
            body_bytes: 8 * 1024 * 1024 * 1024,
            connect: Duration::from_secs(10),
            idle: Duration::from_mins(1),
            total: Duration::from_mins(15),
            total_of_check: Duration::from_mins(5),
        }
    }
}

/// What is tried again, and how often. Refusals (401, 403) never are: HiBob blocks a caller that
/// repeats them (HiBob's documentation, rate limiting).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retries {
    /// Tries in all when HiBob fails (5xx) or the connection does.
    pub tries: u32,
    /// The same in the trial before connecting.
    pub tries_of_check: u32,
    /// The first pause between two tries; it doubles every time.
    pub first_pause: Duration,
    /// How often a rate limit is waited for in one question.
    pub rate_limit_waits: u32,
    /// The shortest wait for a rate limit, whatever HiBob says.
    pub shortest_wait: Duration,
    /// The longest wait for a rate limit, whatever HiBob says.
    pub longest_wait: Duration,
}

impl Default for Retries {
    fn default() -> Self {
        Self {
            tries: 4,
            tries_of_check: 2,
            first_pause: Duration::from_millis(500),
            rate_limit_waits: 5,
            shortest_wait: Duration::from_secs(1),
            longest_wait: Duration::from_mins(15),
        }
    }
}

/// Why no connector could be made. The text names the setting, what was found and what is accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// The base URL is not acceptable.
    #[error("ROLLCALL_HIBOB_URL is {found}, but {wanted}")]
    BaseUrl {
        /// What was found, without credentials.
        found: String,
        /// What would be accepted.
        wanted: &'static str,
    },
    /// The service user's id cannot be sent.
    #[error(
        "the service user ID has a colon or a control character in it; HiBob shows it as SERVICE- and digits"
    )]
    ServiceUser,
    /// No secure connection can be made on this machine.
    #[error("no TLS connection can be made: {0}")]
    Tls(String),
}

/// Checks the operator's base URL, so that a wrong one is said at the start and not at 09:00.
pub fn check_base_url(text: &str) -> Result<(), SettingsError> {
    base_url(text).map(|_| ())
}

/// Checks the operator's base URL and makes it ready for paths to be added.
pub(super) fn base_url(text: &str) -> Result<Url, SettingsError> {
    let refuse = |found: String, wanted| Err(SettingsError::BaseUrl { found, wanted });
    let Ok(mut url) = Url::parse(text.trim()) else {
        return refuse(
            "no address".to_owned(),
            "an address such as https://api.hibob.com/v1 is needed",
        );
    };
    if !url.username().is_empty() || url.password().is_some() {
        return refuse(
            "an address with a user name or a password in it".to_owned(),
            "the credentials belong to the connection and never into an address",
        );
    }
    let found = format!("{url:?}", url = url.as_str());
    if url.query().is_some() || url.fragment().is_some() {
        return refuse(found, "an address without ? and # is needed");
    }
    match url.scheme() {
        "https" if url.has_host() => {}
        "http" if is_loopback(&url) => {}
        "http" => return refuse(found, "http is accepted for this machine only: use https"),
        _ => return refuse(found, "an address that begins with https:// is needed"),
    }
    let path = format!("{}/", url.path().trim_end_matches('/'));
    url.set_path(&path);
    Ok(url)
}

/// Whether the address names this machine, so that nothing leaves it unencrypted.
pub(super) fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_is_taken_from_anywhere_and_http_from_this_machine_only() {
        for (text, url) in [
            ("https://api.hibob.com/v1", "https://api.hibob.com/v1/"),
            (" https://api.hibob.com/v1// ", "https://api.hibob.com/v1/"),
            (
                "https://hibob.proxy.internal",
                "https://hibob.proxy.internal/",
            ),
            ("http://127.0.0.1:8090/v1", "http://127.0.0.1:8090/v1/"),
            ("http://127.1.2.3/v1", "http://127.1.2.3/v1/"),
            ("http://[::1]:8090", "http://[::1]:8090/"),
            ("http://localhost:1/v1/", "http://localhost:1/v1/"),
        ] {
            assert_eq!(base_url(text).unwrap().as_str(), url, "{text}");
        }
        for text in [
            "",
            "api.hibob.com/v1",
            "http://api.hibob.com/v1",
            "http://localhost.evil.test/v1",
            "http://127.0.0.1.evil.test/v1",
            "http://10.0.0.1/v1",
            "http://169.254.169.254/",
            "http://[::ffff:10.0.0.1]/",
            "http://0.0.0.0/",
            "ftp://api.hibob.com",
            "file:///etc/passwd",
            "https://",
            "https://api.hibob.com/v1?x=1",
            "https://api.hibob.com/v1#x",
        ] {
            let error = base_url(text).unwrap_err().to_string();
            assert!(
                error.starts_with("ROLLCALL_HIBOB_URL is "),
                "{text}: {error}"
            );
        }
    }

    #[test]
    fn an_address_with_credentials_is_refused_without_repeating_them() {
        for text in [
            "https://user:hunter2@api.hibob.com/v1",
            "http://hunter2@127.0.0.1/v1",
        ] {
            let error = base_url(text).unwrap_err().to_string();
            assert!(error.contains("ROLLCALL_HIBOB_URL"), "{error}");
            assert!(!error.contains("hunter2"), "{error}");
        }
    }
}
