//! A database that is gone or says nothing: readiness goes red, calls are answered 503 with a
//! sentence, and all of it is well again by itself.

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use reqwest::Client;
use serde_json::{Value, json};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
};

use crate::{bench::Bench, company::company, disk::full_disk};

/// What the wire to the database does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wire {
    Whole,
    Cut,
    Silent,
}

/// A wire that can be cut.
struct Proxy {
    port: u16,
    state: watch::Sender<Wire>,
}

impl Proxy {
    async fn to(target: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (state, seen) = watch::channel(Wire::Whole);
        let target = Arc::new(target);
        tokio::spawn(async move {
            loop {
                let (inner, _) = listener.accept().await.unwrap();
                let (target, seen) = (Arc::clone(&target), seen.clone());
                tokio::spawn(carry(inner, target, seen));
            }
        });
        Self { port, state }
    }

    fn is(&self, wire: Wire) {
        self.state.send(wire).unwrap();
    }
}

async fn carry(mut inner: TcpStream, target: Arc<String>, mut seen: watch::Receiver<Wire>) {
    let now = *seen.borrow_and_update();
    if now == Wire::Silent {
        let _ = seen.changed().await;
        return;
    }
    if now == Wire::Cut {
        return;
    }
    let mut outer = TcpStream::connect(target.as_str()).await.unwrap();
    tokio::select! {
        _ = tokio::io::copy_bidirectional(&mut inner, &mut outer) => return,
        _ = seen.changed() => {}
    }
    if *seen.borrow_and_update() == Wire::Silent {
        // Both ends stay open, and nothing comes through.
        let _ = seen.changed().await;
    }
}

struct Serving {
    child: Child,
    url: String,
    token: String,
    client: Client,
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Serving {
    fn start(bench: &Bench) -> Self {
        Self::start_with(bench, &[])
    }

    /// With more variables in its environment.
    fn start_with(bench: &Bench, variables: &[(&str, &str)]) -> Self {
        let token = bench.json("token create --org acme --name test");
        let mut command = bench.command();
        let serve = ["serve", "--json", "--listen", "127.0.0.1:0"];
        command.envs(variables.iter().copied());
        let mut child = command.args(serve).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        stdout.read_line(&mut line).unwrap();
        let said: Value = serde_json::from_str(&line).unwrap();
        let _ = rustls::crypto::ring::default_provider().install_default();
        Self {
            child,
            url: said["url"].as_str().unwrap().to_owned(),
            token: token["token"].as_str().unwrap().to_owned(),
            client: Client::new(),
        }
    }

    async fn get(&self, path: &str) -> (u16, Value) {
        let call = self.client.get(format!("{}{path}", self.url));
        let answer = call.bearer_auth(&self.token).send().await.unwrap();
        let status = answer.status().as_u16();
        (status, answer.json().await.unwrap_or_default())
    }

    /// It must become so within this time.
    async fn becomes(&self, path: &str, status: u16, within: Duration) {
        let began = Instant::now();
        loop {
            let (found, said) = self.get(path).await;
            if found == status {
                return;
            }
            assert!(began.elapsed() < within, "{path}: {found} {said}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

/// A synced company on PostgreSQL behind a wire.
fn behind_a_wire(port: u16, database: &testpg::Database) -> Bench {
    let mut bench = Bench::new(company(20));
    let direct = database.url();
    let (before, rest) = direct.split_once("127.0.0.1:").unwrap();
    let (_, after) = rest.split_once('/').unwrap();
    bench.set(
        "ROLLCALL_DATABASE_URL",
        format!("{before}127.0.0.1:{port}/{after}"),
    );
    bench.set("ROLLCALL_KEY_FILE", "master.key");
    let key = bench.run_all(&["key", "generate"]);
    bench.write("master.key", &key.stdout);
    bench
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_is_gone_or_silent_is_told_and_everything_recovers_by_itself() {
    let database = testpg::fresh_database();
    let direct = database.url();
    let (_, rest) = direct.split_once("127.0.0.1:").unwrap();
    let (port, _) = rest.split_once('/').unwrap();
    let proxy = Proxy::to(format!("127.0.0.1:{port}")).await;
    let wire = proxy.port;
    let (bench, serving) = tokio::task::spawn_blocking(move || {
        let bench = behind_a_wire(wire, &database);
        bench.run("org create --name Acme").done();
        bench.connect("").done();
        let serving = Serving::start(&bench);
        ((bench, database), serving)
    })
    .await
    .unwrap();
    serving
        .becomes("/readyz", 200, Duration::from_secs(5))
        .await;

    for state in [Wire::Cut, Wire::Silent] {
        let (status, before) = serving.get("/api/v1/people").await;
        assert_eq!((status, &before["total"]), (200, &json!(20)));
        proxy.is(state);
        serving
            .becomes("/readyz", 503, Duration::from_secs(10))
            .await;
        assert_eq!(serving.get("/healthz").await.0, 200, "the process is well");
        let began = Instant::now();
        let (status, said) = serving.get("/api/v1/people").await;
        assert_eq!(status, 503, "{state:?}: {said}");
        assert!(said["detail"].as_str().unwrap().len() > 20, "{said}");
        assert!(began.elapsed() < Duration::from_secs(35), "{state:?}");

        proxy.is(Wire::Whole);
        serving
            .becomes("/readyz", 200, Duration::from_secs(15))
            .await;
        serving
            .becomes("/api/v1/people", 200, Duration::from_secs(15))
            .await;
        // Work goes on, too.
        let call = serving
            .client
            .post(format!("{}/api/v1/sync-runs", serving.url));
        let asked = call
            .bearer_auth(&serving.token)
            .json(&json!({ "kind": "sync" }))
            .send()
            .await
            .unwrap();
        let run: Value = asked.json().await.unwrap();
        let path = format!("/api/v1/sync-runs/{}", run["id"].as_str().unwrap());
        let began = Instant::now();
        loop {
            let (_, run) = serving.get(&path).await;
            if run["state"] == "finished" {
                break;
            }
            assert!(began.elapsed() < Duration::from_mins(1), "{state:?}: {run}");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }
    drop(serving);
    tokio::task::spawn_blocking(move || drop(bench))
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_is_full_is_told_reading_goes_on_and_it_recovers_by_itself() {
    let (bench, serving, full, _library) = tokio::task::spawn_blocking(|| {
        let bench = Bench::connected(company(20));
        let (library, preload) = full_disk();
        let full = bench.path().join("full");
        let serving = Serving::start_with(
            &bench,
            &[
                preload.split_once('=').unwrap(),
                ("DISK_FULL_WHILE", full.to_str().unwrap()),
            ],
        );
        (bench, serving, full, library)
    })
    .await
    .unwrap();
    let add = async |number: usize| {
        let body = json!({
            "email": format!("full{number}@acme.test"), "first_name": "F", "country": "PT",
        });
        let call = serving
            .client
            .post(format!("{}/api/v1/people", serving.url));
        let answer = call
            .bearer_auth(&serving.token)
            .json(&body)
            .send()
            .await
            .unwrap();
        let status = answer.status().as_u16();
        (status, answer.json::<Value>().await.unwrap_or_default())
    };
    serving
        .becomes("/readyz", 200, Duration::from_secs(5))
        .await;
    std::fs::write(&full, "").unwrap();
    // What the journal has room for still goes through.
    let mut added = 0;
    let refused = loop {
        let (status, said) = add(added).await;
        if status != 201 {
            break (status, said);
        }
        added += 1;
        assert!(added < 2000, "the disk never was full");
    };
    assert_eq!(refused.0, 503, "{}", refused.1);
    let words = refused.1["detail"].as_str().unwrap();
    assert!(words.contains("full") || words.contains("disk"), "{words}");
    serving
        .becomes("/readyz", 503, Duration::from_secs(5))
        .await;
    let (status, people) = serving.get("/api/v1/people").await;
    assert_eq!(
        (status, &people["total"]),
        (200, &json!(20 + added)),
        "reading goes on"
    );

    std::fs::remove_file(&full).unwrap();
    serving
        .becomes("/readyz", 200, Duration::from_secs(10))
        .await;
    assert_eq!(add(added).await.0, 201);
    let (_, people) = serving.get("/api/v1/people").await;
    assert_eq!(people["total"], 21 + added);
    drop(serving);
    tokio::task::spawn_blocking(move || drop(bench))
        .await
        .unwrap();
}
