//! The command line as a whole: what every command takes, and which commands there are.

use std::ffi::OsString;

use clap::{Args, Parser, Subcommand};

use crate::commands::{
    admin, backup, demo, exclusions, hris, operations, org, people, people_edit, people_erase,
    rules, runs, serve, simulator, sync, tasks, tick, token,
};

const BEGINNING: &str = "Begin with a made-up company, which needs nothing else:\n  \
     rollcall demo\n\n\
     Or with your own:\n  \
     rollcall org create --name Acme\n  \
     rollcall hris check hibob --service-user SERVICE-1234 --token-stdin < token.txt\n  \
     rollcall hris connect hibob --org acme --service-user SERVICE-1234 --token-stdin < token.txt\n  \
     rollcall sync --org acme";

/// What the exit codes mean, for the help of commands that run a sync too.
pub(crate) const EXITS: &str = "Exit codes:\n  \
     0  done, also with people skipped, and any preview that could be made\n  \
     1  failed\n  \
     2  wrong use or settings\n  \
     3  held for review\n  \
     4  refused by the HRIS, or for its sake\n  \
     5  the HRIS cannot be reached, or its answer cannot be used";

const STREAMS: &str = "Data goes to stdout, words go to stderr. With --json stdout carries exactly one JSON document, \
     or nothing when the command could not be done.";

/// Keeps a company's people in step with its HR system.
///
/// Rollcall reads the HRIS (HiBob first), works out who joined, left, moved or changed, checks that plan against
/// safeguards and applies it as a whole or not at all.
#[derive(Parser)]
#[command(
    name = "rollcall",
    version,
    arg_required_else_help = true,
    after_help = BEGINNING,
    after_long_help = format!("{BEGINNING}\n\n{EXITS}\n\n{STREAMS}")
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) common: Common,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every command takes, before or after its name.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Common {
    /// Print one JSON document on stdout instead of words and tables
    #[arg(long, global = true)]
    pub(crate) json: bool,

    /// The database.
    #[arg(
        help = "Where the data is: sqlite://PATH or postgres://USER@HOST/DATABASE [default: sqlite://rollcall.db]",
        long_help = "Where the data is: sqlite://PATH or postgres://USER@HOST/DATABASE [default: sqlite://rollcall.db]\n\n\
                     A password in it can be seen in the list of processes: prefer the environment variable"
    )]
    #[arg(
        long,
        global = true,
        value_name = "URL",
        env = "ROLLCALL_DATABASE_URL",
        hide_env_values = true
    )]
    #[arg(help_heading = "Settings", hide_short_help = true)]
    pub(crate) database_url: Option<OsString>,

    /// The master key that seals stored secrets [default: rollcall.key beside the SQLite file, made when missing]
    ///
    /// With PostgreSQL it must be given; `rollcall key generate > FILE` makes one.
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        env = "ROLLCALL_KEY_FILE",
        hide_env_values = true
    )]
    #[arg(help_heading = "Settings", hide_short_help = true)]
    pub(crate) key_file: Option<OsString>,

    /// HiBob's API.
    #[arg(
        help = "Where HiBob's API is [default: https://api.hibob.com/v1]",
        long_help = "Where HiBob's API is [default: https://api.hibob.com/v1]\n\n\
                     For the simulator, a proxy or tests. http is accepted for this machine only"
    )]
    #[arg(
        long,
        global = true,
        value_name = "URL",
        env = "ROLLCALL_HIBOB_URL",
        hide_env_values = true
    )]
    #[arg(help_heading = "Settings", hide_short_help = true)]
    pub(crate) hibob_url: Option<OsString>,

    /// The public address.
    #[arg(help = "Where people reach Rollcall, for links [default: http://127.0.0.1:8080]")]
    #[arg(
        long,
        global = true,
        value_name = "URL",
        env = "ROLLCALL_PUBLIC_URL",
        hide_env_values = true
    )]
    #[arg(help_heading = "Settings", hide_short_help = true)]
    pub(crate) public_url: Option<OsString>,

    /// What is logged on stderr: error, warn, info, debug or trace, or PART=LEVEL,… [default: info]
    ///
    /// Libraries are never logged above info, since their details could hold secrets.
    #[arg(
        long,
        global = true,
        value_name = "FILTER",
        env = "ROLLCALL_LOG",
        hide_env_values = true
    )]
    #[arg(help_heading = "Settings", hide_short_help = true)]
    pub(crate) log: Option<OsString>,

    /// How it is logged: text, or json for machines [default: text]
    #[arg(
        long,
        global = true,
        value_name = "FORMAT",
        env = "ROLLCALL_LOG_FORMAT",
        hide_env_values = true
    )]
    #[arg(help_heading = "Settings", hide_short_help = true)]
    pub(crate) log_format: Option<OsString>,
}

/// Which organisation.
#[derive(Args, Clone, Debug)]
pub(crate) struct OrgArg {
    /// The organisation, by slug or id (needed)
    #[arg(long, value_name = "SLUG")]
    pub(crate) org: Option<String>,
}

/// All commands.
#[derive(Subcommand)]
pub(crate) enum Command {
    Demo(demo::DemoArgs),
    Serve(serve::ServeArgs),
    #[command(subcommand)]
    Org(org::OrgCommand),
    #[command(subcommand)]
    Admin(admin::AdminCommand),
    #[command(subcommand)]
    Token(token::TokenCommand),
    #[command(subcommand)]
    Hris(hris::HrisCommand),
    Sync(sync::SyncArgs),
    Tick(tick::TickArgs),
    #[command(subcommand)]
    Runs(runs::RunsCommand),
    People(PeopleArgs),
    #[command(subcommand)]
    Exclusions(exclusions::ExclusionsCommand),
    #[command(subcommand)]
    Tasks(tasks::TasksCommand),
    #[command(subcommand)]
    Policy(rules::PolicyCommand),
    #[command(subcommand)]
    Regions(rules::RegionsCommand),
    #[command(subcommand)]
    Sandbox(simulator::SandboxCommand),
    #[command(subcommand)]
    Key(operations::KeyCommand),
    Backup(backup::BackupArgs),
    Restore(backup::RestoreArgs),
    Doctor(operations::DoctorArgs),
}

/// The directory: list, explain, export, add, edit, archive, bring back, link, erase
#[derive(Args)]
#[command(
    after_help = "Examples:\n  rollcall people list --org acme --status active --q nadia\n  \
                  rollcall people export --org acme > people.csv\n  \
                  rollcall people edit nadia@acme.test --org acme --country PT"
)]
pub(crate) struct PeopleArgs {
    #[command(subcommand)]
    pub(crate) command: PeopleCommand,
}

/// What can be done with people: looking and changing live in files of their own.
#[derive(Subcommand)]
pub(crate) enum PeopleCommand {
    #[command(flatten)]
    Look(people::LookCommand),
    #[command(flatten)]
    Change(people_edit::ChangeCommand),
    #[command(flatten)]
    Erase(people_erase::EraseCommand),
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_definition_of_the_command_line_is_sound() {
        Cli::command().debug_assert();
    }
}
