//! The Admin Hub in a browser: `e2e/pages.py` against a demo.

use std::path::PathBuf;

use anyhow::Result;

use crate::rollcall::{Rollcall, text_of};
use crate::{python, shell, tools};

const EMPLOYEES: &str = "120";

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
