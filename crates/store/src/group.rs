//! Groups and the departments that point to them.

use domain::{Group, GroupId, OrganisationId};
use rustc_hash::FxHashMap;

use crate::{
    Store, StoreError,
    engine::{Session, bulks, statements, values},
    organisation,
};

statements! {
    GROUPS = "SELECT id, name, name_key FROM grp WHERE org_id = $1 ORDER BY name_key";
    GROUP_SIZES =
        "SELECT group_id, COUNT(*) FROM (
           SELECT group_id FROM person
           WHERE org_id = $1 AND group_id IS NOT NULL AND status = 'active'
           UNION ALL
           SELECT g.group_id FROM person_group g JOIN person p
             ON p.org_id = g.org_id AND p.id = g.person_id AND p.status = 'active'
           WHERE g.org_id = $1) AS members
         GROUP BY group_id";
    GROUP_SOURCES_DROP = "DELETE FROM group_source WHERE org_id = $1 AND group_id = $2";
    GROUP_DROP = "DELETE FROM grp WHERE org_id = $1 AND id = $2";
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
    /// How many active people are in each group that has any.
    pub async fn group_sizes(
        &self,
        org: OrganisationId,
    ) -> Result<FxHashMap<GroupId, u64>, StoreError> {
        let mut session = self.engine.read().await?;
        let mut sizes = FxHashMap::default();
        session
            .each(&GROUP_SIZES, &values![org], |row| {
                sizes.insert(row.id()?, row.count()?);
                Ok(())
            })
            .await?;
        Ok(sizes)
    }

    /// Makes a group, or stores another name for one. A name that another group has is refused with
    /// [`crate::Clash::GroupName`].
    pub async fn put_group(&self, org: OrganisationId, group: &Group) -> Result<(), StoreError> {
        let mut session = self.engine.write().await?;
        organisation::touch(&mut session, org).await?;
        write(&mut session, org, std::slice::from_ref(group)).await?;
        session.commit().await
    }

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

/// Deletes a group that nobody is in any more, inside the transaction that took them out.
pub(crate) async fn drop_empty(
    session: &mut Session,
    org: OrganisationId,
    group: GroupId,
) -> Result<(), StoreError> {
    let values = values![org, group];
    session.execute(&GROUP_SOURCES_DROP, &values).await?;
    let dropped = session.execute(&GROUP_DROP, &values).await?;
    organisation::found_one(dropped, "group")
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
