//! Getting in and out.

use app::{Failure, SessionBegun};
use askama::Template;
use axum::{
    Router,
    extract::{Path, RawQuery, State},
    http::{StatusCode, header},
    response::Response,
    routing::get,
};
use domain::text::email_key;
use secrecy::{ExposeSecret as _, SecretString};

use crate::{
    Hub,
    door::{Member, Visitor, set_cookie},
    form::Form,
    oops::Oops,
    shell::{Shell, go, page, page_with},
};

pub(super) fn router() -> Router<Hub> {
    Router::new()
        .route("/", get(root))
        .route("/sign-in", get(ask).post(sign_in))
        .route("/sign-in/link", get(ask).post(send_link))
        .route("/sign-in/choose", get(ask).post(choose))
        .route("/sign-in/code", get(ask_code).post(enter_code))
        .route("/sign-in/{token}", get(show_link).post(use_link))
        .route("/sign-out", get(ask_out).post(sign_out))
        .route(
            "/sign-out/everywhere",
            get(ask_out).post(sign_out_everywhere),
        )
        .route("/invitation/{token}", get(show_invitation).post(accept))
}

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    shell: Shell,
    email: String,
    next: String,
    error: Option<String>,
    sent: bool,
    lost: bool,
    /// Nobody can sign in yet: the operator has not made an organisation.
    is_new: bool,
}

#[derive(Template)]
#[template(path = "choose.html")]
struct ChoosePage {
    shell: Shell,
    next: String,
    sessions: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "code.html")]
struct CodePage {
    shell: Shell,
    next: String,
    error: Option<Failure>,
}

#[derive(Template)]
#[template(path = "link.html")]
struct LinkPage {
    shell: Shell,
    error: Option<String>,
}

#[derive(Template)]
#[template(path = "invitation.html")]
struct InvitationPage {
    shell: Shell,
    error: Option<String>,
}

#[derive(Template)]
#[template(path = "sign_out.html")]
struct SignOutPage {
    shell: Shell,
    sessions: Vec<(String, String)>,
}

async fn root(visitor: Visitor) -> Response {
    go(match visitor.signed_in {
        Some(who) => home_of(who.person.admin),
        None => "/sign-in",
    })
}

const fn home_of(is_admin: bool) -> &'static str {
    if is_admin { "/admin" } else { "/home" }
}

async fn ask(
    State(hub): State<Hub>,
    visitor: Visitor,
    RawQuery(query): RawQuery,
) -> Result<Response, Oops> {
    let query = Form::of_query(query.as_deref());
    if let Some(who) = visitor.signed_in {
        return Ok(go(home_of(who.person.admin)));
    }
    let mut shell = Shell::of_nobody(&visitor, "sign-in");
    shell.done = (query.text("done") == "password").then(|| visitor.lang.t("done-password"));
    page(&SignInPage {
        shell,
        email: String::new(),
        next: inner(query.text("next")),
        error: None,
        sent: query.has("sent"),
        lost: query.has("lost"),
        is_new: hub.app.organisations().await?.items.is_empty(),
    })
}

/// Where to go after signing in: only to a page of ours.
fn inner(next: &str) -> String {
    let is_ours =
        next.starts_with('/') && !next.starts_with("//") && !next.contains(['\\', '\r', '\n']);
    if is_ours {
        next.to_owned()
    } else {
        String::new()
    }
}

async fn sign_in(State(hub): State<Hub>, visitor: Visitor, form: Form) -> Result<Response, Oops> {
    let email = form.text("email").to_owned();
    let again = |error: String, status| {
        page_with(
            status,
            &SignInPage {
                shell: Shell::of_nobody(&visitor, "sign-in").wrong(true),
                email: email.clone(),
                next: inner(form.text("next")),
                error: Some(error),
                sent: false,
                lost: false,
                is_new: false,
            },
        )
    };
    let account = format!("account {}", email_key(&email));
    let address = format!("address {}", visitor.address);
    let now = hub.app.now();
    if let Err(until) = hub
        .attempts
        .count(&account, now)
        .and_then(|()| hub.attempts.count(&address, now))
    {
        let until = visitor.lang.instant(&until);
        let detail = visitor.lang.t1("sign-in-too-often", "until", until);
        return again(detail, StatusCode::TOO_MANY_REQUESTS);
    }
    let password = SecretString::from(form.text("password").to_owned());
    match hub.app.sign_in(&email, &password, &visitor.device).await {
        Ok(begun) => {
            hub.attempts.forget(&account);
            hub.attempts.forget(&address);
            let next = inner(form.text("next"));
            match begun.as_slice() {
                [session] => Ok(welcome(&hub, session, &next)),
                several => which(&visitor, several, next),
            }
        }
        Err(failure) if failure.code == "wrong_sign_in" => {
            let detail = visitor.lang.said(&failure.detail).into_owned();
            again(detail, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(failure) => Err(failure.into()),
    }
}

/// Somebody with one email and one password in several organisations says where they want to go.
fn which(visitor: &Visitor, begun: &[SessionBegun], next: String) -> Result<Response, Oops> {
    let session = |begun: &SessionBegun| {
        let name = begun.signed_in.organisation.name.clone();
        (begun.token.expose_secret().to_owned(), name)
    };
    let mut answer = page(&ChoosePage {
        shell: Shell::of_nobody(visitor, "choose-organisation"),
        next,
        sessions: begun.iter().map(session).collect(),
    })?;
    answer.headers_mut().insert(header::CACHE_CONTROL, NEVER);
    Ok(answer)
}

/// Goes on with one of the sessions that were begun; the others end.
async fn choose(State(hub): State<Hub>, form: Form) -> Result<Response, Oops> {
    let chosen = form.text("chosen").to_owned();
    for other in form.all("token") {
        if other != chosen {
            hub.app.sign_out(&other).await?;
        }
    }
    let next = inner(form.text("next"));
    let address = if next.is_empty() { "/" } else { &next };
    let address = if hub.app.waits_for_code(&chosen).await? {
        code_address(&next)
    } else {
        address.to_owned()
    };
    Ok(with_cookie(&hub, go(&address), &chosen))
}

async fn ask_code(
    State(hub): State<Hub>,
    visitor: Visitor,
    RawQuery(query): RawQuery,
) -> Result<Response, Oops> {
    let waits = match visitor.token() {
        Some(token) => hub.app.waits_for_code(token).await?,
        None => false,
    };
    if !waits {
        return Ok(go("/sign-in"));
    }
    page(&CodePage {
        shell: Shell::of_nobody(&visitor, "code"),
        next: inner(Form::of_query(query.as_deref()).text("next")),
        error: None,
    })
}

async fn enter_code(
    State(hub): State<Hub>,
    visitor: Visitor,
    form: Form,
) -> Result<Response, Oops> {
    let Some(token) = visitor.token() else {
        return Ok(go("/sign-in"));
    };
    // By session and by address: six digits are guessed in a million tries.
    let tries = [
        format!("code {token}"),
        format!("codes from {}", visitor.address),
    ];
    let now = hub.app.now();
    if tries
        .iter()
        .any(|name| hub.attempts.count(name, now).is_err())
    {
        return Err(Oops::too_often());
    }
    let next = inner(form.text("next"));
    match hub.app.enter_code(token, form.text("code")).await {
        Ok(who) => {
            let home = home_of(who.person.admin);
            Ok(go(if next.is_empty() { home } else { &next }))
        }
        Err(failure) if failure.field.is_some() => page_with(
            StatusCode::UNPROCESSABLE_ENTITY,
            &CodePage {
                shell: Shell::of_nobody(&visitor, "code").wrong(true),
                next,
                error: Some(failure),
            },
        ),
        Err(failure) if failure.code == "void_link" => Ok(go("/sign-in")),
        Err(failure) => Err(failure.into()),
    }
}

fn code_address(next: &str) -> String {
    let next: String = form_urlencoded::byte_serialize(next.as_bytes()).collect();
    format!("/sign-in/code?next={next}")
}

/// Kept nowhere: it has secrets on it.
const NEVER: axum::http::HeaderValue = axum::http::HeaderValue::from_static("no-store");

fn with_cookie(hub: &Hub, mut answer: Response, token: &str) -> Response {
    let cookie = set_cookie(hub.secure, Some(token));
    answer.headers_mut().append(header::SET_COOKIE, cookie);
    answer
}

fn welcome(hub: &Hub, session: &SessionBegun, next: &str) -> Response {
    let home = home_of(session.signed_in.person.admin);
    let address = match (session.waits_for_code, next) {
        (true, next) => code_address(next),
        (false, "") => home.to_owned(),
        (false, next) => next.to_owned(),
    };
    with_cookie(hub, go(&address), session.token.expose_secret())
}

/// Always the same answer: whether there is such a person is nobody's business.
async fn send_link(State(hub): State<Hub>, visitor: Visitor, form: Form) -> Result<Response, Oops> {
    let now = hub.app.now();
    let email = form.text("email").to_owned();
    let names = [
        format!("link {}", email_key(&email)),
        format!("links from {}", visitor.address),
    ];
    let allowed = names
        .iter()
        .all(|name| hub.attempts.count(name, now).is_ok());
    if allowed && !email.is_empty() {
        // Not waited for: how long it takes would tell.
        let app = hub.app.clone();
        tokio::spawn(async move {
            if let Err(failure) = app.request_link(&email).await {
                tracing::warn!(code = failure.code, "a link could not be sent");
            }
        });
    }
    Ok(go("/sign-in?sent"))
}

/// A page with a button: programs that look into mails follow links, and would use this one up.
async fn show_link(visitor: Visitor) -> Result<Response, Oops> {
    page(&LinkPage {
        shell: Shell::of_nobody(&visitor, "sign-in"),
        error: None,
    })
}

async fn use_link(
    State(hub): State<Hub>,
    visitor: Visitor,
    Path(token): Path<String>,
    _form: Form,
) -> Result<Response, Oops> {
    match hub.app.sign_in_with_link(&token, &visitor.device).await {
        Ok(session) => Ok(welcome(&hub, &session, "")),
        Err(failure) if failure.code == "void_link" => page_with(
            StatusCode::UNPROCESSABLE_ENTITY,
            &LinkPage {
                shell: Shell::of_nobody(&visitor, "sign-in").wrong(true),
                error: Some(words(&visitor, &failure)),
            },
        ),
        Err(failure) => Err(failure.into()),
    }
}

async fn show_invitation(visitor: Visitor) -> Result<Response, Oops> {
    invitation(&visitor, None, StatusCode::OK)
}

fn invitation(
    visitor: &Visitor,
    error: Option<String>,
    status: StatusCode,
) -> Result<Response, Oops> {
    let shell = Shell::of_nobody(visitor, "welcome").wrong(error.is_some());
    page_with(status, &InvitationPage { shell, error })
}

/// What went wrong, and what to do.
fn words(visitor: &Visitor, failure: &Failure) -> String {
    let (detail, mend) = (
        visitor.lang.said(&failure.detail),
        visitor.lang.said(&failure.mend),
    );
    format!("{detail} {mend}").trim_end().to_owned()
}

async fn accept(
    State(hub): State<Hub>,
    visitor: Visitor,
    Path(token): Path<String>,
    form: Form,
) -> Result<Response, Oops> {
    let password = SecretString::from(form.text("password").to_owned());
    let accepted = hub
        .app
        .accept_invitation(&token, &password, &visitor.device);
    match accepted.await {
        Ok(session) => Ok(welcome(&hub, &session, "")),
        Err(failure) if is_theirs(&failure) => {
            let error = Some(words(&visitor, &failure));
            invitation(&visitor, error, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(failure) => Err(failure.into()),
    }
}

/// Something that whoever fills in a form can mend.
fn is_theirs(failure: &Failure) -> bool {
    failure.field.is_some() || failure.code == "void_link" || failure.code.contains("password")
}

async fn ask_out(State(hub): State<Hub>, member: Member) -> Result<Response, Oops> {
    let sessions = hub.app.sessions(&member.who).await?;
    let sessions = sessions.into_iter().map(|session| {
        (
            session.device.clone(),
            member.lang.instant(&session.seen_at),
        )
    });
    page(&SignOutPage {
        sessions: sessions.collect(),
        shell: Shell::of_member(&member, member.lang.t("sign-out")),
    })
}

async fn sign_out(State(hub): State<Hub>, visitor: Visitor, _form: Form) -> Result<Response, Oops> {
    if let Some(token) = visitor.token() {
        hub.app.sign_out(token).await?;
    }
    Ok(out(&hub))
}

async fn sign_out_everywhere(
    State(hub): State<Hub>,
    member: Member,
    _form: Form,
) -> Result<Response, Oops> {
    hub.app.sign_out_everywhere(&member.who).await?;
    Ok(out(&hub))
}

fn out(hub: &Hub) -> Response {
    let mut answer = go("/sign-in");
    let cookie = set_cookie(hub.secure, None);
    answer.headers_mut().append(header::SET_COOKIE, cookie);
    answer
}
