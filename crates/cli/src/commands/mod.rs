//! The commands, one file for each family.

pub(crate) mod admin;
pub(crate) mod backup;
pub(crate) mod demo;
mod demo_company;
pub(crate) mod exclusions;
pub(crate) mod hris;
pub(crate) mod operations;
pub(crate) mod org;
pub(crate) mod people;
pub(crate) mod people_edit;
pub(crate) mod people_erase;
pub(crate) mod rules;
pub(crate) mod runs;
pub(crate) mod serve;
pub(crate) mod simulator;
pub(crate) mod sync;
pub(crate) mod tasks;
pub(crate) mod tick;
pub(crate) mod token;

use anyhow::Result;

use crate::{
    args::{Command, PeopleCommand},
    context::Context,
    exit::Exit,
};

/// Does what the command line asks for.
pub(crate) async fn run(command: Command, context: &Context) -> Result<Exit> {
    match command {
        Command::Demo(args) => demo::run(args, context).await,
        Command::Serve(args) => serve::run(args, context).await,
        Command::Org(command) => org::run(command, context).await,
        Command::Admin(command) => admin::run(command, context).await,
        Command::Token(command) => token::run(command, context).await,
        Command::Hris(command) => hris::run(command, context).await,
        Command::Sync(args) => sync::run(args, context).await,
        Command::Tick(args) => tick::run(args, context).await,
        Command::Runs(command) => runs::run(command, context).await,
        Command::People(args) => match args.command {
            PeopleCommand::Look(command) => people::run(command, context).await,
            PeopleCommand::Change(command) => people_edit::run(command, context).await,
            PeopleCommand::Erase(command) => people_erase::run(command, context).await,
        },
        Command::Exclusions(command) => exclusions::run(command, context).await,
        Command::Tasks(command) => tasks::run(command, context).await,
        Command::Policy(command) => rules::run_policy(command, context).await,
        Command::Regions(command) => rules::run_regions(command, context).await,
        Command::Sandbox(command) => simulator::run(command, context).await,
        Command::Key(command) => operations::run_key(&command, context).await,
        Command::Backup(args) => backup::run_backup(args, context).await,
        Command::Restore(args) => backup::run_restore(args, context).await,
        Command::Doctor(_) => operations::run_doctor(context).await,
    }
}
