//! Mail over SMTP: one letter at a time, and what the server answered to it.
//!
//! The address of the server says how: `smtps://` is TLS from the first byte. `smtp://` goes over to
//! TLS where the server offers it; where a password is sent, it must, unless the server is this very
//! machine. On this machine a certificate of one's own is good enough: nobody stands in between.

use std::time::Duration;

use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor,
    message::{Mailbox, MultiPart},
    transport::smtp::{
        authentication::Credentials,
        client::{Tls, TlsParameters},
    },
};

/// How long it may take to hand a letter over.
const PATIENCE: Duration = Duration::from_mins(1);

/// A letter with both of its parts.
#[derive(Clone)]
pub struct Letter {
    /// To whom.
    pub to: String,
    /// One line.
    pub subject: String,
    /// For readers of plain text.
    pub text: String,
    /// For everybody else.
    pub html: String,
    /// What tells it from every other letter: sent twice, it is the same one.
    pub id: String,
}

/// What became of a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The server has taken it.
    Sent,
    /// It never will be: the server refused it for good, or the address is none.
    Refused(String),
    /// Another try may succeed.
    Later(String),
}

/// An address of a mail server that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{0}; accepted are smtp://USER:PASSWORD@HOST:PORT and smtps://…")]
pub struct BadAddress(String);

/// A mail server that takes letters.
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    patience: Duration,
}

impl std::fmt::Debug for Mailer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The transport knows a password.
        f.debug_struct("Mailer").finish_non_exhaustive()
    }
}

/// An address taken apart.
struct Parts {
    secure: bool,
    credentials: Option<Credentials>,
    host: String,
    port: u16,
}

impl Mailer {
    /// A server by its address. Letters come from `from`, or, where that is not given, from the user
    /// of the address if it is an email, else from `rollcall@DOMAIN`.
    pub fn new(url: &str, from: Option<&str>, domain: &str) -> Result<Self, BadAddress> {
        Self::patient(url, from, domain, PATIENCE)
    }

    /// The same, and for how long one letter may take.
    pub fn patient(
        url: &str,
        from: Option<&str>,
        domain: &str,
        patience: Duration,
    ) -> Result<Self, BadAddress> {
        let parts = take_apart(url)?;
        let user = url_user(url).filter(|user| user.contains('@'));
        let sender = from
            .map(str::to_owned)
            .or(user)
            .unwrap_or_else(|| format!("rollcall@{domain}"));
        let address: Address = sender
            .parse()
            .map_err(|_| BadAddress(format!("{sender:?} is no sender's email")))?;
        let from = Mailbox::new(Some("Rollcall".to_owned()), address);
        let tls = tls_of(&parts)?;
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&parts.host)
            .port(parts.port)
            .tls(tls)
            .timeout(Some(patience));
        if let Some(credentials) = parts.credentials {
            builder = builder.credentials(credentials);
        }
        Ok(Self {
            transport: builder.build(),
            from,
            patience,
        })
    }

    /// Hands a letter over.
    pub async fn send(&self, letter: &Letter) -> Outcome {
        let message = match self.message(letter) {
            Ok(message) => message,
            Err(what) => return Outcome::Refused(what),
        };
        // The transport's own limit is for connecting only: a server that goes silent later on would
        // keep a letter for ever.
        let sending = self.transport.send(message);
        match tokio::time::timeout(self.patience, sending).await {
            Ok(Ok(_)) => Outcome::Sent,
            Ok(Err(error)) if is_for_good(&error) => Outcome::Refused(words(&error)),
            Ok(Err(error)) => Outcome::Later(words(&error)),
            Err(_) => Outcome::Later("the mail server said nothing in time".to_owned()),
        }
    }

    /// Built by the library, which encodes what a header cannot hold: no text of anybody ever ends a
    /// line of it.
    fn message(&self, letter: &Letter) -> Result<Message, String> {
        let to: Address = letter
            .to
            .parse()
            .map_err(|_| "the address is none".to_owned())?;
        let subject: String = letter
            .subject
            .chars()
            .map(|letter| if letter.is_control() { ' ' } else { letter })
            .collect();
        let domain = self.from.email.domain();
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(subject)
            .message_id(Some(format!("<{}@{domain}>", letter.id)))
            .multipart(MultiPart::alternative_plain_html(
                letter.text.clone(),
                letter.html.clone(),
            ))
            .map_err(|error| format!("the letter cannot be written: {error}"))
    }
}

/// Whether the letter is what was refused. A password that is not taken is refused for good too, but
/// it is mended by whoever runs the service, and the letter is still good then.
fn is_for_good(error: &lettre::transport::smtp::Error) -> bool {
    const LOGIN: [u16; 5] = [530, 534, 535, 538, 454];
    let code = error.status().map(u16::from);
    error.is_permanent() && !code.is_some_and(|code| LOGIN.contains(&code))
}

/// What went wrong, without the address that the server may have repeated.
fn words(error: &lettre::transport::smtp::Error) -> String {
    match error.status() {
        Some(code) => format!("the mail server answered {code}"),
        None if error.is_timeout() => "the mail server said nothing in time".to_owned(),
        None if error.is_tls() => "no safe connection to the mail server could be made".to_owned(),
        None => "the mail server cannot be reached, or hung up".to_owned(),
    }
}

fn tls_of(parts: &Parts) -> Result<Tls, BadAddress> {
    let near = is_this_machine(&parts.host);
    let parameters = TlsParameters::builder(parts.host.clone())
        .dangerous_accept_invalid_certs(near)
        .dangerous_accept_invalid_hostnames(near)
        .build_rustls()
        .map_err(|error| BadAddress(format!("TLS cannot be set up ({error})")))?;
    Ok(if parts.secure {
        Tls::Wrapper(parameters)
    } else if parts.credentials.is_some() && !near {
        Tls::Required(parameters)
    } else {
        Tls::Opportunistic(parameters)
    })
}

fn is_this_machine(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    let address = address.parse::<std::net::IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

fn take_apart(url: &str) -> Result<Parts, BadAddress> {
    let unfit = |what: &str| BadAddress(format!("the address of the mail server {what}"));
    let (scheme, rest) = url
        .split_once("://")
        .ok_or_else(|| unfit("has no scheme"))?;
    let secure = match scheme {
        "smtp" => false,
        "smtps" => true,
        _ => return Err(unfit("begins with neither smtp:// nor smtps://")),
    };
    let rest = rest.split(['/', '?']).next().unwrap_or_default();
    let (login, place) = match rest.rsplit_once('@') {
        Some((login, place)) => (Some(login), place),
        None => (None, rest),
    };
    let credentials = login.map(|login| {
        let (user, password) = login.split_once(':').unwrap_or((login, ""));
        Credentials::new(decoded(user), decoded(password))
    });
    let (host, port) = match place.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => {
            let port = port.parse().map_err(|_| unfit("has a port that is none"))?;
            (host, port)
        }
        // With a password letters are handed in, and else passed on.
        _ => (
            place,
            if secure {
                465
            } else if login.is_some() {
                587
            } else {
                25
            },
        ),
    };
    if host.is_empty() {
        return Err(unfit("names no host"));
    }
    Ok(Parts {
        secure,
        credentials,
        host: host.to_owned(),
        port,
    })
}

fn url_user(url: &str) -> Option<String> {
    let (_, rest) = url.split_once("://")?;
    let (login, _) = rest.rsplit_once('@')?;
    Some(decoded(login.split(':').next()?))
}

/// `%40` and the like, as addresses have them in users and passwords.
fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = bytes.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        let byte = hex
            .and_then(|hex| std::str::from_utf8(hex).ok())
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match byte {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn apart(url: &str) -> (bool, String, u16, bool) {
        let parts = take_apart(url).unwrap();
        (
            parts.secure,
            parts.host,
            parts.port,
            parts.credentials.is_some(),
        )
    }

    #[test]
    fn an_address_says_where_and_how() {
        assert_eq!(
            apart("smtp://mail.test"),
            (false, "mail.test".into(), 25, false)
        );
        assert_eq!(
            apart("smtp://u%40x.test:p%3Aw@mail.test"),
            (false, "mail.test".into(), 587, true)
        );
        assert_eq!(
            apart("smtps://u:p@mail.test"),
            (true, "mail.test".into(), 465, true)
        );
        assert_eq!(
            apart("smtp://127.0.0.1:2525/"),
            (false, "127.0.0.1".into(), 2525, false)
        );
        for url in [
            "mail.test",
            "http://mail.test",
            "smtp://",
            "smtp://mail.test:x",
        ] {
            assert!(take_apart(url).is_err(), "{url}");
        }
    }

    #[test]
    fn a_password_is_never_sent_in_the_clear_but_on_this_machine() {
        let tls = |url| tls_of(&take_apart(url).unwrap()).unwrap();
        assert!(matches!(tls("smtp://u:p@mail.test"), Tls::Required(_)));
        assert!(matches!(tls("smtp://mail.test"), Tls::Opportunistic(_)));
        assert!(matches!(tls("smtp://u:p@127.0.0.1"), Tls::Opportunistic(_)));
        assert!(matches!(tls("smtps://mail.test"), Tls::Wrapper(_)));
    }

    #[test]
    fn letters_come_from_the_user_or_the_domain() {
        let from = |url, from| {
            Mailer::new(url, from, "learn.test")
                .unwrap()
                .from
                .email
                .to_string()
        };
        assert_eq!(from("smtp://mail.test", None), "rollcall@learn.test");
        assert_eq!(from("smtp://hr%40x.test:p@mail.test", None), "hr@x.test");
        assert_eq!(from("smtp://mail.test", Some("a@b.test")), "a@b.test");
    }

    #[test]
    fn no_text_ends_a_line_of_the_head() {
        let mailer = Mailer::new("smtp://mail.test", None, "learn.test").unwrap();
        let letter = Letter {
            to: "nadia@acme.test".to_owned(),
            subject: "Hello\r\nBcc: everybody@acme.test".to_owned(),
            text: "Hi.".to_owned(),
            html: "<p>Hi.</p>".to_owned(),
            id: "1".to_owned(),
        };
        let bytes = mailer.message(&letter).unwrap().formatted();
        let text = String::from_utf8(bytes).unwrap();
        assert!(!text.lines().any(|line| line.starts_with("Bcc")), "{text}");
        let hostile = Letter {
            to: "a@b.test\r\nBcc: c@d.test".to_owned(),
            ..letter
        };
        assert!(mailer.message(&hostile).is_err());
    }
}
