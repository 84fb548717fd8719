//! The Admin Hub in a browser: `e2e/pages.py` against a demo.

use std::path::PathBuf;

use anyhow::Result;

use crate::rollcall::{Rollcall, text_of};
use crate::{python, shell, tools};

const EMPLOYEES: &str = "120";
/// Of admins who are made for this alone.
const PASSWORD: &str = "correct horse battery";

/// Where to put the pictures.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// The folder for pictures of every page
    #[arg(long, value_name = "DIR", default_value = "target/screenshots")]
    out: PathBuf,
}

/// Takes pictures of every page, at both widths and in both themes.
pub(crate) fn pictures(options: &Options) -> Result<()> {
    tools::ensure([&tools::PYTHON, &tools::CHROMIUM].into_iter())?;
    python::ensure()?;
    run(Some(&options.out))
}

/// How quick the pages are in a browser, with a company of this size.
pub(crate) fn speed(employees: &str) -> Result<()> {
    tools::ensure([&tools::PYTHON, &tools::CHROMIUM].into_iter())?;
    python::ensure()?;
    let rollcall = Rollcall::build_optimised()?;
    let (demo, said) = rollcall.serving(&["demo", "--employees", employees], "")?;
    let mut speed = shell::command(python::program("python"));
    speed.arg("e2e/speed.py");
    for key in ["url", "email", "password"] {
        speed.arg(text_of(&said, key)?);
    }
    shell::run(speed.arg(demo.id().to_string()))
}

/// Looks at every page, or takes pictures of them.
pub(crate) fn run(pictures: Option<&PathBuf>) -> Result<()> {
    let rollcall = Rollcall::build()?;
    let (_demo, said) = rollcall.serving(&["demo", "--employees", EMPLOYEES], "")?;
    let mut look = shell::command(python::program("python"));
    look.arg("e2e/pages.py");
    for key in ["url", "email", "password"] {
        look.arg(text_of(&said, key)?);
    }
    if let Some(folder) = pictures {
        look.arg(shell::root().join(folder));
    }
    shell::run(&mut look)
}

/// Does what admins do most, in three ways, each in an organisation that is not connected yet.
pub(crate) fn tasks() -> Result<()> {
    let rollcall = Rollcall::build()?;
    let (_hibob, hibob) = rollcall.serving(&["sandbox", "hibob", "--employees", EMPLOYEES], "")?;
    let hibob_url = text_of(&hibob, "url")?;
    let sandbox = hibob_url.trim_end_matches("/v1");
    let hibob_url = format!("{sandbox}/v1");
    let mut people = Vec::new();
    for name in ["hand", "keyboard", "no-script"] {
        rollcall.asked(&["org", "create", "--name", name], &hibob_url, "")?;
        let email = format!("{name}@acme.test");
        let create = [
            "admin",
            "create",
            "--org",
            name,
            "--email",
            &email,
            "--password-stdin",
        ];
        rollcall.asked(&create, &hibob_url, PASSWORD)?;
        people.push(format!("{email}:{PASSWORD}"));
    }
    let (_service, service) = rollcall.serving(&["serve"], &hibob_url)?;
    let url = text_of(&service, "url")?;
    let mut tasks = shell::command(python::program("python"));
    tasks.args(["e2e/tasks.py", &url, sandbox]).args(&people);
    shell::run(&mut tasks)
}
