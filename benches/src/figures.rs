//! What was measured of a company, and what follows from it.

use crate::{databases::Engine, part::Measured};

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Measure {
    /// A sync into an empty directory.
    First,
    /// A sync that finds nothing to change.
    Unchanged,
    /// A sync that finds one person in a hundred changed.
    Changed,
    /// A preview that finds nothing to change.
    Preview,
    /// The answer's bytes.
    Fetch,
    /// The answer's records.
    Parse,
    /// The rows of a first sync.
    Write,
    /// The people of the directory.
    Read,
}

impl Measure {
    /// All of them, in the order in which they are made and shown.
    pub(crate) const ALL: [Self; 8] = [
        Self::First,
        Self::Unchanged,
        Self::Changed,
        Self::Preview,
        Self::Fetch,
        Self::Parse,
        Self::Write,
        Self::Read,
    ];

    /// What the product does; the others are limits.
    pub(crate) const RUNS: [Self; 4] = [Self::First, Self::Unchanged, Self::Changed, Self::Preview];

    /// What the tables call it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::First => "first sync",
            Self::Unchanged => "unchanged sync",
            Self::Changed => "1 % changed sync",
            Self::Preview => "preview, unchanged",
            Self::Fetch => "limit: fetch alone",
            Self::Parse => "limit: typed parse alone",
            Self::Write => "limit: bulk write alone",
            Self::Read => "limit: read back alone",
        }
    }
}

/// One measure beside the sum of others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ratio {
    Unchanged,
    Changed,
    First,
    Preview,
}

impl Ratio {
    /// All of them, in the order in which they are shown.
    pub(crate) const ALL: [Self; 4] = [Self::Unchanged, Self::Preview, Self::Changed, Self::First];

    /// What the tables call it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Unchanged => "unchanged / (fetch + parse + read back)",
            Self::Changed => "1 % changed / (fetch + parse + read back)",
            Self::First => "first / (fetch + parse + bulk write)",
            Self::Preview => "preview / unchanged",
        }
    }

    fn sides(self) -> (Measure, &'static [Measure]) {
        use Measure::{Changed, Fetch, First, Parse, Preview, Read, Unchanged, Write};
        match self {
            Self::Unchanged => (Unchanged, &[Fetch, Parse, Read]),
            Self::Changed => (Changed, &[Fetch, Parse, Read]),
            Self::First => (First, &[Fetch, Parse, Write]),
            Self::Preview => (Preview, &[Unchanged]),
        }
    }
}

/// A company on one engine, with what was measured of it.
#[derive(Clone, Debug)]
pub(crate) struct Company {
    pub(crate) engine: Engine,
    /// How many employees the answer has.
    pub(crate) size: usize,
    /// How long the answer is.
    pub(crate) answer: u64,
    /// By how many bytes the first sync made the database larger.
    pub(crate) directory: u64,
    /// Each measure, as often as it was taken.
    pub(crate) turns: Vec<(Measure, Measured)>,
}

impl Company {
    /// What a measure came to each time, the shortest first.
    pub(crate) fn sorted(&self, measure: Measure) -> Vec<&Measured> {
        let turns = self.turns.iter().filter(|(of, _)| *of == measure);
        let mut sorted: Vec<&Measured> = turns.map(|(_, measured)| measured).collect();
        sorted.sort_by(|a, b| a.seconds.total_cmp(&b.seconds));
        sorted
    }

    /// The median, by time.
    pub(crate) fn middle(&self, measure: Measure) -> Option<&Measured> {
        let sorted = self.sorted(measure);
        sorted.get(sorted.len() / 2).copied()
    }

    pub(crate) fn ratio(&self, ratio: Ratio) -> Option<f64> {
        let (above, below) = ratio.sides();
        let below = below.iter().map(|measure| self.seconds(*measure));
        Some(self.seconds(above)? / below.sum::<Option<f64>>()?)
    }

    pub(crate) fn seconds(&self, measure: Measure) -> Option<f64> {
        Some(self.middle(measure)?.seconds)
    }

    /// The most memory that a process needed in any turn, in bytes.
    pub(crate) fn memory(&self, measure: Measure) -> Option<u64> {
        let turns = self.sorted(measure).into_iter();
        turns.map(|measured| measured.memory).max()?
    }

    /// How many statements it took. Turns may differ by a few, since ids are drawn anew.
    pub(crate) fn statements(&self, measure: Measure) -> Option<u64> {
        self.middle(measure)?.statements
    }

    /// An amount divided by the number of employees.
    pub(crate) fn each(&self, amount: f64) -> f64 {
        amount / self.size as f64
    }
}

#[cfg(test)]
pub(crate) mod samples {
    use super::*;

    /// A company of which each of these was measured once: seconds, megabytes of memory, statements.
    pub(crate) fn company(size: usize, measures: &[(Measure, f64, u64, u64)]) -> Company {
        let turns = measures
            .iter()
            .map(|(measure, seconds, memory, statements)| {
                let taken = Measured {
                    seconds: *seconds,
                    memory: Some(*memory * 1_000_000),
                    people: size as u64,
                    changes: 0,
                    statements: Some(*statements),
                    stages: Vec::new(),
                };
                (*measure, taken)
            });
        Company {
            engine: Engine::Sqlite,
            size,
            answer: size as u64 * 1500,
            directory: size as u64 * 1000,
            turns: turns.collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{samples::company, *};

    #[test]
    fn the_median_counts_and_the_most_memory() {
        let unchanged = Measure::Unchanged;
        let company = company(
            10,
            &[
                (unchanged, 3.0, 5, 1),
                (unchanged, 1.0, 9, 2),
                (unchanged, 2.0, 7, 3),
            ],
        );
        assert_eq!(company.seconds(unchanged), Some(2.0));
        assert_eq!(company.memory(unchanged), Some(9_000_000));
        assert_eq!(company.statements(unchanged), Some(3));
    }

    #[test]
    fn a_ratio_adds_its_limits_up_and_needs_all_of_them() {
        let measures = [
            (Measure::Unchanged, 3.0, 1, 1),
            (Measure::Fetch, 0.5, 1, 1),
            (Measure::Parse, 1.0, 1, 1),
            (Measure::Read, 1.0, 1, 1),
        ];
        assert_eq!(company(10, &measures).ratio(Ratio::Unchanged), Some(1.2));
        assert_eq!(company(10, &measures[..3]).ratio(Ratio::Unchanged), None);
    }
}
