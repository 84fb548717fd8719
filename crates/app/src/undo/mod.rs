//! Taking a run back, as a whole or for one person.
//!
//! Every field goes back to its value before the run, where nothing newer stands on top. The run
//! itself stays in the record; the undo is an act of its own in the history. It pauses the schedule,
//! since the next sync would do the same again unless the HRIS is mended.
//!
//! It is worked out on a directory as of one moment and written only if the directory is still that
//! one, as a sync is.

mod fields;
mod groups;
mod people;
mod refusal;

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    ConnectionId, ConnectionState, Organisation, Person, PersonId, Provider, RunId, RunKind,
};
use reconcile::{Directory, midnight};
use store::{ActId, ApplyError, LoadedDirectory, RunChange, RunRecord, UndoRun};

use crate::{
    App, Failure,
    sync::Base,
    view::{ChangeView, GroupChangeView, Undone},
};
use groups::{Groups, named_back};
use people::{People, Work};

/// An undo, worked out.
struct Undo {
    people: People,
    groups: Groups,
    base: Base,
    pause: Option<(ConnectionId, Provider)>,
}

/// Whose undo is asked for.
#[derive(Clone, Copy)]
struct Asked<'a> {
    org: &'a Organisation,
    run: RunId,
    act: ActId,
    /// Everybody's when nobody is named.
    person: Option<PersonId>,
}

impl App {
    /// Takes an applied run back, or what it did to one person.
    ///
    /// What something newer stands on, or what would break the directory, is left and said. Nothing
    /// at all is written when nothing can be taken back.
    pub async fn undo(
        &self,
        org: &Organisation,
        run: &str,
        person: Option<&str>,
    ) -> Result<Undone, Failure> {
        let record = self.run_record(org, run).await?;
        let act = applied_act(&record)?;
        let person = match person {
            Some(name) => Some(self.find_person(org, name).await?.id),
            None => None,
        };
        let asked = Asked {
            org,
            run: record.run.id,
            act,
            person,
        };
        let Some(lock) = self.lock_or_join(org).await? else {
            return Err(Failure::conflict(
                "sync_going",
                "A sync is going, so nothing was taken back.",
            )
            .mend("Wait for it to end, then undo again."));
        };
        let undone = self.undo_locked(asked).await;
        lock.release().await;
        undone
    }

    async fn undo_locked(&self, asked: Asked<'_>) -> Result<Undone, Failure> {
        let mut base = self.base(asked.org).await?;
        loop {
            let mut undo = self.work_out(asked, base).await?;
            let still = undo.base.still.take();
            if undo.people.edits.is_empty() && undo.groups.renamed.is_empty() {
                self.refuse_second_undo(asked).await?;
                return self.undone(asked, None, undo).await;
            }
            let act: ActId = self.ids().next();
            let written = UndoRun {
                run: asked.run,
                whole: asked.person.is_none(),
                edits: &undo.people.edits,
                groups: &undo.groups.renamed,
                archives: undo.people.archives,
                pause: undo.pause.map(|(connection, _)| connection),
                base_version: undo.base.loaded.version,
                actor: self.actor,
                at: self.clock.now(),
                act,
            };
            let written = match still {
                Some(still) => still.undo_run(written).await,
                None => self.store.undo_run(asked.org.id, written).await,
            };
            match written {
                Ok(()) => return self.undone(asked, Some(act), undo).await,
                Err(ApplyError::BaseMoved) => {}
                Err(ApplyError::Store(error)) => return Err(error.into()),
                Err(error @ (ApplyError::Fenced | ApplyError::Disconnected)) => {
                    return Err(Failure::internal(error.to_string()));
                }
            }
            base = self.base_again(asked.org, undo.base).await?;
        }
    }

    /// What taking it back comes to, on the directory as it stands now.
    ///
    /// The directory is read first: whatever is read below may only be newer, and then the write is
    /// refused.
    async fn work_out(&self, asked: Asked<'_>, base: Base) -> Result<Undo, Failure> {
        let Asked { org, run, act, .. } = asked;
        let now = self.clock.now();
        let record = self.run_record(org, &run.to_string()).await?;
        if record.undone_at.is_some() && asked.person.is_none() {
            return Err(already_undone(run));
        }
        let changes = self.changes_asked_for(asked).await?;
        let ids: Vec<PersonId> = changes.iter().filter_map(|c| c.person_id).collect();
        let newest = self.store.newest_acts(org.id, &ids).await?;
        let work = Work {
            directory: &base.loaded.directory,
            changes: &changes,
            act,
            newest: &newest,
            now,
            why: &why(run),
        };
        let people = tokio::task::block_in_place(|| work.people());
        let renames = match (&record.group_changes, asked.person) {
            (Some(groups), None) => groups.rename.as_slice(),
            _ => &[],
        };
        if changes.is_empty() && renames.is_empty() {
            let nothing = format!("The run {run} changed nothing, so there is nothing to undo.");
            return Err(Failure::conflict("nothing_to_undo", nothing));
        }
        let groups = named_back(&base.loaded.directory.groups, renames);
        let live = self.store.connection(org.id).await?;
        let pause = live.map(|live| live.connection);
        let pause = pause.filter(|live| live.state == ConnectionState::Connected);
        Ok(Undo {
            people,
            groups,
            base,
            pause: pause.map(|live| (live.id, live.provider)),
        })
    }

    async fn changes_asked_for(&self, asked: Asked<'_>) -> Result<Vec<RunChange>, Failure> {
        let Asked {
            org, run, person, ..
        } = asked;
        let mut changes = self.store.run_changes(org.id, run, None, None).await?.items;
        if let Some(person) = person {
            changes.retain(|change| change.person_id == Some(person));
            if changes.is_empty() {
                let nothing = format!("The run {run} did not change this person.");
                return Err(Failure::conflict("nothing_to_undo", nothing));
            }
        }
        Ok(changes)
    }

    /// A second undo for one person finds the first one on top of the run.
    async fn refuse_second_undo(&self, asked: Asked<'_>) -> Result<(), Failure> {
        let Some(person) = asked.person else {
            return Ok(());
        };
        let history = self.store.history(asked.org.id, person, Some(1), None);
        match history.await?.items.first() {
            Some(newest) if newest.why == why(asked.run) => Err(already_undone(asked.run)),
            _ => Ok(()),
        }
    }

    /// What is said about it.
    async fn undone(
        &self,
        asked: Asked<'_>,
        act: Option<ActId>,
        undo: Undo,
    ) -> Result<Undone, Failure> {
        let Undo {
            people,
            groups,
            base,
            pause,
        } = undo;
        let fields = people.edits.iter().flat_map(|edit| &edit.fields);
        let names = self
            .names_for(asked.org.id, fields, BTreeMap::new())
            .await?;
        let changes: Vec<ChangeView> = people
            .edits
            .iter()
            .map(|edit| ChangeView {
                person_id: Some(edit.person.id),
                hris_id: edit.person.hris_id.clone(),
                name: edit.person.name(),
                email: edit.person.email.clone(),
                action: edit.action,
                fields: names.fields(&edit.fields),
                why: edit.why.clone(),
            })
            .collect();
        let renamed = groups.renames.into_iter().map(|rename| GroupChangeView {
            action: "rename",
            before: Some(rename.after.to_string()),
            after: rename.before.to_string(),
        });
        let restored = people.edits.into_iter().map(|edit| edit.person).collect();
        let leaving = self
            .leaving_at_midnight(asked.org, base.loaded, restored)
            .await?;
        let refused = people.refused.into_iter().chain(groups.refused);
        Ok(Undone {
            run_id: asked.run,
            act_id: act.map(|act| act.0.to_string()),
            changes,
            groups: renamed.collect(),
            not_undone: refused.map(Into::into).collect(),
            paused: act.is_some() && pause.is_some(),
            note: match act {
                Some(_) => note(asked.org, pause.map(|(_, provider)| provider), leaving),
                None => "Nothing could be taken back, so nothing was changed.".to_owned(),
            },
        })
    }

    /// How many of those who were put back the timer would archive, since their last day is over.
    async fn leaving_at_midnight(
        &self,
        org: &Organisation,
        loaded: LoadedDirectory,
        restored: Vec<Person>,
    ) -> Result<usize, Failure> {
        let policy = self.store.policy(org.id).await?;
        let ids: BTreeSet<PersonId> = restored.iter().map(|person| person.id).collect();
        let LoadedDirectory { mut directory, .. } = loaded;
        put(&mut directory, restored);
        let plan = midnight(&directory, &policy, org.today(self.clock.now()));
        let archives = plan.changes.iter().filter(|change| change.weight.archives);
        Ok(archives
            .filter(|change| change.existing().is_some_and(|id| ids.contains(&id)))
            .count())
    }
}

fn put(directory: &mut Directory, people: Vec<Person>) {
    let mut put: BTreeMap<PersonId, Person> = people
        .into_iter()
        .map(|person| (person.id, person))
        .collect();
    for person in &mut directory.people {
        if let Some(after) = put.remove(&person.id) {
            *person = after;
        }
    }
}

/// The act under which the history has the run; only an applied run has one.
fn applied_act(record: &RunRecord) -> Result<ActId, Failure> {
    let run = &record.run;
    match record.act_id {
        Some(act) if run.kind == RunKind::Sync && run.state.is_success() => Ok(act),
        _ => Err(Failure::conflict(
            "not_applied",
            format!(
                "The run {} is a {} that is {}, so it changed nothing that could be undone.",
                run.id, run.kind, run.state
            ),
        )),
    }
}

/// What the history says of an undo.
fn why(run: RunId) -> String {
    format!("Undone: run {run}.")
}

fn already_undone(run: RunId) -> Failure {
    Failure::conflict(
        "already_undone",
        format!("The run {run} was undone already; nothing was changed."),
    )
}

/// What an admin has to know now.
fn note(org: &Organisation, paused: Option<Provider>, leaving: usize) -> String {
    let slug = &org.slug;
    let again = match paused {
        Some(provider) => format!(
            "The schedule is paused: the next sync would do the same again unless {0} is mended first. Once it is: rollcall hris resume --org {slug}",
            provider.name()
        ),
        None => "The next sync or pass of the timer would do the same again unless its cause is mended first.".to_owned(),
    };
    let whom = match leaving {
        0 => return again,
        1 => "one of them".to_owned(),
        several => format!("{several} of them"),
    };
    format!(
        "{again}\nTheir last day is over: the midnight timer archives {whom} again, also while the schedule is paused, unless their end dates are changed first."
    )
}
