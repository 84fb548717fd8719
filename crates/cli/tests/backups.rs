//! Backup and restore: what comes back is what was there, and a file that is no good changes nothing.

use std::{
    fs,
    os::unix::fs::{MetadataExt as _, PermissionsExt as _},
    path::Path,
};

use crate::{
    bench::{Bench, Ended, keys},
    company::company,
    database::{Picture, execute},
    process::{Process, until},
};

/// A company that is connected and synced, and a backup of it.
fn with_backup() -> Bench {
    let bench = Bench::connected(company(30));
    bench.run("backup backup.db").done();
    bench
}

/// The address of another database in the folder.
fn elsewhere(bench: &mut Bench) -> String {
    let folder = bench.path().join("restored");
    fs::create_dir(&folder).unwrap();
    let key = bench.path().join("rollcall.key").display().to_string();
    bench.set("ROLLCALL_KEY_FILE", key);
    let url = format!("sqlite://{}", folder.join("rollcall.db").display());
    bench.set("ROLLCALL_DATABASE_URL", url.clone());
    url
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// The names of the files in a folder.
fn files(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

/// One sentence or two on one line, and no document.
#[track_caller]
fn refused(ended: Ended, code: i32, words: &str) {
    let ended = ended.exits(code).prints_nothing().says(words);
    let told = ended.stderr.lines().filter(|line| !line.starts_with("20"));
    assert_eq!(told.count(), 1, "{}", ended.stderr);
}

#[test]
fn a_sync_after_a_restore_plans_nothing() {
    let mut bench = with_backup();
    let before = Picture::of(&format!(
        "sqlite://{}",
        bench.path().join("rollcall.db").display()
    ));
    let people = bench.json("people list --org acme");
    let url = elsewhere(&mut bench);

    let restored = bench.json("restore backup.db");

    assert_eq!(
        keys(&restored),
        ["database", "file", "key", "key_file", "organisations"]
    );
    assert_eq!(
        (&restored["organisations"], &restored["key"]),
        (&1.into(), &"fits".into())
    );
    assert_eq!(Picture::of(&url), before);
    assert_eq!(bench.json("people list --org acme"), people);
    let run = bench.json("sync --org acme");
    assert_eq!(run["counts"]["unchanged"], 30);
    assert_eq!(run["changes"], serde_json::json!([]));
    bench.run("doctor").done();
}

#[test]
fn a_backup_is_private_and_without_the_key_and_says_how_to_keep_that() {
    let bench = Bench::connected(company(3));
    let files_before = files(bench.path());
    let made = bench.run("backup backup.db").done().prints("rollcall.key");
    assert!(made.stdout.contains("not in it"), "{}", made.stdout);
    let path = bench.path().join("backup.db");
    assert_eq!(mode(&path), 0o600);
    let key = fs::read_to_string(bench.path().join("rollcall.key")).unwrap();
    let secret = key.trim().rsplit(':').next().unwrap();
    let bytes = fs::read(&path).unwrap();
    assert!(
        !bytes
            .windows(secret.len())
            .any(|part| part == secret.as_bytes())
    );
    let document = bench.json("backup second.db");
    assert_eq!(keys(&document), ["bytes", "database", "file", "key_file"]);
    assert_eq!(document["bytes"], fs::metadata(path).unwrap().len());
    let mut expected = files_before;
    expected.extend(["backup.db".to_owned(), "second.db".to_owned()]);
    expected.sort();
    assert_eq!(files(bench.path()), expected);
}

#[test]
fn a_backup_holds_what_a_killed_process_left_in_the_journal() {
    let mut bench = Bench::connected(company(30));
    bench
        .hibob
        .change(|roster| roster.employees.push(crate::company::employee(31)))
        .unwrap();
    bench.run("sync --org acme").done();
    // Killed while it reads, it leaves its journal behind.
    bench
        .hibob
        .set_faults(vec![sandbox::Fault::parse("slow=60000").unwrap()]);
    let mut process = Process::start(&bench, "sync --org acme");
    let journal = bench.path().join("rollcall.db-wal");
    until("a journal", || {
        fs::metadata(&journal).is_ok_and(|found| found.len() > 0)
    });
    process.kill();
    bench.hibob.set_faults(Vec::new());
    bench.run("backup backup.db").done();
    elsewhere(&mut bench);
    bench.run("restore backup.db").done();
    assert_eq!(bench.people(), 31);
    assert_eq!(
        bench.json("sync --org acme")["changes"],
        serde_json::json!([])
    );
}

#[test]
fn a_backup_overwrites_nothing_and_needs_a_database_and_a_folder() {
    let mut bench = Bench::connected(company(3));
    bench.write("taken", "mine");
    refused(bench.run("backup taken"), 2, "taken is taken");
    assert_eq!(
        fs::read_to_string(bench.path().join("taken")).unwrap(),
        "mine"
    );
    refused(
        bench.run("backup nowhere/backup.db"),
        2,
        "nowhere/backup.db",
    );
    bench.set("ROLLCALL_DATABASE_URL", "sqlite://none.db");
    refused(bench.run("backup backup.db"), 2, "no database at none.db");
    assert!(!bench.path().join("none.db").exists() && !bench.path().join("backup.db").exists());
}

#[test]
fn a_restore_overwrites_nothing() {
    let mut bench = with_backup();
    let target = bench.path().join("rollcall.db");
    let inode = fs::metadata(&target).unwrap().ino();
    refused(bench.run("restore backup.db"), 2, "rollcall.db is taken");
    assert_eq!(fs::metadata(&target).unwrap().ino(), inode);
    elsewhere(&mut bench);
    bench.write("restored/rollcall.db-wal", "");
    refused(
        bench.run("restore backup.db"),
        2,
        "rollcall.db-wal is taken",
    );
    assert_eq!(files(&bench.path().join("restored")), ["rollcall.db-wal"]);
}

#[test]
fn a_file_that_is_no_good_backup_is_refused_and_leaves_nothing() {
    type Spoil = fn(&Path);
    let cases: [(Spoil, i32, &str); 9] = [
        (|path| fs::remove_file(path).unwrap(), 2, "No such file"),
        (|path| fs::write(path, "").unwrap(), 2, "no backup"),
        (
            |path| fs::write(path, "name;email\n").unwrap(),
            2,
            "no backup",
        ),
        (halve, 1, "damaged"),
        (scribble, 1, "damaged"),
        (
            |path| {
                fs::remove_file(path).unwrap();
                fs::write(path, "").unwrap();
                execute(path, "CREATE TABLE other (id INTEGER)");
            },
            2,
            "no backup",
        ),
        (
            |path| {
                execute(
                    path,
                    "INSERT INTO installation (key, value) VALUES ('schema.0099', 'x')",
                );
            },
            1,
            "schema 99",
        ),
        (
            |path| execute(path, "DELETE FROM installation WHERE key = 'schema.0002'"),
            1,
            "migration 2",
        ),
        (
            |path| execute(path, "DROP TABLE finding"),
            1,
            "not one that Rollcall made",
        ),
    ];
    let mut bench = with_backup();
    elsewhere(&mut bench);
    for (number, (spoil, code, words)) in cases.into_iter().enumerate() {
        let path = bench.path().join(format!("case{number}.db"));
        fs::copy(bench.path().join("backup.db"), &path).unwrap();
        spoil(&path);
        refused(bench.run(&format!("restore case{number}.db")), code, words);
        assert!(
            files(&bench.path().join("restored")).is_empty(),
            "case {number}"
        );
    }
    bench.run("restore backup.db").done();
}

fn halve(path: &Path) {
    let bytes = fs::read(path).unwrap();
    fs::write(path, &bytes[..bytes.len() / 2]).unwrap();
}

/// Writes noise over a page in the middle.
fn scribble(path: &Path) {
    let mut bytes = fs::read(path).unwrap();
    let middle = bytes.len() / 2 / 8192 * 8192;
    bytes[middle..middle + 8192].fill(0xa5);
    fs::write(path, bytes).unwrap();
}

#[test]
fn a_database_in_use_is_no_backup() {
    let mut bench = with_backup();
    bench.write("backup.db-wal", "what was written last");
    elsewhere(&mut bench);
    refused(bench.run("restore backup.db"), 2, "database in use");
    assert!(files(&bench.path().join("restored")).is_empty());
}

#[test]
fn a_key_that_does_not_fit_the_backup_restores_nothing() {
    let mut bench = with_backup();
    elsewhere(&mut bench);
    bench.write("other.key", &bench.run("key generate").done().stdout);
    let right = bench.path().join("rollcall.key").display().to_string();
    bench.set("ROLLCALL_KEY_FILE", "other.key");
    refused(bench.run("restore backup.db"), 2, "other.key does not fit");
    bench.set("ROLLCALL_KEY_FILE", "gone.key");
    refused(bench.run("restore backup.db"), 2, "gone.key");
    assert!(files(&bench.path().join("restored")).is_empty());
    bench.set("ROLLCALL_KEY_FILE", right);
    bench.run("restore backup.db").done().prints("fits");
}

#[test]
fn without_its_key_a_backup_is_restored_and_says_where_the_key_belongs() {
    let mut bench = with_backup();
    elsewhere(&mut bench);
    bench.unset("ROLLCALL_KEY_FILE");
    bench
        .run("restore backup.db")
        .done()
        .prints("restored/rollcall.key");
    assert_eq!(
        files(&bench.path().join("restored")),
        ["rollcall.db"],
        "no key was made up"
    );
    fs::copy(
        bench.path().join("rollcall.key"),
        bench.path().join("restored/rollcall.key"),
    )
    .unwrap();
    assert_eq!(bench.json("sync --org acme")["counts"]["unchanged"], 30);
}

#[test]
fn on_postgresql_backup_and_restore_name_the_tools_of_the_server() {
    let mut bench = with_backup();
    bench.set(
        "ROLLCALL_DATABASE_URL",
        "postgres://nobody@127.0.0.1:1/none",
    );
    refused(bench.run("backup other.db"), 2, "pg_dump");
    refused(bench.run("restore backup.db"), 2, "pg_restore");
    assert!(!bench.path().join("other.db").exists());
}
