//! How fast the API answers.

use std::{
    fmt::Write as _,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use reqwest::Client;
use serde_json::Value;

use super::processes::Running;

/// How often each call is made by each client.
const TIMES: usize = 150;
/// No call of one kind is measured for longer.
const LONGEST: Duration = Duration::from_secs(20);

/// Somebody who calls.
#[derive(Clone)]
pub(super) struct Caller {
    client: Client,
    base: String,
    token: String,
}

/// How long calls of one kind took.
pub(super) struct Times(Vec<Duration>, Duration);

impl Caller {
    pub(super) fn of(answering: &Running) -> Result<Self> {
        let [address, token, _] = answering.said.as_slice() else {
            bail!("the service did not say where it is");
        };
        let _ = rustls::crypto::ring::default_provider().install_default();
        Ok(Self {
            client: Client::builder().build()?,
            base: format!("http://{address}/api/v1"),
            token: token.clone(),
        })
    }

    pub(super) async fn get(&self, path: &str) -> Result<Vec<u8>> {
        let call = self.client.get(format!("{}{path}", self.base));
        let answer = call.bearer_auth(&self.token).send().await?;
        if !answer.status().is_success() {
            bail!("{path}: {}", answer.status());
        }
        Ok(answer.bytes().await?.to_vec())
    }

    async fn json(&self, path: &str) -> Result<Value> {
        Ok(serde_json::from_slice(&self.get(path).await?)?)
    }

    /// Calls again and again, going round the paths.
    async fn times(&self, paths: &[String]) -> Result<Times> {
        let began = Instant::now();
        let mut times = Vec::with_capacity(TIMES);
        for path in paths.iter().cycle().take(TIMES) {
            let called = Instant::now();
            self.get(path).await?;
            times.push(called.elapsed());
            if began.elapsed() > LONGEST {
                break;
            }
        }
        Ok(Times(times, began.elapsed()))
    }
}

impl Times {
    pub(super) fn new(times: Vec<Duration>, whole: Duration) -> Self {
        Self(times, whole)
    }

    /// The time within which this part of the calls was answered, in milliseconds.
    pub(super) fn quantile(&self, part: f64) -> f64 {
        let mut times = self.0.clone();
        times.sort_unstable();
        let at = ((times.len() as f64 * part).ceil() as usize).max(1) - 1;
        times.get(at).map_or(0.0, |time| time.as_secs_f64() * 1e3)
    }

    /// Calls a second.
    pub(super) fn rate(&self) -> f64 {
        self.0.len() as f64 / self.1.as_secs_f64()
    }

    /// How long each took.
    pub(super) fn each(self) -> Vec<Duration> {
        self.0
    }

    pub(super) fn number(&self) -> usize {
        self.0.len()
    }
}

/// Measures an installation with one organisation that has synced.
pub(super) fn measure(database: &str, key: &Path) -> Result<String> {
    let answering = Running::start("answer", database, key, "http://127.0.0.1:1/v1", 3)?;
    let caller = Caller::of(&answering)?;
    tokio::runtime::Runtime::new()?.block_on(table(&caller))
}

async fn table(caller: &Caller) -> Result<String> {
    let mut text = "| | p50 | p95 | calls/s | 4 clients: p50 | p95 | calls/s |\n|---|--:|--:|--:|--:|--:|--:|\n".to_owned();
    for (what, paths) in kinds(caller).await? {
        // What is asked for the first time is read from the disk.
        caller.get(&paths[0]).await?;
        let one = caller.times(&paths).await?;
        let four = together(caller, &paths).await?;
        eprintln!(
            "{what}: p95 {:.1} ms, of four clients {:.1} ms",
            one.quantile(0.95),
            four.quantile(0.95)
        );
        write!(text, "| {what} |")?;
        for times in [one, four] {
            write!(
                text,
                " {:.1} | {:.1} | {:.0} |",
                times.quantile(0.5),
                times.quantile(0.95),
                times.rate()
            )?;
        }
        text.push('\n');
    }
    Ok(text)
}

async fn together(caller: &Caller, paths: &[String]) -> Result<Times> {
    let began = Instant::now();
    let mut clients = tokio::task::JoinSet::new();
    for number in 0..4 {
        let mut paths = paths.to_vec();
        let start = number * paths.len() / 4;
        paths.rotate_left(start);
        let caller = Caller {
            client: Client::new(),
            ..caller.clone()
        };
        clients.spawn(async move { caller.times(&paths).await });
    }
    let mut all = Vec::new();
    while let Some(done) = clients.join_next().await {
        all.extend(done??.0);
    }
    Ok(Times(all, began.elapsed()))
}

/// What is asked for, with the paths that ask for it.
async fn kinds(caller: &Caller) -> Result<Vec<(&'static str, Vec<String>)>> {
    let first = "/people?sort=name&limit=50".to_owned();
    let total = caller.json(&first).await?["total"]
        .as_u64()
        .context("no total")?;
    let (mut after, mut ids) = (String::new(), Vec::new());
    let mut seen = 0;
    while seen < total / 2 {
        let page = caller
            .json(&format!("/people?sort=name&limit=500{after}"))
            .await?;
        let items = page["items"].as_array().context("no items")?;
        seen += items.len() as u64;
        ids.extend(
            items
                .iter()
                .step_by(97)
                .filter_map(|person| person["id"].as_str().map(str::to_owned)),
        );
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    let of_each = |what: &str| -> Vec<String> {
        ids.iter().map(|id| format!("/people/{id}{what}")).collect()
    };
    let search =
        ["mar", "silva", "an ke", "zz", "o'b"].map(|part| format!("/people?q={part}&limit=50"));
    Ok(vec![
        ("first page of people", vec![first]),
        (
            "deep page",
            vec![format!("/people?sort=name&limit=50{after}")],
        ),
        (
            "search",
            search.map(|path| path.replace(' ', "%20")).to_vec(),
        ),
        (
            "filtered, with total",
            vec!["/people?status=active&budget=none&limit=50".to_owned()],
        ),
        ("one person", of_each("")),
        ("history of one person", of_each("/history")),
    ])
}
