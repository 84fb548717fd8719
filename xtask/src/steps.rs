//! A table of named steps, run in order and timed; the first one that fails ends the run.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use testpg::TemporaryPostgres;

use crate::tools::{self, Tool};

/// One part of a habit.
pub(crate) struct Step {
    /// What `--only` calls it.
    pub(crate) name: &'static str,
    /// What `--list` says about it.
    pub(crate) about: &'static str,
    /// What is installed, if missing, before the first step runs.
    pub(crate) needs: &'static [&'static Tool],
    /// Does the work, with its output left visible.
    pub(crate) run: fn(&mut Context) -> Result<()>,
}

/// Which steps of a table to run.
#[derive(clap::Args)]
pub(crate) struct Selection {
    /// Run only this step; may be given several times
    #[arg(long, value_name = "STEP")]
    only: Vec<String>,
    /// List the steps and run none
    #[arg(long)]
    list: bool,
}

/// What steps share.
#[derive(Default)]
pub(crate) struct Context {
    /// How long to fuzz each target.
    pub(crate) seconds_per_target: u32,
    postgres: Option<TemporaryPostgres>,
}

impl Context {
    /// The URL of the run's temporary PostgreSQL, started at the first call and removed at the end of the run.
    pub(crate) fn postgres(&mut self) -> Result<String> {
        if let Some(cluster) = &self.postgres {
            return Ok(cluster.url());
        }
        let cluster = TemporaryPostgres::start()?;
        println!("temporary PostgreSQL at {}", cluster.url());
        Ok(self.postgres.insert(cluster).url())
    }
}

/// Runs the selected steps, with what they need installed first, and closes with a summary of times.
pub(crate) fn run(table: &[Step], selection: &Selection, context: &mut Context) -> Result<()> {
    if selection.list {
        for step in table {
            println!("{:<12} {}", step.name, step.about);
        }
        return Ok(());
    }
    let selected = select(table, &selection.only)?;
    let mut times = Vec::new();

    let needs = selected.iter().flat_map(|step| step.needs).copied();
    timed(&mut times, "tools", || tools::ensure(needs))?;
    for step in selected {
        timed(&mut times, step.name, || (step.run)(context))?;
    }
    print!("\n{}", summary(&times));
    Ok(())
}

fn timed(
    times: &mut Vec<(&'static str, Duration)>,
    name: &'static str,
    work: impl FnOnce() -> Result<()>,
) -> Result<()> {
    println!("\n== {name}");
    let started = Instant::now();
    let outcome = work();
    times.push((name, started.elapsed()));
    if outcome.is_err() {
        print!("\n{}", summary(times));
    }
    outcome.with_context(|| format!("step `{name}` failed, the steps after it did not run"))
}

fn select<'a>(table: &'a [Step], only: &[String]) -> Result<Vec<&'a Step>> {
    if let Some(unknown) = only
        .iter()
        .find(|name| table.iter().all(|step| step.name != *name))
    {
        let names: Vec<_> = table.iter().map(|step| step.name).collect();
        bail!(
            "there is no step `{unknown}`; the steps are {}",
            names.join(", ")
        );
    }
    Ok(table
        .iter()
        .filter(|step| only.is_empty() || only.iter().any(|name| name == step.name))
        .collect())
}

fn summary(times: &[(&str, Duration)]) -> String {
    let total = times.iter().map(|(_, time)| *time).sum::<Duration>();
    let mut text = String::new();
    for (name, time) in times.iter().chain(&[("total", total)]) {
        let _ = writeln!(text, "{name:<12} {:>7.1} s", time.as_secs_f64());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: [Step; 3] = [
        step("first", |_| Ok(())),
        step("second", |_| bail!("no luck")),
        step("third", |_| panic!("must not run")),
    ];

    const fn step(name: &'static str, run: fn(&mut Context) -> Result<()>) -> Step {
        Step {
            name,
            about: "",
            needs: &[],
            run,
        }
    }

    fn only(names: &[&str]) -> Selection {
        Selection {
            only: names.iter().map(|name| (*name).to_owned()).collect(),
            list: false,
        }
    }

    #[test]
    fn the_first_failing_step_ends_the_run_and_is_named() {
        let error = run(&TABLE, &only(&[]), &mut Context::default()).unwrap_err();

        assert_eq!(
            format!("{error:#}"),
            "step `second` failed, the steps after it did not run: no luck"
        );
    }

    #[test]
    fn only_the_selected_steps_run() {
        run(&TABLE, &only(&["first"]), &mut Context::default()).unwrap();
    }

    #[test]
    fn an_unknown_step_is_refused_with_the_names_of_all() {
        let error = run(&TABLE, &only(&["fourth"]), &mut Context::default()).unwrap_err();

        assert_eq!(
            error.to_string(),
            "there is no step `fourth`; the steps are first, second, third"
        );
    }

    #[test]
    fn the_summary_adds_up() {
        let times = [
            ("build", Duration::from_millis(1500)),
            ("run", Duration::from_mins(1)),
        ];

        assert_eq!(
            summary(&times),
            "build            1.5 s\nrun             60.0 s\ntotal           61.5 s\n"
        );
    }
}
