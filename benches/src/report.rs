//! The tables, and how to read them.

use std::fmt::Write as _;

use jiff::civil::Date;

use crate::{
    course::{Company, Measure},
    machine::Machine,
    part::{Measured, Stage},
};

const STAGES: [Stage; 5] = [
    Stage::Fetch,
    Stage::Plan,
    Stage::Records,
    Stage::Write,
    Stage::Report,
];

const HOW_TO_READ: &str = "\
Made by `cargo xtask bench --out docs/benchmarks.md`, which measures everything anew: a sync of a company on SQLite,
and beside it what such a sync cannot do without. Numbers of another machine say little; the ratios say more, since
both sides of them come from one run.

Each number is the median of three turns, with the shortest and the longest beside it, and each turn is a process of
its own. A machine that does something else meanwhile shows in how far these are apart.

- **first sync**: a connected organisation without people; **unchanged**: the same answer again; **1 % changed**: one
  person in a hundred joined, left, or has another manager, email or country; **preview**: what an unchanged sync would
  do, nothing stored but the run. Time goes from the call to the report that a person would read, on an open database.
- **fetch alone**: the answer's bytes over loopback, thrown away. **typed parse alone**: the same bytes from memory into
  plain structs with serde_json, on one thread. **bulk write alone**: the rows of people and history that the first
  sync made, into the same tables and indexes, 500 rows a statement, one transaction, `synchronous=FULL`; the other rows
  that a sync writes or reads, such as the records last seen, are in no limit. **read back alone**: the columns of all
  people that a plan needs, one statement.
- **peak memory** is what Linux calls `VmHWM`: pages of the database file that are mapped count too. That of the parse
  holds the whole answer, that of the bulk write all its rows.
- The answers come from the sandbox's generator. They are rendered before, and served by a process that does nothing but
  copy them to the socket; what that takes of the processor is in the syncs and in the fetch alone.
- A ratio below 1 means that a sync takes less time than these one after the other: it fetches, parses and reads the
  directory at once.
- SQL statements are not counted: the store tells nobody how many it runs.
- Databases lie in the system's temporary folder (`TMPDIR`). On a memory file system a write that reaches the disk costs
  nothing, and the numbers are about something else.
";

/// The whole file.
pub(crate) fn document(today: Date, machine: &Machine, tables: &str) -> String {
    format!("# Benchmarks\n\n{today}: {machine}.\n\n## How to read it\n\n{HOW_TO_READ}\n{tables}")
}

/// The tables of all companies.
pub(crate) fn tables(companies: &[Company]) -> String {
    let tables: Vec<String> = companies.iter().map(of_company).collect();
    tables.join("\n")
}

fn of_company(company: &Company) -> String {
    let mut text = format!(
        "## {} employees\n\nThe answer is {} long.\n\n{}",
        grouped(company.size as u64),
        mebibytes(company.bytes),
        "| | seconds | of three | people/s | peak memory |\n|---|--:|--:|--:|--:|\n"
    );
    for measure in Measure::ALL {
        if let Some(row) = row(company, measure) {
            text.push_str(&row);
        }
    }
    text.push_str("\n| ratio | |\n|---|--:|\n");
    for (name, ratio) in ratios(company) {
        // Writing into a string cannot fail.
        _ = writeln!(text, "| {name} | {ratio:.2} |");
    }
    text.push_str(
        "\n| seconds of | fetch, parse, read directory | plan | make records | write | report |\n\
         |---|--:|--:|--:|--:|--:|\n",
    );
    for measure in [Measure::First, Measure::Unchanged, Measure::Changed] {
        if let Some(middle) = middle(company, measure) {
            text.push_str(&stages(measure, middle));
        }
    }
    text
}

fn row(company: &Company, measure: Measure) -> Option<String> {
    let sorted = company.sorted(measure);
    let (shortest, longest) = (sorted.first()?, sorted.last()?);
    let middle = middle(company, measure)?;
    let memory = middle
        .memory
        .map_or_else(|| "unknown".to_owned(), mebibytes);
    Some(format!(
        "| {} | {:.3} | {:.3} to {:.3} | {} | {memory} |\n",
        measure.name(),
        middle.seconds,
        shortest.seconds,
        longest.seconds,
        grouped((company.size as f64 / middle.seconds) as u64),
    ))
}

fn middle(company: &Company, measure: Measure) -> Option<&Measured> {
    let sorted = company.sorted(measure);
    sorted.get(sorted.len() / 2).copied()
}

fn ratios(company: &Company) -> Vec<(&'static str, f64)> {
    use Measure::{Changed, Fetch, First, Parse, Preview, Read, Unchanged, Write};
    let seconds = |measures: &[Measure]| -> f64 {
        let middles = measures
            .iter()
            .filter_map(|measure| middle(company, *measure));
        middles.map(|measured| measured.seconds).sum()
    };
    let reading = seconds(&[Fetch, Parse, Read]);
    vec![
        (
            "unchanged / (fetch + parse + read back)",
            seconds(&[Unchanged]) / reading,
        ),
        (
            "1 % changed / (fetch + parse + read back)",
            seconds(&[Changed]) / reading,
        ),
        (
            "first / (fetch + parse + bulk write)",
            seconds(&[First]) / seconds(&[Fetch, Parse, Write]),
        ),
        (
            "preview / unchanged",
            seconds(&[Preview]) / seconds(&[Unchanged]),
        ),
    ]
}

fn stages(measure: Measure, measured: &Measured) -> String {
    let mut text = format!("| {} |", measure.name());
    for stage in STAGES {
        let found = measured.stages.iter().filter(|(of, _)| *of == stage);
        // The sum of no floats is -0.
        let seconds = found.fold(0.0, |sum, (_, seconds)| sum + seconds);
        // Writing into a string cannot fail.
        _ = write!(text, " {seconds:.3} |");
    }
    text.push('\n');
    text
}

/// A number with its thousands apart.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn mebibytes(bytes: u64) -> String {
    format!("{:.1} MiB", bytes as f64 / (1024.0 * 1024.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_stand_apart() {
        let told = [0, 999, 1000, 1_234_567].map(grouped);
        assert_eq!(told, ["0", "999", "1,000", "1,234,567"]);
    }

    #[test]
    fn stages_that_were_entered_twice_are_added_up() {
        let measured = Measured {
            seconds: 4.0,
            memory: None,
            people: 1,
            changes: 0,
            stages: vec![(Stage::Plan, 1.0), (Stage::Write, 0.5), (Stage::Plan, 2.0)],
        };
        assert_eq!(
            stages(Measure::First, &measured),
            "| first sync | 0.000 | 3.000 | 0.000 | 0.500 | 0.000 |\n"
        );
    }
}
