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

/// Runs a command of the bench behind a few lines of shell, which end with `exec "$@"`.
fn behind(bench: &Bench, shell: &[&str], arguments: &str) -> Ended {
    let rollcall = bench.command();
    let mut command = Command::new(shell[0]);
    command
        .args(&shell[1..])
        .arg("sh")
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
    behind(bench, &["sh", "-c", &script], arguments)
}

/// In a world of mounts of its own, where that is allowed, set up by the script.
fn mounted(bench: &Bench, script: &str, arguments: &str) -> Option<Ended> {
    let allowed = Command::new("unshare").args(["-rm", "true"]).output();
    let allowed = allowed.is_ok_and(|tried| tried.status.success());
    allowed.then(|| behind(bench, &["unshare", "-rm", "sh", "-c", script], arguments))
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
    fs::create_dir(bench.path().join("disk")).unwrap();
    let script =
        "mount -t tmpfs -o size=1m tmpfs disk && cp -p rollcall.* disk && cd disk || exit 99
        \"$@\"; ended=$?; cp -p rollcall.* ..; exit $ended";
    let Some(ended) = mounted(&bench, script, CONNECT) else {
        return;
    };
    refused(ended, "no room left");
    assert_eq!(bench.people(), 0);
    bench.run("sync --org acme").done();
    assert_eq!(bench.people(), MANY as u64);
}

#[test]
fn a_read_only_disk_is_said_and_nothing_is_changed() {
    let bench = Bench::connected(company(30));
    bench
        .hibob
        .change(|roster| roster.employees.push(crate::company::employee(31)))
        .unwrap();
    let before = files(bench.path());
    let script = "mount --bind . . && cd \"$PWD\" && mount -o remount,ro,bind . && exec \"$@\"";
    for command in ["sync --org acme", "key rotate", "people list --org acme"] {
        let Some(ended) = mounted(&bench, script, command) else {
            return;
        };
        assert!(matches!(ended.code, Some(1 | 2)), "{command}: {ended:?}");
        assert!(
            ended.stderr.contains("nothing was changed"),
            "{command}: {ended:?}"
        );
        assert!(ended.stderr.contains("read-only"), "{command}: {ended:?}");
        assert_eq!(files(bench.path()), before, "{command}");
    }
    let unwell = mounted(&bench, script, "doctor").unwrap();
    unwell.exits(1).prints("cannot be written");
    assert_eq!(files(bench.path()), before);
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
    let script = "mount --bind keys keys && mount -o remount,ro,bind keys && exec \"$@\"";
    let Some(ended) = mounted(&bench, script, "key rotate --key-file keys/master.key") else {
        return;
    };
    refused(ended, "key file cannot be changed");
    assert_eq!(fs::read(folder.join("master.key")).unwrap(), key);
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
    let after = Picture::of(&format!(
        "sqlite://{}",
        bench.path().join("rollcall.db").display()
    ));
    assert_eq!(after, before);
    bench.run("sync --org acme").done();
}
