//! `cargo xtask test`: everything that says whether the product works.

use anyhow::Result;

use crate::browser;
use crate::contract;
use crate::python;
use crate::shell::{cargo, run as run_command};
use crate::steps::{self, Context, Selection, Step};
use crate::tools;

/// In this order because the quick steps come first, and the test runner's closing line is the last thing printed
/// before the times.
///
/// Clippy and rustdoc share the metadata of the dependencies, doc tests and tests their machine code: both are built
/// once, in one profile.
const STEPS: &[Step] = &[
    Step {
        name: "format",
        about: "the code is formatted",
        needs: &[],
        run: |_| run_command(&mut cargo(["fmt", "--all", "--check"])),
    },
    Step {
        name: "lint",
        about: "no warning of the compiler or of Clippy",
        needs: &[],
        run: |_| {
            run_command(&mut cargo([
                "clippy",
                "--workspace",
                "--all-targets",
                "--",
                "--deny",
                "warnings",
            ]))
        },
    },
    Step {
        name: "doc",
        about: "the documentation builds and its links lead somewhere",
        needs: &[],
        run: |_| {
            run_command(
                cargo(["doc", "--workspace", "--no-deps"]).env("RUSTDOCFLAGS", "--deny warnings"),
            )
        },
    },
    Step {
        name: "doctest",
        about: "the examples in the documentation run",
        needs: &[&tools::POSTGRESQL],
        run: |context| {
            run_command(
                cargo(["test", "--workspace", "--doc"])
                    .env(testpg::URL_VARIABLE, context.postgres()?),
            )
        },
    },
    Step {
        name: "contract",
        about: "the live service and its OpenAPI document agree",
        needs: &[&tools::PYTHON],
        run: |_| {
            python::ensure()?;
            contract::run()
        },
    },
    Step {
        name: "browser",
        about: "every page in Chromium: axe, both widths, both themes, keyboard, without JavaScript",
        needs: &[&tools::PYTHON, &tools::CHROMIUM],
        run: |_| {
            python::ensure()?;
            browser::run(None)
        },
    },
    Step {
        name: "tasks",
        about: "what admins do most, in Chromium: with a mouse, by keyboard alone, without JavaScript",
        needs: &[&tools::PYTHON, &tools::CHROMIUM],
        run: |_| {
            python::ensure()?;
            browser::tasks()
        },
    },
    Step {
        name: "nextest",
        about: "every test, on SQLite and on a temporary PostgreSQL",
        needs: &[
            &tools::NEXTEST,
            &tools::POSTGRESQL,
            &tools::PYTHON,
            &tools::FAKETIME,
        ],
        run: |context| {
            python::ensure()?;
            run_command(
                cargo(["nextest", "run", "--workspace"])
                    .env(testpg::URL_VARIABLE, context.postgres()?),
            )
        },
    },
];

/// Runs the selected steps.
pub(crate) fn run(selection: &Selection) -> Result<()> {
    steps::run(STEPS, selection, &mut Context::default())
}
