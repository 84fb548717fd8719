//! A scripted HTTP server: it answers each path with the next of its replies, the last one for ever,
//! and keeps a log. It speaks bytes, so that a test can break what a real server never would.

use std::{
    collections::HashMap,
    future::Future,
    io::Write as _,
    pin::Pin,
    sync::{Arc, Mutex},
    time::Duration,
};

use domain::{Clock, Entropy};
use flate2::{Compression, write::GzEncoder};
use hris::{
    Progress,
    hibob::{Environment, HiBob, Settings, Sleeper},
};
use jiff::Timestamp;
use secrecy::SecretString;
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

pub(crate) const SEARCH: &str = "POST /v1/people/search";
pub(crate) const METADATA: &str = "GET /v1/company/people/fields";
pub(crate) const DEPARTMENTS: &str = "GET /v1/company/named-lists/department?includeArchived=true";
pub(crate) const COUNTRIES: &str = "GET /v1/company/named-lists/country?includeArchived=true";
pub(crate) const TOKEN: &str = "Planted-secret-token";

/// What the server does once.
#[derive(Clone)]
pub(crate) struct Reply {
    bytes: Vec<u8>,
    stall: bool,
}

impl Reply {
    pub(crate) fn new(status: u16, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Self {
        let body = body.as_ref();
        let mut bytes = format!("HTTP/1.1 {status} Whatever\r\n").into_bytes();
        let length = body.len().to_string();
        let given = [("content-length", length.as_str()), ("connection", "close")];
        for (name, value) in headers.iter().chain(&given) {
            bytes.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
        }
        bytes.extend_from_slice(b"\r\n");
        bytes.extend_from_slice(body);
        Self {
            bytes,
            stall: false,
        }
    }

    pub(crate) fn json(body: impl AsRef<[u8]>) -> Self {
        Self::new(
            200,
            &[("content-type", "application/json; charset=utf-8")],
            body,
        )
    }

    pub(crate) fn status(status: u16) -> Self {
        Self::new(status, &[], "")
    }

    pub(crate) fn gzip(packed: &[u8]) -> Self {
        let headers = [
            ("content-type", "application/json"),
            ("content-encoding", "gzip"),
        ];
        Self::new(200, &headers, packed)
    }

    pub(crate) fn raw(bytes: impl AsRef<[u8]>) -> Self {
        Self {
            bytes: bytes.as_ref().to_vec(),
            stall: false,
        }
    }

    /// Closes the connection so many bytes before the end.
    pub(crate) fn cut(mut self, bytes: usize) -> Self {
        self.bytes.truncate(self.bytes.len() - bytes);
        self
    }

    /// Keeps the connection open afterwards and says nothing more.
    pub(crate) fn stall(mut self) -> Self {
        self.stall = true;
        self
    }
}

pub(crate) fn packed(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap()
}

#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) line: String,
    pub(crate) head: String,
    pub(crate) body: Value,
}

pub(crate) struct Server {
    pub(crate) url: String,
    log: Arc<Mutex<Vec<Call>>>,
}

type Script = Arc<Mutex<HashMap<String, Vec<Reply>>>>;

impl Server {
    pub(crate) async fn start(script: &[(&str, &[Reply])]) -> Self {
        let script = script
            .iter()
            .map(|(line, replies)| ((*line).to_owned(), replies.iter().rev().cloned().collect()))
            .collect();
        let script: Script = Arc::new(Mutex::new(script));
        let log = Arc::new(Mutex::new(Vec::new()));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/v1", listener.local_addr().unwrap());
        let calls = Arc::clone(&log);
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                tokio::spawn(answer(stream, Arc::clone(&script), Arc::clone(&calls)));
            }
        });
        Self { url, log }
    }

    /// A server with replies for the people search alone.
    pub(crate) async fn search(replies: &[Reply]) -> Self {
        Self::start(&[(SEARCH, replies)]).await
    }

    pub(crate) fn calls(&self) -> Vec<Call> {
        self.log.lock().unwrap().clone()
    }

    pub(crate) fn count(&self, line: &str) -> usize {
        self.calls().iter().filter(|call| call.line == line).count()
    }
}

async fn answer(mut stream: TcpStream, script: Script, log: Arc<Mutex<Vec<Call>>>) {
    let call = read(&mut stream).await;
    let reply = script.lock().unwrap().get_mut(&call.line).map(|replies| {
        if replies.len() > 1 {
            replies.pop()
        } else {
            replies.last().cloned()
        }
    });
    log.lock().unwrap().push(call);
    let reply = reply.flatten().unwrap_or_else(|| Reply::status(404));
    // The client may have had enough before the end.
    let _ = stream.write_all(&reply.bytes).await;
    if reply.stall {
        std::future::pending::<()>().await;
    }
    let _ = stream.shutdown().await;
}

async fn read(stream: &mut TcpStream) -> Call {
    let mut bytes = Vec::new();
    loop {
        let head = bytes.windows(4).position(|end| end == b"\r\n\r\n");
        if let Some(end) = head {
            let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
            let length = head
                .lines()
                .find_map(|line| {
                    line.to_ascii_lowercase()
                        .strip_prefix("content-length: ")?
                        .parse()
                        .ok()
                })
                .unwrap_or(0);
            if bytes.len() - end - 4 >= length {
                let line = head
                    .lines()
                    .next()
                    .unwrap()
                    .trim_end_matches(" HTTP/1.1")
                    .to_owned();
                let body = serde_json::from_slice(&bytes[end + 4..]).unwrap_or_default();
                return Call { line, head, body };
            }
        }
        stream.read_buf(&mut bytes).await.unwrap();
    }
}

/// A clock that stands still, zeros for randomness, and sleeps that are only written down.
#[derive(Default)]
pub(crate) struct World {
    pub(crate) slept: Mutex<Vec<Duration>>,
}

/// 2026-03-02 08:15:00 UTC.
pub(crate) const NOW: i64 = 1_772_439_300;

impl Clock for World {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(NOW).unwrap()
    }
}

impl Entropy for World {
    fn fill(&self, buffer: &mut [u8]) {
        buffer.fill(0xff);
    }
}

impl Sleeper for World {
    fn sleep(&self, time: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        self.slept.lock().unwrap().push(time);
        Box::pin(std::future::ready(()))
    }
}

impl World {
    pub(crate) fn seconds(&self) -> Vec<f64> {
        self.slept
            .lock()
            .unwrap()
            .iter()
            .map(Duration::as_secs_f64)
            .collect()
    }
}

pub(crate) fn settings(url: &str) -> Settings {
    Settings::new(url, "SERVICE-1234", SecretString::from(TOKEN))
}

pub(crate) fn connector(settings: Settings) -> (HiBob, Arc<World>) {
    let world = Arc::new(World::default());
    let environment = Environment {
        clock: world.clone(),
        entropy: world.clone(),
        sleeper: world.clone(),
    };
    (
        HiBob::with_environment(settings, environment).unwrap(),
        world,
    )
}

pub(crate) fn client(server: &Server) -> (HiBob, Arc<World>) {
    connector(settings(&server.url))
}

/// Writes down what it is told.
#[derive(Default)]
pub(crate) struct Listener {
    pub(crate) fetched: Mutex<Vec<u64>>,
    pub(crate) waited: Mutex<Vec<(u64, String)>>,
}

impl Progress for Listener {
    fn fetched(&self, employees: u64) {
        self.fetched.lock().unwrap().push(employees);
    }

    fn waiting(&self, seconds: u64, reason: &str) {
        self.waited
            .lock()
            .unwrap()
            .push((seconds, reason.to_owned()));
    }
}

/// An answer with so many employees of whom everything is there.
pub(crate) fn answer_of(employees: usize) -> String {
    let employees: Vec<String> = (0..employees).map(full).collect();
    format!("{{\"employees\":[{}]}}", employees.join(","))
}

/// One employee as HiBob's documentation, people search, shows them.
pub(crate) fn full(number: usize) -> String {
    let id = 3_332_883_884_017_713_938_u64 + number as u64;
    let manager = r#"{"id":"3332883884017713938","firstName":"Tom","surname":"Okafor","email":"tom.okafor@acme.test","displayName":"Tom Okafor"}"#;
    format!(
        r#"{{"id":"{id}","/root/id":{{"value":"{id}"}},"firstName":"Nadia","/root/firstName":{{"value":"Nadia"}},
"surname":"Ferreira","/root/surname":{{"value":"Ferreira"}},"displayName":"Nadia Ferreira","/root/displayName":{{"value":"Nadia Ferreira"}},
"email":"nadia.{number}@acme.test","/root/email":{{"value":"nadia.{number}@acme.test"}},
"work":{{"startDate":"2023-02-01","department":"261454635","manager":"3332883884017713938","reportsTo":{manager}}},
"startDate":{{"value":"2023-02-01"}},"department":{{"value":"261454635"}},"reportsTo":{{"value":{manager}}},
"internal":{{"status":"Active","lifecycleStatus":"employed","terminationDate":null}},"/internal/status":{{"value":"Active"}},
"/internal/lifecycleStatus":{{"value":"employed"}},"/internal/terminationDate":{{"value":null}},
"address":{{"country":"Portugal"}},"/address/country":{{"value":"Portugal"}},
"humanReadable":{{"id":"{id}","firstName":"Nadia","surname":"Ferreira","email":"nadia.{number}@acme.test",
"work":{{"startDate":"01/02/2023","department":"Engineering","reportsTo":"Tom Okafor"}},
"internal":{{"status":"Active","lifecycleStatus":"Employed"}},"address":{{"country":"Portugal"}}}}}}"#
    )
}
