//! Groups: departments of the HRIS, and groups made by hand.
//!
//! While an HRIS is connected its departments decide, so groups are not made by hand, unless the
//! policy keeps hand-made groups; then these can be made and changed, and departments still cannot.

use domain::{
    Action, Group, GroupId, Organisation, SmolStr,
    text::{clean_text, fold_name},
};
use store::{Clash, Edit, PeopleFilter, StoreError};

use crate::{
    App, Failure,
    people::edit_of,
    view::{GroupOfAllView, List},
};

const NAME_LIMIT: usize = 200;

impl App {
    /// All groups, by name, with how many active people are in each.
    pub async fn groups(&self, org: &Organisation) -> Result<List<GroupOfAllView>, Failure> {
        let connected = self.store.connection(org.id).await?.is_some();
        let sizes = self.store.group_sizes(org.id).await?;
        let groups = self.store.groups(org.id).await?;
        let views = groups.into_iter().map(|group| GroupOfAllView {
            managed: connected && group.managed(),
            people: sizes.get(&group.id).copied().unwrap_or_default(),
            id: group.id,
            name: group.name,
        });
        Ok(List::whole(views.collect()))
    }

    /// The groups that somebody is in, by name, without counting their people.
    pub async fn group_names(
        &self,
        org: &Organisation,
    ) -> Result<Vec<(domain::GroupId, String)>, Failure> {
        let groups = self.store.groups(org.id).await?;
        let mut names: Vec<_> = groups
            .into_iter()
            .map(|group| (group.id, group.name.to_string()))
            .collect();
        names.sort_by(|(_, one), (_, other)| one.cmp(other));
        Ok(names)
    }

    /// Makes a group by hand.
    pub async fn create_group(
        &self,
        org: &Organisation,
        name: &str,
    ) -> Result<GroupOfAllView, Failure> {
        self.refuse_managed(org, None).await?;
        let group = named(self.ids().next(), Vec::new(), name)?;
        self.store.put_group(org.id, &group).await.map_err(taken)?;
        self.group_view(org, group.id).await
    }

    /// Renames a group; everybody stays in it.
    pub async fn rename_group(
        &self,
        org: &Organisation,
        id: &str,
        name: &str,
    ) -> Result<GroupOfAllView, Failure> {
        let known = self.find_group(org, id).await?;
        self.refuse_managed(org, Some(&known)).await?;
        let group = named(known.id, known.sources, name)?;
        self.store.put_group(org.id, &group).await.map_err(taken)?;
        self.group_view(org, group.id).await
    }

    /// Deletes a group: whoever is in it is in it no longer, with a line in their history.
    pub async fn delete_group(&self, org: &Organisation, id: &str) -> Result<(), Failure> {
        let group = self.find_group(org, id).await?;
        self.refuse_managed(org, Some(&group)).await?;
        let members = PeopleFilter {
            group: Some(group.id),
            ..PeopleFilter::default()
        };
        let members = self.store.people(org.id, &members).await?.items;
        let out = members.into_iter().filter_map(|row| {
            let mut after = row.person.clone();
            after.group = after.group.filter(|id| *id != group.id);
            after.manual_groups.retain(|id| *id != group.id);
            edit_of(
                Some(row.person),
                after,
                Action::Update,
                "The group was deleted.",
            )
        });
        let edits: Vec<Edit> = out.collect();
        let (at, act) = (self.clock.now(), self.ids().next());
        self.store
            .delete_group(org.id, group.id, &edits, self.actor, at, act)
            .await?;
        Ok(())
    }

    async fn group_view(&self, org: &Organisation, id: GroupId) -> Result<GroupOfAllView, Failure> {
        let groups = self.groups(org).await?.items;
        let found = groups.into_iter().find(|group| group.id == id);
        found.ok_or_else(|| Failure::not_found("group", &id.to_string()))
    }

    async fn find_group(&self, org: &Organisation, id: &str) -> Result<Group, Failure> {
        let groups = self.store.groups(org.id).await?;
        let found = groups.into_iter().find(|group| group.id.to_string() == id);
        found.ok_or_else(|| Failure::not_found("group", id))
    }

    async fn refuse_managed(
        &self,
        org: &Organisation,
        group: Option<&Group>,
    ) -> Result<(), Failure> {
        if self.store.connection(org.id).await?.is_none() {
            return Ok(());
        }
        let by_hand = group.is_none_or(|group| !group.managed());
        if by_hand && self.store.policy(org.id).await?.keep_manual_groups {
            return Ok(());
        }
        Err(Failure::conflict(
            "managed_by_hris",
            "Groups come from the departments of the HRIS while it is connected, so nothing was changed.",
        )
        .mend("Change the department in the HRIS; or let the policy keep hand-made groups, which can then be made here."))
    }
}

fn named(id: GroupId, sources: Vec<SmolStr>, name: &str) -> Result<Group, Failure> {
    let name = clean_text(name, NAME_LIMIT).ok_or_else(|| {
        Failure::field(
            "name",
            "missing_name",
            "A group needs a name; nothing was changed.",
        )
    })?;
    Ok(Group {
        id,
        name_key: fold_name(&name),
        name,
        sources,
    })
}

fn taken(error: StoreError) -> Failure {
    if matches!(error, StoreError::Clash(Clash::GroupName)) {
        return Failure::conflict(
            "group_name_taken",
            "Another group has this name; nothing was changed.",
        )
        .mend("Choose another name.");
    }
    error.into()
}
