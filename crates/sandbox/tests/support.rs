//! A sandbox with a small company and a clock that stands still until it is turned.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use jiff::Timestamp;
use reqwest::{Client, Method, header::HeaderMap};
use sandbox::{Config, Handle, Roster, Sandbox, Settings};
use serde_json::{Value, json};

pub(crate) const TOM: &str = "3332883909410030364";
pub(crate) const NADIA: &str = "3332883884017713938";
pub(crate) const LEE: &str = "3332883884017713939";
pub(crate) const HANA: &str = "3332883884017713940";
pub(crate) const PAT: &str = "3332883884017713941";
pub(crate) const GUS: &str = "3332883884017713942";

/// 2 March 2026, 08:15:04 UTC.
pub(crate) const NOW: i64 = 1_772_439_304;

pub(crate) struct Bob {
    pub(crate) handle: Handle,
    pub(crate) http: Client,
    clock: Arc<AtomicI64>,
}

/// An answer, read to its end.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The employees of a search.
    pub(crate) fn employees(&self) -> Vec<Value> {
        assert_eq!(self.status, 200, "{}", self.text);
        self.json()["employees"]
            .as_array()
            .expect("employees is an array")
            .clone()
    }

    pub(crate) fn ids(&self) -> Vec<String> {
        self.employees()
            .iter()
            .map(|e| e["id"].as_str().expect("an id").to_owned())
            .collect()
    }

    pub(crate) fn person(&self, id: &str) -> Value {
        self.employees()
            .into_iter()
            .find(|e| e["id"] == id)
            .expect("the person is in the answer")
    }
}

pub(crate) fn client() -> Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .expect("a client")
}

impl Bob {
    pub(crate) async fn start() -> Self {
        Self::with(|_| ()).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let clock = Arc::new(AtomicI64::new(NOW));
        let hand = Arc::clone(&clock);
        let now = move || Timestamp::from_second(hand.load(Ordering::SeqCst)).expect("a time");
        let mut config = Config::new(Arc::new(now));
        config.roster = Some(small_company());
        change(&mut config);
        let handle = Sandbox::start(config).await.expect("the sandbox starts");
        Self {
            handle,
            http: client(),
            clock,
        }
    }

    /// Turns the clock on.
    pub(crate) fn pass(&self, seconds: i64) {
        self.clock.fetch_add(seconds, Ordering::SeqCst);
    }

    pub(crate) fn set(&self, change: impl FnOnce(&mut Settings)) {
        let mut settings = Settings::clone(&self.handle.settings());
        change(&mut settings);
        self.handle.set_settings(settings).expect("good settings");
    }

    pub(crate) fn faults(&self, faults: &[&str]) {
        let faults = faults
            .iter()
            .map(|text| sandbox::Fault::parse(text).expect("a fault"))
            .collect();
        self.handle.set_faults(faults);
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let url = format!("{}{path}", self.handle.base_url());
        self.http
            .request(method, url)
            .basic_auth("sandbox", Some("sandbox-token"))
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        read(self.request(Method::POST, path).json(&body)).await
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> Answer {
        read(self.request(Method::PUT, path).json(&body)).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        read(self.request(Method::GET, path)).await
    }

    pub(crate) async fn search(&self, body: Value) -> Answer {
        self.post("/people/search", body).await
    }

    /// Everybody with the fields of the sync, as a careful client asks.
    pub(crate) async fn everybody(&self) -> Answer {
        self.search(json!({ "fields": WANTED, "showInactive": true, "humanReadable": "APPEND" }))
            .await
    }

    pub(crate) async fn control(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let request = self
            .http
            .request(method, format!("{}{path}", self.handle.control_url()));
        read(match body {
            Some(body) => request.json(&body),
            None => request,
        })
        .await
    }
}

pub(crate) const WANTED: [&str; 11] = [
    "root.id",
    "root.firstName",
    "root.surname",
    "root.email",
    "work.startDate",
    "work.department",
    "work.reportsTo",
    "internal.status",
    "internal.lifecycleStatus",
    "internal.terminationDate",
    "address.country",
];

pub(crate) async fn read(request: reqwest::RequestBuilder) -> Answer {
    let response = request.send().await.expect("an answer");
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Answer {
        status,
        headers,
        text: response.text().await.expect("a body"),
    }
}

fn small_company() -> Roster {
    let text = small_company_json().to_string();
    Roster::from_json(text.as_bytes()).expect("a good roster")
}

pub(crate) fn small_company_json() -> Value {
    json!({
        "company_id": 636_192,
        "employees": [
            {"id": TOM, "firstName": "Tom", "surname": "Okafor", "displayName": "Tom Okafor",
             "email": "tom.okafor@acme.test", "startDate": "2015-05-01", "departmentId": "Marketing",
             "lifecycleStatus": "Employed", "accessStatus": "Active", "country": "United Kingdom"},
            {"id": NADIA, "firstName": "Nadia", "surname": "Ferreira", "displayName": "Nadia Ferreira",
             "email": "nadia.ferreira@acme.test", "startDate": "2023-02-01", "departmentId": "261454635",
             "managerId": TOM, "lifecycleStatus": "Employed", "accessStatus": "Active", "country": "Portugal"},
            {"id": LEE, "firstName": "Lee", "surname": "Gone", "displayName": "Lee Gone",
             "email": "lee.gone@acme.test", "startDate": "2019-01-07", "departmentId": "old", "managerId": TOM,
             "lifecycleStatus": "Terminated", "accessStatus": "Inactive", "terminationDate": "2025-12-31",
             "country": "Ireland"},
            {"id": HANA, "firstName": "花", "surname": "佐藤", "displayName": "佐藤花", "email": "hana.sato@acme.test",
             "startDate": "2026-03-10", "departmentId": "261454636", "managerId": NADIA,
             "lifecycleStatus": "Hired", "accessStatus": "Inactive", "country": "Japan"},
            {"id": PAT, "firstName": "Pat", "surname": "Leave", "displayName": "Pat Leave",
             "email": "pat.leave@acme.test", "startDate": "2020-06-15", "departmentId": "261454635",
             "managerId": TOM, "lifecycleStatus": "Parental leave", "accessStatus": "Inactive", "country": null},
            {"id": GUS, "firstName": "Gus", "surname": "Garden", "displayName": "Gus Garden",
             "startDate": "2018-09-03", "departmentId": "261454635", "managerId": "999",
             "lifecycleStatus": "Garden leave", "accessStatus": "Active", "terminationDate": "2026-04-30",
             "country": " PORTUGAL "}
        ],
        "departments": [
            {"id": "261454635", "name": "Engineering"},
            {"id": "261454636", "name": "Platform", "parentId": "261454635"},
            {"id": "Marketing", "name": "Marketing"},
            {"id": "old", "name": "Old Things", "archived": true}
        ]
    })
}
