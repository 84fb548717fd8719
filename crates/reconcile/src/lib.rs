//! The heart: an organisation's directory and a roster of its HRIS in, a plan out.
//!
//! ```text
//! reconcile(directory, roster, policy, today) -> Plan      judge(…, plan) -> Verdict
//! ```
//!
//! Both are pure: no clock, no I/O, no randomness, and the same answer for any order of what they
//! are given. A preview shows that very plan, a sync writes that very plan.
//!
//! The steps, each in a module of its own: who has left (`leaving`), who is meant (`matching`), what to do
//! about each (`decide`), who
//! may have which email (`emails`), which groups there are (`groups`), who approves for whom
//! (`managers`), what each record becomes (`fields`), put together in `build`; then `safeguards`
//! judge the whole, and [`apply`] turns it into the records that are stored.

mod answers;
pub mod apply;
mod build;
mod change;
mod common;
mod counts;
mod decide;
mod directory;
mod emails;
mod explain;
mod fields;
mod file;
mod groups;
mod halves;
mod leaving;
mod managers;
mod matching;
mod namesakes;
mod people_index;
mod places;
mod plan;
mod safeguards;
mod situation;
mod timer;
mod why;

use domain::Policy;
use hris::Roster;
use jiff::civil::Date;

pub use answers::{Concern, Reason, concerns};
pub use directory::{Directory, Past};
pub use explain::{Explanation, Rule, Subject, explain};
pub use file::{File, FilePlan, file, row_id};
pub use people_index::PeopleIndex;
pub use plan::{Finding, GroupPlan, GroupRename, Outcome, PersonChange, PersonState, Plan, Weight};
pub use safeguards::{Verdict, judge, judge_midnight};
pub use timer::midnight;

/// Plans what a roster changes in a directory.
///
/// `today` is the day in the organisation's time zone; a later day previews what the same roster
/// would do then.
#[must_use]
pub fn reconcile(directory: &Directory, roster: &Roster, policy: &Policy, today: Date) -> Plan {
    let index = PeopleIndex::of(&directory.people);
    reconcile_indexed(directory, &index, roster, policy, today)
}

/// [`reconcile`] with an index of the directory's people that was made before.
#[must_use]
pub fn reconcile_indexed(
    directory: &Directory,
    index: &PeopleIndex,
    roster: &Roster,
    policy: &Policy,
    today: Date,
) -> Plan {
    // The path of the method stands for one lifetime only, and clippy wants no closure around it.
    fn plan(builder: build::Builder<'_, '_>) -> Plan {
        builder.build()
    }
    steps(directory, index, roster, policy, today, plan)
}

/// Takes all steps up to the plan and hands over what they decided.
fn steps<T>(
    directory: &Directory,
    index: &PeopleIndex,
    roster: &Roster,
    policy: &Policy,
    today: Date,
    finish: impl FnOnce(build::Builder<'_, '_>) -> T,
) -> T {
    let situation = situation::Situation::new(directory, roster, policy, today, index);
    let (mut matching, blocked) = matching::settled(&situation);
    matching.index_applied(&situation);
    let (groups, managers) = halves::both(
        situation.cases.len(),
        || groups::resolve(&situation, &matching),
        || managers::resolve(&situation, &matching),
    );
    let writer = fields::Writer {
        situation: &situation,
        blocked: &blocked,
        groups: &groups,
        managers: &managers,
        namesakes: &namesakes::Namesakes::of(&situation, &matching),
    };
    finish(build::Builder::new(writer, &matching))
}
