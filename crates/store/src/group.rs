//! Groups and the departments that point to them.

use domain::{Group, GroupId, OrganisationId};
use rustc_hash::FxHashMap;

use crate::{
    Store, StoreError,
    engine::{Session, bulks, statements, values},
};

statements! {
    GROUPS = "SELECT id, name, name_key FROM grp WHERE org_id = $1 ORDER BY name_key";
    GROUP_SOURCES =
        "SELECT group_id, department_id FROM group_source WHERE org_id = $1 ORDER BY department_id";
}

bulks! {
    GROUP_PUT = rows(
        "INSERT INTO grp (org_id, id, name, name_key)", 4,
        "ON CONFLICT (org_id, id) DO UPDATE SET name = excluded.name, name_key = excluded.name_key");
    GROUP_SOURCE_PUT = rows(
        "INSERT INTO group_source (org_id, department_id, group_id)", 3,
        "ON CONFLICT (org_id, department_id) DO UPDATE SET group_id = excluded.group_id
         WHERE group_source.group_id <> excluded.group_id");
    ;
    // An id is the name of no group, so names can be handed round in any order.
    GROUP_FREE_NAMES = of_ids("UPDATE grp SET name_key = id WHERE org_id = {} AND id", "");
}

impl Store {
    /// All groups, by name.
    pub async fn groups(&self, org: OrganisationId) -> Result<Vec<Group>, StoreError> {
        read(&mut self.engine.read().await?, org).await
    }
}

pub(crate) async fn read(
    session: &mut Session,
    org: OrganisationId,
) -> Result<Vec<Group>, StoreError> {
    let mut groups = session
        .all(&GROUPS, &values![org], |row| {
            let (id, name, name_key) = (row.id()?, row.compact()?, row.compact()?);
            Ok(Group {
                id,
                name,
                name_key,
                sources: Vec::new(),
            })
        })
        .await?;
    let positions: FxHashMap<GroupId, usize> = groups
        .iter()
        .enumerate()
        .map(|(position, group)| (group.id, position))
        .collect();
    session
        .each(&GROUP_SOURCES, &values![org], |row| {
            let group: GroupId = row.id()?;
            if let Some(position) = positions.get(&group) {
                groups[*position].sources.push(row.compact()?);
            }
            Ok(())
        })
        .await?;
    Ok(groups)
}

/// Writes groups as they stand after a run, in any order of their names.
pub(crate) async fn write(
    session: &mut Session,
    org: OrganisationId,
    groups: &[Group],
) -> Result<(), StoreError> {
    let ids: Vec<_> = groups.iter().map(|group| group.id.0).collect();
    session
        .execute_of(&GROUP_FREE_NAMES, &values![org], &ids)
        .await?;
    session
        .insert(&GROUP_PUT, groups.iter(), move |group, values| {
            values.extend(values![
                org,
                group.id,
                group.name.as_str(),
                group.name_key.as_str()
            ]);
            Ok(())
        })
        .await?;
    // A department that left a group is in another one of the same run.
    let sources = groups
        .iter()
        .flat_map(|group| group.sources.iter().map(|source| (source, group.id)));
    session
        .insert(
            &GROUP_SOURCE_PUT,
            sources,
            move |(source, group), values| {
                values.extend(values![org, source.as_str(), group]);
                Ok(())
            },
        )
        .await
}
