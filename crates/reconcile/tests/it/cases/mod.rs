//! The rules one by one, each as a small company and what a sync makes of it.

mod absence;
mod answers;
mod countries;
mod dates;
mod distrust;
mod emails;
mod files;
mod groups;
mod identity;
mod large;
mod managers;
mod returning;
mod safeguards;

use domain::{ArchivedBy, Code, FindingOutcome, Group, HrisId, Person, PersonRef, Policy, Status};
use hris::Roster;
use reconcile::{Directory, Outcome, Plan, reconcile};

use crate::company::{Draft, TODAY, apply_at, hid, noon, pid, whole};

/// A sync that was applied.
struct Synced {
    plan: Plan,
    after: Directory,
}

/// Syncs by the default policy.
fn sync(directory: &Directory, drafts: impl IntoIterator<Item = Draft>) -> Synced {
    sync_by(&Policy::default(), directory, drafts)
}

fn sync_by(
    policy: &Policy,
    directory: &Directory,
    drafts: impl IntoIterator<Item = Draft>,
) -> Synced {
    sync_roster(policy, directory, &whole(drafts))
}

/// Syncs, and once more: every example also shows that the second run has nothing to do.
fn sync_roster(policy: &Policy, directory: &Directory, roster: &Roster) -> Synced {
    let plan = reconcile(directory, roster, policy, TODAY);
    let after = apply_at(&plan, directory, noon());
    let again = reconcile(&after, roster, policy, TODAY);
    assert!(
        again.changes_nothing(),
        "the second run: {:#?} {:#?}",
        again.changes,
        again.groups
    );
    Synced { plan, after }
}

impl Synced {
    /// What became of employee `n`.
    #[track_caller]
    fn outcome(&self, n: u32) -> Outcome {
        let told = self.plan.outcomes.iter().find(|(id, _)| *id == hid(n));
        told.expect("an outcome").1
    }

    /// Person `n` of the directory.
    #[track_caller]
    fn person(&self, n: u32) -> &Person {
        self.after
            .people
            .iter()
            .find(|person| person.id == pid(n))
            .expect("a person")
    }

    /// Whoever is linked to employee `n`.
    fn linked(&self, n: u32) -> Option<&Person> {
        self.after
            .people
            .iter()
            .find(|person| person.hris_id == Some(hid(n)))
    }

    /// Whoever was made for employee `n`.
    #[track_caller]
    fn made(&self, n: u32) -> &Person {
        let made = self
            .plan
            .changes
            .iter()
            .any(|change| change.subject == PersonRef::New(hid(n)));
        assert!(made, "nobody was made for {n}");
        self.linked(n).expect("linked")
    }

    /// Flags of employee `n`.
    fn flags(&self, n: u32) -> Vec<Code> {
        let id: HrisId = hid(n);
        let flags = self.plan.findings.iter().filter(|finding| {
            finding.outcome == FindingOutcome::Flagged && finding.hris_id.as_ref() == Some(&id)
        });
        flags.map(|finding| finding.code).collect()
    }

    /// The group of this name.
    #[track_caller]
    fn group(&self, name: &str) -> &Group {
        self.after
            .groups
            .iter()
            .find(|group| group.name == name)
            .expect("a group")
    }

    /// Archived, and by what.
    #[track_caller]
    fn archived(&self, n: u32) -> Option<ArchivedBy> {
        let person = self.person(n);
        assert_eq!(
            person.status == Status::Archived,
            person.archived_by.is_some()
        );
        person.archived_by
    }
}
