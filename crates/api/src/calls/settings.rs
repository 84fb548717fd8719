//! What an organisation decides: name and zone, rules, regions, groups, who is left out.

use app::RegionBody;
use axum::{
    body::Bytes,
    extract::Path,
    http::{HeaderMap, Method, StatusCode},
    response::IntoResponse as _,
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use super::{Answer, ok, page, refuse_moved, tagged, with_status};
use crate::{caller::Caller, contract, input::Body, table::Table};

pub(super) fn add(table: &mut Table) {
    organisation_and_policy(table);
    groups_and_regions(table);
    let (get, post) = (Method::GET, Method::POST);
    let path = "/integration/exclusions";
    table
        .call(get, path, exclusions, "Employees who are left out")
        .answers::<contract::Page<contract::Exclusion>>(200, "All of them");
    table
        .call(post, path, exclude, "Leave an employee out from now on")
        .once()
        .body::<Exclusion>(true)
        .answers::<contract::Exclusion>(201, "Who is left out");
    table
        .call(
            Method::DELETE,
            "/integration/exclusions/{hris_id}",
            let_in,
            "Let an employee in again",
        )
        .once()
        .answers::<contract::Exclusion>(200, "Who was left out");
}

fn organisation_and_policy(table: &mut Table) {
    let path = "/organisation";
    table
        .call(Method::GET, path, organisation, "Name and time zone")
        .tagged()
        .answers::<contract::Organisation>(200, "The organisation");
    table
        .call(
            Method::PATCH,
            path,
            change_organisation,
            "Change name or time zone",
        )
        .once()
        .tagged()
        .body::<OrganisationBody>(true)
        .answers::<contract::Organisation>(200, "The organisation");
    let path = "/policy";
    table
        .call(Method::GET, path, policy, "Rules and safeguards")
        .tagged()
        .answers::<contract::Policy>(200, "The policy");
    table
        .call(
            Method::PUT,
            path,
            put_policy,
            "Replace rules and safeguards, as a whole",
        )
        .once()
        .tagged()
        .body::<contract::Policy>(true)
        .answers::<contract::Policy>(200, "The policy");
}

fn groups_and_regions(table: &mut Table) {
    let (get, post) = (Method::GET, Method::POST);
    table
        .call(get.clone(), "/groups", groups, "Groups, by name")
        .answers::<contract::Page<contract::Group>>(200, "All of them");
    table
        .call(post.clone(), "/groups", make_group, "Make a group")
        .once()
        .body::<Name>(true)
        .answers::<contract::Group>(201, "The group");
    table
        .call(
            Method::PATCH,
            "/groups/{id}",
            rename_group,
            "Rename a group",
        )
        .once()
        .body::<Name>(true)
        .answers::<contract::Group>(200, "The group");
    table
        .call(Method::DELETE, "/groups/{id}", drop_group, "Delete a group")
        .once()
        .answers_nothing(204, "It is gone");
    table
        .call(get, "/content-regions", regions, "Content regions")
        .answers::<contract::Page<contract::Region>>(200, "All of them");
    table
        .call(
            post,
            "/content-regions",
            make_region,
            "Make a content region",
        )
        .once()
        .body::<Region>(true)
        .answers::<contract::Region>(201, "The region");
    table
        .call(
            Method::PUT,
            "/content-regions/{id}",
            put_region,
            "Replace a content region",
        )
        .once()
        .body::<Region>(true)
        .answers::<contract::Region>(200, "The region");
    table
        .call(
            Method::DELETE,
            "/content-regions/{id}",
            drop_region,
            "Delete a content region",
        )
        .once()
        .answers_nothing(204, "It is gone");
}

async fn organisation(caller: Caller, headers: HeaderMap) -> Answer {
    let view = app::view::OrganisationView::from(caller.org);
    tagged(&headers, StatusCode::OK, &view)
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct OrganisationBody {
    name: Option<String>,
    /// IANA name.
    time_zone: Option<String>,
}

async fn change_organisation(
    caller: Caller,
    headers: HeaderMap,
    Body(body): Body<OrganisationBody>,
) -> Answer {
    refuse_moved(
        &headers,
        &app::view::OrganisationView::from(caller.org.clone()),
    )?;
    let changed = caller
        .app
        .set_organisation(&caller.org, body.name, body.time_zone);
    ok(&changed.await?)
}

async fn policy(caller: Caller, headers: HeaderMap) -> Answer {
    tagged(
        &headers,
        StatusCode::OK,
        &caller.app.policy(&caller.org).await?,
    )
}

async fn put_policy(caller: Caller, headers: HeaderMap, Body(body): Body<Value>) -> Answer {
    refuse_moved(&headers, &caller.app.policy(&caller.org).await?)?;
    ok(&caller
        .app
        .put_policy(&caller.org, &body.to_string())
        .await?)
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Name {
    name: String,
}

async fn groups(caller: Caller) -> Answer {
    page(caller.app.groups(&caller.org).await?)
}

async fn make_group(caller: Caller, Body(body): Body<Name>) -> Answer {
    let made = caller.app.create_group(&caller.org, &body.name).await?;
    with_status(StatusCode::CREATED, &made)
}

async fn rename_group(caller: Caller, Path(id): Path<String>, Body(body): Body<Name>) -> Answer {
    ok(&caller
        .app
        .rename_group(&caller.org, &id, &body.name)
        .await?)
}

async fn drop_group(caller: Caller, Path(id): Path<String>, _: Bytes) -> Answer {
    caller.app.delete_group(&caller.org, &id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Region {
    name: String,
    /// ISO 3166-1 codes.
    countries: Vec<String>,
    #[serde(default)]
    fallback: bool,
}

impl From<Region> for RegionBody {
    fn from(region: Region) -> Self {
        let Region {
            name,
            countries,
            fallback,
        } = region;
        Self {
            name,
            countries,
            fallback,
        }
    }
}

async fn regions(caller: Caller) -> Answer {
    page(caller.app.regions(&caller.org).await?)
}

async fn make_region(caller: Caller, Body(body): Body<Region>) -> Answer {
    let made = caller.app.create_region(&caller.org, body.into()).await?;
    with_status(StatusCode::CREATED, &made)
}

async fn put_region(caller: Caller, Path(id): Path<String>, Body(body): Body<Region>) -> Answer {
    ok(&caller.app.put_region(&caller.org, &id, body.into()).await?)
}

async fn drop_region(caller: Caller, Path(id): Path<String>) -> Answer {
    caller.app.delete_region(&caller.org, &id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn exclusions(caller: Caller) -> Answer {
    page(caller.app.exclusions(&caller.org).await?)
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Exclusion {
    hris_id: String,
    reason: String,
}

async fn exclude(caller: Caller, Body(body): Body<Exclusion>) -> Answer {
    let left_out = caller
        .app
        .add_exclusion(&caller.org, &body.hris_id, &body.reason);
    with_status(StatusCode::CREATED, &left_out.await?)
}

async fn let_in(caller: Caller, Path(hris_id): Path<String>) -> Answer {
    ok(&caller.app.remove_exclusion(&caller.org, &hris_id).await?)
}
