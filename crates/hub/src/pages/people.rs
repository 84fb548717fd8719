//! The directory.

use std::io;

use app::{
    PeopleQuery,
    view::{GroupOfAllView, PersonView},
};
use askama::Template;
use axum::{
    Router,
    body::Body,
    extract::RawQuery,
    http::header,
    response::{IntoResponse as _, Response},
    routing::get,
};
use domain::Region;
use futures_util::{StreamExt as _, stream};

use crate::{
    Hub,
    door::Admin,
    form::Form,
    oops::Oops,
    shell::{Shell, page},
};

/// How many people a page has.
const PAGE: u32 = 50;
/// The filters that live in the address.
const FILTERS: [&str; 9] = [
    "q",
    "status",
    "budget",
    "invitation",
    "group",
    "region",
    "source",
    "attention",
    "sort",
];

pub(super) fn router() -> Router<Hub> {
    Router::new()
        .route("/admin/people", get(list))
        .route("/admin/people.csv", get(export))
}

/// A view that has a name.
pub(crate) struct View {
    pub(crate) name: &'static str,
    pub(crate) address: &'static str,
}

pub(crate) const VIEWS: [View; 6] = [
    View {
        name: "Everybody",
        address: "/admin/people",
    },
    View {
        name: "Active",
        address: "/admin/people?status=active",
    },
    View {
        name: "Learners without budgets",
        address: "/admin/people?status=active&budget=none",
    },
    View {
        name: "Learners who haven't been invited",
        address: "/admin/people?status=active&invitation=never",
    },
    View {
        name: "Needs attention",
        address: "/admin/people?attention=any",
    },
    View {
        name: "Archived",
        address: "/admin/people?status=archived",
    },
];

#[derive(Template)]
#[template(path = "people.html")]
struct PeoplePage {
    shell: Shell,
    people: Vec<PersonView>,
    total: Option<u64>,
    first: String,
    next: Option<String>,
    query: Filters,
    groups: Vec<GroupOfAllView>,
    regions: Vec<Region>,
    error: Option<String>,
}

/// The filters as they stand in the address, and as a form brings them along.
pub(super) struct Filters(Vec<(&'static str, String)>);

impl Filters {
    pub(super) fn of(form: &Form) -> Self {
        let given = FILTERS
            .into_iter()
            .filter_map(|name| Some((name, form.maybe(name)?.to_owned())));
        Self(given.collect())
    }

    pub(super) fn get(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(key, _)| *key == name);
        found.map_or("", |(_, value)| value)
    }

    pub(super) fn pairs(&self) -> &[(&'static str, String)] {
        &self.0
    }

    /// As it stands behind a question mark.
    pub(super) fn address(&self) -> String {
        let mut out = form_urlencoded::Serializer::new(String::new());
        out.extend_pairs(&self.0);
        out.finish()
    }

    pub(super) fn query(&self) -> PeopleQuery {
        let get = |name| Some(self.get(name).to_owned()).filter(|value| !value.is_empty());
        PeopleQuery {
            q: get("q"),
            status: get("status"),
            budget: get("budget"),
            invitation: get("invitation"),
            group: get("group"),
            region: get("region"),
            source: get("source"),
            attention: get("attention"),
            sort: get("sort"),
            limit: None,
            after: None,
        }
    }
}

impl PeoplePage {
    fn is_open(&self, view: &View) -> bool {
        let (_, query) = view.address.split_once('?').unwrap_or((view.address, ""));
        query == self.query.address()
    }
}

async fn list(admin: Admin, RawQuery(raw): RawQuery) -> Result<Response, Oops> {
    let form = Form::of_query(raw.as_deref());
    let filters = Filters::of(&form);
    let query = PeopleQuery {
        limit: Some(PAGE),
        after: form.maybe("after").map(str::to_owned),
        ..filters.query()
    };
    let found = match admin.app.people(&admin.org, &query).await {
        // An address that somebody changed by hand.
        Err(failure) if matches!(failure.code, "invalid_filter" | "bad_cursor") => {
            return Err(failure.into());
        }
        found => found?,
    };
    // After the first page the number is no longer told; it is the same list.
    let total = match found.total {
        Some(total) => Some(total),
        None => {
            let first = PeopleQuery {
                limit: Some(1),
                after: None,
                ..query.clone()
            };
            admin.app.people(&admin.org, &first).await?.total
        }
    };
    let address = filters.address();
    let with = |after: &str| {
        let after: String = form_urlencoded::byte_serialize(after.as_bytes()).collect();
        format!(
            "/admin/people?{address}{}after={after}",
            if address.is_empty() { "" } else { "&" }
        )
    };
    let title = if form.has("after") {
        "People, further page"
    } else {
        "People"
    };
    page(&PeoplePage {
        shell: Shell::of(&admin, "People", title).await?,
        people: found.items,
        total,
        first: format!("/admin/people?{address}"),
        next: found.next.as_deref().map(with),
        query: filters,
        groups: admin.app.groups(&admin.org).await?.items,
        regions: admin.app.regions(&admin.org).await?.items,
        error: form.maybe("error").map(str::to_owned),
    })
}

/// What is shown, as CSV, page by page: memory does not grow with the directory.
async fn export(admin: Admin, RawQuery(raw): RawQuery) -> Result<Response, Oops> {
    let mut query = Filters::of(&Form::of_query(raw.as_deref())).query();
    query.limit = Some(500);
    // The first page before the answer begins: what is wrong with the filters is still told.
    let first = csv_page(&admin, &mut query, true).await?;
    let rest = stream::try_unfold((admin, query), |(admin, mut query)| async move {
        if query.after.is_none() {
            return Ok(None);
        }
        let part = csv_page(&admin, &mut query, false).await;
        let part = part.map_err(|_| io::Error::other("the export broke off"))?;
        Ok(Some((part, (admin, query))))
    });
    let whole = stream::iter([Ok::<_, io::Error>(first)]).chain(rest);
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"people.csv\"",
        ),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, Body::from_stream(whole)).into_response())
}

async fn csv_page(admin: &Admin, query: &mut PeopleQuery, heading: bool) -> Result<Vec<u8>, Oops> {
    let people = admin.app.people(&admin.org, query).await?;
    let mut text = Vec::new();
    app::csv_out::write_people(&mut text, &people.items, heading)?;
    query.after = people.next;
    Ok(text)
}
