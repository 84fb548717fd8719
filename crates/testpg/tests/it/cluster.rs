//! Starting and removing a cluster.

use std::io::{BufRead, BufReader};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use testpg::{Durability, TemporaryPostgres, execute};

/// Set for the copy of this test program that starts a cluster in order to be killed.
const VICTIM: &str = "ROLLCALL_TESTPG_VICTIM";

#[test]
fn a_cluster_answers_and_leaves_nothing_behind() {
    let cluster = TemporaryPostgres::start().unwrap();
    let directory = cluster.directory().to_path_buf();
    let port = cluster.port();

    let settings = execute(
        &cluster.url(),
        "SELECT current_setting('fsync'), current_setting('max_connections'), current_setting('server_encoding'), \
         (SELECT datcollate FROM pg_database WHERE datname = 'template0')",
    )
    .unwrap();
    assert_eq!(settings.trim(), "off|300|UTF8|C.UTF-8");

    drop(cluster);
    assert!(!directory.exists(), "{} is left", directory.display());
    assert!(TcpStream::connect(("127.0.0.1", port)).is_err());
}

#[test]
fn a_durable_cluster_syncs() {
    let cluster = TemporaryPostgres::start_with(Durability::Full).unwrap();

    let settings = execute(
        &cluster.url(),
        "SELECT current_setting('fsync'), current_setting('synchronous_commit'), current_setting('full_page_writes')",
    )
    .unwrap();

    assert_eq!(settings.trim(), "on|on|on");
}

#[test]
fn a_cluster_ends_with_its_process_even_after_kill_9() {
    if std::env::var_os(VICTIM).is_some() {
        be_the_victim();
    }
    let mut victim = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "--nocapture"])
        .arg("cluster::a_cluster_ends_with_its_process_even_after_kill_9")
        .env(VICTIM, "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let directory = BufReader::new(victim.stdout.take().unwrap())
        .lines()
        .map_while(Result::ok)
        .find_map(|line| {
            line.split_once("cluster in ")
                .map(|(_, path)| path.to_owned())
        })
        .expect("the victim tells where its cluster is");
    assert!(Path::new(&directory).exists());

    victim.kill().unwrap();
    victim.wait().unwrap();

    let killed = Instant::now();
    while Path::new(&directory).exists() {
        assert!(
            killed.elapsed() < Duration::from_secs(20),
            "{directory} is left"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Starts a cluster, tells where it is and waits to be killed; ends too when the killer itself has gone.
fn be_the_victim() -> ! {
    let cluster = TemporaryPostgres::start().expect("a cluster starts");
    println!("cluster in {}", cluster.directory().display());
    let _ = std::io::stdin().read_line(&mut String::new());
    std::process::exit(1)
}
