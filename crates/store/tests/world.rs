//! A store on a fresh database with one organisation.

use std::{
    path::PathBuf,
    sync::atomic::{AtomicI64, Ordering},
};

use domain::{
    Clock, ConnectionId, Country, Counts, HrisId, IdSource, Organisation, OrganisationId,
    OsEntropy, Person, PersonId, Region, RegionId, Run, RunId, RunKind, RunState, SmolStr, Source,
    Status, Trigger, text::email_key,
};
use jiff::{SignedDuration, Timestamp};
use reconcile::{Directory, Plan, apply::Records};
use store::{ActId, Actor, ApplyError, ApplyRun, Edit, LoadedDirectory, Reach, Store};

/// A clock that stands still until it is told to go on.
pub(crate) struct StillClock(AtomicI64);

impl Clock for StillClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(self.0.load(Ordering::Relaxed)).unwrap()
    }
}

pub(crate) static CLOCK: StillClock = StillClock(AtomicI64::new(1_790_000_000));
static IDS: std::sync::LazyLock<IdSource<'static>> =
    std::sync::LazyLock::new(|| IdSource::new(&CLOCK, &OsEntropy));

/// A fresh id.
pub(crate) fn id<T: From<uuid::Uuid>>() -> T {
    IDS.next()
}

pub(crate) fn now() -> Timestamp {
    CLOCK.now()
}

/// Lets time pass.
pub(crate) fn later(time: SignedDuration) {
    CLOCK.0.fetch_add(time.as_secs(), Ordering::Relaxed);
}

pub(crate) struct World {
    pub(crate) store: Store,
    pub(crate) url: String,
    pub(crate) org: OrganisationId,
    pub(crate) europe: RegionId,
    pub(crate) elsewhere: RegionId,
    pub(crate) _database: Database,
}

/// A database of its own, which goes with this value.
pub(crate) struct Database {
    url: String,
    _keep: Keep,
}

enum Keep {
    Sqlite { _directory: tempfile::TempDir },
    Postgres { _database: testpg::Database },
}

impl Database {
    fn on_sqlite() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let url = format!(
            "sqlite://{}",
            directory.path().join("rollcall.db").display()
        );
        Self {
            url,
            _keep: Keep::Sqlite {
                _directory: directory,
            },
        }
    }

    fn on_postgres() -> Self {
        let database = testpg::fresh_database();
        Self {
            url: database.url(),
            _keep: Keep::Postgres {
                _database: database,
            },
        }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

impl World {
    pub(crate) async fn on_sqlite() -> Self {
        Self::open(Database::on_sqlite()).await
    }

    pub(crate) async fn on_postgres() -> Self {
        Self::open(Database::on_postgres()).await
    }

    async fn open(database: Database) -> Self {
        let url = database.url.clone();
        let store = Store::open(&url).await.unwrap();
        let (europe, elsewhere) = (id(), id());
        let org = organisation("acme");
        store
            .create_organisation(&org, &regions(europe, elsewhere), now())
            .await
            .unwrap();
        Self {
            store,
            url,
            org: org.id,
            europe,
            elsewhere,
            _database: database,
        }
    }

    /// Another database on the same engine, without a schema.
    pub(crate) fn empty_database(&self) -> Database {
        if self.is_sqlite() {
            Database::on_sqlite()
        } else {
            Database::on_postgres()
        }
    }

    pub(crate) fn is_sqlite(&self) -> bool {
        self.url.starts_with("sqlite")
    }

    pub(crate) fn path(&self) -> PathBuf {
        PathBuf::from(self.url.trim_start_matches("sqlite://"))
    }

    pub(crate) async fn load(&self) -> LoadedDirectory {
        self.store.load_directory(self.org, now()).await.unwrap()
    }

    /// Everybody, sorted by email.
    pub(crate) async fn everybody(&self) -> Vec<Person> {
        let mut people = self.load().await.directory.people;
        people.sort_by(|a, b| a.email.cmp(&b.email));
        people
    }

    pub(crate) async fn person(&self, email: &str) -> Person {
        let found = self
            .store
            .people_by_email_key(self.org, &email_key(email))
            .await
            .unwrap();
        found
            .into_iter()
            .next()
            .unwrap_or_else(|| panic!("nobody has {email}"))
    }

    /// Somebody who is not stored yet.
    pub(crate) fn somebody(&self, email: &str) -> Person {
        let name = email.split('@').next().unwrap_or_default();
        Person {
            id: id(),
            hris_id: Some(HrisId::from(format!("h-{name}").as_str())),
            email: email.into(),
            email_key: email_key(email),
            first_name: capital(name),
            last_name: "Ferreira".into(),
            status: Status::Active,
            archived_by: None,
            archived_at: None,
            admin: false,
            can_sign_in: false,
            source: Source::Hris,
            start_date: Some("2023-02-01".parse().unwrap()),
            end_date: None,
            country: Some(country("PT")),
            region: Some(self.europe),
            group: None,
            manual_groups: Vec::new(),
            approver: None,
            manual_approvers: Vec::new(),
            version: 1,
            updated_at: now(),
        }
    }

    /// Stores new people by hand.
    pub(crate) async fn add(&self, people: &[Person]) {
        let edits: Vec<Edit> = people
            .iter()
            .map(|person| Edit {
                before_version: None,
                person: person.clone(),
                action: domain::Action::Add,
                fields: lists_of(person),
                why: "Added by hand.".to_owned(),
            })
            .collect();
        self.store
            .edit_people(self.org, &edits, Actor::Cli, now(), id())
            .await
            .unwrap();
    }

    /// Stores people with these emails and gives them in that order.
    pub(crate) async fn with_people<const N: usize>(&self, emails: [&str; N]) -> [Person; N] {
        let people = emails.map(|email| self.somebody(email));
        self.add(&people).await;
        people
    }

    /// Begins a run and applies the plan on what stands now.
    pub(crate) async fn apply(&self, plan: &Plan) -> (RunId, Records) {
        self.apply_as(plan, |_| ()).await.unwrap()
    }

    pub(crate) async fn apply_as(
        &self,
        plan: &Plan,
        adjust: impl FnOnce(&mut ApplyRun<'_>),
    ) -> Result<(RunId, Records), ApplyError> {
        self.apply_over(None, plan, adjust).await
    }

    pub(crate) async fn apply_over(
        &self,
        connection: Option<ConnectionId>,
        plan: &Plan,
        adjust: impl FnOnce(&mut ApplyRun<'_>),
    ) -> Result<(RunId, Records), ApplyError> {
        let LoadedDirectory {
            directory, version, ..
        } = self.load().await;
        let run = run(RunKind::Sync, RunState::Planning);
        self.store
            .begin_run(self.org, &run, connection)
            .await
            .unwrap();
        let run = Run {
            state: RunState::Finished,
            finished_at: Some(now()),
            counts: plan.counts,
            ..run
        };
        let records = records(plan, &directory);
        let mut apply = ApplyRun {
            run: &run,
            plan,
            records: &records,
            base_version: version,
            reach: Reach::Whole,
            coverage: None,
            seen: None,
            approved: false,
            actor: Actor::Run,
            at: now(),
            act: id::<ActId>(),
        };
        adjust(&mut apply);
        self.store.apply(self.org, apply).await?;
        Ok((run.id, records))
    }
}

pub(crate) fn records(plan: &Plan, directory: &Directory) -> Records {
    reconcile::apply::records(plan, directory, &IDS, &CLOCK)
}

pub(crate) fn organisation(slug: &str) -> Organisation {
    Organisation {
        id: id(),
        slug: slug.to_owned(),
        name: slug.to_uppercase(),
        time_zone: "UTC".to_owned(),
    }
}

pub(crate) fn regions(europe: RegionId, elsewhere: RegionId) -> Vec<Region> {
    let countries = vec![country("DE"), country("PT")];
    vec![
        Region {
            id: europe,
            name: "Europe".to_owned(),
            countries,
            fallback: false,
        },
        Region {
            id: elsewhere,
            name: "Elsewhere".to_owned(),
            countries: vec![],
            fallback: true,
        },
    ]
}

pub(crate) fn run(kind: RunKind, state: RunState) -> Run {
    Run {
        id: id(),
        kind,
        trigger: Trigger::Cli,
        state,
        started_at: now(),
        finished_at: None,
        as_of: None,
        counts: Counts::default(),
        hold: Vec::new(),
        error: None,
    }
}

pub(crate) fn country(code: &str) -> Country {
    code.parse().unwrap()
}

pub(crate) fn emails(people: &[Person]) -> Vec<&str> {
    people.iter().map(|person| person.email.as_str()).collect()
}

pub(crate) fn ids(people: &[Person]) -> Vec<PersonId> {
    people.iter().map(|person| person.id).collect()
}

/// The lists of a new person as changed fields, so that they are stored.
fn lists_of(person: &Person) -> Vec<domain::FieldChange> {
    crate::plans::lists(person)
}

fn capital(name: &str) -> SmolStr {
    let mut letters = name.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}
