//! The file with the tables, how to read them, and what people wrote about them.

use jiff::civil::Date;

use crate::machine::Machine;

const HOW_TO_READ: &str = "\
Made by `cargo xtask bench --out docs/benchmarks.md`, which measures everything anew: syncs of companies on both
engines, and beside them what such a sync cannot do without. Numbers of another machine say little; the ratios say more,
since both sides of them come from one run.

Up to 100,000 employees each number is the median of three turns, with the shortest and the longest beside it; above,
there is one turn. Each turn is a process of its own. A machine that does something else meanwhile shows in how far the
turns are apart.

- **first sync**: a connected organisation without people; **unchanged**: the same answer again; **1 % changed**: one
  person in a hundred joined, left, or has another manager, email or country; **preview**: what an unchanged sync would
  do, nothing stored but the run. Time goes from the call to the report that a person would read, on an open database.
- **fetch alone**: the answer's bytes over loopback, thrown away. **typed parse alone**: the same bytes from memory into
  plain structs with serde_json, on one thread. **bulk write alone**: the rows of people and history that the first
  sync made, into the same tables and indexes, 500 rows an INSERT, one transaction that reaches the disk; the other rows
  that a sync writes or reads, such as the records last seen, are in no limit. **read back alone**: the columns of all
  people that a plan needs, one statement, each value a string or number of its own. On PostgreSQL the last two are
  measured on PostgreSQL.
- **peak memory** is the most of all turns, as Linux counts it (`VmHWM`), of our process alone: PostgreSQL's processes
  and the server of the answers are not in it. That of the parse holds the whole answer, that of the bulk write all its
  rows. 1 MB are 1,000,000 bytes.
- **statements** are what the store runs in its transactions from the call to the report, their beginning and end
  included. They may grow with chunks of 500 rows and pages, never with people.
- **database per person** is by how much the first sync made the database larger, history and records last seen included.
- The answers come from the sandbox's generator. They are rendered before, and served by a process that does nothing but
  copy them to the socket; what that takes of the processor is in the syncs and in the fetch alone.
- A ratio below 1 means that a sync takes less time than these one after the other: it fetches, parses and reads the
  directory at once.
- SQLite commits with `synchronous=FULL`. PostgreSQL is a temporary cluster on the same machine with the settings of
  `initdb`, fsync on; after a first sync its tables are vacuumed and analysed, as it would do itself a little later. Each
  run works on a fresh copy of the database, so its pages are in the system's cache and not in that of PostgreSQL.
- Databases lie in the system's temporary folder (`TMPDIR`). On a memory file system a write that reaches the disk costs
  nothing, and the numbers are about something else.
";

/// What stands under this heading is written by people, and kept when the rest is measured anew.
const NOTES: &str = "## What misses a goal, and why";

/// The whole file; `old` is what it held before.
pub(crate) fn document(today: Date, machine: &Machine, tables: &str, old: Option<&str>) -> String {
    let notes = old.and_then(notes_of).unwrap_or("Nobody has looked yet.\n");
    format!(
        "# Benchmarks\n\n{today}: {machine}.\n\n{NOTES}\n\n{notes}\n## How to read it\n\n{HOW_TO_READ}\n{tables}"
    )
}

/// What people wrote into a file.
fn notes_of(old: &str) -> Option<&str> {
    let (_, after) = old.split_once(NOTES)?;
    let end = after.find("\n## ").unwrap_or(after.len());
    Some(after[..end].trim_start_matches('\n'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(old: Option<&str>) -> String {
        document(
            Date::constant(2026, 3, 2),
            &Machine::describe(None, std::path::Path::new("/")),
            "## Goals\n",
            old,
        )
    }

    #[test]
    fn what_people_wrote_is_kept_and_nothing_else() {
        let first = written(None);
        assert!(
            first.contains("Nobody has looked yet.\n\n## How to read it"),
            "{first}"
        );
        let told = first.replace(
            "Nobody has looked yet.",
            "Parsing is slow.\n\nSo is the disk.",
        );
        let told = told.replace("## Goals", "## Goals of long ago");

        let second = written(Some(&told));

        assert!(
            second.contains("\nParsing is slow.\n\nSo is the disk.\n\n## How"),
            "{second}"
        );
        assert!(!second.contains("long ago"), "{second}");
        assert_eq!(second, written(Some(&second)));
    }
}
