//! Secrets are read from stdin, sealed, and never come out again.

use crate::{bench::Bench, company::company};

const PLANTED: &str = "planted-3f9c1b-secret";

#[track_caller]
fn hides(place: &str, bytes: &[u8], secret: &str) {
    let found = bytes
        .windows(secret.len())
        .any(|window| window == secret.as_bytes());
    assert!(!found, "{place} holds the secret");
}

#[test]
fn a_token_is_neither_printed_nor_stored_in_the_clear() {
    let mut bench = Bench::with_organisation(company(3));
    bench.set("ROLLCALL_LOG", "trace");
    for format in ["text", "json"] {
        bench.set("ROLLCALL_LOG_FORMAT", format);
        for ended in [
            bench.connect(""),
            bench.run("sync --org acme"),
            bench.run("hris status --org acme --json"),
            bench.run("doctor"),
            bench.run_with(
                "hris check hibob --service-user sandbox --token-stdin",
                PLANTED,
            ),
            bench.run_with(
                "hris connect hibob --org acme --service-user sandbox --token-stdin",
                PLANTED,
            ),
        ] {
            for secret in [PLANTED, "sandbox-token", "c2FuZGJveDpzYW5kYm94LXRva2Vu"] {
                hides("stdout", ended.stdout.as_bytes(), secret);
                hides("stderr", ended.stderr.as_bytes(), secret);
            }
        }
    }
    hides("the database", &bench.database_bytes(), "sandbox-token");
    hides("the database", &bench.database_bytes(), PLANTED);
}

#[test]
fn nobody_is_named_in_the_log() {
    let mut bench = Bench::with_organisation(company(3));
    bench.set("ROLLCALL_LOG", "trace");
    let log = bench.connect("").done().stderr + &bench.run("sync --org acme").done().stderr;
    for personal in ["p2@acme.test", "Nr002"] {
        hides("the log", log.as_bytes(), personal);
    }
}

#[test]
fn passwords_and_api_tokens_are_not_stored_in_the_clear() {
    let bench = Bench::with_organisation(company(1));
    let made = bench.run_with(
        "admin create --org acme --email nadia@acme.test --password-stdin",
        "planted password 7\n",
    );
    hides(
        "stdout",
        made.done().stdout.as_bytes(),
        "planted password 7",
    );
    let token = bench.json("token create --org acme --name t")["token"]
        .as_str()
        .unwrap()
        .to_owned();
    let link = bench.json("admin create --org acme --email tom@acme.test")["sign_in_link"]
        .as_str()
        .unwrap()
        .to_owned();
    let database = bench.database_bytes();
    hides("the database", &database, "planted password 7");
    hides("the database", &database, &token);
    hides(
        "the database",
        &database,
        link.rsplit(['/', '=', '#']).next().unwrap(),
    );
}

#[test]
fn a_secret_is_one_line_that_is_not_empty() {
    let bench = Bench::with_organisation(company(1));
    let connect = "hris connect hibob --org acme --service-user sandbox --token-stdin";
    for stdin in ["", "\n", "  \r\n"] {
        bench
            .run_with(connect, stdin)
            .exits(2)
            .says("--token-stdin");
    }
    bench.run_with(connect, &"x".repeat(100_000)).exits(2);
    bench
        .run_with(connect, "sandbox-token\r\nanother line\n")
        .done();
}

#[test]
fn a_token_in_the_arguments_is_refused_and_not_repeated() {
    let bench = Bench::with_organisation(company(1));
    let ended = bench
        .run("hris check hibob --service-user sandbox --token=planted-3f9c1b-secret")
        .exits(2);
    hides("stderr", ended.stderr.as_bytes(), PLANTED);
}

#[test]
fn a_key_is_printed_alone_and_is_another_one_each_time() {
    let bench = Bench::new(company(1));
    let key = bench.run("key generate").done().stdout;
    assert_eq!(key.lines().count(), 1);
    assert!(key.starts_with("rollcall-key:"), "{key}");
    assert_ne!(bench.run("key generate").done().stdout, key);
    assert!(
        bench.json("key generate")["key"]
            .as_str()
            .unwrap()
            .starts_with("rollcall-key:")
    );
    assert_eq!(
        std::fs::read_dir(bench.path()).unwrap().count(),
        0,
        "a key needs no database"
    );
}
