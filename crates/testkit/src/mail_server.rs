//! The mail server of `mail_server.py`, as a child process.

use std::{
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    thread,
};

use serde_json::Value;

const SCRIPT: &str = include_str!("mail_server.py");

/// A mail server on this machine that ends with this.
#[derive(Debug)]
pub struct MailServer {
    port: u16,
    child: Child,
    letters: Receiver<Value>,
}

impl MailServer {
    /// Starts one of a kind that the script knows: `plain`, `starttls`, `tls`, `login`, or one that
    /// does not take letters: `refuse`, `full`, `later`, `hang`, `drop`, `drop_after`.
    ///
    /// # Panics
    /// When it cannot be started.
    pub fn start(kind: &str) -> Self {
        let python = python();
        let started = Command::new(&python)
            .args(["-c", SCRIPT, kind])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        let mut child = started.unwrap_or_else(|error| {
            panic!(
                "{} cannot be started ({error}): `cargo xtask test` makes it",
                python.display()
            )
        });
        let stdout = child.stdout.take();
        let lines = BufReader::new(stdout.unwrap_or_else(|| panic!("it has no output")));
        let (told, letters) = channel();
        // It must never wait for somebody to read what it says.
        thread::spawn(move || {
            for line in lines.lines().map_while(Result::ok) {
                let letter =
                    serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line:?}"));
                if told.send(letter).is_err() {
                    return;
                }
            }
        });
        let mut server = Self {
            port: 0,
            child,
            letters,
        };
        let port = server.next_letter()["port"].as_u64();
        server.port = port
            .and_then(|port| u16::try_from(port).ok())
            .unwrap_or_else(|| panic!("it does not say its port"));
        server
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The next letter that it took; waits for it.
    ///
    /// # Panics
    /// When it ended.
    pub fn next_letter(&mut self) -> Value {
        self.letters
            .recv()
            .unwrap_or_else(|_| panic!("the mail server ended"))
    }

    /// Ends it, and gives all letters that it took and that have not been given yet.
    pub fn letters(mut self) -> Vec<Value> {
        // It ends with its input.
        drop(self.child.stdin.take());
        self.letters.iter().collect()
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The Python with the packages that tests need.
fn python() -> PathBuf {
    let made = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/python/bin/python");
    std::env::var_os("ROLLCALL_TEST_PYTHON").map_or_else(made, PathBuf::from)
}
