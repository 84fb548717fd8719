//! The API over a real listener, on a fresh database with a HiBob sandbox.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use app::{App, NewOrganisation, Vault};
use domain::{Clock, Organisation, OsEntropy};
use jiff::Timestamp;
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use sandbox::{Config, Department, Employee, Handle, Roster, Sandbox, Settings};
use serde::de::DeserializeOwned;
use serde_json::Value;
use store::Store;

/// Each look is a millisecond later, so that acts have an order.
pub(crate) struct TestClock(AtomicI64);

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.0.fetch_add(1, Ordering::Relaxed)).unwrap()
    }
}

pub(crate) struct World {
    pub(crate) app: App,
    pub(crate) org: Organisation,
    pub(crate) url: String,
    pub(crate) token: String,
    /// A second look at the same database.
    pub(crate) store: Store,
    client: Client,
    _hibob: Handle,
    _folder: tempfile::TempDir,
    _database: Option<testpg::Database>,
}

/// An answer, read whole.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    /// The answer as this shape of the contract, no key missing and none too many.
    #[track_caller]
    pub(crate) fn read<T: DeserializeOwned>(&self) -> T {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        self.read()
    }

    /// It must have this status.
    #[track_caller]
    pub(crate) fn is(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        self
    }

    /// It must say no like this, in the shape that everything that says no has.
    #[track_caller]
    pub(crate) fn refuses(self, status: u16, code: &str) -> api::contract::Problem {
        let answer = self.is(status);
        let kind = answer.headers["content-type"].to_str().unwrap();
        assert_eq!(kind, "application/problem+json");
        let problem: api::contract::Problem = answer.read();
        assert_eq!(problem.code, code, "{}", answer.text);
        assert_eq!(problem.status, status);
        problem
    }

    /// It must say no with this status, whatever the reason.
    #[track_caller]
    pub(crate) fn refuses_any(self, status: u16) -> api::contract::Problem {
        self.is(status).read()
    }

    #[track_caller]
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }
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
        database_url: &str,
        folder: tempfile::TempDir,
        database: Option<testpg::Database>,
    ) -> Self {
        // Installed once for all tests of this process.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let start = "2026-03-02T12:00:00Z".parse::<Timestamp>().unwrap();
        let clock = Arc::new(TestClock(AtomicI64::new(start.as_millisecond())));
        let config = Config {
            roster: Some(company()),
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
        let app = App::new(
            Store::open(database_url).await.unwrap(),
            Vault::read_or_make(&folder.path().join("key"), &OsEntropy).unwrap(),
            hibob.base_url(),
            "http://127.0.0.1:8080".to_owned(),
            clock,
            Arc::new(OsEntropy),
        );
        let org = organisation(&app, "Acme").await;
        let token = app.create_token(&org, "test", false).await.unwrap().token;
        let url = serve(&app, api::Settings::default()).await;
        Self {
            app,
            org,
            url,
            token,
            store: Store::open(database_url).await.unwrap(),
            client: Client::new(),
            _hibob: hibob,
            _folder: folder,
            _database: database,
        }
    }

    /// A call with the token of the world.
    pub(crate) fn call(&self, method: &str, path: &str) -> RequestBuilder {
        self.bare(method, path).bearer_auth(&self.token)
    }

    /// A call without a token.
    pub(crate) fn bare(&self, method: &str, path: &str) -> RequestBuilder {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let url = format!("{}/api/v1{path}", self.url);
        self.client.request(method, url)
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        sent(self.call("GET", path)).await
    }

    pub(crate) async fn send(&self, method: &str, path: &str, body: &Value) -> Answer {
        sent(self.call(method, path).json(body)).await
    }

    /// Everything that waits is done.
    pub(crate) async fn work_off(&self) {
        self.app.work_off().await.unwrap();
        let (waiting, failed) = self.app.task_counts().await.unwrap();
        assert_eq!((waiting, failed), (0, 0), "tasks are left over");
    }

    /// Connected, and synced once.
    pub(crate) async fn connected(&self) {
        let body = serde_json::json!({
            "provider": "hibob",
            "credentials": { "service_user_id": sandbox::SERVICE_USER, "token": sandbox::TOKEN },
            "first": "sync",
        });
        self.send("PUT", "/integration", &body).await.is(201);
        self.work_off().await;
    }
}

pub(crate) async fn sent(call: RequestBuilder) -> Answer {
    let answer = call.send().await.unwrap();
    Answer {
        status: answer.status(),
        headers: answer.headers().clone(),
        text: answer.text().await.unwrap(),
    }
}

pub(crate) async fn organisation(app: &App, name: &str) -> Organisation {
    let new = NewOrganisation {
        name: name.to_owned(),
        slug: None,
        time_zone: "UTC".to_owned(),
    };
    let made = app.create_organisation(new).await.unwrap();
    app.organisation(&made.slug).await.unwrap()
}

/// Serves the API; where.
pub(crate) async fn serve(app: &App, settings: api::Settings) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let named = axum::middleware::from_fn_with_state(app.clone(), api::with_request_id);
    let routes = api::router(app, settings).layer(named);
    tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
    format!("http://{address}")
}

/// Six people, and somebody whose country nobody knows.
fn company() -> Roster {
    let employee = |number: usize| Employee {
        id: format!("333288388400000000{number}").into(),
        first_name: Some("Person".into()),
        surname: Some(format!("Nr{number}").into()),
        display_name: None,
        email: Some(format!("p{number}@acme.test").into()),
        start_date: Some("2020-01-06".into()),
        department_id: Some("10".into()),
        manager_id: (number > 1).then(|| "3332883884000000001".into()),
        lifecycle_status: Some("Employed".into()),
        access_status: Some("Active".into()),
        termination_date: None,
        country: (number < 7).then(|| "Portugal".into()),
    };
    Roster {
        company_id: sandbox::DEFAULT_COMPANY_ID,
        employees: (1..=7).map(employee).collect(),
        departments: vec![Department {
            id: "10".into(),
            name: Some("Engineering".into()),
            parent_id: None,
            archived: false,
        }],
    }
}
