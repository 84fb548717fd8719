//! What goes to stdout and stderr.
//!
//! A reader that has gone away (`rollcall people list | head`) is no error: what was done is done, and the exit code
//! still says how it ended.

use std::io::{self, BufWriter, IsTerminal as _, Write};

use anyhow::Result;
use serde::Serialize;

/// How a command prints what it has to say.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Output {
    json: bool,
}

impl Output {
    /// One JSON document when asked for, else words and tables.
    pub(crate) fn new(json: bool) -> Self {
        Self { json }
    }

    /// Whether a machine reads.
    pub(crate) fn is_json(self) -> bool {
        self.json
    }

    /// Prints the document, or the same in words.
    pub(crate) fn show<T: Serialize>(
        self,
        document: &T,
        words: impl FnOnce() -> String,
    ) -> Result<()> {
        if self.json {
            print_json(document)
        } else {
            print_text(&words())
        }
    }

    /// A remark on stderr that a machine does not need.
    pub(crate) fn remark(self, text: &str) {
        if !self.json {
            say(text);
        }
    }
}

/// Prints one JSON document on one line.
pub(crate) fn print_json<T: Serialize>(document: &T) -> Result<()> {
    print_with(|out| {
        serde_json::to_writer(&mut *out, document).map_err(io::Error::from)?;
        writeln!(out)
    })
}

/// Prints words or a table.
pub(crate) fn print_text(text: &str) -> Result<()> {
    let text = harmless(text);
    print_with(|out| writeln!(out, "{}", text.trim_end()))
}

/// Prints a part of something longer, as it is.
pub(crate) fn print_part(text: &str) -> Result<()> {
    print_with(|out| out.write_all(text.as_bytes()))
}

/// Prints a part of some longer words.
pub(crate) fn print_words(text: &str) -> Result<()> {
    print_part(&harmless(text))
}

fn print_with(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    let written = write(&mut out).and_then(|()| out.flush());
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other.map_err(unprinted),
    }
}

/// Why something could not be printed.
pub(crate) fn unprinted(error: io::Error) -> anyhow::Error {
    anyhow::Error::new(error).context("what was done is done, but it could not be printed")
}

/// Says something on stderr.
pub(crate) fn say(text: &str) {
    // Where nobody reads it, nothing can be said.
    let _ = writeln!(io::stderr(), "{}", harmless(text.trim_end()));
}

/// Whether somebody watches stderr.
pub(crate) fn watched() -> bool {
    io::stderr().is_terminal()
}

/// Names come from an HRIS and may hold anything: what would steer the terminal or turn the direction of the text is
/// shown as a replacement character.
fn harmless(text: &str) -> String {
    let steers = |letter: char| {
        (letter.is_control() && letter != '\n')
            || matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
    };
    text.replace(steers, "\u{fffd}")
}

/// A writer to stdout that remembers whether its reader has gone away.
pub(crate) struct Piped<W: Write> {
    out: W,
    broken: bool,
}

impl<W: Write> Piped<W> {
    /// Writes to `out`.
    pub(crate) fn new(out: W) -> Self {
        Self { out, broken: false }
    }

    /// Whether the reader has gone away.
    pub(crate) fn is_broken(&self) -> bool {
        self.broken
    }

    fn note<T>(&mut self, result: io::Result<T>) -> io::Result<T> {
        if let Err(error) = &result {
            self.broken |= error.kind() == io::ErrorKind::BrokenPipe;
        }
        result
    }
}

impl<W: Write> Write for Piped<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes);
        self.note(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        let flushed = self.out.flush();
        self.note(flushed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_steer_the_terminal() {
        assert_eq!(
            harmless("a\u{1b}[2Jb\r\u{202e}c\nd"),
            "a\u{fffd}[2Jb\u{fffd}\u{fffd}c\nd"
        );
        assert_eq!(harmless("Zoë Ægir 李"), "Zoë Ægir 李");
    }
}
