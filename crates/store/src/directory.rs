//! What a plan is made from, as of one moment.

use std::collections::BTreeMap;

use domain::{ConnectionId, OrganisationId, Person, PersonId, RegionTable};
use hris::Coverage;
use jiff::{SignedDuration, Timestamp};
use reconcile::{Directory, Past};

use crate::{
    Store, StoreError, answers,
    engine::{Session, read_count, read_int, statements, values},
    erase::{self, Tombstones},
    group, organisation, person, policy, region,
};

statements! {
    ALL_MANUAL_GROUPS =
        "SELECT person_id, group_id FROM person_group WHERE org_id = $1
         ORDER BY person_id, group_id";
    ALL_MANUAL_APPROVERS =
        "SELECT person_id, approver_id FROM person_approver WHERE org_id = $1
         ORDER BY person_id, position";
    LIVE_CONNECTION =
        "SELECT id, good_runs, coverage FROM connection
         WHERE org_id = $1 AND state <> 'disconnected'";
    ARCHIVED_SINCE =
        "SELECT CAST(COALESCE(SUM(active_archives), 0) AS BIGINT) FROM run
         WHERE org_id = $1 AND approved = 0 AND finished_at > $2
           AND state IN ('finished', 'finished_with_problems')";
    MISSING =
        "SELECT person_id, first_seq FROM finding
         WHERE org_id = $1 AND code = 'not_found_in_hris' AND gone_seq IS NULL
           AND person_id IS NOT NULL";
    GOOD_RUNS_SINCE =
        "SELECT seq FROM run
         WHERE org_id = $1 AND connection_id = $2 AND whole = 1 AND seq >= $3
           AND state IN ('finished', 'finished_with_problems')
         ORDER BY seq";
}

/// For so long a run's archives count together.
const WEEK: SignedDuration = SignedDuration::from_hours(168);

/// A directory, and the version that a plan made from it is based on.
#[derive(Clone, Debug)]
pub struct LoadedDirectory {
    /// Everything a plan is made from. Who was erased is not in it: only the caller has the key to
    /// their hashes.
    pub directory: Directory,
    /// Handed to [`Store::apply`], which refuses when it has moved.
    pub version: i64,
    /// By which employees who were erased are found; only the caller has the key.
    pub tombstones: Tombstones,
}

impl Store {
    /// Reads an organisation's directory in one consistent transaction.
    pub async fn load_directory(
        &self,
        org: OrganisationId,
        now: Timestamp,
    ) -> Result<LoadedDirectory, StoreError> {
        read(&mut self.engine.read().await?, org, now).await
    }
}

/// Reads a directory inside a transaction that sees one moment, or holds the organisation still.
pub(crate) async fn read(
    session: &mut Session,
    org: OrganisationId,
    now: Timestamp,
) -> Result<LoadedDirectory, StoreError> {
    let version = organisation::version(session, org).await?;
    let regions = region::read(session, org).await?;
    let regions = RegionTable::new(regions)
        .map_err(|reason| StoreError::unreadable("the content regions", reason))?;
    let mut directory = Directory::empty(regions);
    directory.people = people(session, org).await?;
    directory.groups = group::read(session, org).await?;
    let excluded = policy::exclusions(session, org).await?;
    directory.excluded = excluded
        .into_iter()
        .map(|exclusion| exclusion.hris_id)
        .collect();
    directory.past = past(session, org, now).await?;
    directory.past.answers = answers::read(session, org).await?;
    let tombstones = erase::tombstones(session, org).await?;
    Ok(LoadedDirectory {
        directory,
        version,
        tombstones,
    })
}

/// Everybody, sorted by id, lists included.
async fn people(session: &mut Session, org: OrganisationId) -> Result<Vec<Person>, StoreError> {
    let mut people = person::pages::everybody(session, org).await?;
    session
        .each(&ALL_MANUAL_GROUPS, &values![org], |row| {
            if let Some(person) = find(&mut people, row.id()?) {
                person.manual_groups.push(row.id()?);
            }
            Ok(())
        })
        .await?;
    session
        .each(&ALL_MANUAL_APPROVERS, &values![org], |row| {
            if let Some(person) = find(&mut people, row.id()?) {
                person.manual_approvers.push(row.id()?);
            }
            Ok(())
        })
        .await?;
    Ok(people)
}

fn find(sorted: &mut [Person], id: PersonId) -> Option<&mut Person> {
    let position = sorted.binary_search_by_key(&id, |person| person.id).ok()?;
    sorted.get_mut(position)
}

async fn past(
    session: &mut Session,
    org: OrganisationId,
    now: Timestamp,
) -> Result<Past, StoreError> {
    let week_ago = now.saturating_sub(WEEK).unwrap_or(Timestamp::MIN);
    let archived = session
        .maybe_one(&ARCHIVED_SINCE, &values![org, week_ago], read_count)
        .await?;
    let mut past = Past {
        archived_this_week: archived.unwrap_or(0),
        ..Past::default()
    };
    let connection = session
        .maybe_one(&LIVE_CONNECTION, &values![org], |row| {
            Ok((
                row.id::<ConnectionId>()?,
                row.count()?,
                row.maybe_json::<Coverage>()?,
            ))
        })
        .await?;
    if let Some((connection, good_runs, coverage)) = connection {
        past.good_runs = good_runs;
        // Before the first sync it is what the trial saw, which nothing has been synced by.
        past.coverage = coverage.filter(|_| good_runs > 0);
        past.missing_runs = missing_runs(session, org, connection).await?;
    }
    Ok(past)
}

/// From how many successful whole runs in a row each open `not_found_in_hris` has been found.
async fn missing_runs(
    session: &mut Session,
    org: OrganisationId,
    connection: ConnectionId,
) -> Result<BTreeMap<PersonId, u32>, StoreError> {
    let missing: Vec<(PersonId, i64)> = session
        .all(&MISSING, &values![org], |row| Ok((row.id()?, row.int()?)))
        .await?;
    let Some(first) = missing.iter().map(|(_, first_seq)| *first_seq).min() else {
        return Ok(BTreeMap::new());
    };
    let good = session
        .all(&GOOD_RUNS_SINCE, &values![org, connection, first], read_int)
        .await?;
    let runs_from = |seq: i64| (good.len() - good.partition_point(|run| *run < seq)) as u32;
    Ok(missing
        .into_iter()
        .map(|(person, first_seq)| (person, runs_from(first_seq)))
        .collect())
}
