//! The habits of the project as commands: `cargo xtask test`, `cargo xtask check`, `cargo xtask bench`,
//! `cargo xtask pg -- COMMAND`.
//!
//! A new command is a module with a `run` and two lines here: a variant of [`Habit`] and its arm in [`run`]. A new
//! part of `test` or `check` is one more [`steps::Step`] in that module's table.

mod bench;
mod browser;
mod check;
mod contract;
mod countries;
mod mutants;
mod pg;
mod python;
mod rollcall;
mod shell;
mod steps;
mod test;
mod tools;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The habits of the project as commands")]
struct Arguments {
    #[command(subcommand)]
    habit: Habit,
}

#[derive(Subcommand)]
enum Habit {
    /// Install what is missing and run every test; fails when anything cannot run
    Test(steps::Selection),
    /// What takes longer: licences of dependencies, fuzzing, mutation tests
    Check(check::Options),
    /// Measure syncs of large companies beside what the machine can do at best
    Bench(bench::Options),
    /// Take pictures of every page of the Admin Hub
    Screenshots(browser::Options),
    /// Make the tables of country names and codes anew from Unicode's CLDR
    Countries,
    /// Run a command with a temporary PostgreSQL cluster in `ROLLCALL_TEST_POSTGRES`
    Pg(pg::Options),
}

fn main() -> ExitCode {
    match run(Arguments::parse().habit) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(habit: Habit) -> anyhow::Result<ExitCode> {
    match habit {
        Habit::Test(selection) => test::run(&selection)?,
        Habit::Check(options) => check::run(&options)?,
        Habit::Bench(options) => bench::run(&options)?,
        Habit::Screenshots(options) => browser::pictures(&options)?,
        Habit::Countries => countries::run()?,
        Habit::Pg(options) => return pg::run(&options),
    }
    Ok(ExitCode::SUCCESS)
}
