//! Why each managed field is what it is.

use domain::{Code, GroupRef, PersonRef, SmolStr};
use hris::{CountryReading, Employee, Seen};

use super::Teller;
use crate::{
    managers::Manager,
    matching::Target,
    situation::{CaseIndex, PersonIndex},
};

impl Teller<'_, '_, '_> {
    pub(super) fn fields(&mut self, index: CaseIndex, target: Target) {
        let employee = self.writer.situation.cases[index].employee;
        self.unseen(employee);
        self.name(employee);
        self.country(employee, target.person);
        self.group(employee, target.person);
        self.approver(index, target.person);
    }

    /// A key that is absent for one person says nothing about them.
    fn unseen(&mut self, employee: &Employee) {
        let fields = [
            ("first name", employee.first_name.is_seen()),
            ("surname", employee.surname.is_seen()),
            ("email", employee.email.is_seen()),
            ("start date", employee.start_date.is_seen()),
            ("end date", employee.end_date.is_seen()),
            ("lifecycle status", employee.lifecycle.is_seen()),
            ("line manager", employee.manager.is_seen()),
            ("department", employee.department.is_seen()),
            ("country", employee.country.is_seen()),
        ];
        let unseen = fields.iter().filter(|(_, seen)| !seen);
        let unseen: Vec<&str> = unseen.map(|(name, _)| *name).collect();
        if !unseen.is_empty() {
            self.say(format!(
                "The HRIS does not show us the {}: what stands here is left as it is.",
                unseen.join(", ")
            ));
        }
    }

    fn name(&mut self, employee: &Employee) {
        if self.writer.situation.policy.use_preferred_name
            && let Some(name) = employee.display_name.value()
        {
            self.say(format!(
                "The first name is the preferred one, out of “{name}”."
            ));
        }
    }

    fn country(&mut self, employee: &Employee, person: Option<PersonIndex>) {
        let situation = self.writer.situation;
        let regions = &situation.directory.regions;
        let name = |id| {
            let region = regions.regions().iter().find(|region| region.id == id);
            region.map_or("", |region| region.name.as_str())
        };
        let kept = person.and_then(|person| situation.person(person).region);
        match &employee.country {
            Seen::Value(CountryReading::Known(country)) => {
                let text = match regions.of(*country) {
                    Some(region) => format!(
                        "Lives in {}, which the table of regions puts into {}.",
                        country.name(),
                        name(region)
                    ),
                    None => format!(
                        "Lives in {}, which is in no region: the fallback, {}, applies.",
                        country.name(),
                        name(regions.fallback())
                    ),
                };
                self.say(text);
            }
            Seen::Value(CountryReading::Unknown(_)) | Seen::Bad(_) => self.say(format!(
                "The country cannot be read, so the region is {}.",
                name(kept.unwrap_or(regions.fallback()))
            )),
            Seen::Null if kept.is_some() => {
                self.say(
                    "The HRIS has no country: the one that stands here is kept with its region.",
                );
            }
            Seen::Null | Seen::Absent => {}
        }
    }

    fn group(&mut self, employee: &Employee, person: Option<PersonIndex>) {
        let situation = self.writer.situation;
        match employee.department {
            Seen::Value(index) => {
                let department = &situation.roster.department(index).name;
                let group = self.writer.groups.target(index);
                let group = group.map(|group| self.group_name(group));
                self.say(format!(
                    "The department {department} makes the group {}.",
                    group.unwrap_or_default()
                ));
            }
            Seen::Null => self.say("The HRIS has no department, so there is no group from it."),
            Seen::Bad(_) => self.say("The department cannot be read, so the group is kept."),
            Seen::Absent => return,
        }
        let by_hand = person.is_some_and(|person| {
            let record = situation.person(person);
            !record.manual_groups.is_empty()
        });
        if by_hand && situation.policy.keep_manual_groups {
            self.say("Groups set by hand are kept, as the policy says.");
        }
    }

    fn approver(&mut self, index: CaseIndex, person: Option<PersonIndex>) {
        let situation = self.writer.situation;
        let by_hand =
            person.is_some_and(|person| !situation.person(person).manual_approvers.is_empty());
        let instead = if by_hand {
            "approvers set by hand stay"
        } else if situation.policy.fallback_approver_ids.is_empty() {
            "nobody approves, as there are no fallback approvers either"
        } else {
            "the fallback approvers apply"
        };
        match self.writer.managers.of(index) {
            Manager::Untouched => {}
            Manager::Approves(manager) => {
                let name = self.person_name(manager);
                self.say(format!("The line manager, {name}, approves."));
            }
            Manager::Nobody => {
                self.say(format!("The HRIS has no line manager: {instead}."));
            }
            Manager::Cannot(Code::ManagerIsSelf) => self.say(format!(
                "The HRIS names the employee as their own line manager: {instead}."
            )),
            Manager::Cannot(_) => {
                self.say(format!("The line manager cannot approve: {instead}."));
            }
        }
    }

    fn group_name(&self, group: &GroupRef) -> SmolStr {
        let plan = &self.plan.groups;
        match group {
            GroupRef::New(key) => {
                let made = plan.create.iter().find(|(made, _)| made == key);
                made.map_or_else(|| key.clone(), |(_, name)| name.clone())
            }
            GroupRef::Existing(id) => {
                let renamed = plan.rename.iter().find(|rename| rename.group == *id);
                let mut groups = self.writer.situation.directory.groups.iter();
                renamed
                    .map(|rename| rename.after.clone())
                    .or_else(|| Some(groups.find(|group| group.id == *id)?.name.clone()))
                    .unwrap_or_default()
            }
        }
    }

    fn person_name(&self, person: &PersonRef) -> SmolStr {
        let situation = self.writer.situation;
        match person {
            PersonRef::Existing(id) => situation
                .index_of(*id)
                .map(|index| situation.person(index).name())
                .unwrap_or_default(),
            PersonRef::New(id) => {
                let case = situation.case_of_id(id);
                let employee = case.map(|case| situation.cases[case].employee);
                employee.and_then(full_name).unwrap_or_else(|| id.0.clone())
            }
        }
    }
}

fn full_name(employee: &Employee) -> Option<SmolStr> {
    let text = |seen: &Seen<SmolStr>| seen.value().cloned().unwrap_or_default();
    domain::person::full_name(&text(&employee.first_name), &text(&employee.surname))
}
