//! The history: who or which run changed what about whom, when and why.

use std::{borrow::Cow, collections::BTreeMap, fmt, str::FromStr};

use domain::{
    Action, FieldChange, FieldValue, OrganisationId, PersonField, PersonId, RunId, TokenId,
};
use futures_util::future::BoxFuture;
use jiff::Timestamp;
use serde::Serializer as _;

use crate::{
    ActId, Page, Store, StoreError,
    cursor::{decode, encode, rows_for},
    engine::{Reader, Session, bulks, read_count, statements, values},
};

statements! {
    // Which acts by the index of a person first: left to choose, SQLite walks through everybody's acts
    // in the order of the primary key to read a few of one person.
    HISTORY_OF_PERSON =
        "SELECT act_id, at, run_id, actor, action, fields, why FROM history
         WHERE org_id = $1 AND person_id = $2 AND act_id IN (
           SELECT i.act_id FROM history i
           WHERE i.org_id = $1 AND i.person_id = $2 AND i.act_id < $3)
         ORDER BY act_id DESC LIMIT $4";
    HISTORY_COUNT = "SELECT COUNT(*) FROM history WHERE org_id = $1 AND person_id = $2";
}

bulks! {
    HISTORY_ADD = rows(
        "INSERT INTO history (org_id, act_id, person_id, at, run_id, actor, action, fields, why)", 9,
        "");
    ;
    NEWEST_ACTS = of_ids(
        "SELECT person_id, MAX(act_id) FROM history WHERE org_id = {} AND person_id",
        "GROUP BY person_id");
}

/// Later than any id.
const LAST_ACT: &str = "g";

/// Who made a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A sync or the midnight timer.
    Run,
    /// The command line.
    Cli,
    /// An admin in the Admin Hub.
    Admin(PersonId),
    /// A program with a token.
    Token(TokenId),
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Run => f.write_str("run"),
            Self::Cli => f.write_str("cli"),
            Self::Admin(id) => write!(f, "admin:{id}"),
            Self::Token(id) => write!(f, "token:{id}"),
        }
    }
}

/// Text that names no actor.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is none of run, cli, admin:ID and token:ID")]
pub struct UnknownActor(String);

impl FromStr for Actor {
    type Err = UnknownActor;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let unknown = || UnknownActor(text.to_owned());
        match text.split_once(':') {
            None if text == "run" => Ok(Self::Run),
            None if text == "cli" => Ok(Self::Cli),
            Some(("admin", id)) => id.parse().map(Self::Admin).map_err(|_| unknown()),
            Some(("token", id)) => id.parse().map(Self::Token).map_err(|_| unknown()),
            _ => Err(unknown()),
        }
    }
}

/// One line of a person's history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryEntry {
    /// The act it belongs to; later acts have larger ids.
    pub act_id: ActId,
    /// When.
    pub at: Timestamp,
    /// Which run, if it was one.
    pub run_id: Option<RunId>,
    /// Who.
    pub actor: Actor,
    /// What was done.
    pub action: Action,
    /// Which fields changed.
    pub fields: Vec<FieldChange>,
    /// Why, in words.
    pub why: String,
}

impl Store {
    /// What happened to a person, newest first.
    pub async fn history(
        &self,
        org: OrganisationId,
        person: PersonId,
        limit: Option<u32>,
        after: Option<&str>,
    ) -> Result<Page<HistoryEntry>, StoreError> {
        let mut session = self.engine.read().await?;
        let [before] = after.map_or_else(|| Ok([LAST_ACT.to_owned()]), decode)?;
        let values = values![org, person, before, rows_for(limit)];
        let entries = session.all(&HISTORY_OF_PERSON, &values, read).await?;
        let total = match after {
            None => {
                session
                    .maybe_one(&HISTORY_COUNT, &values![org, person], read_count)
                    .await?
            }
            Some(_) => None,
        };
        Ok(Page::cut(entries, limit, total, |entry| {
            encode(&[&entry.act_id.0.to_string()])
        }))
    }

    /// The act that changed each of these people last; people without a history are left out.
    pub async fn newest_acts(
        &self,
        org: OrganisationId,
        people: &[PersonId],
    ) -> Result<BTreeMap<PersonId, ActId>, StoreError> {
        let mut session = self.engine.read().await?;
        let ids: Vec<_> = people.iter().map(|person| person.0).collect();
        let mut newest = BTreeMap::new();
        session
            .each_of(&NEWEST_ACTS, &values![org], &ids, |row| {
                newest.insert(row.id()?, row.id()?);
                Ok(())
            })
            .await?;
        Ok(newest)
    }
}

/// What the lines of one change have in common.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Act {
    pub(crate) id: ActId,
    pub(crate) at: Timestamp,
    pub(crate) run: Option<RunId>,
    pub(crate) actor: Actor,
}

/// What is remembered of one person's change.
#[derive(Debug)]
pub(crate) struct Line<'a> {
    pub(crate) person: PersonId,
    pub(crate) action: Action,
    /// As [`write_fields`] makes it.
    pub(crate) fields: String,
    pub(crate) why: Cow<'a, str>,
}

/// Remembers the changes of one act.
pub(crate) fn add<'s, 'a: 's>(
    session: &'s mut Session,
    org: OrganisationId,
    act: Act,
    lines: impl Iterator<Item = Result<Line<'a>, StoreError>> + Send + 'a,
) -> BoxFuture<'s, Result<(), StoreError>> {
    let actor = act.actor.to_string();
    session.insert(&HISTORY_ADD, lines, move |line, values| {
        let Line {
            person,
            action,
            fields,
            why,
        } = line?;
        values.extend(values![
            org,
            act.id,
            person,
            act.at,
            act.run,
            actor.clone(),
            action.as_str(),
            fields,
            why,
        ]);
        Ok(())
    })
}

fn read(row: &mut Reader<'_>) -> Result<HistoryEntry, StoreError> {
    Ok(HistoryEntry {
        act_id: row.id()?,
        at: row.instant()?,
        run_id: row.maybe_id()?,
        actor: row.word()?,
        action: row.word()?,
        fields: read_fields(row)?,
        why: row.text()?.to_owned(),
    })
}

/// Reads what [`write_fields`] wrote.
pub(crate) fn read_fields(row: &mut Reader<'_>) -> Result<Vec<FieldChange>, StoreError> {
    type Triple = (PersonField, Option<FieldValue>, Option<FieldValue>);
    let triples: Vec<Triple> = row.json()?;
    Ok(triples
        .into_iter()
        .map(|(field, before, after)| FieldChange {
            field,
            before,
            after,
        })
        .collect())
}

/// Fields as `[["email",before,after],…]`: the names of the keys would be most of it.
pub(crate) fn write_fields<'a>(
    fields: impl Iterator<Item = (PersonField, Option<&'a FieldValue>, Option<&'a FieldValue>)>,
) -> Result<String, StoreError> {
    let mut text = Vec::with_capacity(256);
    serde_json::Serializer::new(&mut text)
        .collect_seq(fields)
        .map_err(|error| StoreError::unreadable("the fields of a change", error))?;
    String::from_utf8(text).map_err(|error| StoreError::unreadable("the fields of a change", error))
}
