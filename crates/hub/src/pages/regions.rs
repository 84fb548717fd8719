//! Content regions: which countries see which content.

use app::{Failure, RegionBody};
use askama::Template;
use axum::{
    Router,
    extract::Path,
    http::StatusCode,
    response::Response,
    routing::{get, post},
};
use domain::{Country, Region, text::search_key};
use serde_json::json;

use crate::{
    Hub,
    door::Admin,
    form::Form,
    oops::Oops,
    shell::{Part, Shell, go_done, page, page_with},
};

pub(super) fn router() -> Router<Hub> {
    Router::new()
        .route("/admin/settings/regions", get(list))
        .route(
            "/admin/settings/regions/countries",
            get(countries).post(save_countries),
        )
        .route("/admin/settings/regions/new", get(ask_new).post(make))
        .route("/admin/settings/regions/{id}", get(ask).post(save))
        .route("/admin/settings/regions/{id}/delete", post(delete))
}

#[derive(Template)]
#[template(path = "regions.html")]
struct RegionsPage {
    shell: Shell,
    /// Each with how many people are in it.
    regions: Vec<(Region, u64)>,
}

impl RegionsPage {
    /// A region's countries as people call them, in the order of their names.
    fn countries(&self, region: &Region) -> String {
        let lang = self.shell.lang;
        let mut names: Vec<&str> = region
            .countries
            .iter()
            .map(|country| lang.country(*country))
            .collect();
        names.sort_by_cached_key(|name| search_key(name));
        names.join(", ")
    }
}

#[derive(Template)]
#[template(path = "countries.html")]
struct CountriesPage {
    shell: Shell,
    regions: Vec<Region>,
    /// All countries there are, each with its region.
    countries: Vec<(Country, Option<String>)>,
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

async fn list(admin: Admin) -> Result<Response, Oops> {
    let mut regions = Vec::new();
    for region in admin.app.regions(&admin.org).await?.items {
        let query = app::PeopleQuery {
            region: Some(region.id.to_string()),
            ..app::PeopleQuery::default()
        };
        let people = admin.app.count_people(&admin.org, &query).await?;
        regions.push((region, people));
    }
    page(&RegionsPage {
        shell: Shell::of(&admin, Part::Settings, admin.t("card-regions")).await?,
        regions,
    })
}

/// All countries in one table, each with the choice of its region.
async fn countries(admin: Admin) -> Result<Response, Oops> {
    let regions = admin.app.regions(&admin.org).await?.items;
    let region_of = |country: Country| {
        let mut regions = regions.iter();
        let region = regions.find(|region| region.countries.contains(&country));
        region.map(|region| region.id.to_string())
    };
    let mut countries: Vec<_> = Country::all()
        .map(|country| (country, region_of(country)))
        .collect();
    let lang = admin.member.lang;
    countries.sort_by_cached_key(|(country, _)| search_key(lang.country(*country)));
    page(&CountriesPage {
        shell: Shell::of(&admin, Part::Settings, admin.t("regions-countries")).await?,
        regions,
        countries,
    })
}

async fn save_countries(admin: Admin, form: Form) -> Result<Response, Oops> {
    let regions = admin.app.regions(&admin.org).await?.items;
    let document: Vec<_> = regions
        .iter()
        .map(|region| {
            let id = region.id.to_string();
            let theirs = Country::all().filter(|country| {
                let chosen = form.text(&format!("region-{country}"));
                chosen == id
            });
            json!({
                "id": id,
                "name": region.name,
                "countries": theirs.map(|country| country.to_string()).collect::<Vec<_>>(),
                "fallback": region.fallback,
            })
        })
        .collect();
    let document = json!(document).to_string();
    admin.app.put_regions(&admin.org, &document).await?;
    Ok(go_done("/admin/settings/regions", "regions"))
}

async fn ask_new(admin: Admin) -> Result<Response, Oops> {
    page(&RegionPage {
        shell: Shell::of(&admin, Part::Settings, admin.t("region-new")).await?,
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
        shell: Shell::of(&admin, Part::Settings, region.name.clone()).await?,
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
        Ok(_) => Ok(go_done("/admin/settings/regions", "regions")),
        Err(failure) if failure.code.starts_with("database") => Err(failure.into()),
        Err(failure) => page_with(
            StatusCode::UNPROCESSABLE_ENTITY,
            &RegionPage {
                shell: Shell::of(admin, Part::Settings, admin.t("content-region"))
                    .await?
                    .wrong(true),
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
    Ok(go_done("/admin/settings/regions", "regions"))
}
