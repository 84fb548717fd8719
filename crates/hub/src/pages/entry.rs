//! Getting in and out, and what somebody without admin rights sees.

use app::{Failure, SessionBegun, view::PersonView};
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
    shell::{Shell, go, instant, page, page_with},
};

pub(super) fn router() -> Router<Hub> {
    Router::new()
        .route("/", get(root))
        .route("/home", get(home))
        .route("/sign-in", get(ask).post(sign_in))
        .route("/sign-in/link", get(ask).post(send_link))
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

#[derive(Template)]
#[template(path = "own_home.html")]
struct OwnHomePage {
    shell: Shell,
    person: PersonView,
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

async fn home(State(hub): State<Hub>, member: Member) -> Result<Response, Oops> {
    let id = member.person.id.to_string();
    let person = hub.app.person(&member.org, &id);
    page(&OwnHomePage {
        person: person.await?,
        shell: Shell::of_member(&member, "Home"),
    })
}

async fn ask(visitor: Visitor, RawQuery(query): RawQuery) -> Result<Response, Oops> {
    let query = Form::of_query(query.as_deref());
    if let Some(who) = visitor.signed_in {
        return Ok(go(home_of(who.person.admin)));
    }
    page(&SignInPage {
        shell: Shell::of_nobody("Sign in"),
        email: String::new(),
        next: inner(query.text("next")),
        error: None,
        sent: query.has("sent"),
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
                shell: Shell {
                    is_wrong: true,
                    ..Shell::of_nobody("Sign in")
                },
                email: email.clone(),
                next: inner(form.text("next")),
                error: Some(error),
                sent: false,
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
        let detail = format!(
            "There were too many tries, so this one was not looked at. Try again after {}, or let us send you a link below.",
            instant(&until)
        );
        return again(detail, StatusCode::TOO_MANY_REQUESTS);
    }
    let password = SecretString::from(form.text("password").to_owned());
    match hub.app.sign_in(&email, &password, &visitor.device).await {
        Ok(begun) => {
            hub.attempts.forget(&account);
            hub.attempts.forget(&address);
            // Somebody in several organisations signs in to the first; the others stay reachable
            // by a link, which is of one organisation.
            let Some(session) = begun.into_iter().next() else {
                return again(
                    "Nobody was signed in.".to_owned(),
                    StatusCode::UNPROCESSABLE_ENTITY,
                );
            };
            Ok(welcome(&hub, &session, &inner(form.text("next"))))
        }
        Err(failure) if failure.code == "wrong_sign_in" => {
            again(failure.detail, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(failure) => Err(failure.into()),
    }
}

fn welcome(hub: &Hub, session: &SessionBegun, next: &str) -> Response {
    let home = home_of(session.signed_in.person.admin);
    let mut answer = go(if next.is_empty() { home } else { next });
    let cookie = set_cookie(hub.secure, Some(session.token.expose_secret()));
    answer.headers_mut().append(header::SET_COOKIE, cookie);
    answer
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
async fn show_link() -> Result<Response, Oops> {
    page(&LinkPage {
        shell: Shell::of_nobody("Sign in"),
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
                shell: Shell::of_nobody("Sign in"),
                error: Some(failure.to_string()),
            },
        ),
        Err(failure) => Err(failure.into()),
    }
}

async fn show_invitation() -> Result<Response, Oops> {
    invitation(None, StatusCode::OK)
}

fn invitation(error: Option<String>, status: StatusCode) -> Result<Response, Oops> {
    let shell = Shell {
        is_wrong: error.is_some(),
        ..Shell::of_nobody("Welcome")
    };
    page_with(status, &InvitationPage { shell, error })
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
            invitation(Some(failure.to_string()), StatusCode::UNPROCESSABLE_ENTITY)
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
    let sessions = sessions
        .into_iter()
        .map(|session| (session.device.clone(), instant(&session.seen_at)));
    page(&SignOutPage {
        sessions: sessions.collect(),
        shell: Shell::of_member(&member, "Sign out"),
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
