//! The mail server of `server.py`, as a child process.

use std::{
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
};

use serde_json::Value;

/// A server that ends with the test.
pub(crate) struct Server {
    pub(crate) port: u16,
    child: Child,
    lines: BufReader<ChildStdout>,
}

impl Server {
    /// Starts one of a kind that the script knows.
    pub(crate) fn start(mode: &str) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/server.py");
        let python = python();
        let started = Command::new(&python)
            .arg(script)
            .arg(mode)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        let mut child = started.unwrap_or_else(|error| {
            panic!(
                "{} cannot be started ({error}): `cargo xtask test` makes it",
                python.display()
            )
        });
        let lines = BufReader::new(child.stdout.take().unwrap());
        let mut server = Self {
            port: 0,
            child,
            lines,
        };
        server.port = server.next()["port"].as_u64().unwrap().try_into().unwrap();
        server
    }

    /// The next letter that it took.
    pub(crate) fn next(&mut self) -> Value {
        let mut line = String::new();
        self.lines.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line:?}"))
    }
}

impl Drop for Server {
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
