//! What people learn from, by region.

use app::{ContentBody, ContentView, Failure, WrongRow};
use askama::Template;
use axum::{
    Router,
    extract::Path,
    response::Response,
    routing::{get, post},
};
use domain::Region;

use crate::{
    Hub,
    door::Admin,
    form::Form,
    oops::Oops,
    shell::{Part, Shell, go_done, page, page_with, status_of},
};

pub(super) fn router() -> Router<Hub> {
    Router::new()
        .route("/admin/content", get(list))
        .route("/admin/content/new", get(ask_new).post(add))
        .route("/admin/content/import", get(ask_import).post(import))
        .route("/admin/content/{id}", get(ask).post(save))
        .route("/admin/content/{id}/delete", post(delete))
}

#[derive(Template)]
#[template(path = "contents.html")]
struct ListPage {
    shell: Shell,
    contents: Vec<ContentView>,
}

#[derive(Template)]
#[template(path = "content.html")]
struct ContentPage {
    shell: Shell,
    /// Where it goes.
    address: String,
    is_new: bool,
    body: ContentBody,
    regions: Vec<Region>,
    error: Option<Failure>,
}

#[derive(Template)]
#[template(path = "content_import.html")]
struct ImportPage {
    shell: Shell,
    text: String,
    wrong: Vec<WrongRow>,
    error: Option<Failure>,
}

impl ContentPage {
    fn is_in(&self, region: &Region) -> bool {
        let id = region.id.to_string();
        self.body.regions.contains(&id)
    }
}

async fn list(admin: Admin) -> Result<Response, Oops> {
    page(&ListPage {
        shell: Shell::of(&admin, Part::Content, admin.t("nav-content")).await?,
        contents: admin.app.contents(&admin.org).await?,
    })
}

async fn ask_new(admin: Admin) -> Result<Response, Oops> {
    let body = ContentBody::default();
    show(&admin, None, body, None).await
}

async fn ask(admin: Admin, Path(id): Path<String>) -> Result<Response, Oops> {
    let contents = admin.app.contents(&admin.org).await?;
    let content = contents
        .into_iter()
        .find(|content| content.id.to_string() == id);
    let content = content.ok_or_else(Oops::nowhere)?;
    let body = ContentBody {
        title: content.title,
        link: content.link,
        regions: content
            .regions
            .iter()
            .map(|(id, _)| id.to_string())
            .collect(),
    };
    show(&admin, Some(&id), body, None).await
}

async fn show(
    admin: &Admin,
    id: Option<&str>,
    body: ContentBody,
    error: Option<Failure>,
) -> Result<Response, Oops> {
    let status = status_of(error.is_some());
    let title = match id {
        Some(_) => admin.t("content-edit"),
        None => admin.t("content-new"),
    };
    let page = ContentPage {
        shell: Shell::of(admin, Part::Content, title)
            .await?
            .wrong(error.is_some()),
        address: format!("/admin/content/{}", id.unwrap_or("new")),
        is_new: id.is_none(),
        body,
        regions: admin.app.regions(&admin.org).await?.items,
        error,
    };
    page_with(status, &page)
}

fn body(form: &Form) -> ContentBody {
    ContentBody {
        title: form.text("title").to_owned(),
        link: form.text("link").to_owned(),
        regions: form.all("region"),
    }
}

async fn add(admin: Admin, form: Form) -> Result<Response, Oops> {
    put(&admin, None, &form).await
}

async fn save(admin: Admin, Path(id): Path<String>, form: Form) -> Result<Response, Oops> {
    put(&admin, Some(&id), &form).await
}

async fn put(admin: &Admin, id: Option<&str>, form: &Form) -> Result<Response, Oops> {
    let body = body(form);
    match admin.app.put_content(&admin.org, id, &body).await {
        Ok(_) => Ok(go_done("/admin/content", "content-saved")),
        Err(failure) if failure.field.is_some() => show(admin, id, body, Some(failure)).await,
        Err(failure) => Err(failure.into()),
    }
}

async fn delete(admin: Admin, Path(id): Path<String>, _form: Form) -> Result<Response, Oops> {
    admin.app.remove_content(&admin.org, &id).await?;
    Ok(go_done("/admin/content", "content-deleted"))
}

async fn ask_import(admin: Admin) -> Result<Response, Oops> {
    show_import(&admin, String::new(), Vec::new(), None).await
}

async fn show_import(
    admin: &Admin,
    text: String,
    wrong: Vec<WrongRow>,
    error: Option<Failure>,
) -> Result<Response, Oops> {
    let is_wrong = error.is_some() || !wrong.is_empty();
    let status = status_of(is_wrong);
    let page = ImportPage {
        shell: Shell::of(admin, Part::Content, admin.t("content-import"))
            .await?
            .wrong(is_wrong),
        text,
        wrong,
        error,
    };
    page_with(status, &page)
}

/// All rows of a file, or none of them and what is wrong with each.
async fn import(admin: Admin, form: Form) -> Result<Response, Oops> {
    let text = form.file_or_text().to_owned();
    match admin.app.import_contents(&admin.org, &text).await {
        Ok(Ok(_)) => Ok(go_done("/admin/content", "content-saved")),
        Ok(Err(wrong)) => show_import(&admin, text, wrong, None).await,
        Err(failure) if failure.field.is_some() => {
            show_import(&admin, text, Vec::new(), Some(failure)).await
        }
        Err(failure) => Err(failure.into()),
    }
}
