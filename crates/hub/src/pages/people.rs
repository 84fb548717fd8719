//! The directory.

use std::io;

use app::{PeopleNumbers, PeopleQuery, SavedView, view::PersonView};
use askama::Template;
use axum::{
    Router,
    body::Body,
    extract::RawQuery,
    http::header,
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use domain::{Code, GroupId, Region};
use futures_util::{StreamExt as _, stream};

use crate::{
    Hub,
    door::Admin,
    form::Form,
    oops::Oops,
    shell::{Part, Shell, go, go_done, page_with, status_of},
};

/// The filters that live in the address.
const FILTERS: [&str; 10] = [
    "q",
    "status",
    "budget",
    "invitation",
    "started",
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
        .route("/admin/people/views", post(save_view))
        .route("/admin/people/views/delete", post(delete_view))
}

/// A view that has a name: the name of its text, its filters.
pub(crate) const VIEWS: [(&str, &str); 9] = [
    ("view-all", ""),
    ("view-active", "status=active"),
    ("view-no-budget", "status=active&budget=none"),
    ("view-not-invited", "status=active&invitation=never"),
    ("view-not-joined", "status=active&invitation=sent"),
    ("view-new", "started=14"),
    ("view-attention", "attention=any"),
    ("view-not-in-hris", "attention=not_found_in_hris"),
    ("view-archived", "status=archived"),
];

/// A choice of a filter: value, name of its text.
type Choices = &'static [(&'static str, &'static str)];

pub(crate) const STATUSES: Choices = &[
    ("active", "status-active"),
    ("upcoming", "status-upcoming"),
    ("archived", "status-archived"),
];
pub(crate) const BUDGETS: Choices = &[("none", "filter-without"), ("any", "filter-with")];
pub(crate) const INVITATIONS: Choices = &[
    ("never", "invitation-never"),
    ("queued", "invitation-queued"),
    ("sent", "invitation-sent"),
    ("failed", "invitation-failed"),
    ("accepted", "invitation-accepted"),
];
pub(crate) const SOURCES: Choices = &[
    ("hris", "source-hris"),
    ("manual", "source-manual"),
    ("csv", "source-csv"),
];
pub(crate) const STARTED: Choices = &[("14", "filter-started-14")];
/// What a column is sorted by.
pub(crate) const SORTS: Choices = &[
    ("", "sort-name"),
    ("-name", "sort-name-down"),
    ("email", "sort-email"),
    ("-email", "sort-email-down"),
    ("-updated_at", "sort-changed"),
];

#[derive(Template)]
#[template(path = "people.html")]
struct PeoplePage {
    shell: Shell,
    people: Vec<PersonView>,
    total: Option<u64>,
    first: String,
    next: Option<String>,
    is_first: bool,
    query: Filters,
    groups: Vec<(GroupId, String)>,
    regions: Vec<Region>,
    views: Vec<SavedView>,
    /// Nothing where they could not be counted: that takes nothing else away.
    numbers: Option<PeopleNumbers>,
    error: Option<String>,
    view_name: String,
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

    /// The same with one of them otherwise, or without it.
    fn with(&self, name: &str, value: &str) -> String {
        let mut out = form_urlencoded::Serializer::new(String::new());
        let others = self.0.iter().filter(|(key, _)| *key != name);
        out.extend_pairs(others);
        if !value.is_empty() {
            out.append_pair(name, value);
        }
        format!("/admin/people?{}", out.finish())
    }

    pub(super) fn query(&self) -> PeopleQuery {
        let get = |name| Some(self.get(name).to_owned()).filter(|value| !value.is_empty());
        PeopleQuery {
            q: get("q"),
            status: get("status"),
            budget: get("budget"),
            invitation: get("invitation"),
            started: get("started"),
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
    fn is_open(&self, query: &str) -> bool {
        query == self.query.address()
    }

    /// How the sorting of a column looks from outside.
    fn sorted(&self, column: &str) -> &'static str {
        let sort = self.query.get("sort");
        match sort.strip_prefix('-') {
            Some(down) if down == column => "descending",
            None if sort == column || (sort.is_empty() && column == "name") => "ascending",
            _ => "none",
        }
    }

    /// Sorts by a column, the other way round where it is sorted by it already.
    fn sorting(&self, column: &str) -> String {
        let down = self.sorted(column) == "ascending";
        let value = match (column, down) {
            ("name", false) => String::new(),
            (column, true) => format!("-{column}"),
            (column, false) => column.to_owned(),
        };
        self.query.with("sort", &value)
    }

    /// The filters that are on, each with its words and the address without it.
    fn chips(&self) -> Vec<(String, String)> {
        let pairs = self.query.pairs().iter();
        let chip = |(name, value): &(&'static str, String)| {
            let words = match *name {
                "sort" => return None,
                "q" => format!("“{value}”"),
                "status" => self.shell.word("status", value),
                "budget" if value == "none" => self.shell.t("view-no-budget"),
                "budget" => self.shell.t("filter-with-budget"),
                "invitation" => self.shell.word("invitation", value),
                "started" => self.shell.t("view-new"),
                "source" => self.shell.word("source", value),
                "group" => {
                    let mut groups = self.groups.iter();
                    let group = groups.find(|(id, _)| id.to_string() == *value);
                    group.map_or_else(|| value.clone(), |(_, name)| name.clone())
                }
                "region" => {
                    let mut regions = self.regions.iter();
                    let region = regions.find(|region| region.id.to_string() == *value);
                    region.map_or_else(|| value.clone(), |region| region.name.clone())
                }
                _ => match value.parse::<Code>() {
                    Ok(code) => self.shell.word("code", code),
                    Err(_) => self.shell.t("view-attention"),
                },
            };
            Some((words, self.query.with(name, "")))
        };
        pairs.filter_map(chip).collect()
    }

    fn has_filters(&self) -> bool {
        self.query.pairs().iter().any(|(name, _)| *name != "sort")
    }

    /// Whether something is chosen beside the search.
    fn has_choices(&self) -> bool {
        let mut pairs = self.query.pairs().iter();
        pairs.any(|(name, _)| !matches!(*name, "sort" | "q"))
    }

    /// How many people a view has, where that is counted already.
    fn count_of(&self, view: &str) -> Option<u64> {
        let numbers = self.numbers.as_ref()?;
        match view {
            "view-active" => Some(numbers.active),
            "view-no-budget" => Some(numbers.no_budget),
            "view-not-invited" => Some(numbers.not_invited),
            "view-attention" => Some(numbers.attention),
            _ => None,
        }
    }
}

async fn list(admin: Admin, RawQuery(raw): RawQuery) -> Result<Response, Oops> {
    let form = Form::of_query(raw.as_deref());
    let error = (form.text("error") == "nobody").then(|| admin.t("bulk-nobody"));
    show(&admin, &form, error, String::new()).await
}

async fn show(
    admin: &Admin,
    form: &Form,
    error: Option<String>,
    view_name: String,
) -> Result<Response, Oops> {
    let filters = Filters::of(form);
    let query = PeopleQuery {
        limit: Some(admin.member.rows),
        after: form.maybe("after").map(str::to_owned),
        ..filters.query()
    };
    let found = admin.app.people(&admin.org, &query).await?;
    // After the first page the number is no longer told; it is the same list.
    let total = match found.total {
        Some(total) => Some(total),
        None => Some(admin.app.count_people(&admin.org, &query).await?),
    };
    let address = filters.address();
    let with = |after: &str| {
        let after: String = form_urlencoded::byte_serialize(after.as_bytes()).collect();
        let and = if address.is_empty() { "" } else { "&" };
        format!("/admin/people?{address}{and}after={after}")
    };
    let title = if form.has("after") {
        admin.t("people-further")
    } else {
        admin.t("nav-people")
    };
    let status = status_of(error.is_some());
    let page = PeoplePage {
        shell: Shell::of(admin, Part::People, title)
            .await?
            .wrong(error.is_some()),
        people: found.items,
        total,
        first: format!("/admin/people?{address}"),
        next: found.next.as_deref().map(with),
        is_first: !form.has("after"),
        query: filters,
        groups: admin.app.group_names(&admin.org).await?,
        regions: admin.app.regions(&admin.org).await?.items,
        views: admin.app.saved_views(&admin.org).await?,
        numbers: admin.app.numbers_of_people(&admin.org).await.ok(),
        error,
        view_name,
    };
    page_with(status, &page)
}

/// Saves the filters under a name.
async fn save_view(admin: Admin, form: Form) -> Result<Response, Oops> {
    let filters = Filters::of(&form);
    let name = form.text("view_name");
    let query = filters.address();
    match admin.app.save_view(&admin.org, name, &query).await {
        Ok(()) => {
            let address = format!("/admin/people?{}", filters.address());
            Ok(go_done(&address, "view-saved"))
        }
        Err(failure) if failure.field.is_some() => {
            let error = admin.member.lang.said(&failure.detail).into_owned();
            show(&admin, &form, Some(error), name.to_owned()).await
        }
        Err(failure) => Err(failure.into()),
    }
}

async fn delete_view(admin: Admin, form: Form) -> Result<Response, Oops> {
    admin.app.delete_view(&admin.org, form.text("view")).await?;
    Ok(go("/admin/people?done=view-deleted"))
}

/// What is shown, as CSV, page by page: memory does not grow with the directory.
async fn export(admin: Admin, RawQuery(raw): RawQuery) -> Result<Response, Oops> {
    let mut query = Filters::of(&Form::of_query(raw.as_deref())).query();
    query.limit = Some(500);
    // The first page before the answer begins: what is wrong with the filters is still told.
    let mut first = "\u{feff}".as_bytes().to_vec();
    first.extend(csv_page(&admin, &mut query, true).await?);
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
