//! HiBob's answers: rendered once to a file, so that the sandbox is not measured.

use std::{fs::File, io::BufWriter, path::Path};

use anyhow::{Context as _, Result};
use jiff::civil::Date;
use sandbox::{
    Roster,
    company::{Change, evolve, generate},
};

/// What the companies are drawn from.
const SEED: u64 = 1;

/// The fields that the HiBob connector asks for.
const FIELDS: [&str; 13] = [
    "root.id",
    "root.firstName",
    "root.surname",
    "root.displayName",
    "root.email",
    "work.startDate",
    "work.department",
    "work.reportsTo",
    "work.manager",
    "internal.lifecycleStatus",
    "internal.status",
    "internal.terminationDate",
    "address.country",
];

/// A company of one person, with whom a connection is made before anything is measured.
pub(crate) const TINY: &str = "tiny";
/// The company.
pub(crate) const FIRST: &str = "first";
/// The company after one person in a hundred has joined, left, moved or got another manager or email.
pub(crate) const CHANGED: &str = "changed";

/// Renders the answers of a company of so many people into a folder, `NAME.json` each.
///
/// The same company is made twice, which needs half the memory of a copy.
pub(crate) fn render(folder: &Path, size: usize, today: Date) -> Result<()> {
    write(folder, TINY, generate(1, SEED, today), today)?;
    write(folder, FIRST, generate(size, SEED, today), today)?;
    let mut roster = generate(size, SEED, today);
    evolve(&mut roster, SEED, today, &Change::one_percent(size));
    write(folder, CHANGED, roster, today)
}

fn write(folder: &Path, name: &str, roster: Roster, today: Date) -> Result<()> {
    let path = folder.join(format!("{name}.json"));
    let unfit = || format!("{} cannot be written", path.display());
    let file = File::create(&path).with_context(unfit)?;
    let mut out = BufWriter::new(file);
    sandbox::answer_file(roster, &FIELDS, today, &mut out).with_context(unfit)?;
    out.into_inner()
        .map_err(std::io::IntoInnerError::into_error)
        .and_then(|file| file.sync_all())
        .with_context(unfit)
}
