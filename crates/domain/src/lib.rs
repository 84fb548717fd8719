//! Rollcall's words as types.
//!
//! Everything here is plain data with its rules: who a person is, what a group and a content region
//! are, what an organisation may decide, what a run reports. No I/O, no SQL, no HTTP. The time and
//! randomness come in through [`Clock`] and [`Entropy`] and nowhere else.

pub mod budget;
pub mod change;
pub mod code;
pub mod connection;
pub mod country;
pub mod environment;
pub mod group;
pub mod ids;
pub mod invitation;
pub mod job;
pub mod mail;
pub mod midnight;
pub mod money;
pub mod organisation;
pub mod person;
pub mod policy;
pub mod region;
pub mod run;
pub mod task;
pub mod text;
pub mod words;

pub use budget::{Budget, BudgetChange, BudgetRefusal, EntryKind};
pub use change::{Action, FieldChange, FieldValue, GroupRef, PersonField, PersonRef};
pub use code::{Code, FindingOutcome};
pub use connection::{Connection, ConnectionState, Days, Field, Provider, Schedule};
pub use country::Country;
pub use environment::{Clock, Entropy, IdSource, OsEntropy, SystemClock};
pub use group::Group;
pub use ids::{
    BudgetId, ConnectionId, ContentId, GroupId, HrisId, JobId, MailId, OrganisationId, PersonId,
    RegionId, RunId, TaskId, TokenId, ViewId,
};
pub use invitation::InvitationState;
pub use job::{JobKind, JobState, LeftOutCode};
pub use mail::{MailKind, MailState};
pub use midnight::next_midnight;
pub use money::Currency;
pub use organisation::Organisation;
pub use person::{ArchivedBy, Person, Source, Status};
pub use policy::{ArchiveAt, Policy, Safeguards};
pub use region::{Region, RegionTable};
pub use run::{Counts, Hold, HoldCode, Problem, ProblemCode, Run, RunKind, RunState, Trigger};
pub use smol_str::SmolStr;
pub use task::TaskKind;
