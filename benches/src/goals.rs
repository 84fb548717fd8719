//! What is to be reached, and whether it was.

use std::fmt;

use crate::figures::{Company, Measure, Ratio};

/// The company whose ratios and memory count.
const LARGE: usize = 100_000;
/// The company up to which nothing may grow faster than it does.
const LARGEST: usize = 1_000_000;
/// The company whose time per person is the measure of that of the largest.
const SMALL: usize = 10_000;
/// Bytes of memory at [`LARGE`].
const MEMORY: f64 = 120e6;
/// Rows of a bulk statement.
const CHUNK: f64 = 500.0;
/// How many statements 500 people more may take: some for each table that a run writes, and far fewer than people.
const STATEMENTS_OF_CHUNK: f64 = 10.0;

/// A goal with what was measured.
#[derive(Debug, PartialEq)]
pub(crate) struct Verdict {
    pub(crate) what: String,
    pub(crate) at: String,
    goal: String,
    /// The number in words, and whether it is good enough; nothing where a company is missing.
    measured: Option<(String, bool)>,
}

impl fmt::Display for Verdict {
    /// A row of a table.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, at, goal, .. } = self;
        let (measured, verdict) = match &self.measured {
            Some((measured, true)) => (measured.as_str(), "reached"),
            Some((measured, false)) => (measured.as_str(), "**missed**"),
            None => ("–", "not measured"),
        };
        write!(f, "| {what} | {at} | {goal} | {measured} | {verdict} |")
    }
}

/// The verdicts on the companies of one engine.
pub(crate) fn verdicts(companies: &[&Company]) -> Vec<Verdict> {
    let of = |size| {
        companies
            .iter()
            .copied()
            .find(|company| company.size == size)
    };
    let (small, large, largest) = (of(SMALL), of(LARGE), of(LARGEST));
    let mut verdicts: Vec<Verdict> = Ratio::ALL
        .into_iter()
        .map(|ratio| ratio_at(large, ratio))
        .collect();
    verdicts.push(memory_at(large));
    verdicts.push(memory_from(large, largest));
    verdicts.push(statements_from(small, largest));
    verdicts.push(time_from(small, largest));
    verdicts
}

/// The most that a ratio may be.
fn limit_of(ratio: Ratio) -> f64 {
    match ratio {
        Ratio::Unchanged => 1.2,
        Ratio::Changed => 1.3,
        Ratio::First => 1.6,
        Ratio::Preview => 1.0,
    }
}

fn ratio_at(large: Option<&Company>, ratio: Ratio) -> Verdict {
    let limit = limit_of(ratio);
    let found = large.and_then(|company| company.ratio(ratio));
    Verdict {
        what: ratio.name().to_owned(),
        at: "100,000".to_owned(),
        goal: format!("{limit:.2}"),
        measured: found.map(|found| (format!("{found:.2}"), within(found, limit))),
    }
}

fn memory_at(large: Option<&Company>) -> Verdict {
    let most = worst(|run| Some(large?.memory(run)? as f64));
    Verdict {
        what: "peak memory".to_owned(),
        at: "100,000".to_owned(),
        goal: format!("{:.0} MB", MEMORY / 1e6),
        measured: most.map(|(run, bytes)| {
            let told = format!("{:.1} MB ({})", bytes / 1e6, run.name());
            (told, bytes <= MEMORY)
        }),
    }
}

fn memory_from(large: Option<&Company>, largest: Option<&Company>) -> Verdict {
    let directory = large.zip(largest).map(|(large, largest)| {
        let times = largest.directory as f64 / large.directory as f64;
        (times, format!("{times:.2} times, as the database"))
    });
    let most = worst(|run| Some(largest?.memory(run)? as f64 / large?.memory(run)? as f64));
    let (limit, goal) = directory.unwrap_or((0.0, "as the database".to_owned()));
    Verdict {
        what: "growth of peak memory".to_owned(),
        at: "100,000 to 1,000,000".to_owned(),
        goal,
        measured: most.map(|(run, times)| {
            let told = format!("{times:.2} times ({})", run.name());
            (told, within(times, limit))
        }),
    }
}

fn statements_from(small: Option<&Company>, largest: Option<&Company>) -> Verdict {
    let most = worst(|run| {
        let more = largest?.statements(run)? as f64 - small?.statements(run)? as f64;
        Some(more / (largest?.size - small?.size) as f64 * CHUNK)
    });
    Verdict {
        what: "statements for each 500 people more".to_owned(),
        at: "10,000 to 1,000,000".to_owned(),
        goal: format!("{STATEMENTS_OF_CHUNK:.0}"),
        measured: most.map(|(run, more)| {
            let told = format!("{more:.2} ({})", run.name());
            (told, within(more, STATEMENTS_OF_CHUNK))
        }),
    }
}

fn time_from(small: Option<&Company>, largest: Option<&Company>) -> Verdict {
    const LIMIT: f64 = 1.3;
    let of = |company: Option<&Company>, run| Some(company?.each(company?.seconds(run)?));
    let most = worst(|run| Some(of(largest, run)? / of(small, run)?));
    Verdict {
        what: "growth of time per person".to_owned(),
        at: "10,000 to 1,000,000".to_owned(),
        goal: format!("{LIMIT:.2}"),
        measured: most.map(|(run, times)| {
            let told = format!("{times:.2} ({})", run.name());
            (told, within(times, LIMIT))
        }),
    }
}

/// The run for which a number is largest; none where one is unknown.
fn worst(number: impl Fn(Measure) -> Option<f64>) -> Option<(Measure, f64)> {
    let numbers = Measure::RUNS
        .into_iter()
        .map(|run| Some((run, number(run)?)));
    let numbers: Vec<(Measure, f64)> = numbers.collect::<Option<_>>()?;
    numbers.into_iter().max_by(|a, b| a.1.total_cmp(&b.1))
}

/// To the hundredths that are shown.
fn within(found: f64, limit: f64) -> bool {
    (found * 100.0).round() <= (limit * 100.0).round()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::samples::company;

    fn measured(size: usize, seconds: f64, memory: u64, statements: u64) -> Company {
        let all = Measure::ALL.map(|measure| (measure, seconds, memory, statements));
        company(size, &all)
    }

    fn rows(companies: &[&Company]) -> Vec<String> {
        verdicts(companies).iter().map(Verdict::to_string).collect()
    }

    #[test]
    fn what_was_not_measured_is_said() {
        let tenth = measured(10_000, 1.0, 40, 50);
        let rows = rows(&[&tenth]);
        assert_eq!(rows.len(), 8);
        for row in rows {
            assert!(row.ends_with("| – | not measured |"), "{row}");
        }
    }

    #[test]
    fn a_goal_is_reached_at_its_limit_and_missed_above() {
        let mut large = measured(100_000, 1.0, 120, 50);
        let find = |rows: Vec<String>, what: &str| -> String {
            rows.into_iter().find(|row| row.contains(what)).unwrap()
        };
        let what = "unchanged / (";
        // Three limits of a second each: 3.6 seconds are 1.2 times as much.
        for (seconds, verdict) in [
            (3.6, "| 100,000 | 1.20 | 1.20 | reached |"),
            (3.63, "| 100,000 | 1.20 | 1.21 | **missed** |"),
        ] {
            for (measure, measured) in &mut large.turns {
                if *measure == Measure::Unchanged {
                    measured.seconds = seconds;
                }
            }
            let row = find(rows(&[&large]), what);
            assert!(row.ends_with(verdict), "{row}");
        }
        let row = find(rows(&[&large]), "| peak memory");
        assert!(row.contains("| 120 MB | 120.0 MB ("), "{row}");
        assert!(row.ends_with("| reached |"), "{row}");
    }

    #[test]
    fn growth_is_judged_between_companies() {
        let small = measured(10_000, 1.0, 40, 140);
        let large = measured(100_000, 10.0, 100, 1_040);
        let largest = measured(1_000_000, 140.0, 1_000, 10_040);
        let rows = rows(&[&small, &large, &largest]);
        // A directory ten times as large, with ten times the memory.
        assert!(rows[5].contains("| 10.00 times, as the database | 10.00 times ("));
        assert!(rows[5].ends_with("| reached |"), "{}", rows[5]);
        // 9,900 statements more for 990,000 people more.
        assert!(rows[6].contains("| 10 | 5.00 ("), "{}", rows[6]);
        assert!(rows[7].contains("| 1.30 | 1.40 ("), "{}", rows[7]);
        assert!(rows[7].ends_with("| **missed** |"), "{}", rows[7]);
    }
}
