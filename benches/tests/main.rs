//! That the bench still measures what it says; how long anything takes is nobody's business here.

use std::process::Command;

#[test]
fn a_small_company_gives_every_table_and_the_file_holds_them() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("benchmarks.md");
    let output = Command::new(env!("CARGO_BIN_EXE_rollcall-bench"))
        .args(["--sizes", "40", "--out"])
        .arg(&out)
        .output()
        .unwrap();
    let (told, said) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(output.status.success(), "{said}");
    for part in [
        "fsync on",
        "## Goals: SQLite",
        "## Goals: PostgreSQL",
        "| not measured |",
        "## Growth: PostgreSQL",
        "| statements per 1,000 people |",
        "## SQLite: 40 employees",
        "## PostgreSQL: 40 employees",
        "| first sync |",
        "| limit: read back alone |",
        "| preview / unchanged |",
    ] {
        assert!(told.contains(part), "{part} is missing from {told}");
    }
    let document = std::fs::read_to_string(out).unwrap();
    assert!(document.starts_with("# Benchmarks\n"), "{document}");
    let tables = &told[told.find("## Goals").unwrap()..];
    assert!(document.contains(tables.trim()), "{document}");
}
