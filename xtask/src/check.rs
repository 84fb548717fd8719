//! `cargo xtask check`: what takes too long for every run of the tests.

use anyhow::{Context as _, Result, bail};

use crate::steps::{self, Context, Selection, Step};
use crate::{mutants, shell, tools};

const PARTS: &[Step] = &[
    Step {
        name: "licences",
        about: "licences, banned crates and origins of all dependencies, see deny.toml",
        needs: &[&tools::DENY],
        // Advisories are left to a machine that may fetch their database.
        run: |_| {
            shell::run(&mut shell::cargo([
                "deny",
                "check",
                "--hide-inclusion-graph",
                "licenses",
                "bans",
                "sources",
            ]))
        },
    },
    Step {
        name: "fuzz",
        about: "random input for every target of fuzz/, see --seconds-per-target",
        needs: &[&tools::FUZZ],
        run: |context| fuzz(context.seconds_per_target),
    },
    Step {
        name: "simulation",
        about: "a month of a company of 5,000 on SQLite and on a temporary PostgreSQL",
        needs: &[&tools::NEXTEST, &tools::POSTGRESQL],
        run: |context| {
            shell::run(
                shell::cargo(["nextest", "run", "--package", "simulation"])
                    .args(["--run-ignored", "only"])
                    .env(testpg::URL_VARIABLE, context.postgres()?),
            )
        },
    },
    Step {
        name: "mutants",
        about: "changes to the rules of `reconcile` that no test notices, see docs/mutants.md",
        needs: &[&tools::MUTANTS, &tools::NEXTEST],
        run: |_| mutants::check(),
    },
    Step {
        name: "kills",
        about: "kill -9 at fifty random moments of a run of 20,000 employees, on both engines",
        needs: &[&tools::POSTGRESQL, &tools::NEXTEST],
        run: |context| {
            let url = context.postgres()?;
            shell::run(
                shell::cargo(["nextest", "run", "--package", "cli", "killed::"])
                    .env(testpg::URL_VARIABLE, url)
                    .env("ROLLCALL_TEST_KILLS", "50"),
            )
        },
    },
];

/// What to check.
#[derive(clap::Args)]
pub(crate) struct Options {
    #[command(flatten)]
    selection: Selection,
    /// How long to fuzz each target
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    seconds_per_target: u32,
}

/// Runs the selected parts.
pub(crate) fn run(options: &Options) -> Result<()> {
    let mut context = Context::default();
    context.seconds_per_target = options.seconds_per_target;
    steps::run(PARTS, &options.selection, &mut context)
}

fn fuzz(seconds: u32) -> Result<()> {
    let targets = targets()?;
    if targets.is_empty() {
        bail!("fuzz/Cargo.toml lists no target");
    }
    for target in &targets {
        // No address sanitizer: it needs flags that only a nightly compiler accepts, makes the fuzzer five times slower
        // and finds what safe Rust cannot have.
        let mut fuzzing = shell::cargo(["fuzz", "run", "--sanitizer", "none", target]);
        let corpus = shell::root().join("fuzz/corpus").join(target);
        std::fs::create_dir_all(&corpus)
            .with_context(|| format!("could not make {}", corpus.display()))?;
        // What libFuzzer finds goes into the first directory; seeds under version control are only read.
        fuzzing.arg(&corpus);
        let seeds = shell::root().join("fuzz/seeds").join(target);
        if seeds.is_dir() {
            fuzzing.arg(&seeds);
        }
        fuzzing.args(["--", &format!("-max_total_time={seconds}")]);
        // A hang counts as a crash, and a line per new input or function would bury everything else.
        fuzzing.args(["-timeout=10", "-verbosity=0", "-print_funcs=0"]);
        fuzzing.arg("-print_final_stats=1");
        shell::run(&mut fuzzing).with_context(|| {
            format!("the input that breaks `{target}` is under fuzz/artifacts/{target}")
        })?;
    }
    println!("{} targets, {seconds} s each: no crash", targets.len());
    Ok(())
}

fn targets() -> Result<Vec<String>> {
    let output = shell::cargo(["fuzz", "list"])
        .output()
        .context("`cargo fuzz list` could not be started")?;
    if !output.status.success() {
        bail!(
            "`cargo fuzz list` failed: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    let names = String::from_utf8(output.stdout).context("`cargo fuzz list` printed no text")?;
    Ok(names.lines().map(str::to_owned).collect())
}
