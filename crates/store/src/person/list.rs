//! Listing people: filters, orders and pages.

use domain::{
    Code, GroupId, InvitationState, JobId, OrganisationId, Person, PersonId, RegionId, SmolStr,
    Source, Status, text::search_key,
};

use jiff::civil::Date;

use super::{
    lookup::{people_by_id, with_lists},
    person_columns, read,
    row::{PersonRow, with_names},
};
use crate::{
    BadCursor, Page, Store, StoreError,
    cursor::{decode, encode, rows_for},
    engine::{Bulk, Session, Statement, Value, read_count, statements, values},
    organisation,
};

/// What a filter lets through. One text for all filters: a condition whose parameter is null is
/// none.
macro_rules! matching {
    () => {
        "p.org_id = $1
         AND (CAST($2 AS TEXT) IS NULL OR p.status = $2)
         AND (CAST($3 AS TEXT) IS NULL OR p.source = $3)
         AND (CAST($4 AS TEXT) IS NULL OR p.region_id = $4)
         AND (CAST($5 AS TEXT) IS NULL OR p.group_id = $5 OR EXISTS (
           SELECT 1 FROM person_group g
           WHERE g.org_id = p.org_id AND g.person_id = p.id AND g.group_id = $5))
         AND (CAST($6 AS TEXT) IS NULL OR p.id IN (
           SELECT f.person_id FROM finding f
           WHERE f.org_id = $1 AND f.person_id IS NOT NULL AND f.gone_seq IS NULL
             AND ($6 = 'any' OR f.code = $6)))
         AND (CAST($11 AS TEXT) IS NULL OR $11 = CASE WHEN p.can_sign_in = 1 THEN 'accepted'
           ELSE COALESCE((SELECT v.state FROM invitation v
             WHERE v.org_id = p.org_id AND v.person_id = p.id), 'never') END)
         AND (CAST($12 AS BIGINT) IS NULL OR $12 = CASE WHEN EXISTS (
             SELECT 1 FROM budget b WHERE b.org_id = p.org_id AND b.person_id = p.id
               AND b.ended_at IS NULL AND b.period_end >= $13) THEN 1 ELSE 0 END)
         AND (CAST($14 AS TEXT) IS NULL OR (p.status = 'active' AND p.start_date >= $14))
         AND (CAST($7 AS TEXT) IS NULL OR p.search_key LIKE $7 ESCAPE '!')
         AND (CAST($8 AS TEXT) IS NULL OR p.search_key LIKE $8 ESCAPE '!')
         AND (CAST($9 AS TEXT) IS NULL OR p.search_key LIKE $9 ESCAPE '!')
         AND (CAST($10 AS TEXT) IS NULL OR p.search_key LIKE $10 ESCAPE '!')"
    };
}

/// A page in one order. Pages go on after the last row by its sort key and id, so nobody is told
/// twice or left out while others are added.
macro_rules! page {
    ($key:literal, $after:literal, $order:literal) => {
        concat!(
            "SELECT ",
            person_columns!(),
            ", p.name_key FROM person p WHERE ",
            matching!(),
            " AND (",
            $key,
            ", p.id) ",
            $after,
            " ($15, $16)
              ORDER BY ",
            $key,
            $order,
            ", p.id",
            $order,
            " LIMIT $17"
        )
    };
}

statements! {
    COUNT = concat!("SELECT COUNT(*) FROM person p WHERE ", matching!());
    // The set of a bulk action, frozen at this moment.
    FREEZE = concat!(
        "INSERT INTO job_item (org_id, job_id, position, person_id, done)
         SELECT p.org_id, CAST($15 AS TEXT), ROW_NUMBER() OVER (ORDER BY p.name_key, p.id), p.id, 0
         FROM person p WHERE ", matching!());
    BY_NAME = page!("p.name_key", ">", "");
    BY_NAME_REVERSED = page!("p.name_key", "<", " DESC");
    BY_EMAIL = page!("p.email_key", ">", "");
    BY_EMAIL_REVERSED = page!("p.email_key", "<", " DESC");
    BY_CHANGE = page!("p.updated_at", ">", "");
    BY_CHANGE_REVERSED = page!("p.updated_at", "<", " DESC");
    // What is searched for may be nowhere. A walk in the order of an index would fetch one row after
    // the other from all over the table; by an expression it is read from end to end, and what is
    // found is sorted.
    FOUND_BY_NAME = page!("p.name_key || ''", ">", "");
    FOUND_BY_NAME_REVERSED = page!("p.name_key || ''", "<", " DESC");
    FOUND_BY_EMAIL = page!("p.email_key || ''", ">", "");
    FOUND_BY_EMAIL_REVERSED = page!("p.email_key || ''", "<", " DESC");
}

pub(crate) static BULKS: &[&Bulk] = &[&APPROVERS, &OPEN_CODES];

/// What is told of those who approve.
pub(crate) static APPROVERS: Bulk = Bulk::of_ids(
    "APPROVERS",
    "SELECT id, first_name, last_name, email, status FROM person WHERE org_id = {} AND id",
    "",
);

/// What is open about people.
pub(crate) static OPEN_CODES: Bulk = Bulk::of_ids(
    "OPEN_CODES",
    "SELECT person_id, code FROM finding WHERE org_id = {} AND gone_seq IS NULL AND person_id",
    "",
);

/// How many words a search looks for one by one.
const WORDS: usize = 4;

/// Behind every key there is: the largest character, which no folded text begins with.
const LAST_KEY: &str = "\u{10FFFF}";

/// Whom to list.
#[derive(Clone, Debug, Default)]
pub struct PeopleFilter {
    /// Words that all stand somewhere in the name or the email, whatever their case and accents.
    pub q: Option<String>,
    /// Where they stand.
    pub status: Option<Status>,
    /// In this group, by department or by hand.
    pub group: Option<GroupId>,
    /// In this content region.
    pub region: Option<RegionId>,
    /// Where they came from.
    pub source: Option<Source>,
    /// Something is open about them.
    pub attention: Option<Attention>,
    /// How far their invitation is.
    pub invitation: Option<InvitationState>,
    /// Whether they have a budget now or one to come, by the day given.
    pub budget: Option<(bool, Date)>,
    /// Active, and started on this day or later.
    pub started_since: Option<Date>,
    /// In which order.
    pub sort: Sort,
    /// From the end.
    pub reversed: bool,
    /// How many on a page; all of them without.
    pub limit: Option<u32>,
    /// What the page before gave as `next`.
    pub after: Option<String>,
}

/// What is open about a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attention {
    /// Anything.
    Any,
    /// This.
    Code(Code),
}

/// The order of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// By name, without case and accents.
    #[default]
    Name,
    /// By email.
    Email,
    /// By the instant of the last change.
    UpdatedAt,
}

impl Store {
    /// A page of people.
    pub async fn people(
        &self,
        org: OrganisationId,
        filter: &PeopleFilter,
    ) -> Result<Page<PersonRow>, StoreError> {
        let mut session = self.engine.read().await?;
        let mut values = filter.values(org);
        let total = match filter.after {
            None => self.total(&mut session, org, filter, &values).await?,
            Some(_) => None,
        };
        values.extend(filter.cursor()?);
        values.push(Value::from(rows_for(filter.limit)));
        let found = session
            .all(filter.statement(), &values, |row| {
                Ok((read(row)?, row.compact()?))
            })
            .await?;
        let Page { items, total, next } =
            Page::cut(found, filter.limit, total, |(person, name_key)| {
                filter.cursor_of(person, name_key)
            });
        let people = items.into_iter().map(|(person, _)| person).collect();
        let people = with_lists(&mut session, org, people).await?;
        let items = with_names(&mut session, org, people).await?;
        Ok(Page { items, total, next })
    }

    /// How many people match.
    pub async fn count_people(
        &self,
        org: OrganisationId,
        filter: &PeopleFilter,
    ) -> Result<u64, StoreError> {
        let mut session = self.engine.read().await?;
        let values = filter.values(org);
        let total = self.total(&mut session, org, filter, &values).await?;
        Ok(total.unwrap_or_default())
    }

    /// How many match, counted only where nobody has since the directory changed.
    async fn total(
        &self,
        session: &mut Session,
        org: OrganisationId,
        filter: &PeopleFilter,
        values: &[Value<'_>],
    ) -> Result<Option<u64>, StoreError> {
        let Some(name) = filter.of_the_directory() else {
            return session.maybe_one(&COUNT, values, read_count).await;
        };
        let version = organisation::version(session, org).await?;
        if let Some(total) = self.totals.get(org, &name, version) {
            return Ok(Some(total));
        }
        let total = session.maybe_one(&COUNT, values, read_count).await?;
        if let Some(total) = total {
            self.totals.put(org, name, version, total);
        }
        Ok(total)
    }

    /// One person as listed.
    pub async fn person_row(
        &self,
        org: OrganisationId,
        id: PersonId,
    ) -> Result<Option<PersonRow>, StoreError> {
        let mut session = self.engine.read().await?;
        let found = people_by_id(&mut session, org, &[id]).await?;
        let people = with_lists(&mut session, org, found).await?;
        with_names(&mut session, org, people)
            .await
            .map(|mut rows| rows.pop())
    }
}

/// Freezes everybody who matches at this moment as the people of a job, inside a transaction.
pub(crate) async fn freeze(
    session: &mut Session,
    org: OrganisationId,
    job: JobId,
    filter: &PeopleFilter,
) -> Result<(), StoreError> {
    let mut values = filter.values(org);
    values.push(Value::from(job));
    session.execute(&FREEZE, &values).await?;
    Ok(())
}

impl PeopleFilter {
    /// A name of what it lets through, where that depends on nothing but the directory: findings,
    /// invitations and budgets change without it.
    fn of_the_directory(&self) -> Option<String> {
        let Self {
            q,
            status,
            group,
            region,
            source,
            started_since,
            attention: None,
            invitation: None,
            budget: None,
            ..
        } = self
        else {
            return None;
        };
        let words = patterns(q.as_deref().unwrap_or_default());
        Some(format!(
            "{words:?} {status:?} {group:?} {region:?} {source:?} {started_since:?}"
        ))
    }

    /// The parameters of `matching!`.
    fn values(&self, org: OrganisationId) -> Vec<Value<'static>> {
        let attention = self.attention.map(|attention| match attention {
            Attention::Any => "any",
            Attention::Code(code) => code.as_str(),
        });
        let mut values = Vec::with_capacity(17);
        values.extend(values![
            org,
            self.status.map(Status::as_str),
            self.source.map(Source::as_str),
            self.region,
            self.group,
            attention,
        ]);
        let mut words = patterns(self.q.as_deref().unwrap_or_default()).into_iter();
        values.extend((0..WORDS).map(|_| words.next().map_or(Value::Text(None), Value::from)));
        let (has, today) = self.budget.unzip();
        let today = today.map(|day| day.to_string()).unwrap_or_default();
        values.extend(values![
            self.invitation.map(InvitationState::as_str),
            has.map(i64::from),
            today,
            self.started_since.map(|day| day.to_string()),
        ]);
        values
    }

    fn statement(&self) -> &'static Statement {
        let searches = self.q.as_deref().is_some_and(|q| !patterns(q).is_empty());
        match (self.sort, self.reversed) {
            (Sort::Name, false) if searches => &FOUND_BY_NAME,
            (Sort::Name, true) if searches => &FOUND_BY_NAME_REVERSED,
            (Sort::Email, false) if searches => &FOUND_BY_EMAIL,
            (Sort::Email, true) if searches => &FOUND_BY_EMAIL_REVERSED,
            (Sort::Name, false) => &BY_NAME,
            (Sort::Name, true) => &BY_NAME_REVERSED,
            (Sort::Email, false) => &BY_EMAIL,
            (Sort::Email, true) => &BY_EMAIL_REVERSED,
            (Sort::UpdatedAt, false) => &BY_CHANGE,
            (Sort::UpdatedAt, true) => &BY_CHANGE_REVERSED,
        }
    }

    /// After which key and id the page begins; the first one after none.
    fn cursor(&self) -> Result<[Value<'static>; 2], BadCursor> {
        let Some(after) = &self.after else {
            return Ok(match (self.sort, self.reversed) {
                (Sort::UpdatedAt, false) => values![i64::MIN, ""],
                (Sort::UpdatedAt, true) => values![i64::MAX, ""],
                (_, false) => values!["", ""],
                (_, true) => values![LAST_KEY, ""],
            });
        };
        let [sort, key, id] = decode(after)?;
        if sort != self.sort.letter() {
            return Err(BadCursor);
        }
        if self.sort == Sort::UpdatedAt {
            let instant: i64 = key.parse().map_err(|_| BadCursor)?;
            return Ok(values![instant, id]);
        }
        Ok(values![key, id])
    }

    fn cursor_of(&self, person: &Person, name_key: &SmolStr) -> String {
        let id = person.id.to_string();
        let instant = person.updated_at.as_microsecond().to_string();
        let key = match self.sort {
            Sort::Name => name_key.as_str(),
            Sort::Email => person.email_key.as_str(),
            Sort::UpdatedAt => &instant,
        };
        encode(&[self.sort.letter(), key, &id])
    }
}

impl Sort {
    const fn letter(self) -> &'static str {
        match self {
            Self::Name => "n",
            Self::Email => "e",
            Self::UpdatedAt => "u",
        }
    }
}

/// The patterns of a search. More words than are looked for one by one stand in the last pattern,
/// in their order.
fn patterns(q: &str) -> Vec<String> {
    let key = search_key(q);
    let mut patterns: Vec<String> = Vec::new();
    for (index, word) in key.split(' ').filter(|word| !word.is_empty()).enumerate() {
        if index < WORDS {
            patterns.push("%".to_owned());
        }
        let Some(pattern) = patterns.last_mut() else {
            continue;
        };
        pattern.push_str(&escaped(word));
        pattern.push('%');
    }
    patterns
}

/// A text as it stands in the pattern of a LIKE whose escape is `!`.
pub(crate) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        if matches!(letter, '%' | '_' | '!') {
            escaped.push('!');
        }
        escaped.push(letter);
    }
    escaped
}
