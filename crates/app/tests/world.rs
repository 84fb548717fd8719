//! An installation on a fresh database, with one organisation and a HiBob sandbox.

use std::{
    future::Future,
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, Ordering},
    },
};

use app::{
    App, ConnectRequest, NewOrganisation, NoRunProgress, PeopleQuery, PersonPatch, RunProgress,
    SyncRequest, Vault,
    view::{PersonView, RunReport},
};
use domain::{Clock, Organisation, OsEntropy, Provider, RunKind, RunState, Trigger};
use jiff::{Timestamp, civil::Date};
use sandbox::{Config, Handle, Roster, Sandbox, Settings};
use store::{StatementCount, Store};

use crate::{
    company::company,
    restless::{self, Watch},
};

/// The first day of every test.
pub(crate) const TODAY: &str = "2026-03-02";

/// A clock that a test sets. Each look is a millisecond later, so that acts have an order. Somebody
/// may use each look for an edit of theirs.
pub(crate) struct TestClock {
    now: AtomicI64,
    pub(crate) watch: Mutex<Option<Watch>>,
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        if !restless::is_the_editor()
            && let Some(watch) = self.watch.lock().unwrap().as_mut()
        {
            watch.look();
        }
        Timestamp::from_millisecond(self.now.fetch_add(1, Ordering::Relaxed)).unwrap()
    }
}

pub(crate) struct World {
    pub(crate) app: App,
    pub(crate) org: Organisation,
    pub(crate) hibob: Handle,
    pub(crate) clock: Arc<TestClock>,
    /// A second look at the same database.
    pub(crate) store: Store,
    /// What the app ran.
    pub(crate) statements: StatementCount,
    url: String,
    folder: tempfile::TempDir,
    database: Option<testpg::Database>,
}

impl World {
    pub(crate) async fn on_sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("rollcall.db").display());
        Self::open(&url, folder, None).await
    }

    pub(crate) async fn on_postgres() -> Self {
        let database = testpg::fresh_database();
        let folder = tempfile::tempdir().unwrap();
        let url = database.url();
        Self::open(&url, folder, Some(database)).await
    }

    async fn open(
        url: &str,
        folder: tempfile::TempDir,
        database: Option<testpg::Database>,
    ) -> Self {
        let clock = Arc::new(TestClock {
            now: AtomicI64::new(0),
            watch: Mutex::new(None),
        });
        set_day(&clock, TODAY);
        let config = Config {
            roster: Some(company(20)),
            settings: Settings {
                rate_limit: false,
                firewall: false,
                ..Settings::default()
            },
            ..Config::new({
                let clock = clock.clone();
                Arc::new(move || clock.now())
            })
        };
        let hibob = Sandbox::start(config).await.unwrap();
        let vault = Vault::read_or_make(&folder.path().join("key"), &OsEntropy).unwrap();
        let store = Store::open(url).await.unwrap();
        let statements = store.statements().clone();
        let app = App::new(
            store,
            vault,
            hibob.base_url(),
            "http://127.0.0.1:8080".to_owned(),
            clock.clone(),
            Arc::new(OsEntropy),
        );
        let new = NewOrganisation {
            name: "Acme".to_owned(),
            slug: None,
            time_zone: "UTC".to_owned(),
        };
        app.create_organisation(new).await.unwrap();
        let org = app.organisation("acme").await.unwrap();
        let store = Store::open(url).await.unwrap();
        Self {
            app,
            org,
            hibob,
            clock,
            store,
            statements,
            url: url.to_owned(),
            folder,
            database,
        }
    }

    /// Another process on the same database, by the same clock.
    pub(crate) async fn another_app(&self) -> App {
        App::new(
            Store::open(&self.url).await.unwrap(),
            Vault::read(&self.folder.path().join("key")).unwrap(),
            self.hibob.base_url(),
            "http://127.0.0.1:8080".to_owned(),
            self.clock.clone(),
            Arc::new(OsEntropy),
        )
    }

    /// Time passes.
    pub(crate) fn later(&self, time: jiff::SignedDuration) {
        let time = time.as_millis() as i64;
        self.clock.now.fetch_add(time, Ordering::Relaxed);
    }

    /// Everything that the database holds, as text or as the bytes of its files.
    pub(crate) fn whole_database(&self) -> Vec<u8> {
        if let Some(database) = &self.database {
            let dump = "SELECT schema_to_xml('public', true, false, '')";
            return testpg::execute(&database.url(), dump).unwrap().into_bytes();
        }
        let file = self.store.location().unwrap();
        let mut bytes = std::fs::read(file).unwrap();
        let journal = format!("{}-wal", file.display());
        bytes.extend(std::fs::read(journal).unwrap_or_default());
        bytes
    }

    /// Connects to this company and syncs once.
    pub(crate) async fn connect(&self, roster: Roster) -> RunReport {
        self.hibob.put_roster(roster).unwrap();
        let request = ConnectRequest {
            provider: Provider::HiBob,
            service_user_id: sandbox::SERVICE_USER.to_owned(),
            token: sandbox::TOKEN.into(),
            accept_missing: Vec::new(),
            preview: false,
        };
        let connected = self.app.connect(&self.org, request, &NoRunProgress).await;
        let run = connected.unwrap().run;
        assert!(run.run.state.is_success(), "{run:?}");
        run
    }

    /// Changes what the HRIS says and syncs.
    pub(crate) async fn sync_after(&self, change: impl FnOnce(&mut Roster)) -> RunReport {
        self.hibob.change(change).unwrap();
        self.sync().await
    }

    pub(crate) async fn sync(&self) -> RunReport {
        self.sync_with(&NoRunProgress).await
    }

    pub(crate) async fn sync_with(&self, progress: &dyn RunProgress) -> RunReport {
        let request = SyncRequest {
            kind: RunKind::Sync,
            trigger: Trigger::Cli,
            as_of: None,
            expect: None,
        };
        let synced = self.app.sync(&self.org, request, progress).await;
        synced.unwrap()
    }

    pub(crate) async fn tick(&self) -> Option<RunReport> {
        self.app.tick(&self.org, &NoRunProgress).await.unwrap()
    }

    /// It is noon of that day.
    pub(crate) fn on_day(&self, day: &str) {
        set_day(&self.clock, day);
    }

    pub(crate) async fn person(&self, name: &str) -> PersonView {
        self.app.person(&self.org, name).await.unwrap()
    }

    pub(crate) async fn edit(&self, name: &str, patch: PersonPatch) -> PersonView {
        self.app.edit_person(&self.org, name, patch).await.unwrap()
    }

    /// Adds somebody by hand.
    pub(crate) async fn add(&self, email: &str, patch: PersonPatch) -> PersonView {
        let patch = PersonPatch {
            email: Some(email.to_owned()),
            first_name: Some(email.split('@').next().unwrap().to_owned()),
            country: Some("PT".to_owned()),
            ..patch
        };
        self.app.add_person(&self.org, patch).await.unwrap()
    }

    /// How many people stand like this.
    pub(crate) async fn how_many(&self, status: &str) -> usize {
        let query = PeopleQuery {
            status: Some(status.to_owned()),
            ..PeopleQuery::default()
        };
        self.app
            .people(&self.org, &query)
            .await
            .unwrap()
            .items
            .len()
    }

    /// How many runs there are.
    pub(crate) async fn runs(&self) -> usize {
        let runs = self.app.runs(&self.org, None, None).await;
        runs.unwrap().items.len()
    }

    /// How a run stands by now.
    pub(crate) async fn run(&self, report: &RunReport) -> RunReport {
        let id = report.run.id.to_string();
        self.app.run(&self.org, &id).await.unwrap()
    }

    /// Why the newest change of somebody was made.
    pub(crate) async fn newest_why(&self, name: &str) -> String {
        let history = self.app.person_history(&self.org, name).await.unwrap();
        history.items[0].why.clone()
    }
}

/// A last day.
pub(crate) fn ends(day: &str) -> PersonPatch {
    PersonPatch {
        end_date: Some(day.to_owned()),
        ..PersonPatch::default()
    }
}

fn set_day(clock: &TestClock, day: &str) {
    let day: Date = day.parse().unwrap();
    let noon = day.at(12, 0, 0, 0).in_tz("UTC").unwrap();
    clock
        .now
        .store(noon.timestamp().as_millisecond(), Ordering::Relaxed);
}

/// Does something once, when the run comes to a state.
pub(crate) struct When<F>(RunState, Mutex<Option<F>>);

impl<F> When<F> {
    pub(crate) fn reaches(state: RunState, then: F) -> Self {
        Self(state, Mutex::new(Some(then)))
    }
}

impl<F, Then> RunProgress for When<F>
where
    F: FnOnce() -> Then + Send,
    Then: Future<Output = ()>,
{
    fn phase(&self, state: RunState) {
        if state == self.0
            && let Some(then) = self.1.lock().unwrap().take()
        {
            tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(then()));
        }
    }

    fn fetched(&self, _: u64) {}
    fn waiting(&self, _: u64, _: &str) {}
    fn applying(&self, _: u64, _: u64) {}
}
