//! The tables.

use std::fmt::Write as _;

use crate::{
    course,
    databases::Engine,
    figures::{Company, Measure, Ratio},
    goals,
    part::{Measured, Stage},
};

const STAGES: [Stage; 5] = [
    Stage::Fetch,
    Stage::Plan,
    Stage::Records,
    Stage::Write,
    Stage::Report,
];

/// Everything that was measured, and what could not be.
pub(crate) fn tables(companies: &[Company], failures: &[String]) -> String {
    let mut sections = Vec::new();
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let own: Vec<&Company> = companies
            .iter()
            .filter(|company| company.engine == engine)
            .collect();
        if !own.is_empty() {
            sections.push(goals_of(engine, &own));
            sections.push(growth_of(engine, &own));
        }
    }
    if !failures.is_empty() {
        let list = failures.join("\n- ");
        sections.push(format!("## What could not be measured\n\n- {list}\n"));
    }
    sections.extend(companies.iter().map(of_company));
    sections.join("\n")
}

fn goals_of(engine: Engine, companies: &[&Company]) -> String {
    let mut text = format!(
        "## Goals: {}\n\n| | employees | goal: at most | measured | |\n|---|--:|--:|--:|---|\n",
        engine.name()
    );
    for verdict in goals::verdicts(companies) {
        line(&mut text, &verdict.to_string());
    }
    text
}

/// How the runs of an engine grow from company to company.
fn growth_of(engine: Engine, companies: &[&Company]) -> String {
    let of_runs = |company: &Company, cell: &dyn Fn(Measure) -> Option<String>| -> Vec<String> {
        let size = grouped(company.size as u64);
        let cells = Measure::RUNS.map(|run| cell(run).unwrap_or_else(unknown));
        [size].into_iter().chain(cells).collect()
    };
    let runs = Measure::RUNS.map(Measure::name);
    let mut text = format!("## Growth: {}\n", engine.name());
    let mut table = |what: &str, more: &[&str], cells: &dyn Fn(&Company) -> Vec<String>| {
        let head: Vec<&str> = [what].iter().chain(&runs).chain(more).copied().collect();
        line(&mut text, "");
        line(&mut text, &format!("| {} |", head.join(" | ")));
        line(&mut text, &format!("|{}", "--:|".repeat(head.len())));
        for company in companies {
            line(&mut text, &format!("| {} |", cells(company).join(" | ")));
        }
    };
    table("µs per person", &[], &|company| {
        of_runs(company, &|run| {
            let seconds = company.each(company.seconds(run)?);
            Some(format!("{:.1}", seconds * 1e6))
        })
    });
    table("peak memory per person", &["database"], &|company| {
        let each = |bytes: u64| format!("{:.2} kB", company.each(bytes as f64) / 1e3);
        let mut cells = of_runs(company, &|run| company.memory(run).map(each));
        cells.push(each(company.directory));
        cells
    });
    table("statements per 1,000 people", &[], &|company| {
        of_runs(company, &|run| {
            Some(each_thousand(company, company.statements(run)?))
        })
    });
    text
}

fn of_company(company: &Company) -> String {
    let turns = match course::turns(company.size) {
        1 => "Each measured once: a number of this table has no spread.".to_owned(),
        turns => format!("Medians of {turns} turns."),
    };
    let mut text = format!(
        "## {}: {} employees\n\n{turns} The answer is {} long, and the first sync adds {} to the database.\n\n{}",
        company.engine.name(),
        grouped(company.size as u64),
        megabytes(company.answer),
        megabytes(company.directory),
        "| | seconds | all turns | people/s | peak memory | statements | per 1,000 people |\n\
         |---|--:|--:|--:|--:|--:|--:|\n"
    );
    for measure in Measure::ALL {
        if let Some(row) = row(company, measure) {
            line(&mut text, &row);
        }
    }
    text.push_str("\n| ratio | |\n|---|--:|\n");
    for ratio in Ratio::ALL {
        let found = company.ratio(ratio);
        let found = found.map_or_else(unknown, |found| format!("{found:.2}"));
        line(&mut text, &format!("| {} | {found} |", ratio.name()));
    }
    text.push_str(
        "\n| seconds of | fetch, parse, read directory | plan | make records | write | report |\n\
         |---|--:|--:|--:|--:|--:|\n",
    );
    // A preview does not tell when it plans.
    for measure in [Measure::First, Measure::Unchanged, Measure::Changed] {
        if let Some(middle) = company.middle(measure) {
            line(&mut text, &stages(measure, middle));
        }
    }
    text
}

fn row(company: &Company, measure: Measure) -> Option<String> {
    let sorted = company.sorted(measure);
    let (shortest, longest) = (sorted.first()?.seconds, sorted.last()?.seconds);
    let seconds = company.seconds(measure)?;
    let all = match sorted.len() {
        1 => "one turn".to_owned(),
        _ => format!("{shortest:.3} to {longest:.3}"),
    };
    let memory = company.memory(measure).map_or_else(unknown, megabytes);
    let taken = company.statements(measure);
    let statements = taken.map_or_else(unknown, grouped);
    let each = taken.map_or_else(unknown, |taken| each_thousand(company, taken));
    Some(format!(
        "| {} | {seconds:.3} | {all} | {} | {memory} | {statements} | {each} |",
        measure.name(),
        grouped((company.size as f64 / seconds) as u64),
    ))
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
    text
}

fn line(text: &mut String, line: &str) {
    text.push_str(line);
    text.push('\n');
}

fn unknown() -> String {
    "–".to_owned()
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

/// Of 1,000,000 bytes, as the goal for memory is.
fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}

fn each_thousand(company: &Company, number: u64) -> String {
    format!("{:.1}", company.each(number as f64) * 1e3)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::samples::company;

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
            statements: None,
            stages: vec![(Stage::Plan, 1.0), (Stage::Write, 0.5), (Stage::Plan, 2.0)],
        };
        assert_eq!(
            stages(Measure::First, &measured),
            "| first sync | 0.000 | 3.000 | 0.000 | 0.500 | 0.000 |"
        );
    }

    #[test]
    fn a_company_that_was_measured_once_says_so() {
        let once = company(1_000_000, &[(Measure::First, 80.0, 900, 8_000)]);
        let text = of_company(&once);
        assert!(text.contains("Each measured once"), "{text}");
        let row = "| first sync | 80.000 | one turn | 12,500 | 900.0 MB | 8,000 | 8.0 |";
        assert!(text.contains(row), "{text}");
    }

    #[test]
    fn what_failed_stands_in_the_tables() {
        let text = tables(&[], &["SQLite, 10 employees: the disk is full".to_owned()]);
        assert!(
            text.ends_with("- SQLite, 10 employees: the disk is full\n"),
            "{text}"
        );
    }
}
