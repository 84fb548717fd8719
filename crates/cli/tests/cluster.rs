//! Several processes on one PostgreSQL: two that answer and three that work are killed and frozen at
//! random, while many organisations sync, people are edited and bulk jobs run.
//!
//! At the end every organisation is as its HRIS and its admins say, no run and no mail is there twice,
//! and nothing is stuck.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
    net::TcpListener,
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use app::{App, ConnectRequest, NewOrganisation, NoRunProgress, PeopleQuery, Vault};
use domain::{Organisation, OsEntropy, Provider, SystemClock};
use reqwest::Client;
use sandbox::{Config, Handle, Sandbox, Settings};
use serde_json::{Value, json};
use store::Store;
use testkit::MailServer;

use crate::company::{company, email};

const ORGANISATIONS: usize = 200;
const EMPLOYEES: usize = 8;
/// For how long processes are killed and frozen. A frozen one outlasts a lease of 30 s once.
const CHAOS: Duration = Duration::from_secs(40);
/// How long everything may take to come to rest afterwards.
const REST: Duration = Duration::from_secs(90);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_processes_that_are_killed_and_frozen_leave_nothing_undone_and_nothing_doubled() {
    let cluster = Cluster::start().await;
    let chaos = cluster.chaos();
    let (admins, ()) = tokio::join!(cluster.administrate(), chaos);
    cluster.comes_to_rest().await;
    for (index, organisation) in cluster.organisations.iter().enumerate() {
        cluster.is_as_it_should_be(index, organisation).await;
    }
    assert_eq!(admins, ORGANISATIONS);
    cluster.no_mail_was_doubled();
}

struct OneOf {
    org: Organisation,
    token: String,
}

struct Cluster {
    organisations: Vec<OneOf>,
    processes: Vec<Process>,
    web: Vec<String>,
    kills: AtomicUsize,
    app: App,
    client: Client,
    mail: std::sync::Mutex<Option<MailServer>>,
    _hibob: Handle,
    _folder: tempfile::TempDir,
    _database: testpg::Database,
}

impl Cluster {
    async fn start() -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let database = testpg::fresh_database();
        let folder = tempfile::tempdir().unwrap();
        let key = folder.path().join("master.key");
        let hibob = Sandbox::start(Config {
            roster: Some(company(EMPLOYEES)),
            settings: Settings {
                rate_limit: false,
                firewall: false,
                ..Settings::default()
            },
            ..Config::new(Arc::new(|| domain::Clock::now(&SystemClock)))
        })
        .await
        .unwrap();
        let app = App::new(
            Store::open(&database.url()).await.unwrap(),
            Vault::read_or_make(&key, &OsEntropy).unwrap(),
            hibob.base_url(),
            "http://127.0.0.1:8080".to_owned(),
            Arc::new(SystemClock),
            Arc::new(OsEntropy),
        );
        let mail = MailServer::start("plain");
        let mut organisations = Vec::new();
        for number in 0..ORGANISATIONS {
            organisations.push(connected(&app, number).await);
        }
        let base = |role: &str| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_rollcall"));
            command
                .env_clear()
                .args(["serve", "--role", role])
                .current_dir(folder.path())
                .env("ROLLCALL_DATABASE_URL", database.url())
                .env("ROLLCALL_KEY_FILE", &key)
                .env("ROLLCALL_HIBOB_URL", hibob.base_url())
                .env(
                    "ROLLCALL_SMTP_URL",
                    format!("smtp://127.0.0.1:{}", mail.port()),
                )
                .env("ROLLCALL_API_CALLS_PER_MINUTE", "1000000")
                .env("ROLLCALL_LOG", "warn")
                .stdin(Stdio::null())
                .stdout(Stdio::null());
            command
        };
        let mut processes = Vec::new();
        let mut web = Vec::new();
        for number in 0..5 {
            let log = folder.path().join(format!("{number}.log"));
            let mut command = base(if number < 2 { "web" } else { "worker" });
            if number < 2 {
                let address = free_address();
                command.env("ROLLCALL_LISTEN", &address);
                web.push(format!("http://{address}/api/v1"));
            }
            processes.push(Process::start(command, log));
        }
        Self {
            organisations,
            processes,
            web,
            kills: AtomicUsize::new(0),
            app,
            client: Client::builder()
                .timeout(Duration::from_secs(5))
                .build()
                .unwrap(),
            mail: std::sync::Mutex::new(Some(mail)),
            _hibob: hibob,
            _folder: folder,
            _database: database,
        }
    }

    /// Kills and freezes whomever it hits. One worker is frozen for longer than a lease.
    async fn chaos(&self) {
        let began = Instant::now();
        let mut random = Random(0x5eed);
        self.processes[2].signal("STOP");
        let mut frozen: BTreeMap<usize, Instant> = BTreeMap::new();
        frozen.insert(2, began + Duration::from_secs(34));
        while began.elapsed() < CHAOS {
            tokio::time::sleep(Duration::from_millis(200 + random.below(600))).await;
            let now = Instant::now();
            let thawed: Vec<usize> = frozen
                .iter()
                .filter(|(_, until)| **until <= now)
                .map(|(process, _)| *process)
                .collect();
            for process in thawed {
                frozen.remove(&process);
                self.processes[process].signal("CONT");
            }
            let victim = random.below(self.processes.len() as u64) as usize;
            if frozen.contains_key(&victim) {
                continue;
            }
            if random.below(3) == 0 {
                self.processes[victim].signal("STOP");
                frozen.insert(
                    victim,
                    now + Duration::from_millis(500 + random.below(7000)),
                );
            } else {
                self.processes[victim].kill_and_start_again();
                self.kills.fetch_add(1, Ordering::Relaxed);
            }
        }
        for process in frozen.keys() {
            self.processes[*process].signal("CONT");
        }
    }

    /// In each organisation an admin adds somebody, hands out budgets, invites and asks for a run,
    /// through whichever process answers.
    async fn administrate(&self) -> usize {
        let now = domain::Clock::now(&SystemClock);
        let today = jiff::tz::TimeZone::UTC.to_datetime(now);
        let year = today.year();
        let mut done = 0;
        for (number, organisation) in self.organisations.iter().enumerate() {
            let guest = json!({ "email": guest(number), "first_name": "Guest", "country": "PT" });
            self.until_done(organisation, number, "/people", &guest)
                .await;
            let bulk = json!({
                "people": { "filter": { "q": "guest" } }, "currency": "EUR", "amount": "100.00",
                "period_start": format!("{year}-01-01"), "period_end": format!("{}-12-31", year + 1),
            });
            self.until_done(organisation, number, "/budgets/bulk", &bulk)
                .await;
            let invite = json!({ "people": { "filter": { "q": "guest" } } });
            self.until_done(organisation, number, "/invitations/bulk", &invite)
                .await;
            self.until_done(
                organisation,
                number,
                "/sync-runs",
                &json!({ "kind": "sync" }),
            )
            .await;
            done += 1;
        }
        done
    }

    /// Calls until it is done for sure, as a careful program does: under one key, and where nobody can
    /// say what became of it, under a new one. Every one of these writes may safely come twice.
    async fn until_done(&self, organisation: &OneOf, number: usize, path: &str, body: &Value) {
        let mut key = 0;
        for attempt in 0.. {
            assert!(attempt < 400, "{path} of {number} never got done");
            let url = format!("{}{path}", self.web[attempt % self.web.len()]);
            let call = self
                .client
                .post(url)
                .bearer_auth(&organisation.token)
                .header("idempotency-key", format!("{path}-{key}"))
                .json(body);
            let Ok(answer) = call.send().await else {
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            };
            let status = answer.status().as_u16();
            let said: Value = answer.json().await.unwrap_or_default();
            match (status, said["code"].as_str()) {
                (200..=202, _) | (409, Some("email_taken")) => return,
                (409, Some("idempotency_in_flight" | "idempotency_unknown")) => key += 1,
                (503 | 500, _) => {}
                other => panic!("{path} of {number}: {other:?} {said}"),
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Nothing waits, nothing was given up, no run is going.
    async fn comes_to_rest(&self) {
        let began = Instant::now();
        loop {
            let (waiting, failed) = self.app.task_counts().await.unwrap();
            assert_eq!(failed, 0, "something was given up");
            if waiting == 0 {
                return;
            }
            assert!(began.elapsed() < REST, "{waiting} tasks are stuck");
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
    }

    async fn is_as_it_should_be(&self, number: usize, organisation: &OneOf) {
        let org = &organisation.org;
        let query = PeopleQuery::default();
        let people = self.app.people(org, &query).await.unwrap().items;
        let mut expected: BTreeSet<String> = (1..=EMPLOYEES).map(email).collect();
        expected.insert(guest(number));
        // The admin who made the organisation is the first of its people.
        expected.insert(admin(number));
        let found: Vec<&str> = people.iter().map(|person| person.email.as_str()).collect();
        let unique: BTreeSet<String> = found.iter().map(|email| (*email).to_owned()).collect();
        assert_eq!(
            unique.len(),
            found.len(),
            "{org:?}: somebody is there twice"
        );
        assert_eq!(unique, expected, "{org:?}");
        for person in &people {
            let is_guest = person.email == guest(number);
            assert_eq!(
                person.budget.is_some(),
                is_guest,
                "{}: budget",
                person.email
            );
            let ledger = self.app.ledger(org, &person.id.to_string(), None).await;
            let entries = ledger.map_or(0, |ledger| ledger.entries.len());
            assert_eq!(entries, usize::from(is_guest), "{}: entries", person.email);
        }
        let runs = self.app.runs(org, None, None).await.unwrap().items;
        let going: Vec<_> = runs.iter().filter(|run| run.state.is_going()).collect();
        assert!(going.is_empty(), "{org:?}: {going:?}");
        // What was interrupted says so; what the connection wanted was made in the end.
        let good = runs
            .iter()
            .filter(|run| run.state == domain::RunState::Finished)
            .count();
        assert!(good >= 1, "{org:?}: {runs:?}");
        let added: u64 = runs.iter().map(|run| run.counts.added).sum();
        assert_eq!(added, EMPLOYEES as u64, "{org:?}: {runs:?}");
    }

    /// A mail that was handed over just before its process died comes again under its own name, and
    /// that is all that may come twice.
    fn no_mail_was_doubled(&self) {
        let server = self.mail.lock().unwrap().take().unwrap();
        let letters = server.letters();
        let mut by_name: BTreeMap<String, usize> = BTreeMap::new();
        let mut invited: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for letter in &letters {
            let data = letter["data"].as_str().unwrap();
            let name = data
                .lines()
                .find_map(|line| line.strip_prefix("Message-ID: "))
                .unwrap()
                .to_owned();
            let to = letter["to"][0].as_str().unwrap().to_owned();
            if to.starts_with("guest") {
                invited.entry(to).or_default().insert(name.clone());
            }
            *by_name.entry(name).or_default() += 1;
        }
        assert_eq!(invited.len(), ORGANISATIONS, "every guest is invited");
        for (to, names) in &invited {
            assert_eq!(names.len(), 1, "{to} was invited more than once");
        }
        let again: usize = by_name.values().map(|times| times - 1).sum();
        let kills = self.kills.load(Ordering::Relaxed);
        println!(
            "{} letters, {again} came again, {kills} kills",
            letters.len()
        );
        assert!(
            again <= kills,
            "{again} letters came again after {kills} kills"
        );
    }
}

fn guest(number: usize) -> String {
    format!("guest{number}@elsewhere.test")
}

fn admin(number: usize) -> String {
    format!("admin{number}@elsewhere.test")
}

async fn connected(app: &App, number: usize) -> OneOf {
    let new = NewOrganisation {
        name: format!("Company {number}"),
        slug: None,
        time_zone: "UTC".to_owned(),
    };
    let slug = app.create_organisation(new).await.unwrap().slug;
    let org = app.organisation(&slug).await.unwrap();
    let new = app::NewAdmin {
        email: admin(number),
        first_name: None,
        last_name: None,
        password: None,
    };
    app.create_admin(&org, new).await.unwrap();
    let request = ConnectRequest {
        provider: Provider::HiBob,
        service_user_id: "sandbox".to_owned(),
        token: "sandbox-token".to_owned().into(),
        accept_missing: Vec::new(),
        preview: false,
    };
    app.connect_soon(&org, request, &NoRunProgress)
        .await
        .unwrap();
    let token = app.create_token(&org, "test", false).await.unwrap().token;
    OneOf { org, token }
}

/// A process that can be killed, and started again as it was.
struct Process {
    command: std::sync::Mutex<Command>,
    child: std::sync::Mutex<Child>,
}

impl Process {
    fn start(mut command: Command, log: PathBuf) -> Self {
        command.stderr(File::create(log).unwrap());
        let child = command.spawn().unwrap();
        Self {
            command: std::sync::Mutex::new(command),
            child: std::sync::Mutex::new(child),
        }
    }

    fn signal(&self, name: &str) {
        let id = self.child.lock().unwrap().id().to_string();
        let sent = Command::new("kill").args(["-s", name, &id]).status();
        assert!(sent.unwrap().success());
    }

    fn kill_and_start_again(&self) {
        let mut child = self.child.lock().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        *child = self.command.lock().unwrap().spawn().unwrap();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let mut child = self.child.lock().unwrap();
        let _ = child.kill();
        let _ = child.wait();
    }
}

fn free_address() -> String {
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    free.local_addr().unwrap().to_string()
}

/// The same numbers in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}
