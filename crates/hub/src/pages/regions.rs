//! Content regions: which countries see which content.

use app::{Failure, RegionBody};
use askama::Template;
use axum::{
    Router,
    extract::{Path, RawQuery},
    http::StatusCode,
    response::Response,
    routing::{get, post},
};
use domain::Region;

use crate::{
    Hub,
    door::Admin,
    form::Form,
    oops::Oops,
    shell::{Shell, go, page, page_with},
};

pub(super) fn router() -> Router<Hub> {
    Router::new()
        .route("/admin/settings/regions", get(list))
        .route("/admin/settings/regions/new", get(ask_new).post(make))
        .route("/admin/settings/regions/{id}", get(ask).post(save))
        .route("/admin/settings/regions/{id}/delete", post(delete))
}

#[derive(Template)]
#[template(path = "regions.html")]
struct RegionsPage {
    shell: Shell,
    regions: Vec<Region>,
    done: Option<String>,
}

#[derive(Template)]
#[template(path = "region.html")]
struct RegionPage {
    shell: Shell,
    address: String,
    /// One that is there may be deleted.
    is_new: bool,
    name: String,
    countries: String,
    fallback: bool,
    error: Option<Failure>,
}

async fn list(admin: Admin, RawQuery(query): RawQuery) -> Result<Response, Oops> {
    page(&RegionsPage {
        shell: Shell::of(&admin, "Settings", "Content regions").await?,
        regions: admin.app.regions(&admin.org).await?.items,
        done: Form::of_query(query.as_deref())
            .maybe("done")
            .map(str::to_owned),
    })
}

async fn ask_new(admin: Admin) -> Result<Response, Oops> {
    page(&RegionPage {
        shell: Shell::of(&admin, "Settings", "Add a content region").await?,
        address: "/admin/settings/regions/new".to_owned(),
        is_new: true,
        name: String::new(),
        countries: String::new(),
        fallback: false,
        error: None,
    })
}

async fn ask(admin: Admin, Path(id): Path<String>) -> Result<Response, Oops> {
    let regions = admin.app.regions(&admin.org).await?.items;
    let region = regions
        .into_iter()
        .find(|region| region.id.to_string() == id);
    let region = region.ok_or_else(|| Failure::not_found("content region", &id))?;
    let countries: Vec<String> = region.countries.iter().map(ToString::to_string).collect();
    page(&RegionPage {
        shell: Shell::of(&admin, "Settings", &region.name).await?,
        address: format!("/admin/settings/regions/{id}"),
        is_new: false,
        name: region.name,
        countries: countries.join(", "),
        fallback: region.fallback,
        error: None,
    })
}

fn body(form: &Form) -> RegionBody {
    let codes = form
        .text("countries")
        .split([',', ';', ' ', '\n', '\r', '\t']);
    let codes = codes.filter(|code| !code.is_empty());
    RegionBody {
        name: form.text("name").to_owned(),
        countries: codes.map(str::to_uppercase).collect(),
        fallback: form.has("fallback"),
    }
}

async fn make(admin: Admin, form: Form) -> Result<Response, Oops> {
    let made = admin.app.create_region(&admin.org, body(&form)).await;
    done(&admin, "/admin/settings/regions/new", &form, made).await
}

async fn save(admin: Admin, Path(id): Path<String>, form: Form) -> Result<Response, Oops> {
    let address = format!("/admin/settings/regions/{id}");
    let saved = admin.app.put_region(&admin.org, &id, body(&form)).await;
    done(&admin, &address, &form, saved).await
}

async fn done(
    admin: &Admin,
    address: &str,
    form: &Form,
    saved: Result<Region, Failure>,
) -> Result<Response, Oops> {
    match saved {
        Ok(_) => Ok(go(
            "/admin/settings/regions?done=It+is+saved.+The+next+sync+puts+people+where+they+belong.",
        )),
        Err(failure) if failure.code.starts_with("database") => Err(failure.into()),
        Err(failure) => page_with(
            StatusCode::UNPROCESSABLE_ENTITY,
            &RegionPage {
                shell: Shell {
                    is_wrong: true,
                    ..Shell::of(admin, "Settings", "Content region").await?
                },
                address: address.to_owned(),
                is_new: address.ends_with("/new"),
                name: form.text("name").to_owned(),
                countries: form.text("countries").to_owned(),
                fallback: form.has("fallback"),
                error: Some(failure),
            },
        ),
    }
}

async fn delete(admin: Admin, Path(id): Path<String>, _form: Form) -> Result<Response, Oops> {
    admin.app.delete_region(&admin.org, &id).await?;
    Ok(go("/admin/settings/regions?done=It+is+deleted."))
}
