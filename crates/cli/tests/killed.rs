//! `kill -9` at any moment of a run of 20,000 employees: the database is as before or as after, never between, the
//! next start says so truthfully, and the next sync ends it.

use std::{
    process::Command,
    sync::{Barrier, Mutex},
    time::{Duration, Instant},
};

use domain::{Clock as _, SystemClock};
use jiff::tz::TimeZone;
use sandbox::{
    Roster,
    company::{Change, evolve, generate},
};

use crate::{
    bench::Bench,
    database::{Picture, Template, runs},
};

const EMPLOYEES: usize = 20_000;
/// Kills per engine, half of them in each of two lanes that run side by side.
const KILLS: usize = 10;
/// `cargo xtask check --only kills` asks for fifty.
const KILLS_SETTING: &str = "ROLLCALL_TEST_KILLS";
const LANES: usize = 2;
const SEED: u64 = 20_261_123;

#[test]
fn a_run_on_sqlite_that_is_killed_at_any_moment_is_whole_or_not_there() {
    let bench = connected(Bench::with_organisation(company()));
    let template = Template::Sqlite(bench.path().join("rollcall.db"));
    Series::of(bench, template).run();
}

#[test]
fn a_run_on_postgresql_that_is_killed_at_any_moment_is_whole_or_not_there() {
    let database = testpg::fresh_database();
    let mut bench = Bench::new(company());
    let key = bench.run("key generate").done().stdout;
    bench.write("rollcall.key", &key);
    bench.set("ROLLCALL_DATABASE_URL", database.url());
    bench.set("ROLLCALL_KEY_FILE", "rollcall.key");
    bench.run("org create --name Acme").done();
    let bench = connected(bench);
    Series::of(bench, Template::Postgres(database)).run();
}

fn kills() -> usize {
    let asked = std::env::var(KILLS_SETTING).ok();
    asked
        .and_then(|number| number.parse().ok())
        .unwrap_or(KILLS)
}

fn connected(mut bench: Bench) -> Bench {
    bench.connect("").done();
    let key = bench.path().join("rollcall.key").display().to_string();
    bench.set("ROLLCALL_KEY_FILE", key);
    bench
}

fn company() -> Roster {
    generate(EMPLOYEES, SEED, today())
}

fn today() -> jiff::civil::Date {
    TimeZone::UTC.to_datetime(SystemClock.now()).date()
}

/// Every third employee gets another name, and a few come, leave and move: that keeps the commit busy, and no
/// safeguard holds it.
fn change(roster: &mut Roster) {
    for employee in roster.employees.iter_mut().step_by(3) {
        let name = employee.surname.take().unwrap_or_default();
        employee.surname = Some(format!("{name}-Renamed").into());
        employee.display_name = None;
    }
    let news = Change {
        joiners: 200,
        leavers: 100,
        rename_department: true,
        new_managers: 50,
        new_emails: 50,
        moves: 50,
    };
    evolve(roster, SEED, today(), &news);
}

/// A prepared database that is copied for each kill, with the pictures of before and after.
struct Series {
    bench: Bench,
    template: Template,
    before: Picture,
    after: Picture,
    runs: usize,
    tally: Mutex<Tally>,
}

/// Where the kills hit.
#[derive(Debug, Default)]
struct Tally {
    before_it_began: usize,
    while_it_read_or_planned: usize,
    while_it_was_stored: usize,
    after_it_was_stored: usize,
}

impl Series {
    fn of(bench: Bench, template: Template) -> Self {
        let before = Picture::of(&template.url());
        bench.hibob.change(change).unwrap();
        let copy = template.copy();
        let sync = sync(&bench, &copy.url()).output().unwrap();
        assert!(sync.status.success(), "{sync:?}");
        let after = Picture::of(&copy.url());
        assert!(!after.same_content(&before), "there is something to do");
        assert_eq!(after.acts, before.acts + 1);
        Self {
            runs: runs(&template.url()).len(),
            bench,
            template,
            before,
            after,
            tally: Mutex::default(),
        }
    }

    fn run(&self) {
        let started = Instant::now();
        let kills = kills();
        let start = Barrier::new(LANES);
        std::thread::scope(|scope| {
            for lane in 0..LANES {
                let start = &start;
                scope.spawn(move || self.lane(lane, start));
            }
        });
        let tally = self.tally.lock().unwrap();
        eprintln!("{kills} kills in {:.0?}: {tally:?}", started.elapsed());
        // A few kills on a busy machine may all come early.
        assert!(
            kills < 50 || tally.while_it_was_stored >= kills / 10,
            "{tally:?}"
        );
    }

    /// Kills at moments spread evenly over the time that a run takes which nobody kills. The machine may be busy with
    /// other things, so that time is measured again and again.
    fn lane(&self, lane: usize, start: &Barrier) {
        let mut random = Random(SEED + lane as u64);
        start.wait();
        let mut whole = self.undisturbed();
        let mut share = random.next();
        for _ in 0..kills() / LANES {
            // The golden ratio spreads any number of moments evenly, in no order.
            share = (share + 0.618_033_988_749_895) % 1.0;
            if let Some(took) = self.kill_after(whole.mul_f64(share)) {
                whole = (whole + took) / 2;
            }
        }
    }

    /// How long a run takes that nobody kills, beside the other lane.
    fn undisturbed(&self) -> Duration {
        let copy = self.template.copy();
        let started = Instant::now();
        let status = sync(&self.bench, &copy.url()).status().unwrap();
        assert!(status.success());
        started.elapsed()
    }

    /// Gives how long the next run took, if all was left to it.
    fn kill_after(&self, moment: Duration) -> Option<Duration> {
        let copy = self.template.copy();
        let url = copy.url();
        let mut process = sync(&self.bench, &url)
            .env("ROLLCALL_LOG", "app=debug")
            .spawn()
            .unwrap();
        std::thread::sleep(moment);
        process.kill().unwrap();
        let said = process.wait_with_output().unwrap().stderr;
        let was_applying = String::from_utf8(said).unwrap().contains("applying");

        let found = copy.picture();
        let is_after = found == self.after;
        assert!(
            is_after || found == self.before,
            "after {moment:?} it is neither before nor after but {found:?}"
        );
        let next = Instant::now();
        let ended = sync(&self.bench, &url).output().unwrap();
        let took = next.elapsed();
        assert!(ended.status.success(), "{ended:?}");
        let began = self.is_truthful(&url, is_after);
        self.count(is_after, began, was_applying);
        (!is_after).then_some(took)
    }

    fn count(&self, is_after: bool, began: bool, was_applying: bool) {
        let mut tally = self.tally.lock().unwrap();
        match (is_after, began, was_applying) {
            (true, ..) => tally.after_it_was_stored += 1,
            (false, true, true) => tally.while_it_was_stored += 1,
            (false, true, false) => tally.while_it_read_or_planned += 1,
            (false, false, _) => tally.before_it_began += 1,
        }
    }

    /// The next sync has closed what was left, and done what was left to do. Gives whether there was a run to close.
    fn is_truthful(&self, url: &str, was_after: bool) -> bool {
        let (end, all) = (Picture::of(url), runs(url));
        assert!(end.same_content(&self.after), "{end:?}");
        assert_eq!(end.acts, self.after.acts, "stored once: {all:?}");
        let new = &all[self.runs..];
        assert_eq!(new.last().unwrap(), "finished_with_problems||over");
        match &new[..new.len() - 1] {
            [] => assert!(!was_after),
            [killed] if killed == "failed|interrupted|over" => assert!(!was_after),
            // On PostgreSQL a commit may have been on its way.
            [killed] => assert_eq!(killed, "finished_with_problems||over"),
            several => panic!("{several:?}"),
        }
        new.len() > 1
    }
}

fn sync(bench: &Bench, url: &str) -> Command {
    let mut command = bench.command();
    command
        .env("ROLLCALL_DATABASE_URL", url)
        .args(["sync", "--org", "acme"])
        .stdout(std::process::Stdio::null());
    command
}

/// `SplitMix64`, from 0 to 1: the same moments in every run of the test.
struct Random(u64);

impl Random {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) as f64 / u64::MAX as f64
    }
}
