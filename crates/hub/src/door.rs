//! Who is signed in, and what every answer carries.

use std::net::{IpAddr, SocketAddr};

use app::{Actor, App, SignedIn};
use axum::{
    extract::{ConnectInfo, FromRequestParts, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use domain::{Organisation, Person};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest as _, Sha256};

use texts::Lang;

use crate::{
    Hub,
    again::{Sent, StalePage},
    form::Form,
    oops::{self, Oops},
};

/// A week, as long as a session may go on.
const WEEK: u32 = 7 * 24 * 3600;

/// Whoever looks at a page, signed in or not.
pub(crate) struct Visitor {
    pub(crate) signed_in: Option<SignedIn>,
    cookie: Option<SecretString>,
    /// Where they are, for counting tries.
    pub(crate) address: IpAddr,
    /// What their browser says of itself.
    pub(crate) device: String,
    pub(crate) lang: Lang,
    /// What was done just now, in words.
    pub(crate) done: Option<String>,
    pub(crate) has_keys: bool,
    /// How many rows a list has.
    pub(crate) rows: u32,
    /// The language was set, and is not the browser's wish.
    pub(crate) is_language_set: bool,
}

impl Visitor {
    /// What a form for this visitor brings along. Nobody else can make it: it is derived from the
    /// secret in the cookie. It looks otherwise on every page, so that how well a page is compressed
    /// tells nothing of it.
    pub(crate) fn proof(&self, app: &App) -> Option<String> {
        let secret = self.secret_of_forms()?;
        let mut pad = [0_u8; 32];
        app.random(&mut pad);
        let masked = pad.iter().zip(secret).map(|(pad, byte)| pad ^ byte);
        let both: Vec<u8> = pad.iter().copied().chain(masked).collect();
        Some(BASE64.encode(both))
    }

    /// Whether a form was made for this visitor; nobody who is not signed in has to prove anything.
    pub(crate) fn has_made(&self, proof: &str) -> bool {
        let Some(secret) = self.secret_of_forms() else {
            return true;
        };
        let both = BASE64.decode(proof).unwrap_or_default();
        let Some((pad, masked)) = both
            .split_at_checked(32)
            .filter(|(_, rest)| rest.len() == 32)
        else {
            return false;
        };
        let pairs = pad.iter().zip(masked).zip(secret);
        // Every byte is looked at, whatever the first ones are.
        pairs.fold(0, |wrong, ((pad, masked), byte)| {
            wrong | (pad ^ masked ^ byte)
        }) == 0
    }

    fn secret_of_forms(&self) -> Option<[u8; 32]> {
        self.signed_in.as_ref()?;
        let cookie = self.cookie.as_ref()?;
        let mut hash = Sha256::new();
        hash.update(b"proof of a form\0");
        hash.update(cookie.expose_secret().as_bytes());
        Some(hash.finalize().into())
    }

    /// The token in the cookie.
    pub(crate) fn token(&self) -> Option<&str> {
        self.cookie.as_ref().map(ExposeSecret::expose_secret)
    }
}

impl FromRequestParts<Hub> for Visitor {
    type Rejection = Oops;

    async fn from_request_parts(parts: &mut Parts, hub: &Hub) -> Result<Self, Oops> {
        let cookie = cookie_in(&parts.headers, cookie_name(hub.secure));
        let signed_in = match &cookie {
            Some(token) => hub.app.session(token.expose_secret()).await?,
            None => None,
        };
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let device = parts.headers.get(header::USER_AGENT);
        let lang = lang_of(&parts.headers);
        let setting = |name| cookie_in(&parts.headers, name);
        let rows = setting(ROWS).and_then(|rows| rows.expose_secret().parse().ok());
        Ok(Self {
            lang,
            is_language_set: setting(LANG)
                .is_some_and(|tag| Lang::of_tag(tag.expose_secret()).is_some()),
            done: done(lang, parts.uri.query()),
            has_keys: setting(KEYS).is_none_or(|keys| keys.expose_secret() != "off"),
            rows: rows
                .filter(|rows| ROWS_ALLOWED.contains(rows))
                .unwrap_or(50),
            signed_in,
            cookie,
            address: peer.map_or(IpAddr::from([127, 0, 0, 1]), |peer| peer.0.ip()),
            device: device
                .and_then(|device| device.to_str().ok())
                .unwrap_or_default()
                .to_owned(),
        })
    }
}

/// Somebody who is signed in.
pub(crate) struct Member {
    pub(crate) org: Organisation,
    pub(crate) person: Person,
    pub(crate) proof: String,
    pub(crate) who: SignedIn,
    pub(crate) lang: Lang,
    pub(crate) done: Option<String>,
    pub(crate) has_keys: bool,
    pub(crate) rows: u32,
    pub(crate) is_language_set: bool,
}

impl FromRequestParts<Hub> for Member {
    type Rejection = Oops;

    async fn from_request_parts(parts: &mut Parts, hub: &Hub) -> Result<Self, Oops> {
        let visitor = Visitor::from_request_parts(parts, hub).await?;
        let proof = visitor.proof(&hub.app);
        let (Some(who), Some(proof)) = (visitor.signed_in, proof) else {
            return Err(Oops::sign_in(&parts.method, &parts.uri, &parts.headers));
        };
        Ok(Self {
            org: who.organisation.clone(),
            person: who.person.clone(),
            proof,
            who,
            lang: visitor.lang,
            done: visitor.done,
            has_keys: visitor.has_keys,
            rows: visitor.rows,
            is_language_set: visitor.is_language_set,
        })
    }
}

/// Somebody with admin rights. Everything they do is theirs in the history.
pub(crate) struct Admin {
    pub(crate) app: App,
    pub(crate) org: Organisation,
    pub(crate) member: Member,
}

impl FromRequestParts<Hub> for Admin {
    type Rejection = Oops;

    async fn from_request_parts(parts: &mut Parts, hub: &Hub) -> Result<Self, Oops> {
        let member = Member::from_request_parts(parts, hub).await?;
        if !member.person.admin {
            let admins = hub.app.names_of_admins(&member.org).await?;
            return Err(Oops::no_admin(member, &admins));
        }
        Ok(Self {
            app: hub.app.acting_as(Actor::Admin(member.person.id)),
            org: member.org.clone(),
            member,
        })
    }
}

impl Admin {
    /// A text in their language.
    pub(crate) fn t(&self, key: &str) -> String {
        self.member.lang.t(key)
    }

    /// The same with something put in.
    pub(crate) fn t1(&self, key: &str, name: &str, value: impl texts::Value) -> String {
        self.member.lang.t1(key, name, value)
    }
}

/// The cookies of a browser's settings. They are no secrets.
pub(crate) const LANG: &str = "rollcall-lang";
pub(crate) const KEYS: &str = "rollcall-keys";
pub(crate) const ROWS: &str = "rollcall-rows";
/// How many rows a list may have.
pub(crate) const ROWS_ALLOWED: [u32; 3] = [25, 50, 100];

/// The language that was set, else the one that the browser would like best.
fn lang_of(headers: &HeaderMap) -> Lang {
    let set = cookie_in(headers, LANG).and_then(|tag| Lang::of_tag(tag.expose_secret()));
    let accepted = headers.get(header::ACCEPT_LANGUAGE);
    let accepted = accepted.and_then(|accepted| accepted.to_str().ok());
    set.unwrap_or_else(|| Lang::wanted(accepted.unwrap_or_default()))
}

/// What an address says was done: the name of a text, and never a text.
fn done(lang: Lang, query: Option<&str>) -> Option<String> {
    let query = Form::of_query(query);
    let name = query.maybe("done")?;
    let is_name = name
        .bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    let key = format!("done-{name}");
    is_name.then(|| lang.maybe(&key))?
}

/// The header that keeps a setting in the browser for a year.
pub(crate) fn set_setting(secure: bool, name: &str, value: &str) -> HeaderValue {
    let only = if secure { "; Secure" } else { "" };
    let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=31536000{only}");
    HeaderValue::try_from(text).unwrap_or_else(|_| HeaderValue::from_static(""))
}

fn cookie_name(secure: bool) -> &'static str {
    if secure {
        "__Host-rollcall"
    } else {
        "rollcall"
    }
}

fn cookie_in(headers: &HeaderMap, name: &str) -> Option<SecretString> {
    let cookies = headers.get_all(header::COOKIE).iter();
    let mut pairs = cookies
        .filter_map(|cookies| cookies.to_str().ok())
        .flat_map(|cookies| cookies.split(';'))
        .filter_map(|pair| pair.trim().split_once('='));
    let (_, value) = pairs.find(|(key, _)| *key == name)?;
    Some(SecretString::from(value.to_owned()))
}

/// The header that keeps a session in the browser, or takes it away.
pub(crate) fn set_cookie(secure: bool, token: Option<&str>) -> HeaderValue {
    let (value, age) = token.map_or(("", 0), |token| (token, WEEK));
    let name = cookie_name(secure);
    let only = if secure { "; Secure" } else { "" };
    let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={age}{only}");
    HeaderValue::try_from(text).unwrap_or_else(|_| HeaderValue::from_static(""))
}

const RULES: [(HeaderName, &str); 6] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; \
         frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "same-origin"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), microphone=(), geolocation=()",
    ),
];

/// What every page carries along: rules for the browser. A page is nobody else's, and may come back
/// with Back.
pub(crate) async fn headers(State(hub): State<Hub>, request: Request, next: Next) -> Response {
    let lang = lang_of(request.headers());
    let mut answer = match Sent::keep(request).await {
        Ok((request, sent)) => {
            let answer = next.run(request).await;
            let is_stale = answer.extensions().get::<StalePage>().is_some();
            match sent.filter(|_| is_stale) {
                Some(sent) => sent
                    .again(&hub)
                    .await
                    .unwrap_or_else(IntoResponse::into_response),
                None => answer,
            }
        }
        Err(refused) => refused,
    };
    if let Some(said) = answer.extensions_mut().remove::<oops::Said>() {
        answer = oops::page(lang, &said);
    }
    let headers = answer.headers_mut();
    for (name, rule) in RULES {
        // A page that brings rules of its own has stricter ones.
        let rule = HeaderValue::from_static(rule);
        headers.entry(name).or_insert(rule);
    }
    if hub.secure {
        let rule = HeaderValue::from_static("max-age=31536000");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, rule);
    }
    let ours = HeaderValue::from_static("private, no-cache");
    headers.entry(header::CACHE_CONTROL).or_insert(ours);
    answer
}
