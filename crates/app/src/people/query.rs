//! Looking at people: lists, exports, one person, their history.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Write,
};

use domain::{Organisation, Person, PersonId, Status};
use jiff::civil::Date;
use store::{Actor, Attention, PeopleFilter, Sort};

use crate::{
    App, Failure, csv_out,
    view::{HistoryView, List, PersonView},
};

/// How many people are read at once for an export: memory does not grow with the company.
const EXPORT_PAGE: u32 = 500;

/// Which people, in the API's words; nothing given means everybody.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the API's query parameters, by name")]
pub struct PeopleQuery {
    pub q: Option<String>,
    pub status: Option<String>,
    pub budget: Option<String>,
    pub invitation: Option<String>,
    /// Started within so many days.
    pub started: Option<String>,
    pub group: Option<String>,
    pub region: Option<String>,
    pub source: Option<String>,
    pub attention: Option<String>,
    pub sort: Option<String>,
    pub limit: Option<u32>,
    pub after: Option<String>,
}

/// How many people there are of the kinds that an admin looks at first.
#[derive(Clone, Copy, Debug, Default)]
#[expect(missing_docs, reason = "named by what they are")]
pub struct PeopleNumbers {
    pub active: u64,
    pub no_budget: u64,
    pub not_invited: u64,
    pub attention: u64,
}

impl App {
    /// A page of people, or everybody without a limit.
    pub async fn people(
        &self,
        org: &Organisation,
        query: &PeopleQuery,
    ) -> Result<List<PersonView>, Failure> {
        let today = org.today(self.clock.now());
        let filter = read_filter(query, today)?;
        let page = self.store.people(org.id, &filter).await?;
        Ok(List {
            items: page
                .items
                .into_iter()
                .map(|row| PersonView::of(row, today))
                .collect(),
            total: page.total,
            next: page.next,
        })
    }

    /// How many active people there are, how many of them have no budget, how many were never invited,
    /// and how many people need attention.
    pub async fn numbers_of_people(&self, org: &Organisation) -> Result<PeopleNumbers, Failure> {
        let today = org.today(self.clock.now());
        let active = PeopleFilter {
            status: Some(Status::Active),
            ..PeopleFilter::default()
        };
        let active = self.store.count_people(org.id, &active).await?;
        let counts = self.store.people_counts(org.id, today).await?;
        Ok(PeopleNumbers {
            active,
            no_budget: active.saturating_sub(counts.with_budget),
            not_invited: active.saturating_sub(counts.invited),
            attention: counts.with_finding,
        })
    }

    /// How many people there are that the query names.
    pub async fn count_people(
        &self,
        org: &Organisation,
        query: &PeopleQuery,
    ) -> Result<u64, Failure> {
        let filter = read_filter(query, org.today(self.clock.now()))?;
        Ok(self.store.count_people(org.id, &filter).await?)
    }

    /// Everybody the query names, as CSV, page by page.
    pub async fn export_people(
        &self,
        org: &Organisation,
        query: &PeopleQuery,
        out: &mut impl Write,
    ) -> Result<(), Failure> {
        let mut query = PeopleQuery {
            limit: Some(EXPORT_PAGE),
            ..query.clone()
        };
        let mut heading = true;
        loop {
            let page = self.people(org, &query).await?;
            csv_out::write_people(&mut *out, &page.items, heading)?;
            heading = false;
            match page.next {
                Some(next) => query.after = Some(next),
                None => return Ok(()),
            }
        }
    }

    /// One person, by id or email.
    pub async fn person(&self, org: &Organisation, name: &str) -> Result<PersonView, Failure> {
        let id = self.find_person(org, name).await?.id;
        self.person_view(org, id).await
    }

    pub(crate) async fn person_view(
        &self,
        org: &Organisation,
        id: PersonId,
    ) -> Result<PersonView, Failure> {
        match self.store.person_row(org.id, id).await? {
            Some(row) => Ok(PersonView::of(row, org.today(self.clock.now()))),
            None => Err(Failure::not_found("person", &id.to_string())),
        }
    }

    pub(crate) async fn find_person(
        &self,
        org: &Organisation,
        name: &str,
    ) -> Result<Person, Failure> {
        if let Ok(id) = name.parse::<PersonId>()
            && let Some(person) = self.store.person(org.id, id).await?
        {
            return Ok(person);
        }
        if name.contains('@') {
            let key = domain::text::email_key(name);
            // Active and upcoming people stand first: their email is unique.
            if let Some(person) = self
                .store
                .people_by_email_key(org.id, &key)
                .await?
                .into_iter()
                .next()
            {
                return Ok(person);
            }
        }
        Err(Failure::not_found("person", name))
    }

    /// The active people with admin rights who can sign in.
    pub async fn admins(&self, org: &Organisation) -> Result<Vec<PersonView>, Failure> {
        let mut admins = Vec::new();
        for admin in self.store.admins(org.id).await? {
            admins.push(self.person_view(org, admin.id).await?);
        }
        Ok(admins)
    }

    /// What the first few of them are called.
    pub async fn names_of_admins(&self, org: &Organisation) -> Result<Vec<String>, Failure> {
        let admins = self.store.admins(org.id).await?;
        let names = admins.iter().take(3).map(|admin| admin.name().to_string());
        Ok(names.collect())
    }

    /// What changed about somebody, newest first.
    pub async fn person_history(
        &self,
        org: &Organisation,
        name: &str,
    ) -> Result<List<HistoryView>, Failure> {
        self.person_history_page(org, name, None, None).await
    }

    /// A page of it.
    pub async fn person_history_page(
        &self,
        org: &Organisation,
        name: &str,
        limit: Option<u32>,
        after: Option<&str>,
    ) -> Result<List<HistoryView>, Failure> {
        let person = self.find_person(org, name).await?;
        let page = self.store.history(org.id, person.id, limit, after).await?;
        let fields = page.items.iter().flat_map(|entry| &entry.fields);
        let names = self.names_for(org.id, fields, BTreeMap::new()).await?;
        let items = page.items.into_iter().map(|entry| HistoryView {
            at: entry.at,
            run_id: entry.run_id,
            by: entry.actor.to_string(),
            action: entry.action,
            fields: names.fields(&entry.fields),
            why: entry.why,
        });
        Ok(List {
            items: items.collect(),
            total: page.total,
            next: page.next,
        })
    }
}

impl App {
    /// What the admins among those who did something are called, by how history names them
    /// (`admin:ID`). Whoever was erased has no name any more.
    pub async fn names_of_actors(
        &self,
        org: &Organisation,
        actors: impl Iterator<Item = &str> + Send,
    ) -> Result<BTreeMap<String, String>, Failure> {
        let admin = |actor: &str| match actor.parse() {
            Ok(Actor::Admin(id)) => Some(id),
            _ => None,
        };
        let ids: BTreeSet<PersonId> = actors.filter_map(admin).collect();
        let ids: Vec<PersonId> = ids.into_iter().collect();
        let people = self.store.people_by_id(org.id, &ids).await?.into_iter();
        let named = people.map(|person| {
            let actor = Actor::Admin(person.id).to_string();
            (actor, person.name().to_string())
        });
        Ok(named.collect())
    }
}

/// Who the query means, on a day.
pub(crate) fn read_filter(query: &PeopleQuery, today: Date) -> Result<PeopleFilter, Failure> {
    let word = |field: &'static str, what: &dyn std::fmt::Display| {
        Failure::field(
            field,
            "invalid_filter",
            format!("The filter {field} is wrong: {what}."),
        )
    };
    let mut filter = PeopleFilter {
        // "Ferreira, Nadia" is how many lists write it.
        q: query.q.as_ref().map(|q| q.replace(',', " ")),
        ..PeopleFilter::default()
    };
    if let Some(status) = &query.status {
        filter.status = Some(status.parse().map_err(|error| word("status", &error))?);
    }
    if let Some(source) = &query.source {
        filter.source = Some(source.parse().map_err(|error| word("source", &error))?);
    }
    if let Some(group) = &query.group {
        filter.group = Some(group.parse().map_err(|error| word("group", &error))?);
    }
    if let Some(region) = &query.region {
        filter.region = Some(region.parse().map_err(|error| word("region", &error))?);
    }
    if let Some(attention) = &query.attention {
        filter.attention = Some(match attention.as_str() {
            "any" => Attention::Any,
            code => Attention::Code(code.parse().map_err(|error| word("attention", &error))?),
        });
    }
    let sort = query.sort.as_deref().unwrap_or("name");
    filter.reversed = sort.starts_with('-');
    filter.sort = match sort.trim_start_matches('-') {
        "name" => Sort::Name,
        "email" => Sort::Email,
        "updated_at" => Sort::UpdatedAt,
        other => {
            let accepted = "name, email and updated_at, with - before it to reverse";
            return Err(word("sort", &format!("{other:?} is not one of {accepted}")));
        }
    };
    filter.limit = query.limit;
    filter.after.clone_from(&query.after);
    filter.budget = match query.budget.as_deref() {
        None => None,
        Some("none") => Some((false, today)),
        Some("any") => Some((true, today)),
        Some(other) => {
            let what = format!("{other:?} is not one of none, any");
            return Err(word("budget", &what));
        }
    };
    if let Some(state) = &query.invitation {
        let state = state.parse().map_err(|error| word("invitation", &error))?;
        filter.invitation = Some(state);
    }
    if let Some(days) = &query.started {
        let days: i16 = days.parse().map_err(|error| word("started", &error))?;
        let since = today.checked_sub(jiff::Span::new().days(days.clamp(0, 3660)));
        filter.started_since = since.ok();
    }
    Ok(filter)
}
