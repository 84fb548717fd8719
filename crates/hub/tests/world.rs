//! The pages of an organisation, and a browser without JavaScript.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use app::{App, ConnectRequest, NewAdmin, NewOrganisation, NoRunProgress, Vault};
use domain::{Clock, Organisation, OsEntropy, Provider};
use jiff::Timestamp;
use reqwest::{Client, header, redirect::Policy};
use sandbox::{Config, Department, Employee, Handle, Roster, Sandbox, Settings};
use store::Store;

pub(crate) const PASSWORD: &str = "correct horse battery staple";

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
    pub(crate) hibob: Handle,
    _folder: tempfile::TempDir,
    _database: Option<testpg::Database>,
}

/// A browser that keeps its cookie and follows no redirect by itself.
pub(crate) struct Browser {
    client: Client,
    url: String,
    cookie: String,
    /// What it would like to read.
    pub(crate) language: String,
    /// It says where a form stood: here, or elsewhere.
    pub(crate) is_modern: bool,
    pub(crate) is_foreign: bool,
}

/// A page, or where to go.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) status: u16,
    pub(crate) location: String,
    pub(crate) headers: header::HeaderMap,
    pub(crate) text: String,
}

impl Page {
    #[track_caller]
    pub(crate) fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}\n{}", self.location, self.text);
        self
    }

    #[track_caller]
    pub(crate) fn says(self, words: &str) -> Self {
        assert!(
            self.text.contains(words),
            "{words:?} is not in {}",
            self.text
        );
        self
    }

    /// The addresses of its links and what its forms are sent to.
    pub(crate) fn links(&self) -> Vec<String> {
        let mut links = Vec::new();
        for mark in ["href=\"", "action=\"", "src=\""] {
            for rest in self.text.split(mark).skip(1) {
                let link = rest.split('"').next().unwrap_or_default();
                links.push(link.replace("&amp;", "&").replace("&#38;", "&"));
            }
        }
        links
    }

    /// The value of a hidden field.
    pub(crate) fn field(&self, name: &str) -> String {
        let mark = format!("name=\"{name}\" value=\"");
        let rest = self.text.split(&mark).nth(1).unwrap_or_default();
        rest.split('"').next().unwrap_or_default().to_owned()
    }
}

impl Browser {
    pub(crate) fn of(world: &World) -> Self {
        Self {
            client: Client::builder().redirect(Policy::none()).build().unwrap(),
            url: world.url.clone(),
            cookie: String::new(),
            language: "en".to_owned(),
            is_modern: false,
            is_foreign: false,
        }
    }

    /// Signed in as an admin.
    pub(crate) async fn of_admin(world: &World) -> Self {
        let mut browser = Self::of(world);
        let fields = [("email", "boss@acme.test"), ("password", PASSWORD)];
        browser.sends("/sign-in", &fields).await.is(303);
        browser
    }

    pub(crate) async fn opens(&mut self, path: &str) -> Page {
        let path = path.strip_prefix(&self.url).unwrap_or(path);
        let call = self.client.get(format!("{}{path}", self.url));
        self.page(call.header(header::COOKIE, &self.cookie)).await
    }

    /// Sends fields as they are.
    pub(crate) async fn sends(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(fields);
        let call = self
            .client
            .post(format!("{}{path}", self.url))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::COOKIE, &self.cookie)
            .body(body.finish());
        self.page(call).await
    }

    /// Fills in a form on a page that is open, and goes where it leads.
    pub(crate) async fn fills(&mut self, page: &Page, path: &str, fields: &[(&str, &str)]) -> Page {
        let proof = page.field("proof");
        let mut all = vec![("proof", proof.as_str())];
        all.extend_from_slice(fields);
        let answer = self.sends(path, &all).await;
        if answer.status == 303 {
            return self.opens(&answer.location).await;
        }
        answer
    }

    async fn page(&mut self, call: reqwest::RequestBuilder) -> Page {
        let call = call.header(header::ACCEPT_LANGUAGE, &self.language);
        let call = match (self.is_modern, self.is_foreign) {
            (_, true) => call.header("sec-fetch-site", "cross-site"),
            (true, false) => call.header("sec-fetch-site", "same-origin"),
            (false, false) => call,
        };
        let answer = call.send().await.unwrap();
        let headers = answer.headers().clone();
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        if let Some(cookie) = text(header::SET_COOKIE) {
            cookie
                .split(';')
                .next()
                .unwrap()
                .clone_into(&mut self.cookie);
        }
        Page {
            status: answer.status().as_u16(),
            location: text(header::LOCATION).unwrap_or_default().to_owned(),
            headers: headers.clone(),
            text: answer.text().await.unwrap(),
        }
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
            roster: Some(company(120)),
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
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let app = App::new(
            Store::open(database_url).await.unwrap(),
            Vault::read_or_make(&folder.path().join("key"), &OsEntropy).unwrap(),
            hibob.base_url(),
            url.clone(),
            clock,
            Arc::new(OsEntropy),
        );
        let new = NewOrganisation {
            name: "Acme".to_owned(),
            slug: None,
            time_zone: "UTC".to_owned(),
        };
        let slug = app.create_organisation(new).await.unwrap().slug;
        let org = app.organisation(&slug).await.unwrap();
        let boss = NewAdmin {
            email: "boss@acme.test".to_owned(),
            first_name: None,
            last_name: None,
            password: Some(PASSWORD.to_owned().into()),
        };
        app.create_admin(&org, boss).await.unwrap();
        let pages = hub::router(&app).into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, pages).await.unwrap() });
        Self {
            app,
            org,
            url,
            hibob,
            _folder: folder,
            _database: database,
        }
    }

    /// Connected and synced once.
    pub(crate) async fn connected(&self) {
        let request = ConnectRequest {
            provider: Provider::HiBob,
            service_user_id: "sandbox".to_owned(),
            token: "sandbox-token".to_owned().into(),
            accept_missing: Vec::new(),
            preview: false,
        };
        self.app
            .connect(&self.org, request, &NoRunProgress)
            .await
            .unwrap();
    }

    /// What waits is done.
    pub(crate) async fn work_off(&self) {
        self.app.work_off().await.unwrap();
    }
}

/// So many people in two departments, the first one leads; the fourth has no country.
fn company(people: usize) -> Roster {
    Roster {
        company_id: sandbox::DEFAULT_COMPANY_ID,
        employees: (1..=people).map(employee).collect(),
        departments: ["10", "20"].map(department).to_vec(),
    }
}

pub(crate) fn employee(number: usize) -> Employee {
    Employee {
        id: format!("33328838840000{number:05}").into(),
        first_name: Some("Person".into()),
        surname: Some(format!("Nr{number:03}").into()),
        display_name: Some(format!("Person Nr{number:03}").into()),
        email: Some(format!("p{number}@acme.test").into()),
        start_date: Some("2020-01-06".into()),
        department_id: Some(if number.is_multiple_of(2) { "20" } else { "10" }.into()),
        manager_id: (number > 1).then(|| "3332883884000000001".into()),
        lifecycle_status: Some("Employed".into()),
        access_status: Some("Active".into()),
        termination_date: None,
        country: (number != 4).then(|| "Portugal".into()),
    }
}

fn department(id: &str) -> Department {
    Department {
        id: id.into(),
        name: Some(format!("Team <b>{id}</b>").into()),
        parent_id: None,
        archived: false,
    }
}

/// The first address on a page that begins so.
pub(crate) fn link(page: &Page, start: &str) -> String {
    let mut links = page.links().into_iter();
    let found = links.find(|link| link.starts_with(start));
    found.unwrap_or_else(|| panic!("no {start} on {}", page.text))
}
