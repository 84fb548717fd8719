//! Settings: from the environment or an option, and wrong ones.

use std::{fs, os::unix::fs::PermissionsExt as _, path::PathBuf};

use crate::{bench::Bench, company::company};

#[test]
fn a_wrong_setting_exits_2_with_one_sentence_that_names_it() {
    for (name, value) in [
        ("ROLLCALL_DATABASE_URL", "mysql://root:hunter2@db/x"),
        ("ROLLCALL_DATABASE_URL", ""),
        (
            "ROLLCALL_DATABASE_URL",
            "sqlite://no-such-folder/rollcall.db",
        ),
        ("ROLLCALL_KEY_FILE", ""),
        ("ROLLCALL_KEY_FILE", "no-such.key"),
        ("ROLLCALL_PUBLIC_URL", "rollcall.example.com"),
        ("ROLLCALL_LISTEN", "everywhere"),
        ("ROLLCALL_LOG", "rollcall=loud"),
        ("ROLLCALL_LOG", "loud"),
        ("ROLLCALL_LOG", "info,banana"),
        ("ROLLCALL_LOG", "nosuch=debug"),
        ("ROLLCALL_ROLE", "boss"),
        ("ROLLCALL_METRICS_LISTEN", "everywhere"),
        ("ROLLCALL_SMTP_URL", "mail.example.com?password=hunter2"),
        ("ROLLCALL_LOG_FORMAT", "xml"),
    ] {
        let mut bench = Bench::new(company(1));
        bench.set(name, value);
        let ended = bench.run("org list").exits(2).prints_nothing();
        assert!(
            ended.stderr.contains(name),
            "{name}={value}: {}",
            ended.stderr
        );
        assert_eq!(
            ended.stderr.lines().count(),
            1,
            "{name}={value}: {}",
            ended.stderr
        );
        assert!(!ended.stderr.contains("hunter2"), "{}", ended.stderr);
    }
}

#[test]
fn a_wrong_address_of_the_hris_exits_2_once_it_is_needed() {
    for url in [
        "http://api.hibob.com/v1",
        "nonsense",
        "https://user:hunter2@api.hibob.com/v1",
    ] {
        let mut bench = Bench::with_organisation(company(1));
        bench.set("ROLLCALL_HIBOB_URL", url);
        let ended = bench.connect("").exits(2).says("ROLLCALL_HIBOB_URL");
        assert!(!ended.stderr.contains("hunter2"), "{}", ended.stderr);
    }
}

#[test]
fn an_option_goes_before_the_variable_of_its_name_wherever_it_stands() {
    let mut bench = Bench::new(company(1));
    bench.set("ROLLCALL_DATABASE_URL", "sqlite://one.db");
    bench.run("org create --name Acme").done();
    for command in [
        "--database-url sqlite://two.db org list --json",
        "org list --database-url sqlite://two.db --json",
    ] {
        assert_eq!(bench.run(command).done().json()["total"], 0, "{command}");
    }
    assert_eq!(bench.json("org list")["total"], 1);
    assert!(bench.path().join("one.db").exists() && bench.path().join("two.db").exists());
}

#[test]
fn database_and_key_are_made_readable_by_this_user_only() {
    let bench = Bench::connected(company(1));
    for name in ["rollcall.db", "rollcall.key"] {
        let mode = fs::metadata(bench.path().join(name))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

#[test]
fn an_absolute_database_keeps_its_key_beside_it() {
    let mut bench = Bench::new(company(1));
    let folder = bench.path().join("data");
    fs::create_dir(&folder).unwrap();
    bench.set(
        "ROLLCALL_DATABASE_URL",
        format!("sqlite://{}/hub.db", folder.display()),
    );
    bench.run("org create --name Acme").done();
    assert!(folder.join("hub.db").exists() && folder.join("rollcall.key").exists());
}

#[test]
fn a_folder_that_cannot_be_written_to_exits_2_and_names_it() {
    let mut bench = Bench::new(company(1));
    let folder = read_only_folder(&bench);
    bench.set(
        "ROLLCALL_DATABASE_URL",
        format!("sqlite://{}/rollcall.db", folder.display()),
    );
    bench
        .run("org list")
        .exits(2)
        .says(&folder.display().to_string());
    fs::create_dir(bench.path().join("there")).unwrap();
    bench.set("ROLLCALL_DATABASE_URL", "sqlite://there/rollcall.db");
    bench.run("org list").done();
}

/// Root writes everywhere but where the kernel has no files to write.
fn read_only_folder(bench: &Bench) -> PathBuf {
    let folder = bench.path().join("locked");
    fs::create_dir(&folder).unwrap();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o555)).unwrap();
    if fs::write(folder.join("try"), "").is_ok() {
        PathBuf::from("/proc/self")
    } else {
        folder
    }
}

#[test]
fn a_given_key_file_that_is_not_there_says_how_to_make_one() {
    let mut bench = Bench::new(company(1));
    bench.set("ROLLCALL_KEY_FILE", "keys/master.key");
    bench
        .run("org list")
        .exits(2)
        .says("rollcall key generate > keys/master.key");
    assert!(
        !bench.path().join("rollcall.db").exists(),
        "nothing was made"
    );
}

#[test]
fn a_damaged_key_file_exits_2_and_names_it() {
    for damage in ["", "hello", "rollcall-key:1:AAAA"] {
        let bench = Bench::connected(company(1));
        bench.write("rollcall.key", damage);
        bench.run("sync --org acme").exits(2).says("rollcall.key");
    }
}

#[test]
fn another_key_does_not_open_what_the_first_one_sealed() {
    let bench = Bench::connected(company(1));
    let other = bench.run("key generate").done().stdout;
    bench.write("rollcall.key", &other);
    bench
        .run("sync --org acme")
        .exits(2)
        .says("ROLLCALL_KEY_FILE");
}

#[test]
fn postgresql_needs_a_key_file() {
    let mut bench = Bench::new(company(1));
    bench.set(
        "ROLLCALL_DATABASE_URL",
        "postgres://nobody@127.0.0.1:1/none",
    );
    bench
        .run("org list")
        .exits(2)
        .says("ROLLCALL_KEY_FILE")
        .says("rollcall key generate");
}

#[test]
fn a_database_server_that_is_not_there_is_a_failure_and_no_wrong_setting() {
    let mut bench = Bench::new(company(1));
    bench.write("rollcall.key", &bench.run("key generate").done().stdout);
    bench.set("ROLLCALL_KEY_FILE", "rollcall.key");
    bench.set(
        "ROLLCALL_DATABASE_URL",
        "postgres://nobody:hunter2@127.0.0.1:1/none",
    );
    let ended = bench.run("org list").exits(1).says("ROLLCALL_DATABASE_URL");
    assert!(!ended.stderr.contains("hunter2"), "{}", ended.stderr);
}
