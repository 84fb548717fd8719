//! Serves HiBob's answers on loopback, straight from files: as little work as a server can have.

use std::{
    fs::File,
    io::{self, BufRead as _, BufReader, Read, Write as _},
    net::{Ipv4Addr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
    thread,
};

use anyhow::{Context as _, Result};

/// A server in a process of its own, which ends with its owner.
pub(crate) struct Server {
    address: String,
    process: Child,
    /// The process ends when this is closed.
    stdin: Option<ChildStdin>,
}

impl Server {
    /// Starts one that serves the answers of a folder; `command` is this binary with the part that calls [`serve`].
    pub(crate) fn start(mut command: Command) -> Result<Self> {
        let mut process = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("the server could not be started")?;
        let stdin = process.stdin.take();
        let stdout = process.stdout.take().context("the server has no output")?;
        let mut line = String::new();
        BufReader::new(stdout)
            .read_line(&mut line)
            .context("the server did not say where it listens")?;
        Ok(Self {
            address: line.trim().to_owned(),
            process,
            stdin,
        })
    }

    /// The base address of HiBob's API where everybody is in the answer of that name.
    pub(crate) fn base_url(&self, answer: &str) -> String {
        format!("http://{}/{answer}/v1", self.address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stdin.take());
        // It ends by itself; there is nobody to tell when it does not.
        drop(self.process.wait());
    }
}

/// Serves the answers of a folder until standard input ends.
pub(crate) fn serve(answers: PathBuf) -> Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no port is free")?;
    println!("{}", listener.local_addr()?);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let answers = answers.clone();
            // Who hangs up has its reasons, and the measure fails there.
            thread::spawn(move || drop(answer(&stream, &answers)));
        }
    });
    io::copy(&mut io::stdin(), &mut io::sink()).context("standard input broke off")?;
    Ok(())
}

fn answer(mut stream: &TcpStream, answers: &Path) -> io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut request = String::new();
    reader.read_line(&mut request)?;
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else {
            break;
        };
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse().unwrap_or(0);
        }
    }
    io::copy(&mut reader.by_ref().take(length), &mut io::sink())?;
    let mut words = request.split(' ');
    let (method, path) = (words.next(), words.next().unwrap_or_default());
    match (method, search(path)) {
        (Some("POST"), Some(name)) => {
            let mut file = File::open(answers.join(format!("{name}.json")))?;
            head(stream, "200 OK", file.metadata()?.len())?;
            io::copy(&mut file, &mut stream)?;
            Ok(())
        }
        (Some("GET"), _) if path.ends_with("/company/people/fields") => {
            small(stream, "200 OK", "[]")
        }
        _ => small(stream, "404 Not Found", "{\"key\":\"not_found\"}"),
    }
}

/// The name of the answer that a people search is about.
fn search(path: &str) -> Option<&str> {
    let name = path.strip_prefix('/')?.strip_suffix("/v1/people/search")?;
    name.bytes()
        .all(|byte| byte.is_ascii_lowercase())
        .then_some(name)
}

fn small(mut stream: &TcpStream, status: &str, body: &str) -> io::Result<()> {
    head(stream, status, body.len() as u64)?;
    stream.write_all(body.as_bytes())
}

fn head(mut stream: &TcpStream, status: &str, length: u64) -> io::Result<()> {
    write!(
        stream,
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\
         connection: close\r\n\r\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_people_search_names_an_answer() {
        assert_eq!(search("/first/v1/people/search"), Some("first"));
        assert_eq!(search("/v1/people/search"), None);
        assert_eq!(search("/../first/v1/people/search"), None);
        assert_eq!(search("/first/v1/company/people/fields"), None);
    }
}
