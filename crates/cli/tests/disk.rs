//! A disk that is full, limited or read-only: one clear sentence, and nothing is changed.

use std::{
    fs,
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
};

use crate::{
    bench::{Bench, Ended},
    company::company,
    database::Picture,
};

const CONNECT: &str = "hris connect hibob --org acme --service-user sandbox --token-stdin";
/// Many enough that the first sync fills whatever is small.
const MANY: usize = 3000;

/// Runs a command of the bench behind another one, which is given it as arguments.
fn behind(bench: &Bench, prefix: &[&str], arguments: &str) -> Ended {
    let rollcall = bench.command();
    let mut command = Command::new(prefix[0]);
    command
        .args(&prefix[1..])
        .arg(rollcall.get_program())
        .args(arguments.split_whitespace())
        .env_clear()
        .envs(
            rollcall
                .get_envs()
                .filter_map(|(name, value)| Some((name, value?))),
        )
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .current_dir(bench.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // A command that reads nothing closes the pipe.
    let _ = child.stdin.take().unwrap().write_all(b"sandbox-token\n");
    Ended::of(child.wait_with_output().unwrap())
}

/// With files that may grow to so many blocks only. The signal is ignored, as services do.
fn limited(bench: &Bench, blocks: u64, arguments: &str) -> Ended {
    let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$@\"");
    behind(bench, &["sh", "-c", &script, "sh"], arguments)
}

/// On a disk with so many bytes left.
#[track_caller]
fn on_a_full_disk(bench: &Bench, room: u64, arguments: &str) -> Ended {
    let (_folder, preload) = full_disk();
    let room = format!("DISK_ROOM={room}");
    behind(bench, &["env", &preload, &room], arguments)
}

/// The library that makes a disk full, and the variable that loads it.
pub(crate) fn full_disk() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let library = folder.path().join("full_disk.so");
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/full_disk.c");
    let compiled = Command::new("cc")
        .args(["-shared", "-fPIC", "-O1", "-o"])
        .arg(&library)
        .arg(source)
        .arg("-ldl")
        .output()
        .expect("this test needs a C compiler called cc, as building SQLite does");
    assert!(compiled.status.success(), "{compiled:?}");
    let preload = format!("LD_PRELOAD={}", library.display());
    (folder, preload)
}

/// What a command runs behind, so that it is bound by modes: root may read and write everything, unless it gives that
/// right away.
fn bound_by_modes() -> &'static [&'static str] {
    let owner = std::os::unix::fs::MetadataExt::uid(&fs::metadata("/proc/self").unwrap());
    if owner == 0 {
        &["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
    } else {
        &["env"]
    }
}

fn set_mode(path: &Path, mode: u32) {
    let mode = std::os::unix::fs::PermissionsExt::from_mode(mode);
    fs::set_permissions(path, mode).unwrap();
}

/// The folder and what is in it may only be read, as long as this value is there.
struct ReadOnly<'a>(&'a Path);

impl<'a> ReadOnly<'a> {
    #[track_caller]
    fn is(folder: &'a Path) -> Self {
        let read_only = Self(folder);
        read_only.chmod(0o555, 0o444);
        let tried = |program: &str| {
            let mut prefix = bound_by_modes().iter();
            let mut command = Command::new(prefix.next().unwrap());
            let tried = command.args(prefix).args([program, "probe"]);
            let tried = tried.current_dir(folder).output();
            tried.is_ok_and(|tried| tried.status.success())
        };
        assert!(
            tried("true") && !tried("touch"),
            "this test must run as a user who may not write to a folder of mode 555: as any but root, or as root with \
             setpriv of util-linux and the capability SETPCAP"
        );
        read_only
    }

    fn chmod(&self, folder: u32, file: u32) {
        set_mode(self.0, folder);
        for entry in fs::read_dir(self.0).unwrap().map(Result::unwrap) {
            if entry.path().is_file() {
                set_mode(&entry.path(), file);
            }
        }
    }
}

impl Drop for ReadOnly<'_> {
    fn drop(&mut self) {
        self.chmod(0o700, 0o600);
    }
}

/// The files in a folder with what they hold.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    let files = entries.filter(|entry| entry.path().is_file());
    let mut files: Vec<_> = files
        .map(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            (name, fs::read(entry.path()).unwrap())
        })
        .collect();
    files.sort();
    files
}

#[track_caller]
fn refused(ended: Ended, words: &str) {
    let ended = ended.exits(1).says(words).says("nothing was changed");
    let told = ended.stderr.lines().filter(|line| !line.starts_with("20"));
    assert_eq!(told.count(), 1, "{}", ended.stderr);
}

#[test]
fn a_first_sync_that_meets_a_limit_stores_nobody_and_the_next_one_everybody() {
    let bench = Bench::with_organisation(company(MANY));
    refused(limited(&bench, 1000, CONNECT), "The disk refused");
    assert_eq!(bench.people(), 0);
    bench.run("sync --org acme").done();
    assert_eq!(bench.people(), MANY as u64);
    let states: Vec<_> = crate::database::runs(&format!(
        "sqlite://{}",
        bench.path().join("rollcall.db").display()
    ));
    assert_eq!(states, ["failed||over", "finished||over"]);
}

#[test]
fn a_first_sync_on_a_full_disk_stores_nobody_and_says_so() {
    let bench = Bench::with_organisation(company(MANY));
    refused(on_a_full_disk(&bench, 1_000_000, CONNECT), "no room left");
    assert_eq!(bench.people(), 0);
    bench.run("sync --org acme").done();
    assert_eq!(bench.people(), MANY as u64);
    let url = format!("sqlite://{}", bench.path().join("rollcall.db").display());
    assert_eq!(
        crate::database::runs(&url),
        ["failed||over", "finished||over"]
    );
}

#[test]
fn where_not_even_a_run_can_begin_nothing_is_left_of_it() {
    let bench = Bench::connected(company(30));
    bench
        .hibob
        .change(|roster| roster.employees.push(crate::company::employee(31)))
        .unwrap();
    let before = bench.json("runs list --org acme");
    for command in ["sync --org acme", "sync --org acme --preview", "key rotate"] {
        refused(on_a_full_disk(&bench, 0, command), "");
        assert_eq!(bench.json("runs list --org acme"), before, "{command}");
    }
    bench.run("sync --org acme").done();
    assert_eq!(bench.people(), 31);
}

#[test]
fn a_read_only_folder_is_said_and_nothing_is_changed() {
    let bench = Bench::connected(company(30));
    bench
        .hibob
        .change(|roster| roster.employees.push(crate::company::employee(31)))
        .unwrap();
    let before = files(bench.path());
    let folder = ReadOnly::is(bench.path());
    for command in ["sync --org acme", "key rotate", "people list --org acme"] {
        let ended = behind(&bench, bound_by_modes(), command);
        assert!(matches!(ended.code, Some(1 | 2)), "{command}: {ended:?}");
        assert!(
            ended.stderr.contains("nothing was changed"),
            "{command}: {ended:?}"
        );
        assert!(ended.stderr.contains("read-only"), "{command}: {ended:?}");
        assert_eq!(files(bench.path()), before, "{command}");
    }
    let unwell = behind(&bench, bound_by_modes(), "doctor");
    unwell.exits(1).prints("cannot be written");
    assert_eq!(files(bench.path()), before);
    drop(folder);
    bench.run("sync --org acme").done();
    assert_eq!(bench.people(), 31);
}

#[test]
fn a_backup_that_does_not_fit_the_disk_leaves_no_file() {
    let mut bench = Bench::connected(company(MANY));
    let before = files(bench.path());
    refused(
        limited(&bench, 200, "backup backup.db"),
        "nothing was changed",
    );
    assert_eq!(files(bench.path()), before);
    bench.run("backup backup.db").done();
    fs::create_dir(bench.path().join("restored")).unwrap();
    bench.set("ROLLCALL_DATABASE_URL", "sqlite://restored/rollcall.db");
    refused(
        limited(&bench, 200, "restore backup.db"),
        "nothing was changed",
    );
    assert_eq!(
        fs::read_dir(bench.path().join("restored")).unwrap().count(),
        0
    );
    bench.run("restore backup.db").done();
}

#[test]
fn a_key_that_cannot_be_written_stays_as_it_was() {
    let bench = Bench::connected(company(3));
    let key = fs::read(bench.path().join("rollcall.key")).unwrap();
    let before = Picture::of(&format!(
        "sqlite://{}",
        bench.path().join("rollcall.db").display()
    ));
    let folder = bench.path().join("keys");
    fs::create_dir(&folder).unwrap();
    fs::copy(bench.path().join("rollcall.key"), folder.join("master.key")).unwrap();
    let read_only = ReadOnly::is(&folder);
    let rotate = "key rotate --key-file keys/master.key";
    let ended = behind(&bench, bound_by_modes(), rotate);
    refused(ended, "key file cannot be changed");
    drop(read_only);
    assert_eq!(fs::read(folder.join("master.key")).unwrap(), key);
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
    let after = Picture::of(&format!(
        "sqlite://{}",
        bench.path().join("rollcall.db").display()
    ));
    assert_eq!(after, before);
    bench.run("sync --org acme").done();
}

#[test]
fn a_file_that_cannot_be_used_is_named_with_the_reason() {
    let bench = Bench::connected(company(3));
    let lock = files(bench.path()).into_iter().map(|(name, _)| name);
    let lock = lock.into_iter().find(|name| name.contains(".lock"));
    for (file, mode, code, words) in [
        (
            "rollcall.db",
            0o000,
            2,
            "rollcall.db, which cannot be used: Permission denied",
        ),
        (
            "rollcall.key",
            0o000,
            2,
            "rollcall.key cannot be read (Permission denied",
        ),
        (
            &lock.unwrap(),
            0o444,
            1,
            "cannot be used (Permission denied",
        ),
    ] {
        let before = stored(&bench);
        let path = bench.path().join(file);
        // The others are as they should be, so that this one is what is in the way.
        drop(ReadOnly::is(bench.path()));
        set_mode(&path, mode);
        let ended = behind(&bench, bound_by_modes(), "sync --org acme");
        set_mode(&path, 0o600);
        ended.exits(code).prints_nothing().says(words);
        assert_eq!(stored(&bench), before, "{file}");
    }
    bench.run("sync --org acme").done();
}

/// All files, but for an empty journal and its index: a command that ends on a failure may not have
/// closed the database in time, and then leaves them.
fn stored(bench: &Bench) -> Vec<(String, Vec<u8>)> {
    let is_empty_journal = |name: &str, bytes: &[u8]| {
        name.ends_with("-shm") || (name.ends_with("-wal") && bytes.is_empty())
    };
    let mut files = files(bench.path());
    files.retain(|(name, bytes)| !is_empty_journal(name, bytes));
    files
}
