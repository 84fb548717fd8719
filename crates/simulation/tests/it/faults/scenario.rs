//! One directory that was filled and lived for a day, to be copied for each fault.

use std::collections::BTreeSet;

use app::view::RunReport;
use domain::{ArchivedBy, Clock as _, Organisation, RunState, Status, policy::ArchiveAt};
use jiff::civil::{Date, date};
use reconcile::Directory;
use sandbox::{Employee, Fault, FaultKind, Roster};

use super::expected::{Ending, Truth, endings};
use crate::{
    company::{company, email, employee, has_left},
    content::{assert_same, content, findings},
    database::{Database, Engine},
    days::invariants::no_leaver_is_let_in,
    installation::{Process, World},
    time::instant,
};

const PEOPLE: usize = 60;
const ZONE: &str = "Europe/Lisbon";

/// The first sync's day; the company changes on the second and the third.
const DAYS: [Date; 3] = [date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 4)];

pub(crate) struct Scenario {
    filled: Database,
    org: Organisation,
    rosters: [Roster; 3],
    /// What a good sync of the third day comes to when nothing went wrong before it.
    twin: Vec<String>,
    twin_findings: Vec<String>,
}

impl Scenario {
    /// Two good syncs, and a twin that goes on without a fault.
    pub(crate) async fn fill(engine: Engine) -> Self {
        let rosters = rosters();
        let morning = instant(DAYS[0].at(9, 0, 0, 0), ZONE);
        let database = Database::fresh(engine);
        let world = World::new(database, rosters[0].clone(), morning, 1).await;
        let process = world.process().await;
        let org = process.organisation("Acme", ZONE).await;
        let connected = process.connect(&org).await;
        assert_eq!(connected.run.run.state, RunState::Finished, "{connected:?}");
        world.clock.turn_to(instant(DAYS[1].at(9, 0, 0, 0), ZONE));
        world.sandbox().put_roster(rosters[1].clone()).unwrap();
        let second = process.sync(&org).await;
        assert!(second.run.state.is_success(), "{second:?}");
        assert!(second.run.counts.archived > 0 && second.run.counts.added > 0);
        process.end().await;
        let mut scenario = Self {
            filled: world.database,
            org,
            rosters,
            twin: Vec::new(),
            twin_findings: Vec::new(),
        };
        let (world, process) = scenario.third_day().await;
        let good = process.sync(&scenario.org).await;
        assert!(good.run.state.is_success(), "{good:?}");
        assert!(good.run.counts.archived > 0 && good.run.counts.added > 0);
        let directory = process.directory(&scenario.org, world.clock.now()).await;
        scenario.twin = content(&directory);
        scenario.twin_findings = findings(&good);
        process.end().await;
        scenario
    }

    /// A copy of the directory on the third morning, the company changed.
    async fn third_day(&self) -> (World, Process) {
        let morning = instant(DAYS[2].at(9, 0, 0, 0), ZONE);
        let first = self.rosters[0].clone();
        let world = World::new(self.filled.copy(), first, morning, 2).await;
        world.sandbox().put_roster(self.rosters[1].clone()).unwrap();
        world.sandbox().put_roster(self.rosters[2].clone()).unwrap();
        let process = world.process().await;
        (world, process)
    }

    /// A sync with these faults and then a good one.
    pub(crate) async fn suffer(&self, faults: &[Fault]) {
        let what = format!("{faults:?}");
        let (world, process) = self.third_day().await;
        let before = world.database.rows().await;
        let truth = self.truth(&world, &process).await;
        let stood = process.directory(&self.org, world.clock.now()).await;
        world.sandbox().set_faults(faults.to_vec());
        let bad = process.sync(&self.org).await;
        let ending = ending_of(&bad);
        let expected = endings(faults, &truth);
        assert!(
            expected.contains(&ending),
            "{what}: {ending:?} instead of {expected:?}; {:?}",
            bad.run
        );
        self.assert_only_leavers_are_archived(&what, &world, &process)
            .await;
        if !faults
            .iter()
            .any(|fault| matches!(fault.kind, FaultKind::OldBackup(_)))
        {
            self.assert_no_leaver_is_let_in(&what, &stood, &world, &process)
                .await;
        }
        if ending != Ending::Applied {
            assert_same(&what, &world.database.rows().await, &before);
        }
        let integration = process.app.integration(&self.org).await.unwrap();
        let state = match ending {
            Ending::Failed(code) if needs_the_hris(code) => "failing",
            // What may pass is failing after the third time only; until then an issue tells it.
            Ending::Applied | Ending::Failed(_) => "synced",
            Ending::Held(_) => "held",
        };
        assert_eq!(integration.state, state, "{what}");
        let told = integration.issues.iter();
        let told = told.filter(|issue| issue.title == "The last sync failed");
        assert_eq!(
            told.count(),
            usize::from(matches!(ending, Ending::Failed(_))),
            "{what}"
        );

        world.sandbox().set_faults(Vec::new());
        world.clock.turn_to(instant(DAYS[2].at(12, 0, 0, 0), ZONE));
        let good = process.sync(&self.org).await;
        assert!(good.run.state.is_success(), "{what}: {:?}", good.run);
        let directory = process.directory(&self.org, world.clock.now()).await;
        assert_same(&what, &content(&directory), &self.twin);
        assert_same(&what, &findings(&good), &self.twin_findings);
        self.assert_nothing_waits(&what, &bad, &process).await;
        process.end().await;
    }

    async fn truth(&self, world: &World, process: &Process) -> Truth {
        let directory = process.directory(&self.org, world.clock.now()).await;
        let linked: BTreeSet<String> = directory
            .people
            .iter()
            .filter(|person| person.status == Status::Active)
            .filter_map(|person| Some(person.hris_id.as_ref()?.to_string()))
            .collect();
        let [first, second, now] = self.rosters.clone();
        Truth {
            today: DAYS[2],
            now,
            backups: [second, first],
            linked,
        }
    }

    async fn assert_only_leavers_are_archived(&self, what: &str, world: &World, process: &Process) {
        let directory = process.directory(&self.org, world.clock.now()).await;
        for person in &directory.people {
            if person.status != Status::Archived || person.archived_by == Some(ArchivedBy::Admin) {
                continue;
            }
            let id = person.hris_id.as_ref().unwrap().as_str();
            let employee = self.rosters[2].employees.iter().find(|e| e.id == id);
            assert!(
                employee.is_some_and(|employee| has_left(employee, DAYS[2], ArchiveAt::EndOfDay)),
                "{what}: {person:?} has not left"
            );
        }
    }

    async fn assert_no_leaver_is_let_in(
        &self,
        what: &str,
        before: &Directory,
        world: &World,
        process: &Process,
    ) {
        let after = process.directory(&self.org, world.clock.now()).await;
        let left = |id: &str| {
            let mut employees = self.rosters[2].employees.iter();
            let employee = employees.find(|employee| employee.id == id);
            employee.is_some_and(|employee| has_left(employee, DAYS[2], ArchiveAt::EndOfDay))
        };
        no_leaver_is_let_in(what, before, &after, left);
    }

    /// A hold of the faulty run is over after the good one, and nothing is going.
    async fn assert_nothing_waits(&self, what: &str, bad: &RunReport, process: &Process) {
        if bad.run.state == RunState::Held {
            let old = process.app.run(&self.org, &bad.run.id.to_string()).await;
            let old = old.unwrap().run;
            assert_eq!(old.state, RunState::Rejected, "{what}");
            assert_eq!(old.error.unwrap().code.as_str(), "superseded", "{what}");
        }
        let going = process.store.going_runs(self.org.id).await.unwrap();
        assert!(going.is_empty(), "{what}: {going:?}");
    }
}

fn ending_of(report: &RunReport) -> Ending {
    let run = &report.run;
    match run.state {
        RunState::Finished | RunState::FinishedWithProblems => Ending::Applied,
        RunState::Failed => Ending::Failed(run.error.as_ref().unwrap().code),
        RunState::Held => Ending::Held(run.hold.iter().map(|hold| hold.code).collect()),
        state => panic!("{state} is no ending: {report:?}"),
    }
}

/// The company on each of the three days.
fn rosters() -> [Roster; 3] {
    let mut first = company(PEOPLE, DAYS[0]);
    for at in [20, 33, 37] {
        on_leave(&mut first.employees[at], "Parental leave", "Inactive");
    }
    for at in [41, 54, 55] {
        on_leave(&mut first.employees[at], "Garden leave", "Active");
    }
    terminate(&mut first.employees[59], date(2026, 2, 10));

    let mut second = first.clone();
    second.employees.push(hired(61, DAYS[1]));
    second.employees.push(hired(62, date(2026, 3, 4)));
    second.employees.push(hired(63, date(2026, 3, 20)));
    terminate(&mut second.employees[50], DAYS[0]);
    second.employees[51].termination_date = Some("2026-03-03".into());
    second.departments[1].name = Some("Markets".into());

    let mut third = second.clone();
    let people = &mut third.employees;
    people.push(hired(64, DAYS[2]));
    people.push(hired(65, DAYS[2]));
    people.push(hired(66, date(2026, 4, 1)));
    // The email of somebody who leaves goes to somebody who starts.
    people.push(Employee {
        email: Some(email(52).into()),
        ..hired(67, DAYS[2])
    });
    terminate(&mut people[52], DAYS[1]);
    terminate(&mut people[53], date(2026, 2, 27));
    people[40].email = Some(email(44).into());
    people[44].email = Some(email(40).into());
    people[45].email = Some("ana.new@acme.test".into());
    people[46].surname = Some("Married".into());
    people[47].country = Some("Japan".into());
    people[48].department_id = people[30].department_id.clone();
    people[49].manager_id = Some(people[2].id.clone());
    people[31].manager_id = None;
    third.departments[2].name = Some("People & Culture".into());
    [first, second, third]
}

fn hired(number: usize, start: Date) -> Employee {
    let starts_later = start > DAYS[0];
    Employee {
        start_date: Some(start.to_string().into()),
        lifecycle_status: Some(if starts_later { "Hired" } else { "Employed" }.into()),
        access_status: Some(if starts_later { "Inactive" } else { "Active" }.into()),
        ..employee(number, DAYS[0])
    }
}

fn on_leave(employee: &mut Employee, status: &str, access: &str) {
    employee.lifecycle_status = Some(status.into());
    employee.access_status = Some(access.into());
}

fn terminate(employee: &mut Employee, end: Date) {
    employee.lifecycle_status = Some("Terminated".into());
    employee.access_status = Some("Inactive".into());
    employee.termination_date = Some(end.to_string().into());
}

/// Whether somebody has to change something in the HRIS before another try is of use.
fn needs_the_hris(code: domain::ProblemCode) -> bool {
    use domain::ProblemCode::{CredentialsRefused, NoPermission, SectionVanished};
    matches!(code, CredentialsRefused | NoPermission | SectionVanished)
}
