//! Settings: from the environment, or the option of the same name.
//!
//! A wrong one is refused with one sentence that names the variable, what was found and what is accepted.

use std::{ffi::OsStr, net::SocketAddr, path::PathBuf};

use hris::hibob::{DEFAULT_BASE_URL, check_base_url};
use secrecy::SecretString;
use service::Role;

use crate::{args::Common, exit::WrongUse};

const DEFAULT_DATABASE: &str = "sqlite://rollcall.db";
const DEFAULT_LISTEN: &str = "127.0.0.1:8080";

/// What an installation is made from.
#[derive(Debug)]
pub(crate) struct Settings {
    /// `sqlite://PATH` or `postgres://…`.
    pub(crate) database_url: String,
    /// The key file, where one is given.
    pub(crate) key_file: Option<PathBuf>,
    /// Where HiBob's API is.
    pub(crate) hibob_url: String,
    /// Where people reach Rollcall.
    pub(crate) public_url: String,
}

impl Settings {
    /// Reads and checks them all.
    pub(crate) fn read(common: &Common) -> Result<Self, WrongUse> {
        check_the_service()?;
        let database_url = database_url(common)?;
        let key_file = key_file(common.key_file.as_deref())?;
        if is_postgres(&database_url) && key_file.is_none() {
            return Err(WrongUse(
                "ROLLCALL_KEY_FILE is not set; with PostgreSQL the master key's file must be given, and this makes \
                 one: rollcall key generate > FILE"
                    .to_owned(),
            ));
        }
        Ok(Self {
            database_url,
            key_file,
            hibob_url: hibob_url(common)?,
            public_url: public_url(common)?,
        })
    }
}

/// The address of the database.
pub(crate) fn database_url(common: &Common) -> Result<String, WrongUse> {
    let accepted = "sqlite://PATH and postgres://USER@HOST/DATABASE";
    let found = common.database_url.as_deref();
    let url = text("ROLLCALL_DATABASE_URL", found, accepted)?;
    let url = url.unwrap_or_else(|| DEFAULT_DATABASE.to_owned());
    check_database(&url)?;
    Ok(url)
}

/// Where HiBob's API is.
pub(crate) fn hibob_url(common: &Common) -> Result<String, WrongUse> {
    let accepted = "an address such as https://api.hibob.com/v1";
    let found = text("ROLLCALL_HIBOB_URL", common.hibob_url.as_deref(), accepted)?;
    let url = found.unwrap_or_else(|| DEFAULT_BASE_URL.to_owned());
    check_base_url(&url).map_err(|error| WrongUse(format!("{error}.")))?;
    Ok(url)
}

/// A setting as text, if it is set. A blank one is a mistake and never the default: somebody meant something.
pub(crate) fn text(
    name: &str,
    found: Option<&OsStr>,
    accepted: &str,
) -> Result<Option<String>, WrongUse> {
    let Some(found) = found else { return Ok(None) };
    match found.to_str().map(str::trim) {
        None => Err(WrongUse(format!(
            "{name} is no readable text; accepted are {accepted}."
        ))),
        Some("") => Err(WrongUse(format!(
            "{name} is empty; accepted are {accepted}, or unset it."
        ))),
        Some(text) => Ok(Some(text.to_owned())),
    }
}

/// The scheme of the database's address, which is never repeated whole: it may hold a password.
fn check_database(url: &str) -> Result<(), WrongUse> {
    let scheme = url
        .split_once("://")
        .map(|(scheme, _)| scheme.to_ascii_lowercase());
    match scheme.as_deref() {
        Some("sqlite" | "postgres" | "postgresql") => Ok(()),
        other => {
            let found = other.map_or_else(
                || "an address without a scheme".to_owned(),
                |scheme| format!("an address that begins with {scheme:?}"),
            );
            Err(WrongUse(format!(
                "ROLLCALL_DATABASE_URL is {found}; accepted are sqlite://PATH and postgres://USER@HOST/DATABASE."
            )))
        }
    }
}

/// Whether it leads to a server.
pub(crate) fn is_postgres(database_url: &str) -> bool {
    database_url.to_ascii_lowercase().starts_with("postgres")
}

/// The key file, where one is given.
pub(crate) fn key_file(found: Option<&OsStr>) -> Result<Option<PathBuf>, WrongUse> {
    match found {
        Some(path) if path.is_empty() => Err(WrongUse(
            "ROLLCALL_KEY_FILE is empty; accepted is the path of a key file, or unset it."
                .to_owned(),
        )),
        path => Ok(path.map(PathBuf::from)),
    }
}

fn public_url(common: &Common) -> Result<String, WrongUse> {
    const NAME: &str = "ROLLCALL_PUBLIC_URL";
    let accepted = "an address such as https://rollcall.example.com";
    let Some(url) = text(NAME, common.public_url.as_deref(), accepted)? else {
        return Ok(format!(
            "http://{}",
            listen(std::env::var_os("ROLLCALL_LISTEN").as_deref())?
        ));
    };
    let rest = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"));
    let host = rest
        .and_then(|rest| rest.split('/').next())
        .unwrap_or_default();
    if host.is_empty() || url.contains(['?', '#', '@']) || url.contains(char::is_whitespace) {
        return Err(WrongUse(format!(
            "{NAME} is {url:?}; accepted is {accepted}, without ?, # and @."
        )));
    }
    Ok(url.trim_end_matches('/').to_owned())
}

/// The web server's address; links are made from it when nothing else is said.
fn listen(found: Option<&OsStr>) -> Result<SocketAddr, WrongUse> {
    const NAME: &str = "ROLLCALL_LISTEN";
    let accepted = "an address and a port such as 127.0.0.1:8080";
    let listen = text(NAME, found, accepted)?.unwrap_or_else(|| DEFAULT_LISTEN.to_owned());
    listen
        .parse()
        .map_err(|_| WrongUse(format!("{NAME} is {listen:?}; accepted is {accepted}.")))
}

/// What only the service acts on.
#[derive(Debug)]
pub(crate) struct ServiceSettings {
    /// Where the web server listens.
    pub(crate) listen: SocketAddr,
    /// What the process does.
    pub(crate) role: Role,
    /// Where the operator's tools read.
    pub(crate) metrics_listen: Option<SocketAddr>,
    /// The mail server, which may have a password in its address.
    pub(crate) smtp_url: Option<SecretString>,
    /// From whom mails come.
    pub(crate) mail_from: Option<String>,
    /// How many calls a minute a token has.
    pub(crate) calls_per_minute: u32,
}

/// Reads and checks what only the service acts on.
pub(crate) fn of_the_service(
    found_listen: Option<&OsStr>,
    found_role: Option<&OsStr>,
    found_metrics: Option<&OsStr>,
) -> Result<ServiceSettings, WrongUse> {
    Ok(ServiceSettings {
        listen: listen(found_listen)?,
        role: role(found_role)?,
        metrics_listen: metrics_listen(found_metrics)?,
        smtp_url: smtp_url(std::env::var_os("ROLLCALL_SMTP_URL").as_deref())?
            .map(SecretString::from),
        mail_from: text(
            "ROLLCALL_MAIL_FROM",
            std::env::var_os("ROLLCALL_MAIL_FROM").as_deref(),
            "an email such as rollcall@example.com",
        )?,
        calls_per_minute: calls_per_minute(std::env::var_os(CALLS_PER_MINUTE).as_deref())?,
    })
}

/// A wrong setting of the service is told by every command: whoever sets it tries the rest first.
fn check_the_service() -> Result<(), WrongUse> {
    let found = |name: &str| std::env::var_os(name);
    role(found("ROLLCALL_ROLE").as_deref())?;
    metrics_listen(found("ROLLCALL_METRICS_LISTEN").as_deref())?;
    smtp_url(found("ROLLCALL_SMTP_URL").as_deref())?;
    calls_per_minute(found(CALLS_PER_MINUTE).as_deref())?;
    Ok(())
}

const CALLS_PER_MINUTE: &str = "ROLLCALL_API_CALLS_PER_MINUTE";

fn calls_per_minute(found: Option<&OsStr>) -> Result<u32, WrongUse> {
    let accepted = "a whole number from 1 to 1000000";
    let Some(found) = text(CALLS_PER_MINUTE, found, accepted)? else {
        return Ok(service::ApiSettings::default().calls_per_minute);
    };
    let number = found
        .parse()
        .ok()
        .filter(|number| (1..=1_000_000).contains(number));
    number.ok_or_else(|| {
        WrongUse(format!(
            "{CALLS_PER_MINUTE} is {found:?}; accepted is {accepted}."
        ))
    })
}

fn role(found: Option<&OsStr>) -> Result<Role, WrongUse> {
    let (name, accepted) = ("ROLLCALL_ROLE", "all, web and worker");
    match text(name, found, accepted)?.as_deref() {
        None | Some("all") => Ok(Role::All),
        Some("web") => Ok(Role::Web),
        Some("worker") => Ok(Role::Worker),
        Some(other) => Err(WrongUse(format!(
            "{name} is {other:?}; accepted are {accepted}."
        ))),
    }
}

fn metrics_listen(found: Option<&OsStr>) -> Result<Option<SocketAddr>, WrongUse> {
    let (name, accepted) = (
        "ROLLCALL_METRICS_LISTEN",
        "an address and a port such as 127.0.0.1:9090",
    );
    let Some(found) = text(name, found, accepted)? else {
        return Ok(None);
    };
    let address = found
        .parse()
        .map_err(|_| WrongUse(format!("{name} is {found:?}; accepted is {accepted}.")))?;
    Ok(Some(address))
}

fn smtp_url(found: Option<&OsStr>) -> Result<Option<String>, WrongUse> {
    let (name, accepted) = (
        "ROLLCALL_SMTP_URL",
        "smtp://USER:PASSWORD@HOST:PORT and smtps://…",
    );
    let url = text(name, found, accepted)?;
    if let Some(url) = &url
        && !["smtp://", "smtps://"]
            .iter()
            .any(|scheme| url.starts_with(scheme))
    {
        // It may hold a password.
        return Err(WrongUse(format!(
            "{name} is an address that begins with neither smtp:// nor smtps://; accepted are {accepted}."
        )));
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(change: impl FnOnce(&mut Common)) -> Result<Settings, WrongUse> {
        let mut common = Common::default();
        change(&mut common);
        Settings::read(&common)
    }

    #[test]
    fn without_any_setting_the_database_is_a_file_here() {
        let settings = with(|_| ()).unwrap();
        assert_eq!(settings.database_url, "sqlite://rollcall.db");
        assert_eq!(settings.hibob_url, "https://api.hibob.com/v1");
        assert_eq!(settings.public_url, "http://127.0.0.1:8080");
    }

    #[test]
    fn a_wrong_database_names_the_variable_and_not_the_password() {
        for url in ["mysql://root:hunter2@db/x", "hunter2", "", "  "] {
            let error = with(|common| common.database_url = Some(url.into()))
                .unwrap_err()
                .to_string();
            assert!(
                error.contains("ROLLCALL_DATABASE_URL") && error.contains("sqlite://PATH"),
                "{error}"
            );
            assert!(!error.contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn postgresql_needs_a_key_file() {
        let url = Some("postgres://rollcall@db/rollcall".into());
        let error = with(|common| common.database_url = url)
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("ROLLCALL_KEY_FILE") && error.contains("rollcall key generate"),
            "{error}"
        );
    }

    #[test]
    fn a_public_address_without_a_host_is_refused() {
        for url in [
            "rollcall.example.com",
            "https://",
            "ftp://x",
            "https://x?y",
            "https://a@b",
            "http:///x",
        ] {
            let error = with(|common| common.public_url = Some(url.into()))
                .unwrap_err()
                .to_string();
            assert!(error.contains("ROLLCALL_PUBLIC_URL"), "{url}: {error}");
        }
        let settings =
            with(|common| common.public_url = Some("https://x.test/hub/".into())).unwrap();
        assert_eq!(settings.public_url, "https://x.test/hub");
    }

    #[test]
    fn a_wrong_listen_address_is_named() {
        let error = listen(Some(OsStr::new("localhost")))
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("ROLLCALL_LISTEN") && error.contains("\"localhost\""),
            "{error}"
        );
    }
}
