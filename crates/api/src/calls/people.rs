//! People: the directory.

#![expect(clippy::option_option, reason = "a key may be absent, null or a value")]

use app::{PeopleQuery, PersonPatch, csv_out, view::PersonView};
use axum::{
    body::Body as HttpBody,
    extract::Path,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use domain::PersonId;
use futures_util::stream;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};

use super::{Answer, moved, ok, page, refuse_moved, tagged};
use crate::{
    Problem,
    caller::Caller,
    contract,
    input::{Body, MaybeBody, Query, page_size},
    table::Table,
};

pub(super) fn add(table: &mut Table) {
    let (get, post) = (Method::GET, Method::POST);
    table
        .call(
            get.clone(),
            "/people",
            list,
            "People, archived and upcoming ones too",
        )
        .query::<Listing>()
        .answers::<contract::Page<contract::Person>>(200, "A page of people");
    table
        .call(post.clone(), "/people", create, "Add somebody by hand")
        .once()
        .body::<PersonBody>(true)
        .answers::<contract::Person>(201, "The person");
    table
        .call(get.clone(), "/people.csv", export, "People as CSV")
        .query::<Filters>()
        .answers_text(200, "text/csv", "All people that match");
    table
        .call(get.clone(), "/people/{id}", show, "One person")
        .tagged()
        .answers::<contract::Person>(200, "The person");
    table
        .call(Method::PATCH, "/people/{id}", edit, "Change somebody")
        .once()
        .tagged()
        .body::<PersonBody>(true)
        .answers::<contract::Person>(200, "The person");
    table
        .call(
            Method::DELETE,
            "/people/{id}",
            erase,
            "Erase somebody for good",
        )
        .once()
        .tagged()
        .answers::<contract::Erased>(200, "They are erased");
    table
        .call(
            post.clone(),
            "/people/{id}/archive",
            archive,
            "Archive somebody by hand",
        )
        .once()
        .tagged()
        .answers::<contract::Person>(200, "The person");
    table
        .call(
            post.clone(),
            "/people/{id}/restore",
            restore,
            "Bring somebody back",
        )
        .once()
        .tagged()
        .body::<Restore>(false)
        .answers::<contract::Person>(200, "The person");
    table
        .call(
            post.clone(),
            "/people/{id}/unlink",
            unlink,
            "The HRIS no longer decides about them",
        )
        .once()
        .answers::<contract::Person>(200, "The person");
    table
        .call(
            post,
            "/people/{id}/link",
            link,
            "Link somebody to an employee of the HRIS",
        )
        .once()
        .body::<Link>(true)
        .answers::<contract::Person>(200, "The person");
    table
        .call(
            get.clone(),
            "/people/{id}/explain",
            explain,
            "Why somebody stands as they do",
        )
        .answers::<contract::Explanation>(200, "The rules that applied");
    table
        .call(
            get,
            "/people/{id}/history",
            history,
            "What changed about somebody",
        )
        .query::<Paging>()
        .answers::<contract::Page<contract::History>>(200, "Newest first");
}

/// Which people.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Filters {
    /// Any part of a name or email.
    q: Option<String>,
    #[schemars(extend("enum" = ["active", "upcoming", "archived"]))]
    status: Option<String>,
    #[schemars(extend("enum" = ["none", "any"]))]
    budget: Option<String>,
    #[schemars(extend("enum" = ["never", "queued", "sent", "failed", "accepted"]))]
    invitation: Option<String>,
    #[schemars(regex(pattern = r"^[0-9a-fA-F]{8}-?([0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}$"))]
    group: Option<String>,
    #[schemars(regex(pattern = r"^[0-9a-fA-F]{8}-?([0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}$"))]
    region: Option<String>,
    #[schemars(extend("enum" = ["hris", "manual", "csv"]))]
    source: Option<String>,
    #[schemars(length(min = 1))]
    attention: Option<String>,
    /// `name`, `email` or `updated_at`; `-` before it reverses.
    #[schemars(extend("enum" = ["name", "-name", "email", "-email", "updated_at", "-updated_at"]))]
    sort: Option<String>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Listing {
    q: Option<String>,
    #[schemars(extend("enum" = ["active", "upcoming", "archived"]))]
    status: Option<String>,
    #[schemars(extend("enum" = ["none", "any"]))]
    budget: Option<String>,
    #[schemars(extend("enum" = ["never", "queued", "sent", "failed", "accepted"]))]
    invitation: Option<String>,
    #[schemars(regex(pattern = r"^[0-9a-fA-F]{8}-?([0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}$"))]
    group: Option<String>,
    #[schemars(regex(pattern = r"^[0-9a-fA-F]{8}-?([0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}$"))]
    region: Option<String>,
    #[schemars(extend("enum" = ["hris", "manual", "csv"]))]
    source: Option<String>,
    #[schemars(length(min = 1))]
    attention: Option<String>,
    #[schemars(extend("enum" = ["name", "-name", "email", "-email", "updated_at", "-updated_at"]))]
    sort: Option<String>,
    #[schemars(range(min = 1, max = 500))]
    limit: Option<u32>,
    #[schemars(length(min = 1))]
    after: Option<String>,
}

/// Which page.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Paging {
    /// 1 to 500.
    #[schemars(range(min = 1, max = 500))]
    pub(super) limit: Option<u32>,
    /// What the page before gave as `next`.
    #[schemars(length(min = 1))]
    pub(super) after: Option<String>,
}

impl From<Filters> for PeopleQuery {
    fn from(filters: Filters) -> Self {
        let Filters {
            q,
            status,
            budget,
            invitation,
            group,
            region,
            source,
            attention,
            sort,
        } = filters;
        Self {
            q,
            status,
            budget,
            invitation,
            started: None,
            group,
            region,
            source,
            attention,
            sort,
            limit: None,
            after: None,
        }
    }
}

async fn list(caller: Caller, Query(asked): Query<Listing>) -> Answer {
    let query = PeopleQuery {
        q: asked.q,
        status: asked.status,
        budget: asked.budget,
        invitation: asked.invitation,
        started: None,
        group: asked.group,
        region: asked.region,
        source: asked.source,
        attention: asked.attention,
        sort: asked.sort,
        limit: page_size(asked.limit)?,
        after: asked.after,
    };
    page(caller.app.people(&caller.org, &query).await?)
}

/// All that match, a page at a time, so that memory does not grow with the company.
async fn export(caller: Caller, Query(filters): Query<Filters>) -> Answer {
    let mut query = PeopleQuery::from(filters);
    query.limit = Some(crate::input::MOST);
    // The first page before the answer begins: what is wrong with the filters is still told.
    let (first, more) = csv_page(&caller, &mut query, true).await?;
    let rest = stream::try_unfold(more.then_some((caller, query)), |state| async move {
        let Some((caller, mut query)) = state else {
            return Ok(None);
        };
        let part = csv_page(&caller, &mut query, false).await;
        let (part, more) = part.map_err(|_| std::io::Error::other("the export broke off"))?;
        Ok(Some((part, more.then_some((caller, query)))))
    });
    let first = stream::iter([Ok::<_, std::io::Error>(first)]);
    let whole = futures_util::StreamExt::chain(first, rest);
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/csv; charset=utf-8"),
        ),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_static("attachment; filename=\"people.csv\""),
        ),
    ];
    Ok((headers, HttpBody::from_stream(whole)).into_response())
}

async fn csv_page(
    caller: &Caller,
    query: &mut PeopleQuery,
    heading: bool,
) -> Result<(Bytes, bool), Problem> {
    let people = caller.app.people(&caller.org, query).await?;
    let mut text = Vec::new();
    csv_out::write_people(&mut text, &people.items, heading)?;
    query.after = people.next;
    Ok((text.into(), query.after.is_some()))
}

/// What is set about somebody; a key that is not given stays as it is, null clears.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct PersonBody {
    #[schemars(email)]
    email: Option<String>,
    #[schemars(length(min = 1, max = 255))]
    first_name: Option<String>,
    #[schemars(length(min = 1, max = 255))]
    last_name: Option<String>,
    /// ISO 3166-1 code, or a country's name.
    #[schemars(length(min = 2))]
    country: Option<String>,
    #[serde(deserialize_with = "given")]
    #[schemars(extend("format" = "date"))]
    start_date: Option<Option<String>>,
    #[serde(deserialize_with = "given")]
    #[schemars(extend("format" = "date"))]
    end_date: Option<Option<String>>,
    group_ids: Option<Vec<String>>,
    approver_ids: Option<Vec<String>>,
    admin: Option<bool>,
}

/// A key that is there, even null, is something else than one that is not.
fn given<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(from).map(Some)
}

impl From<PersonBody> for PersonPatch {
    fn from(body: PersonBody) -> Self {
        let PersonBody {
            email,
            first_name,
            last_name,
            country,
            start_date,
            end_date,
            group_ids,
            approver_ids,
            admin,
        } = body;
        Self {
            email,
            first_name,
            last_name,
            country,
            start_date: start_date.map(Option::unwrap_or_default),
            end_date: end_date.map(Option::unwrap_or_default),
            group_ids,
            approver_ids,
            admin,
        }
    }
}

async fn create(caller: Caller, headers: HeaderMap, Body(body): Body<PersonBody>) -> Answer {
    let person = caller.app.add_person(&caller.org, body.into()).await?;
    let place = format!("/api/v1/people/{}", person.id);
    let mut answer = tagged(&headers, StatusCode::CREATED, &person)?;
    if let Ok(place) = HeaderValue::from_str(&place) {
        answer.headers_mut().insert(header::LOCATION, place);
    }
    Ok(answer)
}

/// People are addressed by their id only: an address with an email would stand in every log between.
pub(super) fn read_id(id: &str) -> Result<String, Problem> {
    match id.parse::<PersonId>() {
        Ok(id) => Ok(id.to_string()),
        Err(_) => Err(app::Failure::not_found("person", id).into()),
    }
}

async fn show(caller: Caller, Path(id): Path<String>, headers: HeaderMap) -> Answer {
    let person = caller.app.person(&caller.org, &read_id(&id)?).await?;
    tagged(&headers, StatusCode::OK, &person)
}

async fn edit(
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    Body(body): Body<PersonBody>,
) -> Answer {
    let id = read_id(&id)?;
    let (seen, version) = caller.app.person_at(&caller.org, &id).await?;
    refuse_moved(&headers, &seen)?;
    let version = headers.contains_key(header::IF_MATCH).then_some(version);
    let edited = caller
        .app
        .edit_person_at(&caller.org, &id, body.into(), version)
        .await;
    match edited {
        Ok(person) => tagged(&headers, StatusCode::CREATED, &person).map(as_ok),
        Err(failure) if version.is_some() && failure.code == "moved" => Err(moved()),
        Err(failure) => Err(failure.into()),
    }
}

/// A write is answered whole, whatever the caller has.
fn as_ok(mut answer: Response) -> Response {
    *answer.status_mut() = StatusCode::OK;
    answer
}

/// The id, once `If-Match` has been looked at.
async fn unmoved(caller: &Caller, id: &str, headers: &HeaderMap) -> Result<String, Problem> {
    let id = read_id(id)?;
    if headers.contains_key(header::IF_MATCH) {
        let seen: PersonView = caller.app.person(&caller.org, &id).await?;
        refuse_moved(headers, &seen)?;
    }
    Ok(id)
}

async fn erase(caller: Caller, Path(id): Path<String>, headers: HeaderMap) -> Answer {
    let id = unmoved(&caller, &id, &headers).await?;
    ok(&caller.app.erase_person(&caller.org, &id).await?)
}

async fn archive(caller: Caller, Path(id): Path<String>, headers: HeaderMap) -> Answer {
    let id = unmoved(&caller, &id, &headers).await?;
    ok(&caller.app.archive_person(&caller.org, &id).await?)
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Restore {
    /// From now on the HRIS does not decide about them.
    keep: bool,
}

async fn restore(
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    MaybeBody(Restore { keep }): MaybeBody<Restore>,
) -> Answer {
    let id = unmoved(&caller, &id, &headers).await?;
    ok(&caller.app.restore_person(&caller.org, &id, keep).await?)
}

async fn unlink(caller: Caller, Path(id): Path<String>) -> Answer {
    ok(&caller
        .app
        .unlink_person(&caller.org, &read_id(&id)?)
        .await?)
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Link {
    #[schemars(length(min = 1))]
    hris_id: String,
}

async fn link(caller: Caller, Path(id): Path<String>, Body(body): Body<Link>) -> Answer {
    let id = read_id(&id)?;
    let linked = caller.app.link_person(&caller.org, &id, &body.hris_id);
    ok(&linked.await?)
}

async fn explain(caller: Caller, Path(id): Path<String>) -> Answer {
    ok(&caller.app.explain(&caller.org, &read_id(&id)?).await?)
}

async fn history(caller: Caller, Path(id): Path<String>, Query(paging): Query<Paging>) -> Answer {
    let limit = page_size(paging.limit)?;
    let (id, after) = (read_id(&id)?, paging.after.as_deref());
    let history = caller
        .app
        .person_history_page(&caller.org, &id, limit, after);
    page(history.await?)
}
