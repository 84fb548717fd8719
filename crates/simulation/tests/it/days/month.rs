//! A month of one company: what happens on a day.

use std::collections::BTreeSet;

use app::{Failure, NoRunProgress, SyncRequest, view::RunReport};
use domain::{Clock as _, Organisation, PersonField, RunKind, RunState, Trigger};
use jiff::{ToSpan as _, civil::Date};
use rand::{RngExt as _, seq::IndexedRandom as _};
use rand_chacha::ChaCha8Rng;
use reconcile::Directory;
use sandbox::{Fault, FaultKind, Permissions};

use super::{admin::Admin, hr::Hr, invariants};
use crate::{
    company::has_left,
    content::assert_same,
    faults::expected::one_of_each,
    installation::{Process, World},
    time::instant,
};

/// Its clocks change on the 29th of March.
pub(crate) const ZONE: &str = "Europe/Lisbon";

pub(crate) struct Month {
    pub(crate) seed: u64,
    pub(crate) world: World,
    pub(crate) one: Process,
    pub(crate) two: Process,
    pub(crate) org: Organisation,
    pub(crate) other: Organisation,
    pub(crate) others: Vec<String>,
    pub(crate) hr: Hr,
    pub(crate) admin: Admin,
    pub(crate) known: BTreeSet<String>,
    pub(crate) rng: ChaCha8Rng,
    pub(crate) today: Date,
    /// The permissions are narrowed until this day.
    pub(crate) narrowed_until: Option<Date>,
}

impl Month {
    pub(super) fn what(&self) -> String {
        format!("seed {} on {}", self.seed, self.today)
    }

    fn at(&self, hour: i8) {
        self.world
            .clock
            .turn_to(instant(self.today.at(hour, 0, 5, 0), ZONE));
    }

    pub(crate) async fn directory(&self) -> Directory {
        let now = self.world.clock.now();
        self.one.directory(&self.org, now).await
    }

    fn chance(&mut self, percent: u32) -> bool {
        self.rng.random_range(0..100) < percent
    }

    /// A day from midnight to evening.
    pub(crate) async fn day(&mut self, number: u32, quiet: bool) {
        self.today = self.today.saturating_add(1.day());
        let mut happened = Ok(());
        let (hr, today) = (&mut self.hr, self.today);
        let roster = self.world.sandbox().change(|roster| {
            hr.turn_over(roster, today);
            story(hr, roster, number);
            if quiet {
                hr.mend(roster, 100);
            } else {
                hr.pass(roster);
            }
            happened = roster.check();
            roster.clone()
        });
        happened.unwrap();
        self.hr.say(&roster.unwrap());
        if number == 24 {
            self.admin
                .appoint(&self.two.app, &self.org, "root@acme.test")
                .await;
        }
        // The machine is down.
        if !quiet && self.chance(10) {
            return;
        }
        Box::pin(self.midnight()).await;
        self.at(8);
        if !quiet {
            let now = self.world.clock.now();
            self.admin
                .work(&self.one, &self.org, &mut self.hr, now)
                .await;
            self.spare_excluded().await;
        }
        Box::pin(self.morning(quiet)).await;
    }

    /// Whom the admin left out has no part in what happens to emails: nobody would hear of it.
    async fn spare_excluded(&mut self) {
        let excluded = self.directory().await.excluded;
        let ids = excluded.iter().map(|id| id.as_str().into());
        self.hr.spared.extend(ids);
    }

    /// Both processes have a timer.
    async fn midnight(&mut self) {
        self.at(0);
        let before = self.directory().await;
        let (one, two) = tokio::join!(
            self.one.app.tick(&self.org, &NoRunProgress),
            self.two.app.tick(&self.org, &NoRunProgress)
        );
        for passed in [one, two] {
            let state = passed.unwrap().map(|report| report.run.state);
            assert!(!state.is_some_and(RunState::is_going), "{state:?}");
        }
        self.approve_all(false).await;
        self.check_day(&before, false).await;
    }

    /// The sync of the day, by both processes at once.
    async fn morning(&mut self, quiet: bool) {
        self.at(9);
        let before = self.directory().await;
        let faulty = self.trouble(quiet);
        let misled = self.world.sandbox().faults().iter().any(misleads);
        if !faulty && self.chance(15) {
            self.preview_and_sync().await;
        } else {
            Box::pin(self.sync_twice(quiet)).await;
        }
        if faulty && self.chance(50) {
            self.world.sandbox().set_faults(Vec::new());
            self.at(11);
            Box::pin(self.sync_twice(quiet)).await;
        }
        let trouble = !self.world.sandbox().faults().is_empty() || self.narrowed_until.is_some();
        if !trouble {
            self.approve_all(true).await;
            self.note_known().await;
            if self.chance(20) {
                self.sync_again().await;
            }
        }
        self.world.sandbox().set_faults(Vec::new());
        self.check_day(&before, misled).await;
    }

    /// Sets what is wrong with HiBob today; whether that is something that passes.
    fn trouble(&mut self, quiet: bool) -> bool {
        let sandbox = self.world.sandbox().clone();
        if quiet || self.narrowed_until.is_some_and(|until| until <= self.today) {
            sandbox.set_permissions(Permissions::default()).unwrap();
            self.narrowed_until = None;
        }
        if quiet {
            return false;
        }
        if self.narrowed_until.is_none() && self.chance(8) {
            let days = self.rng.random_range(1..4);
            self.narrowed_until = Some(self.today.saturating_add(days.days()));
            let mut permissions = Permissions::default();
            let group = &mut permissions.groups[0];
            if self.chance(50) {
                group.lifecycle_statuses = Some(vec!["Employed".to_owned()]);
            } else {
                let lost = ["work", "address", "lifecycle"]
                    .choose(&mut self.rng)
                    .unwrap();
                group.sections.retain(|section| section != lost);
            }
            sandbox.set_permissions(permissions).unwrap();
        }
        if self.chance(30) {
            let faults: Vec<Fault> = one_of_each();
            let number = self.rng.random_range(1..3);
            let chosen = (0..number).map(|_| faults.choose(&mut self.rng).unwrap().clone());
            let chosen: Vec<Fault> = chosen.collect();
            sandbox.set_faults(chosen);
            return true;
        }
        false
    }

    /// Both processes at once, and an edit while they are at it.
    async fn sync_twice(&mut self, quiet: bool) {
        let directory = self.directory().await;
        let edits = !quiet && self.chance(40);
        let (admin, org) = (&mut self.admin, &self.org);
        let edit = async {
            if edits {
                admin.edit(&self.two.app, org, &directory).await
            } else {
                Ok(())
            }
        };
        let (one, two, edit) = tokio::join!(self.one.sync(org), self.two.sync(org), edit);
        for report in [&one, &two] {
            let state = report.run.state;
            assert!(!state.is_going(), "{}: {:?}", self.what(), report.run);
            let code = report
                .run
                .error
                .as_ref()
                .map(|problem| problem.code.as_str());
            assert_ne!(code, Some("internal"), "{}", self.what());
        }
        if let Err(failure) = edit {
            assert_eq!(failure.code, "moved", "{}: {failure}", self.what());
        }
    }

    async fn preview(&self) -> RunReport {
        let request = SyncRequest {
            kind: RunKind::Preview,
            trigger: Trigger::Cli,
            as_of: None,
            expect: None,
        };
        let app = &self.two.app;
        app.sync(&self.org, request, &NoRunProgress).await.unwrap()
    }

    /// I7: what a preview shows is what a sync that expects it does.
    async fn preview_and_sync(&mut self) {
        let rows = self.world.database.rows().await;
        let preview = self.preview().await;
        assert_same(&self.what(), &self.world.database.rows().await, &rows);
        if preview.run.state != RunState::Finished {
            return;
        }
        let request = SyncRequest {
            kind: RunKind::Sync,
            trigger: Trigger::Cli,
            as_of: None,
            expect: Some(preview.run.id),
        };
        let done = self.one.app.sync(&self.org, request, &NoRunProgress).await;
        let done = done.unwrap();
        assert!(
            done.run.state.is_success(),
            "{}: {:?}",
            self.what(),
            done.run
        );
        if !done.run.hold.is_empty() {
            self.admin.approved.insert(done.run.id);
        }
        assert_eq!(done.run.counts, preview.run.counts, "{}", self.what());
        assert_same(&self.what(), &shape(&done), &shape(&preview));
        let [one, two] = [self.plan_hash(&done).await, self.plan_hash(&preview).await];
        assert!(one.is_some() && one == two, "{}", self.what());
    }

    async fn plan_hash(&self, report: &RunReport) -> Option<String> {
        let record = self.one.store.run(self.org.id, report.run.id).await;
        record.unwrap().unwrap().plan_hash
    }

    /// I8: the same again changes nothing but what says that it was there.
    pub(super) async fn sync_again(&mut self) {
        let rows = self.without_counters().await;
        let again = self.two.sync(&self.org).await;
        assert!(
            again.run.state.is_success(),
            "{}: {:?}",
            self.what(),
            again.run
        );
        assert!(again.changes.is_empty(), "{}: {again:?}", self.what());
        assert!(again.groups.is_empty(), "{}: {again:?}", self.what());
        assert_same(&self.what(), &self.without_counters().await, &rows);
    }

    async fn without_counters(&self) -> Vec<String> {
        let mut rows = self.world.database.rows().await;
        // The connection counts its good runs, and the organisation what was stored.
        rows.retain(|row| !row.starts_with("connection ") && !row.starts_with("organisation "));
        // An email that is reused is told by the run that adds, and over with the next.
        rows.retain(|row| !row.contains("email_reused"));
        rows
    }

    /// The admin approves whatever is held, looking again when the plan is another one.
    async fn approve_all(&mut self, syncs: bool) {
        for _ in 0..6 {
            let held = self.one.store.held_runs(self.org.id).await.unwrap();
            let timer = |trigger| trigger == Trigger::Timer;
            let held = held
                .into_iter()
                .find(|held| syncs || timer(held.run.trigger));
            let Some(held) = held else { return };
            let id = held.run.id;
            let app = &self.two.app;
            let name = id.to_string();
            match app.approve(&self.org, &name, false, &NoRunProgress).await {
                Ok(report) => {
                    assert!(report.run.state.is_success(), "{:?}", report.run);
                    self.admin.approved.insert(id);
                }
                Err(Failure { code, .. }) if code == "plan_changed" || code == "not_held" => {
                    if syncs {
                        self.one.sync(&self.org).await;
                    }
                }
                Err(failure) => panic!("{}: {failure:?}", self.what()),
            }
        }
        panic!("{}: held again and again", self.what());
    }

    /// After a good sync of everybody: whoever is here is known.
    async fn note_known(&mut self) {
        let roster = self.world.sandbox().roster();
        let linked: BTreeSet<String> = self
            .directory()
            .await
            .people
            .iter()
            .filter_map(|person| Some(person.hris_id.as_ref()?.to_string()))
            .collect();
        let here = roster.employees.iter().filter(|employee| {
            !has_left(employee, self.today, self.hr.archive_at)
                && linked.contains(employee.id.as_str())
        });
        self.known
            .extend(here.map(|employee| employee.id.to_string()));
    }

    /// `misled` where HiBob itself said of leavers that they are here.
    async fn check_day(&self, before: &Directory, misled: bool) {
        let what = self.what();
        let after = self.directory().await;
        invariants::of_directory(&what, &after);
        let left = |id: &str| self.hr.was_ever_said_to_have_left(id);
        invariants::archived_with_evidence(&what, before, &after, left, self.today);
        if !misled {
            let roster = self.world.sandbox().roster();
            let gone = roster.employees.iter();
            let gone = gone.filter(|e| has_left(e, self.today, self.hr.archive_at));
            let gone: BTreeSet<&str> = gone.map(|e| e.id.as_str()).collect();
            invariants::no_leaver_is_let_in(&what, before, &after, |id| gone.contains(id));
        }
    }
}

/// Whether a fault says of leavers that they are here, or hides that they are not.
fn misleads(fault: &Fault) -> bool {
    matches!(fault.kind, FaultKind::OldBackup(_) | FaultKind::WrongTypes)
}

/// The big days, and the two admins who leave.
fn story(hr: &mut Hr, roster: &mut sandbox::Roster, number: u32) {
    match number {
        5 => hr.grow(roster),
        11 => hr.shrink(roster),
        16 => hr.reorganise(roster),
        20 => hr.rebrand(roster),
        8 | 14 => {
            let admin = crate::company::id(if number == 8 { 5 } else { 7 });
            let mut people = roster.employees.iter_mut();
            super::hr::terminated(people.find(|e| e.id == admin).unwrap());
        }
        _ => {}
    }
}

/// What a run does, or would do, to whom. What names people and groups is left to the hash of the plan:
/// the words are those of today, and an applied run may have renamed them.
fn shape(report: &RunReport) -> Vec<String> {
    let named = |field: &PersonField| {
        matches!(
            field,
            PersonField::Group
                | PersonField::ManualGroups
                | PersonField::Approver
                | PersonField::ManualApprovers
        )
    };
    let mut lines: Vec<String> = Vec::new();
    for change in &report.changes {
        let who = (&change.hris_id, &change.email, change.action, &change.why);
        lines.push(format!("{who:?}"));
        for field in &change.fields {
            if named(&field.field) {
                lines.push(format!("{:?} {}", change.hris_id, field.field));
            } else {
                lines.push(format!("{:?} {field:?}", change.hris_id));
            }
        }
    }
    lines.sort_unstable();
    lines
}
