//! Many companies that are due at the same instant, and one to four processes that work.

use std::{
    ffi::OsStr,
    fmt::Write as _,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};

use super::{
    Plan,
    calls::{Caller, Times},
    processes::{Running, key_in},
};
use crate::{
    answers::{FIRST, TINY},
    course::Answers,
    databases::{Engine, Server, State},
    part,
};

const PEOPLE: usize = 1000;
/// Longer than this is no measure any more.
const LONGEST: Duration = Duration::from_mins(30);

/// Measures with one, two and four processes.
pub(super) fn measure(plan: &Plan<'_>, databases: &Server) -> Result<String> {
    let folder = plan.folder.join("morning");
    let answers = Answers::render(&folder, PEOPLE, plan.today)?;
    let own = databases.databases(Engine::Postgres, &folder)?;
    own.make(State::Work)?;
    let (url, key) = (own.url(State::Work), key_in(&folder));
    let number = plan.organisations.to_string();
    eprintln!("{number} organisations are connected");
    part::output([
        OsStr::new("prepare-many"),
        OsStr::new(&url),
        key.as_os_str(),
        OsStr::new(&answers.server().base_url(TINY)),
        OsStr::new(&number),
    ])?;
    let hris = answers.server().base_url(FIRST);
    let morning = |workers: usize| -> Result<Done> {
        let answering = Running::start("answer", &url, &key, &hris, 3)?;
        let done = due(
            &url,
            plan.organisations,
            || {
                let start = |_| Running::start("work", &url, &key, &hris, 1);
                (0..workers).map(start).collect::<Result<Vec<_>>>()
            },
            &Caller::of(&answering)?,
        )?;
        eprintln!("{workers} processes: {:.1} s", done.seconds);
        Ok(done)
    };
    let mut text = format!(
        "{number} organisations with {PEOPLE} employees each, on PostgreSQL.\n\n\
         | | until the last is done | organisations/min | people/s | calls meanwhile: p50 | p95 | of one process |\n\
         |---|--:|--:|--:|--:|--:|--:|\n"
    );
    let first = morning(2)?;
    row(
        &mut text,
        "first sync of all, 2 processes",
        plan.organisations,
        &first,
        None,
    )?;
    own.settle(State::Work)?;
    let mut alone = None;
    for workers in [1, 2, 4] {
        let done = morning(workers)?;
        let name = format!("{workers} process{}", if workers == 1 { "" } else { "es" });
        row(&mut text, &name, plan.organisations, &done, alone)?;
        alone.get_or_insert(done.seconds);
    }
    own.remove(State::Work)?;
    drop(std::fs::remove_dir_all(&folder));
    Ok(text)
}

struct Done {
    seconds: f64,
    calls: Times,
}

fn row(
    text: &mut String,
    name: &str,
    organisations: usize,
    done: &Done,
    alone: Option<f64>,
) -> Result<()> {
    let people = organisations * PEOPLE;
    let scale = alone.map_or_else(
        || "–".to_owned(),
        |alone| format!("{:.2} times", alone / done.seconds),
    );
    writeln!(
        text,
        "| {name} | {:.1} s | {:.0} | {:.0} | {:.1} | {:.1} ({} calls) | {scale} |",
        done.seconds,
        organisations as f64 / done.seconds * 60.0,
        people as f64 / done.seconds,
        done.calls.quantile(0.5),
        done.calls.quantile(0.95),
        done.calls.number(),
    )?;
    Ok(())
}

/// Makes all due, lets processes work, and waits until each has had a run that was good.
fn due(
    url: &str,
    organisations: usize,
    start: impl FnOnce() -> Result<Vec<Running>>,
    caller: &Caller,
) -> Result<Done> {
    let count = |what: &str| -> Result<usize> {
        let told = testpg::execute(url, &format!("SELECT COUNT(*) FROM run WHERE {what}"))?;
        told.trim().parse().context("a count is no number")
    };
    let good = "cause = 'schedule' AND state IN ('finished', 'finished_with_problems')";
    let before = count(good)?;
    testpg::execute(url, "UPDATE connection SET next_sync_at = 1")?;
    let working = start()?;
    let began = Instant::now();
    let runtime = tokio::runtime::Runtime::new()?;
    let mut times = Vec::new();
    while count(good)? < before + organisations {
        let bad = count("cause = 'schedule' AND state IN ('failed', 'held')")?;
        if bad > 0 || began.elapsed() > LONGEST {
            bail!("{bad} runs were not good, or it took too long");
        }
        for _ in 0..10 {
            let began_call = Instant::now();
            runtime.block_on(caller.get("/people?sort=name&limit=50"))?;
            times.push(began_call.elapsed());
            std::thread::sleep(Duration::from_millis(15));
        }
    }
    let whole = began.elapsed();
    drop(working);
    Ok(Done {
        seconds: whole.as_secs_f64(),
        calls: Times::new(times, whole),
    })
}
