//! How fast the pages of the Admin Hub are, and how long a bulk action over everybody takes.

use std::{
    fmt::Write as _,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use reqwest::{Client, header, redirect::Policy};

use super::{calls::Times, processes::Running};

/// How often each page is asked for by each client.
const TIMES: usize = 100;
/// No page is measured for longer.
const LONGEST: Duration = Duration::from_secs(15);
/// How long a bulk action may take before it is given up.
const PATIENCE: Duration = Duration::from_mins(10);

/// An admin who is signed in.
#[derive(Clone)]
struct Admin {
    client: Client,
    base: String,
    cookie: String,
}

/// Measures an installation with one organisation that has synced.
pub(super) fn measure(database: &str, key: &Path) -> Result<String> {
    let answering = Running::start("answer", database, key, "http://127.0.0.1:1/v1", 3)?;
    let [address, _, session] = answering.said.as_slice() else {
        bail!("the service did not say where it is");
    };
    let _ = rustls::crypto::ring::default_provider().install_default();
    let admin = Admin {
        client: Client::builder().redirect(Policy::none()).build()?,
        base: format!("http://{address}"),
        cookie: format!("rollcall={session}"),
    };
    let runtime = tokio::runtime::Runtime::new()?;
    let mut text = runtime.block_on(table(&admin))?;
    let working = Running::start("work", database, key, "http://127.0.0.1:1/v1", 1)?;
    text.push_str(&runtime.block_on(everybody(&admin))?);
    drop(working);
    Ok(text)
}

impl Admin {
    async fn get(&self, path: &str) -> Result<String> {
        let call = self.client.get(format!("{}{path}", self.base));
        let answer = call.header(header::COOKIE, &self.cookie).send().await?;
        if !answer.status().is_success() {
            bail!("{path}: {}", answer.status());
        }
        Ok(answer.text().await?)
    }

    /// Sends a form, and gives where it leads.
    async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Result<String> {
        let page = self.get("/admin/sync").await?;
        let proof = page.split("name=\"proof\" value=\"").nth(1);
        let proof = proof.and_then(|rest| rest.split('"').next());
        let mut body = format!("proof={}", proof.context("no proof on the page")?);
        for (name, value) in fields {
            write!(body, "&{name}={value}")?;
        }
        let kind = "application/x-www-form-urlencoded";
        let call = self
            .client
            .post(format!("{}{path}", self.base))
            .header(header::COOKIE, &self.cookie)
            .header(header::CONTENT_TYPE, kind)
            .body(body);
        let answer = call.send().await?;
        let place = answer.headers().get(header::LOCATION);
        let place = place.and_then(|place| place.to_str().ok());
        place
            .map(str::to_owned)
            .with_context(|| format!("{path}: {}", answer.status()))
    }

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
        Ok(Times::new(times, began.elapsed()))
    }
}

async fn table(admin: &Admin) -> Result<String> {
    let mut text =
        "| | p50 | p95 | 4 clients: p50 | p95 | pages/s |\n|---|--:|--:|--:|--:|--:|\n".to_owned();
    for (what, paths) in kinds(admin).await? {
        admin.get(&paths[0]).await?;
        let one = admin.times(&paths).await?;
        let mut clients = tokio::task::JoinSet::new();
        let began = Instant::now();
        for _ in 0..4 {
            let (admin, paths) = (admin.clone(), paths.clone());
            clients.spawn(async move { admin.times(&paths).await });
        }
        let mut all = Vec::new();
        while let Some(done) = clients.join_next().await {
            all.extend(done??.each());
        }
        let four = Times::new(all, began.elapsed());
        eprintln!(
            "{what}: p95 {:.1} ms, of four clients {:.1} ms",
            one.quantile(0.95),
            four.quantile(0.95)
        );
        writeln!(
            text,
            "| {what} | {:.1} | {:.1} | {:.1} | {:.1} | {:.0} |",
            one.quantile(0.5),
            one.quantile(0.95),
            four.quantile(0.5),
            four.quantile(0.95),
            four.rate()
        )?;
    }
    Ok(text)
}

/// The pages that admins open most.
async fn kinds(admin: &Admin) -> Result<Vec<(&'static str, Vec<String>)>> {
    let first = admin.get("/admin/people").await?;
    let link = |start: &str, page: &str| {
        let rest = page.split(&format!("href=\"{start}")).nth(1);
        let rest = rest.and_then(|rest| rest.split('"').next());
        rest.map(|rest| {
            format!(
                "{start}{}",
                rest.replace("&amp;", "&").replace("&#38;", "&")
            )
        })
    };
    let history = admin.get("/admin/sync").await?;
    let next = link("/admin/people?after=", &first).unwrap_or_else(|| "/admin/people".to_owned());
    let person = first
        .split("data-row")
        .next()
        .and_then(|before| before.rsplit("href=\"").next())
        .and_then(|rest| rest.split('"').next())
        .context("nobody is listed")?;
    let run = history
        .split("data-row")
        .next()
        .and_then(|before| before.rsplit("href=\"").next())
        .and_then(|rest| rest.split('"').next())
        .context("no sync is listed")?;
    let one = |path: &str| vec![path.to_owned()];
    Ok(vec![
        ("home", one("/admin")),
        ("people, first page", one("/admin/people")),
        ("people, next page", vec![next]),
        ("people, search", one("/admin/people?q=mar")),
        (
            "people without budgets",
            one("/admin/people?status=active&budget=none"),
        ),
        ("one person", one(person)),
        ("one sync", one(run)),
        ("who was skipped", vec![format!("{run}?tab=skipped")]),
        ("sync history", one("/admin/sync")),
        ("integration", one("/admin/settings/hris")),
        ("budgets", one("/admin/budgets")),
    ])
}

/// Budgets for everybody, and everybody as CSV.
async fn everybody(admin: &Admin) -> Result<String> {
    let began = Instant::now();
    let chosen = [("action", "budgets"), ("across", "1"), ("status", "active")];
    let form = admin.post("/admin/people/bulk", &chosen).await?;
    let check = form.replace("/form", "/check");
    let asked = [
        ("amount", "500"),
        ("currency", "EUR"),
        ("period_start", "2027-01-01"),
        ("period_end", "2027-12-31"),
    ];
    let query: Vec<String> = asked
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    admin.get(&format!("{check}?{}", query.join("&"))).await?;
    let checked = began.elapsed();
    let job = check.replace("/check", "");
    let began = Instant::now();
    admin.post(&format!("{job}/start"), &asked).await?;
    let done = loop {
        let page = admin.get(&job).await?;
        if let Some(done) = page.split("Done: ").nth(1) {
            let digits: String = done
                .chars()
                .take_while(|letter| *letter != 'p')
                .filter(char::is_ascii_digit)
                .collect();
            break digits.parse::<f64>().unwrap_or_default();
        }
        if began.elapsed() > PATIENCE {
            bail!("the budgets were not handed out in time");
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    let given = began.elapsed().as_secs_f64();
    let began = Instant::now();
    let call = admin.client.get(format!("{}/admin/people.csv", admin.base));
    let mut answer = call.header(header::COOKIE, &admin.cookie).send().await?;
    let mut first = None;
    let mut bytes = 0;
    while let Some(part) = answer.chunk().await? {
        first.get_or_insert_with(|| began.elapsed());
        bytes += part.len();
    }
    let whole = began.elapsed().as_secs_f64();
    Ok(format!(
        "\nEverybody selected and the budgets for them checked: {:.2} s. Budgets handed out by one worker: {done:.0} people in {given:.1} s, {:.0} people/s. Everybody as CSV: first byte after {:.0} ms, {:.1} MB in {whole:.1} s.\n",
        checked.as_secs_f64(),
        done / given,
        first.unwrap_or_default().as_secs_f64() * 1e3,
        bytes as f64 / 1e6,
    ))
}
