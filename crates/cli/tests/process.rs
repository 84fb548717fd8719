//! The binary as a process that goes on beside the test: paused, killed, waited for.

use std::{
    io::{BufRead as _, BufReader, Read as _},
    process::{Child, Command, Stdio},
    sync::mpsc::{self, Receiver},
    thread::JoinHandle,
    time::{Duration, Instant},
};

use crate::bench::{Bench, Ended};

/// Longer than anything takes on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// A process that goes on. Dropped, it is killed.
pub(crate) struct Process {
    child: Child,
    lines: Receiver<String>,
    said: Vec<String>,
    stdout: Option<JoinHandle<String>>,
}

impl Process {
    /// Starts a command of the bench, its log at `info`.
    pub(crate) fn start(bench: &Bench, arguments: &str) -> Self {
        let mut command = bench.command();
        command
            .env("ROLLCALL_LOG", "info")
            .args(arguments.split_whitespace());
        let mut child = command.spawn().unwrap();
        let (sender, lines) = mpsc::channel();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        std::thread::spawn(move || {
            for line in stderr.lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        let mut out = child.stdout.take().unwrap();
        let stdout = std::thread::spawn(move || {
            let mut text = String::new();
            out.read_to_string(&mut text).unwrap();
            text
        });
        Self {
            child,
            lines,
            said: Vec::new(),
            stdout: Some(stdout),
        }
    }

    /// Waits until it says this on stderr.
    #[track_caller]
    pub(crate) fn says(&mut self, words: &str) {
        loop {
            let line = self.lines.recv_timeout(PATIENCE);
            let line =
                line.unwrap_or_else(|_| panic!("it never said {words:?} but {:?}", self.said));
            let found = line.contains(words);
            self.said.push(line);
            if found {
                return;
            }
        }
    }

    /// `kill -9`.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Stops it where it stands: it does not notice.
    pub(crate) fn pause(&self) {
        self.signal("STOP");
    }

    /// Lets it go on.
    pub(crate) fn resume(&self) {
        self.signal("CONT");
    }

    fn signal(&self, name: &str) {
        let status = Command::new("kill")
            .args(["-s", name, &self.child.id().to_string()])
            .stdin(Stdio::null())
            .status();
        assert!(status.unwrap().success());
    }

    /// Waits until it ends.
    #[track_caller]
    pub(crate) fn ends(mut self) -> Ended {
        let code = self.child.wait().unwrap().code();
        let stdout = self.stdout.take().unwrap().join().unwrap();
        self.said.extend(self.lines.iter());
        Ended {
            code,
            stdout,
            stderr: self.said.join("\n"),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may be paused, or over.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Looks again and again until something is so.
#[track_caller]
pub(crate) fn until(what: &str, mut so: impl FnMut() -> bool) {
    let started = Instant::now();
    while !so() {
        assert!(started.elapsed() < PATIENCE, "it never came to {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}
