//! Companies that live for a month, from several seeds and on both engines.
//!
//! They begin with 300 people; those of 5,000 are left to `cargo xtask check`. `ROLLCALL_SIMULATION_PEOPLE`
//! sets another number, and `ROLLCALL_SIMULATION_SEED` is added to the seeds, for other months than the
//! usual ones.

mod admin;
mod end;
mod hr;
pub(crate) mod invariants;
mod logs;
mod month;
mod moves;
mod oracle;

use app::PersonPatch;
use domain::policy::ArchiveAt;
use jiff::civil::{Date, date};
use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;

use self::{
    admin::Admin,
    hr::Hr,
    month::{Month, ZONE},
};
use crate::{
    company::{company, email, id},
    database::{Database, Engine},
    installation::World,
    time::instant,
};

/// The day the company connects.
const FIRST: Date = date(2026, 3, 9);
/// How many days follow; on the last ones nothing is spoiled any more.
const DAYS: u32 = 30;
const QUIET: u32 = 2;

/// A number that the environment may set.
fn number(variable: &str, usual: u64) -> u64 {
    match std::env::var(variable) {
        Ok(text) => text.parse().expect(variable),
        Err(_) => usual,
    }
}

async fn live(engine: Engine, seed: u64, people: u64) {
    let people = number("ROLLCALL_SIMULATION_PEOPLE", people) as usize;
    let seed = seed + number("ROLLCALL_SIMULATION_SEED", 0);
    let mut month = begin(Database::fresh(engine), seed, people).await;
    for number in 1..=DAYS {
        Box::pin(month.day(number, number > DAYS - QUIET)).await;
    }
    month.conclude().await;
}

/// Several months beside each other: two processes wait for each other most of the time.
async fn live_all(engine: Engine, seeds: u64) {
    logs::listen();
    let mut months = tokio::task::JoinSet::new();
    for seed in 1..=seeds {
        months.spawn(Box::pin(live(engine, seed, 300)));
    }
    months.join_all().await;
}

/// Connects a company and makes two of its people admins.
async fn begin(database: Database, seed: u64, people: usize) -> Month {
    let roster = company(people, FIRST);
    let morning = instant(FIRST.at(9, 0, 0, 0), ZONE);
    let world = World::new(database, roster.clone(), morning, seed).await;
    let mut settings = sandbox::Settings::clone(&world.sandbox().settings());
    settings.site_time_zone = ZONE.to_owned();
    world.sandbox().set_settings(settings).unwrap();
    let (one, two) = (world.process().await, world.process().await);
    let other = one.organisation("Other", "Asia/Tokyo").await;
    let patch = PersonPatch {
        email: Some(email(0)),
        first_name: Some("Somebody".to_owned()),
        country: Some("Japan".to_owned()),
        ..PersonPatch::default()
    };
    one.app.add_person(&other, patch).await.unwrap();
    let org = one.organisation("Acme", ZONE).await;
    // Every other company archives at the midnight that begins the last day.
    let mut policy = one.app.policy(&org).await.unwrap();
    if seed.is_multiple_of(2) {
        policy.archive_at = ArchiveAt::StartOfDay;
    }
    let document = serde_json::to_string(&policy).unwrap();
    one.app.put_policy(&org, &document).await.unwrap();
    let connected = one.connect(&org).await;
    assert!(
        connected.run.run.state.is_success(),
        "{:?}",
        connected.run.run
    );
    let admin = Admin::new(seed);
    let mut hr = Hr::new(seed, people, FIRST, policy.archive_at);
    for number in [5, 7] {
        admin.appoint(&one.app, &org, &email(number)).await;
        hr.spared.insert(id(number));
    }
    hr.say(&roster);
    let mut month = Month {
        seed,
        world,
        one,
        two,
        org,
        other,
        others: Vec::new(),
        hr,
        admin,
        known: roster.employees.iter().map(|e| e.id.to_string()).collect(),
        rng: ChaCha8Rng::seed_from_u64(seed ^ 0xda15),
        today: FIRST,
        narrowed_until: None,
    };
    month.others = month.other_content().await;
    month
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_companies_end_a_month_as_hibob_says_on_sqlite() {
    live_all(Engine::Sqlite, 3).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_companies_end_a_month_as_hibob_says_on_postgres() {
    live_all(Engine::Postgres, 2).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes minutes: cargo xtask check runs it"]
async fn a_large_company_ends_a_month_as_hibob_says_on_sqlite() {
    logs::listen();
    Box::pin(live(Engine::Sqlite, 4, 5000)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes minutes: cargo xtask check runs it"]
async fn a_large_company_ends_a_month_as_hibob_says_on_postgres() {
    logs::listen();
    Box::pin(live(Engine::Postgres, 5, 5000)).await;
}
