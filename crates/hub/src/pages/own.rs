//! What is everybody's own: their record, budget and content, and the settings of their browser.

use app::{ContentView, Failure, view::PersonView};
use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use qrcode::{QrCode, render::svg};
use secrecy::{ExposeSecret as _, SecretString};

use texts::Lang;

use crate::{
    Hub,
    door::{KEYS, LANG, Member, ROWS, ROWS_ALLOWED, set_setting},
    form::Form,
    oops::Oops,
    shell::{Shell, go, go_done, page, page_with, status_of},
};

pub(super) fn router() -> Router<Hub> {
    Router::new()
        .route("/home", get(home))
        .route("/content/{id}", get(content))
        .route("/me", get(settings).post(set))
        .route("/me/password", post(set_password))
        .route("/me/second-factor", get(ask_second).post(confirm_second))
        .route("/me/second-factor/off", post(remove_second))
}

#[derive(Template)]
#[template(path = "own_home.html")]
struct HomePage {
    shell: Shell,
    person: PersonView,
    contents: Vec<ContentView>,
}

#[derive(Template)]
#[template(path = "me.html")]
struct MePage {
    shell: Shell,
    /// The language that was set, if one was.
    is_set: bool,
    rows: u32,
    is_admin: bool,
    has_second: bool,
    error: Option<Failure>,
}

#[derive(Template)]
#[template(path = "second_factor.html")]
struct SecondPage {
    shell: Shell,
    key: String,
    /// A picture to be scanned, as the outline of an SVG.
    outline: String,
    size: usize,
    error: Option<Failure>,
}

#[derive(Template)]
#[template(path = "recovery.html")]
struct RecoveryPage {
    shell: Shell,
    codes: Vec<SecretString>,
}

impl RecoveryPage {
    #[expect(clippy::unused_self, reason = "called from the template")]
    fn shown<'a>(&self, code: &'a SecretString) -> &'a str {
        code.expose_secret()
    }
}

async fn home(State(hub): State<Hub>, member: Member) -> Result<Response, Oops> {
    let id = member.person.id.to_string();
    let person = hub.app.person(&member.org, &id).await?;
    let contents = match &person.content_region {
        Some(region) => hub.app.contents_of_region(&member.org, region.id).await?,
        None => Vec::new(),
    };
    let name = person.first_name.clone();
    page(&HomePage {
        shell: Shell::of_member(&member, member.lang.t1("own-hello", "name", &name)),
        person,
        contents,
    })
}

/// Goes on to an item; one of another region is not here.
async fn content(
    State(hub): State<Hub>,
    member: Member,
    Path(id): Path<String>,
) -> Result<Response, Oops> {
    let id_of_member = member.person.id.to_string();
    let own = hub.app.person(&member.org, &id_of_member).await?;
    let region = own.content_region;
    let contents = match &region {
        Some(region) => hub.app.contents_of_region(&member.org, region.id).await?,
        None => Vec::new(),
    };
    let item = contents.into_iter().find(|item| item.id.to_string() == id);
    Ok(go(&item.ok_or_else(Oops::nowhere)?.link))
}

async fn settings(State(hub): State<Hub>, member: Member) -> Result<Response, Oops> {
    show(&hub, &member, None).await
}

async fn show(hub: &Hub, member: &Member, error: Option<Failure>) -> Result<Response, Oops> {
    let status = status_of(error.is_some());
    let page = MePage {
        shell: Shell::of_member(member, member.lang.t("me")).wrong(error.is_some()),
        is_set: member.is_language_set,
        rows: member.rows,
        is_admin: member.person.admin,
        has_second: hub.app.has_second_factor(&member.who).await?,
        error,
    };
    page_with(status, &page)
}

async fn set(State(hub): State<Hub>, _member: Member, form: Form) -> Result<Response, Oops> {
    let mut answer = go_done("/me", "saved");
    let lang = Lang::of_tag(form.text("lang")).map_or("", Lang::tag);
    let rows = form.text("rows").parse().unwrap_or(0);
    let rows = ROWS_ALLOWED.into_iter().find(|allowed| *allowed == rows);
    let keys = if form.has("keys") { "on" } else { "off" };
    for (name, value) in [
        (LANG, lang.to_owned()),
        (ROWS, rows.unwrap_or(50).to_string()),
        (KEYS, keys.to_owned()),
    ] {
        let cookie = set_setting(hub.secure, name, &value);
        answer.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(answer)
}

async fn set_password(
    State(hub): State<Hub>,
    member: Member,
    form: Form,
) -> Result<Response, Oops> {
    if hub.too_often(&member, "password") {
        return Err(Oops::too_often());
    }
    let secret = |name| SecretString::from(form.text(name).to_owned());
    let (password, new) = (secret("password"), secret("new_password"));
    match hub.app.change_password(&member.who, &password, &new).await {
        Ok(()) => Ok(go_done("/sign-in", "password")),
        Err(failure) if failure.field.is_some() => show(&hub, &member, Some(failure)).await,
        Err(failure) => Err(failure.into()),
    }
}

async fn ask_second(State(hub): State<Hub>, member: Member) -> Result<Response, Oops> {
    show_second(&hub, &member, None).await
}

async fn show_second(hub: &Hub, member: &Member, error: Option<Failure>) -> Result<Response, Oops> {
    if !member.person.admin {
        return Err(Oops::nowhere());
    }
    let begun = hub.app.begin_second_factor(&member.who).await?;
    let code = QrCode::new(begun.address.expose_secret())
        .map_err(|error| Oops::internal(&format!("no picture for an app: {error}")))?;
    let status = status_of(error.is_some());
    let page = SecondPage {
        shell: Shell::of_member(member, member.lang.t("me-second-title")).wrong(error.is_some()),
        key: begun.secret.expose_secret().to_owned(),
        outline: outline(&code),
        size: code.width() + 8,
        error,
    };
    Ok(secret(page_with(status, &page)?))
}

/// The dark modules as the outline of an SVG, with the quiet zone of four modules.
fn outline(code: &QrCode) -> String {
    let drawn = code
        .render::<svg::Color<'_>>()
        .module_dimensions(1, 1)
        .build();
    // The library draws a whole file with fixed colours; ours are the page's.
    let from = drawn.rfind(" d=\"").map_or(0, |at| at + 4);
    let path = &drawn[from..];
    path[..path.find('"').unwrap_or(0)].to_owned()
}

/// It has secrets on it, so no browser keeps it.
fn secret(mut answer: Response) -> Response {
    let never = HeaderValue::from_static("no-store");
    answer.headers_mut().insert(header::CACHE_CONTROL, never);
    answer
}

async fn confirm_second(
    State(hub): State<Hub>,
    member: Member,
    form: Form,
) -> Result<Response, Oops> {
    if hub.too_often(&member, "second factor") {
        return Err(Oops::too_often());
    }
    let confirmed = hub
        .app
        .confirm_second_factor(&member.who, form.text("code"));
    match confirmed.await {
        Ok(codes) => {
            let shell = Shell::of_member(&member, member.lang.t("me-recovery-title"));
            Ok(secret(page(&RecoveryPage { shell, codes })?).into_response())
        }
        Err(failure) if failure.field.is_some() => show_second(&hub, &member, Some(failure)).await,
        Err(failure) => Err(failure.into()),
    }
}

async fn remove_second(
    State(hub): State<Hub>,
    member: Member,
    form: Form,
) -> Result<Response, Oops> {
    if hub.too_often(&member, "second factor") {
        return Err(Oops::too_often());
    }
    let removed = hub.app.remove_second_factor(&member.who, form.text("code"));
    match removed.await {
        Ok(()) => Ok(go_done("/me", "second-off")),
        Err(failure) if failure.field.is_some() => show(&hub, &member, Some(failure)).await,
        Err(failure) => Err(failure.into()),
    }
}
