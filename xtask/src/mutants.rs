//! Mutation tests: every survivor is either killed by a new test or accepted, with a reason, in `docs/mutants.md`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};

use crate::shell;

/// Where `cargo mutants` puts its report, below the workspace's `target`.
const OUTPUT: &str = "target/mutants";

/// The survivors that change nothing anyone could observe.
const ACCEPTED: &str = "docs/mutants.md";

/// How often each mutant occurs. Its text holds the file and the change but no line, which moves with every edit.
type Mutants = BTreeMap<String, usize>;

/// Runs the mutation tests that `.cargo/mutants.toml` describes and compares the survivors with the accepted ones.
pub(crate) fn check() -> Result<()> {
    let root = shell::root();
    let accepted = accepted(&fs::read_to_string(root.join(ACCEPTED)).unwrap_or_default())?;
    fs::create_dir_all(root.join(OUTPUT)).with_context(|| format!("could not make {OUTPUT}"))?;

    let mut command = shell::cargo(["mutants", "--package", "reconcile"]);
    // What a fuzzer leaves may vanish while it is copied.
    command.args(["--gitignore=true", "--output", OUTPUT]);
    // The rules by example are what has to notice; of the random companies a few, and in every run the same ones, or
    // what survives would depend on luck.
    command.envs([("PROPTEST_CASES", "32"), ("PROPTEST_RNG_SEED", "7")]);
    println!("$ {}", shell::text_of(&command));
    let status = command
        .status()
        .context("`cargo mutants` could not be started")?;
    // 2: some survived, 3: some made a test hang, which is a way to be noticed. All else is no result.
    if !matches!(status.code(), Some(0 | 2 | 3)) {
        bail!("`cargo mutants` failed with {status}");
    }

    let report = root.join(OUTPUT).join("mutants.out");
    let survivors = survivors(&read(&report, "missed.txt")?);
    println!(
        "{} caught, {} hung, {} survived, {} did not compile",
        read(&report, "caught.txt")?.lines().count(),
        read(&report, "timeout.txt")?.lines().count(),
        survivors.values().sum::<usize>(),
        read(&report, "unviable.txt")?.lines().count(),
    );
    compare(&survivors, &accepted)
}

fn read(report: &Path, file: &str) -> Result<String> {
    let path = report.join(file);
    fs::read_to_string(&path).with_context(|| format!("could not read {}", path.display()))
}

/// The mutants of a report, which has one in each line: `FILE:LINE:COLUMN: CHANGE`.
fn survivors(report: &str) -> Mutants {
    let mut mutants = Mutants::new();
    for line in report.lines() {
        let mut parts = line.splitn(4, ':');
        let mutant = match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some(file), Some(_line), Some(_column), Some(change)) => format!("{file}:{change}"),
            _ => line.to_owned(),
        };
        *mutants.entry(mutant).or_default() += 1;
    }
    mutants
}

/// The accepted mutants of a document: lines such as ``- `FILE: CHANGE`: why no test can notice``.
fn accepted(document: &str) -> Result<Mutants> {
    let mut mutants = Mutants::new();
    for line in document.lines() {
        let Some(entry) = line.strip_prefix("- `") else {
            continue;
        };
        match entry.split_once("`: ") {
            Some((mutant, reason)) if !reason.trim().is_empty() => {
                *mutants.entry(mutant.to_owned()).or_default() += 1;
            }
            _ => bail!(
                "{ACCEPTED}: an accepted mutant is written \"- `FILE: CHANGE`: reason\", not \"{line}\""
            ),
        }
    }
    Ok(mutants)
}

fn compare(survivors: &Mutants, accepted: &Mutants) -> Result<()> {
    let mut problems = String::new();
    for mutant in difference(survivors, accepted) {
        let _ = write!(problems, "\n  no test notices       {mutant}");
    }
    for mutant in difference(accepted, survivors) {
        let _ = write!(problems, "\n  accepted but noticed  {mutant}");
    }
    if problems.is_empty() {
        return Ok(());
    }
    bail!(
        "write the missing tests, or accept a mutant that changes nothing in {ACCEPTED}:{problems}"
    )
}

/// The mutants that occur more often on the left, as often as they do.
fn difference<'a>(left: &'a Mutants, right: &'a Mutants) -> impl Iterator<Item = &'a str> {
    left.iter().flat_map(|(mutant, count)| {
        let surplus = count.saturating_sub(right.get(mutant).copied().unwrap_or(0));
        std::iter::repeat_n(mutant.as_str(), surplus)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPORT: &str = "\
        crates/reconcile/src/matching.rs:12:5: replace matches -> bool with true\n\
        crates/reconcile/src/matching.rs:40:9: replace == with != in email::of\n\
        crates/reconcile/src/matching.rs:50:9: replace == with != in email::of\n";

    #[test]
    fn survivors_are_told_apart_by_file_and_change_and_not_by_line() {
        let survivors = survivors(REPORT);

        assert_eq!(
            survivors["crates/reconcile/src/matching.rs: replace == with != in email::of"],
            2
        );
        assert_eq!(survivors.len(), 2);
    }

    #[test]
    fn each_survivor_must_be_accepted_as_often_as_it_occurs() {
        let document = "# Mutants\n\nProse.\n\
            - `crates/reconcile/src/matching.rs: replace matches -> bool with true`: the caller checks again\n\
            - `crates/reconcile/src/matching.rs: replace == with != in email::of`: both sides are empty\n";

        let error = compare(&survivors(REPORT), &accepted(document).unwrap()).unwrap_err();

        assert_eq!(
            error.to_string(),
            "write the missing tests, or accept a mutant that changes nothing in docs/mutants.md:\n  \
             no test notices       crates/reconcile/src/matching.rs: replace == with != in email::of"
        );
    }

    #[test]
    fn an_accepted_mutant_that_a_test_notices_must_leave_the_list() {
        let accepted = accepted("- `a.rs: replace + with -`: harmless").unwrap();

        let error = compare(&Mutants::new(), &accepted).unwrap_err();

        assert!(
            error
                .to_string()
                .ends_with("accepted but noticed  a.rs: replace + with -")
        );
    }

    #[test]
    fn an_accepted_mutant_without_a_reason_is_refused() {
        assert!(accepted("- `a.rs: replace + with -`").is_err());
        assert!(accepted("- `a.rs: replace + with -`:  ").is_err());
    }
}
